//! Vectors as such: moves, constants, select, globals, results.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use super::super::function::go_back;
use super::super::kind::{KINDS, Kind, Singles};
use super::super::name::named;
use super::super::place::{A, P0, P1, S3, Source};
use super::super::variable::Owner;
use super::super::{Label, Mode, Op, Regs, Show};
use super::{
    HasVectorCode, Level, V0, V128, VectorCode, VectorOp, VectorSource, from_words, to_words,
};

/// Copies a vector.
pub(crate) struct VMove<X>(PhantomData<X>);
named!(VMove X);

impl<X: VectorSource> VectorOp for VMove<X> {
    const LEN: usize = 2 + X::EXTRA;
    const HOT: bool = true;
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller.
        Some(unsafe { X::read(r) })
    }
}

/// Copies a vector from the slots that the 32-bit field at byte 12 names the first of to those of
/// the one at byte 8.
pub(crate) struct VMoveWide;
named!(VMoveWide);

impl Op for VMoveWide {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::U32(Label::To, 8), Show::U32(Label::From, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: all slots are within the frame.
        unsafe {
            let value = r.vector(r.field32(12) as usize);
            r.set_vector(r.field32(8) as usize, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// Chooses the vector that field 1 or field 2 names by the condition in `C`.
pub(crate) struct VSelect<C>(PhantomData<C>);
named!(VSelect C);

impl<C: Source<u32>> VectorOp for VSelect<C> {
    const SHOW: &'static [Show] = &[Show::Vector(1), Show::Vector(2)];
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller.
        unsafe {
            let (a, b) = (r.field(1), r.field(2));
            Some(r.vector(if C::read(r) != 0 { a } else { b }))
        }
    }
}

/// The handlers of `select`, by the kind of the condition.
pub(crate) static VSELECTS: Singles<VectorCode> = {
    let mut codes: Singles<VectorCode> = [None; KINDS];
    codes[Kind::A as usize] = Some(VSelect::<A>::VECTOR);
    codes[Kind::P0 as usize] = Some(VSelect::<P0>::VECTOR);
    codes[Kind::P1 as usize] = Some(VSelect::<P1>::VECTOR);
    codes[Kind::S as usize] = Some(VSelect::<S3>::VECTOR);
    codes
};

/// Reads a global.
pub(crate) struct VGlobalGet<O>(PhantomData<O>);
named!(VGlobalGet O);

impl<O: Owner> VectorOp for VGlobalGet<O> {
    const SHOW: &'static [Show] = &[Show::U32(Label::At, 12)];
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: a global has two words; passed on to the caller.
        Some(unsafe { from_words(O::global(r).words.as_ptr().cast()) })
    }
}

/// Writes the global at byte 12; the vector is in the slots that field 0 names.
pub(crate) struct VGlobalSet<O>(PhantomData<O>);
named!(VGlobalSet O);

impl<O: Owner> Op for VGlobalSet<O> {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::Vector(0), Show::U32(Label::At, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: a global has two words, which are cells; passed on to the caller.
        unsafe {
            let words = O::global(&r).words.as_ptr().cast_mut();
            to_words(words.cast(), V0::read(&r));
            r.next::<M>(Self::LEN)
        }
    }
}

/// Returns a vector. The header's slot is at byte 12.
pub(crate) struct VReturn<X>(PhantomData<X>);
named!(VReturn X);

impl<X: VectorSource> Op for VReturn<X> {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::U32(Label::Header, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: the header is within the frame, and is read before the result is written.
        unsafe {
            let header = r.field32(12) as usize;
            let (ret, caller) = (r.slot(header), r.slot(header + 1));
            r.set_vector(0, X::read(&r));
            go_back::<M>(r, ret, caller)
        }
    }
}
