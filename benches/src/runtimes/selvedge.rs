//! Selvedge, with the default configuration but for the mode.

use selvedge::{CompilationMode, Config, Instance, Linker, Module, Store, Val};

use crate::Error;
use crate::runtimes::{Engine, Guest, Mode, Runtime, impl_guest};
use crate::value::Value;

pub struct Selvedge;

struct SelvedgeEngine {
    engine: selvedge::Engine,
    linker: Linker<()>,
}

struct SelvedgeGuest {
    store: Store<()>,
    instance: Instance,
}

impl Runtime for Selvedge {
    fn name(&self) -> &'static str {
        "selvedge"
    }

    fn modes(&self) -> &'static [Mode] {
        &[Mode::Eager, Mode::LazyTranslation, Mode::Lazy]
    }

    fn engine(&self, mode: Mode) -> Result<Box<dyn Engine>, Error> {
        let mut config = Config::new();
        config.compilation_mode(match mode {
            Mode::Eager => CompilationMode::Eager,
            Mode::LazyTranslation => CompilationMode::LazyTranslation,
            Mode::Lazy => CompilationMode::Lazy,
        });
        let engine = selvedge::Engine::new(&config)?;
        let mut linker = Linker::new(&engine);
        linker.func_wrap("host", "nop", || ())?;
        linker.func_wrap("host", "add", |a: i32, b: i32| a.wrapping_add(b))?;
        Ok(Box::new(SelvedgeEngine { engine, linker }))
    }
}

impl Engine for SelvedgeEngine {
    fn load(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error> {
        let module = Module::from_binary(&self.engine, wasm)?;
        let mut store = Store::new(&self.engine, ());
        let instance = self.linker.instantiate(&mut store, &module)?;
        Ok(Box::new(SelvedgeGuest { store, instance }))
    }
}

fn to_val(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value),
        Value::I64(value) => Val::I64(value),
        Value::F32(bits) => Val::F32(bits),
        Value::F64(bits) => Val::F64(bits),
    }
}

fn from_val(value: &Val) -> Result<Value, Error> {
    match *value {
        Val::I32(value) => Ok(Value::I32(value)),
        Val::I64(value) => Ok(Value::I64(value)),
        Val::F32(bits) => Ok(Value::F32(bits)),
        Val::F64(bits) => Ok(Value::F64(bits)),
        _ => Err("a result is not a number".into()),
    }
}

impl_guest!(SelvedgeGuest, to_val, from_val, |guest| {
    let module = guest.instance.module(&guest.store);
    Some(module.register_code_bytes())
});
