//! The operator tables: one row per WebAssembly operator, its meaning a plain
//! function. Every tier is built from the rows.
//!
//! Each family has a macro `for_each_*!` that passes its rows to another macro,
//! and a trait implemented by one unit type per row (`I32Add`, …). The meaning
//! works on the value types of [`Scalar`]: unsigned integers, and floats.
//!
//! Families: [`alu`] (integer arithmetic that cannot trap), [`div`] (that can),
//! [`cmp`] (integer comparisons), [`float`] (float arithmetic and comparisons),
//! [`convert`] (one operand: counts, extensions, conversions), [`memory`] (loads and stores),
//! [`simd`] (vectors, a family of families).

/// Names the types of operators and values as they are written.
macro_rules! named {
    ($($name:ident)*) => { $(
        impl $crate::ops::Named for $name {
            const NAME: &'static str = stringify!($name);
        }
    )* };
}
pub(crate) use named;

pub mod alu;
pub mod cmp;
pub mod convert;
pub mod div;
pub mod float;
pub mod memory;
pub mod simd;

/// What has a name, for listings: an operator, or a type of values.
///
/// ```
/// use selvedge_vm::ops::{Named, alu::I32Add};
///
/// assert_eq!(I32Add::NAME, "I32Add");
/// assert_eq!(u64::NAME, "u64");
/// ```
pub trait Named: 'static {
    /// The type's name, without its path.
    const NAME: &'static str;
}

named!(u8 u16 u32 u64 u128 f32 f64);

/// A scalar value type and its form in a frame slot.
pub trait Scalar: Copy + Named {
    /// Whether this is a float.
    const FLOAT: bool;
    /// Width in bits.
    const BITS: u32;
    /// The value in a slot: the low bits, whatever the others are.
    fn from_slot(slot: u64) -> Self;
    /// The slot of a value: zero-extended.
    fn to_slot(self) -> u64;
}

/// An integer value type: `u32` or `u64`.
pub trait Int: Scalar + Eq + Ord {
    /// A 32-bit immediate as code holds it: sign-extended to 64 bits.
    fn from_imm(imm: i32) -> Self;
    /// The immediate that [`Int::from_imm`] turns into the value in `slot`, if there is one.
    fn to_imm(slot: u64) -> Option<i32>;
}

impl Scalar for u32 {
    const FLOAT: bool = false;
    const BITS: u32 = 32;
    #[inline(always)]
    fn from_slot(slot: u64) -> Self {
        slot as u32
    }
    #[inline(always)]
    fn to_slot(self) -> u64 {
        u64::from(self)
    }
}

impl Scalar for u64 {
    const FLOAT: bool = false;
    const BITS: u32 = 64;
    #[inline(always)]
    fn from_slot(slot: u64) -> Self {
        slot
    }
    #[inline(always)]
    fn to_slot(self) -> u64 {
        self
    }
}

impl Int for u32 {
    #[inline(always)]
    fn from_imm(imm: i32) -> Self {
        imm as u32
    }
    fn to_imm(slot: u64) -> Option<i32> {
        Some(slot as u32 as i32)
    }
}

impl Int for u64 {
    #[inline(always)]
    fn from_imm(imm: i32) -> Self {
        i64::from(imm) as u64
    }
    fn to_imm(slot: u64) -> Option<i32> {
        i32::try_from(slot as i64).ok()
    }
}

impl Scalar for f32 {
    const FLOAT: bool = true;
    const BITS: u32 = 32;
    #[inline(always)]
    fn from_slot(slot: u64) -> Self {
        f32::from_bits(slot as u32)
    }
    #[inline(always)]
    fn to_slot(self) -> u64 {
        u64::from(self.to_bits())
    }
}

impl Scalar for f64 {
    const FLOAT: bool = true;
    const BITS: u32 = 64;
    #[inline(always)]
    fn from_slot(slot: u64) -> Self {
        f64::from_bits(slot)
    }
    #[inline(always)]
    fn to_slot(self) -> u64 {
        self.to_bits()
    }
}
