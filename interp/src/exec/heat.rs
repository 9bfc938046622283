//! Counting down heat, at functions' entries and at loops' headers.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::hint::cold_path;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use selvedge_vm::code::VMFuncCode;
use selvedge_vm::exec::STATUS_TIER_UP;
use selvedge_vm::vmcontext::{VMCallee, VMContext};

use super::crossing::transfer_call;
use super::name::named;
use super::{Label, Mode, Op, Regs, Show};

/// Spends one of the heat whose counter's address is word 1. Says whether there was any; if not,
/// there is practically no end of it from now on.
#[inline(always)]
unsafe fn spend(r: &Regs) -> bool {
    // SAFETY: translation put the address of a counter there, which lives as long as the code.
    unsafe {
        let counter = &*ptr::with_exposed_provenance::<AtomicU32>(r.word(1) as usize);
        let left = counter.load(Ordering::Relaxed);
        // Wraps around to that practical endlessness.
        counter.store(left.wrapping_sub(1), Ordering::Relaxed);
        left != 0
    }
}

/// The function, of this instance, whose code's address is word 2.
#[inline(always)]
unsafe fn function(r: &Regs) -> VMCallee {
    // SAFETY: the instruction has that word.
    let code = unsafe { r.word(2) };
    VMCallee {
        code: ptr::with_exposed_provenance::<VMFuncCode>(code as usize),
        vmctx: r.vmctx(),
    }
}

/// Counts a call. Stands between the entry from other instances and the function's own entry
/// operation, whose state it leaves alone.
pub(crate) struct CallHeat;
named!(CallHeat);

impl Op for CallHeat {
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[Show::Func(2)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            if !spend(&r) {
                cold_path();
                transfer_call(&r, function(&r));
                r.exec().transfer.wasm_offset.set(0);
                return M::leave(r, STATUS_TIER_UP);
            }
            r.next::<M>(Self::LEN)
        }
    }
}

/// Counts a pass of a loop's header, where all values are in their slots. Offset of the loop's
/// operator at byte 28; slots of the pinned locals at bytes 24, 26, and 32, 34, 36 for floats.
pub(crate) struct LoopHeat;
named!(LoopHeat);

impl Op for LoopHeat {
    const LEN: usize = 5;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[
        Show::Func(2),
        Show::U32(Label::Offset, 28),
        Show::Pins(2, 24),
        Show::Pins(3, 32),
    ];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            if !spend(&r) {
                cold_path();
                let callee = function(&r);
                let transfer = &r.exec().transfer;
                transfer.code.set(callee.code);
                transfer.vmctx.set(callee.vmctx);
                transfer.fp.set(r.fp);
                transfer.ip.set(r.ip);
                transfer.back.set(ptr::null_mut());
                transfer.wasm_offset.set(r.field32(28));
                return M::leave(r, STATUS_TIER_UP);
            }
            r.next::<M>(Self::LEN)
        }
    }
}

/// The state after the [`LoopHeat`] at `ip` of the frame at `fp`, whose registers are lost.
///
/// # Safety
///
/// The frame is of that code, and its instance is that of `vmctx`.
pub(crate) unsafe fn at_loop(ip: *const u64, fp: *mut u64, vmctx: *mut VMContext) -> Regs {
    let mut r = Regs::at(ip, fp, 0.0);
    r.set_vmctx(vmctx);
    // SAFETY: translation put slots of the frame there.
    unsafe {
        let pinned = |at: usize| r.slot(usize::from(*ip.cast::<u16>().add(at / 2)));
        let [l0, l1, f0, f1, f2] = [24, 26, 32, 34, 36].map(pinned);
        (r.l0, r.l1) = (l0, l1);
        (r.f0, r.f1, r.f2) = (f64::from_bits(f0), f64::from_bits(f1), f64::from_bits(f2));
        r.reload_memory();
        r.ip = ip.add(LoopHeat::LEN);
    }
    r
}
