//! Integer operators.

use selvedge_vm::native::SiteKind;
use selvedge_vm::ops::Scalar;
use selvedge_vm::ops::alu::{Alu as AluOp, AluKind};
use selvedge_vm::ops::cmp::{CmpKind, Compare};
use selvedge_vm::ops::div::{Div, DivKind};
use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::ValType;

use super::Codegen;
use super::stack::{Entry, Value};
use crate::cpu::CpuFeatures;
use crate::masm::{Alu, Cond, Mem, Operand, Shift, Size};
use crate::regs::{Class, Reg};
use crate::sink::Chain;

/// The type of integers of a size.
pub(super) const fn int_type(size: Size) -> ValType {
    match size {
        Size::S32 => ValType::I32,
        Size::S64 => ValType::I64,
    }
}

/// The next operator's first byte.
pub(super) const I32_ADD: u8 = 0x6a;
const I64_ADD: u8 = 0x7c;
pub(super) const I64_EQZ: u8 = 0x50;
pub(super) const I32_EQZ: u8 = 0x45;
pub(super) const I64_EXTEND_I32_U: u8 = 0xad;
pub(super) const SELECT: u8 = 0x1b;
pub(super) const IF: u8 = 0x04;
pub(super) const BR_IF: u8 = 0x0d;

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

    /// Whether the next operator asks only whether the result is zero.
    pub(super) fn is_tested_next(&self, size: Size) -> bool {
        if !self.options.fuse {
            return false;
        }
        matches!(
            (size, self.next_operators().first()),
            (Size::S32, Some(&(I32_EQZ | BR_IF | IF))) | (Size::S64, Some(&I64_EQZ))
        )
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

    fn compile_shift(&mut self, op: Shift, size: Size, a: Entry, b: Entry) {
        let ty = int_type(size);
        let mask = if size == Size::S32 { 31 } else { 63 };
        if let Some(count) = b.constant() {
            let count = (count & mask) as u8;
            if op == Shift::Shl && (1..=3).contains(&count) && self.is_added_next(size) {
                return self.add_scaled(size, a, count);
            }
            let bmi2 = self.masm.cpu.contains(CpuFeatures::BMI2);
            if bmi2 && matches!(op, Shift::Rol | Shift::Ror) {
                let src = self.use_reg(a);
                let dst = self.result_reg_over(a, src);
                if dst != src {
                    let count = match op {
                        Shift::Rol => count.wrapping_neg() & mask as u8,
                        _ => count,
                    };
                    self.masm.rorx(size, dst, src, count);
                } else {
                    self.masm.shift_imm(op, size, dst, count);
                }
                return self.finish_unary(ty, dst, src);
            }
            if let (Shift::Shl, 1..=3) = (op, count)
                && let Value::Local { local, .. } = a.value
                && let Some(src) = self.pin_for_use(local)
                && self.hint(Class::Int) != Some(src)
                && count == 1
            {
                let dst = self.result_reg(Class::Int, &[]);
                self.masm.lea_scaled(size, dst, src, src, 0, 0);
                return self.push_reg(ty, dst);
            }
            let dst = self.result_from(a, &[]);
            self.masm.shift_imm(op, size, dst, count);
            if count != 0 && !matches!(op, Shift::Rol | Shift::Ror) {
                self.tested = Some((dst, size, self.masm.pos()));
            }
            return self.push_reg(ty, dst);
        }
        if self.masm.cpu.contains(CpuFeatures::BMI2) && !matches!(op, Shift::Rol | Shift::Ror) {
            let count = self.use_reg(b);
            let src = self.use_reg(a);
            let dst = self.result_reg_over(a, src);
            self.masm.shift_x(op, size, dst, src, count);
            self.release(b);
            self.release_reg(count);
            return self.finish_unary(ty, dst, src);
        }
        // The count goes to cl; the operand must not be there.
        let mut a = a;
        if a.value == Value::Reg(Reg::RCX) {
            let other = self.alloc(Class::Int);
            self.masm.mov(size, other, Reg::RCX);
            self.release_reg(Reg::RCX);
            a.value = Value::Reg(other);
        }
        if b.value != Value::Reg(Reg::RCX) {
            self.reserve(Reg::RCX);
            self.move_to(b, Reg::RCX);
            self.release(b);
        }
        let dst = self.result_from(a, &[Operand::Reg(Reg::RCX)]);
        self.masm.shift_cl(op, size, dst);
        self.release_reg(Reg::RCX);
        self.push_reg(ty, dst);
    }

    /// Whether the next operator adds the result to the operand below.
    fn is_added_next(&self, size: Size) -> bool {
        let add = if size == Size::S32 { I32_ADD } else { I64_ADD };
        self.options.fuse && self.next_operators().first() == Some(&add)
    }

    /// Adds a popped entry, shifted, to the operand below: this operator and the next one.
    fn add_scaled(&mut self, size: Size, b: Entry, shift: u8) {
        let ty = int_type(size);
        self.skip_next = 1;
        self.rest = &self.rest[1..];
        let a = self.pop();
        if let (Some(a), Some(b)) = (a.constant(), b.constant()) {
            let sum = a.wrapping_add(b << shift);
            let sum = if size == Size::S32 {
                sum & 0xffff_ffff
            } else {
                sum
            };
            return self.push_const(ty, sum);
        }
        let right = self.use_reg(b);
        let (left, disp) = match a.constant().and_then(|value| self.imm(size, value)) {
            Some(imm) => (None, imm),
            None => (Some(self.use_reg(a)), 0),
        };
        let dst = match self.hint(Class::Int) {
            Some(pin) => pin,
            None if self.temps.contains(right) => right,
            None => match left {
                Some(left) if self.temps.contains(left) => left,
                _ => self.alloc(Class::Int),
            },
        };
        match left {
            Some(left) => self.masm.lea_scaled(size, dst, left, right, shift, disp),
            None => self.masm.lea_index(size, dst, right, shift, disp),
        }
        for reg in left.into_iter().chain([right]) {
            if reg != dst {
                self.release_reg(reg);
            }
        }
        self.push_reg(ty, dst);
    }

    /// A comparison of integers: the result stays in the flags.
    pub(super) fn compile_cmp<C: Compare>(&mut self) {
        let (b, a) = (self.pop(), self.pop());
        if let (Some(a), Some(b)) = (a.constant(), b.constant()) {
            let holds = C::eval(C::Int::from_slot(a), C::Int::from_slot(b));
            return self.push_const(ValType::I32, holds.into());
        }
        let size = Size::of_bits(C::Int::BITS);
        let cond = condition(C::KIND);
        if b.constant() == Some(0) && matches!(cond, Cond::E | Cond::Ne) {
            self.compare_with_zero(a, size);
            self.release(a);
            return self.push_flags(cond);
        }
        let (a, b, cond) = match a.constant() {
            Some(_) => (b, a, exchanged(cond)),
            None => (a, b, cond),
        };
        self.compare(a, b, size);
        self.release(a);
        self.release(b);
        self.push_flags(cond);
    }

    /// Pushes what the flags say.
    pub(super) fn push_flags(&mut self, cond: Cond) {
        self.push(ValType::I32, Value::Flags(cond));
        if !self.options.fuse {
            self.settle_flags(false);
        }
    }

    /// Compares two popped entries, of which the first is not constant.
    fn compare(&mut self, a: Entry, b: Entry, size: Size) {
        if let (Operand::Mem(mem), Some(imm)) = (
            self.place(a),
            b.constant().and_then(|value| self.imm(size, value)),
        ) {
            return self.masm.cmp_mem_imm(size, mem, imm);
        }
        if let Operand::Mem(mem) = self.place(a) {
            let right = self.use_reg(b);
            return self.masm.cmp_mem_reg(size, mem, right);
        }
        let right = self.operand(b);
        let left = self.use_reg(a);
        self.masm.alu(Alu::Cmp, size, left, right);
    }

    /// Where a popped entry is, if that is memory; else a register that need not be asked for.
    fn place(&mut self, entry: Entry) -> Operand {
        match entry.value {
            Value::Slot => Operand::Mem(Mem::slot(entry.slot)),
            Value::Local { .. } => self.operand(entry),
            _ => Operand::Imm(0),
        }
    }

    /// Sets the flags by comparing a popped entry with zero; `E` and `Ne` may be asked.
    pub(super) fn compare_with_zero(&mut self, entry: Entry, size: Size) {
        if let Operand::Mem(mem) = self.place(entry) {
            return self.masm.cmp_mem_imm(size, mem, 0);
        }
        let reg = self.use_reg(entry);
        if self.options.fuse && self.tested == Some((reg, size, self.masm.pos())) {
            return; // The operation before has set them.
        }
        self.masm.test(size, reg, Operand::Reg(reg));
        self.release_reg_of(entry, reg);
    }

    fn release_reg_of(&mut self, entry: Entry, reg: Reg) {
        if matches!(entry.value, Value::Const(_)) {
            self.release_reg(reg);
        }
    }

    /// `eqz` of an integer.
    pub(super) fn compile_eqz(&mut self, size: Size) {
        let entry = self.pop();
        match entry.value {
            Value::Flags(cond) => self.push_flags(cond.negated()),
            Value::Const(value) => self.push_const(ValType::I32, (value == 0).into()),
            _ => {
                self.compare_with_zero(entry, size);
                self.release(entry);
                self.push_flags(Cond::E);
            }
        }
    }

    /// A division or remainder.
    pub(super) fn compile_div<D: Div>(&mut self) {
        let (b, a) = (self.pop(), self.pop());
        let size = Size::of_bits(D::Int::BITS);
        let ty = int_type(size);
        if let (Some(a), Some(b)) = (a.constant(), b.constant())
            && let Ok(folded) = D::eval(D::Int::from_slot(a), D::Int::from_slot(b))
        {
            return self.push_const(ty, folded.to_slot());
        }
        let signed = matches!(D::KIND, DivKind::DivS | DivKind::RemS);
        let remainder = matches!(D::KIND, DivKind::RemS | DivKind::RemU);
        if let Some(divisor) = b.constant()
            && divisor != 0
            && !signed
            && divisor.is_power_of_two()
        {
            return self.divide_by_power(size, remainder, divisor, a);
        }
        if let (Size::S32, Some(divisor)) = (size, b.constant())
            && !matches!((divisor, signed), (0, _) | (1 | 0xffff_ffff, true))
        {
            return self.divide_by_constant(signed, remainder, divisor as u32, a);
        }
        self.move_to(b, Reg::R11);
        self.release(b);
        if a.value == Value::Reg(Reg::RDX) {
            self.reserve(Reg::RAX);
            self.masm.mov(size, Reg::RAX, Reg::RDX);
        } else {
            self.reserve(Reg::RDX);
            if a.value != Value::Reg(Reg::RAX) {
                self.reserve(Reg::RAX);
                self.move_to(a, Reg::RAX);
                self.release(a);
            }
        }
        let checked = !self.options.signals;
        let divisor = b.constant();
        if checked && divisor.is_none_or(|divisor| divisor == 0) {
            self.masm.test(size, Reg::R11, Operand::Reg(Reg::R11));
            let mut chain = Chain::default();
            self.masm.jcc(Cond::E, &mut chain);
            self.cold_trap(chain, TrapCode::IntegerDivisionByZero);
        }
        let minus_one = if size == Size::S32 {
            u64::from(u32::MAX)
        } else {
            u64::MAX
        };
        let may_be_minus_one = signed && divisor.is_none_or(|divisor| divisor == minus_one);
        let mut skip = None;
        if may_be_minus_one && (remainder || checked) {
            self.masm.alu(Alu::Cmp, size, Reg::R11, Operand::Imm(-1));
            let divide = self.masm.skip_if(Cond::Ne);
            if remainder {
                self.masm.zero(Reg::RDX);
                skip = Some(self.masm.skip());
            } else {
                // Only the least integer has no negative.
                self.masm.mov(size, Reg::RDX, Reg::RAX);
                self.masm.neg(size, Reg::RDX);
                let mut chain = Chain::default();
                self.masm.jcc(Cond::O, &mut chain);
                self.cold_trap(chain, TrapCode::IntegerOverflow);
            }
            self.masm.land(divide);
        }
        self.masm.extend_dividend(size, signed);
        let at = self.masm.pos();
        self.masm.divide(size, signed);
        if !checked {
            self.site(at, SiteKind::Divide);
        }
        if let Some(skip) = skip {
            self.masm.land(skip);
        }
        let (result, other) = match remainder {
            true => (Reg::RDX, Reg::RAX),
            false => (Reg::RAX, Reg::RDX),
        };
        self.release_reg(other);
        self.push_reg(ty, result);
    }

    /// An unsigned division or remainder by a power of two.
    fn divide_by_power(&mut self, size: Size, remainder: bool, divisor: u64, a: Entry) {
        let ty = int_type(size);
        if remainder {
            let mask = divisor - 1;
            if let Some(imm) = self.imm(size, mask) {
                let dst = self.result_from(a, &[]);
                self.masm.alu(Alu::And, size, dst, Operand::Imm(imm));
                return self.push_reg(ty, dst);
            }
            let right = self.alloc(Class::Int);
            self.masm.mov_imm(right, mask);
            let dst = self.result_from(a, &[Operand::Reg(right)]);
            self.masm.alu(Alu::And, size, dst, Operand::Reg(right));
            self.release_reg(right);
            return self.push_reg(ty, dst);
        }
        let dst = self.result_from(a, &[]);
        match divisor.trailing_zeros() as u8 {
            0 => {}
            count => self.masm.shift_imm(Shift::Shr, size, dst, count),
        }
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
        let ones = if size == Size::S32 {
            u64::from(u32::MAX)
        } else {
            u64::MAX
        };
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
            let value = if size == Size::S32 {
                value & 0xffff_ffff
            } else {
                value
            };
            return self.push_const(int_type(size), value);
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

const fn condition(kind: CmpKind) -> Cond {
    match kind {
        CmpKind::Eq => Cond::E,
        CmpKind::Ne => Cond::Ne,
        CmpKind::LtS => Cond::L,
        CmpKind::LtU => Cond::B,
        CmpKind::GtS => Cond::G,
        CmpKind::GtU => Cond::A,
        CmpKind::LeS => Cond::Le,
        CmpKind::LeU => Cond::Be,
        CmpKind::GeS => Cond::Ge,
        CmpKind::GeU => Cond::Ae,
    }
}

/// What holds for `(b, a)` exactly when `cond` holds for `(a, b)`.
const fn exchanged(cond: Cond) -> Cond {
    match cond {
        Cond::L => Cond::G,
        Cond::G => Cond::L,
        Cond::Le => Cond::Ge,
        Cond::Ge => Cond::Le,
        Cond::B => Cond::A,
        Cond::A => Cond::B,
        Cond::Be => Cond::Ae,
        Cond::Ae => Cond::Be,
        cond => cond,
    }
}
