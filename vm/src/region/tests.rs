//! Regions whose system calls fail, and the guards of their slots.

use super::*;
use crate::memory::Memory;
use crate::sys::faults::Fault;
use crate::sys::{self, HAS_GUARD_PAGES, is_accessible};
use crate::types::MemoryType;

const TYPE: MemoryType = MemoryType {
    minimum: 1,
    maximum: None,
    memory64: false,
    shared: false,
    page_size_log2: 16,
};

fn limits() -> Limits {
    Limits::default()
        .with_heap_address_space_size(4 << 20)
        .with_signal_stack_size(64 << 10)
        .with_value_stack_size(128 << 10)
}

fn regions() -> [Arc<dyn Region>; 2] {
    [
        MmapRegion::create(2, &limits()).expect("a small region"),
        CompactRegion::create(2, &limits()).expect("a small region"),
    ]
}

/// Touches all parts of a slot, each of which must be zero.
fn dirty(slot: &mut Slot) -> Result<Memory, RegionError> {
    let fill = |start: *mut u8, len: usize| {
        // SAFETY: bytes of a part that the slot gave out; nobody else has them.
        let bytes = unsafe { std::slice::from_raw_parts_mut(start, len) };
        assert!(bytes.iter().all(|&byte| byte == 0));
        bytes.fill(0xee);
    };
    let globals = slot.globals()?;
    fill(globals.as_mut_ptr().cast(), size_of_val(globals));
    for stack in [slot.stack()?, slot.sigstack()?] {
        let len = stack.top.addr().get() - stack.bottom.addr().get();
        fill(stack.bottom.as_ptr(), len);
    }
    let values = slot.value_stack()?;
    let len = values.limit.addr().get() - values.base.addr().get();
    fill(values.base.as_ptr().cast(), len);
    fill(slot.context(5000)?.as_ptr(), 5000);
    fill(slot.instance().as_ptr(), sys::page_size() - 64);
    let mut memory = slot.memory(&TYPE, None)?;
    let allow = &mut |_, _, _| Ok::<_, ()>(true);
    let _ = memory.grow(3, allow);
    fill(memory.data_mut().as_mut_ptr(), memory.byte_size());
    Ok(memory)
}

#[test]
fn every_call_may_fail() {
    for region in regions() {
        for calls in 0.. {
            let fault = Fault::after(calls);
            for _ in 0..2 {
                if let Ok(mut slot) = region.take_slot(&SlotRequest::default()) {
                    drop(dirty(&mut slot));
                    drop(dirty_again(&mut slot));
                }
            }
            let done = !fault.has_fired();
            drop(fault);
            assert_eq!(region.free_slots(), 2, "no slot is lost");
            let mut slots =
                [0, 1].map(|_| region.take_slot(&SlotRequest::default()).expect("a slot"));
            for slot in &mut slots {
                dirty(slot).expect("what failed is replaced");
            }
            if done {
                break;
            }
        }
    }
    for kind in [MmapRegion::TYPE_NAME, CompactRegion::TYPE_NAME] {
        let _fault = Fault::after(0);
        let result = match kind {
            "MmapRegion" => MmapRegion::create(2, &limits()).map(drop),
            _ => CompactRegion::create(2, &limits()).map(drop),
        };
        assert!(matches!(result, Err(RegionError::Reserve(_))), "{kind}");
    }
}

/// As [`dirty`], after a reset in place.
fn dirty_again(slot: &mut Slot) -> Result<Memory, RegionError> {
    // SAFETY: nothing that the slot gave out is used any more.
    unsafe { slot.reset() };
    // The page of the instance is kept by a reset.
    // SAFETY: the slot's own page, in which nobody has anything.
    unsafe { slot.instance().write_bytes(0, sys::page_size()) };
    dirty(slot)
}

#[test]
fn guards_are_where_the_layout_has_none_of_the_parts() {
    if !HAS_GUARD_PAGES {
        return;
    }
    for region in regions() {
        let layout = region.layout().clone();
        let mut slots = [0, 1].map(|_| region.take_slot(&SlotRequest::default()).expect("a slot"));
        let memories = slots.each_mut().map(|slot| dirty(slot).expect("all parts"));
        for (slot, memory) in slots.iter_mut().zip(&memories) {
            let start = slot.start().as_ptr();
            let at = |offset: usize| is_accessible(start.wrapping_add(offset));
            let stacks = [&layout.stack, &layout.sigstack];
            for stack in stacks {
                assert!(at(stack.start) && at(stack.end - 1));
                assert!(!at(stack.start - 1) && !at(stack.start - sys::page_size()));
            }
            for part in [&layout.globals, &layout.value_stack, &layout.instance] {
                assert!(at(part.start) && at(part.end - 1));
            }
            assert!(!at(layout.value_stack.end), "a guard above the value stack");
            assert_eq!(
                memory.vmmemory().base,
                start.wrapping_add(layout.heap.start)
            );
            let is_guarded = region.limits().heap_address_space_size > (1 << 20);
            assert_eq!(at(layout.heap.start + memory.byte_size()), !is_guarded);
            assert_eq!(at(layout.value_stack.start - 1), !is_guarded);
            assert!(at(layout.context.start + 4999));
            let location = |offset: usize| slot.location(start.wrapping_add(offset), 1 << 16);
            for (offset, expected) in [
                (
                    0,
                    if is_guarded {
                        AddrLocation::Instance
                    } else {
                        AddrLocation::StackGuard
                    },
                ),
                (layout.heap.start + 65535, AddrLocation::Heap),
                (layout.heap.start + 65536, AddrLocation::InaccessibleHeap),
                (layout.stack.start - 1, AddrLocation::StackGuard),
                (layout.stack.end - 1, AddrLocation::Stack),
                (layout.globals.start, AddrLocation::Globals),
                (layout.sigstack.start - 1, AddrLocation::SigStackGuard),
                (layout.sigstack.start, AddrLocation::SigStack),
                (layout.size, AddrLocation::Unknown),
                (usize::MAX, AddrLocation::Unknown),
            ] {
                assert_eq!(location(offset), expected, "{offset}");
            }
        }
    }
}

#[test]
fn a_fault_of_the_guest_is_not_fatal() {
    use AddrLocation::*;
    for place in [Heap, InaccessibleHeap, StackGuard, Stack, Globals, SigStack] {
        assert!(!place.is_fault_fatal(), "{place:?}");
    }
    for place in [SigStackGuard, Instance, Context, ValueStack, Unknown] {
        assert!(place.is_fault_fatal(), "{place:?}");
    }
}
