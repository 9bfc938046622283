//! Lowering of loads and stores of vectors and of their lanes.

use selvedge_vm::ops::simd::{LoadKind, LoadLaneKind, StoreLaneKind};
use wasmparser::MemArg;

use super::Lowering;
use super::emit::{fields, fields32};
use super::memory::{Address, memory_of, static_address, sum_constant};
use super::operand::{Operand, Place};
use super::vector::Made;
use crate::exec::kind::{Kind, Pairs, Singles};
use crate::exec::simd::memory::{LaneInfo, STORE, load, load_lane, store_lane};

/// An access: its handlers, with its words except for what is in field 0.
struct Access<T: 'static> {
    code: &'static T,
    words: [u64; 2],
    /// In memory 0: the kinds of the index, or of what it is the sum of.
    index: Option<(Kind, Option<Kind>)>,
}

impl Lowering<'_> {
    pub(super) fn lower_simd_load(&mut self, kind: LoadKind, memarg: MemArg) {
        let info = load(kind);
        let (access, len) = match self.fast_offset(&memarg) {
            Some(offset) => {
                let index = self.pop();
                match self.address(index, offset, true) {
                    Address::One(index, offset) => (self.access_at(&info.at, index, offset), 1),
                    Address::Two(a, b, offset) => self.access_sum(&info.at_sum, a, b, offset),
                }
            }
            None => (self.access_any(info.any, &memarg), 2),
        };
        self.mark();
        self.emit_vector(access.code, &access.words[..len]);
        if let Some(index) = access.index {
            self.note_made(Made::Load {
                kind,
                index,
                words: access.words,
                wasm_offset: self.wasm_offset,
            });
        }
    }

    pub(super) fn lower_simd_store(&mut self, memarg: MemArg) {
        let value = self.pop();
        let (access, len) = match self.fast_offset(&memarg) {
            Some(offset) => {
                let index = self.pop();
                // A constant is stored to its home first, where an operand of a sum that is taken
                // back may be.
                match self.address(index, offset, value.in_slot) {
                    Address::One(index, offset) => (self.access_at(&STORE.at, index, offset), 1),
                    Address::Two(a, b, offset) => self.access_sum(&STORE.at_sum, a, b, offset),
                }
            }
            None => (self.access_any(STORE.any, &memarg), 2),
        };
        let slot = self.near_vector(value);
        self.mark();
        let [first, second] = access.words;
        let words = [first | u64::from(slot), second];
        self.buffer.push(access.code, &words[..len]);
    }

    pub(super) fn lower_simd_load_lane(&mut self, kind: LoadLaneKind, memarg: MemArg, lane: u8) {
        let operand = self.pop();
        let slot = u64::from(self.near_vector(operand));
        let info = &load_lane(kind)[usize::from(lane)];
        let (access, words) = self.access_lane(info, &memarg);
        self.mark();
        let [first, second] = access.words;
        let words: &[u64] = if words == 1 {
            &[first, slot]
        } else {
            &[first, second, slot]
        };
        self.emit_vector(access.code, words);
    }

    pub(super) fn lower_simd_store_lane(&mut self, kind: StoreLaneKind, memarg: MemArg, lane: u8) {
        let operand = self.pop();
        let slot = u64::from(self.near_vector(operand));
        let info = &store_lane(kind)[usize::from(lane)];
        let (access, len) = self.access_lane(info, &memarg);
        self.mark();
        let [first, second] = access.words;
        self.buffer
            .push(access.code, &[first | slot, second][..len]);
    }

    /// An access to a lane, whose index is popped, and how many words it has.
    fn access_lane<T>(
        &mut self,
        info: &'static LaneInfo<T>,
        memarg: &MemArg,
    ) -> (Access<T>, usize) {
        let Some(offset) = self.fast_offset(memarg) else {
            return (self.access_any(info.any, memarg), 2);
        };
        let index = self.pop();
        match self.address(index, offset, false) {
            Address::One(index, offset) => (self.access_at(&info.at, index, offset), 1),
            Address::Two(..) => unreachable!("no sums are asked for"),
        }
    }

    /// An access to memory 0 at `index`.
    fn access_at<T>(
        &mut self,
        codes: &'static Singles<T>,
        mut index: Operand,
        offset: u32,
    ) -> Access<T> {
        if !self.is_static(index) && matches!(index.place, Place::Const(_)) {
            index = Operand::slot(self.slot_of(index), index.ty);
        }
        let kinds = self.kinds(static_address, &index);
        let (kind, code) = kinds
            .into_iter()
            .flatten()
            .find_map(|kind| Some((kind, codes[kind as usize]?)))
            .expect("every place serves as an index");
        let slot = if kind == Kind::S {
            self.near(index.home)
        } else {
            0
        };
        Access {
            code,
            words: [fields32(0, slot, offset), 0],
            index: Some((kind, None)),
        }
    }

    /// An access to memory 0 at a sum, and how many words it has.
    fn access_sum<T>(
        &mut self,
        codes: &'static Pairs<T>,
        mut a: Operand,
        mut b: Operand,
        offset: u16,
    ) -> (Access<T>, usize) {
        let (code, left, right) = self.choose(codes, sum_constant, &mut a, &mut b);
        let first = if left == Kind::S {
            self.near(a.home)
        } else {
            0
        };
        let (second, constant) = self.second(right, b);
        let words = [fields(0, first, second, offset), constant];
        let len = if right == Kind::K { 2 } else { 1 };
        let index = Some((left, Some(right)));
        (Access { code, words, index }, len)
    }

    /// An access to any memory, whose index is popped.
    fn access_any<T>(&mut self, code: &'static T, memarg: &MemArg) -> Access<T> {
        let index = self.pop_slot();
        let index = self.near(index);
        let memory = self.offsets.memory(memory_of(memarg));
        Access {
            code,
            words: [fields32(0, index, memory), memarg.offset],
            index: None,
        }
    }
}
