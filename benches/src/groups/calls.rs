//! Calls from host to guest, from guest to host, and within a guest; see `benches/programs/calls.wat`.

use crate::case::{Case, Expected, Unit, Work};

const CALLS: &[u8] = include_bytes!("../../programs/calls.wat");

/// Each kind of call, often enough for some hundredths of a second.
pub fn cases() -> Vec<Case> {
    cases_of(1_000_000)
}

/// Each kind of call, a few times.
pub fn small_cases() -> Vec<Case> {
    cases_of(100)
}

fn cases_of(n: i32) -> Vec<Case> {
    let case = |name: &'static str, work, n, expected: i32| Case {
        group: "calls",
        name: name.into(),
        wasm: CALLS.into(),
        work,
        n,
        expected: Expected::Is(expected.into()),
        unit: Unit::NanosecondsPerCall,
    };
    // Calls within a guest are cheaper.
    let more = n.saturating_mul(4);
    vec![
        case("host_to_wasm_nop", Work::CallNop, n, n),
        case("host_to_wasm_add", Work::CallAdd, n, sum(n)),
        case("wasm_to_host_nop", Work::Run("host_nop".into()), n, n),
        case("wasm_to_host_add", Work::Run("host_add".into()), n, sum(n)),
        case("direct", Work::Run("direct".into()), more, sum(more)),
        case(
            "indirect_same",
            Work::Run("indirect_same".into()),
            more,
            sum(more),
        ),
        case("indirect", Work::Run("indirect".into()), more, mixed(more)),
    ]
}

/// The sum of `0..n`.
fn sum(n: i32) -> i32 {
    (0..n).fold(0, i32::wrapping_add)
}

/// `0..n` combined by addition, subtraction, exclusive or and addition in turn.
fn mixed(n: i32) -> i32 {
    (0..n).fold(0, |sum, i| match i & 3 {
        1 => sum.wrapping_sub(i),
        2 => sum ^ i,
        _ => sum.wrapping_add(i),
    })
}
