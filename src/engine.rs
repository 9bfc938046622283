//! `Engine`: what modules and stores share: settings and function types.

use std::fmt;
use std::sync::{Arc, Weak};

use selvedge_vm::pool::Pool;
use selvedge_vm::types::TypeRegistry;

use crate::config::{Config, Strategy};
use crate::epoch::Epochs;
use crate::error::{LimitError, Result};
use crate::pooling::{InstanceAllocationStrategy, PoolingAllocatorMetrics};
use crate::suspend::NativeStacks;
use crate::tier;

/// Settings, and what is shared by the modules and stores made with them.
///
/// Cloning is cheap and gives the same engine. Modules, linkers and stores can be
/// used together only if they are of the same engine.
///
/// ```
/// use selvedge::{Config, Engine, Module};
///
/// let engine = Engine::new(Config::new().consume_fuel(true))?;
/// // Clones are the same engine: the thread has one, the module keeps one.
/// let compiled = std::thread::spawn({
///     let engine = engine.clone();
///     move || Module::new(&engine, "(module)")
/// });
/// let module = compiled.join().unwrap()?;
/// assert!(Engine::same(module.engine(), &engine));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    inner: Arc<EngineInner>,
}

struct EngineInner {
    config: Config,
    registry: Arc<TypeRegistry>,
    dispatch: selvedge_interp::Dispatch,
    epochs: Epochs,
    /// Where instances come from, if not from the host.
    pool: Option<Arc<Pool>>,
    machine_code_memory: Arc<tier::MachineCodeMemory>,
    native_stacks: NativeStacks,
    /// Nothing that its jobs own keeps the engine.
    worker: tier::Worker,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(&Config::default()).expect("the default settings are supported")
    }
}

impl Engine {
    /// An engine with the settings of `config`.
    ///
    /// # Errors
    ///
    /// If a setting is not supported by this version or build.
    pub fn new(config: &Config) -> Result<Self> {
        config.validate()?;
        Ok(Self {
            inner: Arc::new(EngineInner {
                config: config.clone(),
                registry: Arc::default(),
                dispatch: tier::choose_dispatch(config.dispatch)?,
                epochs: Epochs::default(),
                pool: make_pool(config)?,
                machine_code_memory: Arc::new(tier::MachineCodeMemory::new(config)?),
                native_stacks: NativeStacks::new(config.async_stack_size),
                worker: Default::default(),
            }),
        })
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Advances the engine's epoch by one. Guests whose deadlines are reached notice at their next
    /// loop iteration or call; see [`Store::set_epoch_deadline`](crate::Store::set_epoch_deadline).
    ///
    /// It may be called from any thread, and takes as long as there are stores with deadlines.
    pub fn increment_epoch(&self) {
        self.inner.epochs.increment();
    }

    /// How the engine's pool is used now; `None` if it has none
    /// ([`Config::allocation_strategy`]).
    pub fn pooling_allocator_metrics(&self) -> Option<PoolingAllocatorMetrics> {
        let pool = self.pool()?;
        Some(PoolingAllocatorMetrics::new(pool.metrics()))
    }

    pub(crate) fn pool(&self) -> Option<&Arc<Pool>> {
        self.inner.pool.as_ref()
    }

    pub(crate) fn epochs(&self) -> &Epochs {
        &self.inner.epochs
    }

    pub(crate) fn native_stacks(&self) -> &NativeStacks {
        &self.inner.native_stacks
    }

    /// A reference that does not keep the engine alive.
    pub fn weak(&self) -> EngineWeak {
        EngineWeak {
            inner: Arc::downgrade(&self.inner),
        }
    }

    /// Whether two engines are the same.
    pub fn same(a: &Self, b: &Self) -> bool {
        Arc::ptr_eq(&a.inner, &b.inner)
    }

    pub(crate) fn registry(&self) -> &Arc<TypeRegistry> {
        &self.inner.registry
    }

    pub(crate) fn machine_code_memory(&self) -> &Arc<tier::MachineCodeMemory> {
        &self.inner.machine_code_memory
    }

    /// What compiles in the background.
    pub(crate) fn worker(&self) -> &tier::Worker {
        &self.inner.worker
    }

    pub(crate) fn dispatch(&self) -> selvedge_interp::Dispatch {
        self.inner.dispatch
    }
}

/// The pool that `config` wants.
fn make_pool(config: &Config) -> Result<Option<Arc<Pool>>> {
    let InstanceAllocationStrategy::Pooling(pooling) = &config.allocation else {
        return Ok(None);
    };
    let has_machine_code = selvedge_vm::HAS_NATIVE && config.strategy != Strategy::Interpreter;
    let pool = pooling.of_engine(config.max_wasm_stack, has_machine_code);
    let pool = Pool::new(&pool, &config.memory);
    let pool = pool.map_err(|error| LimitError::with_source(error.to_string(), Box::new(error)))?;
    Ok(Some(Arc::new(pool)))
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("config", &self.inner.config)
            .finish_non_exhaustive()
    }
}

/// A reference to an [`Engine`] that does not keep it alive.
///
/// ```
/// use selvedge::Engine;
///
/// let engine = Engine::default();
/// let weak = engine.weak();
/// assert!(weak.upgrade().is_some());
/// drop(engine);
/// assert!(weak.upgrade().is_none());
/// ```
#[derive(Clone)]
pub struct EngineWeak {
    inner: Weak<EngineInner>,
}

impl EngineWeak {
    /// The engine, if it is still alive.
    pub fn upgrade(&self) -> Option<Engine> {
        let inner = self.inner.upgrade()?;
        Some(Engine { inner })
    }
}

impl fmt::Debug for EngineWeak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineWeak").finish_non_exhaustive()
    }
}
