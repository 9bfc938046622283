//! The visitor: each operator goes to the method of the same name in its family.

use selvedge_vm::native::Libcall;
use selvedge_vm::ops::{self, Scalar};
use selvedge_vm::types::ValType;
use selvedge_vm::{
    for_each_alu, for_each_cmp, for_each_div, for_each_float_bin, for_each_float_cmp,
    for_each_load, for_each_store, for_each_try_unary, for_each_unary, operator_cost,
    operator_ends_block,
};
use wasmparser::{
    AbstractHeapType, BlockType, BrTable, FrameKind, FrameStack, HeapType, Ieee32, Ieee64, MemArg,
    VisitOperator, VisitSimdOperator,
};

use super::Codegen;
use super::convert::ToInt;
use super::numeric::Count;
use crate::masm::{Alu, Size};

/// Skips what cannot be reached; structure is followed all the same. Takes an operand out of the flags
/// before all operators but those that emit nothing, and those that take the top one from there.
macro_rules! before {
    ($self:ident Block) => { before!(@live $self) };
    ($self:ident Loop) => { before!(@live $self) };
    ($self:ident Else) => { before!(@live $self) };
    ($self:ident End) => { before!(@live $self) };
    ($self:ident If) => {
        if !$self.dead {
            before!(@charge $self If);
            $self.settle_flags(true);
        }
    };
    ($self:ident LocalGet) => { before!(@skip $self LocalGet) };
    ($self:ident I32Const) => { before!(@skip $self I32Const) };
    ($self:ident I64Const) => { before!(@skip $self I64Const) };
    ($self:ident F32Const) => { before!(@skip $self F32Const) };
    ($self:ident F64Const) => { before!(@skip $self F64Const) };
    ($self:ident V128Const) => { before!(@skip $self V128Const) };
    ($self:ident RefNull) => { before!(@skip $self RefNull) };
    ($self:ident Nop) => { before!(@skip $self Nop) };
    ($self:ident I32Eqz) => { before!(@top $self I32Eqz) };
    ($self:ident I64Eqz) => { before!(@top $self I64Eqz) };
    ($self:ident BrIf) => { before!(@top $self BrIf) };
    ($self:ident Select) => { before!(@top $self Select) };
    ($self:ident TypedSelect) => { before!(@top $self TypedSelect) };
    ($self:ident Drop) => { before!(@top $self Drop) };
    ($self:ident LocalSet) => { before!(@top $self LocalSet) };
    ($self:ident LocalTee) => { before!(@top $self LocalTee) };
    ($self:ident I32Add) => { before!(@top $self I32Add) };
    ($self:ident I64Add) => { before!(@top $self I64Add) };
    ($self:ident I32Sub) => { before!(@top $self I32Sub) };
    ($self:ident I64Sub) => { before!(@top $self I64Sub) };
    ($self:ident I64ExtendI32U) => { before!(@top $self I64ExtendI32U) };
    ($self:ident $op:ident) => {
        before!(@skip $self $op);
        $self.settle_flags(false);
    };
    (@live $self:ident) => { if !$self.dead { $self.settle_flags(false); } };
    (@skip $self:ident $op:ident) => {
        if $self.dead {
            return;
        }
        before!(@charge $self $op);
        if $self.skip_next > 0 {
            $self.skip_next -= 1;
            return;
        }
    };
    (@top $self:ident $op:ident) => {
        before!(@skip $self $op);
        $self.settle_flags(true);
    };
    (@charge $self:ident $op:ident) => {
        const COST: u32 = operator_cost!($op);
        if COST > 0 && $self.options.counts {
            $self.charge(COST);
        }
    };
}

pub(super) use before;

/// Forwards the implemented proposals' operators to the method of the same name on `Codegen` (a
/// missing one would call itself, which the compiler refuses).
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
            before!(self $op);
            self.$visit($($($arg),*)?);
            if operator_ends_block!($op) {
                self.charge = None;
            }
        }
    };
}

impl<'a> VisitOperator<'a> for Codegen<'_> {
    type Output = ();

    // As it is part of tables of methods, the default would be compiled, which is large and formats operators.
    fn visit_operator(&mut self, _: &wasmparser::Operator<'a>) -> Self::Output {
        unreachable!("operators are visited as they are read")
    }

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = ()>> {
        Some(self)
    }

    wasmparser::for_each_visit_operator!(forward);
}

impl FrameStack for Codegen<'_> {
    fn current_frame(&self) -> Option<FrameKind> {
        self.controls.last().map(|control| control.kind)
    }
}

macro_rules! alu { ($($name:ident $visit:ident $int:ident $kind:ident ($eval:expr);)*) => {
    impl Codegen<'_> { $(fn $visit(&mut self) { self.compile_alu::<ops::alu::$name>() })* }
}; }
for_each_alu!(alu);

macro_rules! div { ($($name:ident $visit:ident $int:ident $kind:ident ($eval:expr);)*) => {
    impl Codegen<'_> { $(fn $visit(&mut self) { self.compile_div::<ops::div::$name>() })* }
}; }
for_each_div!(div);

macro_rules! cmp { ($($name:ident $visit:ident $int:ident $kind:ident $n:ident $s:ident ($eval:expr);)*) => {
    impl Codegen<'_> { $(fn $visit(&mut self) { self.compile_cmp::<ops::cmp::$name>() })* }
}; }
for_each_cmp!(cmp);

macro_rules! float_bin { ($($name:ident $visit:ident $float:ident $kind:ident ($eval:expr);)*) => {
    impl Codegen<'_> { $(fn $visit(&mut self) { self.compile_float_bin::<ops::float::$name>() })* }
}; }
for_each_float_bin!(float_bin);

macro_rules! float_cmp { ($($name:ident $visit:ident $float:ident $kind:ident $swapped:ident ($eval:expr);)*) => {
    impl Codegen<'_> { $(fn $visit(&mut self) { self.compile_float_cmp::<ops::float::$name>() })* }
}; }
for_each_float_cmp!(float_cmp);

/// Operators of one operand, each by what it is in machine code. `$in` and `$out` are its types.
macro_rules! unary {
    ($($name:ident $visit:ident $in:ident $out:ident ($eval:expr);)*) => {
        impl Codegen<'_> { $(fn $visit(&mut self) { unary!(@compile self $name $in $out) })* }
    };
    (@compile $self:ident I32Eqz $($ty:ident)*) => { $self.compile_eqz(Size::S32) };
    (@compile $self:ident I64Eqz $($ty:ident)*) => { $self.compile_eqz(Size::S64) };
    (@compile $self:ident I32Clz $($ty:ident)*) => { $self.compile_count(Count::Leading, Size::S32) };
    (@compile $self:ident I64Clz $($ty:ident)*) => { $self.compile_count(Count::Leading, Size::S64) };
    (@compile $self:ident I32Ctz $($ty:ident)*) => { $self.compile_count(Count::Trailing, Size::S32) };
    (@compile $self:ident I64Ctz $($ty:ident)*) => { $self.compile_count(Count::Trailing, Size::S64) };
    (@compile $self:ident I32Popcnt $($ty:ident)*) => { $self.compile_count(Count::Ones, Size::S32) };
    (@compile $self:ident I64Popcnt $($ty:ident)*) => { $self.compile_count(Count::Ones, Size::S64) };
    (@compile $self:ident I32WrapI64 $($ty:ident)*) => { $self.compile_wrap() };
    (@compile $self:ident I64ExtendI32S $($ty:ident)*) => { $self.compile_sign_extend(32, Size::S64) };
    (@compile $self:ident I64ExtendI32U $($ty:ident)*) => { $self.compile_extend_unsigned() };
    (@compile $self:ident I32Extend8S $($ty:ident)*) => { $self.compile_sign_extend(8, Size::S32) };
    (@compile $self:ident I32Extend16S $($ty:ident)*) => { $self.compile_sign_extend(16, Size::S32) };
    (@compile $self:ident I64Extend8S $($ty:ident)*) => { $self.compile_sign_extend(8, Size::S64) };
    (@compile $self:ident I64Extend16S $($ty:ident)*) => { $self.compile_sign_extend(16, Size::S64) };
    (@compile $self:ident I64Extend32S $($ty:ident)*) => { $self.compile_sign_extend(32, Size::S64) };
    (@compile $self:ident F32Abs $($ty:ident)*) => { $self.compile_sign(Size::S32, false) };
    (@compile $self:ident F64Abs $($ty:ident)*) => { $self.compile_sign(Size::S64, false) };
    (@compile $self:ident F32Neg $($ty:ident)*) => { $self.compile_sign(Size::S32, true) };
    (@compile $self:ident F64Neg $($ty:ident)*) => { $self.compile_sign(Size::S64, true) };
    (@compile $self:ident F32Ceil $($ty:ident)*) => { $self.compile_round(Size::S32, 2, Libcall::F32Ceil) };
    (@compile $self:ident F64Ceil $($ty:ident)*) => { $self.compile_round(Size::S64, 2, Libcall::F64Ceil) };
    (@compile $self:ident F32Floor $($ty:ident)*) => { $self.compile_round(Size::S32, 1, Libcall::F32Floor) };
    (@compile $self:ident F64Floor $($ty:ident)*) => { $self.compile_round(Size::S64, 1, Libcall::F64Floor) };
    (@compile $self:ident F32Trunc $($ty:ident)*) => { $self.compile_round(Size::S32, 3, Libcall::F32Trunc) };
    (@compile $self:ident F64Trunc $($ty:ident)*) => { $self.compile_round(Size::S64, 3, Libcall::F64Trunc) };
    (@compile $self:ident F32Nearest $($ty:ident)*) => { $self.compile_round(Size::S32, 0, Libcall::F32Nearest) };
    (@compile $self:ident F64Nearest $($ty:ident)*) => { $self.compile_round(Size::S64, 0, Libcall::F64Nearest) };
    (@compile $self:ident F32Sqrt $($ty:ident)*) => { $self.compile_sqrt(Size::S32) };
    (@compile $self:ident F64Sqrt $($ty:ident)*) => { $self.compile_sqrt(Size::S64) };
    (@compile $self:ident F32ConvertI32S $($ty:ident)*) => { $self.compile_to_float(Size::S32, true, Size::S32) };
    (@compile $self:ident F32ConvertI32U $($ty:ident)*) => { $self.compile_to_float(Size::S32, false, Size::S32) };
    (@compile $self:ident F32ConvertI64S $($ty:ident)*) => { $self.compile_to_float(Size::S64, true, Size::S32) };
    (@compile $self:ident F32ConvertI64U $($ty:ident)*) => { $self.compile_to_float(Size::S64, false, Size::S32) };
    (@compile $self:ident F64ConvertI32S $($ty:ident)*) => { $self.compile_to_float(Size::S32, true, Size::S64) };
    (@compile $self:ident F64ConvertI32U $($ty:ident)*) => { $self.compile_to_float(Size::S32, false, Size::S64) };
    (@compile $self:ident F64ConvertI64S $($ty:ident)*) => { $self.compile_to_float(Size::S64, true, Size::S64) };
    (@compile $self:ident F64ConvertI64U $($ty:ident)*) => { $self.compile_to_float(Size::S64, false, Size::S64) };
    (@compile $self:ident F32DemoteF64 $($ty:ident)*) => { $self.compile_resize(Size::S64) };
    (@compile $self:ident F64PromoteF32 $($ty:ident)*) => { $self.compile_resize(Size::S32) };
    (@compile $self:ident I32ReinterpretF32 $($ty:ident)*) => { $self.compile_bits_of_float(Size::S32) };
    (@compile $self:ident I64ReinterpretF64 $($ty:ident)*) => { $self.compile_bits_of_float(Size::S64) };
    (@compile $self:ident F32ReinterpretI32 $($ty:ident)*) => { $self.compile_float_of_bits(Size::S32) };
    (@compile $self:ident F64ReinterpretI64 $($ty:ident)*) => { $self.compile_float_of_bits(Size::S64) };
    (@compile $self:ident I32TruncSatF32S $in:ident $out:ident) => { unary!(@to_int $self $in $out true) };
    (@compile $self:ident I32TruncSatF64S $in:ident $out:ident) => { unary!(@to_int $self $in $out true) };
    (@compile $self:ident I64TruncSatF32S $in:ident $out:ident) => { unary!(@to_int $self $in $out true) };
    (@compile $self:ident I64TruncSatF64S $in:ident $out:ident) => { unary!(@to_int $self $in $out true) };
    (@compile $self:ident I32TruncSatF32U $in:ident $out:ident) => { unary!(@to_int $self $in $out false) };
    (@compile $self:ident I32TruncSatF64U $in:ident $out:ident) => { unary!(@to_int $self $in $out false) };
    (@compile $self:ident I64TruncSatF32U $in:ident $out:ident) => { unary!(@to_int $self $in $out false) };
    (@compile $self:ident I64TruncSatF64U $in:ident $out:ident) => { unary!(@to_int $self $in $out false) };
    (@to_int $self:ident $in:ident $out:ident $signed:literal) => {
        $self.compile_to_int(ToInt {
            float: Size::of_bits(<$in as Scalar>::BITS),
            int: Size::of_bits(<$out as Scalar>::BITS),
            signed: $signed,
            saturating: true,
        })
    };
}
for_each_unary!(unary);

macro_rules! try_unary {
    ($($name:ident $visit:ident $in:ident $out:ident ($eval:expr);)*) => {
        impl Codegen<'_> { $(fn $visit(&mut self) {
            self.compile_to_int(ToInt {
                float: Size::of_bits(<$in as Scalar>::BITS),
                int: Size::of_bits(<$out as Scalar>::BITS),
                signed: try_unary!(@signed $name),
                saturating: false,
            })
        })* }
    };
    (@signed I32TruncF32S) => { true };
    (@signed I32TruncF64S) => { true };
    (@signed I64TruncF32S) => { true };
    (@signed I64TruncF64S) => { true };
    (@signed $unsigned:ident) => { false };
}
for_each_try_unary!(try_unary);

macro_rules! load { ($($name:ident $visit:ident $mem:ident $out:ident $signed:literal ($eval:expr);)*) => {
    impl Codegen<'_> {
        $(fn $visit(&mut self, memarg: MemArg) { self.compile_load::<ops::memory::$name>(memarg) })*
    }
}; }
for_each_load!(load);

macro_rules! store { ($($name:ident $visit:ident $in:ident $mem:ident ($eval:expr);)*) => {
    impl Codegen<'_> {
        $(fn $visit(&mut self, memarg: MemArg) { self.compile_store::<ops::memory::$name>(memarg) })*
    }
}; }
for_each_store!(store);

/// The operators that are not rows of a table.
impl Codegen<'_> {
    fn visit_unreachable(&mut self) {
        self.compile_unreachable();
    }
    fn visit_nop(&mut self) {}
    fn visit_block(&mut self, ty: BlockType) {
        self.compile_block(ty);
    }
    fn visit_loop(&mut self, ty: BlockType) {
        self.compile_loop(ty);
    }
    fn visit_if(&mut self, ty: BlockType) {
        self.compile_if(ty);
    }
    fn visit_else(&mut self) {
        self.compile_else();
    }
    fn visit_end(&mut self) {
        self.compile_end();
    }
    fn visit_br(&mut self, depth: u32) {
        self.compile_br(depth);
    }
    fn visit_br_if(&mut self, depth: u32) {
        self.compile_br_if(depth);
    }
    fn visit_br_table(&mut self, targets: BrTable<'_>) {
        self.compile_br_table(&targets);
    }
    fn visit_return(&mut self) {
        self.compile_return();
    }
    fn visit_call(&mut self, func: u32) {
        self.compile_call(func);
    }
    fn visit_call_indirect(&mut self, ty: u32, table: u32) {
        self.compile_call_indirect(ty, table);
    }
    fn visit_return_call(&mut self, func: u32) {
        self.compile_return_call(func);
    }
    fn visit_return_call_indirect(&mut self, ty: u32, table: u32) {
        self.compile_return_call_indirect(ty, table);
    }
    fn visit_drop(&mut self) {
        self.compile_drop();
    }
    fn visit_select(&mut self) {
        self.compile_select();
    }
    fn visit_typed_select(&mut self, _: wasmparser::ValType) {
        self.compile_select();
    }
    fn visit_typed_select_multi(&mut self, _: Vec<wasmparser::ValType>) {
        unreachable!("validation admits one result only")
    }
    fn visit_local_get(&mut self, index: u32) {
        self.compile_local_get(index);
    }
    fn visit_local_set(&mut self, index: u32) {
        self.compile_local_set(index);
    }
    fn visit_local_tee(&mut self, index: u32) {
        self.compile_local_tee(index);
    }
    fn visit_global_get(&mut self, index: u32) {
        self.compile_global_get(index);
    }
    fn visit_global_set(&mut self, index: u32) {
        self.compile_global_set(index);
    }
    fn visit_i32_const(&mut self, value: i32) {
        self.push_const(ValType::I32, u64::from(value as u32));
    }
    fn visit_i64_const(&mut self, value: i64) {
        self.push_const(ValType::I64, value as u64);
    }
    fn visit_f32_const(&mut self, value: Ieee32) {
        self.push_const(ValType::F32, u64::from(value.bits()));
    }
    fn visit_f64_const(&mut self, value: Ieee64) {
        self.push_const(ValType::F64, value.bits());
    }
    fn visit_ref_null(&mut self, ty: HeapType) {
        let is_func = matches!(
            ty,
            HeapType::Abstract {
                ty: AbstractHeapType::Func,
                ..
            }
        );
        let ty = if is_func {
            ValType::FuncRef
        } else {
            ValType::ExternRef
        };
        self.push_const(ty, 0);
    }
    fn visit_ref_is_null(&mut self) {
        self.compile_ref_is_null();
    }
    fn visit_ref_func(&mut self, index: u32) {
        self.compile_ref_func(index);
    }
    fn visit_memory_size(&mut self, memory: u32) {
        self.compile_memory_size(memory);
    }
    fn visit_memory_grow(&mut self, memory: u32) {
        self.compile_memory_grow(memory);
    }
    fn visit_memory_init(&mut self, data: u32, memory: u32) {
        self.compile_memory_init(data, memory);
    }
    fn visit_memory_copy(&mut self, to: u32, from: u32) {
        self.compile_memory_copy(to, from);
    }
    fn visit_memory_fill(&mut self, memory: u32) {
        self.compile_memory_fill(memory);
    }
    fn visit_data_drop(&mut self, data: u32) {
        self.compile_data_drop(data);
    }
    fn visit_table_init(&mut self, elem: u32, table: u32) {
        self.compile_table_init(elem, table);
    }
    fn visit_table_copy(&mut self, to: u32, from: u32) {
        self.compile_table_copy(to, from);
    }
    fn visit_elem_drop(&mut self, elem: u32) {
        self.compile_elem_drop(elem);
    }
    fn visit_table_get(&mut self, table: u32) {
        self.compile_table_get(table);
    }
    fn visit_table_set(&mut self, table: u32) {
        self.compile_table_set(table);
    }
    fn visit_table_grow(&mut self, table: u32) {
        self.compile_table_grow(table);
    }
    fn visit_table_size(&mut self, table: u32) {
        self.compile_table_size(table);
    }
    fn visit_table_fill(&mut self, table: u32) {
        self.compile_table_fill(table);
    }
    fn visit_i64_add128(&mut self) {
        self.compile_wide_sum(Alu::Add, Alu::Adc);
    }
    fn visit_i64_sub128(&mut self) {
        self.compile_wide_sum(Alu::Sub, Alu::Sbb);
    }
    fn visit_i64_mul_wide_s(&mut self) {
        self.compile_wide_mul(true);
    }
    fn visit_i64_mul_wide_u(&mut self) {
        self.compile_wide_mul(false);
    }
}
