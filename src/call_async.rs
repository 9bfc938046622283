#![expect(unsafe_code, reason = "runs suspended guests")]
//! Calls as futures, and host functions that are futures. Nothing here needs a runtime: a guest that waits is
//! woken by what it waits for.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::caller::Caller;
use crate::context::{AsContextMut, StoreContextMut};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::func::{Func, TypedFunc};
use crate::host::{HostCall, HostFunc, type_of, write_results};
use crate::instance::Instance;
use crate::instance_pre::InstancePre;
use crate::linker::Linker;
use crate::module::Module;
use crate::suspend::{Allows, Execution, Input, Reason, Step, UntypedCall, current};
use crate::typed::{WasmParams, WasmResults, WasmRet};
use crate::values::Val;

/// What suspends a call that is a future. Fuel does if the store says so.
const ALLOWS: Allows = Allows {
    fuel: false,
    epoch: true,
    host_trap: false,
    pending: true,
    yields: false,
};

/// Runs `work`, which enters a guest of the store, whenever it is polled.
struct Running<'a, T: 'static, R: 'static> {
    store: StoreContextMut<'a, T>,
    /// There until it has ended.
    execution: Option<Execution<R>>,
}

impl<'a, T: 'static, R: 'static> Running<'a, T, R> {
    /// # Safety
    ///
    /// `work` uses the store through a pointer of its own, and what it borrows lives for `'a`.
    unsafe fn new(store: StoreContextMut<'a, T>, work: impl FnOnce() -> Result<R>) -> Result<Self> {
        let stack = store.engine().native_stacks().take()?;
        // SAFETY: by contract; the store is borrowed exclusively as long as this lives.
        let execution = unsafe { Execution::new(store.opaque(), stack, ALLOWS, work) };
        Ok(Self {
            store,
            execution: Some(execution),
        })
    }
}

impl<T: 'static, R: 'static> Future for Running<'_, T, R> {
    type Output = Result<R>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<R>> {
        let store = self.store.opaque_ptr();
        let execution = self.execution.as_mut().expect("polled after it was ready");
        execution.record().set_waker(context.waker());
        // SAFETY: the store is borrowed exclusively.
        match unsafe { execution.run(store, Input::GoOn) } {
            Step::Done(result) => {
                let stack = self.execution.take().expect("as above").into_stack();
                self.store.engine().native_stacks().give_back(stack);
                Poll::Ready(result)
            }
            Step::Suspended(Reason::Pending) => Poll::Pending,
            // Others have their turn.
            Step::Suspended(_) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

impl<T: 'static, R: 'static> Drop for Running<'_, T, R> {
    fn drop(&mut self) {
        if let Some(mut execution) = self.execution.take() {
            // SAFETY: the store is borrowed exclusively.
            unsafe { execution.unwind(self.store.opaque_ptr()) };
            let stacks = self.store.engine().native_stacks();
            stacks.give_back(execution.into_stack());
        }
    }
}

impl<Params, Results> TypedFunc<Params, Results>
where
    Params: WasmParams + Send + 'static,
    Results: WasmResults + Send + 'static,
{
    /// Calls the function as a future, which waits where a host function of
    /// [`Linker::func_wrap_async`] does, and gives way where the epoch's callback says
    /// [`UpdateDeadline::Yield`](crate::UpdateDeadline::Yield).
    ///
    /// The store is borrowed until the future is ready or dropped. A guest that is given up with the future never goes on; what its
    /// host functions wait for is dropped.
    ///
    /// # Errors
    ///
    /// As [`TypedFunc::call`]; also if there is no native stack for it (see
    /// [`Config::async_stack_size`](crate::Config::async_stack_size)), or the platform cannot switch stacks.
    ///
    /// # Panics
    ///
    /// As [`TypedFunc::call`].
    pub async fn call_async(
        &self,
        mut store: impl AsContextMut<Data: Send>,
        params: Params,
    ) -> Result<Results> {
        let store = store.as_context_mut();
        let running = {
            let (func, pointer) = (self.clone(), Pointer(store.as_ptr()));
            // SAFETY: `work` owns what it uses.
            unsafe {
                Running::new(store, move || {
                    // Whoever runs the guest has the store for himself and waits.
                    func.call(StoreContextMut::new(pointer.get()), params)
                })?
            }
        };
        running.await
    }
}

impl Func {
    /// As [`TypedFunc::call_async`], with values as [`Func::call`] takes them.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    pub async fn call_async(
        &self,
        mut store: impl AsContextMut<Data: Send>,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<()> {
        let mut store = store.as_context_mut();
        let mut call = UntypedCall::new(&mut store, self, params, results)?;
        // SAFETY: whoever runs the guest has the store for himself and waits, and the call is kept until the
        // guest has ended.
        let running = unsafe {
            let work = call.work(&mut store);
            Running::new(store, work)?
        };
        running.await?;
        call.copy_results(results)
    }
}

impl<T: Send + 'static> InstancePre<T> {
    /// As [`InstancePre::instantiate`], for start functions that wait; see [`TypedFunc::call_async`].
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    pub async fn instantiate_async(
        &self,
        mut store: impl AsContextMut<Data = T>,
    ) -> Result<Instance> {
        let store = store.as_context_mut();
        let running = {
            let (pre, pointer) = (self.clone(), Pointer(store.as_ptr()));
            // SAFETY: `work` owns what it uses.
            unsafe {
                Running::new(store, move || {
                    pre.instantiate(StoreContextMut::new(pointer.get()))
                })?
            }
        };
        running.await
    }
}

/// A pointer to a store that a future has for itself.
struct Pointer<T: 'static>(std::ptr::NonNull<crate::store::StoreInner<T>>);

impl<T> Pointer<T> {
    fn get(&self) -> std::ptr::NonNull<crate::store::StoreInner<T>> {
        self.0
    }
}

// SAFETY: it stands for an exclusive borrow of the store.
unsafe impl<T: Send> Send for Pointer<T> {}

// SAFETY: the guest is one that may wait only in futures that are `Send`, and the store's data is.
unsafe impl<T: Send, R: Send> Send for Running<'_, T, R> {}

/// A host function that is a future.
struct Async<F, Params, R> {
    func: F,
    types: PhantomData<fn(Params) -> R>,
}

impl<T, F, Params, R> HostCall<T> for Async<F, Params, R>
where
    T: 'static,
    F: for<'a> Fn(Caller<'a, T>, Params) -> Box<dyn Future<Output = R> + Send + 'a>
        + Send
        + Sync
        + 'static,
    Params: WasmParams + 'static,
    R: WasmRet + 'static,
{
    unsafe fn call(&self, mut caller: Caller<'_, T>, slots: *mut u64) -> Result<()> {
        let store = caller.store_mut().opaque_ptr();
        // SAFETY: the store is this function's until it returns; the record lives as long as its guest.
        let record = match unsafe { current(&*store) } {
            Some(record) if record.may_wait() => std::ptr::from_ref(record),
            _ => {
                return Err(Error::message(
                    "an async host function was called by a guest that cannot wait: enter it by `call_async`",
                ));
            }
        };
        // SAFETY: by contract the slots hold arguments of these types.
        let params = unsafe { Params::read(&*store, slots) };
        let mut future = Box::into_pin((self.func)(caller, params));
        // SAFETY: as above.
        let ready = unsafe { (*record).wait(|context| future.as_mut().poll(context)) };
        let Some(returned) = ready else {
            return Err(Error::message("the guest was given up while it waited"));
        };
        drop(future);
        // SAFETY: by contract there is room for the results; the future is gone, so the store is this
        // function's.
        unsafe { write_results(returned, store, slots) }
    }
}

impl<T: 'static> Linker<T> {
    /// Defines `module` `name` as a host function that is a future: the guest waits until it is ready, with all
    /// that is above it. It is for guests that are entered by [`TypedFunc::call_async`] or
    /// [`Func::call_async`]; called by others it fails.
    ///
    /// # Errors
    ///
    /// If the name is defined already and shadowing is not allowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::{Future, poll_fn};
    /// use std::task::{Context, Poll, Waker};
    /// use selvedge::{Caller, Engine, Linker, Module, Store};
    ///
    /// let engine = Engine::default();
    /// let module = Module::new(&engine, r#"(module
    ///     (import "host" "later" (func $later (param i32) (result i32)))
    ///     (func (export "run") (result i32) (call $later (i32.const 20))))"#)?;
    /// let mut linker = Linker::new(&engine);
    /// linker.func_wrap_async("host", "later", |mut caller: Caller<'_, u32>, (value,): (i32,)| {
    ///     Box::new(async move {
    ///         poll_fn(|context| {
    ///             *caller.data_mut() += 1;
    ///             context.waker().wake_by_ref();
    ///             if *caller.data() < 3 { Poll::Pending } else { Poll::Ready(()) }
    ///         }).await;
    ///         2 * value
    ///     })
    /// })?;
    /// let mut store = Store::new(&engine, 0);
    /// let instance = linker.instantiate(&mut store, &module)?;
    /// let run = instance.get_typed_func::<(), i32>(&mut store, "run")?;
    ///
    /// // What a runtime does:
    /// let mut context = Context::from_waker(Waker::noop());
    /// let mut call = Box::pin(run.call_async(&mut store, ()));
    /// let mut polls = 1;
    /// let result = loop {
    ///     match call.as_mut().poll(&mut context) {
    ///         Poll::Ready(result) => break result?,
    ///         Poll::Pending => polls += 1,
    ///     }
    /// };
    /// assert_eq!((result, polls), (40, 3));
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn func_wrap_async<F, Params, R>(
        &mut self,
        module: &str,
        name: &str,
        func: F,
    ) -> Result<&mut Self>
    where
        F: for<'a> Fn(Caller<'a, T>, Params) -> Box<dyn Future<Output = R> + Send + 'a>
            + Send
            + Sync
            + 'static,
        Params: WasmParams + 'static,
        R: WasmRet + 'static,
    {
        let func = wrap_async::<T, _, _, _>(self.engine(), func);
        self.insert_host(module, name, func)
    }

    /// As [`Linker::instantiate`], for start functions that wait; see [`TypedFunc::call_async`].
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    pub async fn instantiate_async(
        &self,
        store: impl AsContextMut<Data = T>,
        module: &Module,
    ) -> Result<Instance>
    where
        T: Send,
    {
        self.instantiate_pre(module)?.instantiate_async(store).await
    }
}

fn wrap_async<T, F, Params, R>(engine: &Engine, func: F) -> HostFunc
where
    T: 'static,
    F: for<'a> Fn(Caller<'a, T>, Params) -> Box<dyn Future<Output = R> + Send + 'a>
        + Send
        + Sync
        + 'static,
    Params: WasmParams + 'static,
    R: WasmRet + 'static,
{
    let ty = type_of::<Params, R>(engine);
    let types = PhantomData;
    HostFunc::from_call::<T, _>(engine, ty, Async { func, types })
}
