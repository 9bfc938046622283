//! Operators that work on whole memories and tables, the same on every tier.
//!
//! Each takes the context of the executing instance and its operands as frame
//! slots hold them (references are handles), and checks all bounds before it writes
//! anything, as the specification demands. Then it works in pieces of at most
//! [`PIECE_BYTES`] with a poll of the execution's interrupt word between, so
//! that nothing a guest asks for keeps it from being stopped.
//!
//! # Safety
//!
//! All of these functions require: `vmctx` is the context of a live instance, the indices are of its
//! module, no reference into the store or the instance's memories is held by the
//! caller, and [`VMContextHeader::exec`](crate::vmcontext::VMContextHeader::exec) is the
//! current execution (or, with no guest active, that of the store).

#![expect(unsafe_code, reason = "called by running code with its context")]

mod memory;
mod table;

use std::fmt;

pub use memory::{data_drop, memory_copy, memory_fill, memory_grow, memory_init, memory_size};
pub use table::{
    elem_drop, indirect_callee, ref_func, table_copy, table_fill, table_get, table_grow,
    table_init, table_set, table_size,
};

use crate::exec::{Pending, VMExec};
use crate::store::BoxedError;
use crate::trap::TrapCode;
use crate::vmcontext::VMContext;

/// The most bytes that are worked on between two polls.
pub const PIECE_BYTES: u64 = 256 << 10;

/// What `memory.grow` and `table.grow` return when they fail (-1 of 64 bits).
pub const GROW_FAILED: u64 = u64::MAX;

/// Why an operator does not return to the guest.
#[derive(Debug)]
pub enum Stop {
    /// It trapped.
    Trap(TrapCode),
    /// The embedder, who was asked, failed or panicked.
    Pending(Pending),
}

impl Stop {
    /// Stopped by an error of the embedder; a [`TrapCode`] as error is a trap.
    pub fn from_error(error: BoxedError) -> Self {
        match error.downcast::<TrapCode>() {
            Ok(code) => Self::Trap(*code),
            Err(error) => Self::Pending(Pending::Error(error)),
        }
    }

    /// Records in `exec` why guest code ends; returns the status to leave it with.
    #[cold]
    pub fn record(self, exec: &VMExec) -> u32 {
        match self {
            Self::Trap(code) => exec.set_trap(code),
            Self::Pending(pending) => exec.set_pending(pending),
        }
    }
}

impl From<TrapCode> for Stop {
    fn from(code: TrapCode) -> Self {
        Self::Trap(code)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trap(code) => code.fmt(f),
            Self::Pending(Pending::Error(error)) => error.fmt(f),
            Self::Pending(Pending::Panic(_)) => f.write_str("the embedder panicked"),
        }
    }
}

/// The error that stands for "somebody asked to stop".
///
/// # Safety
///
/// As the [module](self) says.
unsafe fn poll(vmctx: *mut VMContext) -> Result<(), Stop> {
    // SAFETY: by contract the header has the current execution.
    match unsafe { (*VMContext::header(vmctx).exec.get()).must_stop() } {
        false => Ok(()),
        true => Err(Stop::Trap(TrapCode::Interrupt)),
    }
}

/// Bytes that cost as much as an operator.
const BYTES_PER_COST: u64 = 64;

/// Charges for work on `len` items of `item_bytes` bytes, if code counts.
///
/// # Safety
///
/// As the [module](self) says.
unsafe fn charge(vmctx: *mut VMContext, len: u64, item_bytes: u64) -> Result<(), Stop> {
    let cost = len.div_ceil(BYTES_PER_COST / item_bytes);
    // SAFETY: by contract the header has the current execution.
    let exec = unsafe { &*VMContext::header(vmctx).exec.get() };
    Ok(exec.count.charge(cost)?)
}

/// Does `total` items in pieces of at most `piece`, each by `work(first, count)`, and
/// polls between.
///
/// # Safety
///
/// As the [module](self) says.
#[inline]
unsafe fn in_pieces(
    vmctx: *mut VMContext,
    total: u64,
    piece: u64,
    mut work: impl FnMut(u64, usize),
) -> Result<(), Stop> {
    let mut first = 0;
    loop {
        let count = piece.min(total - first);
        work(first, count as usize);
        first += count;
        if first == total {
            return Ok(());
        }
        // SAFETY: by contract.
        unsafe { poll(vmctx)? };
    }
}

/// Whether `len` items from `start` on are among the first `available`.
#[inline(always)]
fn fits(start: u64, len: u64, available: u64) -> bool {
    start.checked_add(len).is_some_and(|end| end <= available)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_fit_to_the_end_and_do_not_wrap() {
        assert!(fits(0, 10, 10) && fits(10, 0, 10) && fits(3, 7, 10));
        assert!(!fits(11, 0, 10) && !fits(3, 8, 10));
        assert!(!fits(u64::MAX, 2, 10) && !fits(2, u64::MAX, u64::MAX));
    }

    #[test]
    fn a_trap_code_as_error_is_a_trap() {
        let stop = Stop::from_error(Box::new(TrapCode::GrowthOperationLimited));
        assert!(matches!(stop, Stop::Trap(TrapCode::GrowthOperationLimited)));
        let stop = Stop::from_error("no more".into());
        assert_eq!(stop.to_string(), "no more");
        assert!(matches!(stop, Stop::Pending(Pending::Error(_))));
    }
}
