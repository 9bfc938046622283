//! Counts of uses, by hand.

use wasmparser::ValType;

use super::super::summary::LocalUses;
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
