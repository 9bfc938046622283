//! Two modules, one of which imports what the other exports.

use selvedge::{Engine, Linker, Module, Result, Store};

const COUNTER: &str = r#"
(module
  (global $count (mut i32) (i32.const 0))
  (func (export "next") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count)))
"#;

const USER: &str = r#"
(module
  (import "counter" "next" (func $next (result i32)))
  (func (export "twice") (result i32)
    (drop (call $next))
    (call $next)))
"#;

fn main() -> Result<()> {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);

    // Instances are linked by the names of their exports.
    let counter = Module::new(&engine, COUNTER)?;
    let counter = linker.instantiate(&mut store, &counter)?;
    linker.instance(&mut store, "counter", counter)?;

    let user = Module::new(&engine, USER)?;
    let user = linker.instantiate(&mut store, &user)?;
    let twice = user.get_typed_func::<(), u32>(&mut store, "twice")?;
    assert_eq!(twice.call(&mut store, ())?, 2);
    assert_eq!(twice.call(&mut store, ())?, 4);

    // What is missing is listed, all of it.
    let module = Module::new(
        &engine,
        r#"(module (import "counter" "reset" (func)) (import "clock" "now" (func)))"#,
    )?;
    let error = linker
        .instantiate(&mut store, &module)
        .expect_err("neither of them exists");
    println!("{error}");
    Ok(())
}
