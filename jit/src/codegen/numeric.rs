//! Integer operators, but for comparisons, shifts and divisions.

use selvedge_vm::ops::Scalar;
use selvedge_vm::ops::alu::{Alu as AluOp, AluKind};
use selvedge_vm::types::ValType;

use super::Codegen;
use super::stack::{Entry, Value};
use crate::cpu::CpuFeatures;
use crate::masm::{Alu, Cond, Mem, Operand, Shift, Size};
use crate::regs::{Class, Reg};

/// The type of integers of a size.
pub(super) const fn int_type(size: Size) -> ValType {
    match size {
        Size::S32 => ValType::I32,
        Size::S64 => ValType::I64,
    }
}

impl Codegen<'_> {
    /// An operator of two operands that cannot trap.
    pub(super) fn compile_alu<O: AluOp>(&mut self) {
        let size = Size::of_bits(O::Int::BITS);
        if let Some(Value::Flags(cond)) = self.stack.last().map(|top| top.value) {
            if let Some((op, imm)) = carry(O::KIND, cond) {
                return self.add_carry(op, imm, size);
            }
            self.settle_flags(false);
        }
        let (b, a) = (self.pop(), self.pop());
        if let (Some(a), Some(b)) = (a.constant(), b.constant()) {
            let folded = O::eval(O::Int::from_slot(a), O::Int::from_slot(b)).to_slot();
            return self.push_const(int_type(size), folded);
        }
        if let Some(op) = Alu::of(O::KIND) {
            self.compile_add_like(op, O::KIND.commutes(), size, a, b);
        } else if let Some(op) = Shift::of(O::KIND) {
            self.compile_shift(op, size, a, b);
        } else {
            debug_assert_eq!(O::KIND, AluKind::Mul);
            self.compile_mul(size, a, b);
        }
    }

    /// Adds or subtracts what the flags say, which is in the carry.
    fn add_carry(&mut self, op: Alu, imm: i32, size: Size) {
        self.pop();
        let a = self.pop();
        let dst = self.result_from(a, &[]);
        self.masm.alu(op, size, dst, Operand::Imm(imm));
        self.push_reg(int_type(size), dst);
    }

    /// Orders the operands of an operator for which that does not matter: constants come second, a
    /// register that may be changed first.
    fn order(&self, a: Entry, b: Entry) -> (Entry, Entry) {
        let owned = |entry: &Entry| matches!(entry.value, Value::Reg(_));
        let is_hint = |entry: &Entry| match entry.value {
            Value::Local { local, .. } => {
                let pin = self.pins.pin(local);
                pin.is_some() && self.hint(entry.class()) == pin
            }
            Value::Reg(reg) => !self.allocatable.contains(reg),
            _ => false,
        };
        let exchange = a.constant().is_some()
            || (b.constant().is_none()
                && (is_hint(&b) || (owned(&b) && !owned(&a) && !is_hint(&a))));
        if exchange { (b, a) } else { (a, b) }
    }

    fn compile_add_like(&mut self, op: Alu, commutes: bool, size: Size, a: Entry, b: Entry) {
        let ty = int_type(size);
        if let Some(local) = self.slot_set_next()
            && (self.change_slot(local, op, size, a, b)
                || (commutes && self.change_slot(local, op, size, b, a)))
        {
            return;
        }
        let (a, b) = if commutes { self.order(a, b) } else { (a, b) };
        if let (Alu::And, Some(mask)) = (op, b.constant())
            && let Some(bits) = match (mask, size) {
                (0xff, _) => Some(8),
                (0xffff, _) => Some(16),
                (0xffff_ffff, Size::S64) => Some(32),
                _ => None,
            }
            && !self.is_tested_next(size)
        {
            let src = self.use_reg(a);
            let dst = self.result_reg_over(a, src);
            self.masm.zero_extend(bits, dst, src);
            return self.finish_unary(ty, dst, src);
        }
        if op == Alu::And && self.is_tested_next(size) {
            let b = self.operand(b);
            let a = self.use_reg(a);
            self.masm.test(size, a, b);
            return self.push(ValType::I32, Value::Flags(Cond::Ne));
        }
        let right = self.operand(b);
        if op == Alu::Add
            && let Some(result) = self.add_apart(size, a, right)
        {
            return self.push_reg(ty, result);
        }
        let dst = self.result_from(a, &[right]);
        self.masm.alu(op, size, dst, right);
        self.tested = Some((dst, size, self.masm.pos()));
        self.push_reg(ty, dst);
    }

    /// `a + b` by `lea`, if that saves a move.
    fn add_apart(&mut self, size: Size, a: Entry, right: Operand) -> Option<Reg> {
        let Value::Local { local, .. } = a.value else {
            return None;
        };
        let left = self.pin_for_use(local)?;
        if self.hint(Class::Int) == Some(left) {
            return None; // In place is shorter.
        }
        match right {
            Operand::Imm(imm) => {
                let dst = self.result_reg(Class::Int, &[]);
                self.masm.lea(size, dst, left, imm);
                Some(dst)
            }
            Operand::Reg(right) => {
                // The operand's own register may be the result's.
                let dst = match self.hint(Class::Int) {
                    Some(pin) => pin,
                    None if self.temps.contains(right) => right,
                    None => self.alloc(Class::Int),
                };
                self.masm.lea_scaled(size, dst, left, right, 0, 0);
                Some(dst)
            }
            Operand::Mem(_) => None,
        }
    }

    /// A register for the result of an operator on `src`, the register of the popped entry `a`: the
    /// pin that is set next, or the operand's own, or a new one.
    pub(super) fn result_reg_over(&mut self, a: Entry, src: Reg) -> Reg {
        match self.hint(Class::Int) {
            Some(pin) if a.class() == Class::Int => pin,
            _ if self.temps.contains(src) && src.class() == Class::Int => src,
            _ => self.alloc(Class::Int),
        }
    }

    /// Pushes `dst`, and gives `src` back if it is another register of the operator.
    pub(super) fn finish_unary(&mut self, ty: ValType, dst: Reg, src: Reg) {
        if src != dst {
            self.release_reg(src);
        }
        self.push_reg(ty, dst);
    }

    fn compile_mul(&mut self, size: Size, a: Entry, b: Entry) {
        let (a, b) = self.order(a, b);
        let ty = int_type(size);
        if let Some(imm) = b.constant().and_then(|value| self.imm(size, value)) {
            let src = self.use_reg(a);
            let dst = self.result_reg_over(a, src);
            match imm {
                3 | 5 | 9 => {
                    let shift = imm.ilog2() as u8;
                    self.masm.lea_scaled(size, dst, src, src, shift, 0);
                }
                _ if imm > 0 && imm.count_ones() == 1 => {
                    if dst != src {
                        self.masm.mov(size, dst, src);
                    }
                    self.masm
                        .shift_imm(Shift::Shl, size, dst, imm.trailing_zeros() as u8);
                }
                _ => self.masm.imul_imm(size, dst, src, imm),
            }
            return self.finish_unary(ty, dst, src);
        }
        let right = self.operand(b);
        let dst = self.result_from(a, &[right]);
        self.masm.imul(size, dst, right);
        self.push_reg(ty, dst);
    }

    /// `clz`, `ctz` or `popcnt`.
    pub(super) fn compile_count(&mut self, count: Count, size: Size) {
        let ty = int_type(size);
        let a = self.pop();
        let src = self.use_reg(a);
        let dst = self.result_reg_over(a, src);
        match count {
            Count::Leading => self.masm.count_leading(size, dst, src),
            Count::Trailing => self.masm.count_trailing(size, dst, src),
            Count::Ones if self.masm.cpu.contains(CpuFeatures::POPCNT) => {
                self.masm.count_ones(size, dst, src);
            }
            Count::Ones => self.count_ones_slowly(size, dst, src),
        }
        self.finish_unary(ty, dst, src);
    }

    /// Counts ones by adding neighbours, without `popcnt`.
    fn count_ones_slowly(&mut self, size: Size, dst: Reg, src: Reg) {
        let scratch = Reg::R11;
        let mask = self.alloc(Class::Int);
        let ones = size.all_ones();
        let masm = &mut self.masm;
        masm.mov(size, scratch, src);
        masm.shift_imm(Shift::Shr, size, scratch, 1);
        masm.mov_imm(mask, 0x5555_5555_5555_5555 & ones);
        masm.alu(Alu::And, size, scratch, Operand::Reg(mask));
        if dst != src {
            masm.mov(size, dst, src);
        }
        masm.alu(Alu::Sub, size, dst, Operand::Reg(scratch));
        masm.mov_imm(mask, 0x3333_3333_3333_3333 & ones);
        masm.mov(size, scratch, dst);
        masm.shift_imm(Shift::Shr, size, scratch, 2);
        masm.alu(Alu::And, size, scratch, Operand::Reg(mask));
        masm.alu(Alu::And, size, dst, Operand::Reg(mask));
        masm.alu(Alu::Add, size, dst, Operand::Reg(scratch));
        masm.mov(size, scratch, dst);
        masm.shift_imm(Shift::Shr, size, scratch, 4);
        masm.alu(Alu::Add, size, dst, Operand::Reg(scratch));
        masm.mov_imm(mask, 0x0f0f_0f0f_0f0f_0f0f & ones);
        masm.alu(Alu::And, size, dst, Operand::Reg(mask));
        masm.mov_imm(mask, 0x0101_0101_0101_0101 & ones);
        masm.imul(size, dst, Operand::Reg(mask));
        masm.shift_imm(
            Shift::Shr,
            size,
            dst,
            if size == Size::S32 { 24 } else { 56 },
        );
        self.release_reg(mask);
    }

    /// `extend8_s` and its relatives.
    pub(super) fn compile_sign_extend(&mut self, from_bits: u32, size: Size) {
        let a = self.pop();
        if let Some(value) = a.constant() {
            let shift = 64 - from_bits;
            let value = ((value << shift) as i64 >> shift) as u64;
            return self.push_const(int_type(size), value & size.all_ones());
        }
        let src = self.use_reg(a);
        let dst = self.result_reg_over(a, src);
        self.masm.sign_extend(from_bits, size, dst, src);
        self.finish_unary(int_type(size), dst, src);
    }

    /// `i32.wrap_i64`, and `i64.extend_i32_u`, which has nothing to do where registers are
    /// zero-extended already.
    pub(super) fn compile_wrap(&mut self) {
        let a = self.pop();
        if let Some(value) = a.constant() {
            return self.push_const(ValType::I32, value & 0xffff_ffff);
        }
        let in_memory = match a.value {
            Value::Slot => true,
            Value::Local { local, .. } => self.pins.pin(local).is_none(),
            _ => false,
        };
        if in_memory {
            // Its low half is loaded.
            let low = Entry {
                ty: ValType::I32,
                ..a
            };
            let dst = self.result_from(low, &[]);
            return self.push_reg(ValType::I32, dst);
        }
        let src = self.use_reg(a);
        let dst = self.result_reg_over(a, src);
        self.masm.mov(Size::S32, dst, src);
        self.finish_unary(ValType::I32, dst, src);
    }

    pub(super) fn compile_extend_unsigned(&mut self) {
        let mut a = self.pop();
        if let Value::Flags(_) = a.value {
            return self.push(ValType::I64, a.value);
        }
        if let Some(value) = a.constant() {
            return self.push_const(ValType::I64, value);
        }
        a.ty = ValType::I32;
        let reg = self.result_from(a, &[]);
        self.push_reg(ValType::I64, reg);
    }

    /// `i64.add128` and `i64.sub128`: `low` and `high` on the low and high words.
    pub(super) fn compile_wide_sum(&mut self, low: Alu, high: Alu) {
        self.flush_top(4);
        let (b_high, b_low, a_high, a_low) = (self.pop(), self.pop(), self.pop(), self.pop());
        let (l, h) = (self.alloc(Class::Int), self.alloc(Class::Int));
        self.move_to(a_low, l);
        self.move_to(a_high, h);
        let [b_low, b_high] = [b_low, b_high].map(|b| Operand::Mem(Mem::slot(b.slot)));
        self.masm.alu(low, Size::S64, l, b_low);
        self.masm.alu(high, Size::S64, h, b_high);
        self.push_reg(ValType::I64, l);
        self.push_reg(ValType::I64, h);
    }

    /// `i64.mul_wide_s` and `i64.mul_wide_u`.
    pub(super) fn compile_wide_mul(&mut self, signed: bool) {
        self.flush_top(2);
        let (b, a) = (self.pop(), self.pop());
        self.reserve(Reg::RAX);
        self.reserve(Reg::RDX);
        self.move_to(b, Reg::R11);
        self.move_to(a, Reg::RAX);
        self.masm.mul_wide(signed, Reg::R11);
        self.push_reg(ValType::I64, Reg::RAX);
        self.push_reg(ValType::I64, Reg::RDX);
    }
}

/// What is counted.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Count {
    Leading,
    Trailing,
    Ones,
}

/// The instruction that adds or subtracts a condition that is the carry or its opposite.
const fn carry(kind: AluKind, cond: Cond) -> Option<(Alu, i32)> {
    match (kind, cond) {
        (AluKind::Add, Cond::B) => Some((Alu::Adc, 0)),
        // x − (−1) − carry.
        (AluKind::Add, Cond::Ae) => Some((Alu::Sbb, -1)),
        (AluKind::Sub, Cond::B) => Some((Alu::Sbb, 0)),
        (AluKind::Sub, Cond::Ae) => Some((Alu::Adc, -1)),
        _ => None,
    }
}
