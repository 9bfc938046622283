//! Operators of three vectors.

use super::V128;
use super::binary::dot8;
use super::lanes::{Widen, get, put, zip};
use super::relaxed::{self, lane_select};
use crate::ops::Named;

/// An operator of three vectors that gives one.
pub trait Ternary: Named {
    /// The row.
    const KIND: TernaryKind;
    /// What the operator computes.
    fn eval(a: V128, b: V128, c: V128) -> V128;
}

/// The bits of `a` where `mask` has ones, those of `b` elsewhere.
#[inline(always)]
fn bitselect(a: V128, b: V128, mask: V128) -> V128 {
    let (a, b, mask) = (get::<u64, 2>(a), get::<u64, 2>(b), get::<u64, 2>(mask));
    put::<u64, 2>(std::array::from_fn(|i| a[i] & mask[i] | b[i] & !mask[i]))
}

macro_rules! mul_add {
    ($($lanes:literal $float:ident $map:ident)*) => { $(
        #[inline(always)]
        fn $map(a: V128, b: V128, c: V128, f: impl Fn($float, $float, $float) -> $float) -> V128 {
            let (a, b, c) = (get::<$float, $lanes>(a), get::<$float, $lanes>(b), get::<$float, $lanes>(c));
            put::<$float, $lanes>(std::array::from_fn(|i| f(a[i], b[i], c[i])))
        }
    )* };
}
mul_add!(4 f32 map32 2 f64 map64);

/// The dot product `dot`, whose neighbours are added to one another and to the lanes of `c`.
#[inline(always)]
pub(super) fn dot_add(dot: V128, c: V128) -> V128 {
    zip(i16::pairwise(dot), c, i32::wrapping_add)
}

/// Passes the rows to `$mac`: name, visitor, the float lanes that may be new NaNs, meaning.
///
/// No operators are named as the last rows, which are what relaxed ones may mean.
#[macro_export]
macro_rules! for_each_simd_ternary {
    ($mac:ident) => {
        $mac! {
            V128Bitselect visit_v128_bitselect [] (bitselect);
            I8x16RelaxedLaneselect visit_i8x16_relaxed_laneselect [] (lane_select::<i8>);
            I16x8RelaxedLaneselect visit_i16x8_relaxed_laneselect [] (lane_select::<i16>);
            I32x4RelaxedLaneselect visit_i32x4_relaxed_laneselect [] (lane_select::<i32>);
            I64x2RelaxedLaneselect visit_i64x2_relaxed_laneselect [] (lane_select::<i64>);
            F32x4RelaxedMadd visit_f32x4_relaxed_madd [f32] (|a, b, c| map32(a, b, c, f32::mul_add));
            F32x4RelaxedNmadd visit_f32x4_relaxed_nmadd [f32] (|a, b, c| map32(a, b, c, |x, y, z| (-x).mul_add(y, z)));
            F64x2RelaxedMadd visit_f64x2_relaxed_madd [f64] (|a, b, c| map64(a, b, c, f64::mul_add));
            F64x2RelaxedNmadd visit_f64x2_relaxed_nmadd [f64] (|a, b, c| map64(a, b, c, |x, y, z| (-x).mul_add(y, z)));
            I32x4RelaxedDotI8x16I7x16AddS visit_i32x4_relaxed_dot_i8x16_i7x16_add_s [] (|a, b, c| {
                dot_add(relaxed::dot(a, b), c)
            });
            F32x4MulAdd visit_f32x4_mul_add [f32] (|a, b, c| map32(a, b, c, |x, y, z| x * y + z));
            F32x4NegMulAdd visit_f32x4_neg_mul_add [f32] (|a, b, c| map32(a, b, c, |x, y, z| -x * y + z));
            F64x2MulAdd visit_f64x2_mul_add [f64] (|a, b, c| map64(a, b, c, |x, y, z| x * y + z));
            F64x2NegMulAdd visit_f64x2_neg_mul_add [f64] (|a, b, c| map64(a, b, c, |x, y, z| -x * y + z));
            I32x4DotI8x16AddS visit_i32x4_dot_i8x16_add_s [] (|a, b, c| dot_add(dot8(a, b), c));
        }
    };
}

macro_rules! define {
    ($($name:ident $visit:ident [$($nan:ident)?] ($eval:expr);)*) => {
        super::family! {
            /// The operators of three vectors.
            TernaryKind Ternary fn(a: V128, b: V128, c: V128) (a, b, c) -> V128;
            $($name $visit ($eval);)*
        }
        super::nan_lanes!(TernaryKind $($name [$($nan)?])*);
    };
}
for_each_simd_ternary!(define);

impl TernaryKind {
    /// What the operator computes.
    pub fn eval(self, a: V128, b: V128, c: V128) -> V128 {
        self.meaning()(a, b, c)
    }
}
