//! Instances from a pool do what instances of their own do, find nothing of those before them, and
//! are refused when there are no more.

mod oracle;
mod support;

use oracle::campaign::compare;
use oracle::contest::Contest;
use oracle::{benchmarks, programs, smith};
use selvedge::{
    Config, Engine, Func, Instance, InstanceAllocationStrategy, Memory, MemoryType, Module,
    PoolingAllocationConfig, Store, Strategy, Table, TableType, TypedFunc, Val,
};

/// Random modules of either kind.
const MODULES: u64 = if cfg!(debug_assertions) { 40 } else { 1000 };

fn engine(pool: PoolingAllocationConfig) -> Engine {
    Engine::new(Config::new().allocation_strategy(pool)).unwrap()
}

/// On demand, and from pools with each way to reset what is given back.
fn engines() -> Vec<(String, Engine)> {
    let mut engines = Vec::new();
    let mut add = |name: &str, set: &dyn Fn(&mut Config)| {
        let mut config = oracle::selvedge::config();
        set(&mut config);
        engines.push((name.to_owned(), Engine::new(&config).unwrap()));
    };
    add("on demand", &|_| ());
    add("pooled", &|config| {
        config.allocation_strategy(support::pool());
    });
    add("pooled, nothing resident", &|config| {
        let mut pool = support::pool();
        pool.linear_memory_keep_resident(0)
            .table_keep_resident(0)
            .decommit_batch_size(4)
            .max_unused_warm_slots(0);
        config.allocation_strategy(pool);
    });
    add("pooled, without scans", &|config| {
        let mut pool = support::pool();
        pool.pagemap_scan(false).stack_zeroing(true);
        config.allocation_strategy(pool);
    });
    add("pooled, checked", &|config| {
        let mut pool = support::pool();
        pool.max_memory_size(64 << 20);
        config
            .memory_reservation(0)
            .memory_guard_size(0)
            .allocation_strategy(pool);
    });
    add("pooled, interpreter", &|config| {
        config
            .strategy(Strategy::Interpreter)
            .allocation_strategy(support::pool());
    });
    engines
}

#[test]
fn benchmark_programs() {
    // Twice, so that the second meets what the first has left.
    benchmarks::compare(&engines());
    let mut twice = engines();
    let again = twice.clone();
    twice.extend(again);
    benchmarks::compare(&twice);
}

#[test]
fn modules_of_wasm_smith() {
    let contest = Contest::among(engines());
    compare(&contest, MODULES, |bytes| smith::generate(bytes).ok());
}

#[test]
fn programs_that_meet_what_translation_does() {
    let contest = Contest::among(engines());
    compare(&contest, MODULES, |bytes| Some(programs::module(bytes)));
}

/// What a tenant could leave behind: bytes in its memory and in grown pages, elements, globals, dropped segments.
const TENANT: &str = r#"(module
    (memory (export "m") 2 300) (data (i32.const 100) "image") (data (i32.const 70000) "second page")
    (data $passive "passive")
    (table (export "t") 10 50 externref) (elem $elem func 0)
    (global (export "g") (mut i64) (i64.const 7))
    (func (export "dirty") (param $pages i32)
        (memory.fill (i32.const 0) (i32.const 0xaa) (i32.const 131072))
        (drop (memory.grow (local.get $pages)))
        (memory.fill (i32.const 131072) (i32.const 0xbb)
            (i32.mul (local.get $pages) (i32.const 65536)))
        (data.drop $passive) (elem.drop $elem)
        (drop (table.grow (ref.null extern) (i32.const 20)))
        (global.set 0 (i64.const -1)))
    (func (export "init") (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 7))))"#;

#[test]
fn a_tenant_finds_nothing_of_the_one_before() {
    for keep in [0, 64 << 10, 1 << 20, 64 << 20] {
        for scan in [true, false] {
            let mut pool = PoolingAllocationConfig::new();
            pool.total_memories(1)
                .total_tables(1)
                .total_core_instances(1)
                .total_stacks(1)
                .linear_memory_keep_resident(keep)
                .pagemap_scan(scan);
            let engine = engine(pool);
            let module = Module::new(&engine, TENANT).unwrap();
            for pages in [0, 1, 30, 200, 3] {
                let what = format!("{keep} resident, scan {scan}, {pages} pages");
                let mut store = Store::new(&engine, ());
                let instance = Instance::new(&mut store, &module, &[]).unwrap();
                let memory = instance.get_memory(&mut store, "m").unwrap();
                let mut expected = vec![0; 2 << 16];
                expected[100..105].copy_from_slice(b"image");
                expected[70000..70011].copy_from_slice(b"second page");
                assert!(memory.data(&store) == expected, "{what}");
                let table = instance.get_table(&mut store, "t").unwrap();
                assert_eq!(table.size(&store), 10, "{what}");
                for i in 0..10 {
                    let element = table.get(&mut store, i).unwrap();
                    assert!(element.is_null(), "{what}");
                }
                let global = instance.get_global(&mut store, "g").unwrap();
                assert_eq!(global.get(&mut store).i64(), Some(7), "{what}");
                instance
                    .get_typed_func::<(), ()>(&mut store, "init")
                    .unwrap()
                    .call(&mut store, ())
                    .unwrap_or_else(|error| panic!("{what}: {error}"));
                let dirty: TypedFunc<i32, ()> =
                    instance.get_typed_func(&mut store, "dirty").unwrap();
                dirty.call(&mut store, pages).unwrap();
                let size = memory.data_size(&store);
                assert_eq!(size, (2 + pages as usize) << 16, "{what}");
                let grown = &memory.data(&store)[2 << 16..];
                assert!(grown.iter().all(|&byte| byte == 0xbb), "{what}");
                let value = selvedge::ExternRef::new(&mut store, 5_u8).unwrap();
                table.fill(&mut store, 0, Some(value).into(), 30).unwrap();
            }
        }
    }
}

/// Tables stay as they are for the next instance of a module, with the functions of that one, unless somebody has
/// written to them; instances of different modules and stores come and go in between.
#[test]
fn kept_tables_are_those_of_a_new_instance() {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(3)
        .total_tables(3)
        .max_unused_warm_slots(2);
    let engine = engine(pool);
    let module = |number: i32| {
        let text = format!(
            r#"(module (type $f (func (result i32))) (table (export "t") 4 9 funcref) (elem (i32.const 1) func $a $b)
                (global $runs (mut i32) (i32.const 0))
                (func $a (type $f) (global.set $runs (i32.add (global.get $runs) (i32.const 1)))
                    (i32.add (i32.const {number}) (global.get $runs)))
                (func $b (type $f) (i32.const {number}))
                (func (export "call") (param i32) (result i32) (call_indirect (type $f) (local.get 0)))
                (func (export "set") (table.set (i32.const 1) (ref.func $b)) (drop (table.grow (ref.func $a) (i32.const 2))))
                (func (export "copy") (table.copy (i32.const 0) (i32.const 2) (i32.const 2)))
                (func (export "fill") (table.fill (i32.const 0) (ref.null func) (i32.const 4))))"#
        );
        Module::new(&engine, text).unwrap()
    };
    let modules = [module(10), module(20), module(30)];
    let mut stores: Vec<Store<()>> = Vec::new();
    for round in 0..200 {
        if stores.len() == 3 || round % 7 == 3 && !stores.is_empty() {
            stores.swap_remove(round % stores.len());
        }
        let number = round * round % 3;
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &modules[number], &[]).unwrap();
        let table = instance.get_table(&mut store, "t").unwrap();
        assert_eq!(table.size(&store), 4, "round {round}");
        let nulls: Vec<_> = (0..4)
            .map(|i| table.get(&mut store, i).unwrap().is_null())
            .collect();
        assert_eq!(nulls, [true, false, false, true], "round {round}");
        let call: TypedFunc<i32, i32> = instance.get_typed_func(&mut store, "call").unwrap();
        let number = 10 * (1 + number as i32);
        for runs in 1..3 {
            assert_eq!(call.call(&mut store, 1).unwrap(), number + runs, "{round}");
            assert_eq!(call.call(&mut store, 2).unwrap(), number, "{round}");
        }
        let element = table.get(&mut store, 1).unwrap();
        let element = *element.as_func().unwrap().unwrap();
        match round % 6 {
            0 => {}
            1 => table
                .set(&mut store, 0, selvedge::Ref::Func(Some(element)))
                .unwrap(),
            2 => instance.remove(&mut store).unwrap(),
            other => {
                let change = ["set", "copy", "fill"][other - 3];
                let change = instance.get_typed_func::<(), ()>(&mut store, change);
                change.unwrap().call(&mut store, ()).unwrap();
                if round % 4 == 0 {
                    instance.reset(&mut store).unwrap();
                    assert_eq!(call.call(&mut store, 1).unwrap(), number + 1);
                }
            }
        }
        stores.push(store);
    }
    drop((stores, modules));
    let metrics = engine.pooling_allocator_metrics().unwrap();
    assert_eq!((metrics.tables(), metrics.core_instances()), (0, 0));
}

/// Grown pages are zero though another tenant had them.
#[test]
fn what_a_memory_grows_by_is_zero() {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_memories(1);
    let engine = engine(pool);
    let module = Module::new(&engine, TENANT).unwrap();
    for fill in [true, false, true, false] {
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let memory = instance.get_memory(&mut store, "m").unwrap();
        memory.grow(&mut store, 100).unwrap();
        assert!(memory.data(&store)[2 << 16..].iter().all(|&byte| byte == 0));
        if fill {
            memory.data_mut(&mut store).fill(0xcc);
        }
    }
}

#[test]
fn a_pool_that_is_empty_says_what_of() {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_memories(2)
        .total_tables(3)
        .total_core_instances(4)
        .total_stacks(2);
    let engine = engine(pool);
    let of = |text: &str| Module::new(&engine, text).unwrap();
    let cases = [
        ("(module (memory 1))", 2, "memories"),
        ("(module (table 1 funcref))", 3, "tables"),
        ("(module)", 4, "core instances"),
    ];
    for (text, limit, what) in cases {
        let module = of(text);
        let mut stores: Vec<_> = (0..limit)
            .map(|_| {
                let mut store = Store::new(&engine, ());
                Instance::new(&mut store, &module, &[]).unwrap();
                store
            })
            .collect();
        let mut store = Store::new(&engine, ());
        let error = Instance::new(&mut store, &module, &[]).unwrap_err();
        let expected = format!("maximum concurrent limit of {limit} for {what} reached");
        assert_eq!(error.to_string(), expected);
        stores.pop();
        Instance::new(&mut store, &module, &[]).unwrap();
    }
    let module = of(r#"(module (func (export "f")))"#);
    let run = || {
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let f: Func = instance.get_func(&mut store, "f").unwrap();
        f.call(&mut store, &[], &mut []).map(|()| store)
    };
    let stores = [run().unwrap(), run().unwrap()];
    let error = run().unwrap_err();
    assert!(
        error.to_string().contains("limit of 2 for stacks"),
        "{error}"
    );
    let handle = stores[0].interrupt_handle();
    drop(stores);
    run().unwrap();
    // A handle keeps no stack.
    handle.interrupt();
    let metrics = engine.pooling_allocator_metrics().unwrap();
    let used = [
        metrics.memories(),
        metrics.tables(),
        metrics.core_instances(),
        metrics.stacks(),
    ];
    assert_eq!(used, [0; 4]);
}

#[test]
fn modules_that_no_instance_can_be_of_are_refused() {
    let mut pool = PoolingAllocationConfig::new();
    pool.max_memory_size(1 << 20)
        .table_elements(100)
        .max_core_instance_size(4096);
    let engine = engine(pool);
    let refused = |text: &str| match Module::new(&engine, text) {
        Err(error) => error.to_string(),
        Ok(module) => {
            let mut store = Store::new(&engine, ());
            Instance::new(&mut store, &module, &[])
                .unwrap_err()
                .to_string()
        }
    };
    for (text, what) in [
        ("(module (memory 1) (memory 1))", "max_memories_per_module"),
        (
            "(module (table 1 funcref) (table 1 funcref))",
            "max_tables_per_module",
        ),
        ("(module (memory 17))", "max_memory_size"),
        ("(module (table 101 funcref))", "limit of 100"),
    ] {
        let message = refused(text);
        assert!(message.contains(what), "{message}");
    }
    let globals = "(global (mut i64) (i64.const 0))".repeat(500);
    let message = refused(&format!("(module {globals})"));
    assert!(message.contains("max_core_instance_size"), "{message}");
}

/// Growth ends at what a slot has room for.
#[test]
fn memories_and_tables_grow_to_the_limits_of_the_pool() {
    let mut pool = PoolingAllocationConfig::new();
    pool.max_memory_size(3 << 16).table_elements(20);
    let engine = engine(pool);
    let text = r#"(module (memory (export "m") 1) (table (export "t") 5 funcref))"#;
    let module = Module::new(&engine, text).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let memory = instance.get_memory(&mut store, "m").unwrap();
    assert_eq!(memory.grow(&mut store, 2).unwrap(), 1);
    assert!(memory.grow(&mut store, 1).is_err());
    let table = instance.get_table(&mut store, "t").unwrap();
    let null = selvedge::Ref::Func(None);
    assert_eq!(table.grow(&mut store, 15, null).unwrap(), 5);
    assert!(table.grow(&mut store, 1, null).is_err());
}

/// What the host makes is its own, and needs no room in the pool.
#[test]
fn objects_of_the_host_are_not_of_the_pool() {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_memories(0).total_tables(0);
    let engine = engine(pool);
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType::new(1, None)).unwrap();
    let ty = TableType::new(selvedge::RefType::FUNCREF, 1, None);
    let table = Table::new(&mut store, ty, selvedge::Ref::Func(None)).unwrap();
    let text = r#"(module (import "" "m" (memory 1)) (import "" "t" (table 1 funcref))
        (data (i32.const 5) "x") (func (export "f") (result i32) (i32.load8_u (i32.const 5))))"#;
    let module = Module::new(&engine, text).unwrap();
    let imports = [memory.into(), table.into()];
    let instance = Instance::new(&mut store, &module, &imports).unwrap();
    let f = instance.get_func(&mut store, "f").unwrap();
    let mut results = [Val::I32(0)];
    f.call(&mut store, &[], &mut results).unwrap();
    assert_eq!(results[0].i32(), Some(i32::from(b'x')));
}

#[test]
fn a_segment_out_of_bounds_fails_instantiation_after_those_before_it() {
    let pooled = engine(support::pool());
    let text = r#"(module (import "" "t" (table 1 funcref)) (memory 1)
        (elem (i32.const 0) func $f)
        (data (i32.const 0) "a") (data (i32.const 65536) "b")
        (func $f (result i32) (i32.load8_u (i32.const 0))))"#;
    for engine in [Engine::default(), pooled] {
        let module = Module::new(&engine, text).unwrap();
        let mut store = Store::new(&engine, ());
        let ty = TableType::new(selvedge::RefType::FUNCREF, 1, None);
        let table = Table::new(&mut store, ty, selvedge::Ref::Func(None)).unwrap();
        let error = Instance::new(&mut store, &module, &[table.into()]).unwrap_err();
        assert_eq!(
            error.downcast_ref(),
            Some(&selvedge::Trap::MemoryOutOfBounds)
        );
        // What went before is there, for whoever has the failed instance's function.
        let element = table.get(&mut store, 0).unwrap();
        let f = element.as_func().unwrap().unwrap();
        let mut results = [Val::I32(0)];
        f.call(&mut store, &[], &mut results).unwrap();
        assert_eq!(results[0].i32(), Some(i32::from(b'a')));
    }
}

#[test]
fn instances_come_and_go_on_many_threads() {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_memories(8)
        .total_tables(8)
        .total_core_instances(8)
        .total_stacks(8);
    let engine = engine(pool);
    let module = Module::new(&engine, TENANT).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (engine, module) = (&engine, &module);
            scope.spawn(move || {
                for round in 0..100 {
                    let mut store = Store::new(engine, ());
                    let instance = Instance::new(&mut store, module, &[]).unwrap();
                    let memory = instance.get_memory(&mut store, "m").unwrap();
                    assert_eq!(&memory.data(&store)[100..105], b"image");
                    assert_eq!(memory.data(&store)[0], 0);
                    let dirty: TypedFunc<i32, ()> =
                        instance.get_typed_func(&mut store, "dirty").unwrap();
                    dirty.call(&mut store, (thread + round) % 3).unwrap();
                }
            });
        }
    });
}

#[test]
fn too_large_a_pool_says_how_large() {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_memories(1_000_000);
    let error = Engine::new(Config::new().allocation_strategy(pool)).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("bytes") && message.contains("total_memories"),
        "{message}"
    );
    let on_demand = InstanceAllocationStrategy::OnDemand;
    let engine = Engine::new(Config::new().allocation_strategy(on_demand)).unwrap();
    assert!(engine.pooling_allocator_metrics().is_none());
}
