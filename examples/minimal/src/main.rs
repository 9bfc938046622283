//! Calls an exported function of a module in the binary format: `minimal FILE FUNCTION NUMBER…`.

use std::{env, fs};

use selvedge::{Engine, Func, Instance, Module, Result, Store, Val};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [file, function, numbers @ ..] = &arguments[..] else {
        panic!("usage: minimal FILE FUNCTION NUMBER…");
    };
    let numbers = numbers
        .iter()
        .map(|number| number.parse().expect("a number"));
    let numbers: Vec<Val> = numbers.map(Val::I32).collect();

    let engine = Engine::default();
    let module = Module::new(&engine, fs::read(file).expect("the file can be read"))?;
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[])?;
    let func: Func = instance
        .get_func(&mut store, function)
        .expect("it is exported");
    let mut results = vec![Val::I32(0); func.ty(&store).results().len()];
    func.call(&mut store, &numbers, &mut results)?;
    println!("{results:?}");
    Ok(())
}
