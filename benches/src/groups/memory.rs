//! Memory: what the functions of a module take as code and on the heap, and the most resident
//! memory of a process that loads and runs it.
//!
//! - `memory/code`: bytes of code for each byte of function body, of runtimes that tell it.
//! - `memory/heap`: bytes of the heap for each byte of function body, everything included that
//!   is kept of the functions: code, tables beside it, the wasm bytes if the runtime keeps them. It
//!   is the difference to the same module with empty functions. Runtimes whose code is on pages of
//!   its own, and those that only translate at the first call, are left out.
//! - `memory/peak`: mebibytes, with a line for a process that has the bytes but no runtime.
//!
//! Each number is from a process of its own.

use crate::Error;
use crate::case::{Case, Unit};
use crate::child::{Answer, Child, Request};
use crate::generate;
use crate::groups::{execute, load};
use crate::measure::{Measurement, Samples};
use crate::runtimes::{self, Mode, Runtime};

/// The line for a process without a runtime.
pub const NO_RUNTIME: &str = "(no runtime)";

/// Every program, and modules of a hundred kilobytes to ten megabytes.
pub fn cases() -> Vec<Case> {
    let mut cases = execute::small_cases();
    cases.extend(load::large_modules());
    cases.into_iter().map(of_memory).collect()
}

/// A program and a small generated module.
pub fn small_cases() -> Vec<Case> {
    let mut cases = execute::small_cases();
    cases.truncate(1);
    cases.push(Case {
        name: "functions 10 KB".into(),
        wasm: generate::functions(10_000).into(),
        ..cases[0].clone()
    });
    cases.into_iter().map(of_memory).collect()
}

fn of_memory(case: Case) -> Case {
    Case {
        group: "memory",
        unit: Unit::Mebibytes,
        ..case
    }
}

/// Measures a case: code, heap and peak.
///
/// # Errors
///
/// If the module is malformed. What a runtime does not do is refused.
pub fn measure(
    case: &Case,
    runtimes: &[Box<dyn Runtime>],
    child: &Child,
    tick: &mut dyn FnMut(),
) -> Result<[Measurement; 3], Error> {
    let wasm = runtimes::binary(&case.wasm)?;
    let (mut code, mut heap, mut peak) = (Vec::new(), Vec::new(), Vec::new());
    for runtime in runtimes {
        tick();
        let name = runtime.name();
        // Without eager translation, there is nothing to see before the first calls.
        if runtime.modes().contains(&Mode::Eager) {
            let (of_code, of_heap) = functions(child, name, &wasm);
            code.extend(of_code.map(|of_code| samples(name, of_code)));
            if runtime.code_is_on_the_heap() {
                heap.push(samples(name, of_heap));
            }
        }
        peak.push(samples(name, peak_of(child, Some(name), case.n, &wasm)));
    }
    peak.push(samples(NO_RUNTIME, peak_of(child, None, case.n, &wasm)));
    let kind = |group, unit| Case {
        group,
        unit,
        ..case.clone()
    };
    Ok([
        Measurement::new(&kind("memory/code", Unit::BytesPerBodyByte), None, code),
        Measurement::new(&kind("memory/heap", Unit::BytesPerBodyByte), None, heap),
        Measurement::new(&kind("memory/peak", Unit::Mebibytes), None, peak),
    ])
}

/// Bytes of code, if the runtime tells, and of heap for each byte of function body.
fn functions(child: &Child, runtime: &str, wasm: &[u8]) -> (Option<Measured>, Measured) {
    let request = Request::Heap {
        runtime: runtime.to_owned(),
    };
    match child.ask(&request, wasm) {
        Ok(Answer::Heap {
            heap_bytes,
            code_bytes,
            body_bytes,
        }) => {
            let per_body_byte = |bytes: usize| Ok(bytes as f64 / body_bytes.max(1) as f64);
            (code_bytes.map(per_body_byte), per_body_byte(heap_bytes))
        }
        Ok(other) => (None, Err(format!("the child answered {other:?}"))),
        Err(reason) => (None, Err(reason)),
    }
}

/// A number, or why there is none.
type Measured = Result<f64, String>;

fn peak_of(child: &Child, runtime: Option<&str>, n: i32, wasm: &[u8]) -> Measured {
    let request = Request::Peak {
        runtime: runtime.map(str::to_owned),
        n,
    };
    match child.ask(&request, wasm)? {
        Answer::Peak(bytes) => Ok(bytes as f64),
        other => Err(format!("the child answered {other:?}")),
    }
}

fn samples(name: &str, measured: Measured) -> Samples {
    let mut samples = Samples::new(name);
    match measured {
        Ok(value) => samples.values.push((value * 100.0).round() / 100.0),
        Err(reason) => samples.refused = Some(reason),
    }
    samples
}
