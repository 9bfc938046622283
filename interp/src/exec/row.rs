//! Rows: the handlers of an operation, for every mode and every place of its result.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use super::name::{Name, Named, named};
use super::place::{DA, DB, DP, DS, Dest, Register, Value};
#[cfg(selvedge_tail)]
use super::tail;
use super::{Mode, Op, Regs, Show, step};
use crate::Dispatch;

/// The handlers of one operation, and how to list it.
pub(crate) struct Code {
    /// Copies of one handler.
    #[cfg(selvedge_tail)]
    tail: &'static [tail::Handler],
    step: step::Handler,
    /// Length in words.
    pub len: usize,
    /// The name of the operation's type.
    pub name: Name,
    /// Operands that the name does not show.
    pub show: &'static [Show],
}

/// The copies of an operation's handler: several, a power of two, if it is hot.
///
/// A handler that occurs twice in a loop ends in one indirect jump with two targets, which
/// predictors that go by the jump's last target miss every time (`docs/adr/0010-handler-copies.md`).
#[cfg(selvedge_tail)]
trait Copies: Op {
    const COPIES: &'static [tail::Handler];
    /// Those of [`tail::handler_native`].
    const NATIVE: &'static [tail::Handler];
    /// Those of [`tail::handler_fused`].
    const FUSED: &'static [tail::Handler];
}

#[cfg(selvedge_tail)]
macro_rules! copies {
    ($handler:ident) => {
        if O::HOT {
            &[
                tail::$handler::<O, 0>,
                tail::$handler::<O, 1>,
                tail::$handler::<O, 2>,
                tail::$handler::<O, 3>,
            ]
        } else {
            &[tail::$handler::<O, 0>]
        }
    };
}

#[cfg(selvedge_tail)]
impl<O: Op> Copies for O {
    const COPIES: &'static [tail::Handler] = copies!(handler);
    const NATIVE: &'static [tail::Handler] = copies!(handler_native);
    const FUSED: &'static [tail::Handler] = copies!(handler_fused);
}

impl Code {
    /// The handlers of `O`.
    pub const fn of<O: Op>() -> Self {
        Self {
            #[cfg(selvedge_tail)]
            tail: <O as Copies>::COPIES,
            step: step::handler::<O>,
            len: O::LEN,
            name: O::NAME,
            show: O::SHOW,
        }
    }

    /// The handlers of `O` that use the instructions for vectors that
    /// [`Native`](super::simd::Native) stands for; with `fused`, fused multiplication and
    /// addition as well.
    pub const fn of_native<O: Op>(fused: bool) -> Self {
        Self {
            #[cfg(selvedge_tail)]
            tail: if fused {
                <O as Copies>::FUSED
            } else {
                <O as Copies>::NATIVE
            },
            step: if fused {
                step::handler_fused::<O>
            } else {
                step::handler_native::<O>
            },
            len: O::LEN,
            name: O::NAME,
            show: O::SHOW,
        }
    }

    /// The handlers of `O`, which `tail` dispatch alone uses: it has to do with pinned locals.
    pub const fn of_pinned<O: Op>() -> Self {
        Self {
            #[cfg(selvedge_tail)]
            tail: <O as Copies>::COPIES,
            step: step::handler::<Absent>,
            len: O::LEN,
            name: O::NAME,
            show: O::SHOW,
        }
    }

    /// As [`of_native`](Self::of_native) without fusing, for what `tail` dispatch alone uses.
    pub const fn of_native_pinned<O: Op>() -> Self {
        Self {
            #[cfg(selvedge_tail)]
            tail: <O as Copies>::NATIVE,
            step: step::handler::<Absent>,
            len: O::LEN,
            name: O::NAME,
            show: O::SHOW,
        }
    }

    /// The handler word; copy `copy`, if there are copies.
    #[inline]
    pub fn word(&self, dispatch: Dispatch, copy: usize) -> u64 {
        match dispatch {
            #[cfg(selvedge_tail)]
            Dispatch::Tail => {
                // The number of copies is a power of two.
                let handler = self.tail[copy & (self.tail.len() - 1)];
                handler as usize as u64
            }
            _ => {
                let _ = copy;
                self.step as usize as u64
            }
        }
    }

    /// Whether `word` needs to be told which copy.
    #[inline]
    pub fn has_copies(&self) -> bool {
        #[cfg(selvedge_tail)]
        {
            self.tail.len() > 1
        }
        #[cfg(not(selvedge_tail))]
        {
            false
        }
    }
}

/// What stands where `step` dispatch has no handler. It is never translated to.
pub(crate) struct Absent;
named!(Absent);

impl Op for Absent {
    const LEN: usize = 1;
    unsafe fn exec<M: Mode>(_: Regs) -> M::Exit {
        unreachable!("`step` dispatch has no pinned locals")
    }
}

/// An operation whose handlers are found by its type.
pub(crate) trait HasCode: Op {
    /// The handlers.
    const CODE: &'static Code;
    /// The handlers, if they have to do with pinned locals.
    const PINNED: &'static Code;
}

impl<O: Op> HasCode for O {
    const CODE: &'static Code = &Code::of::<O>();
    const PINNED: &'static Code = &Code::of_pinned::<O>();
}

/// An operation with one result, whatever the place of the result.
///
/// # Safety
///
/// As [`Op`].
pub(crate) trait ResultOp: Named {
    /// The class of the result, which decides what it can be pinned to.
    type Result: Value;
    /// Length in words.
    const LEN: usize = 2;
    /// Whether the handlers deserve copies.
    const HOT: bool = false;
    /// Operands that the type's parameters do not show.
    const SHOW: &'static [Show] = &[];
    /// Executes the instruction.
    unsafe fn exec<M: Mode, D: Dest>(r: Regs) -> M::Exit;
}

/// `F` with its result in `D`.
pub(crate) struct To<D, F>(PhantomData<(D, F)>);
named!(To D F);

impl<D: Dest, F: ResultOp> Op for To<D, F> {
    const LEN: usize = F::LEN;
    const HOT: bool = F::HOT;
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
    /// Result in a slot and the register of the local that is pinned there.
    pub pins: [Option<Code>; 3],
}

/// An operation whose row is found by its type.
pub(crate) trait HasRow: ResultOp {
    /// The row.
    const ROW: &'static Row;
    /// The row of an operation on pinned locals.
    const PINNED_ROW: &'static Row;
    /// The row without places for pinned locals, for rare operations.
    const PLAIN_ROW: &'static Row;
    /// The row without handlers for a result in a slot alone: what sends a result there
    /// needs nothing that is in the accumulator.
    const LEAN_ROW: &'static Row;
    /// The lean row of an operation on pinned locals.
    const LEAN_PINNED_ROW: &'static Row;
}

const fn pin_codes<F: ResultOp>() -> [Option<Code>; 3] {
    if !cfg!(selvedge_tail) {
        return [None, None, None];
    }
    [
        Some(Code::of_pinned::<To<DP<0>, F>>()),
        Some(Code::of_pinned::<To<DP<1>, F>>()),
        if <F::Result as Value>::Register::PINS > 2 {
            Some(Code::of_pinned::<To<DP<2>, F>>())
        } else {
            None
        },
    ]
}

impl<F: ResultOp> HasRow for F {
    const ROW: &'static Row = &Row {
        acc: Code::of::<To<DA, F>>(),
        slot: Code::of::<To<DS, F>>(),
        both: Code::of::<To<DB, F>>(),
        pins: pin_codes::<F>(),
    };
    const PINNED_ROW: &'static Row = &Row {
        acc: Code::of_pinned::<To<DA, F>>(),
        slot: Code::of_pinned::<To<DS, F>>(),
        both: Code::of_pinned::<To<DB, F>>(),
        pins: pin_codes::<F>(),
    };
    const PLAIN_ROW: &'static Row = &Row {
        acc: Code::of::<To<DA, F>>(),
        slot: Code::of::<To<DS, F>>(),
        both: Code::of::<To<DB, F>>(),
        pins: [None, None, None],
    };
    const LEAN_ROW: &'static Row = &Row {
        acc: Code::of::<To<DA, F>>(),
        slot: Code::of::<To<DB, F>>(),
        both: Code::of::<To<DB, F>>(),
        pins: pin_codes::<F>(),
    };
    const LEAN_PINNED_ROW: &'static Row = &Row {
        acc: Code::of_pinned::<To<DA, F>>(),
        slot: Code::of_pinned::<To<DB, F>>(),
        both: Code::of_pinned::<To<DB, F>>(),
        pins: pin_codes::<F>(),
    };
}
