//! Where instances come from: the host, each time, or a pool that the engine makes once.

use selvedge_vm::pool::{PoolConfig, PoolMetrics};

/// Where instances, their memories and tables, and the stacks of stores come from. See
/// [`Config::allocation_strategy`](crate::Config::allocation_strategy).
///
/// ```
/// use selvedge::{Config, Engine, InstanceAllocationStrategy};
///
/// let engine = Engine::new(Config::new().allocation_strategy(InstanceAllocationStrategy::OnDemand))?;
/// assert!(engine.pooling_allocator_metrics().is_none());
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum InstanceAllocationStrategy {
    /// From the host, when they are made.
    #[default]
    OnDemand,
    /// From a pool that the engine has reserved.
    Pooling(PoolingAllocationConfig),
}

impl InstanceAllocationStrategy {
    /// A pool with the default limits.
    pub fn pooling() -> Self {
        Self::Pooling(PoolingAllocationConfig::new())
    }
}

impl From<PoolingAllocationConfig> for InstanceAllocationStrategy {
    fn from(config: PoolingAllocationConfig) -> Self {
        Self::Pooling(config)
    }
}

/// How many of each thing a pool has room for, how large they may be, and what stays in memory between
/// their users. The names are wasmtime's.
///
/// The pool reserves address space for all its memories at once: [`total_memories`](Self::total_memories)
/// times [`Config::memory_reservation`](crate::Config::memory_reservation) and guard, 4 TiB by default.
/// What is given back is reset before it is used again, so that nothing is left of an earlier user.
///
/// # Examples
///
/// ```
/// use selvedge::{Config, Engine, Instance, Module, PoolingAllocationConfig, Store};
///
/// let mut pool = PoolingAllocationConfig::new();
/// pool.total_core_instances(100).total_memories(100).max_memory_size(64 << 20);
/// let engine = Engine::new(Config::new().allocation_strategy(pool))?;
/// let module = Module::new(&engine, r#"(module (memory 1) (data (i32.const 8) "hello"))"#)?;
/// for _ in 0..1000 {
///     let mut store = Store::new(&engine, ());
///     Instance::new(&mut store, &module, &[])?;
/// }
/// assert_eq!(engine.pooling_allocator_metrics().map(|metrics| metrics.memories()), Some(0));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PoolingAllocationConfig {
    config: PoolConfig,
}

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident: $ty:ty;)*) => { $(
        $(#[$doc])*
        pub fn $name(&mut self, limit: $ty) -> &mut Self {
            self.config.$name = limit as usize;
            self
        }
    )* };
}

impl PoolingAllocationConfig {
    /// The default limits.
    pub fn new() -> Self {
        Self::default()
    }

    limits! {
        /// The most instances at a time. Default: 1000.
        total_core_instances: u32;
        /// The most bytes of an instance without its memories and tables. Default: 1 MiB.
        max_core_instance_size: usize;
        /// The most linear memories at a time. Default: 1000.
        total_memories: u32;
        /// The most memories that a module may define. Default: 1.
        max_memories_per_module: u32;
        /// The most bytes of a memory, whatever its type says. Default: 4 GiB.
        max_memory_size: usize;
        /// The most tables at a time. Default: 1000.
        total_tables: u32;
        /// The most tables that a module may define. Default: 1.
        max_tables_per_module: u32;
        /// The most elements of a table, whatever its type says. Default: 20 000.
        table_elements: usize;
        /// The most stacks at a time: stores that run or have run a guest. Default: 1000.
        total_stacks: u32;
        /// How many free memories keep the image of a module that nobody uses at the moment. Default: 100.
        max_unused_warm_slots: u32;
        /// How many memories are given back to the host with one system call. Default: 1.
        decommit_batch_size: usize;
        /// How many bytes of a memory stay with it between its users, restored by copying; the rest is
        /// given back to the host. Default: 4 MiB.
        linear_memory_keep_resident: usize;
        /// The same for a table. Default: 256 KiB.
        table_keep_resident: usize;
    }

    /// Whether the kernel is asked which pages were written to, where it can tell. Default: yes.
    pub fn pagemap_scan(&mut self, enable: bool) -> &mut Self {
        self.config.pagemap_scan = enable;
        self
    }

    /// Whether stacks are zeroed between their users. Guests never read what they have not written, so this is for
    /// those who want it gone. Default: no.
    pub fn stack_zeroing(&mut self, enable: bool) -> &mut Self {
        self.config.zero_stacks = enable;
        self
    }

    /// What the pool is made with, for stacks of `stack_bytes`, and of return addresses if there is
    /// machine code.
    pub(crate) fn of_engine(&self, stack_bytes: usize, has_machine_code: bool) -> PoolConfig {
        PoolConfig {
            value_stack_size: stack_bytes,
            return_stacks: has_machine_code,
            ..self.config.clone()
        }
    }
}

/// How the pool of an engine is used at some moment; see
/// [`Engine::pooling_allocator_metrics`](crate::Engine::pooling_allocator_metrics).
///
/// ```
/// use selvedge::{Config, Engine, Instance, Module, PoolingAllocationConfig, Store};
///
/// let mut pool = PoolingAllocationConfig::new();
/// pool.total_core_instances(4).total_memories(4).max_memory_size(1 << 20);
/// let engine = Engine::new(Config::new().allocation_strategy(pool))?;
/// let module = Module::new(&engine, "(module (memory 1))")?;
/// let mut store = Store::new(&engine, ());
/// Instance::new(&mut store, &module, &[])?;
/// let metrics = engine.pooling_allocator_metrics().expect("it has a pool");
/// assert_eq!((metrics.core_instances(), metrics.memories()), (1, 1));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct PoolingAllocatorMetrics {
    metrics: PoolMetrics,
}

impl PoolingAllocatorMetrics {
    pub(crate) fn new(metrics: PoolMetrics) -> Self {
        Self { metrics }
    }

    /// Instances in use.
    pub fn core_instances(&self) -> usize {
        self.metrics.core_instances.used
    }

    /// Memories in use.
    pub fn memories(&self) -> usize {
        self.metrics.memories.used
    }

    /// Tables in use.
    pub fn tables(&self) -> usize {
        self.metrics.tables.used
    }

    /// Stacks in use.
    pub fn stacks(&self) -> usize {
        self.metrics.stacks.used
    }

    /// Free memories that keep the image of a module.
    pub fn unused_warm_memories(&self) -> usize {
        self.metrics.memories.warm
    }
}
