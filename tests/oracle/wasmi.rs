//! Observing a module on wasmi.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wasmi::{
    CompilationMode, Config, Engine, Error, Extern, ExternRef, ExternType, Func, Global, Instance,
    Memory, Module, Nullable, Ref, Store, Table, TrapCode, Val, ValType,
};

use super::apart::set_blocks_apart;
use super::{
    Contents, End, HostCall, Observation, ROUNDS, Type, Value, arguments, global_value,
    host_results, import_number,
};

/// What Selvedge supports, and a large stack. With `metered`, what does not come to
/// an end by itself runs out of fuel.
pub fn engine(metered: bool) -> Engine {
    let mut config = Config::default();
    config
        .wasm_wide_arithmetic(true)
        .wasm_custom_page_sizes(true)
        .wasm_multi_memory(true)
        .wasm_memory64(true)
        .wasm_tail_call(true)
        .wasm_extended_const(true)
        // So that a function it cannot translate is found before anything runs.
        .compilation_mode(CompilationMode::Eager)
        .consume_fuel(metered)
        .set_max_recursion_depth(100_000)
        .set_max_stack_height(64 << 20);
    Engine::new(&config)
}

/// Runs a module, unless wasmi panics while it translates it. What runs has its [blocks set
/// apart](set_blocks_apart), which does not change what it does.
pub fn observe(engine: &Engine, wasm: &[u8]) -> Option<Observation> {
    match set_blocks_apart(wasm) {
        Ok(wasm) => observe_as_it_is(engine, &wasm),
        Err(_) => observe_as_it_is(engine, wasm),
    }
}

/// Runs a module, unless wasmi panics while it translates it, its known mistakes included.
pub fn observe_as_it_is(engine: &Engine, wasm: &[u8]) -> Option<Observation> {
    let module = catch_unwind(AssertUnwindSafe(|| Module::new(engine, wasm))).ok()?;
    Some(match module {
        Ok(module) => observe_module(engine, &module),
        Err(error) => Observation::failed(error),
    })
}

fn observe_module(engine: &Engine, module: &Module) -> Observation {
    let mut store = Store::new(engine, Vec::<HostCall>::new());
    // An error says that the engine is not metered.
    let _ = store.set_fuel(10_000_000);
    let imports = module.imports();
    let imports: Vec<_> = imports
        .map(|import| {
            (
                import_number(import.module(), import.name()),
                import.ty().clone(),
            )
        })
        .collect();
    let imports: Result<Vec<_>, _> = imports
        .into_iter()
        .map(|(number, ty)| provide(&mut store, number, ty))
        .collect();
    let imports = match imports {
        Ok(imports) => imports,
        Err(error) => return Observation::failed(error),
    };
    let mut observation = Observation {
        start: End::Returned(Vec::new()),
        calls: Vec::new(),
        host_calls: Vec::new(),
        exports: Vec::new(),
        places: None,
        counts: Vec::new(),
    };
    match Instance::new(&mut store, module, &imports) {
        Ok(instance) => {
            let mut names: Vec<_> = module.exports().map(|e| e.name().to_owned()).collect();
            names.sort();
            for (number, name) in names.iter().enumerate() {
                if let Some(Extern::Func(func)) = instance.get_export(&store, name) {
                    call(&mut store, number, name, func, &mut observation);
                }
            }
            for name in names {
                let export = instance.get_export(&store, &name).expect("it is exported");
                let contents = contents(&store, export);
                observation.exports.push((name, contents));
            }
        }
        Err(error) => observation.start = end(&error),
    }
    observation.host_calls = store.into_data();
    observation
}

fn call(
    store: &mut Store<Vec<HostCall>>,
    number: usize,
    name: &str,
    func: Func,
    observation: &mut Observation,
) {
    let ty = func.ty(&*store);
    let params: Vec<_> = ty.params().iter().map(|&ty| type_of(ty)).collect();
    for round in 0..ROUNDS {
        let values = arguments(&params, number, round);
        let args: Vec<_> = values
            .iter()
            .map(|&value| lower(&mut *store, value))
            .collect();
        let mut results: Vec<_> = ty
            .results()
            .iter()
            .map(|&ty| Val::default_for_ty(ty))
            .collect();
        let end = match func.call(&mut *store, &args, &mut results) {
            Ok(()) => End::Returned(results.iter().map(|value| lift(&*store, value)).collect()),
            Err(error) => end(&error),
        };
        observation.calls.push((name.to_owned(), values, end));
    }
}

/// The end that an error means, by Selvedge's name of the trap.
fn end(error: &Error) -> End {
    let name = match error.as_trap_code() {
        Some(TrapCode::UnreachableCodeReached) => "UnreachableCodeReached",
        Some(TrapCode::MemoryOutOfBounds) => "MemoryOutOfBounds",
        Some(TrapCode::TableOutOfBounds) => "TableOutOfBounds",
        Some(TrapCode::IndirectCallToNull) => "IndirectCallToNull",
        Some(TrapCode::IntegerDivisionByZero) => "IntegerDivisionByZero",
        Some(TrapCode::IntegerOverflow) => "IntegerOverflow",
        Some(TrapCode::BadConversionToInteger) => "BadConversionToInteger",
        Some(TrapCode::StackOverflow) => "StackOverflow",
        Some(TrapCode::BadSignature) => "BadSignature",
        _ if does_not_fit(error) => "TableOutOfBounds",
        other => return End::Failed(format!("{other:?} {error}")),
    };
    End::Trapped(name.to_owned())
}

/// Whether an element segment is out of bounds, which wasmi does not call a trap.
fn does_not_fit(error: &Error) -> bool {
    use wasmi::errors::{ErrorKind, InstantiationError};
    matches!(
        error.kind(),
        ErrorKind::Instantiation(InstantiationError::ElementSegmentDoesNotFit { .. })
    )
}

fn contents(store: &Store<Vec<HostCall>>, export: Extern) -> Contents {
    match export {
        Extern::Func(_) => Contents::Func,
        Extern::Global(global) => Contents::Global(lift(store, &global.get(store))),
        Extern::Memory(memory) => Contents::Memory(memory.data(store).to_vec()),
        Extern::Table(table) => {
            let elements = (0..table.size(store)).map(|at| {
                let element = table.get(store, at).expect("it is in bounds");
                lift(store, &element.into())
            });
            Contents::Table(elements.collect())
        }
    }
}

fn provide(
    store: &mut Store<Vec<HostCall>>,
    number: usize,
    ty: ExternType,
) -> Result<Extern, Error> {
    Ok(match ty {
        ExternType::Func(ty) => {
            let types: Vec<_> = ty.results().iter().map(|&ty| type_of(ty)).collect();
            let host = Func::new(store, ty, move |mut caller, args, out| {
                let args = args.iter().map(|value| lift(&caller, value)).collect();
                let call = caller.data().len();
                caller.data_mut().push((number, args));
                for (slot, value) in out.iter_mut().zip(host_results(&types, number, call)) {
                    *slot = lower(&mut caller, value);
                }
                Ok(())
            });
            Extern::Func(host)
        }
        ExternType::Global(ty) => {
            let value = lower(&mut *store, global_value(type_of(ty.content()), number));
            Extern::Global(Global::new(store, value, ty.mutability()))
        }
        ExternType::Table(ty) => {
            let null = Ref::null(ty.element());
            Extern::Table(Table::new(store, ty, null)?)
        }
        ExternType::Memory(ty) => Extern::Memory(Memory::new(store, ty)?),
    })
}

fn type_of(ty: ValType) -> Type {
    match ty {
        ValType::I32 => Type::I32,
        ValType::I64 => Type::I64,
        ValType::F32 => Type::F32,
        ValType::F64 => Type::F64,
        ValType::FuncRef => Type::Func,
        ValType::ExternRef => Type::Extern,
        ValType::V128 => Type::V128,
    }
}

fn lower(store: impl wasmi::AsContextMut, value: Value) -> Val {
    match value {
        Value::I32(bits) => Val::I32(bits as i32),
        Value::I64(bits) => Val::I64(bits as i64),
        Value::F32(bits) => Val::F32(f32::from_bits(bits).into()),
        Value::F64(bits) => Val::F64(f64::from_bits(bits).into()),
        Value::V128(bits) => Val::V128(bits.into()),
        Value::Func(_) => Val::FuncRef(Nullable::Null),
        Value::Extern(None) => Val::ExternRef(Nullable::Null),
        Value::Extern(Some(number)) => Val::ExternRef(Nullable::Val(ExternRef::new(store, number))),
    }
}

fn lift(store: impl wasmi::AsContext<Data = Vec<HostCall>>, value: &Val) -> Value {
    match value {
        Val::I32(value) => Value::I32(*value as u32),
        Val::I64(value) => Value::I64(*value as u64),
        Val::F32(value) => Value::F32(value.to_bits()),
        Val::F64(value) => Value::F64(value.to_bits()),
        Val::FuncRef(func) => Value::Func(!func.is_null()),
        Val::ExternRef(reference) => Value::Extern(reference.val().map(|reference| {
            let data = reference.data(store.as_context());
            *data.downcast_ref::<u32>().expect("it is a number")
        })),
        Val::V128(value) => Value::V128(value.as_u128()),
    }
    .canonical()
}
