//! Lowering of loads and stores.

use selvedge_vm::index::MemoryIndex;
use selvedge_vm::types::ValType;
use wasmparser::{MemArg, MemArgTarget};

use super::Lowering;
use super::emit::{fields, fields32};
use super::last::LastKind;
use super::numeric::in_order;
use super::operand::{Operand, Place};
use crate::Optimisations;
use crate::exec::kind::Kind;
use crate::exec::memory::{LoadInfo, StoreInfo};
use crate::exec::place::half_of;
use crate::exec::row::Code;

/// Constants that are stored: all bits in word 2.
pub(super) fn stored_constant(_: ValType, _: u64) -> Option<Kind> {
    Some(Kind::K)
}

/// Constants that are stored at sums: half a word.
fn summed_constant(ty: ValType, bits: u64) -> Option<Kind> {
    half_of(ty, bits).map(|_| Kind::K)
}

/// The memory that a load or store accesses.
pub(super) fn memory_of(memarg: &MemArg) -> MemoryIndex {
    match memarg.target {
        MemArgTarget::Memory(index) => MemoryIndex::from_u32(index),
        _ => unreachable!("validation admits linear memories only"),
    }
}

/// What a fast access adds up to its address: one operand or two, and an offset.
pub(super) enum Address {
    One(Operand, u32),
    Two(Operand, Operand, u16),
}

/// Constants of single addresses: the address zero stands for a constant one.
pub(super) fn static_address(_: ValType, bits: u64) -> Option<Kind> {
    (bits == 0).then_some(Kind::K)
}

/// Constants in sums: 32 bits in word 2.
pub(super) fn sum_constant(_: ValType, _: u64) -> Option<Kind> {
    Some(Kind::K)
}

impl Lowering<'_> {
    /// The offset for a fast access: memory 0 with 32-bit addresses.
    pub(super) fn fast_offset(&self, memarg: &MemArg) -> Option<u32> {
        let memory64 = self.module.memories[memory_of(memarg)].memory64;
        let first = memory_of(memarg).as_u32() == 0;
        u32::try_from(memarg.offset)
            .ok()
            .filter(|_| first && !memory64)
    }

    /// The address of a fast access whose index has just been popped; with `sums` the index may be
    /// an addition that is taken back.
    pub(super) fn address(&mut self, index: Operand, offset: u32, sums: bool) -> Address {
        if let Ok(near) = u16::try_from(offset)
            && self.does(Optimisations::ADDRESSES)
            && sums
        {
            let immediates = self.does(Optimisations::IMMEDIATES);
            let reach = |o: Operand| match o.place {
                Place::Const(_) => immediates,
                _ => o.in_slot && o.home <= u32::from(u16::MAX),
            };
            if let Some((mut a, mut b)) = self.take_sum(index, |a, b| {
                (reach(a) || a.place == Place::Acc) && reach(b)
            }) {
                in_order(&mut a, &mut b);
                return Address::Two(a, b, near);
            }
        }
        if let Place::Const(bits) = index.place
            && let Some(address) = (bits as u32).checked_add(offset)
        {
            let zero = Operand {
                place: Place::Const(0),
                ..index
            };
            return Address::One(zero, address);
        }
        Address::One(index, offset)
    }

    pub(super) fn lower_load(&mut self, op: &'static LoadInfo, memarg: MemArg) {
        let Some(offset) = self.fast_offset(&memarg) else {
            return self.lower_load_any(op, memarg);
        };
        let index = self.pop();
        let address = self.address(index, offset, true);
        self.emit_load(op, address);
    }

    /// Emits a load from memory 0.
    fn emit_load(&mut self, op: &'static LoadInfo, address: Address) {
        let cached = self.acc(op.ty).cached;
        let (row, words, a, b, sum, offset) = match address {
            Address::One(index, offset) => {
                let mut at = index;
                if !self.is_static(at) && matches!(at.place, Place::Const(_)) {
                    at = self.stored(at);
                }
                let kinds = self.kinds(static_address, &at);
                let (kind, row) = kinds
                    .into_iter()
                    .flatten()
                    .find_map(|kind| Some((kind, op.at[kind as usize]?)))
                    .expect("every place serves as an index");
                let slot = if kind == Kind::S {
                    self.near(at.home)
                } else {
                    0
                };
                (
                    row,
                    [fields32(0, slot, offset), 0],
                    index,
                    index,
                    false,
                    offset,
                )
            }
            Address::Two(a, b, offset) => {
                let (mut x, mut y) = (a, b);
                let (row, left, right) = self.choose(&op.at_sum, sum_constant, &mut x, &mut y);
                let first = if left == Kind::S {
                    self.near(x.home)
                } else {
                    0
                };
                let (second, constant) = self.second(right, y);
                let words = [fields(0, first, second, offset), constant];
                (row, words, a, b, true, u32::from(offset))
            }
        };
        self.mark();
        let start = self.emit_result(row, op.ty, &words[..row.acc.len() - 1]);
        self.remember(
            start,
            op.ty,
            cached,
            a,
            b,
            LastKind::Load { op, sum, offset },
        );
    }

    /// Whether `index` is the constant zero that stands for a constant address.
    pub(super) fn is_static(&self, index: Operand) -> bool {
        self.does(Optimisations::IMMEDIATES) && index.place == Place::Const(0)
    }

    /// The field and the constant for the right operand of a sum.
    pub(super) fn second(&mut self, kind: Kind, operand: Operand) -> (u16, u64) {
        match (kind, operand.place) {
            (Kind::S, _) => (self.near(operand.home), 0),
            (_, Place::Const(bits)) => (0, u64::from(bits as u32)),
            _ => (0, 0),
        }
    }

    /// The operand in a slot.
    fn stored(&mut self, operand: Operand) -> Operand {
        Operand::slot(self.slot_of(operand), operand.ty)
    }

    fn lower_load_any(&mut self, op: &'static LoadInfo, memarg: MemArg) {
        let index = self.pop_slot();
        let index = self.near(index);
        let memory = self.offsets.memory(memory_of(&memarg));
        self.mark();
        let words = [fields32(0, index, memory), memarg.offset];
        self.emit_result(op.any, op.ty, &words);
    }

    pub(super) fn lower_store(&mut self, op: &'static StoreInfo, memarg: MemArg) {
        let Some(offset) = self.fast_offset(&memarg) else {
            return self.lower_store_any(op, memarg);
        };
        let mut value = self.pop();
        let index = self.pop();
        if self.copy_load(op.size, value, index, offset) {
            return;
        }
        // A constant that must be stored first goes to its home, where an operand of a sum that
        // is taken back may be.
        let sums = match value.place {
            Place::Const(bits) => {
                self.does(Optimisations::IMMEDIATES) && half_of(value.ty, bits).is_some()
            }
            _ => true,
        };
        let (code, words) = match self.address(index, offset, sums) {
            Address::One(mut index, offset) => {
                if !self.is_static(index) && matches!(index.place, Place::Const(_)) {
                    index = self.stored(index);
                }
                let (code, v, x) = self.choose(&op.at, stored_constant, &mut value, &mut index);
                let first = if v == Kind::S {
                    self.near(value.home)
                } else {
                    0
                };
                let second = if x == Kind::S {
                    self.near(index.home)
                } else {
                    0
                };
                let constant = match (v, value.place) {
                    (Kind::K, Place::Const(bits)) => bits,
                    _ => 0,
                };
                (code, [fields32(first, second, offset), constant])
            }
            Address::Two(mut a, mut b, offset) => {
                let (code, v, x, y) = self.choose_stored(op, &mut value, &mut a, &mut b);
                let stored = if v == Kind::S {
                    self.near(value.home)
                } else {
                    0
                };
                let first = if x == Kind::S { self.near(a.home) } else { 0 };
                let (second, mut constant) = self.second(y, b);
                if let (Kind::K, Place::Const(bits)) = (v, value.place) {
                    let half = half_of(value.ty, bits).expect("`summed_constant` has checked it");
                    constant |= u64::from(half) << 32;
                }
                (code, [fields(stored, first, second, offset), constant])
            }
        };
        self.mark();
        self.buffer.push(code, &words[..code.len() - 1]);
    }

    /// The handler of a store at the sum of two operands.
    fn choose_stored(
        &mut self,
        op: &'static StoreInfo,
        value: &mut Operand,
        a: &mut Operand,
        b: &mut Operand,
    ) -> (&'static Code, Kind, Kind, Kind) {
        let codes = op.at_sum.expect("sums are left out without handlers");
        loop {
            let values = self.kinds(summed_constant, value);
            let (left, right) = (self.kinds(sum_constant, a), self.kinds(sum_constant, b));
            for v in values.into_iter().flatten() {
                for x in left.into_iter().flatten() {
                    for y in right.into_iter().flatten() {
                        if let Some(code) = codes[v as usize][x as usize][y as usize] {
                            return (code, v, x, y);
                        }
                    }
                }
            }
            // Sums of slots, and of a slot or the accumulator and a constant, are there for values in slots.
            let operand = if !value.in_slot {
                &mut *value
            } else if !b.in_slot {
                &mut *b
            } else {
                &mut *a
            };
            assert!(!operand.in_slot, "there is a store of slots");
            *operand = self.stored(*operand);
        }
    }

    fn lower_store_any(&mut self, op: &'static StoreInfo, memarg: MemArg) {
        let value = self.pop_slot();
        let index = self.pop_slot();
        let (value, index) = (self.near(value), self.near(index));
        let memory = self.offsets.memory(memory_of(&memarg));
        self.mark();
        let words = [fields32(value, index, memory), memarg.offset];
        self.buffer.push(op.any, &words);
    }
}
