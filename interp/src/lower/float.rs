//! Lowering of float operators of two operands.

use selvedge_vm::types::ValType;

use super::Lowering;
use super::numeric::{Condition, LastKind};
use crate::exec::compare::FloatCmpInfo;
use crate::exec::float::FloatInfo;

impl Lowering<'_> {
    pub(super) fn lower_float_bin(&mut self, op: &'static FloatInfo) {
        let (b, a) = (self.pop(), self.pop());
        let cached = self.float_acc.cached;
        let start = self.emit_pair(&op.rows, a, b, op.ty, false);
        self.remember(start, op.ty, cached, a, b, LastKind::Float(op));
    }

    pub(super) fn lower_float_cmp(&mut self, op: &'static FloatCmpInfo) {
        let (mut b, mut a) = (self.pop(), self.pop());
        let mut op = op;
        if !op.is_normal() {
            op = op.swapped;
            std::mem::swap(&mut a, &mut b);
        }
        let cached = self.int_acc.cached;
        let start = self.emit_pair(&op.rows, a, b, ValType::I32, false);
        let kind = LastKind::Condition {
            condition: Condition::Float(op, true),
            counter: None,
        };
        self.remember(start, ValType::I32, cached, a, b, kind);
    }
}
