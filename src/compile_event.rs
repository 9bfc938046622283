//! `CompileEvent`: what was compiled, when and why.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::module::Module;

/// A function has been compiled; see [`Config::on_compile`](crate::Config::on_compile).
///
/// ```
/// use selvedge::{Config, Engine, Module, Strategy};
///
/// let mut config = Config::new();
/// config.strategy(Strategy::Baseline).on_compile(|event| {
///     let code_bytes = event.code_bytes().unwrap_or(0);
///     println!("function {}: {} to {code_bytes} bytes", event.func_index(), event.wasm_bytes());
/// });
/// // An error where there is no compiler.
/// if let Ok(engine) = Engine::new(&config) {
///     Module::new(&engine, "(module (func))")?;
/// }
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct CompileEvent<'a> {
    pub(crate) module: &'a Module,
    pub(crate) func: DefinedFuncIndex,
    pub(crate) reason: CompileReason,
    pub(crate) code_bytes: Option<usize>,
    pub(crate) duration: Duration,
    pub(crate) in_background: bool,
}

/// Why a function was compiled.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CompileReason {
    /// Its module was made, and all functions were to be compiled then.
    Eager,
    /// It was called, and functions were to be compiled before they run.
    FirstCall,
    /// It had been called often.
    HotCalls,
    /// One of its loops had run often.
    HotLoop {
        /// Offset in the module of the `loop` operator.
        offset: usize,
    },
}

impl CompileEvent<'_> {
    /// The function's index in its module.
    pub fn func_index(&self) -> u32 {
        self.module.func_index(self.func).as_u32()
    }

    /// The function's name, from the name section or an export.
    pub fn func_name(&self) -> Option<&str> {
        self.module.func_name(self.module.func_index(self.func))
    }

    /// The module's name, from the name section.
    pub fn module_name(&self) -> Option<&str> {
        self.module.name.as_deref()
    }

    /// Why it was compiled.
    pub fn reason(&self) -> CompileReason {
        self.reason
    }

    /// The bytes of its body.
    pub fn wasm_bytes(&self) -> usize {
        self.module.bodies[self.func].range.len()
    }

    /// The bytes of its machine code; `None` if it could not be compiled, because it is invalid, or passes a
    /// limit, or there is no more memory for code.
    pub fn code_bytes(&self) -> Option<usize> {
        self.code_bytes
    }

    /// How long compiling took, with validation if that had not been done before.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Whether the engine's own thread has compiled it, while guests went on; see
    /// [`Config::background_compilation`](crate::Config::background_compilation).
    pub fn in_background(&self) -> bool {
        self.in_background
    }
}

impl fmt::Debug for CompileEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompileEvent")
            .field("func_index", &self.func_index())
            .field("func_name", &self.func_name())
            .field("reason", &self.reason)
            .field("wasm_bytes", &self.wasm_bytes())
            .field("code_bytes", &self.code_bytes)
            .field("duration", &self.duration)
            .field("in_background", &self.in_background)
            .finish_non_exhaustive()
    }
}

/// Who is told of compilations.
#[derive(Clone)]
pub(crate) struct CompileListener(Arc<dyn Fn(&CompileEvent<'_>) + Send + Sync>);

impl CompileListener {
    pub(crate) fn new(listener: impl Fn(&CompileEvent<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    /// Tells of a compilation. A guest may be running in this thread, through which nothing unwinds.
    #[allow(dead_code, reason = "where there is no compiler, nothing is compiled")]
    pub(crate) fn tell(&self, event: &CompileEvent<'_>) {
        let _ = catch_unwind(AssertUnwindSafe(|| (self.0)(event)));
    }
}

impl fmt::Debug for CompileListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CompileListener")
    }
}
