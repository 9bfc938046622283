//! Every system call fails in turn, over whole lives of engines, stores and instances: an error that says what it
//! is, or success; and whoever comes after finds nothing of the one before.

mod support;

use std::thread;

use selvedge::{
    CompilationMode, Config, Engine, Error, ErrorKind, Instance, Module, PoolingAllocationConfig,
    Result, Store, Strategy, Trap, TypedFunc, TypedResumableCall, install_signal_handler,
};
use selvedge_vm::faults::Fault;
use support::HAS_BASELINE;

/// More calls than a life can make.
const MAX_CALLS: usize = 2_000;

/// A module with an image, a table, a global and dropped segments; what it leaves behind is in all of them.
fn tenant(name: &str) -> String {
    format!(
        r#"(module
        (memory (export "m") 2 40) (data (i32.const 100) "{name}") (data (i32.const 70000) "second")
        (data $passive "passive")
        (table (export "t") 10 3000 funcref) (elem $elem func 0)
        (global (export "g") (mut i64) (i64.const 7))
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
        (func (export "dirty") (param $bytes i32)
            (memory.fill (i32.const 0) (i32.const 0xaa) (local.get $bytes))
            (data.drop $passive) (elem.drop $elem)
            (drop (table.grow (ref.func 0) (i32.const 2000)))
            (table.fill (i32.const 0) (ref.func 0) (i32.const 10))
            (global.set 0 (i64.const -1)))
        (func (export "init") (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 7)))
        (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))"#
    )
}

/// Engines of each kind, by name.
fn strategies() -> Vec<(String, Config)> {
    type Set = fn(&mut Config);
    let mut tiers: Vec<(&str, Set)> = vec![("interpreter", |config| {
        config.strategy(Strategy::Interpreter);
    })];
    if HAS_BASELINE {
        tiers.push(("baseline, lazy", |config| {
            config
                .strategy(Strategy::Baseline)
                .compilation_mode(CompilationMode::Lazy);
        }));
        tiers.push(("auto", |config| {
            config.strategy(Strategy::Auto).tier_up_thresholds(0, 0);
        }));
    }
    let pool = |keep: usize, batch: usize| {
        let mut pool = PoolingAllocationConfig::new();
        pool.total_memories(3)
            .total_tables(3)
            .total_core_instances(3)
            .total_stacks(3)
            .max_memory_size(4 << 20)
            .linear_memory_keep_resident(keep)
            .table_keep_resident(keep)
            .decommit_batch_size(batch)
            .stack_zeroing(true);
        pool
    };
    let mut all = Vec::new();
    for (tier, set) in tiers {
        let mut config = Config::new();
        set(&mut config);
        let mut add = |name: &str, config: Config| all.push((format!("{tier}, {name}"), config));
        add("on demand", config.clone());
        let mut checked = config.clone();
        checked.memory_reservation(0).memory_guard_size(0);
        add("on demand, checked", checked);
        for (keep, batch) in [(0, 1), (0, 2), (64 << 10, 1), (64 << 20, 1)] {
            let mut config = config.clone();
            config.allocation_strategy(pool(keep, batch));
            add(
                &format!("pooled, {keep} resident, batches of {batch}"),
                config,
            );
        }
    }
    all
}

/// Checks that an error tells of a limit of the host, and not of a mistake of anybody's.
fn check_error(what: &str, error: &Error) {
    let is_hosts = error.kind() == ErrorKind::Host && error.is::<std::io::Error>();
    let is_expected = error.kind() == ErrorKind::Limit || is_hosts;
    assert!(is_expected, "{what}: {:?}, {error:#}", error.kind());
}

/// One tenant: what it finds is new, and what it leaves is everywhere. So it is after a reset, which may be tried
/// again.
fn live(what: &str, engine: &Engine, module: &Module, image: &str, pages: i32) -> Result<()> {
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, module, &[])?;
    check_new(what, &mut store, &instance, image);
    make_dirty(what, &mut store, &instance, pages)?;
    let failed = instance.reset(&mut store);
    if failed.is_err() {
        instance.reset(&mut store)?;
    }
    check_new(&format!("{what}, reset"), &mut store, &instance, image);
    make_dirty(what, &mut store, &instance, pages + 1)?;
    failed
}

/// Checks that an instance is as it was made.
fn check_new(what: &str, store: &mut Store<()>, instance: &Instance, image: &str) {
    let memory = instance.get_memory(&mut *store, "m").unwrap();
    let mut expected = vec![0; 2 << 16];
    expected[100..100 + image.len()].copy_from_slice(image.as_bytes());
    expected[70000..70006].copy_from_slice(b"second");
    assert!(
        memory.data(&*store) == expected,
        "{what}: the memory is dirty"
    );
    let table = instance.get_table(&mut *store, "t").unwrap();
    assert_eq!(table.size(&*store), 10, "{what}");
    for i in 0..10 {
        let element = table.get(&mut *store, i).unwrap();
        assert!(element.is_null(), "{what}: the table is dirty");
    }
    let global = instance.get_global(&mut *store, "g").unwrap();
    assert_eq!(global.get(&mut *store).i64(), Some(7), "{what}");
}

/// Runs guests that trap, grow, and write everywhere.
fn make_dirty(what: &str, store: &mut Store<()>, instance: &Instance, pages: i32) -> Result<()> {
    let memory = instance.get_memory(&mut *store, "m").unwrap();
    let init: TypedFunc<(), ()> = instance.get_typed_func(&mut *store, "init").unwrap();
    init.call(&mut *store, ())?;
    if HAS_BASELINE {
        let call = init.call_resumable(&mut *store, ())?;
        assert!(matches!(call, TypedResumableCall::Finished(())), "{what}");
    }
    let load: TypedFunc<i32, i32> = instance.get_typed_func(&mut *store, "load").unwrap();
    for address in [131_069, -4] {
        match load.call(&mut *store, address) {
            Err(error) if error.as_trap_code() == Some(Trap::MemoryOutOfBounds) => {}
            Err(error) => return Err(error),
            Ok(value) => panic!("{what}: {value}"),
        }
    }
    let grow: TypedFunc<i32, i32> = instance.get_typed_func(&mut *store, "grow").unwrap();
    let old = grow.call(&mut *store, pages)?;
    assert!(old == 2 || old == -1, "{what}: {old}");
    let size = if old == 2 { 2 + pages as usize } else { 2 } << 16;
    assert_eq!(memory.data_size(&*store), size, "{what}");
    let grown = &memory.data(&*store)[2 << 16..];
    let is_zero = grown == vec![0; grown.len()];
    assert!(is_zero, "{what}: grown pages are dirty");
    let dirty: TypedFunc<i32, ()> = instance.get_typed_func(&mut *store, "dirty").unwrap();
    dirty.call(&mut *store, size as i32)?;
    assert!(memory.data(&*store) == vec![0xaa; size], "{what}");
    Ok(())
}

/// Two modules that take turns in the same slots, growing differently.
fn tenants(what: &str, engine: &Engine, modules: &[(Module, String)]) -> Vec<Error> {
    let mut errors = Vec::new();
    for pages in [9, 1] {
        for (module, image) in modules {
            errors.extend(live(what, engine, module, image, pages).err());
        }
    }
    errors
}

fn modules(engine: &Engine) -> Result<Vec<(Module, String)>> {
    ["image of one", "another's"]
        .into_iter()
        .map(|name| Ok((Module::new(engine, tenant(name))?, name.to_owned())))
        .collect()
}

/// Runs `life` with the n-th system call failing, for each n, on threads of their own. It gets `None` to
/// run after the failure.
fn each_call_fails(name: &str, life: impl Fn(&str, &mut dyn FnMut()) -> Vec<Error> + Sync) {
    let mut failures = 0;
    for calls in 0..MAX_CALLS {
        let what = format!("{name}, call {calls}");
        let has_fired = thread::scope(|scope| {
            let run = || {
                let mut fault = None;
                let errors = life(&what, &mut || fault = Some(Fault::after(calls)));
                let fault = fault.expect("it was armed");
                for error in &errors {
                    check_error(&what, error);
                }
                failures += errors.len();
                assert!(fault.has_fired() || errors.is_empty(), "{what}: {errors:?}");
                fault.has_fired()
            };
            scope.spawn(run).join().expect("no panic")
        });
        if !has_fired {
            println!("{name}: {calls} calls, {failures} of them felt");
            assert!(
                failures > 3,
                "{name}: {failures} of {calls} failures are felt"
            );
            return;
        }
    }
    panic!("{name}: a life makes more than {MAX_CALLS} calls");
}

/// From the making of the engine on.
#[test]
fn lives_whose_calls_fail() {
    // Once for the process: a test of the VM layer sees to its failures.
    install_signal_handler().unwrap();
    for (name, config) in strategies() {
        each_call_fails(&name, |what, arm| {
            arm();
            let life = || {
                let engine = Engine::new(&config)?;
                let modules = modules(&engine)?;
                Ok::<_, Error>(tenants(what, &engine, &modules))
            };
            life().unwrap_or_else(|error| vec![error])
        });
    }
}

/// In the life of an engine that goes on afterwards: no slot is lost, and none is dirty.
#[test]
fn slots_whose_calls_fail() {
    for (name, config) in strategies() {
        let engine = Engine::new(&config).expect(&name);
        let modules = modules(&engine).expect(&name);
        assert!(tenants(&name, &engine, &modules).is_empty(), "{name}");
        each_call_fails(&name, |what, arm| {
            arm();
            tenants(what, &engine, &modules)
        });
        // All slots are there at once.
        let mut stores: Vec<_> = (0..3).map(|_| Store::new(&engine, ())).collect();
        for store in &mut stores {
            Instance::new(store, &modules[0].0, &[]).expect(&name);
        }
        drop(stores);
        if let Some(metrics) = engine.pooling_allocator_metrics() {
            // One may wait for a batch to be full.
            assert!(metrics.memories() <= 1, "{name}");
        }
    }
}
