//! The operations of code that belongs to no function: entries of functions that have no register code, and
//! the return address of an activation's first frame. [`crate::blocks`] has the code;
//! [`crossing`](super::crossing) the operations that lead to machine code.
//!
//! The state at an entry is what [`function`](super::function) says.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::hint::cold_path;
use std::ptr;

use selvedge_vm::code::VMFuncCode;
use selvedge_vm::exec::STATUS_RETURNED;
use selvedge_vm::trap::TrapCode;
use selvedge_vm::vmcontext::{VMCallee, VMContext, VMHostContext};

use super::call::{call_host, go_on};
use super::function::{OTHER_ENTRY_WORDS, record_refused_entry};
use super::name::named;
use super::{Mode, Op, Regs};
use crate::prepare;

/// Ends an activation: the return address of its first frame.
pub(crate) struct Exit;
named!(Exit);

impl Op for Exit {
    const LEN: usize = 1;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe { M::leave(r, STATUS_RETURNED) }
    }
}

/// The entry of a host function, for calls that do not ask what they call.
pub(crate) struct HostCall;
named!(HostCall);

impl Op for HostCall {
    const LEN: usize = OTHER_ENTRY_WORDS;
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: `l1` names a callee whose context is that of a host function.
        unsafe {
            let callee = ptr::with_exposed_provenance::<VMCallee>(r.l1 as usize);
            let host = (*callee).vmctx.cast::<VMHostContext>().cast_const();
            let ret = ptr::with_exposed_provenance(r.acc as usize);
            // A tail call may return to another instance than the one that called.
            let back = ptr::with_exposed_provenance_mut(r.l0 as usize);
            let Some(status) = call_host(r.vmctx(), host, r.fp, ret, back) else {
                cold_path();
                return M::refuse(r);
            };
            if status != STATUS_RETURNED {
                cold_path();
                return M::leave(r, status);
            }
            r.set_vmctx(back);
            let frame = r.fp;
            go_on::<M>(r, ret, frame)
        }
    }
}

/// What stands at the entry that a host function has no use for: it has no own instance.
pub(crate) struct NoEntry;
named!(NoEntry);

impl Op for NoEntry {
    const LEN: usize = 1;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe { M::trap(r, TrapCode::UnreachableCodeReached) }
    }
}

/// The entry, within the instance, of a function that has no code yet.
pub(crate) struct Lazy;
named!(Lazy);

impl Op for Lazy {
    const LEN: usize = 2;
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: `l1` names the function's code, and it belongs to the instance.
        unsafe {
            let code = ptr::with_exposed_provenance::<VMFuncCode>(r.l1 as usize);
            let status = prepare(r.vmctx(), code);
            if status != STATUS_RETURNED {
                cold_path();
                record_refused_entry(&r);
                return M::leave(r, status);
            }
            r.ip = (*code).ip();
            M::dispatch(r)
        }
    }
}

/// The other entry of a function that has no code yet.
pub(crate) struct LazyOther;
named!(LazyOther);

impl Op for LazyOther {
    const LEN: usize = OTHER_ENTRY_WORDS;
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: `l1` names the callee, a function of a live instance; that instance's
        // execution is set first, for `prepare` reports errors through it.
        unsafe {
            let VMCallee { code, vmctx } = *ptr::with_exposed_provenance::<VMCallee>(r.l1 as usize);
            VMContext::header(vmctx).exec.set(r.header().exec.get());
            let status = prepare(vmctx, code);
            if status != STATUS_RETURNED {
                cold_path();
                record_refused_entry(&r);
                return M::leave(r, status);
            }
            r.ip = (*code).ip().sub(OTHER_ENTRY_WORDS);
            M::dispatch(r)
        }
    }
}
