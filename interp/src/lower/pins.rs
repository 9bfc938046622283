//! Pinned locals: the hottest locals of a region are held in registers as well.
//!
//! A region is the code of one loop without the loops in it, or the code outside all
//! loops. Every write of a pinned local goes to its slot too, so slots are always
//! current: nothing is to be saved at calls, traps and labels, and an operand in
//! a pinned local may be read from its slot. Registers are loaded where a region
//! is entered: before a loop's header, and behind a loop. A branch between
//! regions goes to loads before the label, or by way of loads at the function's end.

use selvedge_vm::module::{FuncSummary, LocalUses, RegionSummary, SummaryFlags};
use selvedge_vm::types::ValType;

use super::Lowering;
use super::control::Fixup;
use super::emit::fields;
use super::stack::NONE;
use crate::Optimisations;
use crate::exec::Op;
use crate::exec::branch::{Br, Forward};
use crate::exec::row::{Code, HasCode};
use crate::exec::variable::{FPin, Pin};

/// The locals that the registers hold; `NONE` where a register holds nothing.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) struct PinSet {
    ints: [u32; 2],
    floats: [u32; 3],
}

impl PinSet {
    /// No local in a register.
    pub const EMPTY: Self = Self {
        ints: [NONE; 2],
        floats: [NONE; 3],
    };

    /// The register that holds local `index` of type `ty`.
    #[inline]
    pub fn find(&self, index: u32, ty: ValType) -> Option<u8> {
        let registers: &[u32] = if ty.is_float() {
            &self.floats
        } else {
            &self.ints
        };
        let at = registers.iter().position(|&local| local == index)?;
        Some(at as u8)
    }

    /// Whether the registers hold what `other` wants.
    fn covers(&self, other: &Self) -> bool {
        fn all(have: &[u32], want: &[u32]) -> bool {
            have.iter()
                .zip(want)
                .all(|(have, want)| have == want || *want == NONE)
        }
        all(&self.ints, &other.ints) && all(&self.floats, &other.floats)
    }

    /// The set for a region entered with `self`, whose uses are `region`.
    fn for_region(&self, region: &RegionSummary) -> Self {
        let floats = if region.calls {
            // A call leaves nothing in float registers.
            [NONE; 3]
        } else {
            choose(self.floats, &region.floats)
        };
        Self {
            ints: choose(self.ints, &region.ints),
            floats,
        }
    }
}

/// What loading registers at a region's entry must save in uses to be worth it.
const MIN_GAIN: u32 = 3;

/// The registers of one class for a region with the uses `uses`, most used first, entered
/// with `held` in them. A register keeps its local if that is wanted, or nothing else is.
fn choose<const N: usize>(held: [u32; N], uses: &[LocalUses; 4]) -> [u32; N] {
    let local = |u: &LocalUses| u32::from(u.local);
    let used = || {
        uses.iter()
            .filter(|u| u.local != FuncSummary::NO_LOCAL && u.uses >= 2)
    };
    let wanted = |index: u32| used().take(N).any(|u| local(u) == index);
    let uses_of = |index: u32| {
        used()
            .find(|u| local(u) == index)
            .map_or(0, |u| u32::from(u.uses))
    };
    let mut registers = held;
    for u in used().take(N) {
        if held.contains(&local(u)) {
            continue;
        }
        let free = (0..N)
            .filter(|&at| !wanted(registers[at]))
            .min_by_key(|&at| (uses_of(registers[at]), registers[at] != NONE));
        if let Some(at) = free {
            registers[at] = local(u);
        }
    }
    let total = |set: &[u32; N]| set.iter().map(|&index| uses_of(index)).sum::<u32>();
    if total(&registers) < total(&held) + MIN_GAIN {
        return held;
    }
    registers
}

/// Words of an unconditional branch, the only branch that code can end with.
const BR_WORDS: u32 = Br::<Forward>::LEN as u32;

/// A branch to a label with other pins: it goes by way of loads at the function's end.
#[derive(Copy, Clone, Debug)]
pub(super) struct Detour {
    pub from: Fixup,
    pub have: PinSet,
    pub want: PinSet,
    /// The word of the label.
    pub label: u32,
}

impl Lowering<'_> {
    /// Whether locals are pinned in this function at all.
    pub(super) fn pins_locals(&self) -> bool {
        self.optimisations.contains(Optimisations::PINS)
    }

    /// The pins for all of a function.
    pub(super) fn hottest(summary: &FuncSummary) -> PinSet {
        let local = |id: u16| {
            if id == FuncSummary::NO_LOCAL {
                NONE
            } else {
                u32::from(id)
            }
        };
        let [a, b, ..] = summary.int_locals;
        let [x, y, z, ..] = summary.float_locals;
        let floats = if summary.flags.contains(SummaryFlags::CALL) {
            [NONE; 3]
        } else {
            [x, y, z].map(local)
        };
        PinSet {
            ints: [a, b].map(local),
            floats,
        }
    }

    /// The pins of the next region, in the order of the validator, entered from here.
    pub(super) fn next_region(&mut self) -> PinSet {
        let at = self.regions_seen;
        self.regions_seen += 1;
        let inner = at > 0 && !self.optimisations.contains(Optimisations::LOOP_PINS);
        match self.regions.get(at) {
            Some(_) if !self.pins_locals() => PinSet::EMPTY,
            Some(_) if at == 0 && !self.optimisations.contains(Optimisations::LOOP_PINS) => {
                self.hottest
            }
            Some(region) if !inner => self.pins.for_region(region),
            // Floats do not survive calls; integers do.
            Some(region) if region.calls => PinSet {
                floats: [NONE; 3],
                ..self.pins
            },
            Some(_) => self.pins,
            None => PinSet::EMPTY,
        }
    }

    /// The slots of the pinned integer locals; 0 for registers that hold nothing.
    pub(super) fn pin_slots(&self) -> [u16; 2] {
        self.pins.ints.map(|local| self.pin_slot(local))
    }

    /// The slots of the pinned float locals; 0 for registers that hold nothing.
    pub(super) fn float_pin_slots(&self) -> [u16; 3] {
        self.pins.floats.map(|local| self.pin_slot(local))
    }

    fn pin_slot(&self, local: u32) -> u16 {
        if local == NONE {
            0
        } else {
            self.layout.local(local) as u16
        }
    }

    /// Emits loads that make the registers hold `want`.
    pub(super) fn load_pins(&mut self, want: PinSet) {
        let have = self.pins;
        self.pins = want;
        self.emit_loads(&have, &want);
    }

    /// As [`load_pins`](Self::load_pins), for integer registers that a function's entry has
    /// loaded.
    pub(super) fn load_float_pins(&mut self) {
        let have = PinSet {
            floats: [NONE; 3],
            ..self.pins
        };
        let want = self.pins;
        self.emit_loads(&have, &want);
    }

    fn emit_loads(&mut self, have: &PinSet, want: &PinSet) {
        let [first, second] =
            [0, 1].map(|at| want.ints[at] != have.ints[at] && want.ints[at] != NONE);
        let code: Option<&'static Code> = match (first, second) {
            (false, false) => None,
            (true, false) => Some(Pin::<true, false>::PINNED),
            (false, true) => Some(Pin::<false, true>::PINNED),
            (true, true) => Some(Pin::<true, true>::PINNED),
        };
        if let Some(code) = code {
            let [a, b] = want.ints.map(|local| self.pin_slot(local));
            self.buffer.push(code, &[fields(a, b, 0, 0)]);
        }
        let floats_missing =
            (0..3).any(|at| want.floats[at] != NONE && want.floats[at] != have.floats[at]);
        if floats_missing {
            let [a, b, c] = want.floats.map(|local| self.pin_slot(local));
            self.buffer.push(FPin::PINNED, &[fields(a, b, c, 0)]);
        }
        if code.is_some() || floats_missing {
            self.last = None;
            self.counter = None;
        }
    }

    /// Binds the branches `from`, each with the pins it has, to a label here that wants
    /// `want`. `reached` says whether code falls through to it, with those pins.
    pub(super) fn bind(&mut self, from: &[(Fixup, PinSet)], want: PinSet, reached: bool) {
        debug_assert!(!reached || self.pins.covers(&want));
        let reached = reached || self.fall_through(from, want);
        let before = self.buffer.here();
        let mut lacking = from
            .iter()
            .map(|&(_, have)| have)
            .filter(|have| !have.covers(&want));
        if !reached && let Some(first) = lacking.next() {
            // What suffices for one may not for another.
            let same = lacking.all(|have| have == first);
            self.pins = if same { first } else { PinSet::EMPTY };
            self.load_pins(want);
        }
        self.pins = want;
        let label = self.buffer.here();
        for &(fixup, have) in from {
            if matches!(fixup, Fixup::Branch(pos) if pos == label) {
                // Removed by `fall_through`.
            } else if have.covers(&want) {
                self.complete(fixup, label);
            } else if reached {
                self.detours.push(Detour {
                    from: fixup,
                    have,
                    want,
                    label,
                });
            } else {
                self.complete(fixup, before);
            }
        }
    }

    /// Removes the branch that code ends with, if it is one of `from` and goes to a label
    /// here with the pins `want`. Says whether there was one. Nothing else leads here.
    fn fall_through(&mut self, from: &[(Fixup, PinSet)], want: PinSet) -> bool {
        let here = self.buffer.here();
        let ends_code = |fixup| matches!(fixup, Fixup::Branch(pos) if pos + BR_WORDS == here);
        let Some(&(Fixup::Branch(pos), have)) = from
            .iter()
            .find(|&&(fixup, have)| ends_code(fixup) && have.covers(&want))
        else {
            return false;
        };
        self.buffer.truncate(pos);
        self.pins = have;
        true
    }

    /// Lets the branch `fixup`, which has the pins `have`, go to the loop header `label`, which
    /// wants `want`.
    pub(super) fn bind_back(&mut self, fixup: Fixup, have: PinSet, want: PinSet, label: u32) {
        if have.covers(&want) {
            self.complete(fixup, label);
        } else {
            self.detours.push(Detour {
                from: fixup,
                have,
                want,
                label,
            });
        }
    }

    fn complete(&mut self, fixup: Fixup, label: u32) {
        match fixup {
            Fixup::Branch(pos) => self.buffer.set_target(pos, label),
            Fixup::Table { pos, entry } => self.buffer.set_table_target(pos, entry, label),
        }
    }

    /// Emits the loads for branches between regions, at the function's end.
    pub(super) fn emit_detours(&mut self) {
        let mut detours = std::mem::take(&mut self.detours);
        detours.sort_by_key(|detour| detour.label);
        let mut previous: Option<(u32, PinSet, u32)> = None;
        for detour in detours.drain(..) {
            let at = match previous {
                Some((label, have, at)) if label == detour.label && have == detour.have => at,
                _ => {
                    let at = self.buffer.here();
                    self.pins = detour.have;
                    self.load_pins(detour.want);
                    let pos = self.buffer.push(Br::<Forward>::CODE, &[0]);
                    self.buffer.set_target(pos, detour.label);
                    previous = Some((detour.label, detour.have, at));
                    at
                }
            };
            self.complete(detour.from, at);
        }
        self.detours = detours;
    }
}
