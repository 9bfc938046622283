//! Bounds what guests may do: by instructions, which are counted the same on every machine, and by time, in
//! ticks of a clock that the host keeps.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use selvedge::{
    Config, Engine, Error, Instance, Module, Result, Store, Trap, TypedFunc, UpdateDeadline,
};

/// A contract: sums the squares up to its argument.
const CONTRACT: &str = r#"(module (func (export "run") (param $n i64) (result i64) (local $sum i64)
    (loop $next
        (local.set $sum (i64.add (local.get $sum) (i64.mul (local.get $n) (local.get $n))))
        (br_if $next (i64.ne (i64.const 0)
            (local.tee $n (i64.sub (local.get $n) (i64.const 1))))))
    (local.get $sum)))"#;

fn main() -> Result<()> {
    by_instructions()?;
    by_time()
}

/// Every caller pays for what its call executes, and a call that costs too much has no result.
fn by_instructions() -> Result<()> {
    let engine = Engine::new(Config::new().consume_fuel(true))?;
    let (mut store, run) = contract(&engine, ())?;
    for n in [10, 1_000, 1_000_000] {
        store.set_fuel(1_000_000)?;
        match run.call(&mut store, n) {
            Ok(sum) => {
                let paid = 1_000_000 - store.get_fuel()?;
                println!("run({n}) = {sum}, for {paid} instructions");
            }
            Err(error) if is(&error, Trap::OutOfFuel) => println!("run({n}) costs too much"),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A guest gets three ticks, with a word of patience at each.
fn by_time() -> Result<()> {
    let engine = Engine::new(Config::new().epoch_interruption(true))?;
    let (mut store, run) = contract(&engine, 0)?;
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut store| {
        *store.data_mut() += 1;
        println!("tick {}", store.data());
        Ok(match store.data() {
            ..3 => UpdateDeadline::Continue(1),
            _ => UpdateDeadline::Interrupt,
        })
    });
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(5));
                engine.increment_epoch();
            }
        });
        // It would take years.
        let outcome = run.call(&mut store, i64::MAX);
        done.store(true, Ordering::Relaxed);
        match outcome {
            Err(error) if is(&error, Trap::Interrupt) => println!("run took too long"),
            Err(error) => return Err(error),
            Ok(_) => unreachable!("it cannot have ended"),
        }
        Ok(())
    })
}

fn contract<T: 'static>(engine: &Engine, data: T) -> Result<(Store<T>, TypedFunc<i64, i64>)> {
    let module = Module::new(engine, CONTRACT)?;
    let mut store = Store::new(engine, data);
    let instance = Instance::new(&mut store, &module, &[])?;
    let run = instance.get_typed_func(&mut store, "run")?;
    Ok((store, run))
}

fn is(error: &Error, trap: Trap) -> bool {
    error.downcast_ref() == Some(&trap)
}
