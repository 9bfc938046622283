//! Operations on values as such: moves, constants, select, globals, references.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use selvedge_vm::bulk;
use selvedge_vm::index::FuncIndex;
use selvedge_vm::vmcontext::{VMContext, VMGlobalDefinition};

use super::kind::{KINDS, Kind, Singles, pick};
use super::name::{Named, named};
use super::place::{A, Dest, H, I, J, K, P0, P1, P2, S1, S2, S3, Source, Value};
use super::row::{HasRow, ResultOp, Row};
use super::{Label, Mode, Op, Regs, Show};

/// Copies a value of class `T`: `u64` or `f64`.
pub(crate) struct Move<T, X>(PhantomData<(T, X)>);
named!(Move T X);

impl<T: Value, X: Source<T>> ResultOp for Move<T, X> {
    type Result = T;
    const LEN: usize = 2 + X::EXTRA;
    const HOT: bool = true;
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let value = X::read(&r);
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// The row of a copy.
macro_rules! copy {
    ($op:ty; $kind:ident) => {
        pick!($kind; Some(<$op>::MOVE_ROW); Some(<$op>::PINNED_MOVE_ROW))
    };
}

/// Copies of integers and of floats, by the kind of the source.
pub(crate) static MOVES: [Singles<Row>; 2] = [
    {
        let mut rows = [None; KINDS];
        rows[Kind::A as usize] = copy!(Move<u64, A>; A);
        rows[Kind::P0 as usize] = copy!(Move<u64, P0>; P0);
        rows[Kind::P1 as usize] = copy!(Move<u64, P1>; P1);
        rows[Kind::S as usize] = copy!(Move<u64, S1>; S);
        rows[Kind::I as usize] = copy!(Move<u32, I>; I);
        rows[Kind::K as usize] = copy!(Move<u64, K>; K);
        rows
    },
    {
        let mut rows = [None; KINDS];
        rows[Kind::A as usize] = copy!(Move<f64, A>; A);
        rows[Kind::P0 as usize] = copy!(Move<f64, P0>; P0);
        rows[Kind::P1 as usize] = copy!(Move<f64, P1>; P1);
        rows[Kind::P2 as usize] = copy!(Move<f64, P2>; P2);
        rows[Kind::S as usize] = copy!(Move<f64, S1>; S);
        rows[Kind::K as usize] = copy!(Move<f64, K>; K);
        rows
    },
];

/// Loads the registers of pinned integer locals from the slots in fields 0 and 1.
pub(crate) struct Pin<const FIRST: bool, const SECOND: bool>;
named!(Pin (FIRST: bool) (SECOND: bool));

impl<const FIRST: bool, const SECOND: bool> Op for Pin<FIRST, SECOND> {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = match (FIRST, SECOND) {
        (true, false) => &[Show::Pin(0, 8)],
        (false, _) => &[Show::Pin(1, 10)],
        (true, true) => &[Show::Pins(2, 8)],
    };
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: translation put slots of the frame into the fields.
        unsafe {
            if FIRST {
                r.l0 = r.slot(r.field(0));
            }
            if SECOND {
                r.l1 = r.slot(r.field(1));
            }
            r.next::<M>(Self::LEN)
        }
    }
}

/// Loads the registers of pinned float locals from the slots in fields 0 to 2.
pub(crate) struct FPin;
named!(FPin);

impl Op for FPin {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::Pins(3, 8)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: translation put slots of the frame into the fields.
        unsafe {
            r.f0 = f64::from_bits(r.slot(r.field(0)));
            r.f1 = f64::from_bits(r.slot(r.field(1)));
            r.f2 = f64::from_bits(r.slot(r.field(2)));
            r.next::<M>(Self::LEN)
        }
    }
}

/// Copies the slot named by the 32-bit field at byte 12 to the one at byte 8.
pub(crate) struct MoveWide;
named!(MoveWide);

impl Op for MoveWide {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::U32(Label::To, 8), Show::U32(Label::From, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: both slots are within the frame.
        unsafe {
            r.set_slot(r.field32(8) as usize, r.slot(r.field32(12) as usize));
            r.next::<M>(Self::LEN)
        }
    }
}

/// Chooses `X` or `Y` by the condition in `C`.
pub(crate) struct Select<T, X, Y, C>(PhantomData<(T, X, Y, C)>);
named!(Select T X Y C);

impl<T: Value, X: Source<T>, Y: Source<T>, C: Source<u32>> ResultOp for Select<T, X, Y, C> {
    type Result = T;
    const LEN: usize = 2 + (X::EXTRA | Y::EXTRA);
    const HOT: bool = true;
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let (a, b) = (X::read(&r), Y::read(&r));
            let value = if C::read(&r) != 0 { a } else { b };
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// Selects among values of one class.
pub(crate) struct SelectRows {
    /// By whether the first and the second value are constants, and whether the condition is in
    /// the accumulator.
    pub rows: [[[Option<&'static Row>; 2]; 2]; 2],
}

macro_rules! select_rows {
    ($ty:ty) => {
        SelectRows {
            rows: [
                [
                    [
                        Some(<Select<$ty, S1, S2, S3> as HasRow>::ROW),
                        Some(<Select<$ty, S1, S2, A> as HasRow>::ROW),
                    ],
                    [
                        Some(<Select<$ty, S1, H, S3> as HasRow>::ROW),
                        Some(<Select<$ty, S1, H, A> as HasRow>::ROW),
                    ],
                ],
                [
                    [
                        Some(<Select<$ty, J, S2, S3> as HasRow>::ROW),
                        Some(<Select<$ty, J, S2, A> as HasRow>::ROW),
                    ],
                    [
                        Some(<Select<$ty, J, H, S3> as HasRow>::ROW),
                        Some(<Select<$ty, J, H, A> as HasRow>::ROW),
                    ],
                ],
            ],
        }
    };
}

pub(crate) static SELECT_32: SelectRows = select_rows!(u32);
pub(crate) static SELECT_64: SelectRows = select_rows!(u64);
/// Of floats, which are in slots.
pub(crate) static SELECT_FLOAT: SelectRows = SelectRows {
    rows: [
        [
            [
                Some(<Select<f64, S1, S2, S3> as HasRow>::ROW),
                Some(<Select<f64, S1, S2, A> as HasRow>::ROW),
            ],
            [None; 2],
        ],
        [[None; 2]; 2],
    ],
};

/// Whose a global is.
pub(crate) trait Owner: Named {
    /// The global named by the 32-bit field at byte 12.
    ///
    /// # Safety
    ///
    /// As [`Op`].
    unsafe fn global<'a>(r: &Regs) -> &'a VMGlobalDefinition;
}

/// The instance's own: the field is the offset of the definition.
pub(crate) struct Own;
/// Imported: the field is the offset of a pointer to the definition.
pub(crate) struct Imported;
named!(Own, Imported);

impl Owner for Own {
    #[inline(always)]
    unsafe fn global<'a>(r: &Regs) -> &'a VMGlobalDefinition {
        // SAFETY: the offset comes from the module's `VMOffsets`.
        unsafe { &*VMContext::at(r.vmctx(), r.field32(12)) }
    }
}

impl Owner for Imported {
    #[inline(always)]
    unsafe fn global<'a>(r: &Regs) -> &'a VMGlobalDefinition {
        // SAFETY: the offset comes from the module's `VMOffsets`; the store keeps what is imported alive.
        unsafe { &**VMContext::at::<*mut VMGlobalDefinition>(r.vmctx(), r.field32(12)) }
    }
}

/// Reads a global of class `T`.
pub(crate) struct GlobalGet<T, O>(PhantomData<(T, O)>);
named!(GlobalGet T O);

impl<T: Value, O: Owner> ResultOp for GlobalGet<T, O> {
    type Result = T;
    const SHOW: &'static [Show] = &[Show::U32(Label::At, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let value = T::from_slot(O::global(&r).words[0].get());
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// Writes a global of class `T`.
pub(crate) struct GlobalSet<T, O, X>(PhantomData<(T, O, X)>);
named!(GlobalSet T O X);

impl<T: Value, O: Owner, X: Source<T>> Op for GlobalSet<T, O, X> {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::U32(Label::At, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            O::global(&r).words[0].set(X::read(&r).to_slot());
            r.next::<M>(Self::LEN)
        }
    }
}

/// A reference to the function whose index is in the 32-bit field at byte 12.
pub(crate) struct RefFunc;
named!(RefFunc);

impl ResultOp for RefFunc {
    type Result = u64;
    const SHOW: &'static [Show] = &[Show::U32(Label::Func, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: the index is one of the module's functions whose reference can escape.
        unsafe {
            let value: u64 = bulk::ref_func(r.vmctx(), FuncIndex::from_u32(r.field32(12)));
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}
