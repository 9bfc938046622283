//! Regions of both kinds: their limits, slots and heaps.

#![expect(unsafe_code, reason = "tests write to parts of slots by address")]

mod aligned;
mod heaps;
mod limits;
mod parts;
mod slots;
mod threads;

use std::sync::Arc;

use selvedge_vm::region::{HeapSpec, Limits, RegionCreate, RuntimeSpec, Slot, SlotRequest};
use selvedge_vm::types::MemoryType;

const PAGE: u64 = 1 << 16;

/// Four pages of heap in eight of address space, so that also a portable platform can have them.
const LIMITS: Limits = Limits::default()
    .with_heap_memory_size(4 << 16)
    .with_heap_address_space_size(8 << 16)
    .with_signal_stack_size(64 << 10)
    .with_value_stack_size(64 << 10);

/// Two pages at first, three at most, and a page of guard where there are guards.
fn spec<R: RegionCreate>() -> HeapSpec {
    let is_compact = R::TYPE_NAME == "CompactRegion";
    HeapSpec {
        reserved_size: 4 * PAGE,
        guard_size: if is_compact { 0 } else { PAGE },
        initial_size: 2 * PAGE,
        max_size: Some(3 * PAGE),
    }
}

fn request(heap: HeapSpec) -> SlotRequest {
    SlotRequest {
        spec: RuntimeSpec {
            heap: Some(heap),
            globals: 0,
        },
        ..SlotRequest::default()
    }
}

fn region<R: RegionCreate>(capacity: usize) -> Arc<R> {
    R::create(capacity, &LIMITS).expect("a small region")
}

/// A slot with its heap at its initial size.
fn take<R: RegionCreate>(region: &R, request: &SlotRequest) -> Slot {
    let mut slot = region.take_slot(request).expect("a slot");
    slot.reset_heap(None).expect("a heap");
    slot
}

fn memory_type(minimum: u64) -> MemoryType {
    MemoryType {
        minimum,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: 16,
    }
}

/// Makes a test of each function for each kind of region.
macro_rules! on_both_kinds {
    ($($test:ident)*) => {
        mod mmap { $(
            #[test]
            fn $test() { super::$test::<selvedge_vm::region::MmapRegion>(); }
        )* }
        mod compact { $(
            #[test]
            fn $test() { super::$test::<selvedge_vm::region::CompactRegion>(); }
        )* }
    };
}
use on_both_kinds;
