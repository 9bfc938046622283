//! Lowering of blocks, and what holds where paths meet.
//!
//! At a block's entry all operands are brought into their home slots, so what a branch leaves
//! below those that it carries is right already. Behind a label all operands are in their home
//! slots, nothing is known of accumulators, and no instruction before it is taken back.

use selvedge_vm::types::ValType;
use wasmparser::{BlockType, FrameKind};

use super::branch::HeaderTest;
use super::pins::PinSet;
use super::scratch::LabelFixup;
use super::stack::Value;
use super::{Lowering, val_type};
use crate::Optimisations;

/// A label, counted outwards from the innermost block.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) struct Depth(pub u32);

/// A place in code to be completed when a label is bound.
#[derive(Copy, Clone, Debug)]
pub(super) enum Fixup {
    /// The branch at this position.
    Branch(u32),
    /// An entry of the branch table at this position.
    Table { pos: u32, entry: u32 },
}

/// A block being translated.
pub(super) struct Control<'a> {
    pub kind: FrameKind,
    pub params: &'a [ValType],
    pub results: &'a [ValType],
    /// Operands below the block's parameters.
    stack_len: usize,
    /// The home slot of the first parameter and of the first result.
    pub base: u32,
    /// For a loop: its header.
    pub header: u32,
    /// For an `if`: the branch to `else`.
    to_else: Option<u32>,
    /// The branches to the label, each with the pins that it has.
    pub fixups: Vec<LabelFixup>,
    /// The pins at the label.
    pub pins: PinSet,
    /// The pins behind the block.
    outer: PinSet,
    /// Whether the block's entry cannot be reached.
    dead: bool,
    /// For a loop: the branch out of it that it begins with.
    pub test: Option<HeaderTest>,
}

impl Control<'_> {
    /// The branch to the label that was emitted last is at `to` now, not at `from`.
    pub(super) fn move_branch(&mut self, from: u32, to: u32) {
        let last = self.fixups.last_mut();
        let (fixup, _) = last.expect("the branch waits for its label");
        assert!(matches!(fixup, Fixup::Branch(pos) if *pos == from));
        *fixup = Fixup::Branch(to);
    }

    /// The types that a branch to the label carries.
    pub(super) fn label_types(&self) -> &[ValType] {
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
    /// Opens the function's outermost block.
    pub(super) fn open_function(&mut self) {
        self.controls.push(Control {
            kind: FrameKind::Block,
            params: &[],
            results: self.ty.results(),
            stack_len: 0,
            base: self.frame_end,
            header: 0,
            to_else: None,
            fixups: self.spare.take_fixups(),
            pins: self.pins,
            outer: self.pins,
            dead: false,
            test: None,
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

    pub(super) fn open(&mut self, kind: FrameKind, ty: BlockType) {
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
            fixups: self.spare.take_fixups(),
            pins: self.pins,
            outer: self.pins,
            dead: self.dead,
            test: None,
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
        let outer = self.pins;
        let region = self.next_region();
        if self.dead {
            self.pins = region;
        } else {
            self.load_pins(region);
        }
        self.open(FrameKind::Loop, ty);
        let control = self.controls.last_mut().expect("opened above");
        control.outer = outer;
        self.count_loops(self.open_loops + 1);
        if !self.dead {
            self.count_passes();
        }
    }

    /// Notes how many loops are open: only code in loops is worth copies of handlers.
    fn count_loops(&mut self, open: u32) {
        self.open_loops = open;
        self.buffer.takes_turns = open > 0 && self.does(Optimisations::COPIES);
    }

    pub(super) fn lower_if(&mut self, ty: BlockType) {
        if self.dead {
            return self.open(FrameKind::If, ty);
        }
        let condition = self.pop();
        self.drop_accs();
        // Copies come between what a fused condition depends on and its branch. They leave
        // accumulators alone, and write home slots below those of the condition's operands only.
        let decision = self.decide(condition);
        self.settle_all();
        self.open(FrameKind::If, ty);
        self.branch_by(decision, true, Depth(0));
        // The branch goes to `else`, not to the label.
        let control = self.controls.last_mut().expect("opened above");
        match control.fixups.pop() {
            Some((Fixup::Branch(pos), _)) => control.to_else = Some(pos),
            other => unreachable!("an `if` begins with a branch, not {other:?}"),
        }
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
        self.pins = control.pins;
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
        let control = self.controls.pop().expect("validation balances `end`");
        // An `if` without `else` passes its parameters on.
        let joined = !control.fixups.is_empty() || control.to_else.is_some();
        if joined && !self.dead {
            self.settle_all();
        }
        if control.kind == FrameKind::Loop {
            self.count_loops(self.open_loops - 1);
            // Nothing branches here: a loop's label is its header.
            if self.dead {
                self.pins = control.outer;
            } else {
                self.load_pins(control.outer);
            }
        }
        let mut fixups = control.fixups;
        if let Some(pos) = control.to_else {
            fixups.push((Fixup::Branch(pos), control.pins));
        }
        if joined {
            let reached = !self.dead;
            self.bind(&fixups, control.pins, reached);
        }
        self.spare.leave_fixups(fixups);
        self.pins = control.outer;
        self.dead = control.dead || (self.dead && !joined);
        if self.dead {
            self.rewind(control.stack_len, &[]);
        } else if joined {
            self.rewind(control.stack_len, control.results);
        }
    }

    /// Makes the operands what they are at a label: those below `len`, and `types`, at home.
    pub(super) fn rewind(&mut self, len: usize, types: &[ValType]) {
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
        self.forget_vectors();
        self.counter = None;
    }

    pub(super) fn control(&mut self, depth: Depth) -> &mut Control<'a> {
        let at = self.controls.len() - 1 - depth.0 as usize;
        &mut self.controls[at]
    }

    /// Whether `depth` names a loop.
    pub(super) fn is_loop(&self, depth: Depth) -> bool {
        self.controls[self.controls.len() - 1 - depth.0 as usize].kind == FrameKind::Loop
    }
}
