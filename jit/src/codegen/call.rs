//! Calls.
//!
//! Arguments are in the caller's top slots, which become the callee's first. Every register is
//! the caller's to save, so before a call the entries that are in registers and the dirty pins go
//! to their slots; pins are loaded again when they are used.

use std::mem::offset_of;

use selvedge_vm::code::VMFuncCode;
use selvedge_vm::index::{FuncIndex, TableIndex, TypeIndex};
use selvedge_vm::native::{Libcall, SiteKind};
use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::{FuncType, ValType};
use selvedge_vm::vmcontext::{VMCallee, VMContextHeader, VMFuncRef, VMTableDefinition};

use super::Codegen;
use super::cold::Cold;
use super::stack::size_of_type;
use crate::masm::{Alu, Cond, Mem, Operand, Size, Stub};
use crate::regs::{Class, Reg, RegSet};
use crate::sink::Chain;

const CALLEE_CODE: i32 = (offset_of!(VMFuncRef, callee) + offset_of!(VMCallee, code)) as i32;
const CALLEE_CONTEXT: i32 = (offset_of!(VMFuncRef, callee) + offset_of!(VMCallee, vmctx)) as i32;
const TYPE_ID: i32 = offset_of!(VMFuncRef, type_id) as i32;
const TABLE_BASE: i32 = offset_of!(VMTableDefinition, base) as i32;
const TABLE_LEN: i32 = offset_of!(VMTableDefinition, len) as i32;
const FUNC_CODES: i32 = offset_of!(VMContextHeader, func_codes) as i32;

impl<'a> Codegen<'a> {
    fn type_of(&self, func: u32) -> &'a FuncType {
        self.module.func_type(FuncIndex::from_u32(func))
    }

    /// Puts the arguments into their slots and all that is to outlive the call into memory.
    /// Returns how far the callee's frame is above this one.
    fn prepare_call(&mut self, params: usize) -> u32 {
        self.flush_top(params);
        self.spill_registers();
        self.clean_pins();
        self.slot_at(self.stack.len() - params) * 8
    }

    /// What holds when a call has returned: registers are unknown, but for one result.
    fn finish_call(&mut self, ty: &FuncType) {
        self.valid = RegSet::EMPTY;
        self.dirty = RegSet::EMPTY;
        self.forget_registers();
        self.temps = RegSet::EMPTY;
        self.truncate(self.stack.len() - ty.params().len());
        if self.memory_moves {
            self.reload_memory();
        }
        match *ty.results() {
            // What is not machine code returns it in its slots alone.
            [ValType::V128] => self.push(ValType::V128, super::stack::Value::Slot),
            ref results => self.push_results(results),
        }
    }

    fn reload_memory(&mut self) {
        const MEMORY0: i32 = offset_of!(VMContextHeader, memory0) as i32;
        self.masm.load(Size::S64, Reg::R14, Mem::Context(MEMORY0));
        self.masm.load(Size::S64, Reg::R14, Mem::At(Reg::R14, 0));
    }

    fn return_site(&mut self, frame_bytes: u32) {
        let at = self.masm.pos();
        self.site(at, SiteKind::Call { frame_bytes });
    }

    pub(super) fn compile_call(&mut self, func: u32) {
        let ty = self.type_of(func);
        let frame_bytes = self.prepare_call(ty.params().len());
        match self.module.defined_func(FuncIndex::from_u32(func)) {
            None => {
                self.load_import(func);
                self.masm.move_frame(frame_bytes as i32);
                self.masm.call_stub(Stub::Cross);
            }
            Some(defined) if defined == self.func => {
                self.masm.move_frame(frame_bytes as i32);
                self.masm.call_back(self.start);
            }
            Some(defined) if self.options.direct_calls => {
                self.masm.move_frame(frame_bytes as i32);
                self.masm.call_back(0);
                self.relocs.push((self.masm.pos() - 4, defined));
            }
            Some(defined) => {
                self.load_code(defined.as_u32());
                self.masm.move_frame(frame_bytes as i32);
                self.masm.call_mem(Mem::At(Reg::RAX, 0));
            }
        }
        self.return_site(frame_bytes);
        self.masm.move_frame(-(frame_bytes as i32));
        self.finish_call(ty);
    }

    /// `rcx` = the callee of an import.
    fn load_import(&mut self, func: u32) {
        let offset = self.offsets.imported_function(FuncIndex::from_u32(func));
        self.masm.lea(Size::S64, Reg::RCX, Reg::R15, offset as i32);
    }

    /// `rax` = the code of a function of this module.
    fn load_code(&mut self, defined: u32) {
        let offset = i64::from(defined) * size_of::<VMFuncCode>() as i64;
        self.masm
            .load(Size::S64, Reg::RAX, Mem::Context(FUNC_CODES));
        // A module has at most a million functions.
        self.masm
            .alu(Alu::Add, Size::S64, Reg::RAX, Operand::Imm(offset as i32));
    }

    /// Takes the index of an indirect call off the stack, prepares the call, and leaves the
    /// function's reference in `rcx`, checked.
    fn load_indirect(&mut self, ty: u32, table: u32, params: usize) -> u32 {
        let index = self.pop();
        if index.value != super::stack::Value::Reg(Reg::RCX) {
            self.reserve(Reg::RCX);
            self.move_to(index, Reg::RCX);
            self.release(index);
        }
        let frame_bytes = self.prepare_call(params);
        let table = TableIndex::from_u32(table);
        let definition = match self.module.defined_table(table) {
            Some(defined) => {
                let offset = self.offsets.owned_table(defined) as i32;
                Mem::Context(offset)
            }
            None => {
                let pointer = Mem::Context(self.offsets.table(table) as i32);
                self.masm.load(Size::S64, Reg::RAX, pointer);
                Mem::At(Reg::RAX, 0)
            }
        };
        let field = |field: i32| match definition {
            Mem::Context(offset) => Mem::Context(offset + field),
            _ => Mem::At(Reg::RAX, field),
        };
        self.masm.alu(
            Alu::Cmp,
            Size::S64,
            Reg::RCX,
            Operand::Mem(field(TABLE_LEN)),
        );
        self.trap_if(Cond::Ae, TrapCode::TableOutOfBounds);
        self.masm.load(Size::S64, Reg::RAX, field(TABLE_BASE));
        self.masm.load_table_word(Reg::RCX, Reg::RAX, Reg::RCX);
        self.masm.test(Size::S64, Reg::RCX, Operand::Reg(Reg::RCX));
        self.trap_if(Cond::E, TrapCode::IndirectCallToNull);
        let id = self.module.types[TypeIndex::from_u32(ty)].shared.as_u32();
        self.masm
            .cmp_mem_imm(Size::S32, Mem::At(Reg::RCX, TYPE_ID), id as i32);
        self.trap_if(Cond::Ne, TrapCode::BadSignature);
        frame_bytes
    }

    fn trap_if(&mut self, cond: Cond, code: TrapCode) {
        let mut chain = Chain::default();
        self.masm.jcc(cond, &mut chain);
        self.cold_trap(chain, code);
    }

    pub(super) fn compile_call_indirect(&mut self, ty: u32, table: u32) {
        let callee = &self.module.types[TypeIndex::from_u32(ty)].func;
        let frame_bytes = self.load_indirect(ty, table, callee.params().len());
        self.masm.move_frame(frame_bytes as i32);
        self.masm
            .cmp_mem_reg(Size::S64, Mem::At(Reg::RCX, CALLEE_CONTEXT), Reg::R15);
        let mut chain = Chain::default();
        self.masm.jcc(Cond::Ne, &mut chain);
        self.masm
            .load(Size::S64, Reg::RAX, Mem::At(Reg::RCX, CALLEE_CODE));
        self.masm.call_mem(Mem::At(Reg::RAX, 0));
        self.return_site(frame_bytes);
        let back = self.masm.pos();
        self.cold.push(Cold::Cross {
            chain,
            back,
            wasm_offset: self.wasm_offset,
            frame_bytes,
        });
        self.masm.move_frame(-(frame_bytes as i32));
        self.finish_call(callee);
    }

    /// Moves the arguments of a tail call to where this function's were.
    fn replace_frame(&mut self, ty: &FuncType) {
        let from = self.slot_at(self.stack.len() - ty.params().len());
        self.copy_slots(from, 0, ty.param_slots());
    }

    pub(super) fn compile_return_call(&mut self, func: u32) {
        let ty = self.type_of(func);
        self.flush_top(ty.params().len());
        self.replace_frame(ty);
        match self.module.defined_func(FuncIndex::from_u32(func)) {
            None => {
                self.load_import(func);
                self.masm.jmp_stub(Stub::TailCross);
            }
            Some(defined) if defined == self.func => self.masm.jmp_far_back(self.start),
            Some(defined) if self.options.direct_calls => {
                self.masm.jmp_far_back(0);
                self.relocs.push((self.masm.pos() - 4, defined));
            }
            Some(defined) => {
                self.load_code(defined.as_u32());
                self.masm.jmp_mem(Mem::At(Reg::RAX, 0));
            }
        }
        self.end_of_path();
    }

    pub(super) fn compile_return_call_indirect(&mut self, ty: u32, table: u32) {
        let callee = &self.module.types[TypeIndex::from_u32(ty)].func;
        self.load_indirect(ty, table, callee.params().len());
        self.replace_frame(callee);
        self.masm
            .cmp_mem_reg(Size::S64, Mem::At(Reg::RCX, CALLEE_CONTEXT), Reg::R15);
        let same = self.masm.skip_if(Cond::E);
        self.masm.jmp_stub(Stub::TailCross);
        self.masm.land(same);
        self.masm
            .load(Size::S64, Reg::RAX, Mem::At(Reg::RCX, CALLEE_CODE));
        self.masm.jmp_mem(Mem::At(Reg::RAX, 0));
        self.end_of_path();
    }

    /// Calls a routine of the runtime with `first` and the top `params` operands.
    pub(super) fn call_out(
        &mut self,
        libcall: Libcall,
        first: u64,
        params: usize,
        result: Option<ValType>,
    ) {
        // Rounding has its operand first.
        let has_first = result.is_none() || !is_rounding(libcall);
        self.load_arguments(params, has_first);
        self.emit_libcall(libcall, has_first.then_some(first), self.wasm_offset);
        self.finish_call_out(params);
        if let Some(ty) = result {
            debug_assert_eq!(super::stack::class_of_type(ty), Class::Int);
            if size_of_type(ty) == Size::S32 {
                self.masm.mov(Size::S32, Reg::RAX, Reg::RAX);
            }
            self.push_reg(ty, Reg::RAX);
        }
    }

    /// Prepares a call of a routine of the runtime, and loads the top `params` operands into
    /// the registers of its arguments, from the second or third on.
    pub(super) fn load_arguments(&mut self, params: usize, has_first: bool) {
        const ARGUMENTS: [Reg; 4] = [Reg::RSI, Reg::RDX, Reg::RCX, Reg::R8];
        let values = &ARGUMENTS[usize::from(has_first)..];
        self.prepare_call(params);
        let base = self.stack.len() - params;
        for (entry, &reg) in self.stack[base..].iter().zip(values) {
            let (size, mem) = (size_of_type(entry.ty), Mem::slot(entry.slot));
            self.masm.load(size, reg, mem);
        }
    }

    /// Calls a routine of the runtime, with its other arguments in their registers.
    pub(super) fn emit_libcall(&mut self, libcall: Libcall, first: Option<u64>, wasm_offset: u32) {
        match first {
            Some(0) => self.masm.zero(Reg::RSI),
            Some(first) => self.masm.mov_imm(Reg::RSI, first),
            None => {}
        }
        self.masm.mov(Size::S64, Reg::RDI, Reg::R15);
        match libcall as u64 {
            0 => self.masm.zero(Reg::RAX),
            number => self.masm.mov_imm(Reg::RAX, number),
        }
        self.masm.call_stub(Stub::Libcall);
        let at = self.masm.pos();
        self.site_of(at, wasm_offset, SiteKind::Call { frame_bytes: 0 });
    }

    /// What holds when a routine of the runtime has returned: registers are unknown.
    pub(super) fn finish_call_out(&mut self, params: usize) {
        self.truncate(self.stack.len() - params);
        self.valid = RegSet::EMPTY;
        self.forget_registers();
        self.temps = RegSet::EMPTY;
    }
}

fn is_rounding(libcall: Libcall) -> bool {
    libcall as u32 >= Libcall::F32Ceil as u32
}
