//! Stopping a guest that does not stop by itself, from another thread.

use std::thread;
use std::time::{Duration, Instant};

use selvedge::{Engine, Instance, Module, Result, Store, Trap};

const GUEST: &str = r#"
(module
  (func (export "forever") (loop $again (br $again)))
  (func (export "answer") (result i32) (i32.const 42)))
"#;

fn main() -> Result<()> {
    let engine = Engine::default();
    let module = Module::new(&engine, GUEST)?;
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[])?;

    // The handle stops whatever this store runs, or is about to run.
    let handle = store.interrupt_handle();
    let watchdog = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        handle.interrupt();
    });

    let began = Instant::now();
    let forever = instance.get_typed_func::<(), ()>(&mut store, "forever")?;
    let error = forever
        .call(&mut store, ())
        .expect_err("it was interrupted");
    assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::Interrupt));
    println!("stopped after {:?}: {error}", began.elapsed());
    watchdog.join().expect("the watchdog does not panic");

    // An interrupt stops one call; the instance goes on to work.
    let answer = instance.get_typed_func::<(), u32>(&mut store, "answer")?;
    assert_eq!(answer.call(&mut store, ())?, 42);
    Ok(())
}
