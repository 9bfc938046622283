//! Lowering of calls.
//!
//! Arguments are brought into their home slots, which are the callee's first
//! locals; results come back in the same slots, the first one in the accumulator too.

use selvedge_vm::code::VMFuncCode;
use selvedge_vm::index::{FuncIndex, TableIndex, TypeIndex};
use selvedge_vm::types::{FuncType, ValType};

use super::Lowering;
use super::emit::{fields32, halves};
use super::operand::Place;
use super::stack::Value;
use crate::exec::call::{
    Call, CallImport, CallIndirect, ReturnCall, ReturnCallImport, ReturnCallIndirect,
};
use crate::exec::place::{A, S0};
use crate::exec::row::{Code, HasCode};
use crate::exec::variable::{Imported, Own};

impl Lowering<'_> {
    /// Brings the arguments home and frees the accumulators, for a call of type
    /// `ty`; returns the slot of the first argument. The arguments stay on the stack.
    fn place_arguments(&mut self, ty: &FuncType) -> u32 {
        let first = self.stack.len() - ty.params().len();
        for at in (first..self.stack.len()).rev() {
            self.settle(at);
        }
        // Keeps an index that is in the integer accumulator there.
        self.flush_acc(ValType::I64, true);
        self.flush_acc(ValType::F64, true);
        self.stack
            .get(first)
            .map_or(self.frame_end, |entry| entry.home)
    }

    /// Replaces the arguments by the results, after a call whose frame was at `frame`.
    fn take_results(&mut self, ty: &FuncType, frame: u32) {
        self.truncate(self.stack.len() - ty.params().len());
        self.last = None;
        self.counter = None;
        self.forget_accs();
        for &ty in ty.results() {
            self.push(ty, Value::Home);
        }
        if let Some(&first) = ty.results().first()
            && first != ValType::V128
        {
            self.acc(first).cached = Some(frame);
        }
    }

    /// The word that says how to go on after a call whose frame is at `frame`.
    fn way_back(&self, frame: u32) -> u64 {
        let [first, second] = self.pin_slots();
        // Frames have at most 2^24 slots.
        fields32(first, second, frame * 8)
    }

    fn code_address(&self, func: FuncIndex) -> Option<u64> {
        let defined = self.module.defined_func(func)?;
        let code: *const VMFuncCode = &raw const self.codes[defined.as_u32() as usize];
        Some(code.expose_provenance() as u64)
    }

    pub(super) fn lower_call(&mut self, index: u32) {
        let func = FuncIndex::from_u32(index);
        let ty = self.module.func_type(func);
        let frame = self.place_arguments(ty);
        self.mark();
        let back = self.way_back(frame);
        match self.code_address(func) {
            Some(code) => self.buffer.push(Call::CODE, &[code, back]),
            None => {
                let callee = self.offsets.imported_function(func);
                self.buffer
                    .push(CallImport::CODE, &[halves(callee, index), back])
            }
        };
        self.take_results(ty, frame);
    }

    /// The index operand of an indirect call, popped: its slot, or `None` for the
    /// accumulator. A far slot is copied near only after the arguments are placed,
    /// which takes scratch slots.
    fn pop_callee(&mut self) -> Option<u32> {
        let index = self.pop();
        (index.place != Place::Acc).then(|| self.slot_of(index))
    }

    /// Whether table `index` is the instance's own, and the offset of its definition or of the
    /// pointer to it.
    fn table_offset(&self, index: u32) -> (bool, u32) {
        let index = TableIndex::from_u32(index);
        match self.module.defined_table(index) {
            Some(own) => (true, self.offsets.owned_table(own)),
            None => (false, self.offsets.table(index)),
        }
    }

    pub(super) fn lower_call_indirect(&mut self, ty: u32, table: u32) {
        let ty = &self.module.types[TypeIndex::from_u32(ty)];
        let slot = self.pop_callee();
        let frame = self.place_arguments(&ty.func);
        let index = slot.map_or(0, |slot| self.near(slot));
        let (own, table) = self.table_offset(table);
        let code: &Code = match (slot, own) {
            (Some(_), true) => CallIndirect::<S0, Own>::CODE,
            (Some(_), false) => CallIndirect::<S0, Imported>::CODE,
            (None, true) => CallIndirect::<A, Own>::CODE,
            (None, false) => CallIndirect::<A, Imported>::CODE,
        };
        self.mark();
        let back = self.way_back(frame);
        let words = [
            fields32(index, 0, table),
            u64::from(ty.shared.as_u32()),
            back,
        ];
        self.buffer.push(code, &words);
        self.take_results(&ty.func, frame);
    }

    pub(super) fn lower_return_call(&mut self, index: u32) {
        let func = FuncIndex::from_u32(index);
        let ty = self.module.func_type(func);
        let from = self.place_arguments(ty);
        let moved = [
            halves(self.layout.header(), from),
            u64::from(ty.param_slots()),
        ];
        self.mark();
        match self.code_address(func) {
            Some(code) => self
                .buffer
                .push(ReturnCall::CODE, &[code, moved[0], moved[1]]),
            None => {
                let callee = u64::from(self.offsets.imported_function(func));
                self.buffer
                    .push(ReturnCallImport::CODE, &[callee, moved[0], moved[1]])
            }
        };
        self.dead = true;
    }

    pub(super) fn lower_return_call_indirect(&mut self, ty: u32, table: u32) {
        let ty = &self.module.types[TypeIndex::from_u32(ty)];
        let slot = self.pop_callee();
        let from = self.place_arguments(&ty.func);
        let index = slot.map_or(0, |slot| self.near(slot));
        let (own, table) = self.table_offset(table);
        let code: &Code = match (slot, own) {
            (Some(_), true) => ReturnCallIndirect::<S0, Own>::CODE,
            (Some(_), false) => ReturnCallIndirect::<S0, Imported>::CODE,
            (None, true) => ReturnCallIndirect::<A, Own>::CODE,
            (None, false) => ReturnCallIndirect::<A, Imported>::CODE,
        };
        self.mark();
        let words = [
            fields32(index, 0, table),
            halves(ty.shared.as_u32(), self.layout.header()),
            halves(from, ty.func.param_slots()),
        ];
        self.buffer.push(code, &words);
        self.dead = true;
    }
}
