//! Compiling: from bytes to machine code of all functions, on one thread, without an instance.
//!
//! - `compile/validated`: parsing, validation and compilation.
//! - `compile/valid`: what is left to a compiler when the module was parsed and validated before, where
//!   a runtime does these apart.
//! - `compile/code`: bytes of machine code for each byte of function body.
//!
//! Sizes and rates are those of the function bodies: data has no part in either.

use crate::Error;
use crate::case::{Case, Unit, Work};
use crate::groups::load;
use crate::measure::{Measurement, Samples, Settings};
use crate::modules;
use crate::runtimes::{self, Runtime};

/// Some programs, and generated modules of up to ten megabytes, validated at once and before.
pub fn cases() -> Vec<Case> {
    let mut modules = load::some_programs();
    modules.extend(load::large_modules());
    modules.push(load::large_body());
    in_both_ways(&modules)
}

/// Some programs in both ways.
pub fn small_cases() -> Vec<Case> {
    in_both_ways(&load::some_programs())
}

/// Any module in both ways, whatever its imports are.
///
/// # Errors
///
/// If the module is malformed.
pub fn file_cases(name: &str, wasm: &[u8]) -> Result<Vec<Case>, Error> {
    let binary = runtimes::binary(wasm)?.into_owned();
    modules::body_bytes(&binary)?;
    let mut case = load::some_programs().swap_remove(0);
    case.name = name.to_owned().into();
    case.wasm = binary.into();
    Ok(in_both_ways(&[case]))
}

fn in_both_ways(modules: &[Case]) -> Vec<Case> {
    let ways = [("compile/validated", false), ("compile/valid", true)];
    let case = |(group, is_valid), module: &Case| Case {
        group,
        work: Work::Compile { is_valid },
        unit: Unit::Milliseconds,
        ..module.clone()
    };
    ways.iter()
        .flat_map(|way| modules.iter().map(|module| case(*way, module)))
        .collect()
}

/// Measures a case: the times, and for modules that are not valid before the bytes of code.
///
/// # Errors
///
/// As [`Measurement::take`].
pub fn measure(
    case: &Case,
    runtimes: &[Box<dyn Runtime>],
    settings: &Settings<'_>,
    tick: &mut dyn FnMut(),
) -> Result<Vec<Measurement>, Error> {
    let times = Measurement::take(case, runtimes, settings, tick)?;
    if case.work != (Work::Compile { is_valid: false }) {
        return Ok(vec![times]);
    }
    let wasm = runtimes::binary(&case.wasm)?;
    let body_bytes = modules::body_bytes(&wasm)?.max(1) as f64;
    let mut sizes = Vec::new();
    for runtime in runtimes {
        let of_this = |samples: &&Samples| samples.name == runtime.name();
        let Some(timed) = times.runtimes.iter().find(of_this) else {
            continue;
        };
        let mut samples = Samples::new(runtime.name());
        match (&timed.refused, case.mode(&**runtime)) {
            (None, Some(mode)) => {
                let bytes = runtime.engine(mode)?.compile(&wasm)?.code_bytes as f64;
                samples
                    .values
                    .push((bytes / body_bytes * 100.0).round() / 100.0);
            }
            (reason, _) => samples.refused.clone_from(reason),
        }
        sizes.push(samples);
    }
    let case = Case {
        group: "compile/code",
        unit: Unit::BytesPerBodyByte,
        ..case.clone()
    };
    Ok(vec![times, Measurement::new(&case, None, sizes)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_compiled_whatever_it_imports() {
        let text = br#"(module (import "a" "b" (func)) (func (export "f") (call 0)))"#;
        let cases = file_cases("x.wat", text).unwrap();
        let names: Vec<_> = cases.iter().map(|case| (case.group, &*case.name)).collect();
        assert_eq!(
            names,
            [("compile/validated", "x.wat"), ("compile/valid", "x.wat")]
        );
        assert!(file_cases("x", b"\0asm\x01\0\0\0\x0a\x05").is_err());
    }
}
