//! Interrupts: guests that would run for ever are stopped from another thread.

mod support;

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use selvedge::{
    Caller, Config, Dispatch, Engine, Instance, InterruptHandle, Linker, Module, Result, Store,
    Strategy, Trap,
};

/// Runs `guest` in a thread of its own, interrupts it once it has started, and
/// checks that it ends soon and how, on every strategy.
fn interrupted(
    guest: impl Fn(&mut Store<mpsc::Sender<()>>, &Linker<mpsc::Sender<()>>) -> Result<()> + Send + Sync,
) {
    for (name, engine) in support::engines() {
        println!("{name}");
        interrupted_on(engine, &guest);
    }
}

fn interrupted_on(
    engine: Engine,
    guest: impl FnOnce(&mut Store<mpsc::Sender<()>>, &Linker<mpsc::Sender<()>>) -> Result<()> + Send,
) {
    let (sender, started) = mpsc::channel();
    let mut store = Store::new(&engine, sender);
    let handle = store.interrupt_handle();
    thread::scope(|scope| {
        let runner = scope.spawn(move || {
            let mut linker = Linker::new(&engine);
            let tell = |caller: Caller<'_, mpsc::Sender<()>>| {
                caller.data().send(()).expect("someone waits");
            };
            linker.func_wrap("", "started", tell).unwrap();
            let result = guest(&mut store, &linker);
            (result, Instant::now())
        });
        started
            .recv_timeout(Duration::from_secs(30))
            .expect("the guest starts");
        thread::sleep(Duration::from_millis(20));
        assert!(
            !runner.is_finished(),
            "the guest runs until it is interrupted"
        );
        let asked = Instant::now();
        handle.interrupt();
        let (result, ended) = runner.join().expect("no panic");
        assert_eq!(result.unwrap_err().as_trap_code(), Some(Trap::Interrupt));
        assert!(ended - asked < Duration::from_secs(10));
        assert!(!handle.is_pending());
    });
}

fn run(
    store: &mut Store<mpsc::Sender<()>>,
    linker: &Linker<mpsc::Sender<()>>,
    wat: &str,
) -> Result<()> {
    let module = Module::new(store.engine(), wat)?;
    let instance = linker.instantiate(&mut *store, &module)?;
    let run = instance.get_typed_func::<(), ()>(&mut *store, "run")?;
    run.call(store, ())
}

#[test]
fn a_loop_without_calls_stops() {
    interrupted(|store, linker| {
        let wat = r#"
            (module (import "" "started" (func $started))
                (func (export "run") (call $started) (loop $l (br $l))))
        "#;
        run(store, linker, wat)
    });
}

#[test]
fn a_loop_with_a_condition_stops() {
    interrupted(|store, linker| {
        let wat = r#"
            (module (import "" "started" (func $started))
                (func (export "run") (local i32)
                    (call $started)
                    (loop $l
                        (local.set 0 (i32.or (local.get 0) (i32.const 1)))
                        (br_if $l (local.get 0)))))
        "#;
        run(store, linker, wat)
    });
}

#[test]
fn a_recursion_stops() {
    interrupted(|store, linker| {
        // Binary recursion of depth 60: no overflow, and no end in sight.
        let wat = r#"
            (module (import "" "started" (func $started))
                (func $twice (param i32)
                    (if (local.get 0) (then
                        (call $twice (i32.sub (local.get 0) (i32.const 1)))
                        (call $twice (i32.sub (local.get 0) (i32.const 1))))))
                (func (export "run") (call $started) (call $twice (i32.const 60))))
        "#;
        run(store, linker, wat)
    });
}

#[test]
fn mutual_tail_calls_stop() {
    interrupted(|store, linker| {
        let wat = r#"
            (module (import "" "started" (func $started))
                (table funcref (elem $a $b))
                (func $a (return_call $b))
                (func $b (return_call_indirect (i32.const 0)))
                (func (export "run") (call $started) (return_call $a)))
        "#;
        run(store, linker, wat)
    });
}

#[test]
fn bulk_operations_stop() {
    interrupted(|store, linker| {
        // One fill of this would take very long; the loop makes it never end.
        let wat = r#"
            (module (import "" "started" (func $started))
                (memory 16384)
                (func (export "run") (call $started)
                    (loop $l
                        (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x40000000))
                        (memory.copy (i32.const 0) (i32.const 1) (i32.const 0x3fffffff))
                        (br $l))))
        "#;
        run(store, linker, wat)
    });
}

#[test]
fn a_bulk_operation_stops_in_the_middle() {
    let wat = r#"
        (module (memory (export "memory") 1024)
            (func (export "run") (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x4000000))))
    "#;
    for (name, engine) in support::engines() {
        fill_is_interrupted(name, &engine, wat);
    }
}

fn fill_is_interrupted(name: &str, engine: &Engine, wat: &str) {
    let module = Module::new(engine, wat).unwrap();
    for _ in 0..100 {
        let mut store = Store::new(engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let run = instance
            .get_typed_func::<(), ()>(&mut store, "run")
            .unwrap();
        let handle = store.interrupt_handle();
        let result = thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(Duration::from_millis(3));
                handle.interrupt();
            });
            run.call(&mut store, ())
        });
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        let bytes = memory.data(&store);
        let filled = bytes.iter().take_while(|&&byte| byte == 1).count();
        assert!(bytes[filled..].iter().all(|&byte| byte == 0));
        match result {
            Err(error) => assert_eq!(error.as_trap_code(), Some(Trap::Interrupt)),
            Ok(()) => assert_eq!(filled, bytes.len()),
        }
        if (1..bytes.len()).contains(&filled) {
            assert_eq!(filled % (256 << 10), 0);
            return;
        }
    }
    panic!("{name}: a fill of 64 MiB was never interrupted in the middle");
}

#[test]
fn a_start_function_stops() {
    interrupted(|store, linker| {
        let wat = r#"
            (module (import "" "started" (func $started))
                (func $start (call $started) (loop $l (br $l)))
                (start $start))
        "#;
        let module = Module::new(store.engine(), wat)?;
        linker.instantiate(store, &module).map(drop)
    });
}

#[test]
fn a_guest_entered_by_a_host_function_stops_with_its_callers() {
    interrupted(|store, linker| {
        let mut linker = linker.clone();
        type Data = mpsc::Sender<()>;
        let again = |mut caller: Caller<'_, Data>| -> Result<()> {
            let run = caller.get_export("loop").unwrap().into_func().unwrap();
            run.call(&mut caller, &[], &mut [])
        };
        linker.func_wrap("", "again", again)?;
        let wat = r#"
            (module (import "" "started" (func $started)) (import "" "again" (func $again))
                (func (export "loop") (call $started) (loop $l (br $l)))
                (func (export "run") (call $again)))
        "#;
        run(store, &linker, wat)
    });
}

#[test]
fn step_dispatch_stops_too() {
    let engine = Engine::new(
        Config::new()
            .strategy(Strategy::Interpreter)
            .dispatch(Dispatch::Step),
    )
    .unwrap();
    let wat = r#"(module (func (export "run") (loop $l (br $l))))"#;
    let module = Module::new(&engine, wat).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let run = instance
        .get_typed_func::<(), ()>(&mut store, "run")
        .unwrap();
    let handle = store.interrupt_handle();
    thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(Duration::from_millis(20));
            handle.interrupt();
        });
        let error = run.call(&mut store, ()).unwrap_err();
        assert_eq!(error.as_trap_code(), Some(Trap::Interrupt));
        assert_eq!(
            error.backtrace().unwrap().frames()[0].func_name(),
            Some("run")
        );
    });
}

#[test]
fn an_interrupt_of_an_idle_store_stops_the_next_entry_once() {
    for (_, engine) in support::engines() {
        interrupt_while_idle(&engine);
    }
}

fn interrupt_while_idle(engine: &Engine) {
    // Nothing in this guest polls.
    let wat = r#"(module (func (export "run") (result i32) (i32.const 1)))"#;
    let module = Module::new(engine, wat).unwrap();
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let run = instance
        .get_typed_func::<(), i32>(&mut store, "run")
        .unwrap();
    let handle: InterruptHandle = store.interrupt_handle();
    handle.interrupt();
    handle.clone().interrupt();
    assert!(handle.is_pending());
    let error = run.call(&mut store, ()).unwrap_err();
    assert_eq!(error.as_trap_code(), Some(Trap::Interrupt));
    assert_eq!(run.call(&mut store, ()).unwrap(), 1);
    // A request can be taken back.
    handle.interrupt();
    assert!(handle.clear() && !handle.clear());
    assert_eq!(run.call(&mut store, ()).unwrap(), 1);
    // And is harmless when the store is gone.
    drop(store);
    handle.interrupt();
}
