#![expect(
    unsafe_code,
    reason = "owns what instances and host functions point to"
)]
//! What a store does without knowing the embedder's data.

use std::num::NonZeroU64;
use std::sync::Arc;

use selvedge_vm::exec::VMExec;
use selvedge_vm::instance::{Instance as VMInstance, InstanceId};
use selvedge_vm::native_stack::NativeStack;
use selvedge_vm::stack::ValueStack;
use selvedge_vm::store::{BoxedError, HostFuncId, VMStore};
use selvedge_vm::vmcontext::VMFuncRef;

use super::{StoreId, StoreOpaque};
use crate::engine::Engine;
use crate::error::{Error, LimitError, Result};
use crate::host::HostFunc;
use crate::interrupt::InterruptHandle;
use crate::module::Module;
use crate::tier;

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
        // SAFETY: only its value stack is used.
        let Some(slot) = (unsafe { self.vm_mut().slot_mut() }) else {
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
        // SAFETY: only its native stack is used.
        if let Some(slot) = unsafe { self.vm_mut().slot_mut() } {
            // SAFETY: the slot goes with the VM's store; the rest is by contract.
            if let Some(stack) = unsafe { slot.lend_native_stack()? } {
                return Ok(stack);
            }
        }
        self.engine.native_stacks().take()
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
