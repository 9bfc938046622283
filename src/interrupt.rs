//! `InterruptHandle`: stops a store's guest from another thread.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use selvedge_vm::exec::{INTERRUPT_KILL, VMExec};

/// Stops the guest of one store, from any thread. See
/// [`Store::interrupt_handle`](crate::Store::interrupt_handle).
///
/// An interrupt is a request that stays until it is served, once: the running
/// guest stops at its next loop iteration, call or piece of a bulk operation with
/// [`Trap::Interrupt`](crate::Trap::Interrupt). If no guest is running, the next entry
/// into guest code is stopped at once. Several requests before one is served count as one.
///
/// A host function that waits is not stopped by the request alone. One that is written for
/// it is woken by [`InterruptHandle::on_interrupt`], takes the request with
/// [`InterruptHandle::clear`], and returns [`Trap::Interrupt`](crate::Trap::Interrupt).
#[derive(Clone)]
pub struct InterruptHandle {
    exec: Arc<VMExec>,
    wakers: Arc<Wakers>,
}

/// What to call after a request, of one store.
#[derive(Default)]
pub(crate) struct Wakers(Mutex<Registered>);

#[derive(Default)]
struct Registered {
    next: u64,
    wakers: HashMap<u64, Arc<dyn Fn() + Send + Sync>>,
}

impl Wakers {
    fn lock(&self) -> MutexGuard<'_, Registered> {
        // No code of others runs under the lock, so what a panic left behind is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A registration made by [`InterruptHandle::on_interrupt`], which ends when this is dropped.
#[must_use = "the registration ends when this is dropped"]
pub struct OnInterrupt {
    id: u64,
    wakers: Weak<Wakers>,
}

impl Drop for OnInterrupt {
    fn drop(&mut self) {
        if let Some(wakers) = self.wakers.upgrade() {
            let waker = wakers.lock().wakers.remove(&self.id);
            // Outside of the lock: the closure may own anything.
            drop(waker);
        }
    }
}

impl std::fmt::Debug for OnInterrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OnInterrupt").finish_non_exhaustive()
    }
}

impl InterruptHandle {
    pub(crate) fn new(exec: Arc<VMExec>, wakers: Arc<Wakers>) -> Self {
        Self { exec, wakers }
    }

    /// Asks the guest to stop. Does nothing once the store is dropped, but for calling
    /// what is still registered by [`InterruptHandle::on_interrupt`].
    pub fn interrupt(&self) {
        self.exec.request(INTERRUPT_KILL);
        let wakers: Vec<_> = self.wakers.lock().wakers.values().cloned().collect();
        for wake in wakers {
            wake();
        }
    }

    /// Calls `wake` after each request from now on, on the thread that makes it, until
    /// the returned registration is dropped.
    ///
    /// It is for host functions that wait: `wake` makes them look whether there is a
    /// request. A request that came before is not told of, so look after registering:
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use std::time::Duration;
    /// use selvedge::{Caller, Trap};
    ///
    /// /// Sleeps for a minute, or until the guest is interrupted.
    /// fn sleep(caller: Caller<'_, ()>) -> selvedge::Result<()> {
    ///     let interrupt = caller.interrupt_handle();
    ///     let (sender, woken) = mpsc::channel();
    ///     let _registration = interrupt.on_interrupt(move || drop(sender.send(())));
    ///     if !interrupt.is_pending() {
    ///         let _ = woken.recv_timeout(Duration::from_secs(60));
    ///     }
    ///     if interrupt.clear() { Err(Trap::Interrupt.into()) } else { Ok(()) }
    /// }
    /// ```
    pub fn on_interrupt(&self, wake: impl Fn() + Send + Sync + 'static) -> OnInterrupt {
        let mut registered = self.wakers.lock();
        let id = registered.next;
        registered.next += 1;
        registered.wakers.insert(id, Arc::new(wake));
        OnInterrupt {
            id,
            wakers: Arc::downgrade(&self.wakers),
        }
    }

    /// Whether both handles are of one store.
    pub fn same(a: &Self, b: &Self) -> bool {
        Arc::ptr_eq(&a.exec, &b.exec)
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
