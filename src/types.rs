//! Types of values and externals, with wasmtime's names and shapes.
//!
//! These are values without a connection to an engine; the engine's registry
//! interns function types behind the scenes.

use std::fmt;

use selvedge_vm::types as vm;

use crate::engine::Engine;
use crate::error::{Error, Result};

/// Whether a global can be changed.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Mutability {
    /// The value never changes.
    Const,
    /// The value can be set.
    Var,
}

impl Mutability {
    /// Whether this is [`Mutability::Const`].
    pub fn is_const(self) -> bool {
        self == Self::Const
    }

    /// Whether this is [`Mutability::Var`].
    pub fn is_var(self) -> bool {
        self == Self::Var
    }
}

/// What a reference can refer to.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum HeapType {
    /// Any function.
    Func,
    /// Any host value.
    Extern,
}

impl fmt::Display for HeapType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Func => "func",
            Self::Extern => "extern",
        })
    }
}

/// The type of a reference. All reference types are nullable until typed function
/// references exist.
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub struct RefType {
    heap_type: HeapType,
}

impl RefType {
    /// `funcref`, a nullable reference to a function.
    pub const FUNCREF: Self = Self {
        heap_type: HeapType::Func,
    };
    /// `externref`, a nullable reference to a host value.
    pub const EXTERNREF: Self = Self {
        heap_type: HeapType::Extern,
    };

    /// What a reference of this type refers to.
    pub fn heap_type(&self) -> &HeapType {
        &self.heap_type
    }

    /// Whether null is a value of this type.
    pub fn is_nullable(&self) -> bool {
        true
    }

    pub(crate) fn from_vm(ty: vm::RefType) -> Self {
        match ty {
            vm::RefType::FuncRef => Self::FUNCREF,
            vm::RefType::ExternRef => Self::EXTERNREF,
        }
    }

    pub(crate) fn to_vm(self) -> vm::RefType {
        match self.heap_type {
            HeapType::Func => vm::RefType::FuncRef,
            HeapType::Extern => vm::RefType::ExternRef,
        }
    }
}

impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ref", self.heap_type)
    }
}

impl fmt::Debug for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The type of a value.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum ValType {
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer.
    I64,
    /// A 32-bit float.
    F32,
    /// A 64-bit float.
    F64,
    /// A 128-bit vector.
    V128,
    /// A reference.
    Ref(RefType),
}

impl ValType {
    /// `funcref`, a nullable reference to a function.
    pub const FUNCREF: Self = Self::Ref(RefType::FUNCREF);
    /// `externref`, a nullable reference to a host value.
    pub const EXTERNREF: Self = Self::Ref(RefType::EXTERNREF);

    /// Whether this is a number or vector type.
    pub fn is_num(&self) -> bool {
        !self.is_ref()
    }

    /// Whether this is a reference type.
    pub fn is_ref(&self) -> bool {
        matches!(self, Self::Ref(_))
    }

    /// Whether this is `funcref`.
    pub fn is_funcref(&self) -> bool {
        *self == Self::FUNCREF
    }

    /// Whether this is `externref`.
    pub fn is_externref(&self) -> bool {
        *self == Self::EXTERNREF
    }

    /// The reference type, if this is one.
    pub fn as_ref(&self) -> Option<&RefType> {
        match self {
            Self::Ref(ty) => Some(ty),
            _ => None,
        }
    }

    pub(crate) fn from_vm(ty: vm::ValType) -> Self {
        match ty {
            vm::ValType::I32 => Self::I32,
            vm::ValType::I64 => Self::I64,
            vm::ValType::F32 => Self::F32,
            vm::ValType::F64 => Self::F64,
            vm::ValType::V128 => Self::V128,
            vm::ValType::FuncRef => Self::FUNCREF,
            vm::ValType::ExternRef => Self::EXTERNREF,
        }
    }

    pub(crate) fn to_vm(self) -> vm::ValType {
        match self {
            Self::I32 => vm::ValType::I32,
            Self::I64 => vm::ValType::I64,
            Self::F32 => vm::ValType::F32,
            Self::F64 => vm::ValType::F64,
            Self::V128 => vm::ValType::V128,
            Self::Ref(ty) => ty.to_vm().into(),
        }
    }
}

impl From<RefType> for ValType {
    fn from(ty: RefType) -> Self {
        Self::Ref(ty)
    }
}

impl fmt::Display for ValType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_vm().fmt(f)
    }
}

/// The type of a function.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FuncType {
    inner: vm::FuncType,
}

impl FuncType {
    /// The type of functions from `params` to `results`.
    ///
    /// The engine is where wasmtime interns the type; here any engine will do.
    pub fn new(
        _engine: &Engine,
        params: impl IntoIterator<Item = ValType>,
        results: impl IntoIterator<Item = ValType>,
    ) -> Self {
        Self {
            inner: vm::FuncType::new(
                params.into_iter().map(ValType::to_vm),
                results.into_iter().map(ValType::to_vm),
            ),
        }
    }

    /// The parameter types.
    pub fn params(&self) -> impl ExactSizeIterator<Item = ValType> + '_ {
        self.inner.params().iter().map(|&ty| ValType::from_vm(ty))
    }

    /// The result types.
    pub fn results(&self) -> impl ExactSizeIterator<Item = ValType> + '_ {
        self.inner.results().iter().map(|&ty| ValType::from_vm(ty))
    }

    /// The type of parameter `index`.
    pub fn param(&self, index: usize) -> Option<ValType> {
        self.inner
            .params()
            .get(index)
            .map(|&ty| ValType::from_vm(ty))
    }

    /// The type of result `index`.
    pub fn result(&self, index: usize) -> Option<ValType> {
        self.inner
            .results()
            .get(index)
            .map(|&ty| ValType::from_vm(ty))
    }

    pub(crate) fn from_vm(inner: vm::FuncType) -> Self {
        Self { inner }
    }

    pub(crate) fn as_vm(&self) -> &vm::FuncType {
        &self.inner
    }
}

impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl fmt::Debug for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// The type of a linear memory. Sizes are in pages.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct MemoryType {
    inner: vm::MemoryType,
}

impl MemoryType {
    /// A memory with 32-bit addresses and pages of 64 KiB.
    ///
    /// # Panics
    ///
    /// If the sizes are no valid memory type; see [`MemoryTypeBuilder::build`].
    pub fn new(minimum: u32, maximum: Option<u32>) -> Self {
        let mut builder = Self::builder();
        builder.min(u64::from(minimum)).max(maximum.map(u64::from));
        builder.build().expect("a valid memory type")
    }

    /// A memory with 64-bit addresses and pages of 64 KiB.
    ///
    /// # Panics
    ///
    /// If the sizes are no valid memory type; see [`MemoryTypeBuilder::build`].
    pub fn new64(minimum: u64, maximum: Option<u64>) -> Self {
        let mut builder = Self::builder();
        builder.memory64(true).min(minimum).max(maximum);
        builder.build().expect("a valid memory type")
    }

    /// Starts a memory type, for what [`MemoryType::new`] has no arguments for.
    pub fn builder() -> MemoryTypeBuilder {
        MemoryTypeBuilder::default()
    }

    /// Whether addresses are 64-bit.
    pub fn is_64(&self) -> bool {
        self.inner.memory64
    }

    /// Whether the memory is shared between threads.
    pub fn is_shared(&self) -> bool {
        self.inner.shared
    }

    /// The initial size in pages.
    pub fn minimum(&self) -> u64 {
        self.inner.minimum
    }

    /// The largest size in pages, if there is a limit.
    pub fn maximum(&self) -> Option<u64> {
        self.inner.maximum
    }

    /// The size of a page in bytes.
    pub fn page_size(&self) -> u64 {
        self.inner.page_size()
    }

    /// The binary logarithm of the size of a page.
    pub fn page_size_log2(&self) -> u8 {
        self.inner.page_size_log2
    }

    pub(crate) fn from_vm(inner: vm::MemoryType) -> Self {
        Self { inner }
    }

    pub(crate) fn as_vm(&self) -> &vm::MemoryType {
        &self.inner
    }
}

/// Builds a [`MemoryType`].
#[derive(Clone, Debug)]
pub struct MemoryTypeBuilder {
    ty: vm::MemoryType,
}

impl Default for MemoryTypeBuilder {
    fn default() -> Self {
        Self {
            ty: vm::MemoryType {
                minimum: 0,
                maximum: None,
                memory64: false,
                shared: false,
                page_size_log2: 16,
            },
        }
    }
}

impl MemoryTypeBuilder {
    /// A builder of a 32-bit memory of no pages and no maximum.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the initial size in pages.
    pub fn min(&mut self, minimum: u64) -> &mut Self {
        self.ty.minimum = minimum;
        self
    }

    /// Sets the largest size in pages.
    pub fn max(&mut self, maximum: Option<u64>) -> &mut Self {
        self.ty.maximum = maximum;
        self
    }

    /// Sets whether addresses are 64-bit.
    pub fn memory64(&mut self, memory64: bool) -> &mut Self {
        self.ty.memory64 = memory64;
        self
    }

    /// Sets the binary logarithm of the page size: 16 (the default) or 0.
    pub fn page_size_log2(&mut self, page_size_log2: u8) -> &mut Self {
        self.ty.page_size_log2 = page_size_log2;
        self
    }

    /// The memory type.
    ///
    /// # Errors
    ///
    /// If the page size is neither 1 nor 65 536 bytes, the minimum is above the
    /// maximum, or either passes what the address type can reach.
    pub fn build(&self) -> Result<MemoryType> {
        let ty = self.ty;
        if ty.page_size_log2 != 0 && ty.page_size_log2 != 16 {
            return Err(Error::message(format!(
                "a page size of 2^{} bytes is not supported (only 2^0 and 2^16)",
                ty.page_size_log2
            )));
        }
        let largest = match (ty.memory64, ty.page_size_log2) {
            (false, log2) => (1u64 << 32) >> log2,
            (true, 16) => 1 << 48,
            (true, _) => u64::MAX,
        };
        if let Some(maximum) = ty.maximum {
            if maximum > largest {
                return Err(Error::message(format!(
                    "maximum memory size of {maximum} pages exceeds {largest}"
                )));
            }
            if ty.minimum > maximum {
                return Err(Error::message(format!(
                    "minimum memory size of {} pages exceeds the maximum of {maximum}",
                    ty.minimum
                )));
            }
        }
        if ty.minimum > largest {
            return Err(Error::message(format!(
                "minimum memory size of {} pages exceeds {largest}",
                ty.minimum
            )));
        }
        Ok(MemoryType { inner: ty })
    }
}

/// The type of a table. Sizes are in elements.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct TableType {
    inner: vm::TableType,
}

impl TableType {
    /// A table with 32-bit indices.
    pub fn new(element: RefType, minimum: u32, maximum: Option<u32>) -> Self {
        Self {
            inner: vm::TableType {
                element: element.to_vm(),
                minimum: u64::from(minimum),
                maximum: maximum.map(u64::from),
                table64: false,
            },
        }
    }

    /// A table with 64-bit indices.
    pub fn new64(element: RefType, minimum: u64, maximum: Option<u64>) -> Self {
        Self {
            inner: vm::TableType {
                element: element.to_vm(),
                minimum,
                maximum,
                table64: true,
            },
        }
    }

    /// Whether indices are 64-bit.
    pub fn is_64(&self) -> bool {
        self.inner.table64
    }

    /// The type of the elements.
    pub fn element(&self) -> RefType {
        RefType::from_vm(self.inner.element)
    }

    /// The initial size.
    pub fn minimum(&self) -> u64 {
        self.inner.minimum
    }

    /// The largest size, if there is a limit.
    pub fn maximum(&self) -> Option<u64> {
        self.inner.maximum
    }

    pub(crate) fn from_vm(inner: vm::TableType) -> Self {
        Self { inner }
    }

    pub(crate) fn as_vm(&self) -> &vm::TableType {
        &self.inner
    }
}

/// The type of a global.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct GlobalType {
    content: ValType,
    mutability: Mutability,
}

impl GlobalType {
    /// A global with values of type `content`.
    pub fn new(content: ValType, mutability: Mutability) -> Self {
        Self {
            content,
            mutability,
        }
    }

    /// The type of the value.
    pub fn content(&self) -> &ValType {
        &self.content
    }

    /// Whether the value can be set.
    pub fn mutability(&self) -> Mutability {
        self.mutability
    }

    pub(crate) fn from_vm(ty: vm::GlobalType) -> Self {
        Self {
            content: ValType::from_vm(ty.content),
            mutability: if ty.mutable {
                Mutability::Var
            } else {
                Mutability::Const
            },
        }
    }

    pub(crate) fn to_vm(self) -> vm::GlobalType {
        vm::GlobalType {
            content: self.content.to_vm(),
            mutable: self.mutability.is_var(),
        }
    }
}

/// The type of an import or export.
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
            Self::Func(ty) => vm::ExternType::Func(ty.inner.clone()),
            Self::Table(ty) => vm::ExternType::Table(ty.inner),
            Self::Memory(ty) => vm::ExternType::Memory(ty.inner),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_types_are_checked() {
        let error = |builder: &MemoryTypeBuilder| builder.build().unwrap_err().to_string();
        let mut builder = MemoryType::builder();
        assert!(error(builder.page_size_log2(12)).contains("2^12"));
        builder.page_size_log2(16);
        assert!(error(builder.min(65_537)).contains("exceeds 65536"));
        assert!(error(builder.min(2).max(Some(1))).contains("exceeds the maximum of 1"));
        assert!(error(builder.max(Some(1 << 40))).contains("exceeds 65536"));
        let ty = builder.memory64(true).build().unwrap();
        assert_eq!((ty.minimum(), ty.maximum()), (2, Some(1 << 40)));
    }

    #[test]
    fn types_survive_the_way_to_the_vm_and_back() {
        for ty in [
            ValType::I32,
            ValType::I64,
            ValType::F32,
            ValType::F64,
            ValType::V128,
            ValType::FUNCREF,
            ValType::EXTERNREF,
        ] {
            assert_eq!(ValType::from_vm(ty.to_vm()), ty);
            for mutability in [Mutability::Const, Mutability::Var] {
                let ty = GlobalType::new(ty, mutability);
                assert_eq!(GlobalType::from_vm(ty.to_vm()), ty);
            }
        }
    }
}
