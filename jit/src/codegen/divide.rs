//! Division and remainder of integers.

use selvedge_vm::native::SiteKind;
use selvedge_vm::ops::Scalar;
use selvedge_vm::ops::div::{Div, DivKind};
use selvedge_vm::trap::TrapCode;

use super::Codegen;
use super::numeric::int_type;
use super::stack::{Entry, Value};
use crate::masm::{Alu, Cond, Operand, Shift, Size};
use crate::regs::{Class, Reg};
use crate::sink::Chain;

impl Codegen<'_> {
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
        let may_be_minus_one = signed && divisor.is_none_or(|divisor| divisor == size.all_ones());
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
}
