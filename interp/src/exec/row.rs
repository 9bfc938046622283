//! Rows: the handlers of an operation, for every mode and every place of its result.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use super::place::{DA, DB, DS, Dest};
#[cfg(selvedge_tail)]
use super::tail;
use super::{Mode, Op, Regs, Show, step};
use crate::Dispatch;

/// The handlers of one operation, and how to list it.
pub(crate) struct Code {
    #[cfg(selvedge_tail)]
    tail: tail::Handler,
    step: step::Handler,
    /// Length in words.
    pub len: usize,
    /// The name of the operation's type.
    pub name: fn() -> &'static str,
    /// Operands that the name does not show.
    pub show: &'static [Show],
}

impl Code {
    /// The handlers of `O`.
    pub const fn of<O: Op>() -> Self {
        Self {
            #[cfg(selvedge_tail)]
            tail: tail::handler::<O>,
            step: step::handler::<O>,
            len: O::LEN,
            name: std::any::type_name::<O>,
            show: O::SHOW,
        }
    }

    /// The handler word.
    #[inline]
    pub fn word(&self, dispatch: Dispatch) -> u64 {
        match dispatch {
            #[cfg(selvedge_tail)]
            Dispatch::Tail => self.tail as usize as u64,
            _ => self.step as usize as u64,
        }
    }
}

/// An operation whose handlers are found by its type.
pub(crate) trait HasCode: Op {
    /// The handlers.
    const CODE: &'static Code;
}

impl<O: Op> HasCode for O {
    const CODE: &'static Code = &Code::of::<O>();
}

/// An operation with one result, whatever the place of the result.
///
/// # Safety
///
/// As [`Op`].
pub(crate) trait ResultOp: 'static {
    /// Length in words.
    const LEN: usize = 2;
    /// Operands that the type's parameters do not show.
    const SHOW: &'static [Show] = &[];
    /// Executes the instruction.
    unsafe fn exec<M: Mode, D: Dest>(r: Regs) -> M::Exit;
}

/// `F` with its result in `D`.
pub(crate) struct To<D, F>(PhantomData<(D, F)>);

impl<D: Dest, F: ResultOp> Op for To<D, F> {
    const LEN: usize = F::LEN;
    const SHOW: &'static [Show] = F::SHOW;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe { F::exec::<M, D>(r) }
    }
}

/// An operation with one result: its handlers by the place of the result.
pub(crate) struct Row {
    /// Result in the accumulator.
    pub acc: Code,
    /// Result in a slot.
    pub slot: Code,
    /// Result in both.
    pub both: Code,
}

/// An operation whose row is found by its type.
pub(crate) trait HasRow: ResultOp {
    /// The row.
    const ROW: &'static Row;
}

impl<F: ResultOp> HasRow for F {
    const ROW: &'static Row = &Row {
        acc: Code::of::<To<DA, F>>(),
        slot: Code::of::<To<DS, F>>(),
        both: Code::of::<To<DB, F>>(),
    };
}
