//! wasmi with the settings that its documentation calls fastest: default features in an optimised
//! build (tail calls, direct threading), no fuel, and eager translation.

use wasmi::{CompilationMode, Config, Engine, Instance, Linker, Module, Store};

use crate::Error;
use crate::runtimes::{Guest, Runtime, impl_guest};

pub struct Wasmi {
    engine: Engine,
}

struct WasmiGuest {
    store: Store<()>,
    instance: Instance,
}

impl Wasmi {
    pub fn new() -> Self {
        let mut config = Config::default();
        config.compilation_mode(CompilationMode::Eager);
        Self {
            engine: Engine::new(&config),
        }
    }
}

impl Runtime for Wasmi {
    fn name(&self) -> &str {
        "wasmi"
    }

    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error> {
        let module = Module::new(&self.engine, wasm)?;
        let mut store = Store::new(&self.engine, ());
        let mut linker = Linker::new(&self.engine);
        linker.func_wrap("host", "nop", || ())?;
        linker.func_wrap("host", "add", |a: i32, b: i32| a.wrapping_add(b))?;
        let instance = linker.instantiate_and_start(&mut store, &module)?;
        Ok(Box::new(WasmiGuest { store, instance }))
    }
}

impl_guest!(WasmiGuest);
