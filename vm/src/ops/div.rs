//! Integer division and remainder, which can trap, and the wide arithmetic operators.

use super::{Int, Named};
use crate::trap::TrapCode::{self, IntegerDivisionByZero, IntegerOverflow};

/// An integer operator of two operands that can trap.
pub trait Div: Named {
    /// The type of operands and result.
    type Int: Int;
    /// The operator, for tiers that choose an instruction by it.
    const KIND: DivKind;
    /// What the operator computes.
    ///
    /// # Errors
    ///
    /// The trap, if the divisor is zero or the quotient does not fit.
    fn eval(a: Self::Int, b: Self::Int) -> Result<Self::Int, TrapCode>;
}

/// The division operators, whatever their width.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the operators' own names")]
pub enum DivKind {
    DivS,
    DivU,
    RemS,
    RemU,
}

macro_rules! signed_div {
    ($u:ident $i:ident) => {
        |a, b| match (b, (a as $i).checked_div(b as $i)) {
            (0, _) => Err(IntegerDivisionByZero),
            (_, None) => Err(IntegerOverflow),
            (_, Some(q)) => Ok(q as $u),
        }
    };
}

/// Passes the rows to `$mac`: name, visitor, integer type, kind, meaning.
#[macro_export]
macro_rules! for_each_div {
    ($mac:ident) => {
        $mac! {
            I32DivS visit_i32_div_s u32 DivS (signed_div!(u32 i32));
            I64DivS visit_i64_div_s u64 DivS (signed_div!(u64 i64));
            I32DivU visit_i32_div_u u32 DivU (|a, b| a.checked_div(b).ok_or(IntegerDivisionByZero));
            I64DivU visit_i64_div_u u64 DivU (|a, b| a.checked_div(b).ok_or(IntegerDivisionByZero));
            I32RemS visit_i32_rem_s u32 RemS (|a, b| if b == 0 { Err(IntegerDivisionByZero) } else { Ok((a as i32).wrapping_rem(b as i32) as u32) });
            I64RemS visit_i64_rem_s u64 RemS (|a, b| if b == 0 { Err(IntegerDivisionByZero) } else { Ok((a as i64).wrapping_rem(b as i64) as u64) });
            I32RemU visit_i32_rem_u u32 RemU (|a, b| a.checked_rem(b).ok_or(IntegerDivisionByZero));
            I64RemU visit_i64_rem_u u64 RemU (|a, b| a.checked_rem(b).ok_or(IntegerDivisionByZero));
        }
    };
}

macro_rules! define_div {
    ($($name:ident $visit:ident $int:ident $kind:ident ($eval:expr);)*) => { $(
        #[doc = concat!("`", stringify!($visit), "`")]
        #[derive(Debug)]
        pub struct $name;
        $crate::ops::named!($name);

        impl Div for $name {
            type Int = $int;
            const KIND: DivKind = DivKind::$kind;
            #[inline(always)]
            fn eval(a: $int, b: $int) -> Result<$int, TrapCode> {
                let eval: fn($int, $int) -> Result<$int, TrapCode> = $eval;
                eval(a, b)
            }
        }
    )* };
}
for_each_div!(define_div);

/// `i64.add128`: the low and high words of the sum.
#[inline(always)]
pub fn add128(a: (u64, u64), b: (u64, u64)) -> (u64, u64) {
    split(join(a).wrapping_add(join(b)))
}

/// `i64.sub128`: the low and high words of the difference.
#[inline(always)]
pub fn sub128(a: (u64, u64), b: (u64, u64)) -> (u64, u64) {
    split(join(a).wrapping_sub(join(b)))
}

/// `i64.mul_wide_s`: the low and high words of the signed product.
#[inline(always)]
pub fn mul_wide_s(a: u64, b: u64) -> (u64, u64) {
    split((i128::from(a as i64) * i128::from(b as i64)) as u128)
}

/// `i64.mul_wide_u`: the low and high words of the unsigned product.
#[inline(always)]
pub fn mul_wide_u(a: u64, b: u64) -> (u64, u64) {
    split(u128::from(a) * u128::from(b))
}

#[inline(always)]
fn join((low, high): (u64, u64)) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

#[inline(always)]
fn split(value: u128) -> (u64, u64) {
    (value as u64, (value >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_traps_where_the_specification_says() {
        assert_eq!(I32DivS::eval(7, 0), Err(IntegerDivisionByZero));
        assert_eq!(
            I32DivS::eval(i32::MIN as u32, u32::MAX),
            Err(IntegerOverflow)
        );
        assert_eq!(I32RemS::eval(i32::MIN as u32, u32::MAX), Ok(0));
        assert_eq!(I64DivS::eval(-7i64 as u64, 2), Ok(-3i64 as u64));
        assert_eq!(I64RemS::eval(-7i64 as u64, 2), Ok(-1i64 as u64));
        assert_eq!(I64RemU::eval(1, 0), Err(IntegerDivisionByZero));
    }

    #[test]
    fn wide_operators_carry() {
        assert_eq!(add128((u64::MAX, 1), (1, 0)), (0, 2));
        assert_eq!(sub128((0, 0), (1, 0)), (u64::MAX, u64::MAX));
        assert_eq!(mul_wide_s(u64::MAX, u64::MAX), (1, 0));
        assert_eq!(mul_wide_u(u64::MAX, u64::MAX), (1, u64::MAX - 1));
    }
}
