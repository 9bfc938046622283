//! A store stays as small as it was while instances come and go, or fail to. A
//! process of its own, so that nothing else counts.

mod support;

use selvedge::{AsContextMut, Caller, Engine, Linker, Memory, MemoryType, Module, Store};

/// What the allocator may keep, however much has come and gone.
const SLACK_KIB: usize = 4 << 10;

/// Resident memory of this process in KiB, where the system tells.
fn resident_kib() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4)
}

/// Runs `cycle` many times and checks that memory does not grow with it.
fn stays_small(name: &str, what: &str, cycles: usize, mut cycle: impl FnMut()) {
    (0..cycles / 10).for_each(|_| cycle());
    let before = resident_kib();
    (0..cycles).for_each(|_| cycle());
    if let (Some(before), Some(after)) = (before, resident_kib()) {
        assert!(
            after <= before + SLACK_KIB,
            "{name}, {what}: {before} KiB before, {after} KiB after"
        );
    }
}

#[test]
fn a_store_does_not_grow_with_what_passes_through_it() {
    let cycles = if cfg!(debug_assertions) {
        20_000
    } else {
        100_000
    };
    for (name, engine) in support::engines() {
        // The default has its full share.
        let cycles = if name == "auto" { cycles } else { cycles / 5 };
        does_not_grow(name, &engine, cycles);
    }
}

fn does_not_grow(name: &str, engine: &Engine, cycles: usize) {
    let mut linker = Linker::<usize>::new(engine);
    let count = |mut caller: Caller<'_, usize>| *caller.data_mut() += 1;
    linker.func_wrap("", "count", count).unwrap();
    let wat = r#"
        (module
            (import "" "count" (func $count))
            (memory (export "memory") 1)
            (table (export "table") 8 funcref)
            (elem (i32.const 0) $run)
            (data (i32.const 100) "some data")
            (func $run (export "run") (call $count)))
    "#;
    let module = Module::new(engine, wat).unwrap();
    let pre = linker.instantiate_pre(&module).unwrap();
    let mut store = Store::new(engine, 0);
    stays_small(name, "instances", cycles, || {
        let instance = pre.instantiate(&mut store).unwrap();
        let run = instance
            .get_typed_func::<(), ()>(&mut store, "run")
            .unwrap();
        run.call(&mut store, ()).unwrap();
        instance.remove(&mut store).unwrap();
    });
    assert_eq!(*store.data(), cycles + cycles / 10);

    let memory = Memory::new(&mut store, MemoryType::new(1, None)).unwrap();
    linker.define(&store, "", "memory", memory).unwrap();
    for (what, wat) in [
        (
            "segments",
            r#"(module (import "" "memory" (memory 1))
                (data (i32.const 0) "a") (data (i32.const 65536) "b"))"#,
        ),
        (
            "segment",
            r#"(module (memory 1) (data (i32.const 65536) "x"))"#,
        ),
        (
            "start",
            r#"(module (memory 1) (func $f unreachable) (start $f))"#,
        ),
        (
            "function of a failed instance",
            r#"(module (import "" "count" (func)) (table 1 funcref) (elem (i32.const 0) $f)
                (func $f (call_indirect (i32.const 9))) (start $f))"#,
        ),
    ] {
        let module = Module::new(engine, wat).unwrap();
        stays_small(name, what, cycles / 10, || {
            linker
                .instantiate(store.as_context_mut(), &module)
                .unwrap_err();
        });
    }
    // What was written before the failure stays, as the specification says.
    assert_eq!(memory.data(&store)[0], b'a');

    stays_small(name, "modules and stores", cycles / 20, || {
        let module = Module::new(engine, wat).unwrap();
        let mut store = Store::new(engine, 0);
        let instance = pre.instantiate(&mut store).unwrap();
        let run = instance
            .get_typed_func::<(), ()>(&mut store, "run")
            .unwrap();
        run.call(&mut store, ()).unwrap();
        drop(module);
    });
}
