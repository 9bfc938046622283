//! Observing a module on Selvedge.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use selvedge::{
    AsContextMut, CompilationMode, Config, Dispatch, Engine, Error, Extern, ExternRef, ExternType,
    Func, Global, Instance, Memory, Module, Ref, Store, StoreLimits, StoreLimitsBuilder, Table,
    Val, ValType, WasmBacktrace,
};

use super::{
    Contents, End, HostCall, Observation, Places, ROUNDS, Type, Value, arguments, global_value,
    host_results, import_number,
};

/// Every dispatch of this build with every compilation mode, by name.
pub fn engines() -> Vec<(String, Engine)> {
    let mut engines = Vec::new();
    for dispatch in [Dispatch::Tail, Dispatch::Step] {
        for mode in [
            CompilationMode::Eager,
            CompilationMode::LazyTranslation,
            CompilationMode::Lazy,
        ] {
            let mut config = config();
            config.dispatch(dispatch).compilation_mode(mode);
            match Engine::new(&config) {
                Ok(engine) => engines.push((format!("{dispatch:?} {mode:?}"), engine)),
                Err(error) => assert_eq!(dispatch, Dispatch::Tail, "{error}"),
            }
        }
    }
    engines
}

/// Everything that Selvedge supports, with nothing left to the processor in relaxed operators, and a large stack.
pub fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_wide_arithmetic(true)
        .wasm_custom_page_sizes(true)
        .relaxed_simd_deterministic(true)
        .max_wasm_stack(64 << 20);
    config
}

/// What instantiation and each call may spend, if the engine's guests run on fuel.
const FUEL: u64 = 300;

/// What the host sees while a module runs.
pub struct Seen {
    calls: Vec<HostCall>,
    places: Vec<Places>,
    /// How much fuel guests spend before they are suspended.
    portion: Option<u64>,
    /// More than modules need that are made for these tests, and as much as can be looked at.
    limits: StoreLimits,
}

impl Default for Seen {
    fn default() -> Self {
        let limits = StoreLimitsBuilder::new();
        Self {
            calls: Vec::new(),
            places: Vec::new(),
            portion: None,
            limits: limits.memory_size(64 << 20).table_elements(1 << 20).build(),
        }
    }
}

/// Where the guest was.
pub fn places(backtrace: &WasmBacktrace) -> Places {
    let frames = backtrace.frames().iter();
    frames
        .map(|frame| (frame.func_index(), frame.module_offset()))
        .collect()
}

/// Runs a module.
pub fn observe(engine: &Engine, wasm: &[u8]) -> Observation {
    observe_twice(engine, wasm, None)
}

/// Runs a module on fuel, suspended whenever so much is spent.
pub fn observe_in_portions(engine: &Engine, wasm: &[u8], portion: u64) -> Observation {
    observe_with(engine, wasm, None, Some(portion))
}

/// Makes another instance, or a new one, of one that has run, with its imports.
pub type Again = fn(&mut Store<Seen>, &Module, &[Extern], Instance) -> Result<Instance, Error>;

/// Runs a module, and once more what `again` makes of its instance; tells what the latter did.
pub fn observe_twice(engine: &Engine, wasm: &[u8], again: Option<Again>) -> Observation {
    observe_with(engine, wasm, again, None)
}

fn observe_with(
    engine: &Engine,
    wasm: &[u8],
    again: Option<Again>,
    portion: Option<u64>,
) -> Observation {
    let module = match Module::from_binary(engine, wasm) {
        Ok(module) => module,
        Err(error) => return Observation::failed(error),
    };
    let mut store = Store::new(engine, Seen::default());
    store.limiter(|seen| &mut seen.limits);
    let _ = store.set_fuel(FUEL);
    if portion.is_some() {
        store.data_mut().portion = portion;
        let interval = store.fuel_async_yield_interval(portion);
        interval.expect("the engine's guests run on fuel");
    }
    let imports = module.imports();
    let imports: Vec<_> = imports
        .map(|import| (import_number(import.module(), import.name()), import.ty()))
        .collect();
    let imports: Result<Vec<_>, _> = imports
        .into_iter()
        .map(|(number, ty)| provide(&mut store, number, ty))
        .collect();
    let imports = match imports {
        Ok(imports) => imports,
        Err(error) => return Observation::failed(error),
    };
    let mut instance = Instance::new(&mut store, &module, &imports);
    if let (Some(again), Ok(first)) = (again, &instance) {
        let first = *first;
        observe_instance(&mut store, &module, Ok(first));
        *store.data_mut() = Seen::default();
        let _ = store.set_fuel(FUEL);
        store.set_instruction_count(0);
        instance = again(&mut store, &module, &imports, first);
    }
    observe_instance(&mut store, &module, instance)
}

/// Calls what an instance exports, if there is one, and looks at what it has then.
fn observe_instance(
    store: &mut Store<Seen>,
    module: &Module,
    instance: Result<Instance, Error>,
) -> Observation {
    let mut observation = Observation {
        start: End::Returned(Vec::new()),
        calls: Vec::new(),
        host_calls: Vec::new(),
        exports: Vec::new(),
        places: None,
        counts: Vec::new(),
    };
    let mut errors = Vec::new();
    match instance {
        Ok(instance) => {
            observation.counts.extend(store.instruction_count());
            let mut names: Vec<_> = module.exports().map(|e| e.name().to_owned()).collect();
            names.sort();
            for (number, name) in names.iter().enumerate() {
                let export = instance.get_export(&mut *store, name);
                if let Some(Extern::Func(func)) = export {
                    call(store, number, name, func, &mut observation, &mut errors);
                }
            }
            for name in names {
                let export = instance
                    .get_export(&mut *store, &name)
                    .expect("it is exported");
                let contents = contents(store, export);
                observation.exports.push((name, contents));
            }
        }
        Err(error) => {
            errors.extend(error.backtrace().map(places));
            observation.start = end(&error);
            observation.counts.extend(store.instruction_count());
        }
    }
    let Seen {
        calls, mut places, ..
    } = std::mem::take(store.data_mut());
    places.append(&mut errors);
    observation.host_calls = calls;
    observation.places = Some(places);
    observation
}

fn call(
    store: &mut Store<Seen>,
    number: usize,
    name: &str,
    func: Func,
    observation: &mut Observation,
    errors: &mut Vec<Places>,
) {
    let ty = func.ty(&*store);
    let params: Vec<_> = ty.params().map(|ty| type_of(&ty)).collect();
    for round in 0..ROUNDS {
        let values = arguments(&params, number, round);
        let args: Vec<_> = values.iter().map(|&value| lower(store, value)).collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        let _ = store.set_fuel(FUEL);
        let called = match store.data().portion {
            None => func.call(&mut *store, &args, &mut results),
            Some(_) => ready(func.call_async(&mut *store, &args, &mut results)),
        };
        let end = match called {
            Ok(()) => End::Returned(results.iter().map(|value| lift(store, value)).collect()),
            Err(error) => {
                errors.extend(error.backtrace().map(places));
                end(&error)
            }
        };
        observation.counts.extend(store.instruction_count());
        observation.calls.push((name.to_owned(), values, end));
    }
}

/// Polls until it is ready.
fn ready<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        let polled = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(output) = polled {
            return output;
        }
    }
}

fn end(error: &Error) -> End {
    match error.as_trap_code() {
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
            let size = table.size(&*store);
            let elements = (0..size).map(|at| {
                let element = table.get(&mut *store, at).expect("it is in bounds");
                lift(store, &element.into())
            });
            Contents::Table(elements.collect())
        }
        other => panic!("{other:?} is new here"),
    }
}

fn provide(store: &mut Store<Seen>, number: usize, ty: ExternType) -> Result<Extern, Error> {
    Ok(match ty {
        ExternType::Func(ty) => {
            let types: Vec<_> = ty.results().map(|ty| type_of(&ty)).collect();
            Func::new(store, ty, move |mut caller, args, out| {
                let args = args.iter().map(|value| lift(&mut caller, value)).collect();
                let place = places(&WasmBacktrace::capture(&caller));
                let seen = caller.data_mut();
                let call = seen.calls.len();
                seen.calls.push((number, args));
                seen.places.push(place);
                for (slot, value) in out.iter_mut().zip(host_results(&types, number, call)) {
                    *slot = lower(&mut caller, value);
                }
                Ok(())
            })
            .into()
        }
        ExternType::Global(ty) => {
            let value = lower(store, global_value(type_of(ty.content()), number));
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

fn lower(store: &mut impl AsContextMut, value: Value) -> Val {
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

fn lift(store: &mut impl AsContextMut, value: &Val) -> Value {
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
            *data.downcast_ref::<u32>().expect("it is a number")
        })),
    }
    .canonical()
}
