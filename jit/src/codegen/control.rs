//! Blocks, loops and functions, and the state of registers where paths meet.
//!
//! At a label the operands below are in their home slots or constants, and one result is in
//! `rax` or `xmm0`, several in their slots. Which pins are valid there is settled by the
//! first branch to it, or at a loop's header; every other path loads and stores what differs. On
//! a conditional branch that happens in a stub behind the code, so that the path that goes on
//! has nothing to do with it.

use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::{FuncType, ValType};
use wasmparser::{BlockType, FrameKind};

use super::Codegen;
use super::cold::Cold;
use super::stack::{NONE, Value};
use crate::masm::Cond;
use crate::regs::RegSet;
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
    pub(super) settled: bool,
    /// The valid pins.
    pub(super) valid: RegSet,
    /// The valid pins whose slots may be stale.
    pub(super) dirty: RegSet,
    /// The map of pins.
    pub(super) map: u32,
    /// The stub that the present `br_table` reaches it by, with the number of the table.
    pub(super) table_stub: (u32, u32),
}

/// A block, loop, `if`, `else` or function.
pub(super) struct Control {
    pub(super) kind: FrameKind,
    /// The height of the operand stack below the parameters.
    pub(super) height: usize,
    ty: BlockType,
    /// Where branches to it lead.
    pub(super) label: LabelId,
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
    /// Forgets what registers hold that belong to nobody: paths meet, or they have been changed.
    pub(super) fn forget_registers(&mut self) {
        self.tested = None;
        self.kept.forget_all();
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
    pub(super) fn branch_values(&self, at: usize) -> (usize, Option<ValType>) {
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
    pub(super) fn enter(&mut self, kind: FrameKind, ty: BlockType) -> usize {
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
        self.forget_registers();
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
        if self.options.resumes {
            self.cold.push(Cold::Poll {
                chain,
                back: self.masm.pos(),
                wasm_offset: self.wasm_offset,
                valid: self.valid,
                dirty: self.dirty,
                map: self.pins.current(),
            });
        } else {
            self.cold_trap(chain, TrapCode::Interrupt);
        }
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
        self.begin_else(at);
    }

    /// Ends the first side of an `if`, and begins the other one with the parameters.
    fn begin_else(&mut self, at: usize) {
        if !self.dead {
            self.fall_into(at);
        }
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
        self.forget_registers();
        self.dead = false;
        let ty = self.controls[at].ty;
        for &ty in self.block_type(ty).0 {
            self.push(ty, Value::Slot);
        }
        self.flushed = self.stack.len();
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
        let mut without_else = Chain::default();
        let label = self.controls[at].label as usize;
        if self.controls[at].kind == FrameKind::If
            && !self.dead
            && !self.labels[label].settled
            && self.num_params(self.controls[at].ty) == 0
        {
            // There is no `else`: as the pins are at the `if`, so they are behind it, and that way
            // needs no code.
            let control = &self.controls[at];
            without_else = control.else_chain;
            let target = &mut self.labels[label];
            target.settled = true;
            (target.valid, target.dirty, target.map) = control.at_if;
        } else if self.controls[at].kind == FrameKind::If {
            // There is no `else`: results are the parameters.
            self.begin_else(at);
        }
        let is_loop = self.controls[at].kind == FrameKind::Loop;
        let (height, ty) = (self.controls[at].height, self.controls[at].ty);
        if is_loop {
            // Nothing leads here but the code before.
            let map = self.controls[at].map;
            self.controls.pop();
            if !self.dead {
                self.switch_pins(map);
            }
            // What was not pinned may be now.
            self.kept.forget_all();
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
        self.masm.bind(without_else);
        self.forget_registers();
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
