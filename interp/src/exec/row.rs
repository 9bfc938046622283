//! Rows: the handlers of an operation, for every mode and every place of its result.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use super::name::{Name, Named, named};
use super::place::{DA, DB, DP, DS, Dest, Register, Value};
#[cfg(selvedge_step)]
use super::step;
#[cfg(selvedge_tail)]
use super::tail;
use super::{Mode, Op, Regs, Show};
use crate::Dispatch;

/// The handlers of one operation, and how to list it. There are thousands, so that it is kept small.
pub(crate) struct Code {
    #[cfg(selvedge_tail)]
    tail: tail::Handler,
    /// Copies of `tail`, if it is hot.
    #[cfg(selvedge_tail)]
    copies: Option<&'static Copies>,
    #[cfg(selvedge_step)]
    step: step::Handler,
    /// The name of the operation's type.
    pub name: Name,
    /// Operands that the name does not show.
    pub show: [Show; SHOWN],
    /// Length in words.
    len: u8,
}

/// The most operands that a name does not show.
const SHOWN: usize = 5;

/// `shows` and nothing behind them.
const fn padded(shows: &[Show]) -> [Show; SHOWN] {
    let mut padded = [Show::Nothing; SHOWN];
    padded.split_at_mut(shows.len()).0.copy_from_slice(shows);
    padded
}

const fn byte(len: usize) -> u8 {
    assert!(len <= u8::MAX as usize);
    len as u8
}

/// The copies of an operation's handler beside the first one; with that, a power of two.
///
/// A handler that occurs twice in a loop ends in one indirect jump with two targets, which
/// predictors that go by the jump's last target miss every time (`docs/adr/0010-handler-copies.md`).
#[cfg(selvedge_tail)]
type Copies = [tail::Handler; 3];

#[cfg(selvedge_tail)]
trait HasCopies: Op {
    const COPIES: &'static Copies;
    /// Those of [`tail::handler_native`].
    const NATIVE: &'static Copies;
    /// Those of [`tail::handler_fused`].
    const FUSED: &'static Copies;
}

#[cfg(selvedge_tail)]
macro_rules! copies {
    ($handler:ident) => {
        &[
            tail::$handler::<O, 1>,
            tail::$handler::<O, 2>,
            tail::$handler::<O, 3>,
        ]
    };
}

#[cfg(selvedge_tail)]
impl<O: Op> HasCopies for O {
    const COPIES: &'static Copies = copies!(handler);
    const NATIVE: &'static Copies = copies!(handler_native);
    const FUSED: &'static Copies = copies!(handler_fused);
}

/// Whether there are handlers for pinned locals.
pub(crate) const PINS: bool = cfg!(all(selvedge_tail, feature = "specialized"));

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
    #[cfg_attr(
        not(selvedge_step),
        expect(dead_code, reason = "only `step` dispatch goes without")
    )]
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

    #[cfg(selvedge_tail)]
    const fn copies(self) -> bool {
        self.copies && cfg!(feature = "specialized")
    }

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
            tail: tail::handler::<O, 0>,
            #[cfg(selvedge_tail)]
            copies: if O::HOT && form.copies() {
                Some(O::COPIES)
            } else {
                None
            },
            #[cfg(selvedge_step)]
            step: if form.pinned {
                step::handler::<Absent>
            } else {
                step::handler::<O>
            },
            name: O::NAME,
            show: padded(O::SHOW),
            len: byte(O::LEN),
        }
    }

    /// The handlers of `O` that use the instructions for vectors that
    /// [`Native`](super::simd::Native) stands for; with `fused`, fused multiplication and
    /// addition as well.
    pub const fn of_native<O: Op>(form: Form, fused: bool) -> Self {
        Self {
            #[cfg(selvedge_tail)]
            tail: if fused {
                tail::handler_fused::<O, 0>
            } else {
                tail::handler_native::<O, 0>
            },
            #[cfg(selvedge_tail)]
            copies: match (O::HOT && form.copies(), fused) {
                (true, true) => Some(O::FUSED),
                (true, false) => Some(O::NATIVE),
                (false, _) => None,
            },
            #[cfg(selvedge_step)]
            step: match (form.pinned, fused) {
                (true, _) => step::handler::<Absent>,
                (false, true) => step::handler_fused::<O>,
                (false, false) => step::handler_native::<O>,
            },
            name: O::NAME,
            show: padded(O::SHOW),
            len: byte(O::LEN),
        }
    }

    /// Length in words.
    pub fn len(&self) -> usize {
        usize::from(self.len)
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
                let handler = match self.copies {
                    // Of four.
                    Some(copies) if !copy.is_multiple_of(4) => copies[copy % 4 - 1],
                    _ => self.tail,
                };
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
            self.copies.is_some()
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
    /// Result in a slot and the register of the local that is pinned there: for each register, or none.
    pub pins: &'static [Code],
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

/// The handlers of an operation with its result in pinned locals.
trait HasPins: ResultOp {
    const PINS: &'static [Code];
    /// As `PINS`, without copies.
    const PLAIN_PINS: &'static [Code];
}

const fn in_pin<F: ResultOp, const N: usize>(form: Form) -> Code {
    Code::of::<To<DP<N>, F>>(form.pinned())
}

impl<F: ResultOp> HasPins for F {
    const PINS: &'static [Code] = match pins_of::<F>() {
        0 => &[],
        2 => &[in_pin::<F, 0>(Form::COMMON), in_pin::<F, 1>(Form::COMMON)],
        _ => &[
            in_pin::<F, 0>(Form::COMMON),
            in_pin::<F, 1>(Form::COMMON),
            in_pin::<F, 2>(Form::COMMON),
        ],
    };
    const PLAIN_PINS: &'static [Code] = match pins_of::<F>() {
        0 => &[],
        2 => &[in_pin::<F, 0>(Form::PLAIN), in_pin::<F, 1>(Form::PLAIN)],
        _ => &[
            in_pin::<F, 0>(Form::PLAIN),
            in_pin::<F, 1>(Form::PLAIN),
            in_pin::<F, 2>(Form::PLAIN),
        ],
    };
}

/// How many pinned locals there are for results.
const fn pins_of<F: ResultOp>() -> usize {
    if PINS {
        <F::Result as Value>::Register::PINS
    } else {
        0
    }
}

const fn row<F: ResultOp>(form: Form, pins: &'static [Code]) -> Row {
    Row {
        acc: Code::of::<To<DA, F>>(form),
        slot: Code::of::<To<DB, F>>(form),
        pins,
    }
}

const fn move_row<F: ResultOp>(form: Form) -> Row {
    Row {
        acc: Code::of::<To<DA, F>>(form),
        slot: Code::of::<To<DS, F>>(form),
        pins: F::PINS,
    }
}

impl<F: ResultOp> HasRow for F {
    const ROW: &'static Row = &row::<F>(Form::COMMON, F::PINS);
    const PINNED_ROW: &'static Row = &row::<F>(Form::COMMON.pinned(), F::PINS);
    const PLAIN_ROW: &'static Row = &row::<F>(Form::PLAIN, F::PLAIN_PINS);
    const PLAIN_PINNED_ROW: &'static Row = &row::<F>(Form::PLAIN.pinned(), F::PLAIN_PINS);
    const RARE_ROW: &'static Row = &row::<F>(Form::PLAIN, &[]);
    const RARE_PINNED_ROW: &'static Row = &row::<F>(Form::PLAIN.pinned(), &[]);
    const MOVE_ROW: &'static Row = &move_row::<F>(Form::COMMON);
    const PINNED_MOVE_ROW: &'static Row = &move_row::<F>(Form::COMMON.pinned());
}
