//! Signals of hardware traps, as an embedder may see them: who is asked, what has happened, and where
//! handlers run.
//!
//! Machine code traps by faulting. The process's handler ([`HandlerHold`]) asks the execution's
//! [`SignalHook`], if it has one, and then makes the fault a trap, lets the guest go on, or ends it;
//! [`VMExec::take_signal_end`] tells which afterwards. The interpreter checks explicitly: it
//! raises no signals, so that its traps ask nobody. Nor do those of machine code that was compiled without
//! signals, or that the code itself finds out, nor those that a request to stop or the end of the fuel
//! causes, however they are raised.

#[cfg_attr(
    not(all(
        feature = "native",
        target_arch = "x86_64",
        target_os = "linux",
        not(any(feature = "portable-sys", miri))
    )),
    path = "no_handler.rs"
)]
mod handler;

use std::cell::Cell;
use std::ffi::c_void;
use std::io;

use crate::exec::VMExec;
use crate::trap::TrapCode;

pub use crate::sys::signal_stack::{LentStack, minimum_bytes as minimum_stack_bytes};
pub use handler::{HandlerHold, is_handler_installed};

/// What is to become of a guest whose code has raised a signal.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum SignalBehavior {
    /// What would happen without asking: a trap, if the signal is one. If it is not, the signal is *fatal*: the
    /// guest ends, and so may have to the process.
    #[default]
    Default,
    /// The guest goes on with the instruction that has raised the signal, which runs again.
    Continue,
    /// The guest ends.
    Terminate,
}

/// A signal that machine code has raised. Valid while the handler runs.
#[derive(Copy, Clone, Debug)]
pub struct SignalDetails {
    /// Which trap the instruction raises the signal for; `None` if it is none that may raise it.
    pub trap: Option<TrapCode>,
    /// The number of the signal.
    pub signum: i32,
    /// The `siginfo_t` of the host.
    pub info: *const c_void,
    /// The `ucontext_t` of the host. A guest that goes on does so with what is there.
    pub context: *mut c_void,
}

/// Who is asked about signals that machine code raises.
///
/// `call` gets `data`. It is called in a handler of signals, on its stack, and does what is allowed
/// there; it does not unwind. What it changes of the guard of a memory is put back before the memory
/// goes, whose address space others take over as it is.
#[derive(Copy, Clone, Debug)]
pub struct SignalHook {
    /// What it is called with.
    pub data: *mut (),
    /// What is called.
    pub call: unsafe fn(data: *mut (), details: &SignalDetails) -> SignalBehavior,
}

/// Why a signal has ended guest code.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum SignalEndKind {
    /// It was a trap.
    Trap,
    /// The hook said [`SignalBehavior::Terminate`].
    Terminated,
    /// The signal was no trap of the instruction that has raised it, or its address is in no memory of the
    /// instance. Something is broken that belongs to more than this guest: its frames, and what its
    /// instance is made of, are not to be looked at.
    Fatal,
}

/// How a signal has ended guest code.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct SignalEnd {
    /// Why.
    pub kind: SignalEndKind,
    /// As in [`SignalDetails::trap`].
    pub trap: Option<TrapCode>,
    /// The number of the signal.
    pub signum: i32,
    /// The address of the instruction.
    pub pc: usize,
    /// The address that it has accessed, or of the instruction.
    pub address: usize,
}

/// A stack for handlers of signals that cannot be lent.
#[derive(Debug, thiserror::Error)]
pub enum SignalStackError {
    /// It is too small.
    #[error("a signal stack of {bytes} bytes is smaller than the {minimum} that the host needs")]
    TooSmall {
        /// How large it is.
        bytes: usize,
        /// How large it must be.
        minimum: usize,
    },
    /// The host refuses it.
    #[error("the host refuses a signal stack")]
    Host(#[source] io::Error),
}

/// What an execution keeps for signals.
#[derive(Debug)]
pub(crate) struct SignalWords {
    hook: Cell<Option<SignalHook>>,
    /// Set by the handler before guest code is left.
    pub(crate) end: Cell<Option<SignalEnd>>,
}

impl SignalWords {
    pub(crate) const fn new() -> Self {
        Self {
            hook: Cell::new(None),
            end: Cell::new(None),
        }
    }

    /// Whether a signal has ended guest code.
    pub(crate) fn has_end(&self) -> bool {
        self.end.get().is_some()
    }

    /// Forgets how a signal has ended guest code.
    pub(crate) fn forget_end(&self) {
        self.end.set(None);
    }
}

impl VMExec {
    /// Sets who is asked about signals that machine code of this execution raises; nobody: then
    /// those that are no traps go to the handler that was there before ours.
    ///
    /// # Safety
    ///
    /// `hook` may be called by any guest of this execution until another is set.
    #[expect(unsafe_code, reason = "the hook is trusted")]
    pub unsafe fn set_signal_hook(&self, hook: Option<SignalHook>) {
        self.signals.hook.set(hook);
    }

    /// Who is asked.
    pub fn signal_hook(&self) -> Option<SignalHook> {
        self.signals.hook.get()
    }

    /// Whether a signal has ended guest code in a way that says nothing good of it: its frames and instances may be
    /// damaged.
    pub fn is_damaged(&self) -> bool {
        let end = self.signals.end.get();
        end.is_some_and(|end| end.kind == SignalEndKind::Fatal)
    }

    /// The signal that ended guest code, once: of the trap that [`VMExec::take_trap`] tells. `None` if
    /// that was no signal's. The trap of a guest that a signal has ended otherwise is [`SignalEnd::trap`] or
    /// [`TrapCode::Interrupt`].
    pub fn take_signal_end(&self) -> Option<SignalEnd> {
        self.signals.end.take()
    }
}
