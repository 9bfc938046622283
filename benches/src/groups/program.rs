//! Programs that compute, in tables with their checksums.

use crate::case::{Case, Expected, Unit, Work};

/// A program with what it returns for little work, in tests, and for much.
pub(super) struct Program {
    pub(super) name: &'static str,
    pub(super) wasm: &'static [u8],
    pub(super) work: [(i32, i64); 2],
}

/// Defines `PROGRAMS`: the folder of `benches/programs`, then rows of a name and twice an amount of work with its checksum.
macro_rules! programs {
    ($folder:literal $($name:ident, $small:expr => $small_sum:expr, $full:expr => $full_sum:expr;)*) => {
        const PROGRAMS: &[Program] = &[$(Program {
            name: stringify!($name),
            wasm: include_bytes!(concat!("../../programs/", $folder, stringify!($name), ".wasm")),
            work: [($small, $small_sum), ($full, $full_sum)],
        }),*];
    };
}
pub(super) use programs;

impl Program {
    /// The case with little work.
    pub(super) fn small(&self, group: &'static str) -> Case {
        self.case(group, self.work[0])
    }

    /// The case with much work.
    pub(super) fn full(&self, group: &'static str) -> Case {
        self.case(group, self.work[1])
    }

    fn case(&self, group: &'static str, (n, expected): (i32, i64)) -> Case {
        Case {
            group,
            name: self.name.into(),
            wasm: self.wasm.into(),
            work: Work::Run("run".into()),
            n,
            expected: Expected::Is(expected),
            unit: Unit::Milliseconds,
        }
    }
}
