//! Operators of one operand: tests, counts, rounding, extensions, conversions.

use super::{Named, Scalar};
use crate::trap::TrapCode::{self, BadConversionToInteger, IntegerOverflow};

/// An operator of one operand that cannot trap.
pub trait Unary: Named {
    /// The type of the operand.
    type In: Scalar;
    /// The type of the result.
    type Out: Scalar;
    /// What the operator computes.
    fn eval(a: Self::In) -> Self::Out;
}

/// An operator of one operand that can trap.
pub trait TryUnary: Named {
    /// The type of the operand.
    type In: Scalar;
    /// The type of the result.
    type Out: Scalar;
    /// What the operator computes.
    ///
    /// # Errors
    ///
    /// The trap, if the operand is NaN or does not fit.
    fn eval(a: Self::In) -> Result<Self::Out, TrapCode>;
}

// Rounding without a call into the C library: below 2^23 (2^52) a float has a
// fraction and fits in an integer; from there on it is an integer, infinite or NaN.
macro_rules! rounding {
    ($float:ident $int:ident $limit:literal $quiet_bit:literal $trunc:ident $ceil:ident $floor:ident $nearest:ident $quiet:ident) => {
        // In bits, for the compiler may drop an addition that would quiet NaN.
        #[inline(always)]
        fn $quiet(x: $float) -> $float {
            if x.is_nan() {
                $float::from_bits(x.to_bits() | $quiet_bit)
            } else {
                x
            }
        }
        #[inline(always)]
        fn $trunc(x: $float) -> $float {
            if x.abs() < $limit {
                (x as $int as $float).copysign(x)
            } else {
                $quiet(x)
            }
        }
        #[inline(always)]
        fn $floor(x: $float) -> $float {
            let t = $trunc(x);
            if t > x { t - 1.0 } else { t }
        }
        #[inline(always)]
        fn $ceil(x: $float) -> $float {
            let t = $trunc(x);
            if t < x { (t + 1.0).copysign(x) } else { t }
        }
        #[inline(always)]
        fn $nearest(x: $float) -> $float {
            if x.abs() < $limit {
                let magic = $float::copysign($limit, x);
                ((x + magic) - magic).copysign(x)
            } else {
                $quiet(x)
            }
        }
    };
}
rounding!(f32 i32 8388608.0 0x0040_0000 trunc32 ceil32 floor32 nearest32 quiet32);
rounding!(f64 i64 4503599627370496.0 0x0008_0000_0000_0000 trunc64 ceil64 floor64 nearest64 quiet64);

/// Passes the rows to `$mac`: name, visitor, operand type, result type, meaning.
#[macro_export]
macro_rules! for_each_unary {
    ($mac:ident) => {
        $mac! {
            I32Eqz visit_i32_eqz u32 u32 (|a| u32::from(a == 0));
            I64Eqz visit_i64_eqz u64 u32 (|a| u32::from(a == 0));
            I32Clz visit_i32_clz u32 u32 (u32::leading_zeros);
            I64Clz visit_i64_clz u64 u64 (|a| u64::from(a.leading_zeros()));
            I32Ctz visit_i32_ctz u32 u32 (u32::trailing_zeros);
            I64Ctz visit_i64_ctz u64 u64 (|a| u64::from(a.trailing_zeros()));
            I32Popcnt visit_i32_popcnt u32 u32 (u32::count_ones);
            I64Popcnt visit_i64_popcnt u64 u64 (|a| u64::from(a.count_ones()));
            I32WrapI64 visit_i32_wrap_i64 u64 u32 (|a| a as u32);
            I64ExtendI32S visit_i64_extend_i32_s u32 u64 (|a| a as i32 as u64);
            I64ExtendI32U visit_i64_extend_i32_u u32 u64 (u64::from);
            I32Extend8S visit_i32_extend8_s u32 u32 (|a| a as i8 as u32);
            I32Extend16S visit_i32_extend16_s u32 u32 (|a| a as i16 as u32);
            I64Extend8S visit_i64_extend8_s u64 u64 (|a| a as i8 as u64);
            I64Extend16S visit_i64_extend16_s u64 u64 (|a| a as i16 as u64);
            I64Extend32S visit_i64_extend32_s u64 u64 (|a| a as i32 as u64);
            F32Abs visit_f32_abs f32 f32 (f32::abs);
            F64Abs visit_f64_abs f64 f64 (f64::abs);
            F32Neg visit_f32_neg f32 f32 (|a| -a);
            F64Neg visit_f64_neg f64 f64 (|a| -a);
            F32Ceil visit_f32_ceil f32 f32 (ceil32);
            F64Ceil visit_f64_ceil f64 f64 (ceil64);
            F32Floor visit_f32_floor f32 f32 (floor32);
            F64Floor visit_f64_floor f64 f64 (floor64);
            F32Trunc visit_f32_trunc f32 f32 (trunc32);
            F64Trunc visit_f64_trunc f64 f64 (trunc64);
            F32Nearest visit_f32_nearest f32 f32 (nearest32);
            F64Nearest visit_f64_nearest f64 f64 (nearest64);
            F32Sqrt visit_f32_sqrt f32 f32 (f32::sqrt);
            F64Sqrt visit_f64_sqrt f64 f64 (f64::sqrt);
            F32ConvertI32S visit_f32_convert_i32_s u32 f32 (|a| a as i32 as f32);
            F32ConvertI32U visit_f32_convert_i32_u u32 f32 (|a| a as f32);
            F32ConvertI64S visit_f32_convert_i64_s u64 f32 (|a| a as i64 as f32);
            F32ConvertI64U visit_f32_convert_i64_u u64 f32 (|a| a as f32);
            F64ConvertI32S visit_f64_convert_i32_s u32 f64 (|a| a as i32 as f64);
            F64ConvertI32U visit_f64_convert_i32_u u32 f64 (|a| a as f64);
            F64ConvertI64S visit_f64_convert_i64_s u64 f64 (|a| a as i64 as f64);
            F64ConvertI64U visit_f64_convert_i64_u u64 f64 (|a| a as f64);
            F32DemoteF64 visit_f32_demote_f64 f64 f32 (|a| a as f32);
            F64PromoteF32 visit_f64_promote_f32 f32 f64 (f64::from);
            I32ReinterpretF32 visit_i32_reinterpret_f32 f32 u32 (f32::to_bits);
            I64ReinterpretF64 visit_i64_reinterpret_f64 f64 u64 (f64::to_bits);
            F32ReinterpretI32 visit_f32_reinterpret_i32 u32 f32 (f32::from_bits);
            F64ReinterpretI64 visit_f64_reinterpret_i64 u64 f64 (f64::from_bits);
            I32TruncSatF32S visit_i32_trunc_sat_f32_s f32 u32 (|a| a as i32 as u32);
            I32TruncSatF32U visit_i32_trunc_sat_f32_u f32 u32 (|a| a as u32);
            I32TruncSatF64S visit_i32_trunc_sat_f64_s f64 u32 (|a| a as i32 as u32);
            I32TruncSatF64U visit_i32_trunc_sat_f64_u f64 u32 (|a| a as u32);
            I64TruncSatF32S visit_i64_trunc_sat_f32_s f32 u64 (|a| a as i64 as u64);
            I64TruncSatF32U visit_i64_trunc_sat_f32_u f32 u64 (|a| a as u64);
            I64TruncSatF64S visit_i64_trunc_sat_f64_s f64 u64 (|a| a as i64 as u64);
            I64TruncSatF64U visit_i64_trunc_sat_f64_u f64 u64 (|a| a as u64);
        }
    };
}

/// Passes the rows to `$mac`: name, visitor, operand type, result type, meaning.
#[macro_export]
macro_rules! for_each_try_unary {
    ($mac:ident) => {
        $mac! {
            I32TruncF32S visit_i32_trunc_f32_s f32 u32 (|a| in_range(a, (-2147483648.0..2147483648.0).contains(&a)).map(|()| a as i32 as u32));
            I32TruncF32U visit_i32_trunc_f32_u f32 u32 (|a| in_range(a, a > -1.0 && a < 4294967296.0).map(|()| a as u32));
            I32TruncF64S visit_i32_trunc_f64_s f64 u32 (|a| in_range(a, a > -2147483649.0 && a < 2147483648.0).map(|()| a as i32 as u32));
            I32TruncF64U visit_i32_trunc_f64_u f64 u32 (|a| in_range(a, a > -1.0 && a < 4294967296.0).map(|()| a as u32));
            I64TruncF32S visit_i64_trunc_f32_s f32 u64 (|a| in_range(a, (-9223372036854775808.0..9223372036854775808.0).contains(&a)).map(|()| a as i64 as u64));
            I64TruncF32U visit_i64_trunc_f32_u f32 u64 (|a| in_range(a, a > -1.0 && a < 18446744073709551616.0).map(|()| a as u64));
            I64TruncF64S visit_i64_trunc_f64_s f64 u64 (|a| in_range(a, (-9223372036854775808.0..9223372036854775808.0).contains(&a)).map(|()| a as i64 as u64));
            I64TruncF64U visit_i64_trunc_f64_u f64 u64 (|a| in_range(a, a > -1.0 && a < 18446744073709551616.0).map(|()| a as u64));
        }
    };
}

#[inline(always)]
#[expect(clippy::eq_op, reason = "only NaN differs from itself")]
fn in_range<F: PartialEq>(value: F, fits: bool) -> Result<(), TrapCode> {
    if fits {
        Ok(())
    } else if value != value {
        Err(BadConversionToInteger)
    } else {
        Err(IntegerOverflow)
    }
}

macro_rules! define_unary {
    ($($name:ident $visit:ident $in:ident $out:ident ($eval:expr);)*) => { $(
        #[doc = concat!("`", stringify!($visit), "`")]
        #[derive(Debug)]
        pub struct $name;
        $crate::ops::named!($name);

        impl Unary for $name {
            type In = $in;
            type Out = $out;
            #[inline(always)]
            fn eval(a: $in) -> $out {
                let eval: fn($in) -> $out = $eval;
                eval(a)
            }
        }
    )* };
}
for_each_unary!(define_unary);

macro_rules! define_try_unary {
    ($($name:ident $visit:ident $in:ident $out:ident ($eval:expr);)*) => { $(
        #[doc = concat!("`", stringify!($visit), "`")]
        #[derive(Debug)]
        pub struct $name;
        $crate::ops::named!($name);

        impl TryUnary for $name {
            type In = $in;
            type Out = $out;
            #[inline(always)]
            fn eval(a: $in) -> Result<$out, TrapCode> {
                let eval: fn($in) -> Result<$out, TrapCode> = $eval;
                eval(a)
            }
        }
    )* };
}
for_each_try_unary!(define_try_unary);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_equals_the_standard_library() {
        let mut values = vec![
            0.0f64,
            0.5,
            1.5,
            2.5,
            0.49999999999999994,
            1e15 + 0.5,
            1e300,
        ];
        values.extend([
            f64::INFINITY,
            4503599627370495.5,
            4503599627370496.0,
            1e-310,
            8388607.5,
        ]);
        let negatives: Vec<f64> = values.iter().map(|v| -v).collect();
        values.extend(negatives);
        for x in values {
            let bits = |v: f64| v.to_bits();
            assert_eq!(bits(F64Trunc::eval(x)), bits(x.trunc()), "trunc {x}");
            assert_eq!(bits(F64Floor::eval(x)), bits(x.floor()), "floor {x}");
            assert_eq!(bits(F64Ceil::eval(x)), bits(x.ceil()), "ceil {x}");
            assert_eq!(
                bits(F64Nearest::eval(x)),
                bits(x.round_ties_even()),
                "nearest {x}"
            );
            let y = x as f32;
            let bits = |v: f32| v.to_bits();
            assert_eq!(bits(F32Trunc::eval(y)), bits(y.trunc()), "trunc {y}");
            assert_eq!(bits(F32Floor::eval(y)), bits(y.floor()), "floor {y}");
            assert_eq!(bits(F32Ceil::eval(y)), bits(y.ceil()), "ceil {y}");
            assert_eq!(
                bits(F32Nearest::eval(y)),
                bits(y.round_ties_even()),
                "nearest {y}"
            );
        }
        let signalling = f32::from_bits(0x7fa0_0000);
        for round in [
            F32Ceil::eval,
            F32Floor::eval,
            F32Trunc::eval,
            F32Nearest::eval,
        ] {
            assert_eq!(
                round(signalling).to_bits(),
                0x7fe0_0000,
                "quiet, with its payload"
            );
        }
    }

    #[test]
    fn conversions_trap_at_the_edges() {
        assert_eq!(I32TruncF64S::eval(-2147483648.9), Ok(i32::MIN as u32));
        assert_eq!(I32TruncF64S::eval(-2147483649.0), Err(IntegerOverflow));
        assert_eq!(I32TruncF32U::eval(-0.99), Ok(0));
        assert_eq!(I32TruncF32U::eval(f32::NAN), Err(BadConversionToInteger));
        assert_eq!(
            I64TruncF64U::eval(18446744073709551616.0),
            Err(IntegerOverflow)
        );
    }
}
