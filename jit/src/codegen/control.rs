//! Blocks, loops and branches, and the state of registers where paths meet.
//!
//! At a label the operands below are in their home slots or constants, and one result is in
//! `rax` or `xmm0`, several in their slots. Which pins are valid there is settled by the
//! first branch to it, or at a loop's header; every other path loads and stores what differs. On
//! a conditional branch that happens in a stub behind the code, so that the path that goes on
//! has nothing to do with it.

use selvedge_vm::native::SiteKind;
use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::{FuncType, ValType};
use wasmparser::{BlockType, BrTable, FrameKind};

use super::Codegen;
use super::cold::{Cold, Transfer};
use super::stack::{NONE, Value, class_of_type};
use crate::masm::{Alu, Cond, Mem, Operand, Size, Stub};
use crate::regs::{Class, Reg, RegSet};
use crate::sink::Chain;

/// The number of a label.
pub(super) type LabelId = u32;

/// A place that branches lead to.
#[derive(Clone, Default)]
pub(super) struct Label {
    /// The jumps to it while its place is not known.
    pub(super) chain: Chain,
    /// Its place, once known.
    pub(super) at: Option<u32>,
    /// Whether the registers below are settled.
    settled: bool,
    /// The valid pins.
    valid: RegSet,
    /// The valid pins whose slots may be stale.
    dirty: RegSet,
    /// The map of pins.
    map: u32,
    /// The stub that the present `br_table` reaches it by, with the number of the table.
    table_stub: (u32, u32),
}

/// A block, loop, `if`, `else` or function.
pub(super) struct Control {
    pub(super) kind: FrameKind,
    /// The height of the operand stack below the parameters.
    height: usize,
    ty: BlockType,
    /// Where branches to it lead.
    label: LabelId,
    /// Where the `else` begins.
    else_chain: Chain,
    /// The state of the pins at the `if`.
    at_if: (RegSet, RegSet, u32),
    /// The map of pins around it.
    map: u32,
    /// How many entries were in their slots on every path that leads into it.
    flushed_all: usize,
    /// Whether it cannot be reached.
    is_dead: bool,
}

impl<'a> Codegen<'a> {
    /// Begins the function.
    pub(super) fn begin(&mut self) {
        self.masm.align(16);
        self.start = self.masm.pos();
        self.choose_pins();
        let label = self.new_label();
        self.controls.push(Control {
            kind: FrameKind::Block,
            height: 0,
            ty: BlockType::Empty,
            label,
            else_chain: Chain::default(),
            at_if: Default::default(),
            map: 0,
            flushed_all: 0,
            is_dead: false,
        });
        let check = self.masm.pos();
        let bytes = self.frame_bytes();
        self.masm.compare_stack(bytes);
        let mut chain = Chain::default();
        self.masm.jcc(Cond::A, &mut chain);
        self.cold.push(Cold::Refuse { chain, check });
        self.zero_locals();
    }

    /// Zeroes declared locals: pinned ones in their registers, others in their slots.
    fn zero_locals(&mut self) {
        const FEW: u32 = 64;
        let params = self.ty.params().len() as u32;
        let locals = self.locals.len() as u32;
        let zeroed = self.layout.zeroed();
        let mut run = zeroed.start;
        let mut pinned = RegSet::EMPTY;
        if locals - params <= FEW {
            for local in params..locals {
                let slot = self.layout.local(local);
                let Some(pin) = self.pins.pin(local) else {
                    continue;
                };
                self.zero_slots(run, slot);
                run = slot + 1;
                pinned = pinned.with(pin);
            }
        }
        self.zero_slots(run, zeroed.end);
        // Not before: zeroing many slots takes registers.
        for pin in pinned.iter() {
            match pin.class() {
                Class::Int => self.masm.zero(pin),
                Class::Float => self.masm.zero_float(pin),
            }
        }
        self.valid = self.valid.or(pinned);
        self.dirty = self.dirty.or(pinned);
    }

    fn zero_slots(&mut self, from: u32, to: u32) {
        match to.saturating_sub(from) {
            0 => {}
            1 => self.masm.store_imm(8, Mem::slot(from), 0),
            _ => self.masm.zero_slots(from, to),
        }
    }

    fn new_label(&mut self) -> LabelId {
        self.labels.push(Label::default());
        self.labels.len() as LabelId - 1
    }

    /// The types of a block's parameters and results.
    fn block_type(&self, ty: BlockType) -> (&'a [ValType], &'a [ValType]) {
        match ty {
            BlockType::Empty => (&[], &[]),
            BlockType::Type(ty) => (&[], one_type(super::val_type(ty))),
            BlockType::FuncType(index) => {
                let ty = self.func_type(index);
                (ty.params(), ty.results())
            }
        }
    }

    pub(super) fn func_type(&self, index: u32) -> &'a FuncType {
        &self.module.types[selvedge_vm::index::TypeIndex::from_u32(index)].func
    }

    /// The number of parameters of a control.
    fn num_params(&self, ty: BlockType) -> usize {
        match ty {
            BlockType::FuncType(index) => self.func_type(index).params().len(),
            _ => 0,
        }
    }

    /// The number of values that a branch to the control at `at` carries, and the type of the first.
    fn branch_values(&self, at: usize) -> (usize, Option<ValType>) {
        let control = &self.controls[at];
        if at == 0 {
            let results = self.ty.results();
            return (results.len(), results.first().copied());
        }
        match (control.kind, control.ty) {
            (_, BlockType::Empty) | (FrameKind::Loop, BlockType::Type(_)) => (0, None),
            (_, BlockType::Type(ty)) => (1, Some(super::val_type(ty))),
            (FrameKind::Loop, BlockType::FuncType(index)) => {
                let params = self.func_type(index).params();
                (params.len(), params.first().copied())
            }
            (_, BlockType::FuncType(index)) => {
                let results = self.func_type(index).results();
                (results.len(), results.first().copied())
            }
        }
    }

    /// Enters a control whose parameters are on the stack.
    fn enter(&mut self, kind: FrameKind, ty: BlockType) -> usize {
        let label = self.new_label();
        let height = if self.dead {
            self.stack.len()
        } else {
            self.stack.len() - self.num_params(ty)
        };
        self.controls.push(Control {
            kind,
            height,
            ty,
            label,
            else_chain: Chain::default(),
            at_if: Default::default(),
            map: self.pins.current(),
            flushed_all: self.flushed_all,
            is_dead: self.dead,
        });
        self.controls.len() - 1
    }

    /// Stores what must be in its slot on every path through a block. A loop within stores constants
    /// too, on its own path only; that many of them would be stored again by every such loop
    /// is avoided here.
    fn flush_before_block(&mut self) {
        const FEW: usize = 16;
        self.flush(self.stack.len() - self.flushed_all > FEW);
    }

    pub(super) fn compile_block(&mut self, ty: BlockType) {
        if !self.dead {
            self.flush_before_block();
        }
        self.enter(FrameKind::Block, ty);
    }

    pub(super) fn compile_loop(&mut self, ty: BlockType) {
        self.loops_seen += 1;
        if self.dead {
            self.enter(FrameKind::Loop, ty);
            return;
        }
        self.flush(true);
        let at = self.enter(FrameKind::Loop, ty);
        let params = self.controls[at].height;
        for entry in &mut self.stack[params..] {
            // Not the same in every pass.
            entry.value = Value::Slot;
        }
        self.settle_pins_of_loop();
        self.tested = None;
        let here = self.masm.pos();
        let label = self.controls[at].label as usize;
        self.labels[label] = Label {
            at: Some(here),
            settled: true,
            valid: self.valid,
            dirty: self.dirty,
            map: self.pins.current(),
            ..Label::default()
        };
        self.masm.compare_interrupt();
        let mut chain = Chain::default();
        self.masm.jcc(Cond::Ne, &mut chain);
        self.cold_trap(chain, TrapCode::Interrupt);
        if self.options.osr {
            self.cold.push(Cold::Osr {
                wasm_offset: self.wasm_offset,
                valid: self.valid,
                map: self.pins.current(),
                header: here,
            });
        }
    }

    /// Makes the pins what a loop wants them to be at its header: what it uses most is valid, unless a
    /// call would spoil that each time round, and what it sets is dirty.
    fn settle_pins_of_loop(&mut self) {
        let Some(region) = self.summary.regions.get(self.loops_seen) else {
            return;
        };
        let within = region.within;
        self.choose_pins_of_loop(&within);
        let (used, written) = self.pins_of_loop(&within);
        if within.calls || within.loops {
            // What is not used would be loaded again each time round, after a call or a loop in this one.
            let unused = self.valid.minus(used);
            self.store_pins(self.dirty.and(unused), self.pins.current());
            self.valid = self.valid.and(used);
            self.dirty = self.dirty.and(used);
        }
        if !within.calls {
            let missing = used.minus(self.valid);
            self.load_pins(missing, self.pins.current());
            self.valid = self.valid.or(missing);
        }
        self.dirty = self.dirty.or(written.and(self.valid));
    }

    pub(super) fn compile_if(&mut self, ty: BlockType) {
        if self.dead {
            self.enter(FrameKind::If, ty);
            return;
        }
        let cond = self.pop_condition();
        self.flush_before_block();
        // The other side finds the parameters in their slots.
        self.flush_top(self.num_params(ty));
        let at = self.enter(FrameKind::If, ty);
        let mut chain = Chain::default();
        self.jump_if(cond.negated(), &mut chain);
        let control = &mut self.controls[at];
        control.else_chain = chain;
        control.at_if = (self.valid, self.dirty, self.pins.current());
    }

    pub(super) fn compile_else(&mut self) {
        let at = self.controls.len() - 1;
        if self.controls[at].is_dead {
            self.controls[at].kind = FrameKind::Else;
            return;
        }
        if !self.dead {
            self.fall_into(at);
        }
        self.begin_else(at);
        let ty = self.controls[at].ty;
        for &ty in self.block_type(ty).0 {
            self.push(ty, Value::Slot);
        }
        self.flushed = self.stack.len();
    }

    /// Begins the other side of an `if`, with an empty stack.
    fn begin_else(&mut self, at: usize) {
        let control = &mut self.controls[at];
        control.kind = FrameKind::Else;
        let (chain, height) = (control.else_chain, control.height);
        let map;
        (self.valid, self.dirty, map) = control.at_if;
        self.flushed_all = self.flushed_all.min(control.flushed_all);
        self.pins.switch(map);
        self.truncate(height);
        self.owned = RegSet::EMPTY;
        self.flags_at = NONE;
        self.masm.bind(chain);
        self.tested = None;
        self.dead = false;
    }

    /// Leaves the present side of the control at `at` for its end.
    fn fall_into(&mut self, at: usize) {
        self.place_values(at);
        let label = self.controls[at].label;
        self.transfer_to(label);
        let mut chain = self.labels[label as usize].chain;
        self.masm.jmp(&mut chain);
        self.labels[label as usize].chain = chain;
    }

    pub(super) fn compile_end(&mut self) {
        let at = self.controls.len() - 1;
        if self.controls[at].is_dead {
            self.controls.pop();
            return;
        }
        if at == 0 {
            return self.end_function();
        }
        if self.controls[at].kind == FrameKind::If {
            // There is no `else`: results are the parameters.
            if !self.dead {
                self.fall_into(at);
            }
            self.begin_else(at);
            let ty = self.controls[at].ty;
            for &ty in self.block_type(ty).0 {
                self.push(ty, Value::Slot);
            }
            self.flushed = self.stack.len();
        }
        let is_loop = self.controls[at].kind == FrameKind::Loop;
        let (height, ty) = (self.controls[at].height, self.controls[at].ty);
        let label = self.controls[at].label as usize;
        if is_loop {
            // Nothing leads here but the code before.
            let map = self.controls[at].map;
            self.controls.pop();
            if !self.dead {
                self.switch_pins(map);
            }
            if self.dead {
                self.truncate(height);
                self.owned = RegSet::EMPTY;
                let results = self.block_type(ty).1;
                self.push_results(results);
            }
            return;
        }
        if !self.labels[label].settled {
            // No branch leads here: the code before goes on as it is.
            self.controls.pop();
            if self.dead {
                self.truncate(height);
                self.owned = RegSet::EMPTY;
                let results = self.block_type(ty).1;
                self.push_results(results);
            }
            return;
        }
        if !self.dead {
            self.place_values(at);
            self.transfer_to(label as LabelId);
        }
        let here = self.masm.pos();
        let label = &mut self.labels[label];
        label.at = Some(here);
        (self.valid, self.dirty) = (label.valid, label.dirty);
        let (chain, map) = (label.chain, label.map);
        self.pins.switch(map);
        self.masm.bind(chain);
        self.tested = None;
        self.dead = false;
        let around = self.controls[at].map;
        self.switch_pins(around);
        self.flushed_all = self.flushed_all.min(self.controls[at].flushed_all);
        self.controls.pop();
        self.truncate(height);
        self.owned = RegSet::EMPTY;
        self.temps = RegSet::EMPTY;
        self.flags_at = NONE;
        let results = self.block_type(ty).1;
        self.push_results(results);
    }

    /// Pushes values as they are behind a label or call: one in a register, several in slots.
    pub(super) fn push_results(&mut self, types: &[ValType]) {
        match *types {
            [ty] if ty != ValType::V128 => {
                let reg = result_reg(ty);
                self.push_reg(ty, reg);
            }
            _ => {
                for &ty in types {
                    self.push(ty, Value::Slot);
                }
            }
        }
    }

    fn end_function(&mut self) {
        let results = self.ty.results();
        let reached = self.labels[0].settled;
        if !self.dead {
            if reached {
                self.place_values(0);
            } else {
                self.emit_return();
            }
        }
        if reached {
            let chain = self.labels[0].chain;
            self.masm.bind(chain);
            self.labels[0].at = Some(self.masm.pos());
            self.truncate(0);
            self.owned = RegSet::EMPTY;
            self.temps = RegSet::EMPTY;
            self.flags_at = NONE;
            self.push_results(results);
            self.emit_return();
        }
        self.truncate(0);
        self.flushed = 0;
        self.owned = RegSet::EMPTY;
        self.controls.pop();
        self.dead = true;
    }

    /// Returns the results that are on the stack.
    fn emit_return(&mut self) {
        let results = self.ty.results();
        match *results {
            [] => {}
            [ty] => {
                let entry = self.pop();
                let reg = result_reg(ty);
                self.move_to(entry, reg);
                self.release(entry);
                self.store_reg(ty, Mem::slot(0), reg);
            }
            _ => {
                self.flush_top(results.len());
                let first = self.stack.len() - results.len();
                let from = self.slot_at(first);
                let slots: u32 = results.iter().map(|ty| ty.slots()).sum();
                self.copy_slots(from, 0, slots);
                let reg = result_reg(results[0]);
                self.load_reg(results[0], reg, Mem::slot(0));
            }
        }
        self.masm.ret();
    }

    /// Stores the top `count` entries to their home slots.
    pub(super) fn flush_top(&mut self, count: usize) {
        let first = self.stack.len() - count;
        for at in (first..self.stack.len()).rev() {
            let entry = self.stack[at];
            if entry.value != Value::Slot {
                self.store_entry(entry, Mem::slot(entry.slot));
            }
            match entry.value {
                Value::Reg(reg) => self.owned = self.owned.without(reg),
                Value::Local { local, below } => self.chains[local as usize] = below,
                _ => {}
            }
            self.stack[at].value = Value::Slot;
        }
    }

    /// Copies slots downwards. Changes `r11`.
    pub(super) fn copy_slots(&mut self, from: u32, to: u32, count: u32) {
        if from != to {
            for slot in 0..count {
                self.masm.load(Size::S64, Reg::R11, Mem::slot(from + slot));
                self.masm.store(8, Mem::slot(to + slot), Reg::R11);
            }
        }
    }

    /// Puts the values that a branch to the control at `at` carries where its label expects
    /// them. They stay on the stack. Leaves the flags alone.
    fn place_values(&mut self, at: usize) {
        let (count, first) = self.branch_values(at);
        let is_loop = self.controls[at].kind == FrameKind::Loop;
        match (count, first) {
            (0, _) => {}
            (1, Some(ty)) if !is_loop && ty != ValType::V128 => {
                let reg = result_reg(ty);
                let entry = self.pop();
                if entry.value != Value::Reg(reg) {
                    self.reserve(reg);
                    self.move_to(entry, reg);
                    self.release(entry);
                }
                self.push_reg(ty, reg);
            }
            _ => {
                self.flush_top(count);
                let from = self.slot_at(self.stack.len() - count);
                let to = self.slot_at(self.controls[at].height);
                let slots = self.next_slot_after(count) - from;
                self.copy_slots(from, to, slots);
            }
        }
    }

    /// The end of the top `count` entries.
    fn next_slot_after(&self, count: usize) -> u32 {
        debug_assert!(count > 0);
        let top = self.stack[self.stack.len() - 1];
        top.slot + top.ty.slots()
    }

    /// Whether a branch to the control at `at` moves values between slots.
    fn moves_slots(&self, at: usize) -> bool {
        let (count, first) = self.branch_values(at);
        let is_loop = self.controls[at].kind == FrameKind::Loop;
        count > 1 || (count == 1 && (is_loop || first == Some(ValType::V128)))
    }

    /// Makes the pins what a label expects, or settles that. Leaves the flags alone. The code that
    /// follows does not go on from here.
    fn transfer_to(&mut self, label: LabelId) {
        if let Some(transfer) = self.transfer(label) {
            self.emit_transfer(&transfer);
        }
    }

    /// What must happen on the way to a label; `None` if nothing. Settles a label that is not.
    fn transfer(&mut self, label: LabelId) -> Option<Transfer> {
        if label == 0 {
            // Nobody asks for locals when the function returns.
            self.labels[0].settled = true;
            return None;
        }
        let (valid, dirty) = (self.valid, self.dirty);
        let map = self.pins.current();
        let target = &mut self.labels[label as usize];
        if !target.settled {
            target.settled = true;
            (target.valid, target.dirty, target.map) = (valid, dirty, map);
            return None;
        }
        let to = target.map;
        let (wanted, is_bound) = (target.valid, target.at.is_some());
        let kept = wanted.and(valid).and(self.pins.same(map, to));
        let target = &mut self.labels[label as usize];
        let mut store = dirty.minus(kept);
        if is_bound {
            // What is stale there is settled.
            store = store.or(dirty.minus(target.dirty));
        } else {
            target.dirty = target.dirty.or(dirty.and(kept));
        }
        let load = wanted.minus(kept);
        (!store.is_empty() || !load.is_empty()).then_some(Transfer {
            store,
            from: map,
            load,
            to,
        })
    }

    pub(super) fn emit_transfer(&mut self, transfer: &Transfer) {
        self.store_pins(transfer.store, transfer.from);
        self.load_pins(transfer.load, transfer.to);
    }

    /// Jumps to a label whose values and pins are in place.
    pub(super) fn jump(&mut self, label: LabelId) {
        match self.labels[label as usize].at {
            Some(at) => self.masm.jmp_back(at),
            None => {
                let mut chain = self.labels[label as usize].chain;
                self.masm.jmp(&mut chain);
                self.labels[label as usize].chain = chain;
            }
        }
    }

    pub(super) fn compile_br(&mut self, depth: u32) {
        let at = self.controls.len() - 1 - depth as usize;
        if at == 0 {
            return self.compile_return();
        }
        self.place_values(at);
        let label = self.controls[at].label;
        self.transfer_to(label);
        self.jump(label);
        self.end_of_path();
    }

    pub(super) fn compile_return(&mut self) {
        self.emit_return();
        self.end_of_path();
    }

    pub(super) fn compile_unreachable(&mut self) {
        let at = self.masm.pos();
        self.trap_here(TrapCode::UnreachableCodeReached);
        debug_assert!(self.masm.pos() != at);
        self.end_of_path();
    }

    /// What follows cannot be reached.
    pub(super) fn end_of_path(&mut self) {
        self.dead = true;
        let height = self.controls.last().map_or(0, |control| control.height);
        self.truncate(height.min(self.stack.len()));
        self.owned = RegSet::EMPTY;
        self.temps = RegSet::EMPTY;
        self.flags_at = NONE;
    }

    pub(super) fn compile_br_if(&mut self, depth: u32) {
        let at = self.controls.len() - 1 - depth as usize;
        let cond = self.pop_condition();
        if self.moves_slots(at) {
            // The other path must not see the values moved.
            let mut over = Chain::default();
            self.jump_if(cond.negated(), &mut over);
            let saved = (self.stack.len(), self.flushed);
            let values: Vec<_> = self.stack[self.stack.len() - self.branch_values(at).0..].to_vec();
            self.place_values_apart(at, &values);
            debug_assert_eq!(saved.0, self.stack.len());
            let label = self.controls[at].label;
            self.transfer_to(label);
            self.jump(label);
            self.masm.bind(over);
            self.tested = None;
            return;
        }
        self.place_values(at);
        let label = self.controls[at].label;
        let transfer = self.transfer(label);
        match transfer {
            None => match self.labels[label as usize].at {
                Some(target) => self.jump_back_if(cond, target),
                None => {
                    let mut chain = self.labels[label as usize].chain;
                    self.jump_if(cond, &mut chain);
                    self.labels[label as usize].chain = chain;
                }
            },
            Some(transfer) => {
                let mut chain = Chain::default();
                self.jump_if(cond, &mut chain);
                self.cold.push(Cold::Transfer {
                    chain,
                    transfer,
                    label,
                });
            }
        }
    }

    /// Puts values where the label of the control at `at` expects them, on a path of its own: what
    /// is known of the stack stays as it is.
    fn place_values_apart(&mut self, at: usize, values: &[super::stack::Entry]) {
        let to = self.slot_at(self.controls[at].height);
        let from = values.first().map_or(to, |entry| entry.slot);
        // First to their own slots, for a local's slot may be overwritten else.
        for entry in values {
            if entry.value != Value::Slot {
                self.store_entry(*entry, Mem::slot(entry.slot));
            }
        }
        let slots = values.iter().map(|entry| entry.ty.slots()).sum();
        self.copy_slots(from, to, slots);
    }

    pub(super) fn compile_br_table(&mut self, table: &BrTable<'_>) {
        let targets: Vec<u32> = table
            .targets()
            .map(|target| target.expect("a valid body reads without errors"))
            .collect();
        let default = table.default();
        let index = self.pop();
        let default_at = self.controls.len() - 1 - default as usize;
        let (count, _) = self.branch_values(default_at);
        let moves = (0..=targets.len()).any(|i| {
            let depth = targets.get(i).copied().unwrap_or(default);
            self.moves_slots(self.controls.len() - 1 - depth as usize)
        });
        // The index goes to a register that no result is in.
        if index.value != Value::Reg(Reg::RCX) {
            self.reserve(Reg::RCX);
            self.move_to(index, Reg::RCX);
            self.release(index);
        }
        if moves {
            self.flush_top(count);
        } else {
            self.place_values(default_at);
        }
        let limit = targets.len() as i32;
        self.masm
            .alu(Alu::Cmp, Size::S32, Reg::RCX, Operand::Imm(limit));
        let mut chain = Chain::default();
        let default_stub = self.table_target(default, moves, count);
        self.masm.jcc(Cond::Ae, &mut chain);
        self.join(default_stub, chain);
        if !targets.is_empty() {
            let mut table_chain = Chain::default();
            self.masm.lea_data(Reg::R11, &mut table_chain);
            self.masm
                .lea_scaled(Size::S64, Reg::R11, Reg::R11, Reg::RCX, 2, 4);
            self.masm
                .load_extended(4, true, Size::S64, Reg::RCX, Mem::At(Reg::R11, -4));
            self.masm
                .alu(Alu::Add, Size::S64, Reg::R11, Operand::Reg(Reg::RCX));
            self.masm.jmp_reg(Reg::R11);
            self.masm.bind(table_chain);
            for &depth in &targets {
                let stub = self.table_target(depth, moves, count);
                self.masm.dword(0);
                let mut chain = Chain::default();
                self.link_into(stub, &mut chain);
            }
        }
        self.tables += 1;
        self.end_of_path();
    }

    /// How the present `br_table` reaches a label.
    fn table_target(&mut self, depth: u32, moves: bool, count: usize) -> TableTarget {
        let at = self.controls.len() - 1 - depth as usize;
        let label = self.controls[at].label;
        let (serial, stub) = self.labels[label as usize].table_stub;
        if serial == self.tables + 1 {
            return TableTarget::Stub(stub as usize);
        }
        let transfer = self.transfer(label);
        let from = self.slot_at(self.stack.len() - count);
        let to = self.slot_at(self.controls[at].height);
        let slots = if moves && count > 0 {
            self.next_slot_after(count) - from
        } else {
            0
        };
        let (_, first) = self.branch_values(at);
        let single = moves && !self.moves_slots(at);
        if transfer.is_none() && slots == 0 && self.labels[label as usize].at.is_none() {
            return TableTarget::Label(label);
        }
        let stub = self.cold.len();
        self.cold.push(Cold::TableTarget {
            chain: Chain::default(),
            transfer,
            label,
            copy: (from, to, slots),
            result: if single { first } else { None },
        });
        self.labels[label as usize].table_stub = (self.tables + 1, stub as u32);
        TableTarget::Stub(stub)
    }

    /// Links the field that ends here to a target.
    fn link_into(&mut self, target: TableTarget, _: &mut Chain) {
        match target {
            TableTarget::Label(label) => {
                let mut chain = self.labels[label as usize].chain;
                self.masm.sink.link(&mut chain);
                self.labels[label as usize].chain = chain;
            }
            TableTarget::Stub(stub) => {
                if let Cold::TableTarget { chain, .. } = &mut self.cold[stub] {
                    self.masm.sink.link(chain);
                }
            }
        }
    }

    /// Gives a target the one jump of `jump`.
    fn join(&mut self, target: TableTarget, jump: Chain) {
        debug_assert!(!jump.is_empty());
        // The jump was just emitted, so its field ends here.
        let mut unused = jump;
        self.link_into(target, &mut unused);
    }

    /// Takes the top entry as a condition: from the flags, or by comparing it with zero.
    pub(super) fn pop_condition(&mut self) -> Cond {
        let entry = self.pop();
        match entry.value {
            Value::Flags(cond) => cond,
            Value::Const(value) => {
                let reg = self.alloc(Class::Int);
                self.load_const(ValType::I32, reg, value);
                self.masm.test(Size::S32, reg, Operand::Reg(reg));
                self.release_reg(reg);
                Cond::Ne
            }
            _ => {
                self.compare_with_zero(entry, Size::S32);
                self.release(entry);
                Cond::Ne
            }
        }
    }

    /// Jumps to what `chain` awaits if `cond` holds.
    pub(super) fn jump_if(&mut self, cond: Cond, chain: &mut Chain) {
        match cond {
            Cond::FloatEq => {
                let skip = self.masm.skip_if(Cond::P);
                self.masm.jcc(Cond::E, chain);
                self.masm.land(skip);
            }
            Cond::FloatNe => {
                self.masm.jcc(Cond::P, chain);
                self.masm.jcc(Cond::Ne, chain);
            }
            cond => self.masm.jcc(cond, chain),
        }
    }

    fn jump_back_if(&mut self, cond: Cond, target: u32) {
        match cond {
            Cond::FloatEq => {
                let skip = self.masm.skip_if(Cond::P);
                self.masm.jcc_back(Cond::E, target);
                self.masm.land(skip);
            }
            Cond::FloatNe => {
                self.masm.jcc_back(Cond::P, target);
                self.masm.jcc_back(Cond::Ne, target);
            }
            cond => self.masm.jcc_back(cond, target),
        }
    }

    /// Traps here.
    fn trap_here(&mut self, code: TrapCode) {
        self.emit_trap(code, self.wasm_offset);
    }

    /// Emits a trap of the operator at `wasm_offset`.
    pub(super) fn emit_trap(&mut self, code: TrapCode, wasm_offset: u32) {
        if self.options.signals {
            let at = self.masm.pos();
            self.masm.ud2(code as u8);
            self.site_of(at, wasm_offset, SiteKind::Trap(code));
        } else {
            self.masm.mov_imm(Reg::RAX, code as u64);
            self.masm.call_stub(Stub::Trap);
            let at = self.masm.pos();
            self.site_of(at, wasm_offset, SiteKind::Call { frame_bytes: 0 });
        }
    }

    /// Lets `chain` lead to a trap of this operator.
    pub(super) fn cold_trap(&mut self, chain: Chain, code: TrapCode) {
        self.cold.push(Cold::Trap {
            chain,
            code,
            wasm_offset: self.wasm_offset,
        });
    }
}

/// Where an entry of a `br_table` leads.
#[derive(Copy, Clone)]
enum TableTarget {
    Label(LabelId),
    Stub(usize),
}

/// A type as a slice.
fn one_type(ty: ValType) -> &'static [ValType] {
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

/// Where a single result is.
pub(super) fn result_reg(ty: ValType) -> Reg {
    match class_of_type(ty) {
        Class::Int => Reg::RAX,
        Class::Float => Reg::XMM0,
    }
}
