//! Branches: the values that they carry, and the pins that their labels expect.

use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::ValType;
use wasmparser::{BrTable, FrameKind};

use super::Codegen;
use super::cold::{Cold, Transfer};
use super::control::LabelId;
use super::function::result_reg;
use super::stack::{Entry, NONE, Value};
use crate::masm::{Alu, Cond, Mem, Operand, Size};
use crate::regs::{Class, Reg, RegSet};
use crate::sink::Chain;

impl Codegen<'_> {
    /// Puts the values that a branch to the control at `at` carries where its label expects
    /// them. They stay on the stack. Leaves the flags alone.
    pub(super) fn place_values(&mut self, at: usize) {
        let (count, first) = self.branch_values(at);
        let is_loop = self.controls[at].kind == FrameKind::Loop;
        match (count, first) {
            (0, _) => {}
            (1, Some(ty)) if !is_loop => {
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
        let (count, _) = self.branch_values(at);
        let is_loop = self.controls[at].kind == FrameKind::Loop;
        count > 1 || (count == 1 && is_loop)
    }

    /// Makes the pins what a label expects, or settles that. Leaves the flags alone. The code that
    /// follows does not go on from here.
    pub(super) fn transfer_to(&mut self, label: LabelId) {
        if let Some(transfer) = self.transfer(label) {
            self.emit_transfer(&transfer);
        }
    }

    /// What must happen on the way to a label; `None` if nothing. Settles a label that is not.
    pub(super) fn transfer(&mut self, label: LabelId) -> Option<Transfer> {
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
        self.emit_trap(TrapCode::UnreachableCodeReached, self.wasm_offset);
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
            let values: Vec<_> = self.stack[self.stack.len() - self.branch_values(at).0..].to_vec();
            self.place_values_apart(at, &values);
            let label = self.controls[at].label;
            self.transfer_to(label);
            self.jump(label);
            self.masm.bind(over);
            self.forget_registers();
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
    fn place_values_apart(&mut self, at: usize, values: &[Entry]) {
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
        // The index is in a register that no result is in; `entry` is for what the table says.
        let (index, entry) = match index.value {
            Value::Reg(reg) if reg != Reg::RAX || count == 0 => (reg, reg),
            Value::Local { local, .. } if let Some(pin) = self.pin_for_use(local) => {
                self.reserve(Reg::RCX);
                (pin, Reg::RCX)
            }
            _ => {
                self.reserve(Reg::RCX);
                self.move_to(index, Reg::RCX);
                self.release(index);
                (Reg::RCX, Reg::RCX)
            }
        };
        if moves {
            self.flush_top(count);
        } else {
            self.place_values(default_at);
        }
        let limit = targets.len() as i32;
        self.masm
            .alu(Alu::Cmp, Size::S32, index, Operand::Imm(limit));
        let mut chain = Chain::default();
        let default_stub = self.table_target(default, moves, count);
        self.masm.jcc(Cond::Ae, &mut chain);
        self.link_into(default_stub);
        if !targets.is_empty() {
            let mut table_chain = Chain::default();
            self.masm.lea_data(Reg::R11, &mut table_chain);
            self.masm.load_table_entry(entry, Reg::R11, index);
            self.masm
                .alu(Alu::Add, Size::S64, entry, Operand::Reg(Reg::R11));
            self.masm.jmp_reg(entry);
            self.masm.bind(table_chain);
            let start = self.masm.pos();
            self.jump_tables.push((start, targets.len() as u32));
            for &depth in &targets {
                let stub = self.table_target(depth, moves, count);
                self.masm.dword(0);
                self.link_into(stub);
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
    fn link_into(&mut self, target: TableTarget) {
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
}

/// Where an entry of a `br_table` leads.
#[derive(Copy, Clone)]
enum TableTarget {
    Label(LabelId),
    Stub(usize),
}
