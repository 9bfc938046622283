//! Pinned locals: which local each pin holds, and the traffic between pins and slots.
//!
//! The pins are chosen again at every loop, by what it and the loops in it use most
//! (`RegionTotals`); a local that is pinned already keeps its register. Behind the loop they are what
//! they were before. How many pins there are is the same in all of a function.

use selvedge_vm::module::{FuncSummary, RegionTotals};

use super::Codegen;
use super::stack::{NONE, Value, class_of_type};
use crate::masm::Mem;
use crate::regs::{FLOAT_PINS, INT_PINS, Reg, RegSet, TEMPORARIES};

/// The locals that pins hold: a map at a time, of those that labels remember.
#[derive(Default)]
pub(super) struct Pins {
    maps: Vec<PinMap>,
    current: u32,
    /// By local, the pin that holds it in the current map.
    pin_of: Vec<Option<Reg>>,
}

/// The local that each pin holds, or [`PinMap::NONE`]: those of integers, then those of floats.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) struct PinMap([u16; PINS]);

const PINS: usize = INT_PINS.len() + FLOAT_PINS.len();

/// The pins in the order of a [`PinMap`].
const ALL: [Reg; PINS] = {
    let mut all = [INT_PINS[0]; PINS];
    let mut i = 0;
    while i < PINS {
        all[i] = if i < INT_PINS.len() {
            INT_PINS[i]
        } else {
            FLOAT_PINS[i - INT_PINS.len()]
        };
        i += 1;
    }
    all
};

/// The pins as a set.
const ALL_PINS: RegSet = {
    let mut set = RegSet::EMPTY;
    let mut i = 0;
    while i < PINS {
        set = set.with(ALL[i]);
        i += 1;
    }
    set
};

/// By register, its place in a [`PinMap`].
const PLACES: [u8; 32] = {
    let mut places = [u8::MAX; 32];
    let mut i = 0;
    while i < PINS {
        places[ALL[i].index()] = i as u8;
        i += 1;
    }
    places
};

impl PinMap {
    const NONE: u16 = FuncSummary::NO_LOCAL;
    const EMPTY: Self = Self([Self::NONE; PINS]);

    /// The local that `pin` holds.
    pub(super) fn local(&self, pin: Reg) -> u32 {
        self.0[PLACES[pin.index()] as usize].into()
    }

    /// The pins that hold the same local in both maps.
    fn same(&self, other: &Self) -> RegSet {
        let pairs = self.0.iter().zip(&other.0);
        ALL.iter()
            .zip(pairs)
            .filter(|(_, (ours, theirs))| ours == theirs && **ours != Self::NONE)
            .fold(RegSet::EMPTY, |set, (&pin, _)| set.with(pin))
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

    /// The pins that hold the same in both maps, or if that is one map, all.
    pub(super) fn same(&self, a: u32, b: u32) -> RegSet {
        if a == b {
            return ALL_PINS;
        }
        self.map(a).same(self.map(b))
    }

    /// Adds a map, and makes it the current one.
    fn begin(&mut self, map: PinMap, locals: usize) {
        if self.pin_of.len() < locals {
            self.pin_of.resize(locals, None);
        }
        self.maps.push(map);
        self.switch(self.maps.len() as u32 - 1);
    }

    /// Makes another map the current one.
    pub(super) fn switch(&mut self, number: u32) {
        if number == self.current && self.maps.len() > 1 {
            return;
        }
        self.forget();
        self.current = number;
        for (&pin, &local) in ALL.iter().zip(&self.maps[number as usize].0) {
            if local != PinMap::NONE {
                self.pin_of[usize::from(local)] = Some(pin);
            }
        }
    }

    fn forget(&mut self) {
        if let Some(map) = self.maps.get(self.current as usize) {
            for &local in map.0.iter().filter(|&&local| local != PinMap::NONE) {
                if let Some(pin) = self.pin_of.get_mut(usize::from(local)) {
                    *pin = None;
                }
            }
        }
    }

    #[inline(always)]
    pub(super) fn pin(&self, local: u32) -> Option<Reg> {
        self.pin_of[local as usize]
    }
}

impl<'a> Codegen<'a> {
    /// The pins for integers. Code that counts has what it may spend in the last.
    fn int_pins(&self) -> &'static [Reg] {
        match self.options.counts {
            true => &INT_PINS[..INT_PINS.len() - 1],
            false => &INT_PINS,
        }
    }

    /// Chooses the pins of the code outside loops, and how many there are in all.
    pub(super) fn choose_pins(&mut self) {
        let most = self.options.max_pins as usize;
        let count = |locals: &[u16], pins: usize| {
            let named = locals.iter().take_while(|&&local| local != PinMap::NONE);
            named.count().min(pins).min(most)
        };
        let int_pins = self.int_pins();
        let ints = count(&self.summary.int_locals, int_pins.len());
        let floats = count(&self.summary.float_locals, FLOAT_PINS.len());
        let unused = int_pins[ints..].iter().chain(&FLOAT_PINS[floats..]);
        self.allocatable = unused.fold(TEMPORARIES, |set, &pin| set.with(pin));
        let mut map = PinMap::EMPTY;
        let within = self.summary.regions[0].within;
        map.0[..ints].copy_from_slice(&within.ints[..ints]);
        map.0[INT_PINS.len()..][..floats].copy_from_slice(&within.floats[..floats]);
        self.pins.current = 0;
        self.pins.maps.clear();
        self.pins.begin(map, self.locals.count());
    }

    /// Chooses the pins of a loop that begins here. Stores those whose registers get another meaning.
    pub(super) fn choose_pins_of_loop(&mut self, within: &RegionTotals) {
        let current = *self.pins.map(self.pins.current());
        let int_pins = self.int_pins();
        let mut map = current;
        let mut choose = |wanted: &[u16], first: usize, pins: &[Reg]| {
            let used = pins
                .iter()
                .take_while(|pin| !self.allocatable.contains(**pin))
                .count();
            let wanted = &wanted[..used.min(wanted.len())];
            let held = &current.0[first..first + used];
            // Clean pins go first, then those that are used least: the last.
            let mut victims: Vec<usize> = (0..used)
                .filter(|&i| held[i] == PinMap::NONE || !wanted.contains(&held[i]))
                .collect();
            victims.sort_by_key(|&i| (self.dirty.contains(pins[i]), std::cmp::Reverse(i)));
            let mut victims = victims.into_iter();
            for &local in wanted {
                if local != PinMap::NONE
                    && !held.contains(&local)
                    && let Some(victim) = victims.next()
                {
                    map.0[first + victim] = local;
                }
            }
        };
        choose(&within.ints, 0, int_pins);
        choose(&within.floats, INT_PINS.len(), &FLOAT_PINS);
        if map != current {
            let next = self.pins.maps.len() as u32;
            self.pins.maps.push(map);
            self.switch_pins(next);
        }
    }

    /// Makes the map `number` the current one: what changes its meaning is stored first.
    pub(super) fn switch_pins(&mut self, number: u32) {
        let current = self.pins.current();
        if number == current {
            return;
        }
        let same = self.pins.same(current, number);
        self.store_pins(self.dirty.minus(same), current);
        self.dirty = self.dirty.and(same);
        self.valid = self.valid.and(same);
        self.pins.switch(number);
    }

    /// The pins of the locals that a loop uses most, and of those that are set in it.
    pub(super) fn pins_of_loop(&self, within: &RegionTotals) -> (RegSet, RegSet) {
        let (mut used, mut written) = (RegSet::EMPTY, RegSet::EMPTY);
        for (bit, &local) in within.ints.iter().chain(&within.floats).enumerate() {
            if local != PinMap::NONE
                && let Some(pin) = self.pins.pin(local.into())
            {
                used = used.with(pin);
                if within.written >> bit & 1 != 0 {
                    written = written.with(pin);
                }
            }
        }
        (used, written)
    }

    /// The pin that holds `local` now.
    pub(super) fn valid_pin(&self, local: u32) -> Option<Reg> {
        self.pins.pin(local).filter(|&pin| self.valid.contains(pin))
    }

    /// The pin of `local`, with its value. Leaves the flags alone.
    #[inline(always)]
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
                    self.kept.forget(reg);
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
