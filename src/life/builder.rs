//! `InstanceBuilder`: how an instance comes to live in a region.

use std::any::Any;

use selvedge_vm::region::{AllocStrategy, Region, RuntimeSpec, SlotRequest};

use super::contexts::Contexts;
use super::error::LifeError;
use super::handle::InstanceHandle;
use crate::instance_pre::InstancePre;
use crate::store::Store;

/// Who runs the start function of an instance.
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::region::{InstanceRegion, LifeError, Limits, MmapRegion, StartMode};
/// use selvedge::{Engine, Linker, Module};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module
///     (func $start) (start $start)
///     (func (export "run")))"#)?;
/// let pre = Linker::new(&engine).instantiate_pre(&module)?;
/// let region = MmapRegion::create(1, &Limits::default())?;
/// let mut instance = region.new_instance_builder(&pre).with_start(StartMode::Manual).build()?;
/// assert!(matches!(instance.run("run", &[]), Err(LifeError::InstanceNeedsStart)));
/// instance.run_start()?;
/// instance.run("run", &[])?;
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub enum StartMode {
    /// It runs when the instance is made, and when it is reset.
    #[default]
    Auto,
    /// The embedder runs it, by [`InstanceHandle::run_start`]; before that no other function can be run.
    Manual,
}

/// Regions that instances live in. Every [`Region`] is one.
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::region::{CompactRegion, InstanceRegion, LifeError, Limits, Region};
/// use selvedge::{Engine, Linker, Module};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, "(module)")?;
/// let pre = Linker::new(&engine).instantiate_pre(&module)?;
/// let region = CompactRegion::create(1, &Limits::default())?;
/// let instance = region.new_instance(&pre)?;
/// assert!(matches!(region.new_instance(&pre), Err(LifeError::RegionFull(1))));
/// drop(instance);
/// assert_eq!(region.free_slots(), 1);
/// # Ok::<(), selvedge::Error>(())
/// ```
pub trait InstanceRegion: Region {
    /// Makes an instance with default settings. See [`InstanceBuilder::build`].
    ///
    /// # Errors
    ///
    /// As there.
    fn new_instance(&self, pre: &InstancePre<Contexts>) -> Result<InstanceHandle, LifeError> {
        self.new_instance_builder(pre).build()
    }

    /// What an instance can be made with other settings by.
    fn new_instance_builder<'a>(&'a self, pre: &'a InstancePre<Contexts>) -> InstanceBuilder<'a>;
}

impl<R: Region> InstanceRegion for R {
    fn new_instance_builder<'a>(&'a self, pre: &'a InstancePre<Contexts>) -> InstanceBuilder<'a> {
        InstanceBuilder::new(self, pre)
    }
}

impl InstanceRegion for dyn Region {
    fn new_instance_builder<'a>(&'a self, pre: &'a InstancePre<Contexts>) -> InstanceBuilder<'a> {
        InstanceBuilder::new(self, pre)
    }
}

/// The settings of an instance to be made in a region.
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::{Engine, Linker, Module};
/// use selvedge::region::{AllocStrategy, CompactRegion, InstanceRegion, Limits};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, "(module (memory 1))")?;
/// let pre = Linker::new(&engine).instantiate_pre(&module)?;
/// let region = CompactRegion::create(4, &Limits::default())?;
/// let mut instance = region
///     .new_instance_builder(&pre)
///     .with_embed_ctx(String::from("tenant 1"))
///     .with_heap_size_limit(128 << 10)
///     .with_alloc_strategy(AllocStrategy::Random)
///     .build()?;
/// assert_eq!(instance.grow_memory(1)?, 1);
/// assert!(instance.grow_memory(1).is_err());
/// # Ok::<(), selvedge::Error>(())
/// ```
#[must_use = "it is `build` that makes an instance"]
pub struct InstanceBuilder<'a> {
    region: &'a dyn Region,
    pre: &'a InstancePre<Contexts>,
    contexts: Contexts,
    heap_size_limit: Option<usize>,
    strategy: AllocStrategy,
    start: StartMode,
}

impl<'a> InstanceBuilder<'a> {
    fn new(region: &'a dyn Region, pre: &'a InstancePre<Contexts>) -> Self {
        Self {
            region,
            pre,
            contexts: Contexts::new(),
            heap_size_limit: None,
            strategy: AllocStrategy::Linear,
            start: StartMode::Auto,
        }
    }

    /// Adds an embedder context; it replaces one of the same type.
    pub fn with_embed_ctx<T: Any + Send>(mut self, value: T) -> Self {
        self.contexts.insert_embed_ctx(value);
        self
    }

    /// Lets the heap have at most this many bytes; the region's limit if not given.
    pub fn with_heap_size_limit(mut self, bytes: usize) -> Self {
        self.heap_size_limit = Some(bytes);
        self
    }

    /// Which of the free slots is taken; the one that was given back last if not given.
    pub fn with_alloc_strategy(mut self, strategy: AllocStrategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// Who runs the start function.
    pub fn with_start(mut self, start: StartMode) -> Self {
        self.start = start;
        self
    }

    /// Makes the instance, and with [`StartMode::Auto`] runs its start function.
    ///
    /// # Errors
    ///
    /// In this order, before a slot is taken: if the module imports what is of a store or a global, or a limit for the heap is beyond the region's,
    /// or the module beyond the limits; if all slots are in use; if a system call fails or a segment does not fit;
    /// if the start function does not return. In each case the slot is free again.
    pub fn build(self) -> Result<InstanceHandle, LifeError> {
        let module = self.pre.module();
        if module.vm().num_imported_globals > 0 {
            let message =
                "global imports are unsupported: an instance in a region has a store of its own";
            return Err(LifeError::Unsupported(message.into()));
        }
        if !self.pre.is_of_no_store() {
            let message = "imports of a store are unsupported: an instance in a region has its own";
            return Err(LifeError::Unsupported(message.into()));
        }
        let slot = self.region.take_slot(&SlotRequest {
            spec: RuntimeSpec::of_module(module.vm(), None),
            heap_size_limit: self.heap_size_limit,
            strategy: self.strategy,
            stale_stacks: true,
        })?;
        let mut store = Store::new(module.engine(), self.contexts);
        store.set_slot(slot);
        let instance = self.pre.instantiate_unstarted((&mut store).into());
        let instance = instance.map_err(LifeError::of_instantiation)?;
        let mut handle = InstanceHandle::new(store, instance, self.start);
        handle.auto_start()?;
        Ok(handle)
    }
}
