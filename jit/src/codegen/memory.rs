//! Loads and stores.
//!
//! Memory 0 may be accessed without checks where the engine's plan says that whatever the index is,
//! the access ends in the memory or faults. Everywhere else the end of the access is compared
//! with the length, which is the word before the base:
//!
//! ```text
//! lea r11, [index + offset + size]      (with the carry checked, if the index has 64 bits)
//! cmp r11, [base − 8]
//! ja  trap
//! mov …, [base + r11 − size]
//! ```

use selvedge_vm::index::MemoryIndex;
use selvedge_vm::memory::MEMORY_LENGTH_OFFSET;
use selvedge_vm::native::SiteKind;
use selvedge_vm::ops::Scalar;
use selvedge_vm::ops::memory::{Load, MemInt, Store};
use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::ValType;
use wasmparser::{MemArg, MemArgTarget};

use super::Codegen;
use super::float::float_type;
use super::fold::Read;
use super::numeric::int_type;
use super::stack::Entry;
use crate::masm::{Alu, Cond, Mem, Operand, Size};
use crate::regs::{Class, Reg};
use crate::sink::Chain;

/// An address that may be accessed, or faults as it should.
pub(super) struct Address {
    pub(super) mem: Mem,
    /// Whether an access may fault.
    pub(super) faults: bool,
}

impl Codegen<'_> {
    pub(super) fn compile_load<L: Load>(&mut self, memarg: MemArg) {
        let index = self.pop();
        let size = Size::of_bits(L::Out::BITS);
        let address = self.address(index, &memarg, L::Mem::SIZE);
        let next = self.next_operators();
        if !L::Out::FLOAT && address.faults && self.options.fuse {
            let read = Read {
                size,
                bytes: L::Mem::SIZE,
                signed: L::SIGNED,
            };
            if self.fold_load(read, &address, index, next) {
                return;
            }
        }
        self.release(index);
        // The register of the index may be the result's: it is read before.
        if let Mem::Heap(Some(reg), _) | Mem::Sum(reg, ..) = address.mem {
            self.release_reg(reg);
        }
        let class = if L::Out::FLOAT {
            Class::Float
        } else {
            Class::Int
        };
        let dst = match self.hint_before(next, class) {
            Some(pin) => pin,
            None => self.alloc(class),
        };
        let at = self.masm.pos();
        let ty = if L::Out::FLOAT {
            self.masm.load_float(size, dst, address.mem);
            float_type(size)
        } else {
            self.masm
                .load_extended(L::Mem::SIZE, L::SIGNED, size, dst, address.mem);
            int_type(size)
        };
        if address.faults {
            self.site(at, SiteKind::Memory);
        }
        self.push_reg(ty, dst);
    }

    pub(super) fn compile_store<S: Store>(&mut self, memarg: MemArg) {
        let (value, index) = (self.pop(), self.pop());
        let bytes = S::Mem::SIZE;
        let imm = match value.constant() {
            Some(constant) if bytes < 8 => Some(constant as u32 as i32),
            Some(constant) => i32::try_from(constant as i64).ok(),
            None => None,
        };
        if let Some(imm) = imm {
            let address = self.address(index, &memarg, bytes);
            let at = self.masm.pos();
            self.masm.store_imm(bytes, address.mem, imm);
            if address.faults {
                self.site(at, SiteKind::Memory);
            }
            return;
        }
        let src = self.use_reg(value);
        let address = self.address(index, &memarg, bytes);
        let at = self.masm.pos();
        if S::In::FLOAT {
            self.masm
                .store_float(Size::of_bits(S::In::BITS), address.mem, src);
        } else {
            self.masm.store(bytes, address.mem, src);
        }
        if address.faults {
            self.site(at, SiteKind::Memory);
        }
    }

    /// The address of an access of `bytes` bytes. Changes `r11`.
    pub(super) fn address(&mut self, index: Entry, memarg: &MemArg, bytes: u64) -> Address {
        let offset_end = memarg.offset.saturating_add(bytes);
        if memory_index(memarg) == MemoryIndex::from_u32(0)
            && let Some(plan) = self.plan
        {
            if let Some(index) = index.constant() {
                // The index is of 32 bits, so the sum does not overflow.
                let end = index + offset_end;
                if let Ok(disp) = i32::try_from(index + memarg.offset)
                    && plan.elides_check(end)
                {
                    return Address {
                        mem: Mem::Heap(None, disp),
                        faults: true,
                    };
                }
            } else if plan.elides_check(offset_end)
                && let Ok(disp) = i32::try_from(memarg.offset)
            {
                let index = self.use_reg(index);
                return Address {
                    mem: Mem::Heap(Some(index), disp),
                    faults: true,
                };
            }
        }
        self.checked_address(index, memarg, bytes, offset_end)
    }

    /// An address that is compared with the memory's length.
    fn checked_address(
        &mut self,
        index: Entry,
        memarg: &MemArg,
        bytes: u64,
        offset_end: u64,
    ) -> Address {
        let memory = memory_index(memarg);
        let is_64 = self.module.memories[memory].memory64;
        let mut index = index;
        if !is_64 {
            index.ty = ValType::I32;
        }
        let mut trap = Chain::default();
        let index = self.use_reg(index);
        match i32::try_from(offset_end) {
            // An index of 32 bits and an offset of 31 do not overflow.
            Ok(end) if !is_64 => self.masm.lea(Size::S64, Reg::R11, index, end),
            _ => {
                self.masm.mov_imm(Reg::R11, offset_end);
                self.masm
                    .alu(Alu::Add, Size::S64, Reg::R11, Operand::Reg(index));
                self.masm.jcc(Cond::B, &mut trap);
            }
        }
        let disp = -(bytes as i32);
        let mem = if memory_index(memarg) == MemoryIndex::from_u32(0) {
            let length = Mem::Heap(None, MEMORY_LENGTH_OFFSET as i32);
            self.masm
                .alu(Alu::Cmp, Size::S64, Reg::R11, Operand::Mem(length));
            Mem::Heap(Some(Reg::R11), disp)
        } else {
            let base = self.alloc(Class::Int);
            self.load_memory_base(base, memory);
            let length = Mem::At(base, MEMORY_LENGTH_OFFSET as i32);
            self.masm
                .alu(Alu::Cmp, Size::S64, Reg::R11, Operand::Mem(length));
            Mem::Sum(base, Reg::R11, disp)
        };
        self.masm.jcc(Cond::A, &mut trap);
        self.cold_trap(trap, TrapCode::MemoryOutOfBounds);
        Address { mem, faults: false }
    }

    /// Loads the base of a memory.
    pub(super) fn load_memory_base(&mut self, dst: Reg, memory: MemoryIndex) {
        let definition = Mem::Context(self.offsets.memory(memory) as i32);
        self.masm.load(Size::S64, dst, definition);
        self.masm.load(Size::S64, dst, Mem::At(dst, 0));
    }
}

/// The memory of an access.
fn memory_index(memarg: &MemArg) -> MemoryIndex {
    match memarg.target {
        MemArgTarget::Memory(memory) => MemoryIndex::from_u32(memory),
        MemArgTarget::Array(_) => unreachable!("validation refuses arrays"),
    }
}
