//! Integer operators of two operands that cannot trap.

use super::{Int, Named};

/// An integer operator of two operands that cannot trap.
pub trait Alu: Named {
    /// The type of operands and result.
    type Int: Int;
    /// The operator, for tiers that choose an instruction by it.
    const KIND: AluKind;
    /// What the operator computes.
    fn eval(a: Self::Int, b: Self::Int) -> Self::Int;
}

/// The integer operators of two operands, whatever their width.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the operators' own names")]
pub enum AluKind {
    Add,
    Sub,
    Mul,
    And,
    Or,
    Xor,
    Shl,
    ShrS,
    ShrU,
    Rotl,
    Rotr,
}

impl AluKind {
    /// Whether the operands may be exchanged.
    pub const fn commutes(self) -> bool {
        matches!(
            self,
            Self::Add | Self::Mul | Self::And | Self::Or | Self::Xor
        )
    }
}

/// Passes the rows to `$mac`: name, visitor, integer type, kind, meaning.
#[macro_export]
macro_rules! for_each_alu {
    ($mac:ident) => {
        $mac! {
            I32Add visit_i32_add u32 Add (|a, b| a.wrapping_add(b));
            I64Add visit_i64_add u64 Add (|a, b| a.wrapping_add(b));
            I32Sub visit_i32_sub u32 Sub (|a, b| a.wrapping_sub(b));
            I64Sub visit_i64_sub u64 Sub (|a, b| a.wrapping_sub(b));
            I32Mul visit_i32_mul u32 Mul (|a, b| a.wrapping_mul(b));
            I64Mul visit_i64_mul u64 Mul (|a, b| a.wrapping_mul(b));
            I32And visit_i32_and u32 And (|a, b| a & b);
            I64And visit_i64_and u64 And (|a, b| a & b);
            I32Or visit_i32_or u32 Or (|a, b| a | b);
            I64Or visit_i64_or u64 Or (|a, b| a | b);
            I32Xor visit_i32_xor u32 Xor (|a, b| a ^ b);
            I64Xor visit_i64_xor u64 Xor (|a, b| a ^ b);
            I32Shl visit_i32_shl u32 Shl (|a, b| a.wrapping_shl(b));
            I64Shl visit_i64_shl u64 Shl (|a, b| a.wrapping_shl(b as u32));
            I32ShrS visit_i32_shr_s u32 ShrS (|a, b| (a as i32).wrapping_shr(b) as u32);
            I64ShrS visit_i64_shr_s u64 ShrS (|a, b| (a as i64).wrapping_shr(b as u32) as u64);
            I32ShrU visit_i32_shr_u u32 ShrU (|a, b| a.wrapping_shr(b));
            I64ShrU visit_i64_shr_u u64 ShrU (|a, b| a.wrapping_shr(b as u32));
            I32Rotl visit_i32_rotl u32 Rotl (|a, b| a.rotate_left(b & 31));
            I64Rotl visit_i64_rotl u64 Rotl (|a, b| a.rotate_left(b as u32 & 63));
            I32Rotr visit_i32_rotr u32 Rotr (|a, b| a.rotate_right(b & 31));
            I64Rotr visit_i64_rotr u64 Rotr (|a, b| a.rotate_right(b as u32 & 63));
        }
    };
}

macro_rules! define_alu {
    ($($name:ident $visit:ident $int:ident $kind:ident ($eval:expr);)*) => { $(
        #[doc = concat!("`", stringify!($visit), "`")]
        #[derive(Debug)]
        pub struct $name;
        $crate::ops::named!($name);

        impl Alu for $name {
            type Int = $int;
            const KIND: AluKind = AluKind::$kind;
            #[inline(always)]
            fn eval(a: $int, b: $int) -> $int {
                let eval: fn($int, $int) -> $int = $eval;
                eval(a, b)
            }
        }
    )* };
}
for_each_alu!(define_alu);
