//! A call with values, whose parts are owned by whoever runs it: what is on the stack of a suspended guest
//! need not be dropped.

#![expect(unsafe_code, reason = "enters guest code")]

use selvedge_vm::vmcontext::VMCallee;

use crate::context::StoreContextMut;
use crate::entry;
use crate::error::Result;
use crate::func::{self, Func};
use crate::types::FuncType;
use crate::values::Val;

/// See the [module](self).
pub(crate) struct UntypedCall {
    ty: FuncType,
    callee: VMCallee,
    params: Vec<Val>,
    results: Vec<Val>,
}

impl UntypedCall {
    /// A call of `func` with checked arguments.
    ///
    /// # Errors
    ///
    /// As [`Func::call`], before the guest is entered.
    pub(crate) fn new<T>(
        store: &mut StoreContextMut<'_, T>,
        func: &Func,
        params: &[Val],
        results: &[Val],
    ) -> Result<Box<Self>> {
        let ty = func.check_call(store.opaque_mut(), params, results)?;
        let func_ref = func.func_ref(store.opaque())?;
        Ok(Box::new(Self {
            ty,
            // SAFETY: the reference is live as long as the store is borrowed.
            callee: unsafe { entry::callee(func_ref) },
            params: params.to_vec(),
            results: results.to_vec(),
        }))
    }

    /// What makes the call.
    ///
    /// # Safety
    ///
    /// When it runs, the store is as [`entry::call`] asks, the function has not been removed, and the call
    /// is where it is now, and used by nobody else.
    pub(crate) unsafe fn work<T>(
        self: &mut Box<Self>,
        store: &mut StoreContextMut<'_, T>,
    ) -> impl FnOnce() -> Result<()> + use<T> {
        let this: *mut Self = &raw mut **self;
        let store = store.opaque_ptr();
        move || {
            // SAFETY: by contract.
            unsafe {
                let this = &mut *this;
                func::enter(
                    store,
                    this.callee,
                    this.ty.as_vm(),
                    &this.params,
                    &mut this.results,
                )
            }
        }
    }

    /// The results of a call that has returned, once.
    pub(crate) fn take_results(&mut self) -> Vec<Val> {
        std::mem::take(&mut self.results)
    }

    /// Copies the results of a call that has returned.
    ///
    /// # Errors
    ///
    /// If there are not as many in `results`.
    pub(crate) fn copy_results(&self, results: &mut [Val]) -> Result<()> {
        func::check_count("results", self.results.len(), results.len())?;
        results.clone_from_slice(&self.results);
        Ok(())
    }
}

// SAFETY: the callee is used only with its store.
unsafe impl Send for UntypedCall {}
// SAFETY: as above.
unsafe impl Sync for UntypedCall {}
