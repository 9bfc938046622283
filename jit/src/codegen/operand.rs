//! Values on their way between slots, registers, constants and the flags.

use selvedge_vm::types::ValType;

use super::Codegen;
use super::stack::{Entry, Value, class_of_type, size_of_type};
use crate::masm::{Alu, Cond, Mem, Operand, Size};
use crate::regs::{Class, Reg};

impl Codegen<'_> {
    /// Stores a register to a slot. Leaves the flags alone.
    pub(super) fn store_reg(&mut self, ty: ValType, mem: Mem, reg: Reg) {
        match ty {
            ValType::F32 => self.masm.store_float(Size::S32, mem, reg),
            ValType::F64 => self.masm.store_float(Size::S64, mem, reg),
            ValType::V128 => self.masm.store_vector(mem, reg),
            _ => self.masm.store(8, mem, reg),
        }
    }

    /// Loads a register from a slot. Leaves the flags alone.
    pub(super) fn load_reg(&mut self, ty: ValType, reg: Reg, mem: Mem) {
        match ty {
            ValType::F32 => self.masm.load_float(Size::S32, reg, mem),
            ValType::F64 => self.masm.load_float(Size::S64, reg, mem),
            ValType::V128 => self.masm.load_vector(reg, mem),
            _ => self.masm.load(size_of_type(ty), reg, mem),
        }
    }

    /// Copies a register. Leaves the flags alone.
    pub(super) fn move_reg(&mut self, ty: ValType, dst: Reg, src: Reg) {
        match class_of_type(ty) {
            Class::Int => self.masm.mov(size_of_type(ty), dst, src),
            Class::Float => self.masm.mov_float(dst, src),
        }
    }

    /// Sets a register to a constant. Leaves the flags alone.
    pub(super) fn load_const(&mut self, ty: ValType, dst: Reg, value: u64) {
        match class_of_type(ty) {
            Class::Int => self.masm.mov_imm(dst, value),
            Class::Float if value == 0 => self.masm.zero_float(dst),
            Class::Float => {
                let constant = self.constant(value);
                let chain = &mut self.constants[constant].1;
                self.masm.load_float_data(size_of_type(ty), dst, chain);
            }
        }
    }

    /// Stores a scalar constant to a slot. Leaves the flags alone; changes `r11`.
    pub(super) fn store_const(&mut self, mem: Mem, value: u64) {
        match i32::try_from(value) {
            Ok(value) => self.masm.store_imm(8, mem, value),
            Err(_) => {
                self.masm.mov_imm(Reg::R11, value);
                self.masm.store(8, mem, Reg::R11);
            }
        }
    }

    /// Moves a popped entry into `dst`, whatever that holds. Leaves the flags alone, but for taking
    /// the entry from them.
    pub(super) fn move_to(&mut self, entry: Entry, dst: Reg) {
        match entry.value {
            Value::Slot => self.load_reg(entry.ty, dst, entry.mem()),
            Value::Reg(src) if src == dst => {}
            Value::Reg(src) => self.move_reg(entry.ty, dst, src),
            Value::Const(value) => self.load_const(entry.ty, dst, value),
            Value::Vector(number) => self.load_vector_constant(dst, number),
            Value::Local { local, .. } => match self.valid_pin(local) {
                Some(pin) if pin == dst => {}
                Some(pin) => self.move_reg(entry.ty, dst, pin),
                None if entry.ty == ValType::V128
                    && let Some(kept) = self.kept_reg(local) =>
                {
                    if kept != dst {
                        self.masm.mov_float(dst, kept);
                    }
                }
                None => {
                    let mem = Mem::slot(self.layout.local(local));
                    self.load_reg(entry.ty, dst, mem);
                }
            },
            Value::Flags(cond) => self.materialise_flags(cond, dst),
        }
    }

    /// `dst` = 1 if the flags say `cond`, else 0. Changes the flags for floats' equality.
    pub(super) fn materialise_flags(&mut self, cond: Cond, dst: Reg) {
        match cond {
            Cond::FloatEq => {
                self.masm.setcc(Cond::Np, Reg::R11);
                self.masm.setcc(Cond::E, dst);
                self.masm
                    .alu(Alu::And, Size::S32, dst, Operand::Reg(Reg::R11));
            }
            Cond::FloatNe => {
                self.masm.setcc(Cond::P, Reg::R11);
                self.masm.setcc(Cond::Ne, dst);
                self.masm
                    .alu(Alu::Or, Size::S32, dst, Operand::Reg(Reg::R11));
            }
            cond => self.masm.setcc(cond, dst),
        }
    }

    /// A register with the value of a popped entry, which must not be changed. Leaves the flags alone.
    pub(super) fn use_reg(&mut self, entry: Entry) -> Reg {
        match entry.value {
            Value::Reg(reg) => reg,
            Value::Local { local, .. } if let Some(pin) = self.pin_for_use(local) => pin,
            Value::Local { local, .. }
                if entry.ty == ValType::V128
                    && let Some(reg) = self.kept_for_use(local) =>
            {
                reg
            }
            _ => {
                let reg = match entry.ty {
                    ValType::V128 => self.alloc_vector(),
                    _ => self.alloc(entry.class()),
                };
                self.move_to(entry, reg);
                reg
            }
        }
    }

    /// A register with the value of a popped entry that the operator may change.
    pub(super) fn own_reg(&mut self, entry: Entry) -> Reg {
        match entry.value {
            Value::Reg(reg) if self.temps.contains(reg) => {
                self.kept.forget(reg);
                reg
            }
            _ => {
                let reg = self.alloc(entry.class());
                self.move_to(entry, reg);
                reg
            }
        }
    }

    /// The value of a popped integer entry as an instruction's second operand.
    pub(super) fn operand(&mut self, entry: Entry) -> Operand {
        match entry.value {
            Value::Slot => Operand::Mem(entry.mem()),
            Value::Const(value) => match self.imm(entry.size(), value) {
                Some(imm) => Operand::Imm(imm),
                None => Operand::Reg(self.use_reg(entry)),
            },
            Value::Local { local, .. } => match self.pin_for_use(local) {
                Some(pin) => Operand::Reg(pin),
                None => Operand::Mem(Mem::slot(self.layout.local(local))),
            },
            _ => Operand::Reg(self.use_reg(entry)),
        }
    }

    /// The sign-extended immediate for a constant of `size`, if there is one.
    pub(super) fn imm(&self, size: Size, value: u64) -> Option<i32> {
        match size {
            Size::S32 => Some(value as u32 as i32),
            Size::S64 => i32::try_from(value as i64).ok(),
        }
    }

    /// A register for a result that begins as a copy of `left`. If the next operator sets a pinned local it is
    /// that pin, unless one of `others` reads it.
    pub(super) fn result_from(&mut self, left: Entry, others: &[Operand]) -> Reg {
        match self.hint(left.class()) {
            Some(pin) if !others.iter().any(|operand| reads(*operand, pin)) => {
                self.move_to(left, pin);
                if let Value::Reg(reg) = left.value {
                    self.release_reg(reg);
                }
                pin
            }
            _ => self.own_reg(left),
        }
    }

    /// A register for a result that is written before operands are read for the last time, so
    /// none of `others` may be in it.
    pub(super) fn result_reg(&mut self, class: Class, others: &[Operand]) -> Reg {
        match self.hint(class) {
            Some(pin) if !others.iter().any(|operand| reads(*operand, pin)) => pin,
            _ => self.alloc(class),
        }
    }

    /// Stores an entry's value to memory. Leaves the flags alone; changes `r11` or `xmm15`.
    pub(super) fn store_entry(&mut self, entry: Entry, mem: Mem) {
        match entry.value {
            Value::Slot => {
                if entry.mem() != mem {
                    self.copy_value(entry.ty, entry.mem(), mem);
                }
            }
            Value::Reg(reg) => self.store_reg(entry.ty, mem, reg),
            Value::Const(value) => self.store_const(mem, value),
            Value::Vector(number) => {
                self.load_vector_constant(Reg::XMM15, number);
                self.masm.store_vector(mem, Reg::XMM15);
            }
            Value::Local { local, .. } => match self.valid_pin(local) {
                Some(pin) => self.store_reg(entry.ty, mem, pin),
                None => {
                    let from = Mem::slot(self.layout.local(local));
                    self.copy_value(entry.ty, from, mem);
                }
            },
            Value::Flags(_) => unreachable!("flags are taken before entries are stored"),
        }
    }

    /// Copies a value from slot to slot. Leaves the flags alone; changes `r11` or `xmm15`.
    fn copy_value(&mut self, ty: ValType, from: Mem, to: Mem) {
        if ty == ValType::V128 {
            self.masm.load_vector(Reg::XMM15, from);
            self.masm.store_vector(to, Reg::XMM15);
        } else {
            self.masm.load(Size::S64, Reg::R11, from);
            self.masm.store(8, to, Reg::R11);
        }
    }

    /// Copies slots downwards. Changes `r11`.
    pub(super) fn copy_slots(&mut self, from: u32, to: u32, count: u32) {
        if from != to {
            for slot in 0..count {
                self.masm.load(Size::S64, Reg::R11, Mem::slot(from + slot));
                self.masm.store(8, Mem::slot(to + slot), Reg::R11);
            }
        }
    }
}

/// Whether an operand reads `reg`.
fn reads(operand: Operand, reg: Reg) -> bool {
    match operand {
        Operand::Reg(other) => other == reg,
        Operand::Mem(Mem::Heap(Some(index), _)) => index == reg,
        Operand::Mem(Mem::At(base, _)) => base == reg,
        Operand::Mem(Mem::Sum(a, b, _)) => a == reg || b == reg,
        _ => false,
    }
}
