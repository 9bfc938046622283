//! Silverfir-nano's interpreter, built as its documentation says for that engine: without default
//! features, `interp` alone, so that the tier is known when it is compiled. Its handlers are
//! assembly made when the crate is built; every function is translated by `Instance::new`.
//!
//! It has no statically typed functions: the fastest call is one through a resolved `Func`.

use sf_nano_core::value_type::ValueType;
use sf_nano_core::{Config, Engine, Func, FunctionType, Import, Instance, Value};

use crate::Error;
use crate::runtimes::{Guest, Runtime};

pub struct Silverfir {
    engine: Engine,
}

struct SilverfirGuest {
    instance: Instance,
}

impl Silverfir {
    pub fn new() -> Result<Self, Error> {
        let config = Config::new().parallel_compilation(false);
        let engine = Engine::new(config).map_err(|error| error.to_string())?;
        Ok(Self { engine })
    }
}

impl Runtime for Silverfir {
    fn name(&self) -> &str {
        "silverfir"
    }

    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error> {
        let wasm = super::binary(wasm)?;
        let instance = Instance::new(&self.engine, &wasm, &imports())?;
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
                if let ([Value::I32(a), Value::I32(b)], [sum]) = (arguments, results) {
                    *sum = Value::I32(a.wrapping_add(*b));
                }
                Ok(())
            },
            add_type,
        ),
    ]
}

impl SilverfirGuest {
    fn func(&self, export: &str) -> Result<Func, Error> {
        let missing = || format!("there is no function `{export}`").into();
        self.instance.get_func(export).ok_or_else(missing)
    }
}

impl Guest for SilverfirGuest {
    fn run(&mut self, export: &str, n: i32) -> Result<i64, Error> {
        let func = self.func(export)?;
        let mut results = [Value::Unknown];
        self.instance.call(&func, &[Value::I32(n)], &mut results)?;
        match results {
            [Value::I32(result)] => Ok(i64::from(result)),
            [Value::I64(result)] => Ok(result),
            [other] => Err(format!("`{export}` returned {other:?}").into()),
        }
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
        let mut sum = [Value::I32(0)];
        for i in 0..n {
            let arguments = [sum[0], Value::I32(i)];
            self.instance.call(&add, &arguments, &mut sum)?;
        }
        match sum {
            [Value::I32(sum)] => Ok(i64::from(sum)),
            [other] => Err(format!("`add` returned {other:?}").into()),
        }
    }
}
