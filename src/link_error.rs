//! `LinkError`: every import of a module that could not be satisfied.

use std::fmt;
use std::sync::Arc;

use selvedge_vm::instance as vm;

use crate::types::ExternType;

/// Imports are missing or have another type than the module declares: all of them,
/// one per line.
///
/// ```
/// use selvedge::{Engine, LinkError, Linker, Module, Store};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module
///     (import "host" "log" (func (param i32 i32)))
///     (import "host" "now" (func (result i64))))"#)?;
/// let mut linker = Linker::new(&engine);
/// linker.func_wrap("host", "now", || 0_i32)?;
/// let error = linker.instantiate(&mut Store::new(&engine, ()), &module).unwrap_err();
///
/// let problems = error.downcast_ref::<LinkError>().expect("imports are wrong").imports();
/// assert_eq!((problems[0].name(), problems[0].actual().is_none()), ("log", true));
/// assert_eq!((problems[1].name(), problems[1].actual().is_none()), ("now", false));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LinkError {
    problems: Vec<ImportError>,
    unknown: Option<UnknownImportError>,
}

/// An import that is missing or has another type than the module declares.
#[derive(Clone, Debug)]
pub struct ImportError {
    problem: vm::ImportProblem,
}

/// An import that nothing has been defined for.
///
/// ```
/// use selvedge::{Engine, Linker, Module, UnknownImportError};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (import "host" "log" (func)))"#)?;
/// let error = Linker::<()>::new(&engine).instantiate_pre(&module).map(drop).unwrap_err();
/// let unknown = error.downcast_ref::<UnknownImportError>().expect("nothing is defined");
/// assert_eq!((unknown.module(), unknown.name()), ("host", "log"));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct UnknownImportError {
    module: Arc<str>,
    name: Arc<str>,
    ty: ExternType,
}

impl LinkError {
    pub(crate) fn from_vm(error: vm::LinkError) -> Self {
        let unknown = error
            .problems
            .iter()
            .find(|problem| problem.actual.is_none());
        Self {
            unknown: unknown.map(|problem| UnknownImportError {
                module: problem.module.clone(),
                name: problem.name.clone(),
                ty: ExternType::from_vm(problem.expected.clone()),
            }),
            problems: error
                .problems
                .into_iter()
                .map(|problem| ImportError { problem })
                .collect(),
        }
    }

    /// The imports, in the order the module declares them.
    pub fn imports(&self) -> &[ImportError] {
        &self.problems
    }

    /// The first import that nothing has been defined for.
    pub fn unknown(&self) -> Option<&UnknownImportError> {
        self.unknown.as_ref()
    }

    pub(crate) fn into_unknown(self) -> Option<UnknownImportError> {
        self.unknown
    }
}

impl ImportError {
    /// The module name.
    pub fn module(&self) -> &str {
        &self.problem.module
    }

    /// The name within the module.
    pub fn name(&self) -> &str {
        &self.problem.name
    }

    /// The type that the module declares.
    pub fn expected(&self) -> ExternType {
        ExternType::from_vm(self.problem.expected.clone())
    }

    /// The type of what was provided, or `None` if nothing was.
    pub fn actual(&self) -> Option<ExternType> {
        self.problem.actual.clone().map(ExternType::from_vm)
    }
}

impl UnknownImportError {
    pub(crate) fn new(module: &str, name: &str, ty: ExternType) -> Self {
        Self {
            module: module.into(),
            name: name.into(),
            ty,
        }
    }

    /// The module name.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// The name within the module.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type that the module declares.
    pub fn ty(&self) -> ExternType {
        self.ty.clone()
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, import) in self.problems.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            import.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl fmt::Display for UnknownImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { module, name, ty } = self;
        write!(
            f,
            "unknown import: `{module}::{name}` has not been defined, expected {ty}"
        )
    }
}

impl std::error::Error for LinkError {}
impl std::error::Error for ImportError {}
impl std::error::Error for UnknownImportError {}
