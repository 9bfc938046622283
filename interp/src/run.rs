//! Entering register code, and what handlers call out to.

#![expect(unsafe_code, reason = "runs code on raw frames")]

use std::ptr;

use selvedge_vm::bulk::Stop;
use selvedge_vm::code::VMFuncCode;
use selvedge_vm::exec::{Pending, STATUS_RETURNED, VMExec};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::instance::Instance;
use selvedge_vm::vmcontext::{VMCallee, VMContext};

use crate::Dispatch;
use crate::exec::call::{Exit, HostCall, Lazy, LazyOther, NoEntry, OTHER_ENTRY_WORDS};
#[cfg(selvedge_tail)]
use crate::exec::{Mode, tail};
use crate::exec::{Op, Regs, step};

/// A few instructions that belong to no function. The handler words are typed, so
/// that the block can be a constant.
#[repr(C)]
struct Block<H> {
    /// The entry from elsewhere.
    other: H,
    other_operand: u64,
    /// The entry within the instance.
    own: H,
    own_operand: u64,
}

/// The end of an activation: its first frame returns to `exit`.
#[repr(C)]
struct ExitBlock<H> {
    /// The low half is unused, the high half is the distance to the caller's frame: none.
    frame: u64,
    exit: H,
}

const _: () = assert!(OTHER_ENTRY_WORDS == 2 && LazyOther::LEN == 2 && HostCall::LEN == 2);
const _: () = assert!(size_of::<usize>() == 8, "code words hold addresses");

macro_rules! handler {
    (step $op:ident) => {
        step::handler::<$op>
    };
    (tail $op:ident) => {
        tail::handler::<$op, 0>
    };
}

macro_rules! blocks {
    ($module:ident) => {
        use super::*;
        pub(super) static LAZY: Block<$module::Handler> = Block {
    other: handler!($module LazyOther),
            other_operand: 0,
    own: handler!($module Lazy),
            own_operand: 0,
        };
        pub(super) static HOST: Block<$module::Handler> = Block {
    other: handler!($module HostCall),
            other_operand: 0,
    own: handler!($module NoEntry),
            own_operand: 0,
        };
        pub(super) static EXIT: ExitBlock<$module::Handler> = ExitBlock {
            frame: 0,
    exit: handler!($module Exit),
        };
        pub(super) static HOST_CODE: VMFuncCode = VMFuncCode::new(
            (&raw const HOST)
                .cast::<u64>()
                .wrapping_add(OTHER_ENTRY_WORDS),
        );
    };
}

mod step_blocks {
    blocks!(step);
}

#[cfg(selvedge_tail)]
mod tail_blocks {
    blocks!(tail);
}

/// The entry of a function that has no code yet.
pub(crate) fn lazy_entry(dispatch: Dispatch) -> *const u64 {
    let block: *const u64 = match dispatch {
        #[cfg(selvedge_tail)]
        Dispatch::Tail => (&raw const tail_blocks::LAZY).cast(),
        _ => (&raw const step_blocks::LAZY).cast(),
    };
    block.wrapping_add(OTHER_ENTRY_WORDS)
}

/// The return address of an activation's first frame.
pub(crate) fn exit_address(dispatch: Dispatch) -> *const u64 {
    let block: *const u64 = match dispatch {
        #[cfg(selvedge_tail)]
        Dispatch::Tail => (&raw const tail_blocks::EXIT).cast(),
        _ => (&raw const step_blocks::EXIT).cast(),
    };
    block.wrapping_add(1)
}

/// Whether `ip` is where activations end.
pub(crate) fn is_exit(ip: *const u64) -> bool {
    ptr::eq(ip, exit_address(Dispatch::Step)) || ptr::eq(ip, exit_address(Dispatch::Tail))
}

/// The code of every host function: calls the shim in the callee's `VMHostContext`.
pub fn host_code(dispatch: Dispatch) -> &'static VMFuncCode {
    match dispatch {
        #[cfg(selvedge_tail)]
        Dispatch::Tail => &tail_blocks::HOST_CODE,
        _ => &step_blocks::HOST_CODE,
    }
}

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
    // SAFETY: by contract the callee is live.
    let (header, code) = unsafe { (VMContext::header(callee.vmctx), &*callee.code) };
    debug_assert!(
        ptr::eq(header.exec.get(), exec),
        "the entered instance runs in this execution"
    );
    let mut r = Regs {
        ip: code.ip(),
        fp,
        mem: ptr::null_mut(),
        acc: exit_address(dispatch).expose_provenance() as u64,
        l0: 0,
        l1: callee.code.expose_provenance() as u64,
        facc: 0.0,
        f0: 0.0,
        f1: 0.0,
        f2: 0.0,
        inst: 0.0,
    };
    r.set_vmctx(callee.vmctx);
    // The first frame "returns" to its own instance.
    r.l0 = r.inst.to_bits();
    // SAFETY: `r` is the state at an entry within the instance.
    unsafe {
        r.reload_memory();
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
