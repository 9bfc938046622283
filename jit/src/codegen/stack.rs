//! The symbolic operand stack and the registers of its entries.

use selvedge_vm::types::ValType;

use super::Codegen;
use crate::masm::{Cond, Mem, Size};
use crate::regs::{Class, Reg, RegSet};

/// Stands for no entry.
pub(super) const NONE: u32 = u32::MAX;

/// Where an operand is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Value {
    /// In its home slot.
    Slot,
    /// In a register: its own, or a pin that one of the next operators sets.
    Reg(Reg),
    /// A constant, in the form of a slot.
    Const(u64),
    /// The constant vector with this number.
    Vector(u32),
    /// The present value of a local; `below` is the next entry down that stands for it.
    Local { local: u32, below: u32 },
    /// 1 if the flags say so, else 0.
    Flags(Cond),
}

/// An entry of the operand stack.
#[derive(Copy, Clone, Debug)]
pub(super) struct Entry {
    pub(super) value: Value,
    pub(super) ty: ValType,
    /// If the value is in a register, a local that has the same value now, or [`NO_COPY`].
    pub(super) copy_of: u16,
    /// The home slot.
    pub(super) slot: u32,
}

/// Stands for no local.
pub(super) const NO_COPY: u16 = u16::MAX;

impl Entry {
    pub(super) fn size(&self) -> Size {
        size_of_type(self.ty)
    }

    pub(super) fn class(&self) -> Class {
        class_of_type(self.ty)
    }

    /// The constant, if it is one.
    pub(super) fn constant(&self) -> Option<u64> {
        match self.value {
            Value::Const(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is a constant of any type.
    pub(super) fn is_constant(&self) -> bool {
        matches!(self.value, Value::Const(_) | Value::Vector(_))
    }

    pub(super) fn mem(&self) -> Mem {
        Mem::slot(self.slot)
    }
}

pub(super) fn size_of_type(ty: ValType) -> Size {
    match ty {
        ValType::I32 | ValType::F32 => Size::S32,
        _ => Size::S64,
    }
}

pub(super) fn class_of_type(ty: ValType) -> Class {
    match ty {
        ValType::F32 | ValType::F64 | ValType::V128 => Class::Float,
        _ => Class::Int,
    }
}

impl Codegen<'_> {
    /// The home slot of the next entry.
    #[inline(always)]
    fn next_slot(&self) -> u32 {
        match self.stack.last() {
            Some(top) => top.slot + top.ty.slots(),
            None => self.layout.operands(),
        }
    }

    /// The home slot of the entry at `position`, which may be the next one.
    pub(super) fn slot_at(&self, position: usize) -> u32 {
        match self.stack.get(position) {
            Some(entry) => entry.slot,
            None => self.next_slot(),
        }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, ty: ValType, value: Value) {
        let slot = self.next_slot();
        let at = self.stack.len() as u32;
        match value {
            Value::Reg(reg) if self.allocatable.contains(reg) => {
                debug_assert!(!self.owned.contains(reg), "{reg:?} has an owner");
                self.owned = self.owned.with(reg);
                self.temps = self.temps.without(reg);
                self.owners[reg.index()] = at;
            }
            Value::Local { local, .. } => self.chains[local as usize] = at,
            Value::Flags(_) => self.flags_at = at,
            _ => {}
        }
        self.stack.push(Entry {
            value,
            ty,
            copy_of: NO_COPY,
            slot,
        });
    }

    /// Pushes a result that is in `reg`.
    pub(super) fn push_reg(&mut self, ty: ValType, reg: Reg) {
        self.push(ty, Value::Reg(reg));
    }

    pub(super) fn push_const(&mut self, ty: ValType, value: u64) {
        self.push(ty, Value::Const(value));
    }

    /// Takes the top entry off. Its register becomes the operator's.
    #[inline(always)]
    pub(super) fn pop(&mut self) -> Entry {
        let entry = self.stack.pop().expect("a valid body pops what it pushed");
        self.flushed = self.flushed.min(self.stack.len());
        self.flushed_all = self.flushed_all.min(self.stack.len());
        match entry.value {
            Value::Reg(reg) if self.owned.contains(reg) => {
                self.owned = self.owned.without(reg);
                self.temps = self.temps.with(reg);
            }
            Value::Local { local, below } => self.chains[local as usize] = below,
            Value::Flags(_) => self.flags_at = NONE,
            _ => {}
        }
        entry
    }

    /// Drops all entries from `height` on.
    pub(super) fn truncate(&mut self, height: usize) {
        while self.stack.len() > height {
            let entry = self.pop();
            self.release(entry);
        }
    }

    /// Gives the register of a popped entry back.
    pub(super) fn release(&mut self, entry: Entry) {
        if let Value::Reg(reg) = entry.value {
            self.temps = self.temps.without(reg);
        }
    }

    /// Gives back a register of the operator.
    pub(super) fn release_reg(&mut self, reg: Reg) {
        self.temps = self.temps.without(reg);
    }

    /// The registers that belong to nobody.
    pub(super) fn free(&self) -> RegSet {
        self.allocatable.minus(self.owned).minus(self.temps)
    }

    /// A register for the operator.
    pub(super) fn alloc(&mut self, class: Class) -> Reg {
        self.alloc_except(class, RegSet::EMPTY)
    }

    /// A register for the operator that is not one of `except`.
    pub(super) fn alloc_except(&mut self, class: Class, except: RegSet) -> Reg {
        let reg = match self.free().minus(except).class(class).first() {
            Some(reg) => reg,
            None => {
                let deepest = self
                    .owned
                    .minus(except)
                    .class(class)
                    .iter()
                    .min_by_key(|reg| self.owners[reg.index()])
                    .expect("an operator has fewer operands than there are registers");
                self.spill(self.owners[deepest.index()] as usize);
                deepest
            }
        };
        self.kept.forget(reg);
        self.temps = self.temps.with(reg);
        reg
    }

    /// Makes `reg` the operator's; an entry that has it gets another, or goes to its slot. An
    /// operand of the operator must not be in it.
    pub(super) fn reserve(&mut self, reg: Reg) {
        debug_assert!(!self.temps.contains(reg), "{reg:?} is in use");
        self.kept.forget(reg);
        if self.owned.contains(reg) {
            let at = self.owners[reg.index()];
            match self.free().class(reg.class()).first() {
                Some(other) => {
                    let entry = self.stack[at as usize];
                    self.move_reg(entry.ty, other, reg);
                    self.kept.forget(other);
                    self.stack[at as usize].value = Value::Reg(other);
                    self.owned = self.owned.without(reg).with(other);
                    self.owners[other.index()] = at;
                }
                None => self.spill(at as usize),
            }
        }
        self.temps = self.temps.with(reg);
    }

    /// Stores the entry at `at`, which is in a register, to its slot.
    fn spill(&mut self, at: usize) {
        let entry = self.stack[at];
        let Value::Reg(reg) = entry.value else {
            unreachable!("only registers are spilled")
        };
        self.store_reg(entry.ty, entry.mem(), reg);
        self.stack[at].value = Value::Slot;
        self.owned = self.owned.without(reg);
    }

    /// Stores all entries that are in registers to their slots.
    pub(super) fn spill_registers(&mut self) {
        for reg in self.owned.iter() {
            self.spill(self.owners[reg.index()] as usize);
        }
    }

    /// Stores all entries to their slots, but for a result in the pin that the next operator sets.
    pub(super) fn spill_all(&mut self) {
        let awaits_set = matches!(
            self.stack.last(),
            Some(Entry { value: Value::Reg(pin), .. }) if !self.allocatable.contains(*pin)
        );
        if !awaits_set {
            self.flush(false);
        }
    }

    /// Stores every entry that is not in its home slot there, but not constants unless told so.
    /// Leaves the flags alone.
    pub(super) fn flush(&mut self, constants: bool) {
        let from = if constants {
            self.flushed_all
        } else {
            self.flushed
        };
        for at in from..self.stack.len() {
            let entry = self.stack[at];
            if entry.value != Value::Slot && (constants || !entry.is_constant()) {
                self.store_entry(entry, entry.mem());
                // Other paths to a label behind may not store a constant.
                if !entry.is_constant() {
                    self.stack[at].value = Value::Slot;
                }
            }
            if let Value::Local { local, .. } = entry.value {
                self.chains[local as usize] = NONE;
            }
        }
        self.owned = RegSet::EMPTY;
        self.flushed = self.stack.len();
        if constants {
            self.flushed_all = self.stack.len();
        }
    }

    /// If an entry is in the flags, takes it into a register, unless it is the top one and `keep_top`.
    #[inline(always)]
    pub(super) fn settle_flags(&mut self, keep_top: bool) {
        if self.flags_at == NONE || (keep_top && self.flags_at as usize + 1 == self.stack.len()) {
            return;
        }
        self.take_from_flags();
    }

    fn take_from_flags(&mut self) {
        let at = std::mem::replace(&mut self.flags_at, NONE) as usize;
        let Value::Flags(cond) = self.stack[at].value else {
            unreachable!("the flags belong to an entry")
        };
        let reg = self.alloc(Class::Int);
        self.materialise_flags(cond, reg);
        self.stack[at].value = Value::Reg(reg);
        self.temps = self.temps.without(reg);
        self.owned = self.owned.with(reg);
        self.owners[reg.index()] = at as u32;
    }

    /// Checks that registers belong to whom they should.
    pub(super) fn check_registers(&self) {
        // To look at all entries after each operator would be quadratic.
        const NEAR: usize = 64;
        let near = self.stack.len().saturating_sub(NEAR).max(self.flushed);
        let mut flags = 0;
        for (at, entry) in self.stack.iter().enumerate().skip(near) {
            match entry.value {
                Value::Reg(reg) if self.allocatable.contains(reg) => {
                    assert!(self.owned.contains(reg), "at {:#x}", self.wasm_offset);
                    assert_eq!(self.owners[reg.index()] as usize, at, "{reg:?}");
                }
                Value::Reg(pin) => {
                    // A second operand may be above it.
                    assert!(at + 2 >= self.stack.len(), "{pin:?} awaits `local.set`");
                }
                Value::Flags(_) => flags += 1,
                _ => {}
            }
        }
        assert!(flags <= 1, "the flags are of one entry");
        if !self.dead {
            for reg in self.owned.iter() {
                let at = self.owners[reg.index()] as usize;
                assert!(at >= self.flushed, "{reg:?}");
                assert_eq!(self.stack[at].value, Value::Reg(reg));
            }
        }
        assert!(
            self.dirty.minus(self.valid).is_empty(),
            "dirty pins are valid"
        );
        let canonical = |entry: &Entry| entry.value == Value::Slot || entry.is_constant();
        let near = self.flushed.saturating_sub(8);
        assert!(self.stack[near..self.flushed].iter().all(canonical));
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
}
