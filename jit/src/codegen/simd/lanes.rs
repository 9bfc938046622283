//! Lanes: splats, extractions and replacements.

use selvedge_vm::ops::simd::{ExtractKind, ReplaceKind, SplatKind};
use selvedge_vm::types::ValType;

use super::super::Codegen;
use super::super::stack::Entry;
use super::SCRATCH;
use crate::cpu::CpuFeatures;
use crate::masm::{Op, Size, Source};
use crate::regs::{Class, Reg};

impl Codegen<'_> {
    /// A popped scalar as the operand of an instruction that reads no more of memory than that.
    fn scalar_source(&mut self, entry: Entry) -> Source {
        match self.memory_of(entry) {
            Some(mem) => Source::Mem(mem),
            None => Source::Reg(self.use_reg(entry)),
        }
    }

    pub(super) fn compile_splat(&mut self, kind: SplatKind) {
        let value = self.pop();
        if let Some(constant) = value.constant() {
            return self.push_vector(kind.eval(constant));
        }
        let src = self.scalar_source(value);
        let dst = match src {
            Source::Reg(src) if src.is_float() => self.vector_over(src.into()),
            _ => self.vector_apart(&[]),
        };
        match kind {
            SplatKind::I8x16Splat => {
                self.vec2(Op::MOVD, dst, src);
                self.splat_byte(dst);
            }
            SplatKind::I16x8Splat => {
                self.vec2(Op::MOVD, dst, src);
                self.splat_word(dst);
            }
            SplatKind::I32x4Splat => {
                self.vec2(Op::MOVD, dst, src);
                self.masm.vector_unary_imm(Op::PSHUFD, dst, dst.into(), 0);
            }
            SplatKind::I64x2Splat => {
                self.vec2(Op::MOVQ, dst, src);
                self.vec3(Op::PUNPCKLQDQ, dst, dst, dst);
            }
            SplatKind::F32x4Splat => self.splat_single(dst, src),
            SplatKind::F64x2Splat => self.vec2(Op::MOVDDUP, dst, src),
        }
        self.push_vector_reg(dst);
    }

    /// All bytes of `dst` = its lowest.
    pub(super) fn splat_byte(&mut self, dst: Reg) {
        if self.has(CpuFeatures::AVX | CpuFeatures::AVX2) {
            self.vec2(Op::VPBROADCASTB, dst, dst);
        } else {
            self.masm.zero_vector(SCRATCH);
            self.vec3(Op::PSHUFB, dst, dst, SCRATCH);
        }
    }

    /// All lanes of 16 bits of `dst` = its lowest.
    pub(super) fn splat_word(&mut self, dst: Reg) {
        if self.has(CpuFeatures::AVX | CpuFeatures::AVX2) {
            self.vec2(Op::VPBROADCASTW, dst, dst);
        } else {
            self.masm.vector_unary_imm(Op::PSHUFLW, dst, dst.into(), 0);
            self.masm.vector_unary_imm(Op::PSHUFD, dst, dst.into(), 0);
        }
    }

    /// All lanes of `dst` = a float of 32 bits.
    pub(super) fn splat_single(&mut self, dst: Reg, src: Source) {
        match src {
            Source::Reg(src) if self.has(CpuFeatures::AVX) => {
                self.masm
                    .vector_imm(Op::SHUFPS, dst, src, Source::Reg(src), 0);
            }
            Source::Mem(_) if self.has(CpuFeatures::AVX) => self.vec2(Op::VBROADCASTSS, dst, src),
            Source::Mem(mem) => {
                self.masm.load_float(Size::S32, dst, mem);
                self.masm.vector_unary_imm(Op::PSHUFD, dst, dst.into(), 0);
            }
            src => self.masm.vector_unary_imm(Op::PSHUFD, dst, src, 0),
        }
    }

    pub(super) fn compile_extract(&mut self, kind: ExtractKind, lane: u8) {
        use ExtractKind as K;
        let a = self.pop();
        let (ty, bytes, signed) = match kind {
            K::I8x16ExtractLaneS => (ValType::I32, 1, true),
            K::I8x16ExtractLaneU => (ValType::I32, 1, false),
            K::I16x8ExtractLaneS => (ValType::I32, 2, true),
            K::I16x8ExtractLaneU => (ValType::I32, 2, false),
            K::I32x4ExtractLane => (ValType::I32, 4, false),
            K::I64x2ExtractLane => (ValType::I64, 8, false),
            K::F32x4ExtractLane => (ValType::F32, 4, false),
            K::F64x2ExtractLane => (ValType::F64, 8, false),
        };
        if let Some(vector) = self.vector_of(a) {
            return self.push_const(ty, kind.eval(vector, lane));
        }
        if ty.is_float() {
            return self.extract_float(ty, a, lane);
        }
        let dst = match self.hint(Class::Int) {
            Some(pin) => pin,
            None => self.alloc(Class::Int),
        };
        if self.is_in_memory(a)
            && let Some(mem) = self.memory_of(a)
        {
            let mem = mem.offset(i32::from(lane) * bytes);
            self.masm
                .load_extended(bytes as u64, signed, Size::S32, dst, mem);
            return self.push_reg(ty, dst);
        }
        let src = self.use_reg(a);
        match (bytes, lane) {
            (4, 0) => self.masm.mov_from_float(Size::S32, dst, src),
            (8, 0) => self.masm.mov_from_float(Size::S64, dst, src),
            _ => self
                .masm
                .vector_extract(extract_op(bytes), dst.into(), src, lane),
        }
        if signed {
            self.masm.sign_extend(8 * bytes as u32, Size::S32, dst, dst);
        }
        self.push_reg(ty, dst);
    }

    fn extract_float(&mut self, ty: ValType, a: Entry, lane: u8) {
        let (size, bytes) = match ty {
            ValType::F32 => (Size::S32, 4),
            _ => (Size::S64, 8),
        };
        if self.is_in_memory(a)
            && let Some(mem) = self.memory_of(a)
        {
            let dst = self.vector_apart(&[]);
            self.masm
                .load_float(size, dst, mem.offset(i32::from(lane) * bytes));
            return self.push_reg(ty, dst);
        }
        let src = self.use_reg(a);
        let dst = self.vector_over(src.into());
        self.kept.forget(dst);
        match (lane, size) {
            (0, _) if dst == src => {}
            (0, _) => self.masm.mov_float(dst, src),
            (lane, Size::S32) => self
                .masm
                .vector_unary_imm(Op::PSHUFD, dst, src.into(), lane),
            (_, Size::S64) => {
                self.masm
                    .vector_unary_imm(Op::PSHUFD, dst, src.into(), 0b11_10_11_10)
            }
        }
        self.push_reg(ty, dst);
    }

    pub(super) fn compile_replace(&mut self, kind: ReplaceKind, lane: u8) {
        use ReplaceKind as K;
        let (value, a) = (self.pop(), self.pop());
        if let (Some(vector), Some(constant)) = (self.vector_of(a), value.constant()) {
            return self.push_vector(kind.eval(vector, constant, lane));
        }
        let (op, imm, right) = match kind {
            K::I8x16ReplaceLane => (Op::PINSRB, Some(lane), self.scalar_source(value)),
            K::I16x8ReplaceLane => (Op::PINSRW, Some(lane), self.scalar_source(value)),
            K::I32x4ReplaceLane => (Op::PINSRD, Some(lane), self.scalar_source(value)),
            K::I64x2ReplaceLane => (Op::PINSRQ, Some(lane), self.scalar_source(value)),
            K::F32x4ReplaceLane => (Op::INSERTPS, Some(lane << 4), self.scalar_source(value)),
            K::F64x2ReplaceLane => {
                let value = self.use_reg(value).into();
                match lane {
                    0 => (Op::BLENDPD, Some(1), value),
                    _ => (Op::UNPCKLPD, None, value),
                }
            }
        };
        let (dst, left) = self.result_of_left(a, right);
        match imm {
            Some(imm) => self.masm.vector_imm(op, dst, left, right, imm),
            None => self.vec3(op, dst, left, right),
        }
        self.push_vector_reg(dst);
    }
}

/// The instruction that takes a lane of so many bytes out.
pub(super) const fn extract_op(bytes: i32) -> Op {
    match bytes {
        1 => Op::PEXTRB,
        2 => Op::PEXTRW,
        4 => Op::PEXTRD,
        _ => Op::PEXTRQ,
    }
}
