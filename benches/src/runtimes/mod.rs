//! Runtimes, each in a file of its own behind one interface.
//!
//! Each is configured as its documentation says for speed; the file says how. A runtime makes
//! engines, an engine loads modules, and what is loaded is a [`Guest`].

mod selvedge;
#[cfg(feature = "silverfir")]
mod silverfir;
#[cfg(feature = "stitch")]
mod stitch;
#[cfg(feature = "wasmer")]
mod wasmer;
#[cfg(feature = "wasmi")]
mod wasmi;
#[cfg(feature = "wasmtime")]
mod wasmtime;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::clock::Elapsed;
use crate::value::Value;

/// When functions are validated and translated.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Everything when a module is loaded.
    Eager,
    /// Validated when a module is loaded, translated at the first call.
    LazyTranslation,
    /// Validated and translated at the first call.
    Lazy,
}

/// A WebAssembly runtime.
pub trait Runtime {
    /// A name for tables and the command line.
    fn name(&self) -> &'static str;

    /// The modes that the runtime has. The first is the one that programs run in.
    fn modes(&self) -> &'static [Mode];

    /// The mode that the runtime has by default, if it takes part in measurements of whole runs.
    fn default_mode(&self) -> Option<Mode> {
        None
    }

    /// Whether the runtime makes machine code of a module, of one that has been validated before
    /// if `is_valid`.
    fn compiles(&self, is_valid: bool) -> bool {
        let _ = is_valid;
        false
    }

    /// Whether code is allocated like other things, rather than on pages of its own.
    fn code_is_on_the_heap(&self) -> bool {
        true
    }

    /// A new engine, with whatever can be prepared before there is a module.
    ///
    /// # Errors
    ///
    /// If the runtime refuses the configuration.
    fn engine(&self, mode: Mode) -> Result<Box<dyn Engine>, Error>;
}

/// An engine of a runtime.
pub trait Engine {
    /// Makes an instance of a module in the binary format, ready to be called. Its
    /// imports `host.nop` and `host.add` are host functions with static types, made by the
    /// runtime's own way to wrap closures.
    ///
    /// # Errors
    ///
    /// If the runtime refuses the module.
    fn load(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error>;

    /// Validates all of a module in the binary format and compiles it to machine code.
    ///
    /// # Errors
    ///
    /// If the runtime refuses the module, or has no compiler.
    fn compile(&self, wasm: &[u8]) -> Result<Compiled, Error> {
        let _ = wasm;
        Err("there is no compiler".into())
    }

    /// Compiles a module that is parsed and validated before, which is not measured.
    ///
    /// # Errors
    ///
    /// As [`compile`](Engine::compile), or if the runtime only does both at once.
    fn compile_valid(&self, wasm: &[u8]) -> Result<Compiled, Error> {
        let _ = wasm;
        Err("there is no compiler apart from validation".into())
    }
}

/// A module has been compiled, and dropped.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Compiled {
    /// The bytes of machine code.
    pub code_bytes: usize,
    /// How long it took.
    pub elapsed: Elapsed,
}

/// An instance of a module.
pub trait Guest {
    /// Calls the export, a function from `i32` to `i32` or `i64`, in the fastest way.
    ///
    /// # Errors
    ///
    /// If there is no such function, or it fails.
    fn run(&mut self, export: &str, n: i32) -> Result<i64, Error>;

    /// Calls the export with any arguments.
    ///
    /// # Errors
    ///
    /// If there is no such function, its type is another or has references, or it fails.
    fn invoke(&mut self, export: &str, arguments: &[Value]) -> Result<Vec<Value>, Error>;

    /// Calls the export `nop` `n` times through the runtime's statically typed
    /// function; returns `n`.
    ///
    /// # Errors
    ///
    /// As [`run`](Guest::run).
    fn call_nop(&mut self, n: i32) -> Result<i64, Error>;

    /// Adds up `0..n` with the export `add` in the same way.
    ///
    /// # Errors
    ///
    /// As [`run`](Guest::run).
    fn call_add(&mut self, n: i32) -> Result<i64, Error>;

    /// The bytes of code that the module was translated to so far, if the runtime tells.
    fn code_bytes(&self) -> Option<usize> {
        None
    }
}

/// The runtimes of this build. The first is Selvedge's interpreter, which the others are compared
/// with unless other runtimes are asked for.
pub fn all() -> Vec<Box<dyn Runtime>> {
    let mut runtimes: Vec<Box<dyn Runtime>> = Vec::new();
    for tier in selvedge::Selvedge::tiers() {
        runtimes.push(Box::new(tier));
    }
    runtimes.extend(peers());
    runtimes
}

/// All of them, and those that are only measured when they are named: Selvedge's tiers with guests on fuel
/// (`selvedge-fuel` and so on) or with epochs (`selvedge-epochs`).
pub fn by_name() -> Vec<Box<dyn Runtime>> {
    let mut runtimes = all();
    for tier in selvedge::Selvedge::bounded() {
        runtimes.push(Box::new(tier));
    }
    runtimes
}

fn peers() -> Vec<Box<dyn Runtime>> {
    vec![
        #[cfg(feature = "wasmi")]
        Box::new(wasmi::Wasmi),
        #[cfg(feature = "silverfir")]
        Box::new(silverfir::Silverfir),
        #[cfg(feature = "stitch")]
        Box::new(stitch::Stitch),
        #[cfg(feature = "wasmtime")]
        Box::new(wasmtime::Wasmtime::Cranelift),
        #[cfg(feature = "wasmtime")]
        Box::new(wasmtime::Wasmtime::Winch),
        #[cfg(feature = "wasmtime")]
        Box::new(wasmtime::Wasmtime::Pulley),
        #[cfg(feature = "wasmer")]
        Box::new(wasmer::Wasmer),
    ]
}

/// The binary format of a module in either format.
///
/// # Errors
///
/// If the text is malformed.
pub fn binary(wasm: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    Ok(wat::parse_bytes(wasm)?)
}

impl Mode {
    /// The mode as it is written in tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Eager => "eager",
            Self::LazyTranslation => "lazy-translation",
            Self::Lazy => "lazy",
        }
    }
}

fn no_function(export: &str) -> Error {
    format!("there is no function `{export}`").into()
}

/// Implements [`Guest`] for a type with the fields `store` and `instance`, for runtimes whose
/// interfaces are spelled alike. `$to_val` and `$from_val` convert a [`Value`] to the runtime's
/// and back; `$code_bytes` is the method of that name.
macro_rules! impl_guest {
    ($ty:ty, $to_val:path, $from_val:path, $code_bytes:expr) => {
        impl crate::runtimes::Guest for $ty {
            fn run(&mut self, export: &str, n: i32) -> Result<i64, crate::Error> {
                let wide = self
                    .instance
                    .get_typed_func::<i32, i64>(&mut self.store, export);
                if let Ok(function) = wide {
                    return Ok(function.call(&mut self.store, n)?);
                }
                let function = self
                    .instance
                    .get_typed_func::<i32, i32>(&mut self.store, export)?;
                Ok(i64::from(function.call(&mut self.store, n)?))
            }

            fn invoke(
                &mut self,
                export: &str,
                arguments: &[crate::value::Value],
            ) -> Result<Vec<crate::value::Value>, crate::Error> {
                let function = self
                    .instance
                    .get_func(&mut self.store, export)
                    .ok_or_else(|| crate::runtimes::no_function(export))?;
                let arguments: Vec<_> = arguments.iter().copied().map($to_val).collect();
                let count = function.ty(&self.store).results().len();
                let mut results = vec![$to_val(crate::value::Value::I32(0)); count];
                function.call(&mut self.store, &arguments, &mut results)?;
                results.iter().map($from_val).collect()
            }

            fn call_nop(&mut self, n: i32) -> Result<i64, crate::Error> {
                let nop = self
                    .instance
                    .get_typed_func::<(), ()>(&mut self.store, "nop")?;
                let mut calls = 0;
                for _ in 0..n {
                    nop.call(&mut self.store, ())?;
                    calls += 1;
                }
                Ok(calls)
            }

            fn call_add(&mut self, n: i32) -> Result<i64, crate::Error> {
                let add = self
                    .instance
                    .get_typed_func::<(i32, i32), i32>(&mut self.store, "add")?;
                let mut sum = 0;
                for i in 0..n {
                    sum = add.call(&mut self.store, (sum, i))?;
                }
                Ok(i64::from(sum))
            }

            fn code_bytes(&self) -> Option<usize> {
                let code_bytes: fn(&Self) -> Option<usize> = $code_bytes;
                code_bytes(self)
            }
        }
    };
}
use impl_guest;
