//! Float operators of two operands, and float comparisons.
//!
//! NaN results carry the payload the hardware chooses, as the specification
//! allows (core spec, section "NaN propagation").

use super::Scalar;

/// A float operator of two operands.
pub trait FloatBin: 'static {
    /// The type of operands and result.
    type Float: Scalar;
    /// What the operator computes.
    fn eval(a: Self::Float, b: Self::Float) -> Self::Float;
}

/// A float comparison.
pub trait FloatCompare: 'static {
    /// The type of the operands.
    type Float: Scalar;
    /// Whether the comparison holds; never, if an operand is NaN, except for "not equal".
    fn eval(a: Self::Float, b: Self::Float) -> bool;
}

macro_rules! min_max {
    ($float:ident $min:ident $max:ident) => {
        #[inline(always)]
        fn $min(a: $float, b: $float) -> $float {
            if a < b {
                a
            } else if b < a {
                b
            } else if a == b {
                // Equal, or zeros of either sign: −0 is the smaller.
                $float::from_bits(a.to_bits() | b.to_bits())
            } else {
                a + b
            }
        }

        #[inline(always)]
        fn $max(a: $float, b: $float) -> $float {
            if a > b {
                a
            } else if b > a {
                b
            } else if a == b {
                $float::from_bits(a.to_bits() & b.to_bits())
            } else {
                a + b
            }
        }
    };
}
min_max!(f32 min32 max32);
min_max!(f64 min64 max64);

/// Passes the rows to `$mac`: name, visitor, float type, meaning.
#[macro_export]
macro_rules! for_each_float_bin {
    ($mac:ident) => {
        $mac! {
            F32Add visit_f32_add f32 (|a, b| a + b);
            F64Add visit_f64_add f64 (|a, b| a + b);
            F32Sub visit_f32_sub f32 (|a, b| a - b);
            F64Sub visit_f64_sub f64 (|a, b| a - b);
            F32Mul visit_f32_mul f32 (|a, b| a * b);
            F64Mul visit_f64_mul f64 (|a, b| a * b);
            F32Div visit_f32_div f32 (|a, b| a / b);
            F64Div visit_f64_div f64 (|a, b| a / b);
            F32Min visit_f32_min f32 (min32);
            F64Min visit_f64_min f64 (min64);
            F32Max visit_f32_max f32 (max32);
            F64Max visit_f64_max f64 (max64);
            F32Copysign visit_f32_copysign f32 (|a, b| a.copysign(b));
            F64Copysign visit_f64_copysign f64 (|a, b| a.copysign(b));
        }
    };
}

/// Passes the rows to `$mac`: name, visitor, float type, meaning.
#[macro_export]
macro_rules! for_each_float_cmp {
    ($mac:ident) => {
        $mac! {
            F32Eq visit_f32_eq f32 (|a, b| a == b);
            F64Eq visit_f64_eq f64 (|a, b| a == b);
            F32Ne visit_f32_ne f32 (|a, b| a != b);
            F64Ne visit_f64_ne f64 (|a, b| a != b);
            F32Lt visit_f32_lt f32 (|a, b| a < b);
            F64Lt visit_f64_lt f64 (|a, b| a < b);
            F32Gt visit_f32_gt f32 (|a, b| a > b);
            F64Gt visit_f64_gt f64 (|a, b| a > b);
            F32Le visit_f32_le f32 (|a, b| a <= b);
            F64Le visit_f64_le f64 (|a, b| a <= b);
            F32Ge visit_f32_ge f32 (|a, b| a >= b);
            F64Ge visit_f64_ge f64 (|a, b| a >= b);
        }
    };
}

macro_rules! define_float_bin {
    ($($name:ident $visit:ident $float:ident ($eval:expr);)*) => { $(
        #[doc = concat!("`", stringify!($visit), "`")]
        #[derive(Debug)]
        pub struct $name;

        impl FloatBin for $name {
            type Float = $float;
            #[inline(always)]
            fn eval(a: $float, b: $float) -> $float {
                let eval: fn($float, $float) -> $float = $eval;
                eval(a, b)
            }
        }
    )* };
}
for_each_float_bin!(define_float_bin);

macro_rules! define_float_cmp {
    ($($name:ident $visit:ident $float:ident ($eval:expr);)*) => { $(
        #[doc = concat!("`", stringify!($visit), "`")]
        #[derive(Debug)]
        pub struct $name;

        impl FloatCompare for $name {
            type Float = $float;
            #[inline(always)]
            fn eval(a: $float, b: $float) -> bool {
                let eval: fn($float, $float) -> bool = $eval;
                eval(a, b)
            }
        }
    )* };
}
for_each_float_cmp!(define_float_cmp);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minimum_and_maximum_order_zeros_and_propagate_nan() {
        assert!(F64Min::eval(0.0, -0.0).is_sign_negative());
        assert!(F64Max::eval(-0.0, 0.0).is_sign_positive());
        assert!(F32Min::eval(f32::NAN, 1.0).is_nan() && F32Max::eval(1.0, f32::NAN).is_nan());
        assert_eq!(F32Min::eval(1.0, f32::NEG_INFINITY), f32::NEG_INFINITY);
    }
}
