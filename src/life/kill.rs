//! `KillSwitch`: ends the guest of an instance from any thread, at any time of its life.
//!
//! Each run has a [`KillState`] that switches refer to weakly: it is made anew when a run has ended, and by a reset,
//! so that a switch never ends another run than it was taken for. It lives on while the guest has yielded. What a
//! switch does depends on where the guest is:
//!
//! ```text
//!             begin_run            begin_host_call
//!   Pending ────────────▶ Guest ◀────────────────▶ Hostcall        yielded: as Hostcall
//!      │ terminate          │ terminate               │ terminate
//!      ▼                    ▼                         ▼
//!   Cancelled            signalled, and the        Terminated, noticed when the
//!                        switch waits until        host function ends, or the
//!                        the run has ended         guest is resumed
//! ```
//!
//! Who ends first is decided by `terminable`, which a switch and the end of the run both take away: if the
//! switch was first, the run has been killed, whatever else it came to, but for what its own host function
//! ended it with. Everything else is under the lock; interrupts are requested under it as well, and
//! taken back when the run has ended, so that none is left for the next one.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, ThreadId};
use std::time::Duration;

use super::sync_point::{Point, SyncPoints};
use crate::interrupt::InterruptHandle;

/// How often a switch that waits repeats its request, which somebody else may have taken back.
const PATIENCE: Duration = Duration::from_millis(10);

/// What a [`KillSwitch`] has done.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum KillSuccess {
    /// The guest was not running: its next run ends before it begins.
    Cancelled,
    /// The guest was running, and does no more.
    Signalled,
    /// The guest has called a host function or has yielded: it ends when it would go on.
    Pending,
}

/// Why a [`KillSwitch`] has done nothing.
#[derive(Copy, Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KillError {
    /// The run has ended by other means, or was killed already.
    #[error("the instance cannot be terminated")]
    NotTerminable,
    /// The run is over.
    #[error("the kill switch is no longer valid")]
    Invalid,
}

/// Ends the guest of an [`InstanceHandle`](super::InstanceHandle) from any thread: its present run, or the next
/// one if none has begun. See [`InstanceHandle::kill_switch`](super::InstanceHandle::kill_switch).
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::region::{InstanceRegion, KillError, KillSuccess, Limits, MmapRegion};
/// use selvedge::{Engine, Linker, Module};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (func (export "run")))"#)?;
/// let pre = Linker::new(&engine).instantiate_pre(&module)?;
/// let region = MmapRegion::create(1, &Limits::default())?;
/// let mut instance = region.new_instance(&pre)?;
/// // A switch is for one run: here, for the next one, which then does not begin.
/// let switch = instance.kill_switch();
/// assert_eq!(switch.terminate(), Ok(KillSuccess::Cancelled));
/// assert_eq!(switch.terminate(), Err(KillError::NotTerminable));
/// assert!(instance.run("run", &[]).is_err());
/// assert_eq!(switch.terminate(), Err(KillError::Invalid));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone)]
pub struct KillSwitch {
    state: Weak<KillState>,
}

impl KillSwitch {
    /// Ends the guest; its run fails with [`TerminationDetails::Remote`](super::TerminationDetails::Remote).
    ///
    /// A guest that runs stops at its next loop iteration, call or piece of a bulk operation. This waits
    /// until it has done so, unless it is called on the thread that runs the guest.
    ///
    /// # Errors
    ///
    /// If there is nothing to end: see [`KillError`].
    pub fn terminate(&self) -> Result<KillSuccess, KillError> {
        let state = self.state.upgrade().ok_or(KillError::Invalid)?;
        state.terminate()
    }
}

impl fmt::Debug for KillSwitch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KillSwitch")
            .field("is_valid", &(self.state.strong_count() > 0))
            .finish()
    }
}

/// Where the guest of a run is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Domain {
    /// The run has not begun.
    Pending,
    Guest,
    /// In a host function, or in a guest that one called, or the guest has yielded.
    Hostcall,
    /// The run is to end, or has ended.
    Terminated,
    /// The run has not begun, and will not.
    Cancelled,
}

#[derive(Debug)]
struct Inner {
    domain: Domain,
    /// How many host functions are under way, one called by another's guest.
    host_depth: u32,
    /// Whether the guest was told to stop in its own code.
    signalled: bool,
    /// The thread that runs the guest now.
    runner: Option<ThreadId>,
}

/// What a run and its switches share.
pub(crate) struct KillState {
    terminable: AtomicBool,
    inner: Mutex<Inner>,
    /// Told of when `signalled` or `runner` changes.
    changed: Condvar,
    interrupt: InterruptHandle,
    points: SyncPoints,
}

impl KillState {
    pub fn new(interrupt: InterruptHandle) -> Arc<Self> {
        Arc::new(Self {
            terminable: AtomicBool::new(true),
            inner: Mutex::new(Inner {
                domain: Domain::Pending,
                host_depth: 0,
                signalled: false,
                runner: None,
            }),
            changed: Condvar::new(),
            interrupt,
            points: SyncPoints::default(),
        })
    }

    /// The state of the next run of the same instance.
    pub fn next(&self) -> Arc<Self> {
        Self::new(self.interrupt.clone())
    }

    pub fn switch(self: &Arc<Self>) -> KillSwitch {
        KillSwitch {
            state: Arc::downgrade(self),
        }
    }

    fn terminate(&self) -> Result<KillSuccess, KillError> {
        if !self.terminable.swap(false, Ordering::SeqCst) {
            return Err(KillError::NotTerminable);
        }
        self.points.at(Point::TerminableTaken);
        let mut inner = self.lock();
        let success = match inner.domain {
            Domain::Pending => {
                inner.domain = Domain::Cancelled;
                return Ok(KillSuccess::Cancelled);
            }
            Domain::Guest => {
                inner.signalled = true;
                KillSuccess::Signalled
            }
            Domain::Hostcall => {
                inner.domain = Domain::Terminated;
                KillSuccess::Pending
            }
            Domain::Terminated | Domain::Cancelled => return Err(KillError::NotTerminable),
        };
        self.interrupt.request();
        let runs_here = inner.runner == Some(thread::current().id());
        drop(inner);
        self.changed.notify_all();
        self.points.at(Point::Signalled);
        // Host functions that wait are to look.
        self.interrupt.wake();
        if success == KillSuccess::Signalled && !runs_here {
            self.wait_for_end();
        }
        Ok(success)
    }

    /// Waits until no thread runs the guest.
    fn wait_for_end(&self) {
        let mut inner = self.lock();
        while inner.runner.is_some() {
            let waited = self.changed.wait_timeout(inner, PATIENCE);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
            if inner.runner.is_some() {
                self.interrupt.request();
            }
        }
    }

    /// Begins the run on this thread; false if it was cancelled.
    pub fn begin_run(&self) -> bool {
        self.points.at(Point::RunBeforeDomain);
        let mut inner = self.lock();
        match inner.domain {
            Domain::Pending => {
                inner.domain = Domain::Guest;
                inner.runner = Some(thread::current().id());
            }
            Domain::Cancelled => return false,
            domain => unreachable!("a run begins once, but is {domain:?}"),
        }
        drop(inner);
        self.points.at(Point::RunAfterDomain);
        true
    }

    /// Ends the run, or what there was of it; whether it was killed in its own code. No switch has an effect after this, nor
    /// is a request left.
    pub fn end_run(&self) -> bool {
        self.points.at(Point::ExitBeforeTerminable);
        let is_first = self.terminable.swap(false, Ordering::SeqCst);
        self.points.at(Point::ExitAfterTerminable);
        let mut inner = self.lock();
        if !is_first {
            // A switch was first: if the guest was in its own code, it says so soon.
            while inner.domain == Domain::Guest && !inner.signalled {
                let waited = self.changed.wait(inner);
                inner = waited.unwrap_or_else(PoisonError::into_inner);
            }
            self.interrupt.clear();
        }
        inner.domain = Domain::Terminated;
        inner.runner = None;
        let killed = inner.signalled;
        drop(inner);
        self.changed.notify_all();
        killed
    }

    /// The guest waits, and no thread runs it, until [`KillState::resume`]; false if it is to end instead.
    pub fn suspend(&self) -> bool {
        self.points.at(Point::Suspending);
        let mut inner = self.lock();
        if inner.signalled {
            return false;
        }
        inner.runner = None;
        if inner.domain == Domain::Guest {
            inner.domain = Domain::Hostcall;
        }
        true
    }

    /// This thread goes on with the guest that waits; false if it is to end instead.
    pub fn resume(&self) -> bool {
        let mut inner = self.lock();
        if inner.domain == Domain::Terminated {
            return false;
        }
        inner.runner = Some(thread::current().id());
        if inner.host_depth == 0 {
            inner.domain = Domain::Guest;
        }
        true
    }

    /// A host function is called; false if the guest is to end instead.
    pub fn begin_host_call(&self) -> bool {
        self.points.at(Point::HostBeforeBegin);
        let mut inner = self.lock();
        if inner.signalled || inner.domain == Domain::Terminated {
            return false;
        }
        inner.host_depth += 1;
        if inner.domain == Domain::Guest {
            inner.domain = Domain::Hostcall;
        }
        drop(inner);
        self.points.at(Point::HostAfterBegin);
        true
    }

    /// A host function has ended; whether the guest is to end as well.
    pub fn end_host_call(&self) -> bool {
        self.points.at(Point::HostBeforeEnd);
        let mut inner = self.lock();
        inner.host_depth -= 1;
        if inner.domain == Domain::Hostcall && inner.host_depth == 0 {
            inner.domain = Domain::Guest;
        }
        let killed = inner.domain == Domain::Terminated;
        drop(inner);
        self.points.at(Point::HostAfterEnd);
        killed
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn points(&self) -> &SyncPoints {
        &self.points
    }
}

impl fmt::Debug for KillState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KillState")
            .field("terminable", &self.terminable)
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use selvedge_vm::exec::VMExec;

    fn state() -> Arc<KillState> {
        #[expect(unsafe_code, reason = "makes an execution for its interrupt alone")]
        // SAFETY: a handle uses nothing but the interrupt.
        let exec = unsafe { VMExec::new() };
        KillState::new(InterruptHandle::new(Arc::new(exec)))
    }

    #[test]
    fn a_switch_is_invalid_when_its_run_is_gone() {
        let state = state();
        let switch = state.switch();
        drop(state);
        assert_eq!(switch.terminate(), Err(KillError::Invalid));
    }

    #[test]
    fn a_run_that_has_not_begun_is_cancelled_once() {
        let state = state();
        assert_eq!(state.switch().terminate(), Ok(KillSuccess::Cancelled));
        assert_eq!(state.switch().terminate(), Err(KillError::NotTerminable));
        assert!(!state.begin_run());
        assert!(!state.interrupt.is_pending());
    }

    #[test]
    fn a_run_that_has_ended_cannot_be_killed() {
        let state = state();
        assert!(state.begin_run() && !state.end_run());
        assert_eq!(state.switch().terminate(), Err(KillError::NotTerminable));
        assert!(!state.interrupt.is_pending());
    }

    #[test]
    fn a_host_function_ends_before_its_guest() {
        let state = state();
        assert!(state.begin_run() && state.begin_host_call());
        assert_eq!(state.switch().terminate(), Ok(KillSuccess::Pending));
        assert_eq!(state.switch().terminate(), Err(KillError::NotTerminable));
        assert!(state.interrupt.is_pending());
        assert!(!state.begin_host_call(), "no further one begins");
        assert!(state.end_host_call());
        assert!(!state.end_run(), "it was not in its own code");
        assert!(!state.interrupt.is_pending());
    }

    #[test]
    fn host_functions_nest() {
        let state = state();
        assert!(state.begin_run());
        assert!(state.begin_host_call() && state.begin_host_call());
        assert!(!state.end_host_call());
        assert_eq!(state.lock().domain, Domain::Hostcall);
        assert!(!state.end_host_call());
        assert_eq!(state.lock().domain, Domain::Guest);
    }

    #[test]
    fn a_running_guest_is_waited_for() {
        let state = state();
        assert!(state.begin_run());
        let switch = state.switch();
        let killer = thread::spawn(move || switch.terminate());
        while !state.interrupt.is_pending() {
            thread::yield_now();
        }
        // Somebody takes the request; it comes again.
        assert!(state.interrupt.clear());
        while !state.interrupt.is_pending() {
            thread::yield_now();
        }
        assert!(!killer.is_finished());
        assert!(!state.begin_host_call());
        assert!(state.end_run());
        assert_eq!(killer.join().unwrap(), Ok(KillSuccess::Signalled));
        assert!(!state.interrupt.is_pending());
    }

    #[test]
    fn a_guest_that_waits_ends_when_it_is_resumed() {
        for in_host_function in [false, true] {
            let state = state();
            assert!(state.begin_run());
            assert!(!in_host_function || state.begin_host_call());
            assert!(state.suspend());
            assert!(state.resume());
            assert!(state.suspend());
            assert_eq!(state.switch().terminate(), Ok(KillSuccess::Pending));
            assert_eq!(state.switch().terminate(), Err(KillError::NotTerminable));
            assert!(!state.resume());
            assert!(!state.end_run());
            assert!(!state.interrupt.is_pending());
        }
    }

    #[test]
    fn the_thread_of_the_guest_does_not_wait_for_itself() {
        let state = state();
        assert!(state.begin_run());
        assert_eq!(state.switch().terminate(), Ok(KillSuccess::Signalled));
        assert!(state.end_run());
    }
}
