//! A module that prints through a function of the host.

use selvedge::{Caller, Engine, Extern, Linker, Module, Result, Store};

fn main() -> Result<()> {
    let engine = Engine::default();
    let module = Module::new(&engine, include_bytes!("hello.wat"))?;

    // What the module imports. The host function reads the guest's memory.
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "print", print)?;

    // The store holds instances and the host's own data: here, the bytes printed.
    let mut store = Store::new(&engine, 0);
    let instance = linker.instantiate(&mut store, &module)?;
    let run = instance.get_typed_func::<(), ()>(&mut store, "run")?;
    run.call(&mut store, ())?;
    assert_eq!(*store.data(), 12);
    Ok(())
}

/// Prints the text of `len` bytes at `address` in the caller's memory.
fn print(mut caller: Caller<'_, usize>, address: u32, len: u32) -> Result<()> {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        selvedge::bail!("the module exports no memory");
    };
    let mut text = vec![0; len as usize];
    memory.read(&caller, address as usize, &mut text)?;
    println!("{}", String::from_utf8_lossy(&text));
    *caller.data_mut() += text.len();
    Ok(())
}
