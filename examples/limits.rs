//! Limiting what a guest may take: memory, tables, instances and stack.

use selvedge::{
    Config, Engine, Instance, Module, Result, Store, StoreLimits, StoreLimitsBuilder, Trap,
};

const GUEST: &str = r#"
(module
  (memory 1)
  ;; Takes pages until there are no more, and returns how many there were.
  (func (export "hoard") (result i32)
    (loop $more
      (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (memory.size))
  (func $recurse (export "recurse") (param i32) (result i32)
    (i32.add (call $recurse (local.get 0)) (i32.const 1))))
"#;

/// The host's data of a store, which holds the store's limits.
struct Host {
    limits: StoreLimits,
}

fn main() -> Result<()> {
    // The stack is a matter of the engine.
    let mut config = Config::new();
    config.max_wasm_stack(64 * 1024);
    let engine = Engine::new(&config)?;
    let module = Module::new(&engine, GUEST)?;

    // Everything else is a matter of each store.
    let limits = StoreLimitsBuilder::new()
        .memory_size(10 * 64 * 1024)
        .instances(2)
        .build();
    let mut store = Store::new(&engine, Host { limits });
    store.limiter(|host| &mut host.limits);

    // A guest that asks for more than it may have is told so, and goes on.
    let instance = Instance::new(&mut store, &module, &[])?;
    let hoard = instance.get_typed_func::<(), u32>(&mut store, "hoard")?;
    let pages = hoard.call(&mut store, ())?;
    assert_eq!(pages, 10);
    println!("the guest got {pages} pages");

    // Endless recursion is a trap.
    let recurse = instance.get_typed_func::<u32, u32>(&mut store, "recurse")?;
    let error = recurse
        .call(&mut store, 1)
        .expect_err("the stack has an end");
    assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::StackOverflow));
    println!("recursion ends: {error}");

    // There is room for one more instance.
    Instance::new(&mut store, &module, &[])?;
    let error = Instance::new(&mut store, &module, &[]).expect_err("the limit is 2");
    println!("a third instance: {error}");

    // A store can also make a refused growth a trap.
    let limits = StoreLimitsBuilder::new()
        .memory_size(2 * 64 * 1024)
        .trap_on_grow_failure(true)
        .build();
    let mut store = Store::new(&engine, Host { limits });
    store.limiter(|host| &mut host.limits);
    let instance = Instance::new(&mut store, &module, &[])?;
    let hoard = instance.get_typed_func::<(), u32>(&mut store, "hoard")?;
    let error = hoard.call(&mut store, ()).expect_err("growing traps");
    println!("hoarding: {error:#}");
    Ok(())
}
