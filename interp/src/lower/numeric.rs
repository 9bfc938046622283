//! Lowering of numeric operators, and what of them can be fused later.

use selvedge_vm::ops::alu::AluKind;
use selvedge_vm::ops::cmp::CmpKind;
use selvedge_vm::ops::convert::I32Eqz;
use selvedge_vm::types::ValType;

use super::Lowering;
use super::control::Depth;
use super::emit::{fields, fields32};
use super::stack::{Operand, Place, Value, to_imm, value_constant};
use crate::Optimisations;
use crate::exec::compare::{CmpInfo, FloatCmpInfo, info};
use crate::exec::float::FloatInfo;
use crate::exec::kind::{Kind, RowPairs};
use crate::exec::memory::LoadInfo;
use crate::exec::numeric::{AluInfo, Cmp, DivInfo, Un, UnaryInfo, Wide, WideOp};
use crate::exec::place::{A, I};
use crate::exec::row::{HasCode, HasRow};

/// The last instruction, whose result is in the accumulator and may be needed in
/// another form: it is taken back and fused into its consumer.
#[derive(Copy, Clone)]
pub(super) struct Last {
    /// Where the code to take back begins.
    pub start: u32,
    /// Where it ends; it is the last instruction if that is where code ends.
    pub end: u32,
    /// The type of its result.
    pub ty: ValType,
    /// The slot that the accumulator's value was in before.
    pub cached: Option<u32>,
    pub a: Operand,
    pub b: Operand,
    pub kind: LastKind,
}

#[derive(Copy, Clone)]
pub(super) enum LastKind {
    /// A condition.
    Condition {
        condition: Condition,
        /// If one operand is a counter incremented just before: it, the comparison with the
        /// counter on the left, and the other operand.
        counter: Option<(Counter, &'static CmpInfo, Operand)>,
    },
    /// Integer arithmetic.
    Alu(&'static AluInfo),
    /// Float arithmetic.
    Float(&'static FloatInfo),
    /// A load from memory 0: of the sum of the operands if `sum`, else of the first one.
    Load {
        op: &'static LoadInfo,
        sum: bool,
        offset: u32,
    },
}

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
    fn negated(self) -> Self {
        match self {
            Self::Cmp(op) => Self::Cmp(op.negated),
            Self::Test(op) => Self::Test(op.negated),
            Self::Float(op, when) => Self::Float(op, !when),
        }
    }
}

/// `local = local + step`, the last instruction.
#[derive(Copy, Clone, Debug)]
pub(super) struct Counter {
    pub start: u32,
    pub end: u32,
    pub slot: u32,
    /// `S`, or the kind of pinned local.
    pub kind: Kind,
    pub step: Step,
    pub ty: ValType,
}

/// What a counter is incremented by.
#[derive(Copy, Clone, Debug)]
pub(super) enum Step {
    Constant(i32),
    Slot(u16),
}

impl Step {
    /// The place of the handlers in [`CmpInfo::counter`].
    pub fn index(self) -> usize {
        match self {
            Self::Constant(_) => 0,
            Self::Slot(_) => 1,
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
    counter: Option<(Counter, &'static CmpInfo, Operand)>,
}

impl Lowering<'_> {
    /// Whether an optimisation is on.
    pub(super) fn does(&self, what: Optimisations) -> bool {
        self.optimisations.contains(what)
    }

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

    /// Notes the instruction just emitted, whose result is of type `ty`, so that it can be
    /// taken back. `cached` is what the accumulator held before.
    pub(super) fn remember(
        &mut self,
        start: u32,
        ty: ValType,
        cached: Option<u32>,
        a: Operand,
        b: Operand,
        kind: LastKind,
    ) {
        if self.acc(ty).pending.is_some() {
            self.before_last = self.last.filter(|last| last.end == start);
            self.last = Some(Last {
                start,
                end: self.buffer.here(),
                ty,
                cached,
                a,
                b,
                kind,
            });
        }
    }

    pub(super) fn lower_div(&mut self, op: &'static DivInfo) {
        let (b, mut a) = (self.pop(), self.pop());
        if matches!(a.place, Place::Const(_)) {
            a = Operand::slot(self.slot_of(a), a.ty);
        }
        self.emit_pair(&op.rows, a, b, op.ty, true);
    }

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

    /// The counter that `operand` reads, if it was incremented just before and
    /// `limit` suits the fused form.
    fn is_counter(&self, operand: Operand, limit: Operand) -> Option<Counter> {
        let counter = self.counter?;
        let reads = operand.in_slot && operand.home == counter.slot && operand.ty == counter.ty;
        let suits = match limit.place {
            Place::Const(bits) => to_imm(limit.ty, bits).is_some(),
            _ => limit.in_slot && limit.home <= u32::from(u16::MAX),
        };
        let last = counter.end == self.buffer.here();
        (last && reads && suits && self.does(Optimisations::COUNTERS)).then_some(counter)
    }

    /// The last instruction, if `operand`, just popped, is its result.
    pub(super) fn taken_by(&self, operand: Operand) -> Option<Last> {
        let last = self.last?;
        let fresh = operand.place == Place::Acc && !operand.in_slot && operand.ty == last.ty;
        (fresh && last.end == self.buffer.here()).then_some(last)
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

    /// The operands of the `i32.add` whose value `operand` is, taken back, if it is
    /// the last instruction and the operands suit `accept`.
    pub(super) fn take_sum(
        &mut self,
        operand: Operand,
        accept: impl Fn(Operand, Operand) -> bool,
    ) -> Option<(Operand, Operand)> {
        let last = self.taken_by(operand)?;
        let sum = matches!(last.kind, LastKind::Alu(op) if op.kind == AluKind::Add && op.ty == ValType::I32);
        if !sum || !accept(last.a, last.b) {
            return None;
        }
        self.take_back(&last);
        Some((last.a, last.b))
    }

    /// If the instruction at `start` is the last one and adds something to the value
    /// in `slot`: that counter, as it is once the sum goes to `slot`.
    pub(super) fn counter_at(&self, start: u32, slot: u32) -> Option<Counter> {
        let last = self.last?;
        let LastKind::Alu(op) = last.kind else {
            return None;
        };
        let ty = op.ty;
        let is_counter = |operand: Operand| operand.in_slot && operand.home == slot;
        let (counter, step) = if is_counter(last.a) {
            (last.a, last.b)
        } else if is_counter(last.b) && op.kind == AluKind::Add {
            (last.b, last.a)
        } else {
            return None;
        };
        let step = match (step.place, op.kind) {
            (Place::Const(bits), AluKind::Add) => Step::Constant(to_imm(ty, bits)?),
            (Place::Const(bits), AluKind::Sub) => Step::Constant(to_imm(ty, bits)?.checked_neg()?),
            (_, AluKind::Add) if step.in_slot => Step::Slot(u16::try_from(step.home).ok()?),
            _ => return None,
        };
        let at_end = last.start == start && last.end == self.buffer.here();
        let kind = match counter.place {
            Place::Pin(n) => super::stack::pin_kind(n),
            _ => Kind::S,
        };
        at_end.then_some(Counter {
            start,
            end: last.end,
            slot,
            kind,
            step,
            ty,
        })
    }

    /// Removes the last instruction, whose result has been popped; the one before is the last one
    /// then. Returns the place in the module that traps of the instruction had, if it had one.
    pub(super) fn take_back(&mut self, last: &Last) -> Option<usize> {
        let mark = self.buffer.marks.last();
        let offset = mark.filter(|mark| mark.word >= last.start);
        let offset = offset.map(|mark| mark.wasm_offset as usize);
        self.buffer.truncate(last.start);
        self.acc(last.ty).cached = last.cached;
        self.last = self.before_last.take();
        offset
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

    /// Emits a branch to `depth` as `decision` says, or, with `negate`, if it does not hold;
    /// returns its position. If the decision is by a counter, code ends as it did then, or
    /// copies have been emitted since.
    pub(super) fn branch_by(&mut self, decision: Decision, negate: bool, depth: Depth) -> u32 {
        let Decision {
            condition,
            a,
            b,
            counter,
        } = decision;
        if let Some((counter, op, limit)) = counter
            && self.is_loop(depth)
            && counter.end == self.buffer.here()
        {
            let op = if negate { op.negated } else { op };
            let table = &op.counter[counter.step.index()];
            if table[counter.kind as usize][Kind::S as usize].is_some() {
                return self.branch_counter(counter, op, limit, depth);
            }
        }
        let wanted = if negate {
            condition.negated()
        } else {
            condition
        };
        self.branch_on(wanted, a, b, depth)
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
