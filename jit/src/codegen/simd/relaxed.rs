//! Operators of three vectors, which but one are what relaxed ones mean.

use selvedge_vm::ops::simd::TernaryKind;

use super::super::Codegen;
use super::SCRATCH;
use super::int::words;
use crate::cpu::CpuFeatures;
use crate::masm::{Op, Source};
use crate::regs::{Class, Reg};

/// A multiplication with an addition or subtraction.
struct MulAdd {
    mul: Op,
    add: Op,
    /// Whether the product is subtracted.
    negative: bool,
}

impl Codegen<'_> {
    pub(super) fn compile_vector_ternary(&mut self, kind: TernaryKind) {
        use TernaryKind as K;
        let kind = kind.resolve(self.options.relaxed);
        match kind {
            K::V128Bitselect => self.apart3(Self::select_bits),
            K::I8x16RelaxedLaneselect => self.select_lanes(Some(Op::VPBLENDVB), None, false),
            K::I16x8RelaxedLaneselect => self.select_lanes(None, Some((Op::PSRAW, 15)), false),
            K::I32x4RelaxedLaneselect => {
                self.select_lanes(Some(Op::VBLENDVPS), Some((Op::PSRAD, 31)), false);
            }
            K::I64x2RelaxedLaneselect => {
                self.select_lanes(Some(Op::VBLENDVPD), Some((Op::PSRAD, 31)), true);
            }
            K::F32x4RelaxedMadd => self.fuse(Op::VFMADD213PS, Op::VFMADD231PS),
            K::F32x4RelaxedNmadd => self.fuse(Op::VFNMADD213PS, Op::VFNMADD231PS),
            K::F64x2RelaxedMadd => self.fuse(Op::VFMADD213PD, Op::VFMADD231PD),
            K::F64x2RelaxedNmadd => self.fuse(Op::VFNMADD213PD, Op::VFNMADD231PD),
            K::F32x4MulAdd => self.multiply_add(&MulAdd {
                mul: Op::MULPS,
                add: Op::ADDPS,
                negative: false,
            }),
            K::F32x4NegMulAdd => self.multiply_add(&MulAdd {
                mul: Op::MULPS,
                add: Op::SUBPS,
                negative: true,
            }),
            K::F64x2MulAdd => self.multiply_add(&MulAdd {
                mul: Op::MULPD,
                add: Op::ADDPD,
                negative: false,
            }),
            K::F64x2NegMulAdd => self.multiply_add(&MulAdd {
                mul: Op::MULPD,
                add: Op::SUBPD,
                negative: true,
            }),
            K::I32x4RelaxedDotI8x16I7x16AddS => self.apart3(|this, dst, a, b, c| {
                this.vec3(Op::PMADDUBSW, dst, b, a);
                this.add_neighbours(dst, c);
            }),
            K::I32x4DotI8x16AddS => self.apart3(|this, dst, a, b, c| {
                this.dot_signed(dst, a, b);
                this.add_neighbours(dst, c);
            }),
        }
        self.canonicalise_top(kind.nan_lanes());
    }

    /// A result of three vectors, of which none may be in the result's register.
    fn apart3(&mut self, emit: impl FnOnce(&mut Self, Reg, Reg, Reg, Reg)) {
        let (c, b, a) = (self.pop(), self.pop(), self.pop());
        let c = self.use_reg(c);
        let b = self.use_reg(b);
        let a = self.use_reg(a);
        let dst = self.vector_apart(&[a, b, c]);
        emit(self, dst, a, b, c);
        self.push_vector_reg(dst);
    }

    /// `dst` = the bits of `a` where `mask` has ones, and those of `b` elsewhere.
    fn select_bits(&mut self, dst: Reg, a: Reg, b: Reg, mask: Reg) {
        self.vec3(Op::PXOR, dst, a, b);
        self.vec3(Op::PAND, dst, dst, mask);
        self.vec3(Op::PXOR, dst, dst, b);
    }

    /// Selects lanes by the topmost bits of a mask's, with an instruction, or by bits that `spread` makes all the same.
    fn select_lanes(&mut self, blend: Option<Op>, spread: Option<(Op, u8)>, in_pairs: bool) {
        self.apart3(|this, dst, a, b, mask| {
            if let Some(blend) = blend
                && this.has(CpuFeatures::AVX)
            {
                return this.masm.vector_blend(blend, dst, b, a.into(), mask);
            }
            let mut from = mask;
            if in_pairs {
                // The high half of each lane twice.
                this.masm
                    .vector_unary_imm(Op::PSHUFD, SCRATCH, mask.into(), 0b11_11_01_01);
                from = SCRATCH;
            }
            match spread {
                Some((shift, count)) => this.masm.vector_shift_imm(shift, SCRATCH, from, count),
                None => {
                    this.masm.zero_vector(SCRATCH);
                    this.vec3(Op::PCMPGTB, SCRATCH, SCRATCH, from);
                }
            }
            this.select_bits(dst, a, b, SCRATCH);
        });
    }

    /// `dst` += sums of neighbours, and `c`.
    fn add_neighbours(&mut self, dst: Reg, c: Reg) {
        let ones = self.data(words(1));
        self.vec3(Op::PMADDWD, dst, dst, ones);
        self.vec3(Op::PADDD, dst, dst, c);
    }

    /// `±(a * b) + c`, rounded once: over `c` if that is free to be changed, else over a copy of `a`.
    fn fuse(&mut self, over_factor: Op, over_sum: Op) {
        if !self.has(CpuFeatures::AVX | CpuFeatures::FMA) {
            // Something else must not be computed.
            self.refusal = Some("a fused multiplication without FMA");
        }
        let (c, b, a) = (self.pop(), self.pop(), self.pop());
        let c_reg = self.use_reg(c);
        let b_source = self.vector_source(b, true);
        let a = self.use_reg(a);
        let hint = self.hint(Class::Float);
        let is_sum = hint == Some(c_reg) || (hint.is_none() && self.may_overwrite(c_reg));
        if is_sum {
            self.masm.vector_fused(over_sum, c_reg, a, b_source);
            self.link_data(b_source);
            return self.push_vector_reg(c_reg);
        }
        let dst = match hint {
            Some(pin) if b_source != Source::Reg(pin) && c_reg != pin => pin,
            _ if self.may_overwrite(a) => a,
            _ => self.alloc_vector(),
        };
        if dst != a {
            self.masm.mov_float(dst, a);
        }
        let b = match b_source {
            Source::Reg(b) => b,
            source => {
                let b = self.alloc_vector();
                self.load_source(b, source);
                b
            }
        };
        self.masm
            .vector_fused(over_factor, dst, b, Source::Reg(c_reg));
        self.push_vector_reg(dst);
    }

    fn load_source(&mut self, dst: Reg, source: Source) {
        match source {
            Source::Reg(src) => self.masm.mov_float(dst, src),
            Source::Mem(mem) => self.masm.load_vector(dst, mem),
            Source::Data(_) => {
                self.masm.load_vector_data(dst);
                self.link_data(source);
            }
        }
    }

    /// `±(a * b) + c`, rounded twice.
    fn multiply_add(&mut self, ops: &MulAdd) {
        self.apart3(|this, dst, a, b, c| {
            if ops.negative {
                this.vec3(ops.mul, SCRATCH, a, b);
                this.vec3(ops.add, dst, c, SCRATCH);
            } else {
                this.vec3(ops.mul, dst, a, b);
                this.vec3(ops.add, dst, dst, c);
            }
        });
    }
}
