//! The visitor of vector operators: each goes to the method of its family with its row.

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

use super::super::Codegen;
use super::super::visit::before;

/// Forwards operators to the method of the same name on `Codegen` (a missing one would call itself, which the
/// compiler refuses).
macro_rules! forward {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => { $(
        fn $visit(&mut self $($(, $arg: $argty)*)?) {
            before!(self $op);
            Codegen::$visit(self $($(, $arg)*)?);
        }
    )* };
}

impl VisitSimdOperator<'_> for Codegen<'_> {
    wasmparser::for_each_visit_simd_operator!(forward);
}

/// The methods of a family: its rows, what they have as immediates, and the method that compiles all.
macro_rules! rows {
    ($kind:ident $compile:ident $args:tt $($name:ident $visit:ident)*) => {
        #[allow(dead_code, reason = "some rows are of no operator")]
        impl Codegen<'_> {
            $(rows! { @one $kind $compile $args $name $visit })*
        }
    };
    (@one $kind:ident $compile:ident ($($arg:ident: $ty:ty),*) $name:ident $visit:ident) => {
        fn $visit(&mut self $(, $arg: $ty)*) {
            self.$compile($kind::$name $(, $arg)*);
        }
    };
}

macro_rules! unary { ($($name:ident $visit:ident $nan:tt ($eval:expr);)*) => {
    rows! { UnaryKind compile_vector_unary () $($name $visit)* }
}; }
for_each_simd_unary!(unary);

macro_rules! binary { ($($name:ident $visit:ident $nan:tt ($eval:expr);)*) => {
    rows! { BinaryKind compile_vector_binary () $($name $visit)* }
}; }
for_each_simd_binary!(binary);

macro_rules! ternary { ($($name:ident $visit:ident $nan:tt ($eval:expr);)*) => {
    rows! { TernaryKind compile_vector_ternary () $($name $visit)* }
}; }
for_each_simd_ternary!(ternary);

macro_rules! shift { ($($name:ident $visit:ident ($eval:expr);)*) => {
    rows! { ShiftKind compile_vector_shift () $($name $visit)* }
}; }
for_each_simd_shift!(shift);

macro_rules! test { ($($name:ident $visit:ident ($eval:expr);)*) => {
    rows! { TestKind compile_vector_test () $($name $visit)* }
}; }
for_each_simd_test!(test);

macro_rules! splat { ($($name:ident $visit:ident $in:ident ($eval:expr);)*) => {
    rows! { SplatKind compile_splat () $($name $visit)* }
}; }
for_each_simd_splat!(splat);

macro_rules! extract { ($($name:ident $visit:ident $out:ident $lanes:literal ($eval:expr);)*) => {
    rows! { ExtractKind compile_extract (lane: u8) $($name $visit)* }
}; }
for_each_simd_extract!(extract);

macro_rules! replace { ($($name:ident $visit:ident $in:ident $lanes:literal ($eval:expr);)*) => {
    rows! { ReplaceKind compile_replace (lane: u8) $($name $visit)* }
}; }
for_each_simd_replace!(replace);

macro_rules! load { ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
    rows! { LoadKind compile_vector_load (memarg: MemArg) $($name $visit)* }
}; }
for_each_simd_load!(load);

macro_rules! load_lane { ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
    rows! { LoadLaneKind compile_load_lane (memarg: MemArg, lane: u8) $($name $visit)* }
}; }
for_each_simd_load_lane!(load_lane);

macro_rules! store_lane { ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
    rows! { StoreLaneKind compile_store_lane (memarg: MemArg, lane: u8) $($name $visit)* }
}; }
for_each_simd_store_lane!(store_lane);

/// Those that are no rows.
impl Codegen<'_> {
    fn visit_v128_store(&mut self, memarg: MemArg) {
        self.compile_vector_store(memarg);
    }
    fn visit_v128_const(&mut self, value: V128) {
        self.push_vector(*value.bytes());
    }
    fn visit_i8x16_shuffle(&mut self, lanes: [u8; 16]) {
        self.compile_shuffle(lanes);
    }
}
