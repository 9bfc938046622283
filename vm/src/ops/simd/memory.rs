//! Loads and stores of vectors and of their lanes. `v128.store` stores all 16 bytes, and is no row.

use super::V128;
use super::lane::{extract, replace, rows};
use super::lanes::{Widen, put};
use crate::ops::Named;
use crate::ops::memory::MemInt;

/// A load: bytes of memory that become a vector.
pub trait Load: Named {
    /// The bytes in memory as a little-endian integer of that size.
    type Mem: MemInt;
    /// The row.
    const KIND: LoadKind;
    /// The vector.
    fn eval(bytes: Self::Mem) -> V128;
}

/// A load of one lane.
pub trait LoadLane: Named {
    /// The lane in memory as a little-endian integer.
    type Mem: MemInt;
    /// The row.
    const KIND: LoadLaneKind;
    /// `a` with the lane. The number of the lane is taken modulo how many there are.
    fn eval(a: V128, bytes: Self::Mem, lane: u8) -> V128;
}

/// A store of one lane.
pub trait StoreLane: Named {
    /// The lane in memory as a little-endian integer.
    type Mem: MemInt;
    /// The row.
    const KIND: StoreLaneKind;
    /// The lane. Its number is taken modulo how many there are.
    fn eval(a: V128, lane: u8) -> Self::Mem;
}

/// A vector whose lower half these are the bytes of.
#[inline(always)]
fn low(bytes: u64) -> V128 {
    put([bytes, 0])
}

/// Passes the rows to `$mac`: name, visitor, memory type, meaning.
#[macro_export]
macro_rules! for_each_simd_load {
    ($mac:ident) => {
        $mac! {
            V128Load visit_v128_load u128 (u128::to_le_bytes);
            V128Load8x8S visit_v128_load8x8_s u64 (|b| i8::low(low(b)));
            V128Load8x8U visit_v128_load8x8_u u64 (|b| u8::low(low(b)));
            V128Load16x4S visit_v128_load16x4_s u64 (|b| i16::low(low(b)));
            V128Load16x4U visit_v128_load16x4_u u64 (|b| u16::low(low(b)));
            V128Load32x2S visit_v128_load32x2_s u64 (|b| i32::low(low(b)));
            V128Load32x2U visit_v128_load32x2_u u64 (|b| u32::low(low(b)));
            V128Load8Splat visit_v128_load8_splat u8 (|b| [b; 16]);
            V128Load16Splat visit_v128_load16_splat u16 (|b| put([b; 8]));
            V128Load32Splat visit_v128_load32_splat u32 (|b| put([b; 4]));
            V128Load64Splat visit_v128_load64_splat u64 (|b| put([b; 2]));
            V128Load32Zero visit_v128_load32_zero u32 (|b| put([b, 0, 0, 0]));
            V128Load64Zero visit_v128_load64_zero u64 (low);
        }
    };
}

/// Passes the rows to `$mac`: name, visitor, memory type, meaning.
#[macro_export]
macro_rules! for_each_simd_load_lane {
    ($mac:ident) => {
        $mac! {
            V128Load8Lane visit_v128_load8_lane u8 (replace::<u8, 16>);
            V128Load16Lane visit_v128_load16_lane u16 (replace::<u16, 8>);
            V128Load32Lane visit_v128_load32_lane u32 (replace::<u32, 4>);
            V128Load64Lane visit_v128_load64_lane u64 (replace::<u64, 2>);
        }
    };
}

/// Passes the rows to `$mac`: name, visitor, memory type, meaning.
#[macro_export]
macro_rules! for_each_simd_store_lane {
    ($mac:ident) => {
        $mac! {
            V128Store8Lane visit_v128_store8_lane u8 (extract::<u8, 16>);
            V128Store16Lane visit_v128_store16_lane u16 (extract::<u16, 8>);
            V128Store32Lane visit_v128_store32_lane u32 (extract::<u32, 4>);
            V128Store64Lane visit_v128_store64_lane u64 (extract::<u64, 2>);
        }
    };
}

macro_rules! sizes {
    ($kind:ident $($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
        impl $kind {
            /// How many bytes of memory are accessed.
            pub const fn bytes(self) -> u64 {
                match self {
                    $(Self::$name => size_of::<$mem>() as u64,)*
                }
            }
        }
    };
}

macro_rules! define_load {
    ($($row:tt)*) => {
        rows! {
            /// The loads.
            LoadKind Load Mem fn(bytes: Self::Mem) (bytes) -> V128;
            $($row)*
        }
        sizes!(LoadKind $($row)*);
    };
}

macro_rules! define_load_lane {
    ($($row:tt)*) => {
        rows! {
            /// The loads of lanes.
            LoadLaneKind LoadLane Mem fn(a: V128, bytes: Self::Mem, lane: u8) (a, bytes, lane) -> V128;
            $($row)*
        }
        sizes!(LoadLaneKind $($row)*);
    };
}

macro_rules! define_store_lane {
    ($($row:tt)*) => {
        rows! {
            /// The stores of lanes.
            StoreLaneKind StoreLane Mem fn(a: V128, lane: u8) (a, lane) -> Self::Mem;
            $($row)*
        }
        sizes!(StoreLaneKind $($row)*);
    };
}

for_each_simd_load!(define_load);
for_each_simd_load_lane!(define_load_lane);
for_each_simd_store_lane!(define_store_lane);

macro_rules! eval_load {
    ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
        impl LoadKind {
            /// What the operator makes of the lowest bytes of `bytes`.
            pub fn eval(self, bytes: u128) -> V128 {
                match self {
                    $(Self::$name => $name::eval(bytes as $mem),)*
                }
            }
        }
    };
}
for_each_simd_load!(eval_load);

macro_rules! eval_load_lane {
    ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
        impl LoadLaneKind {
            /// What the operator makes of the lowest bytes of `bytes`.
            pub fn eval(self, a: V128, bytes: u64, lane: u8) -> V128 {
                match self {
                    $(Self::$name => $name::eval(a, bytes as $mem, lane),)*
                }
            }
        }
    };
}
for_each_simd_load_lane!(eval_load_lane);

macro_rules! eval_store_lane {
    ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
        impl StoreLaneKind {
            /// The lane, zero-extended.
            pub fn eval(self, a: V128, lane: u8) -> u64 {
                match self {
                    $(Self::$name => u64::from($name::eval(a, lane)),)*
                }
            }
        }
    };
}
for_each_simd_store_lane!(eval_store_lane);
