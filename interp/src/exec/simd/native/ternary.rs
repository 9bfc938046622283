//! Operators of three vectors.

use std::arch::x86_64::*;

use selvedge_vm::ops::simd::V128;
use selvedge_vm::ops::simd::ternary::*;

use super::{NativeTernary, choose, si, vector};

/// Implements forms: `$a`, `$b` and `$c` are the registers of the operands.
macro_rules! forms {
    ($fused:literal $from:ident $to:ident $a:ident $b:ident $c:ident; $($name:ident $form:expr;)*) => { $(
        impl NativeTernary for $name {
            const FUSED: bool = $fused;
            #[inline(always)]
            #[allow(unused_unsafe, reason = "some instructions are part of x86-64")]
            unsafe fn native(a: V128, b: V128, c: V128) -> V128 {
                // SAFETY: the machine has the instructions by contract.
                vector(unsafe {
                    let ($a, $b, $c) = ($from(si(a)), $from(si(b)), $from(si(c)));
                    $to($form)
                })
            }
        }
    )* };
}

/// The sums of the products of neighbours, which wrap around.
#[inline(always)]
pub(super) fn dot8(a: __m128i, b: __m128i) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe {
        let even = |x| _mm_srai_epi16::<8>(_mm_slli_epi16::<8>(x));
        let odd = |x| _mm_srai_epi16::<8>(x);
        let products = _mm_mullo_epi16(even(a), even(b));
        _mm_add_epi16(products, _mm_mullo_epi16(odd(a), odd(b)))
    }
}

/// The sums of neighbours of `dot` and the lanes of `c`.
#[inline(always)]
fn dot_add(dot: __m128i, c: __m128i) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe { _mm_add_epi32(_mm_madd_epi16(dot, _mm_set1_epi16(1)), c) }
}

use std::convert::identity;

forms! { false identity identity a b c;
    V128Bitselect choose(c, a, b);
    I8x16RelaxedLaneselect _mm_blendv_epi8(b, a, c);
    I16x8RelaxedLaneselect choose(_mm_srai_epi16::<15>(c), a, b);
    I32x4RelaxedDotI8x16I7x16AddS dot_add(_mm_maddubs_epi16(b, a), c);
    I32x4DotI8x16AddS dot_add(dot8(a, b), c);
}

forms! { false _mm_castsi128_ps _mm_castps_si128 a b c;
    I32x4RelaxedLaneselect _mm_blendv_ps(b, a, c);
    F32x4MulAdd _mm_add_ps(_mm_mul_ps(a, b), c);
    F32x4NegMulAdd _mm_sub_ps(c, _mm_mul_ps(a, b));
}

forms! { false _mm_castsi128_pd _mm_castpd_si128 a b c;
    I64x2RelaxedLaneselect _mm_blendv_pd(b, a, c);
    F64x2MulAdd _mm_add_pd(_mm_mul_pd(a, b), c);
    F64x2NegMulAdd _mm_sub_pd(c, _mm_mul_pd(a, b));
}

forms! { true _mm_castsi128_ps _mm_castps_si128 a b c;
    F32x4RelaxedMadd _mm_fmadd_ps(a, b, c);
    F32x4RelaxedNmadd _mm_fnmadd_ps(a, b, c);
}

forms! { true _mm_castsi128_pd _mm_castpd_si128 a b c;
    F64x2RelaxedMadd _mm_fmadd_pd(a, b, c);
    F64x2RelaxedNmadd _mm_fnmadd_pd(a, b, c);
}
