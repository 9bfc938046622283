//! Regions shared by threads.

use std::sync::mpsc;
use std::thread;

use selvedge_vm::region::{AllocStrategy, RegionCreate, RegionError, SlotRequest};

use crate::{memory_type, on_both_kinds, region};

on_both_kinds! {
    threads_take_and_give_back
    a_slot_moves_between_threads
}

/// More threads than slots, so that the region is full now and then.
fn threads_take_and_give_back<R: RegionCreate>() {
    let region = region::<R>(3);
    thread::scope(|scope| {
        for number in 1..=4_u8 {
            let region = &region;
            scope.spawn(move || {
                let mut done = 0;
                while done < 100 {
                    let strategy = match done % 2 {
                        0 => AllocStrategy::Linear,
                        _ => AllocStrategy::Random,
                    };
                    let request = SlotRequest {
                        strategy,
                        ..SlotRequest::default()
                    };
                    let mut slot = match region.take_slot(&request) {
                        Ok(slot) => slot,
                        Err(RegionError::RegionFull(3)) => {
                            thread::yield_now();
                            continue;
                        }
                        Err(error) => panic!("{error}"),
                    };
                    let mut memory = slot.memory(&memory_type(2), None).expect("a memory");
                    assert!(memory.data().iter().all(|&byte| byte == 0));
                    memory.data_mut()[..5000].fill(number);
                    let globals = slot.globals().expect("globals");
                    assert!(globals.iter().all(|&word| word == 0));
                    globals.fill(number.into());
                    thread::yield_now();
                    assert!(memory.data()[..5000].iter().all(|&byte| byte == number));
                    // Either may go first.
                    if done % 3 == 0 {
                        drop(slot);
                        drop(memory);
                    } else {
                        drop(memory);
                        drop(slot);
                    }
                    done += 1;
                }
            });
        }
    });
    assert_eq!((region.free_slots(), region.used_slots()), (3, 0));
}

fn a_slot_moves_between_threads<R: RegionCreate>() {
    let region = region::<R>(2);
    let (sender, receiver) = mpsc::sync_channel(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            for (slot, mut memory) in receiver {
                let (_slot, memory): (selvedge_vm::region::Slot, &mut selvedge_vm::memory::Memory) =
                    (slot, &mut memory);
                memory.data_mut().fill(1);
            }
        });
        for _ in 0..50 {
            let mut slot = loop {
                match region.take_slot(&SlotRequest::default()) {
                    Ok(slot) => break slot,
                    Err(RegionError::RegionFull(2)) => thread::yield_now(),
                    Err(error) => panic!("{error}"),
                }
            };
            let memory = slot.memory(&memory_type(1), None).expect("a memory");
            assert!(memory.data().iter().all(|&byte| byte == 0));
            sender
                .send((slot, memory))
                .expect("the other thread listens");
        }
        drop(sender);
    });
    assert_eq!(region.free_slots(), 2);
}

/// `cargo test --release -p selvedge-vm --test region -- --ignored --nocapture`
#[test]
#[ignore = "measures; run it alone, in a release build"]
fn costs() {
    use std::time::Instant;

    use selvedge_vm::region::{CompactRegion, Limits, MmapRegion, Region, Slot};

    let limits = Limits::default();
    let mmap = MmapRegion::create(10, &limits).expect("a region");
    let compact = CompactRegion::create(10, &limits).expect("a region");
    let measure = |name: &str, region: &dyn Region, run: &dyn Fn(&mut Slot)| {
        let mut times: Vec<_> = (0..20_000)
            .map(|_| {
                let start = Instant::now();
                let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
                run(&mut slot);
                drop(slot);
                start.elapsed().as_nanos()
            })
            .collect();
        times.sort_unstable();
        println!("{name}: {} ns", times[times.len() / 2]);
    };
    for (kind, region) in [("mmap", &*mmap as &dyn Region), ("compact", &*compact)] {
        measure(&format!("{kind}, nothing"), region, &|_| ());
        measure(&format!("{kind}, memory of a page"), region, &|slot| {
            drop(slot.memory(&memory_type(1), None).expect("a memory"));
        });
        measure(
            &format!("{kind}, context of 1 KiB, globals"),
            region,
            &|slot| {
                slot.context(1024).expect("a context");
                slot.globals().expect("globals");
            },
        );
        measure(&format!("{kind}, value stack"), region, &|slot| {
            slot.value_stack().expect("a value stack");
        });
        measure(&format!("{kind}, native stack"), region, &|slot| {
            slot.stack().expect("a stack");
        });
    }
}
