//! Selvedge's tiers, each with the default configuration but for the strategy and the mode; and, for those who
//! ask for them by name, with what bounds guests.

use std::sync::LazyLock;

use selvedge::{CompilationMode, Config, Instance, Linker, Module, Store, Strategy, Val};

use crate::Error;
use crate::clock::time;
use crate::runtimes::{Compiled, Engine, Guest, Mode, Runtime, impl_guest};
use crate::value::Value;

pub struct Selvedge {
    tier: Tier,
    bound: Bound,
}

#[derive(Copy, Clone)]
enum Tier {
    Interpreter,
    Baseline,
    Auto,
}

/// What bounds guests.
#[derive(Copy, Clone)]
enum Bound {
    Nothing,
    Fuel,
    Epochs,
}

struct SelvedgeEngine {
    selvedge: Selvedge,
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
        Self::bounded_by(Bound::Nothing)
    }

    /// The tiers with what bounds guests.
    pub fn bounded() -> Vec<Self> {
        let mut all = Self::bounded_by(Bound::Fuel);
        all.extend(Self::bounded_by(Bound::Epochs));
        all
    }

    fn bounded_by(bound: Bound) -> Vec<Self> {
        static HAS_COMPILER: LazyLock<bool> = LazyLock::new(|| {
            let baseline = Selvedge {
                tier: Tier::Baseline,
                bound: Bound::Nothing,
            };
            selvedge::Engine::new(&baseline.config()).is_ok()
        });
        let tiers: &[Tier] = match *HAS_COMPILER {
            true => &[Tier::Interpreter, Tier::Baseline, Tier::Auto],
            false => &[Tier::Interpreter],
        };
        tiers.iter().map(|&tier| Self { tier, bound }).collect()
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        config.strategy(match self.tier {
            Tier::Interpreter => Strategy::Interpreter,
            Tier::Baseline => Strategy::Baseline,
            Tier::Auto => Strategy::Auto,
        });
        match self.bound {
            Bound::Nothing => {}
            Bound::Fuel => {
                config.consume_fuel(true);
            }
            Bound::Epochs => {
                config.epoch_interruption(true);
            }
        }
        config
    }

    /// A store with a bound that no program reaches.
    fn store(&self, engine: &selvedge::Engine) -> Result<Store<()>, Error> {
        let mut store = Store::new(engine, ());
        match self.bound {
            Bound::Nothing => {}
            Bound::Fuel => store.set_fuel(u64::MAX)?,
            Bound::Epochs => store.set_epoch_deadline(u64::MAX),
        }
        Ok(store)
    }
}

impl Runtime for Selvedge {
    fn name(&self) -> &'static str {
        match (self.tier, self.bound) {
            (Tier::Interpreter, Bound::Nothing) => "selvedge",
            (Tier::Baseline, Bound::Nothing) => "baseline",
            (Tier::Auto, Bound::Nothing) => "auto",
            (Tier::Interpreter, Bound::Fuel) => "selvedge-fuel",
            (Tier::Baseline, Bound::Fuel) => "baseline-fuel",
            (Tier::Auto, Bound::Fuel) => "auto-fuel",
            (Tier::Interpreter, Bound::Epochs) => "selvedge-epochs",
            (Tier::Baseline, Bound::Epochs) => "baseline-epochs",
            (Tier::Auto, Bound::Epochs) => "auto-epochs",
        }
    }

    fn modes(&self) -> &'static [Mode] {
        match self.tier {
            Tier::Interpreter | Tier::Baseline => &[Mode::Eager, Mode::LazyTranslation, Mode::Lazy],
            // It never compiles at once, and what it then translates is the interpreter's.
            Tier::Auto => &[Mode::LazyTranslation, Mode::Lazy],
        }
    }

    fn default_mode(&self) -> Option<Mode> {
        Some(match self.tier {
            Tier::Interpreter | Tier::Auto => Mode::LazyTranslation,
            Tier::Baseline => Mode::Eager,
        })
    }

    fn code_is_on_the_heap(&self) -> bool {
        matches!(self.tier, Tier::Interpreter)
    }

    fn compiles(&self, _is_valid: bool) -> bool {
        matches!(self.tier, Tier::Baseline)
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
        Ok(Box::new(SelvedgeEngine {
            selvedge: Self { ..*self },
            engine,
            linker,
        }))
    }
}

impl Engine for SelvedgeEngine {
    fn load(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error> {
        let module = Module::from_binary(&self.engine, wasm)?;
        let mut store = self.selvedge.store(&self.engine)?;
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
