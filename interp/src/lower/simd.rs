//! Lowering of operators on vectors, but for loads and stores.

use selvedge_vm::ops::simd::{
    BinaryKind, ExtractKind, FloatLanes, ReplaceKind, ShiftKind, SplatKind, TernaryKind, TestKind,
    UnaryKind, V128,
};
use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::{fields, fields32};
use super::stack::{Operand, Place};
use super::vector::constant_words;
use crate::Optimisations;
use crate::exec::kind::Kind;
use crate::exec::simd::lane::{extract, extracted, replace, splat};
use crate::exec::simd::numeric::{VShuffle, binary, canonical, shift, ternary, test, unary};
use crate::exec::simd::{HasVectorCode, VectorCode};

/// What selects no byte.
const NO_BYTE: u8 = 0x80;

impl Lowering<'_> {
    /// The constant that `operand` is, if it may stand in an instruction.
    fn immediate_vector(&self, operand: Operand) -> Option<V128> {
        let value = self.constant_vector(operand)?;
        self.does(Optimisations::VECTOR_CONSTANTS).then_some(value)
    }

    pub(super) fn lower_simd_unary(&mut self, kind: UnaryKind) {
        let kind = kind.resolve(self.relaxed);
        let a = self.pop_vector();
        self.emit_vector(unary(kind), &[fields(0, a, 0, 0)]);
        self.canonicalise_vector(kind.nan_lanes());
    }

    pub(super) fn lower_simd_binary(&mut self, kind: BinaryKind) {
        let kind = kind.resolve(self.relaxed);
        let (b, a) = (self.pop(), self.pop());
        if kind == BinaryKind::I8x16Swizzle
            && let Some(numbers) = self.immediate_vector(b)
        {
            let select = numbers.map(|number| if number < 16 { number } else { NO_BYTE });
            self.pick_bytes(a, select);
        } else {
            self.emit_simd_binary(kind, a, b);
        }
        self.canonicalise_vector(kind.nan_lanes());
    }

    fn emit_simd_binary(&mut self, kind: BinaryKind, a: Operand, b: Operand) {
        let codes = binary(kind);
        let (code, operand, value): (&VectorCode, _, _) =
            match (self.immediate_vector(a), self.immediate_vector(b)) {
                (_, Some(right)) => (&codes.right, a, right),
                (Some(left), None) => (&codes.left, b, left),
                (None, None) => {
                    let (b, a) = (self.near_vector(b), self.near_vector(a));
                    self.emit_vector(&codes.slots, &[fields(0, a, b, 0)]);
                    return;
                }
            };
        let [low, high] = constant_words(value);
        let slot = self.near_vector(operand);
        self.emit_vector(code, &[fields(0, slot, 0, 0), low, high]);
    }

    /// Emits what picks the bytes of `a` whose numbers are in `select`, or 0 where that is [`NO_BYTE`].
    fn pick_bytes(&mut self, a: Operand, select: V128) {
        let [low, high] = constant_words(select);
        let slot = self.near_vector(a);
        let code = &binary(BinaryKind::I8x16RelaxedSwizzle).right;
        self.emit_vector(code, &[fields(0, slot, 0, 0), low, high]);
    }

    pub(super) fn lower_simd_ternary(&mut self, kind: TernaryKind) {
        let kind = kind.resolve(self.relaxed);
        let (c, b, a) = (self.pop(), self.pop(), self.pop());
        let [on_slots, on_constant] = ternary(kind);
        match self.immediate_vector(c) {
            Some(value) => {
                let [low, high] = constant_words(value);
                let (b, a) = (self.near_vector(b), self.near_vector(a));
                self.emit_vector(on_constant, &[fields(0, a, b, 0), low, high]);
            }
            None => {
                let [c, b, a] = [c, b, a].map(|operand| self.near_vector(operand));
                self.emit_vector(on_slots, &[fields(0, a, b, c)]);
            }
        }
        self.canonicalise_vector(kind.nan_lanes());
    }

    /// Emits what makes NaNs in `lanes` of the vector just made canonical, if that is wanted.
    fn canonicalise_vector(&mut self, lanes: Option<FloatLanes>) {
        if let Some(lanes) = lanes.filter(|_| self.canonical_nans) {
            let a = self.pop_vector();
            self.emit_vector(canonical(lanes), &[fields(0, a, 0, 0)]);
        }
    }

    pub(super) fn lower_simd_shift(&mut self, kind: ShiftKind) {
        let mut count = self.pop();
        let operand = self.pop();
        let (code, kind, field) = self.choose_scalar(shift(kind), &mut count);
        let slot = self.near_vector(operand);
        let word = match (kind, count.place) {
            (Kind::I, Place::Const(bits)) => fields32(0, slot, bits as u32),
            _ => fields(0, slot, field, 0),
        };
        self.emit_vector(code, &[word]);
    }

    pub(super) fn lower_simd_test(&mut self, kind: TestKind) {
        let slot = self.pop_vector();
        self.emit_result(test(kind), ValType::I32, &[fields(0, slot, 0, 0)]);
    }

    pub(super) fn lower_simd_splat(&mut self, kind: SplatKind) {
        let mut value = self.pop();
        if let Place::Const(bits) = value.place
            && self.does(Optimisations::VECTOR_CONSTANTS)
        {
            return self.push_vector(kind.eval(bits));
        }
        let (code, _, field) = self.choose_scalar(splat(kind), &mut value);
        self.emit_vector(code, &[fields(0, 0, field, 0)]);
    }

    pub(super) fn lower_simd_extract(&mut self, kind: ExtractKind, lane: u8) {
        let slot = self.pop_vector();
        let row = extract(kind)[usize::from(lane)];
        self.emit_result(row, extracted(kind), &[fields(0, slot, 0, 0)]);
    }

    pub(super) fn lower_simd_replace(&mut self, kind: ReplaceKind, lane: u8) {
        let mut value = self.pop();
        let operand = self.pop();
        let codes = &replace(kind)[usize::from(lane)];
        let (code, _, field) = self.choose_scalar(codes, &mut value);
        let slot = self.near_vector(operand);
        self.emit_vector(code, &[fields(0, slot, field, 0)]);
    }

    pub(super) fn lower_simd_shuffle(&mut self, lanes: [u8; 16]) {
        let (b, a) = (self.pop(), self.pop());
        let zero = [0; 16];
        // What is chosen of each operand: bytes of one vector if they are the same.
        let same = a.in_slot && b.in_slot && a.home == b.home;
        let [mut first, mut second] = [[NO_BYTE; 16]; 2];
        for (at, lane) in lanes.into_iter().enumerate() {
            if lane < 16 || same {
                first[at] = lane % 16;
            } else {
                second[at] = lane % 16;
            }
        }
        let nothing = [NO_BYTE; 16];
        if second == nothing || self.immediate_vector(b) == Some(zero) {
            return self.pick_bytes(a, first);
        }
        if first == nothing || self.immediate_vector(a) == Some(zero) {
            return self.pick_bytes(b, second);
        }
        let (b, a) = (self.near_vector(b), self.near_vector(a));
        let [first, second] = [first, second].map(constant_words);
        let words = [fields(0, a, b, 0), first[0], first[1], second[0], second[1]];
        self.emit_vector(VShuffle::VECTOR, &words);
    }
}
