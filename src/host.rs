#![expect(
    unsafe_code,
    reason = "shims between slots of the value stack and closures"
)]
//! Host functions: closures that guests call.
//!
//! A [`HostFunc`] is a closure with its type and its shim; it belongs to no store and
//! can be shared by many (a linker does so). A store that uses it makes one context
//! for it, through which the VM calls the shim.
//!
//! Panics and errors of the closure never unwind through guest code: the shim puts
//! them into the execution, and the entry that led to the guest raises or returns them.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::Arc;

use selvedge_vm::exec::{Pending, STATUS_RETURNED};
use selvedge_vm::store::HostFuncId;
use selvedge_vm::types::SharedTypeId;
use selvedge_vm::vmcontext::{VMContext, VMFuncRef, VMHostCall, VMHostContext};

use crate::caller::Caller;
use crate::context::same_engine;
use crate::engine::Engine;
use crate::error::{Error, LimitError, Result};
use crate::life;
use crate::store::{StoreInner, StoreOpaque};
use crate::suspend;
use crate::typed::{WasmParams, WasmRet, WasmTy, tuples};
use crate::types::FuncType;
use crate::values::Val;

/// A closure that guests can call; of no store.
pub struct HostFunc {
    engine: Engine,
    ty: FuncType,
    type_id: SharedTypeId,
    slots: u32,
    call: VMHostCall,
    closure: Box<dyn Any + Send + Sync>,
}

/// What a host function's context in a store points to.
struct HostData {
    /// The `StoreInner<T>` of the `T` that the shim was made for.
    store: *mut (),
    /// The closure in `func`.
    closure: *const (),
    func: Arc<HostFunc>,
}

// SAFETY: `closure` is `Send + Sync`, as its box says; `store` is only used by calls, on
// the thread that has the store.
unsafe impl Send for HostData {}
// SAFETY: as above.
unsafe impl Sync for HostData {}

/// A closure as its shim calls it.
pub(crate) trait HostCall<T: 'static>: Any + Send + Sync {
    /// # Safety
    ///
    /// `slots` holds arguments of the function's type and has room for its results.
    unsafe fn call(&self, caller: Caller<'_, T>, slots: *mut u64) -> Result<()>;
}

impl HostFunc {
    pub(crate) fn from_call<T: 'static, H: HostCall<T>>(
        engine: &Engine,
        ty: FuncType,
        call: H,
    ) -> Self {
        let slots = ty.as_vm().param_slots().max(ty.as_vm().result_slots());
        Self {
            engine: engine.clone(),
            type_id: engine.registry().intern(ty.as_vm()),
            ty,
            slots,
            call: shim::<T, H>,
            closure: Box::new(call),
        }
    }

    /// A function of any type, whose closure takes and returns values as slices.
    pub(crate) fn new<T: 'static>(
        engine: &Engine,
        ty: FuncType,
        func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        let untyped = Untyped {
            ty: ty.clone(),
            func,
        };
        Self::from_call::<T, _>(engine, ty, untyped)
    }

    pub(crate) fn ty(&self) -> &FuncType {
        &self.ty
    }

    /// The function's reference in `store`: if `shared`, one for all who ask, else a new one.
    ///
    /// # Errors
    ///
    /// If the store is of another engine, or has no room for another function.
    ///
    /// # Safety
    ///
    /// The function was made for stores with `T`s.
    pub(crate) unsafe fn in_store<T: 'static>(
        self: &Arc<Self>,
        store: NonNull<StoreInner<T>>,
        shared: bool,
    ) -> Result<*const VMFuncRef> {
        // SAFETY: the caller has the store for itself.
        let opaque: &mut StoreOpaque = unsafe { &mut (*store.as_ptr()).opaque };
        same_engine(opaque.engine(), &self.engine)?;
        let known = if shared { opaque.host_func(self) } else { None };
        let id = match known {
            Some(id) => id,
            None => {
                // SAFETY: by contract.
                let id = unsafe { self.add_to(store.as_ptr().cast(), opaque)? };
                if shared {
                    opaque.set_host_func(self, id);
                }
                id
            }
        };
        let host = opaque.vm().host_func(id);
        Ok(host.expect("host functions are not removed").func_ref())
    }

    /// # Safety
    ///
    /// `inner` is the `StoreInner<T>` of `store` and the function was made for stores with `T`s.
    unsafe fn add_to(
        self: &Arc<Self>,
        inner: *mut (),
        store: &mut StoreOpaque,
    ) -> Result<HostFuncId> {
        let data = Arc::new(HostData {
            store: inner,
            closure: closure_ptr(&*self.closure),
            func: self.clone(),
        });
        let code = selvedge_interp::host_code(store.dispatch);
        let pointer: *const () = Arc::as_ptr(&data).cast();
        // SAFETY: the code is that of host functions; the shim takes `HostData`, which `data`
        // keeps alive, for a store of this `T`; the slots are those of the type.
        let added = unsafe {
            let vm = store.vm_mut();
            vm.add_host_func(
                self.type_id,
                code,
                self.call,
                self.slots,
                pointer,
                Box::new(data),
            )
        };
        added.map_err(|error| LimitError::new(error.to_string()).into())
    }
}

impl std::fmt::Debug for HostFunc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostFunc")
            .field("ty", &self.ty)
            .finish_non_exhaustive()
    }
}

impl Drop for HostData {
    fn drop(&mut self) {
        // The closure goes with the last store or linker that has it.
        debug_assert!(Arc::strong_count(&self.func) > 0);
    }
}

/// The address of what a box holds.
fn closure_ptr(closure: &(dyn Any + Send + Sync)) -> *const () {
    (&raw const *closure).cast()
}

/// Calls the closure `H` for a guest of a store with data `T`. See [`VMHostCall`].
unsafe extern "C" fn shim<T: 'static, H: HostCall<T>>(
    context: *const VMHostContext,
    caller: *mut VMContext,
    slots: *mut u64,
) -> u32 {
    // SAFETY: the context is that of a function that `in_store` has made for a store with
    // data `T` from a closure `H`; it lives as long as the store does.
    let (store, closure) = unsafe {
        let data = &*(*context).data.cast::<HostData>();
        let store = NonNull::new_unchecked(data.store.cast::<StoreInner<T>>());
        (store, &*data.closure.cast::<H>())
    };
    let call = || {
        // SAFETY: while the host runs for a guest, the store is the host function's: whoever
        // entered the guest waits. The slots are by contract of `VMHostCall`.
        unsafe { closure.call(Caller::new(store, caller), slots) }
    };
    let outcome = if life::is_life::<T>() {
        // SAFETY: the store is alive, and borrowed for this statement only.
        let run = unsafe { life::run_of(&(*store.as_ptr()).opaque) };
        life::call_host(run, call)
    } else {
        catch_unwind(AssertUnwindSafe(call))
    };
    let pending = match outcome {
        Ok(Ok(())) => return STATUS_RETURNED,
        Ok(Err(error)) => {
            // SAFETY: the context and the store are alive, and the slots are by contract.
            let outcome = unsafe { host_trap(context, &(*store.as_ptr()).opaque, error, slots) };
            match outcome {
                Ok(()) => return STATUS_RETURNED,
                Err(error) => Pending::Error(error.into_pending()),
            }
        }
        Err(payload) => Pending::Panic(payload),
    };
    // SAFETY: the store is alive.
    unsafe { (*store.as_ptr()).opaque.exec().set_pending(pending) }
}

/// A host function has failed: suspends the guest, if whoever entered it has asked for that; `Ok` to go on with the
/// results that are in `slots` by then.
///
/// # Safety
///
/// As for [`shim`].
#[cold]
unsafe fn host_trap(
    context: *const VMHostContext,
    store: &StoreOpaque,
    error: Error,
    slots: *mut u64,
) -> Result<()> {
    match suspend::current(store) {
        None => Err(error),
        Some(record) => {
            // SAFETY: by contract.
            let data = unsafe { &*(*context).data.cast::<HostData>() };
            record.host_trap(error, &data.func.ty, slots)
        }
    }
}

/// A closure over slices of values.
struct Untyped<F> {
    ty: FuncType,
    func: F,
}

impl<T, F> HostCall<T> for Untyped<F>
where
    T: 'static,
    F: Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
{
    unsafe fn call(&self, mut caller: Caller<'_, T>, slots: *mut u64) -> Result<()> {
        let (params, results) = (self.ty.as_vm().params(), self.ty.as_vm().results());
        let store = caller.store_mut().opaque_ptr();
        // SAFETY: the store is this function's while it runs; the references end before the
        // closure is called.
        let mut vals = std::mem::take(unsafe { &mut (*store).vals });
        vals.clear();
        let mut slot = 0;
        for &ty in params {
            // SAFETY: by contract the slots hold arguments of these types.
            vals.push(unsafe { Val::read(&*store, ty, slots.add(slot)) });
            slot += ty.slots() as usize;
        }
        vals.extend(results.iter().map(|&ty| Val::zero(ty)));
        let (args, values) = vals.split_at_mut(params.len());
        (self.func)(caller, args, values)?;
        slot = 0;
        for (value, &ty) in values.iter().zip(results) {
            // SAFETY: the caller is gone, so the store is this function's again.
            value.check(unsafe { &*store }, ty)?;
            // SAFETY: by contract there is room for the results.
            unsafe { value.write(slots.add(slot)) };
            slot += ty.slots() as usize;
        }
        // SAFETY: as above.
        unsafe { (*store).vals = vals };
        Ok(())
    }
}

/// Closures that can be host functions of stores with data `T`: of up to 16 parameters
/// that are [`WasmTy`]s, with a [`WasmRet`] as result, and with an optional [`Caller`] in front.
///
/// ```
/// use selvedge::{Caller, Engine, Linker};
///
/// fn log(mut caller: Caller<'_, Vec<u32>>, n: u32) {
///     caller.data_mut().push(n);
/// }
///
/// let mut linker = Linker::new(&Engine::default());
/// // A function with a caller, a closure without, and one that may fail.
/// linker.func_wrap("host", "log", log)?;
/// linker.func_wrap("host", "half", |x: f64| x / 2.0)?;
/// linker.func_wrap("host", "parts", |n: u64| -> selvedge::Result<(u32, u32)> {
///     selvedge::ensure!(n != 0, "nothing to part");
///     Ok(((n >> 32) as u32, n as u32))
/// })?;
/// # Ok::<(), selvedge::Error>(())
/// ```
pub trait IntoFunc<T: 'static, Params, Results>: Send + Sync + 'static {
    /// The host function.
    #[doc(hidden)]
    fn into_func(self, engine: &Engine) -> HostFunc;
}

struct WithCaller<F, Params>(F, std::marker::PhantomData<fn(Params)>);
struct WithoutCaller<F, Params>(F, std::marker::PhantomData<fn(Params)>);

/// The type of a function with these parameters and results.
pub(crate) fn type_of<P: WasmParams, R: WasmRet>(engine: &Engine) -> FuncType {
    let results = <R::Values as WasmParams>::TYPES;
    FuncType::new(engine, P::TYPES.iter().copied(), results.iter().copied())
}

/// Writes what a closure has returned.
///
/// # Safety
///
/// `slots` has room for the results, and `store` is this function's.
#[inline(always)]
pub(crate) unsafe fn write_results<R: WasmRet>(
    returned: R,
    store: *mut StoreOpaque,
    slots: *mut u64,
) -> Result<()> {
    let values = returned.into_values()?;
    // SAFETY: by contract.
    unsafe {
        values.check(&*store)?;
        values.write(slots);
    }
    Ok(())
}

macro_rules! impl_into_func {
    ($($ty:ident $name:ident)*) => {
        impl<T, F, R, $($ty,)*> HostCall<T> for WithoutCaller<F, ($($ty,)*)>
        where
            T: 'static,
            F: Fn($($ty),*) -> R + Send + Sync + 'static,
            R: WasmRet,
            $($ty: WasmTy + 'static,)*
        {
            #[inline(always)]
            unsafe fn call(&self, mut caller: Caller<'_, T>, slots: *mut u64) -> Result<()> {
                let store = caller.store_mut().opaque_ptr();
                // SAFETY: by contract the slots hold arguments of these types and have room for
                // the results; the store is this function's while it runs.
                unsafe {
                    let ($($name,)*) = <($($ty,)*) as WasmParams>::read(&*store, slots);
                    let returned = (self.0)($($name),*);
                    write_results(returned, store, slots)
                }
            }
        }

        impl<T, F, R, $($ty,)*> IntoFunc<T, ($($ty,)*), R> for F
        where
            T: 'static,
            F: Fn($($ty),*) -> R + Send + Sync + 'static,
            R: WasmRet,
            $($ty: WasmTy + 'static,)*
        {
            fn into_func(self, engine: &Engine) -> HostFunc {
                let ty = type_of::<($($ty,)*), R>(engine);
                let call = WithoutCaller::<F, ($($ty,)*)>(self, std::marker::PhantomData);
                HostFunc::from_call::<T, _>(engine, ty, call)
            }
        }

        impl<T, F, R, $($ty,)*> HostCall<T> for WithCaller<F, ($($ty,)*)>
        where
            T: 'static,
            F: Fn(Caller<'_, T>, $($ty),*) -> R + Send + Sync + 'static,
            R: WasmRet,
            $($ty: WasmTy + 'static,)*
        {
            #[inline(always)]
            unsafe fn call(&self, mut caller: Caller<'_, T>, slots: *mut u64) -> Result<()> {
                let store = caller.store_mut().opaque_ptr();
                // SAFETY: by contract the slots hold arguments of these types and have room for
                // the results; the store is this function's while it runs, and the closure's
                // while that does.
                unsafe {
                    let ($($name,)*) = <($($ty,)*) as WasmParams>::read(&*store, slots);
                    let returned = (self.0)(caller, $($name),*);
                    write_results(returned, store, slots)
                }
            }
        }

        impl<T, F, R, $($ty,)*> IntoFunc<T, (Caller<'_, T>, $($ty,)*), R> for F
        where
            T: 'static,
            F: Fn(Caller<'_, T>, $($ty),*) -> R + Send + Sync + 'static,
            R: WasmRet,
            $($ty: WasmTy + 'static,)*
        {
            fn into_func(self, engine: &Engine) -> HostFunc {
                let ty = type_of::<($($ty,)*), R>(engine);
                let call = WithCaller::<F, ($($ty,)*)>(self, std::marker::PhantomData);
                HostFunc::from_call::<T, _>(engine, ty, call)
            }
        }
    };
}

tuples!(impl_into_func);
