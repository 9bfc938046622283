//! Comparisons of integers that are several instructions, and tests.

use selvedge_vm::ops::simd::{BinaryKind, TestKind};
use selvedge_vm::types::ValType;

use super::super::Codegen;
use super::super::stack::{Entry, Value};
use super::SCRATCH;
use crate::cpu::CpuFeatures;
use crate::masm::{Cond, Op, Source};
use crate::regs::{Class, Reg};

/// A comparison of integers that is no instruction.
#[derive(Copy, Clone)]
enum Comparison {
    /// What the instruction for equality says not.
    Differ(Op),
    /// The least or greatest of the two is the first.
    Extreme(Op, Op),
    /// It is not.
    NotExtreme(Op, Op),
}

const fn comparison(kind: BinaryKind) -> Option<Comparison> {
    use BinaryKind as K;
    use Comparison::{Differ, Extreme, NotExtreme};
    Some(match kind {
        K::I8x16Ne => Differ(Op::PCMPEQB),
        K::I8x16LeS => Extreme(Op::PMINSB, Op::PCMPEQB),
        K::I8x16LeU => Extreme(Op::PMINUB, Op::PCMPEQB),
        K::I8x16GeS => Extreme(Op::PMAXSB, Op::PCMPEQB),
        K::I8x16GeU => Extreme(Op::PMAXUB, Op::PCMPEQB),
        K::I8x16LtU => NotExtreme(Op::PMAXUB, Op::PCMPEQB),
        K::I8x16GtU => NotExtreme(Op::PMINUB, Op::PCMPEQB),
        K::I16x8Ne => Differ(Op::PCMPEQW),
        K::I16x8LeS => Extreme(Op::PMINSW, Op::PCMPEQW),
        K::I16x8LeU => Extreme(Op::PMINUW, Op::PCMPEQW),
        K::I16x8GeS => Extreme(Op::PMAXSW, Op::PCMPEQW),
        K::I16x8GeU => Extreme(Op::PMAXUW, Op::PCMPEQW),
        K::I16x8LtU => NotExtreme(Op::PMAXUW, Op::PCMPEQW),
        K::I16x8GtU => NotExtreme(Op::PMINUW, Op::PCMPEQW),
        K::I32x4Ne => Differ(Op::PCMPEQD),
        K::I32x4LeS => Extreme(Op::PMINSD, Op::PCMPEQD),
        K::I32x4LeU => Extreme(Op::PMINUD, Op::PCMPEQD),
        K::I32x4GeS => Extreme(Op::PMAXSD, Op::PCMPEQD),
        K::I32x4GeU => Extreme(Op::PMAXUD, Op::PCMPEQD),
        K::I32x4LtU => NotExtreme(Op::PMAXUD, Op::PCMPEQD),
        K::I32x4GtU => NotExtreme(Op::PMINUD, Op::PCMPEQD),
        K::I64x2Ne => Differ(Op::PCMPEQQ),
        _ => return None,
    })
}

impl Codegen<'_> {
    /// A comparison of integers, if the operator is one that is here.
    pub(super) fn compare_sequence(&mut self, kind: BinaryKind) -> bool {
        use BinaryKind as K;
        match kind {
            K::I64x2LtS => self.compare_quads(true, false),
            K::I64x2GtS => self.compare_quads(false, false),
            K::I64x2LeS => self.compare_quads(false, true),
            K::I64x2GeS => self.compare_quads(true, true),
            kind => match comparison(kind) {
                Some(comparison) => self.compare_integers(comparison),
                None => return false,
            },
        }
        true
    }

    fn compare_integers(&mut self, mut comparison: Comparison) {
        let (mut b, a) = (self.pop(), self.pop());
        if let Some((other, value)) = self.comparison_with_next(comparison, b) {
            comparison = other;
            b.value = Value::Vector(self.vector_constant(value));
        }
        let right = self.vector_source(b, true);
        let a = self.use_reg(a);
        let apart_from = match right {
            Source::Reg(right) => [a, right],
            _ => [a, a],
        };
        let dst = self.vector_apart(&apart_from);
        match comparison {
            Comparison::Differ(equal) => {
                self.vec3(equal, dst, a, right);
                self.invert(dst);
            }
            Comparison::Extreme(extreme, equal) => {
                self.vec3(extreme, dst, a, right);
                self.vec3(equal, dst, dst, a);
            }
            Comparison::NotExtreme(extreme, equal) => {
                self.vec3(extreme, dst, a, right);
                self.vec3(equal, dst, dst, a);
                self.invert(dst);
            }
        }
        self.push_vector_reg(dst);
    }

    /// Below or above a constant is not above or below its neighbour, if all lanes have one.
    fn comparison_with_next(&self, comparison: Comparison, b: Entry) -> Option<(Comparison, u128)> {
        let Comparison::NotExtreme(extreme, equal) = comparison else {
            return None;
        };
        let (width, is_below, other) = match extreme {
            Op::PMAXUB => (8, true, Op::PMINUB),
            Op::PMINUB => (8, false, Op::PMAXUB),
            Op::PMAXUW => (16, true, Op::PMINUW),
            Op::PMINUW => (16, false, Op::PMAXUW),
            Op::PMAXUD => (32, true, Op::PMINUD),
            _ => (32, false, Op::PMAXUD),
        };
        let value = u128::from_le_bytes(self.vector_of(b)?);
        let ones = (1_u128 << width) - 1;
        let without = if is_below { 0 } else { ones };
        let mut lanes = (0..128 / width).map(|lane| value >> (lane * width) & ones);
        if lanes.any(|lane| lane == without) {
            return None;
        }
        // No lane borrows from another, or carries into it.
        let one_each = u128::MAX / ones;
        let value = if is_below {
            value - one_each
        } else {
            value + one_each
        };
        Some((Comparison::Extreme(other, equal), value))
    }

    /// `v128.and` and the `v128.any_true` behind it.
    pub(super) fn test_both(&mut self) {
        let (b, a) = (self.pop(), self.pop());
        let (a, b) = self.order_vectors(a, b);
        let right = self.vector_source(b, true);
        let left = self.use_reg(a);
        self.vec2(Op::PTEST, left, right);
        self.skip_next += 1;
        self.push_flags(Cond::Ne);
    }

    /// Inverts all bits.
    fn invert(&mut self, dst: Reg) {
        self.masm.ones_vector(SCRATCH);
        self.vec3(Op::PXOR, dst, dst, SCRATCH);
    }

    /// Whether lanes of the first vector are greater, or with `exchange`, of the second; or the opposite.
    fn compare_quads(&mut self, exchange: bool, invert: bool) {
        self.apart2(|this, dst, a, b| {
            let (a, b) = if exchange { (b, a) } else { (a, b) };
            if this.has(CpuFeatures::SSE42) {
                this.vec3(Op::PCMPGTQ, dst, a, b);
            } else {
                // Where the high halves are equal, b − a is negative if b's low half is below a's, without
                // signs; and of that the high half is the borrow alone.
                this.vec3(Op::PSUBQ, dst, b, a);
                this.vec3(Op::PCMPEQD, SCRATCH, a, b);
                this.vec3(Op::PAND, dst, dst, SCRATCH);
                this.vec3(Op::PCMPGTD, SCRATCH, a, b);
                this.vec3(Op::POR, dst, dst, SCRATCH);
                this.masm
                    .vector_unary_imm(Op::PSHUFD, dst, dst.into(), 0b11_11_01_01);
            }
            if invert {
                this.invert(dst);
            }
        });
    }

    /// A test of a vector's lanes.
    pub(super) fn compile_vector_test(&mut self, kind: TestKind) {
        use TestKind as K;
        let a = self.pop();
        let a = self.use_reg(a);
        let mask = match kind {
            K::V128AnyTrue => {
                self.vec2(Op::PTEST, a, a);
                return self.push_flags(Cond::Ne);
            }
            K::I8x16AllTrue => return self.all_true(Op::PCMPEQB, a),
            K::I16x8AllTrue => return self.all_true(Op::PCMPEQW, a),
            K::I32x4AllTrue => return self.all_true(Op::PCMPEQD, a),
            K::I64x2AllTrue => return self.all_true(Op::PCMPEQQ, a),
            K::I8x16Bitmask => Op::PMOVMSKB,
            K::I16x8Bitmask => {
                self.vec3(Op::PACKSSWB, SCRATCH, a, a);
                let dst = self.mask_reg();
                self.vec2(Op::PMOVMSKB, dst, SCRATCH);
                // Twice the same.
                self.masm.zero_extend(8, dst, dst);
                return self.push_reg(ValType::I32, dst);
            }
            K::I32x4Bitmask => Op::MOVMSKPS,
            K::I64x2Bitmask => Op::MOVMSKPD,
        };
        let dst = self.mask_reg();
        self.vec2(mask, dst, a);
        self.push_reg(ValType::I32, dst);
    }

    fn mask_reg(&mut self) -> Reg {
        match self.hint(Class::Int) {
            Some(pin) => pin,
            None => self.alloc(Class::Int),
        }
    }

    /// No lane equals zero.
    fn all_true(&mut self, equal: Op, a: Reg) {
        self.masm.zero_vector(SCRATCH);
        self.vec3(equal, SCRATCH, SCRATCH, a);
        self.vec2(Op::PTEST, SCRATCH, SCRATCH);
        self.push_flags(Cond::E);
    }
}
