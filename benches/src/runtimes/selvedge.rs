//! Selvedge's tiers, each with the default configuration but for the strategy and the mode.

use std::sync::LazyLock;

use selvedge::{CompilationMode, Config, Instance, Linker, Module, Store, Strategy, Val};

use crate::Error;
use crate::clock::time;
use crate::runtimes::{Compiled, Engine, Guest, Mode, Runtime, impl_guest};
use crate::value::Value;

pub enum Selvedge {
    Interpreter,
    Baseline,
    Auto,
}

struct SelvedgeEngine {
    engine: selvedge::Engine,
    linker: Linker<()>,
}

struct SelvedgeGuest {
    store: Store<()>,
    instance: Instance,
}

impl Selvedge {
    /// The tiers of this build: without a compiler, the interpreter alone.
    pub fn tiers() -> Vec<Self> {
        static HAS_COMPILER: LazyLock<bool> =
            LazyLock::new(|| selvedge::Engine::new(&Selvedge::Baseline.config()).is_ok());
        match *HAS_COMPILER {
            true => vec![Self::Interpreter, Self::Baseline, Self::Auto],
            false => vec![Self::Interpreter],
        }
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        config.strategy(match self {
            Self::Interpreter => Strategy::Interpreter,
            Self::Baseline => Strategy::Baseline,
            Self::Auto => Strategy::Auto,
        });
        config
    }
}

impl Runtime for Selvedge {
    fn name(&self) -> &'static str {
        match self {
            Self::Interpreter => "selvedge",
            Self::Baseline => "baseline",
            Self::Auto => "auto",
        }
    }

    fn modes(&self) -> &'static [Mode] {
        match self {
            Self::Interpreter | Self::Baseline => &[Mode::Eager, Mode::LazyTranslation, Mode::Lazy],
            // It never compiles at once, and what it then translates is the interpreter's.
            Self::Auto => &[Mode::LazyTranslation, Mode::Lazy],
        }
    }

    fn default_mode(&self) -> Option<Mode> {
        Some(match self {
            Self::Interpreter | Self::Auto => Mode::LazyTranslation,
            Self::Baseline => Mode::Eager,
        })
    }

    fn code_is_on_the_heap(&self) -> bool {
        matches!(self, Self::Interpreter)
    }

    fn compiles(&self, _is_valid: bool) -> bool {
        matches!(self, Self::Baseline)
    }

    fn engine(&self, mode: Mode) -> Result<Box<dyn Engine>, Error> {
        let mut config = self.config();
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

    fn compile(&self, wasm: &[u8]) -> Result<Compiled, Error> {
        let (module, elapsed) = time(|| Module::from_binary(&self.engine, wasm));
        let code_bytes = module?.machine_code_bytes();
        Ok(Compiled {
            code_bytes,
            elapsed,
        })
    }

    fn compile_valid(&self, wasm: &[u8]) -> Result<Compiled, Error> {
        let module = Module::from_binary(&self.engine, wasm)?;
        // What validation finds out for the compiler is found out now.
        module.validate_all()?;
        let (prepared, elapsed) = time(|| module.prepare_all());
        prepared?;
        Ok(Compiled {
            code_bytes: module.machine_code_bytes(),
            elapsed,
        })
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
    Some(module.register_code_bytes() + module.machine_code_bytes())
});
