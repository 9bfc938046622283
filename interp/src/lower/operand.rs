//! Operands as instructions take them, and copies of them.
//!
//! A popped operand is in one place, and may be in a slot as well; [`Lowering::choose`] makes it what
//! a handler takes. Copies leave the accumulators' values. Slots that a field cannot name are copied to
//! scratch slots first, which are taken in turn.

use selvedge_vm::ops::Int;
use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::{fields, fields32, halves};
use crate::Optimisations;
use crate::exec::kind::{Kind, Pairs};
use crate::exec::row::{HasCode, Row};
use crate::exec::variable::{MOVES, MoveWide};

/// Where an instruction can take an operand from.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum Place {
    Slot(u32),
    Acc,
    /// The register of a pinned local, whose slot holds the value too.
    Pin(u8),
    Const(u64),
    /// A constant vector.
    Vector(u32),
}

/// A popped operand.
#[derive(Copy, Clone, Debug)]
pub(super) struct Operand {
    pub place: Place,
    /// A slot for the value.
    pub home: u32,
    /// Whether that slot holds it.
    pub in_slot: bool,
    pub ty: ValType,
}

impl Operand {
    /// A constant, which `home` is free for.
    pub fn constant(bits: u64, ty: ValType, home: u32) -> Self {
        Self {
            place: Place::Const(bits),
            home,
            in_slot: false,
            ty,
        }
    }

    /// A value in slot `slot`.
    pub fn slot(slot: u32, ty: ValType) -> Self {
        Self {
            place: Place::Slot(slot),
            home: slot,
            in_slot: true,
            ty,
        }
    }
}

/// The kind of pinned local `n`.
pub(super) fn pin_kind(n: u8) -> Kind {
    [Kind::P0, Kind::P1, Kind::P2][usize::from(n)]
}

/// The forms in which an instruction may hold a constant: its kind, if it fits.
pub(super) type ConstantForm = fn(ValType, u64) -> Option<Kind>;

/// Constants of integer operations: 32 bits, sign-extended, or all bits in word 2; floats always
/// in word 2.
pub(super) fn value_constant(ty: ValType, bits: u64) -> Option<Kind> {
    if to_imm(ty, bits).is_some() {
        Some(Kind::I)
    } else {
        Some(Kind::K)
    }
}

/// The immediate that stands for the integer constant `bits` of type `ty`, if one does.
pub(super) fn to_imm(ty: ValType, bits: u64) -> Option<i32> {
    match ty {
        ValType::I32 => u32::to_imm(bits),
        ValType::F32 | ValType::F64 => None,
        _ => u64::to_imm(bits),
    }
}

impl Lowering<'_> {
    /// The entry of `table` for two operands. What it has no entry for is taken from a
    /// slot instead, and stored there first if it must be.
    pub(super) fn choose<T>(
        &mut self,
        table: &Pairs<T>,
        constants: ConstantForm,
        a: &mut Operand,
        b: &mut Operand,
    ) -> (&'static T, Kind, Kind) {
        loop {
            let (left, right) = (self.kinds(constants, a), self.kinds(constants, b));
            for x in left.into_iter().flatten() {
                for y in right.into_iter().flatten() {
                    if let Some(entry) = table[x as usize][y as usize] {
                        self.to_slot_if(a, x);
                        self.to_slot_if(b, y);
                        return (entry, x, y);
                    }
                }
            }
            // Never both are in a slot already: every table has an entry for that.
            let operand = if b.in_slot { &mut *a } else { &mut *b };
            assert!(!operand.in_slot, "a table has an entry for two slots");
            let slot = self.slot_of(*operand);
            *operand = Operand::slot(slot, operand.ty);
        }
    }

    /// The kinds that an operand can be had as, best first.
    pub(super) fn kinds(&self, constants: ConstantForm, operand: &Operand) -> [Option<Kind>; 2] {
        let slot = operand.in_slot.then_some(Kind::S);
        match operand.place {
            Place::Slot(_) => [slot, None],
            Place::Acc => [Some(Kind::A), slot],
            Place::Pin(n) => [Some(pin_kind(n)), slot],
            // Zero is what operators without a second operand are compared with.
            Place::Const(bits)
                if bits == 0 || self.optimisations.contains(Optimisations::IMMEDIATES) =>
            {
                let form = constants(operand.ty, bits);
                [form, (form == Some(Kind::I)).then_some(Kind::K)]
            }
            Place::Const(_) | Place::Vector(_) => [None, None],
        }
    }

    fn to_slot_if(&self, operand: &mut Operand, kind: Kind) {
        if kind == Kind::S {
            operand.place = Place::Slot(operand.home);
        }
    }

    /// A slot that holds the operand, which is stored first if none does.
    pub(super) fn slot_of(&mut self, operand: Operand) -> u32 {
        if !operand.in_slot {
            self.emit_move(operand.home, operand.place, operand.ty);
        }
        operand.home
    }

    /// Emits a copy of a value of type `ty` to slot `to`. Leaves the accumulators' values.
    pub(super) fn emit_move(&mut self, to: u32, from: Place, ty: ValType) {
        if from == Place::Slot(to) {
            return;
        }
        if ty == ValType::V128 {
            self.emit_vector_move(to, from);
            return;
        }
        self.emit_move_word(to, from, ty);
        self.written(to);
        self.last = None;
    }

    fn emit_move_word(&mut self, to: u32, from: Place, ty: ValType) {
        let Ok(narrow) = u16::try_from(to) else {
            let slot = match from {
                Place::Slot(slot) => slot,
                other => {
                    let scratch = self.take_scratch();
                    self.emit_move_word(scratch, other, ty);
                    scratch
                }
            };
            self.buffer.push(MoveWide::CODE, &[halves(to, slot)]);
            return;
        };
        if let Place::Slot(slot) = from
            && slot > u32::from(u16::MAX)
        {
            self.buffer.push(MoveWide::CODE, &[halves(to, slot)]);
            return;
        }
        // The bits of a float constant may be short.
        let float = ty.is_float() && !matches!(from, Place::Const(_));
        let (row, words, len) = self.move_of(narrow, from, float);
        self.buffer.push(&row.slot, &words[..len]);
    }

    /// The row of a copy to slot `to`, with its words. Far slots have been ruled out.
    fn move_of(&self, to: u16, from: Place, float: bool) -> (&'static Row, [u64; 2], usize) {
        let rows = &MOVES[usize::from(float)];
        let (kind, words, len) = match from {
            Place::Slot(slot) => (Kind::S, [fields(to, slot as u16, 0, 0), 0], 1),
            Place::Acc => (Kind::A, [fields(to, 0, 0, 0), 0], 1),
            Place::Pin(n) => (pin_kind(n), [fields(to, 0, 0, 0), 0], 1),
            Place::Const(bits) => match u32::try_from(bits) {
                Ok(low) if !float => (Kind::I, [fields32(to, 0, low), 0], 1),
                _ => (Kind::K, [fields(to, 0, 0, 0), bits], 2),
            },
            Place::Vector(_) => unreachable!("a vector is no scalar"),
        };
        let row = rows[kind as usize].expect("values of every kind can be copied");
        (row, words, len)
    }

    /// Copies a value to local `index`, in its slot and, if it is pinned, its register.
    pub(super) fn write_local(&mut self, index: u32, from: Place, ty: ValType) {
        let slot = self.layout.local(index);
        match self.pins.find(index, ty) {
            Some(n) => {
                let (row, words, len) = self.move_of(slot as u16, from, ty.is_float());
                let code = row.pins.get(usize::from(n));
                self.buffer
                    .push(code.expect("copies go to every register"), &words[..len]);
                self.written(slot);
                self.last = None;
            }
            None => self.emit_move(slot, from, ty),
        }
    }

    /// A slot number that fits a field: far slots are copied to a scratch slot first.
    pub(super) fn near(&mut self, slot: u32) -> u16 {
        u16::try_from(slot).unwrap_or_else(|_| {
            let scratch = self.take_scratch();
            self.buffer.push(MoveWide::CODE, &[halves(scratch, slot)]);
            scratch as u16
        })
    }

    fn take_scratch(&mut self) -> u32 {
        let first = self.first_scratch();
        self.scratch = (self.scratch + 1) % selvedge_vm::frame::SCRATCH_SLOTS;
        first + self.scratch
    }

    /// Two scratch slots, the first of which is returned.
    pub(super) fn take_scratch_pair(&mut self) -> u32 {
        let first = self.first_scratch();
        let pair = (self.scratch + 1).next_multiple_of(2) % selvedge_vm::frame::SCRATCH_SLOTS;
        self.scratch = pair + 1;
        first + pair
    }

    fn first_scratch(&self) -> u32 {
        let scratch = self.layout.scratch();
        scratch.expect("only wide functions have far slots")
    }
}
