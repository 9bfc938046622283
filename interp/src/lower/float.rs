//! Lowering of float operators of two operands, and their fusion with what makes one of
//! the operands.
//!
//! The instruction that made an operand is taken back if it is the last one. What it
//! drove from the accumulator stays there in that case: see [`before`](Lowering::before).

use selvedge_vm::ops::float::FloatKind;
use selvedge_vm::types::ValType;

use super::Lowering;
use super::compare::Condition;
use super::emit::{fields, halves};
use super::last::{Last, LastKind};
use super::memory::{static_address, stored_constant, sum_constant};
use super::operand::{Operand, Place, value_constant};
use crate::Optimisations;
use crate::exec::compare::FloatCmpInfo;
use crate::exec::float::{CANONICAL, FloatInfo, FloatLoads, Fused, SELECTS};
use crate::exec::kind::Kind;
use crate::exec::numeric::UnaryInfo;
use crate::exec::row::Row;

/// The kinds that an operand can be had as, best first.
type Kinds = [Option<Kind>; 2];

/// The first operation of `list` that there is and whose operands can be had as it wants them.
fn find<const N: usize>(
    list: &[Fused<N>],
    operands: [Kinds; N],
) -> Option<([Kind; N], &'static Row)> {
    list.iter().find_map(|&(kinds, row)| {
        let mut pairs = kinds.iter().zip(&operands);
        let suits = pairs.all(|(kind, had)| had.contains(&Some(*kind)));
        Some((kinds, row.filter(|_| suits)?))
    })
}

impl Lowering<'_> {
    pub(super) fn lower_float_bin(&mut self, op: &'static FloatInfo) {
        let (b, a) = (self.pop(), self.pop());
        if !self.fuse_float_load(op, a, b) && !self.fuse_float_pair(op, a, b) {
            let cached = self.float_acc.cached;
            let start = self.emit_pair(&op.rows, a, b, op.ty, false);
            self.remember(start, op.ty, cached, a, b, LastKind::Float(op));
        }
        if op.kind != FloatKind::Copysign {
            self.canonicalise();
        }
    }

    /// An operator of one operand that can make a NaN.
    pub(super) fn lower_float_unary(&mut self, op: &'static UnaryInfo) {
        self.lower_unary(op);
        self.canonicalise();
    }

    /// Emits what makes the float that an operator has just made canonical if it is NaN, if that is
    /// wanted.
    fn canonicalise(&mut self) {
        if !self.canonical_nans {
            return;
        }
        let mut operand = self.pop();
        if matches!(operand.place, Place::Const(_)) {
            operand = Operand::slot(self.slot_of(operand), operand.ty);
        }
        let in_acc = operand.place == Place::Acc;
        let slot = if in_acc { 0 } else { self.near(operand.home) };
        let row = CANONICAL[usize::from(operand.ty == ValType::F64)][usize::from(in_acc)];
        self.emit_result(row, operand.ty, &[fields(0, slot, 0, 0)]);
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

    /// Where float operand `x` is without the last instruction, `last`, which is to be taken
    /// back: the accumulator may hold it, as well as its slot.
    fn before(&self, last: &Last, x: Operand) -> Operand {
        let driven_out = self
            .flushed
            .is_some_and(|flushed| flushed.by == last.start && flushed.home == x.home);
        if x.in_slot && (driven_out || last.cached == Some(x.home)) {
            let place = Place::Acc;
            return Operand { place, ..x };
        }
        x
    }

    /// Takes back the last instruction, which made an operand of an operation that takes `x`
    /// as `kind` says. Returns its operator's offset, if it is one that may trap.
    fn take_back_for(&mut self, last: &Last, x: Operand, kind: Kind) -> Option<usize> {
        let mark = self.buffer.marks.last().filter(|m| m.word == last.start);
        let offset = mark.map(|mark| mark.wasm_offset as usize);
        self.take_back(last);
        if let Some(flushed) = self.flushed.take()
            && kind == Kind::A
            && flushed.by == last.start
            && flushed.home == x.home
        {
            // Its slot is not needed after all.
            self.buffer.retarget(flushed.pos, &flushed.row.acc, 0);
        }
        offset
    }

    /// The field for an operand that is had as `kind`.
    fn field_of(&mut self, operand: Operand, kind: Kind) -> u16 {
        if kind == Kind::S {
            self.near(operand.home)
        } else {
            0
        }
    }

    /// Emits an operation of which one operand was loaded by the last instruction. Says whether there
    /// is a way.
    fn fuse_float_load(&mut self, op: &'static FloatInfo, a: Operand, b: Operand) -> bool {
        if !self.does(Optimisations::FLOAT_LOADS) {
            return false;
        }
        let [on_right, on_left] = &op.loads;
        let (last, x, loads) = match (self.taken_by(b), self.taken_by(a)) {
            (Some(last), _) => (last, a, on_right),
            (None, Some(last)) => (last, b, on_left),
            (None, None) => return false,
        };
        let LastKind::Load { sum, offset, .. } = last.kind else {
            return false;
        };
        let x = self.before(&last, x);
        if sum {
            self.fuse_load_at_sum(op, loads, &last, x, offset)
        } else {
            self.fuse_load_at(op, loads, &last, x, offset)
        }
    }

    fn fuse_load_at(
        &mut self,
        op: &'static FloatInfo,
        loads: &FloatLoads,
        last: &Last,
        x: Operand,
        offset: u32,
    ) -> bool {
        let index = last.a;
        let kinds = [
            self.kinds(value_constant, &x),
            self.kinds(static_address, &index),
        ];
        let Ok(near) = u16::try_from(offset) else {
            return false;
        };
        let Some(([kind, at], row)) = find(loads.at, kinds) else {
            return false;
        };
        let mark = self.take_back_for(last, x, kind);
        let words = [fields(
            0,
            self.field_of(x, kind),
            self.field_of(index, at),
            near,
        )];
        self.buffer.mark(mark.expect("loads may trap"));
        self.emit_result(row, op.ty, &words);
        true
    }

    fn fuse_load_at_sum(
        &mut self,
        op: &'static FloatInfo,
        loads: &FloatLoads,
        last: &Last,
        x: Operand,
        offset: u32,
    ) -> bool {
        let (i, j) = (last.a, last.b);
        let kinds = [
            self.kinds(value_constant, &x),
            self.kinds(sum_constant, &i),
            self.kinds(sum_constant, &j),
        ];
        let Some(([kind, left, right], row)) = find(loads.at_sum, kinds) else {
            return false;
        };
        let mark = self.take_back_for(last, x, kind);
        let constant = match j.place {
            Place::Const(bits) => bits as u32,
            _ => 0,
        };
        let words = [
            fields(
                0,
                self.field_of(x, kind),
                self.field_of(i, left),
                self.field_of(j, right),
            ),
            halves(constant, offset),
        ];
        self.buffer.mark(mark.expect("loads may trap"));
        self.emit_result(row, op.ty, &words);
        true
    }

    /// Emits an operation of which the last instruction made one operand, together with that
    /// instruction. Says whether there is a way.
    fn fuse_float_pair(&mut self, op: &'static FloatInfo, a: Operand, b: Operand) -> bool {
        if !self.does(Optimisations::FLOAT_PAIRS) {
            return false;
        }
        let [on_right, on_left] = op.pairs;
        let (last, z, pairs) = match (self.taken_by(b), self.taken_by(a)) {
            (Some(last), _) => (last, a, on_right),
            (None, Some(last)) => (last, b, on_left),
            (None, None) => return false,
        };
        let LastKind::Float(first) = last.kind else {
            return false;
        };
        let Some((_, list)) = pairs.iter().find(|(kind, _)| *kind == first.kind) else {
            return false;
        };
        let operands = [last.a, last.b, self.before(&last, z)];
        if operands.iter().any(|o| matches!(o.place, Place::Pin(_))) {
            // Two instructions on registers are as fast as one that reads a pinned local from its slot,
            // which was just written as often as not.
            return false;
        }
        let kinds = operands.map(|operand| self.kinds(value_constant, &operand));
        let Some((chosen, row)) = find(list, kinds) else {
            return false;
        };
        self.take_back_for(&last, z, chosen[2]);
        let words = self.words_of(operands, chosen);
        self.emit_result(row, op.ty, &words[..row.acc.len() - 1]);
        true
    }

    /// `select` of floats of type `ty`, its condition popped already.
    pub(super) fn select_floats(&mut self, condition: Operand, ty: ValType) {
        let (mut b, mut a) = (self.pop(), self.pop());
        let mut condition = condition;
        loop {
            let operands = [a, b, condition];
            let kinds = operands.map(|operand| self.kinds(stored_constant, &operand));
            let Some((chosen, row)) = find(SELECTS, kinds) else {
                // Constants first; the accumulators serve longer.
                let constant = |operand: &&mut Operand| matches!(operand.place, Place::Const(_));
                let mut all = [&mut condition, &mut a, &mut b];
                all.sort_by_key(|operand| !constant(operand));
                let operand = all
                    .into_iter()
                    .find(|operand| !operand.in_slot)
                    .expect("there is a selection among slots");
                *operand = Operand::slot(self.slot_of(*operand), operand.ty);
                continue;
            };
            let words = self.words_of(operands, chosen);
            self.emit_result(row, ty, &words[..row.acc.len() - 1]);
            return;
        }
    }

    /// The words of an instruction of three operands, had as `kinds`.
    fn words_of(&mut self, operands: [Operand; 3], kinds: [Kind; 3]) -> [u64; 2] {
        let [x, y, z] = [0, 1, 2].map(|n| self.field_of(operands[n], kinds[n]));
        let constant = operands.iter().zip(kinds).find_map(|(operand, kind)| {
            let Place::Const(bits) = operand.place else {
                return None;
            };
            (kind == Kind::K).then_some(bits)
        });
        [fields(0, x, y, z), constant.unwrap_or(0)]
    }
}
