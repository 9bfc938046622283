//! Calls as futures.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use selvedge::{
    Caller, Engine, Error, Linker, Module, Store, Trap, TypedFunc, UpdateDeadline, Val,
};

use super::{assert_send, engines};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls until it is ready; returns the number of polls as well.
fn run<F: Future>(future: F) -> (F::Output, u32) {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    let mut polls = 0;
    loop {
        polls += 1;
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return (output, polls),
            Poll::Pending => thread::park(),
        }
    }
}

/// Pending for so many polls.
async fn pause(times: u32) {
    let mut left = times;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

const MODULE: &str = r#"(module
    (import "host" "pause" (func $pause (param i32 i64) (result i64)))
    (import "host" "nest" (func $nest (param i32) (result i64)))
    (func (export "run") (param i32) (result i64) (local $i i64)
        (i64.const 100)
        (loop $l
            (local.set $i (i64.add (local.get $i) (call $pause (local.get 0) (i64.const 2))))
            (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (i64.add (local.get $i)))
    (func (export "nested") (param i32) (result i64)
        (if (result i64) (i32.eqz (local.get 0))
            (then (call $pause (i32.const 3) (i64.const 5)))
            (else (i64.add (call $nest (i32.sub (local.get 0) (i32.const 1))) (i64.const 1)))))
    (func (export "trap") (drop (call $pause (i32.const 2) (i64.const 1))) unreachable)
    (func (export "spin") (loop $l (br $l))))"#;

fn linker(engine: &Engine) -> Linker<u64> {
    let mut linker = Linker::new(engine);
    linker
        .func_wrap_async(
            "host",
            "pause",
            |mut caller: Caller<'_, u64>, (times, value): (i32, i64)| {
                Box::new(async move {
                    pause(times as u32).await;
                    *caller.data_mut() += 1;
                    value * 10
                })
            },
        )
        .and_then(|linker| {
            linker.func_wrap_async(
                "host",
                "nest",
                |mut caller: Caller<'_, u64>, (depth,): (i32,)| {
                    Box::new(async move {
                        let nested = caller
                            .get_export("nested")
                            .and_then(|item| item.into_func());
                        let nested = nested.ok_or_else(|| Error::msg("no `nested`"))?;
                        let nested: TypedFunc<i32, i64> = nested.typed(&caller)?;
                        nested.call_async(&mut caller, depth).await
                    })
                },
            )
        })
        .expect("new names");
    linker
}

#[test]
fn a_guest_waits_for_what_its_host_functions_wait_for() {
    for (name, engine) in engines(|_| {}) {
        let module = Module::new(&engine, MODULE).expect("a valid module");
        let mut store = Store::new(&engine, 0);
        let instance = linker(&engine)
            .instantiate(&mut store, &module)
            .expect(name);
        let f = instance
            .get_typed_func::<i32, i64>(&mut store, "run")
            .expect(name);
        for _ in 0..5 {
            let (result, polls) = run(assert_send(f.call_async(&mut store, 4)));
            assert_eq!(result.expect(name), 180, "{name}");
            assert_eq!(polls, 1 + 4 + 3 + 2 + 1, "{name}");
        }
        let f = instance.get_func(&mut store, "run").expect(name);
        let mut results = [Val::I64(0)];
        let (result, _) = run(assert_send(f.call_async(
            &mut store,
            &[Val::I32(2)],
            &mut results,
        )));
        result.expect(name);
        assert_eq!(results[0].i64(), Some(140), "{name}");
        assert_eq!(*store.data(), 22, "{name}");
    }
}

#[test]
fn host_functions_wait_for_guests_that_wait() {
    for (name, engine) in engines(|_| {}) {
        let module = Module::new(&engine, MODULE).expect("a valid module");
        let mut store = Store::new(&engine, 0);
        let instance = linker(&engine)
            .instantiate(&mut store, &module)
            .expect(name);
        let f = instance
            .get_typed_func::<i32, i64>(&mut store, "nested")
            .expect(name);
        for depth in 0..8 {
            let (result, polls) = run(f.call_async(&mut store, depth));
            assert_eq!(result.expect(name), 50 + i64::from(depth), "{name}");
            assert_eq!(polls, 4, "{name}");
        }
    }
}

#[test]
fn a_future_moves_between_threads() {
    for (name, engine) in engines(|_| {}) {
        let module = Module::new(&engine, MODULE).expect("a valid module");
        let mut store = Store::new(&engine, 0);
        let instance = linker(&engine)
            .instantiate(&mut store, &module)
            .expect(name);
        let f = instance
            .get_typed_func::<i32, i64>(&mut store, "nested")
            .expect(name);
        let mut call = Box::pin(f.call_async(&mut store, 2));
        let result = loop {
            // Each poll on a thread of its own, which is gone afterwards.
            let polled = thread::scope(|scope| {
                let poll = || call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                scope.spawn(poll).join().expect("no panic")
            });
            if let Poll::Ready(result) = polled {
                break result;
            }
        };
        assert_eq!(result.expect(name), 52, "{name}");
    }
}

#[test]
fn errors_come_out_of_a_future() {
    for (name, engine) in engines(|_| {}) {
        let module = Module::new(&engine, MODULE).expect("a valid module");
        let mut store = Store::new(&engine, 0);
        let instance = linker(&engine)
            .instantiate(&mut store, &module)
            .expect(name);
        let trap = instance
            .get_typed_func::<(), ()>(&mut store, "trap")
            .expect(name);
        let (result, polls) = run(trap.call_async(&mut store, ()));
        let error = result.expect_err("it traps");
        assert_eq!(
            error.downcast_ref(),
            Some(&Trap::UnreachableCodeReached),
            "{name}"
        );
        assert_eq!(polls, 3, "{name}");
        let frames = error.backtrace().expect("of the guest").frames();
        assert_eq!(frames.len(), 1, "{name}");
        // Entered otherwise, it cannot wait.
        let error = trap.call(&mut store, ()).expect_err("nothing to wait with");
        assert!(error.to_string().contains("call_async"), "{name}: {error}");
    }
}

/// Notes when it is dropped.
struct Noted(Arc<AtomicU32>);

impl Drop for Noted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_future_that_is_dropped_drops_what_it_waits_for() {
    for (name, engine) in engines(|_| {}) {
        let module = Module::new(
            &engine,
            r#"(module (import "host" "wait" (func $wait (param i32)))
                (func (export "run") (param i32) (call $wait (local.get 0)))
                (func (export "one") (result i32) (i32.const 1)))"#,
        )
        .expect("a valid module");
        let dropped = Arc::new(AtomicU32::new(0));
        let mut linker = Linker::new(&engine);
        let count = dropped.clone();
        linker
            .func_wrap_async(
                "host",
                "wait",
                move |mut caller: Caller<'_, ()>, (depth,): (i32,)| {
                    let noted = Noted(count.clone());
                    Box::new(async move {
                        let _noted = noted;
                        if depth == 0 {
                            std::future::pending::<()>().await;
                        }
                        let run = caller.get_export("run").and_then(|item| item.into_func());
                        let run: TypedFunc<i32, ()> = run.expect("exported").typed(&caller)?;
                        run.call_async(&mut caller, depth - 1).await
                    })
                },
            )
            .expect("a new name");
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).expect(name);
        let f = instance
            .get_typed_func::<i32, ()>(&mut store, "run")
            .expect(name);
        let one = instance
            .get_typed_func::<(), i32>(&mut store, "one")
            .expect(name);
        for round in 1..4 {
            let mut call = Box::pin(f.call_async(&mut store, 4));
            let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending());
            drop(call);
            assert_eq!(dropped.load(Ordering::Relaxed), 5 * round, "{name}");
            assert_eq!(one.call(&mut store, ()).expect(name), 1, "{name}");
        }
        // Dropped before it begins.
        drop(f.call_async(&mut store, 4));
        assert_eq!(dropped.load(Ordering::Relaxed), 15, "{name}");
    }
}

#[test]
fn a_spinning_guest_gives_way_at_epochs() {
    for (name, engine) in engines(|config| {
        config.epoch_interruption(true);
    }) {
        let module = Module::new(&engine, MODULE).expect("a valid module");
        let mut store = Store::new(&engine, 0);
        store.set_epoch_deadline(1_000);
        let instance = linker(&engine)
            .instantiate(&mut store, &module)
            .expect(name);
        let spin = instance
            .get_typed_func::<(), ()>(&mut store, "spin")
            .expect(name);
        store.epoch_deadline_async_yield_and_update(1);
        engine.increment_epoch();
        store.set_epoch_deadline(0);
        let mut call = Box::pin(spin.call_async(&mut store, ()));
        let woken = Arc::new(Count::default());
        let waker = Waker::from(woken.clone());
        for round in 1..=5 {
            let polled = call.as_mut().poll(&mut Context::from_waker(&waker));
            assert!(polled.is_pending(), "{name}");
            assert_eq!(woken.0.load(Ordering::Relaxed), round, "{name}");
            engine.increment_epoch();
        }
        drop(call);
        store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Interrupt));
        store.set_epoch_deadline(0);
        let error = spin
            .call(&mut store, ())
            .expect_err("the deadline is reached");
        assert_eq!(error.downcast_ref(), Some(&Trap::Interrupt), "{name}");
    }
}

#[derive(Default)]
struct Count(AtomicU32);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn fuel_makes_a_guest_give_way() {
    for (name, engine) in engines(|config| {
        config.consume_fuel(true);
    }) {
        let module = Module::new(
            &engine,
            r#"(module (func (export "run") (param i32) (result i32) (local $i i32)
                (loop $l
                    (local.set $i (i32.add (local.get $i) (i32.const 3)))
                    (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
                (local.get $i)))"#,
        )
        .expect("a valid module");
        let mut store = Store::new(&engine, ());
        store.set_fuel(100_000).expect("fuel is on");
        let instance = Linker::new(&engine)
            .instantiate(&mut store, &module)
            .expect(name);
        let f = instance
            .get_typed_func::<i32, i32>(&mut store, "run")
            .expect(name);
        let (result, polls) = run(f.call_async(&mut store, 1000));
        assert_eq!((result.expect(name), polls), (3000, 1), "{name}");
        let used = 100_000 - store.get_fuel().expect("on");
        store
            .fuel_async_yield_interval(Some(500))
            .expect("fuel is on");
        store.set_fuel(used).expect("fuel is on");
        let (result, polls) = run(f.call_async(&mut store, 1000));
        assert_eq!(result.expect(name), 3000, "{name}");
        assert!(
            (used / 510..=used / 490 + 1).contains(&u64::from(polls)),
            "{name}: {polls}"
        );
        assert_eq!(store.get_fuel().expect("on"), 0, "{name}");
        // When all is used up, it is used up.
        store.set_fuel(used - 1).expect("fuel is on");
        let (result, _) = run(f.call_async(&mut store, 1000));
        let error = result.expect_err("it is too little");
        assert_eq!(error.downcast_ref(), Some(&Trap::OutOfFuel), "{name}");
    }
}

#[test]
fn the_store_goes_on_whenever_a_future_is_dropped() {
    for (name, engine) in engines(|_| ()) {
        let module = Module::new(
            &engine,
            r#"(module
                (import "host" "pause" (func $pause (param i32 i64) (result i64)))
                (import "host" "panic" (func $panic))
                (func (export "add") (param i64 i64) (result i64)
                    (i64.add (local.get 0) (local.get 1)))
                (func (export "wait") (param i32) (result i64)
                    (call $pause (local.get 0) (i64.const 1)))
                (func (export "trap") (param i32) (result i64)
                    (drop (call $pause (local.get 0) (i64.const 1)))
                    unreachable)
                (func (export "panic") (param i32) (result i64)
                    (drop (call $pause (local.get 0) (i64.const 1)))
                    (call $panic)
                    unreachable))"#,
        )
        .unwrap();
        let mut store = Store::new(&engine, 0);
        let mut linker = linker(&engine);
        let panics = || -> () { std::panic::resume_unwind(Box::new(())) };
        linker.func_wrap("host", "panic", panics).unwrap();
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let add: TypedFunc<(i64, i64), i64> = instance.get_typed_func(&mut store, "add").unwrap();
        let waiting = ["wait", "trap", "panic"].map(|name| {
            let func = instance.get_typed_func::<i32, i64>(&mut store, name);
            func.unwrap()
        });
        assert_eq!(add.call(&mut store, (1, 2)).unwrap(), 3, "{name}");
        for (polls, pauses) in [(0, 2), (1, 2), (2, 2), (3, 2), (1, 0), (1, 0)] {
            for wait in &waiting {
                let mut context = Context::from_waker(Waker::noop());
                let mut future = pin!(wait.call_async(&mut store, pauses));
                let _ = catch_unwind(AssertUnwindSafe(|| {
                    (0..polls).any(|_| future.as_mut().poll(&mut context).is_ready())
                }));
            }
            // Both ways, for neither may find what the other has left.
            assert_eq!(add.call(&mut store, (polls, 4)).unwrap(), polls + 4);
            let mut results = [Val::I64(0)];
            let func = instance.get_func(&mut store, "add").unwrap();
            let arguments = [Val::I64(polls), Val::I64(5)];
            func.call(&mut store, &arguments, &mut results).unwrap();
            assert!(matches!(results[0], Val::I64(sum) if sum == polls + 5));
        }
    }
}
