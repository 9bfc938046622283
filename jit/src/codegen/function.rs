//! Where a function begins, ends and returns.

use selvedge_vm::types::ValType;
use wasmparser::{BlockType, FrameKind};

use super::Codegen;
use super::cold::Cold;
use super::stack::{NONE, Value, class_of_type};
use crate::masm::{Cond, Mem};
use crate::regs::{Class, Reg, RegSet};
use crate::sink::Chain;

impl Codegen<'_> {
    /// Begins the function.
    pub(super) fn begin(&mut self) {
        self.masm.align(16);
        self.start = self.masm.pos();
        self.choose_pins();
        self.enter(FrameKind::Block, BlockType::Empty);
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
        let locals = self.locals.count() as u32;
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
                run = slot + self.locals.get(local).slots();
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

    pub(super) fn end_function(&mut self) {
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
    pub(super) fn emit_return(&mut self) {
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
                // A vector is looked for in its slots.
                if results[0] != ValType::V128 {
                    let reg = result_reg(results[0]);
                    self.load_reg(results[0], reg, Mem::slot(0));
                }
            }
        }
        self.masm.ret();
    }

    /// Pushes values as they are behind a label or call: one in a register, several in slots.
    pub(super) fn push_results(&mut self, types: &[ValType]) {
        match *types {
            [ty] => {
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
}

/// Where a single result is.
pub(super) fn result_reg(ty: ValType) -> Reg {
    match class_of_type(ty) {
        Class::Int => Reg::RAX,
        Class::Float => Reg::XMM0,
    }
}
