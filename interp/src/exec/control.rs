//! Branches. A taken branch to a loop header polls the interrupt word.
//!
//! A conditional branch dispatches on each of its two paths: as one dispatch of a
//! selected address it would wait for its operands instead of being predicted
//! (measured: CoreMark 10 % slower). The empty `asm!` keeps the paths apart.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::arch::asm;
use std::hint::cold_path;
use std::marker::PhantomData;

use selvedge_vm::ops::cmp::Compare;
use selvedge_vm::ops::float::FloatCompare;
use selvedge_vm::ops::{Int, Scalar};
use selvedge_vm::trap::TrapCode;

use super::place::{Source, Value};
use super::{Mode, Op, Regs, Show};

/// Whether a branch polls: `Back` for branches to loop headers.
pub(crate) trait Direction: 'static {
    /// Whether to poll.
    const POLL: bool;
}

/// To a later place.
pub(crate) struct Forward;
/// To a loop header.
pub(crate) struct Back;

impl Direction for Forward {
    const POLL: bool = false;
}

impl Direction for Back {
    const POLL: bool = true;
}

/// Takes the branch whose distance is at byte `12`.
#[inline(always)]
unsafe fn take<M: Mode, P: Direction>(mut r: Regs) -> M::Exit {
    // SAFETY: passed on to the caller.
    unsafe {
        if P::POLL && r.exec().is_interrupted() {
            cold_path();
            return M::trap(r, TrapCode::Interrupt);
        }
        r.jump(r.field32(12) as i32);
        M::dispatch(r)
    }
}

/// Keeps the taken path of a branch apart from the other.
#[inline(always)]
fn keep_apart() {
    // SAFETY: no instruction.
    unsafe { asm!("", options(nomem, nostack, preserves_flags)) }
}

/// An unconditional branch.
pub(crate) struct Br<P>(PhantomData<P>);

impl<P: Direction> Op for Br<P> {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::Target(12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe { take::<M, P>(r) }
    }
}

/// A branch if an integer comparison holds.
pub(crate) struct BrCmp<C, L, R, P>(PhantomData<(C, L, R, P)>);

impl<C: Compare, L: Source<C::Int>, R: Source<C::Int>, P: Direction> Op for BrCmp<C, L, R, P> {
    const LEN: usize = 2 + L::EXTRA + R::EXTRA;
    const SHOW: &'static [Show] = &[Show::Target(12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            if C::eval(L::read(&r), R::read(&r)) {
                keep_apart();
                take::<M, P>(r)
            } else {
                r.next::<M>(Self::LEN)
            }
        }
    }
}

/// A branch if a bit-and of two integers is not zero (`C` = `Ne`) or zero (`Eq`).
pub(crate) struct BrTest<C, L, R, P>(PhantomData<(C, L, R, P)>);

impl<C: Compare, L: Source<C::Int>, R: Source<C::Int>, P: Direction> Op for BrTest<C, L, R, P>
where
    C::Int: std::ops::BitAnd<Output = C::Int>,
{
    const LEN: usize = 2 + L::EXTRA + R::EXTRA;
    const SHOW: &'static [Show] = &[Show::Target(12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            if C::eval(L::read(&r) & R::read(&r), C::Int::from_imm(0)) {
                keep_apart();
                take::<M, P>(r)
            } else {
                r.next::<M>(Self::LEN)
            }
        }
    }
}

/// A branch if a float comparison holds (`WHEN`), or does not.
pub(crate) struct BrFCmp<C, L, R, P, const WHEN: bool>(PhantomData<(C, L, R, P)>);

impl<C, L, R, P, const WHEN: bool> Op for BrFCmp<C, L, R, P, WHEN>
where
    C: FloatCompare,
    L: Source<C::Float>,
    R: Source<C::Float>,
    P: Direction,
{
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::Target(12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            if C::eval(L::read(&r), R::read(&r)) == WHEN {
                keep_apart();
                take::<M, P>(r)
            } else {
                r.next::<M>(Self::LEN)
            }
        }
    }
}

/// Adds the immediate at byte 20 to the slot of field 0, where the sum goes too, and
/// branches back if a comparison of the sum with `R` holds.
pub(crate) struct AddBr<C, R>(PhantomData<(C, R)>);

impl<C: Compare, R: Source<C::Int>> Op for AddBr<C, R>
where
    C::Int: Value,
{
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[Show::Slot(0), Show::I32("add", 20), Show::Target(12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let slot = r.field(0);
            let step = C::Int::from_imm(r.field32(20) as i32).to_slot();
            let sum = C::Int::from_slot(r.slot(slot).wrapping_add(step));
            r.set_slot(slot, sum.to_slot());
            // Read after the write: the limit may be the counter itself.
            let limit = R::read(&r);
            sum.to_acc(&mut r);
            if C::eval(sum, limit) {
                keep_apart();
                take::<M, Back>(r)
            } else {
                r.next::<M>(Self::LEN)
            }
        }
    }
}

/// A branch through the table that follows the instruction: 32-bit distances from
/// the instruction, the default last; the count without it is at byte 12. Polls.
pub(crate) struct BrTable<X>(PhantomData<X>);

impl<X: Source<u32>> Op for BrTable<X> {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::U32("count", 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: the table has one entry more than its count.
        unsafe {
            if r.exec().is_interrupted() {
                cold_path();
                return M::trap(r, TrapCode::Interrupt);
            }
            let entry = X::read(&r).min(r.field32(12)) as usize;
            r.jump(r.field32(16 + 4 * entry) as i32);
            M::dispatch(r)
        }
    }
}

/// `unreachable`.
pub(crate) struct Unreachable;

impl Op for Unreachable {
    const LEN: usize = 1;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe { M::trap(r, TrapCode::UnreachableCodeReached) }
    }
}
