//! The visitor: each operator goes to the method of the same name in its family.

use selvedge_vm::index::GlobalIndex;
use selvedge_vm::ops;
use selvedge_vm::types::ValType;
use selvedge_vm::{
    for_each_alu, for_each_cmp, for_each_div, for_each_float_bin, for_each_float_cmp,
    for_each_load, for_each_store, for_each_try_unary, for_each_unary, operator_cost,
    operator_ends_block,
};
use wasmparser::{
    BlockType, BrTable, FrameKind, FrameStack, HeapType, Ieee32, Ieee64, MemArg, VisitOperator,
};

use super::Lowering;
use super::control::Depth;
use crate::exec::compare::{float_info, info};
use crate::exec::float::HasFloatInfo;
use crate::exec::memory::{HasLoadInfo, HasStoreInfo};
use crate::exec::numeric::{
    Add128, HasAluInfo, HasDivInfo, HasTryUnaryInfo, HasUnaryInfo, MulWideS, MulWideU, Sub128,
};

/// Skips what cannot be reached; structure is followed all the same.
macro_rules! skip_dead {
    ($self:ident Block) => {};
    ($self:ident Loop) => {};
    ($self:ident If) => {};
    ($self:ident Else) => {};
    ($self:ident End) => {};
    ($self:ident $op:ident) => {
        if $self.dead {
            return;
        }
    };
}

/// Forwards the implemented proposals' operators to the method of the same name on
/// `Lowering` (a missing one would call itself, which the compiler refuses).
macro_rules! forward {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(forward!(@one @$proposal $op $({ $($arg: $argty),* })? => $visit);)*
    };
    (@one @mvp $($rest:tt)*) => { forward!(@call $($rest)*); };
    (@one @sign_extension $($rest:tt)*) => { forward!(@call $($rest)*); };
    (@one @saturating_float_to_int $($rest:tt)*) => { forward!(@call $($rest)*); };
    (@one @bulk_memory $($rest:tt)*) => { forward!(@call $($rest)*); };
    (@one @reference_types $($rest:tt)*) => { forward!(@call $($rest)*); };
    (@one @tail_call $($rest:tt)*) => { forward!(@call $($rest)*); };
    (@one @wide_arithmetic $($rest:tt)*) => { forward!(@call $($rest)*); };
    (@one @$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident) => {
        fn $visit(&mut self $($(, _: $argty)*)?) {
            unreachable!(concat!("validation refuses `", stringify!($proposal), "`"))
        }
    };
    (@call $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident) => {
        fn $visit(&mut self $($(, $arg: $argty)*)?) {
            skip_dead!(self $op);
            if operator_cost!($op) > 0 && self.counts {
                self.charge(operator_cost!($op));
            }
            self.$visit($($($arg),*)?);
            if operator_ends_block!($op) {
                self.charge = None;
            }
        }
    };
}

impl<'a> VisitOperator<'a> for Lowering<'_> {
    type Output = ();

    #[cfg(feature = "simd")]
    fn simd_visitor(&mut self) -> Option<&mut dyn wasmparser::VisitSimdOperator<'a, Output = ()>> {
        Some(self)
    }

    wasmparser::for_each_visit_operator!(forward);
}

impl FrameStack for Lowering<'_> {
    fn current_frame(&self) -> Option<FrameKind> {
        self.controls.last().map(|control| control.kind)
    }
}

macro_rules! alu { ($($name:ident $visit:ident $int:ident $kind:ident ($eval:expr);)*) => {
    impl Lowering<'_> { $(fn $visit(&mut self) { self.lower_alu(<ops::alu::$name as HasAluInfo>::INFO) })* }
}; }
for_each_alu!(alu);

macro_rules! div { ($($name:ident $visit:ident $int:ident $kind:ident ($eval:expr);)*) => {
    impl Lowering<'_> { $(fn $visit(&mut self) { self.lower_div(<ops::div::$name as HasDivInfo>::INFO) })* }
}; }
for_each_div!(div);

macro_rules! cmp { ($($name:ident $visit:ident $int:ident $kind:ident $n:ident $s:ident ($eval:expr);)*) => {
    impl Lowering<'_> { $(fn $visit(&mut self) { self.lower_cmp(&info::$name) })* }
}; }
for_each_cmp!(cmp);

macro_rules! float_bin { ($($name:ident $visit:ident $float:ident $kind:ident ($eval:expr);)*) => {
    impl Lowering<'_> { $(fn $visit(&mut self) { self.lower_float_bin(<ops::float::$name as HasFloatInfo>::INFO) })* }
}; }
for_each_float_bin!(float_bin);

macro_rules! float_cmp { ($($name:ident $visit:ident $float:ident $kind:ident $swapped:ident ($eval:expr);)*) => {
    impl Lowering<'_> { $(fn $visit(&mut self) { self.lower_float_cmp(&float_info::$name) })* }
}; }
for_each_float_cmp!(float_cmp);

// Comparisons with zero are lowered as such, what may make a NaN by itself, everything else by its row.
macro_rules! unary {
    ($($name:ident $visit:ident $in:ident $out:ident ($eval:expr);)*) => {
        impl Lowering<'_> { $(fn $visit(&mut self) { unary!(@lower self $name) })* }
    };
    (@lower $self:ident I32Eqz) => { $self.lower_eqz(&info::I32Eq) };
    (@lower $self:ident I64Eqz) => { $self.lower_eqz(&info::I64Eq) };
    (@lower $self:ident F32Ceil) => { unary!(@float $self F32Ceil) };
    (@lower $self:ident F64Ceil) => { unary!(@float $self F64Ceil) };
    (@lower $self:ident F32Floor) => { unary!(@float $self F32Floor) };
    (@lower $self:ident F64Floor) => { unary!(@float $self F64Floor) };
    (@lower $self:ident F32Trunc) => { unary!(@float $self F32Trunc) };
    (@lower $self:ident F64Trunc) => { unary!(@float $self F64Trunc) };
    (@lower $self:ident F32Nearest) => { unary!(@float $self F32Nearest) };
    (@lower $self:ident F64Nearest) => { unary!(@float $self F64Nearest) };
    (@lower $self:ident F32Sqrt) => { unary!(@float $self F32Sqrt) };
    (@lower $self:ident F64Sqrt) => { unary!(@float $self F64Sqrt) };
    (@lower $self:ident F32DemoteF64) => { unary!(@float $self F32DemoteF64) };
    (@lower $self:ident F64PromoteF32) => { unary!(@float $self F64PromoteF32) };
    (@float $self:ident $name:ident) => { $self.lower_float_unary(<ops::convert::$name as HasUnaryInfo>::INFO) };
    (@lower $self:ident $name:ident) => { $self.lower_unary(<ops::convert::$name as HasUnaryInfo>::INFO) };
}
for_each_unary!(unary);

macro_rules! try_unary { ($($name:ident $visit:ident $in:ident $out:ident ($eval:expr);)*) => {
    impl Lowering<'_> { $(fn $visit(&mut self) { self.lower_unary(<ops::convert::$name as HasTryUnaryInfo>::INFO) })* }
}; }
for_each_try_unary!(try_unary);

macro_rules! load { ($($name:ident $visit:ident $mem:ident $out:ident $signed:literal ($eval:expr);)*) => {
    impl Lowering<'_> {
        $(fn $visit(&mut self, memarg: MemArg) { self.lower_load(<ops::memory::$name as HasLoadInfo>::INFO, memarg) })*
    }
}; }
for_each_load!(load);

macro_rules! store { ($($name:ident $visit:ident $in:ident $mem:ident ($eval:expr);)*) => {
    impl Lowering<'_> {
        $(fn $visit(&mut self, memarg: MemArg) { self.lower_store(<ops::memory::$name as HasStoreInfo>::INFO, memarg) })*
    }
}; }
for_each_store!(store);

/// The operators that are not rows of a table.
impl Lowering<'_> {
    fn visit_unreachable(&mut self) {
        self.lower_unreachable();
    }
    fn visit_nop(&mut self) {}
    fn visit_block(&mut self, ty: BlockType) {
        self.lower_block(ty);
    }
    fn visit_loop(&mut self, ty: BlockType) {
        self.lower_loop(ty);
    }
    fn visit_if(&mut self, ty: BlockType) {
        self.lower_if(ty);
    }
    fn visit_else(&mut self) {
        self.lower_else();
    }
    fn visit_end(&mut self) {
        self.lower_end();
    }
    fn visit_br(&mut self, depth: u32) {
        self.lower_br(Depth(depth));
    }
    fn visit_br_if(&mut self, depth: u32) {
        self.lower_br_if(Depth(depth));
    }
    fn visit_br_table(&mut self, targets: BrTable<'_>) {
        self.lower_br_table(&targets);
    }
    fn visit_return(&mut self) {
        self.lower_return();
    }
    fn visit_call(&mut self, func: u32) {
        self.lower_call(func);
    }
    fn visit_call_indirect(&mut self, ty: u32, table: u32) {
        self.lower_call_indirect(ty, table);
    }
    fn visit_return_call(&mut self, func: u32) {
        self.lower_return_call(func);
    }
    fn visit_return_call_indirect(&mut self, ty: u32, table: u32) {
        self.lower_return_call_indirect(ty, table);
    }
    fn visit_drop(&mut self) {
        self.discard();
    }
    fn visit_select(&mut self) {
        self.lower_select();
    }
    fn visit_typed_select(&mut self, _: wasmparser::ValType) {
        self.lower_select();
    }
    fn visit_typed_select_multi(&mut self, _: Vec<wasmparser::ValType>) {
        unreachable!("validation admits one result only")
    }
    fn visit_local_get(&mut self, index: u32) {
        self.push_local(index);
    }
    fn visit_local_set(&mut self, index: u32) {
        self.lower_local_set(index);
    }
    fn visit_local_tee(&mut self, index: u32) {
        self.lower_local_tee(index);
    }
    fn visit_global_get(&mut self, index: u32) {
        self.lower_global_get(GlobalIndex::from_u32(index));
    }
    fn visit_global_set(&mut self, index: u32) {
        self.lower_global_set(GlobalIndex::from_u32(index));
    }
    fn visit_i32_const(&mut self, value: i32) {
        self.lower_const(ValType::I32, u64::from(value as u32));
    }
    fn visit_i64_const(&mut self, value: i64) {
        self.lower_const(ValType::I64, value as u64);
    }
    fn visit_f32_const(&mut self, value: Ieee32) {
        self.lower_const(ValType::F32, u64::from(value.bits()));
    }
    fn visit_f64_const(&mut self, value: Ieee64) {
        self.lower_const(ValType::F64, value.bits());
    }
    fn visit_ref_null(&mut self, ty: HeapType) {
        let func = matches!(
            ty,
            HeapType::Abstract {
                ty: wasmparser::AbstractHeapType::Func,
                ..
            }
        );
        self.lower_const(
            if func {
                ValType::FuncRef
            } else {
                ValType::ExternRef
            },
            0,
        );
    }
    fn visit_ref_is_null(&mut self) {
        self.lower_ref_is_null();
    }
    fn visit_ref_func(&mut self, index: u32) {
        self.lower_ref_func(index);
    }
    fn visit_memory_size(&mut self, memory: u32) {
        self.lower_memory_size(memory);
    }
    fn visit_memory_grow(&mut self, memory: u32) {
        self.lower_memory_grow(memory);
    }
    fn visit_memory_init(&mut self, data: u32, memory: u32) {
        self.lower_memory_init(data, memory);
    }
    fn visit_memory_copy(&mut self, to: u32, from: u32) {
        self.lower_memory_copy(to, from);
    }
    fn visit_memory_fill(&mut self, memory: u32) {
        self.lower_memory_fill(memory);
    }
    fn visit_data_drop(&mut self, data: u32) {
        self.lower_data_drop(data);
    }
    fn visit_table_init(&mut self, elem: u32, table: u32) {
        self.lower_table_init(elem, table);
    }
    fn visit_table_copy(&mut self, to: u32, from: u32) {
        self.lower_table_copy(to, from);
    }
    fn visit_elem_drop(&mut self, elem: u32) {
        self.lower_elem_drop(elem);
    }
    fn visit_table_get(&mut self, table: u32) {
        self.lower_table_get(table);
    }
    fn visit_table_set(&mut self, table: u32) {
        self.lower_table_set(table);
    }
    fn visit_table_grow(&mut self, table: u32) {
        self.lower_table_grow(table);
    }
    fn visit_table_size(&mut self, table: u32) {
        self.lower_table_size(table);
    }
    fn visit_table_fill(&mut self, table: u32) {
        self.lower_table_fill(table);
    }
    fn visit_i64_add128(&mut self) {
        self.lower_wide::<Add128>(4);
    }
    fn visit_i64_sub128(&mut self) {
        self.lower_wide::<Sub128>(4);
    }
    fn visit_i64_mul_wide_s(&mut self) {
        self.lower_wide::<MulWideS>(2);
    }
    fn visit_i64_mul_wide_u(&mut self) {
        self.lower_wide::<MulWideU>(2);
    }
}
