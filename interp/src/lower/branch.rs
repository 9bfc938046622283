//! Lowering of branches.
//!
//! A branch carries its operands in the home slots that the label gives them. Operands are copied
//! in ascending order: a label is never higher than the branch, so no copy overwrites a later
//! source.

use selvedge_vm::ops::alu::AluKind;
use selvedge_vm::types::ValType;
use wasmparser::{BlockType, FrameKind};

use super::Lowering;
use super::compare::{Condition, Decision, normal};
use super::control::{Depth, Fixup};
use super::emit::{fields, fields32};
use super::last::LastKind;
use super::numeric::in_order;
use super::operand::{Operand, Place, pin_kind, to_imm};
use super::stack::{Pending, Value};
use crate::Optimisations;
use crate::exec::branch::{BR_TABLES, Back, Br, Forward, Unreachable};
use crate::exec::kind::{CodePairs, Kind};
use crate::exec::row::HasCode;

/// The branch that a loop begins with, if it leaves the loop with nothing, by a condition
/// on locals and constants. A branch back then tests the condition itself.
#[derive(Copy, Clone)]
pub(super) struct HeaderTest {
    condition: Condition,
    a: Operand,
    b: Operand,
    /// The position of the label in `controls`.
    exit: u32,
    /// Where the loop goes on if it is not left.
    body: u32,
}

impl Lowering<'_> {
    /// Completes the branch at `pos`, or lets the label do so.
    pub(super) fn aim(&mut self, fixup: Fixup, depth: Depth) {
        let have = self.pins;
        let control = self.control(depth);
        if control.kind == FrameKind::Loop {
            let (header, want) = (control.header, control.pins);
            self.bind_back(fixup, have, want, header);
        } else {
            control.fixups.push((fixup, have));
        }
    }

    pub(super) fn emit_branch(&mut self, depth: Depth) {
        let code = if self.is_loop(depth) {
            self.mark();
            Br::<Back>::CODE
        } else {
            Br::<Forward>::CODE
        };
        let pos = self.buffer.push(code, &[0]);
        self.aim(Fixup::Branch(pos), depth);
    }

    /// The number of operands that a branch to `depth` carries, and the slot for the first.
    fn carried(&mut self, depth: Depth) -> (usize, u32) {
        let control = self.control(depth);
        (control.label_types().len(), control.base)
    }

    /// Whether the operands for `depth` are at the label's height already.
    fn in_place(&mut self, depth: Depth) -> bool {
        let (count, base) = self.carried(depth);
        count == 0 || self.stack[self.stack.len() - count].home == base
    }

    /// Copies the operands for `depth` to the label's slots; the stack stays as it is.
    fn carry(&mut self, depth: Depth) {
        let (count, base) = self.carried(depth);
        if count == 0 {
            return;
        }
        // What is only in an accumulator gets its slot, and stays there as well.
        self.flush_acc(ValType::I64, true);
        self.flush_acc(ValType::F64, true);
        let first = self.stack.len() - count;
        let origin = self.stack[first].home;
        for at in first..self.stack.len() {
            let entry = self.stack[at];
            let from = match entry.value {
                Value::Home => Place::Slot(entry.home),
                Value::Local { index, .. } => match self.pins.find(index, entry.ty) {
                    Some(n) => Place::Pin(n),
                    None => Place::Slot(self.layout.local(index)),
                },
                Value::Const(bits) => Place::Const(bits),
                Value::Vector(number) => Place::Vector(number),
                Value::Acc => unreachable!("flushed above"),
            };
            self.emit_move(entry.home - origin + base, from, entry.ty);
        }
    }

    pub(super) fn lower_br(&mut self, depth: Depth) {
        if depth.0 as usize == self.controls.len() - 1 {
            self.emit_return();
        } else {
            if !self.send_result(depth) {
                self.carry(depth);
            }
            if !self.branch_bottom(depth) {
                self.emit_branch(depth);
            }
        }
        self.dead = true;
    }

    /// If a branch to `depth`, after which nothing can be reached, carries the last
    /// instruction's result alone: lets that instruction write the label's slot. Says whether it does.
    fn send_result(&mut self, depth: Depth) -> bool {
        let (count, base) = self.carried(depth);
        let (Some(&top), true) = (self.stack.last(), count == 1) else {
            return false;
        };
        if top.ty == ValType::V128 {
            return self.send_vector(base);
        }
        let Some(Pending { entry, pos, row }) = self.acc(top.ty).pending else {
            return false;
        };
        let is_top = entry as usize == self.stack.len() - 1;
        let is_last = self.buffer.here() == pos + row.slot.len() as u32;
        let is_sent = is_top && is_last && base <= u32::from(u16::MAX);
        if is_sent {
            self.buffer.retarget(pos, &row.slot, base as u16);
            self.acc(top.ty).pending = None;
            self.written(base);
            self.last = None;
            // Nothing reads the operand here any more; its place on the stack stays what it was.
            let at = self.stack.len() - 1;
            self.stack[at].value = Value::Home;
        }
        is_sent
    }

    pub(super) fn lower_br_if(&mut self, depth: Depth) {
        let condition = self.pop();
        let (count, _) = self.carried(depth);
        if count == 0 {
            let decision = self.decide(condition);
            let pos = self.branch_by(decision, false, depth);
            self.note_test(pos, decision.condition, decision.a, decision.b, depth);
            return;
        }
        let first = self.stack.len() - count;
        // Copies that bring operands home may happen whether or not the branch is taken, and
        // do not touch what the condition depends on, as for `if`. Others wait for the branch.
        if self.in_place(depth) {
            let decision = self.decide(condition);
            for at in (first..self.stack.len()).rev() {
                self.settle(at);
            }
            self.branch_by(decision, false, depth);
            return;
        }
        self.open(FrameKind::Block, BlockType::Empty);
        let decision = self.decide(condition);
        self.branch_by(decision, true, Depth(0));
        let skip = self.controls.pop().expect("opened above").fixups;
        self.carry(depth);
        self.emit_branch(depth);
        self.bind(&skip, self.pins, true);
        self.spare.leave_fixups(skip);
        // What was skipped wrote no accumulator, so only this much is forgotten.
        self.last = None;
        self.forget_vectors();
        self.counter = None;
    }

    pub(super) fn lower_br_table(&mut self, targets: &wasmparser::BrTable<'_>) {
        const VALIDATED: &str = "a validated branch table reads without errors";
        let index = self.pop();
        let (index, bias) = self.without_bias(index);
        let kind = match index.place {
            Place::Acc => Kind::A,
            Place::Pin(n) => pin_kind(n),
            Place::Slot(_) | Place::Const(_) | Place::Vector(_) => Kind::S,
        };
        let slot = (kind == Kind::S).then(|| self.slot_of(index));
        let count = targets.len();
        let targets_default = targets.default();
        let (arity, _) = self.carried(Depth(targets.default()));
        // Operands that travel go home first, which takes scratch slots; a stub per far label
        // copies them on.
        for at in (self.stack.len() - arity..self.stack.len()).rev() {
            self.settle(at);
        }
        let all = || {
            let targets = targets.targets().map(|t| t.expect(VALIDATED));
            targets.chain([targets_default])
        };
        // Stubs poll in their own branches.
        let polls = all().any(|depth| self.is_loop(Depth(depth)));
        let code = BR_TABLES[usize::from(polls)][usize::from(bias != 0)][kind as usize];
        let code = code.expect("an index is taken from everywhere");
        let index = slot.map_or(0, |slot| self.near(slot));
        self.mark();
        let words = [fields32(index, bias as u16, count)];
        let pos = self.buffer.push(code, &words);
        self.buffer
            .words
            .resize(self.buffer.words.len() + (count as usize + 2) / 2, 0);
        // Labels seen so far: one stub each.
        let mut stubs: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut stub_of = std::collections::HashMap::new();
        for (entry, depth) in all().enumerate() {
            let entry = entry as u32;
            if self.in_place(Depth(depth)) {
                self.aim(Fixup::Table { pos, entry }, Depth(depth));
            } else {
                let stub = *stub_of.entry(depth).or_insert_with(|| {
                    stubs.push((depth, Vec::new()));
                    stubs.len() - 1
                });
                stubs[stub].1.push(entry);
            }
        }
        for (depth, entries) in stubs {
            let here = self.buffer.here();
            for entry in entries {
                self.buffer.set_table_target(pos, entry, here);
            }
            self.carry(Depth(depth));
            self.emit_branch(Depth(depth));
        }
        self.dead = true;
    }

    /// The index of a branch table, just popped, as another operand plus a constant, if
    /// it is such a sum and the last instruction, which is taken back.
    fn without_bias(&mut self, index: Operand) -> (Operand, i16) {
        let sum = self
            .taken_by(index)
            .filter(|_| self.does(Optimisations::IMMEDIATES));
        if let Some(last) = sum
            && let LastKind::Alu(op) = last.kind
            && let Place::Const(bits) = last.b.place
            && op.ty == ValType::I32
        {
            let bias = match op.kind {
                AluKind::Add => bits as u32 as i32,
                AluKind::Sub => (bits as u32 as i32).wrapping_neg(),
                _ => 0,
            };
            if let Ok(bias @ (..=-1 | 1..)) = i16::try_from(bias) {
                self.take_back(&last);
                return (last.a, bias);
            }
        }
        (index, 0)
    }

    pub(super) fn lower_unreachable(&mut self) {
        self.mark();
        self.buffer.push(Unreachable::CODE, &[]);
        self.dead = true;
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
            let tables = op.counter.map(|tables| &tables[counter.step.index()]);
            let has_any =
                |table: &&CodePairs| table[counter.kind as usize][Kind::S as usize].is_some();
            if let Some(table) = tables.filter(has_any) {
                return self.branch_counter(counter, table, limit, depth);
            }
        }
        let wanted = if negate {
            condition.negated()
        } else {
            condition
        };
        self.branch_on(wanted, a, b, depth)
    }

    /// Emits a branch to `depth` if the condition holds; returns its position.
    pub(super) fn branch_on(
        &mut self,
        condition: Condition,
        a: Operand,
        b: Operand,
        depth: Depth,
    ) -> u32 {
        if let Condition::Cmp(op) = condition
            && let Some(pos) = self.branch_on_load(op, a, b, depth)
        {
            return pos;
        }
        let back = self.is_loop(depth);
        let (mut a, mut b) = (a, b);
        let table = match condition {
            Condition::Cmp(op) => {
                let (op, x, y) = normal(op, a, b);
                (a, b) = (x, y);
                &op.branch[usize::from(back)]
            }
            Condition::Test(op) => {
                in_order(&mut a, &mut b);
                &op.test[usize::from(back)]
            }
            Condition::Float(op, when) => &op.branch[usize::from(when)][usize::from(back)],
        };
        let constants = if self.does(Optimisations::FLOAT_LIMITS) {
            branch_constant
        } else {
            integer_constant
        };
        let (code, left, right) = self.choose(table, constants, &mut a, &mut b);
        let mut words = [0; 2];
        let first = if left == Kind::S {
            self.near(a.home)
        } else {
            0
        };
        let second = match (right, b.place) {
            (Kind::S, _) => self.near(b.home),
            (Kind::I, Place::Const(bits)) => bits as u16,
            _ => 0,
        };
        for (kind, operand) in [(left, a), (right, b)] {
            match (kind, operand.place) {
                (Kind::K, Place::Const(bits)) if operand.ty.is_float() => words[1] = bits,
                (Kind::K, Place::Const(bits)) => words[1] = u64::from(bits as u32),
                _ => {}
            }
        }
        words[0] = fields(first, second, 0, 0);
        if back {
            self.mark();
        }
        let pos = self.buffer.push(code, &words[..code.len() - 1]);
        self.aim(Fixup::Branch(pos), depth);
        pos
    }

    /// Notes the branch at `pos`, which carries nothing, if the innermost block is a loop that
    /// begins with it.
    fn note_test(&mut self, pos: u32, condition: Condition, a: Operand, b: Operand, depth: Depth) {
        let exit = self.controls.len() - 1 - depth.0 as usize;
        let body = self.buffer.here();
        let heat_words = self.heat_words();
        // What counts passes cannot be moved behind a branch that is complete already.
        let is_fixed = heat_words > 0 && self.is_loop(depth);
        // Beside constants, that is locals: a loop without parameters has no other operands.
        let stays = |operand: Operand| match operand.place {
            Place::Const(_) => true,
            Place::Slot(_) | Place::Pin(_) => operand.in_slot,
            Place::Acc | Place::Vector(_) => false,
        };
        let control = self.controls.last_mut().expect("branches are in blocks");
        let begins = control.kind == FrameKind::Loop && control.header + heat_words == pos;
        if begins && depth.0 > 0 && !is_fixed && control.params.is_empty() && stays(a) && stays(b) {
            control.test = Some(HeaderTest {
                condition,
                a,
                b,
                exit: exit as u32,
                body: body - heat_words,
            });
            if heat_words > 0 {
                self.count_after_test(pos, exit);
            }
        }
    }

    /// Emits a branch to the loop at `depth` that tests the condition which the loop
    /// begins with. Says whether there is one.
    fn branch_bottom(&mut self, depth: Depth) -> bool {
        let pins = self.pins;
        let bottom = self.does(Optimisations::BOTTOM_TESTS);
        let control = self.control(depth);
        let Some(test) = control.test.filter(|_| bottom && control.pins == pins) else {
            return false;
        };
        let decision = self.decide_again(test.condition, test.a, test.b);
        let pos = self.branch_by(decision, true, depth);
        self.buffer.set_target(pos, test.body);
        let exit = self.controls.len() - 1 - test.exit as usize;
        self.emit_branch(Depth(exit as u32));
        true
    }
}

/// Constants of branches: integers as [`integer_constant`] says, floats in word 2.
pub(super) fn branch_constant(ty: ValType, bits: u64) -> Option<Kind> {
    if ty.is_float() {
        return Some(Kind::K);
    }
    integer_constant(ty, bits)
}

/// Integer constants of branches: 16 bits, sign-extended, in a field, or 32 bits in word 2.
fn integer_constant(ty: ValType, bits: u64) -> Option<Kind> {
    let imm = to_imm(ty, bits)?;
    Some(if i16::try_from(imm).is_ok() {
        Kind::I
    } else {
        Kind::K
    })
}
