//! `ProfilingStrategy`: how profilers of the system learn of machine code.

/// How a profiler of the system learns of the machine code that it sees running. Names are wasmtime's.
///
/// Code of the interpreter is in the program's own file, so profilers know it anyway.
///
/// ```
/// use selvedge::{Config, Engine, ProfilingStrategy};
///
/// let mut config = Config::new();
/// if std::env::var_os("PROFILE").is_some() {
///     config.profiler(ProfilingStrategy::PerfMap);
/// }
/// let engine = Engine::new(&config)?;
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum ProfilingStrategy {
    /// Not at all.
    #[default]
    None,
    /// The file `/tmp/perf-PID.map` has a line for each function, with its address. `perf record` and
    /// `perf report` find it by themselves.
    PerfMap,
    /// The file `jit-PID.dump` in the current directory has each function with its code and the time when it was
    /// made, so that `perf annotate` shows instructions:
    ///
    /// ```text
    /// perf record -k mono -o perf.data PROGRAM
    /// perf inject --jit -i perf.data -o perf.jit.data
    /// perf report -i perf.jit.data
    /// ```
    JitDump,
}
