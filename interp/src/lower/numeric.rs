//! Lowering of integer operators that compute, and of all that take one operand. Those of
//! constants are computed here.

use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::{fields, fields32};
use super::last::LastKind;
use super::operand::{Operand, Place, value_constant};
use super::stack::Value;
use crate::Optimisations;
use crate::exec::kind::{Kind, RowPairs};
use crate::exec::numeric::{AluInfo, DivInfo, UnaryInfo, Wide, WideOp};
use crate::exec::row::HasCode;

impl Lowering<'_> {
    /// Emits an operation of two operands and pushes its result of type `ty`.
    /// Returns where its code begins.
    pub(super) fn emit_pair(
        &mut self,
        rows: &'static RowPairs,
        mut a: Operand,
        mut b: Operand,
        ty: ValType,
        traps: bool,
    ) -> u32 {
        let (row, left, right) = self.choose(rows, value_constant, &mut a, &mut b);
        let mut first = 0;
        let mut words = [0; 2];
        if left == Kind::S {
            first = self.near(a.home);
        }
        let left_is_constant = matches!(left, Kind::I | Kind::K);
        words[0] = fields(0, first, 0, 0);
        if right == Kind::S {
            let slot = self.near(b.home);
            words[0] = if left_is_constant {
                fields(0, slot, 0, 0)
            } else {
                fields(0, first, slot, 0)
            };
        }
        for (kind, operand) in [(left, a), (right, b)] {
            match (kind, operand.place) {
                (Kind::I, Place::Const(bits)) => words[0] |= fields32(0, 0, bits as u32),
                (Kind::K, Place::Const(bits)) => words[1] = bits,
                _ => {}
            }
        }
        if traps {
            self.mark();
        }
        self.emit_result(row, ty, &words[..row.acc.len() - 1])
    }

    pub(super) fn lower_alu(&mut self, op: &'static AluInfo) {
        let (b, a) = (self.pop(), self.pop());
        if let (Place::Const(x), Place::Const(y)) = (a.place, b.place)
            && self.does(Optimisations::IMMEDIATES)
        {
            return self.push(op.ty, Value::Const((op.eval)(x, y)));
        }
        self.emit_alu(op, a, b);
    }

    fn emit_alu(&mut self, op: &'static AluInfo, mut a: Operand, mut b: Operand) {
        if self.emit_alu_pair(op, a, b) {
            return;
        }
        if op.kind.commutes() {
            in_order(&mut a, &mut b);
        }
        let cached = self.int_acc.cached;
        let start = self.emit_pair(&op.rows, a, b, op.ty, false);
        self.remember(start, op.ty, cached, a, b, LastKind::Alu(op));
    }

    pub(super) fn lower_div(&mut self, op: &'static DivInfo) {
        let (b, mut a) = (self.pop(), self.pop());
        if matches!(a.place, Place::Const(_)) {
            a = Operand::slot(self.slot_of(a), a.ty);
        }
        self.emit_pair(&op.rows, a, b, op.ty, true);
    }

    pub(super) fn lower_unary(&mut self, op: &'static UnaryInfo) {
        let mut operand = self.pop();
        if let (Place::Const(bits), Some(eval)) = (operand.place, op.eval)
            && self.does(Optimisations::IMMEDIATES)
        {
            return self.push(op.result, Value::Const(eval(bits)));
        }
        if matches!(operand.place, Place::Const(_)) {
            operand = Operand::slot(self.slot_of(operand), operand.ty);
        }
        let kinds = self.kinds(value_constant, &operand);
        let (kind, row) = kinds
            .into_iter()
            .flatten()
            .find_map(|kind| Some((kind, op.rows[kind as usize]?)))
            .expect("operators take their operand from a slot or the accumulator");
        let slot = if kind == Kind::S {
            self.near(operand.home)
        } else {
            0
        };
        if op.eval.is_none() {
            self.mark();
        }
        self.emit_result(row, op.result, &[fields(0, slot, 0, 0)]);
    }

    /// A wide arithmetic operator of `operands` 64-bit operands.
    pub(super) fn lower_wide<W: WideOp>(&mut self, operands: usize) {
        for at in (self.stack.len() - operands..self.stack.len()).rev() {
            self.settle(at);
        }
        self.truncate(self.stack.len() - operands);
        self.save_acc(ValType::I64);
        self.buffer
            .push(Wide::<W>::CODE, &[u64::from(self.frame_end)]);
        self.push(ValType::I64, Value::Home);
        self.push(ValType::I64, Value::Home);
    }
}

/// Puts the operands of an operator that commutes into the order of tables.
pub(super) fn in_order(a: &mut Operand, b: &mut Operand) {
    fn rank(operand: &Operand) -> u8 {
        match operand.place {
            Place::Acc => 0,
            Place::Pin(n) => 1 + n,
            Place::Slot(_) => 4,
            Place::Const(_) | Place::Vector(_) => 5,
        }
    }
    if rank(a) > rank(b) {
        std::mem::swap(a, b);
    }
}
