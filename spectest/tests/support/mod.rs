//! Modules from a generator, and what is done with them, shared by the tests of
//! hostile input.

use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use arbitrary::Unstructured;
use selvedge::{
    CompilationMode, Config, Engine, Error, ErrorKind, Extern, ExternType, Func, Global, Instance,
    InterruptHandle, Memory, Module, Ref, Store, StoreLimits, StoreLimitsBuilder, Table, Val,
};

/// Random numbers that are the same in each run (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }
}

/// The number of modules that the variable `name` asks for, or `default`.
pub fn count(name: &str, default: usize) -> usize {
    let value = std::env::var(name).ok();
    value
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

/// A valid module with what Selvedge supports. It comes to an end by itself.
pub fn generate(random: &mut Random) -> Vec<u8> {
    loop {
        let len = 256 + random.below(8192);
        let bytes = random.bytes(len);
        let config = wasm_smith::Config {
            custom_page_sizes_enabled: random.below(4) == 0,
            exceptions_enabled: false,
            export_everything: true,
            gc_enabled: false,
            generate_custom_sections: true,
            compact_imports_enabled: false,
            max_memories: 3,
            max_tables: 3,
            max_memory32_bytes: 1 << 24,
            max_memory64_bytes: 1 << 24,
            max_table_elements: 10_000,
            max_imports: 10,
            relaxed_simd_enabled: false,
            simd_enabled: false,
            threads_enabled: false,
            ..wasm_smith::Config::default()
        };
        let module = wasm_smith::Module::new(config, &mut Unstructured::new(&bytes));
        let Ok(mut module) = module else { continue };
        if module.ensure_termination(1000).is_ok() {
            return module.to_bytes();
        }
    }
}

/// An engine with everything that Selvedge supports.
pub fn engine(mode: CompilationMode) -> Engine {
    let mut config = Config::new();
    config.wasm_wide_arithmetic(true);
    config.wasm_custom_page_sizes(true);
    config.compilation_mode(mode);
    config.max_wasm_stack(256 << 10);
    Engine::new(&config).expect("the configuration is supported")
}

/// How far a module came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reached {
    /// It is not valid.
    Refused,
    /// It is valid, but could not be instantiated.
    Compiled,
    /// Its exports were called; some calls may have trapped.
    Called,
}

/// Compiles and instantiates a module, with imports that do nothing, and calls all
/// that it exports. Errors must be of a kind that the module can bring about.
pub fn exercise(engine: &Engine, binary: &[u8], watchdog: Option<&Watchdog>) -> Reached {
    let module = match Module::from_binary(engine, binary) {
        Ok(module) => module,
        Err(error) => {
            assert_kind(&error, &[ErrorKind::Invalid, ErrorKind::Limit]);
            return Reached::Refused;
        }
    };
    let limits = StoreLimitsBuilder::new()
        .memory_size(64 << 20)
        .table_elements(100_000)
        .build();
    let mut store = Store::new(engine, limits);
    store.limiter(|limits| limits);
    if let Some(watchdog) = watchdog {
        watchdog.watch(store.interrupt_handle());
    }
    let instance = imports(&mut store, &module)
        .and_then(|imports| Instance::new(&mut store, &module, &imports));
    let instance = match instance {
        Ok(instance) => instance,
        Err(error) => {
            let kinds = [ErrorKind::Trap, ErrorKind::Limit, ErrorKind::Invalid];
            assert_kind(&error, &kinds);
            return Reached::Compiled;
        }
    };
    let names: Vec<_> = module
        .exports()
        .map(|export| export.name().to_owned())
        .collect();
    for name in &names {
        match instance
            .get_export(&mut store, name)
            .expect("it is exported")
        {
            Extern::Func(func) => call(&mut store, func),
            Extern::Global(global) => {
                global.get(&mut store);
            }
            Extern::Memory(memory) => {
                let size = memory.data_size(&store);
                assert_eq!(memory.data(&store).len(), size);
            }
            Extern::Table(table) => {
                let size = table.size(&store);
                assert!(table.get(&mut store, size).is_none());
            }
            other => panic!("{other:?} is new here"),
        }
    }
    Reached::Called
}

fn call(store: &mut Store<StoreLimits>, func: Func) {
    let ty = func.ty(&*store);
    let args: Option<Vec<_>> = ty.params().map(|ty| Val::default_for_ty(&ty)).collect();
    let args = args.expect("every type has a default");
    let mut results = vec![Val::I32(0); ty.results().len()];
    match func.call(&mut *store, &args, &mut results) {
        Ok(()) => {}
        Err(error) => assert_kind(
            &error,
            &[ErrorKind::Trap, ErrorKind::Limit, ErrorKind::Invalid],
        ),
    }
}

#[track_caller]
fn assert_kind(error: &Error, kinds: &[ErrorKind]) {
    assert!(
        kinds.contains(&error.kind()),
        "{:?}: {error:#}",
        error.kind()
    );
    assert!(!error.to_string().is_empty());
}

/// Something to import for each import of `module`.
fn imports(store: &mut Store<StoreLimits>, module: &Module) -> Result<Vec<Extern>, Error> {
    let types: Vec<_> = module.imports().map(|import| import.ty()).collect();
    types.into_iter().map(|ty| import(store, ty)).collect()
}

fn import(store: &mut Store<StoreLimits>, ty: ExternType) -> Result<Extern, Error> {
    let default = |ty: &_| Val::default_for_ty(ty).expect("every type has a default");
    Ok(match ty {
        ExternType::Func(ty) => {
            let results: Vec<_> = ty.results().map(|ty| default(&ty)).collect();
            Func::new(store, ty, move |_, _, out| {
                out.copy_from_slice(&results);
                Ok(())
            })
            .into()
        }
        ExternType::Global(ty) => {
            let value = default(ty.content());
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

/// Interrupts what runs for too long, so that a module whose budget was damaged
/// comes to an end.
pub struct Watchdog(Sender<InterruptHandle>);

impl Watchdog {
    pub fn new(patience: Duration) -> Self {
        let (sender, receiver) = mpsc::channel::<InterruptHandle>();
        thread::spawn(move || {
            let mut current: Option<InterruptHandle> = None;
            loop {
                match receiver.recv_timeout(patience) {
                    Ok(next) => current = Some(next),
                    Err(mpsc::RecvTimeoutError::Timeout) => {
                        if let Some(handle) = &current {
                            handle.interrupt();
                        }
                    }
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
        });
        Self(sender)
    }

    /// Watches `handle` instead of what was watched before.
    pub fn watch(&self, handle: InterruptHandle) {
        self.0
            .send(handle)
            .expect("the thread ends after this side");
    }
}
