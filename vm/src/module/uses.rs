//! `UseCounter`: counts a body's uses of locals, per loop and together.
//!
//! Uses are counted in a table, by local. When a loop begins, the counts of the
//! code around it are set aside on a stack; when it ends, what it set aside
//! itself comes back into the table, which then tells all of the loop:
//!
//! ```text
//! | set aside outside loops | set aside in loop 1 | set aside in loop 3 |
//!                           ^ aside of loop 1     ^ aside of loop 3
//! ```
//!
//! A count is of one use at least and is set aside once, so the work is linear
//! in the uses and loops, however they are arranged.

mod classes;
mod hottest;

pub(crate) use classes::Class;

use classes::LocalClasses;
use hottest::Hottest;

use super::summary::{FuncSummary, RegionSummary, RegionTotals, SummaryFlags};

/// Counts uses of locals; reused from function to function.
#[derive(Default)]
pub(crate) struct UseCounter {
    classes: LocalClasses,
    /// By local; zero between functions.
    tallies: Vec<Tally>,
    /// The locals with uses in their tallies, each once.
    touched: Vec<u16>,
    /// The counts of open regions from before the last loop in them.
    aside: Vec<Aside>,
    /// What the loops that have ended pass on to the open regions around them.
    inherited: Vec<Inherited>,
    /// The locals with a weight, each once.
    weighted: Vec<u16>,
    /// The depth of control below the function's own block.
    depth: u32,
    open_loops: Vec<OpenLoop>,
    /// How many loops have begun.
    loops: usize,
    /// Whether the region that is being read calls.
    calls: bool,
    /// Whether a loop in it does.
    calls_within: bool,
    regions: Vec<RegionSummary>,
    /// How many counts have been moved or ranked: what hostile code must not multiply.
    visits: usize,
    flags: SummaryFlags,
}

/// How much a local is used.
#[derive(Copy, Clone, Default)]
struct Tally {
    /// Uses in the region that is being read, without those set aside.
    uses: u32,
    /// Uses in the region that ends, with those in the loops in it.
    total: u32,
    /// Whether one of the uses sets the local.
    written: bool,
    /// The weight of the uses in the regions that have ended.
    weight: u32,
}

/// A count that is set aside.
#[derive(Copy, Clone)]
struct Aside {
    local: u16,
    uses: u16,
    written: bool,
}

/// What a loop passes on of a local.
#[derive(Copy, Clone)]
struct Inherited {
    local: u16,
    written: bool,
    /// The uses, for the region around the loop.
    uses: u32,
}

struct OpenLoop {
    /// The depth of control at which it begins.
    depth: u32,
    /// How much was set aside for the regions around it.
    aside: usize,
    region: usize,
    /// How much was passed on to the regions around it.
    inherited: usize,
    /// Whether the region around it calls, and whether other loops in that do.
    outer_calls: bool,
    outer_calls_within: bool,
}

impl UseCounter {
    const MAX_LOOP_DEPTH: usize = 5;

    /// What a local weighs at least to be named for the whole function.
    const MIN_WEIGHT: u32 = 2;

    /// Bytes of working memory of one kind that are kept for the next function.
    const MAX_KEPT_BYTES: usize = 1 << 20;

    /// Begins a function, and forgets the one before if that turned out to be invalid.
    pub(crate) fn begin(&mut self) {
        for id in self.weighted.drain(..) {
            self.tallies[usize::from(id)].weight = 0;
        }
        for id in self.touched.drain(..) {
            let tally = &mut self.tallies[usize::from(id)];
            (tally.uses, tally.written) = (0, false);
        }
        self.classes.clear();
        clear(&mut self.inherited, Self::MAX_KEPT_BYTES);
        clear(&mut self.aside, Self::MAX_KEPT_BYTES);
        clear(&mut self.open_loops, Self::MAX_KEPT_BYTES);
        clear(&mut self.regions, Self::MAX_KEPT_BYTES);
        self.regions.push(RegionSummary::default());
        self.depth = 0;
        self.loops = 0;
        self.calls = false;
        self.calls_within = false;
        self.visits = 0;
        self.flags = SummaryFlags::empty();
    }

    /// Adds parameters or locals. Returns how many slots they take.
    pub(crate) fn declare(&mut self, count: u32, class: impl Into<Class>) -> u32 {
        let class = class.into();
        self.classes.push(count, class);
        if class == Class::Vector {
            self.flags |= SummaryFlags::V128;
            2 * count
        } else {
            count
        }
    }

    #[inline(always)]
    pub(crate) fn use_local(&mut self, local: u32) {
        if local < u32::from(FuncSummary::NO_LOCAL) {
            self.add_uses(local as u16, 1, false);
        }
    }

    #[inline(always)]
    pub(crate) fn set_local(&mut self, local: u32) {
        if local < u32::from(FuncSummary::NO_LOCAL) {
            self.add_uses(local as u16, 1, true);
        }
    }

    #[inline(always)]
    fn add_uses(&mut self, id: u16, uses: u32, written: bool) {
        let index = usize::from(id);
        if index >= self.tallies.len() {
            self.tallies.resize(index + 1, Tally::default());
        }
        let tally = &mut self.tallies[index];
        if tally.uses == 0 {
            self.touched.push(id);
        }
        tally.uses += uses;
        tally.written |= written;
    }

    /// Adds a call that returns here.
    pub(crate) fn call(&mut self, flags: SummaryFlags) {
        self.flags |= SummaryFlags::CALL | flags;
        self.calls = true;
    }

    /// Adds to what occurs in the body.
    pub(crate) fn note(&mut self, flags: SummaryFlags) {
        self.flags |= flags;
    }

    pub(crate) fn enter_block(&mut self) {
        self.depth += 1;
    }

    pub(crate) fn enter_loop(&mut self) {
        self.flags |= SummaryFlags::LOOP;
        self.depth += 1;
        self.loops += 1;
        if self.regions.len() < FuncSummary::MAX_REGIONS {
            self.regions.push(RegionSummary::default());
        }
        self.set_aside();
        self.open_loops.push(OpenLoop {
            depth: self.depth,
            aside: self.aside.len(),
            region: self.loops,
            inherited: self.inherited.len(),
            outer_calls: std::mem::take(&mut self.calls),
            outer_calls_within: std::mem::take(&mut self.calls_within),
        });
    }

    /// Leaves a block or loop.
    pub(crate) fn leave(&mut self) {
        if let Some(open) = self.open_loops.pop_if(|open| open.depth == self.depth) {
            let loop_depth = self.open_loops.len() + 1;
            self.end_region(open.region, open.aside, open.inherited, loop_depth);
            self.calls_within |= self.calls | open.outer_calls_within;
            self.calls = open.outer_calls;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// Moves all counts from the table to the stack.
    fn set_aside(&mut self) {
        self.visits += self.touched.len();
        for &local in &self.touched {
            let tally = &mut self.tallies[usize::from(local)];
            let written = std::mem::take(&mut tally.written);
            let mut left = std::mem::take(&mut tally.uses);
            while left > 0 {
                let uses = left.min(u16::MAX.into()) as u16;
                self.aside.push(Aside {
                    local,
                    uses,
                    written,
                });
                left -= u32::from(uses);
            }
        }
        self.touched.clear();
    }

    /// Moves the counts from `aside` on back to the table.
    fn take_back(&mut self, aside: usize) {
        self.visits += self.aside.len() - aside;
        while self.aside.len() > aside
            && let Some(aside) = self.aside.pop()
        {
            self.add_uses(aside.local, aside.uses.into(), aside.written);
        }
    }

    /// Ends `region`, which has set aside the counts from `aside` on, and in which loops have ended
    /// that passed on what is inherited from `inherited` on: writes its summary, and adds to the weights.
    #[inline(never)]
    fn end_region(&mut self, region: usize, aside: usize, inherited: usize, loop_depth: usize) {
        self.take_back(aside);
        let mut ints = Hottest::<4>::default();
        let mut floats = Hottest::<4>::default();
        let use_weight = 1 << (3 * loop_depth.min(Self::MAX_LOOP_DEPTH));
        self.visits += self.touched.len();
        for &id in &self.touched {
            let tally = &mut self.tallies[usize::from(id)];
            let uses = std::mem::take(&mut tally.uses);
            tally.total = uses;
            if tally.weight == 0 {
                self.weighted.push(id);
            }
            tally.weight = tally.weight.saturating_add(uses.saturating_mul(use_weight));
            match self.classes.get(id) {
                Class::Int => ints.add(id, uses),
                Class::Float => floats.add(id, uses),
                Class::Vector => {}
            }
        }
        let within = self.totals(inherited);
        if let Some(entry) = self.regions.get_mut(region) {
            *entry = RegionSummary {
                ints: ints.uses(),
                floats: floats.uses(),
                calls: self.calls,
                within,
            };
        }
    }

    /// What occurs in the region that ends and in the loops in it, which is passed on.
    fn totals(&mut self, inherited: usize) -> RegionTotals {
        let loops = self.inherited.len() > inherited;
        for i in inherited..self.inherited.len() {
            let Inherited {
                local,
                written,
                uses,
            } = self.inherited[i];
            let tally = &mut self.tallies[usize::from(local)];
            if tally.total == 0 {
                self.touched.push(local);
            }
            tally.total = tally.total.saturating_add(uses);
            tally.written |= written;
        }
        self.inherited.truncate(inherited);
        let mut ints = Hottest::<8>::default();
        let mut floats = Hottest::<7>::default();
        for &id in &self.touched {
            let total = self.tallies[usize::from(id)].total;
            match self.classes.get(id) {
                Class::Int => ints.add(id, total),
                Class::Float | Class::Vector => floats.add(id, total),
            }
        }
        let (ints, floats) = (ints.ids(1), floats.ids(1));
        let mut set = 0;
        for (bit, &local) in ints.iter().chain(&floats).enumerate() {
            if local != FuncSummary::NO_LOCAL {
                let Tally { total, written, .. } = self.tallies[usize::from(local)];
                set |= u16::from(written) << bit;
                self.inherited.push(Inherited {
                    local,
                    written,
                    uses: total.saturating_mul(2),
                });
            }
        }
        for id in self.touched.drain(..) {
            let tally = &mut self.tallies[usize::from(id)];
            (tally.total, tally.written) = (0, false);
        }
        RegionTotals {
            ints,
            floats,
            written: set,
            calls: self.calls | self.calls_within,
            loops,
        }
    }

    /// The summary of the function that was counted, whose loops have all been left.
    pub(crate) fn finish(&mut self, max_stack_values: u32, local_slots: u32) -> FuncSummary {
        let mut ints = Hottest::<8>::default();
        let mut floats = Hottest::<7>::default();
        let regions: Box<[_]> = if self.loops == 0 {
            // Most functions: uses are weights, so one ranking serves for all.
            let mut scalars = Hottest::<4>::default();
            for &id in &self.touched {
                let uses = self.tallies[usize::from(id)].uses;
                match self.classes.get(id) {
                    Class::Int => ints.add(id, uses),
                    Class::Float => {
                        floats.add(id, uses);
                        scalars.add(id, uses);
                    }
                    Class::Vector => floats.add(id, uses),
                }
            }
            let mut within = RegionTotals {
                ints: ints.ids(1),
                floats: floats.ids(1),
                written: 0,
                calls: self.calls,
                loops: false,
            };
            for (bit, &local) in within.ints.iter().chain(&within.floats).enumerate() {
                if local != FuncSummary::NO_LOCAL {
                    within.written |= u16::from(self.tallies[usize::from(local)].written) << bit;
                }
            }
            for id in self.touched.drain(..) {
                let tally = &mut self.tallies[usize::from(id)];
                (tally.uses, tally.written) = (0, false);
            }
            Box::new([RegionSummary {
                ints: ints.uses(),
                floats: scalars.uses(),
                calls: self.calls,
                within,
            }])
        } else {
            self.end_region(0, 0, 0, 0);
            for id in self.weighted.drain(..) {
                let weight = std::mem::take(&mut self.tallies[usize::from(id)].weight);
                match self.classes.get(id) {
                    Class::Int => ints.add(id, weight),
                    Class::Float | Class::Vector => floats.add(id, weight),
                }
            }
            self.regions.as_slice().into()
        };
        let slots_per_value = if self.flags.contains(SummaryFlags::V128) {
            2
        } else {
            1
        };
        FuncSummary {
            max_stack_slots: max_stack_values.saturating_mul(slots_per_value),
            local_slots,
            int_locals: ints.ids(Self::MIN_WEIGHT),
            float_locals: floats.ids(Self::MIN_WEIGHT),
            flags: self.flags,
            regions,
        }
    }
}

/// Empties `scratch`, and releases its memory if that is more than `max_kept_bytes`.
fn clear<T>(scratch: &mut Vec<T>, max_kept_bytes: usize) {
    scratch.clear();
    if scratch.capacity() * size_of::<T>() > max_kept_bytes {
        *scratch = Vec::new();
    }
}

#[cfg(test)]
mod tests;
