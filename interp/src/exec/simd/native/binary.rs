//! Operators of two vectors, and shifts.

use std::arch::x86_64::*;

use selvedge_vm::ops::simd::V128;
use selvedge_vm::ops::simd::binary::*;
use selvedge_vm::ops::simd::shift::*;

use super::{NativeBinary, NativeShift, choose, si, vector};

/// Implements forms on integers: `$a` and `$b` are the registers of the operands.
macro_rules! integers {
    ($a:ident $b:ident; $($name:ident $form:expr;)*) => { $(
        impl NativeBinary for $name {
            #[inline(always)]
            #[allow(unused_unsafe, reason = "some instructions are part of x86-64")]
            unsafe fn native(a: V128, b: V128) -> V128 {
                let ($a, $b) = (si(a), si(b));
                // SAFETY: the machine has the instructions by contract.
                vector(unsafe { $form })
            }
        }
    )* };
}

/// Implements forms on floats: `$a` and `$b` are the registers of the operands.
macro_rules! floats {
    ($from:ident $to:ident $a:ident $b:ident; $($name:ident $form:expr;)*) => { $(
        impl NativeBinary for $name {
            #[inline(always)]
            #[allow(unused_unsafe, reason = "some instructions are part of x86-64")]
            unsafe fn native(a: V128, b: V128) -> V128 {
                // SAFETY: the machine has the instructions by contract.
                vector(unsafe {
                    let ($a, $b) = ($from(si(a)), $from(si(b)));
                    $to($form)
                })
            }
        }
    )* };
}

/// Implements shifts: `$a` is the register of the vector, `$n` the count.
macro_rules! shifts {
    ($a:ident $n:ident; $($name:ident $bits:literal $form:expr;)*) => { $(
        impl NativeShift for $name {
            #[inline(always)]
            #[allow(unused_unsafe, reason = "some instructions are part of x86-64")]
            unsafe fn native(a: V128, count: u32) -> V128 {
                let $a = si(a);
                let $n = (count % $bits) as i32;
                // SAFETY: the machine has the instructions by contract.
                vector(unsafe { $form })
            }
        }
    )* };
}

/// The complement.
#[inline(always)]
fn not(a: __m128i) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe { _mm_xor_si128(a, _mm_set1_epi8(-1)) }
}

/// `a` with the lanes of `sum` where it holds NaN or its counterpart does.
macro_rules! with_nans {
    ($a:ident $b:ident $order:expr; $unordered:ident $sum:ident $from:ident $to:ident) => {{
        let is_nan = $from($unordered($a, $b));
        $to(choose(is_nan, $from($sum($a, $b)), $from($order)))
    }};
}

integers! { a b;
    V128And _mm_and_si128(a, b);
    V128AndNot _mm_andnot_si128(b, a);
    V128Or _mm_or_si128(a, b);
    V128Xor _mm_xor_si128(a, b);
    // Numbers from 16 on get their highest bit.
    I8x16Swizzle _mm_shuffle_epi8(a, _mm_adds_epu8(b, _mm_set1_epi8(0x70)));
    I8x16RelaxedSwizzle _mm_shuffle_epi8(a, b);

    I8x16Eq _mm_cmpeq_epi8(a, b);
    I8x16Ne not(_mm_cmpeq_epi8(a, b));
    I8x16LtS _mm_cmpgt_epi8(b, a);
    I8x16LtU not(_mm_cmpeq_epi8(_mm_max_epu8(a, b), a));
    I8x16GtS _mm_cmpgt_epi8(a, b);
    I8x16GtU not(_mm_cmpeq_epi8(_mm_min_epu8(a, b), a));
    I8x16LeS _mm_cmpeq_epi8(_mm_min_epi8(a, b), a);
    I8x16LeU _mm_cmpeq_epi8(_mm_min_epu8(a, b), a);
    I8x16GeS _mm_cmpeq_epi8(_mm_max_epi8(a, b), a);
    I8x16GeU _mm_cmpeq_epi8(_mm_max_epu8(a, b), a);
    I16x8Eq _mm_cmpeq_epi16(a, b);
    I16x8Ne not(_mm_cmpeq_epi16(a, b));
    I16x8LtS _mm_cmpgt_epi16(b, a);
    I16x8LtU not(_mm_cmpeq_epi16(_mm_max_epu16(a, b), a));
    I16x8GtS _mm_cmpgt_epi16(a, b);
    I16x8GtU not(_mm_cmpeq_epi16(_mm_min_epu16(a, b), a));
    I16x8LeS _mm_cmpeq_epi16(_mm_min_epi16(a, b), a);
    I16x8LeU _mm_cmpeq_epi16(_mm_min_epu16(a, b), a);
    I16x8GeS _mm_cmpeq_epi16(_mm_max_epi16(a, b), a);
    I16x8GeU _mm_cmpeq_epi16(_mm_max_epu16(a, b), a);
    I32x4Eq _mm_cmpeq_epi32(a, b);
    I32x4Ne not(_mm_cmpeq_epi32(a, b));
    I32x4LtS _mm_cmpgt_epi32(b, a);
    I32x4LtU not(_mm_cmpeq_epi32(_mm_max_epu32(a, b), a));
    I32x4GtS _mm_cmpgt_epi32(a, b);
    I32x4GtU not(_mm_cmpeq_epi32(_mm_min_epu32(a, b), a));
    I32x4LeS _mm_cmpeq_epi32(_mm_min_epi32(a, b), a);
    I32x4LeU _mm_cmpeq_epi32(_mm_min_epu32(a, b), a);
    I32x4GeS _mm_cmpeq_epi32(_mm_max_epi32(a, b), a);
    I32x4GeU _mm_cmpeq_epi32(_mm_max_epu32(a, b), a);
    I64x2Eq _mm_cmpeq_epi64(a, b);
    I64x2Ne not(_mm_cmpeq_epi64(a, b));
    I64x2LtS _mm_cmpgt_epi64(b, a);
    I64x2GtS _mm_cmpgt_epi64(a, b);
    I64x2LeS not(_mm_cmpgt_epi64(a, b));
    I64x2GeS not(_mm_cmpgt_epi64(b, a));

    I8x16Add _mm_add_epi8(a, b);
    I8x16Sub _mm_sub_epi8(a, b);
    I8x16AddSatS _mm_adds_epi8(a, b);
    I8x16AddSatU _mm_adds_epu8(a, b);
    I8x16SubSatS _mm_subs_epi8(a, b);
    I8x16SubSatU _mm_subs_epu8(a, b);
    I8x16AvgrU _mm_avg_epu8(a, b);
    I8x16MinS _mm_min_epi8(a, b);
    I8x16MinU _mm_min_epu8(a, b);
    I8x16MaxS _mm_max_epi8(a, b);
    I8x16MaxU _mm_max_epu8(a, b);
    I16x8Add _mm_add_epi16(a, b);
    I16x8Sub _mm_sub_epi16(a, b);
    I16x8Mul _mm_mullo_epi16(a, b);
    I16x8AddSatS _mm_adds_epi16(a, b);
    I16x8AddSatU _mm_adds_epu16(a, b);
    I16x8SubSatS _mm_subs_epi16(a, b);
    I16x8SubSatU _mm_subs_epu16(a, b);
    I16x8AvgrU _mm_avg_epu16(a, b);
    I16x8MinS _mm_min_epi16(a, b);
    I16x8MinU _mm_min_epu16(a, b);
    I16x8MaxS _mm_max_epi16(a, b);
    I16x8MaxU _mm_max_epu16(a, b);
    I32x4Add _mm_add_epi32(a, b);
    I32x4Sub _mm_sub_epi32(a, b);
    I32x4Mul _mm_mullo_epi32(a, b);
    I32x4MinS _mm_min_epi32(a, b);
    I32x4MinU _mm_min_epu32(a, b);
    I32x4MaxS _mm_max_epi32(a, b);
    I32x4MaxU _mm_max_epu32(a, b);
    I64x2Add _mm_add_epi64(a, b);
    I64x2Sub _mm_sub_epi64(a, b);
    I64x2Mul {
        let left = _mm_mul_epu32(_mm_srli_epi64::<32>(a), b);
        let right = _mm_mul_epu32(a, _mm_srli_epi64::<32>(b));
        let high = _mm_slli_epi64::<32>(_mm_add_epi64(left, right));
        _mm_add_epi64(_mm_mul_epu32(a, b), high)
    };

    I8x16NarrowI16x8S _mm_packs_epi16(a, b);
    I8x16NarrowI16x8U _mm_packus_epi16(a, b);
    I16x8NarrowI32x4S _mm_packs_epi32(a, b);
    I16x8NarrowI32x4U _mm_packus_epi32(a, b);
    // Only −1 times −1 gives −1.
    I16x8Q15MulrSatS {
        let product = _mm_mulhrs_epi16(a, b);
        _mm_xor_si128(product, _mm_cmpeq_epi16(product, _mm_set1_epi16(i16::MIN)))
    };
    I16x8RelaxedQ15mulrS _mm_mulhrs_epi16(a, b);
    I32x4DotI16x8S _mm_madd_epi16(a, b);
    I16x8RelaxedDotI8x16I7x16S _mm_maddubs_epi16(b, a);
    I16x8DotI8x16S super::ternary::dot8(a, b);
    I16x8ExtMulLowI8x16S _mm_mullo_epi16(_mm_cvtepi8_epi16(a), _mm_cvtepi8_epi16(b));
    I16x8ExtMulHighI8x16S {
        let (a, b) = (_mm_srli_si128::<8>(a), _mm_srli_si128::<8>(b));
        _mm_mullo_epi16(_mm_cvtepi8_epi16(a), _mm_cvtepi8_epi16(b))
    };
    I16x8ExtMulLowI8x16U _mm_mullo_epi16(_mm_cvtepu8_epi16(a), _mm_cvtepu8_epi16(b));
    I16x8ExtMulHighI8x16U {
        let zero = _mm_setzero_si128();
        _mm_mullo_epi16(_mm_unpackhi_epi8(a, zero), _mm_unpackhi_epi8(b, zero))
    };
    I32x4ExtMulLowI16x8S _mm_unpacklo_epi16(_mm_mullo_epi16(a, b), _mm_mulhi_epi16(a, b));
    I32x4ExtMulHighI16x8S _mm_unpackhi_epi16(_mm_mullo_epi16(a, b), _mm_mulhi_epi16(a, b));
    I32x4ExtMulLowI16x8U _mm_unpacklo_epi16(_mm_mullo_epi16(a, b), _mm_mulhi_epu16(a, b));
    I32x4ExtMulHighI16x8U _mm_unpackhi_epi16(_mm_mullo_epi16(a, b), _mm_mulhi_epu16(a, b));
    I64x2ExtMulLowI32x4S _mm_mul_epi32(_mm_shuffle_epi32::<0x50>(a), _mm_shuffle_epi32::<0x50>(b));
    I64x2ExtMulHighI32x4S _mm_mul_epi32(_mm_shuffle_epi32::<0xfa>(a), _mm_shuffle_epi32::<0xfa>(b));
    I64x2ExtMulLowI32x4U _mm_mul_epu32(_mm_shuffle_epi32::<0x50>(a), _mm_shuffle_epi32::<0x50>(b));
    I64x2ExtMulHighI32x4U _mm_mul_epu32(_mm_shuffle_epi32::<0xfa>(a), _mm_shuffle_epi32::<0xfa>(b));
}

// The instructions for minima and maxima give the second operand if the first is neither less nor greater.
floats! { _mm_castsi128_ps _mm_castps_si128 a b;
    F32x4Eq _mm_cmpeq_ps(a, b);
    F32x4Ne _mm_cmpneq_ps(a, b);
    F32x4Lt _mm_cmplt_ps(a, b);
    F32x4Gt _mm_cmplt_ps(b, a);
    F32x4Le _mm_cmple_ps(a, b);
    F32x4Ge _mm_cmple_ps(b, a);
    F32x4Add _mm_add_ps(a, b);
    F32x4Sub _mm_sub_ps(a, b);
    F32x4Mul _mm_mul_ps(a, b);
    F32x4Div _mm_div_ps(a, b);
    F32x4Min {
        let least = _mm_or_ps(_mm_min_ps(a, b), _mm_min_ps(b, a));
        with_nans!(a b least; _mm_cmpunord_ps _mm_add_ps _mm_castps_si128 _mm_castsi128_ps)
    };
    F32x4Max {
        let greatest = _mm_and_ps(_mm_max_ps(a, b), _mm_max_ps(b, a));
        with_nans!(a b greatest; _mm_cmpunord_ps _mm_add_ps _mm_castps_si128 _mm_castsi128_ps)
    };
    F32x4PMin _mm_min_ps(b, a);
    F32x4PMax _mm_max_ps(b, a);
    F32x4RelaxedMin _mm_min_ps(a, b);
    F32x4RelaxedMax _mm_max_ps(a, b);
}

floats! { _mm_castsi128_pd _mm_castpd_si128 a b;
    F64x2Eq _mm_cmpeq_pd(a, b);
    F64x2Ne _mm_cmpneq_pd(a, b);
    F64x2Lt _mm_cmplt_pd(a, b);
    F64x2Gt _mm_cmplt_pd(b, a);
    F64x2Le _mm_cmple_pd(a, b);
    F64x2Ge _mm_cmple_pd(b, a);
    F64x2Add _mm_add_pd(a, b);
    F64x2Sub _mm_sub_pd(a, b);
    F64x2Mul _mm_mul_pd(a, b);
    F64x2Div _mm_div_pd(a, b);
    F64x2Min {
        let least = _mm_or_pd(_mm_min_pd(a, b), _mm_min_pd(b, a));
        with_nans!(a b least; _mm_cmpunord_pd _mm_add_pd _mm_castpd_si128 _mm_castsi128_pd)
    };
    F64x2Max {
        let greatest = _mm_and_pd(_mm_max_pd(a, b), _mm_max_pd(b, a));
        with_nans!(a b greatest; _mm_cmpunord_pd _mm_add_pd _mm_castpd_si128 _mm_castsi128_pd)
    };
    F64x2PMin _mm_min_pd(b, a);
    F64x2PMax _mm_max_pd(b, a);
    F64x2RelaxedMin _mm_min_pd(a, b);
    F64x2RelaxedMax _mm_max_pd(a, b);
}

// There are no shifts of bytes, and none of 64 bits that keeps the sign.
shifts! { a n;
    I8x16Shl 8 {
        let mask = _mm_set1_epi8((0xff_u8 << n) as i8);
        _mm_and_si128(_mm_sll_epi16(a, _mm_cvtsi32_si128(n)), mask)
    };
    I8x16ShrU 8 {
        let mask = _mm_set1_epi8((0xff_u8 >> n) as i8);
        _mm_and_si128(_mm_srl_epi16(a, _mm_cvtsi32_si128(n)), mask)
    };
    I8x16ShrS 8 {
        let n = _mm_cvtsi32_si128(n + 8);
        let low = _mm_sra_epi16(_mm_unpacklo_epi8(a, a), n);
        let high = _mm_sra_epi16(_mm_unpackhi_epi8(a, a), n);
        _mm_packs_epi16(low, high)
    };
    I16x8Shl 16 _mm_sll_epi16(a, _mm_cvtsi32_si128(n));
    I16x8ShrS 16 _mm_sra_epi16(a, _mm_cvtsi32_si128(n));
    I16x8ShrU 16 _mm_srl_epi16(a, _mm_cvtsi32_si128(n));
    I32x4Shl 32 _mm_sll_epi32(a, _mm_cvtsi32_si128(n));
    I32x4ShrS 32 _mm_sra_epi32(a, _mm_cvtsi32_si128(n));
    I32x4ShrU 32 _mm_srl_epi32(a, _mm_cvtsi32_si128(n));
    I64x2Shl 64 _mm_sll_epi64(a, _mm_cvtsi32_si128(n));
    I64x2ShrS 64 {
        let n = _mm_cvtsi32_si128(n);
        let sign = _mm_srl_epi64(_mm_set1_epi64x(i64::MIN), n);
        _mm_sub_epi64(_mm_xor_si128(_mm_srl_epi64(a, n), sign), sign)
    };
    I64x2ShrU 64 _mm_srl_epi64(a, _mm_cvtsi32_si128(n));
}
