//! Types of values and externals, and the engine's registry of function types.
//!
//! A function type is interned once per engine; equal types have equal
//! `SharedTypeId`s, so `call_indirect` compares one word. Ids are never reused
//! while the registry lives.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};

/// The type of a reference.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum RefType {
    /// A nullable reference to a function.
    FuncRef,
    /// A nullable reference to a host value.
    ExternRef,
}

/// The type of a value.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
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
    /// A nullable reference to a function.
    FuncRef,
    /// A nullable reference to a host value.
    ExternRef,
}

impl ValType {
    /// How many 8-byte frame slots a value of this type takes.
    pub const fn slots(self) -> u32 {
        match self {
            Self::V128 => 2,
            _ => 1,
        }
    }

    /// Whether this is a float type (`f32` or `f64`).
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Whether this is a reference type.
    pub const fn is_ref(self) -> bool {
        matches!(self, Self::FuncRef | Self::ExternRef)
    }

    /// The reference type, if this is one.
    pub const fn as_ref(self) -> Option<RefType> {
        match self {
            Self::FuncRef => Some(RefType::FuncRef),
            Self::ExternRef => Some(RefType::ExternRef),
            _ => None,
        }
    }
}

impl From<RefType> for ValType {
    fn from(ty: RefType) -> Self {
        match ty {
            RefType::FuncRef => Self::FuncRef,
            RefType::ExternRef => Self::ExternRef,
        }
    }
}

impl fmt::Display for ValType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::V128 => "v128",
            Self::FuncRef => "funcref",
            Self::ExternRef => "externref",
        })
    }
}

impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ValType::from(*self).fmt(f)
    }
}

/// The type of a function: parameters and results.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FuncType {
    /// Parameters, then results.
    types: Arc<[ValType]>,
    params: u32,
}

impl FuncType {
    /// The function type with these parameters and results.
    pub fn new(
        params: impl IntoIterator<Item = ValType>,
        results: impl IntoIterator<Item = ValType>,
    ) -> Self {
        let mut types: Vec<ValType> = params.into_iter().collect();
        let params = u32::try_from(types.len()).expect("parameter count fits in u32");
        types.extend(results);
        Self {
            types: types.into(),
            params,
        }
    }

    /// The parameter types.
    pub fn params(&self) -> &[ValType] {
        &self.types[..self.params as usize]
    }

    /// The result types.
    pub fn results(&self) -> &[ValType] {
        &self.types[self.params as usize..]
    }

    /// How many frame slots the parameters take.
    pub fn param_slots(&self) -> u32 {
        self.params().iter().map(|t| t.slots()).sum()
    }

    /// How many frame slots the results take.
    pub fn result_slots(&self) -> u32 {
        self.results().iter().map(|t| t.slots()).sum()
    }
}

struct TypeList<'a>(&'a [ValType]);

impl fmt::Display for TypeList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (i, ty) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{ty}")?;
        }
        f.write_str("]")
    }
}

impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} -> {}",
            TypeList(self.params()),
            TypeList(self.results())
        )
    }
}

impl fmt::Debug for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The type of a linear memory. Sizes are in pages of `1 << page_size_log2` bytes.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct MemoryType {
    /// Initial size in pages.
    pub minimum: u64,
    /// Largest size in pages, if declared.
    pub maximum: Option<u64>,
    /// Whether addresses are 64-bit (memory64).
    pub memory64: bool,
    /// Whether the memory is shared between threads.
    pub shared: bool,
    /// Binary logarithm of the page size in bytes: 16, or 0 with custom page sizes.
    pub page_size_log2: u8,
}

impl MemoryType {
    /// The page size in bytes.
    pub const fn page_size(&self) -> u64 {
        1 << self.page_size_log2
    }

    /// The most bytes that this memory can ever have by its type: the declared
    /// maximum, or what its index type can address, saturated to `u64::MAX`.
    pub const fn maximum_bytes(&self) -> u64 {
        let pages = match self.maximum {
            Some(max) => max,
            None if self.memory64 => u64::MAX,
            None => (1 << 32) >> self.page_size_log2,
        };
        pages.saturating_mul(self.page_size())
    }

    /// The initial size in bytes, or `None` if that does not fit in a `u64`.
    pub const fn minimum_bytes(&self) -> Option<u64> {
        self.minimum.checked_mul(self.page_size())
    }
}

/// The type of a table. Sizes are in elements.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct TableType {
    /// The type of the elements.
    pub element: RefType,
    /// Initial size.
    pub minimum: u64,
    /// Largest size, if declared.
    pub maximum: Option<u64>,
    /// Whether indices are 64-bit (table64).
    pub table64: bool,
}

/// The type of a global.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct GlobalType {
    /// The type of the value.
    pub content: ValType,
    /// Whether the value may be changed.
    pub mutable: bool,
}

fn write_limits(
    f: &mut fmt::Formatter<'_>,
    is64: bool,
    minimum: u64,
    maximum: Option<u64>,
) -> fmt::Result {
    if is64 {
        f.write_str("i64 ")?;
    }
    write!(f, "{minimum}")?;
    if let Some(max) = maximum {
        write!(f, " {max}")?;
    }
    Ok(())
}

impl fmt::Display for MemoryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_limits(f, self.memory64, self.minimum, self.maximum)?;
        if self.page_size_log2 != 16 {
            write!(f, " (pagesize {})", self.page_size())?;
        }
        if self.shared {
            f.write_str(" shared")?;
        }
        Ok(())
    }
}

impl fmt::Display for TableType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_limits(f, self.table64, self.minimum, self.maximum)?;
        write!(f, " {}", self.element)
    }
}

impl fmt::Display for GlobalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mutable {
            write!(f, "(mut {})", self.content)
        } else {
            self.content.fmt(f)
        }
    }
}

/// The type of an import or export.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ExternType {
    /// A function.
    Func(FuncType),
    /// A table.
    Table(TableType),
    /// A linear memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
}

impl fmt::Display for ExternType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Func(ty) => write!(f, "func {ty}"),
            Self::Table(ty) => write!(f, "table {ty}"),
            Self::Memory(ty) => write!(f, "memory {ty}"),
            Self::Global(ty) => write!(f, "global {ty}"),
        }
    }
}

/// A function type interned in a [`TypeRegistry`]: equal ids, equal types.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
#[repr(transparent)]
pub struct SharedTypeId(u32);

impl SharedTypeId {
    /// The id with the number `id`, which came from [`SharedTypeId::as_u32`].
    pub const fn from_u32(id: u32) -> Self {
        Self(id)
    }

    /// The number that running code compares.
    pub const fn as_u32(self) -> u32 {
        self.0
    }
}

/// The function types of one engine, interned. Thread-safe.
#[derive(Default)]
pub struct TypeRegistry {
    inner: RwLock<RegistryInner>,
}

#[derive(Default)]
struct RegistryInner {
    ids: HashMap<FuncType, SharedTypeId>,
    types: Vec<FuncType>,
}

impl TypeRegistry {
    /// An empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// The id of `ty`, which is registered if it is new.
    pub fn intern(&self, ty: &FuncType) -> SharedTypeId {
        if let Some(&id) = self.inner.read().expect("type registry lock").ids.get(ty) {
            return id;
        }
        let mut inner = self.inner.write().expect("type registry lock");
        if let Some(&id) = inner.ids.get(ty) {
            return id;
        }
        let id = SharedTypeId(u32::try_from(inner.types.len()).expect("fewer than 2^32 types"));
        inner.types.push(ty.clone());
        inner.ids.insert(ty.clone(), id);
        id
    }

    /// The type with the id `id`.
    ///
    /// # Panics
    ///
    /// If `id` comes from another registry and is not known here.
    pub fn get(&self, id: SharedTypeId) -> FuncType {
        self.inner.read().expect("type registry lock").types[id.0 as usize].clone()
    }
}

impl fmt::Debug for TypeRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypeRegistry").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_types_share_an_id() {
        let registry = TypeRegistry::new();
        let a = FuncType::new([ValType::I32, ValType::V128], [ValType::F64]);
        let b = FuncType::new([ValType::I32], [ValType::V128, ValType::F64]);
        let id = registry.intern(&a);
        assert_eq!(registry.intern(&a.clone()), id);
        assert_ne!(registry.intern(&b), id);
        assert_eq!(registry.get(id), a);
        assert_eq!((a.param_slots(), a.result_slots()), (3, 1));
    }

    #[test]
    fn types_are_written_as_in_the_text_format() {
        let ty = FuncType::new([ValType::I32, ValType::I64], [ValType::FuncRef]);
        assert_eq!(ty.to_string(), "[i32 i64] -> [funcref]");
        let memory = MemoryType {
            minimum: 1,
            maximum: Some(2),
            memory64: true,
            shared: false,
            page_size_log2: 0,
        };
        assert_eq!(
            ExternType::Memory(memory).to_string(),
            "memory i64 1 2 (pagesize 1)"
        );
        assert_eq!(memory.maximum_bytes(), 2);
    }
}
