//! Operators on tables and references.

use selvedge_vm::index::TableIndex;
use selvedge_vm::native::Libcall;
use selvedge_vm::types::ValType;

use super::Codegen;
use super::bulk::pair;
use crate::masm::{Cond, Size};

impl Codegen<'_> {
    fn table_size_type(&self, table: u32) -> ValType {
        match self.module.tables[TableIndex::from_u32(table)].table64 {
            true => ValType::I64,
            false => ValType::I32,
        }
    }

    fn table_element_type(&self, table: u32) -> ValType {
        self.module.tables[TableIndex::from_u32(table)]
            .element
            .into()
    }

    pub(super) fn compile_table_get(&mut self, table: u32) {
        let ty = self.table_element_type(table);
        self.call_out(Libcall::TableGet, table.into(), 1, Some(ty));
    }

    pub(super) fn compile_table_set(&mut self, table: u32) {
        self.call_out(Libcall::TableSet, table.into(), 2, None);
    }

    pub(super) fn compile_table_size(&mut self, table: u32) {
        let ty = self.table_size_type(table);
        self.call_out(Libcall::TableSize, table.into(), 0, Some(ty));
    }

    pub(super) fn compile_table_grow(&mut self, table: u32) {
        let ty = self.table_size_type(table);
        self.call_out(Libcall::TableGrow, table.into(), 2, Some(ty));
    }

    pub(super) fn compile_table_fill(&mut self, table: u32) {
        self.call_out(Libcall::TableFill, table.into(), 3, None);
    }

    pub(super) fn compile_table_copy(&mut self, to: u32, from: u32) {
        self.call_out(Libcall::TableCopy, pair(to, from), 3, None);
    }

    pub(super) fn compile_table_init(&mut self, elem: u32, table: u32) {
        self.call_out(Libcall::TableInit, pair(elem, table), 3, None);
    }

    pub(super) fn compile_elem_drop(&mut self, elem: u32) {
        self.call_out(Libcall::ElemDrop, elem.into(), 0, None);
    }

    pub(super) fn compile_ref_func(&mut self, func: u32) {
        self.call_out(Libcall::RefFunc, func.into(), 0, Some(ValType::FuncRef));
    }

    pub(super) fn compile_ref_is_null(&mut self) {
        let entry = self.pop();
        match entry.constant() {
            Some(value) => self.push_const(ValType::I32, (value == 0).into()),
            None => {
                self.compare_with_zero(entry, Size::S64);
                self.release(entry);
                self.push_flags(Cond::E);
            }
        }
    }
}
