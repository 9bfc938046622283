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
    #[cfg(selvedge_step)]
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

/// Whether there are handlers for pinned locals.
pub(crate) const PINS: bool = cfg!(all(selvedge_tail, feature = "specialized"));

/// `copies`, or the first of them.
#[cfg(selvedge_tail)]
const fn some_of(copies: &'static [tail::Handler], all: bool) -> &'static [tail::Handler] {
    if all && cfg!(feature = "specialized") {
        copies
    } else {
        copies.split_at(1).0
    }
}

/// What a handler is compiled for.
#[derive(Copy, Clone)]
pub(crate) struct Form {
    /// Whether there are copies, if the operation deserves them.
    #[cfg_attr(
        not(selvedge_tail),
        expect(dead_code, reason = "only `tail` dispatch has copies")
    )]
    copies: bool,
    /// Whether `tail` dispatch alone uses it: it has to do with pinned locals.
    pinned: bool,
}

impl Form {
    /// Common ones.
    pub const COMMON: Self = Self {
        copies: true,
        pinned: false,
    };
    /// As often as to deserve handlers at all.
    pub const PLAIN: Self = Self {
        copies: false,
        pinned: false,
    };

    /// The same, with pinned locals.
    pub const fn pinned(self) -> Self {
        Self {
            pinned: true,
            ..self
        }
    }
}

impl Code {
    /// The handlers of `O`.
    pub const fn of<O: Op>(form: Form) -> Self {
        Self {
            #[cfg(selvedge_tail)]
            tail: some_of(<O as Copies>::COPIES, form.copies),
            #[cfg(selvedge_step)]
            step: if form.pinned {
                step::handler::<Absent>
            } else {
                step::handler::<O>
            },
            len: O::LEN,
            name: O::NAME,
            show: O::SHOW,
        }
    }

    /// The handlers of `O` that use the instructions for vectors that
    /// [`Native`](super::simd::Native) stands for; with `fused`, fused multiplication and
    /// addition as well.
    pub const fn of_native<O: Op>(form: Form, fused: bool) -> Self {
        Self {
            #[cfg(selvedge_tail)]
            tail: some_of(
                if fused {
                    <O as Copies>::FUSED
                } else {
                    <O as Copies>::NATIVE
                },
                form.copies,
            ),
            #[cfg(selvedge_step)]
            step: match (form.pinned, fused) {
                (true, _) => step::handler::<Absent>,
                (false, true) => step::handler_fused::<O>,
                (false, false) => step::handler_native::<O>,
            },
            len: O::LEN,
            name: O::NAME,
            show: O::SHOW,
        }
    }

    /// The handler word; copy `copy`, if there are copies.
    #[inline]
    #[cfg_attr(
        not(selvedge_tail),
        expect(unused_variables, reason = "only `tail` dispatch has copies")
    )]
    pub fn word(&self, dispatch: Dispatch, copy: usize) -> u64 {
        match dispatch {
            #[cfg(selvedge_tail)]
            Dispatch::Tail => {
                // The number of copies is a power of two.
                let handler = self.tail[copy & (self.tail.len() - 1)];
                handler as usize as u64
            }
            #[cfg(selvedge_step)]
            Dispatch::Step => self.step as usize as u64,
            #[cfg(not(all(selvedge_tail, selvedge_step)))]
            _ => unreachable!("engines are made with a dispatch that is available"),
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
    /// As `CODE`, without copies.
    const PLAIN: &'static Code;
    /// As `PINNED`, without copies.
    const PLAIN_PINNED: &'static Code;
}

impl<O: Op> HasCode for O {
    const CODE: &'static Code = &Code::of::<O>(Form::COMMON);
    const PINNED: &'static Code = &Code::of::<O>(Form::COMMON.pinned());
    const PLAIN: &'static Code = &Code::of::<O>(Form::PLAIN);
    const PLAIN_PINNED: &'static Code = &Code::of::<O>(Form::PLAIN.pinned());
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
    /// Result in a slot and the accumulator; of copies, in a slot alone.
    pub slot: Code,
    /// Result in a slot and the register of the local that is pinned there.
    pub pins: [Option<Code>; 3],
}

/// An operation whose row is found by its type.
pub(crate) trait HasRow: ResultOp {
    /// The row, with all handlers.
    const ROW: &'static Row;
    /// The row of an operation on pinned locals.
    const PINNED_ROW: &'static Row;
    /// As `ROW`, without copies.
    const PLAIN_ROW: &'static Row;
    /// As `PINNED_ROW`, without copies.
    const PLAIN_PINNED_ROW: &'static Row;
    /// As `PLAIN_ROW`, without places for results in pinned locals.
    const RARE_ROW: &'static Row;
    /// As `PLAIN_PINNED_ROW`, without places for results in pinned locals.
    const RARE_PINNED_ROW: &'static Row;
    /// The row of a copy, with all handlers.
    const MOVE_ROW: &'static Row;
    /// The row of a copy of a pinned local.
    const PINNED_MOVE_ROW: &'static Row;
}

const fn pin_codes<F: ResultOp>(form: Form) -> [Option<Code>; 3] {
    if !PINS {
        return [None, None, None];
    }
    let form = form.pinned();
    [
        Some(Code::of::<To<DP<0>, F>>(form)),
        Some(Code::of::<To<DP<1>, F>>(form)),
        if <F::Result as Value>::Register::PINS > 2 {
            Some(Code::of::<To<DP<2>, F>>(form))
        } else {
            None
        },
    ]
}

const fn row<F: ResultOp>(form: Form) -> Row {
    Row {
        acc: Code::of::<To<DA, F>>(form),
        slot: Code::of::<To<DB, F>>(form),
        pins: pin_codes::<F>(form),
    }
}

const fn rare_row<F: ResultOp>(form: Form) -> Row {
    Row {
        acc: Code::of::<To<DA, F>>(form),
        slot: Code::of::<To<DB, F>>(form),
        pins: [None, None, None],
    }
}

const fn move_row<F: ResultOp>(form: Form) -> Row {
    Row {
        acc: Code::of::<To<DA, F>>(form),
        slot: Code::of::<To<DS, F>>(form),
        pins: pin_codes::<F>(form),
    }
}

impl<F: ResultOp> HasRow for F {
    const ROW: &'static Row = &row::<F>(Form::COMMON);
    const PINNED_ROW: &'static Row = &row::<F>(Form::COMMON.pinned());
    const PLAIN_ROW: &'static Row = &row::<F>(Form::PLAIN);
    const PLAIN_PINNED_ROW: &'static Row = &row::<F>(Form::PLAIN.pinned());
    const RARE_ROW: &'static Row = &rare_row::<F>(Form::PLAIN);
    const RARE_PINNED_ROW: &'static Row = &rare_row::<F>(Form::PLAIN.pinned());
    const MOVE_ROW: &'static Row = &move_row::<F>(Form::COMMON);
    const PINNED_MOVE_ROW: &'static Row = &move_row::<F>(Form::COMMON.pinned());
}
