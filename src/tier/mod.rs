//! Where tiers are chosen, and where they meet: nothing outside this folder names one.

#![expect(unsafe_code, reason = "runs and walks guests")]

mod code;
mod driver;
#[cfg_attr(
    not(all(
        feature = "jit",
        target_arch = "x86_64",
        target_os = "linux",
        not(any(feature = "portable-sys", miri))
    )),
    path = "machine_disabled.rs"
)]
mod machine;

use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use selvedge_vm::code::{CodeLocation, ModuleCode, PrepareError, VMFuncCode};
use selvedge_vm::exec::{MAX_STUBS, VMExec};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::module::Module;
use selvedge_vm::offsets::VMOffsets;
use selvedge_vm::return_stack::ReturnStackError;
use selvedge_vm::vmcontext::{VMCallee, VMContext};
use selvedge_vm::walk::{self, Landmarks, WalkedFrame};

use crate::config::{Config, Dispatch, Strategy};
use crate::engine::Engine;
use crate::error::{BoxedError, Error, LimitError, Result};
use crate::machine_code::CompiledFunction;
use crate::profiling::ProfilingStrategy;
use code::TierCode;
use driver::Machine;
use machine::{Baseline, Native};
pub(crate) use machine::{MachineCodeMemory, Worker};

/// Bodies of more bytes are translated when their module is made. A smaller one takes about
/// ten milliseconds at most.
const LARGE_BODY_BYTES: usize = 256 << 10;

/// The dispatch that the interpreter is to use.
pub(crate) fn choose_dispatch(wanted: Dispatch) -> Result<selvedge_interp::Dispatch> {
    use selvedge_interp::Dispatch as Technique;
    let (found, missing) = match wanted {
        Dispatch::Auto => (
            Technique::best(),
            "no dispatch works in this build: tail dispatch fails its test on start, and there is no step \
             dispatch without the feature `step`",
        ),
        Dispatch::Step => (
            Some(Technique::Step).filter(|step| step.is_available()),
            "step dispatch is not available in this build (optimised builds need the feature `step` for it)",
        ),
        Dispatch::Tail => (
            Some(Technique::Tail).filter(|tail| tail.is_available()),
            "tail dispatch is not available in this build (it needs optimisation)",
        ),
    };
    found.ok_or_else(|| Error::message(missing))
}

/// Checks that the tiers that `config` asks for are there.
pub(crate) fn check_strategy(config: &Config) -> Result<()> {
    if machine::IS_THERE {
        return Ok(());
    }
    const NEEDS: &str = "it needs x86-64 Linux and the feature `jit`";
    if config.strategy == Strategy::Baseline {
        let message = format!("the baseline compiler is not available: {NEEDS}");
        return Err(Error::message(message));
    }
    if config.profiler != ProfilingStrategy::None {
        let message = format!("there is no machine code to profile: {NEEDS}");
        return Err(Error::message(message));
    }
    Ok(())
}

/// The code of a module, for every tier of the engine.
#[derive(Debug)]
pub(crate) struct Code {
    code: Arc<TierCode>,
}

impl Code {
    /// Code whose functions are made ready when they are first called.
    pub(crate) fn new(engine: &Engine, module: &Arc<Module>, offsets: &VMOffsets) -> Self {
        let code = TierCode::new(engine, module, offsets, true);
        Self {
            code: Arc::new(code),
        }
    }

    /// Makes every function ready now: compiles it, or translates it where it is first interpreted.
    pub(crate) fn prepare_all(&self) -> Result<()> {
        match self.code.always_compiled() {
            Some(baseline) => {
                baseline.compile_all().map_err(prepare_error)?;
                for func in 0..self.code.func_codes().len() {
                    let func = DefinedFuncIndex::from_u32(func as u32);
                    self.code.prepare(func).map_err(prepare_error)?;
                }
                Ok(())
            }
            None => self.code.tiers.interp.prepare_all().map_err(prepare_error),
        }
    }

    /// Makes the functions ready for which that would be felt as a pause of the
    /// guest: a first call cannot be interrupted.
    pub(crate) fn prepare_large(&self) -> Result<()> {
        if self.code.always_compiled().is_some() {
            return Ok(());
        }
        self.code
            .tiers
            .interp
            .prepare_larger_than(LARGE_BODY_BYTES)
            .map_err(prepare_error)
    }

    /// The bytes of register code so far.
    pub(crate) fn size_bytes(&self) -> usize {
        self.code.tiers.interp.size_bytes()
    }

    /// The bytes of machine code so far.
    pub(crate) fn machine_code_bytes(&self) -> usize {
        self.code
            .tiers
            .baseline
            .as_ref()
            .map_or(0, Baseline::size_bytes)
    }

    /// The machine code so far.
    pub(crate) fn machine_code(&self) -> Vec<CompiledFunction> {
        let variants = std::iter::once(&*self.code).chain(self.code.checked());
        let compiled = variants.filter_map(|code| code.tiers.baseline.as_ref());
        compiled.flat_map(Baseline::functions).collect()
    }

    /// The code as instances hold it.
    pub(crate) fn as_module_code(&self) -> Arc<dyn ModuleCode> {
        self.code.clone()
    }

    /// A listing of the register code of one function.
    pub(crate) fn disassemble(&self, func: DefinedFuncIndex) -> Result<String> {
        self.code
            .tiers
            .interp
            .disassemble(func)
            .map_err(prepare_error)
    }
}

/// Runs the wasm function `callee`, whose arguments are in the slots from `fp` on, on whichever
/// tiers have code, until it returns, traps or fails; returns `STATUS_RETURNED`, `STATUS_TRAP` or
/// `STATUS_PENDING`.
///
/// # Safety
///
/// As for [`selvedge_interp::enter`]; functions of the store that have machine code have it
/// for this process, and then [`make_return_stack`] has been called for `exec`.
#[inline(always)]
pub(crate) unsafe fn run(
    dispatch: selvedge_interp::Dispatch,
    exec: &VMExec,
    callee: VMCallee,
    fp: *mut u64,
) -> u32 {
    // SAFETY: passed on.
    unsafe {
        if Native::IS_THERE && machine::is_machine_code((*callee.code).native()) {
            return driver::enter_machine_code::<Native>(dispatch, exec, callee, fp);
        }
        let status = selvedge_interp::enter(dispatch, exec, callee, fp);
        if Native::IS_THERE && driver::is_for_driver(status) {
            return driver::drive::<Native>(dispatch, exec, status);
        }
        status
    }
}

/// Makes this thread ready to run machine code, if there can be any.
///
/// # Errors
///
/// If the host has no memory for that.
pub(crate) fn prepare_thread() -> std::io::Result<()> {
    Native::prepare_thread()
}

/// Gives the execution what machine code needs beside its value stack of `stack_bytes`.
pub(crate) fn make_return_stack(
    engine: &Engine,
    exec: &VMExec,
    stack_bytes: usize,
) -> std::result::Result<(), ReturnStackError> {
    if engine.config().strategy == Strategy::Interpreter {
        return Ok(());
    }
    machine::make_return_stack(exec, stack_bytes)
}

/// The addresses of the routines that machine code calls; zero without machine code.
pub(crate) fn stubs() -> [usize; MAX_STUBS] {
    machine::stubs()
}

/// Calls `f` with each frame of the execution, newest first, until it breaks.
///
/// # Safety
///
/// As for [`selvedge_vm::walk::walk`].
pub(crate) unsafe fn walk(exec: &VMExec, f: &mut dyn FnMut(WalkedFrame) -> ControlFlow<()>) {
    // SAFETY: passed on; the landmarks are those of every tier that there is.
    unsafe { walk::walk(exec, &landmarks(), f) }
}

/// Calls `f` with each context that code of the execution goes on in, until it breaks.
///
/// # Safety
///
/// As for [`selvedge_vm::walk::walk_contexts`].
pub(crate) unsafe fn walk_contexts(
    exec: &VMExec,
    f: &mut dyn FnMut(*mut VMContext) -> ControlFlow<()>,
) {
    // SAFETY: passed on; the landmarks are those of every tier that there is.
    unsafe { walk::walk_contexts(exec, &landmarks(), f) }
}

fn landmarks() -> Landmarks {
    Landmarks {
        interp: selvedge_interp::classify_return,
        native: Native::landmarks(),
    }
}

/// A function that cannot be translated is an invalid module or a limit.
pub(crate) fn prepare_error(error: PrepareError) -> Error {
    match error {
        PrepareError::Invalid(error) => Error::new(error),
        PrepareError::CodeMemory { func, source } => {
            let what = format!("no memory for the machine code of function {func}");
            Error::new(LimitError::with_source(what, source))
        }
        error => Error::new(LimitError::new(error.to_string())),
    }
}

/// An error that ended guest code.
pub(crate) fn error_from_guest(error: BoxedError) -> Error {
    match error.downcast::<PrepareError>() {
        Ok(error) => prepare_error(*error),
        Err(error) => Error::from_boxed(error),
    }
}

/// The code of modules without functions.
pub(crate) fn no_code() -> Arc<dyn ModuleCode> {
    static NO_CODE: LazyLock<Arc<NoCode>> = LazyLock::new(|| Arc::new(NoCode));
    NO_CODE.clone()
}

#[derive(Debug)]
struct NoCode;

impl ModuleCode for NoCode {
    fn func_codes(&self) -> &[VMFuncCode] {
        &[]
    }

    fn prepare(&self, func: DefinedFuncIndex) -> Result<(), PrepareError> {
        unreachable!("{func:?} of a module without functions")
    }

    fn locate(&self, _ip: *const u64, _is_return: bool) -> Option<CodeLocation> {
        None
    }

    fn for_memory(self: Arc<Self>, _guarded: bool) -> Arc<dyn ModuleCode> {
        self
    }
}
