//! Operators of one vector.

use std::arch::x86_64::*;

use selvedge_vm::ops::simd::V128;
use selvedge_vm::ops::simd::unary::*;

use super::{NativeUnary, si, vector};

/// Implements forms on integers: `$a` is the register of the operand.
macro_rules! integers {
    ($a:ident; $($name:ident $form:expr;)*) => { $(
        impl NativeUnary for $name {
            #[inline(always)]
            #[allow(unused_unsafe, reason = "some instructions are part of x86-64")]
            unsafe fn native(a: V128) -> V128 {
                let $a = si(a);
                // SAFETY: the machine has the instructions by contract.
                vector(unsafe { $form })
            }
        }
    )* };
}

/// Implements forms on floats: `$a` is the register of the operand.
macro_rules! floats {
    ($from:ident $to:ident $a:ident; $($name:ident $form:expr;)*) => { $(
        impl NativeUnary for $name {
            #[inline(always)]
            #[allow(unused_unsafe, reason = "some instructions are part of x86-64")]
            unsafe fn native(a: V128) -> V128 {
                // SAFETY: the machine has the instructions by contract.
                vector(unsafe {
                    let $a = $from(si(a));
                    $to($form)
                })
            }
        }
    )* };
}

/// Implements the form of an operator that always stands for another one.
macro_rules! same {
    ($($name:ident $other:ident;)*) => { $(
        impl NativeUnary for $name {
            #[inline(always)]
            unsafe fn native(a: V128) -> V128 {
                // SAFETY: passed on to the caller.
                unsafe { $other::native(a) }
            }
        }
    )* };
}

integers! { a;
    V128Not _mm_xor_si128(a, _mm_set1_epi8(-1));
    I8x16Abs _mm_abs_epi8(a);
    I16x8Abs _mm_abs_epi16(a);
    I32x4Abs _mm_abs_epi32(a);
    I64x2Abs {
        let sign = _mm_cmpgt_epi64(_mm_setzero_si128(), a);
        _mm_sub_epi64(_mm_xor_si128(a, sign), sign)
    };
    I8x16Neg _mm_sub_epi8(_mm_setzero_si128(), a);
    I16x8Neg _mm_sub_epi16(_mm_setzero_si128(), a);
    I32x4Neg _mm_sub_epi32(_mm_setzero_si128(), a);
    I64x2Neg _mm_sub_epi64(_mm_setzero_si128(), a);
    I8x16Popcnt {
        let counts = _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        let low = _mm_and_si128(a, _mm_set1_epi8(15));
        let high = _mm_and_si128(_mm_srli_epi16::<4>(a), _mm_set1_epi8(15));
        _mm_add_epi8(_mm_shuffle_epi8(counts, low), _mm_shuffle_epi8(counts, high))
    };
    I16x8ExtAddPairwiseI8x16S _mm_maddubs_epi16(_mm_set1_epi8(1), a);
    I16x8ExtAddPairwiseI8x16U _mm_maddubs_epi16(a, _mm_set1_epi8(1));
    I32x4ExtAddPairwiseI16x8S _mm_madd_epi16(a, _mm_set1_epi16(1));
    I32x4ExtAddPairwiseI16x8U {
        _mm_add_epi32(_mm_and_si128(a, _mm_set1_epi32(0xffff)), _mm_srli_epi32::<16>(a))
    };
    I16x8ExtendLowI8x16S _mm_cvtepi8_epi16(a);
    I16x8ExtendHighI8x16S _mm_cvtepi8_epi16(_mm_srli_si128::<8>(a));
    I16x8ExtendLowI8x16U _mm_cvtepu8_epi16(a);
    I16x8ExtendHighI8x16U _mm_unpackhi_epi8(a, _mm_setzero_si128());
    I32x4ExtendLowI16x8S _mm_cvtepi16_epi32(a);
    I32x4ExtendHighI16x8S _mm_cvtepi16_epi32(_mm_srli_si128::<8>(a));
    I32x4ExtendLowI16x8U _mm_cvtepu16_epi32(a);
    I32x4ExtendHighI16x8U _mm_unpackhi_epi16(a, _mm_setzero_si128());
    I64x2ExtendLowI32x4S _mm_cvtepi32_epi64(a);
    I64x2ExtendHighI32x4S _mm_cvtepi32_epi64(_mm_srli_si128::<8>(a));
    I64x2ExtendLowI32x4U _mm_cvtepu32_epi64(a);
    I64x2ExtendHighI32x4U _mm_unpackhi_epi32(a, _mm_setzero_si128());
    F32x4Abs _mm_and_si128(a, _mm_set1_epi32(i32::MAX));
    F32x4Neg _mm_xor_si128(a, _mm_set1_epi32(i32::MIN));
    F64x2Abs _mm_and_si128(a, _mm_set1_epi64x(i64::MAX));
    F64x2Neg _mm_xor_si128(a, _mm_set1_epi64x(i64::MIN));
    F32x4ConvertI32x4S _mm_castps_si128(_mm_cvtepi32_ps(a));
    // The higher half, halved, and the lower one are exact, so only the sum is rounded.
    F32x4ConvertI32x4U {
        let low = _mm_and_si128(a, _mm_set1_epi32(0xffff));
        let high = _mm_cvtepi32_ps(_mm_srli_epi32::<1>(_mm_sub_epi32(a, low)));
        _mm_castps_si128(_mm_add_ps(_mm_add_ps(high, high), _mm_cvtepi32_ps(low)))
    };
    F64x2ConvertLowI32x4S _mm_castpd_si128(_mm_cvtepi32_pd(a));
    // The number becomes the lowest bits of 2^52.
    F64x2ConvertLowI32x4U {
        let exponent = _mm_set1_epi32(0x4330_0000);
        let sum = _mm_castsi128_pd(_mm_unpacklo_epi32(a, exponent));
        _mm_castpd_si128(_mm_sub_pd(sum, _mm_set1_pd(4_503_599_627_370_496.0)))
    };
}

floats! { _mm_castsi128_ps _mm_castps_si128 a;
    F32x4Ceil _mm_round_ps::<{ _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC }>(a);
    F32x4Floor _mm_round_ps::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(a);
    F32x4Trunc _mm_round_ps::<{ _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC }>(a);
    F32x4Nearest _mm_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a);
    F32x4Sqrt _mm_sqrt_ps(a);
    F64x2PromoteLowF32x4 _mm_castpd_ps(_mm_cvtps_pd(a));
    // What is too large becomes the least integer, whose complement is the greatest one.
    I32x4TruncSatF32x4S {
        let number = _mm_and_ps(a, _mm_cmpord_ps(a, a));
        let large = _mm_cmpge_ps(number, _mm_set1_ps(2_147_483_648.0));
        let integer = _mm_cvttps_epi32(number);
        _mm_castsi128_ps(_mm_xor_si128(integer, _mm_castps_si128(large)))
    };
    // From 2^31 on, the least integer plus what is beyond it.
    I32x4TruncSatF32x4U {
        let limit = _mm_set1_ps(2_147_483_648.0);
        let number = _mm_max_ps(a, _mm_setzero_ps());
        let beyond = _mm_sub_ps(number, limit);
        let large = _mm_castps_si128(_mm_cmpge_ps(beyond, limit));
        let beyond = _mm_xor_si128(_mm_cvttps_epi32(beyond), large);
        let beyond = _mm_max_epi32(beyond, _mm_setzero_si128());
        _mm_castsi128_ps(_mm_add_epi32(_mm_cvttps_epi32(number), beyond))
    };
    I32x4RelaxedTruncF32x4S _mm_castsi128_ps(_mm_cvttps_epi32(a));
}

floats! { _mm_castsi128_pd _mm_castpd_si128 a;
    F64x2Ceil _mm_round_pd::<{ _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC }>(a);
    F64x2Floor _mm_round_pd::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(a);
    F64x2Trunc _mm_round_pd::<{ _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC }>(a);
    F64x2Nearest _mm_round_pd::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a);
    F64x2Sqrt _mm_sqrt_pd(a);
    F32x4DemoteF64x2Zero _mm_castps_pd(_mm_cvtpd_ps(a));
    // The minimum with NaN is the limit, which is 0 then.
    I32x4TruncSatF64x2SZero {
        let limit = _mm_and_pd(_mm_set1_pd(2_147_483_647.0), _mm_cmpord_pd(a, a));
        _mm_castsi128_pd(_mm_cvttpd_epi32(_mm_min_pd(a, limit)))
    };
    // The integer becomes the lowest bits of 2^52.
    I32x4TruncSatF64x2UZero {
        let number = _mm_max_pd(a, _mm_setzero_pd());
        let number = _mm_min_pd(number, _mm_set1_pd(4_294_967_295.0));
        let integer = _mm_round_pd::<{ _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC }>(number);
        let sum = _mm_add_pd(integer, _mm_set1_pd(4_503_599_627_370_496.0));
        _mm_castps_pd(_mm_shuffle_ps::<0x88>(_mm_castpd_ps(sum), _mm_setzero_ps()))
    };
    I32x4RelaxedTruncF64x2SZero _mm_castsi128_pd(_mm_cvttpd_epi32(a));
}

same! {
    I32x4RelaxedTruncF32x4U I32x4TruncSatF32x4U;
    I32x4RelaxedTruncF64x2UZero I32x4TruncSatF64x2UZero;
}
