//! Loading: from bytes to functions that can be called, with validation, in each mode; and the
//! same for modules of unusual shapes. All are made by [`generate`] but some of the programs.

use std::sync::LazyLock;

use crate::case::{Case, Expected, Unit, Wasm, Work};
use crate::generate;
use crate::groups::execute;
use crate::runtimes::Mode;

/// The groups of loads and of shapes, by mode.
const GROUPS: [(Mode, &str, &str); 3] = [
    (Mode::Eager, "load/eager", "shapes/eager"),
    (
        Mode::LazyTranslation,
        "load/lazy-translation",
        "shapes/lazy-translation",
    ),
    (Mode::Lazy, "load/lazy", "shapes/lazy"),
];

/// A module by name; made when it is first needed, and kept.
struct Source {
    name: &'static str,
    wasm: LazyLock<Vec<u8>>,
}

macro_rules! sources {
    ($($name:literal: $make:expr;)*) => {
        [$(Source { name: $name, wasm: LazyLock::new(|| $make) }),*]
    };
}

static LOADS: [Source; 5] = sources! {
    "functions 1 KB": generate::functions(1_000);
    "functions 10 KB": generate::functions(10_000);
    "functions 100 KB": generate::functions(100_000);
    "functions 1 MB": generate::functions(1_000_000);
    "functions 10 MB": generate::functions(10_000_000);
};

static SHAPES: [Source; 8] = sources! {
    "one body 1 KB": generate::one_body(1_000);
    "one body 10 KB": generate::one_body(10_000);
    "one body 100 KB": generate::one_body(100_000);
    "one body 1 MB": generate::one_body(1_000_000);
    // Engines have agreed on 7 654 321 bytes as the most.
    "one body 7.6 MB": generate::one_body(7_600_000);
    "10 000 nested blocks": generate::nesting(10_000);
    "50 000 locals": generate::locals(50_000);
    "br_table of 100 000": generate::br_table(100_000);
};

static SMALL: [Source; 5] = sources! {
    "functions": generate::functions(3_000);
    "one body": generate::one_body(3_000);
    "nested blocks": generate::nesting(100);
    "locals": generate::locals(500);
    "br_table": generate::br_table(500);
};

/// Modules from a kilobyte to ten megabytes and some programs in every mode, then the shapes.
pub fn cases() -> Vec<Case> {
    let programs = some_programs();
    let mut cases = Vec::new();
    for (mode, group, _) in GROUPS {
        cases.extend(programs.iter().map(|program| load(group, mode, program)));
        cases.extend(LOADS.iter().map(|source| source.case(group, mode)));
    }
    for (mode, _, group) in GROUPS {
        cases.extend(SHAPES.iter().map(|source| source.case(group, mode)));
    }
    cases
}

/// Small modules of each kind in every mode.
pub fn small_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (mode, _, group) in GROUPS {
        cases.extend(SMALL.iter().map(|source| source.case(group, mode)));
    }
    cases
}

/// The smallest, the middle and the largest of the programs.
pub(super) fn some_programs() -> Vec<Case> {
    let mut programs = execute::small_cases();
    programs.sort_by_key(|program| program.wasm.len());
    let last = programs.len() - 1;
    let mut kept: Vec<Case> = Vec::new();
    for at in [0, last / 2, last] {
        if kept.iter().all(|kept| kept.name != programs[at].name) {
            kept.push(programs[at].clone());
        }
    }
    kept
}

fn load(group: &'static str, mode: Mode, program: &Case) -> Case {
    Case {
        group,
        work: Work::Load(mode),
        unit: Unit::Milliseconds,
        ..program.clone()
    }
}

/// The largest three of the modules of many functions, to be run.
pub(super) fn large_modules() -> Vec<Case> {
    let case = |source: &'static Source| Case {
        work: Work::Run("run".into()),
        ..source.case("load", Mode::Eager)
    };
    LOADS[2..].iter().map(case).collect()
}

/// A body of a megabyte.
pub(super) fn large_body() -> Case {
    let source = SHAPES.iter().find(|source| source.name == "one body 1 MB");
    source
        .expect("it is one of the shapes")
        .case("load", Mode::Eager)
}

impl Source {
    fn case(&'static self, group: &'static str, mode: Mode) -> Case {
        Case {
            group,
            name: self.name.into(),
            wasm: Wasm::Made(&self.wasm),
            work: Work::Load(mode),
            n: 5,
            expected: Expected::Same,
            unit: Unit::Milliseconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_of_different_sizes() {
        let sizes: Vec<usize> = some_programs().iter().map(|case| case.wasm.len()).collect();
        assert_eq!(sizes.len(), 3);
        assert!(sizes.is_sorted() && sizes[0] < sizes[2]);
    }
}
