#![expect(unsafe_code, reason = "reads and writes slots of the value stack")]
//! `Val`: a value of any type, as the untyped interface passes it.

use std::fmt;

use selvedge_vm::types as vm;

use crate::error::{Error, Result};
use crate::extern_ref::ExternRef;
use crate::func::Func;
use crate::store::StoreOpaque;
use crate::typed::WasmTy;
use crate::types::{HeapType, RefType, ValType};

/// A 128-bit vector.
///
/// ```
/// # if cfg!(not(feature = "simd")) { return Ok(()) }
/// use selvedge::{Engine, Instance, Module, Store, V128};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module
///     (func (export "double") (param v128) (result v128)
///         (i32x4.add (local.get 0) (local.get 0))))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let double = instance.get_typed_func::<V128, V128>(&mut store, "double")?;
/// // Four lanes of 32 bits, the first one lowest.
/// let lanes = V128::from(4 << 96 | 3 << 64 | 2 << 32 | 1_u128);
/// assert_eq!(double.call(&mut store, lanes)?.as_u128(), 8 << 96 | 6 << 64 | 4 << 32 | 2);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub struct V128(u128);

impl V128 {
    /// The bits, with lane 0 lowest.
    pub fn as_u128(self) -> u128 {
        self.0
    }
}

impl From<u128> for V128 {
    fn from(bits: u128) -> Self {
        Self(bits)
    }
}

impl From<V128> for u128 {
    fn from(value: V128) -> Self {
        value.0
    }
}

impl fmt::Debug for V128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#034x}", self.0)
    }
}

/// A WebAssembly value.
///
/// Floats are kept as their bits, so that every NaN survives.
///
/// ```
/// use selvedge::{Val, ValType};
///
/// let value = Val::from(1.5_f32);
/// assert!(matches!(value, Val::F32(bits) if bits == 1.5_f32.to_bits()));
/// assert_eq!((value.f32(), value.i32()), (Some(1.5), None));
/// assert_eq!(value.ty(), ValType::F32);
/// assert_eq!(Val::default_for_ty(&ValType::I64).and_then(|zero| zero.i64()), Some(0));
/// ```
#[derive(Copy, Clone, Debug)]
pub enum Val {
    /// A 32-bit integer.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// The bits of a 32-bit float.
    F32(u32),
    /// The bits of a 64-bit float.
    F64(u64),
    /// A 128-bit vector.
    V128(V128),
    /// A function or null.
    FuncRef(Option<Func>),
    /// A reference to a host value, or null.
    ExternRef(Option<ExternRef>),
}

macro_rules! accessors {
    ($($variant:ident($bind:ident) $ty:ty, $get:ident, $unwrap:ident, $convert:expr;)*) => { $(
        #[doc = concat!("The value, if it is `Val::", stringify!($variant), "`.")]
        pub fn $get(&self) -> Option<$ty> {
            match *self {
                Self::$variant($bind) => Some($convert),
                _ => None,
            }
        }

        #[doc = concat!("The value of `Val::", stringify!($variant), "`.")]
        ///
        /// # Panics
        ///
        /// If the value has another type.
        pub fn $unwrap(&self) -> $ty {
            self.$get().unwrap_or_else(|| {
                panic!(concat!("expected ", stringify!($get), ", found {:?}"), self)
            })
        }
    )* };
}

impl Val {
    accessors! {
        I32(v) i32, i32, unwrap_i32, v;
        I64(v) i64, i64, unwrap_i64, v;
        F32(v) f32, f32, unwrap_f32, f32::from_bits(v);
        F64(v) f64, f64, unwrap_f64, f64::from_bits(v);
        V128(v) V128, v128, unwrap_v128, v;
        FuncRef(v) Option<Func>, funcref, unwrap_funcref, v;
        ExternRef(v) Option<ExternRef>, externref, unwrap_externref, v;
    }

    /// The null reference of a heap type.
    pub fn null_ref(heap_type: &HeapType) -> Self {
        Ref::null(heap_type).into()
    }

    /// Zero or null of type `ty`; `None` if the type has no default value.
    pub fn default_for_ty(ty: &ValType) -> Option<Self> {
        Some(match ty {
            ValType::I32 => Self::I32(0),
            ValType::I64 => Self::I64(0),
            ValType::F32 => Self::F32(0),
            ValType::F64 => Self::F64(0),
            ValType::V128 => Self::V128(V128(0)),
            ValType::Ref(ty) => Self::null_ref(ty.heap_type()),
        })
    }

    /// The type of the value.
    pub fn ty(&self) -> ValType {
        match self {
            Self::I32(_) => ValType::I32,
            Self::I64(_) => ValType::I64,
            Self::F32(_) => ValType::F32,
            Self::F64(_) => ValType::F64,
            Self::V128(_) => ValType::V128,
            Self::FuncRef(_) => ValType::FUNCREF,
            Self::ExternRef(_) => ValType::EXTERNREF,
        }
    }

    /// Zero or null of type `ty`.
    pub(crate) fn zero(ty: vm::ValType) -> Self {
        Self::default_for_ty(&ValType::from_vm(ty)).expect("every type has a default so far")
    }

    /// Whether the value has the type `ty` and may be used in the store.
    pub(crate) fn check(&self, store: &StoreOpaque, ty: vm::ValType) -> Result<()> {
        if self.ty().to_vm() != ty {
            return Err(Error::message(format!(
                "type mismatch: expected {ty}, found {}",
                self.ty()
            )));
        }
        match self {
            Self::FuncRef(func) => func.check(store),
            Self::ExternRef(value) => value.check(store),
            _ => Ok(()),
        }
    }

    /// Writes the value to its slots.
    ///
    /// # Safety
    ///
    /// There is room for it.
    pub(crate) unsafe fn write(&self, slots: *mut u64) {
        // SAFETY: by contract.
        unsafe {
            match *self {
                Self::I32(v) => v.write(slots),
                Self::I64(v) => v.write(slots),
                Self::F32(v) => v.write(slots),
                Self::F64(v) => v.write(slots),
                Self::V128(v) => v.write(slots),
                Self::FuncRef(v) => v.write(slots),
                Self::ExternRef(v) => v.write(slots),
            }
        }
    }

    /// Reads a value from its slots.
    ///
    /// # Safety
    ///
    /// The slots hold a value of type `ty`, of `store`.
    pub(crate) unsafe fn read(store: &StoreOpaque, ty: vm::ValType, slots: *const u64) -> Self {
        // SAFETY: by contract.
        unsafe {
            match ty {
                vm::ValType::I32 => Self::I32(WasmTy::read(store, slots)),
                vm::ValType::I64 => Self::I64(WasmTy::read(store, slots)),
                vm::ValType::F32 => Self::F32(WasmTy::read(store, slots)),
                vm::ValType::F64 => Self::F64(WasmTy::read(store, slots)),
                vm::ValType::V128 => Self::V128(WasmTy::read(store, slots)),
                vm::ValType::FuncRef => Self::FuncRef(WasmTy::read(store, slots)),
                vm::ValType::ExternRef => Self::ExternRef(WasmTy::read(store, slots)),
            }
        }
    }

    /// The reference, if this is one.
    pub fn ref_(self) -> Option<Ref> {
        match self {
            Self::FuncRef(func) => Some(Ref::Func(func)),
            Self::ExternRef(value) => Some(Ref::Extern(value)),
            _ => None,
        }
    }
}

macro_rules! from {
    ($($ty:ty, $bind:ident => $value:expr;)*) => { $(
        impl From<$ty> for Val {
            fn from($bind: $ty) -> Self {
                $value
            }
        }
    )* };
}

from! {
    bool, v => Self::I32(v.into());
    i8, v => Self::I32(v.into());
    u8, v => Self::I32(v.into());
    i16, v => Self::I32(v.into());
    u16, v => Self::I32(v.into());
    i32, v => Self::I32(v);
    i64, v => Self::I64(v);
    u32, v => Self::I32(v.cast_signed());
    u64, v => Self::I64(v.cast_signed());
    f32, v => Self::F32(v.to_bits());
    f64, v => Self::F64(v.to_bits());
    V128, v => Self::V128(v);
    Func, v => Self::FuncRef(Some(v));
    Option<Func>, v => Self::FuncRef(v);
    ExternRef, v => Self::ExternRef(Some(v));
    Option<ExternRef>, v => Self::ExternRef(v);
}

impl From<Ref> for Val {
    fn from(reference: Ref) -> Self {
        match reference {
            Ref::Func(func) => Self::FuncRef(func),
            Ref::Extern(value) => Self::ExternRef(value),
        }
    }
}

/// A reference, as tables hold it.
///
/// ```
/// use selvedge::{Engine, Func, Ref, Store};
///
/// let mut store = Store::new(&Engine::default(), ());
/// let reference = Ref::from(Func::wrap(&mut store, || 7_i32));
/// assert!(!reference.is_null());
/// let func = reference.unwrap_func().expect("it is not null");
/// assert_eq!(func.typed::<(), i32>(&store)?.call(&mut store, ())?, 7);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, Debug)]
#[non_exhaustive]
pub enum Ref {
    /// A function or null.
    Func(Option<Func>),
    /// A reference to a host value, or null.
    Extern(Option<ExternRef>),
}

impl Ref {
    /// The null reference of a heap type.
    pub fn null(heap_type: &HeapType) -> Self {
        match heap_type {
            HeapType::Func => Self::Func(None),
            HeapType::Extern => Self::Extern(None),
        }
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Func(None) | Self::Extern(None))
    }

    /// The function or null, if this is a function reference.
    pub fn as_func(&self) -> Option<Option<&Func>> {
        match self {
            Self::Func(func) => Some(func.as_ref()),
            Self::Extern(_) => None,
        }
    }

    /// The function or null.
    ///
    /// # Panics
    ///
    /// If this is no function reference.
    pub fn unwrap_func(&self) -> Option<&Func> {
        self.as_func().expect("expected a function reference")
    }

    /// The host value or null, if this is an external reference.
    pub fn as_extern(&self) -> Option<Option<&ExternRef>> {
        match self {
            Self::Extern(value) => Some(value.as_ref()),
            Self::Func(_) => None,
        }
    }

    /// The host value or null.
    ///
    /// # Panics
    ///
    /// If this is no external reference.
    pub fn unwrap_extern(&self) -> Option<&ExternRef> {
        self.as_extern().expect("expected an external reference")
    }

    /// The type of the reference.
    pub fn ty(&self) -> RefType {
        match self {
            Self::Func(_) => RefType::FUNCREF,
            Self::Extern(_) => RefType::EXTERNREF,
        }
    }
}

impl From<Func> for Ref {
    fn from(func: Func) -> Self {
        Self::Func(Some(func))
    }
}

impl From<Option<Func>> for Ref {
    fn from(func: Option<Func>) -> Self {
        Self::Func(func)
    }
}

impl From<ExternRef> for Ref {
    fn from(value: ExternRef) -> Self {
        Self::Extern(Some(value))
    }
}

impl From<Option<ExternRef>> for Ref {
    fn from(value: Option<ExternRef>) -> Self {
        Self::Extern(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accessors_and_defaults_agree_with_the_type() {
        assert_eq!(Val::from(-1i32).i32(), Some(-1));
        assert_eq!(Val::from(u64::MAX).unwrap_i64(), -1);
        assert_eq!(Val::from(1.5f32).unwrap_f32(), 1.5);
        assert_eq!(Val::from(1.5f64).i32(), None);
        assert!(Val::null_ref(&HeapType::Func).unwrap_funcref().is_none());
        for ty in [
            ValType::I32,
            ValType::I64,
            ValType::F32,
            ValType::F64,
            ValType::V128,
            ValType::FUNCREF,
            ValType::EXTERNREF,
        ] {
            assert_eq!(Val::default_for_ty(&ty).unwrap().ty(), ty);
        }
    }

    #[test]
    #[should_panic(expected = "expected i32, found I64(3)")]
    fn unwrapping_another_type_panics() {
        Val::I64(3).unwrap_i32();
    }
}
