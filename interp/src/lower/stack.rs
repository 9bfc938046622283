//! The symbolic operand stack and the accumulators. Vectors are never in accumulators; what is
//! peculiar to them is in `vector`.

use selvedge_vm::types::ValType;

use super::Lowering;
use super::operand::{Operand, Place};
use crate::Optimisations;
use crate::exec::row::Row;

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

impl Lowering<'_> {
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

    /// Slot `slot` has a new value, which no accumulator is known to hold.
    pub(super) fn written(&mut self, slot: u32) {
        for acc in [&mut self.int_acc, &mut self.float_acc] {
            if acc.cached == Some(slot) {
                acc.cached = None;
            }
        }
    }
}
