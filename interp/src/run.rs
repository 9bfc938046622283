//! Entering register code, and what handlers call out to. An entry leaves with a status of
//! `selvedge_vm::exec`; one that is for the other tier comes with a
//! [`Transfer`](selvedge_vm::exec::Transfer), and the host's stack is as before.

#![expect(unsafe_code, reason = "runs code on raw frames")]

use std::ptr;

use selvedge_vm::bulk::Stop;
use selvedge_vm::code::VMFuncCode;
use selvedge_vm::exec::{Pending, STATUS_OUT_OF_FUEL, STATUS_RETURNED, VMExec};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::instance::Instance;
use selvedge_vm::trap::TrapCode;
use selvedge_vm::vmcontext::{VMCallee, VMContext};

use crate::Dispatch;
use crate::blocks::{exit_address, return_to_native};
use crate::exec::function::returned;
use crate::exec::heat::at_loop;
#[cfg(selvedge_tail)]
use crate::exec::{Mode, tail};
use crate::exec::{Regs, step};

/// Runs the wasm function `callee`, whose arguments are in the slots from `fp` on,
/// until it returns, traps or fails; returns a status of `selvedge_vm::exec`. When
/// it has returned, its results are in the slots from `fp` on.
///
/// # Safety
///
/// - `callee` is a function of a live instance, translated for `dispatch` or not yet;
/// - the context's `exec` is `exec`, and `exec` has a stack, of which the slots from
///   `fp` on are free, arguments and results fitting below the limit;
/// - `dispatch` is available, and the store's code is made for it;
/// - no reference to the store's instances, memories or stack is alive.
pub unsafe fn enter(dispatch: Dispatch, exec: &VMExec, callee: VMCallee, fp: *mut u64) -> u32 {
    // SAFETY: passed on. The first frame "returns" to its own instance.
    unsafe {
        start(
            dispatch,
            exec,
            callee,
            fp,
            exit_address(dispatch),
            callee.vmctx,
        )
    }
}

/// As [`enter`], for a call by machine code of the callee's instance: a return leaves with
/// `STATUS_RETURN_NATIVE`.
///
/// # Safety
///
/// As for [`enter`]; the return stack has the place to go on at on top.
pub unsafe fn enter_from_native(
    dispatch: Dispatch,
    exec: &VMExec,
    callee: VMCallee,
    fp: *mut u64,
) -> u32 {
    // SAFETY: passed on.
    unsafe {
        start(
            dispatch,
            exec,
            callee,
            fp,
            return_to_native(dispatch),
            callee.vmctx,
        )
    }
}

/// As [`enter`], for a call that returns to `ip` in the instance of `back`.
///
/// # Safety
///
/// As for [`enter`]; `ip` is a return address for `dispatch`, after which the code of `back` goes on.
pub unsafe fn enter_from(
    dispatch: Dispatch,
    exec: &VMExec,
    callee: VMCallee,
    fp: *mut u64,
    ip: *const u64,
    back: *mut VMContext,
) -> u32 {
    // SAFETY: passed on.
    unsafe { start(dispatch, exec, callee, fp, ip, back) }
}

/// Runs `callee` as [`enter_from`] says.
#[inline(always)]
unsafe fn start(
    dispatch: Dispatch,
    exec: &VMExec,
    callee: VMCallee,
    fp: *mut u64,
    ip: *const u64,
    back: *mut VMContext,
) -> u32 {
    // SAFETY: by contract the callee is live.
    let (header, code) = unsafe { (VMContext::header(callee.vmctx), &*callee.code) };
    debug_assert!(
        ptr::eq(header.exec.get(), exec),
        "the entered instance runs in this execution"
    );
    let mut r = Regs::at(code.ip(), fp, 0.0);
    r.acc = ip.expose_provenance() as u64;
    r.l0 = back.expose_provenance() as u64;
    r.l1 = callee.code.expose_provenance() as u64;
    r.set_vmctx(callee.vmctx);
    // SAFETY: `r` is the state at an entry within the instance.
    unsafe {
        r.reload_memory();
        run(dispatch, r)
    }
}

/// Goes on at the return address `ip` in the instance of `back`, after machine code that had
/// its frame at `fp`, where its results are.
///
/// # Safety
///
/// `ip` and `back` are what the interpreter left with when it called that machine code with
/// `STATUS_CALL_NATIVE`; the rest as for [`enter`].
pub unsafe fn resume(
    dispatch: Dispatch,
    exec: &VMExec,
    ip: *const u64,
    back: *mut VMContext,
    fp: *mut u64,
) -> u32 {
    // SAFETY: passed on.
    unsafe {
        let r = returned(ip, back, fp);
        debug_assert!(ptr::eq(r.exec(), exec), "the instance runs here");
        run(dispatch, r)
    }
}

/// Goes on at the loop whose heat was spent.
///
/// # Safety
///
/// `ip`, `fp` and `vmctx` are what the interpreter left with when it left that loop with
/// `STATUS_TIER_UP`, and nothing has run since; the rest as for [`enter`].
pub unsafe fn resume_loop(
    dispatch: Dispatch,
    exec: &VMExec,
    ip: *const u64,
    fp: *mut u64,
    vmctx: *mut VMContext,
) -> u32 {
    // SAFETY: passed on.
    unsafe {
        let r = at_loop(ip, fp, vmctx);
        debug_assert!(ptr::eq(r.exec(), exec), "the instance runs here");
        run(dispatch, r)
    }
}

/// Runs code from `r.ip` until it leaves; returns the status.
///
/// # Safety
///
/// As for [`Mode::dispatch`](crate::exec::Mode::dispatch).
#[inline(always)]
unsafe fn run(dispatch: Dispatch, r: Regs) -> u32 {
    // SAFETY: passed on.
    unsafe {
        match dispatch {
            #[cfg(selvedge_tail)]
            Dispatch::Tail => tail::Tail::dispatch(r) as u32,
            _ => step::run(r),
        }
    }
}

/// Makes the function with the entry `code` of the instance of `vmctx` ready;
/// returns a status.
///
/// # Safety
///
/// `vmctx` is a live instance whose execution is set, `code` one of its module's functions.
#[inline(never)]
pub(crate) unsafe fn prepare(vmctx: *mut VMContext, code: *const VMFuncCode) -> u32 {
    // SAFETY: by contract.
    let (header, module_code) = unsafe {
        (
            VMContext::header(vmctx),
            Instance::code(Instance::from_vmctx(vmctx)).clone(),
        )
    };
    let index = (code.addr() - header.func_codes.addr()) / size_of::<VMFuncCode>();
    match module_code.prepare(DefinedFuncIndex::from_u32(index as u32)) {
        Ok(()) => STATUS_RETURNED,
        // SAFETY: the execution is set by contract.
        Err(error) => unsafe { (*header.exec.get()).set_pending(Pending::Error(Box::new(error))) },
    }
}

/// The status of an operation that may stop guest code; the reason is recorded.
///
/// # Safety
///
/// `vmctx` is a live instance whose execution is set.
#[inline(always)]
pub(crate) unsafe fn stop_status(vmctx: *mut VMContext, result: Result<(), Stop>) -> u32 {
    match result {
        Ok(()) => STATUS_RETURNED,
        Err(Stop::Trap(TrapCode::OutOfFuel)) => STATUS_OUT_OF_FUEL,
        // SAFETY: passed on.
        Err(stop) => unsafe { record_stop(vmctx, stop) },
    }
}

/// As [`stop_status`], with a value.
///
/// # Safety
///
/// As for [`stop_status`].
#[inline(always)]
pub(crate) unsafe fn value_or_status(
    vmctx: *mut VMContext,
    result: Result<u64, Stop>,
) -> (u64, u32) {
    match result {
        Ok(value) => (value, STATUS_RETURNED),
        // SAFETY: passed on.
        Err(stop) => (0, unsafe { record_stop(vmctx, stop) }),
    }
}

/// Runs `f`, which captures nothing, on the part of the state that operands are read from.
/// Nothing that it returns or takes is in memory, so that the caller can dispatch by a jump.
///
/// # Safety
///
/// As for `f`.
#[inline(always)]
pub(crate) unsafe fn out_of_line<R, F: FnOnce(&Regs) -> R>(r: &Regs, f: F) -> R {
    #[inline(never)]
    unsafe fn by_value<R, F: FnOnce(&Regs) -> R>(
        f: F,
        ip: *const u64,
        fp: *mut u64,
        acc: u64,
        inst: f64,
    ) -> R {
        f(&Regs {
            ip,
            fp,
            mem: ptr::null_mut(),
            acc,
            l0: 0,
            l1: 0,
            facc: 0.0,
            f0: 0.0,
            f1: 0.0,
            f2: 0.0,
            inst,
        })
    }
    const { assert!(size_of::<F>() == 0) }
    // SAFETY: passed on to the caller.
    unsafe { by_value(f, r.ip, r.fp, r.acc, r.inst) }
}

#[cold]
#[inline(never)]
unsafe fn record_stop(vmctx: *mut VMContext, stop: Stop) -> u32 {
    // SAFETY: by contract the execution is set.
    stop.record(unsafe { &*VMContext::header(vmctx).exec.get() })
}
