#![expect(unsafe_code, reason = "leads from a running guest to its instance")]
//! `Caller`: what a host function knows about the guest that called it.

use std::ptr::NonNull;

use selvedge_vm::instance::Instance as VMInstance;
use selvedge_vm::vmcontext::VMContext;

use crate::context::{AsContext, AsContextMut, StoreContext, StoreContextMut};
use crate::engine::Engine;
use crate::error::Result;
use crate::externals::Extern;
use crate::instance::Instance;
use crate::interrupt::InterruptHandle;
use crate::module::ModuleExport;
use crate::store::StoreInner;

/// The store and the calling instance, for the time of one call of a host function.
///
/// What is borrowed through it ends before a guest runs again, which is checked when the
/// host function is compiled:
///
/// ```compile_fail,E0499
/// # use selvedge::{Caller, Func};
/// fn host(mut caller: Caller<'_, String>, callback: Func) -> selvedge::Result<()> {
///     let name = caller.data_mut();
///     callback.call(&mut caller, &[], &mut [])?;
///     name.push('!');
///     Ok(())
/// }
/// ```
///
/// ```
/// use selvedge::error::Context;
/// use selvedge::{Caller, Engine, Extern, Linker, Module, Store};
///
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// // Adds the guest's byte at `at` to the host's sum.
/// linker.func_wrap("host", "sum", |mut caller: Caller<'_, u64>, at: u32| -> selvedge::Result<()> {
///     let memory = caller.get_export("memory").and_then(Extern::into_memory);
///     let mut byte = [0];
///     memory.context("no export `memory`")?.read(&caller, at as usize, &mut byte)?;
///     *caller.data_mut() += u64::from(byte[0]);
///     Ok(())
/// })?;
/// let module = Module::new(&engine, r#"(module
///     (import "host" "sum" (func $sum (param i32)))
///     (memory (export "memory") 1)
///     (data (i32.const 0) "\05\07")
///     (func (export "run") (call $sum (i32.const 0)) (call $sum (i32.const 1))))"#)?;
/// let mut store = Store::new(&engine, 0_u64);
/// let instance = linker.instantiate(&mut store, &module)?;
/// instance.get_typed_func::<(), ()>(&mut store, "run")?.call(&mut store, ())?;
/// assert_eq!(*store.data(), 12);
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct Caller<'a, T: 'static> {
    store: StoreContextMut<'a, T>,
    /// The caller's context; null if the host is the caller.
    vmctx: *mut VMContext,
    /// How many instances had been removed when the call began.
    removals: u64,
}

// SAFETY: it is an exclusive borrow of the store, and the context is used with that alone.
unsafe impl<T: Send> Send for Caller<'_, T> {}
// SAFETY: a shared reference to it gives shared access to the store.
unsafe impl<T: Sync> Sync for Caller<'_, T> {}

impl<'a, T> Caller<'a, T> {
    /// # Safety
    ///
    /// For `'a` the store is alive and used only through this caller; `vmctx` is null or the
    /// context of a live instance of the store.
    #[inline(always)]
    pub(crate) unsafe fn new(store: NonNull<StoreInner<T>>, vmctx: *mut VMContext) -> Self {
        // SAFETY: by contract.
        let store = unsafe { StoreContextMut::new(store) };
        Self {
            removals: store.opaque().removals(),
            store,
            vmctx,
        }
    }

    pub(crate) fn store_mut(&mut self) -> &mut StoreContextMut<'a, T> {
        &mut self.store
    }

    /// The instance whose code made the call; `None` if the host did.
    pub fn instance(&self) -> Option<Instance> {
        if self.vmctx.is_null() {
            return None;
        }
        let store = self.store.opaque();
        let id = if store.removals() == self.removals {
            // SAFETY: the instance was alive when the call began, and none has been removed since.
            unsafe { VMInstance::from_vmctx(self.vmctx) }.id()
        } else {
            // A guest that made the call in tail position has no frame that keeps its instance.
            let mut instances = store.vm().instances();
            instances
                .find(|(_, instance)| instance.vmctx() == self.vmctx)?
                .0
        };
        Some(Instance::from_vm(store.id(), id))
    }

    /// What the calling instance exports as `name`. `None` if it does not, or if
    /// the host itself is the caller.
    pub fn get_export(&mut self, name: &str) -> Option<Extern> {
        self.instance()?.get_export(&mut self.store, name)
    }

    /// What the calling instance exports, found without a search. `None` if it is an instance of
    /// another module, or if the host itself is the caller.
    pub fn get_module_export(&mut self, export: &ModuleExport) -> Option<Extern> {
        self.instance()?.get_module_export(&mut self.store, export)
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        self.store.data()
    }

    /// The embedder's data, to change.
    pub fn data_mut(&mut self) -> &mut T {
        self.store.data_mut()
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        self.store.engine()
    }

    /// See [`Store::set_epoch_deadline`](crate::Store::set_epoch_deadline).
    ///
    /// # Panics
    ///
    /// As there.
    pub fn set_epoch_deadline(&mut self, ticks: u64) {
        self.store.set_epoch_deadline(ticks);
    }

    /// See [`Store::get_fuel`](crate::Store::get_fuel).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn get_fuel(&self) -> Result<u64> {
        self.store.get_fuel()
    }

    /// See [`Store::set_fuel`](crate::Store::set_fuel). The guest that calls goes on with it.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.store.set_fuel(fuel)
    }

    /// A handle to interrupt the guest that called, and to notice that it is to stop. See
    /// [`Store::interrupt_handle`](crate::Store::interrupt_handle) and
    /// [`InterruptHandle::on_interrupt`].
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.store.interrupt_handle()
    }

    /// See [`Store::gc`](crate::Store::gc).
    pub fn gc(&mut self) -> usize {
        self.store.gc()
    }
}

impl<T: 'static> AsContext for Caller<'_, T> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        self.store.as_context()
    }
}

impl<T: 'static> AsContextMut for Caller<'_, T> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        self.store.as_context_mut()
    }
}

impl<'a, T: 'static> From<Caller<'a, T>> for StoreContextMut<'a, T> {
    fn from(caller: Caller<'a, T>) -> Self {
        caller.store
    }
}
