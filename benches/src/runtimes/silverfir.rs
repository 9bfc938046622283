//! Silverfir-nano's interpreter, built as its documentation says for that engine: without default
//! features, `interp` alone, so that the tier is known when it is compiled. Its handlers are
//! assembly made when the crate is built; every function is translated by `Instance::new`.
//!
//! It has no statically typed functions: the fastest call is one through a resolved `Func`.

use sf_nano_core::value_type::ValueType;
use sf_nano_core::{Config, Func, FunctionType, Import, Instance};

use crate::Error;
use crate::runtimes::{Engine, Guest, Mode, Runtime, no_function};
use crate::value::Value;

type Val = sf_nano_core::Value;

pub struct Silverfir;

struct SilverfirEngine {
    engine: sf_nano_core::Engine,
    imports: [Import; 2],
}

struct SilverfirGuest {
    instance: Instance,
}

impl Runtime for Silverfir {
    fn name(&self) -> &'static str {
        "silverfir"
    }

    fn modes(&self) -> &'static [Mode] {
        &[Mode::Eager]
    }

    fn engine(&self, _mode: Mode) -> Result<Box<dyn Engine>, Error> {
        let config = Config::new().parallel_compilation(false);
        let engine = sf_nano_core::Engine::new(config).map_err(|error| error.to_string())?;
        let imports = imports();
        Ok(Box::new(SilverfirEngine { engine, imports }))
    }
}

impl Engine for SilverfirEngine {
    fn load(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error> {
        let instance = Instance::new(&self.engine, wasm, &self.imports)?;
        Ok(Box::new(SilverfirGuest { instance }))
    }
}

/// `host.nop` and `host.add`.
fn imports() -> [Import; 2] {
    let nop_type = FunctionType::new(Vec::new(), Vec::new());
    let add_type = FunctionType::new(vec![ValueType::I32, ValueType::I32], vec![ValueType::I32]);
    [
        Import::func_typed("host", "nop", |_, _, _| Ok(()), nop_type),
        Import::func_typed(
            "host",
            "add",
            |_, arguments, results| {
                if let ([Val::I32(a), Val::I32(b)], [sum]) = (arguments, results) {
                    *sum = Val::I32(a.wrapping_add(*b));
                }
                Ok(())
            },
            add_type,
        ),
    ]
}

impl SilverfirGuest {
    fn func(&self, export: &str) -> Result<Func, Error> {
        self.instance
            .get_func(export)
            .ok_or_else(|| no_function(export))
    }
}

impl Guest for SilverfirGuest {
    fn run(&mut self, export: &str, n: i32) -> Result<i64, Error> {
        let func = self.func(export)?;
        let mut results = [Val::Unknown];
        self.instance.call(&func, &[Val::I32(n)], &mut results)?;
        match results {
            [Val::I32(result)] => Ok(i64::from(result)),
            [Val::I64(result)] => Ok(result),
            [other] => Err(format!("`{export}` returned {other:?}").into()),
        }
    }

    fn invoke(&mut self, export: &str, arguments: &[Value]) -> Result<Vec<Value>, Error> {
        let arguments: Vec<_> = arguments.iter().copied().map(to_val).collect();
        let results = self.instance.invoke(export, &arguments)?;
        results.into_iter().map(from_val).collect()
    }

    fn call_nop(&mut self, n: i32) -> Result<i64, Error> {
        let nop = self.func("nop")?;
        let mut calls = 0;
        for _ in 0..n {
            self.instance.call(&nop, &[], &mut [])?;
            calls += 1;
        }
        Ok(calls)
    }

    fn call_add(&mut self, n: i32) -> Result<i64, Error> {
        let add = self.func("add")?;
        let mut sum = [Val::I32(0)];
        for i in 0..n {
            let arguments = [sum[0], Val::I32(i)];
            self.instance.call(&add, &arguments, &mut sum)?;
        }
        match sum {
            [Val::I32(sum)] => Ok(i64::from(sum)),
            [other] => Err(format!("`add` returned {other:?}").into()),
        }
    }
}

fn to_val(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value),
        Value::I64(value) => Val::I64(value),
        Value::F32(bits) => Val::F32(f32::from_bits(bits)),
        Value::F64(bits) => Val::F64(f64::from_bits(bits)),
    }
}

fn from_val(value: Val) -> Result<Value, Error> {
    match value {
        Val::I32(value) => Ok(Value::I32(value)),
        Val::I64(value) => Ok(Value::I64(value)),
        Val::F32(value) => Ok(Value::F32(value.to_bits())),
        Val::F64(value) => Ok(Value::F64(value.to_bits())),
        other => Err(format!("{other:?} is not a number").into()),
    }
}
