//! Lowering of constants, locals, globals, `drop`, `select` and references.

use selvedge_vm::index::GlobalIndex;
use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::{fields, fields32};
use super::stack::{Pending, Place, Value};
use crate::Optimisations;
use crate::exec::compare::info;
use crate::exec::place::{A, S0, S3};
use crate::exec::row::{Code, HasCode, HasRow, Row};
use crate::exec::variable::{GlobalGet, GlobalSet, Imported, Own, RefFunc, Select};

impl Lowering<'_> {
    pub(super) fn lower_const(&mut self, ty: ValType, bits: u64) {
        self.push(ty, Value::Const(bits));
    }

    pub(super) fn lower_local_set(&mut self, index: u32) {
        let slot = self.layout.local(index);
        let top = *self.stack.last().expect("validation checked the operand");
        match top.value {
            Value::Local { index: same, .. } if same == index => self.discard(),
            Value::Acc => {
                let Pending { pos, row, .. } = self
                    .acc(top.ty)
                    .pending
                    .expect("an operand in the accumulator is pending");
                let end = pos + row.acc.len as u32;
                self.pop();
                self.save_local(index);
                let pin = self.pins.find(index, top.ty);
                let code = match pin {
                    Some(n) => row.pins[usize::from(n)].as_ref(),
                    None => Some(&row.both),
                };
                match code.filter(|_| self.buffer.here() == end && slot <= u32::from(u16::MAX)) {
                    Some(code) => {
                        self.counter = self.counter_at(pos, slot);
                        self.buffer.retarget(pos, code, slot as u16);
                        self.keep(pos);
                        self.written(slot);
                        if pin.is_none() {
                            self.acc(top.ty).cached = Some(slot);
                        }
                    }
                    None => {
                        self.write_local(index, Place::Acc, top.ty);
                        self.acc(top.ty).cached = Some(slot);
                    }
                }
                if !self.does(Optimisations::ACCUMULATORS) {
                    self.acc(top.ty).cached = None;
                }
            }
            _ => {
                let operand = self.pop();
                self.save_local(index);
                self.write_local(index, operand.place, operand.ty);
            }
        }
    }

    pub(super) fn lower_local_tee(&mut self, index: u32) {
        self.lower_local_set(index);
        self.push_local(index);
    }

    pub(super) fn lower_global_get(&mut self, index: GlobalIndex) {
        let ty = self.module.globals[index].content;
        let (row, offset): (&'static Row, u32) =
            match (self.module.defined_global(index), ty.is_float()) {
                (Some(own), false) => (GlobalGet::<u64, Own>::ROW, self.offsets.owned_global(own)),
                (Some(own), true) => (GlobalGet::<f64, Own>::ROW, self.offsets.owned_global(own)),
                (None, false) => (
                    GlobalGet::<u64, Imported>::ROW,
                    self.offsets.imported_global(index),
                ),
                (None, true) => (
                    GlobalGet::<f64, Imported>::ROW,
                    self.offsets.imported_global(index),
                ),
            };
        self.emit_result(row, ty, &[fields32(0, 0, offset)]);
    }

    pub(super) fn lower_global_set(&mut self, index: GlobalIndex) {
        let operand = self.pop();
        let float = operand.ty.is_float();
        let acc = operand.place == Place::Acc;
        let slot = if acc { 0 } else { self.slot_of(operand) };
        let slot = self.near(slot);
        let own = self.module.defined_global(index);
        let code: &Code = match (own.is_some(), float, acc) {
            (true, false, true) => GlobalSet::<u64, Own, A>::CODE,
            (true, true, true) => GlobalSet::<f64, Own, A>::CODE,
            (true, _, false) => GlobalSet::<u64, Own, S0>::CODE,
            (false, false, true) => GlobalSet::<u64, Imported, A>::CODE,
            (false, true, true) => GlobalSet::<f64, Imported, A>::CODE,
            (false, _, false) => GlobalSet::<u64, Imported, S0>::CODE,
        };
        let offset = match own {
            Some(own) => self.offsets.owned_global(own),
            None => self.offsets.imported_global(index),
        };
        self.buffer.push(code, &[fields32(slot, 0, offset)]);
    }

    pub(super) fn lower_select(&mut self) {
        let condition = self.pop();
        let top = self.stack.last().expect("validation checked the operand");
        if top.ty.is_float() && self.does(Optimisations::FLOAT_SELECTS) {
            return self.select_floats(condition, top.ty);
        }
        let b = self.pop_slot();
        let ty = self
            .stack
            .last()
            .expect("validation checked the operand")
            .ty;
        let a = self.pop_slot();
        let float = ty.is_float();
        let (a, b) = (self.near(a), self.near(b));
        let (row, slot): (&'static Row, u16) = match (condition.place, float) {
            (Place::Acc, false) => (Select::<u64, A>::ROW, 0),
            (Place::Acc, true) => (Select::<f64, A>::ROW, 0),
            (_, float) => {
                let slot = self.slot_of(condition);
                let row = if float {
                    Select::<f64, S3>::ROW
                } else {
                    Select::<u64, S3>::ROW
                };
                (row, self.near(slot))
            }
        };
        self.emit_result(row, ty, &[fields(0, a, b, slot)]);
    }

    pub(super) fn lower_ref_is_null(&mut self) {
        // A null reference is the word zero.
        self.lower_eqz(&info::I64Eq);
    }

    pub(super) fn lower_ref_func(&mut self, index: u32) {
        self.emit_result(RefFunc::ROW, ValType::FuncRef, &[fields32(0, 0, index)]);
    }
}
