//! Leaving for machine code. The handlers say where it goes on in the execution's
//! [`Transfer`](selvedge_vm::exec::Transfer).

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::ptr;

use selvedge_vm::code::VMFuncCode;
use selvedge_vm::exec::{STATUS_CALL_NATIVE, STATUS_RETURN_NATIVE};
use selvedge_vm::vmcontext::{VMCallee, VMContext};

use super::function::OTHER_ENTRY_WORDS;
use super::name::named;
use super::{Mode, Op, Regs};

/// Says that a call enters `callee`, with the rest of the state as at an entry.
///
/// # Safety
///
/// The state is that of an entry.
#[inline(always)]
pub(super) unsafe fn transfer_call(r: &Regs, callee: VMCallee) {
    // SAFETY: passed on to the caller.
    let transfer = unsafe { &r.exec().transfer };
    transfer.code.set(callee.code);
    transfer.vmctx.set(callee.vmctx);
    transfer.fp.set(r.fp);
    let ip = ptr::with_exposed_provenance(r.acc as usize);
    transfer.ip.set(ip);
    let back = ptr::with_exposed_provenance_mut(r.l0 as usize);
    transfer.back.set(back);
}

/// The entry, within the instance, of a function that has machine code.
pub(crate) struct EnterNative;
named!(EnterNative);

impl Op for EnterNative {
    const LEN: usize = 2;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        let code = ptr::with_exposed_provenance::<VMFuncCode>(r.l1 as usize);
        let vmctx = r.vmctx();
        // SAFETY: passed on to the caller. `l1` names the function's code.
        unsafe {
            transfer_call(&r, VMCallee { code, vmctx });
            M::leave(r, STATUS_CALL_NATIVE)
        }
    }
}

/// The other entry of a function that has machine code.
pub(crate) struct EnterNativeOther;
named!(EnterNativeOther);

impl Op for EnterNativeOther {
    const LEN: usize = OTHER_ENTRY_WORDS;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: `l1` names the callee, a function of a live instance.
        unsafe {
            let callee = *ptr::with_exposed_provenance::<VMCallee>(r.l1 as usize);
            VMContext::header(callee.vmctx)
                .exec
                .set(r.header().exec.get());
            transfer_call(&r, callee);
            M::leave(r, STATUS_CALL_NATIVE)
        }
    }
}

/// The return address of a frame that machine code called.
pub(crate) struct ReturnToNative;
named!(ReturnToNative);

impl Op for ReturnToNative {
    const LEN: usize = 1;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller. The frame's distance is 0, so `fp` is the callee's.
        unsafe {
            let transfer = &r.exec().transfer;
            transfer.fp.set(r.fp);
            transfer.vmctx.set(r.vmctx());
            M::leave(r, STATUS_RETURN_NATIVE)
        }
    }
}
