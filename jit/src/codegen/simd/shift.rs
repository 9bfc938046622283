//! Shifts.

use selvedge_vm::ops::simd::ShiftKind;

use super::super::Codegen;
use super::SCRATCH;
use super::int::{bytes, quads};
use crate::masm::Op;
use crate::regs::Reg;

/// What is shifted, and how.
#[derive(Copy, Clone)]
enum Lanes {
    /// By this instruction, for lanes of so many bits.
    Whole(Op, u32),
    BytesLeft,
    BytesRightSigned,
    BytesRightUnsigned,
    QuadsRightSigned,
}

const fn lanes(kind: ShiftKind) -> Lanes {
    use Lanes::Whole;
    use ShiftKind as K;
    match kind {
        K::I8x16Shl => Lanes::BytesLeft,
        K::I8x16ShrS => Lanes::BytesRightSigned,
        K::I8x16ShrU => Lanes::BytesRightUnsigned,
        K::I16x8Shl => Whole(Op::PSLLW, 16),
        K::I16x8ShrS => Whole(Op::PSRAW, 16),
        K::I16x8ShrU => Whole(Op::PSRLW, 16),
        K::I32x4Shl => Whole(Op::PSLLD, 32),
        K::I32x4ShrS => Whole(Op::PSRAD, 32),
        K::I32x4ShrU => Whole(Op::PSRLD, 32),
        K::I64x2Shl => Whole(Op::PSLLQ, 64),
        K::I64x2ShrS => Lanes::QuadsRightSigned,
        K::I64x2ShrU => Whole(Op::PSRLQ, 64),
    }
}

const SIGNS: u128 = quads(1 << 63);

impl Codegen<'_> {
    pub(super) fn compile_vector_shift(&mut self, kind: ShiftKind) {
        let (count, a) = (self.pop(), self.pop());
        if let (Some(vector), Some(count)) = (self.vector_of(a), count.constant()) {
            return self.push_vector(kind.eval(vector, count as u32));
        }
        if let Some(count) = count.constant() {
            let a = self.use_reg(a);
            return self.shift_by_constant(lanes(kind), a, count as u32);
        }
        let count = self.use_reg(count);
        let a = self.use_reg(a);
        let dst = self.vector_apart(&[a]);
        match lanes(kind) {
            Lanes::Whole(shift, width) => {
                self.count_in_vector(SCRATCH, count, width as i32 - 1, 0);
                self.vec3(shift, dst, a, SCRATCH);
            }
            Lanes::BytesLeft => {
                self.mask_of_bytes(count);
                self.vec3(Op::PAND, dst, a, SCRATCH);
                self.count_in_vector(SCRATCH, count, 7, 0);
                self.vec3(Op::PSLLW, dst, dst, SCRATCH);
            }
            Lanes::BytesRightUnsigned => {
                self.count_in_vector(SCRATCH, count, 7, 0);
                self.vec3(Op::PSRLW, dst, a, SCRATCH);
                self.mask_of_bytes(count);
                self.vec3(Op::PAND, dst, dst, SCRATCH);
            }
            Lanes::BytesRightSigned => {
                // As the high halves of lanes of 16 bits.
                let high = self.alloc_vector();
                self.count_in_vector(SCRATCH, count, 7, 8);
                self.vec3(Op::PUNPCKHBW, high, a, a);
                self.vec3(Op::PUNPCKLBW, dst, a, a);
                self.vec3(Op::PSRAW, high, high, SCRATCH);
                self.vec3(Op::PSRAW, dst, dst, SCRATCH);
                self.vec3(Op::PACKSSWB, dst, dst, high);
                self.release_reg(high);
            }
            Lanes::QuadsRightSigned => {
                // Where the sign is then, it is subtracted.
                let sign = self.alloc_vector();
                self.count_in_vector(SCRATCH, count, 63, 0);
                self.load_data(sign, SIGNS);
                self.vec3(Op::PSRLQ, dst, a, SCRATCH);
                self.vec3(Op::PSRLQ, sign, sign, SCRATCH);
                self.vec3(Op::PXOR, dst, dst, sign);
                self.vec3(Op::PSUBQ, dst, dst, sign);
                self.release_reg(sign);
            }
        }
        self.push_vector_reg(dst);
    }

    /// The scratch register = bytes of ones where a byte shifted right by `count` may have any.
    fn mask_of_bytes(&mut self, count: Reg) {
        let mask = self.alloc_vector();
        self.count_in_vector(SCRATCH, count, 7, 8);
        self.masm.ones_vector(mask);
        self.vec3(Op::PSRLW, mask, mask, SCRATCH);
        self.vec3(Op::PACKUSWB, SCRATCH, mask, mask);
        self.release_reg(mask);
    }

    fn shift_by_constant(&mut self, lanes: Lanes, a: Reg, count: u32) {
        let dst = self.vector_over(a.into());
        match lanes {
            Lanes::Whole(shift, width) => {
                let count = (count % width) as u8;
                self.masm.vector_shift_imm(shift, dst, a, count);
            }
            Lanes::BytesLeft => {
                let count = count as u8 % 8;
                if count == 1 {
                    self.vec3(Op::PADDB, dst, a, a);
                    return self.push_vector_reg(dst);
                }
                self.masm.vector_shift_imm(Op::PSLLW, dst, a, count);
                let mask = self.data(bytes(0xff << count));
                self.vec3(Op::PAND, dst, dst, mask);
            }
            Lanes::BytesRightUnsigned => {
                let count = count as u8 % 8;
                self.masm.vector_shift_imm(Op::PSRLW, dst, a, count);
                let mask = self.data(bytes(0xff >> count));
                self.vec3(Op::PAND, dst, dst, mask);
            }
            Lanes::BytesRightSigned => {
                let count = count as u8 % 8;
                self.masm.vector_shift_imm(Op::PSRLW, dst, a, count);
                let mask = self.data(bytes(0xff >> count));
                self.vec3(Op::PAND, dst, dst, mask);
                let sign = self.data(bytes(0x80 >> count));
                self.vec3(Op::PXOR, dst, dst, sign);
                self.vec3(Op::PSUBB, dst, dst, sign);
            }
            Lanes::QuadsRightSigned => {
                let count = count as u8 % 64;
                let sign = self.data(quads(1 << 63 >> count));
                self.masm.vector_shift_imm(Op::PSRLQ, dst, a, count);
                self.vec3(Op::PXOR, dst, dst, sign);
                self.vec3(Op::PSUBQ, dst, dst, sign);
            }
        }
        self.push_vector_reg(dst);
    }
}
