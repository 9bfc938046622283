//! Observing a module on wasmtime, as `tests/oracle` does on the other runtimes.

use std::sync::LazyLock;

use wasmtime::{
    AsContextMut, Config, Engine, Error, Extern, ExternRef, ExternType, Func, Global, Instance,
    Memory, Module, Ref, Result, Store, Table, Trap, Val, ValType,
};

use crate::oracle::{
    Contents, End, HostCall, Observation, ROUNDS, Type, Value, arguments, global_value,
    host_results, import_number,
};

type Seen = Vec<HostCall>;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut config = Config::new();
    config
        .wasm_wide_arithmetic(true)
        .wasm_custom_page_sizes(true)
        .wasm_multi_memory(true)
        .wasm_memory64(true)
        .wasm_tail_call(true)
        .relaxed_simd_deterministic(true)
        .cranelift_nan_canonicalization(true);
    Engine::new(&config).expect("the settings are supported")
});

/// Runs a module that comes to an end by itself.
pub fn observe(wasm: &[u8]) -> Observation {
    observe_module(wasm).unwrap_or_else(Observation::failed)
}

/// # Errors
///
/// If nothing of the module has run yet.
fn observe_module(wasm: &[u8]) -> Result<Observation> {
    let module = Module::from_binary(&ENGINE, wasm)?;
    let mut store = Store::new(&ENGINE, Seen::new());
    let imports = module.imports().map(|import| {
        let number = import_number(import.module(), import.name());
        provide(&mut store, number, import.ty())
    });
    let imports = imports.collect::<Result<Vec<_>>>()?;
    let mut observation = Observation {
        start: End::Returned(Vec::new()),
        calls: Vec::new(),
        host_calls: Vec::new(),
        exports: Vec::new(),
        places: None,
        counts: Vec::new(),
    };
    match Instance::new(&mut store, &module, &imports) {
        Ok(instance) => {
            let mut names: Vec<_> = module.exports().map(|e| e.name().to_owned()).collect();
            names.sort();
            for (number, name) in names.iter().enumerate() {
                if let Some(func) = instance.get_func(&mut store, name) {
                    call(&mut store, number, name, func, &mut observation);
                }
            }
            for name in names {
                let export = instance.get_export(&mut store, &name);
                let contents = contents(&mut store, export.expect("it is exported"));
                observation.exports.push((name, contents));
            }
        }
        Err(error) => observation.start = end(&error),
    }
    observation.host_calls = store.into_data();
    Ok(observation)
}

fn call(
    store: &mut Store<Seen>,
    number: usize,
    name: &str,
    func: Func,
    observation: &mut Observation,
) {
    let ty = func.ty(&*store);
    let params: Vec<_> = ty.params().map(|ty| type_of(&ty)).collect();
    for round in 0..ROUNDS {
        let values = arguments(&params, number, round);
        let args: Vec<_> = values
            .iter()
            .map(|&value| lower(&mut *store, value))
            .collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        let end = match func.call(&mut *store, &args, &mut results) {
            Ok(()) => End::Returned(
                results
                    .iter()
                    .map(|value| lift(&mut *store, value))
                    .collect(),
            ),
            Err(error) => end(&error),
        };
        observation.calls.push((name.to_owned(), values, end));
    }
}

/// The end that an error means: traps have the same names in Selvedge.
fn end(error: &Error) -> End {
    match error.downcast_ref::<Trap>() {
        Some(trap) => End::Trapped(format!("{trap:?}")),
        None => End::Failed(format!("{error:#}")),
    }
}

fn contents(store: &mut Store<Seen>, export: Extern) -> Contents {
    match export {
        Extern::Func(_) => Contents::Func,
        Extern::Global(global) => {
            let value = global.get(&mut *store);
            Contents::Global(lift(store, &value))
        }
        Extern::Memory(memory) => Contents::Memory(memory.data(&*store).to_vec()),
        Extern::Table(table) => {
            let elements = (0..table.size(&*store)).map(|at| {
                let element = table.get(&mut *store, at).expect("it is in bounds");
                lift(&mut *store, &element.into())
            });
            Contents::Table(elements.collect())
        }
        _ => panic!("an export of a kind that is new here"),
    }
}

fn provide(store: &mut Store<Seen>, number: usize, ty: ExternType) -> Result<Extern> {
    Ok(match ty {
        ExternType::Func(ty) => {
            let types: Vec<_> = ty.results().map(|ty| type_of(&ty)).collect();
            Func::new(store, ty, move |mut caller, args, out| {
                let args = args.iter().map(|value| lift(&mut caller, value)).collect();
                let call = caller.data().len();
                caller.data_mut().push((number, args));
                for (slot, value) in out.iter_mut().zip(host_results(&types, number, call)) {
                    *slot = lower(&mut caller, value);
                }
                Ok(())
            })
            .into()
        }
        ExternType::Global(ty) => {
            let value = lower(&mut *store, global_value(type_of(ty.content()), number));
            Global::new(store, ty, value)?.into()
        }
        ExternType::Table(ty) => {
            let null = Ref::null(ty.element().heap_type());
            Table::new(store, ty, null)?.into()
        }
        ExternType::Memory(ty) => Memory::new(store, ty)?.into(),
        other => panic!("{other:?} is new here"),
    })
}

fn type_of(ty: &ValType) -> Type {
    match ty {
        ValType::I32 => Type::I32,
        ValType::I64 => Type::I64,
        ValType::F32 => Type::F32,
        ValType::F64 => Type::F64,
        ValType::V128 => Type::V128,
        ty if ty.is_funcref() => Type::Func,
        ty if ty.is_externref() => Type::Extern,
        other => panic!("{other:?} is new here"),
    }
}

fn lower(store: impl AsContextMut, value: Value) -> Val {
    match value {
        Value::I32(bits) => Val::I32(bits as i32),
        Value::I64(bits) => Val::I64(bits as i64),
        Value::F32(bits) => Val::F32(bits),
        Value::F64(bits) => Val::F64(bits),
        Value::V128(bits) => Val::V128(bits.into()),
        Value::Func(_) => Val::FuncRef(None),
        Value::Extern(None) => Val::ExternRef(None),
        Value::Extern(Some(number)) => {
            Val::ExternRef(Some(ExternRef::new(store, number).expect("there is room")))
        }
    }
}

fn lift(mut store: impl AsContextMut, value: &Val) -> Value {
    match value {
        Val::I32(value) => Value::I32(*value as u32),
        Val::I64(value) => Value::I64(*value as u64),
        Val::F32(bits) => Value::F32(*bits),
        Val::F64(bits) => Value::F64(*bits),
        Val::V128(value) => Value::V128(value.as_u128()),
        Val::FuncRef(func) => Value::Func(func.is_some()),
        Val::ExternRef(reference) => Value::Extern(reference.map(|reference| {
            let store = store.as_context_mut();
            let data = reference.data(&store).expect("it is of this store");
            let data = data.and_then(|data| data.downcast_ref::<u32>());
            *data.expect("it is a number")
        })),
        other => panic!("{other:?} is new here"),
    }
    .canonical()
}
