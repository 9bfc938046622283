//! wasmtime's three ways to run: the optimising compiler Cranelift, the baseline compiler Winch,
//! and Pulley, an interpreter of code that Cranelift makes. The defaults are the fastest
//! settings (memories with guard pages, traps by signals, `OptLevel::Speed`); functions are
//! compiled on one thread, since the thread's CPU time is measured.

use wasmtime::{Config, Instance, Linker, Module, OptLevel, Store, Strategy, Val};

use crate::Error;
use crate::clock::time;
use crate::runtimes::{Compiled, Engine, Guest, Mode, Runtime, impl_guest};
use crate::value::Value;

pub enum Wasmtime {
    Cranelift,
    Winch,
    Pulley,
}

struct WasmtimeEngine {
    engine: wasmtime::Engine,
    linker: Linker<()>,
}

struct WasmtimeGuest {
    store: Store<()>,
    instance: Instance,
}

impl Runtime for Wasmtime {
    fn name(&self) -> &'static str {
        match self {
            Self::Cranelift => "wasmtime-cranelift",
            Self::Winch => "wasmtime-winch",
            Self::Pulley => "wasmtime-pulley",
        }
    }

    fn modes(&self) -> &'static [Mode] {
        &[Mode::Eager]
    }

    fn code_is_on_the_heap(&self) -> bool {
        false
    }

    fn compiles(&self, is_valid: bool) -> bool {
        !is_valid && !matches!(self, Self::Pulley)
    }

    fn engine(&self, _mode: Mode) -> Result<Box<dyn Engine>, Error> {
        let mut config = Config::new();
        match self {
            Self::Cranelift => {
                config.strategy(Strategy::Cranelift);
                config.cranelift_opt_level(OptLevel::Speed);
            }
            Self::Winch => {
                config.strategy(Strategy::Winch);
            }
            Self::Pulley => {
                config.target(PULLEY_TARGET)?;
                config.cranelift_opt_level(OptLevel::Speed);
            }
        }
        let engine = wasmtime::Engine::new(&config)?;
        let mut linker = Linker::new(&engine);
        linker.func_wrap("host", "nop", || ())?;
        linker.func_wrap("host", "add", |a: i32, b: i32| a.wrapping_add(b))?;
        Ok(Box::new(WasmtimeEngine { engine, linker }))
    }
}

/// Pulley for the pointers of this machine.
const PULLEY_TARGET: &str = match (size_of::<usize>(), cfg!(target_endian = "little")) {
    (8, true) => "pulley64",
    (8, false) => "pulley64be",
    (_, true) => "pulley32",
    (_, false) => "pulley32be",
};

impl Engine for WasmtimeEngine {
    fn load(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error> {
        let module = Module::from_binary(&self.engine, wasm)?;
        let mut store = Store::new(&self.engine, ());
        let instance = self.linker.instantiate(&mut store, &module)?;
        Ok(Box::new(WasmtimeGuest { store, instance }))
    }

    fn compile(&self, wasm: &[u8]) -> Result<Compiled, Error> {
        let (module, elapsed) = time(|| Module::from_binary(&self.engine, wasm));
        Ok(Compiled {
            code_bytes: code_bytes(&module?),
            elapsed,
        })
    }
}

/// Without what fills up the pages.
fn code_bytes(module: &Module) -> usize {
    module.functions().map(|function| function.len).sum()
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

impl_guest!(WasmtimeGuest, to_val, from_val, |guest| {
    Some(code_bytes(guest.instance.module(&guest.store)))
});
