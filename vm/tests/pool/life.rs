//! One thing after the other in a pool.

use std::alloc::Layout;
use std::sync::Arc;

use selvedge_vm::memory::{MemoryPlan, ModuleImages};
use selvedge_vm::pool::{AddressSpaceError, ModuleKey, Pool, PoolConfig, PoolError};

use crate::*;

#[test]
fn a_module_gets_its_memory_back_as_new() {
    let pool = pool(&config());
    let (module, image) = (ModuleKey::new(), image(2, b"data"));
    let mut bases = Vec::new();
    for _ in 0..5 {
        let mut memory = pool
            .take_memory(&memory_type(3, None), module, 0, Some(&image))
            .expect("a memory");
        assert!(is_new(&memory, Some(&image)));
        assert_eq!((memory.size_pages(), memory.maximum_pages()), (3, Some(16)));
        assert!(grow(&mut memory, 2));
        memory.data_mut().fill(0xcc);
        bases.push(memory.vmmemory().base.addr());
    }
    assert!(bases.iter().all(|&base| base == bases[0]));
    assert_eq!(pool.metrics().memories.warm, 1);
}

/// What tenant A leaves anywhere, tenant B does not see, by every way to reset.
#[test]
fn tenants_see_nothing_of_each_other() {
    let images = [None, Some(image(1, b"one")), Some(image(4, b"four"))];
    for pagemap_scan in [false, true] {
        for keep in [0, 20 << 10, 64 << 10, 4 << 20] {
            let pool = pool(&PoolConfig {
                total_memories: 2,
                linear_memory_keep_resident: keep,
                table_keep_resident: keep,
                pagemap_scan,
                ..config()
            });
            for round in 0..24_usize {
                let image = images[round % 3].as_ref();
                let minimum =
                    image.map_or(1, |image| image.len() / PAGE + 1) as u64 + round as u64 % 4;
                let mut memory = pool
                    .take_memory(&memory_type(minimum, None), ModuleKey::new(), 0, image)
                    .expect("a memory");
                assert!(is_new(&memory, image.map(|image| &**image)), "{round}");
                assert_eq!(memory.size_pages(), minimum);
                if round % 2 == 0 {
                    assert!(grow(&mut memory, 16 - minimum));
                    let (old, new) = memory.data_mut().split_at_mut(minimum as usize * PAGE);
                    assert!(new.iter().all(|&byte| byte == 0));
                    // More than 64 separate pages.
                    old.iter_mut()
                        .chain(new)
                        .step_by(8192)
                        .for_each(|byte| *byte = 0xee);
                } else {
                    memory.data_mut().fill(0xdd);
                }
            }
        }
    }
}

#[test]
fn limits_are_told_by_name() {
    let pool = pool(&config());
    let module = ModuleKey::new();
    let ty = memory_type(1, None);
    let taken: Vec<_> = (0..4)
        .map(|_| pool.take_memory(&ty, module, 0, None).expect("a memory"))
        .collect();
    let error = pool
        .take_memory(&ty, module, 0, None)
        .expect_err("all are taken");
    assert!(error.is_exhausted());
    assert_eq!(
        error.to_string(),
        "maximum concurrent limit of 4 for memories reached"
    );
    drop(taken);
    let error = pool
        .take_memory(&memory_type(17, None), module, 0, None)
        .expect_err("too large");
    assert_eq!(
        error.to_string(),
        "memory, in bytes, of 1114112 exceeds the pool's limit of 1048576 (`max_memory_size`)"
    );
    let error = pool.take_table(1001).expect_err("too large");
    assert!(error.to_string().contains("table_elements"), "{error}");
    let large = Layout::from_size_align((1 << 16) + 1, 16).expect("a layout");
    let error = pool.take_block(large).expect_err("too large");
    assert!(
        error.to_string().contains("max_core_instance_size"),
        "{error}"
    );
    assert_eq!(pool.metrics().memories.used, 0, "errors take nothing");
    assert_eq!(pool.metrics().tables.used, 0, "errors take nothing");
    let config = config();
    assert!(config.check_module(1, 1, 1 << 16).is_ok());
    let error = config.check_module(2, 1, 0).expect_err("two memories");
    assert_eq!(
        error.to_string(),
        "module needs 2 memories, more than the limit of 1 (`max_memories_per_module`)"
    );
    assert!(config.check_module(0, 2, 0).is_err());
    assert!(config.check_module(0, 0, (1 << 16) + 1).is_err());
}

#[test]
fn a_memory_grows_to_the_slot_or_its_maximum() {
    let pool = pool(&config());
    let mut memory = pool
        .take_memory(&memory_type(0, None), ModuleKey::new(), 0, None)
        .expect("a memory");
    assert!(grow(&mut memory, 16) && !grow(&mut memory, 1));
    memory.data_mut().fill(1);
    let mut memory = pool
        .take_memory(&memory_type(1, Some(3)), ModuleKey::new(), 0, None)
        .expect("a memory");
    assert_eq!(memory.maximum_pages(), Some(3));
    assert!(grow(&mut memory, 2) && !grow(&mut memory, 1));
}

#[test]
fn pooled_memories_have_the_guard_of_the_plan() {
    let plan = MemoryPlan::default();
    let pool = Pool::new(
        &PoolConfig {
            total_memories: 2,
            ..config()
        },
        &plan,
    );
    if cfg!(any(feature = "portable-sys", miri)) {
        let memory = pool
            .expect("memories without guards")
            .take_memory(&memory_type(1, None), ModuleKey::new(), 0, None)
            .expect("a memory");
        assert!(!memory.has_guard(&plan));
        return;
    }
    let memory = pool
        .expect("a small pool")
        .take_memory(&memory_type(1, None), ModuleKey::new(), 0, None)
        .expect("a memory");
    assert!(memory.has_guard(&plan));
    let bounded = self::pool(&config());
    let memory = bounded
        .take_memory(&memory_type(1, None), ModuleKey::new(), 0, None)
        .expect("a memory");
    assert!(!memory.has_guard(&plan));
}

#[test]
fn address_space_that_is_not_there_is_explained() {
    let config = PoolConfig {
        total_memories: 1 << 30,
        max_memory_size: 1 << 40,
        ..config()
    };
    let error = Pool::new(&config, &MemoryPlan::bounded()).expect_err("2^70 bytes");
    let text = error.to_string();
    assert!(
        text.starts_with(
            "cannot reserve 18446744073709551615 bytes of address space for 1073741824 memories"
        ),
        "{text}"
    );
    assert!(
        text.contains("lower `total_memories` or `max_memory_size`"),
        "{text}"
    );
    let PoolError::Reserve(AddressSpaceError { fits, .. }) = error else {
        panic!("{error:?}");
    };
    assert!(fits < 1 << 20);
}

#[test]
fn pages_are_dropped_in_batches() {
    let pool = pool(&PoolConfig {
        decommit_batch_size: 3,
        linear_memory_keep_resident: 0,
        ..config()
    });
    let take = || pool.take_memory(&memory_type(1, None), ModuleKey::new(), 0, None);
    let free = || pool.metrics().memories.free;
    for (memories, left) in [(1, 3), (1, 2), (1, 4)] {
        for _ in 0..memories {
            take().expect("a memory").data_mut().fill(1);
        }
        assert_eq!(free(), left);
    }
    let taken: Vec<_> = (0..2).map(|_| take().expect("a memory")).collect();
    drop(taken);
    assert_eq!(free(), 2);
    let taken: Vec<_> = (0..4)
        .map(|_| take().expect("those that wait are flushed"))
        .collect();
    assert!(taken.iter().all(|memory| is_new(memory, None)));
    drop(taken);
    pool.flush();
    assert_eq!(free(), 4);
}

#[test]
fn a_purged_module_leaves_no_image() {
    let pool = pool(&config());
    let (module, other) = (ModuleKey::new(), ModuleKey::new());
    let image = image(1, b"soon gone");
    let weak = Arc::downgrade(&image);
    for key in [module, module, other] {
        drop(pool.take_memory(&memory_type(1, None), key, 0, Some(&image)));
    }
    drop(image);
    assert!(weak.upgrade().is_some());
    pool.purge_module(module);
    assert!(weak.upgrade().is_some(), "the other module's memory has it");
    pool.purge_module(other);
    assert!(weak.upgrade().is_none());
    assert_eq!(pool.metrics().memories.warm, 0);
    let memory = pool
        .take_memory(&memory_type(1, None), module, 0, None)
        .expect("a memory");
    assert!(is_new(&memory, None));
}

#[test]
fn leases_outlive_the_pool() {
    let pool = pool(&config());
    let mut memory = pool
        .take_memory(&memory_type(1, None), ModuleKey::new(), 0, None)
        .expect("a memory");
    let mut table = pool.take_table(10).expect("a table");
    let block = pool
        .take_block(Layout::new::<[u64; 100]>())
        .expect("a block");
    let stacks = pool.take_stacks().expect("stacks");
    drop(pool);
    assert!(grow(&mut memory, 3));
    memory.data_mut().fill(9);
    table.grow(1000).expect("within the capacity");
    // SAFETY: the last element, the last word and the first slot of what is lent here.
    unsafe {
        table.base().add(999).write(1);
        block.as_ptr().cast::<u64>().add(99).write(1);
        stacks.value_stack.base().write(1);
    }
}

#[test]
fn tables_and_blocks_are_zero_and_stacks_on_demand() {
    for zero_stacks in [false, true] {
        let pool = pool(&PoolConfig {
            zero_stacks,
            ..config()
        });
        let layout = Layout::from_size_align(5000, 64).expect("a layout");
        for round in 0..5 {
            let mut table = pool.take_table(round * 100).expect("a table");
            assert_eq!((table.len(), table.capacity()), (round * 100, 1000));
            table.grow(1000).expect("within the capacity");
            assert!(table.grow(1001).is_err());
            let block = pool.take_block(layout).expect("a block");
            assert_eq!((block.size(), block.as_ptr().addr().get() % 64), (5000, 0));
            let stacks = pool.take_stacks().expect("stacks");
            let stack = &stacks.value_stack;
            // SAFETY: all elements of the table, bytes of the block and slots of the stack; nobody else has them.
            unsafe {
                let table = std::slice::from_raw_parts_mut(table.base().as_ptr(), 1000);
                assert!(table.iter().all(|&word| word == 0));
                table.fill(7);
                let block = std::slice::from_raw_parts_mut(block.as_ptr().as_ptr(), 5000);
                assert!(block.iter().all(|&byte| byte == 0));
                block.fill(7);
                let stack = std::slice::from_raw_parts_mut(stack.base(), stack.len_slots());
                assert!(!zero_stacks || stack.iter().all(|&word| word == 0));
                stack.fill(7);
            }
        }
        let stacks = [0, 1].map(|_| pool.take_stacks().expect("stacks"));
        let error = pool.take_stacks().expect_err("all are taken");
        assert_eq!(
            error.to_string(),
            "maximum concurrent limit of 2 for stacks reached"
        );
        drop(stacks);
        let metrics = pool.metrics();
        assert_eq!((metrics.stacks.total, metrics.stacks.used), (2, 0));
        assert_eq!(metrics.core_instances.free, 3);
    }
}

#[test]
fn an_empty_pool_has_nothing() {
    let pool = pool(&PoolConfig {
        total_memories: 0,
        total_tables: 0,
        total_core_instances: 0,
        total_stacks: 0,
        ..config()
    });
    let errors = [
        pool.take_memory(&memory_type(1, None), ModuleKey::new(), 0, None)
            .err(),
        pool.take_table(1).err(),
        pool.take_block(Layout::new::<u64>()).err(),
        pool.take_stacks().err(),
    ];
    for error in errors {
        let error = error.expect("there is nothing");
        assert!(
            error
                .to_string()
                .starts_with("maximum concurrent limit of 0 for "),
            "{error}"
        );
    }
}

#[test]
fn images_of_modules_follow_their_data_segments() {
    let parse = |wat: &str| {
        let registry = selvedge_vm::types::TypeRegistry::new();
        let options = selvedge_vm::module::ParseOptions::new(&registry);
        let bytes = wat::parse_str(wat).expect("a test module");
        selvedge_vm::module::Module::parse(bytes.into(), &options).expect("a valid module")
    };
    let memory = selvedge_vm::index::DefinedMemoryIndex::from_u32(0);
    let module = parse(
        r#"(module (memory 3) (data (i32.const 65530) "across pages") (data (i32.const 65531) "C"))"#,
    );
    let images = ModuleImages::new();
    let image = images.image(&module, memory).expect("an image").clone();
    assert!(!images.out_of_bounds(&module));
    assert!(Arc::ptr_eq(
        &image,
        images.image(&module, memory).expect("the same")
    ));
    let pool = pool(&config());
    let taken = pool
        .take_memory(
            &module.memories[selvedge_vm::index::MemoryIndex::from_u32(0)],
            ModuleKey::new(),
            0,
            Some(&image),
        )
        .expect("a memory");
    assert_eq!(&taken.data()[65529..65543], b"\0aCross pages\0");
    assert!(is_new(&taken, Some(&image)));
    // Another engine's module with the same content has the same image.
    let twin = parse(
        r#"(module (memory 3) (data (i32.const 65530) "aCr") (data (i32.const 65533) "oss pages"))"#,
    );
    let twins = ModuleImages::new();
    assert!(Arc::ptr_eq(
        &image,
        twins.image(&twin, memory).expect("an image")
    ));
    let out = parse(
        r#"(module (memory 1) (data (i32.const 1) "x") (data (i32.const 65536) "y") (data (i32.const 0) "z"))"#,
    );
    let images = ModuleImages::new();
    assert!(images.out_of_bounds(&out));
    let image = images.image(&out, memory).expect("an image");
    assert_eq!(
        &image.bytes()[..3],
        b"\0x\0",
        "what follows the failure is not there"
    );
    let global =
        parse(r#"(module (import "" "" (global i32)) (memory 1) (data (global.get 0) "x"))"#);
    let images = ModuleImages::new();
    assert!(matches!(
        images.content(&global, memory),
        InitialContent::Segments
    ));
    let empty = parse("(module (memory 1))");
    assert!(matches!(
        ModuleImages::new().content(&empty, memory),
        InitialContent::Zero
    ));
}
