//! Loads and stores.

use super::{Named, Scalar};
use crate::access::LittleEndian;

/// A load: the type in memory and the value it becomes.
pub trait Load: Named {
    /// The value's type.
    type Out: Scalar;
    /// The bytes in memory as a little-endian integer of that size.
    type Mem: MemInt;
    /// Whether the bytes are sign-extended.
    const SIGNED: bool;
    /// The value of the bytes.
    fn eval(bytes: Self::Mem) -> Self::Out;
}

/// A store: the value and what of it goes to memory.
pub trait Store: Named {
    /// The value's type.
    type In: Scalar;
    /// The bytes in memory as a little-endian integer of that size.
    type Mem: MemInt;
    /// The bytes of the value.
    fn eval(value: Self::In) -> Self::Mem;
}

/// An integer as it lies in linear memory: little-endian, unaligned.
pub trait MemInt: LittleEndian + Named {
    /// Size in bytes.
    const SIZE: u64 = size_of::<Self>() as u64;
}

macro_rules! mem_int {
    ($($int:ident)*) => { $(impl MemInt for $int {})* };
}
mem_int!(u8 u16 u32 u64 u128);

/// Passes the rows to `$mac`: name, visitor, memory type, value type, whether sign-extended,
/// meaning.
#[macro_export]
macro_rules! for_each_load {
    ($mac:ident) => {
        $mac! {
            I32Load visit_i32_load u32 u32 false (|b| b);
            I64Load visit_i64_load u64 u64 false (|b| b);
            F32Load visit_f32_load u32 f32 false (f32::from_bits);
            F64Load visit_f64_load u64 f64 false (f64::from_bits);
            I32Load8S visit_i32_load8_s u8 u32 true (|b| b as i8 as u32);
            I32Load8U visit_i32_load8_u u8 u32 false (u32::from);
            I32Load16S visit_i32_load16_s u16 u32 true (|b| b as i16 as u32);
            I32Load16U visit_i32_load16_u u16 u32 false (u32::from);
            I64Load8S visit_i64_load8_s u8 u64 true (|b| b as i8 as u64);
            I64Load8U visit_i64_load8_u u8 u64 false (u64::from);
            I64Load16S visit_i64_load16_s u16 u64 true (|b| b as i16 as u64);
            I64Load16U visit_i64_load16_u u16 u64 false (u64::from);
            I64Load32S visit_i64_load32_s u32 u64 true (|b| b as i32 as u64);
            I64Load32U visit_i64_load32_u u32 u64 false (u64::from);
        }
    };
}

/// Passes the rows to `$mac`: name, visitor, value type, memory type, meaning.
#[macro_export]
macro_rules! for_each_store {
    ($mac:ident) => {
        $mac! {
            I32Store visit_i32_store u32 u32 (|v| v);
            I64Store visit_i64_store u64 u64 (|v| v);
            F32Store visit_f32_store f32 u32 (f32::to_bits);
            F64Store visit_f64_store f64 u64 (f64::to_bits);
            I32Store8 visit_i32_store8 u32 u8 (|v| v as u8);
            I32Store16 visit_i32_store16 u32 u16 (|v| v as u16);
            I64Store8 visit_i64_store8 u64 u8 (|v| v as u8);
            I64Store16 visit_i64_store16 u64 u16 (|v| v as u16);
            I64Store32 visit_i64_store32 u64 u32 (|v| v as u32);
        }
    };
}

macro_rules! define_load {
    ($($name:ident $visit:ident $mem:ident $out:ident $signed:literal ($eval:expr);)*) => { $(
        #[doc = concat!("`", stringify!($visit), "`")]
        #[derive(Debug)]
        pub struct $name;
        $crate::ops::named!($name);

        impl Load for $name {
            type Out = $out;
            type Mem = $mem;
            const SIGNED: bool = $signed;
            #[inline(always)]
            fn eval(bytes: $mem) -> $out {
                let eval: fn($mem) -> $out = $eval;
                eval(bytes)
            }
        }
    )* };
}
for_each_load!(define_load);

macro_rules! define_store {
    ($($name:ident $visit:ident $in:ident $mem:ident ($eval:expr);)*) => { $(
        #[doc = concat!("`", stringify!($visit), "`")]
        #[derive(Debug)]
        pub struct $name;
        $crate::ops::named!($name);

        impl Store for $name {
            type In = $in;
            type Mem = $mem;
            #[inline(always)]
            fn eval(value: $in) -> $mem {
                let eval: fn($in) -> $mem = $eval;
                eval(value)
            }
        }
    )* };
}
for_each_store!(define_store);
