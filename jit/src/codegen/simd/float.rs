//! Float operators that are several instructions, and conversions.

use selvedge_vm::ops::simd::{BinaryKind, FloatLanes, UnaryKind};

use super::super::Codegen;
use super::super::stack::Value;
use super::SCRATCH;
use super::int::{doubles, quads};
use crate::masm::Op;
use crate::regs::Reg;

/// The predicates of `cmpps` that are used here.
const EQUAL: u8 = 0;
const LESS_OR_EQUAL: u8 = 2;
const UNORDERED: u8 = 3;

/// The instructions of one width of lanes.
struct Ops {
    min: Op,
    max: Op,
    sub: Op,
    cmp: Op,
    shift: Op,
    /// How many bits of a quiet NaN are above its payload, with the quiet bit.
    top_bits: u8,
    sign: u128,
    nan: u128,
}

const fn ops(lanes: FloatLanes) -> Ops {
    match lanes {
        FloatLanes::F32 => Ops {
            min: Op::MINPS,
            max: Op::MAXPS,
            sub: Op::SUBPS,
            cmp: Op::CMPPS,
            shift: Op::PSRLD,
            top_bits: 10,
            sign: doubles(1 << 31),
            nan: doubles(0x7fc0_0000),
        },
        FloatLanes::F64 => Ops {
            min: Op::MINPD,
            max: Op::MAXPD,
            sub: Op::SUBPD,
            cmp: Op::CMPPD,
            shift: Op::PSRLQ,
            top_bits: 13,
            sign: quads(1 << 63),
            nan: quads(0x7ff8 << 48),
        },
    }
}

/// The same float in all lanes.
const fn singles(value: f32) -> u128 {
    doubles(value.to_bits())
}

/// The same float in both lanes.
const fn wide(value: f64) -> u128 {
    quads(value.to_bits())
}

impl Codegen<'_> {
    pub(super) fn float_unary_sequence(&mut self, kind: UnaryKind) {
        use UnaryKind as K;
        let (f32, f64) = (FloatLanes::F32, FloatLanes::F64);
        match kind {
            K::F32x4Abs => self.one_with_constant(Op::PAND, !ops(f32).sign),
            K::F64x2Abs => self.one_with_constant(Op::PAND, !ops(f64).sign),
            K::F32x4Neg => self.one_with_constant(Op::PXOR, ops(f32).sign),
            K::F64x2Neg => self.one_with_constant(Op::PXOR, ops(f64).sign),
            K::I32x4TruncSatF32x4S => self.apart1(Self::truncate_signed),
            K::I32x4TruncSatF32x4U => self.apart1(Self::truncate_unsigned),
            K::I32x4TruncSatF64x2SZero => self.apart1(|this, dst, a| {
                // Zero for NaN, and not above what fits; what is below becomes the least integer.
                this.compare_floats(Op::CMPPD, SCRATCH, a, a, EQUAL);
                let greatest = this.data(wide(2_147_483_647.0));
                this.vec3(Op::PAND, SCRATCH, SCRATCH, greatest);
                this.vec3(Op::MINPD, dst, a, SCRATCH);
                this.vec2(Op::CVTTPD2DQ, dst, dst);
            }),
            K::I32x4TruncSatF64x2UZero => self.apart1(|this, dst, a| {
                // Zero for NaN and below, and not above what fits. Added to 2^52 it is in the low bits.
                this.masm.zero_vector(SCRATCH);
                this.vec3(Op::MAXPD, dst, a, SCRATCH);
                let greatest = this.data(wide(4_294_967_295.0));
                this.vec3(Op::MINPD, dst, dst, greatest);
                this.masm
                    .vector_unary_imm(Op::ROUNDPD, dst, dst.into(), 3 | 8);
                let magic = this.data(wide(4_503_599_627_370_496.0));
                this.vec3(Op::ADDPD, dst, dst, magic);
                this.masm
                    .vector_imm(Op::SHUFPS, dst, dst, SCRATCH.into(), 0b10_00_10_00);
            }),
            K::F32x4ConvertI32x4U => self.apart1(|this, dst, a| {
                // The halves as the low bits of 2^23 and 2^39, of which the sum is taken off again.
                this.load_data(SCRATCH, doubles(0x4b00_0000));
                this.masm
                    .vector_imm(Op::PBLENDW, SCRATCH, SCRATCH, a.into(), 0b0101_0101);
                this.masm.vector_shift_imm(Op::PSRLD, dst, a, 16);
                let high = this.data(doubles(0x5300_0000));
                this.vec3(Op::POR, dst, dst, high);
                let both = this.data(doubles(0x5300_0080));
                this.vec3(Op::SUBPS, dst, dst, both);
                this.vec3(Op::ADDPS, dst, dst, SCRATCH);
            }),
            K::F64x2ConvertLowI32x4U => self.apart1(|this, dst, a| {
                // As the low bits of 2^52, which is taken off again.
                let high = this.data(doubles(0x4330_0000));
                this.vec3(Op::UNPCKLPS, dst, a, high);
                let magic = this.data(wide(4_503_599_627_370_496.0));
                this.vec3(Op::SUBPD, dst, dst, magic);
            }),
            kind => unreachable!("{kind:?} is one instruction, or stands for another row"),
        }
    }

    /// An instruction on a vector and a constant.
    fn one_with_constant(&mut self, op: Op, value: u128) {
        let a = self.pop();
        let a = self.use_reg(a);
        let dst = self.vector_over(a.into());
        let constant = self.data(value);
        self.vec3(op, dst, a, constant);
        self.push_vector_reg(dst);
    }

    fn compare_floats(&mut self, op: Op, dst: Reg, a: Reg, b: Reg, predicate: u8) {
        self.masm.vector_imm(op, dst, a, b.into(), predicate);
    }

    fn truncate_signed(&mut self, dst: Reg, a: Reg) {
        // Zero for NaN. What is above becomes the least integer, of which the opposite bits are the greatest.
        self.compare_floats(Op::CMPPS, SCRATCH, a, a, EQUAL);
        self.vec3(Op::PAND, dst, a, SCRATCH);
        self.load_data(SCRATCH, singles(2_147_483_648.0));
        self.compare_floats(Op::CMPPS, SCRATCH, SCRATCH, dst, LESS_OR_EQUAL);
        self.vec2(Op::CVTTPS2DQ, dst, dst);
        self.vec3(Op::PXOR, dst, dst, SCRATCH);
    }

    fn truncate_unsigned(&mut self, dst: Reg, a: Reg) {
        const HALF: u128 = singles(2_147_483_648.0);
        let above = self.alloc_vector();
        // Zero for NaN and below.
        self.masm.zero_vector(SCRATCH);
        self.vec3(Op::MAXPS, dst, a, SCRATCH);
        // What is above 2^31, which is zero if nothing is, and the greatest integer if that is too much.
        let half = self.data(HALF);
        self.vec3(Op::SUBPS, above, dst, half);
        self.load_data(SCRATCH, HALF);
        self.compare_floats(Op::CMPPS, SCRATCH, SCRATCH, above, LESS_OR_EQUAL);
        self.vec2(Op::CVTTPS2DQ, above, above);
        self.vec3(Op::PXOR, above, above, SCRATCH);
        self.masm.zero_vector(SCRATCH);
        self.vec3(Op::PMAXSD, above, above, SCRATCH);
        // From 2^31 on this is 2^31.
        self.vec2(Op::CVTTPS2DQ, dst, dst);
        self.vec3(Op::PADDD, dst, dst, above);
        self.release_reg(above);
    }

    pub(super) fn float_binary_sequence(&mut self, kind: BinaryKind) {
        use BinaryKind as K;
        match kind {
            K::F32x4Min => self.vector_min(&ops(FloatLanes::F32)),
            K::F64x2Min => self.vector_min(&ops(FloatLanes::F64)),
            K::F32x4Max => self.vector_max(&ops(FloatLanes::F32)),
            K::F64x2Max => self.vector_max(&ops(FloatLanes::F64)),
            kind => unreachable!("{kind:?} is one instruction, or stands for another row"),
        }
    }

    /// Of zeros and NaNs the instruction gives its second operand; so both orders are joined.
    fn vector_min(&mut self, ops: &Ops) {
        self.apart2(|this, dst, a, b| {
            this.vec3(ops.min, SCRATCH, b, a);
            this.vec3(ops.min, dst, a, b);
            this.vec3(Op::POR, SCRATCH, SCRATCH, dst);
            this.clear_payload(ops, dst);
        });
    }

    fn vector_max(&mut self, ops: &Ops) {
        self.apart2(|this, dst, a, b| {
            this.vec3(ops.max, SCRATCH, b, a);
            this.vec3(ops.max, dst, a, b);
            // Where they differ, it is by a sign, or one is NaN.
            this.vec3(Op::PXOR, dst, dst, SCRATCH);
            this.vec3(Op::POR, SCRATCH, SCRATCH, dst);
            this.vec3(ops.sub, SCRATCH, SCRATCH, dst);
            this.clear_payload(ops, dst);
        });
    }

    /// `dst` = the scratch register, with quiet NaNs that have no payload. Where that has no NaN, `dst` has none.
    fn clear_payload(&mut self, ops: &Ops, dst: Reg) {
        self.compare_floats(ops.cmp, dst, dst, SCRATCH, UNORDERED);
        self.vec3(Op::POR, SCRATCH, SCRATCH, dst);
        self.masm
            .vector_shift_imm(ops.shift, dst, dst, ops.top_bits);
        self.vec3(Op::PANDN, dst, dst, SCRATCH);
    }

    /// Makes NaNs of the top entry canonical, if the engine wants that and there may be any.
    pub(super) fn canonicalise_top(&mut self, lanes: Option<FloatLanes>) {
        if !self.options.canonical_nans {
            return;
        }
        let Some(lanes) = lanes else { return };
        let ops = ops(lanes);
        let Value::Reg(dst) = self.stack[self.stack.len() - 1].value else {
            unreachable!("an operator on floats leaves its result in a register")
        };
        self.compare_floats(ops.cmp, SCRATCH, dst, dst, UNORDERED);
        // The others, and what takes the place of NaNs.
        let nan = self.data(ops.nan);
        self.vec3(Op::PANDN, SCRATCH, SCRATCH, dst);
        self.compare_floats(ops.cmp, dst, dst, dst, UNORDERED);
        self.vec3(Op::PAND, dst, dst, nan);
        self.vec3(Op::POR, dst, dst, SCRATCH);
    }
}
