//! Types of values and externals, with wasmtime's names and shapes.
//!
//! These are values without a connection to an engine; the engine's registry
//! interns function types behind the scenes.

mod entity;
mod external;

use std::fmt;

use selvedge_vm::types as vm;

pub use entity::{GlobalType, MemoryType, MemoryTypeBuilder, TableType};
pub use external::{ExportType, ExternType, ImportType};

use crate::engine::Engine;

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
///
/// ```
/// use selvedge::ValType;
///
/// assert!(ValType::I32.is_num());
/// assert!(ValType::EXTERNREF.is_externref());
/// assert_eq!(ValType::FUNCREF.to_string(), "funcref");
/// ```
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
///
/// ```
/// use selvedge::{Engine, FuncType, ValType};
///
/// let ty = FuncType::new(&Engine::default(), [ValType::I32, ValType::F64], [ValType::I64]);
/// assert_eq!((ty.params().len(), ty.result(0)), (2, Some(ValType::I64)));
/// ```
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

#[cfg(test)]
mod tests {
    use super::*;

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
