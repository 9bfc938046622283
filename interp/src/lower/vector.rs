//! Vectors on the symbolic stack, which are in slots or constant.
//!
//! A vector that an operator makes goes to its home slot. If it turns out to be
//! needed elsewhere at once (a local, a label), the instruction that made it is
//! *retargeted*: its destination field is rewritten.

use selvedge_vm::index::GlobalIndex;
use selvedge_vm::ops::simd::{BinaryKind, LoadKind, ShiftKind, V128};
use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::{fields, fields32, halves};
use super::operand::{Operand, Place, value_constant};
use super::stack::Value;
use crate::exec::kind::{Kind, Singles};
use crate::exec::row::{Code, HasCode};
use crate::exec::simd::fused::Rotation;
use crate::exec::simd::value::{VGlobalGet, VGlobalSet, VMove, VMoveWide, VReturn, VSELECTS};
use crate::exec::simd::{HasVectorCode, KV, V1, VectorCode};
use crate::exec::variable::{Imported, Own};

/// An instruction that made a vector.
#[derive(Copy, Clone)]
pub(super) struct LastVector {
    /// Where it is.
    pub pos: u32,
    /// Where it ends; it is the last instruction if that is where code ends.
    pub end: u32,
    /// The home slot that it writes.
    pub home: u32,
    /// What it does, as far as that can be fused.
    pub made: Made,
}

/// What an instruction that made a vector does.
#[derive(Copy, Clone)]
pub(super) enum Made {
    /// What is not fused with anything.
    Other,
    /// An operator of two vectors.
    Binary(BinaryKind, Source, Source),
    /// A shift of the vector in a slot by a constant.
    Shift(ShiftKind, u16, u32),
    /// A rotation of the vector in a slot by a constant.
    Rotation(&'static Rotation, u16, u16),
    /// A load from memory 0.
    Load {
        kind: LoadKind,
        /// The kinds of the index, or of what it is the sum of.
        index: (Kind, Option<Kind>),
        /// The words of its operands.
        words: [u64; 2],
        wasm_offset: usize,
    },
}

/// An instruction that made a vector which a local was set to: the exclusive or of two slots.
#[derive(Copy, Clone, Debug)]
pub(super) struct WrittenVector {
    pos: u32,
    end: u32,
    /// The local's slot.
    slot: u16,
    operands: [u16; 2],
}

/// An operand of an operator of two vectors.
#[derive(Copy, Clone, Debug)]
pub(super) enum Source {
    Slot(u16),
    Constant(V128),
}

/// The words that hold a constant vector.
pub(super) fn constant_words(value: V128) -> [u64; 2] {
    let bits = u128::from_le_bytes(value);
    [bits as u64, (bits >> 64) as u64]
}

impl Lowering<'_> {
    /// Pushes a constant vector.
    pub(super) fn push_vector(&mut self, value: V128) {
        let number = self.vectors.len() as u32;
        self.vectors.push(value);
        self.push(ValType::V128, Value::Vector(number));
    }

    /// The constant that `operand` is, if it is one.
    pub(super) fn constant_vector(&self, operand: Operand) -> Option<V128> {
        match operand.place {
            Place::Vector(number) => Some(self.vectors[number as usize]),
            _ => None,
        }
    }

    /// Emits an instruction whose result is pushed. `operands` leave field 0 of the first word to
    /// the destination. Returns where the instruction is.
    pub(super) fn emit_vector(&mut self, code: &'static VectorCode, operands: &[u64]) -> u32 {
        let home = self.frame_end;
        let code = code.best(self.available);
        let pos = self.buffer.push(code, operands);
        self.push(ValType::V128, Value::Home);
        let near = u16::try_from(home).unwrap_or_else(|_| self.take_scratch_pair() as u16);
        self.buffer.set_dest(pos, near);
        self.last = None;
        if u32::from(near) == home {
            self.before_vector = self.last_vector.filter(|before| before.end == pos);
            self.last_vector = Some(LastVector {
                pos,
                end: self.buffer.here(),
                home,
                made: Made::Other,
            });
        } else {
            let near = u32::from(near);
            self.last_vector = None;
            self.buffer.push(VMoveWide::CODE, &[halves(home, near)]);
        }
        self.wrote_vector(home);
        pos
    }

    /// Says what the instruction just emitted, which made a vector, does. Its operands are in their own
    /// slots, not in scratch slots.
    pub(super) fn note_made(&mut self, made: Made) {
        let is_wide = self.layout.scratch().is_some();
        if let Some(last) = self.last_vector.as_mut().filter(|_| !is_wide) {
            last.made = made;
        }
    }

    /// A label: no instruction that made a vector may be taken back or retargeted.
    pub(super) fn forget_vectors(&mut self) {
        self.last_vector = None;
        self.before_vector = None;
        self.written_vector = None;
    }

    /// The slots from `slot` on have a new value, which no accumulator is known to hold.
    fn wrote_vector(&mut self, slot: u32) {
        self.written(slot);
        self.written(slot + 1);
    }

    /// If the last instruction made the top operand: lets it write the slots from `slot` on instead.
    /// Says whether it does. The operand stays on the stack.
    pub(super) fn send_vector(&mut self, slot: u32) -> bool {
        let top = self.stack.last().expect("validation checked the operand");
        let (home, value) = (top.home, top.value);
        let here = self.buffer.here();
        let last = self
            .last_vector
            .filter(|last| last.end == here && last.home == home && value == Value::Home);
        let (Some(last), Ok(near)) = (last, u16::try_from(slot)) else {
            return false;
        };
        let written = self.written_vector.take();
        match (last.made, written) {
            // What the rotation was of is not needed any more.
            (Made::Rotation(rotation, x, count), Some(written))
                if written.end == last.pos && written.slot == near && x == near =>
            {
                let [a, b] = written.operands;
                self.buffer.truncate(written.pos);
                let code = rotation.after_xor.best(self.available);
                self.buffer.push(code, &[fields(near, a, b, count)]);
            }
            (Made::Binary(BinaryKind::V128Xor, Source::Slot(a), Source::Slot(b)), _) => {
                self.buffer.set_dest(last.pos, near);
                self.written_vector = Some(WrittenVector {
                    pos: last.pos,
                    end: last.end,
                    slot: near,
                    operands: [a, b],
                });
            }
            _ => self.buffer.set_dest(last.pos, near),
        }
        self.last_vector = None;
        self.wrote_vector(slot);
        true
    }

    /// Pops a vector that is in its home slots to local `index`.
    pub(super) fn set_vector(&mut self, index: u32) {
        self.save_local(index);
        let slot = self.layout.local(index);
        if self.send_vector(slot) {
            self.pop();
        } else {
            let operand = self.pop();
            self.emit_vector_move(slot, operand.place);
        }
    }

    /// Emits a copy of a vector to the slots from `to` on.
    pub(super) fn emit_vector_move(&mut self, to: u32, from: Place) {
        let near = u16::try_from(to);
        match (from, near) {
            (Place::Slot(from), Ok(near)) if from <= u32::from(u16::MAX) => {
                let code = VMove::<V1>::VECTOR.best(self.available);
                self.buffer.push(code, &[fields(near, from as u16, 0, 0)]);
            }
            (Place::Slot(from), _) => {
                self.buffer.push(VMoveWide::CODE, &[halves(to, from)]);
            }
            (Place::Vector(number), near) => {
                let [low, high] = constant_words(self.vectors[number as usize]);
                let near = near.unwrap_or_else(|_| self.take_scratch_pair() as u16);
                let code = VMove::<KV>::VECTOR.best(self.available);
                self.buffer.push(code, &[fields(near, 0, 0, 0), low, high]);
                if u32::from(near) != to {
                    let words = [halves(to, u32::from(near))];
                    self.buffer.push(VMoveWide::CODE, &words);
                }
            }
            (Place::Acc | Place::Pin(_) | Place::Const(_), _) => {
                unreachable!("vectors are in slots or constant")
            }
        }
        self.wrote_vector(to);
        self.last = None;
    }

    /// Pops a vector into slots that a field can name; far ones are copied first.
    pub(super) fn pop_vector(&mut self) -> u16 {
        let operand = self.pop();
        self.near_vector(operand)
    }

    /// The first of two slots that hold `operand` and that a field can name.
    pub(super) fn near_vector(&mut self, operand: Operand) -> u16 {
        debug_assert_eq!(operand.ty, ValType::V128);
        let slot = self.slot_of(operand);
        u16::try_from(slot).unwrap_or_else(|_| {
            let scratch = self.take_scratch_pair();
            let words = [halves(scratch, slot)];
            self.buffer.push(VMoveWide::CODE, &words);
            scratch as u16
        })
    }

    /// The handlers of an operation on a scalar besides, by where it is. What there are none for is
    /// stored first; the returned field names its slot, or is 0.
    pub(super) fn choose_scalar<T>(
        &mut self,
        table: &Singles<T>,
        operand: &mut Operand,
    ) -> (&'static T, Kind, u16) {
        loop {
            let kinds = self.kinds(value_constant, operand).into_iter().flatten();
            for kind in kinds {
                if let Some(entry) = table[kind as usize] {
                    let slot = if kind == Kind::S {
                        self.near(operand.home)
                    } else {
                        0
                    };
                    return (entry, kind, slot);
                }
            }
            assert!(!operand.in_slot, "a scalar is taken from a slot");
            *operand = Operand::slot(self.slot_of(*operand), operand.ty);
        }
    }

    pub(super) fn get_vector_global(&mut self, index: GlobalIndex) {
        let (code, offset) = match self.module.defined_global(index) {
            Some(own) => (VGlobalGet::<Own>::VECTOR, self.offsets.owned_global(own)),
            None => (
                VGlobalGet::<Imported>::VECTOR,
                self.offsets.imported_global(index),
            ),
        };
        self.emit_vector(code, &[fields32(0, 0, offset)]);
    }

    pub(super) fn set_vector_global(&mut self, index: GlobalIndex) {
        let slot = self.pop_vector();
        let (code, offset): (&Code, u32) = match self.module.defined_global(index) {
            Some(own) => (VGlobalSet::<Own>::CODE, self.offsets.owned_global(own)),
            None => (
                VGlobalSet::<Imported>::CODE,
                self.offsets.imported_global(index),
            ),
        };
        self.buffer.push(code, &[fields32(slot, 0, offset)]);
    }

    /// `select` of vectors, its condition popped already.
    pub(super) fn select_vectors(&mut self, mut condition: Operand) {
        let (b, a) = (self.pop(), self.pop());
        let (second, first) = (self.near_vector(b), self.near_vector(a));
        let (code, _, third) = self.choose_scalar(&VSELECTS, &mut condition);
        self.emit_vector(code, &[fields(0, first, second, third)]);
    }

    /// Emits a return of the topmost operand, the function's only result, which stays on the stack.
    pub(super) fn return_vector(&mut self) {
        let slot = self.pop_vector();
        let header = self.layout.header();
        self.buffer
            .push(VReturn::<V1>::CODE, &[fields32(0, slot, header)]);
        self.push(ValType::V128, Value::Home);
    }
}
