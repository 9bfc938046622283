//! Which slots are taken, how many there are, and how long they live.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use selvedge_vm::region::{
    AllocStrategy, CompactRegion, Limits, MmapRegion, Region, RegionCreate, RegionError,
    SlotRequest,
};

use crate::{on_both_kinds, region, request, spec, take};

on_both_kinds! {
    slots_are_counted_by_every_strategy
    linear_takes_what_was_given_back_last
    a_random_choice_reaches_all
    a_region_may_be_dropped_first
    an_empty_region_is_full
    addresses_that_are_not_there_are_explained
    slots_are_where_the_layout_says
}

/// A source of numbers that are not random.
fn custom() -> AllocStrategy {
    let mut state = 1_u64;
    AllocStrategy::CustomRandom(Arc::new(Mutex::new(move || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        state
    })))
}

fn with(strategy: &AllocStrategy) -> SlotRequest {
    SlotRequest {
        strategy: strategy.clone(),
        ..SlotRequest::default()
    }
}

fn slots_are_counted_by_every_strategy<R: RegionCreate>() {
    let all = [AllocStrategy::Linear, AllocStrategy::Random, custom()];
    for capacity in [1, 10, 11] {
        let region = region::<R>(capacity);
        for mix in 0..4 {
            let mut slots = Vec::new();
            for i in 0..capacity {
                let strategy = if mix == 3 { &all[i % 3] } else { &all[mix] };
                assert_eq!(
                    (region.used_slots(), region.free_slots()),
                    (i, capacity - i)
                );
                slots.push(region.take_slot(&with(strategy)).expect("a slot"));
            }
            let numbers: HashSet<_> = slots.iter().map(|slot| slot.index()).collect();
            assert_eq!(numbers.len(), capacity, "each slot once");
            for strategy in &all {
                match region.take_slot(&with(strategy)) {
                    Err(RegionError::RegionFull(number)) => assert_eq!(number, capacity),
                    other => panic!("{other:?}"),
                }
            }
            slots.truncate(capacity / 2);
            assert_eq!(region.used_slots(), capacity / 2);
        }
        assert_eq!(
            (region.free_slots(), region.capacity()),
            (capacity, capacity)
        );
    }
}

fn linear_takes_what_was_given_back_last<R: RegionCreate>() {
    let region = region::<R>(5);
    let mut slots: Vec<_> = (0..5)
        .map(|_| take(&*region, &request(spec::<R>())))
        .collect();
    let last = slots.swap_remove(2).index();
    assert_eq!(take(&*region, &request(spec::<R>())).index(), last);
    drop(slots.swap_remove(0));
    let last = slots.swap_remove(0).index();
    assert_eq!(take(&*region, &request(spec::<R>())).index(), last);
}

fn a_random_choice_reaches_all<R: RegionCreate>() {
    for strategy in [AllocStrategy::Random, custom()] {
        let region = region::<R>(4);
        let mut seen = HashSet::new();
        for _ in 0..1000 {
            seen.insert(region.take_slot(&with(&strategy)).expect("a slot").index());
        }
        assert_eq!(seen.len(), 4, "{strategy:?}");
    }
}

fn a_region_may_be_dropped_first<R: RegionCreate>() {
    let region = region::<R>(2);
    let mut first = take(&*region, &request(spec::<R>()));
    let second = take(&*region, &request(spec::<R>()));
    drop(region);
    drop(second);
    first.heap().fill(1);
    first.stack().expect("a stack");
    let mut memory = first
        .memory(&crate::memory_type(1), None)
        .expect("a memory");
    drop(first);
    memory.data_mut().fill(2);
}

fn an_empty_region_is_full<R: RegionCreate>() {
    let region = region::<R>(0);
    assert_eq!((region.capacity(), region.free_slots()), (0, 0));
    let error = region
        .take_slot(&SlotRequest::default())
        .expect_err("no slot");
    assert_eq!(error.to_string(), "region capacity reached: 0 instances");
}

fn addresses_that_are_not_there_are_explained<R: RegionCreate>() {
    let limits = Limits::default()
        .with_heap_memory_size(1 << 40)
        .with_heap_address_space_size(1 << 40);
    let error = R::create(1 << 20, &limits).expect_err("2^60 bytes");
    let RegionError::Reserve(error) = error else {
        panic!("{error}");
    };
    assert!(error.bytes >= 1 << 60);
    assert!(error.fits < 1 << 10, "{error}");
    let text = error.to_string();
    assert!(
        text.contains("address space for 1048576 instances of"),
        "{text}"
    );
    assert!(
        text.contains("lower `instance_capacity` or `heap_"),
        "{text}"
    );
    if usize::BITS == 64 {
        let error = R::create(usize::MAX, &limits).expect_err("too many");
        assert!(matches!(error, RegionError::InvalidArgument(_)), "{error}");
    }
}

fn slots_are_where_the_layout_says<R: RegionCreate>() {
    let region = region::<R>(3);
    let mut slots: Vec<_> = (0..3)
        .map(|_| take(&*region, &request(spec::<R>())))
        .collect();
    slots.sort_by_key(|slot| slot.start());
    for pair in slots.windows(2) {
        let distance = pair[1].start().addr().get() - pair[0].start().addr().get();
        assert_eq!(distance, region.layout().size);
    }
    for slot in &mut slots {
        let (start, layout) = (slot.start().addr().get(), slot.layout().clone());
        assert_eq!(slot.instance().addr().get(), start + layout.instance.start);
        assert_eq!(slot.heap().as_ptr().addr(), start + layout.heap.start);
        let stack = slot.stack().expect("a stack");
        assert_eq!(stack.bottom.addr().get(), start + layout.stack.start);
        assert_eq!(stack.top.addr().get(), start + layout.stack.end);
        let sigstack = slot.sigstack().expect("a stack");
        assert_eq!(sigstack.bottom.addr().get(), start + layout.sigstack.start);
        let globals = slot.globals().expect("globals").as_ptr().addr();
        assert_eq!(globals, start + layout.globals.start);
        let context = slot.context(1).expect("a context");
        assert_eq!(context.addr().get(), start + layout.context.start);
        let values = slot.value_stack().expect("a value stack");
        assert_eq!(values.base.addr().get(), start + layout.value_stack.start);
    }
}

#[test]
fn kinds_have_names() {
    assert_eq!(MmapRegion::TYPE_NAME, "MmapRegion");
    assert_eq!(CompactRegion::TYPE_NAME, "CompactRegion");
}

/// All in use at once, each with a memory, a value stack, a context and a native stack.
#[test]
fn ten_thousand_small_instances_live_in_one_process() {
    let count = if cfg!(any(feature = "portable-sys", miri)) {
        100
    } else {
        10_000
    };
    let limits = Limits::default()
        .with_heap_memory_size(1 << 20)
        .with_value_stack_size(256 << 10);
    let region = CompactRegion::create(count, &limits).expect("a region");
    let mut live = Vec::new();
    for i in 0..count {
        let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
        let mut memory = slot.memory(&crate::memory_type(1), None).expect("a memory");
        memory.write(8, &i.to_le_bytes()).expect("within the page");
        // SAFETY: the first bytes of what the slot gives out, which nobody else has.
        unsafe {
            slot.value_stack()
                .expect("a value stack")
                .base
                .write(i as u64);
            slot.context(1000)
                .expect("a context")
                .cast::<u64>()
                .write(i as u64);
            slot.stack()
                .expect("a stack")
                .top
                .cast::<u64>()
                .sub(1)
                .write(i as u64);
            slot.sigstack().expect("a stack");
        }
        live.push((slot, memory));
    }
    assert_eq!(region.free_slots(), 0);
    if let Ok(maps) = std::fs::read_to_string("/proc/self/maps") {
        let areas = maps.lines().count();
        assert!(
            areas < 45_000,
            "{areas} areas are too near to the limit of 65530"
        );
    }
    for (i, (slot, memory)) in live.iter_mut().enumerate() {
        let mut bytes = [0; 8];
        memory.read(8, &mut bytes).expect("within the page");
        assert_eq!(u64::from_le_bytes(bytes), i as u64);
        // SAFETY: as above.
        unsafe {
            assert_eq!(
                slot.value_stack().expect("a value stack").base.read(),
                i as u64
            );
            assert_eq!(
                slot.context(1000).expect("a context").cast::<u64>().read(),
                i as u64
            );
        }
    }
    drop(live);
    assert_eq!(region.free_slots(), count);
}
