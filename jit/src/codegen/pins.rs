//! Pinned locals: which local each pin holds, and the traffic between pins and slots.

use selvedge_vm::module::FuncSummary;

use super::Codegen;
use super::stack::{NONE, Value, class_of_type};
use crate::masm::Mem;
use crate::regs::{Class, FLOAT_PINS, INT_PINS, Reg, RegSet, TEMPORARIES};

/// The locals that pins hold: a map at a time, of those that labels remember.
#[derive(Default)]
pub(super) struct Pins {
    maps: Vec<PinMap>,
    current: u32,
    /// By local, the pin that holds it in the current map.
    pin_of: Vec<Option<Reg>>,
}

/// The local that each register holds, or [`NONE`].
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) struct PinMap([u32; 32]);

impl PinMap {
    const EMPTY: Self = Self([NONE; 32]);

    pub(super) fn local(&self, pin: Reg) -> u32 {
        self.0[pin.index()]
    }
}

impl Pins {
    pub(super) fn clear(&mut self) {
        self.forget();
        self.maps.clear();
    }

    /// The current map's number.
    pub(super) fn current(&self) -> u32 {
        self.current
    }

    pub(super) fn map(&self, number: u32) -> &PinMap {
        &self.maps[number as usize]
    }

    /// Adds a map, and makes it the current one.
    fn begin(&mut self, map: PinMap, locals: usize) {
        if self.pin_of.len() < locals {
            self.pin_of.resize(locals, None);
        }
        self.maps.push(map);
        self.switch(self.maps.len() as u32 - 1);
    }

    fn switch(&mut self, number: u32) {
        self.forget();
        self.current = number;
        for (index, &local) in self.maps[number as usize].0.iter().enumerate() {
            if local != NONE {
                self.pin_of[local as usize] = Some(Reg::from_index(index as u32));
            }
        }
    }

    fn forget(&mut self) {
        if let Some(map) = self.maps.get(self.current as usize) {
            for &local in map.0.iter().filter(|&&local| local != NONE) {
                self.pin_of[local as usize] = None;
            }
        }
    }

    pub(super) fn pin(&self, local: u32) -> Option<Reg> {
        self.pin_of[local as usize]
    }
}

impl Codegen<'_> {
    /// Chooses the pins of the function.
    pub(super) fn choose_pins(&mut self) {
        let mut map = PinMap::EMPTY;
        let mut unpinned = TEMPORARIES;
        let mut choose = |locals: &[u16], pins: &[Reg], most: usize| {
            let mut locals = locals
                .iter()
                .take(most)
                .take_while(|&&local| local != FuncSummary::NO_LOCAL);
            for &pin in pins {
                match locals.next() {
                    Some(&local) => map.0[pin.index()] = local.into(),
                    None => unpinned = unpinned.with(pin),
                }
            }
        };
        let most = self.options.max_pins as usize;
        choose(&self.summary.int_locals, &INT_PINS, most);
        choose(&self.summary.float_locals, &FLOAT_PINS, most);
        self.allocatable = unpinned;
        self.pins.begin(map, self.locals.len());
    }

    /// All pins of the current map.
    pub(super) fn all_pins(&self) -> RegSet {
        let map = self.pins.map(self.pins.current());
        INT_PINS
            .into_iter()
            .chain(FLOAT_PINS)
            .filter(|&pin| map.local(pin) != NONE)
            .fold(RegSet::EMPTY, RegSet::with)
    }

    /// The pin that holds `local` now.
    pub(super) fn valid_pin(&self, local: u32) -> Option<Reg> {
        self.pins.pin(local).filter(|&pin| self.valid.contains(pin))
    }

    /// The pin of `local`, with its value. Leaves the flags alone.
    pub(super) fn pin_for_use(&mut self, local: u32) -> Option<Reg> {
        let pin = self.pins.pin(local)?;
        if !self.valid.contains(pin) {
            self.load_pin(pin, local);
            self.valid = self.valid.with(pin);
        }
        Some(pin)
    }

    fn load_pin(&mut self, pin: Reg, local: u32) {
        let ty = self.locals.get(local);
        let mem = Mem::slot(self.layout.local(local));
        self.load_reg(ty, pin, mem);
    }

    fn store_pin(&mut self, pin: Reg, local: u32) {
        let ty = self.locals.get(local);
        let mem = Mem::slot(self.layout.local(local));
        self.store_reg(ty, mem, pin);
    }

    /// Stores `pins` of the map `number` to their slots. Leaves the flags alone.
    pub(super) fn store_pins(&mut self, pins: RegSet, number: u32) {
        for pin in pins.iter() {
            let local = self.pins.map(number).local(pin);
            self.store_pin(pin, local);
        }
    }

    /// Loads `pins` of the map `number` from their slots. Leaves the flags alone.
    pub(super) fn load_pins(&mut self, pins: RegSet, number: u32) {
        for pin in pins.iter() {
            let local = self.pins.map(number).local(pin);
            self.load_pin(pin, local);
        }
    }

    /// Stores the pins whose slots are stale.
    pub(super) fn clean_pins(&mut self) {
        self.store_pins(self.dirty, self.pins.current());
        self.dirty = RegSet::EMPTY;
    }

    /// The pin that the next operator sets, if that may be done early.
    pub(super) fn hint(&self, class: Class) -> Option<Reg> {
        let (&opcode, rest) = self.rest.split_first()?;
        if opcode != 0x21 && opcode != 0x22 {
            return None;
        }
        let local = read_leb(rest)?;
        let pin = self.pins.pin(local)?;
        (pin.class() == class && self.options.hints && self.chains[local as usize] == NONE)
            .then_some(pin)
    }

    /// Saves the entries that stand for `local`, which is about to change.
    pub(super) fn save_local(&mut self, local: u32) {
        let mut at = std::mem::replace(&mut self.chains[local as usize], NONE);
        while at != NONE {
            let entry = self.stack[at as usize];
            let Value::Local { below, .. } = entry.value else {
                unreachable!("the chain of a local is of entries that stand for it")
            };
            let class = class_of_type(entry.ty);
            let free = self
                .allocatable
                .minus(self.owned)
                .minus(self.temps)
                .class(class);
            match free.first() {
                Some(reg) => {
                    self.move_to(entry, reg);
                    self.stack[at as usize].value = Value::Reg(reg);
                    self.owned = self.owned.with(reg);
                    self.owners[reg.index()] = at;
                }
                None => {
                    self.store_entry(entry, Mem::slot(entry.slot));
                    self.stack[at as usize].value = Value::Slot;
                }
            }
            at = below;
        }
    }
}

/// The unsigned number in LEB128 at the beginning of `bytes`.
fn read_leb(bytes: &[u8]) -> Option<u32> {
    let mut value = 0;
    for (i, &byte) in bytes.iter().take(5).enumerate() {
        value |= u32::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
