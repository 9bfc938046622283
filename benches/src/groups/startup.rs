//! Starting: from the bytes of a small module to its first result.

use crate::case::{Case, Expected, Unit, Work};

const TINY: &str = r#"(module
    (func (export "run") (param $n i32) (result i32)
        (i32.add (local.get $n) (i32.const 35))))"#;

const WITH_MEMORY: &str = r#"(module
    (memory (export "memory") 17)
    (global $calls (mut i32) (i32.const 0))
    (table 4 funcref)
    (elem (i32.const 0) $double $double)
    (func $double (param $n i32) (result i32) (i32.shl (local.get $n) (i32.const 1)))
    (func (export "run") (param $n i32) (result i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (i32.add
            (i32.load8_u (i32.const 1024))
            (call_indirect (param i32) (result i32) (local.get $n) (global.get $calls))))
    (data (i32.const 1024) "\1cdata"))"#;

/// Starts in an engine that is there, and with a new engine each.
pub fn cases() -> Vec<Case> {
    cases_of(20)
}

/// The same, twice each.
pub fn small_cases() -> Vec<Case> {
    cases_of(2)
}

fn cases_of(n: i32) -> Vec<Case> {
    let modules = [("tiny", TINY), ("memory and table", WITH_MEMORY)];
    let engines = [("shared engine", false), ("fresh engine", true)];
    let case = |(engine, fresh_engine), (module, text): (&str, &'static str)| Case {
        group: "startup",
        name: format!("{module}, {engine}").into(),
        wasm: text.as_bytes().into(),
        work: Work::Start { fresh_engine },
        n,
        // Both come to 42 from 7.
        expected: Expected::Is(i64::from(n) * 42),
        unit: Unit::MicrosecondsPerStart,
    };
    engines
        .iter()
        .flat_map(|engine| modules.map(|module| case(*engine, module)))
        .collect()
}
