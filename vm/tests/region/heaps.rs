//! Heaps of slots: growth, limits, reset, as bytes and as memories.

use std::sync::Arc;

use selvedge_vm::init::{IMAGE_PAGE_BYTES, ImagePage};
use selvedge_vm::memory::{InitialContent, MemoryImage, MemoryPlan};
use selvedge_vm::region::{
    HeapSpec, Limits, MmapRegion, Region, RegionCreate, RegionError, SlotRequest,
};

use crate::{LIMITS, PAGE, memory_type, on_both_kinds, region, request, spec, take};

on_both_kinds! {
    a_heap_can_be_used
    a_heap_grows_once_and_twice
    growth_stops_at_every_limit_and_leaves_the_neighbours
    growth_is_in_whole_pages
    a_module_without_a_heap_has_none
    an_empty_heap_grows
    a_slot_used_again_is_zero
    a_reset_heap_is_as_at_first
    sparse_data_is_put_in_place
    a_heap_is_lent_to_one_memory_at_a_time
    a_memory_that_outlives_its_slot_keeps_it_in_use
    a_memory_can_be_reset_in_place
}

/// Pages 0 and 2 of three, with text.
fn sparse_image() -> Arc<MemoryImage> {
    let page = |text: &[u8]| -> ImagePage {
        let mut page = vec![0; IMAGE_PAGE_BYTES];
        page[..text.len()].copy_from_slice(text);
        Some(page.into())
    };
    match MemoryImage::from_pages(&[page(b"hello from page zero"), None, page(b"and from two")]) {
        InitialContent::Image(image) => image,
        other => panic!("{other:?} is no image"),
    }
}

fn a_heap_can_be_used<R: RegionCreate>() {
    let region = region::<R>(1);
    let mut slot = take(&*region, &request(spec::<R>()));
    let heap = slot.heap();
    assert_eq!(heap.len(), 2 << 16);
    assert!(heap.iter().all(|&byte| byte == 0));
    heap.fill(0xff);
    let base = heap.as_ptr().addr();
    assert_eq!(base, slot.start().addr().get() + slot.layout().heap.start);
}

fn a_heap_grows_once_and_twice<R: RegionCreate>() {
    let heap = HeapSpec {
        initial_size: PAGE,
        max_size: Some(4 * PAGE),
        ..spec::<R>()
    };
    let region = region::<R>(1);
    let mut slot = take(&*region, &request(heap));
    slot.heap().fill(1);
    assert_eq!(slot.expand_heap(PAGE).expect("once"), PAGE);
    slot.heap()[1 << 16..].fill(2);
    assert_eq!(slot.expand_heap(2 * PAGE).expect("twice"), 2 * PAGE);
    assert_eq!(slot.heap().len(), 4 << 16);
    for (page, expected) in [1, 2, 0, 0].into_iter().enumerate() {
        assert!(
            slot.heap()[page << 16..][..1 << 16]
                .iter()
                .all(|&byte| byte == expected)
        );
    }
}

/// Ten slots, of which those around the failing one are in use.
fn growth_stops_at_every_limit_and_leaves_the_neighbours<R: RegionCreate>() {
    let region = region::<R>(10);
    let mut neighbours: Vec<_> = (0..9)
        .map(|_| take(&*region, &request(spec::<R>())))
        .collect();
    neighbours
        .iter_mut()
        .enumerate()
        .for_each(|(i, slot)| slot.heap().fill(i as u8));
    let wide = HeapSpec {
        guard_size: 0,
        max_size: None,
        ..spec::<R>()
    };
    let limited = SlotRequest {
        heap_size_limit: Some(3 << 16),
        ..request(wide)
    };
    for (request, message) in [
        (
            request(spec::<R>()),
            "expansion would exceed module-specified heap limit: 196608",
        ),
        (
            request(wide),
            "expansion would exceed runtime-specified heap limit: 262144",
        ),
        (
            limited,
            "expansion would exceed runtime-specified heap limit: 196608",
        ),
    ] {
        let mut slot = take(&*region, &request);
        slot.heap().fill(0xab);
        let mut expand = |bytes: u64| match slot.expand_heap(bytes) {
            Err(RegionError::LimitsExceeded(message)) => message,
            other => panic!("{other:?}"),
        };
        let too_many = if message.contains("262144") {
            2 * PAGE + 1
        } else {
            PAGE + 1
        };
        let over = region.limits().heap_address_space_size as u64 - 2 * PAGE;
        if too_many <= over {
            assert_eq!(expand(too_many), message);
        }
        assert_eq!(
            expand(over + 1),
            "expanded heap would overflow addressable memory"
        );
        assert_eq!(
            expand(u64::MAX),
            "expanded heap would overflow address space"
        );
        assert_eq!(slot.heap().len(), 2 << 16, "it is as before");
        assert!(slot.heap().iter().all(|&byte| byte == 0xab));
        assert_eq!(slot.expand_heap(0).expect("no growth"), 2 * PAGE);
        assert_eq!(slot.expand_heap(PAGE).expect("within the limits"), 2 * PAGE);
        slot.heap()[2 << 16..].fill(0xcd);
    }
    for (i, slot) in neighbours.iter_mut().enumerate() {
        assert!(slot.heap().iter().all(|&byte| byte == i as u8));
    }
}

#[test]
fn growth_leaves_the_guard() {
    let limits = LIMITS.with_heap_memory_size(8 << 16);
    let region = MmapRegion::create(1, &limits).expect("a region");
    let heap = HeapSpec {
        reserved_size: 4 * PAGE,
        guard_size: 4 * PAGE,
        initial_size: 2 * PAGE,
        max_size: None,
    };
    let mut slot = take(&*region, &request(heap));
    let error = slot.expand_heap(2 * PAGE + 1).expect_err("into the guard");
    assert!(
        error
            .to_string()
            .ends_with("expansion would leave guard memory too small"),
        "{error}"
    );
    assert_eq!(slot.expand_heap(2 * PAGE).expect("to the guard"), 2 * PAGE);
}

fn growth_is_in_whole_pages<R: RegionCreate>() {
    let region = region::<R>(1);
    let mut slot = take(&*region, &request(spec::<R>()));
    slot.expand_heap(1).expect("a page of the host");
    let len = slot.heap().len();
    assert!(
        len > 2 << 16 && len <= 3 << 16 && len.is_multiple_of(4096),
        "{len}"
    );
}

fn a_module_without_a_heap_has_none<R: RegionCreate>() {
    let region = region::<R>(1);
    let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
    assert!(matches!(
        slot.reset_heap(None),
        Err(RegionError::NoLinearMemory(_))
    ));
    assert!(matches!(
        slot.expand_heap(1),
        Err(RegionError::NoLinearMemory(_))
    ));
    assert_eq!(slot.expand_heap(0).expect("nothing"), 0);
    assert!(slot.heap().is_empty());
    slot.stack().expect("the other parts are there");
    slot.globals().expect("the other parts are there").fill(1);
}

fn an_empty_heap_grows<R: RegionCreate>() {
    // Without a guard too.
    let heap = HeapSpec {
        initial_size: 0,
        guard_size: 0,
        ..spec::<R>()
    };
    let region = region::<R>(1);
    let mut slot = take(&*region, &request(heap));
    assert!(slot.heap().is_empty());
    assert_eq!(slot.expand_heap(PAGE).expect("a page"), 0);
    slot.heap().fill(1);
    slot.reset_heap(None).expect("a heap");
    assert!(slot.heap().is_empty());
    slot.expand_heap(PAGE).expect("a page");
    assert!(slot.heap().iter().all(|&byte| byte == 0));
}

fn a_slot_used_again_is_zero<R: RegionCreate>() {
    let region = region::<R>(1);
    for grown in [true, false, true] {
        let mut slot = take(&*region, &request(spec::<R>()));
        if grown {
            slot.expand_heap(PAGE).expect("a page");
        }
        assert_eq!(slot.heap().len(), if grown { 3 << 16 } else { 2 << 16 });
        assert!(slot.heap().iter().all(|&byte| byte == 0));
        slot.heap().fill(0xff);
    }
}

fn a_reset_heap_is_as_at_first<R: RegionCreate>() {
    let (region, image) = (region::<R>(1), sparse_image());
    let heap = HeapSpec {
        initial_size: 3 * PAGE,
        max_size: None,
        ..spec::<R>()
    };
    let mut slot = region.take_slot(&request(heap)).expect("a slot");
    slot.reset_heap(Some(&image)).expect("a heap");
    let first = slot.heap().to_vec();
    for grow in [false, true, false] {
        slot.heap().fill(0x77);
        if grow {
            slot.expand_heap(PAGE).expect("a page");
            slot.heap()[3 << 16..].fill(0x88);
        }
        slot.reset_heap(Some(&image)).expect("a heap");
        assert!(slot.heap() == first, "the first length and content");
    }
    slot.expand_heap(PAGE).expect("a page");
    assert!(slot.heap()[3 << 16..].iter().all(|&byte| byte == 0));
}

fn sparse_data_is_put_in_place<R: RegionCreate>() {
    let (region, image) = (region::<R>(1), sparse_image());
    let heap = HeapSpec {
        initial_size: 3 * PAGE,
        ..spec::<R>()
    };
    for _ in 0..2 {
        let mut slot = region.take_slot(&request(heap)).expect("a slot");
        slot.reset_heap(Some(&image)).expect("a heap");
        assert_eq!(&slot.heap()[..21], b"hello from page zero\0");
        assert!(slot.heap()[21..2 << 16].iter().all(|&byte| byte == 0));
        assert_eq!(&slot.heap()[2 << 16..][..13], b"and from two\0");
        slot.heap().fill(1);
    }
}

fn a_heap_is_lent_to_one_memory_at_a_time<R: RegionCreate>() {
    let (region, image) = (region::<R>(1), sparse_image());
    let request = SlotRequest {
        heap_size_limit: Some(3 << 16),
        ..SlotRequest::default()
    };
    let mut slot = region.take_slot(&request).expect("a slot");
    for _ in 0..2 {
        let mut memory = slot
            .memory(&memory_type(3), Some(&image))
            .expect("a memory");
        assert_eq!((memory.size_pages(), memory.maximum_pages()), (3, Some(3)));
        assert_eq!(&memory.data()[2 << 16..][..12], b"and from two");
        memory.data_mut().fill(9);
        assert!(slot.memory(&memory_type(1), None).is_err());
        assert!(slot.expand_heap(1).is_err() && slot.heap().is_empty());
    }
    assert!(
        slot.memory(&memory_type(4), None).is_err(),
        "beyond the limit"
    );
    let memory = slot
        .memory(&memory_type(0), None)
        .expect("the heap is back");
    assert!(
        !memory.has_guard(&MemoryPlan::default()),
        "too little address space"
    );
}

#[test]
fn a_heap_in_the_default_address_space_has_the_guard_of_the_default_plan() {
    if cfg!(any(feature = "portable-sys", miri)) || usize::BITS < 64 {
        return;
    }
    let region = MmapRegion::create(1, &Limits::default()).expect("8 GiB of addresses");
    let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
    let memory = slot.memory(&memory_type(1), None).expect("a memory");
    assert!(memory.has_guard(&MemoryPlan::default()));
}

fn a_memory_that_outlives_its_slot_keeps_it_in_use<R: RegionCreate>() {
    let region = region::<R>(1);
    let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
    // SAFETY: the slot's own page; its last 64 bytes are left alone.
    unsafe { slot.instance().write_bytes(0xff, 4096 - 64) };
    let mut memory = slot.memory(&memory_type(2), None).expect("a memory");
    drop(slot);
    assert_eq!((region.free_slots(), memory.byte_size()), (0, 2 << 16));
    memory.data_mut().fill(4);
    assert!(matches!(
        region.take_slot(&SlotRequest::default()),
        Err(RegionError::RegionFull(1))
    ));
    drop(region.clone());
    drop(memory);
    assert_eq!(region.free_slots(), 1);
    let mut slot = take(&*region, &request(spec::<R>()));
    assert!(slot.heap().iter().all(|&byte| byte == 0));
}

fn a_memory_can_be_reset_in_place<R: RegionCreate>() {
    let (region, image) = (region::<R>(1), sparse_image());
    let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
    let mut memory = slot
        .memory(&memory_type(3), Some(&image))
        .expect("a memory");
    let (base, first) = (memory.vmmemory().base, memory.data().to_vec());
    for _ in 0..3 {
        let allow = &mut |_, _, _| Ok::<_, ()>(true);
        memory.grow(1, allow).expect("within the limit");
        memory.data_mut().fill(0x99);
        memory.reset(Some(&image)).expect("reset");
        assert!(memory.data() == first && memory.vmmemory().base == base);
    }
}

#[test]
fn a_heap_of_exactly_4_gib() {
    if cfg!(any(feature = "portable-sys", miri)) || usize::BITS < 64 {
        return;
    }
    let limits = Limits::default().with_heap_memory_size(1 << 32);
    let region = MmapRegion::create(1, &limits).expect("8 GiB of addresses");
    let probes = [0, 65535, (1 << 31) + 7, (1 << 32) - 65536, (1 << 32) - 1];
    for minimum in [1, 65536, 1] {
        let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
        let mut memory = slot.memory(&memory_type(minimum), None).expect("a memory");
        assert!(memory.has_guard(&MemoryPlan::default()));
        let allow = &mut |_, _, _| Ok::<_, ()>(true);
        memory.grow(65536 - minimum, allow).expect("4 GiB");
        assert!(memory.grow(1, allow).is_err());
        assert_eq!(memory.byte_size() as u64, 1 << 32);
        for offset in probes {
            let mut byte = [0];
            memory.read(offset, &mut byte).expect("within the memory");
            assert_eq!(byte, [0], "{offset}");
            memory.write(offset, &[1]).expect("within the memory");
        }
        assert!(memory.write((1 << 32) - 1, &[1, 1]).is_err());
    }
    let heap = HeapSpec {
        reserved_size: 1 << 32,
        guard_size: 1 << 32,
        initial_size: 0,
        max_size: None,
    };
    let mut slot = take(&*region, &request(heap));
    assert_eq!(slot.expand_heap(1 << 32).expect("all at once"), 0);
    for offset in probes {
        assert_eq!(slot.heap()[offset as usize], 0);
    }
    assert!(slot.expand_heap(1).is_err());
}
