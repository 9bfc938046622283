//! Counters of loops: a local that is incremented, compared and branched on, by one instruction.
//!
//! An increment is noted when the local is set to the sum; a comparison that follows at once, when
//! it is noted as a condition; and the branch by that condition takes both back.

use selvedge_vm::ops::alu::AluKind;
use selvedge_vm::types::ValType;

use super::Lowering;
use super::branch::branch_constant;
use super::control::{Depth, Fixup};
use super::emit::{fields, halves};
use super::last::LastKind;
use super::operand::{Operand, Place, pin_kind, to_imm};
use crate::Optimisations;
use crate::exec::kind::{CodePairs, Kind};

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
    /// The place of the handlers in [`CmpInfo::counter`](crate::exec::compare::CmpInfo::counter).
    pub fn index(self) -> usize {
        match self {
            Self::Constant(_) => 0,
            Self::Slot(_) => 1,
        }
    }
}

impl Lowering<'_> {
    /// The counter that `operand` reads, if it was incremented just before and
    /// `limit` suits the fused form.
    pub(super) fn is_counter(&self, operand: Operand, limit: Operand) -> Option<Counter> {
        let counter = self.counter?;
        let reads = operand.in_slot && operand.home == counter.slot && operand.ty == counter.ty;
        let suits = match limit.place {
            Place::Const(bits) => to_imm(limit.ty, bits).is_some(),
            _ => limit.in_slot && limit.home <= u32::from(u16::MAX),
        };
        let last = counter.end == self.buffer.here();
        (last && reads && suits && self.does(Optimisations::COUNTERS)).then_some(counter)
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
            Place::Pin(n) => pin_kind(n),
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

    /// Emits the increment of `counter`, just emitted, fused with its comparison with
    /// `limit`, by a handler of `table`, and a branch to the loop at `depth`; returns its position.
    pub(super) fn branch_counter(
        &mut self,
        counter: Counter,
        table: &'static CodePairs,
        limit: Operand,
        depth: Depth,
    ) -> u32 {
        self.buffer.truncate(counter.start);
        self.mark();
        let step = match counter.step {
            Step::Constant(step) => step as u32,
            Step::Slot(slot) => u32::from(slot),
        };
        let kinds = match limit.place {
            Place::Const(bits) if to_imm(limit.ty, bits).is_some() => [Some(Kind::K), None],
            _ => self.kinds(branch_constant, &limit),
        };
        let (kind, code) = kinds
            .into_iter()
            .flatten()
            .find_map(|kind| Some((kind, table[counter.kind as usize][kind as usize]?)))
            .expect("a counter is compared with constants and slots");
        let (right, imm) = match limit.place {
            Place::Const(bits) => (0, bits as u32),
            _ if kind == Kind::S => (limit.home as u16, 0),
            _ => (0, 0),
        };
        let words = [fields(counter.slot as u16, right, 0, 0), halves(imm, step)];
        let pos = self.buffer.push(code, &words);
        self.written(counter.slot);
        if counter.kind == Kind::S {
            self.int_acc.cached = Some(counter.slot);
        }
        self.counter = None;
        self.aim(Fixup::Branch(pos), depth);
        pos
    }
}
