//! Calling exports: with static types where they are known, with values where
//! they are not.

use selvedge::{Engine, Instance, Module, Result, Store, Val};

fn main() -> Result<()> {
    let engine = Engine::default();
    let module = Module::new(&engine, include_bytes!("gcd.wat"))?;
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[])?;

    // The types are checked once, here; calls are then as cheap as they can be.
    let gcd = instance.get_typed_func::<(u64, u64), u64>(&mut store, "gcd")?;
    assert_eq!(gcd.call(&mut store, (1071, 462))?, 21);

    // Without types, the same call goes through slices of values.
    let gcd = instance
        .get_func(&mut store, "gcd")
        .expect("the module exports `gcd`");
    println!("gcd: {:?}", gcd.ty(&store));
    let mut results = [Val::I64(0)];
    gcd.call(&mut store, &[Val::I64(48), Val::I64(36)], &mut results)?;
    assert_eq!(results[0].i64(), Some(12));
    println!("gcd(48, 36) = {:?}", results[0]);

    // A wrong type is an error, not a crash.
    assert!(
        instance
            .get_typed_func::<(f32,), ()>(&mut store, "gcd")
            .is_err()
    );
    Ok(())
}
