#![expect(
    unsafe_code,
    reason = "owns what instances and host functions point to"
)]
//! `Store`: owns instances and everything they are made of, and the embedder's data.
//!
//! ```text
//! Store<T> ─▶ StoreInner<T>  ├ opaque: StoreOpaque   what does not depend on T
//!                            ├ hooks                 how the VM asks the limiter
//!                            └ data: T
//! ```
//!
//! The inner part is boxed and reached by pointer only (see [`crate::context`]).
//! Handles are plain numbers: the store's id, which no other store ever has, and ids
//! whose generations are checked. So a handle that outlives its store or its object,
//! or is shown to another store, is noticed.

mod budget;
mod hooks;
mod opaque;

use std::cell::UnsafeCell;
use std::collections::HashMap;
use std::fmt;
use std::mem::ManuallyDrop;
use std::num::NonZeroU64;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use selvedge_vm::arena::IdMap;
use selvedge_vm::exec::VMExec;
use selvedge_vm::instance::VMInstance as VMInstanceOwner;
use selvedge_vm::region::Slot;
use selvedge_vm::store::{HostFuncId, StoreHooks, VMStore};

use self::hooks::Hooks;
use crate::engine::Engine;
use crate::epoch::StoreEpochs;
use crate::host::HostFunc;
use crate::interrupt::InterruptHandle;
use crate::life::KillState;
use crate::limits::ResourceLimiter;
use crate::module::Module;
use crate::values::Val;

/// Names a store among all stores of the process, for ever.
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub(crate) struct StoreId(NonZeroU64);

impl StoreId {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(NonZeroU64::new(id).expect("fewer than 2^64 stores"))
    }
}

impl fmt::Debug for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Instances, their memories, tables and globals, host functions, and the embedder's data `T`.
///
/// Objects of a store are named by small handles ([`Instance`](crate::Instance),
/// [`Func`](crate::Func), [`Memory`](crate::Memory) and so on) that are used together with it. A handle
/// of another store is refused: with a panic, or with an error where there is one
/// to return.
///
/// Objects live as long as the store, except for instances that are
/// [removed](crate::Instance::remove) and host values that [`Store::gc`] collects.
///
/// ```
/// use selvedge::{Caller, Engine, Linker, Module, Store};
///
/// struct Session {
///     user: String,
///     requests: u32,
/// }
///
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// linker.func_wrap("host", "request", |mut caller: Caller<'_, Session>| {
///     caller.data_mut().requests += 1;
/// })?;
/// let module = Module::new(&engine, r#"(module
///     (import "host" "request" (func $request))
///     (func (export "run") (call $request) (call $request)))"#)?;
///
/// let mut store = Store::new(&engine, Session { user: "anna".into(), requests: 0 });
/// let instance = linker.instantiate(&mut store, &module)?;
/// instance.get_typed_func::<(), ()>(&mut store, "run")?.call(&mut store, ())?;
/// // To take the data out ends the store, and everything that lives in it.
/// let session = store.into_data();
/// assert_eq!((session.user.as_str(), session.requests), ("anna", 2));
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct Store<T: 'static> {
    inner: NonNull<StoreInner<T>>,
}

// SAFETY: a store owns everything it points to; nothing in it is bound to a thread but `T`.
unsafe impl<T: Send> Send for Store<T> {}
// SAFETY: a shared store is only read: what changes is changed through `&mut Store`.
unsafe impl<T: Sync> Sync for Store<T> {}

/// What a [`Store`] points to.
pub(crate) struct StoreInner<T: 'static> {
    pub(crate) opaque: StoreOpaque,
    hooks: Hooks<T>,
    /// There if the engine has epochs.
    pub(crate) epochs: Option<StoreEpochs<T>>,
    pub(crate) data: ManuallyDrop<T>,
}

/// The part of a store that does not depend on the embedder's data.
pub struct StoreOpaque {
    id: StoreId,
    engine: Engine,
    vm: NonNull<VMStore>,
    exec: Arc<VMExec>,
    interrupt: InterruptHandle,
    pub(crate) dispatch: selvedge_interp::Dispatch,
    /// How many instances have been removed: what was looked up before may be gone.
    removals: u64,
    modules: IdMap<VMInstanceOwner, Module>,
    /// Functions of linkers that this store has a context for.
    host_funcs: HashMap<*const HostFunc, HostFuncId>,
    /// Host values that the embedder keeps alive, and whether it still does.
    roots: Vec<(Weak<()>, u64)>,
    /// The run of an instance in a region, which may be killed.
    pub(crate) kill: Option<Arc<KillState>>,
    /// Kept for calls of untyped host functions.
    pub(crate) vals: Vec<Val>,
    /// The native stack pointer at the outermost entry, where the platform does not tell
    /// how much stack is left.
    pub(crate) entry_address: usize,
}

impl<T> Store<T> {
    /// An empty store.
    pub fn new(engine: &Engine, data: T) -> Self {
        // SAFETY: interrupt handles and deadlines, which other threads may have, use the interrupt alone.
        let exec = Arc::new(unsafe { VMExec::new() });
        exec.count.turn(engine.config().counts());
        if engine.config().consume_fuel {
            exec.count.set_fuel(0);
        }
        let epochs = engine.config().epoch_interruption;
        let epochs = epochs.then(|| StoreEpochs::new(engine.epochs().register(exec.clone())));
        let vm = VMStore::new(exec.clone(), engine.registry().clone());
        let vm = NonNull::from(Box::leak(vm));
        // SAFETY: the VM's store was just made, and nobody else knows it.
        unsafe { (*vm.as_ptr()).set_pool(engine.pool().cloned()) };
        let inner = Box::into_raw(Box::new(StoreInner {
            opaque: StoreOpaque {
                id: StoreId::next(),
                engine: engine.clone(),
                vm,
                interrupt: InterruptHandle::new(exec.clone()),
                exec,
                dispatch: engine.dispatch(),
                removals: 0,
                modules: IdMap::default(),
                host_funcs: HashMap::new(),
                roots: Vec::new(),
                kill: None,
                vals: Vec::new(),
                entry_address: 0,
            },
            hooks: Hooks {
                store: NonNull::dangling(),
                limiter: UnsafeCell::new(None),
            },
            epochs,
            data: ManuallyDrop::new(data),
        }));
        let inner = NonNull::new(inner).expect("a box is not null");
        // SAFETY: the inner part was just made, and nobody else knows it.
        unsafe { (*inner.as_ptr()).hooks.store = inner };
        Self { inner }
    }

    pub(crate) fn inner(&self) -> NonNull<StoreInner<T>> {
        self.inner
    }

    fn opaque(&self) -> &StoreOpaque {
        // SAFETY: the store is alive and borrowed.
        unsafe { &(*self.inner.as_ptr()).opaque }
    }

    /// Lets the first instance of a module live in `slot`.
    pub(crate) fn set_slot(&mut self, slot: Slot) {
        self.opaque_mut().vm_mut().set_slot(slot);
    }

    fn opaque_mut(&mut self) -> &mut StoreOpaque {
        // SAFETY: the store is alive and borrowed exclusively.
        unsafe { &mut (*self.inner.as_ptr()).opaque }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        // SAFETY: the store is alive and borrowed.
        unsafe { &(*self.inner.as_ptr()).data }
    }

    /// The embedder's data, to change.
    pub fn data_mut(&mut self) -> &mut T {
        // SAFETY: the store is alive and borrowed exclusively.
        unsafe { &mut (*self.inner.as_ptr()).data }
    }

    /// Drops the store and keeps the embedder's data.
    pub fn into_data(self) -> T {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is not dropped, so the inner part is freed here and nowhere else, and the
        // data, whose drop is manual, is moved out once.
        unsafe {
            let data = ManuallyDrop::take(&mut (*this.inner.as_ptr()).data);
            drop(Box::from_raw(this.inner.as_ptr()));
            data
        }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        self.opaque().engine()
    }

    /// Sets who decides what instances of the store may take: `limiter` finds it in
    /// the embedder's data whenever there is something to decide.
    pub fn limiter(
        &mut self,
        limiter: impl (FnMut(&mut T) -> &mut dyn ResourceLimiter) + Send + Sync + 'static,
    ) {
        let inner = self.inner.as_ptr();
        // SAFETY: the store is alive and borrowed exclusively. The hooks live as long as the VM's store,
        // and their only other user is the VM.
        unsafe {
            *(*inner).hooks.limiter.get() = Some(Box::new(limiter));
            let hooks: *mut dyn StoreHooks = &raw mut (*inner).hooks;
            let vm = (*inner).opaque.vm.as_ptr();
            (*vm).set_hooks(NonNull::new(hooks));
        }
    }

    /// Frees the host values behind `externref`s that nothing refers to any more, and returns
    /// how many there were. Nothing else calls it: without it host values live as long
    /// as the store.
    ///
    /// A host value is kept if a table, a global, a running guest's frames or an
    /// [`OwnedRooted`](crate::OwnedRooted) of the store refer to it. An [`ExternRef`](crate::ExternRef) in the
    /// embedder's hands does **not** keep it: afterwards it may be stale, which makes its
    /// use an error.
    pub fn gc(&mut self) -> usize {
        self.opaque_mut().gc()
    }

    /// A handle by which other threads stop this store's guest.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.opaque().interrupt_handle()
    }
}

impl<T: Default> Default for Store<T> {
    fn default() -> Self {
        Self::new(&Engine::default(), T::default())
    }
}

impl<T> Drop for Store<T> {
    fn drop(&mut self) {
        // SAFETY: the inner part was leaked by `new` and is freed here, once; its data has not been
        // moved out, for then there would be no drop.
        unsafe {
            let mut inner = Box::from_raw(self.inner.as_ptr());
            ManuallyDrop::drop(&mut inner.data);
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Store<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("id", &self.opaque().id)
            .field("data", self.data())
            .finish_non_exhaustive()
    }
}
