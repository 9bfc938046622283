//! Types of imports and exports.

use std::fmt;

use selvedge_vm::types as vm;

use super::{FuncType, GlobalType, MemoryType, TableType};

/// The type of an import or export.
///
/// ```
/// use selvedge::{Engine, ExternType, Module};
///
/// let module = Module::new(&Engine::default(), r#"(module (memory (export "heap") 3))"#)?;
/// match module.get_export("heap") {
///     Some(ExternType::Memory(memory)) => assert_eq!(memory.minimum(), 3),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum ExternType {
    /// A function.
    Func(FuncType),
    /// A global.
    Global(GlobalType),
    /// A table.
    Table(TableType),
    /// A linear memory.
    Memory(MemoryType),
}

macro_rules! extern_type_accessors {
    ($($variant:ident $ty:ident $get:ident $unwrap:ident $what:literal)*) => {
        impl ExternType {
            $(
                #[doc = concat!("The type, if this is ", $what, ".")]
                pub fn $get(&self) -> Option<&$ty> {
                    match self {
                        Self::$variant(ty) => Some(ty),
                        _ => None,
                    }
                }

                #[doc = concat!("The type of ", $what, ".")]
                ///
                /// # Panics
                ///
                /// If this is something else.
                pub fn $unwrap(&self) -> &$ty {
                    self.$get().expect(concat!("expected ", $what))
                }
            )*
        }

        $(
            impl From<$ty> for ExternType {
                fn from(ty: $ty) -> Self {
                    Self::$variant(ty)
                }
            }
        )*
    };
}

extern_type_accessors! {
    Func FuncType func unwrap_func "a function"
    Global GlobalType global unwrap_global "a global"
    Table TableType table unwrap_table "a table"
    Memory MemoryType memory unwrap_memory "a memory"
}

impl ExternType {
    pub(crate) fn from_vm(ty: vm::ExternType) -> Self {
        match ty {
            vm::ExternType::Func(ty) => Self::Func(FuncType::from_vm(ty)),
            vm::ExternType::Table(ty) => Self::Table(TableType::from_vm(ty)),
            vm::ExternType::Memory(ty) => Self::Memory(MemoryType::from_vm(ty)),
            vm::ExternType::Global(ty) => Self::Global(GlobalType::from_vm(ty)),
        }
    }

    pub(crate) fn to_vm(&self) -> vm::ExternType {
        match self {
            Self::Func(ty) => vm::ExternType::Func(ty.as_vm().clone()),
            Self::Table(ty) => vm::ExternType::Table(*ty.as_vm()),
            Self::Memory(ty) => vm::ExternType::Memory(*ty.as_vm()),
            Self::Global(ty) => vm::ExternType::Global(ty.to_vm()),
        }
    }
}

impl fmt::Display for ExternType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_vm().fmt(f)
    }
}

/// An import that a module asks for.
///
/// ```
/// use selvedge::{Engine, Module};
///
/// let module = Module::new(&Engine::default(), r#"(module (import "env" "now" (func (result i64))))"#)?;
/// for import in module.imports() {
///     println!("{} {}: {:?}", import.module(), import.name(), import.ty());
/// }
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone)]
pub struct ImportType<'module> {
    pub(crate) module: &'module str,
    pub(crate) name: &'module str,
    pub(crate) ty: ExternType,
}

impl<'module> ImportType<'module> {
    /// The module name.
    pub fn module(&self) -> &'module str {
        self.module
    }

    /// The name within the module.
    pub fn name(&self) -> &'module str {
        self.name
    }

    /// What is asked for.
    pub fn ty(&self) -> ExternType {
        self.ty.clone()
    }
}

impl fmt::Debug for ImportType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "import {:?} {:?}: {}", self.module, self.name, self.ty)
    }
}

/// An export that a module offers.
///
/// ```
/// use selvedge::{Engine, Module};
///
/// let module = Module::new(&Engine::default(), r#"(module (func (export "run")))"#)?;
/// let export = module.exports().next().expect("there is one");
/// assert_eq!(export.name(), "run");
/// assert!(export.ty().func().is_some());
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone)]
pub struct ExportType<'module> {
    pub(crate) name: &'module str,
    pub(crate) ty: ExternType,
}

impl<'module> ExportType<'module> {
    /// The name.
    pub fn name(&self) -> &'module str {
        self.name
    }

    /// What is exported.
    pub fn ty(&self) -> ExternType {
        self.ty.clone()
    }
}

impl fmt::Debug for ExportType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "export {:?}: {}", self.name, self.ty)
    }
}
