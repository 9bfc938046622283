//! Lowering of constants, locals, globals, `drop`, `select` and references.

use selvedge_vm::index::GlobalIndex;
use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::{fields, fields32};
use super::operand::{Operand, Place};
use super::stack::{Pending, Value};
use crate::Optimisations;
use crate::exec::compare::info;
use crate::exec::place::{A, S0, half_of};
use crate::exec::row::{Code, HasCode, HasRow, Row};
use crate::exec::variable::{
    GlobalGet, GlobalSet, Imported, Own, RefFunc, SELECT_32, SELECT_64, SELECT_FLOAT,
};

impl Lowering<'_> {
    pub(super) fn lower_const(&mut self, ty: ValType, bits: u64) {
        self.push(ty, Value::Const(bits));
    }

    pub(super) fn lower_local_set(&mut self, index: u32) {
        let slot = self.layout.local(index);
        let top = *self.stack.last().expect("validation checked the operand");
        match top.value {
            Value::Home if top.ty == ValType::V128 => self.set_vector(index),
            Value::Local { index: same, .. } if same == index => self.discard(),
            Value::Acc => {
                let Pending { pos, row, .. } = self
                    .acc(top.ty)
                    .pending
                    .expect("an operand in the accumulator is pending");
                let end = pos + row.acc.len() as u32;
                self.pop();
                self.save_local(index);
                let pin = self.pins.find(index, top.ty);
                let code = match pin {
                    Some(n) => row.pins.get(usize::from(n)),
                    None => Some(&row.slot),
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
        if ty == ValType::V128 {
            return self.get_vector_global(index);
        }
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
        if self.module.globals[index].content == ValType::V128 {
            return self.set_vector_global(index);
        }
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
        if top.ty == ValType::V128 {
            return self.select_vectors(condition);
        }
        let b = self.pop_arm();
        let a = self.pop_arm();
        let rows = match a.ty {
            ValType::I32 => &SELECT_32,
            ty if ty.is_float() => &SELECT_FLOAT,
            _ => &SELECT_64,
        };
        let mut constants = 0;
        let mut first = 0;
        let mut second = 0;
        let halves = [a, b].map(|arm| match arm.place {
            Place::Const(bits) if self.does(Optimisations::SELECTS) && !a.ty.is_float() => {
                half_of(arm.ty, bits)
            }
            _ => None,
        });
        match halves[0] {
            Some(half) => constants |= u64::from(half),
            None => {
                let slot = self.slot_of(a);
                first = self.near(slot);
            }
        }
        match halves[1] {
            Some(half) => constants |= u64::from(half) << 32,
            None => {
                let slot = self.slot_of(b);
                second = self.near(slot);
            }
        }
        let in_acc = condition.place == Place::Acc;
        let third = if in_acc {
            0
        } else {
            let slot = self.slot_of(condition);
            self.near(slot)
        };
        let [x, y] = halves.map(|half| usize::from(half.is_some()));
        let row = rows.rows[x][y][usize::from(in_acc)].expect("floats are in slots");
        let words = [fields(0, first, second, third), constants];
        self.emit_result(row, a.ty, &words[..row.acc.len() - 1]);
    }

    /// Pops a value to select: in a slot, or a constant.
    fn pop_arm(&mut self) -> Operand {
        if self.stack.last().is_some_and(|e| e.value == Value::Acc) {
            self.settle(self.stack.len() - 1);
        }
        self.pop()
    }

    pub(super) fn lower_ref_is_null(&mut self) {
        // A null reference is the word zero.
        self.lower_eqz(&info::I64Eq);
    }

    pub(super) fn lower_ref_func(&mut self, index: u32) {
        self.emit_result(RefFunc::ROW, ValType::FuncRef, &[fields32(0, 0, index)]);
    }
}
