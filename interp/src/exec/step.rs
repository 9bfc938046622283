//! Dispatch by a loop: a handler returns the state, and the loop calls the next
//! one. Constant stack at every optimisation level and on every target.

#![expect(unsafe_code, reason = "calls handlers through code words; see `Mode`")]

use selvedge_vm::trap::TrapCode;

use super::{Mode, Op, Regs, branch, count, function};

/// How an instruction ended: the state at the next one, or the end.
pub(crate) struct Outcome {
    regs: Regs,
    /// A status of `selvedge_vm::exec`, or `GO_ON`.
    status: u32,
}

const GO_ON: u32 = u32::MAX;

/// A handler: changes the state, and returns a status or `GO_ON`.
///
/// # Safety
///
/// As [`Op`].
pub(crate) type Handler = unsafe fn(&mut Regs) -> u32;

/// Defines a function that is the handler of any operation.
macro_rules! define_handler {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        pub(crate) unsafe fn $name<O: Op>(r: &mut Regs) -> u32 {
            // SAFETY: passed on to the caller.
            let outcome = unsafe { O::exec::<Step>(*r) };
            *r = outcome.regs;
            outcome.status
        }
    };
}

define_handler! {
    /// The handler of operation `O`.
    handler
}
#[cfg(selvedge_step)]
define_handler! {
    /// As [`handler`], with the instructions for vectors that [`Native`](super::simd::Native)
    /// stands for.
    #[cfg_attr(target_arch = "x86_64", target_feature(enable = "ssse3,sse4.1,sse4.2"))]
    handler_native
}
#[cfg(selvedge_step)]
define_handler! {
    /// As [`handler_native`], with fused multiplication and addition.
    #[cfg_attr(target_arch = "x86_64", target_feature(enable = "ssse3,sse4.1,sse4.2,fma"))]
    handler_fused
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

    #[inline(always)]
    unsafe fn trap(r: Regs, code: TrapCode) -> Outcome {
        // SAFETY: passed on.
        let status = unsafe { trap_at(r.ip, r.fp, r.inst, code) };
        Outcome { regs: r, status }
    }

    #[inline(always)]
    unsafe fn stop(r: Regs, status: u32) -> Outcome {
        // SAFETY: passed on.
        unsafe { stop_at(r.ip, r.fp, r.inst) }
        Outcome { regs: r, status }
    }

    #[cold]
    #[inline(never)]
    unsafe fn poll<const TAKEN: bool>(mut r: Regs) -> Outcome {
        // SAFETY: the state is that of running code, at a branch.
        let status = unsafe { branch::serve::<TAKEN>(&mut r) };
        Outcome {
            regs: r,
            status: status.unwrap_or(GO_ON),
        }
    }

    #[cold]
    #[inline(never)]
    unsafe fn out_of_fuel(mut r: Regs) -> Outcome {
        // SAFETY: the state is that of running code.
        let status = unsafe { count::serve_out_of_fuel(&mut r) };
        Outcome {
            regs: r,
            status: status.unwrap_or(GO_ON),
        }
    }

    #[cold]
    #[inline(never)]
    unsafe fn refuse(mut r: Regs) -> Outcome {
        // SAFETY: the state is that of an entry.
        let status = unsafe { function::refuse_entry(&mut r) };
        Outcome {
            regs: r,
            status: status.unwrap_or(GO_ON),
        }
    }
}

/// Records a trap; returns its status. What it needs of the state is passed by value, so that
/// handlers need not have the state in memory.
#[cold]
#[inline(never)]
unsafe fn trap_at(ip: *const u64, fp: *mut u64, inst: f64, code: TrapCode) -> u32 {
    // SAFETY: the state is that of running code.
    unsafe {
        let r = Regs::at(ip, fp, inst);
        r.record_exit();
        r.exec().set_trap(code)
    }
}

/// Records where guest code stops.
#[cold]
#[inline(never)]
unsafe fn stop_at(ip: *const u64, fp: *mut u64, inst: f64) {
    // SAFETY: the state is that of running code.
    unsafe { Regs::at(ip, fp, inst).record_exit() }
}

/// Runs code from `r.ip` until it leaves; returns the status.
///
/// # Safety
///
/// As [`Mode::dispatch`].
pub(crate) unsafe fn run(mut r: Regs) -> u32 {
    loop {
        // SAFETY: the first word of an instruction is the address of its handler.
        let status = unsafe {
            let handler = *r.ip.cast::<Handler>();
            handler(&mut r)
        };
        if status != GO_ON {
            return status;
        }
    }
}
