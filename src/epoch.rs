//! Epochs: a clock of the engine's that the embedder advances, and the deadlines of stores on it.
//!
//! A deadline that is reached sets a bit of the store's interrupt word, which guests poll in any case; so epochs
//! cost running code nothing.

#![expect(
    unsafe_code,
    reason = "the guest calls back into the store that runs it"
)]

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use selvedge_vm::bulk::Stop;
use selvedge_vm::exec::{Answer, Hook, INTERRUPT_EPOCH, Pending, VMExec};

use crate::context::StoreContextMut;
use crate::error::Result;
use crate::store::StoreInner;
use crate::trap::Trap;

/// The clock of an engine.
#[derive(Default)]
pub(crate) struct Epochs(Mutex<Clock>);

#[derive(Default)]
struct Clock {
    now: u64,
    deadlines: Vec<Weak<Deadline>>,
}

/// The deadline of a store.
pub(crate) struct Deadline {
    exec: Arc<VMExec>,
    /// Read and changed under the clock's lock.
    at: AtomicU64,
}

impl Epochs {
    fn clock(&self) -> MutexGuard<'_, Clock> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Advances the clock by one, and tells the guests whose deadlines are reached.
    pub(crate) fn increment(&self) {
        let mut clock = self.clock();
        clock.now += 1;
        let now = clock.now;
        clock.deadlines.retain(|deadline| match deadline.upgrade() {
            Some(deadline) => {
                deadline.tell_at(now);
                true
            }
            None => false,
        });
    }

    /// A deadline that is reached.
    pub(crate) fn register(&self, exec: Arc<VMExec>) -> Arc<Deadline> {
        let mut clock = self.clock();
        if clock.deadlines.len() == clock.deadlines.capacity() {
            // Stores that are gone make room, even if the clock stands still.
            clock
                .deadlines
                .retain(|deadline| deadline.strong_count() > 0);
        }
        let deadline = Arc::new(Deadline {
            exec,
            at: AtomicU64::new(clock.now),
        });
        deadline.tell_at(clock.now);
        clock.deadlines.push(Arc::downgrade(&deadline));
        deadline
    }

    /// Moves `deadline` to `ticks` from now.
    pub(crate) fn set(&self, deadline: &Deadline, ticks: u64) {
        let clock = self.clock();
        let at = clock.now.saturating_add(ticks);
        deadline.at.store(at, Ordering::Relaxed);
        deadline
            .exec
            .interrupt
            .fetch_and(!INTERRUPT_EPOCH, Ordering::AcqRel);
        deadline.tell_at(clock.now);
    }
}

impl Deadline {
    fn tell_at(&self, now: u64) {
        if self.at.load(Ordering::Relaxed) <= now {
            self.exec.request(INTERRUPT_EPOCH);
        }
    }
}

/// How a guest goes on whose deadline is reached; see
/// [`Store::epoch_deadline_callback`](crate::Store::epoch_deadline_callback).
///
/// ```
/// use selvedge::{Config, Engine, Instance, Module, Store, Trap, UpdateDeadline};
///
/// let engine = Engine::new(Config::new().epoch_interruption(true))?;
/// let module = Module::new(&engine, r#"(module (func (export "spin") (loop (br 0))))"#)?;
/// let mut store = Store::new(&engine, 3_u32);
/// // The guest is given time three times more, and is stopped then.
/// store.epoch_deadline_callback(|mut context| match context.data_mut() {
///     0 => Ok(UpdateDeadline::Interrupt),
///     left => {
///         *left -= 1;
///         context.engine().increment_epoch();
///         Ok(UpdateDeadline::Continue(0))
///     }
/// });
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let error = instance.get_typed_func::<(), ()>(&mut store, "spin")?.call(&mut store, ()).unwrap_err();
/// assert_eq!(error.as_trap_code(), Some(Trap::Interrupt));
/// assert_eq!(*store.data(), 0);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum UpdateDeadline {
    /// It goes on; the next deadline is so many ticks from now.
    Continue(u64),
    /// It is suspended, if it was entered so that it can be ([`TypedFunc::call_async`](crate::TypedFunc::call_async),
    /// [`Func::call_resumable`](crate::Func::call_resumable)) and no host function is in between, else it traps with
    /// [`Trap::Interrupt`]; the next deadline is so many ticks from now.
    Yield(u64),
    /// It traps with [`Trap::Interrupt`].
    Interrupt,
}

/// What is asked when a deadline is reached.
pub(crate) type EpochCallback<T> =
    Box<dyn FnMut(StoreContextMut<'_, T>) -> Result<UpdateDeadline> + Send + Sync>;

/// What a store knows of epochs.
pub(crate) struct StoreEpochs<T: 'static> {
    deadline: Arc<Deadline>,
    callback: Option<EpochCallback<T>>,
}

impl<T> StoreEpochs<T> {
    pub(crate) fn new(deadline: Arc<Deadline>) -> Self {
        Self {
            deadline,
            callback: None,
        }
    }

    pub(crate) fn deadline(&self) -> &Deadline {
        &self.deadline
    }

    /// Sets who is asked when the deadline is reached: nobody, or `callback`.
    ///
    /// # Safety
    ///
    /// `store` is what these epochs are of, and stays where it is.
    pub(crate) unsafe fn set_callback(
        &mut self,
        store: *mut StoreInner<T>,
        callback: Option<EpochCallback<T>>,
    ) {
        let hook = callback.is_some().then(|| Hook {
            call: ask::<T>,
            data: store.cast(),
        });
        self.callback = callback;
        // SAFETY: guests run only while the store lives, which is where it was.
        unsafe { self.deadline.exec.set_hook(hook) };
    }
}

/// Asks the callback of a store how its guest goes on.
///
/// # Safety
///
/// `data` is the `StoreInner<T>`, and a guest of it waits for the answer.
unsafe fn ask<T: 'static>(data: *mut ()) -> Result<Answer, Stop> {
    let store = std::ptr::NonNull::new(data.cast::<StoreInner<T>>()).expect("a store");
    // SAFETY: as for a host function: the store is used through this pointer alone while its guest
    // waits. The callback is taken out, so that it may set another.
    unsafe {
        let epochs = || {
            (*store.as_ptr())
                .epochs
                .as_mut()
                .expect("a deadline was reached")
        };
        let Some(mut callback) = epochs().callback.take() else {
            return Err(Stop::Trap(Trap::Interrupt));
        };
        let answer = catch_unwind(AssertUnwindSafe(|| callback(StoreContextMut::new(store))));
        epochs().callback.get_or_insert(callback);
        match answer {
            Ok(Ok(UpdateDeadline::Continue(ticks))) => {
                let mut context = StoreContextMut::new(store);
                context.set_epoch_deadline(ticks);
                Ok(Answer::GoOn)
            }
            Ok(Ok(UpdateDeadline::Yield(ticks))) => {
                let mut context = StoreContextMut::new(store);
                context.set_epoch_deadline(ticks);
                Ok(Answer::Suspend)
            }
            Ok(Ok(UpdateDeadline::Interrupt)) => Err(Stop::Trap(Trap::Interrupt)),
            Ok(Err(error)) => Err(Stop::from_error(error.into_pending())),
            Err(payload) => Err(Stop::Pending(Pending::Panic(payload))),
        }
    }
}

impl fmt::Debug for Epochs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Epochs")
            .field("now", &self.clock().now)
            .finish_non_exhaustive()
    }
}
