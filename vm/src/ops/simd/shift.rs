//! Shifts of all lanes by one count.

use super::V128;
use super::lanes::map;
use crate::ops::Named;

/// A shift. The count is taken modulo the width of lanes.
pub trait Shift: Named {
    /// The row.
    const KIND: ShiftKind;
    /// What the operator computes.
    fn eval(a: V128, count: u32) -> V128;
}

/// Passes the rows to `$mac`: name, visitor, meaning.
#[macro_export]
macro_rules! for_each_simd_shift {
    ($mac:ident) => {
        $mac! {
            I8x16Shl visit_i8x16_shl (|a, n| map(a, |x: u8| x.wrapping_shl(n)));
            I8x16ShrS visit_i8x16_shr_s (|a, n| map(a, |x: i8| x.wrapping_shr(n)));
            I8x16ShrU visit_i8x16_shr_u (|a, n| map(a, |x: u8| x.wrapping_shr(n)));
            I16x8Shl visit_i16x8_shl (|a, n| map(a, |x: u16| x.wrapping_shl(n)));
            I16x8ShrS visit_i16x8_shr_s (|a, n| map(a, |x: i16| x.wrapping_shr(n)));
            I16x8ShrU visit_i16x8_shr_u (|a, n| map(a, |x: u16| x.wrapping_shr(n)));
            I32x4Shl visit_i32x4_shl (|a, n| map(a, |x: u32| x.wrapping_shl(n)));
            I32x4ShrS visit_i32x4_shr_s (|a, n| map(a, |x: i32| x.wrapping_shr(n)));
            I32x4ShrU visit_i32x4_shr_u (|a, n| map(a, |x: u32| x.wrapping_shr(n)));
            I64x2Shl visit_i64x2_shl (|a, n| map(a, |x: u64| x.wrapping_shl(n)));
            I64x2ShrS visit_i64x2_shr_s (|a, n| map(a, |x: i64| x.wrapping_shr(n)));
            I64x2ShrU visit_i64x2_shr_u (|a, n| map(a, |x: u64| x.wrapping_shr(n)));
        }
    };
}

macro_rules! define {
    ($($name:ident $visit:ident ($eval:expr);)*) => {
        super::family! {
            /// The shifts.
            ShiftKind Shift fn(a: V128, count: u32) (a, count) -> V128;
            $($name $visit ($eval);)*
        }
    };
}
for_each_simd_shift!(define);

impl ShiftKind {
    /// What the operator computes.
    pub fn eval(self, a: V128, count: u32) -> V128 {
        self.meaning()(a, count)
    }
}
