//! Guests of two tenants in a region: they yield, are killed, and reset.
//!
//! ```console
//! $ cargo run --example life
//! ```

use std::time::Duration;

use selvedge::region::{
    Contexts, InstanceRegion, LifeError, Limits, MmapRegion, Region, TerminationDetails,
};
use selvedge::{Caller, Engine, Linker, Module, Result};

const GUEST: &str = r#"(module
    (import "host" "next" (func $next (param i64) (result i64)))
    (func (export "sum") (result i64) (local $sum i64) (local $n i64)
        (loop
            (local.set $n (call $next (local.get $sum)))
            (local.set $sum (i64.add (local.get $sum) (local.get $n)))
            (br_if 0 (i64.ne (local.get $n) (i64.const 0))))
        (local.get $sum))
    (func (export "spin") (loop (br 0))))"#;

/// The tenant that an instance is for.
struct Tenant(&'static str);

/// Shows the embedder the sum so far, and waits for the next number.
fn next(mut caller: Caller<'_, Contexts>, sum: i64) -> Result<i64> {
    let name = caller.get_embed_ctx::<Tenant>()?.0;
    caller.yield_val_expecting_val(format!("{name} has {sum}"))
}

fn main() -> Result<()> {
    let engine = Engine::default();
    let module = Module::new(&engine, GUEST)?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "next", next)?;
    let pre = linker.instantiate_pre(&module)?;

    // Room for two instances, each with its heap and stacks side by side.
    let region = MmapRegion::create(2, &Limits::default().with_stack_size(256 << 10))?;
    let make = |name| {
        let builder = region.new_instance_builder(&pre);
        builder.with_embed_ctx(Tenant(name)).build()
    };
    let mut anne = make("Anne")?;
    let mut bob = make("Bob")?;

    // Both guests wait in the middle of a host function, by turns.
    let mut runs = [anne.run("sum", &[])?, bob.run("sum", &[])?];
    for number in [5, 6, 0_i64] {
        for (guest, run) in [&mut anne, &mut bob].into_iter().zip(&mut runs) {
            if let Some(text) = run.yielded_ref()?.downcast_ref::<String>() {
                println!("{text}");
            }
            *run = guest.resume_with_val(number)?;
        }
    }
    for run in runs {
        println!("the sum is {}", run.returned()?.as_i64());
    }

    // A guest that does not end is ended by another thread, and its instance is as good as new.
    let switch = anne.kill_switch();
    let killer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(5));
        switch.terminate()
    });
    match anne.run("spin", &[]) {
        Err(LifeError::RuntimeTerminated(TerminationDetails::Remote)) => println!("killed"),
        result => panic!("{result:?}"),
    }
    let killed = killer.join().expect("the killer does not panic");
    println!("{:?}", killed?);
    anne.reset()?;
    assert!(anne.is_ready());

    // A guest that is given up while it waits: its host functions are unwound, and the slot is free again.
    bob.run("sum", &[])?;
    drop(bob);
    println!("{} slot is free", region.free_slots());
    Ok(())
}
