//! Selvedge, with the default configuration but eager translation.

use selvedge::{CompilationMode, Config, Engine, Instance, Linker, Module, Store};

use crate::Error;
use crate::runtimes::{Guest, Runtime, impl_guest};

pub struct Selvedge {
    engine: Engine,
}

struct SelvedgeGuest {
    store: Store<()>,
    instance: Instance,
}

impl Selvedge {
    pub fn new() -> Result<Self, Error> {
        let mut config = Config::new();
        config.compilation_mode(CompilationMode::Eager);
        let engine = Engine::new(&config)?;
        Ok(Self { engine })
    }
}

impl Runtime for Selvedge {
    fn name(&self) -> &str {
        "selvedge"
    }

    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error> {
        let module = Module::new(&self.engine, wasm)?;
        let mut store = Store::new(&self.engine, ());
        let mut linker = Linker::new(&self.engine);
        linker.func_wrap("host", "nop", || ())?;
        linker.func_wrap("host", "add", |a: i32, b: i32| a.wrapping_add(b))?;
        let instance = linker.instantiate(&mut store, &module)?;
        Ok(Box::new(SelvedgeGuest { store, instance }))
    }
}

impl_guest!(SelvedgeGuest);
