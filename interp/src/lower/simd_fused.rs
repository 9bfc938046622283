//! Fusing an operation on vectors with the instruction before it, whose result is one of its operands and
//! needed nowhere else.

use selvedge_vm::ops::simd::{BinaryKind, TestKind, V128};
use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::fields;
use super::operand::Operand;
use super::simd::binary_words;
use super::vector::{LastVector, Made, Source, constant_words};
use crate::Optimisations;
use crate::exec::simd::fused::{
    Constant, PAIRS, SHIFT_PAIRS, TEST_PAIRS, VPairInfo, commutes, rotation,
};
use crate::exec::simd::memory::LOAD_BINARIES;

impl Lowering<'_> {
    /// The last instruction, if it made the vector `operand`, just popped.
    fn taken_vector(&self, operand: Operand) -> Option<LastVector> {
        let last = self.last_vector?;
        let is_last = last.end == self.buffer.here();
        (is_last && operand.in_slot && operand.home == last.home).then_some(last)
    }

    /// The operand that the last instruction made, with the other one, and whether it is the right one.
    fn taken_of(&self, a: Operand, b: Operand) -> Option<(LastVector, Operand, bool)> {
        match self.taken_vector(b) {
            Some(last) => Some((last, a, true)),
            None => self.taken_vector(a).map(|last| (last, b, false)),
        }
    }

    /// Removes the last instructions from `last` on.
    fn take_back_vector(&mut self, last: &LastVector) {
        self.buffer.truncate(last.pos);
        self.last_vector = None;
        self.last = None;
    }

    /// An operand that an instruction takes from a slot or holds, if it can be had without any code.
    fn vector_source(&self, operand: Operand) -> Option<Source> {
        match self.immediate_vector(operand) {
            Some(value) => Some(Source::Constant(value)),
            None if operand.in_slot => u16::try_from(operand.home).ok().map(Source::Slot),
            None => None,
        }
    }

    /// Emits an operator with the load that made one of its operands. Says whether there is a way.
    pub(super) fn fuse_vector_load(&mut self, kind: BinaryKind, a: Operand, b: Operand) -> bool {
        if !self.does(Optimisations::VECTOR_LOADS) {
            return false;
        }
        let Some((last, other, on_right)) = self.taken_of(a, b) else {
            return false;
        };
        let Made::Load {
            kind: load,
            index,
            words,
            wasm_offset,
        } = last.made
        else {
            return false;
        };
        let Some(Source::Slot(slot)) = self.vector_source(other) else {
            return false;
        };
        let on_left = !on_right && !commutes(kind);
        let found = LOAD_BINARIES
            .iter()
            .find(|info| info.load == load && info.second == kind && info.on_left == on_left);
        let Some(info) = found else {
            return false;
        };
        let (code, shift) = match index {
            (kind, None) => (info.at[kind as usize], 0),
            (left, Some(right)) => (info.at_sum[left as usize][right as usize], 32),
        };
        let code = code.expect("a load has the same handlers alone");
        self.take_back_vector(&last);
        self.buffer.mark(wasm_offset);
        self.emit_vector(code, &[words[0], words[1] | u64::from(slot) << shift]);
        true
    }

    /// Emits an operator with the operator or the shifts that made its operands. Says whether there is a way.
    pub(super) fn fuse_vectors(&mut self, kind: BinaryKind, a: Operand, b: Operand) -> bool {
        if !self.does(Optimisations::VECTOR_PAIRS) {
            return false;
        }
        let Some((last, other, on_right)) = self.taken_of(a, b) else {
            return false;
        };
        let on_right = on_right && !commutes(kind);
        match last.made {
            Made::Binary(first, x, y) => {
                let other = self.vector_source(other);
                other.is_some_and(|z| self.fuse_pair(&last, (first, x, y), kind, z, on_right))
            }
            Made::Shift(..) if kind == BinaryKind::V128Or => self.fuse_rotation(&last, other),
            Made::Shift(shift, slot, count) => {
                let value = self.immediate_vector(other);
                let found = SHIFT_PAIRS.iter().find(|pair| {
                    pair.shift == shift && pair.second == kind && pair.on_right == on_right
                });
                let (Some(value), Some(pair)) = (value, found) else {
                    return false;
                };
                let [low, high] = constant_words(value);
                self.take_back_vector(&last);
                let word = fields(0, slot, (count & 0x3f) as u16, 0);
                self.emit_vector(pair.code, &[word, low, high]);
                true
            }
            Made::Other | Made::Rotation(..) | Made::Load { .. } => false,
        }
    }

    /// Emits the operator `first` of `x` and `y`, which `last` is, with the operator `second` of its result
    /// and `z`.
    fn fuse_pair(
        &mut self,
        last: &LastVector,
        (first, x, y): (BinaryKind, Source, Source),
        second: BinaryKind,
        z: Source,
        on_right: bool,
    ) -> bool {
        let constant = match (x, y, z) {
            (Source::Slot(_), Source::Slot(_), Source::Slot(_)) => Constant::No,
            (Source::Constant(_), Source::Slot(_), Source::Slot(_)) => Constant::X,
            (Source::Slot(_), Source::Constant(_), Source::Slot(_)) => Constant::Y,
            (Source::Slot(_), Source::Slot(_), Source::Constant(_)) => Constant::Z,
            _ => return false,
        };
        let suits = |pair: &&VPairInfo| {
            pair.second == second
                && pair.first == first
                && pair.on_right == on_right
                && pair.constant == constant
        };
        let Some(pair) = PAIRS.iter().find(suits) else {
            return false;
        };
        let mut slots = [0; 3];
        let mut value = None;
        let mut count = 0;
        for source in [x, y, z] {
            match source {
                Source::Slot(slot) => {
                    slots[count] = slot;
                    count += 1;
                }
                Source::Constant(constant) => value = Some(constant),
            }
        }
        let [low, high] = value.map_or([0; 2], constant_words);
        let words = [fields(0, slots[0], slots[1], slots[2]), low, high];
        self.take_back_vector(last);
        let len = if value.is_some() { 3 } else { 1 };
        self.emit_vector(pair.code, &words[..len]);
        true
    }

    /// Emits a rotation for the shift `last` and the one before, if that made `other`, and both shift the
    /// same vector so that all bits stay.
    fn fuse_rotation(&mut self, last: &LastVector, other: Operand) -> bool {
        let Some(before) = self.before_vector.filter(|before| before.end == last.pos) else {
            return false;
        };
        let is_other = other.in_slot && other.home == before.home;
        let (Made::Shift(first, x, first_count), Made::Shift(second, y, second_count), true) =
            (before.made, last.made, is_other)
        else {
            return false;
        };
        let found = match rotation(first, second) {
            Some(rotation) => Some((rotation, first_count)),
            None => rotation(second, first).map(|rotation| (rotation, second_count)),
        };
        let Some((rotation, count)) = found else {
            return false;
        };
        if x != y
            || !first_count
                .wrapping_add(second_count)
                .is_multiple_of(rotation.bits)
        {
            return false;
        }
        let count = (count % rotation.bits) as u16;
        self.take_back_vector(&before);
        self.emit_vector(&rotation.code, &[fields(0, x, 0, count)]);
        self.note_made(Made::Rotation(rotation, x, count));
        true
    }

    /// Emits what picks the bytes in `select` of the result of an operator, `operand`, with that operator. Says
    /// whether there is a way.
    pub(super) fn fuse_picked(&mut self, operand: Operand, select: V128) -> bool {
        let last = self.taken_vector(operand);
        match last.filter(|_| self.does(Optimisations::VECTOR_PAIRS)) {
            Some(
                last @ LastVector {
                    made: Made::Binary(first, x, y),
                    ..
                },
            ) => {
                let second = BinaryKind::I8x16RelaxedSwizzle;
                let z = Source::Constant(select);
                self.fuse_pair(&last, (first, x, y), second, z, false)
            }
            _ => false,
        }
    }

    /// Emits a test of the result of an operator, `operand`, with that operator. Says whether there is a way.
    pub(super) fn fuse_test(&mut self, test: TestKind, operand: Operand) -> bool {
        let last = self.taken_vector(operand);
        let Some(last) = last.filter(|_| self.does(Optimisations::VECTOR_PAIRS)) else {
            return false;
        };
        let Made::Binary(first, x, y) = last.made else {
            return false;
        };
        let (x, y) = match (x, y) {
            (Source::Constant(_), Source::Slot(_)) if commutes(first) => (y, x),
            other => other,
        };
        let constant = matches!(y, Source::Constant(_));
        let found = TEST_PAIRS
            .iter()
            .find(|pair| pair.test == test && pair.first == first);
        let (Some(pair), Source::Slot(_)) = (found, x) else {
            return false;
        };
        let (words, len) = binary_words(x, y);
        self.take_back_vector(&last);
        self.emit_result(
            pair.rows[usize::from(constant)],
            ValType::I32,
            &words[..len],
        );
        true
    }
}
