//! Shifts and rotations, and sums of which one operand is shifted.

use super::Codegen;
use super::numeric::int_type;
use super::stack::{Entry, Value};
use crate::cpu::CpuFeatures;
use crate::masm::{Operand, Shift, Size};
use crate::regs::{Class, Reg};

impl Codegen<'_> {
    /// A shift or rotation.
    pub(super) fn compile_shift(&mut self, op: Shift, size: Size, a: Entry, b: Entry) {
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

    /// Adds a popped entry, shifted, to the operand below: this operator and the next one.
    fn add_scaled(&mut self, size: Size, b: Entry, shift: u8) {
        let ty = int_type(size);
        self.skip_next = 1;
        self.rest = &self.rest[1..];
        let a = self.pop();
        if let (Some(a), Some(b)) = (a.constant(), b.constant()) {
            let sum = a.wrapping_add(b << shift) & size.all_ones();
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
}
