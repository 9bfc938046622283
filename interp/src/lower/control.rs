//! Lowering of structured control flow.
//!
//! A branch carries its operands in the home slots that the label gives them. At a
//! block's entry all operands are brought into their home slots, so what a branch
//! leaves below them is right already. Operands are copied in ascending order: a
//! label is never higher than the branch, so no copy overwrites a later source.

use selvedge_vm::ops::Int;
use selvedge_vm::ops::cmp::{Compare, I32Eq, I32Ne};
use selvedge_vm::ops::float::FloatCompare;
use selvedge_vm::types::ValType;
use wasmparser::{BlockType, FrameKind};

use super::emit::{fields, fields32, halves};
use super::numeric::{Counter, type_of};
use super::stack::{Operand, Place, Value};
use super::{Lowering, val_type};
use crate::exec::call::{Enter, EnterOther, Return, ReturnMany, ReturnOne};
use crate::exec::control::{
    AddBr, Back, Br, BrCmp, BrFCmp, BrTable, BrTest, Direction, Forward, Unreachable,
};
use crate::exec::place::{A, I16, J, K, S0, S1, Value as AccValue};
use crate::exec::row::{Code, HasCode};

/// A label, counted outwards from the innermost block.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) struct Depth(pub u32);

/// A place in code to be completed when a label is bound.
#[derive(Copy, Clone, Debug)]
enum Fixup {
    /// The branch at this position.
    Branch(u32),
    /// An entry of the branch table at this position.
    Table { pos: u32, entry: u32 },
}

/// A block being translated.
#[derive(Debug)]
pub(super) struct Control<'a> {
    pub kind: FrameKind,
    params: &'a [ValType],
    results: &'a [ValType],
    /// Operands below the block's parameters.
    stack_len: usize,
    /// The home slot of the first parameter and of the first result.
    base: u32,
    /// For a loop: its header.
    header: u32,
    /// For an `if`: the branch to `else`.
    to_else: Option<u32>,
    fixups: Vec<Fixup>,
    /// Whether the block's entry cannot be reached.
    dead: bool,
}

impl Control<'_> {
    /// The types that a branch to the label carries.
    fn label_types(&self) -> &[ValType] {
        if self.kind == FrameKind::Loop {
            self.params
        } else {
            self.results
        }
    }
}

const fn single(ty: ValType) -> &'static [ValType] {
    match ty {
        ValType::I32 => &[ValType::I32],
        ValType::I64 => &[ValType::I64],
        ValType::F32 => &[ValType::F32],
        ValType::F64 => &[ValType::F64],
        ValType::V128 => &[ValType::V128],
        ValType::FuncRef => &[ValType::FuncRef],
        ValType::ExternRef => &[ValType::ExternRef],
    }
}

impl<'a> Lowering<'a> {
    /// Emits the function's entry and opens its outermost block.
    pub(super) fn begin(&mut self) {
        self.buffer.push(EnterOther::CODE, &[0]);
        let zeroed = self.layout.zeroed();
        let header = self.layout.header();
        self.buffer.push(
            Enter::CODE,
            &[
                halves(header, self.max_frame_end),
                halves(zeroed.start, zeroed.end),
            ],
        );
        self.controls.push(Control {
            kind: FrameKind::Block,
            params: &[],
            results: self.ty.results(),
            stack_len: 0,
            base: self.frame_end,
            header: 0,
            to_else: None,
            fixups: Vec::new(),
            dead: false,
        });
    }

    fn block_types(&self, ty: BlockType) -> (&'a [ValType], &'a [ValType]) {
        match ty {
            BlockType::Empty => (&[], &[]),
            BlockType::Type(ty) => (&[], single(val_type(ty))),
            BlockType::FuncType(index) => {
                let index = selvedge_vm::index::TypeIndex::from_u32(index);
                let ty = &self.module.types[index].func;
                (ty.params(), ty.results())
            }
        }
    }

    fn open(&mut self, kind: FrameKind, ty: BlockType) {
        let (params, results) = self.block_types(ty);
        let (stack_len, base) = if self.dead {
            (self.stack.len(), self.frame_end)
        } else {
            let stack_len = self.stack.len() - params.len();
            let base = self
                .stack
                .get(stack_len)
                .map_or(self.frame_end, |first| first.home);
            (stack_len, base)
        };
        self.controls.push(Control {
            kind,
            params,
            results,
            stack_len,
            base,
            header: self.buffer.here(),
            to_else: None,
            fixups: Vec::new(),
            dead: self.dead,
        });
    }

    pub(super) fn lower_block(&mut self, ty: BlockType) {
        if !self.dead {
            self.settle_all();
        }
        self.open(FrameKind::Block, ty);
    }

    pub(super) fn lower_loop(&mut self, ty: BlockType) {
        if !self.dead {
            self.settle_all();
            self.forget();
        }
        self.open(FrameKind::Loop, ty);
    }

    pub(super) fn lower_if(&mut self, ty: BlockType) {
        if self.dead {
            return self.open(FrameKind::If, ty);
        }
        let condition = self.pop();
        self.drop_accs();
        // Brings the rest home without touching the condition: moves leave accumulators
        // alone, and a comparison that would be taken back must stay the last instruction.
        if self.is_settled() {
            self.settled = self.stack.len();
            self.open(FrameKind::If, ty);
            self.branch_if(condition, true, Depth(0));
        } else {
            let slot = self.slot_of(condition);
            let condition = Operand {
                place: Place::Slot(slot),
                home: slot,
                in_slot: true,
                ty: ValType::I32,
            };
            self.last = None;
            self.settle_all();
            self.open(FrameKind::If, ty);
            self.branch_if(condition, true, Depth(0));
        }
        // The branch goes to `else`, not to the label.
        let control = self.controls.last_mut().expect("opened above");
        match control.fixups.pop() {
            Some(Fixup::Branch(pos)) => control.to_else = Some(pos),
            other => unreachable!("an `if` begins with a branch, not {other:?}"),
        }
    }

    fn is_settled(&self) -> bool {
        self.stack[self.settled..]
            .iter()
            .all(|entry| entry.value == Value::Home)
    }

    pub(super) fn lower_else(&mut self) {
        if !self.dead {
            self.settle_all();
            self.emit_branch(Depth(0));
        }
        let here = self.buffer.here();
        let control = self
            .controls
            .last_mut()
            .expect("validation pairs `else` with `if`");
        control.kind = FrameKind::Else;
        self.dead = control.dead;
        let (len, params) = (control.stack_len, control.params);
        if let Some(pos) = control.to_else.take() {
            self.buffer.set_target(pos, here);
        }
        self.rewind(len, if self.dead { &[] } else { params });
    }

    pub(super) fn lower_end(&mut self) {
        if self.controls.len() == 1 {
            return self.end_function();
        }
        if !self.dead {
            self.settle_all();
        }
        let control = self.controls.pop().expect("validation balances `end`");
        // An `if` without `else` passes its parameters on.
        let joined = !control.fixups.is_empty() || control.to_else.is_some();
        if let Some(pos) = control.to_else {
            self.buffer.set_target(pos, self.buffer.here());
        }
        self.bind(&control.fixups);
        self.dead = control.dead || (self.dead && !joined);
        if self.dead {
            self.rewind(control.stack_len, &[]);
        } else if joined {
            self.rewind(control.stack_len, control.results);
        }
    }

    fn end_function(&mut self) {
        let control = self.controls.pop().expect("called for the outermost block");
        let joined = !control.fixups.is_empty();
        if joined && !self.dead {
            self.settle_all();
        }
        self.bind(&control.fixups);
        if joined {
            self.rewind(0, control.results);
        }
        if joined || !self.dead {
            self.emit_return();
        }
    }

    /// Makes the operands what they are at a label: those below `len`, and `types`, at home.
    fn rewind(&mut self, len: usize, types: &[ValType]) {
        self.drop_accs();
        self.truncate(len);
        for &ty in types {
            self.push(ty, Value::Home);
        }
        self.forget();
    }

    /// Gives operands that are only in an accumulator their slots; emits nothing.
    fn drop_accs(&mut self) {
        self.flush_acc(ValType::I64, false);
        self.flush_acc(ValType::F64, false);
    }

    /// A label: nothing is known of accumulators, no instruction may be taken back.
    fn forget(&mut self) {
        self.forget_accs();
        self.last = None;
        self.counter = None;
    }

    fn bind(&mut self, fixups: &[Fixup]) {
        let here = self.buffer.here();
        for &fixup in fixups {
            match fixup {
                Fixup::Branch(pos) => self.buffer.set_target(pos, here),
                Fixup::Table { pos, entry } => self.buffer.set_table_target(pos, entry, here),
            }
        }
    }

    fn control(&mut self, depth: Depth) -> &mut Control<'a> {
        let at = self.controls.len() - 1 - depth.0 as usize;
        &mut self.controls[at]
    }

    /// Whether `depth` names a loop.
    pub(super) fn is_loop(&self, depth: Depth) -> bool {
        self.controls[self.controls.len() - 1 - depth.0 as usize].kind == FrameKind::Loop
    }

    /// Completes the branch at `pos`, or lets the label do so.
    fn aim(&mut self, pos: u32, depth: Depth) {
        let control = self.control(depth);
        if control.kind == FrameKind::Loop {
            let header = control.header;
            self.buffer.set_target(pos, header);
        } else {
            control.fixups.push(Fixup::Branch(pos));
        }
    }

    fn emit_branch(&mut self, depth: Depth) {
        let code = if self.is_loop(depth) {
            self.mark();
            Br::<Back>::CODE
        } else {
            Br::<Forward>::CODE
        };
        let pos = self.buffer.push(code, &[0]);
        self.aim(pos, depth);
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
                Value::Local { index, .. } => Place::Slot(self.layout.local(index)),
                Value::Const(bits) => Place::Const(bits),
                Value::Acc => unreachable!("flushed above"),
            };
            self.emit_move(entry.home - origin + base, from, entry.ty);
        }
    }

    pub(super) fn lower_br(&mut self, depth: Depth) {
        if depth.0 as usize == self.controls.len() - 1 {
            self.emit_return();
        } else {
            self.carry(depth);
            self.emit_branch(depth);
        }
        self.dead = true;
    }

    pub(super) fn lower_br_if(&mut self, depth: Depth) {
        let condition = self.pop();
        let (count, _) = self.carried(depth);
        if count == 0 {
            return self.branch_if(condition, false, depth);
        }
        let first = self.stack.len() - count;
        let home = self.stack[first..]
            .iter()
            .all(|entry| entry.value == Value::Home);
        if home && self.in_place(depth) {
            return self.branch_if(condition, false, depth);
        }
        // The copies must not come between a comparison and its branch, and happen only
        // if the branch is taken, unless they just bring operands home.
        if self.in_place(depth) {
            let slot = self.slot_of(condition);
            self.last = None;
            for at in (first..self.stack.len()).rev() {
                self.settle(at);
            }
            let condition = Operand {
                place: Place::Slot(slot),
                home: slot,
                in_slot: true,
                ty: ValType::I32,
            };
            return self.branch_if(condition, false, depth);
        }
        self.open(FrameKind::Block, BlockType::Empty);
        self.branch_if(condition, true, Depth(0));
        let skip = self.controls.pop().expect("opened above").fixups;
        self.carry(depth);
        self.emit_branch(depth);
        self.bind(&skip);
        // What was skipped wrote no accumulator, so only this much is forgotten.
        self.last = None;
        self.counter = None;
    }

    pub(super) fn lower_br_table(&mut self, targets: &wasmparser::BrTable<'_>) {
        const VALIDATED: &str = "a validated branch table reads without errors";
        let index = self.pop();
        let slot = (index.place != Place::Acc).then(|| self.slot_of(index));
        let count = targets.len();
        let (arity, _) = self.carried(Depth(targets.default()));
        // Operands that travel go home first, which takes scratch slots; a stub per far label
        // copies them on.
        for at in (self.stack.len() - arity..self.stack.len()).rev() {
            self.settle(at);
        }
        let (code, index): (&Code, u16) = match slot {
            Some(slot) => (BrTable::<S0>::CODE, self.near(slot)),
            None => (BrTable::<A>::CODE, 0),
        };
        self.mark();
        let pos = self.buffer.push(code, &[fields32(index, 0, count)]);
        self.buffer
            .words
            .resize(self.buffer.words.len() + (count as usize + 2) / 2, 0);
        // Labels seen so far: one stub each.
        let mut stubs: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut stub_of = std::collections::HashMap::new();
        let all = targets
            .targets()
            .map(|t| t.expect(VALIDATED))
            .chain([targets.default()]);
        for (entry, depth) in all.enumerate() {
            let entry = entry as u32;
            if self.in_place(Depth(depth)) {
                let control = self.control(Depth(depth));
                if control.kind == FrameKind::Loop {
                    let header = control.header;
                    self.buffer.set_table_target(pos, entry, header);
                } else {
                    control.fixups.push(Fixup::Table { pos, entry });
                }
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

    pub(super) fn lower_return(&mut self) {
        self.emit_return();
        self.dead = true;
    }

    /// Emits a return of the topmost operands, which stay on the stack.
    fn emit_return(&mut self) {
        let header = self.layout.header();
        let results = self.ty.results();
        let Some((&first, rest)) = results.split_first() else {
            self.buffer.push(Return::CODE, &[fields32(0, 0, header)]);
            return;
        };
        if rest.is_empty() && first != ValType::V128 {
            let operand = self.pop();
            let float = first.is_float();
            match operand.place {
                Place::Acc => {
                    let code: &Code = if float {
                        ReturnOne::<f64, A>::CODE
                    } else {
                        ReturnOne::<u64, A>::CODE
                    };
                    self.buffer.push(code, &[fields32(0, 0, header)]);
                }
                Place::Slot(slot) => {
                    let slot = self.near(slot);
                    let code: &Code = if float {
                        ReturnOne::<f64, S0>::CODE
                    } else {
                        ReturnOne::<u64, S0>::CODE
                    };
                    self.buffer.push(code, &[fields32(slot, 0, header)]);
                }
                Place::Const(bits) => {
                    let code: &Code = if float {
                        ReturnOne::<f64, K>::CODE
                    } else {
                        ReturnOne::<u64, K>::CODE
                    };
                    self.buffer.push(code, &[fields32(0, 0, header), bits]);
                }
            }
            self.push(first, Value::Home);
            return;
        }
        for at in (self.stack.len() - results.len()..self.stack.len()).rev() {
            self.settle(at);
        }
        let from = self.stack[self.stack.len() - results.len()].home;
        let code: &Code = if first.is_float() {
            ReturnMany::<f64>::CODE
        } else {
            ReturnMany::<u64>::CODE
        };
        let count = self.ty.result_slots();
        self.buffer
            .push(code, &[fields32(0, 0, header), halves(from, count)]);
    }

    pub(super) fn lower_unreachable(&mut self) {
        self.mark();
        self.buffer.push(Unreachable::CODE, &[]);
        self.dead = true;
    }

    /// Emits a branch by an integer comparison.
    pub(super) fn branch_cmp<C: Compare>(
        &mut self,
        a: Operand,
        b: Operand,
        negate: bool,
        depth: Depth,
    ) where
        C::Int: AccValue,
    {
        match (negate, self.is_loop(depth)) {
            (false, false) => self.emit_branch_cmp::<C, Forward>(a, b, depth),
            (false, true) => self.emit_branch_cmp::<C, Back>(a, b, depth),
            (true, false) => self.emit_branch_cmp::<C::Negated, Forward>(a, b, depth),
            (true, true) => self.emit_branch_cmp::<C::Negated, Back>(a, b, depth),
        }
    }

    fn emit_branch_cmp<C: Compare, P: Direction>(&mut self, a: Operand, b: Operand, depth: Depth)
    where
        C::Int: AccValue,
    {
        // Constants and, of two places, the accumulator go where handlers have them.
        let swap = match (a.place, b.place) {
            (Place::Const(_), Place::Const(_)) => false,
            (Place::Const(_), _) => true,
            (Place::Slot(_), Place::Acc) => true,
            _ => false,
        };
        if swap {
            return self.emit_branch_places::<C::Swapped, P>(b, a, depth);
        }
        self.emit_branch_places::<C, P>(a, b, depth)
    }

    fn emit_branch_places<C: Compare, P: Direction>(&mut self, a: Operand, b: Operand, depth: Depth)
    where
        C::Int: AccValue,
    {
        let small = |bits| C::Int::to_imm(bits).and_then(|imm| i16::try_from(imm).ok());
        let b_place = match (a.place, b.place) {
            (Place::Acc, Place::Acc) => Place::Slot(self.slot_of(b)),
            (_, Place::Const(bits)) if C::Int::to_imm(bits).is_none() => {
                Place::Slot(self.slot_of(b))
            }
            (_, place) => place,
        };
        let a_place = match a.place {
            Place::Const(_) => Place::Slot(self.slot_of(a)),
            place => place,
        };
        if P::POLL {
            self.mark();
        }
        let pos = match (a_place, b_place) {
            (Place::Slot(a), Place::Slot(b)) => {
                let word = fields(self.near(a), self.near(b), 0, 0);
                self.buffer.push(BrCmp::<C, S0, S1, P>::CODE, &[word])
            }
            (Place::Acc, Place::Slot(b)) => {
                let word = fields(0, self.near(b), 0, 0);
                self.buffer.push(BrCmp::<C, A, S1, P>::CODE, &[word])
            }
            (Place::Slot(a), Place::Const(b)) => {
                let a = self.near(a);
                match small(b) {
                    Some(imm) => {
                        let word = fields(a, imm as u16, 0, 0);
                        self.buffer.push(BrCmp::<C, S0, I16, P>::CODE, &[word])
                    }
                    None => {
                        let words = [fields(a, 0, 0, 0), u64::from(b as u32)];
                        self.buffer.push(BrCmp::<C, S0, J, P>::CODE, &words)
                    }
                }
            }
            (Place::Acc, Place::Const(b)) => match small(b) {
                Some(imm) => {
                    let word = fields(0, imm as u16, 0, 0);
                    self.buffer.push(BrCmp::<C, A, I16, P>::CODE, &[word])
                }
                None => {
                    let words = [0, u64::from(b as u32)];
                    self.buffer.push(BrCmp::<C, A, J, P>::CODE, &words)
                }
            },
            _ => unreachable!("separated above and by `emit_branch_cmp`"),
        };
        self.aim(pos, depth);
    }

    /// Emits a branch if the bit-and of two `i32` is not zero.
    pub(super) fn branch_test(&mut self, a: Operand, b: Operand, negate: bool, depth: Depth) {
        match (negate, self.is_loop(depth)) {
            (false, false) => self.emit_branch_test::<I32Ne, Forward>(a, b, depth),
            (false, true) => self.emit_branch_test::<I32Ne, Back>(a, b, depth),
            (true, false) => self.emit_branch_test::<I32Eq, Forward>(a, b, depth),
            (true, true) => self.emit_branch_test::<I32Eq, Back>(a, b, depth),
        }
    }

    fn emit_branch_test<C, P>(&mut self, a: Operand, b: Operand, depth: Depth)
    where
        C: Compare<Int = u32>,
        P: Direction,
    {
        // `lower_alu` put a constant, or the slot of two places, on the right.
        let b_place = match (a.place, b.place) {
            (Place::Acc, Place::Acc) => Place::Slot(self.slot_of(b)),
            (_, place) => place,
        };
        let (a_place, b_place) = match (a.place, b_place) {
            (Place::Slot(a), Place::Acc) => (Place::Acc, Place::Slot(a)),
            places => places,
        };
        if P::POLL {
            self.mark();
        }
        let pos = match (a_place, b_place) {
            (Place::Slot(a), Place::Slot(b)) => {
                let word = fields(self.near(a), self.near(b), 0, 0);
                self.buffer.push(BrTest::<C, S0, S1, P>::CODE, &[word])
            }
            (Place::Acc, Place::Slot(b)) => {
                let word = fields(0, self.near(b), 0, 0);
                self.buffer.push(BrTest::<C, A, S1, P>::CODE, &[word])
            }
            (Place::Slot(a), Place::Const(b)) => {
                let words = [fields(self.near(a), 0, 0, 0), u64::from(b as u32)];
                self.buffer.push(BrTest::<C, S0, J, P>::CODE, &words)
            }
            (Place::Acc, Place::Const(b)) => {
                let words = [0, u64::from(b as u32)];
                self.buffer.push(BrTest::<C, A, J, P>::CODE, &words)
            }
            _ => unreachable!("`lower_alu` folds constants"),
        };
        self.aim(pos, depth);
    }

    /// Emits a branch by a float comparison.
    pub(super) fn branch_float_cmp<C: FloatCompare>(
        &mut self,
        a: Operand,
        b: Operand,
        negate: bool,
        depth: Depth,
    ) where
        C::Float: AccValue,
    {
        match (negate, self.is_loop(depth)) {
            (false, false) => self.emit_branch_float::<C, Forward, true>(a, b, depth),
            (false, true) => self.emit_branch_float::<C, Back, true>(a, b, depth),
            (true, false) => self.emit_branch_float::<C, Forward, false>(a, b, depth),
            (true, true) => self.emit_branch_float::<C, Back, false>(a, b, depth),
        }
    }

    fn emit_branch_float<C: FloatCompare, P: Direction, const WHEN: bool>(
        &mut self,
        a: Operand,
        b: Operand,
        depth: Depth,
    ) where
        C::Float: AccValue,
    {
        let a_acc = a.place == Place::Acc;
        let b_acc = b.place == Place::Acc && !a_acc;
        let a_slot = if a_acc { 0 } else { self.slot_of(a) };
        let b_slot = if b_acc { 0 } else { self.slot_of(b) };
        let word = fields(self.near(a_slot), self.near(b_slot), 0, 0);
        if P::POLL {
            self.mark();
        }
        let code: &Code = match (a_acc, b_acc) {
            (true, _) => BrFCmp::<C, A, S1, P, WHEN>::CODE,
            (false, true) => BrFCmp::<C, S0, A, P, WHEN>::CODE,
            (false, false) => BrFCmp::<C, S0, S1, P, WHEN>::CODE,
        };
        let pos = self.buffer.push(code, &[word]);
        self.aim(pos, depth);
    }

    /// Emits the increment of `counter`, just emitted, fused with its comparison with
    /// `limit` and a branch to the loop at `depth`.
    pub(super) fn branch_counter<C: Compare>(
        &mut self,
        counter: Counter,
        limit: Operand,
        negate: bool,
        depth: Depth,
    ) where
        C::Int: AccValue,
    {
        debug_assert_eq!(counter.ty, type_of::<C::Int>());
        self.buffer.truncate(counter.start);
        self.mark();
        let imm = match limit.place {
            Place::Const(bits) => C::Int::to_imm(bits),
            _ => None,
        };
        let code: &Code = match (imm, negate) {
            (Some(_), false) => AddBr::<C, J>::CODE,
            (Some(_), true) => AddBr::<C::Negated, J>::CODE,
            (None, false) => AddBr::<C, S1>::CODE,
            (None, true) => AddBr::<C::Negated, S1>::CODE,
        };
        let right = if imm.is_some() { 0 } else { limit.home as u16 };
        let word = fields(counter.slot as u16, right, 0, 0);
        let words = [word, halves(imm.unwrap_or(0) as u32, counter.step as u32)];
        let pos = self.buffer.push(code, &words);
        self.int_acc.cached = Some(counter.slot);
        self.counter = None;
        self.aim(pos, depth);
    }
}
