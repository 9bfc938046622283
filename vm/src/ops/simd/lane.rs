//! Lane operators: between scalars and vectors.

use super::V128;
use super::lanes::{Lane, get, put};
use crate::ops::{Named, Scalar};

/// A splat: the same scalar in all lanes.
pub trait Splat: Named {
    /// The scalar's type.
    type In: Scalar;
    /// The row.
    const KIND: SplatKind;
    /// What the operator computes.
    fn eval(value: Self::In) -> V128;
}

/// An extraction of one lane.
pub trait ExtractLane: Named {
    /// The scalar's type.
    type Out: Scalar;
    /// The row.
    const KIND: ExtractKind;
    /// How many lanes there are, a power of two.
    const LANES: u8;
    /// What the operator computes. The number of the lane is taken modulo how many there are.
    fn eval(a: V128, lane: u8) -> Self::Out;
}

/// A replacement of one lane.
pub trait ReplaceLane: Named {
    /// The scalar's type.
    type In: Scalar;
    /// The row.
    const KIND: ReplaceKind;
    /// How many lanes there are, a power of two.
    const LANES: u8;
    /// What the operator computes. The number of the lane is taken modulo how many there are.
    fn eval(a: V128, value: Self::In, lane: u8) -> V128;
}

/// Lane number `lane` of `N`.
#[inline(always)]
pub(super) fn extract<T: Lane, const N: usize>(a: V128, lane: u8) -> T {
    get::<T, N>(a)[usize::from(lane) % N]
}

/// `a` with another lane number `lane` of `N`.
#[inline(always)]
pub(super) fn replace<T: Lane, const N: usize>(a: V128, value: T, lane: u8) -> V128 {
    let mut lanes = get::<T, N>(a);
    lanes[usize::from(lane) % N] = value;
    put(lanes)
}

/// Passes the rows to `$mac`: name, visitor, scalar type, meaning.
#[macro_export]
macro_rules! for_each_simd_splat {
    ($mac:ident) => {
        $mac! {
            I8x16Splat visit_i8x16_splat u32 (|x| [x as u8; 16]);
            I16x8Splat visit_i16x8_splat u32 (|x| put([x as u16; 8]));
            I32x4Splat visit_i32x4_splat u32 (|x| put([x; 4]));
            I64x2Splat visit_i64x2_splat u64 (|x| put([x; 2]));
            F32x4Splat visit_f32x4_splat f32 (|x| put([x; 4]));
            F64x2Splat visit_f64x2_splat f64 (|x| put([x; 2]));
        }
    };
}

/// Passes the rows to `$mac`: name, visitor, scalar type, number of lanes, meaning.
#[macro_export]
macro_rules! for_each_simd_extract {
    ($mac:ident) => {
        $mac! {
            I8x16ExtractLaneS visit_i8x16_extract_lane_s u32 16 (|a, lane| extract::<i8, 16>(a, lane) as u32);
            I8x16ExtractLaneU visit_i8x16_extract_lane_u u32 16 (|a, lane| extract::<u8, 16>(a, lane).into());
            I16x8ExtractLaneS visit_i16x8_extract_lane_s u32 8 (|a, lane| extract::<i16, 8>(a, lane) as u32);
            I16x8ExtractLaneU visit_i16x8_extract_lane_u u32 8 (|a, lane| extract::<u16, 8>(a, lane).into());
            I32x4ExtractLane visit_i32x4_extract_lane u32 4 (extract::<u32, 4>);
            I64x2ExtractLane visit_i64x2_extract_lane u64 2 (extract::<u64, 2>);
            F32x4ExtractLane visit_f32x4_extract_lane f32 4 (extract::<f32, 4>);
            F64x2ExtractLane visit_f64x2_extract_lane f64 2 (extract::<f64, 2>);
        }
    };
}

/// Passes the rows to `$mac`: name, visitor, scalar type, number of lanes, meaning.
#[macro_export]
macro_rules! for_each_simd_replace {
    ($mac:ident) => {
        $mac! {
            I8x16ReplaceLane visit_i8x16_replace_lane u32 16 (|a, x, lane| replace::<u8, 16>(a, x as u8, lane));
            I16x8ReplaceLane visit_i16x8_replace_lane u32 8 (|a, x, lane| replace::<u16, 8>(a, x as u16, lane));
            I32x4ReplaceLane visit_i32x4_replace_lane u32 4 (replace::<u32, 4>);
            I64x2ReplaceLane visit_i64x2_replace_lane u64 2 (replace::<u64, 2>);
            F32x4ReplaceLane visit_f32x4_replace_lane f32 4 (replace::<f32, 4>);
            F64x2ReplaceLane visit_f64x2_replace_lane f64 2 (replace::<f64, 2>);
        }
    };
}

/// Defines the rows of a family whose meaning is in terms of a scalar type.
macro_rules! rows {
    (
        $(#[$doc:meta])* $kind:ident $family:ident $assoc:ident fn $params:tt $args:tt -> $out:ty;
        $($name:ident $visit:ident $scalar:ident $($lanes:literal)? ($eval:expr);)*
    ) => {
        $(
            #[doc = concat!("`", stringify!($visit), "`")]
            #[derive(Debug)]
            pub struct $name;
            $crate::ops::named!($name);

            impl $family for $name {
                type $assoc = $scalar;
                const KIND: $kind = $kind::$name;
                $(const LANES: u8 = $lanes;)?
                #[inline(always)]
                fn eval $params -> $out {
                    let eval: fn $params -> $out = $eval;
                    eval $args
                }
            }
        )*

        $crate::ops::simd::kinds!($(#[$doc])* $kind $($name $visit)*);
    };
}
pub(super) use rows;

macro_rules! define_splat {
    ($($row:tt)*) => {
        rows! {
            /// The splats.
            SplatKind Splat In fn(value: Self::In) (value) -> V128;
            $($row)*
        }
    };
}
for_each_simd_splat!(define_splat);

macro_rules! define_extract {
    ($($row:tt)*) => {
        rows! {
            /// The extractions of lanes.
            ExtractKind ExtractLane Out fn(a: V128, lane: u8) (a, lane) -> Self::Out;
            $($row)*
        }
    };
}
for_each_simd_extract!(define_extract);

macro_rules! define_replace {
    ($($row:tt)*) => {
        rows! {
            /// The replacements of lanes.
            ReplaceKind ReplaceLane In fn(a: V128, value: Self::In, lane: u8) (a, value, lane) -> V128;
            $($row)*
        }
    };
}
for_each_simd_replace!(define_replace);

/// Gives a family that has a scalar its meaning in terms of slots.
macro_rules! eval_slots {
    (splat: $($name:ident $visit:ident $scalar:ident ($eval:expr);)*) => {
        impl SplatKind {
            /// What the operator computes of the scalar in a slot.
            pub fn eval(self, value: u64) -> V128 {
                match self {
                    $(Self::$name => $name::eval($scalar::from_slot(value)),)*
                }
            }
        }
    };
    (extract: $($name:ident $visit:ident $scalar:ident $lanes:literal ($eval:expr);)*) => {
        impl ExtractKind {
            /// What the operator computes, as a slot.
            pub fn eval(self, a: V128, lane: u8) -> u64 {
                match self {
                    $(Self::$name => $name::eval(a, lane).to_slot(),)*
                }
            }

            /// How many lanes there are.
            pub const fn lanes(self) -> u8 {
                match self {
                    $(Self::$name => $lanes,)*
                }
            }
        }
    };
    (replace: $($name:ident $visit:ident $scalar:ident $lanes:literal ($eval:expr);)*) => {
        impl ReplaceKind {
            /// What the operator computes of the scalar in a slot.
            pub fn eval(self, a: V128, value: u64, lane: u8) -> V128 {
                match self {
                    $(Self::$name => $name::eval(a, $scalar::from_slot(value), lane),)*
                }
            }

            /// How many lanes there are.
            pub const fn lanes(self) -> u8 {
                match self {
                    $(Self::$name => $lanes,)*
                }
            }
        }
    };
}
macro_rules! eval_splat { ($($row:tt)*) => { eval_slots! { splat: $($row)* } }; }
macro_rules! eval_extract { ($($row:tt)*) => { eval_slots! { extract: $($row)* } }; }
macro_rules! eval_replace { ($($row:tt)*) => { eval_slots! { replace: $($row)* } }; }
for_each_simd_splat!(eval_splat);
for_each_simd_extract!(eval_extract);
for_each_simd_replace!(eval_replace);
