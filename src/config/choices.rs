//! What settings choose from.

/// How functions are run.
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
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Dispatch {
    /// `Tail` where the build has it, `Step` elsewhere.
    #[default]
    Auto,
    /// Each instruction calls the next in tail position. Needs an optimised build.
    Tail,
    /// A loop calls one instruction after another. Always there.
    Step,
}

/// When function bodies are validated and translated.
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

/// What the baseline compiler does beyond the necessary.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct BaselineOptions {
    /// Most locals of a class (integers, floats) that are kept in registers, up to 7.
    pub max_pins: u32,
    /// Whether results are computed where the next operator wants them.
    pub destination_hints: bool,
    /// Whether a comparison and what depends on it are compiled together.
    pub fusion: bool,
    /// Whether every result goes to memory at once, which is of use to tests only.
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
