//! Instructions on bits: extensions, and the counts of zeros and ones.

use dynasmrt::{DynasmApi, dynasm};

use super::{Masm, Size, emit, emit_byte};
use crate::cpu::CpuFeatures;
use crate::regs::Reg;

impl Masm<'_> {
    /// `dst` = `src`'s low 8 or 16 bits, sign-extended.
    pub(crate) fn sign_extend(&mut self, from_bits: u32, size: Size, dst: Reg, src: Reg) {
        let (d, s) = (dst.code(), src.code());
        match (from_bits, size) {
            (8, Size::S32) => emit_byte!(self; movsx Rd(d), Rb(s)),
            (8, Size::S64) => emit_byte!(self; movsx Rq(d), Rb(s)),
            (16, Size::S32) => emit!(self; movsx Rd(d), Rw(s)),
            (16, Size::S64) => emit!(self; movsx Rq(d), Rw(s)),
            _ => emit!(self; movsxd Rq(d), Rd(s)),
        }
    }

    /// `dst` = `src`'s low 8 or 16 bits.
    pub(crate) fn zero_extend(&mut self, from_bits: u32, dst: Reg, src: Reg) {
        let (d, s) = (dst.code(), src.code());
        match from_bits {
            8 => emit_byte!(self; movzx Rd(d), Rb(s)),
            16 => emit!(self; movzx Rd(d), Rw(s)),
            _ => emit!(self; mov Rd(d), Rd(s)),
        }
    }

    /// `dst` = the number of leading zeros of `src`. Changes `r11` and the flags.
    pub(crate) fn count_leading(&mut self, size: Size, dst: Reg, src: Reg) {
        let (d, s) = (dst.code(), src.code());
        if self.cpu.contains(CpuFeatures::LZCNT) {
            return match size {
                Size::S32 => emit_byte!(self; lzcnt Rd(d), Rd(s)),
                Size::S64 => emit_byte!(self; lzcnt Rq(d), Rq(s)),
            };
        }
        match size {
            // Of zero the result is that of −1: 63 ^ 31 is 32.
            Size::S32 => {
                emit!(self; mov r11d, DWORD 63);
                emit!(self; bsr Rd(d), Rd(s));
                emit!(self; cmove Rd(d), r11d);
                emit!(self; xor Rd(d), BYTE 31);
            }
            Size::S64 => {
                emit!(self; mov r11d, DWORD 127);
                emit!(self; bsr Rq(d), Rq(s));
                emit!(self; cmove Rq(d), r11);
                emit!(self; xor Rd(d), BYTE 63);
            }
        }
    }

    /// `dst` = the number of trailing zeros of `src`. Changes `r11` and the flags.
    pub(crate) fn count_trailing(&mut self, size: Size, dst: Reg, src: Reg) {
        let (d, s) = (dst.code(), src.code());
        if self.cpu.contains(CpuFeatures::BMI1) {
            return match size {
                Size::S32 => emit_byte!(self; tzcnt Rd(d), Rd(s)),
                Size::S64 => emit_byte!(self; tzcnt Rq(d), Rq(s)),
            };
        }
        match size {
            Size::S32 => {
                emit!(self; mov r11d, DWORD 32);
                emit!(self; bsf Rd(d), Rd(s));
                emit!(self; cmove Rd(d), r11d);
            }
            Size::S64 => {
                emit!(self; mov r11d, DWORD 64);
                emit!(self; bsf Rq(d), Rq(s));
                emit!(self; cmove Rq(d), r11);
            }
        }
    }

    /// `dst` = the number of ones in `src`.
    pub(crate) fn count_ones(&mut self, size: Size, dst: Reg, src: Reg) {
        let (d, s) = (dst.code(), src.code());
        match size {
            Size::S32 => emit_byte!(self; popcnt Rd(d), Rd(s)),
            Size::S64 => emit_byte!(self; popcnt Rq(d), Rq(s)),
        }
    }
}
