//! Stitch, which has no settings: modules are validated when they are loaded and functions
//! are compiled when they are first called.
//!
//! It relies on the optimiser to turn calls into jumps: an unoptimised build overflows the native
//! stack. It has no statically typed functions, so calls from the host check types each time.

use makepad_stitch::{Func, Instance, Linker, Module, Store, Val};

use crate::Error;
use crate::runtimes::{Engine, Guest, Mode, Runtime, no_function};
use crate::value::Value;

pub struct Stitch;

struct StitchEngine(makepad_stitch::Engine);

struct StitchGuest {
    store: Store,
    instance: Instance,
}

impl Runtime for Stitch {
    fn name(&self) -> &'static str {
        "stitch"
    }

    fn modes(&self) -> &'static [Mode] {
        &[Mode::LazyTranslation]
    }

    fn engine(&self, _mode: Mode) -> Result<Box<dyn Engine>, Error> {
        Ok(Box::new(StitchEngine(makepad_stitch::Engine::new())))
    }
}

impl Engine for StitchEngine {
    fn load(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error> {
        let module = Module::new(&self.0, wasm)?;
        let mut store = Store::new(self.0.clone());
        let mut linker = Linker::new();
        if module.imports().next().is_some() {
            let nop = Func::wrap(&mut store, || ());
            let add = Func::wrap(&mut store, |a: i32, b: i32| a.wrapping_add(b));
            linker.define("host", "nop", nop);
            linker.define("host", "add", add);
        }
        let instance = linker.instantiate(&mut store, &module)?;
        Ok(Box::new(StitchGuest { store, instance }))
    }
}

impl StitchGuest {
    fn func(&self, export: &str) -> Result<Func, Error> {
        self.instance
            .exported_func(export)
            .ok_or_else(|| no_function(export))
    }
}

impl Guest for StitchGuest {
    fn run(&mut self, export: &str, n: i32) -> Result<i64, Error> {
        let func = self.func(export)?;
        let mut results = [match func.type_(&self.store).results() {
            [ty] => Val::default(*ty),
            _ => return Err(format!("`{export}` does not return one value").into()),
        }];
        func.call(&mut self.store, &[Val::I32(n)], &mut results)?;
        match results {
            [Val::I32(result)] => Ok(i64::from(result)),
            [Val::I64(result)] => Ok(result),
            [other] => Err(format!("`{export}` returned {other:?}").into()),
        }
    }

    fn invoke(&mut self, export: &str, arguments: &[Value]) -> Result<Vec<Value>, Error> {
        let func = self.func(export)?;
        let types = func.type_(&self.store).results();
        let mut results: Vec<_> = types.iter().map(|ty| Val::default(*ty)).collect();
        let arguments: Vec<_> = arguments.iter().copied().map(to_val).collect();
        func.call(&mut self.store, &arguments, &mut results)?;
        results.into_iter().map(from_val).collect()
    }

    fn call_nop(&mut self, n: i32) -> Result<i64, Error> {
        let nop = self.func("nop")?;
        let mut calls = 0;
        for _ in 0..n {
            nop.call(&mut self.store, &[], &mut [])?;
            calls += 1;
        }
        Ok(calls)
    }

    fn call_add(&mut self, n: i32) -> Result<i64, Error> {
        let add = self.func("add")?;
        let mut sum = [Val::I32(0)];
        for i in 0..n {
            add.call(&mut self.store, &[sum[0], Val::I32(i)], &mut sum)?;
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
        Val::FuncRef(_) | Val::ExternRef(_) => Err("a result is not a number".into()),
    }
}
