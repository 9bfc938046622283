//! Regions with aligned heaps.

use selvedge_vm::region::{Limits, MmapRegion, Region, RegionError, SlotRequest};

use crate::LIMITS;

#[test]
fn heaps_are_aligned() {
    for shift in [0, 12, 16, 20, 21, 22, 23, 24, 25] {
        for limits in [
            LIMITS,
            LIMITS.with_heap_address_space_size((8 << 16) + 4096),
        ] {
            let alignment = 1 << shift;
            let region = MmapRegion::create_aligned(3, &limits, alignment).expect("a region");
            let mut slots: Vec<_> = (0..3)
                .map(|_| region.take_slot(&SlotRequest::default()).expect("a slot"))
                .collect();
            for slot in &mut slots {
                let heap = slot.start().addr().get() + slot.layout().heap.start;
                assert_eq!(heap % alignment, 0, "{alignment}");
                let mut memory = slot.memory(&crate::memory_type(1), None).expect("a memory");
                assert_eq!(memory.vmmemory().base.addr(), heap);
                memory.data_mut().fill(1);
                // SAFETY: the instance's own page, before the heap.
                unsafe { slot.instance().write(1) };
                slot.value_stack().expect("a value stack");
            }
        }
    }
}

#[test]
fn alignments_are_powers_of_two() {
    for alignment in [0, 3, 4097, usize::MAX] {
        match MmapRegion::create_aligned(1, &LIMITS, alignment) {
            Err(RegionError::InvalidArgument(message)) => {
                assert_eq!(message, "heap_alignment must be a power of 2");
            }
            other => panic!("{other:?}"),
        }
    }
    let error = MmapRegion::create_aligned(1, &Limits::default(), 1 << 62).expect_err("too much");
    assert!(matches!(error, RegionError::Reserve(_)), "{error}");
}
