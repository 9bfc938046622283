#![expect(unsafe_code, reason = "a symbol that Wasmer refers to is defined")]
//! Wasmer's baseline compiler Singlepass, with memories between guard pages (the default) and without canonical
//! NaNs, which the others do not have either. Its crate's feature `rayon` is off: functions are then compiled one
//! after the other on the calling thread, whose CPU time is measured, and not by a pool of threads.
//!
//! Wasmer does not tell how much code it has made. The compiler is wrapped to count it, once for a module.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use wasmer::{Function, Imports, Instance, Module, Store, Target, Type};
use wasmer_compiler::types::function::Compilation;
use wasmer_compiler::types::module::CompileModuleInfo;
use wasmer_compiler::{
    Compiler, CompilerConfig, EngineBuilder, Features, FunctionBodyData, ModuleMiddleware,
    ModuleTranslationState,
};
use wasmer_compiler_singlepass::{Singlepass, SinglepassCompiler};
use wasmer_types::entity::PrimaryMap;
use wasmer_types::{CompileError, LocalFunctionIndex};

use crate::Error;
use crate::clock::time;
use crate::runtimes::{Compiled, Engine, Guest, Mode, Runtime};
use crate::value::Value;

pub struct Wasmer;

struct WasmerEngine {
    engine: wasmer::Engine,
    code_bytes: Arc<AtomicUsize>,
}

struct WasmerGuest {
    store: Store,
    instance: Instance,
    code_bytes: usize,
}

impl Runtime for Wasmer {
    fn name(&self) -> &'static str {
        "wasmer-singlepass"
    }

    fn modes(&self) -> &'static [Mode] {
        &[Mode::Eager]
    }

    fn code_is_on_the_heap(&self) -> bool {
        false
    }

    fn compiles(&self, is_valid: bool) -> bool {
        !is_valid
    }

    fn engine(&self, _mode: Mode) -> Result<Box<dyn Engine>, Error> {
        let mut singlepass = Singlepass::new();
        singlepass.canonicalize_nans(false);
        let code_bytes = Arc::default();
        let counting = Counting {
            inner: singlepass,
            code_bytes: Arc::clone(&code_bytes),
        };
        Ok(Box::new(WasmerEngine {
            engine: EngineBuilder::new(counting).into(),
            code_bytes,
        }))
    }
}

impl Engine for WasmerEngine {
    fn load(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error> {
        let module = Module::from_binary(&self.engine, wasm)?;
        let mut store = Store::new(self.engine.clone());
        let mut imports = Imports::new();
        if module.imports().next().is_some() {
            let nop = Function::new_typed(&mut store, || ());
            let add = Function::new_typed(&mut store, |a: i32, b: i32| a.wrapping_add(b));
            imports.define("host", "nop", nop);
            imports.define("host", "add", add);
        }
        let instance = Instance::new(&mut store, &module, &imports)?;
        Ok(Box::new(WasmerGuest {
            store,
            instance,
            code_bytes: self.code_bytes.load(Ordering::Relaxed),
        }))
    }

    fn compile(&self, wasm: &[u8]) -> Result<Compiled, Error> {
        let (module, elapsed) = time(|| Module::from_binary(&self.engine, wasm));
        module?;
        Ok(Compiled {
            code_bytes: self.code_bytes.load(Ordering::Relaxed),
            elapsed,
        })
    }
}

impl Guest for WasmerGuest {
    fn run(&mut self, export: &str, n: i32) -> Result<i64, Error> {
        let function = self.instance.exports.get_function(export)?;
        // To ask for another type than it has would take the time to format a message.
        if let [Type::I64] = function.ty(&self.store).results() {
            let function = function.typed::<i32, i64>(&self.store)?;
            return Ok(function.call(&mut self.store, n)?);
        }
        let function = function.typed::<i32, i32>(&self.store)?;
        Ok(i64::from(function.call(&mut self.store, n)?))
    }

    fn invoke(&mut self, export: &str, arguments: &[Value]) -> Result<Vec<Value>, Error> {
        let function = self.instance.exports.get_function(export)?;
        let arguments: Vec<_> = arguments.iter().copied().map(to_value).collect();
        let results = function.call(&mut self.store, &arguments)?;
        results.iter().map(from_value).collect()
    }

    fn call_nop(&mut self, n: i32) -> Result<i64, Error> {
        let exports = &self.instance.exports;
        let nop = exports.get_typed_function::<(), ()>(&self.store, "nop")?;
        let mut calls = 0;
        for _ in 0..n {
            nop.call(&mut self.store)?;
            calls += 1;
        }
        Ok(calls)
    }

    fn call_add(&mut self, n: i32) -> Result<i64, Error> {
        let exports = &self.instance.exports;
        let add = exports.get_typed_function::<(i32, i32), i32>(&self.store, "add")?;
        let mut sum = 0;
        for i in 0..n {
            sum = add.call(&mut self.store, sum, i)?;
        }
        Ok(i64::from(sum))
    }

    fn code_bytes(&self) -> Option<usize> {
        Some(self.code_bytes)
    }
}

fn to_value(value: Value) -> wasmer::Value {
    match value {
        Value::I32(value) => wasmer::Value::I32(value),
        Value::I64(value) => wasmer::Value::I64(value),
        Value::F32(bits) => wasmer::Value::F32(f32::from_bits(bits)),
        Value::F64(bits) => wasmer::Value::F64(f64::from_bits(bits)),
    }
}

fn from_value(value: &wasmer::Value) -> Result<Value, Error> {
    match *value {
        wasmer::Value::I32(value) => Ok(Value::I32(value)),
        wasmer::Value::I64(value) => Ok(Value::I64(value)),
        wasmer::Value::F32(value) => Ok(Value::F32(value.to_bits())),
        wasmer::Value::F64(value) => Ok(Value::F64(value.to_bits())),
        _ => Err("a result is not a number".into()),
    }
}

/// Singlepass, or its configuration, with a note of the bytes of machine code of the last module.
struct Counting<T> {
    inner: T,
    code_bytes: Arc<AtomicUsize>,
}

impl CompilerConfig for Counting<Singlepass> {
    fn compiler(self: Box<Self>) -> Box<dyn Compiler> {
        Box::new(Counting {
            inner: SinglepassCompiler::new(self.inner),
            code_bytes: self.code_bytes,
        })
    }

    fn default_features_for_target(&self, target: &Target) -> Features {
        self.inner.default_features_for_target(target)
    }

    fn push_middleware(&mut self, middleware: Arc<dyn ModuleMiddleware>) {
        self.inner.push_middleware(middleware);
    }
}

impl Compiler for Counting<SinglepassCompiler> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn compile_module(
        &self,
        target: &Target,
        module: &CompileModuleInfo,
        translation: &ModuleTranslationState,
        bodies: PrimaryMap<LocalFunctionIndex, FunctionBodyData<'_>>,
    ) -> Result<Compilation, CompileError> {
        let inner = &self.inner;
        let compilation = inner.compile_module(target, module, translation, bodies)?;
        let functions = compilation.functions.values();
        let code_bytes = functions.map(|function| function.body.body.len()).sum();
        self.code_bytes.store(code_bytes, Ordering::Relaxed);
        Ok(compilation)
    }

    fn get_middlewares(&self) -> &[Arc<dyn ModuleMiddleware>] {
        self.inner.get_middlewares()
    }
}

/// Wasmer 5 refers to what Rust's library exported until 1.88. Its other compilers call it; Singlepass does not.
#[unsafe(no_mangle)]
extern "C" fn __rust_probestack() {
    std::process::abort();
}
