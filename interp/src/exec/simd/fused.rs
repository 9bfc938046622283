//! Two operations on vectors in one instruction: what the first one makes does not go through slots. Only the
//! best level of a target has handlers of them.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use selvedge_vm::ops::simd::{self as ops, Binary as _, BinaryKind, ShiftKind, TestKind};

use super::super::name::named;
use super::super::place::Dest;
use super::super::row::{Form, HasRow, ResultOp, Row};
use super::super::{Label, Mode, Regs, Show};
use super::native::{NativeBinary, NativeShift, NativeTest};
use super::{
    HasVectorCode, KV, Level, V1, V2, V3, V128, VectorCode, VectorOp, VectorSource, apart,
};

/// What `O` computes, at level `L`.
///
/// # Safety
///
/// The machine has the level.
#[inline(always)]
pub(super) unsafe fn binary_at<L: Level, O: NativeBinary>(a: V128, b: V128) -> V128 {
    if L::NATIVE {
        // SAFETY: by contract.
        unsafe { O::native(a, b) }
    } else if matches!(
        O::KIND,
        BinaryKind::I8x16Swizzle | BinaryKind::I8x16RelaxedSwizzle
    ) {
        apart(O::eval, a, b)
    } else {
        O::eval(a, b)
    }
}

/// As [`binary_at`], for a shift.
///
/// # Safety
///
/// The machine has the level.
#[inline(always)]
unsafe fn shift_at<L: Level, O: NativeShift>(a: V128, count: u32) -> V128 {
    if L::NATIVE {
        // SAFETY: by contract.
        unsafe { O::native(a, count) }
    } else {
        O::eval(a, count)
    }
}

macro_rules! pair_ops {
    ($($(#[$doc:meta])* $name:ident |$first:ident, $z:ident| $a:ident $b:ident;)*) => { $(
        $(#[$doc])*
        pub(crate) struct $name<F, G, X, Y, Z>(PhantomData<(F, G, X, Y, Z)>);
        named!($name F G X Y Z);

        impl<F, G, X, Y, Z> VectorOp for $name<F, G, X, Y, Z>
        where
            F: NativeBinary,
            G: NativeBinary,
            X: VectorSource,
            Y: VectorSource,
            Z: VectorSource,
        {
            const LEN: usize = 2 + X::EXTRA + Y::EXTRA + Z::EXTRA;
            const HOT: bool = true;
            #[inline(always)]
            unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
                // SAFETY: passed on to the caller; the level is one that the machine has.
                unsafe {
                    let $first = binary_at::<L, F>(X::read(r), Y::read(r));
                    let $z = Z::read(r);
                    Some(binary_at::<L, G>($a, $b))
                }
            }
        }
    )* };
}
pair_ops! {
    /// `G` of the result of `F` of `X` and `Y`, and `Z`.
    VPair |first, z| first z;
    /// `G` of `Z` and the result of `F` of `X` and `Y`.
    VPairRight |first, z| z first;
}

/// Which operand of two operations is constant.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Constant {
    /// None.
    No,
    /// The left one of the first operation.
    X,
    /// The right one of the first operation.
    Y,
    /// The other one of the second operation.
    Z,
}

/// Two operators of two vectors.
pub(crate) struct VPairInfo {
    /// The first operator.
    pub first: BinaryKind,
    /// The second one.
    pub second: BinaryKind,
    /// Whether the first one's result is the right operand of the second one.
    pub on_right: bool,
    /// Which operand is constant.
    pub constant: Constant,
    pub code: &'static VectorCode,
}

/// Whether an operator gives the same for its operands exchanged.
pub(crate) fn commutes(kind: BinaryKind) -> bool {
    use BinaryKind::*;
    matches!(
        kind,
        V128And
            | V128Or
            | V128Xor
            | I8x16Add
            | I16x8Add
            | I32x4Add
            | I64x2Add
            | I16x8Mul
            | I32x4Mul
            | I64x2Mul
            | I32x4DotI16x8S
    )
}

macro_rules! pairs {
    ($($op:ident $on_right:literal $constant:ident $first:ident $second:ident $x:ident $y:ident $z:ident;)*) => { &[$(
        VPairInfo {
            first: BinaryKind::$first,
            second: BinaryKind::$second,
            on_right: $on_right,
            constant: Constant::$constant,
            code: $op::<ops::binary::$first, ops::binary::$second, $x, $y, $z>::BEST_VECTOR,
        }
    ),*] };
}

/// The pairs that have handlers. Where the second operator commutes the first one's result is on its left.
pub(crate) static PAIRS: &[VPairInfo] = pairs! {
    VPair false No F32x4Mul F32x4Add V1 V2 V3;
    VPairRight true No F32x4Mul F32x4Add V1 V2 V3;
    VPair false No F32x4Mul F32x4Sub V1 V2 V3;
    VPairRight true No F32x4Mul F32x4Sub V1 V2 V3;
    VPair false No F64x2Mul F64x2Add V1 V2 V3;
    VPairRight true No F64x2Mul F64x2Add V1 V2 V3;
    VPair false No F64x2Mul F64x2Sub V1 V2 V3;
    VPairRight true No F64x2Mul F64x2Sub V1 V2 V3;
    VPair false No I16x8Mul I16x8Add V1 V2 V3;
    VPair false No I32x4Mul I32x4Add V1 V2 V3;
    VPair false No I32x4DotI16x8S I32x4Add V1 V2 V3;
    VPair false No I16x8Add I16x8Add V1 V2 V3;
    VPair false No I32x4Add I32x4Add V1 V2 V3;
    VPair false No V128Xor V128Xor V1 V2 V3;
    VPair false No V128And V128Xor V1 V2 V3;
    VPair false No V128And V128Or V1 V2 V3;
    VPair false No V128Or V128Or V1 V2 V3;
    VPair false Y V128And V128Or V1 KV V2;
    VPair false Y V128And V128Xor V1 KV V2;
    VPair false Z V128Or V128And V1 V2 KV;
    VPair false Z V128Xor I8x16RelaxedSwizzle V1 V2 KV;
    VPairRight true Z V128And I8x16Swizzle V1 V2 KV;
    VPair false X I8x16Swizzle V128And KV V1 V2;
    VPair false X I8x16Swizzle V128Or KV V1 V2;
    VPair false X I8x16Swizzle I8x16Add KV V1 V2;
};

macro_rules! shift_ops {
    ($($(#[$doc:meta])* $name:ident |$shifted:ident, $constant:ident| $a:ident $b:ident;)*) => { $(
        $(#[$doc])*
        pub(crate) struct $name<S, G, X>(PhantomData<(S, G, X)>);
        named!($name S G X);

        impl<S: NativeShift, G: NativeBinary, X: VectorSource> VectorOp for $name<S, G, X> {
            const LEN: usize = 2 + KV::EXTRA;
            const HOT: bool = true;
            const SHOW: &'static [Show] = &[Show::U16(Label::Count, 2), Show::Word(2), Show::Word(3)];
            #[inline(always)]
            unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
                // SAFETY: passed on to the caller; the level is one that the machine has.
                unsafe {
                    let $shifted = shift_at::<L, S>(X::read(r), r.field(2) as u32);
                    let $constant = KV::read(r);
                    Some(binary_at::<L, G>($a, $b))
                }
            }
        }
    )* };
}
shift_ops! {
    /// `G` of `X` shifted by the count in field 2, and a constant.
    VShiftPair |shifted, constant| shifted constant;
    /// `G` of a constant and `X` shifted by the count in field 2.
    VShiftPairRight |shifted, constant| constant shifted;
}

/// A shift and an operator of its result and a constant.
pub(crate) struct VShiftPairInfo {
    pub shift: ShiftKind,
    pub second: BinaryKind,
    /// Whether the shifted vector is the right operand.
    pub on_right: bool,
    pub code: &'static VectorCode,
}

macro_rules! shift_pairs {
    ($($op:ident $on_right:literal $shift:ident $second:ident;)*) => { &[$(
        VShiftPairInfo {
            shift: ShiftKind::$shift,
            second: BinaryKind::$second,
            on_right: $on_right,
            code: $op::<ops::shift::$shift, ops::binary::$second, V1>::BEST_VECTOR,
        }
    ),*] };
}

/// The shifts that have handlers with what comes next.
pub(crate) static SHIFT_PAIRS: &[VShiftPairInfo] = shift_pairs! {
    VShiftPair false I32x4Shl V128And;
    VShiftPair false I32x4ShrU V128And;
    VShiftPair false I16x8Shl V128And;
    VShiftPair false I16x8ShrU V128And;
    VShiftPair false I64x2Shl V128And;
    VShiftPair false I64x2ShrU V128And;
    VShiftPairRight true I8x16ShrU I8x16Swizzle;
};

/// The exclusive or of two vectors.
pub(crate) struct Xor<X, Y>(PhantomData<(X, Y)>);
named!(Xor X Y);

impl<X: VectorSource, Y: VectorSource> VectorSource for Xor<X, Y> {
    #[inline(always)]
    unsafe fn read(r: &Regs) -> V128 {
        // SAFETY: passed on to the caller.
        unsafe { ops::binary::V128Xor::eval(X::read(r), Y::read(r)) }
    }
}

/// `X` with the bits of all lanes, of `BITS` each, rotated left by the count in field 3: shifted left by
/// `S`, with what leaves a lane shifted in from the right by `T`.
pub(crate) struct VRotate<S, T, X, const BITS: u32>(PhantomData<(S, T, X)>);
named!(VRotate S T X (BITS: u32));

impl<S: NativeShift, T: NativeShift, X: VectorSource, const BITS: u32> VectorOp
    for VRotate<S, T, X, BITS>
{
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[Show::U16(Label::Count, 3)];
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller; the level is one that the machine has.
        unsafe {
            let (a, count) = (X::read(r), r.field(3) as u32);
            let left = shift_at::<L, S>(a, count);
            let right = shift_at::<L, T>(a, BITS - count);
            Some(ops::binary::V128Or::eval(left, right))
        }
    }
}

/// The handlers of rotations of lanes of one width.
pub(crate) struct Rotation {
    /// The width.
    pub bits: u32,
    /// Of a vector.
    pub code: VectorCode,
    /// Of the exclusive or of two.
    pub after_xor: VectorCode,
}

macro_rules! rotation {
    ($left:ident $right:ident $bits:literal) => {{
        use ops::shift::{$left, $right};
        static ROTATION: Rotation = Rotation {
            bits: $bits,
            code: VectorCode::of_best::<VRotate<$left, $right, V1, $bits>>(Form::COMMON),
            after_xor: VectorCode::of_best::<VRotate<$left, $right, Xor<V1, V2>, $bits>>(
                Form::COMMON,
            ),
        };
        Some(&ROTATION)
    }};
}

/// The rotation that is made of a shift to the left and one to the right.
pub(crate) fn rotation(left: ShiftKind, right: ShiftKind) -> Option<&'static Rotation> {
    match (left, right) {
        (ShiftKind::I32x4Shl, ShiftKind::I32x4ShrU) => rotation!(I32x4Shl I32x4ShrU 32),
        (ShiftKind::I64x2Shl, ShiftKind::I64x2ShrU) => rotation!(I64x2Shl I64x2ShrU 64),
        _ => None,
    }
}

/// The test `T` of the result of `F` of `X` and `Y`. Its form is one that every machine of the target has.
pub(crate) struct VTestPair<F, T, X, Y>(PhantomData<(F, T, X, Y)>);
named!(VTestPair F T X Y);

impl<F: NativeBinary, T: NativeTest, X: VectorSource, Y: VectorSource> ResultOp
    for VTestPair<F, T, X, Y>
{
    type Result = u32;
    const LEN: usize = 2 + X::EXTRA + Y::EXTRA;
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller. The operators below are made of instructions that
        // every machine of the target has.
        unsafe {
            let value = T::native(F::native(X::read(&r), Y::read(&r)));
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// An operator of two vectors and a test.
pub(crate) struct VTestPairInfo {
    pub first: BinaryKind,
    pub test: TestKind,
    /// On slots, and with a constant on the right.
    pub rows: [&'static Row; 2],
}

macro_rules! test_pairs {
    ($($first:ident $test:ident;)*) => { &[$(
        VTestPairInfo {
            first: BinaryKind::$first,
            test: TestKind::$test,
            rows: [
                VTestPair::<ops::binary::$first, ops::test::$test, V1, V2>::ROW,
                VTestPair::<ops::binary::$first, ops::test::$test, V1, KV>::ROW,
            ],
        }
    ),*] };
}

/// The tests that have handlers with what comes before.
pub(crate) static TEST_PAIRS: &[VTestPairInfo] = test_pairs! {
    V128And V128AnyTrue;
    V128Or V128AnyTrue;
    V128Xor V128AnyTrue;
    I8x16Eq I8x16Bitmask;
    I8x16Eq I8x16AllTrue;
    I8x16Eq V128AnyTrue;
};
