//! What a store can do while guests of it wait.

use selvedge::{
    Caller, Error, ExternRef, Func, Instance, Linker, Module, Ref, Rooted, Store, TypedFunc,
    TypedResumableCall, UpdateDeadline,
};

use super::engines;

const WAITING: &str = r#"(module
    (import "host" "wait" (func $wait (result i64)))
    (func $deep (param i32) (result i64)
        (if (result i64) (i32.eqz (local.get 0))
            (then (call $wait))
            (else (i64.add (i64.extend_i32_u (local.get 0))
                (call $deep (i32.sub (local.get 0) (i32.const 1)))))))
    (func (export "deep") (param i32) (result i64) (call $deep (local.get 0)))
    (func (export "sum") (param i32) (result i64) (local $s i64)
        (loop $l
            (local.set $s (i64.add (local.get $s) (i64.extend_i32_u (local.get 0))))
            (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get $s)))"#;

type Deep = TypedFunc<i32, i64>;

fn waiting(store: &mut Store<()>) -> (Instance, Deep, Deep) {
    let engine = store.engine().clone();
    let module = Module::new(&engine, WAITING).expect("a valid module");
    let mut linker = Linker::new(&engine);
    linker
        .func_wrap("host", "wait", || Err::<i64, _>(Error::msg("wait")))
        .expect("a new name");
    let instance = linker
        .instantiate(&mut *store, &module)
        .expect("an instance");
    let deep = instance
        .get_typed_func(&mut *store, "deep")
        .expect("its type");
    let sum = instance.get_typed_func(store, "sum").expect("its type");
    (instance, deep, sum)
}

#[test]
fn guests_that_wait_go_on_in_any_order() {
    for (name, engine) in engines(|_| {}) {
        let mut store = Store::new(&engine, ());
        let (_, deep, sum) = waiting(&mut store);
        let mut calls = Vec::new();
        for depth in 1..=30 {
            let call = deep.call_resumable(&mut store, depth).expect(name);
            let TypedResumableCall::HostTrap(call) = call else {
                panic!("{name}: {call:?}");
            };
            calls.push((i64::from(depth), call));
            assert_eq!(sum.call(&mut store, 1000).expect(name), 500_500, "{name}");
        }
        // Some from the front, some from the back, some from between.
        for i in 0..30 {
            let at = [0, calls.len() - 1, calls.len() / 2][i % 3];
            let (depth, call) = calls.remove(at);
            let call = call
                .resume(&mut store, &[(1000 + depth).into()])
                .expect(name);
            let TypedResumableCall::Finished(result) = call else {
                panic!("{name}: {call:?}");
            };
            assert_eq!(result, depth * (depth + 1) / 2 + 1000 + depth, "{name}");
            assert_eq!(sum.call(&mut store, 100).expect(name), 5050, "{name}");
        }
    }
}

#[test]
fn a_host_function_may_run_and_resume_others() {
    for (name, engine) in engines(|_| {}) {
        let mut store = Store::new(&engine, ());
        let (_, deep, sum) = waiting(&mut store);
        let module = Module::new(
            &engine,
            r#"(module (import "host" "nest" (func $nest (param i32) (result i64)))
                (func (export "run") (param i32) (result i64)
                    (i64.add (call $nest (local.get 0)) (i64.const 1))))"#,
        )
        .expect("a valid module");
        let nest = Func::wrap(&mut store, move |mut caller: Caller<'_, ()>, depth: i32| {
            let call = deep.call_resumable(&mut caller, depth)?;
            let TypedResumableCall::HostTrap(call) = call else {
                return Err(Error::msg("it waits"));
            };
            let sum = sum.call(&mut caller, depth)?;
            match call.resume(&mut caller, &[sum.into()])? {
                TypedResumableCall::Finished(result) => Ok(result),
                call => Err(Error::msg(format!("{call:?}"))),
            }
        });
        let instance = Instance::new(&mut store, &module, &[nest.into()]).expect(name);
        let run = instance
            .get_typed_func::<i32, i64>(&mut store, "run")
            .expect(name);
        for depth in 1..20 {
            let expected = i64::from(depth * (depth + 1)) + 1;
            assert_eq!(run.call(&mut store, depth).expect(name), expected, "{name}");
            // The outer one can be resumable too: what it calls does not fail.
            let call = run.call_resumable(&mut store, depth).expect(name);
            let TypedResumableCall::Finished(result) = call else {
                panic!("{name}: {call:?}");
            };
            assert_eq!(result, expected, "{name}");
        }
    }
}

#[test]
fn an_instance_with_a_guest_that_waits_is_not_removed() {
    for (name, engine) in engines(|_| {}) {
        let mut store = Store::new(&engine, ());
        let (instance, deep, _) = waiting(&mut store);
        let call = deep.call_resumable(&mut store, 3).expect(name);
        let error = instance.remove(&mut store).expect_err("it has frames");
        assert!(
            error.to_string().contains("being executed"),
            "{name}: {error}"
        );
        drop(call);
        instance.remove(&mut store).expect(name);
    }
}

/// A call of another instance that is not admitted has no frame there yet.
#[test]
fn an_instance_that_is_being_entered_is_not_removed() {
    for (name, engine) in engines(|config| {
        config.epoch_interruption(true);
    }) {
        let mut store = Store::new(&engine, ());
        store.set_epoch_deadline(1);
        let mut linker = Linker::new(&engine);
        let clock = engine.clone();
        linker
            .func_wrap("host", "tick", move || clock.increment_epoch())
            .expect("a new name");
        let callee = r#"(module (memory 1) (func (export "f") (result i64) (i64.const 7)))"#;
        let caller = r#"(module
            (import "host" "tick" (func $tick))
            (table (export "table") 1 funcref)
            (type $f (func (result i64)))
            (memory 1)
            (func (export "run") (result i64)
                (call $tick)
                (call_indirect (type $f) (i32.const 0))))"#;
        let [callee, caller] = [callee, caller].map(|wat| {
            let module = Module::new(&engine, wat).expect("a valid module");
            linker.instantiate(&mut store, &module).expect(name)
        });
        let f = callee.get_func(&mut store, "f").expect(name);
        let table = caller.get_table(&mut store, "table").expect(name);
        table.set(&mut store, 0, f.into()).expect(name);
        store.epoch_deadline_callback(move |mut store| {
            table.set(&mut store, 0, Ref::Func(None))?;
            assert!(callee.remove(&mut store).is_err(), "{name}");
            Ok(UpdateDeadline::Yield(1))
        });
        let run = caller.get_typed_func::<(), i64>(&mut store, "run");
        let call = run.expect(name).call_resumable(&mut store, ()).expect(name);
        let TypedResumableCall::EpochDeadline(waiting) = call else {
            panic!("{name}: {call:?}");
        };
        let error = callee.remove(&mut store).expect_err("it is being entered");
        assert!(
            error.to_string().contains("being executed"),
            "{name}: {error}"
        );
        let call = waiting.resume(&mut store).expect(name);
        assert!(
            matches!(call, TypedResumableCall::Finished(7)),
            "{name}: {call:?}"
        );
        callee.remove(&mut store).expect(name);
    }
}

#[test]
fn references_of_a_guest_that_waits_are_kept() {
    for (name, engine) in engines(|config| {
        config.consume_fuel(true);
    }) {
        let module = Module::new(
            &engine,
            r#"(module
                (func $id (param externref) (result externref) (local.get 0))
                (func (export "keep") (param externref i32) (result externref)
                    (call $id (local.get 0))
                    (local.set 0 (ref.null extern))
                    (loop $l (br_if $l (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))))"#,
        )
        .expect("a valid module");
        let mut store = Store::new(&engine, ());
        store.set_fuel(1_000_000).expect("fuel is on");
        let instance = Instance::new(&mut store, &module, &[]).expect(name);
        let keep = instance
            .get_typed_func::<(Option<Rooted<ExternRef>>, i32), Option<Rooted<ExternRef>>>(
                &mut store, "keep",
            )
            .expect(name);
        for round in 0..10_u32 {
            let value = ExternRef::new(&mut store, round).expect(name);
            store.set_fuel(1).expect("fuel is on");
            let mut call = keep
                .call_resumable(&mut store, (Some(value), 50))
                .expect(name);
            let mut waits = 0;
            let result = loop {
                call = match call {
                    TypedResumableCall::Finished(result) => break result,
                    TypedResumableCall::OutOfFuel(call) => {
                        waits += 1;
                        // Others take the place of what is freed.
                        store.gc();
                        ExternRef::new(&mut store, 1000_u32).expect(name);
                        store.set_fuel(call.required_fuel()).expect("fuel is on");
                        call.resume(&mut store).expect(name)
                    }
                    other => panic!("{name}: {other:?}"),
                };
            };
            assert!(waits > 40, "{name}: {waits}");
            let result = result.expect("not null");
            let data = result.data(&store).expect(name);
            assert_eq!(data.downcast_ref(), Some(&round), "{name}");
            store.set_fuel(1_000_000).expect("fuel is on");
            store.gc();
        }
    }
}
