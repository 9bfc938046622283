//! Operators between scalars and vectors. There are handlers for each lane: its number is known
//! to the compiler, which makes an instruction of it.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use selvedge_vm::ops::simd::{self as ops, ExtractKind, ExtractLane, ReplaceKind, SplatKind};
use selvedge_vm::{for_each_simd_extract, for_each_simd_replace, for_each_simd_splat};

use super::super::kind::{KINDS, Kind, Singles};
use super::super::name::named;
use super::super::place::{A, Dest, S2, Source, Value};
use super::super::row::{HasRow, ResultOp, Row};
use super::super::{Mode, Regs};
use super::native::{NativeReplace, NativeSplat};
use super::{HasVectorCode, Level, V1, V128, VectorCode, VectorOp, VectorSource};

/// A splat of the scalar in `X`.
pub(crate) struct VSplat<O, X>(PhantomData<(O, X)>);
named!(VSplat O X);

impl<O: NativeSplat, X: Source<O::In>> VectorOp for VSplat<O, X> {
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller; the level is one that the machine has.
        unsafe {
            let value = X::read(r);
            Some(if L::NATIVE {
                O::native(value)
            } else {
                O::eval(value)
            })
        }
    }
}

/// Lane number `LANE` of the vector in `X`.
pub(crate) struct VExtract<O, const LANE: u8, X>(PhantomData<(O, X)>);
named!(VExtract O (LANE: u8) X);

impl<O: ExtractLane, const LANE: u8, X: VectorSource> ResultOp for VExtract<O, LANE, X>
where
    O::Out: Value,
{
    type Result = O::Out;
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let value = O::eval(X::read(&r), LANE);
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// The vector in `X` with the scalar in `Y` as lane number `LANE`.
pub(crate) struct VReplace<O, const LANE: i32, X, Y>(PhantomData<(O, X, Y)>);
named!(VReplace O (LANE: i32) X Y);

impl<O: NativeReplace, const LANE: i32, X: VectorSource, Y: Source<O::In>> VectorOp
    for VReplace<O, LANE, X, Y>
{
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller; the level is one that the machine has.
        unsafe {
            let (a, value) = (X::read(r), Y::read(r));
            Some(if L::NATIVE {
                O::native::<LANE>(a, value)
            } else {
                O::eval(a, value, LANE as u8)
            })
        }
    }
}

/// A list with an entry per lane.
macro_rules! by_lane {
    (16 $entry:ident!($($args:tt)*)) => {
        by_lane!(@ $entry [$($args)*] 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    (8 $entry:ident!($($args:tt)*)) => { by_lane!(@ $entry [$($args)*] 0 1 2 3 4 5 6 7) };
    (4 $entry:ident!($($args:tt)*)) => { by_lane!(@ $entry [$($args)*] 0 1 2 3) };
    (2 $entry:ident!($($args:tt)*)) => { by_lane!(@ $entry [$($args)*] 0 1) };
    (@ $entry:ident $args:tt $($lane:literal)*) => { &[$($entry!($args $lane)),*] };
}
pub(super) use by_lane;

/// The handlers of a splat, by the kind of the scalar.
pub(crate) fn splat(kind: SplatKind) -> &'static Singles<VectorCode> {
    const fn codes<O: NativeSplat>() -> Singles<VectorCode>
    where
        O::In: Value,
    {
        let mut codes: Singles<VectorCode> = [None; KINDS];
        codes[Kind::A as usize] = Some(VSplat::<O, A>::VECTOR);
        codes[Kind::S as usize] = Some(VSplat::<O, S2>::VECTOR);
        codes
    }
    macro_rules! all {
        ($($name:ident $visit:ident $scalar:ident ($eval:expr);)*) => {
            match kind {
                $(SplatKind::$name => const { &codes::<ops::lane::$name>() },)*
            }
        };
    }
    for_each_simd_splat!(all)
}

/// The handlers of an extraction, by lane.
pub(crate) fn extract(kind: ExtractKind) -> &'static [&'static Row] {
    macro_rules! row {
        ([$name:ident] $lane:literal) => {
            VExtract::<ops::lane::$name, $lane, V1>::PLAIN_ROW
        };
    }
    macro_rules! all {
        ($($name:ident $visit:ident $scalar:ident $lanes:tt ($eval:expr);)*) => {
            match kind {
                $(ExtractKind::$name => by_lane!($lanes row!($name)),)*
            }
        };
    }
    for_each_simd_extract!(all)
}

/// The value type that an extraction gives.
pub(crate) fn extracted(kind: ExtractKind) -> selvedge_vm::types::ValType {
    use super::super::numeric::type_of;
    macro_rules! all {
        ($($name:ident $visit:ident $scalar:ident $lanes:tt ($eval:expr);)*) => {
            match kind {
                $(ExtractKind::$name => const { type_of::<$scalar>() },)*
            }
        };
    }
    for_each_simd_extract!(all)
}

/// The handlers of a replacement, by lane and by the kind of the scalar.
pub(crate) fn replace(kind: ReplaceKind) -> &'static [Singles<VectorCode>] {
    const fn codes<O: NativeReplace, const LANE: i32>() -> Singles<VectorCode>
    where
        O::In: Value,
    {
        let mut codes: Singles<VectorCode> = [None; KINDS];
        codes[Kind::A as usize] = Some(VReplace::<O, LANE, V1, A>::VECTOR);
        codes[Kind::S as usize] = Some(VReplace::<O, LANE, V1, S2>::VECTOR);
        codes
    }
    macro_rules! code {
        ([$name:ident] $lane:literal) => {
            const { codes::<ops::lane::$name, $lane>() }
        };
    }
    macro_rules! all {
        ($($name:ident $visit:ident $scalar:ident $lanes:tt ($eval:expr);)*) => {
            match kind {
                $(ReplaceKind::$name => const { by_lane!($lanes code!($name)) },)*
            }
        };
    }
    for_each_simd_replace!(all)
}
