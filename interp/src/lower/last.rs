//! The last instruction, which may be taken back: its consumer does its work then.
//!
//! It is the last one as long as code ends where it did, and is forgotten at labels, after copies, and
//! when its result has been sent to a slot. Its operands are still what they were.

use selvedge_vm::ops::alu::AluKind;
use selvedge_vm::types::ValType;

use super::Lowering;
use super::compare::Condition;
use super::loop_counter::Counter;
use super::operand::{Operand, Place};
use crate::exec::compare::CmpInfo;
use crate::exec::float::FloatInfo;
use crate::exec::memory::LoadInfo;
use crate::exec::numeric::AluInfo;

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

impl Lowering<'_> {
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

    /// The last instruction, if `operand`, just popped, is its result.
    pub(super) fn taken_by(&self, operand: Operand) -> Option<Last> {
        let last = self.last?;
        let fresh = operand.place == Place::Acc && !operand.in_slot && operand.ty == last.ty;
        (fresh && last.end == self.buffer.here()).then_some(last)
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

    /// The instruction at `pos` is not to be taken back.
    pub(super) fn keep(&mut self, pos: u32) {
        let spoils = |last: &Option<Last>| last.as_ref().is_some_and(|last| last.start <= pos);
        if spoils(&self.last) {
            self.last = None;
        }
        if spoils(&self.before_last) {
            self.before_last = None;
        }
    }
}
