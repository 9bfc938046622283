#![expect(unsafe_code, reason = "calls functions of a store by their references")]
//! `Func` and `TypedFunc`: functions to call from the host.

use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use selvedge_vm::types::{FuncType as VMFuncType, SharedTypeId};
use selvedge_vm::vmcontext::{VMCallee, VMFuncRef};

use crate::caller::Caller;
use crate::context::{AsContext, AsContextMut};
use crate::entry;
use crate::error::{Error, Result};
use crate::host::{HostFunc, IntoFunc};
use crate::store::{StoreId, StoreOpaque};
use crate::typed::{WasmParams, WasmResults};
use crate::types::{FuncType, ValType};
use crate::values::Val;

/// A function of a store: of an instance, or of the host.
///
/// It is a handle, cheap to copy, and used together with its store. Functions of the host
/// live as long as the store, functions of an instance as long as the instance.
///
/// ```
/// use selvedge::{Engine, Func, FuncType, Instance, Module, Store, Val, ValType};
///
/// let engine = Engine::default();
/// let mut store = Store::new(&engine, ());
/// // A host function whose type is only known at run time; `Func::wrap` takes closures of Rust types.
/// let ty = FuncType::new(&engine, [ValType::I32, ValType::I32], [ValType::I32]);
/// let max = Func::new(&mut store, ty, |_caller, args, results| {
///     results[0] = args[0].unwrap_i32().max(args[1].unwrap_i32()).into();
///     Ok(())
/// });
/// let mut results = [Val::I32(0)];
/// max.call(&mut store, &[Val::I32(3), Val::I32(5)], &mut results)?;
/// assert_eq!(results[0].i32(), Some(5));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub struct Func {
    store: StoreId,
    handle: NonZeroU64,
}

impl Func {
    /// A host function of type `ty`. `func` is given the arguments, and results to
    /// overwrite, which are zero or null at first.
    ///
    /// # Panics
    ///
    /// If the store has no room for another function.
    pub fn new<T: 'static>(
        mut store: impl AsContextMut<Data = T>,
        ty: FuncType,
        func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        let store = store.as_context_mut();
        let func = HostFunc::new(store.engine(), ty, func);
        // SAFETY: the function was just made for data `T`.
        unsafe { Self::add_host(store, &Arc::new(func), false) }.expect("room for a function")
    }

    /// A host function from a closure with parameters and results of Rust types; see [`IntoFunc`].
    ///
    /// ```
    /// use selvedge::{Caller, Engine, Func, Store};
    ///
    /// let mut store = Store::new(&Engine::default(), 0);
    /// let count = Func::wrap(&mut store, |mut caller: Caller<'_, i32>, by: i32| {
    ///     *caller.data_mut() += by;
    ///     *caller.data()
    /// });
    /// let count = count.typed::<i32, i32>(&store)?;
    /// assert_eq!(count.call(&mut store, 3)?, 3);
    /// assert_eq!(count.call(&mut store, 4)?, 7);
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If the store has no room for another function.
    pub fn wrap<T: 'static, Params, Results>(
        mut store: impl AsContextMut<Data = T>,
        func: impl IntoFunc<T, Params, Results>,
    ) -> Self {
        let store = store.as_context_mut();
        let func = func.into_func(store.engine());
        // SAFETY: the function was just made for data `T`.
        unsafe { Self::add_host(store, &Arc::new(func), false) }.expect("room for a function")
    }

    /// The function `func` of a linker (`shared`) or of the store alone.
    ///
    /// # Safety
    ///
    /// `func` was made for stores with data `T`.
    pub(crate) unsafe fn add_host<T: 'static>(
        store: impl AsContextMut<Data = T>,
        func: &Arc<HostFunc>,
        shared: bool,
    ) -> Result<Self> {
        let mut store = store;
        let mut store = store.as_context_mut();
        // SAFETY: by contract, and the reference is live for it is never removed.
        unsafe {
            let func_ref = func.in_store(store.as_ptr(), shared)?;
            Ok(Self::from_ref(store.opaque_mut(), func_ref))
        }
    }

    /// The function with the live handle `handle` in the store `store`.
    #[inline]
    pub(crate) fn from_handle(store: StoreId, handle: NonZeroU64) -> Self {
        Self { store, handle }
    }

    /// The function that `func_ref` refers to.
    ///
    /// # Safety
    ///
    /// `func_ref` is a live reference of the store.
    pub(crate) unsafe fn from_ref(store: &mut StoreOpaque, func_ref: *const VMFuncRef) -> Self {
        // SAFETY: by contract.
        let handle = unsafe { store.func_handle(func_ref) };
        Self::from_handle(store.id(), handle)
    }

    #[inline]
    pub(crate) fn handle(&self) -> NonZeroU64 {
        self.handle
    }

    /// Whether the function is still there.
    ///
    /// # Errors
    ///
    /// If it is one of another store.
    pub(crate) fn is_live(&self, store: &StoreOpaque) -> Result<bool> {
        if self.store != store.id() {
            return Err(Error::message("function used with the wrong store"));
        }
        Ok(store.func_ref(self.handle).is_some())
    }

    /// What the function's handle stands for.
    ///
    /// # Errors
    ///
    /// If its instance has been removed.
    ///
    /// # Panics
    ///
    /// If it is one of another store.
    #[track_caller]
    pub(crate) fn func_ref(&self, store: &StoreOpaque) -> Result<*const VMFuncRef> {
        store.assert_owns(self.store);
        store.func_ref(self.handle).ok_or_else(|| {
            Error::message("the instance of the function has been removed from the store")
        })
    }

    fn type_in(&self, store: &StoreOpaque) -> Result<FuncType> {
        let func_ref = self.func_ref(store)?;
        // SAFETY: the reference is live as long as the store is borrowed.
        let id = SharedTypeId::from_u32(unsafe { (*func_ref).type_id });
        Ok(FuncType::from_vm(store.engine().registry().get(id)))
    }

    /// The type.
    ///
    /// # Panics
    ///
    /// If the function is one of another store, or of an instance that has been removed.
    pub fn ty(&self, store: impl AsContext) -> FuncType {
        let store = store.as_context();
        let ty = self.type_in(store.opaque());
        ty.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Checks the number and types of `params` and the number of `results`; returns the type.
    pub(crate) fn check_call(
        &self,
        store: &mut StoreOpaque,
        params: &[Val],
        results: &[Val],
    ) -> Result<FuncType> {
        let func_type = self.type_in(store)?;
        let ty = func_type.as_vm();
        check_count("arguments", ty.params().len(), params.len())?;
        check_count("results", ty.results().len(), results.len())?;
        for (i, (value, &ty)) in params.iter().zip(ty.params()).enumerate() {
            let checked = value.check(store, ty);
            checked.map_err(|error| error.context(format!("argument {i}")))?;
        }
        Ok(func_type)
    }

    /// Calls the function.
    ///
    /// # Errors
    ///
    /// If the number or types of `params`, or the number of `results`, are not those of the function;
    /// if the guest traps, or a host function that it calls fails.
    ///
    /// # Panics
    ///
    /// If the function is one of another store. A panic of a host function continues here.
    pub fn call(
        &self,
        mut store: impl AsContextMut,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<()> {
        let mut store = store.as_context_mut();
        let opaque = store.opaque_mut();
        let ty = self.check_call(opaque, params, results)?;
        let ty = ty.as_vm();
        let func_ref = self.func_ref(opaque)?;
        // SAFETY: the store is borrowed exclusively, the function is alive, and the arguments
        // have been checked.
        unsafe {
            let callee = entry::callee(func_ref);
            enter(store.opaque_ptr(), callee, ty, params, results)
        }
    }

    /// The function with its type known to Rust, for calls that check nothing any more.
    ///
    /// # Errors
    ///
    /// If the function has another type, or its instance has been removed.
    ///
    /// # Panics
    ///
    /// If it is one of another store.
    pub fn typed<Params, Results>(
        &self,
        store: impl AsContext,
    ) -> Result<TypedFunc<Params, Results>>
    where
        Params: WasmParams,
        Results: WasmResults,
    {
        let store = store.as_context();
        let store = store.opaque();
        let ty = self.type_in(store)?;
        check_types("parameters", ty.params(), Params::TYPES)?;
        check_types("results", ty.results(), Results::TYPES)?;
        // SAFETY: the reference is live as long as the store is borrowed.
        let callee = unsafe { entry::callee(self.func_ref(store)?) };
        Ok(TypedFunc {
            func: *self,
            callee,
            seen_removals: AtomicU64::new(store.removals()),
            ty: PhantomData,
        })
    }
}

impl fmt::Debug for Func {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Func({:#x} of store {:?})", self.handle, self.store)
    }
}

/// Calls `callee`, whose type is `ty`.
///
/// # Safety
///
/// As for [`entry::call`]; `params` and `results` have been checked.
pub(crate) unsafe fn enter(
    store: *mut StoreOpaque,
    callee: VMCallee,
    ty: &VMFuncType,
    params: &[Val],
    results: &mut [Val],
) -> Result<()> {
    let slots = ty.param_slots().max(ty.result_slots()) as usize;
    let write = |mut slot: *mut u64| {
        for value in params {
            // SAFETY: there is room for the parameters' slots.
            unsafe {
                value.write(slot);
                slot = slot.add(value.ty().to_vm().slots() as usize);
            }
        }
    };
    let read = |store: &StoreOpaque, mut slot: *const u64| {
        for (value, &ty) in results.iter_mut().zip(ty.results()) {
            // SAFETY: the function has returned results of these types.
            unsafe {
                *value = Val::read(store, ty, slot);
                slot = slot.add(ty.slots() as usize);
            }
        }
    };
    // SAFETY: passed on.
    unsafe { entry::call(store, callee, slots, write, read) }
}

pub(crate) fn check_count(what: &str, expected: usize, actual: usize) -> Result<()> {
    if expected == actual {
        return Ok(());
    }
    Err(Error::message(format!(
        "expected {expected} {what}, got {actual}"
    )))
}

fn check_types(
    what: &str,
    actual: impl ExactSizeIterator<Item = ValType>,
    wanted: &[ValType],
) -> Result<()> {
    let actual: Vec<ValType> = actual.collect();
    if actual == wanted {
        return Ok(());
    }
    let list = |types: &[ValType]| {
        let types: Vec<String> = types.iter().map(ToString::to_string).collect();
        types.join(" ")
    };
    Err(Error::message(format!(
        "type mismatch with {what}: the function has [{}], asked for [{}]",
        list(&actual),
        list(wanted)
    )))
}

/// A [`Func`] whose type is known to Rust.
///
/// Types are compared when it is made; its calls compare and allocate nothing.
///
/// ```
/// use selvedge::{Engine, Instance, Module, Store, TypedFunc};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module
///     (func (export "divide") (param i32 i32) (result i32 i32)
///         (i32.div_u (local.get 0) (local.get 1)) (i32.rem_u (local.get 0) (local.get 1))))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let divide: TypedFunc<(u32, u32), (u32, u32)> = instance.get_typed_func(&mut store, "divide")?;
/// assert_eq!(divide.call(&mut store, (17, 5))?, (3, 2));
/// assert!(instance.get_typed_func::<i64, ()>(&mut store, "divide").is_err());
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct TypedFunc<Params, Results> {
    func: Func,
    /// What to call, as long as the function is alive.
    callee: VMCallee,
    /// The store's count of removed instances when the function was last seen alive.
    seen_removals: AtomicU64,
    ty: PhantomData<fn(Params) -> Results>,
}

// SAFETY: the pointers are only used together with the store that they belong to.
unsafe impl<Params, Results> Send for TypedFunc<Params, Results> {}
// SAFETY: as above.
unsafe impl<Params, Results> Sync for TypedFunc<Params, Results> {}

impl<Params, Results> Clone for TypedFunc<Params, Results> {
    fn clone(&self) -> Self {
        Self {
            func: self.func,
            callee: self.callee,
            seen_removals: AtomicU64::new(self.seen_removals.load(Ordering::Relaxed)),
            ty: PhantomData,
        }
    }
}

impl<Params, Results> TypedFunc<Params, Results>
where
    Params: WasmParams,
    Results: WasmResults,
{
    /// The slots of parameters or results, whichever are more.
    const SLOTS: usize = if Params::SLOTS > Results::SLOTS {
        Params::SLOTS
    } else {
        Results::SLOTS
    };

    /// The function.
    pub fn func(&self) -> &Func {
        &self.func
    }

    /// Calls the function. Allocates nothing.
    ///
    /// # Errors
    ///
    /// If the guest traps, or a host function that it calls fails; if an argument is a
    /// reference of another store, or the function's instance has been removed.
    ///
    /// # Panics
    ///
    /// If the function is one of another store. A panic of a host function continues here.
    #[inline]
    pub fn call(&self, mut store: impl AsContextMut, params: Params) -> Result<Results> {
        let mut store = store.as_context_mut();
        let opaque = store.opaque();
        opaque.assert_owns(self.func.store);
        if opaque.removals() != self.seen_removals.load(Ordering::Relaxed) {
            self.look_again(opaque)?;
        }
        params.check(opaque)?;
        // SAFETY: the store is borrowed exclusively, the function is alive for no instance has
        // been removed since it was, and its type was checked when `self` was made.
        unsafe {
            entry::call(
                store.opaque_ptr(),
                self.callee,
                Self::SLOTS,
                |slots| params.write(slots),
                |store, slots| Results::read(store, slots),
            )
        }
    }

    /// Checks that the function is still there after instances have been removed.
    #[cold]
    fn look_again(&self, store: &StoreOpaque) -> Result<()> {
        self.func.func_ref(store)?;
        self.seen_removals
            .store(store.removals(), Ordering::Relaxed);
        Ok(())
    }
}

impl<Params, Results> fmt::Debug for TypedFunc<Params, Results> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedFunc").field(&self.func).finish()
    }
}
