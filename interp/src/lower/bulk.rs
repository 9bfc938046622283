//! Lowering of operations on whole memories and on data segments, and of the form that those on
//! tables share with them: operands in slots.

use selvedge_vm::index::MemoryIndex;
use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::{fields, fields32, halves};
use crate::exec::bulk::{DataDrop, MemoryCopy, MemoryFill, MemoryGrow, MemoryInit, MemorySize};
use crate::exec::place::S1;
use crate::exec::row::{Code, HasCode, HasRow, Row};

impl Lowering<'_> {
    pub(super) fn lower_memory_size(&mut self, memory: u32) {
        let ty = self.memory_index_type(memory);
        let index = MemoryIndex::from_u32(memory);
        let page = u16::from(self.module.memories[index].page_size_log2);
        let word = fields32(0, page, self.offsets.memory(index));
        self.emit_result(MemorySize::ROW, ty, &[word]);
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
