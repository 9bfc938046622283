//! Linking: whether what is provided for a module's imports has the declared types.
//!
//! The rules are those of import matching in the specification. A provided table or
//! memory is matched by its *present* size, so its type here has that as `minimum`.

use std::fmt;
use std::sync::Arc;

use crate::module::Module;
use crate::types::{ExternType, GlobalType, MemoryType, TableType};

/// An import that cannot be satisfied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportProblem {
    /// The module name.
    pub module: Arc<str>,
    /// The field name.
    pub name: Arc<str>,
    /// The declared type.
    pub expected: ExternType,
    /// The type of what is provided, or `None` if there is nothing.
    pub actual: Option<ExternType>,
}

impl fmt::Display for ImportProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            module,
            name,
            expected,
            actual,
        } = self;
        match actual {
            None => write!(
                f,
                "unknown import: `{module}::{name}` has not been defined, expected {expected}"
            ),
            Some(actual) => write!(
                f,
                "incompatible import type for `{module}::{name}`: expected {expected}, found {actual}"
            ),
        }
    }
}

/// Imports of a module that are missing or have the wrong type: all of them.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct LinkError {
    /// The problems in the order of the imports; never empty.
    pub problems: Vec<ImportProblem>,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            let separator = if i == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

/// Checks what `provided` has for each import, by its position among the imports.
///
/// # Errors
///
/// If anything is missing or has an incompatible type; the error names all of them.
pub fn check_imports(
    module: &Module,
    mut provided: impl FnMut(usize) -> Option<ExternType>,
) -> Result<(), LinkError> {
    let mut problems = Vec::new();
    for (position, import) in module.imports.iter().enumerate() {
        let expected = module.entity_type(import.entity);
        let actual = provided(position);
        if !actual
            .as_ref()
            .is_some_and(|actual| matches(&expected, actual))
        {
            problems.push(ImportProblem {
                module: import.module.clone(),
                name: import.name.clone(),
                expected,
                actual,
            });
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(LinkError { problems })
    }
}

/// Whether something of type `actual` may stand for an import of type `expected`.
fn matches(expected: &ExternType, actual: &ExternType) -> bool {
    match (expected, actual) {
        (ExternType::Func(expected), ExternType::Func(actual)) => expected == actual,
        (ExternType::Table(expected), ExternType::Table(actual)) => table_matches(expected, actual),
        (ExternType::Memory(expected), ExternType::Memory(actual)) => {
            memory_matches(expected, actual)
        }
        (ExternType::Global(expected), ExternType::Global(actual)) => {
            global_matches(expected, actual)
        }
        _ => false,
    }
}

fn table_matches(expected: &TableType, actual: &TableType) -> bool {
    expected.element == actual.element
        && expected.table64 == actual.table64
        && limits_match(
            (expected.minimum, expected.maximum),
            (actual.minimum, actual.maximum),
        )
}

fn memory_matches(expected: &MemoryType, actual: &MemoryType) -> bool {
    expected.memory64 == actual.memory64
        && expected.shared == actual.shared
        && expected.page_size_log2 == actual.page_size_log2
        && limits_match(
            (expected.minimum, expected.maximum),
            (actual.minimum, actual.maximum),
        )
}

/// There are no subtypes among our value types, so the content matches exactly.
fn global_matches(expected: &GlobalType, actual: &GlobalType) -> bool {
    expected == actual
}

/// At least as large now, and never larger than allowed.
fn limits_match(expected: (u64, Option<u64>), actual: (u64, Option<u64>)) -> bool {
    let grows_no_further = match (expected.1, actual.1) {
        (None, _) => true,
        (Some(expected), Some(actual)) => actual <= expected,
        (Some(_), None) => false,
    };
    actual.0 >= expected.0 && grows_no_further
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{FuncType, RefType, ValType};

    const MEMORY: MemoryType = MemoryType {
        minimum: 2,
        maximum: Some(4),
        memory64: false,
        shared: false,
        page_size_log2: 16,
    };
    const TABLE: TableType = TableType {
        element: RefType::FuncRef,
        minimum: 2,
        maximum: None,
        table64: false,
    };

    #[test]
    fn limits_match_if_the_actual_ones_are_within_the_expected() {
        let memory = |minimum, maximum| MemoryType {
            minimum,
            maximum,
            ..MEMORY
        };
        for (actual, ok) in [
            (memory(2, Some(4)), true),
            (memory(3, Some(3)), true),
            (memory(1, Some(4)), false),
            (memory(2, Some(5)), false),
            (memory(2, None), false),
        ] {
            assert_eq!(memory_matches(&MEMORY, &actual), ok, "{actual}");
        }
        let grown = TableType {
            minimum: 9,
            maximum: Some(9),
            ..TABLE
        };
        assert!(table_matches(&TABLE, &grown) && !table_matches(&grown, &TABLE));
    }

    #[test]
    fn what_is_not_a_size_matches_exactly() {
        let of = |change: fn(&mut MemoryType)| {
            let mut ty = MEMORY;
            change(&mut ty);
            ty
        };
        for actual in [
            of(|ty| ty.memory64 = true),
            of(|ty| ty.shared = true),
            of(|ty| ty.page_size_log2 = 0),
        ] {
            assert!(!memory_matches(&MEMORY, &actual), "{actual}");
        }
        let externs = TableType {
            element: RefType::ExternRef,
            ..TABLE
        };
        let wide = TableType {
            table64: true,
            ..TABLE
        };
        assert!(!table_matches(&TABLE, &externs) && !table_matches(&TABLE, &wide));
        let global = GlobalType {
            content: ValType::I32,
            mutable: false,
        };
        let mutable = GlobalType {
            mutable: true,
            ..global
        };
        assert!(!global_matches(&global, &mutable) && !global_matches(&mutable, &global));
        let func = |params: &[ValType]| ExternType::Func(FuncType::new(params.iter().copied(), []));
        assert!(matches(&func(&[ValType::I32]), &func(&[ValType::I32])));
        assert!(!matches(&func(&[ValType::I32]), &func(&[])));
        assert!(!matches(&func(&[]), &ExternType::Global(global)));
    }
}
