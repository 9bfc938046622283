//! Operators of one vector.

use super::V128;
use super::lanes::{Widen, get, map, put};
use super::relaxed;
use crate::ops::Named;
use crate::ops::convert::{self, Unary as _};

/// An operator of one vector that gives one.
pub trait Unary: Named {
    /// The row.
    const KIND: UnaryKind;
    /// What the operator computes.
    fn eval(a: V128) -> V128;
}

/// Passes the rows to `$mac`: name, visitor, the float lanes that may be new NaNs, meaning.
#[macro_export]
macro_rules! for_each_simd_unary {
    ($mac:ident) => {
        $mac! {
            V128Not visit_v128_not [] (|a| map(a, |x: u64| !x));
            I8x16Abs visit_i8x16_abs [] (|a| map(a, i8::wrapping_abs));
            I8x16Neg visit_i8x16_neg [] (|a| map(a, i8::wrapping_neg));
            I8x16Popcnt visit_i8x16_popcnt [] (|a| map(a, |x: u8| x.count_ones() as u8));
            I16x8Abs visit_i16x8_abs [] (|a| map(a, i16::wrapping_abs));
            I16x8Neg visit_i16x8_neg [] (|a| map(a, i16::wrapping_neg));
            I32x4Abs visit_i32x4_abs [] (|a| map(a, i32::wrapping_abs));
            I32x4Neg visit_i32x4_neg [] (|a| map(a, i32::wrapping_neg));
            I64x2Abs visit_i64x2_abs [] (|a| map(a, i64::wrapping_abs));
            I64x2Neg visit_i64x2_neg [] (|a| map(a, i64::wrapping_neg));
            I16x8ExtAddPairwiseI8x16S visit_i16x8_extadd_pairwise_i8x16_s [] (i8::pairwise);
            I16x8ExtAddPairwiseI8x16U visit_i16x8_extadd_pairwise_i8x16_u [] (u8::pairwise);
            I32x4ExtAddPairwiseI16x8S visit_i32x4_extadd_pairwise_i16x8_s [] (i16::pairwise);
            I32x4ExtAddPairwiseI16x8U visit_i32x4_extadd_pairwise_i16x8_u [] (u16::pairwise);
            I16x8ExtendLowI8x16S visit_i16x8_extend_low_i8x16_s [] (i8::low);
            I16x8ExtendHighI8x16S visit_i16x8_extend_high_i8x16_s [] (i8::high);
            I16x8ExtendLowI8x16U visit_i16x8_extend_low_i8x16_u [] (u8::low);
            I16x8ExtendHighI8x16U visit_i16x8_extend_high_i8x16_u [] (u8::high);
            I32x4ExtendLowI16x8S visit_i32x4_extend_low_i16x8_s [] (i16::low);
            I32x4ExtendHighI16x8S visit_i32x4_extend_high_i16x8_s [] (i16::high);
            I32x4ExtendLowI16x8U visit_i32x4_extend_low_i16x8_u [] (u16::low);
            I32x4ExtendHighI16x8U visit_i32x4_extend_high_i16x8_u [] (u16::high);
            I64x2ExtendLowI32x4S visit_i64x2_extend_low_i32x4_s [] (i32::low);
            I64x2ExtendHighI32x4S visit_i64x2_extend_high_i32x4_s [] (i32::high);
            I64x2ExtendLowI32x4U visit_i64x2_extend_low_i32x4_u [] (u32::low);
            I64x2ExtendHighI32x4U visit_i64x2_extend_high_i32x4_u [] (u32::high);
            F32x4Abs visit_f32x4_abs [] (|a| map(a, f32::abs));
            F32x4Neg visit_f32x4_neg [] (|a| map(a, |x: f32| -x));
            F64x2Abs visit_f64x2_abs [] (|a| map(a, f64::abs));
            F64x2Neg visit_f64x2_neg [] (|a| map(a, |x: f64| -x));
            F32x4Ceil visit_f32x4_ceil [f32] (|a| map(a, convert::F32Ceil::eval));
            F32x4Floor visit_f32x4_floor [f32] (|a| map(a, convert::F32Floor::eval));
            F32x4Trunc visit_f32x4_trunc [f32] (|a| map(a, convert::F32Trunc::eval));
            F32x4Nearest visit_f32x4_nearest [f32] (|a| map(a, convert::F32Nearest::eval));
            F32x4Sqrt visit_f32x4_sqrt [f32] (|a| map(a, f32::sqrt));
            F64x2Ceil visit_f64x2_ceil [f64] (|a| map(a, convert::F64Ceil::eval));
            F64x2Floor visit_f64x2_floor [f64] (|a| map(a, convert::F64Floor::eval));
            F64x2Trunc visit_f64x2_trunc [f64] (|a| map(a, convert::F64Trunc::eval));
            F64x2Nearest visit_f64x2_nearest [f64] (|a| map(a, convert::F64Nearest::eval));
            F64x2Sqrt visit_f64x2_sqrt [f64] (|a| map(a, f64::sqrt));
            I32x4TruncSatF32x4S visit_i32x4_trunc_sat_f32x4_s [] (|a| put(get::<f32, 4>(a).map(|x| x as i32)));
            I32x4TruncSatF32x4U visit_i32x4_trunc_sat_f32x4_u [] (|a| put(get::<f32, 4>(a).map(|x| x as u32)));
            F32x4ConvertI32x4S visit_f32x4_convert_i32x4_s [] (|a| put(get::<i32, 4>(a).map(|x| x as f32)));
            F32x4ConvertI32x4U visit_f32x4_convert_i32x4_u [] (|a| put(get::<u32, 4>(a).map(|x| x as f32)));
            I32x4TruncSatF64x2SZero visit_i32x4_trunc_sat_f64x2_s_zero [] (|a| {
                let [x, y] = get::<f64, 2>(a);
                put([x as i32, y as i32, 0, 0])
            });
            I32x4TruncSatF64x2UZero visit_i32x4_trunc_sat_f64x2_u_zero [] (|a| {
                let [x, y] = get::<f64, 2>(a);
                put([x as u32, y as u32, 0, 0])
            });
            F64x2ConvertLowI32x4S visit_f64x2_convert_low_i32x4_s [] (|a| {
                let [x, y, _, _] = get::<i32, 4>(a);
                put([f64::from(x), f64::from(y)])
            });
            F64x2ConvertLowI32x4U visit_f64x2_convert_low_i32x4_u [] (|a| {
                let [x, y, _, _] = get::<u32, 4>(a);
                put([f64::from(x), f64::from(y)])
            });
            F32x4DemoteF64x2Zero visit_f32x4_demote_f64x2_zero [f32] (|a| {
                let [x, y] = get::<f64, 2>(a);
                put([x as f32, y as f32, 0.0, 0.0])
            });
            F64x2PromoteLowF32x4 visit_f64x2_promote_low_f32x4 [f64] (|a| {
                let [x, y, _, _] = get::<f32, 4>(a);
                put([f64::from(x), f64::from(y)])
            });
            I32x4RelaxedTruncF32x4S visit_i32x4_relaxed_trunc_f32x4_s [] (relaxed::trunc_f32x4);
            I32x4RelaxedTruncF32x4U visit_i32x4_relaxed_trunc_f32x4_u [] (I32x4TruncSatF32x4U::eval);
            I32x4RelaxedTruncF64x2SZero visit_i32x4_relaxed_trunc_f64x2_s_zero [] (relaxed::trunc_f64x2);
            I32x4RelaxedTruncF64x2UZero visit_i32x4_relaxed_trunc_f64x2_u_zero [] (I32x4TruncSatF64x2UZero::eval);
        }
    };
}

macro_rules! define {
    ($($name:ident $visit:ident [$($nan:ident)?] ($eval:expr);)*) => {
        super::family! {
            /// The operators of one vector.
            UnaryKind Unary fn(a: V128) (a) -> V128;
            $($name $visit ($eval);)*
        }
        super::nan_lanes!(UnaryKind $($name [$($nan)?])*);
    };
}
for_each_simd_unary!(define);

impl UnaryKind {
    /// What the operator computes.
    pub fn eval(self, a: V128) -> V128 {
        self.meaning()(a)
    }
}
