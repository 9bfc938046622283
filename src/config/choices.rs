//! What settings choose from.

/// How functions are run.
///
/// ```
/// use selvedge::{Config, Engine, Instance, Module, Store, Strategy};
///
/// for strategy in [Strategy::Auto, Strategy::Interpreter, Strategy::Baseline] {
///     // There may be no compiler here, which is an error only for `Baseline`.
///     let Ok(engine) = Engine::new(Config::new().strategy(strategy)) else { continue };
///     let module = Module::new(&engine, r#"(module (func (export "f") (result i32) (i32.const 7)))"#)?;
///     let mut store = Store::new(&engine, ());
///     let instance = Instance::new(&mut store, &module, &[])?;
///     let f = instance.get_typed_func::<(), i32>(&mut store, "f")?;
///     assert_eq!(f.call(&mut store, ())?, 7, "the same result on every strategy");
/// }
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Strategy {
    /// The interpreter at once, and the baseline compiler for what turns out to be hot, where there is one.
    #[default]
    Auto,
    /// The interpreter only.
    Interpreter,
    /// The x86-64 baseline compiler only: functions are compiled before they first run. One that cannot be, such
    /// as one with vectors on a processor without SSE4.1, is interpreted. Where there is no compiler (another platform, or a build without the feature `jit`),
    /// [`Engine::new`](crate::Engine::new) refuses it.
    Baseline,
}

/// How the interpreter goes from one instruction to the next.
///
/// ```
/// use selvedge::{Config, Dispatch, Engine};
///
/// // A way that this build does not have is an error.
/// let engine = match Engine::new(Config::new().dispatch(Dispatch::Step)) {
///     Ok(engine) => engine,
///     Err(_) => Engine::new(Config::new().dispatch(Dispatch::Tail))?,
/// };
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Dispatch {
    /// `Tail` where the build has it, `Step` elsewhere.
    #[default]
    Auto,
    /// Each instruction calls the next in tail position. Needs an optimised build.
    Tail,
    /// A loop calls one instruction after another. Builds that have no `Tail` have it, others with the feature `step`.
    Step,
}

/// When function bodies are validated and translated.
///
/// ```
/// use selvedge::{CompilationMode, Config, Engine, Module};
///
/// let engine = Engine::new(Config::new().compilation_mode(CompilationMode::Lazy))?;
/// // The body leaves a value behind: an error at the first call, or when it is asked for.
/// let module = Module::new(&engine, "(module (func (i32.const 1)))")?;
/// assert!(module.validate_all().is_err());
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum CompilationMode {
    /// Everything when the module is created.
    Eager,
    /// Validation when the module is created, translation at a function's first call.
    #[default]
    LazyTranslation,
    /// Validation and translation at a function's first call. An invalid function
    /// is an error only when it is called.
    Lazy,
}

/// Instructions beyond those of the first x86-64 processors.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum CpuExtensions {
    /// None of them. Functions with vectors are interpreted.
    None,
    /// SSE4.1 and what is part of every processor that has it.
    Sse41,
    /// All that machine code has a use for, such as AVX and FMA.
    #[default]
    All,
}

/// Optimisations of the baseline compiler.
///
/// ```
/// use selvedge::{BaselineOptions, Config, CpuExtensions, Engine};
///
/// // Code for any processor with SSE4.1, whatever this one has.
/// let options = BaselineOptions { cpu_extensions: CpuExtensions::Sse41, ..BaselineOptions::default() };
/// let engine = Engine::new(Config::new().baseline_options(options))?;
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct BaselineOptions {
    /// Most locals of a class (integers, floats) that are kept in registers, up to 7.
    pub max_pins: u32,
    /// Whether results are computed where the next operator wants them.
    pub destination_hints: bool,
    /// Whether a comparison and what depends on it are compiled together.
    pub fusion: bool,
    /// Whether every result goes to memory at once, which only tests have a use for.
    pub spill: bool,
    /// Which instructions are used that only newer processors have, where this one has them. Relaxed operators
    /// on vectors mean the same on every tier, so without FMA here they are not fused anywhere
    /// ([`Config::relaxed_simd_deterministic`](crate::Config::relaxed_simd_deterministic)).
    pub cpu_extensions: CpuExtensions,
}

impl Default for BaselineOptions {
    fn default() -> Self {
        Self {
            max_pins: 7,
            destination_hints: true,
            fusion: true,
            spill: false,
            cpu_extensions: CpuExtensions::All,
        }
    }
}
