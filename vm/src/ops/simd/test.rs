//! Tests: what is true of a vector's lanes, as an `i32`.

use super::V128;
use super::lanes::{Lane, get};
use crate::ops::Named;

/// A test.
pub trait Test: Named {
    /// The row.
    const KIND: TestKind;
    /// What the operator computes.
    fn eval(a: V128) -> u32;
}

/// Whether no lane is zero.
#[inline(always)]
fn all_true<T: Lane + PartialEq + Default, const N: usize>(a: V128) -> u32 {
    get::<T, N>(a).into_iter().all(|x| x != T::default()).into()
}

/// The sign bits of the lanes, that of lane 0 lowest.
#[inline(always)]
fn bitmask<T: Lane + PartialOrd + Default, const N: usize>(a: V128) -> u32 {
    let lanes = get::<T, N>(a).into_iter().enumerate();
    lanes.fold(0, |mask, (i, x)| mask | u32::from(x < T::default()) << i)
}

/// Passes the rows to `$mac`: name, visitor, meaning.
#[macro_export]
macro_rules! for_each_simd_test {
    ($mac:ident) => {
        $mac! {
            V128AnyTrue visit_v128_any_true (|a| (u128::from_ne_bytes(a) != 0).into());
            I8x16AllTrue visit_i8x16_all_true (all_true::<u8, 16>);
            I16x8AllTrue visit_i16x8_all_true (all_true::<u16, 8>);
            I32x4AllTrue visit_i32x4_all_true (all_true::<u32, 4>);
            I64x2AllTrue visit_i64x2_all_true (all_true::<u64, 2>);
            I8x16Bitmask visit_i8x16_bitmask (bitmask::<i8, 16>);
            I16x8Bitmask visit_i16x8_bitmask (bitmask::<i16, 8>);
            I32x4Bitmask visit_i32x4_bitmask (bitmask::<i32, 4>);
            I64x2Bitmask visit_i64x2_bitmask (bitmask::<i64, 2>);
        }
    };
}

macro_rules! define {
    ($($name:ident $visit:ident ($eval:expr);)*) => {
        super::family! {
            /// The tests.
            TestKind Test fn(a: V128) (a) -> u32;
            $($name $visit ($eval);)*
        }
    };
}
for_each_simd_test!(define);

impl TestKind {
    /// What the operator computes.
    pub fn eval(self, a: V128) -> u32 {
        self.meaning()(a)
    }
}
