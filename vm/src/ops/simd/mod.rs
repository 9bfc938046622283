//! Vector operators: fixed-width SIMD and relaxed SIMD.
//!
//! A row's meaning is a plain function of the 16 bytes of each vector. Rows that differ in shape are
//! different families: [`unary`], [`binary`] and [`ternary`] operators on whole vectors, [`shift`]s, [`mod@test`]s that
//! give a number, [`lane`] operators between scalars and vectors, and loads and stores ([`memory`]).
//! Each family has an enumeration of its rows besides, whose `eval` is the meaning of the row.
//!
//! Relaxed operators are rows of their own, with the meaning that x86-64 gives them in one instruction;
//! [`Relaxed`] says which row stands for a relaxed operator (ADR 22).

pub mod binary;
pub mod lane;
mod lanes;
pub mod memory;
mod relaxed;
pub mod shift;
pub mod ternary;
pub mod test;
pub mod unary;

pub use binary::{Binary, BinaryKind};
pub use lane::{ExtractKind, ExtractLane, ReplaceKind, ReplaceLane, Splat, SplatKind};
pub use memory::{Load, LoadKind, LoadLane, LoadLaneKind, StoreLane, StoreLaneKind};
pub use relaxed::Relaxed;
pub use shift::{Shift, ShiftKind};
pub use ternary::{Ternary, TernaryKind};
pub use test::{Test, TestKind};
pub use unary::{Unary, UnaryKind};

/// A vector: its bytes as they lie in memory, lane 0 first.
pub type V128 = [u8; 16];

/// The lanes of floats, by their width.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum FloatLanes {
    /// Four lanes of 32 bits.
    F32,
    /// Two lanes of 64 bits.
    F64,
}

impl FloatLanes {
    /// `vector` with the canonical NaN in place of every NaN.
    #[inline(always)]
    pub fn canonicalise(self, vector: V128) -> V128 {
        match self {
            Self::F32 => lanes::map(vector, |x: f32| if x.is_nan() { f32::NAN } else { x }),
            Self::F64 => lanes::map(vector, |x: f64| if x.is_nan() { f64::NAN } else { x }),
        }
    }
}

/// `i8x16.shuffle`: the bytes of `a` and then of `b` whose numbers are in `lanes`, which are below 32.
#[inline(always)]
pub fn shuffle(a: V128, b: V128, lanes: [u8; 16]) -> V128 {
    lanes.map(|lane| {
        let half = if lane < 16 { &a } else { &b };
        half[usize::from(lane % 16)]
    })
}

/// Defines a family: the unit types of its rows with their meanings, and the enumeration of the rows.
macro_rules! family {
    (
        $(#[$doc:meta])* $kind:ident $family:ident fn $params:tt $args:tt -> $out:ty;
        $($name:ident $visit:ident ($eval:expr);)*
    ) => {
        $(
            #[doc = concat!("`", stringify!($visit), "`")]
            #[derive(Debug)]
            pub struct $name;
            $crate::ops::named!($name);

            impl $family for $name {
                const KIND: $kind = $kind::$name;
                #[inline(always)]
                fn eval $params -> $out {
                    let eval: fn $params -> $out = $eval;
                    eval $args
                }
            }
        )*

        $crate::ops::simd::kinds!($(#[$doc])* $kind $($name $visit)*);

        impl $kind {
            /// What the operator computes.
            pub const fn meaning(self) -> fn $params -> $out {
                match self {
                    $(Self::$name => $name::eval,)*
                }
            }
        }
    };
}

/// Defines the enumeration of rows, with their names in the text format.
macro_rules! kinds {
    ($(#[$doc:meta])* $kind:ident $($name:ident $visit:ident)*) => {
        $(#[$doc])*
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        #[expect(missing_docs, reason = "the operators' own names")]
        pub enum $kind {
            $($name),*
        }

        impl $kind {
            /// All rows, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The operator's name in the text format. A row that no operator has by itself is named
            /// in the same way.
            pub fn name(self) -> String {
                let visitor = match self {
                    $(Self::$name => stringify!($visit),)*
                };
                visitor["visit_".len()..].replacen('_', ".", 1)
            }
        }
    };
}

/// The float lanes of rows whose results may be NaNs that an operation has made.
macro_rules! nan_lanes {
    ($kind:ident $($name:ident [$($nan:ident)?])*) => {
        impl $kind {
            /// The lanes in which a NaN is one that the operation has made or changed, whose bits are
            /// the processor's choice; `None` if all bits of the result are specified.
            pub const fn nan_lanes(self) -> Option<$crate::ops::simd::FloatLanes> {
                match self {
                    $(Self::$name => $crate::ops::simd::nan_lanes!(@ $($nan)?),)*
                }
            }
        }
    };
    (@) => { None };
    (@ f32) => { Some($crate::ops::simd::FloatLanes::F32) };
    (@ f64) => { Some($crate::ops::simd::FloatLanes::F64) };
}

use {family, kinds, nan_lanes};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_as_in_the_text_format() {
        assert_eq!(BinaryKind::I8x16Add.name(), "i8x16.add");
        assert_eq!(TestKind::V128AnyTrue.name(), "v128.any_true");
        assert_eq!(
            UnaryKind::I32x4TruncSatF64x2SZero.name(),
            "i32x4.trunc_sat_f64x2_s_zero"
        );
    }

    #[test]
    fn there_are_as_many_rows_as_operators() {
        // `v128.store`, `v128.const` and `i8x16.shuffle` are no rows; six rows are no operators.
        let rows = UnaryKind::ALL.len()
            + BinaryKind::ALL.len()
            + TernaryKind::ALL.len()
            + ShiftKind::ALL.len()
            + TestKind::ALL.len()
            + SplatKind::ALL.len()
            + ExtractKind::ALL.len()
            + ReplaceKind::ALL.len()
            + LoadKind::ALL.len()
            + LoadLaneKind::ALL.len()
            + StoreLaneKind::ALL.len();
        assert_eq!(rows + 3 - 6, 236 + 20);
    }

    #[test]
    fn lanes_are_in_the_order_of_memory() {
        let vector: V128 = std::array::from_fn(|i| i as u8);
        assert_eq!(ExtractKind::I16x8ExtractLaneU.eval(vector, 1), 0x0302);
        assert_eq!(
            shuffle(
                vector,
                [0xff; 16],
                [31, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16]
            ),
            [0xff, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0xff]
        );
    }

    #[test]
    fn relaxed_operators_resolve_to_rows_that_are_not_relaxed() {
        let deterministic = Relaxed::DETERMINISTIC;
        let names = BinaryKind::ALL
            .iter()
            .map(|kind| kind.resolve(deterministic).name())
            .chain(
                TernaryKind::ALL
                    .iter()
                    .map(|kind| kind.resolve(deterministic).name()),
            )
            .chain(
                UnaryKind::ALL
                    .iter()
                    .map(|kind| kind.resolve(deterministic).name()),
            );
        for name in names {
            assert!(!name.contains("relaxed"), "{name}");
        }
    }

    #[test]
    fn canonical_nans_are_the_positive_quiet_ones() {
        let nan = f64::from_bits(0xfff4_0000_0000_0001).to_le_bytes();
        let mut vector = [0; 16];
        vector[8..].copy_from_slice(&nan);
        let expected = u128::from(f64::NAN.to_bits()) << 64;
        let canonical = FloatLanes::F64.canonicalise(vector);
        assert_eq!(u128::from_le_bytes(canonical), expected);
        assert_eq!(f64::NAN.to_bits(), 0x7ff8_0000_0000_0000);
    }
}
