//! Signals of an instance: who is asked about those that its machine code raises, on which stack, and what happens if one is
//! fatal.

#![expect(unsafe_code, reason = "hooks into the handler of signals")]

use std::ffi::c_void;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use selvedge_vm::region::StackArea;
use selvedge_vm::signal::{
    HandlerHold, LentStack, SignalBehavior, SignalDetails, SignalHook, SignalStackError,
};

use super::error::LifeError;
use super::handle::InstanceHandle;
use crate::error::Error;
use crate::trap::Trap;

/// What an embedder wants to be asked.
type Handler = dyn Fn(&Option<Trap>, i32, *const c_void, *mut c_void) -> SignalBehavior + Send;

/// How an instance handles signals.
pub(super) struct Signals {
    handler: Option<Box<Handler>>,
    fatal: fn(&InstanceHandle) -> !,
    c_fatal: Option<unsafe extern "C" fn(*mut InstanceHandle)>,
    ensures_handler: bool,
    ensures_stack: bool,
    hold: Option<HandlerHold>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            handler: None,
            fatal: |instance| panic!("> instance {instance:p} had fatal error: {instance:?}"),
            c_fatal: None,
            ensures_handler: true,
            ensures_stack: false,
            hold: None,
        }
    }
}

impl fmt::Debug for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signals")
            .field("has_handler", &self.handler.is_some())
            .finish_non_exhaustive()
    }
}

impl Signals {
    /// Who is asked about the signals of the instance's guest.
    pub(super) fn hook(&mut self) -> SignalHook {
        SignalHook {
            data: (&raw mut self.handler).cast(),
            call: ask,
        }
    }
}

/// See [`SignalHook`].
///
/// # Safety
///
/// `data` is the handler of a [`Signals`] that lives while its guest runs, and is changed only while it does not.
unsafe fn ask(data: *mut (), details: &SignalDetails) -> SignalBehavior {
    // SAFETY: by contract.
    let handler = unsafe { &*data.cast_const().cast::<Option<Box<Handler>>>() };
    let Some(handler) = handler else {
        return SignalBehavior::Default;
    };
    let SignalDetails {
        trap,
        signum,
        info,
        context,
    } = *details;
    let answer = AssertUnwindSafe(|| handler(&trap, signum, info, context));
    // Nothing unwinds through a handler of signals.
    catch_unwind(answer).unwrap_or_else(|_| std::process::abort())
}

/// Signals that machine code of the guest raises. The interpreter raises none, and its traps ask nobody.
impl InstanceHandle {
    /// Sets who is asked about a signal that machine code of the guest raises: `handler` gets the trap that the instruction is
    /// known to raise it for, its number, and the host's `siginfo_t` and `ucontext_t`, and says what becomes of the guest.
    ///
    /// It is called in the handler of signals, on the thread of the guest. A panic of it aborts the process.
    pub fn set_signal_handler(
        &mut self,
        handler: impl Fn(&Option<Trap>, i32, *const c_void, *mut c_void) -> SignalBehavior
        + Send
        + 'static,
    ) {
        self.signals.handler = Some(Box::new(handler));
    }

    /// Sets what is called after a signal that is no trap of the guest, or has to do with memory that is not the
    /// instance's: the process may be damaged. By default it panics.
    pub fn set_fatal_handler(&mut self, handler: fn(&InstanceHandle) -> !) {
        self.signals.fatal = handler;
    }

    /// The same for a function in C, which is called first. If it returns, the other one is called.
    ///
    /// # Safety
    ///
    /// `handler` may be called with the address of this handle, wherever it is then, and keeps no reference to it.
    pub unsafe fn set_c_fatal_handler(
        &mut self,
        handler: unsafe extern "C" fn(*mut InstanceHandle),
    ) {
        self.signals.c_fatal = Some(handler);
    }

    /// Whether the process's handler of signals is kept installed as long as the instance has run and lives, as it is by
    /// default. Engines that make machine code keep it by themselves.
    pub fn ensure_signal_handler_installed(&mut self, ensure: bool) {
        self.signals.ensures_handler = ensure;
        if !ensure {
            self.signals.hold = None;
        }
    }

    /// Whether the slot's signal stack is that of the thread while the guest runs. By default it is not: threads
    /// that run machine code have one of their own that is large enough, and to change it takes two system calls
    /// each time. If the slot's is too small, runs are refused with [`LifeError::InvalidArgument`].
    pub fn ensure_sigstack_installed(&mut self, ensure: bool) {
        self.signals.ensures_stack = ensure;
    }

    /// Makes ready for the signals of a run on this thread: handlers run on the result while it lives.
    pub(super) fn prepare_signals(&mut self) -> Result<Option<LentStack>, LifeError> {
        let internal = |error: std::io::Error| LifeError::InternalError(Error::new(error));
        if self.signals.ensures_handler && self.signals.hold.is_none() {
            self.signals.hold = Some(HandlerHold::new().map_err(internal)?);
        }
        let hook = self.signals.hook();
        let exec = self.opaque().exec();
        // SAFETY: the hook lives as long as this handle, which runs the guests of this execution; what was left of the last
        // run is forgotten.
        unsafe { exec.set_signal_hook(Some(hook)) };
        exec.take_signal_end();
        if !self.signals.ensures_stack {
            return Ok(None);
        }
        // SAFETY: only its signal stack is used.
        let StackArea { top, bottom, .. } = unsafe { self.slot_mut() }.sigstack()?;
        let len = top.addr().get() - bottom.addr().get();
        // SAFETY: the slot is this handle's, which lends the stack only here; the result is dropped before it, when the function
        // that runs or resumes the guest ends: before any that called it on this thread.
        match unsafe { LentStack::new(bottom, len) } {
            Ok(stack) => Ok(Some(stack)),
            Err(SignalStackError::TooSmall { .. }) => Err(LifeError::InvalidArgument(
                "signal stack size must be at least MINSIGSTKSZ (defined in <signal.h>)",
            )),
            Err(error) => Err(LifeError::InternalError(Error::new(error))),
        }
    }

    /// The fatal handlers.
    pub(super) fn die(&mut self) -> ! {
        if let Some(handler) = self.signals.c_fatal {
            // SAFETY: whoever set it lets it be called.
            unsafe { handler(self) };
        }
        (self.signals.fatal)(self)
    }
}
