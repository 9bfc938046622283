#![expect(unsafe_code, reason = "instantiates in a store reached by pointer")]
//! Instantiation in the VM, up to and with the start function, and what its failures are to the embedder.

use std::sync::Arc;

use selvedge_vm::bulk::Stop;
use selvedge_vm::exec::Pending;
use selvedge_vm::instance as vm;
use selvedge_vm::instance::{InstanceId, InstantiateError, ResetError};
use selvedge_vm::module::Module as VMModule;
use selvedge_vm::offsets::{VMOffsets, VMShape};
use selvedge_vm::store::{RemoveInstanceError, VMStore};
use selvedge_vm::vmcontext::VMCallee;

use super::Instance;
use crate::entry;
use crate::error::{Error, LimitError, Result};
use crate::module::Module;
use crate::store::StoreOpaque;
use crate::tier;

impl Instance {
    /// Makes an instance and runs its start function.
    ///
    /// # Safety
    ///
    /// The store is borrowed exclusively by the caller. The imports are live, of the
    /// store, and have the types that the module, of the same engine, asks for.
    pub(crate) unsafe fn instantiate(
        store: *mut StoreOpaque,
        module: &Module,
        imports: &[vm::Extern],
    ) -> Result<Self> {
        // SAFETY: by contract; references into the store end with each statement.
        unsafe {
            let functions = (*store).vm().funcref_count();
            let instance = Self::instantiate_unstarted(store, module, imports)?;
            if let Some(callee) = instance.start(&*store) {
                let end = Unstarted {
                    store,
                    id: instance.id,
                    functions,
                };
                entry::call(store, callee, 0, |_| (), |_, _| ())?;
                std::mem::forget(end);
            }
            Ok(instance)
        }
    }

    /// Makes an instance, whose start function is the caller's to run.
    ///
    /// # Safety
    ///
    /// As for [`Instance::instantiate`].
    pub(crate) unsafe fn instantiate_unstarted(
        store: *mut StoreOpaque,
        module: &Module,
        imports: &[vm::Extern],
    ) -> Result<Self> {
        // SAFETY: by contract.
        let vm_store = unsafe { (*store).vm_ptr() };
        let code = module.code().as_module_code();
        let engine = module.engine();
        // SAFETY: by contract; the code is the module's.
        let id = unsafe {
            let plan = &engine.config().memory;
            vm::instantiate(
                vm_store,
                module.vm(),
                &code,
                module.offsets(),
                imports,
                plan,
            )
        };
        let id = id.map_err(instantiate_error)?;
        // SAFETY: by contract; references into the store end with each statement.
        unsafe {
            (*store).set_module(id, module.clone());
            Ok(Self::from_vm((*store).id(), id))
        }
    }

    /// The start function, if the module has one.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store, or has been removed.
    pub(crate) fn start(&self, store: &StoreOpaque) -> Option<VMCallee> {
        store.assert_owns(self.store);
        let instance = store.instance(self.id);
        Some(instance.callee(instance.module().start?))
    }

    /// The same, but for the start function, which is the caller's to run.
    ///
    /// # Safety
    ///
    /// The store is borrowed exclusively by the caller.
    pub(crate) unsafe fn reset_unstarted(&self, store: *mut StoreOpaque) -> Result<()> {
        // SAFETY: by contract; references into the store end with each statement.
        unsafe {
            (*store).assert_owns(self.store);
            let is_being_executed = |vmctx| entry::is_being_executed(&*store, vmctx);
            vm::reset((*store).vm_ptr(), self.id, is_being_executed).map_err(reset_error)
        }
    }
}

/// Removes an instance and what the store knows of it.
///
/// # Safety
///
/// The store is borrowed exclusively by the caller.
pub(super) unsafe fn remove(
    store: *mut StoreOpaque,
    id: InstanceId,
) -> Result<(), RemoveInstanceError> {
    // SAFETY: by contract.
    unsafe {
        let is_being_executed = |vmctx| entry::is_being_executed(&*store, vmctx);
        VMStore::remove_instance((*store).vm_ptr(), id, is_being_executed)?;
        (*store).forget_instance(id);
    }
    Ok(())
}

/// An instance whose start function is running; dropped if that does not return.
struct Unstarted {
    store: *mut StoreOpaque,
    id: InstanceId,
    /// How many functions had a handle before there was the instance.
    functions: usize,
}

impl Drop for Unstarted {
    fn drop(&mut self) {
        // The instance is of no use, but others may have got hold of its functions. If no function has
        // got a handle meanwhile, only tables can have them, and that is looked at.
        // SAFETY: whoever instantiates has the store, and the start function has ended.
        unsafe {
            let unexposed = (*self.store).vm().funcref_count() <= self.functions;
            if !(unexposed && remove(self.store, self.id).is_ok()) {
                (*self.store).vm_mut().abandon_instance(self.id);
            }
        }
    }
}

/// Makes an instance of a module that stands for one memory, table or global of the host.
///
/// # Safety
///
/// The store is borrowed exclusively by the caller.
pub(crate) unsafe fn instantiate_host(
    store: *mut StoreOpaque,
    module: VMModule,
) -> Result<InstanceId> {
    let offsets = VMOffsets::new(&VMShape::of(&module)).expect("one item is not too much");
    // SAFETY: by contract; the module has no functions and no imports.
    let id = unsafe {
        let plan = (*store).engine().config().memory;
        let (code, module) = (tier::no_code(), Arc::new(module));
        vm::instantiate((*store).vm_ptr(), &module, &code, &offsets, &[], &plan)
    };
    id.map_err(instantiate_error)
}

/// The error that has ended an operation of the VM; a panic of the embedder's continues.
#[cold]
pub(crate) fn stopped(stop: Stop) -> Error {
    match stop {
        Stop::Trap(trap) => Error::new(trap),
        Stop::Pending(Pending::Error(error)) => tier::error_from_guest(error),
        Stop::Pending(Pending::Panic(payload)) => std::panic::resume_unwind(payload),
    }
}

#[cold]
fn instantiate_error(error: InstantiateError) -> Error {
    match error {
        InstantiateError::Stopped(stop) => stopped(stop),
        InstantiateError::Memory(error) => {
            Error::new(LimitError::with_source(error.to_string(), Box::new(error)))
        }
        InstantiateError::Region(error) => Error::new(error),
        InstantiateError::Pool(error) => {
            Error::new(LimitError::with_source(error.to_string(), Box::new(error)))
        }
        error => Error::new(LimitError::new(error.to_string())),
    }
}

#[cold]
fn reset_error(error: ResetError) -> Error {
    match error {
        ResetError::Stopped(stop) => stopped(stop),
        ResetError::Memory(error) => {
            Error::new(LimitError::with_source(error.to_string(), Box::new(error)))
        }
        error => Error::message(format!("cannot reset the instance: {error}")),
    }
}
