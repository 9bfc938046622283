//! Code that belongs to no function: entries of functions that have no register code, and the
//! return addresses of frames that code of no module called.

use std::ptr;

use selvedge_vm::code::VMFuncCode;
use selvedge_vm::walk::InterpReturn;

use crate::Dispatch;
use crate::exec::blocks::{Exit, HostCall, Lazy, LazyOther, NoEntry};
use crate::exec::crossing::{EnterNative, EnterNativeOther, ReturnToNative};
use crate::exec::function::OTHER_ENTRY_WORDS;
#[cfg(selvedge_tail)]
use crate::exec::tail;
use crate::exec::{Op, step};

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

/// A place to return to that is in no function.
#[repr(C)]
struct ReturnBlock<H> {
    /// The low half is unused, the high half is the distance to the caller's frame: none.
    frame: u64,
    handler: H,
}

const _: () = assert!(
    OTHER_ENTRY_WORDS == 2
        && LazyOther::LEN == 2
        && HostCall::LEN == 2
        && EnterNativeOther::LEN == 2
);
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
        pub(super) static NATIVE: Block<$module::Handler> = Block {
    other: handler!($module EnterNativeOther),
            other_operand: 0,
    own: handler!($module EnterNative),
            own_operand: 0,
        };
        pub(super) static EXIT: ReturnBlock<$module::Handler> = ReturnBlock {
            frame: 0,
    handler: handler!($module Exit),
        };
        pub(super) static RETURN_TO_NATIVE: ReturnBlock<$module::Handler> = ReturnBlock {
            frame: 0,
    handler: handler!($module ReturnToNative),
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
pub fn exit_address(dispatch: Dispatch) -> *const u64 {
    let block: *const u64 = match dispatch {
        #[cfg(selvedge_tail)]
        Dispatch::Tail => (&raw const tail_blocks::EXIT).cast(),
        _ => (&raw const step_blocks::EXIT).cast(),
    };
    block.wrapping_add(1)
}

/// The entry of a function that has machine code: leaves with `STATUS_CALL_NATIVE`.
pub fn native_entry(dispatch: Dispatch) -> *const u64 {
    let block: *const u64 = match dispatch {
        #[cfg(selvedge_tail)]
        Dispatch::Tail => (&raw const tail_blocks::NATIVE).cast(),
        _ => (&raw const step_blocks::NATIVE).cast(),
    };
    block.wrapping_add(OTHER_ENTRY_WORDS)
}

/// The return address of a frame that machine code called: leaves with `STATUS_RETURN_NATIVE`.
pub fn return_to_native(dispatch: Dispatch) -> *const u64 {
    let block: *const u64 = match dispatch {
        #[cfg(selvedge_tail)]
        Dispatch::Tail => (&raw const tail_blocks::RETURN_TO_NATIVE).cast(),
        _ => (&raw const step_blocks::RETURN_TO_NATIVE).cast(),
    };
    block.wrapping_add(1)
}

/// What the return address `ip` is, for walks.
pub fn classify_return(ip: *const u64) -> InterpReturn {
    let is = |address: fn(Dispatch) -> *const u64| {
        ptr::eq(ip, address(Dispatch::Step)) || ptr::eq(ip, address(Dispatch::Tail))
    };
    if is(return_to_native) {
        InterpReturn::Native
    } else if is(exit_address) {
        InterpReturn::End
    } else {
        InterpReturn::Caller
    }
}

/// The code of every host function: calls the shim in the callee's `VMHostContext`.
pub fn host_code(dispatch: Dispatch) -> &'static VMFuncCode {
    match dispatch {
        #[cfg(selvedge_tail)]
        Dispatch::Tail => &tail_blocks::HOST_CODE,
        _ => &step_blocks::HOST_CODE,
    }
}
