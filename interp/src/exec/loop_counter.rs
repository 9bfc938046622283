//! Counters of loops: one operation increments a local, compares it and branches back.
//!
//! As other branches, it dispatches on each of its two paths; see [`compare`](super::compare), whose
//! tables of branches these handlers are part of.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use selvedge_vm::ops::Scalar;
use selvedge_vm::ops::cmp::{CmpKind, Compare};

use super::branch::{Back, take};
use super::compare::{is_normal, left, right};
use super::kind::{CodePairs, FUSED, Kind, Rank, WORTH, code, no_pairs};
use super::name::{Named, named};
use super::place::{Dest, H, J, P0, P1, S0, S1, Source, Value};
use super::row::HasCode;
use super::{Label, Mode, Op, Regs, Show};

/// Where the counter of an [`AddBr`] is.
pub(crate) trait CounterPlace: Named {
    /// Reads the counter, whose slot is in field 0.
    ///
    /// # Safety
    ///
    /// As [`Op`].
    unsafe fn read<T: Value>(r: &Regs) -> T;
    /// Writes the counter.
    ///
    /// # Safety
    ///
    /// As [`Op`].
    unsafe fn write<T: Value>(r: &mut Regs, value: T);
}

/// In its slot; the sum goes to the accumulator as well.
impl CounterPlace for S0 {
    #[inline(always)]
    unsafe fn read<T: Value>(r: &Regs) -> T {
        // SAFETY: passed on.
        unsafe { <S0 as Source<T>>::read(r) }
    }
    #[inline(always)]
    unsafe fn write<T: Value>(r: &mut Regs, value: T) {
        // SAFETY: passed on.
        unsafe { super::place::DB::write(r, value) }
    }
}

macro_rules! pinned_counter {
    ($($pin:ident $n:literal)*) => { $(
        impl CounterPlace for $pin {
            #[inline(always)]
            unsafe fn read<T: Value>(r: &Regs) -> T {
                // SAFETY: passed on.
                unsafe { <$pin as Source<T>>::read(r) }
            }
            #[inline(always)]
            unsafe fn write<T: Value>(r: &mut Regs, value: T) {
                // SAFETY: passed on.
                unsafe { super::place::DP::<$n>::write(r, value) }
            }
        }
    )* };
}
pinned_counter!(P0 0 P1 1);

/// Where the step of an [`AddBr`] is.
pub(crate) trait Step: Named {
    const SHOW: &'static [Show];
    /// How much rarer these are.
    const RANK: Rank;
    /// Reads the step.
    ///
    /// # Safety
    ///
    /// As [`Op`].
    unsafe fn read<T: Value>(r: &Regs) -> T;
}

/// The immediate in the high half of word 2.
impl Step for H {
    const SHOW: &'static [Show] = &[Show::Slot(0), Show::Target(12)];
    const RANK: Rank = 0;
    #[inline(always)]
    unsafe fn read<T: Value>(r: &Regs) -> T {
        // SAFETY: passed on.
        unsafe { <H as Source<T>>::read(r) }
    }
}

/// The slot that the high half of word 2 names.
pub(crate) struct StepSlot;
named!(StepSlot);

impl Step for StepSlot {
    const SHOW: &'static [Show] = &[
        Show::Slot(0),
        Show::U32(Label::AddSlot, 20),
        Show::Target(12),
    ];
    const RANK: Rank = 4;
    #[inline(always)]
    unsafe fn read<T: Value>(r: &Regs) -> T {
        // SAFETY: translation put a slot of the frame there.
        unsafe { T::from_slot(r.slot(r.field32(20) as usize)) }
    }
}

/// Adds a step to the local in `L`, whose slot is in field 0, and branches back if a
/// comparison of the sum with `R` holds.
pub(crate) struct AddBr<C, L, N, R>(PhantomData<(C, L, N, R)>);
named!(AddBr C L N R);

impl<C: Compare, L: CounterPlace, N: Step, R: Source<C::Int>> Op for AddBr<C, L, N, R>
where
    C::Int: Value,
{
    const LEN: usize = 3;
    const HOT: bool = C::Int::BITS == 32 && is_normal(C::KIND);
    const SHOW: &'static [Show] = N::SHOW;
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let step: C::Int = N::read(&r);
            let counter: C::Int = L::read(&r);
            let sum = C::Int::from_slot(counter.to_slot().wrapping_add(step.to_slot()));
            L::write(&mut r, sum);
            // Read after the write: the limit may be the counter itself.
            let limit = R::read(&r);
            if C::eval(sum, limit) {
                take::<M, Back>(r)
            } else {
                r.next::<M>(Self::LEN)
            }
        }
    }
}

/// The rank of a comparison of a counter.
pub(super) const fn counter_rank<C: Compare>() -> Rank {
    let rank = match (C::KIND, C::Int::BITS) {
        (CmpKind::Ne, 32) => 0,
        (CmpKind::LtU | CmpKind::LtS | CmpKind::GeU | CmpKind::GeS, 32) => 5,
        (CmpKind::Ne, _) => 6,
        (CmpKind::Eq, _) => WORTH + 1,
        _ => 8,
    };
    FUSED + rank
}

pub(super) const fn counters<C: Compare, N: Step>() -> CodePairs
where
    C::Int: Value,
{
    let mut codes = no_pairs();
    let rank = counter_rank::<C>();
    let rank = rank + N::RANK;
    macro_rules! set {
        ($more:literal: $($l:ident $r:ident),*) => { $(
            codes[Kind::$l as usize][Kind::$r as usize] =
                code!(rank + $more; AddBr<C, left!($l), N, right!($r)>; $l $r);
        )* };
    }
    set!(0: S K);
    set!(1: S S, P0 S, P0 K, P1 S, P1 K);
    set!(4: P0 P1, P1 P0);
    set!(5: S P0, S P1);
    codes
}
