//! Operators on whole memories and on data segments: all but `memory.size` by a call, unless it is
//! `memory.copy` or `memory.fill` of a few bytes of memory 0, which is in line.
//!
//! From 8 bytes on, two accesses of 8 or 16 bytes, which may overlap, reach all of them. Everything is read
//! before anything is written, so it does not matter how the ranges lie.

use selvedge_vm::index::MemoryIndex;
use selvedge_vm::memory::MEMORY_LENGTH_OFFSET;
use selvedge_vm::native::Libcall;
use selvedge_vm::types::ValType;

use super::Codegen;
use super::cold::Cold;
use crate::masm::{Alu, Cond, Mem, Operand, Shift, Size};
use crate::regs::{Class, Reg};
use crate::sink::Chain;

/// The lengths that are copied in line.
const LEAST: i32 = 8;
const MOST: i32 = 32;

/// Where a call has its arguments.
const TO: Reg = Reg::RDX;
const FROM: Reg = Reg::RCX;
const LEN: Reg = Reg::R8;

impl Codegen<'_> {
    /// The type of sizes of a memory.
    fn memory_size_type(&self, memory: u32) -> (ValType, u8) {
        let ty = &self.module.memories[MemoryIndex::from_u32(memory)];
        let index = if ty.memory64 {
            ValType::I64
        } else {
            ValType::I32
        };
        (index, ty.page_size_log2)
    }

    pub(super) fn compile_memory_size(&mut self, memory: u32) {
        let (ty, page_size_log2) = self.memory_size_type(memory);
        let dst = match self.hint(Class::Int) {
            Some(pin) => pin,
            None => self.alloc(Class::Int),
        };
        let length = MEMORY_LENGTH_OFFSET as i32;
        if memory == 0 {
            self.masm.load(Size::S64, dst, Mem::Heap(None, length));
        } else {
            self.load_memory_base(dst, MemoryIndex::from_u32(memory));
            self.masm.load(Size::S64, dst, Mem::At(dst, length));
        }
        if page_size_log2 > 0 {
            self.masm
                .shift_imm(Shift::Shr, Size::S64, dst, page_size_log2);
        }
        self.push_reg(ty, dst);
    }

    pub(super) fn compile_memory_grow(&mut self, memory: u32) {
        let (ty, _) = self.memory_size_type(memory);
        self.call_out(Libcall::MemoryGrow, memory.into(), 1, Some(ty));
    }

    pub(super) fn compile_memory_fill(&mut self, memory: u32) {
        self.compile_bulk(Libcall::MemoryFill, memory.into());
    }

    pub(super) fn compile_memory_copy(&mut self, to: u32, from: u32) {
        self.compile_bulk(Libcall::MemoryCopy, pair(to, from));
    }

    pub(super) fn compile_memory_init(&mut self, data: u32, memory: u32) {
        self.call_out(Libcall::MemoryInit, pair(data, memory), 3, None);
    }

    pub(super) fn compile_data_drop(&mut self, data: u32) {
        self.call_out(Libcall::DataDrop, data.into(), 0, None);
    }

    /// `memory.copy` or `memory.fill`, with `memories` as the call has it.
    pub(super) fn compile_bulk(&mut self, libcall: Libcall, memories: u64) {
        let len = self.stack.last().and_then(|top| top.constant());
        let fits = len.is_none_or(|len| (LEAST as u64..=MOST as u64).contains(&len));
        // The runtime charges for what it does.
        if memories != 0 || self.plan.is_none() || !fits || self.options.counts {
            return self.call_out(libcall, memories, 3, None);
        }
        self.load_arguments(3, true);
        let mut chain = Chain::default();
        let copies = libcall == Libcall::MemoryCopy;
        self.masm.lea(Size::S32, Reg::RAX, LEN, -LEAST);
        let span = Operand::Imm(MOST - LEAST);
        self.masm.alu(Alu::Cmp, Size::S32, Reg::RAX, span);
        self.masm.jcc(Cond::A, &mut chain);
        self.check_range(TO, &mut chain);
        if copies {
            self.check_range(FROM, &mut chain);
            self.masm.lea_scaled(Size::S64, FROM, FROM, Reg::R14, 0, 0);
        }
        self.masm.lea_scaled(Size::S64, TO, TO, Reg::R14, 0, 0);
        match copies {
            true => self.copy_few(),
            false => self.fill_few(),
        }
        self.cold.push(Cold::Libcall {
            chain,
            back: self.masm.pos(),
            libcall,
            first: memories,
            wasm_offset: self.wasm_offset,
        });
        self.finish_call_out(3);
    }

    /// Leaves by `chain` unless the bytes at `start` are in the memory.
    fn check_range(&mut self, start: Reg, chain: &mut Chain) {
        self.masm.lea_scaled(Size::S64, Reg::RAX, start, LEN, 0, 0);
        let length = Operand::Mem(Mem::Heap(None, MEMORY_LENGTH_OFFSET as i32));
        self.masm.alu(Alu::Cmp, Size::S64, Reg::RAX, length);
        self.masm.jcc(Cond::A, chain);
    }

    fn copy_few(&mut self) {
        let (first, last) = (Reg::XMM0, Reg::XMM15);
        let masm = &mut self.masm;
        masm.alu(Alu::Cmp, Size::S32, LEN, Operand::Imm(16));
        let many = masm.skip_if(Cond::A);
        masm.load(Size::S64, Reg::RAX, Mem::At(FROM, 0));
        masm.load(Size::S64, Reg::R11, Mem::Sum(FROM, LEN, -8));
        masm.store(8, Mem::At(TO, 0), Reg::RAX);
        masm.store(8, Mem::Sum(TO, LEN, -8), Reg::R11);
        let done = masm.skip();
        masm.land(many);
        masm.load_vector(first, Mem::At(FROM, 0));
        masm.load_vector(last, Mem::Sum(FROM, LEN, -16));
        masm.store_vector(Mem::At(TO, 0), first);
        masm.store_vector(Mem::Sum(TO, LEN, -16), last);
        masm.land(done);
    }

    fn fill_few(&mut self) {
        let value = FROM;
        let masm = &mut self.masm;
        masm.zero_extend(8, value, value);
        masm.mov_imm(Reg::R11, 0x0101_0101_0101_0101);
        masm.imul(Size::S64, value, Operand::Reg(Reg::R11));
        masm.store(8, Mem::At(TO, 0), value);
        masm.store(8, Mem::Sum(TO, LEN, -8), value);
        masm.alu(Alu::Cmp, Size::S32, LEN, Operand::Imm(16));
        let done = masm.skip_if(Cond::Be);
        masm.store(8, Mem::At(TO, 8), value);
        masm.store(8, Mem::Sum(TO, LEN, -16), value);
        masm.land(done);
    }
}

/// Two indices in one argument.
pub(super) fn pair(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}
