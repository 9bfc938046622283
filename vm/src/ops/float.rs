//! Float operators of two operands, and float comparisons.
//!
//! NaN results carry the payload the hardware chooses, as the specification
//! allows (core spec, section "NaN propagation").

use super::{Named, Scalar};

/// A float operator of two operands.
pub trait FloatBin: Named {
    /// The type of operands and result.
    type Float: Scalar;
    /// The operator, for tiers that choose an instruction by it.
    const KIND: FloatKind;
    /// What the operator computes.
    fn eval(a: Self::Float, b: Self::Float) -> Self::Float;
}

/// A float comparison.
pub trait FloatCompare: Named {
    /// The type of the operands.
    type Float: Scalar;
    /// The comparison that holds for `(b, a)` exactly when this one does for `(a, b)`.
    type Swapped: FloatCompare<Float = Self::Float>;
    /// The comparison, for code that describes operators.
    const KIND: FloatCmpKind;
    /// Whether the comparison holds; never, if an operand is NaN, except for "not equal".
    fn eval(a: Self::Float, b: Self::Float) -> bool;
}

/// The float operators of two operands, whatever their width.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the operators' own names")]
pub enum FloatKind {
    Add,
    Sub,
    Mul,
    Div,
    Min,
    Max,
    Copysign,
}

impl FloatKind {
    /// Whether this is one of the four basic operations.
    pub const fn is_basic(self) -> bool {
        matches!(self, Self::Add | Self::Sub | Self::Mul | Self::Div)
    }
}

/// The float comparisons, whatever their width.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the operators' own names")]
pub enum FloatCmpKind {
    Eq,
    Ne,
    Lt,
    Gt,
    Le,
    Ge,
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

/// Passes the rows to `$mac`: name, visitor, float type, kind, meaning.
#[macro_export]
macro_rules! for_each_float_bin {
    ($mac:ident) => {
        $mac! {
            F32Add visit_f32_add f32 Add (|a, b| a + b);
            F64Add visit_f64_add f64 Add (|a, b| a + b);
            F32Sub visit_f32_sub f32 Sub (|a, b| a - b);
            F64Sub visit_f64_sub f64 Sub (|a, b| a - b);
            F32Mul visit_f32_mul f32 Mul (|a, b| a * b);
            F64Mul visit_f64_mul f64 Mul (|a, b| a * b);
            F32Div visit_f32_div f32 Div (|a, b| a / b);
            F64Div visit_f64_div f64 Div (|a, b| a / b);
            F32Min visit_f32_min f32 Min (min32);
            F64Min visit_f64_min f64 Min (min64);
            F32Max visit_f32_max f32 Max (max32);
            F64Max visit_f64_max f64 Max (max64);
            F32Copysign visit_f32_copysign f32 Copysign (|a, b| a.copysign(b));
            F64Copysign visit_f64_copysign f64 Copysign (|a, b| a.copysign(b));
        }
    };
}

/// Passes the rows to `$mac`: name, visitor, float type, kind, exchange, meaning.
#[macro_export]
macro_rules! for_each_float_cmp {
    ($mac:ident) => {
        $mac! {
            F32Eq visit_f32_eq f32 Eq F32Eq (|a, b| a == b);
            F64Eq visit_f64_eq f64 Eq F64Eq (|a, b| a == b);
            F32Ne visit_f32_ne f32 Ne F32Ne (|a, b| a != b);
            F64Ne visit_f64_ne f64 Ne F64Ne (|a, b| a != b);
            F32Lt visit_f32_lt f32 Lt F32Gt (|a, b| a < b);
            F64Lt visit_f64_lt f64 Lt F64Gt (|a, b| a < b);
            F32Gt visit_f32_gt f32 Gt F32Lt (|a, b| a > b);
            F64Gt visit_f64_gt f64 Gt F64Lt (|a, b| a > b);
            F32Le visit_f32_le f32 Le F32Ge (|a, b| a <= b);
            F64Le visit_f64_le f64 Le F64Ge (|a, b| a <= b);
            F32Ge visit_f32_ge f32 Ge F32Le (|a, b| a >= b);
            F64Ge visit_f64_ge f64 Ge F64Le (|a, b| a >= b);
        }
    };
}

macro_rules! define_float_bin {
    ($($name:ident $visit:ident $float:ident $kind:ident ($eval:expr);)*) => { $(
        #[doc = concat!("`", stringify!($visit), "`")]
        #[derive(Debug)]
        pub struct $name;
        $crate::ops::named!($name);

        impl FloatBin for $name {
            type Float = $float;
            const KIND: FloatKind = FloatKind::$kind;
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
    ($($name:ident $visit:ident $float:ident $kind:ident $swapped:ident ($eval:expr);)*) => { $(
        #[doc = concat!("`", stringify!($visit), "`")]
        #[derive(Debug)]
        pub struct $name;
        $crate::ops::named!($name);

        impl FloatCompare for $name {
            type Float = $float;
            type Swapped = $swapped;
            const KIND: FloatCmpKind = FloatCmpKind::$kind;
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
    fn exchanges_agree() {
        fn check<C: FloatCompare>(values: &[C::Float]) {
            for &a in values {
                for &b in values {
                    assert_eq!(C::eval(a, b), C::Swapped::eval(b, a));
                }
            }
        }
        macro_rules! all {
            ($($name:ident $visit:ident $float:ident $kind:ident $swapped:ident ($eval:expr);)*) => {
                $(check::<$name>(&[0.0, -0.0, 1.5, $float::INFINITY, $float::NAN]);)*
            };
        }
        for_each_float_cmp!(all);
    }

    #[test]
    fn minimum_and_maximum_order_zeros_and_propagate_nan() {
        assert!(F64Min::eval(0.0, -0.0).is_sign_negative());
        assert!(F64Max::eval(-0.0, 0.0).is_sign_positive());
        assert!(F32Min::eval(f32::NAN, 1.0).is_nan() && F32Max::eval(1.0, f32::NAN).is_nan());
        assert_eq!(F32Min::eval(1.0, f32::NEG_INFINITY), f32::NEG_INFINITY);
    }
}
