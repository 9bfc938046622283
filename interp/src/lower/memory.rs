//! Lowering of loads, stores and operations on whole memories.

use selvedge_vm::index::MemoryIndex;
use selvedge_vm::ops::memory::{Load as LoadOp, Store as StoreOp};
use selvedge_vm::types::ValType;
use wasmparser::{MemArg, MemArgTarget};

use super::Lowering;
use super::emit::{fields, fields32, halves};
use super::numeric::type_of;
use super::stack::{Operand, Place};
use crate::exec::memory::{
    DataDrop, Load, LoadAny, LoadSum, MemoryCopy, MemoryFill, MemoryGrow, MemoryInit, MemorySize,
    Store, StoreAny, StoreSum,
};
use crate::exec::place::{A, J, K, S0, S1, S2, Value as AccValue, Z};
use crate::exec::row::{Code, HasCode, HasRow, Row};

/// The memory that a load or store accesses.
fn memory_of(memarg: &MemArg) -> MemoryIndex {
    match memarg.target {
        MemArgTarget::Memory(index) => MemoryIndex::from_u32(index),
        _ => unreachable!("validation admits linear memories only"),
    }
}

/// Where a fast access finds its index.
enum Address {
    /// In a slot, plus an offset.
    Slot(u16, u32),
    /// In the accumulator, plus an offset.
    Acc(u32),
    /// Nowhere: it is the offset.
    Static(u32),
    /// The sum of two slots, plus an offset.
    Slots(u16, u16, u16),
    /// The sum of the accumulator and a slot, plus an offset.
    AccAndSlot(u16, u16),
    /// The sum of a slot and a constant, plus an offset.
    SlotAndConst(u16, u32, u16),
    /// The sum of the accumulator and a constant, plus an offset.
    AccAndConst(u32, u16),
}

impl Lowering<'_> {
    /// The offset for a fast access: memory 0 with 32-bit addresses.
    fn fast_offset(&self, memarg: &MemArg) -> Option<u32> {
        let memory64 = self.module.memories[memory_of(memarg)].memory64;
        let first = memory_of(memarg).as_u32() == 0;
        u32::try_from(memarg.offset)
            .ok()
            .filter(|_| first && !memory64)
    }

    /// The address of a fast access whose index has just been popped. With
    /// `sums` the index may be an addition that is taken back.
    fn address(&mut self, index: Operand, offset: u32, sums: bool) -> Address {
        if let (true, Ok(near)) = (sums, u16::try_from(offset)) {
            let parts = self.take_sum(index, |a, b| {
                let reach = |o: Operand| o.in_slot && o.home <= u32::from(u16::MAX);
                let right = reach(b) || matches!(b.place, Place::Const(_));
                (reach(a) || a.place == Place::Acc) && right
            });
            if let Some((a, b)) = parts {
                return match (a.place, b.place) {
                    (Place::Acc, Place::Const(c)) => Address::AccAndConst(c as u32, near),
                    (_, Place::Const(c)) => Address::SlotAndConst(a.home as u16, c as u32, near),
                    (Place::Acc, _) => Address::AccAndSlot(b.home as u16, near),
                    _ => Address::Slots(a.home as u16, b.home as u16, near),
                };
            }
        }
        if let Place::Const(bits) = index.place
            && let Some(address) = (bits as u32).checked_add(offset)
        {
            return Address::Static(address);
        }
        match index.place {
            Place::Acc => Address::Acc(offset),
            _ => {
                let slot = self.slot_of(index);
                Address::Slot(self.near(slot), offset)
            }
        }
    }

    pub(super) fn lower_load<O: LoadOp>(&mut self, memarg: MemArg)
    where
        O::Out: AccValue,
    {
        let Some(offset) = self.fast_offset(&memarg) else {
            return self.lower_load_any::<O>(memarg);
        };
        let index = self.pop();
        let (row, word): (&'static Row, u64) = match self.address(index, offset, true) {
            Address::Slot(slot, offset) => (Load::<O, S1>::ROW, fields32(0, slot, offset)),
            Address::Acc(offset) => (Load::<O, A>::ROW, fields32(0, 0, offset)),
            Address::Static(offset) => (Load::<O, Z>::ROW, fields32(0, 0, offset)),
            Address::Slots(a, b, offset) => (LoadSum::<O, S1, S2>::ROW, fields(0, a, b, offset)),
            Address::AccAndSlot(b, offset) => (LoadSum::<O, A, S2>::ROW, fields(0, 0, b, offset)),
            Address::SlotAndConst(a, c, offset) => {
                let words = [fields(0, a, 0, offset), u64::from(c)];
                self.mark();
                self.emit_result(LoadSum::<O, S1, J>::ROW, type_of::<O::Out>(), &words);
                return;
            }
            Address::AccAndConst(c, offset) => {
                let words = [fields(0, 0, 0, offset), u64::from(c)];
                self.mark();
                self.emit_result(LoadSum::<O, A, J>::ROW, type_of::<O::Out>(), &words);
                return;
            }
        };
        self.mark();
        self.emit_result(row, type_of::<O::Out>(), &[word]);
    }

    fn lower_load_any<O: LoadOp>(&mut self, memarg: MemArg)
    where
        O::Out: AccValue,
    {
        let index = self.pop_slot();
        let index = self.near(index);
        let memory = self.offsets.memory(memory_of(&memarg));
        self.mark();
        let words = [fields32(0, index, memory), memarg.offset];
        self.emit_result(LoadAny::<O, S1>::ROW, type_of::<O::Out>(), &words);
    }

    pub(super) fn lower_store<O: StoreOp>(&mut self, memarg: MemArg)
    where
        O::In: AccValue,
    {
        let Some(offset) = self.fast_offset(&memarg) else {
            return self.lower_store_any::<O>(memarg);
        };
        let value = self.pop();
        let index = self.pop();
        let constant = matches!(value.place, Place::Const(_));
        let address = self.address(index, offset, !constant);
        let index_in_acc = matches!(
            address,
            Address::Acc(_) | Address::AccAndSlot(..) | Address::AccAndConst(..)
        );
        // One accumulator cannot be two operands; a value there is in a slot as well.
        let value_place = match value.place {
            Place::Acc if index_in_acc && !value.ty.is_float() => Place::Slot(self.slot_of(value)),
            place => place,
        };
        let slot = match value_place {
            Place::Slot(slot) => self.near(slot),
            _ => 0,
        };
        self.mark();
        macro_rules! store {
            ($op:ident, $($place:ty),+; $($word:expr),+) => {
                match value_place {
                    Place::Slot(_) => self.buffer.push($op::<O, S0, $($place),+>::CODE, &[$($word),+]),
                    Place::Acc => self.buffer.push($op::<O, A, $($place),+>::CODE, &[$($word),+]),
                    Place::Const(_) => unreachable!("constants are stored in the first form only"),
                }
            };
        }
        match (address, value_place) {
            (Address::Slot(x, offset), Place::Const(bits)) => self
                .buffer
                .push(Store::<O, K, S1>::CODE, &[fields32(0, x, offset), bits]),
            (Address::Acc(offset), Place::Const(bits)) => self
                .buffer
                .push(Store::<O, K, A>::CODE, &[fields32(0, 0, offset), bits]),
            (Address::Static(offset), Place::Const(bits)) => self
                .buffer
                .push(Store::<O, K, Z>::CODE, &[fields32(0, 0, offset), bits]),
            (Address::Slot(x, offset), _) => store!(Store, S1; fields32(slot, x, offset)),
            (Address::Acc(offset), _) => store!(Store, A; fields32(slot, 0, offset)),
            (Address::Static(offset), _) => store!(Store, Z; fields32(slot, 0, offset)),
            (Address::Slots(a, b, offset), _) => {
                store!(StoreSum, S1, S2; fields(slot, a, b, offset))
            }
            (Address::AccAndSlot(b, offset), _) => {
                store!(StoreSum, A, S2; fields(slot, 0, b, offset))
            }
            (Address::SlotAndConst(a, c, offset), _) => {
                store!(StoreSum, S1, J; fields(slot, a, 0, offset), u64::from(c))
            }
            (Address::AccAndConst(c, offset), _) => {
                store!(StoreSum, A, J; fields(slot, 0, 0, offset), u64::from(c))
            }
        };
    }

    fn lower_store_any<O: StoreOp>(&mut self, memarg: MemArg)
    where
        O::In: AccValue,
    {
        let value = self.pop_slot();
        let index = self.pop_slot();
        let (value, index) = (self.near(value), self.near(index));
        let memory = self.offsets.memory(memory_of(&memarg));
        self.mark();
        let words = [fields32(value, index, memory), memarg.offset];
        self.buffer.push(StoreAny::<O, S0, S1>::CODE, &words);
    }

    pub(super) fn lower_memory_size(&mut self, memory: u32) {
        let ty = self.memory_index_type(memory);
        self.emit_result(MemorySize::ROW, ty, &[fields32(0, 0, memory)]);
    }

    pub(super) fn lower_memory_grow(&mut self, memory: u32) {
        let pages = self.pop_slot();
        let pages = self.near(pages);
        let ty = self.memory_index_type(memory);
        let row: &'static Row = if ty == ValType::I64 {
            MemoryGrow::<u64, S1>::ROW
        } else {
            MemoryGrow::<u32, S1>::ROW
        };
        self.mark();
        self.emit_result(row, ty, &[fields32(0, pages, memory)]);
    }

    fn memory_index_type(&self, memory: u32) -> ValType {
        let memory64 = self.module.memories[MemoryIndex::from_u32(memory)].memory64;
        if memory64 { ValType::I64 } else { ValType::I32 }
    }

    /// Emits an operation of three operands, all in slots, and two indices.
    pub(super) fn lower_three(&mut self, code: &'static Code, a: u32, b: u32) {
        let n = self.pop_slot();
        let s = self.pop_slot();
        let d = self.pop_slot();
        let word = fields(self.near(d), self.near(s), self.near(n), 0);
        self.mark();
        self.buffer.push(code, &[word, halves(a, b)]);
    }

    pub(super) fn lower_memory_fill(&mut self, memory: u32) {
        self.lower_three(MemoryFill::CODE, memory, 0);
    }

    pub(super) fn lower_memory_copy(&mut self, to: u32, from: u32) {
        self.lower_three(MemoryCopy::CODE, to, from);
    }

    pub(super) fn lower_memory_init(&mut self, data: u32, memory: u32) {
        self.lower_three(MemoryInit::CODE, data, memory);
    }

    pub(super) fn lower_data_drop(&mut self, data: u32) {
        self.buffer.push(DataDrop::CODE, &[fields32(0, 0, data)]);
    }
}
