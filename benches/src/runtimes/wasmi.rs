//! wasmi with the settings that its documentation calls fastest: default features in an optimised
//! build (tail calls, direct threading) and no fuel. Programs run after eager translation.

use wasmi::{CompilationMode, Config, Instance, Linker, Module, Store, Val};

use crate::Error;
use crate::runtimes::{Engine, Guest, Mode, Runtime, impl_guest};
use crate::value::Value;

pub struct Wasmi;

struct WasmiEngine {
    engine: wasmi::Engine,
    linker: Linker<()>,
}

struct WasmiGuest {
    store: Store<()>,
    instance: Instance,
}

impl Runtime for Wasmi {
    fn name(&self) -> &'static str {
        "wasmi"
    }

    fn modes(&self) -> &'static [Mode] {
        &[Mode::Eager, Mode::LazyTranslation, Mode::Lazy]
    }

    fn engine(&self, mode: Mode) -> Result<Box<dyn Engine>, Error> {
        let mut config = Config::default();
        config.compilation_mode(match mode {
            Mode::Eager => CompilationMode::Eager,
            Mode::LazyTranslation => CompilationMode::LazyTranslation,
            Mode::Lazy => CompilationMode::Lazy,
        });
        let engine = wasmi::Engine::new(&config);
        let mut linker = Linker::new(&engine);
        linker.func_wrap("host", "nop", || ())?;
        linker.func_wrap("host", "add", |a: i32, b: i32| a.wrapping_add(b))?;
        Ok(Box::new(WasmiEngine { engine, linker }))
    }
}

impl Engine for WasmiEngine {
    fn load(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error> {
        let module = Module::new(&self.engine, wasm)?;
        let mut store = Store::new(&self.engine, ());
        let instance = self.linker.instantiate_and_start(&mut store, &module)?;
        Ok(Box::new(WasmiGuest { store, instance }))
    }
}

fn to_val(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value),
        Value::I64(value) => Val::I64(value),
        Value::F32(bits) => Val::F32(wasmi::F32::from_bits(bits)),
        Value::F64(bits) => Val::F64(wasmi::F64::from_bits(bits)),
    }
}

fn from_val(value: &Val) -> Result<Value, Error> {
    match value {
        Val::I32(value) => Ok(Value::I32(*value)),
        Val::I64(value) => Ok(Value::I64(*value)),
        Val::F32(value) => Ok(Value::F32(value.to_bits())),
        Val::F64(value) => Ok(Value::F64(value.to_bits())),
        _ => Err("a result is not a number".into()),
    }
}

impl_guest!(WasmiGuest, to_val, from_val, |_| None);
