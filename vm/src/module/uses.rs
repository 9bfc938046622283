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

use wasmparser::ValType;

use super::summary::{FuncSummary, LocalUses, RegionSummary, RegionTotals, SummaryFlags};

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

/// Where a local may be pinned.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// Integers and references.
    Int,
    Float,
    Vector,
}

impl From<ValType> for Class {
    fn from(ty: ValType) -> Self {
        match ty {
            ValType::I32 | ValType::I64 | ValType::Ref(_) => Self::Int,
            ValType::F32 | ValType::F64 => Self::Float,
            ValType::V128 => Self::Vector,
        }
    }
}

impl From<crate::types::ValType> for Class {
    fn from(ty: crate::types::ValType) -> Self {
        if ty.is_float() {
            Self::Float
        } else if ty == crate::types::ValType::V128 {
            Self::Vector
        } else {
            Self::Int
        }
    }
}

/// The classes of a function's locals: of the first 64 at hand, and of all as
/// runs of equal ones, since a declaration may stand for many locals.
#[derive(Default)]
struct LocalClasses {
    /// Bit by bit which of the first locals are floats, and which vectors.
    first_floats: u64,
    first_vectors: u64,
    /// The class of a run and the first local after it.
    runs: Vec<(u32, Class)>,
}

impl LocalClasses {
    fn clear(&mut self) {
        self.first_floats = 0;
        self.first_vectors = 0;
        self.runs.clear();
    }

    fn push(&mut self, count: u32, class: Class) {
        if count == 0 {
            return; // Such declarations are not limited, runs are.
        }
        let start = self.runs.last().map_or(0, |&(end, _)| end);
        if class != Class::Int && start < 64 {
            let below = |end: u32| 1_u64.checked_shl(end).map_or(u64::MAX, |bit| bit - 1);
            let bits = below(start + count) & !below(start);
            match class {
                Class::Float => self.first_floats |= bits,
                _ => self.first_vectors |= bits,
            }
        }
        match self.runs.last_mut() {
            Some((end, last)) if *last == class => *end += count,
            _ => self.runs.push((start + count, class)),
        }
    }

    /// The class of a local that has been declared.
    #[inline(always)]
    fn get(&self, id: u16) -> Class {
        if id >= 64 {
            return self.search(id);
        }
        match (self.first_floats >> id & 1, self.first_vectors >> id & 1) {
            (0, 0) => Class::Int,
            (1, _) => Class::Float,
            _ => Class::Vector,
        }
    }

    #[inline(never)]
    fn search(&self, id: u16) -> Class {
        let run = self.runs.partition_point(|&(end, _)| end <= id.into());
        self.runs[run].1
    }
}

/// The `N` heaviest locals so far, heaviest first; of equal ones the lower ids.
///
/// A local is the number `weight << 16 | !id`, and no local 0, so that the greater number comes first.
struct Hottest<const N: usize>([u64; N]);

impl<const N: usize> Default for Hottest<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> Hottest<N> {
    #[inline(always)]
    fn add(&mut self, id: u16, weight: u32) {
        let new = u64::from(weight) << 16 | u64::from(!id);
        if new < self.0[N - 1] {
            return;
        }
        let mut at = N - 1;
        while at > 0 && self.0[at - 1] < new {
            self.0[at] = self.0[at - 1];
            at -= 1;
        }
        self.0[at] = new;
    }

    /// The locals that weigh at least `min_weight`.
    fn ids(&self, min_weight: u32) -> [u16; N] {
        self.0.map(|place| match place >> 16 {
            weight if weight >= u64::from(min_weight) => !(place as u16),
            _ => FuncSummary::NO_LOCAL,
        })
    }

    /// The first `M` with their weights, which are numbers of uses.
    fn uses<const M: usize>(&self) -> [LocalUses; M] {
        const { assert!(M <= N) };
        std::array::from_fn(|i| LocalUses {
            local: !(self.0[i] as u16),
            uses: (self.0[i] >> 16).min(u16::MAX.into()) as u16,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: LocalUses = LocalUses::NONE;

    fn uses(local: u16, uses: u16) -> LocalUses {
        LocalUses { local, uses }
    }

    /// A function with these runs of locals.
    fn counter(locals: &[(u32, ValType)]) -> UseCounter {
        let mut counter = UseCounter::default();
        counter.begin();
        for &(count, ty) in locals {
            counter.declare(count, ty);
        }
        counter
    }

    #[test]
    fn the_most_used_come_first_and_of_equals_the_lower() {
        let mut counter = counter(&[(6, ValType::I32)]);
        for (local, times) in [(5, 2), (4, 1), (3, 2), (2, 1), (1, 3), (0, 1)] {
            (0..times).for_each(|_| counter.use_local(local));
        }
        let summary = counter.finish(0, 6);
        let expected = [uses(1, 3), uses(3, 2), uses(5, 2), uses(0, 1)];
        assert_eq!(summary.regions[0].ints, expected);
        assert_eq!(summary.int_locals[..4], [1, 3, 5, FuncSummary::NO_LOCAL]);
    }

    #[test]
    fn classes_are_told_apart_at_the_ends_of_runs() {
        let mut counter = counter(&[
            (1, ValType::F64),
            (0, ValType::I32),
            (1, ValType::F32),
            (1, ValType::EXTERNREF),
            (1, ValType::I64),
            (1, ValType::V128),
            (1, ValType::F32),
        ]);
        (0..6).for_each(|local| counter.use_local(local));
        let summary = counter.finish(0, 7);
        let region = &summary.regions[0];
        assert_eq!(region.ints, [uses(2, 1), uses(3, 1), NONE, NONE]);
        assert_eq!(region.floats, [uses(0, 1), uses(1, 1), uses(5, 1), NONE]);
        assert!(summary.flags.contains(SummaryFlags::V128));
    }

    #[test]
    fn vectors_are_pinned_with_floats_but_no_floats_of_a_region() {
        for in_loop in [false, true] {
            let mut counter = counter(&[(2, ValType::F64), (2, ValType::V128)]);
            if in_loop {
                counter.enter_loop();
            }
            for (local, times) in [(0, 2), (1, 4), (2, 3), (3, 5)] {
                (0..times).for_each(|_| counter.use_local(local));
            }
            counter.set_local(2);
            if in_loop {
                counter.leave();
            }
            let summary = counter.finish(0, 6);
            let region = &summary.regions[usize::from(in_loop)];
            assert_eq!(region.floats, [uses(1, 4), uses(0, 2), NONE, NONE]);
            assert_eq!(summary.float_locals[..4], [3, 1, 2, 0]);
            for region in &summary.regions {
                assert_eq!(region.within.floats[..4], [3, 1, 2, 0]);
                // The third of the floats.
                assert_eq!(region.within.written, 1 << (8 + 2));
            }
        }
    }

    #[test]
    fn uses_saturate_after_they_are_compared() {
        let mut counter = counter(&[(3, ValType::I32)]);
        counter.enter_loop();
        for (local, times) in [(0, 65_534), (1, 65_536), (2, 65_537)] {
            (0..times).for_each(|_| counter.use_local(local));
        }
        counter.leave();
        let summary = counter.finish(0, 3);
        let expected = [uses(2, u16::MAX), uses(1, u16::MAX), uses(0, 65_534), NONE];
        assert_eq!(summary.regions[1].ints, expected);
        assert_eq!(summary.regions[0].ints, [NONE; 4]);
    }

    #[test]
    fn classes_past_the_first_locals_are_searched() {
        let mut classes = LocalClasses::default();
        let runs = [(60, Class::Int), (3, Class::Float), (3, Class::Vector)];
        for (count, class) in [&runs[..], &runs].concat() {
            classes.push(count, class);
        }
        let expected = [(60, Class::Int), (3, Class::Float), (3, Class::Vector)].repeat(2);
        let expected = expected
            .iter()
            .flat_map(|&(count, class)| vec![class; count]);
        for (id, class) in expected.enumerate() {
            assert_eq!(classes.get(id as u16), class, "local {id}");
            assert_eq!(classes.search(id as u16), class, "local {id}");
        }
    }

    #[test]
    fn locals_without_a_number_are_not_counted() {
        let mut counter = counter(&[(70_000, ValType::I32)]);
        (65_534..=65_536).for_each(|local| counter.use_local(local));
        let summary = counter.finish(0, 70_000);
        assert_eq!(summary.regions[0].ints, [uses(65_534, 1), NONE, NONE, NONE]);
    }

    #[test]
    fn an_abandoned_function_leaves_nothing() {
        let mut used = counter(&[(2, ValType::I32)]);
        used.use_local(0);
        used.enter_loop();
        used.call(SummaryFlags::empty());
        used.enter_loop();
        used.use_local(1);
        used.leave();
        let mut new = UseCounter::default();
        let [after, fresh] = [&mut used, &mut new].map(|counter| {
            counter.begin();
            counter.declare(2, ValType::F32);
            counter.enter_loop();
            counter.use_local(1);
            counter.leave();
            counter.finish(0, 2)
        });
        assert_eq!(after, fresh);
        assert_eq!(fresh.regions[1].floats[0], uses(1, 1));
    }

    /// 100 000 loops, one in another or one after another, in a function that
    /// uses 50 000 locals outside them.
    fn many_loops(nested: bool) -> (UseCounter, FuncSummary) {
        let mut counter = counter(&[(25_000, ValType::I32), (25_000, ValType::F32)]);
        (0..50_000).for_each(|local| counter.use_local(local));
        for i in 0..100_000 {
            counter.enter_loop();
            counter.use_local(i % 3);
            if !nested {
                counter.leave();
            }
        }
        if nested {
            (0..100_000).for_each(|_| counter.leave());
        }
        let summary = counter.finish(0, 50_000);
        (counter, summary)
    }

    #[test]
    fn work_does_not_depend_on_how_loops_are_arranged() {
        // Nested, the first loops weigh less: of equal counts local 2 loses least.
        for (nested, heaviest) in [(false, [0, 1, 2]), (true, [0, 2, 1])] {
            let (counter, summary) = many_loops(nested);
            // A use is set aside, taken back and ranked at most.
            assert!(counter.visits <= 3 * 150_000, "{}", counter.visits);
            assert_eq!(summary.regions.len(), FuncSummary::MAX_REGIONS);
            for (i, region) in summary.regions[1..].iter().enumerate() {
                assert_eq!(region.ints, [uses((i % 3) as u16, 1), NONE, NONE, NONE]);
            }
            assert_eq!(summary.regions[0].floats[0], uses(25_000, 1));
            assert_eq!(summary.int_locals[..3], heaviest);
            assert_eq!(summary.int_locals[3], FuncSummary::NO_LOCAL);
        }
    }

    #[test]
    fn uses_are_set_aside_in_full() {
        let mut counter = counter(&[(1, ValType::F32)]);
        (0..200_000).for_each(|_| counter.use_local(0));
        counter.enter_loop();
        counter.leave();
        let summary = counter.finish(0, 1);
        assert_eq!(summary.regions[0].floats[0], uses(0, u16::MAX));
        assert_eq!(counter.visits, 1 + 4 + 1); // Four of 65 535 at most came back.
    }

    #[test]
    fn much_working_memory_is_released() {
        let mut counter = counter(&[(1, ValType::I32)]);
        for _ in 0..300_000 {
            counter.use_local(0);
            counter.enter_loop();
        }
        let kept = |counter: &UseCounter| {
            [
                counter.aside.capacity() * size_of::<Aside>(),
                counter.open_loops.capacity() * size_of::<OpenLoop>(),
                counter.regions.capacity() * size_of::<RegionSummary>(),
            ]
        };
        assert!(
            kept(&counter)
                .iter()
                .all(|&len| len > UseCounter::MAX_KEPT_BYTES)
        );
        counter.begin();
        assert!(
            kept(&counter)
                .iter()
                .all(|&len| len <= UseCounter::MAX_KEPT_BYTES)
        );
    }
}
