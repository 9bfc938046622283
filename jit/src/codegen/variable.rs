//! Locals, globals, `drop` and `select`.

use selvedge_vm::index::GlobalIndex;
use selvedge_vm::types::ValType;

use super::Codegen;
use super::ahead::{BR_IF, I32_EQZ, I64_EXTEND_I32_U, IF, SELECT, leb_len};
use super::stack::{NO_COPY, Value, class_of_type, size_of_type};
use crate::masm::{Cond, Mem, Operand, Size};
use crate::regs::{Class, Reg};

impl Codegen<'_> {
    pub(super) fn compile_local_get(&mut self, local: u32) {
        let ty = self.locals.get(local);
        let below = self.chains[local as usize];
        self.push(ty, Value::Local { local, below });
    }

    pub(super) fn compile_local_set(&mut self, local: u32) {
        let entry = self.pop();
        self.set_local(local, entry);
        self.release(entry);
    }

    pub(super) fn compile_local_tee(&mut self, local: u32) {
        let entry = self.pop();
        self.set_local(local, entry);
        if let Value::Flags(cond) = entry.value {
            // To set a register or slot has left the flags alone, unless two of them were joined.
            let keeps = !matches!(cond, Cond::FloatEq | Cond::FloatNe);
            if keeps && self.takes_flags_next() {
                return self.push(entry.ty, entry.value);
            }
            return self.compile_local_get(local);
        }
        if let (None, Value::Reg(_) | Value::Const(_) | Value::Vector(_)) =
            (self.pins.pin(local), entry.value)
        {
            // What is at hand is better than the slot.
            self.copies_from = self.copies_from.min(self.stack.len());
            self.push(entry.ty, entry.value);
            if let (ValType::V128, Value::Reg(reg)) = (entry.ty, entry.value) {
                self.keep(local, reg);
            }
            if let (Ok(local), Some(top)) = (u16::try_from(local), self.stack.last_mut()) {
                top.copy_of = local;
                self.has_copies = true;
            }
            return;
        }
        self.release(entry);
        self.compile_local_get(local);
    }

    /// Whether the operator behind this one, which names a local, takes its operand from the flags.
    fn takes_flags_next(&self) -> bool {
        const TAKERS: [u8; 5] = [IF, BR_IF, SELECT, I32_EQZ, I64_EXTEND_I32_U];
        let len = 1 + leb_len(&self.rest[1..]);
        self.rest.get(len).is_some_and(|next| TAKERS.contains(next))
    }

    fn set_local(&mut self, local: u32, entry: super::stack::Entry) {
        let start = self.masm.pos();
        self.save_local(local);
        match self.pins.pin(local) {
            Some(pin) => {
                if entry.constant() == Some(0) && pin.class() == Class::Int {
                    self.masm.zero(pin);
                } else {
                    self.move_to(entry, pin);
                    self.keep_tested(start, entry.value, pin);
                }
                self.valid = self.valid.with(pin);
                self.dirty = self.dirty.with(pin);
            }
            None => {
                if self.has_copies {
                    self.forget_copies(local);
                }
                let mem = Mem::slot(self.layout.local(local));
                if let Value::Flags(_) = entry.value {
                    let reg = self.alloc(Class::Int);
                    self.move_to(entry, reg);
                    self.store_reg(entry.ty, mem, reg);
                    return self.release_reg(reg);
                }
                self.store_entry(entry, mem);
                if entry.ty == ValType::V128 {
                    self.kept.forget_local(local);
                }
                if let Value::Reg(reg) = entry.value {
                    if entry.ty == ValType::V128 {
                        self.keep(local, reg);
                    }
                    self.keep_tested(start, entry.value, reg);
                }
            }
        }
    }

    /// Lets no entry count as a copy of `local`, which changes. Those far down are no copies at all from now on.
    fn forget_copies(&mut self, local: u32) {
        const NEAR: usize = 16;
        let near = self.stack.len().saturating_sub(NEAR);
        self.copies_from = self.copies_from.max(near);
        self.has_copies = false;
        for entry in &mut self.stack[near..] {
            if u32::from(entry.copy_of) == local {
                entry.copy_of = NO_COPY;
            }
            self.has_copies |= entry.copy_of != NO_COPY;
        }
    }

    /// What the flags told at `start` of `from` they tell now of `to`: only moves have been emitted since.
    fn keep_tested(&mut self, start: u32, from: Value, to: Reg) {
        if let Some((reg, size, at)) = self.tested
            && at == start
            && from == Value::Reg(reg)
        {
            self.tested = Some((to, size, self.masm.pos()));
        }
    }

    /// Where a global is. Changes `r11`.
    fn global(&mut self, index: u32) -> (ValType, Mem) {
        let global = GlobalIndex::from_u32(index);
        let ty = self.module.globals[global].content;
        let mem = match self.module.defined_global(global) {
            Some(defined) => Mem::Context(self.offsets.owned_global(defined) as i32),
            None => {
                let pointer = Mem::Context(self.offsets.imported_global(global) as i32);
                self.masm.load(Size::S64, Reg::R11, pointer);
                Mem::At(Reg::R11, 0)
            }
        };
        (ty, mem)
    }

    pub(super) fn compile_global_get(&mut self, index: u32) {
        let (ty, mem) = self.global(index);
        let class = class_of_type(ty);
        let dst = match self.hint(class) {
            Some(pin) => pin,
            None => self.alloc(class),
        };
        self.load_reg(ty, dst, mem);
        self.push_reg(ty, dst);
    }

    pub(super) fn compile_global_set(&mut self, index: u32) {
        let entry = self.pop();
        let ty = entry.ty;
        if ty == ValType::V128 {
            let vector = self.use_reg(entry);
            let (_, mem) = self.global(index);
            return self.masm.store_vector(mem, vector);
        }
        // The word of a global is zero-extended, and `r11` may be needed for its address.
        let reg = match class_of_type(ty) {
            Class::Int => self.use_reg(entry),
            Class::Float => {
                let float = self.use_reg(entry);
                let bits = self.alloc(Class::Int);
                self.masm.mov_from_float(size_of_type(ty), bits, float);
                bits
            }
        };
        let (_, mem) = self.global(index);
        self.masm.store(8, mem, reg);
    }

    pub(super) fn compile_drop(&mut self) {
        let entry = self.pop();
        self.release(entry);
    }

    pub(super) fn compile_select(&mut self) {
        let cond = self.pop_condition();
        let (b, a) = (self.pop(), self.pop());
        let ty = a.ty;
        if class_of_type(ty) == Class::Float {
            return self.select_float(cond, b, a);
        }
        let size = size_of_type(ty);
        // Nothing here may change the flags. If the second operand is in the register that is set
        // next, the condition is turned round.
        let other = match self.operand(b) {
            Operand::Imm(_) => {
                let reg = self.alloc(Class::Int);
                self.move_to(b, reg);
                Operand::Reg(reg)
            }
            place => place,
        };
        let dst = self.result_from(a, &[other]);
        match cond {
            Cond::FloatEq => {
                self.masm.cmov(Cond::Ne, size, dst, other);
                self.masm.cmov(Cond::P, size, dst, other);
            }
            Cond::FloatNe => {
                let equal = self.masm.skip_if(Cond::Ne);
                let not_ordered = self.masm.skip_if(Cond::P);
                // Equal and ordered.
                self.mov_operand(size, dst, other);
                self.masm.land(equal);
                self.masm.land(not_ordered);
            }
            cond => self.masm.cmov(cond.negated(), size, dst, other),
        }
        if let Operand::Reg(reg) = other {
            self.release_reg(reg);
        }
        self.push_reg(ty, dst);
    }

    fn mov_operand(&mut self, size: Size, dst: Reg, operand: Operand) {
        match operand {
            Operand::Reg(src) => self.masm.mov(size, dst, src),
            Operand::Mem(mem) => self.masm.load(size, dst, mem),
            Operand::Imm(imm) => self.masm.mov_imm(dst, imm as u64),
        }
    }

    fn select_float(&mut self, cond: Cond, b: super::stack::Entry, a: super::stack::Entry) {
        // Pins are loaded before the paths part.
        for entry in [b, a] {
            if let Value::Local { local, .. } = entry.value {
                self.pin_for_use(local);
            }
        }
        let dst = self.own_reg(a);
        match cond {
            Cond::FloatEq => {
                let unordered = self.masm.skip_if(Cond::P);
                let equal = self.masm.skip_if(Cond::E);
                self.masm.land(unordered);
                self.move_to(b, dst);
                self.masm.land(equal);
            }
            Cond::FloatNe => {
                let unordered = self.masm.skip_if(Cond::P);
                let differ = self.masm.skip_if(Cond::Ne);
                self.move_to(b, dst);
                self.masm.land(unordered);
                self.masm.land(differ);
            }
            cond => {
                let holds = self.masm.skip_if(cond);
                self.move_to(b, dst);
                self.masm.land(holds);
            }
        }
        self.release(b);
        self.push_reg(a.ty, dst);
    }
}
