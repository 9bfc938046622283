//! Operators of vectors alone, shifts, tests and canonical NaNs.
//!
//! Loops over vectors are unrolled and have the same few operators again and again, so handlers of those
//! have copies.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use selvedge_vm::ops::simd::{
    self as ops, BinaryKind, FloatLanes, ShiftKind, TernaryKind, TestKind, UnaryKind,
};
use selvedge_vm::{
    for_each_simd_binary, for_each_simd_shift, for_each_simd_ternary, for_each_simd_test,
    for_each_simd_unary,
};

use super::super::kind::{KINDS, Kind, Singles};
use super::super::name::{Named, named};
use super::super::place::{A, Dest, I, S2, Source};
use super::super::row::{Form, HasRow, ResultOp, Row};
use super::super::{Mode, Regs, Show};
use super::fused::binary_at;
use super::native::{
    self, NativeBinary, NativeShift, NativeTernary, NativeTest, NativeUnary, pick,
};
use super::{
    HasVectorCode, KV, Level, V1, V2, V3, V128, VectorCode, VectorOp, VectorSource, apart,
};

/// An operator of one vector.
pub(crate) struct VUn<O, X>(PhantomData<(O, X)>);
named!(VUn O X);

impl<O: NativeUnary, X: VectorSource> VectorOp for VUn<O, X> {
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller; the level is one that the machine has.
        unsafe {
            let a = X::read(r);
            Some(if L::NATIVE { O::native(a) } else { O::eval(a) })
        }
    }
}

/// Whether programs with vectors have an operator in most of their loops.
const fn is_frequent(kind: BinaryKind) -> bool {
    use BinaryKind as B;
    matches!(
        kind,
        B::V128And
            | B::V128Or
            | B::V128Xor
            | B::I8x16Swizzle
            | B::I8x16RelaxedSwizzle
            | B::I8x16Add
            | B::I8x16Eq
            | B::I16x8Add
            | B::I16x8Mul
            | B::I32x4Add
            | B::I32x4Sub
            | B::I32x4Mul
            | B::I32x4DotI16x8S
            | B::I64x2Add
            | B::I64x2Mul
            | B::F32x4Add
            | B::F32x4Sub
            | B::F32x4Mul
            | B::F64x2Add
            | B::F64x2Sub
            | B::F64x2Mul
    )
}

/// An operator of two vectors.
pub(crate) struct VBin<O, X, Y>(PhantomData<(O, X, Y)>);
named!(VBin O X Y);

impl<O: NativeBinary, X: VectorSource, Y: VectorSource> VectorOp for VBin<O, X, Y> {
    const LEN: usize = 2 + X::EXTRA + Y::EXTRA;
    const HOT: bool = is_frequent(O::KIND);
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller; the level is one that the machine has.
        unsafe { Some(binary_at::<L, O>(X::read(r), Y::read(r))) }
    }
}

/// An operator of three vectors.
pub(crate) struct VTer<O, X, Y, Z>(PhantomData<(O, X, Y, Z)>);
named!(VTer O X Y Z);

impl<O: NativeTernary, X: VectorSource, Y: VectorSource, Z: VectorSource> VectorOp
    for VTer<O, X, Y, Z>
{
    const LEN: usize = 2 + X::EXTRA + Y::EXTRA + Z::EXTRA;
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller; the level is one that the machine has.
        unsafe {
            let (a, b, c) = (X::read(r), Y::read(r), Z::read(r));
            Some(if L::NATIVE {
                O::native(a, b, c)
            } else {
                O::eval(a, b, c)
            })
        }
    }
}

/// A shift by the count in `N`.
pub(crate) struct VShift<O, X, N>(PhantomData<(O, X, N)>);
named!(VShift O X N);

impl<O: NativeShift, X: VectorSource, N: Source<u32>> VectorOp for VShift<O, X, N> {
    const HOT: bool = N::SHORT;
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller; the level is one that the machine has.
        unsafe {
            let (a, count) = (X::read(r), N::read(r));
            Some(if L::NATIVE {
                O::native(a, count)
            } else {
                O::eval(a, count)
            })
        }
    }
}

/// A test.
pub(crate) struct VTest<O, X>(PhantomData<(O, X)>);
named!(VTest O X);

impl<O: NativeTest, X: VectorSource> ResultOp for VTest<O, X> {
    type Result = u32;
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller; every machine of the target has the form's instructions.
        unsafe {
            let value = O::native(X::read(&r));
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// The bytes of `a` whose numbers are in `select`, or 0 where the number's highest bit is set.
#[inline(always)]
pub(super) fn pick_bytes(a: V128, select: V128) -> V128 {
    select.map(|number| {
        if number < 0x80 {
            a[usize::from(number % 16)]
        } else {
            0
        }
    })
}

/// Bytes of two vectors: those of the first whose numbers are in words 2 and 3, or 0 where the
/// number's highest bit is set; and of the second by words 4 and 5 likewise.
pub(crate) struct VShuffle;
named!(VShuffle);

impl VectorOp for VShuffle {
    const LEN: usize = 6;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[Show::Vector(1), Show::Vector(2), Show::Words(4, 2)];
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: the instruction has six words; the level is one that the machine has.
        unsafe {
            let (a, b) = (V1::read(r), V2::read(r));
            let first = super::from_words(r.ip.add(2).cast());
            let second = super::from_words(r.ip.add(4).cast());
            let (a, b) = if L::NATIVE {
                (pick(a, first), pick(b, second))
            } else {
                (apart(pick_bytes, a, first), apart(pick_bytes, b, second))
            };
            Some((u128::from_ne_bytes(a) | u128::from_ne_bytes(b)).to_ne_bytes())
        }
    }
}

/// Which float lanes a vector has.
pub(crate) trait Lanes: Named {
    const LANES: FloatLanes;
}

impl Lanes for f32 {
    const LANES: FloatLanes = FloatLanes::F32;
}
impl Lanes for f64 {
    const LANES: FloatLanes = FloatLanes::F64;
}

/// Puts the canonical NaN in place of every NaN.
pub(crate) struct VCanonical<T, X>(PhantomData<(T, X)>);
named!(VCanonical T X);

impl<T: Lanes, X: VectorSource> VectorOp for VCanonical<T, X> {
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller.
        unsafe {
            let a = X::read(r);
            Some(if L::NATIVE {
                native::canonicalise(T::LANES, a)
            } else {
                T::LANES.canonicalise(a)
            })
        }
    }
}

/// The handlers of an operator of two vectors.
pub(crate) struct BinaryCodes {
    /// On slots.
    pub slots: VectorCode,
    /// With a constant on the left, for choices of a constant's bytes.
    pub left: Option<VectorCode>,
    /// With a constant on the right.
    pub right: VectorCode,
}

/// The handlers of an operator of one vector.
pub(crate) fn unary(kind: UnaryKind) -> &'static VectorCode {
    macro_rules! codes {
        ($($name:ident $visit:ident [$($nan:ident)?] ($eval:expr);)*) => {
            match kind {
                $(UnaryKind::$name => VUn::<ops::unary::$name, V1>::VECTOR,)*
            }
        };
    }
    for_each_simd_unary!(codes)
}

/// Whether the right operand chooses bytes of the left one.
const fn is_choice(kind: BinaryKind) -> bool {
    matches!(
        kind,
        BinaryKind::I8x16Swizzle | BinaryKind::I8x16RelaxedSwizzle
    )
}

/// The handlers of an operator of two vectors.
pub(crate) fn binary(kind: BinaryKind) -> &'static BinaryCodes {
    macro_rules! codes {
        ($($name:ident $visit:ident [$($nan:ident)?] ($eval:expr);)*) => {
            match kind {
                $(BinaryKind::$name => const {
                    &BinaryCodes {
                        slots: VectorCode::of::<VBin<ops::binary::$name, V1, V2>>(Form::COMMON),
                        left: if is_choice(BinaryKind::$name) {
                            Some(VectorCode::of::<VBin<ops::binary::$name, KV, V1>>(Form::COMMON))
                        } else {
                            None
                        },
                        right: VectorCode::of::<VBin<ops::binary::$name, V1, KV>>(Form::PLAIN),
                    }
                },)*
            }
        };
    }
    for_each_simd_binary!(codes)
}

/// The handlers of an operator of three vectors: on slots, or with a constant third one.
pub(crate) fn ternary(kind: TernaryKind) -> [&'static VectorCode; 2] {
    const fn code<O: NativeTernary, Z: VectorSource>() -> VectorCode {
        if O::FUSED {
            VectorCode::of_fused::<VTer<O, V1, V2, Z>>()
        } else {
            VectorCode::of::<VTer<O, V1, V2, Z>>(Form::COMMON)
        }
    }
    macro_rules! codes {
        ($($name:ident $visit:ident [$($nan:ident)?] ($eval:expr);)*) => {
            match kind {
                $(TernaryKind::$name => [
                    const { &code::<ops::ternary::$name, V3>() },
                    const { &code::<ops::ternary::$name, KV>() },
                ],)*
            }
        };
    }
    for_each_simd_ternary!(codes)
}

/// The handlers of a shift, by the kind of the count.
pub(crate) fn shift(kind: ShiftKind) -> &'static Singles<VectorCode> {
    const fn codes<O: NativeShift>() -> Singles<VectorCode> {
        let mut codes: Singles<VectorCode> = [None; KINDS];
        codes[Kind::A as usize] = Some(VShift::<O, V1, A>::VECTOR);
        codes[Kind::S as usize] = Some(VShift::<O, V1, S2>::VECTOR);
        codes[Kind::I as usize] = Some(VShift::<O, V1, I>::VECTOR);
        codes
    }
    macro_rules! all {
        ($($name:ident $visit:ident ($eval:expr);)*) => {
            match kind {
                $(ShiftKind::$name => const { &codes::<ops::shift::$name>() },)*
            }
        };
    }
    for_each_simd_shift!(all)
}

/// The handlers of a test.
pub(crate) fn test(kind: TestKind) -> &'static Row {
    macro_rules! rows {
        ($($name:ident $visit:ident ($eval:expr);)*) => {
            match kind {
                $(TestKind::$name => VTest::<ops::test::$name, V1>::ROW,)*
            }
        };
    }
    for_each_simd_test!(rows)
}

/// The handlers of [`VCanonical`].
pub(crate) fn canonical(lanes: FloatLanes) -> &'static VectorCode {
    match lanes {
        FloatLanes::F32 => VCanonical::<f32, V1>::VECTOR,
        FloatLanes::F64 => VCanonical::<f64, V1>::VECTOR,
    }
}
