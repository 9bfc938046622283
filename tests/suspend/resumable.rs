//! Fuel that runs out, host functions that fail, and epochs: the guest goes on as if nothing had been.

use std::sync::Arc;
use std::thread;

use selvedge::{
    Caller, Engine, Error, ErrorKind, Instance, Linker, Module, ResumableCall, Store, Trap,
    TypedFunc, TypedResumableCall, UpdateDeadline, Val,
};

use super::{assert_send, engines};

/// Code with locals that are pinned, operands below, floats, calls, tables, memories, and all that costs by size.
const BUSY: &str = r#"(module
    (import "host" "twice" (func $twice (param i64) (result i64)))
    (memory 1 10)
    (table $t 20 funcref)
    (elem (table $t) (i32.const 0) func $even $odd)
    (type $parity (func (param i32) (result i32)))
    (func $even (type $parity)
        (if (result i32) (i32.eqz (local.get 0))
            (then (i32.const 1))
            (else (return_call $odd (i32.sub (local.get 0) (i32.const 1))))))
    (func $odd (type $parity)
        (if (result i32) (i32.eqz (local.get 0))
            (then (i32.const 0))
            (else (return_call $even (i32.sub (local.get 0) (i32.const 1))))))
    (func $fib (param i32) (result i32)
        (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
            (then (local.get 0))
            (else (i32.add
                (call $fib (i32.sub (local.get 0) (i32.const 1)))
                (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
    (func (export "run") (param $n i32) (result i64 f64) (local $sum i64) (local $x f64) (local $y f32)
        (local.set $x (f64.const 1.5))
        (i64.const 77)
        (loop $l
            (local.set $x (f64.add (f64.mul (local.get $x) (f64.const 1.25))
                (f64.convert_i32_u (local.get $n))))
            (local.set $y (f32.sub (local.get $y) (f32.demote_f64 (local.get $x))))
            (local.set $sum (i64.add (local.get $sum) (call $twice (i64.extend_i32_u (local.get $n)))))
            (memory.fill (i32.mul (local.get $n) (i32.const 100)) (local.get $n) (i32.const 1000))
            (memory.copy (i32.const 30000) (i32.const 100) (i32.const 3000))
            (local.set $sum (i64.add (local.get $sum)
                (i64.load (i32.add (i32.const 30000) (local.get $n)))))
            (drop (memory.grow (i32.const 1)))
            (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u
                (call_indirect $t (type $parity) (local.get $n) (i32.and (local.get $n) (i32.const 1))))))
            (table.fill $t (i32.const 2) (ref.func $even) (i32.const 18))
            (block $a (block $b (block $c
                (br_table $a $b $c (i32.rem_u (local.get $n) (i32.const 3))))
                (local.set $sum (i64.mul (local.get $sum) (i64.const 3)))
                (br $a))
                (local.set $sum (i64.sub (local.get $sum) (i64.const 5))))
            (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (call $fib (i32.const 6)))))
            (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (i64.add (i64.xor (local.get $sum) (i64.extend_i32_u (i32.reinterpret_f32 (local.get $y)))))
        (local.get $x)))"#;

type Busy = TypedFunc<i32, (i64, f64)>;

fn busy(engine: &Engine, store: &mut Store<()>) -> Busy {
    let module = Module::new(engine, BUSY).expect("a valid module");
    let mut linker = Linker::new(engine);
    linker
        .func_wrap("host", "twice", |n: i64| 2 * n)
        .expect("a new name");
    let instance = linker.instantiate(&mut *store, &module).expect("instance");
    instance.get_typed_func(store, "run").expect("its type")
}

#[test]
fn fuel_in_small_portions_changes_nothing() {
    for (name, engine) in engines(|config| {
        config.consume_fuel(true);
    }) {
        let whole = {
            let mut store = Store::new(&engine, ());
            store.set_fuel(1_000_000).expect("fuel is on");
            let run = busy(&engine, &mut store);
            let before = store.instruction_count().expect("it counts");
            let result = run.call(&mut store, 4).expect("enough fuel");
            (
                result,
                store.instruction_count().expect("it counts") - before,
            )
        };
        for portion in [1, 50, 1001] {
            let mut store = Store::new(&engine, ());
            store.set_fuel(1_000_000).expect("fuel is on");
            let run = busy(&engine, &mut store);
            let before = store.instruction_count().expect("it counts");
            store.set_fuel(0).expect("fuel is on");
            let mut call = run.call_resumable(&mut store, 4).expect("no error");
            let mut suspensions = 0_u64;
            let result = loop {
                call = match call {
                    TypedResumableCall::Finished(result) => break result,
                    TypedResumableCall::OutOfFuel(call) => {
                        suspensions += 1;
                        let (left, required) =
                            (store.get_fuel().expect("on"), call.required_fuel());
                        assert!(left < required, "{name}: {left} of {required} were enough");
                        store.set_fuel(required.max(portion)).expect("fuel is on");
                        call.resume(&mut store).expect("no error")
                    }
                    other => panic!("{name}: {other:?}"),
                };
            };
            let count = store.instruction_count().expect("it counts") - before;
            assert_eq!((result, count), whole, "{name}, {portion} at a time");
            assert!(
                suspensions > whole.1 / (portion + 60),
                "{name}: {suspensions}"
            );
        }
    }
}

#[test]
fn too_little_fuel_comes_back_at_once() {
    for (name, engine) in engines(|config| {
        config.consume_fuel(true);
    }) {
        let module = Module::new(
            &engine,
            r#"(module (memory 1) (func (export "f") (result i32)
                (memory.fill (i32.const 0) (i32.const 7) (i32.const 65536)) (i32.load8_u (i32.const 9))))"#,
        )
        .expect("a valid module");
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
        let f = instance.get_func(&mut store, "f").expect("exported");
        store.set_fuel(100).expect("fuel is on");
        let mut results = [Val::I32(0)];
        let mut call = f.call_resumable(&mut store, &[], &mut results).expect(name);
        for _ in 0..3 {
            let ResumableCall::OutOfFuel(waiting) = call else {
                panic!("{name}: {call:?}");
            };
            assert_eq!(waiting.required_fuel(), 1024, "{name}");
            call = waiting.resume(&mut store, &mut results).expect(name);
        }
        let ResumableCall::OutOfFuel(waiting) = call else {
            panic!("{name}: {call:?}");
        };
        store.set_fuel(2_000).expect("fuel is on");
        call = waiting.resume(&mut store, &mut results).expect(name);
        assert!(matches!(call, ResumableCall::Finished), "{name}: {call:?}");
        assert_eq!(results[0].i32(), Some(7), "{name}");
    }
}

const HOST_TRAPS: &str = r#"(module
    (import "host" "pair" (func $pair (param i32) (result i32 i64)))
    (import "host" "nothing" (func $nothing))
    (func (export "run") (param i32) (result i64) (local $i i64)
        (i64.const 1000)
        (call $pair (local.get 0))
        (local.set $i)
        (i64.extend_i32_s)
        (i64.add (local.get $i))
        (call $nothing)
        (i64.add)))"#;

fn failing(engine: &Engine) -> Linker<u32> {
    let mut linker = Linker::new(engine);
    let failed = |mut caller: Caller<'_, u32>, what: &'static str| {
        *caller.data_mut() += 1;
        Error::msg(what)
    };
    linker
        .func_wrap("host", "pair", move |caller: Caller<'_, u32>, _: i32| {
            Err::<(i32, i64), _>(failed(caller, "pair"))
        })
        .and_then(|linker| {
            linker.func_wrap("host", "nothing", move |caller: Caller<'_, u32>| {
                Err::<(), _>(failed(caller, "nothing"))
            })
        })
        .expect("new names");
    linker
}

#[test]
fn a_failed_host_function_gets_its_results_later() {
    for (name, engine) in engines(|_| {}) {
        let module = Module::new(&engine, HOST_TRAPS).expect("a valid module");
        let mut store = Store::new(&engine, 0);
        let instance = failing(&engine)
            .instantiate(&mut store, &module)
            .expect(name);
        let run = instance
            .get_typed_func::<i32, i64>(&mut store, "run")
            .expect(name);
        // Often enough for every tier.
        for round in 0..20 {
            let TypedResumableCall::HostTrap(call) = run.call_resumable(&mut store, 1).expect(name)
            else {
                panic!("{name}: the first host function fails");
            };
            assert_eq!(call.host_error().to_string(), "pair");
            assert_eq!(call.host_func_type().results().len(), 2);
            let pair = [Val::I32(-3), Val::I64(50 + round)];
            // It may go on in another thread.
            let call = assert_send(call);
            let call = thread::scope(|scope| {
                let resume = scope.spawn(|| call.resume(&mut store, &pair).expect(name));
                resume.join().expect("no panic")
            });
            let TypedResumableCall::HostTrap(call) = call else {
                panic!("{name}: the second host function fails");
            };
            let call = call.resume(&mut store, &[]).expect(name);
            let TypedResumableCall::Finished(result) = call else {
                panic!("{name}: it ends");
            };
            assert_eq!(result, 1047 + round, "{name}");
        }
        assert_eq!(*store.data(), 40);
    }
}

#[test]
fn wrong_results_are_refused() {
    for (name, engine) in engines(|_| {}) {
        let module = Module::new(&engine, HOST_TRAPS).expect("a valid module");
        let mut store = Store::new(&engine, 0);
        let instance = failing(&engine)
            .instantiate(&mut store, &module)
            .expect(name);
        let run = instance.get_func(&mut store, "run").expect(name);
        let mut results = [Val::I64(0)];
        let mut wrong = |with: &[Val], results: &mut [Val]| {
            let call = run
                .call_resumable(&mut store, &[Val::I32(1)], &mut [Val::I64(0)])
                .expect(name);
            let ResumableCall::HostTrap(call) = call else {
                panic!("{name}: the first host function fails");
            };
            match call.resume(&mut store, with, results) {
                Err(error) => error.to_string(),
                Ok(call) => panic!("{name}: {call:?}"),
            }
        };
        let message = wrong(&[Val::I32(1)], &mut results);
        assert_eq!(message, "expected 2 results of the host function, got 1");
        let message = wrong(&[Val::I32(1), Val::I32(2)], &mut results);
        assert!(
            message.contains("result 1 of the host function"),
            "{message}"
        );
    }
}

#[test]
fn errors_and_panics_end_a_resumable_call() {
    for (name, engine) in engines(|_| {}) {
        let module = Module::new(
            &engine,
            r#"(module (import "host" "panic" (func $panic))
                (func (export "panic") (call $panic))
                (func (export "trap") unreachable))"#,
        )
        .expect("a valid module");
        let mut linker = Linker::new(&engine);
        linker
            .func_wrap("host", "panic", || -> () { panic!("of the host") })
            .expect("a new name");
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).expect(name);
        let trap = instance
            .get_typed_func::<(), ()>(&mut store, "trap")
            .expect(name);
        let panics = instance
            .get_typed_func::<(), ()>(&mut store, "panic")
            .expect(name);
        for _ in 0..3 {
            let error = trap.call_resumable(&mut store, ()).expect_err("it traps");
            assert_eq!(error.downcast_ref(), Some(&Trap::UnreachableCodeReached));
            let call = std::panic::AssertUnwindSafe(|| panics.call_resumable(&mut store, ()));
            let payload = std::panic::catch_unwind(call).expect_err("it panics");
            assert_eq!(payload.downcast_ref(), Some(&"of the host"), "{name}");
        }
    }
}

#[test]
fn epochs_suspend() {
    for (name, engine) in engines(|config| {
        config.epoch_interruption(true);
    }) {
        let module = Module::new(
            &engine,
            r#"(module (global $stop (export "stop") (mut i32) (i32.const 0))
                (func (export "run") (result i64) (local $i i64)
                    (i64.const 5)
                    (loop $l
                        (local.set $i (i64.add (local.get $i) (i64.const 1)))
                        (br_if $l (i32.eqz (global.get $stop))))
                    (i64.add (i64.ne (local.get $i) (i64.const 0)) (i64.extend_i32_u))))"#,
        )
        .expect("a valid module");
        let mut store = Store::new(&engine, 0_u32);
        store.set_epoch_deadline(1);
        let instance = Instance::new(&mut store, &module, &[]).expect(name);
        let run = instance
            .get_typed_func::<(), i64>(&mut store, "run")
            .expect(name);
        let stop = instance.get_global(&mut store, "stop").expect(name);
        store.epoch_deadline_callback(|mut store| {
            *store.data_mut() += 1;
            Ok(UpdateDeadline::Yield(1))
        });
        engine.increment_epoch();
        let mut call = run.call_resumable(&mut store, ()).expect(name);
        for round in 1..=10 {
            let TypedResumableCall::EpochDeadline(waiting) = call else {
                panic!("{name}: {call:?}");
            };
            assert_eq!(*store.data(), round, "{name}");
            // Calls that cannot be suspended trap meanwhile, and are asked as well.
            engine.increment_epoch();
            if round == 10 {
                let error = run
                    .call(&mut store, ())
                    .expect_err("the deadline is reached");
                assert_eq!(error.downcast_ref(), Some(&Trap::Interrupt), "{name}");
                stop.set(&mut store, Val::I32(1)).expect(name);
                store.set_epoch_deadline(1);
            }
            call = waiting.resume(&mut store).expect(name);
        }
        let TypedResumableCall::Finished(result) = call else {
            panic!("{name}: {call:?}");
        };
        assert_eq!(result, 6, "{name}");
    }
}

#[test]
fn a_guest_that_is_given_up_leaves_nothing() {
    for (name, engine) in engines(|config| {
        config.consume_fuel(true);
    }) {
        let module = Module::new(&engine, HOST_TRAPS).expect("a valid module");
        let token = Arc::new(());
        let kept = token.clone();
        let mut linker: Linker<()> = Linker::new(&engine);
        linker
            .func_wrap("host", "pair", move |_: i32| -> Result<(i32, i64), Error> {
                Err(Error::from_boxed(Box::new(Failed(kept.clone()))))
            })
            .and_then(|linker| linker.func_wrap("host", "nothing", || {}))
            .expect("new names");
        let mut store = Store::new(&engine, ());
        store.set_fuel(1_000_000).expect("fuel is on");
        let instance = linker.instantiate(&mut store, &module).expect(name);
        let run = instance.get_func(&mut store, "run").expect(name);
        let mut waiting = Vec::new();
        for _ in 0..10 {
            let call = run.call_resumable(&mut store, &[Val::I32(1)], &mut [Val::I64(0)]);
            waiting.push(call.expect(name));
        }
        // The linker has one, and each error.
        assert_eq!(Arc::strong_count(&token), 12, "{name}");
        waiting.truncate(5);
        assert_eq!(Arc::strong_count(&token), 7, "{name}");
        // The store may go first.
        drop(store);
        assert_eq!(Arc::strong_count(&token), 7, "{name}");
        thread::spawn(|| drop(waiting)).join().expect("no panic");
        assert_eq!(Arc::strong_count(&token), 2, "{name}");
        drop(linker);
        assert_eq!(Arc::strong_count(&token), 1, "{name}");
    }
}

/// Takes a kilobyte of the native stack for each level.
fn dive(levels: u32) -> u32 {
    let mut room = [levels as u8; 1024];
    std::hint::black_box(&mut room);
    match levels {
        0 => 0,
        _ => dive(levels - 1) + u32::from(room[512] == levels as u8),
    }
}

#[test]
fn host_functions_have_the_stack_that_was_asked_for() {
    let text = r#"(module (import "host" "dive" (func $dive (param i32) (result i32)))
        (func (export "run") (param i32) (result i32) (call $dive (local.get 0))))"#;
    let begin = |name: &str, engine: &Engine, levels: u32| {
        let module = Module::new(engine, text).expect(name);
        let mut linker = Linker::new(engine);
        linker.func_wrap("host", "dive", dive).expect("a new name");
        let mut store = Store::new(engine, ());
        let instance = linker.instantiate(&mut store, &module).expect(name);
        let run: TypedFunc<u32, u32> = instance.get_typed_func(&mut store, "run").expect(name);
        run.call_resumable(&mut store, levels)
    };
    // Four times what there is by default; the least is enough for little.
    for (bytes, levels) in [(8 << 20, 4096), (0, 1)] {
        for (name, engine) in engines(|config| {
            config.async_stack_size(bytes);
        }) {
            let call = begin(name, &engine, levels).expect(name);
            assert!(
                matches!(call, TypedResumableCall::Finished(depth) if depth == levels),
                "{name}: {call:?}"
            );
        }
    }
    for (name, engine) in engines(|config| {
        config.async_stack_size(usize::MAX / 2);
    }) {
        let error = begin(name, &engine, 1).expect_err("more than the address space");
        assert_eq!(error.kind(), ErrorKind::Limit, "{name}: {error:#}");
    }
}

#[derive(Debug)]
struct Failed(#[expect(dead_code, reason = "counted")] Arc<()>);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failed {}
