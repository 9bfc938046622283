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
use selvedge_vm::instance::{Instance as VMInstance, InstanceId, VMInstance as VMInstanceOwner};
use selvedge_vm::native_stack::NativeStack;
use selvedge_vm::region::Slot;
use selvedge_vm::stack::ValueStack;
use selvedge_vm::store::{BoxedError, HostFuncId, StoreHooks, VMStore};
use selvedge_vm::vmcontext::VMFuncRef;

use crate::context::{AsContextMut, StoreContextMut};
use crate::engine::Engine;
use crate::epoch::{EpochCallback, StoreEpochs, UpdateDeadline};
use crate::error::{Error, LimitError, Result};
use crate::host::HostFunc;
use crate::interrupt::InterruptHandle;
use crate::life::KillState;
use crate::limits::{LimiterFn, ResourceLimiter};
use crate::module::Module;
use crate::tier;
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

/// How the VM asks the embedder's limiter.
struct Hooks<T: 'static> {
    store: NonNull<StoreInner<T>>,
    /// Set through `&mut Store`, used by the VM, which asks one question at a time.
    limiter: UnsafeCell<Option<LimiterFn<T>>>,
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
        let exec = Arc::new(VMExec::new());
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

    /// Lets the store's guests run until the engine's epoch has been incremented `ticks` times from now. At a
    /// deadline that is reached they trap with [`Trap::Interrupt`](crate::Trap::Interrupt), unless a
    /// [callback](Store::epoch_deadline_callback) says otherwise; a new store's is reached.
    ///
    /// # Panics
    ///
    /// If [`Config::epoch_interruption`](crate::Config::epoch_interruption) is off.
    ///
    /// # Examples
    ///
    /// ```
    /// use selvedge::{Config, Engine, Instance, Module, Store, Trap};
    ///
    /// let engine = Engine::new(Config::new().epoch_interruption(true))?;
    /// let module = Module::new(&engine, r#"(module (func (export "f") (loop (br 0))))"#)?;
    /// let mut store = Store::new(&engine, ());
    /// store.set_epoch_deadline(2);
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let f = instance.get_typed_func::<(), ()>(&mut store, "f")?;
    /// let ticker = std::thread::spawn({
    ///     let engine = engine.clone();
    ///     move || (0..2).for_each(|_| engine.increment_epoch())
    /// });
    /// let error = f.call(&mut store, ()).unwrap_err();
    /// assert_eq!(error.downcast_ref(), Some(&Trap::Interrupt));
    /// # ticker.join().unwrap();
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn set_epoch_deadline(&mut self, ticks: u64) {
        self.as_context_mut().set_epoch_deadline(ticks);
    }

    /// Guests trap with [`Trap::Interrupt`](crate::Trap::Interrupt) when a deadline is reached, as they do in a new store.
    ///
    /// # Panics
    ///
    /// If [`Config::epoch_interruption`](crate::Config::epoch_interruption) is off.
    pub fn epoch_deadline_trap(&mut self) {
        self.set_epoch_callback(None);
    }

    /// Asks `callback` when a guest reaches its deadline. An error of it ends the guest with that error.
    ///
    /// The guest waits where it is, at a loop or at the call of a function. The callback may use the store, but guests that it
    /// calls find no stack: they trap with [`Trap::StackOverflow`](crate::Trap::StackOverflow).
    ///
    /// # Panics
    ///
    /// If [`Config::epoch_interruption`](crate::Config::epoch_interruption) is off.
    pub fn epoch_deadline_callback(
        &mut self,
        callback: impl FnMut(StoreContextMut<'_, T>) -> Result<UpdateDeadline> + Send + Sync + 'static,
    ) {
        self.set_epoch_callback(Some(Box::new(callback)));
    }

    fn set_epoch_callback(&mut self, callback: Option<EpochCallback<T>>) {
        let inner = self.inner.as_ptr();
        // SAFETY: the store is alive, borrowed exclusively, and stays where it is.
        unsafe {
            let epochs = (*inner).epochs.as_mut();
            epochs
                .expect("`Config::epoch_interruption` is on")
                .set_callback(inner, callback);
        }
    }

    /// Suspends guests that are entered by [`TypedFunc::call_async`](crate::TypedFunc::call_async) when the
    /// deadline is reached, and sets the next one `ticks` from then. Other guests trap.
    ///
    /// # Panics
    ///
    /// If [`Config::epoch_interruption`](crate::Config::epoch_interruption) is off.
    pub fn epoch_deadline_async_yield_and_update(&mut self, ticks: u64) {
        self.epoch_deadline_callback(move |_| Ok(UpdateDeadline::Yield(ticks)));
    }

    /// Suspends guests that are entered by [`TypedFunc::call_async`](crate::TypedFunc::call_async) whenever they have
    /// spent `interval` of their fuel, so that others have their turn; `None`, as in a new store: never. The fuel that is left stays as it is.
    ///
    /// # Errors
    ///
    /// If [`Config::consume_fuel`](crate::Config::consume_fuel) is off, or the interval is 0.
    pub fn fuel_async_yield_interval(&mut self, interval: Option<u64>) -> Result<()> {
        self.opaque_mut().set_fuel_interval(interval)
    }

    /// The fuel that is left; 0 in a new store.
    ///
    /// # Errors
    ///
    /// If [`Config::consume_fuel`](crate::Config::consume_fuel) is off.
    pub fn get_fuel(&self) -> Result<u64> {
        self.opaque().get_fuel()
    }

    /// Sets the fuel that is left. What has been counted stays as it is.
    ///
    /// # Errors
    ///
    /// If [`Config::consume_fuel`](crate::Config::consume_fuel) is off.
    ///
    /// # Examples
    ///
    /// ```
    /// use selvedge::{Config, Engine, Instance, Module, Store, Trap};
    ///
    /// let engine = Engine::new(Config::new().consume_fuel(true))?;
    /// let module = Module::new(&engine, r#"(module (func (export "f") (loop (br 0))))"#)?;
    /// let mut store = Store::new(&engine, ());
    /// store.set_fuel(1_000)?;
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let f = instance.get_typed_func::<(), ()>(&mut store, "f")?;
    /// let error = f.call(&mut store, ()).unwrap_err();
    /// assert_eq!(error.downcast_ref(), Some(&Trap::OutOfFuel));
    /// assert_eq!(store.get_fuel()?, 0);
    /// assert_eq!(store.instruction_count(), Some(1_000));
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.opaque_mut().set_fuel(fuel)
    }

    /// What the store's guests have executed, in the units of `docs/instruction-count.md`; `None` unless
    /// [`Config::count_instructions`](crate::Config::count_instructions) or
    /// [`Config::consume_fuel`](crate::Config::consume_fuel) is on.
    ///
    /// It is the same on every tier, build and platform, also after a trap: then the basic block that
    /// trapped is counted as a whole.
    pub fn instruction_count(&self) -> Option<u64> {
        let count = &self.opaque().exec.count;
        count.is_on().then(|| count.get())
    }

    /// Goes on counting from `count`, if anything is counted. Fuel stays as it is.
    pub fn set_instruction_count(&mut self, count: u64) {
        self.opaque().exec.count.set(count);
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

impl Drop for StoreOpaque {
    fn drop(&mut self) {
        // Interrupt handles keep the execution. The next user of a region's slot finds its stack there.
        self.exec.release_stacks();
        // SAFETY: leaked by `Store::new`; instances and host functions go with it, and no
        // guest is running, for it would borrow the store.
        drop(unsafe { Box::from_raw(self.vm.as_ptr()) });
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

impl StoreOpaque {
    pub(crate) fn id(&self) -> StoreId {
        self.id
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn exec(&self) -> &VMExec {
        &self.exec
    }

    pub(crate) fn get_fuel(&self) -> Result<u64> {
        self.check_fuel()?;
        Ok(self.exec.count.fuel())
    }

    pub(crate) fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.check_fuel()?;
        self.exec.count.set_fuel(fuel);
        Ok(())
    }

    fn set_fuel_interval(&mut self, interval: Option<u64>) -> Result<()> {
        self.check_fuel()?;
        if interval == Some(0) {
            return Err(Error::message("the interval between yields must not be 0"));
        }
        self.exec.count.set_interval(interval);
        Ok(())
    }

    fn check_fuel(&self) -> Result<()> {
        if self.engine.config().consume_fuel {
            return Ok(());
        }
        Err(Error::message(
            "fuel is not configured in this store: see `Config::consume_fuel`",
        ))
    }

    /// The VM's store, for functions that take it by pointer.
    pub(crate) fn vm_ptr(&self) -> *mut VMStore {
        self.vm.as_ptr()
    }

    pub(crate) fn vm(&self) -> &VMStore {
        // SAFETY: the VM's store lives as long as this, and is changed only through `&mut self` or while
        // a guest runs, when `self` is not borrowed.
        unsafe { self.vm.as_ref() }
    }

    pub(crate) fn vm_mut(&mut self) -> &mut VMStore {
        // SAFETY: as above, and `self` is borrowed exclusively.
        unsafe { self.vm.as_mut() }
    }

    pub(crate) fn removals(&self) -> u64 {
        self.removals
    }

    /// Checks that a handle is of this store.
    ///
    /// # Panics
    ///
    /// If it is not.
    #[inline]
    #[track_caller]
    pub(crate) fn assert_owns(&self, id: StoreId) {
        assert!(self.id == id, "object used with the wrong store");
    }

    /// The instance `id` of this store.
    ///
    /// # Panics
    ///
    /// If it has been removed.
    #[track_caller]
    pub(crate) fn instance(&self, id: InstanceId) -> &VMInstance {
        let Some(instance) = self.vm().instance(id) else {
            panic!("object used after its instance was removed from the store");
        };
        instance
    }

    /// The function with the handle `handle`; `None` if it has been removed.
    pub(crate) fn func_ref(&self, handle: NonZeroU64) -> Option<*const VMFuncRef> {
        // SAFETY: the VM's store is live and, as `self` is borrowed, not changed.
        unsafe { VMStore::funcref_from_handle(self.vm_ptr(), handle.get()) }
    }

    /// The handle of a function reference.
    ///
    /// # Safety
    ///
    /// `func_ref` is a live one of this store.
    pub(crate) unsafe fn func_handle(&mut self, func_ref: *const VMFuncRef) -> NonZeroU64 {
        // SAFETY: by contract.
        let handle = unsafe { VMStore::funcref_handle(self.vm_ptr(), func_ref) };
        NonZeroU64::new(handle).expect("only null has the handle 0")
    }

    pub(crate) fn interrupt_handle(&self) -> InterruptHandle {
        self.interrupt.clone()
    }

    /// The module of an instance made by this crate's users.
    pub(crate) fn module(&self, id: InstanceId) -> Option<&Module> {
        self.modules.get(id)
    }

    pub(crate) fn set_module(&mut self, id: InstanceId, module: Module) {
        self.modules.insert(id, module);
    }

    /// Notes that an instance is gone.
    pub(crate) fn forget_instance(&mut self, id: InstanceId) {
        self.modules.remove(id);
        self.removals += 1;
    }

    /// The store's context for a function of a linker, if it has one.
    pub(crate) fn host_func(&self, func: &Arc<HostFunc>) -> Option<HostFuncId> {
        self.host_funcs.get(&Arc::as_ptr(func)).copied()
    }

    pub(crate) fn set_host_func(&mut self, func: &Arc<HostFunc>, id: HostFuncId) {
        self.host_funcs.insert(Arc::as_ptr(func), id);
    }

    /// Keeps the host value with this handle as long as the returned token lives.
    pub(crate) fn add_root(&mut self, handle: u64) -> Arc<()> {
        if self.roots.len() == self.roots.capacity() {
            self.roots.retain(|(token, _)| token.strong_count() > 0);
        }
        let token = Arc::new(());
        self.roots.push((Arc::downgrade(&token), handle));
        token
    }

    pub(crate) fn gc(&mut self) -> usize {
        self.roots.retain(|(token, _)| token.strong_count() > 0);
        let roots = self.roots.iter().map(|&(_, handle)| handle);
        let before = self.vm().population().instances;
        // SAFETY: `self` is borrowed exclusively, so no reference into the VM's store is about, and the
        // roots are not part of it.
        let freed = unsafe { VMStore::gc(self.vm_ptr(), roots) };
        if self.vm().population().instances != before {
            self.removals += 1;
            // SAFETY: the VM's store is live and only read.
            let vm = unsafe { self.vm.as_ref() };
            self.modules.retain(|id| vm.instance(id).is_some());
        }
        freed
    }

    /// Gives the execution its stack, which it gets with the first entry.
    #[cold]
    pub(crate) fn make_stack(&mut self) -> Result<()> {
        if self.use_slot_stacks()? {
            return Ok(());
        }
        if let Some(pool) = self.engine.pool() {
            let stacks = pool.take_stacks();
            let stacks = stacks
                .map_err(|error| LimitError::with_source(error.to_string(), Box::new(error)))?;
            self.exec.set_pooled_stacks(stacks, tier::stubs());
            return Ok(());
        }
        let bytes = self.engine.config().max_wasm_stack;
        let failed = |error: BoxedError| {
            Error::from(LimitError::with_source(
                "no memory for a guest's stack",
                error,
            ))
        };
        let stack = ValueStack::new(bytes).map_err(|error| failed(error.into()))?;
        tier::make_return_stack(&self.engine, &self.exec, bytes)
            .map_err(|error| failed(error.into()))?;
        self.exec.set_stack(stack);
        Ok(())
    }
}

/// Instances in regions.
impl StoreOpaque {
    /// Gives the execution the value stack of the slot, if nobody has it, and a return stack of its own.
    #[cold]
    fn use_slot_stacks(&mut self) -> Result<bool> {
        let Some(slot) = self.vm_mut().slot_mut() else {
            return Ok(false);
        };
        // SAFETY: the slot goes with the VM's store, which no guest outlives.
        let Some(stack) = (unsafe { slot.lend_value_stack()? }) else {
            return Ok(false);
        };
        let bytes = slot.limits().value_stack_size;
        tier::make_return_stack(&self.engine, &self.exec, bytes)?;
        self.exec.set_stack(stack);
        Ok(true)
    }

    /// A native stack for the instance that lives in the slot: the slot's, if nobody has it.
    ///
    /// # Errors
    ///
    /// If there is no other in its place, and none can be had.
    ///
    /// # Safety
    ///
    /// Nothing runs on it when the store is dropped.
    pub(crate) unsafe fn take_native_stack(&mut self) -> Result<NativeStack> {
        if let Some(slot) = self.vm_mut().slot_mut() {
            // SAFETY: the slot goes with the VM's store; the rest is by contract.
            if let Some(stack) = unsafe { slot.lend_native_stack()? } {
                return Ok(stack);
            }
        }
        self.engine.native_stacks().take()
    }
}

impl<T> Hooks<T> {
    /// Asks the limiter.
    fn ask<R>(
        &self,
        default: R,
        question: impl FnOnce(&mut dyn ResourceLimiter) -> Result<R>,
    ) -> Result<R, BoxedError> {
        // SAFETY: the store is alive, and neither limiter nor data is borrowed: the VM asks only while a
        // guest runs, something is instantiated or grows, when the store is borrowed
        // exclusively by the function that does it, which borrows neither.
        let (limiter, data) =
            unsafe { (&mut *self.limiter.get(), &mut (*self.store.as_ptr()).data) };
        match limiter {
            Some(limiter) => Ok(question(limiter(data))?),
            None => Ok(default),
        }
    }

    /// Asks the limiter for a number.
    fn count(&self, question: impl FnOnce(&dyn ResourceLimiter) -> usize) -> usize {
        let answer = self.ask(usize::MAX, |limiter| Ok(question(limiter)));
        answer.unwrap_or(usize::MAX)
    }
}

impl<T> StoreHooks for Hooks<T> {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, BoxedError> {
        self.ask(true, |limiter| {
            limiter.memory_growing(current, desired, maximum)
        })
    }

    fn memory_grow_failed(&mut self, error: BoxedError) -> Result<(), BoxedError> {
        self.ask((), |limiter| {
            limiter.memory_grow_failed(Error::from_boxed(error))
        })
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, BoxedError> {
        self.ask(true, |limiter| {
            limiter.table_growing(current, desired, maximum)
        })
    }

    fn table_grow_failed(&mut self, error: BoxedError) -> Result<(), BoxedError> {
        self.ask((), |limiter| {
            limiter.table_grow_failed(Error::from_boxed(error))
        })
    }

    fn instances(&self) -> usize {
        self.count(|limiter| limiter.instances())
    }

    fn memories(&self) -> usize {
        self.count(|limiter| limiter.memories())
    }

    fn tables(&self) -> usize {
        self.count(|limiter| limiter.tables())
    }
}
