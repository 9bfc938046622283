//! `Config`: how an engine works, and which WebAssembly proposals its modules may use.

mod choices;
mod proposals;

use std::num::NonZeroUsize;

use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::module::{Features, ModuleLimits};

use crate::compile_event::{CompileEvent, CompileListener};
use crate::error::{Error, Result};
use crate::pooling::InstanceAllocationStrategy;
use crate::profiling::ProfilingStrategy;
use crate::tier;
pub use choices::{BaselineOptions, CompilationMode, CpuExtensions, Dispatch, Strategy};

/// Optimisations of the interpreter's translator; see
/// [`Config::interpreter_optimisations`].
///
/// ```
/// use selvedge::Optimisations;
///
/// let without_pairs = Optimisations::all() - Optimisations::PAIRS;
/// assert!(without_pairs.contains(Optimisations::PINS));
/// ```
pub use selvedge_interp::Optimisations;
/// Bounds on the size of modules that an engine accepts.
///
/// ```
/// use selvedge::{Config, EnforcedLimits, Engine, ErrorKind, Module};
///
/// let mut limits = EnforcedLimits::default();
/// limits.functions = 2;
/// let engine = Engine::new(Config::new().enforced_limits(limits))?;
/// let error = Module::new(&engine, "(module (func) (func) (func))").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Invalid);
/// # Ok::<(), selvedge::Error>(())
/// ```
pub use selvedge_vm::module::ModuleLimits as EnforcedLimits;

/// The settings of an [`Engine`](crate::Engine).
///
/// Names and defaults of the `wasm_*` switches are wasmtime's. Proposals that this
/// version lacks are off and have a switch only to say so: switching one on makes
/// [`Engine::new`](crate::Engine::new) fail with an error that names it.
///
/// ```
/// use selvedge::{CompilationMode, Config, Engine, Strategy};
///
/// let mut config = Config::new();
/// config
///     .strategy(Strategy::Interpreter)
///     .compilation_mode(CompilationMode::Eager)
///     .max_wasm_stack(256 << 10)
///     .epoch_interruption(true)
///     .wasm_multi_memory(false);
/// let engine = Engine::new(&config)?;
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) features: Features,
    /// Whether `RELAXED_SIMD` is no longer what `SIMD` is.
    chose_relaxed_simd: bool,
    relaxed_simd_deterministic: bool,
    pub(crate) nan_canonicalization: bool,
    pub(crate) strategy: Strategy,
    pub(crate) dispatch: Dispatch,
    pub(crate) optimisations: Optimisations,
    pub(crate) compilation_mode: Option<CompilationMode>,
    pub(crate) baseline: BaselineOptions,
    pub(crate) tier_up_calls: u32,
    pub(crate) tier_up_loops: u32,
    pub(crate) background_compilation: bool,
    pub(crate) code_memory_budget: usize,
    pub(crate) signals_based_traps: bool,
    pub(crate) profiler: ProfilingStrategy,
    pub(crate) on_compile: Option<CompileListener>,
    pub(crate) epoch_interruption: bool,
    pub(crate) consume_fuel: bool,
    pub(crate) count_instructions: bool,
    pub(crate) max_wasm_stack: usize,
    pub(crate) async_stack_size: usize,
    pub(crate) memory: MemoryPlan,
    pub(crate) allocation: InstanceAllocationStrategy,
    pub(crate) backtrace_frames: Option<NonZeroUsize>,
    pub(crate) backtrace: bool,
    pub(crate) limits: ModuleLimits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            features: proposals::default_features(),
            chose_relaxed_simd: false,
            relaxed_simd_deterministic: false,
            nan_canonicalization: false,
            strategy: Strategy::default(),
            dispatch: Dispatch::default(),
            optimisations: Optimisations::default(),
            compilation_mode: None,
            baseline: BaselineOptions::default(),
            tier_up_calls: 1000,
            tier_up_loops: 5000,
            background_compilation: false,
            code_memory_budget: 1 << 30,
            signals_based_traps: true,
            profiler: ProfilingStrategy::None,
            on_compile: None,
            epoch_interruption: false,
            consume_fuel: false,
            count_instructions: false,
            max_wasm_stack: 1 << 20,
            async_stack_size: 1 << 20,
            memory: MemoryPlan::default(),
            allocation: InstanceAllocationStrategy::default(),
            backtrace_frames: NonZeroUsize::new(20),
            backtrace: true,
            limits: ModuleLimits::default(),
        }
    }
}

impl Config {
    /// The default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// How functions are run. Default: [`Strategy::Auto`].
    pub fn strategy(&mut self, strategy: Strategy) -> &mut Self {
        self.strategy = strategy;
        self
    }

    /// How the interpreter goes from one instruction to the next. Default: [`Dispatch::Auto`].
    pub fn dispatch(&mut self, dispatch: Dispatch) -> &mut Self {
        self.dispatch = dispatch;
        self
    }

    /// Which optimisations the interpreter's translator makes. Default: all.
    ///
    /// Results never depend on it, only speed and the size of the code do. It is there for
    /// tests, and for finding out which optimisation is at fault if one is.
    ///
    /// ```
    /// use selvedge::{Config, Engine, Optimisations};
    ///
    /// let mut config = Config::new();
    /// config.interpreter_optimisations(Optimisations::all() - Optimisations::PINS);
    /// let engine = Engine::new(&config)?;
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn interpreter_optimisations(&mut self, optimisations: Optimisations) -> &mut Self {
        self.optimisations = optimisations;
        self
    }

    /// When function bodies are validated and translated. Default: [`CompilationMode::LazyTranslation`], and
    /// [`CompilationMode::Eager`] with [`Strategy::Baseline`].
    pub fn compilation_mode(&mut self, mode: CompilationMode) -> &mut Self {
        self.compilation_mode = Some(mode);
        self
    }

    /// The compilation mode that was asked for, or is the strategy's.
    pub(crate) fn resolved_compilation_mode(&self) -> CompilationMode {
        self.compilation_mode.unwrap_or(match self.strategy {
            Strategy::Baseline => CompilationMode::Eager,
            _ => CompilationMode::LazyTranslation,
        })
    }

    /// How hot a function is compiled by [`Strategy::Auto`]: after so many calls of it, or passes through its
    /// loops. Default: 1000 calls, 5000 passes.
    pub fn tier_up_thresholds(&mut self, calls: u32, loop_passes: u32) -> &mut Self {
        self.tier_up_calls = calls;
        self.tier_up_loops = loop_passes;
        self
    }

    /// Whether [`Strategy::Auto`] compiles in a thread of the engine's own while guests go on, and not in
    /// the thread that found a function to be hot. The other strategies do not care. Default: no.
    ///
    /// Results never depend on it; when which function is compiled then does depend on the host's scheduler. What
    /// it costs and gains:
    ///
    /// - The guest is not held up: a function that is hot waits in a queue, first come, first served, and is interpreted
    ///   until it is compiled. From then on every call of it is one of machine code, and
    ///   a loop of it that is still interpreted goes on in machine code within 1000 passes.
    /// - On a host without a processor to spare, guest and compiler share one: the guest is slowed down rather than
    ///   stopped, and has machine code later than it would otherwise.
    /// - Memory: one thread per engine, from the first hot function on until the engine ends; 1024 functions wait
    ///   at most, and one that finds the queue full asks again after 1000 calls or passes.
    ///   A function that waits does not keep its module; if that is dropped, it is not compiled.
    /// - The end of an engine (of the last of its handles, modules and stores) waits for the one function that is being
    ///   compiled and for the listener of [`Config::on_compile`] to be told of it. Functions that wait are forgotten.
    /// - A function that cannot be compiled is tried once. If no thread can be started,
    ///   the calling one compiles.
    ///
    /// ```
    /// use selvedge::{Config, Engine, Instance, Module, Store};
    ///
    /// let mut config = Config::new();
    /// config.background_compilation(true).tier_up_thresholds(10, 100);
    /// let engine = Engine::new(&config)?;
    /// let module = Module::new(&engine, r#"
    ///     (module (func (export "sum") (param i32) (result i32) (local i32)
    ///         (loop $l
    ///             (local.set 1 (i32.add (local.get 1) (local.get 0)))
    ///             (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    ///         (local.get 1)))
    /// "#)?;
    /// let mut store = Store::new(&engine, ());
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let sum = instance.get_typed_func::<i32, i32>(&mut store, "sum")?;
    /// assert_eq!(sum.call(&mut store, 10_000)?, 50_005_000);
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn background_compilation(&mut self, enable: bool) -> &mut Self {
        self.background_compilation = enable;
        self
    }

    /// The most bytes of machine code that the engine's modules may have at a time; never more than 2 GiB.
    /// Beyond that [`Strategy::Auto`] goes on interpreting, and [`Strategy::Baseline`] fails.
    /// Default: 1 GiB. Only what is used takes memory.
    pub fn code_memory_budget(&mut self, bytes: usize) -> &mut Self {
        self.code_memory_budget = bytes;
        self
    }

    /// Whether faults of the processor become traps of the guest, through a handler of signals that is installed
    /// once for the process and passes on what is not its own. If not, machine code tests before
    /// every access of memory and every division. Default: yes.
    pub fn signals_based_traps(&mut self, enable: bool) -> &mut Self {
        self.signals_based_traps = enable;
        self
    }

    /// How a profiler of the system learns of machine code. Default: not at all.
    ///
    /// Where there is no compiler, [`Engine::new`](crate::Engine::new) refuses the others; with
    /// [`Strategy::Interpreter`] they do nothing.
    pub fn profiler(&mut self, profiler: ProfilingStrategy) -> &mut Self {
        self.profiler = profiler;
        self
    }

    /// Calls `listener` whenever a function has been compiled, or could not be. It is called in the thread
    /// that compiled, perhaps while a guest of it is running (or the engine's end is waiting for it, with
    /// [`Config::background_compilation`]), so it should be quick; if it panics that is
    /// the end of that call and of nothing else. One listener takes the place of another.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    /// use std::sync::Arc;
    ///
    /// use selvedge::{Config, Engine, Module, Strategy};
    ///
    /// let compiled = Arc::new(AtomicUsize::new(0));
    /// let counter = compiled.clone();
    /// let mut config = Config::new();
    /// config.on_compile(move |event| {
    ///     counter.fetch_add(event.code_bytes().unwrap_or(0), Ordering::Relaxed);
    /// });
    /// # if cfg!(all(feature = "jit", target_arch = "x86_64", target_os = "linux", not(feature = "portable-sys"))) {
    /// let engine = Engine::new(config.strategy(Strategy::Baseline))?;
    /// Module::new(&engine, "(module (func) (func))")?;
    /// assert!(compiled.load(Ordering::Relaxed) > 0);
    /// # }
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn on_compile(
        &mut self,
        listener: impl Fn(&CompileEvent<'_>) + Send + Sync + 'static,
    ) -> &mut Self {
        self.on_compile = Some(CompileListener::new(listener));
        self
    }

    /// Which optimisations the baseline compiler makes. Default: all.
    ///
    /// Results never depend on it; see [`Config::interpreter_optimisations`].
    pub fn baseline_options(&mut self, options: BaselineOptions) -> &mut Self {
        self.baseline = options;
        self
    }

    /// Where instances, their memories and tables, and the stacks of stores come from: the host, or a pool. What
    /// embedders make themselves ([`Memory::new`](crate::Memory::new) and so on) is never a pool's.
    /// Default: [`InstanceAllocationStrategy::OnDemand`].
    pub fn allocation_strategy(
        &mut self,
        strategy: impl Into<InstanceAllocationStrategy>,
    ) -> &mut Self {
        self.allocation = strategy.into();
        self
    }

    /// Whether stores have deadlines in epochs, which [`Engine::increment_epoch`](crate::Engine::increment_epoch)
    /// advances: see [`Store::set_epoch_deadline`](crate::Store::set_epoch_deadline). Running code
    /// does not pay for it. Default: off.
    pub fn epoch_interruption(&mut self, enable: bool) -> &mut Self {
        self.epoch_interruption = enable;
        self
    }

    /// Whether guests run on fuel: a store has none at first
    /// ([`Store::set_fuel`](crate::Store::set_fuel)), every operator takes what
    /// `docs/instruction-count.md` says, and without enough a guest traps with
    /// [`Trap::OutOfFuel`](crate::Trap::OutOfFuel). The same on every tier and platform. Default: off, which costs nothing.
    pub fn consume_fuel(&mut self, enable: bool) -> &mut Self {
        self.consume_fuel = enable;
        self
    }

    /// Whether what guests execute is counted ([`Store::instruction_count`](crate::Store::instruction_count)), as
    /// fuel is but without a bound. [`Config::consume_fuel`] implies it. Default: off, which costs nothing.
    pub fn count_instructions(&mut self, enable: bool) -> &mut Self {
        self.count_instructions = enable;
        self
    }

    /// Whether code counts what it executes.
    pub(crate) fn counts(&self) -> bool {
        self.consume_fuel || self.count_instructions
    }

    /// The bytes that the frames of a store's guest may take before the guest traps with
    /// [`Trap::StackOverflow`](crate::Trap::StackOverflow). Default: 1 MiB.
    ///
    /// The stack is the guest's own; the thread's native stack is not used for guest calls. Where host
    /// and guest call each other it is, of course: that traps in the same way when little of it
    /// is left, or at a depth of 1000.
    pub fn max_wasm_stack(&mut self, bytes: usize) -> &mut Self {
        self.max_wasm_stack = bytes;
        self
    }

    /// The bytes of the native stack on which host functions run that are called by a guest that can be
    /// suspended ([`Func::call_async`](crate::Func::call_async),
    /// [`Func::call_resumable`](crate::Func::call_resumable)); what a guest needs to be entered at all, some 100 KiB, is
    /// taken at least. Default: 1 MiB.
    ///
    /// A host function that needs more crashes the process, as one that needs more than a thread's stack does.
    pub fn async_stack_size(&mut self, bytes: usize) -> &mut Self {
        self.async_stack_size = bytes;
        self
    }

    /// The bytes of address space that are reserved for each linear memory. Default: 4 GiB.
    ///
    /// A memory for which this cannot be had gets what it needs, and runs with explicit checks.
    pub fn memory_reservation(&mut self, bytes: u64) -> &mut Self {
        self.memory.reservation = bytes;
        self
    }

    /// The bytes of inaccessible address space behind each linear memory. Default: 32 MiB.
    pub fn memory_guard_size(&mut self, bytes: u64) -> &mut Self {
        self.memory.guard = bytes;
        self
    }

    /// The bytes of address space to reserve for further growth when a memory has
    /// outgrown its reservation. Default: 2 GiB.
    pub fn memory_reservation_for_growth(&mut self, bytes: u64) -> &mut Self {
        self.memory.reservation_for_growth = bytes;
        self
    }

    /// Whether a memory may move to another address when it outgrows its reservation;
    /// if not, such growth fails. Default: yes.
    pub fn memory_may_move(&mut self, enable: bool) -> &mut Self {
        self.memory.may_move = enable;
        self
    }

    /// Whether errors from guest code carry a [`WasmBacktrace`](crate::WasmBacktrace).
    /// It costs nothing until there is an error. Default: yes.
    pub fn wasm_backtrace(&mut self, enable: bool) -> &mut Self {
        self.backtrace = enable;
        self
    }

    /// The most frames of a backtrace, newest first; `None` for no backtraces. Default: 20.
    pub fn wasm_backtrace_max_frames(&mut self, limit: Option<NonZeroUsize>) -> &mut Self {
        self.backtrace_frames = limit;
        self
    }

    /// Bounds on the size of modules: a module beyond them is refused. They can only be
    /// lowered; the defaults are the limits of the implementation.
    pub fn enforced_limits(&mut self, limits: EnforcedLimits) -> &mut Self {
        self.limits = limits;
        self
    }

    /// Checks that the settings can be honoured.
    pub(crate) fn validate(&self) -> Result<()> {
        self.check_features()?;
        tier::check_strategy(self)?;
        if self.max_wasm_stack < MIN_WASM_STACK {
            return Err(Error::message(format!(
                "a stack of {} bytes is too small (at least {MIN_WASM_STACK})",
                self.max_wasm_stack
            )));
        }
        Ok(())
    }

    /// How many frames a backtrace has, if there is to be one.
    pub(crate) fn backtrace_limit(&self) -> Option<usize> {
        self.backtrace_frames
            .filter(|_| self.backtrace)
            .map(NonZeroUsize::get)
    }
}

/// The smallest value stack.
const MIN_WASM_STACK: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_frames_is_no_backtrace() {
        let mut config = Config::new();
        assert_eq!(config.backtrace_limit(), Some(20));
        assert_eq!(config.wasm_backtrace(false).backtrace_limit(), None);
        config.wasm_backtrace(true).wasm_backtrace_max_frames(None);
        assert_eq!(config.backtrace_limit(), None);
    }
}
