//! Branches that no comparison decides; [`compare`](super::compare) has the others. A taken
//! branch to a loop header polls the interrupt word.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::hint::cold_path;
use std::marker::PhantomData;

use selvedge_vm::trap::TrapCode;

use super::kind::{KINDS, Kind, Singles, code};
use super::name::{Named, named};
use super::place::{A, I16, P0, P1, S0, Source, Z};
use super::row::{Code, HasCode};
use super::{Label, Mode, Op, Regs, Show};

/// Whether a branch polls: `Back` for branches to loop headers.
pub(crate) trait Direction: Named {
    /// Whether to poll.
    const POLL: bool;
}

/// To a later place.
pub(crate) struct Forward;
/// To a loop header.
pub(crate) struct Back;
named!(Forward, Back);

impl Direction for Forward {
    const POLL: bool = false;
}

impl Direction for Back {
    const POLL: bool = true;
}

/// Takes the branch whose distance is at byte `12`.
#[inline(always)]
pub(super) unsafe fn take<M: Mode, P: Direction>(mut r: Regs) -> M::Exit {
    // SAFETY: passed on to the caller.
    unsafe {
        if P::POLL && r.exec().is_interrupted() {
            cold_path();
            return M::poll::<true>(r);
        }
        r.jump(r.field32(12) as i32);
        M::dispatch_apart(r)
    }
}

/// Serves what was requested when the branch at `r.ip` polled: a status to leave guest code with, or
/// `None` to go on, where the branch leads if it is `TAKEN`.
///
/// # Safety
///
/// The state is that of running code, at a branch.
pub(super) unsafe fn serve<const TAKEN: bool>(r: &mut Regs) -> Option<u32> {
    // SAFETY: by contract; a branch that is taken has its distance there.
    unsafe {
        r.record_exit();
        let status = r.exec().serve();
        r.reload_memory();
        if status.is_none() && TAKEN {
            r.jump(r.field32(12) as i32);
        }
        status
    }
}

/// An unconditional branch.
pub(crate) struct Br<P>(PhantomData<P>);
named!(Br P);

impl<P: Direction> Op for Br<P> {
    const LEN: usize = 2;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[Show::Target(12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe { take::<M, P>(r) }
    }
}

/// A branch through the table that follows the instruction: 32-bit distances from
/// the instruction, the default last; the count without it is at byte 12. The
/// index is `X` plus `Y`. Polls if some label is a loop's.
pub(crate) struct BrTable<X, Y, P>(PhantomData<(X, Y, P)>);
named!(BrTable X Y P);

impl<X: Source<u32>, Y: Source<u32>, P: Direction> Op for BrTable<X, Y, P> {
    const LEN: usize = 2;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[Show::U32(Label::Count, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: the table has one entry more than its count.
        unsafe {
            if P::POLL && r.exec().is_interrupted() {
                cold_path();
                return M::poll::<false>(r);
            }
            let index = X::read(&r).wrapping_add(Y::read(&r));
            let entry = index.min(r.field32(12)) as usize;
            r.jump(r.field32(16 + 4 * entry) as i32);
            M::dispatch(r)
        }
    }
}

const fn tables<Y: Source<u32>, P: Direction>() -> Singles<Code> {
    let mut codes = [None; KINDS];
    codes[Kind::A as usize] = code!(0; BrTable<A, Y, P>; A);
    codes[Kind::P0 as usize] = code!(0; BrTable<P0, Y, P>; P0);
    codes[Kind::P1 as usize] = code!(0; BrTable<P1, Y, P>; P1);
    codes[Kind::S as usize] = code!(0; BrTable<S0, Y, P>; S);
    codes
}

/// Branches through tables, by the kind of the index: polling or not, then
/// without a constant or with one.
pub(crate) static BR_TABLES: [[Singles<Code>; 2]; 2] = [
    [tables::<Z, Forward>(), tables::<I16, Forward>()],
    [tables::<Z, Back>(), tables::<I16, Back>()],
];

/// `unreachable`.
pub(crate) struct Unreachable;
named!(Unreachable);

impl Op for Unreachable {
    const LEN: usize = 1;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe { M::trap(r, TrapCode::UnreachableCodeReached) }
    }
}
