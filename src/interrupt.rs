//! `InterruptHandle`: stops a store's guest from another thread.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use selvedge_vm::exec::{INTERRUPT_KILL, VMExec};

/// Stops the guest of one store, from any thread. See
/// [`Store::interrupt_handle`](crate::Store::interrupt_handle).
///
/// An interrupt is a request that stays until it is served, once: the running
/// guest stops at its next loop iteration, call or piece of a bulk operation with
/// [`Trap::Interrupt`](crate::Trap::Interrupt). If no guest is running, the next entry
/// into guest code is stopped at once. Several requests before one is served count as one.
#[derive(Clone)]
pub struct InterruptHandle {
    exec: Arc<VMExec>,
}

impl InterruptHandle {
    pub(crate) fn new(exec: Arc<VMExec>) -> Self {
        Self { exec }
    }

    /// Asks the guest to stop. Does nothing once the store is dropped.
    pub fn interrupt(&self) {
        self.exec.request(INTERRUPT_KILL);
    }

    /// Takes a request back that has not been served yet. Returns whether there was one.
    pub fn clear(&self) -> bool {
        let before = self
            .exec
            .interrupt
            .fetch_and(!INTERRUPT_KILL, Ordering::AcqRel);
        before & INTERRUPT_KILL != 0
    }

    /// Whether there is a request that has not been served yet.
    pub fn is_pending(&self) -> bool {
        self.exec.interrupt.load(Ordering::Acquire) & INTERRUPT_KILL != 0
    }
}

impl std::fmt::Debug for InterruptHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InterruptHandle")
            .field("pending", &self.is_pending())
            .finish()
    }
}
