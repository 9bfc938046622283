//! Requests to stop, and who is asked before a guest does.
//!
//! A request sets a bit of the interrupt word, which back-edges poll, and then lowers
//! the stack's limit to nothing, so that a function's entry sees to both by one comparison.
//! The limit stays low until an entry asks why, which may be after the request was served.

use std::sync::atomic::Ordering;

use super::VMExec;
use crate::bulk::Stop;
use crate::trap::TrapCode;

/// Interrupt bit: stop with [`TrapCode::Interrupt`].
pub const INTERRUPT_KILL: u64 = 1;

/// Interrupt bit: ask [`Hook`] whether to stop.
pub const INTERRUPT_EPOCH: u64 = 2;

/// Who is asked when the epoch's deadline is reached, and may say how to go on.
///
/// `call` gets `data`, and takes the bit back or returns an error. It must not unwind, nor run guest code.
#[derive(Copy, Clone, Debug)]
pub struct Hook {
    /// What is called.
    pub call: unsafe fn(data: *mut ()) -> Result<Answer, Stop>,
    /// What it is called with.
    pub data: *mut (),
}

/// What the [`Hook`] says of a guest whose deadline is reached.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It goes on.
    GoOn,
    /// It is suspended, and goes on later; where it cannot be, it traps.
    Suspend,
}

/// Why a guest is to be suspended.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Suspension {
    /// What comes next costs `required`, and there is less fuel.
    OutOfFuel {
        /// What it costs.
        required: u64,
    },
    /// The hook has said so.
    Epoch,
    /// It has spent what may be [at a time](crate::count::Count::refill); it need not be.
    Turn,
}

/// Who suspends the guest of an execution, which then is [parked](VMExec::park) until it goes on.
///
/// `call` gets `data`, and returns when the guest goes on, or an error to end it. It must not unwind.
#[derive(Copy, Clone, Debug)]
pub struct Suspender {
    /// What is called.
    pub call: unsafe fn(data: *mut (), why: Suspension) -> Result<(), Stop>,
    /// What it is called with.
    pub data: *mut (),
}

impl VMExec {
    /// Whether someone asked this execution to stop.
    #[inline(always)]
    pub fn is_interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed) != 0
    }

    /// Whether a frame may end at address `end`, and nobody asked to stop. If not,
    /// [`VMExec::refusal`] says why.
    #[inline(always)]
    pub fn admits(&self, end: usize) -> bool {
        end <= self.stack_limit.load(Ordering::Relaxed)
    }

    /// Sets who is asked when [`INTERRUPT_EPOCH`] is requested; nobody: then it traps.
    ///
    /// # Safety
    ///
    /// `hook` may be called by any guest of this execution until another is set.
    #[expect(unsafe_code, reason = "the hook is trusted")]
    pub unsafe fn set_hook(&self, hook: Option<Hook>) {
        self.hook.set(hook);
    }

    /// Whether somebody asked to stop who will not be asked back.
    pub(crate) fn must_stop(&self) -> bool {
        let requests = self.interrupt.load(Ordering::Acquire);
        requests & INTERRUPT_KILL != 0
            || requests & INTERRUPT_EPOCH != 0 && self.hook.get().is_none()
    }

    /// Serves what was requested: the status to leave guest code with, or `None` to go on. The last
    /// exit is recorded.
    #[cold]
    pub fn serve(&self) -> Option<u32> {
        let requests = self.interrupt.load(Ordering::Acquire);
        if requests & INTERRUPT_KILL != 0 {
            return Some(self.set_trap(TrapCode::Interrupt));
        }
        if requests & INTERRUPT_EPOCH == 0 {
            return None;
        }
        // Nobody is asked while it answers.
        let Some(hook) = self.hook.take() else {
            return Some(self.set_trap(TrapCode::Interrupt));
        };
        // SAFETY: whoever set the hook lets it be called.
        #[expect(unsafe_code, reason = "calls the hook")]
        let answer = self.on_full_stack(|| unsafe { (hook.call)(hook.data) });
        if self.hook.get().is_none() {
            self.hook.set(Some(hook));
        }
        match answer {
            Ok(Answer::GoOn) => None,
            Ok(Answer::Suspend) => self.suspend(Suspension::Epoch),
            Err(stop) => Some(stop.record(self)),
        }
    }

    /// Serves that what [`Count::refused`](crate::count::Count::refused) says cannot be spent: the status to leave guest code with, or
    /// `None` to try again. The last exit is recorded.
    #[cold]
    pub fn out_of_fuel(&self) -> Option<u32> {
        if self.count.refill() {
            return self
                .suspender
                .get()
                .and_then(|_| self.suspend(Suspension::Turn));
        }
        let required = self.count.refused();
        self.suspend(Suspension::OutOfFuel { required })
    }

    /// Suspends the guest: the status to leave it with, or `None` when it goes on. The last exit is recorded.
    fn suspend(&self, why: Suspension) -> Option<u32> {
        let trap = match why {
            Suspension::OutOfFuel { .. } => TrapCode::OutOfFuel,
            Suspension::Epoch | Suspension::Turn => TrapCode::Interrupt,
        };
        let Some(suspender) = self.suspender.get() else {
            return Some(self.set_trap(trap));
        };
        // SAFETY: whoever set the suspender lets it be called.
        #[expect(unsafe_code, reason = "calls the suspender")]
        let answer = self.on_full_stack(|| unsafe { (suspender.call)(suspender.data, why) });
        answer.err().map(|stop| stop.record(self))
    }

    /// Does `work` while a frame is left that may reach up to the limit: guests that would run now find no room.
    pub(crate) fn on_full_stack<R>(&self, work: impl FnOnce() -> R) -> R {
        let limit = std::ptr::with_exposed_provenance_mut(self.full_limit.get());
        let sp = self.sp.replace(limit);
        let result = work();
        self.sp.set(sp);
        result
    }

    /// Why the host may not begin a frame that ends at address `end`; `None` if it may. An epoch's
    /// deadline is for guests to see to.
    pub fn refusal_of_host(&self, end: usize) -> Option<TrapCode> {
        if self.interrupt.load(Ordering::Acquire) & INTERRUPT_KILL != 0 {
            return Some(TrapCode::Interrupt);
        }
        (end > self.full_limit.get()).then_some(TrapCode::StackOverflow)
    }

    /// Why [`VMExec::admits`] refused: the status to leave guest code with, or `None` if because of a request
    /// that has been served, so that it is to be asked again. The last exit is recorded.
    #[cold]
    pub fn refusal(&self) -> Option<u32> {
        if self.is_interrupted() {
            return self.serve();
        }
        if self.stack_limit.load(Ordering::Relaxed) == self.full_limit.get() {
            return Some(self.set_trap(TrapCode::StackOverflow));
        }
        self.restore_limit();
        None
    }

    /// Asks the execution to stop for the reasons `bits`, from any thread.
    pub fn request(&self, bits: u64) {
        // In this order: see `restore_limit`.
        self.interrupt.fetch_or(bits, Ordering::SeqCst);
        self.stack_limit.store(0, Ordering::SeqCst);
    }

    /// Raises the limit again, unless there is a request.
    pub(super) fn restore_limit(&self) {
        self.stack_limit
            .store(self.full_limit.get(), Ordering::SeqCst);
        // A request comes after this load and lowers the limit after the store above, or
        // the load sees it.
        if self.interrupt.load(Ordering::SeqCst) != 0 {
            self.stack_limit.store(0, Ordering::SeqCst);
        }
    }
}
