//! The other parts of slots.

use selvedge_vm::region::{MAX_CONTEXT_BYTES, RegionCreate, RegionError, SlotRequest};
use selvedge_vm::stack::RESERVE_SLOTS;

use crate::{LIMITS, on_both_kinds, region};

on_both_kinds! {
    all_parts_are_apart_and_zero_for_every_user
    a_stack_holds_a_pattern
    a_context_grows_to_its_limit
    a_reset_slot_is_as_at_first
    stale_stacks_are_only_for_those_who_ask
}

/// A part's bytes, as found and then filled.
fn find_and_fill(start: *mut u8, len: usize, byte: u8) -> bool {
    // SAFETY: bytes of a part that a slot gave out, and nobody else has.
    let bytes = unsafe { std::slice::from_raw_parts_mut(start, len) };
    let zero = bytes.iter().all(|&byte| byte == 0);
    bytes.fill(byte);
    zero
}

fn all_parts_are_apart_and_zero_for_every_user<R: RegionCreate>() {
    let region = region::<R>(2);
    for round in 0..3_u8 {
        let mut slots = [0, 1].map(|_| region.take_slot(&SlotRequest::default()).expect("a slot"));
        let (mut parts, mut memories) = (Vec::new(), Vec::new());
        for slot in &mut slots {
            let memory = slot.memory(&crate::memory_type(2), None).expect("a memory");
            parts.push((memory.vmmemory().base, memory.byte_size()));
            memories.push(memory);
            let globals = slot.globals().expect("globals");
            parts.push((globals.as_mut_ptr().cast(), size_of_val(globals)));
            for stack in [
                slot.stack().expect("a stack"),
                slot.sigstack().expect("a stack"),
            ] {
                let len = stack.top.addr().get() - stack.bottom.addr().get();
                parts.push((stack.bottom.as_ptr(), len));
            }
            let context = slot.context(9000).expect("a context");
            parts.push((context.as_ptr(), 9000));
            let values = slot.value_stack().expect("a value stack");
            let len = values.limit.addr().get() - values.base.addr().get();
            assert_eq!(len, LIMITS.value_stack_size);
            parts.push((values.base.as_ptr().cast(), len + RESERVE_SLOTS * 8));
            parts.push((slot.instance().as_ptr(), 4096 - 64));
        }
        for (i, &(start, len)) in parts.iter().enumerate() {
            assert!(
                find_and_fill(start, len, i as u8 + 1),
                "part {i} in round {round}"
            );
        }
        for (i, &(start, len)) in parts.iter().enumerate() {
            // SAFETY: as above.
            let bytes = unsafe { std::slice::from_raw_parts(start, len) };
            assert!(
                bytes.iter().all(|&byte| byte == i as u8 + 1),
                "part {i} is its own"
            );
        }
    }
}

fn a_stack_holds_a_pattern<R: RegionCreate>() {
    let region = region::<R>(1);
    for _ in 0..2 {
        let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
        let stack = slot.stack().expect("a stack");
        let len = stack.top.addr().get() - stack.bottom.addr().get();
        assert_eq!((len, stack.top.addr().get() % 4096), (LIMITS.stack_size, 0));
        // SAFETY: the last 1024 bytes of the stack, and all of it.
        unsafe {
            let all = std::slice::from_raw_parts_mut(stack.bottom.as_ptr(), len);
            assert!(all.iter().all(|&byte| byte == 0));
            let top = &mut all[len - 1024..];
            top.iter_mut()
                .enumerate()
                .for_each(|(i, byte)| *byte = i as u8);
            assert!(top.iter().enumerate().all(|(i, &byte)| byte == i as u8));
        }
        assert_eq!(slot.stack().expect("the same stack"), stack);
    }
}

fn a_context_grows_to_its_limit<R: RegionCreate>() {
    let region = region::<R>(1);
    let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
    let small = slot.context(100).expect("a context");
    assert!(find_and_fill(small.as_ptr(), 100, 1));
    let large = slot.context(MAX_CONTEXT_BYTES).expect("a context");
    assert_eq!(small, large);
    // SAFETY: the first byte, and what has been added.
    unsafe {
        assert_eq!(large.read(), 1);
        assert!(find_and_fill(
            large.add(100).as_ptr(),
            MAX_CONTEXT_BYTES - 100,
            2
        ));
    }
    let error = slot.context(MAX_CONTEXT_BYTES + 1).expect_err("too large");
    assert!(matches!(error, RegionError::LimitsExceeded(_)), "{error}");
    drop(slot);
    let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
    let context = slot.context(MAX_CONTEXT_BYTES).expect("a context");
    assert!(find_and_fill(context.as_ptr(), MAX_CONTEXT_BYTES, 3));
}

fn a_reset_slot_is_as_at_first<R: RegionCreate>() {
    let region = region::<R>(1);
    let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
    // SAFETY: the slot's own page.
    unsafe { slot.instance().write(42) };
    for _ in 0..3 {
        assert!(
            slot.globals()
                .expect("globals")
                .iter()
                .all(|&word| word == 0)
        );
        slot.globals().expect("globals").fill(7);
        let values = slot.value_stack().expect("a value stack");
        assert!(find_and_fill(values.base.as_ptr().cast(), 4000, 7));
        // SAFETY: nothing that the slot gave out is used any more.
        unsafe { slot.reset() };
    }
    // SAFETY: as above; a reset keeps the instance.
    assert_eq!(unsafe { slot.instance().read() }, 42);
}

fn stale_stacks_are_only_for_those_who_ask<R: RegionCreate>() {
    let region = region::<R>(1);
    let stale = SlotRequest {
        stale_stacks: true,
        ..SlotRequest::default()
    };
    for request in [
        &stale,
        &SlotRequest::default(),
        &stale,
        &stale,
        &SlotRequest::default(),
    ] {
        let mut slot = region.take_slot(request).expect("a slot");
        let (stack, values) = (slot.stack(), slot.value_stack());
        let (stack, values) = (stack.expect("a stack"), values.expect("a value stack"));
        for start in [stack.bottom.as_ptr(), values.base.as_ptr().cast()] {
            let is_zero = find_and_fill(start, LIMITS.value_stack_size, 5);
            assert!(is_zero || request.stale_stacks);
        }
        let globals = slot.globals().expect("globals");
        assert!(globals.iter().all(|&word| word == 0));
        globals.fill(5);
    }
}
