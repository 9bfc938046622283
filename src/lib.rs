//! Selvedge is a WebAssembly runtime that starts every guest at once, in an interpreter.
//!
//! The interface has the names and shapes of wasmtime's, and wasmi's where these
//! differ, so that an embedder of either feels at home.
//!
//! ```
//! use selvedge::{Engine, Instance, Module, Store};
//!
//! let engine = Engine::default();
//! let module = Module::new(&engine, r#"
//!     (module (func (export "add") (param i32 i32) (result i32)
//!         (i32.add (local.get 0) (local.get 1))))
//! "#)?;
//! let mut store = Store::new(&engine, ());
//! let instance = Instance::new(&mut store, &module, &[])?;
//! let add = instance.get_typed_func::<(i32, i32), i32>(&mut store, "add")?;
//! assert_eq!(add.call(&mut store, (2, 3))?, 5);
//! # Ok::<(), selvedge::Error>(())
//! ```
//!
//! - An [`Engine`] has the settings ([`Config`]) that modules and stores share.
//! - A [`Module`] is made once from bytes, and instantiated any number of times.
//! - A [`Store`] owns instances, and the embedder's data that host functions see.
//! - A [`Linker`] has names for what modules import, host functions above all.
//! - An [`Instance`] has exports: [`Func`], [`Memory`], [`Table`], [`Global`].
//! - An [`Error`] tells a [`Trap`] from a failed host function, and where the guest was.
//!
//! Guests are not trusted. They are stopped by an [`InterruptHandle`], and limited by a
//! [`ResourceLimiter`] and [`Config::max_wasm_stack`]. No use of this crate from safe code is
//! undefined behaviour: objects of another store, or of an instance that has been
//! removed, are refused with an error or a panic as their methods say.

mod backtrace;
#[cfg(doctest)]
mod book;
mod call_async;
mod caller;
mod compile_event;
mod config;
mod context;
mod engine;
mod entry;
mod epoch;
pub mod error;
mod extern_ref;
mod externals;
mod func;
mod global;
mod host;
mod instance;
mod instance_pre;
mod interrupt;
mod life;
mod limits;
mod link_error;
mod linker;
mod machine_code;
mod memory;
mod module;
mod pooling;
mod profiling;
mod resumable;
mod signals;
mod store;
mod suspend;
mod table;
#[cfg_attr(not(feature = "wat"), path = "text_disabled.rs")]
mod text;
mod tier;
mod trap;
mod typed;
mod types;
mod values;

pub mod region {
    //! Instances with a life of their own, in slots of a region: they are run, killed and reset, and made in
    //! microseconds. Names and behaviour are those of Lucet.
    //!
    //! A [`Region`] has slots, each with room for all parts of an instance; it gives an
    //! [`InstanceHandle`], which is store and instance in one. Host functions are those of a
    //! `Linker<Contexts>`.
    //!
    //! ```
    //! # if cfg!(not(target_os = "linux")) { return Ok(()) }
    //! use selvedge::{Caller, Engine, Linker, Module};
    //! use selvedge::region::{Contexts, InstanceRegion, Limits, MmapRegion};
    //!
    //! let engine = Engine::default();
    //! let module = Module::new(&engine, r#"(module
    //!     (import "env" "times" (func $times (param i32) (result i32)))
    //!     (func (export "run") (param i32) (result i32) (call $times (local.get 0))))"#)?;
    //! let mut linker = Linker::<Contexts>::new(&engine);
    //! linker.func_wrap("env", "times", |caller: Caller<'_, Contexts>, n: u32| -> selvedge::Result<u32> {
    //!     Ok(n * *caller.get_embed_ctx::<u32>()?)
    //! })?;
    //! let pre = linker.instantiate_pre(&module)?;
    //!
    //! let region = MmapRegion::create(10, &Limits::default())?;
    //! let mut instance = region.new_instance_builder(&pre).with_embed_ctx(7_u32).build()?;
    //! let result = instance.run("run", &[6_u32.into()])?.returned()?;
    //! assert_eq!(result.as_u32(), 42);
    //! instance.reset()?;
    //! # Ok::<(), selvedge::Error>(())
    //! ```

    pub use crate::life::{
        Contexts, FaultDetails, GlobalValue, Globals, GlobalsMut, InstanceBuilder, InstanceHandle,
        InstanceRegion, KillError, KillSuccess, KillSwitch, LifeError, PanicPayload, RunResult,
        SendInstance, StartMode, TerminationDetails, UntypedRetVal, YieldedVal,
    };
    /// A region for many small instances, whose slots lie close together.
    ///
    /// ```
    /// # if cfg!(not(target_os = "linux")) { return Ok(()) }
    /// use selvedge::region::{CompactRegion, Limits, Region};
    ///
    /// let region = CompactRegion::create(10_000, &Limits::default().with_heap_memory_size(1 << 16))?;
    /// assert_eq!((region.capacity(), region.free_slots()), (10_000, 10_000));
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub use selvedge_vm::region::CompactRegion;
    pub use selvedge_vm::region::{
        AllocStrategy, DEFAULT_SIGNAL_STACK_SIZE, Limits, MmapRegion, RandomSource, Region,
        RegionCreate, RegionError,
    };
    pub use selvedge_vm::signal::{SignalEnd, SignalEndKind};
}

pub use backtrace::{FrameInfo, WasmBacktrace};
pub use caller::Caller;
pub use compile_event::{CompileEvent, CompileReason};
pub use config::{
    BaselineOptions, CompilationMode, Config, CpuExtensions, Dispatch, EnforcedLimits,
    Optimisations, Strategy,
};
pub use context::{AsContext, AsContextMut, StoreContext, StoreContextMut};
pub use engine::{Engine, EngineWeak};
pub use epoch::UpdateDeadline;
pub use error::{Error, ErrorKind, LimitError, Result};
pub use extern_ref::{ExternRef, OwnedRooted, Rooted};
pub use externals::{Export, Extern};
pub use func::{Func, TypedFunc};
pub use global::Global;
pub use host::{HostFunc, IntoFunc};
pub use instance::Instance;
pub use instance_pre::InstancePre;
pub use interrupt::{InterruptHandle, OnInterrupt};
pub use limits::{
    DEFAULT_INSTANCE_LIMIT, DEFAULT_MEMORY_LIMIT, DEFAULT_TABLE_LIMIT, ResourceLimiter,
    StoreLimits, StoreLimitsBuilder,
};
pub use link_error::{ImportError, LinkError, UnknownImportError};
pub use linker::Linker;
pub use machine_code::{CodeSite, CodeSiteKind, CompiledFunction};
pub use memory::{Memory, MemoryAccessError};
pub use module::{CustomSection, Module, ModuleExport};
pub use pooling::{InstanceAllocationStrategy, PoolingAllocationConfig, PoolingAllocatorMetrics};
pub use profiling::ProfilingStrategy;
pub use resumable::{
    ResumableCall, ResumableCallEpochDeadline, ResumableCallHostTrap, ResumableCallOutOfFuel,
    TypedResumableCall, TypedResumableCallEpochDeadline, TypedResumableCallHostTrap,
    TypedResumableCallOutOfFuel,
};
pub use selvedge_vm::module::Feature;
/// Why bytes were refused: what an error of kind [`ErrorKind::Invalid`] has inside.
///
/// ```
/// use selvedge::{Config, Engine, Feature, Module, ModuleError};
///
/// let engine = Engine::new(Config::new().wasm_simd(false))?;
/// let error = Module::new(&engine, "(module (func (param v128)))").unwrap_err();
/// match error.downcast_ref::<ModuleError>() {
///     Some(ModuleError::Feature { feature, .. }) => assert_eq!(*feature, Feature::Simd),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), selvedge::Error>(())
/// ```
pub use selvedge_vm::module::ModuleError;
pub use signals::{
    SignalBehavior, install_signal_handler, is_signal_handler_installed, remove_signal_handler,
};
pub use store::Store;
pub use table::Table;
pub use trap::{I32Exit, Trap};
pub use typed::{WasmParams, WasmResults, WasmRet, WasmTy};
pub use types::{
    ExportType, ExternType, FuncType, GlobalType, HeapType, ImportType, MemoryType,
    MemoryTypeBuilder, Mutability, RefType, TableType, ValType,
};
pub use values::{Ref, V128, Val};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
