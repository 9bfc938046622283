//! Comparisons of integers, whose results stay in the flags.

use selvedge_vm::ops::Scalar;
use selvedge_vm::ops::cmp::{CmpKind, Compare};
use selvedge_vm::types::ValType;

use super::Codegen;
use super::stack::{Entry, Value};
use crate::masm::{Alu, Cond, Mem, Operand, Size};
use crate::regs::Reg;

impl Codegen<'_> {
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
