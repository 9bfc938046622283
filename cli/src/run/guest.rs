//! Loading, linking and running modules.

use std::ffi::OsString;
use std::path::Path;

use selvedge::{
    CompilationMode, Engine, Error, ErrorKind, Instance, LinkError, Linker, Module, Store,
    StoreLimits, Trap,
};

use super::invoke;
use crate::input;
use crate::link::{self, Preloaded, WASI_MODULES};
use crate::outcome::{Failure, GuestFailure, Outcome};
use crate::phases::Phases;
use crate::progress::Progress;
use crate::settings::{Settings, UnknownImports};
use crate::timer::Timer;
use crate::wasi;

/// What the store holds for the host.
#[derive(Default)]
pub(crate) struct Host {
    limits: StoreLimits,
    /// There when a module imports WASI.
    wasi: Option<wasi::Context>,
}

/// A store with modules in it, and what they may import.
pub(crate) struct Guest<'a> {
    engine: &'a Engine,
    settings: &'a Settings,
    phases: &'a mut Phases,
    store: Store<Host>,
    linker: Linker<Host>,
    preloaded: Vec<Preloaded>,
    timer: Option<Timer>,
    /// Makes the state of WASI, if there is to be any, for the first module that imports it.
    wasi: &'a dyn Fn() -> Outcome<Option<wasi::Context>>,
}

impl<'a> Guest<'a> {
    /// A store without modules. `wasi` is called once, when a module imports WASI.
    pub(crate) fn new(
        engine: &'a Engine,
        settings: &'a Settings,
        phases: &'a mut Phases,
        wasi: &'a dyn Fn() -> Outcome<Option<wasi::Context>>,
    ) -> Self {
        let mut store = Store::new(engine, Host::default());
        if let Some(fuel) = settings.fuel {
            let configured = store.set_fuel(fuel);
            configured.expect("the engine's settings are these");
        }
        if let Some(limits) = settings.store_limits() {
            store.data_mut().limits = limits;
            store.limiter(|host| &mut host.limits);
        }
        Self {
            engine,
            settings,
            phases,
            store,
            linker: Linker::new(engine),
            preloaded: Vec::new(),
            timer: None,
            wasi,
        }
    }

    /// Loads the module at `path`; its exports can be imported from `name`.
    pub(crate) fn preload(&mut self, name: &str, path: &Path) -> Outcome {
        let module = self.load(path)?;
        self.provide_wasi(&module)?;
        self.start_timer()?;
        let linked = self.phases.measure("instantiate", || {
            self.linker.module(&mut self.store, name, &module).map(drop)
        });
        linked.map_err(|error| self.failure(path, error))?;
        let exports = module.exports().map(|export| export.name().to_owned());
        self.preloaded.push(Preloaded {
            name: name.to_owned(),
            path: path.display().to_string(),
            exports: exports.collect(),
        });
        Ok(())
    }

    /// Runs the module at `path`: calls the function `invoke`, or else the entry point.
    pub(crate) fn run(mut self, path: &Path, invoke: Option<&str>, args: &[OsString]) -> Outcome {
        let module = self.load(path)?;
        self.provide_wasi(&module)?;
        self.start_timer()?;
        let instance = self.phases.measure("instantiate", || {
            let (linker, store) = (&mut self.linker, &mut self.store);
            match self.settings.unknown_imports {
                UnknownImports::Refused => {}
                UnknownImports::Traps => linker.define_unknown_imports_as_traps(&module)?,
                UnknownImports::Defaults => {
                    linker.define_unknown_imports_as_default_values(&mut *store, &module)?;
                }
            }
            linker.instantiate(store, &module)
        });
        let instance = instance.map_err(|error| self.failure(path, error))?;
        let compiles = self.settings.always_compiles();
        let phase = match (self.settings.compilation_mode(), compiles) {
            (CompilationMode::Eager, _) => "run",
            (CompilationMode::LazyTranslation, false) => "translate, run",
            (CompilationMode::LazyTranslation, true) => "compile, run",
            (CompilationMode::Lazy, false) => "validate, translate, run",
            (CompilationMode::Lazy, true) => "validate, compile, run",
        };
        let ran = self.phases.measure(phase, || {
            let store = &mut self.store;
            initialize(store, instance)?;
            match invoke {
                Some(name) => invoke::invoke(store, &module, instance, name, args),
                None => start(store, instance),
            }
        });
        if let Some(count) = self.store.instruction_count() {
            self.phases.note("instructions", count);
        }
        ran.map_err(|failure| match failure {
            Ended::Guest(error) => self.failure(path, error),
            Ended::Other(failure) => failure,
        })
    }

    /// Reads and validates the module at `path`.
    fn load(&mut self, path: &Path) -> Outcome<Module> {
        let binary = self.phases.measure("read", || input::read_module(path))?;
        let compiles = self.settings.always_compiles();
        let (what, phase) = match (self.settings.compilation_mode(), compiles) {
            (CompilationMode::Eager, false) => ("translating", "parse, validate, translate"),
            (CompilationMode::Eager, true) => ("compiling", "parse, validate, compile"),
            (CompilationMode::LazyTranslation, _) => ("validating", "parse, validate"),
            (CompilationMode::Lazy, _) => ("parsing", "parse"),
        };
        let progress = Progress::of_loading(what, path, binary.len());
        let module = self
            .phases
            .measure(phase, || Module::from_binary(self.engine, &binary));
        drop(progress);
        module.map_err(|error| Failure::Message(format!("{}: {error}", path.display())))
    }

    /// Defines WASI if `module` is the first to import it.
    fn provide_wasi(&mut self, module: &Module) -> Outcome {
        let is_wasi = |name| WASI_MODULES.contains(&name);
        let is_wanted = module.imports().any(|import| is_wasi(import.module()));
        // A module that has been loaded under one of these names takes WASI's place.
        let is_replaced = self.preloaded.iter().any(|module| is_wasi(&module.name));
        if !is_wanted || is_replaced || self.store.data().wasi.is_some() {
            return Ok(());
        }
        let Some(context) = (self.wasi)()? else {
            return Ok(());
        };
        self.store.data_mut().wasi = Some(context);
        let defined = wasi::define(&mut self.linker, |host: &mut Host| {
            let context = host.wasi.as_mut();
            context.expect("it is set before WASI is defined")
        });
        defined.map_err(|error| Failure::Message(format!("WASI cannot be defined: {error:#}")))
    }

    /// Starts the clock of `-W timeout` before guest code runs for the first time.
    fn start_timer(&mut self) -> Outcome {
        let Some(timeout) = self.settings.timeout else {
            return Ok(());
        };
        if self.timer.is_none() {
            let timer = Timer::start(timeout, self.store.interrupt_handle());
            let timer = timer
                .map_err(|error| Failure::Message(format!("there can be no timeout: {error}")))?;
            self.timer = Some(timer);
        }
        Ok(())
    }

    /// What is to be said about `error` of the module at `path`.
    fn failure(&self, path: &Path, error: Error) -> Failure {
        if let Some(error) = error.downcast_ref::<LinkError>() {
            return Failure::Message(link::describe(
                path,
                error,
                &self.preloaded,
                self.store.data().wasi.is_some(),
            ));
        }
        let ran = error
            .backtrace()
            .is_some_and(|trace| !trace.frames().is_empty());
        if !ran && !matches!(error.kind(), ErrorKind::Trap | ErrorKind::Exit) {
            return Failure::Message(format!("{}: {error:#}", path.display()));
        }
        let is_interrupt = error.as_trap_code() == Some(Trap::Interrupt);
        let timer = self.timer.as_ref().filter(|_| is_interrupt);
        Failure::Guest(GuestFailure {
            error,
            timeout: timer.and_then(Timer::expired),
            details: self.settings.backtrace_details,
        })
    }
}

/// Why a run did not come to its end.
pub(super) enum Ended {
    /// The guest's error.
    Guest(Error),
    /// Another failure.
    Other(Failure),
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Guest(error)
    }
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}

/// Calls what a reactor wants to be called before anything else.
fn initialize(store: &mut Store<Host>, instance: Instance) -> Result<(), Ended> {
    match instance.get_func(&mut *store, "_initialize") {
        Some(func) => call_entry(store, func, "_initialize"),
        None => Ok(()),
    }
}

/// Calls the command's entry point: `_start`, or the export without a name. A
/// module that has neither has done its work when it was instantiated.
fn start(store: &mut Store<Host>, instance: Instance) -> Result<(), Ended> {
    for name in ["_start", ""] {
        if let Some(func) = instance.get_func(&mut *store, name) {
            return call_entry(store, func, name);
        }
    }
    Ok(())
}

fn call_entry(store: &mut Store<Host>, func: selvedge::Func, name: &str) -> Result<(), Ended> {
    let func = func
        .typed::<(), ()>(&*store)
        .map_err(|error| Failure::Message(format!("the entry point {name:?}: {error}")))?;
    Ok(func.call(store, ())?)
}
