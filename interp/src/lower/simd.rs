//! Lowering of operators on vectors, but for loads and stores.

use selvedge_vm::ops::simd::{
    BinaryKind, ExtractKind, FloatLanes, ReplaceKind, ShiftKind, SplatKind, TernaryKind, TestKind,
    UnaryKind, V128,
};
use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::{fields, fields32};
use super::operand::{Operand, Place};
use super::vector::{Made, Source, constant_words};
use crate::Optimisations;
use crate::exec::kind::Kind;
use crate::exec::simd::HasVectorCode;
use crate::exec::simd::lane::{extract, extracted, replace, splat};
use crate::exec::simd::numeric::{VShuffle, binary, canonical, shift, ternary, test, unary};

/// What selects no byte.
const NO_BYTE: u8 = 0x80;

/// The words of an operator of two vectors, and how many there are. Slots are in the first fields from
/// field 1 on.
pub(super) fn binary_words(x: Source, y: Source) -> ([u64; 3], usize) {
    match (x, y) {
        (Source::Slot(x), Source::Slot(y)) => ([fields(0, x, y, 0), 0, 0], 1),
        (Source::Slot(slot), Source::Constant(value))
        | (Source::Constant(value), Source::Slot(slot)) => {
            let [low, high] = constant_words(value);
            ([fields(0, slot, 0, 0), low, high], 3)
        }
        (Source::Constant(_), Source::Constant(_)) => unreachable!("one operand is in a slot"),
    }
}

impl Lowering<'_> {
    /// The constant that `operand` is, if it may stand in an instruction.
    pub(super) fn immediate_vector(&self, operand: Operand) -> Option<V128> {
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
        if self.fuse_vector_load(kind, a, b) || self.fuse_vectors(kind, a, b) {
            return;
        }
        let codes = binary(kind);
        let (code, x, y) = match (self.immediate_vector(a), self.immediate_vector(b)) {
            (_, Some(right)) => {
                let left = Source::Slot(self.near_vector(a));
                (&codes.right, left, Source::Constant(right))
            }
            (Some(left), None) if let Some(code) = &codes.left => {
                let right = Source::Slot(self.near_vector(b));
                (code, Source::Constant(left), right)
            }
            (_, None) => {
                let (b, a) = (self.near_vector(b), self.near_vector(a));
                (&codes.slots, Source::Slot(a), Source::Slot(b))
            }
        };
        let (words, len) = binary_words(x, y);
        self.emit_vector(code, &words[..len]);
        self.note_made(Made::Binary(kind, x, y));
    }

    /// Emits what picks the bytes of `a` whose numbers are in `select`, or 0 where that is [`NO_BYTE`].
    fn pick_bytes(&mut self, a: Operand, select: V128) {
        let kind = BinaryKind::I8x16RelaxedSwizzle;
        if self.fuse_picked(a, select) {
            return;
        }
        let x = Source::Slot(self.near_vector(a));
        let y = Source::Constant(select);
        let (words, len) = binary_words(x, y);
        self.emit_vector(&binary(kind).right, &words[..len]);
        self.note_made(Made::Binary(kind, x, y));
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
        let (code, taken, field) = self.choose_scalar(shift(kind), &mut count);
        let slot = self.near_vector(operand);
        let word = match (taken, count.place) {
            (Kind::I, Place::Const(bits)) => fields32(0, slot, bits as u32),
            _ => fields(0, slot, field, 0),
        };
        self.emit_vector(code, &[word]);
        if let (Kind::I, Place::Const(bits)) = (taken, count.place) {
            self.note_made(Made::Shift(kind, slot, bits as u32));
        }
    }

    pub(super) fn lower_simd_test(&mut self, kind: TestKind) {
        let operand = self.pop();
        if self.fuse_test(kind, operand) {
            return;
        }
        let slot = self.near_vector(operand);
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
