//! Division of 32-bit integers by constants: by multiplication.
//!
//! For a divisor d that is no power of two, and the least s that lets the error be small enough,
//! M = ⌈2^(32+s) / d⌉ gives n / d = ⌊n · M / 2^(32+s)⌋ for every dividend n (Granlund and Montgomery,
//! *Division by Invariant Integers using Multiplication*). A register holds all of the product. Where M has 33 bits, which happens
//! to unsigned divisors, what n · (M − 2^32) gives is put together with n.

use selvedge_vm::types::ValType;

use super::Codegen;
use super::stack::Entry;
use crate::masm::{Alu, Operand, Shift, Size};
use crate::regs::{Class, Reg};

/// What a division becomes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
struct Multiplier {
    /// M, or what it has beyond 2^32.
    factor: u32,
    /// Whether M has 33 bits.
    is_long: bool,
    /// s.
    shift: u8,
}

impl Multiplier {
    /// For dividends below 2^32, if `!signed`, or between −2^31 and 2^31. `divisor` is not a power of two.
    fn new(divisor: u32, signed: bool) -> Self {
        debug_assert!(!divisor.is_power_of_two() && divisor != 0);
        let d = u128::from(divisor);
        let mut shift = 0;
        loop {
            let power = 1_u128 << (32 + shift);
            let factor = power.div_ceil(d);
            let error = factor * d - power;
            if error < 1 << (shift + u32::from(signed)) {
                return Self {
                    factor: factor as u32,
                    is_long: factor >> 32 != 0,
                    shift: shift as u8,
                };
            }
            shift += 1;
        }
    }
}

impl Codegen<'_> {
    /// A division or remainder of 32 bits by a constant that is neither zero nor ±1, nor a power of two
    /// if `!signed`.
    pub(super) fn divide_by_constant(
        &mut self,
        signed: bool,
        remainder: bool,
        divisor: u32,
        mut a: Entry,
    ) {
        let magnitude = match signed {
            true => (divisor as i32).unsigned_abs(),
            false => divisor,
        };
        // The dividend is read more than once.
        let n = self.use_reg(a);
        a.value = super::stack::Value::Reg(n);
        let q = Reg::R11;
        if magnitude.is_power_of_two() {
            self.quotient_by_power(q, n, magnitude.trailing_zeros() as u8);
        } else {
            let multiplier = Multiplier::new(magnitude, signed);
            match signed {
                true => self.signed_quotient(q, n, multiplier),
                false => self.unsigned_quotient(q, n, multiplier),
            }
        }
        let negative = signed && (divisor as i32) < 0;
        if remainder {
            // The sign of the divisor does not matter.
            match magnitude.is_power_of_two() {
                true => {
                    let shift = magnitude.trailing_zeros() as u8;
                    self.masm.shift_imm(Shift::Shl, Size::S32, q, shift);
                }
                false => self.masm.imul_imm(Size::S32, q, q, magnitude as i32),
            }
            let dst = self.result_from(a, &[]);
            self.masm.alu(Alu::Sub, Size::S32, dst, Operand::Reg(q));
            return self.push_reg(ValType::I32, dst);
        }
        if negative {
            self.masm.neg(Size::S32, q);
        }
        let dst = self.result_reg_over(a, n);
        self.masm.mov(Size::S32, dst, q);
        self.finish_unary(ValType::I32, dst, n);
    }

    /// `q` = `n` / 2^`shift`, towards zero: what is negative is made greater by 2^`shift` − 1 first.
    fn quotient_by_power(&mut self, q: Reg, n: Reg, shift: u8) {
        let masm = &mut self.masm;
        masm.mov(Size::S32, q, n);
        if shift > 1 {
            masm.shift_imm(Shift::Sar, Size::S32, q, 31);
        }
        masm.shift_imm(Shift::Shr, Size::S32, q, 32 - shift);
        masm.alu(Alu::Add, Size::S32, q, Operand::Reg(n));
        masm.shift_imm(Shift::Sar, Size::S32, q, shift);
    }

    /// `q` = `n` / d: the product, rounded down, and one more if it is negative.
    fn signed_quotient(&mut self, q: Reg, n: Reg, multiplier: Multiplier) {
        debug_assert!(!multiplier.is_long);
        let sign = self.alloc(Class::Int);
        let masm = &mut self.masm;
        masm.sign_extend(32, Size::S64, sign, n);
        match i32::try_from(multiplier.factor) {
            Ok(factor) => masm.imul_imm(Size::S64, q, sign, factor),
            Err(_) => {
                masm.mov_imm(q, multiplier.factor.into());
                masm.imul(Size::S64, q, Operand::Reg(sign));
            }
        }
        masm.shift_imm(Shift::Sar, Size::S64, q, 32 + multiplier.shift);
        masm.shift_imm(Shift::Shr, Size::S32, sign, 31);
        masm.alu(Alu::Add, Size::S32, q, Operand::Reg(sign));
        self.release_reg(sign);
    }

    /// `q` = `n` / d.
    fn unsigned_quotient(&mut self, q: Reg, n: Reg, multiplier: Multiplier) {
        let Multiplier {
            factor,
            is_long,
            shift,
        } = multiplier;
        let masm = &mut self.masm;
        match i32::try_from(factor) {
            Ok(factor) => masm.imul_imm(Size::S64, q, n, factor),
            Err(_) => {
                masm.mov_imm(q, factor.into());
                masm.imul(Size::S64, q, Operand::Reg(n));
            }
        }
        if !is_long {
            return masm.shift_imm(Shift::Shr, Size::S64, q, 32 + shift);
        }
        // (t + n) / 2^s, which may have 33 bits, so half of the difference is added to t.
        masm.shift_imm(Shift::Shr, Size::S64, q, 32);
        let half = self.alloc(Class::Int);
        let masm = &mut self.masm;
        masm.mov(Size::S32, half, n);
        masm.alu(Alu::Sub, Size::S32, half, Operand::Reg(q));
        masm.shift_imm(Shift::Shr, Size::S32, half, 1);
        masm.alu(Alu::Add, Size::S32, q, Operand::Reg(half));
        masm.shift_imm(Shift::Shr, Size::S32, q, shift - 1);
        self.release_reg(half);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the emitted code computes.
    fn unsigned(n: u32, m: Multiplier) -> u32 {
        let product = u64::from(n) * u64::from(m.factor);
        if !m.is_long {
            return (product >> (32 + m.shift)) as u32;
        }
        let t = (product >> 32) as u32;
        (t + (n - t) / 2) >> (m.shift - 1)
    }

    fn signed(n: i32, m: Multiplier) -> i32 {
        let product = i64::from(n) * i64::from(m.factor);
        (product >> (32 + m.shift)) as i32 + i32::from(n < 0)
    }

    #[test]
    fn quotients_are_exact() {
        let near =
            |edge: u32| (0..40_u32).flat_map(move |i| [edge.wrapping_sub(i), edge.wrapping_add(i)]);
        let edges = [0, 1 << 15, 1 << 16, 0x5555_5555, 1 << 31, 0xaaaa_aaaa];
        let divisors = edges.into_iter().flat_map(near);
        for d in divisors.filter(|d| *d != 0 && !d.is_power_of_two()) {
            let (m, s) = (Multiplier::new(d, false), Multiplier::new(d, true));
            // Multiples of the divisor and their neighbours, and the ends of the range.
            let mut dividends: Vec<u32> = edges.into_iter().flat_map(near).collect();
            dividends.extend((0..50).flat_map(|i| near((u32::MAX / 49 * i) / d * d).take(4)));
            for n in dividends {
                assert_eq!(unsigned(n, m), n / d, "{n} / {d}");
                if d < 1 << 31 {
                    assert!(!s.is_long);
                    assert_eq!(
                        signed(n as i32, s),
                        n as i32 / d as i32,
                        "{n} / {d}, signed"
                    );
                }
            }
        }
    }
}
