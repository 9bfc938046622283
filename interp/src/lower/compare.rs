//! Lowering of comparisons, and what decides a branch.
//!
//! A comparison is made as a value, and noted as a condition. A branch, or a comparison of it with
//! zero, takes it back.

use selvedge_vm::ops::alu::AluKind;
use selvedge_vm::ops::cmp::CmpKind;
use selvedge_vm::ops::convert::I32Eqz;
use selvedge_vm::types::ValType;

use super::Lowering;
use super::last::{Last, LastKind};
use super::loop_counter::Counter;
use super::numeric::in_order;
use super::operand::{Operand, Place};
use super::stack::Value;
use crate::Optimisations;
use crate::exec::compare::{CmpInfo, FloatCmpInfo, info};
use crate::exec::kind::Kind;
use crate::exec::numeric::{Cmp, Un};
use crate::exec::place::{A, I};
use crate::exec::row::HasRow;

/// What decides a branch, of two operands.
#[derive(Copy, Clone)]
pub(super) enum Condition {
    /// An integer comparison.
    Cmp(&'static CmpInfo),
    /// A comparison of their bit-and with zero.
    Test(&'static CmpInfo),
    /// A float comparison, or that it does not hold.
    Float(&'static FloatCmpInfo, bool),
}

impl Condition {
    /// The condition that holds exactly when this one does not.
    pub fn negated(self) -> Self {
        match self {
            Self::Cmp(op) => Self::Cmp(op.negated),
            Self::Test(op) => Self::Test(op.negated),
            Self::Float(op, when) => Self::Float(op, !when),
        }
    }
}

/// What decides a branch that is about to be emitted.
#[derive(Copy, Clone)]
pub(super) struct Decision {
    pub condition: Condition,
    pub a: Operand,
    pub b: Operand,
    /// As in [`LastKind::Condition`].
    pub counter: Option<(Counter, &'static CmpInfo, Operand)>,
}

impl Lowering<'_> {
    pub(super) fn lower_cmp(&mut self, op: &'static CmpInfo) {
        let (b, a) = (self.pop(), self.pop());
        self.compare(op, a, b);
    }

    /// `eqz`: a comparison with zero.
    pub(super) fn lower_eqz(&mut self, op: &'static CmpInfo) {
        let a = self.pop();
        // Zero is always an immediate, so it needs no home of its own.
        let zero = Operand::constant(0, a.ty, a.home);
        if let Place::Const(bits) = a.place {
            return self.push(ValType::I32, Value::Const(u64::from((op.eval)(bits, 0))));
        }
        self.compare(op, a, zero);
    }

    fn compare(&mut self, op: &'static CmpInfo, a: Operand, b: Operand) {
        if let (Place::Const(x), Place::Const(y)) = (a.place, b.place)
            && self.does(Optimisations::IMMEDIATES)
        {
            return self.push(ValType::I32, Value::Const(u64::from((op.eval)(x, y))));
        }
        let zero = b.place == Place::Const(0);
        if zero
            && op.is_symmetric()
            && self.does(Optimisations::CONDITIONS)
            && let Some(last) = self.taken_by(a)
            && self.compare_last(op, last)
        {
            return;
        }
        self.emit_cmp(op, a, b);
    }

    /// Compares the last instruction's result, just popped, with zero (`Eq` or `Ne`). Says
    /// whether there was a way.
    fn compare_last(&mut self, op: &'static CmpInfo, last: Last) -> bool {
        let holds = op.kind == CmpKind::Ne;
        match last.kind {
            LastKind::Condition { condition, .. } if op.ty == ValType::I32 => {
                if let Condition::Cmp(inner) = condition {
                    self.take_back(&last);
                    let inner = if holds { inner } else { inner.negated };
                    self.emit_cmp(inner, last.a, last.b);
                    return true;
                }
                // The value is made as always; a branch takes both instructions back.
                let row = if holds {
                    Cmp::<selvedge_vm::ops::cmp::I32Ne, A, I>::ROW
                } else {
                    Un::<I32Eqz, A>::ROW
                };
                self.emit_result(row, ValType::I32, &[0]);
                let condition = if holds {
                    condition
                } else {
                    condition.negated()
                };
                self.remember_test(last, condition);
                true
            }
            LastKind::Alu(alu) if alu.kind == AluKind::And && alu.ty == op.ty => {
                let rows = &op.rows;
                let row = rows[Kind::A as usize][Kind::I as usize];
                self.emit_result(
                    row.expect("the accumulator is compared with constants"),
                    ValType::I32,
                    &[0],
                );
                self.remember_test(last, Condition::Test(op));
                true
            }
            _ => false,
        }
    }

    /// Notes that the last two instructions are a condition on the operands of the first.
    fn remember_test(&mut self, last: Last, condition: Condition) {
        let kind = LastKind::Condition {
            condition,
            counter: None,
        };
        self.remember(last.start, ValType::I32, last.cached, last.a, last.b, kind);
    }

    fn emit_cmp(&mut self, op: &'static CmpInfo, a: Operand, b: Operand) {
        let (op, a, b) = normal(op, a, b);
        let cached = self.int_acc.cached;
        let counter = self.decide_again(Condition::Cmp(op), a, b).counter;
        let start = self.emit_pair(&op.rows, a, b, ValType::I32, false);
        let kind = LastKind::Condition {
            condition: Condition::Cmp(op),
            counter,
        };
        self.remember(start, ValType::I32, cached, a, b, kind);
    }

    /// What `operand`, an `i32` just popped, says when it is not zero. A condition that is
    /// the last instruction is taken back.
    pub(super) fn decide(&mut self, operand: Operand) -> Decision {
        let last = self
            .taken_by(operand)
            .filter(|_| self.does(Optimisations::CONDITIONS));
        if let Some(last) = last {
            let (condition, counter) = match last.kind {
                LastKind::Condition { condition, counter } => (Some(condition), counter),
                LastKind::Alu(op) if op.kind == AluKind::And => {
                    (Some(Condition::Test(&info::I32Ne)), None)
                }
                _ => (None, None),
            };
            if let Some(condition) = condition {
                self.take_back(&last);
                return Decision {
                    condition,
                    a: last.a,
                    b: last.b,
                    counter,
                };
            }
        }
        let operand = match operand.place {
            Place::Const(_) => Operand::slot(self.slot_of(operand), operand.ty),
            _ => operand,
        };
        let zero = Operand::constant(0, ValType::I32, operand.home);
        self.decide_again(Condition::Cmp(&info::I32Ne), operand, zero)
    }

    /// The decision by `condition` of `a` and `b`, here.
    pub(super) fn decide_again(&self, condition: Condition, a: Operand, b: Operand) -> Decision {
        let counter = match condition {
            Condition::Cmp(op) => match (self.is_counter(a, b), self.is_counter(b, a)) {
                (Some(counter), _) => Some((counter, op, b)),
                (None, Some(counter)) => Some((counter, op.swapped, a)),
                (None, None) => None,
            },
            _ => None,
        };
        Decision {
            condition,
            a,
            b,
            counter,
        }
    }
}

/// The comparison in a form that has handlers, the constant on the right.
pub(super) fn normal(
    op: &'static CmpInfo,
    mut a: Operand,
    mut b: Operand,
) -> (&'static CmpInfo, Operand, Operand) {
    let mut op = op;
    if op.is_symmetric() {
        in_order(&mut a, &mut b);
        return (op, a, b);
    }
    if matches!(a.place, Place::Const(_)) {
        std::mem::swap(&mut a, &mut b);
        op = op.swapped;
    }
    if !op.is_normal() {
        if let Place::Const(bits) = b.place
            && let Some((same, next)) = op.with_successor(bits)
        {
            b.place = Place::Const(next);
            return (same, a, b);
        }
        std::mem::swap(&mut a, &mut b);
        op = op.swapped;
    }
    (op, a, b)
}
