//! The symbolic operand stack and the accumulators. Vectors are never in accumulators; what is
//! peculiar to them is in `vector`.

use selvedge_vm::ops::Int;
use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::{fields, fields32, halves};
use super::last::Last;
use crate::Optimisations;
use crate::exec::kind::{Kind, Pairs};
use crate::exec::row::{HasCode, Row};
use crate::exec::variable::{MOVES, MoveWide};

/// No position.
pub(super) const NONE: u32 = u32::MAX;

/// What holds an operand's value.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// The home slot.
    Home,
    /// The accumulator of its class, and nothing else yet.
    Acc,
    /// The local's slot.
    Local {
        index: u32,
        /// The next lower operand that stands for the same local, or `NONE`.
        below: u32,
    },
    /// Nothing: it is this constant.
    Const(u64),
    /// Nothing: it is the vector of this number among the function's constants.
    Vector(u32),
}

/// An operand on the symbolic stack.
#[derive(Copy, Clone, Debug)]
pub(super) struct Entry {
    pub ty: ValType,
    /// The slot that its height gives it.
    pub home: u32,
    pub value: Value,
}

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

/// A result that is in the accumulator only.
#[derive(Copy, Clone)]
pub(super) struct Pending {
    /// The entry.
    pub entry: u32,
    /// The instruction that made it.
    pub pos: u32,
    pub row: &'static Row,
}

/// An operand that went from an accumulator to its slot because the next instruction
/// needed the accumulator.
#[derive(Copy, Clone)]
pub(super) struct Flushed {
    /// The instruction that needed it.
    pub by: u32,
    /// The operand's slot.
    pub home: u32,
    /// The instruction that made it.
    pub pos: u32,
    pub row: &'static Row,
}

/// What an accumulator holds.
#[derive(Copy, Clone, Default)]
pub(super) struct Accumulator {
    /// An operand that is nowhere else.
    pub pending: Option<Pending>,
    /// A slot that holds the same value.
    pub cached: Option<u32>,
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

    /// The accumulator for values of type `ty`.
    pub(super) fn acc(&mut self, ty: ValType) -> &mut Accumulator {
        if ty.is_float() {
            &mut self.float_acc
        } else {
            &mut self.int_acc
        }
    }

    /// Pushes an operand.
    pub(super) fn push(&mut self, ty: ValType, value: Value) {
        let home = self.frame_end;
        self.stack.push(Entry { ty, home, value });
        self.frame_end += ty.slots();
        assert!(
            self.frame_end <= self.max_frame_end,
            "validation counted the operands"
        );
    }

    /// Pushes an operand that stands for local `index`.
    #[inline]
    pub(super) fn push_local(&mut self, index: u32) {
        let below = std::mem::replace(&mut self.chains[index as usize], self.stack.len() as u32);
        self.push(self.locals.get(index), Value::Local { index, below });
    }

    /// Pops an operand and says where it is.
    #[inline]
    pub(super) fn pop(&mut self) -> Operand {
        let entry = self.stack.pop().expect("validation checked the operands");
        self.frame_end = entry.home;
        self.settled = self.settled.min(self.stack.len());
        let slot = match entry.value {
            Value::Const(bits) => return Operand::constant(bits, entry.ty, entry.home),
            Value::Vector(number) => {
                return Operand {
                    place: Place::Vector(number),
                    home: entry.home,
                    in_slot: false,
                    ty: entry.ty,
                };
            }
            Value::Acc => {
                self.acc(entry.ty).pending = None;
                return Operand {
                    place: Place::Acc,
                    home: entry.home,
                    in_slot: false,
                    ty: entry.ty,
                };
            }
            Value::Home => entry.home,
            Value::Local { index, below } => {
                self.chains[index as usize] = below;
                let slot = self.layout.local(index);
                if let Some(n) = self.pins.find(index, entry.ty) {
                    return Operand {
                        place: Place::Pin(n),
                        home: slot,
                        in_slot: true,
                        ty: entry.ty,
                    };
                }
                slot
            }
        };
        let cached = self.acc(entry.ty).cached == Some(slot) && entry.ty != ValType::V128;
        let place = if cached {
            Place::Acc
        } else {
            Place::Slot(slot)
        };
        Operand {
            place,
            home: slot,
            in_slot: true,
            ty: entry.ty,
        }
    }

    /// Pops an operand into a slot.
    pub(super) fn pop_slot(&mut self) -> u32 {
        if self.stack.last().is_some_and(|e| e.value == Value::Acc) {
            self.settle(self.stack.len() - 1);
        }
        let operand = self.pop();
        self.slot_of(operand)
    }

    /// A slot that holds the operand, which is stored first if none does.
    pub(super) fn slot_of(&mut self, operand: Operand) -> u32 {
        if !operand.in_slot {
            self.emit_move(operand.home, operand.place, operand.ty);
        }
        operand.home
    }

    /// Drops the top operand.
    pub(super) fn discard(&mut self) {
        self.pop();
    }

    /// Drops operands down to `len`.
    pub(super) fn truncate(&mut self, len: usize) {
        while self.stack.len() > len {
            self.pop();
        }
    }

    /// Emits an instruction whose result of type `ty` is pushed, in the accumulator.
    /// `operands` leave field 0 of the first word to the destination.
    pub(super) fn emit_result(&mut self, row: &'static Row, ty: ValType, operands: &[u64]) -> u32 {
        let pending = self.acc(ty).pending;
        self.save_acc(ty);
        let pos = self.buffer.push(&row.acc, operands);
        self.flushed = pending.map(|pending| Flushed {
            by: pos,
            home: self.stack[pending.entry as usize].home,
            pos: pending.pos,
            row: pending.row,
        });
        let entry = self.stack.len() as u32;
        self.push(ty, Value::Acc);
        *self.acc(ty) = Accumulator {
            pending: Some(Pending { entry, pos, row }),
            cached: None,
        };
        let home = self.stack[entry as usize].home;
        if home > u32::from(u16::MAX) {
            // Out of reach for a later retargeting: store it now.
            self.emit_move(home, Place::Acc, ty);
            self.stack[entry as usize].value = Value::Home;
            *self.acc(ty) = Accumulator {
                pending: None,
                cached: Some(home),
            };
        } else if !self.optimisations.contains(Optimisations::ACCUMULATORS) {
            self.flush_acc(ty, false);
        }
        pos
    }

    /// Makes the accumulator of `ty` free: an operand that is only there gets its slot.
    pub(super) fn save_acc(&mut self, ty: ValType) {
        self.flush_acc(ty, false);
        self.acc(ty).cached = None;
    }

    /// Gives an operand that is only in the accumulator its slot; with `keep`, the
    /// accumulator holds it still.
    pub(super) fn flush_acc(&mut self, ty: ValType, keep: bool) {
        if let Some(Pending { entry, pos, row }) = self.acc(ty).pending.take() {
            let home = self.stack[entry as usize].home;
            self.buffer.retarget(pos, &row.slot, home as u16);
            self.stack[entry as usize].value = Value::Home;
            self.written(home);
            self.acc(ty).cached = keep.then_some(home);
            self.keep(pos);
        }
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

    /// Brings the operand at position `at` into its home slot. Operands above that
    /// stand for the same local must have been settled before.
    pub(super) fn settle(&mut self, at: usize) {
        let Entry { ty, home, value } = self.stack[at];
        match value {
            Value::Home => return,
            Value::Acc => return self.flush_acc(ty, true),
            Value::Local { index, below } => {
                debug_assert_eq!(
                    self.chains[index as usize], at as u32,
                    "settled from the top"
                );
                self.chains[index as usize] = below;
                let slot = self.layout.local(index);
                let pin = self.pins.find(index, ty);
                self.emit_move(home, pin.map_or(Place::Slot(slot), Place::Pin), ty);
            }
            Value::Const(bits) => self.emit_move(home, Place::Const(bits), ty),
            Value::Vector(number) => self.emit_move(home, Place::Vector(number), ty),
        }
        self.stack[at].value = Value::Home;
    }

    /// Brings all operands into their home slots.
    pub(super) fn settle_all(&mut self) {
        for at in (self.settled..self.stack.len()).rev() {
            self.settle(at);
        }
        self.settled = self.stack.len();
    }

    /// Saves the operands that stand for local `index`, which is about to change.
    pub(super) fn save_local(&mut self, index: u32) {
        let mut at = self.chains[index as usize];
        while at != NONE {
            self.settle(at as usize);
            at = self.chains[index as usize];
        }
    }

    /// Nothing is known of the accumulators any more (a label, a call).
    pub(super) fn forget_accs(&mut self) {
        debug_assert!(self.int_acc.pending.is_none() && self.float_acc.pending.is_none());
        self.int_acc.cached = None;
        self.float_acc.cached = None;
    }

    /// Whether nothing is known of the accumulators.
    pub(super) fn knows_no_acc(&self) -> bool {
        [&self.int_acc, &self.float_acc]
            .iter()
            .all(|acc| acc.pending.is_none() && acc.cached.is_none())
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

    /// Slot `slot` has a new value, which no accumulator is known to hold.
    pub(super) fn written(&mut self, slot: u32) {
        for acc in [&mut self.int_acc, &mut self.float_acc] {
            if acc.cached == Some(slot) {
                acc.cached = None;
            }
        }
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
