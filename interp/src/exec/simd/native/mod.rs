//! The native forms of operators on x86-64: what they compute in the instructions that
//! [`Native`](super::Native) stands for.
//!
//! Every row has one, and the results are those of its meaning, up to the bits of NaNs that an operation
//! makes. Where nothing better is known the form is the meaning itself.

#![expect(
    unsafe_code,
    reason = "instructions are unsafe to use; vectors are bytes"
)]

mod binary;
mod lane;
mod ternary;
mod unary;

use std::arch::x86_64::*;

use selvedge_vm::ops::simd::{
    Binary, FloatLanes, Load, LoadLane, ReplaceLane, Shift, Splat, Ternary, Test, Unary, V128,
};

/// Whether there are any.
pub(super) const EXIST: bool = true;

/// Whether the machine has what native forms are made of.
pub(super) fn is_available() -> bool {
    is_x86_feature_detected!("ssse3")
        && is_x86_feature_detected!("sse4.1")
        && is_x86_feature_detected!("sse4.2")
}

/// Whether it can fuse a multiplication and an addition.
pub(super) fn has_fused() -> bool {
    is_x86_feature_detected!("fma")
}

macro_rules! native_families {
    ($($(#[$doc:meta])* $name:ident $family:ident fn $native:ident $([$($generics:tt)*])? ($($params:tt)*) -> $out:ty;)*) => { $(
        $(#[$doc])*
        pub(crate) trait $name: $family {
            /// What the operator computes.
            ///
            /// # Safety
            ///
            /// The machine has the instructions, as [`Native`](super::Native) says.
            unsafe fn $native $(<$($generics)*>)? ($($params)*) -> $out;
        }
    )* };
}
native_families! {
    /// An operator of one vector.
    NativeUnary Unary fn native(a: V128) -> V128;
    /// An operator of two vectors.
    NativeBinary Binary fn native(a: V128, b: V128) -> V128;
    /// A shift.
    NativeShift Shift fn native(a: V128, count: u32) -> V128;
    /// A test. Its form is in instructions that every machine of the target has.
    NativeTest Test fn native(a: V128) -> u32;
    /// A splat.
    NativeSplat Splat fn native(value: Self::In) -> V128;
    /// A replacement of a lane.
    NativeReplace ReplaceLane fn native[const LANE: i32](a: V128, value: Self::In) -> V128;
    /// A load.
    NativeLoad Load fn native(bytes: Self::Mem) -> V128;
    /// A load of a lane.
    NativeLoadLane LoadLane fn native[const LANE: i32](a: V128, bytes: Self::Mem) -> V128;
}

/// An operator of three vectors.
pub(crate) trait NativeTernary: Ternary {
    /// Whether the form needs fused multiplication and addition.
    const FUSED: bool;
    /// What the operator computes.
    ///
    /// # Safety
    ///
    /// The machine has the instructions, as [`Native`](super::Native) says.
    unsafe fn native(a: V128, b: V128, c: V128) -> V128;
}

/// The register for a vector.
#[inline(always)]
fn si(vector: V128) -> __m128i {
    // SAFETY: both are 16 bytes.
    unsafe { std::mem::transmute(vector) }
}

/// The vector in a register.
#[inline(always)]
fn vector(register: __m128i) -> V128 {
    // SAFETY: both are 16 bytes.
    unsafe { std::mem::transmute(register) }
}

/// The bits of `a` where `mask` has ones, those of `b` elsewhere.
#[inline(always)]
fn choose(mask: __m128i, a: __m128i, b: __m128i) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe { _mm_or_si128(_mm_and_si128(a, mask), _mm_andnot_si128(mask, b)) }
}

/// `a` with the canonical NaN in place of every NaN.
#[inline(always)]
pub(super) fn canonicalise(lanes: FloatLanes, a: V128) -> V128 {
    let a = si(a);
    // SAFETY: SSE2 is part of x86-64.
    unsafe {
        let (is_nan, nan) = match lanes {
            FloatLanes::F32 => {
                let x = _mm_castsi128_ps(a);
                let is_nan = _mm_castps_si128(_mm_cmpunord_ps(x, x));
                (is_nan, _mm_set1_epi32(f32::NAN.to_bits() as i32))
            }
            FloatLanes::F64 => {
                let x = _mm_castsi128_pd(a);
                let is_nan = _mm_castpd_si128(_mm_cmpunord_pd(x, x));
                (is_nan, _mm_set1_epi64x(f64::NAN.to_bits() as i64))
            }
        };
        vector(choose(is_nan, nan, a))
    }
}

/// The bytes of `a` whose numbers are in `select`, or 0 where the number's highest bit is set.
///
/// # Safety
///
/// The machine has the instructions, as [`Native`](super::Native) says.
#[inline(always)]
pub(super) unsafe fn pick(a: V128, select: V128) -> V128 {
    // SAFETY: by contract.
    unsafe { vector(_mm_shuffle_epi8(si(a), si(select))) }
}
