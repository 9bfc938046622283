//! Integer comparisons.

use super::{Int, Named};

/// An integer comparison.
pub trait Compare: Named {
    /// The type of the operands.
    type Int: Int;
    /// The comparison that holds exactly when this one does not.
    type Negated: Compare<Int = Self::Int>;
    /// The comparison that holds for `(b, a)` exactly when this one does for `(a, b)`.
    type Swapped: Compare<Int = Self::Int>;
    /// The comparison, for code that describes operators.
    const KIND: CmpKind;
    /// Whether the comparison holds.
    fn eval(a: Self::Int, b: Self::Int) -> bool;
}

/// The integer comparisons, whatever their width.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the operators' own names")]
pub enum CmpKind {
    Eq,
    Ne,
    LtS,
    LtU,
    GtS,
    GtU,
    LeS,
    LeU,
    GeS,
    GeU,
}

/// Passes the rows to `$mac`: name, visitor, integer type, kind, negation, exchange, meaning.
#[macro_export]
macro_rules! for_each_cmp {
    ($mac:ident) => {
        $mac! {
            I32Eq visit_i32_eq u32 Eq I32Ne I32Eq (|a, b| a == b);
            I32Ne visit_i32_ne u32 Ne I32Eq I32Ne (|a, b| a != b);
            I32LtS visit_i32_lt_s u32 LtS I32GeS I32GtS (|a, b| (a as i32) < b as i32);
            I32LtU visit_i32_lt_u u32 LtU I32GeU I32GtU (|a, b| a < b);
            I32GtS visit_i32_gt_s u32 GtS I32LeS I32LtS (|a, b| a as i32 > b as i32);
            I32GtU visit_i32_gt_u u32 GtU I32LeU I32LtU (|a, b| a > b);
            I32LeS visit_i32_le_s u32 LeS I32GtS I32GeS (|a, b| a as i32 <= b as i32);
            I32LeU visit_i32_le_u u32 LeU I32GtU I32GeU (|a, b| a <= b);
            I32GeS visit_i32_ge_s u32 GeS I32LtS I32LeS (|a, b| a as i32 >= b as i32);
            I32GeU visit_i32_ge_u u32 GeU I32LtU I32LeU (|a, b| a >= b);
            I64Eq visit_i64_eq u64 Eq I64Ne I64Eq (|a, b| a == b);
            I64Ne visit_i64_ne u64 Ne I64Eq I64Ne (|a, b| a != b);
            I64LtS visit_i64_lt_s u64 LtS I64GeS I64GtS (|a, b| (a as i64) < b as i64);
            I64LtU visit_i64_lt_u u64 LtU I64GeU I64GtU (|a, b| a < b);
            I64GtS visit_i64_gt_s u64 GtS I64LeS I64LtS (|a, b| a as i64 > b as i64);
            I64GtU visit_i64_gt_u u64 GtU I64LeU I64LtU (|a, b| a > b);
            I64LeS visit_i64_le_s u64 LeS I64GtS I64GeS (|a, b| a as i64 <= b as i64);
            I64LeU visit_i64_le_u u64 LeU I64GtU I64GeU (|a, b| a <= b);
            I64GeS visit_i64_ge_s u64 GeS I64LtS I64LeS (|a, b| a as i64 >= b as i64);
            I64GeU visit_i64_ge_u u64 GeU I64LtU I64LeU (|a, b| a >= b);
        }
    };
}

macro_rules! define_cmp {
    ($($name:ident $visit:ident $int:ident $kind:ident $negated:ident $swapped:ident ($eval:expr);)*) => { $(
        #[doc = concat!("`", stringify!($visit), "`")]
        #[derive(Debug)]
        pub struct $name;
        $crate::ops::named!($name);

        impl Compare for $name {
            type Int = $int;
            type Negated = $negated;
            type Swapped = $swapped;
            const KIND: CmpKind = CmpKind::$kind;
            #[inline(always)]
            fn eval(a: $int, b: $int) -> bool {
                let eval: fn($int, $int) -> bool = $eval;
                eval(a, b)
            }
        }
    )* };
}
for_each_cmp!(define_cmp);

#[cfg(test)]
mod tests {
    use super::*;

    fn check<C: Compare>(values: &[C::Int]) {
        for &a in values {
            for &b in values {
                assert_eq!(C::eval(a, b), !C::Negated::eval(a, b));
                assert_eq!(C::eval(a, b), C::Swapped::eval(b, a));
            }
        }
    }

    #[test]
    fn negations_and_exchanges_agree() {
        macro_rules! all {
            ($($name:ident $visit:ident $int:ident $kind:ident $n:ident $s:ident ($eval:expr);)*) => {
                $(check::<$name>(&[0, 1, 2, $int::MAX, $int::MAX / 2, $int::MAX / 2 + 1]);)*
            };
        }
        for_each_cmp!(all);
    }
}
