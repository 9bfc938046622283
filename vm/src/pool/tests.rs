//! Pools whose system calls fail.

use std::sync::Arc;

use super::*;
use crate::init::{IMAGE_PAGE_BYTES, ImagePage};
use crate::memory::{InitialContent, Memory, MemoryImage};
use crate::sys::faults::Fault;
use crate::types::MemoryType;

const TYPE: MemoryType = MemoryType {
    minimum: 2,
    maximum: None,
    memory64: false,
    shared: false,
    page_size_log2: 16,
};

fn image(byte: u8) -> Arc<MemoryImage> {
    let page: ImagePage = Some(vec![byte; IMAGE_PAGE_BYTES].into());
    match MemoryImage::from_pages(&[page]) {
        InitialContent::Image(image) => image,
        other => panic!("{other:?} is no image"),
    }
}

fn config() -> PoolConfig {
    PoolConfig {
        total_memories: 2,
        total_tables: 2,
        total_core_instances: 2,
        total_stacks: 2,
        max_memory_size: 8 << 16,
        max_core_instance_size: 1 << 16,
        linear_memory_keep_resident: 64 << 10,
        zero_stacks: true,
        ..PoolConfig::default()
    }
}

#[test]
fn making_a_pool_fails_at_every_call() {
    for calls in 0.. {
        let fault = Fault::after(calls);
        let result = Pool::new(&config(), &MemoryPlan::bounded());
        if !fault.has_fired() {
            assert!(calls >= 3, "three reservations at least");
            result.expect("nothing has failed");
            break;
        }
        let error = result.expect_err("a call has failed");
        assert!(matches!(error, PoolError::Reserve(_)), "{error}");
    }
}

/// Whatever call fails in the life of a memory, nothing of it is left for the next ones, and no slot is lost.
#[test]
fn a_memory_whose_calls_fail_leaves_nothing() {
    let (first, second) = (image(1), image(2));
    for batch in [1, 2] {
        let config = PoolConfig {
            decommit_batch_size: batch,
            ..config()
        };
        for calls in 0.. {
            let pool = Pool::new(&config, &MemoryPlan::bounded()).expect("a small pool");
            let (one, other) = (ModuleKey::new(), ModuleKey::new());
            let fault = Fault::after(calls);
            for (module, image) in [
                (one, &first),
                (other, &second),
                (one, &first),
                (one, &second),
            ] {
                let memories = [0, 1].map(|_| pool.take_memory(&TYPE, module, 0, Some(image)));
                for mut memory in memories.into_iter().flatten() {
                    let allow = &mut |_, _, _| Ok::<_, ()>(true);
                    check(&memory, image);
                    let _ = memory.grow(5, allow);
                    memory.data_mut().fill(0xee);
                    if memory.reset(Some(image)).is_ok() {
                        check(&memory, image);
                    }
                    memory.data_mut().fill(0xdd);
                }
            }
            let done = !fault.has_fired();
            drop(fault);
            let memories = [0, 1].map(|_| {
                let memory = pool.take_memory(&TYPE, other, 0, Some(&second));
                memory.expect("no slot is lost")
            });
            memories.iter().for_each(|memory| check(memory, &second));
            drop(memories);
            pool.flush();
            assert_eq!(pool.metrics().memories.free, 2);
            if done {
                break;
            }
        }
    }
}

fn check(memory: &Memory, image: &MemoryImage) {
    assert_eq!(memory.byte_size(), 2 << 16);
    let (start, rest) = memory.data().split_at(image.end());
    assert!(start == image.bytes() && rest.iter().all(|&byte| byte == 0));
}

#[test]
fn stacks_and_tables_whose_calls_fail_are_not_lost() {
    let pool = Pool::new(&config(), &MemoryPlan::bounded()).expect("a small pool");
    for calls in 0..12 {
        let fault = Fault::after(calls);
        for _ in 0..3 {
            drop(pool.take_stacks());
            let table = pool.take_table(20_000).expect("tables make no calls here");
            // SAFETY: the first of the table's elements.
            unsafe {
                assert_eq!(table.base().read(), 0);
                table.base().write(7);
            }
        }
        drop(fault);
    }
    let metrics = pool.metrics();
    assert_eq!((metrics.stacks.free, metrics.tables.free), (2, 2));
    let stacks = [0, 1].map(|_| pool.take_stacks().expect("no stack is lost"));
    assert_ne!(stacks[0].value_stack.base(), stacks[1].value_stack.base());
}
