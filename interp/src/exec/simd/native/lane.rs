//! Tests, operators between scalars and vectors, and loads.

use std::arch::x86_64::*;

use selvedge_vm::ops::simd::lane::*;
use selvedge_vm::ops::simd::memory::*;
use selvedge_vm::ops::simd::test::*;
use selvedge_vm::ops::simd::V128;

use super::{NativeLoad, NativeLoadLane, NativeReplace, NativeSplat, NativeTest, si, vector};

/// Implements tests: `$a` is the register of the operand.
macro_rules! tests {
    ($a:ident; $($name:ident $form:expr;)*) => { $(
        impl NativeTest for $name {
            #[inline(always)]
            #[allow(unused_unsafe, reason = "some instructions are part of x86-64")]
            unsafe fn native(a: V128) -> u32 {
                let $a = si(a);
                // SAFETY: SSE2 is part of x86-64.
                unsafe { $form as u32 }
            }
        }
    )* };
}

tests! { a;
    I8x16AllTrue _mm_movemask_epi8(_mm_cmpeq_epi8(a, _mm_setzero_si128())) == 0;
    I16x8AllTrue _mm_movemask_epi8(_mm_cmpeq_epi16(a, _mm_setzero_si128())) == 0;
    I32x4AllTrue _mm_movemask_epi8(_mm_cmpeq_epi32(a, _mm_setzero_si128())) == 0;
    I8x16Bitmask _mm_movemask_epi8(a);
    I16x8Bitmask _mm_movemask_epi8(_mm_packs_epi16(a, _mm_setzero_si128()));
    I32x4Bitmask _mm_movemask_ps(_mm_castsi128_ps(a));
    I64x2Bitmask _mm_movemask_pd(_mm_castsi128_pd(a));
}

/// Implements tests whose forms are the meanings.
macro_rules! meanings {
    ($($name:ident)*) => { $(
        impl NativeTest for $name {
            #[inline(always)]
            unsafe fn native(a: V128) -> u32 {
                Self::eval(a)
            }
        }
    )* };
}
meanings! { V128AnyTrue I64x2AllTrue }

/// Implements splats of `$x`.
macro_rules! splats {
    ($x:ident; $($name:ident $ty:ident $form:expr;)*) => { $(
        impl NativeSplat for $name {
            #[inline(always)]
            #[allow(unused_unsafe, reason = "some instructions are part of x86-64")]
            unsafe fn native($x: $ty) -> V128 {
                // SAFETY: the machine has the instructions by contract.
                vector(unsafe { $form })
            }
        }
    )* };
}

splats! { x;
    I8x16Splat u32 _mm_set1_epi8(x as i8);
    I16x8Splat u32 _mm_set1_epi16(x as i16);
    I32x4Splat u32 _mm_set1_epi32(x as i32);
    I64x2Splat u64 _mm_set1_epi64x(x as i64);
    F32x4Splat f32 _mm_castps_si128(_mm_set1_ps(x));
    F64x2Splat f64 _mm_castpd_si128(_mm_set1_pd(x));
}

/// Implements replacements of lane `$lane` of `$a` by `$x`.
macro_rules! replacements {
    ($native:ident $a:ident $x:ident $lane:ident; $($name:ident $ty:ident $form:expr;)*) => { $(
        impl $native for $name {
            #[inline(always)]
            #[allow(unused_unsafe, reason = "some instructions are part of x86-64")]
            unsafe fn native<const $lane: i32>(a: V128, $x: $ty) -> V128 {
                let $a = si(a);
                // SAFETY: the machine has the instructions by contract.
                vector(unsafe { $form })
            }
        }
    )* };
}

replacements! { NativeReplace a x LANE;
    I8x16ReplaceLane u32 _mm_insert_epi8::<LANE>(a, x as i32);
    I16x8ReplaceLane u32 _mm_insert_epi16::<LANE>(a, x as i32);
    I32x4ReplaceLane u32 _mm_insert_epi32::<LANE>(a, x as i32);
    I64x2ReplaceLane u64 _mm_insert_epi64::<LANE>(a, x as i64);
    F32x4ReplaceLane f32 {
        let (a, x) = (_mm_castsi128_ps(a), _mm_set_ss(x));
        _mm_castps_si128(match LANE {
            0 => _mm_insert_ps::<0x00>(a, x),
            1 => _mm_insert_ps::<0x10>(a, x),
            2 => _mm_insert_ps::<0x20>(a, x),
            _ => _mm_insert_ps::<0x30>(a, x),
        })
    };
    F64x2ReplaceLane f64 {
        let (a, x) = (_mm_castsi128_pd(a), _mm_set_sd(x));
        _mm_castpd_si128(match LANE {
            0 => _mm_move_sd(a, x),
            _ => _mm_unpacklo_pd(a, x),
        })
    };
}

replacements! { NativeLoadLane a x LANE;
    V128Load8Lane u8 _mm_insert_epi8::<LANE>(a, x.into());
    V128Load16Lane u16 _mm_insert_epi16::<LANE>(a, x.into());
    V128Load32Lane u32 _mm_insert_epi32::<LANE>(a, x as i32);
    V128Load64Lane u64 _mm_insert_epi64::<LANE>(a, x as i64);
}

/// Implements loads of `$x`.
macro_rules! loads {
    ($x:ident; $($name:ident $ty:ident $form:expr;)*) => { $(
        impl NativeLoad for $name {
            #[inline(always)]
            #[allow(unused_unsafe, reason = "some instructions are part of x86-64")]
            unsafe fn native($x: $ty) -> V128 {
                // SAFETY: the machine has the instructions by contract.
                vector(unsafe { $form })
            }
        }
    )* };
}

impl NativeLoad for V128Load {
    #[inline(always)]
    unsafe fn native(bytes: u128) -> V128 {
        Self::eval(bytes)
    }
}

loads! { x;
    V128Load8x8S u64 _mm_cvtepi8_epi16(_mm_cvtsi64_si128(x as i64));
    V128Load8x8U u64 _mm_cvtepu8_epi16(_mm_cvtsi64_si128(x as i64));
    V128Load16x4S u64 _mm_cvtepi16_epi32(_mm_cvtsi64_si128(x as i64));
    V128Load16x4U u64 _mm_cvtepu16_epi32(_mm_cvtsi64_si128(x as i64));
    V128Load32x2S u64 _mm_cvtepi32_epi64(_mm_cvtsi64_si128(x as i64));
    V128Load32x2U u64 _mm_cvtepu32_epi64(_mm_cvtsi64_si128(x as i64));
    V128Load8Splat u8 _mm_set1_epi8(x as i8);
    V128Load16Splat u16 _mm_set1_epi16(x as i16);
    V128Load32Splat u32 _mm_set1_epi32(x as i32);
    V128Load64Splat u64 _mm_set1_epi64x(x as i64);
    V128Load32Zero u32 _mm_cvtsi32_si128(x as i32);
    V128Load64Zero u64 _mm_cvtsi64_si128(x as i64);
}
