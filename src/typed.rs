#![expect(unsafe_code, reason = "reads and writes slots of the value stack")]
//! How Rust types stand for WebAssembly types: [`WasmTy`] for values, [`WasmParams`],
//! [`WasmResults`] and [`WasmRet`] for lists of them.
//!
//! Values go straight to and from the slots of the value stack: `i32` and `f32`
//! zero-extended, references as handles, `V128` in two slots.

use std::num::NonZeroU64;

use crate::error::{Error, Result};
use crate::extern_ref::ExternRef;
use crate::func::Func;
use crate::store::StoreOpaque;
use crate::types::ValType;
use crate::values::V128;

mod sealed {
    pub trait Sealed {}
}
pub(crate) use sealed::Sealed;

/// A Rust type that stands for a WebAssembly value type: `i32`, `u32`, `i64`, `u64`, `f32`,
/// `f64`, [`V128`], `Option<Func>`, `Option<ExternRef>`.
///
/// # Safety
///
/// Implemented only here; code relies on what is written to slots.
pub unsafe trait WasmTy: Sealed + Send + Sized {
    /// How many slots a value takes.
    #[doc(hidden)]
    const SLOTS: usize;
    /// The WebAssembly type.
    #[doc(hidden)]
    const TYPE: ValType;
    /// Whether the value may be used in the store.
    #[doc(hidden)]
    #[inline(always)]
    fn check(&self, store: &StoreOpaque) -> Result<()> {
        let _ = store;
        Ok(())
    }
    /// Writes the value to its slots.
    ///
    /// # Safety
    ///
    /// `slots` has room for `SLOTS`.
    #[doc(hidden)]
    unsafe fn write(self, slots: *mut u64);
    /// Reads a value from its slots.
    ///
    /// # Safety
    ///
    /// `slots` holds a value of this type, of `store`.
    #[doc(hidden)]
    unsafe fn read(store: &StoreOpaque, slots: *const u64) -> Self;
}

macro_rules! scalars {
    ($($ty:ty, $wasm:ident, $value:ident => $to:expr, $slot:ident => $from:expr;)*) => { $(
        impl Sealed for $ty {}
        // SAFETY: `i32` and `f32` are zero-extended, the others are their bits.
        unsafe impl WasmTy for $ty {
            const SLOTS: usize = 1;
            const TYPE: ValType = ValType::$wasm;
            #[inline(always)]
            unsafe fn write(self, slots: *mut u64) {
                let $value = self;
                // SAFETY: there is room for a slot.
                unsafe { slots.write($to) }
            }
            #[inline(always)]
            unsafe fn read(_store: &StoreOpaque, slots: *const u64) -> Self {
                // SAFETY: there is a slot.
                let $slot = unsafe { slots.read() };
                $from
            }
        }
    )* };
}

scalars! {
    i32, I32, v => u64::from(v.cast_unsigned()), s => (s as u32).cast_signed();
    u32, I32, v => u64::from(v), s => s as u32;
    i64, I64, v => v.cast_unsigned(), s => s.cast_signed();
    u64, I64, v => v, s => s;
    f32, F32, v => u64::from(v.to_bits()), s => f32::from_bits(s as u32);
    f64, F64, v => v.to_bits(), s => f64::from_bits(s);
}

impl Sealed for V128 {}
// SAFETY: two slots, the low half first.
unsafe impl WasmTy for V128 {
    const SLOTS: usize = 2;
    const TYPE: ValType = ValType::V128;
    #[inline(always)]
    unsafe fn write(self, slots: *mut u64) {
        let bits = self.as_u128();
        // SAFETY: there is room for two slots.
        unsafe {
            slots.write(bits as u64);
            slots.add(1).write((bits >> 64) as u64);
        }
    }
    #[inline(always)]
    unsafe fn read(_store: &StoreOpaque, slots: *const u64) -> Self {
        // SAFETY: there are two slots.
        let (low, high) = unsafe { (slots.read(), slots.add(1).read()) };
        V128::from(u128::from(low) | u128::from(high) << 64)
    }
}

impl Sealed for Option<Func> {}
// SAFETY: a handle of the store, or 0; `check` sees to it.
unsafe impl WasmTy for Option<Func> {
    const SLOTS: usize = 1;
    const TYPE: ValType = ValType::FUNCREF;
    #[inline]
    fn check(&self, store: &StoreOpaque) -> Result<()> {
        match self {
            Some(func) if func.is_live(store)? => Ok(()),
            Some(_) => Err(Error::message(
                "the instance of a function has been removed from the store",
            )),
            None => Ok(()),
        }
    }
    #[inline(always)]
    unsafe fn write(self, slots: *mut u64) {
        // SAFETY: there is room for a slot.
        unsafe { slots.write(self.map_or(0, |func| func.handle().get())) }
    }
    #[inline]
    unsafe fn read(store: &StoreOpaque, slots: *const u64) -> Self {
        // SAFETY: there is a slot.
        let handle = NonZeroU64::new(unsafe { slots.read() })?;
        // A function whose instance has been removed acts as null.
        store.func_ref(handle)?;
        Some(Func::from_handle(store.id(), handle))
    }
}

impl Sealed for Option<ExternRef> {}
// SAFETY: a handle of the store, or 0; `check` sees to it.
unsafe impl WasmTy for Option<ExternRef> {
    const SLOTS: usize = 1;
    const TYPE: ValType = ValType::EXTERNREF;
    #[inline]
    fn check(&self, store: &StoreOpaque) -> Result<()> {
        self.as_ref().map_or(Ok(()), |value| value.check(store))
    }
    #[inline(always)]
    unsafe fn write(self, slots: *mut u64) {
        // SAFETY: there is room for a slot.
        unsafe { slots.write(self.map_or(0, |value| value.handle().get())) }
    }
    #[inline]
    unsafe fn read(store: &StoreOpaque, slots: *const u64) -> Self {
        // SAFETY: there is a slot.
        let handle = NonZeroU64::new(unsafe { slots.read() })?;
        Some(ExternRef::from_handle(store.id(), handle))
    }
}

/// Parameters of a function: a [`WasmTy`], or a tuple of up to 16 of them.
///
/// # Safety
///
/// Implemented only here; code relies on what is written to slots.
///
/// ```
/// use selvedge::{Engine, Instance, Module, Store, TypedFunc, WasmParams, WasmResults};
///
/// /// Calls a function again and again, whatever its type.
/// fn repeat<P, R>(
///     store: &mut Store<()>,
///     func: &TypedFunc<P, R>,
///     times: usize,
///     params: P,
/// ) -> selvedge::Result<Vec<R>>
/// where
///     P: WasmParams + Clone,
///     R: WasmResults,
/// {
///     (0..times).map(|_| func.call(&mut *store, params.clone())).collect()
/// }
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (global $n (mut i32) (i32.const 0))
///     (func (export "add") (param i32) (result i32)
///         (global.set $n (i32.add (global.get $n) (local.get 0))) (global.get $n)))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let add = instance.get_typed_func::<i32, i32>(&mut store, "add")?;
/// assert_eq!(repeat(&mut store, &add, 3, 5)?, [5, 10, 15]);
/// # Ok::<(), selvedge::Error>(())
/// ```
pub unsafe trait WasmParams: Sealed + Send + Sized {
    /// How many slots the values take.
    #[doc(hidden)]
    const SLOTS: usize;
    /// The WebAssembly types.
    #[doc(hidden)]
    const TYPES: &'static [ValType];
    /// Whether the values may be used in the store.
    #[doc(hidden)]
    fn check(&self, store: &StoreOpaque) -> Result<()>;
    /// Writes the values to their slots.
    ///
    /// # Safety
    ///
    /// `slots` has room for `SLOTS`.
    #[doc(hidden)]
    unsafe fn write(self, slots: *mut u64);
    /// Reads values from their slots.
    ///
    /// # Safety
    ///
    /// `slots` holds values of these types, of `store`.
    #[doc(hidden)]
    unsafe fn read(store: &StoreOpaque, slots: *const u64) -> Self;
}

/// Results of a function: a [`WasmTy`], or a tuple of up to 16 of them.
///
/// # Safety
///
/// Implemented only here.
pub unsafe trait WasmResults: WasmParams {}

// SAFETY: every list of values can be read as well as written.
unsafe impl<T: WasmParams> WasmResults for T {}

// SAFETY: as its one value.
unsafe impl<T: WasmTy> WasmParams for T {
    const SLOTS: usize = T::SLOTS;
    const TYPES: &'static [ValType] = &[T::TYPE];
    #[inline(always)]
    fn check(&self, store: &StoreOpaque) -> Result<()> {
        T::check(self, store)
    }
    #[inline(always)]
    unsafe fn write(self, slots: *mut u64) {
        // SAFETY: by contract.
        unsafe { T::write(self, slots) }
    }
    #[inline(always)]
    unsafe fn read(store: &StoreOpaque, slots: *const u64) -> Self {
        // SAFETY: by contract.
        unsafe { T::read(store, slots) }
    }
}

/// What a host function returns: nothing, a [`WasmTy`], a tuple of up to 16 of them, or a `Result` of
/// one of these.
///
/// # Safety
///
/// Implemented only here; code relies on what is written to slots.
pub unsafe trait WasmRet {
    /// The values, or an error.
    #[doc(hidden)]
    type Values: WasmResults;
    /// The values, if there are any.
    #[doc(hidden)]
    fn into_values(self) -> Result<Self::Values>;
}

// SAFETY: the value is returned as it is.
unsafe impl<T: WasmTy> WasmRet for T {
    type Values = T;
    #[inline(always)]
    fn into_values(self) -> Result<T> {
        Ok(self)
    }
}

// SAFETY: the values are returned as they are.
unsafe impl<T: WasmRet, E: Into<Error>> WasmRet for Result<T, E> {
    type Values = T::Values;
    #[inline(always)]
    fn into_values(self) -> Result<T::Values> {
        match self {
            Ok(values) => values.into_values(),
            Err(error) => Err(error.into()),
        }
    }
}

macro_rules! tuples {
    ($mac:ident) => {
        $mac!();
        $mac!(A0 a0);
        $mac!(A0 a0 A1 a1);
        $mac!(A0 a0 A1 a1 A2 a2);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10 A11 a11);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10 A11 a11 A12 a12);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10 A11 a11 A12 a12 A13 a13);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10 A11 a11 A12 a12 A13 a13 A14 a14);
        $mac!(A0 a0 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10 A11 a11 A12 a12 A13 a13 A14 a14 A15 a15);
    };
}
pub(crate) use tuples;

macro_rules! impl_tuple {
    ($($ty:ident $name:ident)*) => {
        impl<$($ty: WasmTy),*> Sealed for ($($ty,)*) {}

        #[allow(
            unused,
            clippy::unused_unit,
            reason = "the empty tuple uses none of its arguments"
        )]
        // SAFETY: each value is written to the slots after those of the values before it.
        unsafe impl<$($ty: WasmTy),*> WasmParams for ($($ty,)*) {
            const SLOTS: usize = 0 $(+ <$ty as WasmTy>::SLOTS)*;
            const TYPES: &'static [ValType] = &[$(<$ty as WasmTy>::TYPE),*];
            #[inline(always)]
            fn check(&self, store: &StoreOpaque) -> Result<()> {
                let ($($name,)*) = self;
                $(WasmTy::check($name, store)?;)*
                Ok(())
            }
            #[inline(always)]
            unsafe fn write(self, slots: *mut u64) {
                let ($($name,)*) = self;
                let mut next = 0;
                $(
                    // SAFETY: by contract there is room for all the values.
                    unsafe { WasmTy::write($name, slots.add(next)) };
                    next += <$ty as WasmTy>::SLOTS;
                )*
            }
            #[inline(always)]
            unsafe fn read(store: &StoreOpaque, slots: *const u64) -> Self {
                let mut next = 0;
                $(
                    // SAFETY: by contract there are values of these types.
                    let $name = unsafe { <$ty as WasmTy>::read(store, slots.add(next)) };
                    next += <$ty as WasmTy>::SLOTS;
                )*
                ($($name,)*)
            }
        }

        // SAFETY: the values are returned as they are.
        unsafe impl<$($ty: WasmTy),*> WasmRet for ($($ty,)*) {
            type Values = Self;
            #[inline(always)]
            fn into_values(self) -> Result<Self> {
                Ok(self)
            }
        }
    };
}

tuples!(impl_tuple);
