//! Operators of two vectors.

use super::V128;
use super::lanes::{Widen, compare, get, put, zip};
use super::relaxed;
use crate::ops::Named;
use crate::ops::float::{self, FloatBin as _};

/// An operator of two vectors that gives one.
pub trait Binary: Named {
    /// The row.
    const KIND: BinaryKind;
    /// What the operator computes.
    fn eval(a: V128, b: V128) -> V128;
}

/// `i8x16.swizzle`: the bytes of `a` whose numbers are in `b`, or 0 where there is none.
#[inline(always)]
fn swizzle(a: V128, b: V128) -> V128 {
    b.map(|lane| if lane < 16 { a[usize::from(lane)] } else { 0 })
}

/// The lanes of `a` and then of `b`, narrowed.
#[inline(always)]
fn narrow16(a: V128, b: V128, narrow: impl Fn(i16) -> u8) -> V128 {
    let (a, b) = (get::<i16, 8>(a), get::<i16, 8>(b));
    std::array::from_fn(|i| narrow(if i < 8 { a[i] } else { b[i - 8] }))
}

/// The lanes of `a` and then of `b`, narrowed.
#[inline(always)]
fn narrow32(a: V128, b: V128, narrow: impl Fn(i32) -> u16) -> V128 {
    let (a, b) = (get::<i32, 4>(a), get::<i32, 4>(b));
    put::<u16, 8>(std::array::from_fn(|i| {
        narrow(if i < 4 { a[i] } else { b[i - 4] })
    }))
}

/// The product of numbers in Q15 format, rounded; it overflows for −1 times −1 alone.
#[inline(always)]
fn q15mulr(a: i16, b: i16) -> i32 {
    (i32::from(a) * i32::from(b) + 0x4000) >> 15
}

/// The sums of the products of neighbours.
#[inline(always)]
fn dot16(a: V128, b: V128) -> V128 {
    let (a, b) = (get::<i16, 8>(a), get::<i16, 8>(b));
    let product = |i: usize| i32::from(a[i]) * i32::from(b[i]);
    put::<i32, 4>(std::array::from_fn(|i| {
        product(2 * i).wrapping_add(product(2 * i + 1))
    }))
}

/// The sums of the products of neighbours: `i16x8.relaxed_dot_i8x16_i7x16_s` of the deterministic profile.
#[inline(always)]
pub(super) fn dot8(a: V128, b: V128) -> V128 {
    let (a, b) = (get::<i8, 16>(a), get::<i8, 16>(b));
    let product = |i: usize| i16::from(a[i]) * i16::from(b[i]);
    put::<i16, 8>(std::array::from_fn(|i| {
        product(2 * i).wrapping_add(product(2 * i + 1))
    }))
}

/// Passes the rows to `$mac`: name, visitor, the float lanes that may be new NaNs, meaning.
///
/// No operator is named as the last row, which is what a relaxed one may mean.
#[macro_export]
macro_rules! for_each_simd_binary {
    ($mac:ident) => {
        $mac! {
            V128And visit_v128_and [] (|a, b| zip(a, b, |x: u64, y| x & y));
            V128AndNot visit_v128_andnot [] (|a, b| zip(a, b, |x: u64, y| x & !y));
            V128Or visit_v128_or [] (|a, b| zip(a, b, |x: u64, y| x | y));
            V128Xor visit_v128_xor [] (|a, b| zip(a, b, |x: u64, y| x ^ y));
            I8x16Swizzle visit_i8x16_swizzle [] (swizzle);
            I8x16Eq visit_i8x16_eq [] (|a, b| compare(a, b, |x: u8, y| x == y));
            I8x16Ne visit_i8x16_ne [] (|a, b| compare(a, b, |x: u8, y| x != y));
            I8x16LtS visit_i8x16_lt_s [] (|a, b| compare(a, b, |x: i8, y| x < y));
            I8x16LtU visit_i8x16_lt_u [] (|a, b| compare(a, b, |x: u8, y| x < y));
            I8x16GtS visit_i8x16_gt_s [] (|a, b| compare(a, b, |x: i8, y| x > y));
            I8x16GtU visit_i8x16_gt_u [] (|a, b| compare(a, b, |x: u8, y| x > y));
            I8x16LeS visit_i8x16_le_s [] (|a, b| compare(a, b, |x: i8, y| x <= y));
            I8x16LeU visit_i8x16_le_u [] (|a, b| compare(a, b, |x: u8, y| x <= y));
            I8x16GeS visit_i8x16_ge_s [] (|a, b| compare(a, b, |x: i8, y| x >= y));
            I8x16GeU visit_i8x16_ge_u [] (|a, b| compare(a, b, |x: u8, y| x >= y));
            I16x8Eq visit_i16x8_eq [] (|a, b| compare(a, b, |x: u16, y| x == y));
            I16x8Ne visit_i16x8_ne [] (|a, b| compare(a, b, |x: u16, y| x != y));
            I16x8LtS visit_i16x8_lt_s [] (|a, b| compare(a, b, |x: i16, y| x < y));
            I16x8LtU visit_i16x8_lt_u [] (|a, b| compare(a, b, |x: u16, y| x < y));
            I16x8GtS visit_i16x8_gt_s [] (|a, b| compare(a, b, |x: i16, y| x > y));
            I16x8GtU visit_i16x8_gt_u [] (|a, b| compare(a, b, |x: u16, y| x > y));
            I16x8LeS visit_i16x8_le_s [] (|a, b| compare(a, b, |x: i16, y| x <= y));
            I16x8LeU visit_i16x8_le_u [] (|a, b| compare(a, b, |x: u16, y| x <= y));
            I16x8GeS visit_i16x8_ge_s [] (|a, b| compare(a, b, |x: i16, y| x >= y));
            I16x8GeU visit_i16x8_ge_u [] (|a, b| compare(a, b, |x: u16, y| x >= y));
            I32x4Eq visit_i32x4_eq [] (|a, b| compare(a, b, |x: u32, y| x == y));
            I32x4Ne visit_i32x4_ne [] (|a, b| compare(a, b, |x: u32, y| x != y));
            I32x4LtS visit_i32x4_lt_s [] (|a, b| compare(a, b, |x: i32, y| x < y));
            I32x4LtU visit_i32x4_lt_u [] (|a, b| compare(a, b, |x: u32, y| x < y));
            I32x4GtS visit_i32x4_gt_s [] (|a, b| compare(a, b, |x: i32, y| x > y));
            I32x4GtU visit_i32x4_gt_u [] (|a, b| compare(a, b, |x: u32, y| x > y));
            I32x4LeS visit_i32x4_le_s [] (|a, b| compare(a, b, |x: i32, y| x <= y));
            I32x4LeU visit_i32x4_le_u [] (|a, b| compare(a, b, |x: u32, y| x <= y));
            I32x4GeS visit_i32x4_ge_s [] (|a, b| compare(a, b, |x: i32, y| x >= y));
            I32x4GeU visit_i32x4_ge_u [] (|a, b| compare(a, b, |x: u32, y| x >= y));
            I64x2Eq visit_i64x2_eq [] (|a, b| compare(a, b, |x: u64, y| x == y));
            I64x2Ne visit_i64x2_ne [] (|a, b| compare(a, b, |x: u64, y| x != y));
            I64x2LtS visit_i64x2_lt_s [] (|a, b| compare(a, b, |x: i64, y| x < y));
            I64x2GtS visit_i64x2_gt_s [] (|a, b| compare(a, b, |x: i64, y| x > y));
            I64x2LeS visit_i64x2_le_s [] (|a, b| compare(a, b, |x: i64, y| x <= y));
            I64x2GeS visit_i64x2_ge_s [] (|a, b| compare(a, b, |x: i64, y| x >= y));
            F32x4Eq visit_f32x4_eq [] (|a, b| compare(a, b, |x: f32, y| x == y));
            F32x4Ne visit_f32x4_ne [] (|a, b| compare(a, b, |x: f32, y| x != y));
            F32x4Lt visit_f32x4_lt [] (|a, b| compare(a, b, |x: f32, y| x < y));
            F32x4Gt visit_f32x4_gt [] (|a, b| compare(a, b, |x: f32, y| x > y));
            F32x4Le visit_f32x4_le [] (|a, b| compare(a, b, |x: f32, y| x <= y));
            F32x4Ge visit_f32x4_ge [] (|a, b| compare(a, b, |x: f32, y| x >= y));
            F64x2Eq visit_f64x2_eq [] (|a, b| compare(a, b, |x: f64, y| x == y));
            F64x2Ne visit_f64x2_ne [] (|a, b| compare(a, b, |x: f64, y| x != y));
            F64x2Lt visit_f64x2_lt [] (|a, b| compare(a, b, |x: f64, y| x < y));
            F64x2Gt visit_f64x2_gt [] (|a, b| compare(a, b, |x: f64, y| x > y));
            F64x2Le visit_f64x2_le [] (|a, b| compare(a, b, |x: f64, y| x <= y));
            F64x2Ge visit_f64x2_ge [] (|a, b| compare(a, b, |x: f64, y| x >= y));
            I8x16Add visit_i8x16_add [] (|a, b| zip(a, b, u8::wrapping_add));
            I8x16Sub visit_i8x16_sub [] (|a, b| zip(a, b, u8::wrapping_sub));
            I8x16AddSatS visit_i8x16_add_sat_s [] (|a, b| zip(a, b, i8::saturating_add));
            I8x16AddSatU visit_i8x16_add_sat_u [] (|a, b| zip(a, b, u8::saturating_add));
            I8x16SubSatS visit_i8x16_sub_sat_s [] (|a, b| zip(a, b, i8::saturating_sub));
            I8x16SubSatU visit_i8x16_sub_sat_u [] (|a, b| zip(a, b, u8::saturating_sub));
            I8x16AvgrU visit_i8x16_avgr_u [] (|a, b| zip(a, b, |x: u8, y: u8| ((u16::from(x) + u16::from(y) + 1) >> 1) as u8));
            I8x16MinS visit_i8x16_min_s [] (|a, b| zip(a, b, i8::min));
            I8x16MinU visit_i8x16_min_u [] (|a, b| zip(a, b, u8::min));
            I8x16MaxS visit_i8x16_max_s [] (|a, b| zip(a, b, i8::max));
            I8x16MaxU visit_i8x16_max_u [] (|a, b| zip(a, b, u8::max));
            I16x8Add visit_i16x8_add [] (|a, b| zip(a, b, u16::wrapping_add));
            I16x8Sub visit_i16x8_sub [] (|a, b| zip(a, b, u16::wrapping_sub));
            I16x8Mul visit_i16x8_mul [] (|a, b| zip(a, b, u16::wrapping_mul));
            I16x8AddSatS visit_i16x8_add_sat_s [] (|a, b| zip(a, b, i16::saturating_add));
            I16x8AddSatU visit_i16x8_add_sat_u [] (|a, b| zip(a, b, u16::saturating_add));
            I16x8SubSatS visit_i16x8_sub_sat_s [] (|a, b| zip(a, b, i16::saturating_sub));
            I16x8SubSatU visit_i16x8_sub_sat_u [] (|a, b| zip(a, b, u16::saturating_sub));
            I16x8AvgrU visit_i16x8_avgr_u [] (|a, b| zip(a, b, |x: u16, y: u16| ((u32::from(x) + u32::from(y) + 1) >> 1) as u16));
            I16x8MinS visit_i16x8_min_s [] (|a, b| zip(a, b, i16::min));
            I16x8MinU visit_i16x8_min_u [] (|a, b| zip(a, b, u16::min));
            I16x8MaxS visit_i16x8_max_s [] (|a, b| zip(a, b, i16::max));
            I16x8MaxU visit_i16x8_max_u [] (|a, b| zip(a, b, u16::max));
            I32x4Add visit_i32x4_add [] (|a, b| zip(a, b, u32::wrapping_add));
            I32x4Sub visit_i32x4_sub [] (|a, b| zip(a, b, u32::wrapping_sub));
            I32x4Mul visit_i32x4_mul [] (|a, b| zip(a, b, u32::wrapping_mul));
            I32x4MinS visit_i32x4_min_s [] (|a, b| zip(a, b, i32::min));
            I32x4MinU visit_i32x4_min_u [] (|a, b| zip(a, b, u32::min));
            I32x4MaxS visit_i32x4_max_s [] (|a, b| zip(a, b, i32::max));
            I32x4MaxU visit_i32x4_max_u [] (|a, b| zip(a, b, u32::max));
            I64x2Add visit_i64x2_add [] (|a, b| zip(a, b, u64::wrapping_add));
            I64x2Sub visit_i64x2_sub [] (|a, b| zip(a, b, u64::wrapping_sub));
            I64x2Mul visit_i64x2_mul [] (|a, b| zip(a, b, u64::wrapping_mul));
            I8x16NarrowI16x8S visit_i8x16_narrow_i16x8_s [] (|a, b| narrow16(a, b, |x| x.clamp(-128, 127) as u8));
            I8x16NarrowI16x8U visit_i8x16_narrow_i16x8_u [] (|a, b| narrow16(a, b, |x| x.clamp(0, 255) as u8));
            I16x8NarrowI32x4S visit_i16x8_narrow_i32x4_s [] (|a, b| narrow32(a, b, |x| x.clamp(-32768, 32767) as u16));
            I16x8NarrowI32x4U visit_i16x8_narrow_i32x4_u [] (|a, b| narrow32(a, b, |x| x.clamp(0, 65535) as u16));
            I16x8Q15MulrSatS visit_i16x8_q15mulr_sat_s [] (|a, b| zip(a, b, |x: i16, y: i16| q15mulr(x, y).min(32767) as i16));
            I32x4DotI16x8S visit_i32x4_dot_i16x8_s [] (dot16);
            I16x8ExtMulLowI8x16S visit_i16x8_extmul_low_i8x16_s [] (i8::mul_low);
            I16x8ExtMulHighI8x16S visit_i16x8_extmul_high_i8x16_s [] (i8::mul_high);
            I16x8ExtMulLowI8x16U visit_i16x8_extmul_low_i8x16_u [] (u8::mul_low);
            I16x8ExtMulHighI8x16U visit_i16x8_extmul_high_i8x16_u [] (u8::mul_high);
            I32x4ExtMulLowI16x8S visit_i32x4_extmul_low_i16x8_s [] (i16::mul_low);
            I32x4ExtMulHighI16x8S visit_i32x4_extmul_high_i16x8_s [] (i16::mul_high);
            I32x4ExtMulLowI16x8U visit_i32x4_extmul_low_i16x8_u [] (u16::mul_low);
            I32x4ExtMulHighI16x8U visit_i32x4_extmul_high_i16x8_u [] (u16::mul_high);
            I64x2ExtMulLowI32x4S visit_i64x2_extmul_low_i32x4_s [] (i32::mul_low);
            I64x2ExtMulHighI32x4S visit_i64x2_extmul_high_i32x4_s [] (i32::mul_high);
            I64x2ExtMulLowI32x4U visit_i64x2_extmul_low_i32x4_u [] (u32::mul_low);
            I64x2ExtMulHighI32x4U visit_i64x2_extmul_high_i32x4_u [] (u32::mul_high);
            F32x4Add visit_f32x4_add [f32] (|a, b| zip(a, b, |x: f32, y| x + y));
            F32x4Sub visit_f32x4_sub [f32] (|a, b| zip(a, b, |x: f32, y| x - y));
            F32x4Mul visit_f32x4_mul [f32] (|a, b| zip(a, b, |x: f32, y| x * y));
            F32x4Div visit_f32x4_div [f32] (|a, b| zip(a, b, |x: f32, y| x / y));
            F32x4Min visit_f32x4_min [f32] (|a, b| zip(a, b, float::F32Min::eval));
            F32x4Max visit_f32x4_max [f32] (|a, b| zip(a, b, float::F32Max::eval));
            F32x4PMin visit_f32x4_pmin [] (|a, b| zip(a, b, |x: f32, y| if y < x { y } else { x }));
            F32x4PMax visit_f32x4_pmax [] (|a, b| zip(a, b, |x: f32, y| if x < y { y } else { x }));
            F64x2Add visit_f64x2_add [f64] (|a, b| zip(a, b, |x: f64, y| x + y));
            F64x2Sub visit_f64x2_sub [f64] (|a, b| zip(a, b, |x: f64, y| x - y));
            F64x2Mul visit_f64x2_mul [f64] (|a, b| zip(a, b, |x: f64, y| x * y));
            F64x2Div visit_f64x2_div [f64] (|a, b| zip(a, b, |x: f64, y| x / y));
            F64x2Min visit_f64x2_min [f64] (|a, b| zip(a, b, float::F64Min::eval));
            F64x2Max visit_f64x2_max [f64] (|a, b| zip(a, b, float::F64Max::eval));
            F64x2PMin visit_f64x2_pmin [] (|a, b| zip(a, b, |x: f64, y| if y < x { y } else { x }));
            F64x2PMax visit_f64x2_pmax [] (|a, b| zip(a, b, |x: f64, y| if x < y { y } else { x }));
            I8x16RelaxedSwizzle visit_i8x16_relaxed_swizzle [] (relaxed::swizzle);
            F32x4RelaxedMin visit_f32x4_relaxed_min [] (|a, b| zip(a, b, |x: f32, y| if x < y { x } else { y }));
            F32x4RelaxedMax visit_f32x4_relaxed_max [] (|a, b| zip(a, b, |x: f32, y| if x > y { x } else { y }));
            F64x2RelaxedMin visit_f64x2_relaxed_min [] (|a, b| zip(a, b, |x: f64, y| if x < y { x } else { y }));
            F64x2RelaxedMax visit_f64x2_relaxed_max [] (|a, b| zip(a, b, |x: f64, y| if x > y { x } else { y }));
            I16x8RelaxedQ15mulrS visit_i16x8_relaxed_q15mulr_s [] (|a, b| zip(a, b, |x: i16, y: i16| q15mulr(x, y) as i16));
            I16x8RelaxedDotI8x16I7x16S visit_i16x8_relaxed_dot_i8x16_i7x16_s [] (relaxed::dot);
            I16x8DotI8x16S visit_i16x8_dot_i8x16_s [] (dot8);
        }
    };
}

macro_rules! define {
    ($($name:ident $visit:ident [$($nan:ident)?] ($eval:expr);)*) => {
        super::family! {
            /// The operators of two vectors.
            BinaryKind Binary fn(a: V128, b: V128) (a, b) -> V128;
            $($name $visit ($eval);)*
        }
        super::nan_lanes!(BinaryKind $($name [$($nan)?])*);
    };
}
for_each_simd_binary!(define);

impl BinaryKind {
    /// What the operator computes.
    pub fn eval(self, a: V128, b: V128) -> V128 {
        self.meaning()(a, b)
    }
}
