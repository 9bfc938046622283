//! Dispatch by a loop: a handler returns the state, and the loop calls the next
//! one. Constant stack at every optimisation level and on every target.

#![expect(unsafe_code, reason = "calls handlers through code words; see `Mode`")]

use selvedge_vm::trap::TrapCode;

use super::{Mode, Op, Regs, call};

/// What a handler returns: the state at the next instruction, or the end.
pub(crate) struct Outcome {
    regs: Regs,
    /// A status of `selvedge_vm::exec`, or `GO_ON`.
    status: u32,
}

const GO_ON: u32 = u32::MAX;

/// A handler.
///
/// # Safety
///
/// As [`Op`].
pub(crate) type Handler = unsafe fn(Regs) -> Outcome;

/// The handler of operation `O`.
pub(crate) unsafe fn handler<O: Op>(r: Regs) -> Outcome {
    // SAFETY: passed on to the caller.
    unsafe { O::exec::<Step>(r) }
}

/// Dispatch by a loop.
pub(crate) struct Step;

impl Mode for Step {
    type Exit = Outcome;

    #[inline(always)]
    unsafe fn dispatch(r: Regs) -> Outcome {
        Outcome {
            regs: r,
            status: GO_ON,
        }
    }

    #[inline(always)]
    unsafe fn dispatch_apart(r: Regs) -> Outcome {
        // SAFETY: passed on.
        unsafe { Self::dispatch(r) }
    }

    #[inline(always)]
    unsafe fn leave(r: Regs, status: u32) -> Outcome {
        Outcome { regs: r, status }
    }

    #[cold]
    #[inline(never)]
    unsafe fn trap(r: Regs, code: TrapCode) -> Outcome {
        // SAFETY: the state is that of running code.
        let status = unsafe {
            r.record_exit();
            r.exec().set_trap(code)
        };
        Outcome { regs: r, status }
    }

    #[cold]
    #[inline(never)]
    unsafe fn stop(r: Regs, status: u32) -> Outcome {
        // SAFETY: the state is that of running code.
        unsafe { r.record_exit() }
        Outcome { regs: r, status }
    }

    #[cold]
    #[inline(never)]
    unsafe fn refuse(r: Regs) -> Outcome {
        // SAFETY: the state is that of an entry.
        let status = unsafe { call::refuse_entry(&r) };
        Outcome {
            regs: r,
            status: status.unwrap_or(GO_ON),
        }
    }
}

/// Runs code from `r.ip` until it leaves; returns the status.
///
/// # Safety
///
/// As [`Mode::dispatch`].
pub(crate) unsafe fn run(mut r: Regs) -> u32 {
    loop {
        // SAFETY: the first word of an instruction is the address of its handler.
        let outcome = unsafe {
            let handler = *r.ip.cast::<Handler>();
            handler(r)
        };
        if outcome.status != GO_ON {
            return outcome.status;
        }
        r = outcome.regs;
    }
}
