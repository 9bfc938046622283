//! `UseCounter`: counts a body's uses of locals, per loop and together.
//!
//! A use is pushed on a stack, and counted when the innermost loop around it
//! ends; by then the uses of the loops in it have been counted and popped:
//!
//! ```text
//! | uses outside loops | uses in loop 1, so far | uses in loop 3, so far |
//!                      ^ first_use of loop 1    ^ first_use of loop 3
//! ```
//!
//! So each use is pushed, counted and popped once, however loops nest, and
//! what a loop costs beyond its uses is constant.

use wasmparser::ValType;

use super::summary::{FuncSummary, LocalUses, RegionSummary, SummaryFlags};

/// Counts uses of locals; reused from function to function.
#[derive(Default)]
pub(crate) struct UseCounter {
    classes: LocalClasses,
    /// The uses not counted yet.
    pending: Vec<u16>,
    /// By local; zero between functions.
    tallies: Vec<Tally>,
    /// The locals with uses in the region being counted, each once; empty but for that.
    touched: Vec<u16>,
    /// The locals with a weight, each once.
    weighted: Vec<u16>,
    /// The depth of control below the function's own block.
    depth: u32,
    open_loops: Vec<OpenLoop>,
    /// How many loops have begun.
    loops: usize,
    /// Whether the region that is being read calls.
    calls: bool,
    regions: Vec<RegionSummary>,
    /// How many tallies have been visited by leaving regions: what hostile code must not multiply.
    visits: usize,
    flags: SummaryFlags,
}

/// How much a local is used.
#[derive(Copy, Clone, Default)]
struct Tally {
    /// Uses in the region being counted; zero but for that.
    uses: u32,
    /// The weight of the uses in the regions that have been counted.
    weight: u32,
}

struct OpenLoop {
    /// The depth of control at which it begins.
    depth: u32,
    /// Where its uses begin in `pending`.
    first_use: usize,
    region: usize,
    /// Whether the region around it calls.
    outer_calls: bool,
}

impl UseCounter {
    const MAX_LOOP_DEPTH: usize = 5;

    /// Bytes of working memory of one kind that are kept for the next function.
    const MAX_KEPT_BYTES: usize = 1 << 20;

    /// Begins a function, and forgets the one before if that turned out to be invalid.
    pub(crate) fn begin(&mut self) {
        for id in self.weighted.drain(..) {
            self.tallies[usize::from(id)].weight = 0;
        }
        self.classes.clear();
        clear(&mut self.pending, Self::MAX_KEPT_BYTES);
        clear(&mut self.open_loops, Self::MAX_KEPT_BYTES);
        clear(&mut self.regions, Self::MAX_KEPT_BYTES);
        self.regions.push(RegionSummary::default());
        self.depth = 0;
        self.loops = 0;
        self.calls = false;
        self.visits = 0;
        self.flags = SummaryFlags::empty();
    }

    /// Adds parameters or locals.
    pub(crate) fn declare(&mut self, count: u32, ty: ValType) {
        if ty == ValType::V128 {
            self.flags |= SummaryFlags::V128;
        }
        self.classes.push(count, Class::of(ty));
    }

    #[inline(always)]
    pub(crate) fn use_local(&mut self, local: u32) {
        if local < u32::from(FuncSummary::NO_LOCAL) {
            self.pending.push(local as u16);
        }
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
        self.open_loops.push(OpenLoop {
            depth: self.depth,
            first_use: self.pending.len(),
            region: self.loops,
            outer_calls: std::mem::take(&mut self.calls),
        });
    }

    /// Leaves a block or loop.
    pub(crate) fn leave(&mut self) {
        if let Some(open) = self.open_loops.pop_if(|open| open.depth == self.depth) {
            self.count_region(open.region, open.first_use, self.open_loops.len() + 1);
            self.calls = open.outer_calls;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// Counts the uses from `first_use` on, which are those of `region`, and drops them.
    fn count_region(&mut self, region: usize, first_use: usize, loop_depth: usize) {
        for id in self.pending.drain(first_use..) {
            let index = usize::from(id);
            if index >= self.tallies.len() {
                self.tallies.resize(index + 1, Tally::default());
            }
            let tally = &mut self.tallies[index];
            if tally.uses == 0 {
                self.touched.push(id);
            }
            tally.uses += 1;
        }

        let mut ints = Hottest::<4>::default();
        let mut floats = Hottest::<4>::default();
        let use_weight = 8_u32.pow(loop_depth.min(Self::MAX_LOOP_DEPTH) as u32);
        self.visits += self.touched.len();
        for id in self.touched.drain(..) {
            let tally = &mut self.tallies[usize::from(id)];
            let uses = std::mem::take(&mut tally.uses);
            if tally.weight == 0 {
                self.weighted.push(id);
            }
            tally.weight = tally.weight.saturating_add(uses.saturating_mul(use_weight));
            match self.classes.get(id) {
                Some(Class::Int) => ints.add(id, uses),
                Some(Class::Float) => floats.add(id, uses),
                Some(Class::Vector) | None => {}
            }
        }
        if let Some(entry) = self.regions.get_mut(region) {
            *entry = RegionSummary {
                ints: ints.uses(),
                floats: floats.uses(),
                calls: self.calls,
            };
        }
    }

    /// The summary of the function that was counted, whose loops have all been left.
    pub(crate) fn finish(&mut self, max_stack_values: u32, local_slots: u32) -> FuncSummary {
        self.count_region(0, 0, 0);
        let mut ints = Hottest::<8>::default();
        let mut floats = Hottest::<7>::default();
        for id in self.weighted.drain(..) {
            let weight = std::mem::take(&mut self.tallies[usize::from(id)].weight);
            if weight >= 2 {
                match self.classes.get(id) {
                    Some(Class::Int) => ints.add(id, weight),
                    Some(Class::Float) => floats.add(id, weight),
                    Some(Class::Vector) | None => {}
                }
            }
        }
        let slots_per_value = if self.flags.contains(SummaryFlags::V128) {
            2
        } else {
            1
        };
        FuncSummary {
            max_stack_slots: max_stack_values.saturating_mul(slots_per_value),
            local_slots,
            int_locals: ints.ids(),
            float_locals: floats.ids(),
            flags: self.flags,
            regions: self.regions.as_slice().into(),
        }
    }
}

/// Empties `scratch`, and releases its memory if that is more than `max_kept_bytes`.
fn clear<T>(scratch: &mut Vec<T>, max_kept_bytes: usize) {
    scratch.clear();
    scratch.shrink_to(max_kept_bytes / size_of::<T>());
}

/// Where a local may be pinned.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Class {
    /// Integers and references.
    Int,
    Float,
    Vector,
}

impl Class {
    fn of(ty: ValType) -> Self {
        match ty {
            ValType::I32 | ValType::I64 | ValType::Ref(_) => Self::Int,
            ValType::F32 | ValType::F64 => Self::Float,
            ValType::V128 => Self::Vector,
        }
    }
}

/// The classes of a function's locals, as runs of equal ones: a declaration may stand for many locals.
#[derive(Default)]
struct LocalClasses {
    /// The class of a run and the first local after it.
    runs: Vec<(u32, Class)>,
}

impl LocalClasses {
    fn clear(&mut self) {
        self.runs.clear();
    }

    fn push(&mut self, count: u32, class: Class) {
        if count == 0 {
            return; // Such declarations are not limited, runs are.
        }
        match self.runs.last_mut() {
            Some((end, last)) if *last == class => *end += count,
            last => {
                let end = last.map_or(0, |(end, _)| *end) + count;
                self.runs.push((end, class));
            }
        }
    }

    fn get(&self, id: u16) -> Option<Class> {
        let run = self.runs.partition_point(|&(end, _)| end <= id.into());
        self.runs.get(run).map(|&(_, class)| class)
    }
}

/// The `N` heaviest locals so far, heaviest first; of equal ones the lower ids.
struct Hottest<const N: usize>([(u32, u16); N]);

impl<const N: usize> Default for Hottest<N> {
    fn default() -> Self {
        Self([(0, FuncSummary::NO_LOCAL); N])
    }
}

impl<const N: usize> Hottest<N> {
    fn add(&mut self, id: u16, weight: u32) {
        let before = |other: &(u32, u16)| other.0 > weight || (other.0 == weight && other.1 < id);
        let at = self.0.iter().position(|other| !before(other)).unwrap_or(N);
        if at < N {
            self.0[at..].rotate_right(1);
            self.0[at] = (weight, id);
        }
    }

    fn ids(&self) -> [u16; N] {
        self.0.map(|(_, id)| id)
    }

    fn uses(&self) -> [LocalUses; N] {
        self.0.map(|(uses, local)| LocalUses {
            local,
            uses: u16::try_from(uses).unwrap_or(u16::MAX),
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
            assert_eq!(counter.visits, 150_000);
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
    fn much_working_memory_is_released() {
        let mut counter = counter(&[(1, ValType::I32)]);
        (0..1_000_000).for_each(|_| counter.use_local(0));
        (0..100_000).for_each(|_| counter.enter_loop());
        assert!(counter.pending.capacity() * size_of::<u16>() > UseCounter::MAX_KEPT_BYTES);
        counter.begin();
        assert!(counter.pending.capacity() * size_of::<u16>() <= UseCounter::MAX_KEPT_BYTES);
        let kept = counter.open_loops.capacity() * size_of::<OpenLoop>();
        assert!(kept <= UseCounter::MAX_KEPT_BYTES);
    }
}
