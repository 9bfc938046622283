//! `InterruptHandle`: stops a store's guest from another thread.

use std::collections::BTreeMap;
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
///
/// ```
/// use std::thread;
/// use std::time::Duration;
///
/// use selvedge::{Engine, Instance, Module, Store, Trap};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (func (export "spin") (loop (br 0))))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let handle = store.interrupt_handle();
/// let watchdog = thread::spawn(move || {
///     thread::sleep(Duration::from_millis(10));
///     handle.interrupt();
/// });
/// let spin = instance.get_typed_func::<(), ()>(&mut store, "spin")?;
/// let error = spin.call(&mut store, ()).unwrap_err();
/// assert_eq!(error.as_trap_code(), Some(Trap::Interrupt));
/// # watchdog.join().unwrap();
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone)]
pub struct InterruptHandle {
    shared: Arc<Shared>,
}

/// What the handles of a store share.
struct Shared {
    exec: Arc<VMExec>,
    registered: Mutex<Registered>,
}

/// What to call after a request.
#[derive(Default)]
struct Registered {
    next: u64,
    wakers: BTreeMap<u64, Arc<dyn Fn() + Send + Sync>>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Registered> {
        // No code of others runs under the lock, so what a panic left behind is whole.
        self.registered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A registration made by [`InterruptHandle::on_interrupt`], which ends when this is dropped.
#[must_use = "the registration ends when this is dropped"]
pub struct OnInterrupt {
    id: u64,
    shared: Weak<Shared>,
}

impl Drop for OnInterrupt {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            let waker = shared.lock().wakers.remove(&self.id);
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
    pub(crate) fn new(exec: Arc<VMExec>) -> Self {
        let registered = Mutex::default();
        Self {
            shared: Arc::new(Shared { exec, registered }),
        }
    }

    /// Asks the guest to stop. Does nothing once the store is dropped, but for calling
    /// what is still registered by [`InterruptHandle::on_interrupt`].
    pub fn interrupt(&self) {
        self.request();
        self.wake();
    }

    /// Makes the request, and calls nobody.
    pub(crate) fn request(&self) {
        self.shared.exec.request(INTERRUPT_KILL);
    }

    /// Calls what is registered by [`InterruptHandle::on_interrupt`].
    pub(crate) fn wake(&self) {
        let wakers: Vec<_> = self.shared.lock().wakers.values().cloned().collect();
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
        let mut registered = self.shared.lock();
        let id = registered.next;
        registered.next += 1;
        registered.wakers.insert(id, Arc::new(wake));
        OnInterrupt {
            id,
            shared: Arc::downgrade(&self.shared),
        }
    }

    /// Whether both handles are of one store.
    pub fn same(a: &Self, b: &Self) -> bool {
        Arc::ptr_eq(&a.shared, &b.shared)
    }

    /// Takes a request back that has not been served yet. Returns whether there was one.
    pub fn clear(&self) -> bool {
        let before = self
            .shared
            .exec
            .interrupt
            .fetch_and(!INTERRUPT_KILL, Ordering::AcqRel);
        before & INTERRUPT_KILL != 0
    }

    /// Whether there is a request that has not been served yet.
    pub fn is_pending(&self) -> bool {
        self.shared.exec.interrupt.load(Ordering::Acquire) & INTERRUPT_KILL != 0
    }
}

impl std::fmt::Debug for InterruptHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InterruptHandle")
            .field("pending", &self.is_pending())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;
    use crate::{Engine, Store};

    #[test]
    fn registrations_are_called_until_they_are_dropped() {
        let store = Store::new(&Engine::default(), ());
        let handle = store.interrupt_handle();
        let calls = Arc::new(AtomicU32::new(0));
        let register = |by| {
            let (calls, handle) = (calls.clone(), handle.clone());
            handle.clone().on_interrupt(move || {
                assert!(handle.is_pending(), "the request is there before the call");
                calls.fetch_add(by, Ordering::Relaxed);
            })
        };
        let (one, ten) = (register(1), register(10));
        handle.interrupt();
        assert_eq!(calls.load(Ordering::Relaxed), 11);
        drop(one);
        store.interrupt_handle().interrupt();
        assert_eq!(calls.load(Ordering::Relaxed), 21);
        drop(ten);
        handle.interrupt();
        assert_eq!(calls.load(Ordering::Relaxed), 21);
        assert!(handle.clear() && !handle.clear());
    }

    #[test]
    fn a_registration_may_outlive_its_store() {
        let store = Store::new(&Engine::default(), ());
        let other = Store::new(&Engine::default(), ());
        let handle = store.interrupt_handle();
        assert!(InterruptHandle::same(&handle, &store.interrupt_handle()));
        assert!(!InterruptHandle::same(&handle, &other.interrupt_handle()));
        let registration = handle.on_interrupt(|| {});
        drop(handle);
        drop(store);
        drop(registration);
    }
}
