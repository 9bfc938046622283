//! `LifeError`: why an instance in a region cannot do what it is asked for, or how its guest has ended.

use std::fmt;

use selvedge_vm::region::RegionError;
use selvedge_vm::signal::SignalEnd;

use super::termination::TerminationDetails;
use crate::backtrace::WasmBacktrace;
use crate::error::{Error, ErrorKind};
use crate::trap::Trap;

/// What an [`InstanceHandle`](super::InstanceHandle) or its region cannot do, or how its guest has ended. The names are Lucet's.
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::region::{InstanceRegion, LifeError, Limits, MmapRegion};
/// use selvedge::{Engine, Linker, Module};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (func (export "f") (param i32)))"#)?;
/// let pre = Linker::new(&engine).instantiate_pre(&module)?;
/// let region = MmapRegion::create(1, &Limits::default())?;
/// let mut instance = region.new_instance(&pre)?;
/// assert!(matches!(instance.run("g", &[]), Err(LifeError::SymbolNotFound(name)) if name == "g"));
/// assert!(matches!(instance.run("f", &[]), Err(LifeError::InvalidArgument(_))));
/// // What is refused changes nothing.
/// assert!(instance.run("f", &[1_i32.into()]).is_ok());
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LifeError {
    /// An argument, or the state of the instance, is wrong for what it is asked for.
    #[error("invalid argument: {0}")]
    InvalidArgument(&'static str),
    /// All slots of the region, of which there are this many, are in use.
    #[error("region capacity reached: {0} instances")]
    RegionFull(usize),
    /// The module contradicts itself.
    #[error("incorrect module definition: {0}")]
    ModuleError(String),
    /// The module, or a growth of the heap, needs more than the limits allow.
    #[error("instance memory limits exceeded: {0}")]
    LimitsExceeded(String),
    /// The module has no linear memory.
    #[error("no linear memory available: {0}")]
    NoLinearMemory(String),
    /// The module exports no function of this name.
    #[error("symbol not found: {0}")]
    SymbolNotFound(String),
    /// There is no such table, or it has no such element.
    #[error("function not found: (table {0}, func {1})")]
    FuncNotFound(u32, u32),
    /// The guest has made a mistake.
    #[error("runtime fault: {0}")]
    RuntimeFault(FaultDetails),
    /// The guest was ended.
    #[error("runtime terminated: {0}")]
    RuntimeTerminated(TerminationDetails),
    /// The guest has not returned but yielded.
    #[error("instance has not returned")]
    InstanceNotReturned,
    /// The guest has not yielded but returned.
    #[error("instance has not yielded")]
    InstanceNotYielded,
    /// The start function must run before any other.
    #[error("instance needs its start function to be run first")]
    InstanceNeedsStart,
    /// The start function has run since the instance was made or reset.
    #[error("start function has already been run")]
    StartAlreadyRun,
    /// The start function yielded, which it must not.
    #[error("start function yielded")]
    StartYielded,
    /// The host or the runtime has failed.
    #[error("internal error: {0}")]
    InternalError(Error),
    /// Instances in regions cannot have it.
    #[error("unsupported feature: {0}")]
    Unsupported(String),
}

impl LifeError {
    /// Why an instance could not be made, or made anew.
    pub(super) fn of_instantiation(error: Error) -> Self {
        let error = match error.downcast::<RegionError>() {
            Ok(error) => return error.into(),
            Err(error) => error,
        };
        match error.kind() {
            ErrorKind::Trap => Self::RuntimeFault(FaultDetails::of_trap(&error)),
            ErrorKind::Limit => Self::LimitsExceeded(error.to_string()),
            _ => Self::InternalError(error),
        }
    }
}

impl From<RegionError> for LifeError {
    fn from(error: RegionError) -> Self {
        match error {
            RegionError::InvalidArgument(why) => Self::InvalidArgument(why),
            RegionError::RegionFull(capacity) => Self::RegionFull(capacity),
            RegionError::IncorrectModule(why) => Self::ModuleError(why),
            RegionError::LimitsExceeded(why) => Self::LimitsExceeded(why),
            RegionError::NoLinearMemory(why) => Self::NoLinearMemory(why),
            RegionError::Unsupported(what) => Self::Unsupported(what),
            error => Self::InternalError(Error::new(error)),
        }
    }
}

/// How a guest has made a mistake, and where.
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::region::{InstanceRegion, LifeError, Limits, MmapRegion};
/// use selvedge::{Engine, Linker, Module};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (func $inner unreachable) (func (export "f") (call $inner)))"#)?;
/// let pre = Linker::new(&engine).instantiate_pre(&module)?;
/// let region = MmapRegion::create(1, &Limits::default())?;
/// let Err(LifeError::RuntimeFault(details)) = region.new_instance(&pre)?.run("f", &[]) else {
///     panic!("it traps");
/// };
/// assert!(!details.fatal);
/// let backtrace = details.backtrace.expect("the engine keeps it");
/// assert_eq!(backtrace.frames()[0].func_name(), Some("inner"));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct FaultDetails {
    /// Whether it may have done harm to others, so that the instance cannot run again before it is reset.
    pub fatal: bool,
    /// Which mistake, if it is a known one.
    pub trapcode: Option<Trap>,
    /// The signal by which it was noticed, if it was one: always on machine code's side.
    pub signal: Option<SignalEnd>,
    /// Where the guest was, if the engine keeps that.
    pub backtrace: Option<WasmBacktrace>,
}

impl FaultDetails {
    /// The details of a trap.
    pub(super) fn of_trap(error: &Error) -> Self {
        Self {
            fatal: false,
            trapcode: error.as_trap_code(),
            signal: None,
            backtrace: error.backtrace().cloned(),
        }
    }
}

impl fmt::Display for FaultDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.fatal {
            f.write_str("fatal ")?;
        }
        match self.trapcode {
            Some(trap) => write!(f, "{trap}"),
            None => f.write_str("unknown fault"),
        }
    }
}

impl fmt::Debug for FaultDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frames = self.backtrace.as_ref().map(WasmBacktrace::to_string);
        f.debug_struct("FaultDetails")
            .field("fatal", &self.fatal)
            .field("trapcode", &self.trapcode)
            .field("signal", &self.signal)
            .field("backtrace", &frames)
            .finish()
    }
}
