//! Pools shared by threads.

use std::alloc::Layout;
use std::sync::mpsc;
use std::thread;

use selvedge_vm::pool::{ModuleKey, PoolConfig};

use crate::*;

/// Few slots, more takers, all of them with something in hand.
#[test]
fn threads_never_share_a_slot() {
    let pool = pool(&PoolConfig {
        total_memories: 130, // in shards, if there are processors
        total_tables: 5,
        total_core_instances: 5,
        max_unused_warm_slots: 3,
        linear_memory_keep_resident: 64 << 10,
        decommit_batch_size: 4,
        ..config()
    });
    let images = [None, Some(image(1, b"one")), Some(image(2, b"two"))];
    let modules = [(); 3].map(|()| ModuleKey::new());
    thread::scope(|scope| {
        for number in 1..=4_u8 {
            let (pool, images) = (&pool, &images);
            scope.spawn(move || {
                for round in 0..150 {
                    let choice = (round + usize::from(number)) % 3;
                    let image = images[choice].as_ref();
                    let ty = memory_type(2 + round as u64 % 2, None);
                    let mut memory = pool
                        .take_memory(&ty, modules[choice], 0, image)
                        .expect("there are more memories than takers");
                    assert!(is_new(&memory, image.map(|image| &**image)));
                    memory.data_mut()[..3 * 4096].fill(number);
                    let table = pool.take_table(100).expect("a table");
                    let block = pool
                        .take_block(Layout::new::<[u8; 3000]>())
                        .expect("a block");
                    // SAFETY: elements and bytes of what this thread has taken.
                    unsafe {
                        let table = std::slice::from_raw_parts_mut(table.base().as_ptr(), 100);
                        let block = std::slice::from_raw_parts_mut(block.as_ptr().as_ptr(), 3000);
                        assert!(table.iter().all(|&word| word == 0));
                        assert!(block.iter().all(|&byte| byte == 0));
                        table.fill(number.into());
                        block.fill(number);
                        thread::yield_now();
                        assert!(table.iter().all(|&word| word == u64::from(number)));
                        assert!(block.iter().all(|&byte| byte == number));
                    }
                    assert!(memory.data()[..3 * 4096].iter().all(|&byte| byte == number));
                }
            });
        }
    });
    pool.flush();
    let metrics = pool.metrics();
    assert_eq!((metrics.memories.used, metrics.memories.free), (0, 130));
    assert_eq!((metrics.tables.used, metrics.core_instances.used), (0, 0));
    assert!(metrics.memories.warm >= 1);
}

#[test]
fn what_one_thread_takes_another_gives_back() {
    let pool = pool(&config());
    let (sender, receiver) = mpsc::sync_channel::<Memory>(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            receiver
                .into_iter()
                .for_each(|mut memory| memory.data_mut().fill(1))
        });
        for _ in 0..200 {
            let memory = loop {
                // The other thread may still hold all of them.
                match pool.take_memory(&memory_type(1, None), ModuleKey::new(), 0, None) {
                    Ok(memory) => break memory,
                    Err(error) => {
                        assert!(error.is_exhausted(), "{error}");
                        thread::yield_now();
                    }
                }
            };
            assert!(is_new(&memory, None));
            sender.send(memory).expect("the other thread listens");
        }
        drop(sender);
    });
    assert_eq!(pool.metrics().memories.free, 4);
}

/// There is a slot for each thread, but they wait for their pages to be dropped.
#[test]
fn slots_that_wait_for_a_batch_are_not_missed() {
    let pool = pool(&PoolConfig {
        total_memories: 4,
        linear_memory_keep_resident: 0,
        decommit_batch_size: usize::MAX,
        ..config()
    });
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let memory = pool.take_memory(&memory_type(1, None), ModuleKey::new(), 0, None);
                    let mut memory = memory.expect("no more takers than slots");
                    assert!(is_new(&memory, None));
                    memory.data_mut()[..9000].fill(1);
                }
            });
        }
    });
}

/// `cargo test --release -p selvedge-vm --test pool -- --ignored --nocapture`
#[test]
#[ignore = "measures; run it alone, in a release build"]
fn costs() {
    use std::time::Instant;

    let pool = pool(&PoolConfig {
        total_memories: 200,
        total_tables: 200,
        total_core_instances: 200,
        total_stacks: 200,
        ..config()
    });
    let image = image(1, b"image");
    let module = ModuleKey::new();
    let median = |mut times: Vec<u128>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let measure = |name: &str, run: &mut dyn FnMut()| {
        let times = (0..20_000).map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_nanos()
        });
        println!("{name}: {} ns", median(times.collect()));
    };
    measure("nothing", &mut || ());
    for pages in [1, 16] {
        measure(
            &format!("memory of {pages} pages, none touched"),
            &mut || {
                drop(pool.take_memory(&memory_type(pages, None), module, 0, Some(&image)));
            },
        );
        measure(
            &format!("memory of {pages} pages, 4 host pages written"),
            &mut || {
                let memory = pool.take_memory(&memory_type(pages, None), module, 0, Some(&image));
                let mut memory = memory.expect("a memory");
                let data = memory.data_mut();
                (0..4).for_each(|i| data[i * 8192] = 1);
            },
        );
    }
    measure("table of 100", &mut || drop(pool.take_table(100)));
    measure("block of 1 KiB", &mut || {
        drop(pool.take_block(Layout::new::<[u8; 1024]>()))
    });
    measure("stacks", &mut || drop(pool.take_stacks()));
    // What two threads gain is to be compared with what they gain on work of their own.
    let on_threads = |name: &str, run: &(dyn Fn(&mut [u8]) + Sync)| {
        for threads in [1, 2] {
            let start = Instant::now();
            thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(move || {
                        let mut own = vec![0; PAGE];
                        (0..200_000).for_each(|_| run(&mut own));
                    });
                }
            });
            let nanos = start.elapsed().as_nanos() / 200_000;
            println!("{name} on {threads} threads: {nanos} ns each");
        }
    };
    on_threads("64 KiB of one's own", &|own| {
        own.fill(std::hint::black_box(1))
    });
    on_threads("memory", &|_| {
        drop(pool.take_memory(&memory_type(1, None), module, 0, Some(&image)));
    });
    on_threads("table, block and stacks", &|_| {
        drop(pool.take_table(100));
        drop(pool.take_block(Layout::new::<[u8; 1024]>()));
        drop(pool.take_stacks());
    });
}
