//! Programs that compute, as a compiler makes them; see `benches/programs`.
//!
//! Each exports `run`, which takes how much to do and returns a checksum. The checksums here
//! are those of the same sources compiled to machine code.

use crate::case::{Case, Expected, Unit, Work};

/// A program with what it returns for little work, in tests, and for much.
struct Program {
    name: &'static str,
    wasm: &'static [u8],
    small: (i32, i64),
    full: (i32, i64),
}

macro_rules! programs {
    ($($name:ident, $small:expr => $small_sum:expr, $full:expr => $full_sum:expr;)*) => {
        const PROGRAMS: &[Program] = &[$(Program {
            name: stringify!($name),
            wasm: include_bytes!(concat!("../../programs/", stringify!($name), ".wasm")),
            small: ($small, $small_sum),
            full: ($full, $full_sum),
        }),*];
    };
}

// Name, small n => checksum, full n => checksum.
programs! {
    sieve, 1 => 6542, 100 => 654200;
    fib, 10 => 55, 33 => 3524578;
    matmul, 9 => -1155, 250 => -152955;
    crc, 1 => 1388934650, 250 => -45618194;
    fsm, 2 => 1400019742, 300 => 184013345;
}

/// The programs with work for a tenth of a second or more.
pub fn cases() -> Vec<Case> {
    PROGRAMS
        .iter()
        .map(|program| program.case(program.full))
        .collect()
}

/// The programs with little work.
pub fn small_cases() -> Vec<Case> {
    PROGRAMS
        .iter()
        .map(|program| program.case(program.small))
        .collect()
}

impl Program {
    fn case(&self, (n, expected): (i32, i64)) -> Case {
        Case {
            group: "execute",
            name: self.name.into(),
            wasm: self.wasm.into(),
            work: Work::Run("run".into()),
            n,
            expected: Expected::Is(expected),
            unit: Unit::Milliseconds,
        }
    }
}
