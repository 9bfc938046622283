//! Lowering of operations on tables.

use selvedge_vm::index::TableIndex;
use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::{fields, fields32};
use crate::exec::place::S1;
use crate::exec::row::{HasCode, HasRow, Row};
use crate::exec::table::{
    ElemDrop, TableCopy, TableFill, TableGet, TableGrow, TableInit, TableSet, TableSize,
};

impl Lowering<'_> {
    fn table_index_type(&self, table: u32) -> ValType {
        let table64 = self.module.tables[TableIndex::from_u32(table)].table64;
        if table64 { ValType::I64 } else { ValType::I32 }
    }

    pub(super) fn lower_table_get(&mut self, table: u32) {
        let index = self.pop_slot();
        let index = self.near(index);
        let ty = self.module.tables[TableIndex::from_u32(table)]
            .element
            .into();
        self.mark();
        self.emit_result(TableGet::<S1>::ROW, ty, &[fields32(0, index, table)]);
    }

    pub(super) fn lower_table_set(&mut self, table: u32) {
        let value = self.pop_slot();
        let index = self.pop_slot();
        let word = fields32(self.near(index), self.near(value), table);
        self.mark();
        self.buffer.push(TableSet::CODE, &[word]);
    }

    pub(super) fn lower_table_size(&mut self, table: u32) {
        let ty = self.table_index_type(table);
        self.emit_result(TableSize::ROW, ty, &[fields32(0, 0, table)]);
    }

    pub(super) fn lower_table_grow(&mut self, table: u32) {
        let count = self.pop_slot();
        let value = self.pop_slot();
        let word = fields(0, self.near(value), self.near(count), 0);
        let ty = self.table_index_type(table);
        let row: &'static Row = if ty == ValType::I64 {
            TableGrow::<u64>::ROW
        } else {
            TableGrow::<u32>::ROW
        };
        self.mark();
        self.emit_result(row, ty, &[word, u64::from(table)]);
    }

    pub(super) fn lower_table_fill(&mut self, table: u32) {
        self.lower_three(TableFill::CODE, table, 0);
    }

    pub(super) fn lower_table_copy(&mut self, to: u32, from: u32) {
        self.lower_three(TableCopy::CODE, to, from);
    }

    pub(super) fn lower_table_init(&mut self, elem: u32, table: u32) {
        self.lower_three(TableInit::CODE, elem, table);
    }

    pub(super) fn lower_elem_drop(&mut self, elem: u32) {
        self.buffer.push(ElemDrop::CODE, &[fields32(0, 0, elem)]);
    }
}
