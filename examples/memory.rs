//! Sharing a memory with a guest: reading, writing and growing it.

use selvedge::{Engine, Instance, Memory, MemoryType, Module, Result, Store};

const GUEST: &str = r#"
(module
  (import "host" "memory" (memory 1 4))
  ;; The sum of the $len bytes at $address.
  (func (export "sum") (param $address i32) (param $len i32) (result i32)
    (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $len)))
        (local.set $sum
          (i32.add (local.get $sum) (i32.load8_u (local.get $address))))
        (local.set $address (i32.add (local.get $address) (i32.const 1)))
        (local.set $len (i32.sub (local.get $len) (i32.const 1)))
        (br $next)))
    (local.get $sum))
  (func (export "poke") (param $address i32) (param $value i32)
    (i32.store8 (local.get $address) (local.get $value))))
"#;

fn main() -> Result<()> {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());

    // A memory of one page, which may grow to four, made by the host.
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(4)))?;
    let module = Module::new(&engine, GUEST)?;
    let instance = Instance::new(&mut store, &module, &[memory.into()])?;
    let sum = instance.get_typed_func::<(u32, u32), u32>(&mut store, "sum")?;
    let poke = instance.get_typed_func::<(u32, u32), ()>(&mut store, "poke")?;

    // The guest sees what the host writes, and the other way round.
    memory.write(&mut store, 100, &[1, 2, 3, 4])?;
    assert_eq!(sum.call(&mut store, (100, 4))?, 10);
    poke.call(&mut store, (101, 20))?;
    assert_eq!(memory.data(&store)[100..104], [1, 20, 3, 4]);

    // While nothing runs, the memory is a slice.
    memory.data_mut(&mut store)[100..104].fill(9);
    assert_eq!(sum.call(&mut store, (100, 4))?, 36);

    // A page more: what was out of bounds no longer is.
    let end = memory.data_size(&store);
    assert!(memory.write(&mut store, end, b"x").is_err());
    assert_eq!(memory.grow(&mut store, 1)?, 1);
    memory.write(&mut store, end, b"x")?;
    assert_eq!(sum.call(&mut store, (end as u32, 1))?, u32::from(b'x'));

    // The maximum holds for the host as well.
    assert!(memory.grow(&mut store, 3).is_err());
    println!("the memory has {} pages", memory.size(&store));
    Ok(())
}
