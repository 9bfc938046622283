//! The visitor of operators on vectors: each goes to the method of its family.

use selvedge_vm::ops::simd::{
    BinaryKind, ExtractKind, LoadKind, LoadLaneKind, ReplaceKind, ShiftKind, SplatKind,
    StoreLaneKind, TernaryKind, TestKind, UnaryKind,
};
use selvedge_vm::{
    for_each_simd_binary, for_each_simd_extract, for_each_simd_load, for_each_simd_load_lane,
    for_each_simd_replace, for_each_simd_shift, for_each_simd_splat, for_each_simd_store_lane,
    for_each_simd_ternary, for_each_simd_test, for_each_simd_unary, operator_cost,
};
use wasmparser::{MemArg, V128, VisitSimdOperator};

use super::Lowering;

/// Forwards all operators to the method of the same name on `Lowering` (a missing one would call
/// itself, which the compiler refuses). None of them ends a block.
macro_rules! forward {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => { $(
        fn $visit(&mut self $($(, $arg: $argty)*)?) {
            if self.dead {
                return;
            }
            if self.counts {
                self.charge(operator_cost!($op));
            }
            self.$visit($($($arg),*)?);
        }
    )* };
}

impl<'a> VisitSimdOperator<'a> for Lowering<'_> {
    wasmparser::for_each_visit_simd_operator!(forward);
}

/// Defines the methods of a family's rows, which have the arguments `$args`.
macro_rules! family {
    ($kind:ident $lower:ident $args:tt $($name:ident $visit:ident)*) => {
        #[allow(dead_code, reason = "some rows are no operators by themselves")]
        impl Lowering<'_> {
            $(family! { @method $kind $lower $args $name $visit })*
        }
    };
    (@method $kind:ident $lower:ident ($($arg:ident: $ty:ty),*) $name:ident $visit:ident) => {
        fn $visit(&mut self $(, $arg: $ty)*) {
            self.$lower($kind::$name $(, $arg)*);
        }
    };
}

macro_rules! unary { ($($name:ident $visit:ident [$($nan:ident)?] ($eval:expr);)*) => {
    family! { UnaryKind lower_simd_unary () $($name $visit)* }
}; }
for_each_simd_unary!(unary);

macro_rules! binary { ($($name:ident $visit:ident [$($nan:ident)?] ($eval:expr);)*) => {
    family! { BinaryKind lower_simd_binary () $($name $visit)* }
}; }
for_each_simd_binary!(binary);

macro_rules! ternary { ($($name:ident $visit:ident [$($nan:ident)?] ($eval:expr);)*) => {
    family! { TernaryKind lower_simd_ternary () $($name $visit)* }
}; }
for_each_simd_ternary!(ternary);

macro_rules! shift { ($($name:ident $visit:ident ($eval:expr);)*) => {
    family! { ShiftKind lower_simd_shift () $($name $visit)* }
}; }
for_each_simd_shift!(shift);

macro_rules! test { ($($name:ident $visit:ident ($eval:expr);)*) => {
    family! { TestKind lower_simd_test () $($name $visit)* }
}; }
for_each_simd_test!(test);

macro_rules! splat { ($($name:ident $visit:ident $scalar:ident ($eval:expr);)*) => {
    family! { SplatKind lower_simd_splat () $($name $visit)* }
}; }
for_each_simd_splat!(splat);

macro_rules! extract { ($($name:ident $visit:ident $scalar:ident $lanes:literal ($eval:expr);)*) => {
    family! { ExtractKind lower_simd_extract (lane: u8) $($name $visit)* }
}; }
for_each_simd_extract!(extract);

macro_rules! replace { ($($name:ident $visit:ident $scalar:ident $lanes:literal ($eval:expr);)*) => {
    family! { ReplaceKind lower_simd_replace (lane: u8) $($name $visit)* }
}; }
for_each_simd_replace!(replace);

macro_rules! load { ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
    family! { LoadKind lower_simd_load (memarg: MemArg) $($name $visit)* }
}; }
for_each_simd_load!(load);

macro_rules! load_lane { ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
    family! { LoadLaneKind lower_simd_load_lane (memarg: MemArg, lane: u8) $($name $visit)* }
}; }
for_each_simd_load_lane!(load_lane);

macro_rules! store_lane { ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
    family! { StoreLaneKind lower_simd_store_lane (memarg: MemArg, lane: u8) $($name $visit)* }
}; }
for_each_simd_store_lane!(store_lane);

/// The operators that are not rows of a table.
impl Lowering<'_> {
    fn visit_v128_store(&mut self, memarg: MemArg) {
        self.lower_simd_store(memarg);
    }
    fn visit_v128_const(&mut self, value: V128) {
        self.push_vector(*value.bytes());
    }
    fn visit_i8x16_shuffle(&mut self, lanes: [u8; 16]) {
        self.lower_simd_shuffle(lanes);
    }
}
