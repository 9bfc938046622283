//! Epochs stop guests at deadlines, or ask how they go on, on every strategy.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use selvedge::{
    Caller, Engine, Error, Func, Instance, Linker, Memory, Module, Store, Trap, TypedFunc,
    UpdateDeadline,
};
use support::strategies;

/// An engine of every strategy, with epochs.
fn engines() -> Vec<(&'static str, Engine)> {
    let strategies = strategies().into_iter();
    strategies
        .map(|(name, mut config)| {
            config.epoch_interruption(true);
            (name, Engine::new(&config).expect(name))
        })
        .collect()
}

/// Loops of all kinds that never end unless `stop` is not zero: through a branch with a counter, a table, a plain branch,
/// calls and tail calls; with locals, operands below, and floats that must survive.
const ENDLESS: &str = r#"(module
    (memory (export "m") 1)
    (global $stop (export "stop") (mut i32) (i32.const 0))
    (global $seen (export "seen") (mut i64) (i64.const 0))
    (func (export "branch") (result i64) (local $i i64) (local $x f64)
        (local.set $x (f64.const 0.5))
        (i64.const 1000)
        (block $done (loop $l
            (local.set $i (i64.add (local.get $i) (i64.const 1)))
            (local.set $x (f64.add (local.get $x) (f64.const 1)))
            (br_if $done (global.get $stop))
            (br $l)))
        (global.set $seen (local.get $i))
        (i64.add (i64.trunc_f64_s (local.get $x)))
        (i64.sub (local.get $i)))
    (func (export "counter") (result i64) (local $i i32) (local $sum i64)
        (loop $l
            (local.set $sum (i64.add (local.get $sum) (i64.const 2)))
            (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                (select (i32.add (local.get $i) (i32.const 0)) (i32.const -1) (global.get $stop)))))
        (global.set $seen (local.get $sum))
        (i64.add (i64.const 1000) (i64.sub (local.get $sum)
            (i64.mul (i64.const 2) (i64.extend_i32_u (local.get $i))))))
    (func (export "table") (result i64) (local $i i64)
        (block $done (loop $l
            (local.set $i (i64.add (local.get $i) (i64.const 1)))
            (br_table $l $done (global.get $stop))))
        (global.set $seen (local.get $i))
        (i64.const 1000))
    (func $callee (param i32) (result i32) (local.get 0))
    (func (export "call") (result i64) (local $i i64)
        (loop $l
            (local.set $i (i64.add (local.get $i) (i64.const 1)))
            (br_if $l (i32.eqz (call $callee (global.get $stop)))))
        (global.set $seen (local.get $i))
        (i64.const 1000))
    (func $tail (export "tail") (result i64)
        (global.set $seen (i64.add (global.get $seen) (i64.const 1)))
        (if (global.get $stop) (then (return (i64.const 1000))))
        (return_call $tail)))"#;

const KINDS: [&str; 5] = ["branch", "counter", "table", "call", "tail"];

fn endless<T: 'static>(store: &mut Store<T>, kind: &str) -> (Instance, TypedFunc<(), i64>) {
    let module = Module::new(store.engine(), ENDLESS).unwrap();
    let instance = Instance::new(&mut *store, &module, &[]).unwrap();
    let func = instance.get_typed_func(&mut *store, kind).unwrap();
    (instance, func)
}

/// Increments the epoch again and again while `work` is done.
fn ticking<R>(engine: &Engine, work: impl FnOnce() -> R) -> R {
    let done = Arc::new(AtomicBool::new(false));
    let ticker = thread::spawn({
        let (engine, done) = (engine.clone(), done.clone());
        move || {
            while !done.load(Ordering::Relaxed) {
                engine.increment_epoch();
                thread::yield_now();
            }
        }
    });
    let result = work();
    done.store(true, Ordering::Relaxed);
    ticker.join().unwrap();
    result
}

#[test]
fn a_deadline_traps() {
    for (name, engine) in engines() {
        for kind in KINDS {
            let mut store = Store::new(&engine, ());
            store.set_epoch_deadline(20);
            let (_, func) = endless(&mut store, kind);
            let error = ticking(&engine, || func.call(&mut store, ()).unwrap_err());
            assert_eq!(
                error.downcast_ref(),
                Some(&Trap::Interrupt),
                "{name}: {kind}"
            );
            // It stays reached until it is moved.
            let error = func.call(&mut store, ()).unwrap_err();
            assert_eq!(
                error.downcast_ref(),
                Some(&Trap::Interrupt),
                "{name}: {kind}"
            );
        }
    }
}

#[test]
fn a_new_store_has_reached_its_deadline() {
    for (name, engine) in engines() {
        let mut store = Store::new(&engine, ());
        let module = Module::new(&engine, r#"(module (func (export "f")))"#).unwrap();
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let f: TypedFunc<(), ()> = instance.get_typed_func(&mut store, "f").unwrap();
        let error = f.call(&mut store, ()).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Trap::Interrupt), "{name}");
        store.set_epoch_deadline(1);
        f.call(&mut store, ()).unwrap();
        engine.increment_epoch();
        f.call(&mut store, ()).unwrap_err();
        store.set_epoch_deadline(u64::MAX);
        engine.increment_epoch();
        f.call(&mut store, ()).unwrap();
    }
}

/// The guest goes on where it was, whatever it had in registers, and sees what the callback did.
#[test]
fn a_callback_lets_guests_go_on() {
    for (name, engine) in engines() {
        for kind in KINDS {
            let mut store = Store::new(&engine, 0_u32);
            store.set_epoch_deadline(1);
            let (instance, func) = endless(&mut store, kind);
            let stop = instance.get_global(&mut store, "stop").unwrap();
            let memory = instance.get_memory(&mut store, "m").unwrap();
            store.epoch_deadline_callback(move |mut context| {
                *context.data_mut() += 1;
                if *context.data() == 5 {
                    memory.grow(&mut context, 3)?;
                }
                if *context.data() == 50 {
                    stop.set(&mut context, 1_i32.into())?;
                }
                Ok(UpdateDeadline::Continue(1))
            });
            let result = ticking(&engine, || func.call(&mut store, ()));
            let result = result.unwrap_or_else(|error| panic!("{name}: {kind}: {error}"));
            assert_eq!(result, 1000, "{name}: {kind}");
            assert!(*store.data() >= 50, "{name}: {kind}");
            assert_eq!(memory.size(&store), 4);
            let seen = instance.get_global(&mut store, "seen").unwrap();
            assert!(seen.get(&mut store).i64().unwrap() > 0, "{name}: {kind}");
        }
    }
}

#[test]
fn a_callback_ends_guests() {
    for (name, engine) in engines() {
        for kind in KINDS {
            let mut store = Store::new(&engine, ());
            let (_, func) = endless(&mut store, kind);
            store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Interrupt));
            let error = func.call(&mut store, ()).unwrap_err();
            assert_eq!(
                error.downcast_ref(),
                Some(&Trap::Interrupt),
                "{name}: {kind}"
            );
            store.epoch_deadline_callback(|_| Err(Error::msg("enough")));
            let error = func.call(&mut store, ()).unwrap_err();
            assert_eq!(
                error.to_string().lines().next(),
                Some("enough"),
                "{name}: {kind}"
            );
            store.epoch_deadline_callback(|_| panic!("no more"));
            let call = std::panic::AssertUnwindSafe(|| func.call(&mut store, ()));
            let payload = std::panic::catch_unwind(call).unwrap_err();
            assert_eq!(payload.downcast_ref(), Some(&"no more"), "{name}: {kind}");
            store.epoch_deadline_trap();
            let error = func.call(&mut store, ()).unwrap_err();
            assert_eq!(
                error.downcast_ref(),
                Some(&Trap::Interrupt),
                "{name}: {kind}"
            );
        }
    }
}

#[test]
fn guests_that_a_callback_calls_find_no_stack() {
    for (name, engine) in engines() {
        let mut store = Store::new(&engine, None);
        let (_, func) = endless(&mut store, "branch");
        let again = func.clone();
        store.epoch_deadline_callback(move |mut context| {
            let error = again.call(&mut context, ()).unwrap_err();
            *context.data_mut() = error.downcast_ref().copied();
            Ok(UpdateDeadline::Interrupt)
        });
        func.call(&mut store, ()).unwrap_err();
        assert_eq!(*store.data(), Some(Trap::StackOverflow), "{name}");
    }
}

/// A deadline that is reached while the host works is the guest's at its next call or loop.
#[test]
fn deadlines_are_met_behind_calls_of_the_host() {
    for (name, engine) in engines() {
        let mut linker = Linker::new(&engine);
        let tick = |caller: Caller<'_, ()>| caller.engine().increment_epoch();
        linker.func_wrap("", "tick", tick).unwrap();
        let wat = r#"(module (import "" "tick" (func $tick)) (func $next)
            (func (export "f") (call $tick) (call $next)))"#;
        let module = Module::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, ());
        store.set_epoch_deadline(1);
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let f: Func = instance.get_func(&mut store, "f").unwrap();
        let error = f.call(&mut store, &[], &mut []).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Trap::Interrupt), "{name}");
        // The host's own work has no deadline.
        let memory = Memory::new(&mut store, selvedge::MemoryType::new(1, None)).unwrap();
        memory.grow(&mut store, 1).unwrap();
    }
}

#[test]
fn stores_have_deadlines_of_their_own() {
    for (name, engine) in engines() {
        let mut stores: Vec<_> = (1..=3)
            .map(|ticks| {
                let mut store = Store::new(&engine, ());
                store.set_epoch_deadline(ticks);
                let module = Module::new(&engine, r#"(module (func (export "f")))"#).unwrap();
                let instance = Instance::new(&mut store, &module, &[]).unwrap();
                let f: TypedFunc<(), ()> = instance.get_typed_func(&mut store, "f").unwrap();
                (store, f)
            })
            .collect();
        for now in 0..4 {
            let alive = stores.iter_mut();
            let alive = alive
                .filter_map(|(store, f)| f.call(store, ()).ok())
                .count();
            assert_eq!(alive, 3 - now.min(3), "{name}");
            engine.increment_epoch();
        }
    }
}

#[test]
#[should_panic(expected = "epoch_interruption")]
fn deadlines_must_be_configured() {
    Store::new(&Engine::default(), ()).set_epoch_deadline(1);
}
