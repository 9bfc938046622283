//! Limits on what the guests of a store may take: [`ResourceLimiter`], and the
//! ready-made [`StoreLimits`].

use std::fmt;

use crate::error::{Error, Result};

/// How many instances a store may have if its limiter does not say otherwise.
pub const DEFAULT_INSTANCE_LIMIT: usize = 10_000;
/// How many tables a store may have if its limiter does not say otherwise.
pub const DEFAULT_TABLE_LIMIT: usize = 10_000;
/// How many memories a store may have if its limiter does not say otherwise.
pub const DEFAULT_MEMORY_LIMIT: usize = 10_000;

/// Decides how much the instances of a store may take. See
/// [`Store::limiter`](crate::Store::limiter).
///
/// What a limiter sees is what guests ask for: linear memories, tables and
/// instances. The runtime's own bookkeeping is not counted.
///
/// A budget of memory that several stores share:
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// use selvedge::{Engine, Instance, Module, ResourceLimiter, Store};
///
/// /// How many bytes are left for all of a tenant's guests; growth is not given back here.
/// struct Budget(Arc<AtomicUsize>);
///
/// impl ResourceLimiter for Budget {
///     fn memory_growing(
///         &mut self,
///         current: usize,
///         desired: usize,
///         _maximum: Option<usize>,
///     ) -> selvedge::Result<bool> {
///         let take = |left: usize| left.checked_sub(desired - current);
///         Ok(self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok())
///     }
///
///     fn table_growing(
///         &mut self,
///         _current: usize,
///         desired: usize,
///         _maximum: Option<usize>,
///     ) -> selvedge::Result<bool> {
///         Ok(desired <= 1000)
///     }
/// }
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, "(module (memory 2))")?;
/// let left = Arc::new(AtomicUsize::new(3 << 16));
/// let new_store = || {
///     let mut store = Store::new(&engine, Budget(left.clone()));
///     store.limiter(|budget| budget);
///     store
/// };
/// assert!(Instance::new(&mut new_store(), &module, &[]).is_ok());
/// assert!(Instance::new(&mut new_store(), &module, &[]).is_err(), "only one page is left");
/// # Ok::<(), selvedge::Error>(())
/// ```
pub trait ResourceLimiter: Send {
    /// A memory is to be created (`current` is 0) or grown from `current` to
    /// `desired` bytes. `maximum` is the most that its type allows.
    ///
    /// `Ok(false)` refuses: `memory.grow` returns −1, an instantiation fails.
    ///
    /// # Errors
    ///
    /// An error refuses as well, and ends the guest with that error.
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool>;

    /// A growth that [`ResourceLimiter::memory_growing`] allowed has failed, because
    /// of the memory's maximum or for want of memory.
    ///
    /// # Errors
    ///
    /// An error ends the guest with that error.
    fn memory_grow_failed(&mut self, error: Error) -> Result<()> {
        let _ = error;
        Ok(())
    }

    /// A table is to be created (`current` is 0) or grown from `current` to
    /// `desired` elements. `maximum` is the most that its type allows.
    ///
    /// `Ok(false)` refuses: `table.grow` returns −1, an instantiation fails.
    ///
    /// # Errors
    ///
    /// An error refuses as well, and ends the guest with that error.
    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool>;

    /// A growth that [`ResourceLimiter::table_growing`] allowed has failed, because
    /// of the table's maximum or for want of memory.
    ///
    /// # Errors
    ///
    /// An error ends the guest with that error.
    fn table_grow_failed(&mut self, error: Error) -> Result<()> {
        let _ = error;
        Ok(())
    }

    /// The most instances the store may have.
    fn instances(&self) -> usize {
        DEFAULT_INSTANCE_LIMIT
    }

    /// The most tables the store may have.
    fn tables(&self) -> usize {
        DEFAULT_TABLE_LIMIT
    }

    /// The most memories the store may have.
    fn memories(&self) -> usize {
        DEFAULT_MEMORY_LIMIT
    }
}

/// A [`ResourceLimiter`] of fixed limits, made by [`StoreLimitsBuilder`].
///
/// ```
/// use selvedge::{Engine, Store, StoreLimits, StoreLimitsBuilder};
///
/// let limits = StoreLimitsBuilder::new().memory_size(1 << 20).instances(2).build();
/// let mut store = Store::new(&Engine::default(), limits);
/// store.limiter(|limits: &mut StoreLimits| limits);
/// ```
#[derive(Clone, Debug)]
pub struct StoreLimits {
    memory_size: Option<usize>,
    table_elements: Option<usize>,
    instances: usize,
    tables: usize,
    memories: usize,
    trap_on_grow_failure: bool,
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self {
            memory_size: None,
            table_elements: None,
            instances: DEFAULT_INSTANCE_LIMIT,
            tables: DEFAULT_TABLE_LIMIT,
            memories: DEFAULT_MEMORY_LIMIT,
            trap_on_grow_failure: false,
        }
    }
}

/// Builds [`StoreLimits`].
///
/// ```
/// use selvedge::{Engine, Instance, Module, Store, StoreLimitsBuilder, Trap};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (memory 1)
///     (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#)?;
/// let limits = StoreLimitsBuilder::new()
///     .memory_size(1 << 20)
///     .table_elements(1000)
///     .instances(1)
///     .trap_on_grow_failure(true)
///     .build();
/// let mut store = Store::new(&engine, limits);
/// store.limiter(|limits| limits);
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let grow = instance.get_typed_func::<u32, i32>(&mut store, "grow")?;
/// let error = grow.call(&mut store, 100).unwrap_err();
/// assert_eq!(error.as_trap_code(), Some(Trap::GrowthOperationLimited));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct StoreLimitsBuilder {
    limits: StoreLimits,
}

impl StoreLimitsBuilder {
    /// A builder of the default limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// The most bytes any one memory may have.
    #[must_use]
    pub fn memory_size(mut self, limit: usize) -> Self {
        self.limits.memory_size = Some(limit);
        self
    }

    /// The most elements any one table may have.
    #[must_use]
    pub fn table_elements(mut self, limit: usize) -> Self {
        self.limits.table_elements = Some(limit);
        self
    }

    /// The most instances the store may have.
    #[must_use]
    pub fn instances(mut self, limit: usize) -> Self {
        self.limits.instances = limit;
        self
    }

    /// The most tables the store may have.
    #[must_use]
    pub fn tables(mut self, limit: usize) -> Self {
        self.limits.tables = limit;
        self
    }

    /// The most memories the store may have.
    #[must_use]
    pub fn memories(mut self, limit: usize) -> Self {
        self.limits.memories = limit;
        self
    }

    /// Whether a growth beyond the limits ends the guest with an error, instead of
    /// telling it that the growth failed.
    #[must_use]
    pub fn trap_on_grow_failure(mut self, trap: bool) -> Self {
        self.limits.trap_on_grow_failure = trap;
        self
    }

    /// The limits.
    pub fn build(self) -> StoreLimits {
        self.limits
    }
}

impl StoreLimits {
    fn decide(&self, allowed: bool, what: fmt::Arguments<'_>) -> Result<bool> {
        if !allowed && self.trap_on_grow_failure {
            return Err(Error::from(crate::Trap::GrowthOperationLimited).context(what));
        }
        Ok(allowed)
    }
}

impl ResourceLimiter for StoreLimits {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool> {
        let allowed = self.memory_size.is_none_or(|limit| desired <= limit)
            && maximum.is_none_or(|maximum| desired <= maximum);
        self.decide(
            allowed,
            format_args!("forcing trap when growing memory from {current} to {desired} bytes"),
        )
    }

    fn memory_grow_failed(&mut self, error: Error) -> Result<()> {
        if self.trap_on_grow_failure {
            return Err(error.context("forcing a memory growth failure to be a trap"));
        }
        Ok(())
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool> {
        let allowed = self.table_elements.is_none_or(|limit| desired <= limit)
            && maximum.is_none_or(|maximum| desired <= maximum);
        self.decide(
            allowed,
            format_args!("forcing trap when growing table from {current} to {desired} elements"),
        )
    }

    fn table_grow_failed(&mut self, error: Error) -> Result<()> {
        if self.trap_on_grow_failure {
            return Err(error.context("forcing a table growth failure to be a trap"));
        }
        Ok(())
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.tables
    }

    fn memories(&self) -> usize {
        self.memories
    }
}

/// Finds the limiter in the store's data.
pub(crate) type LimiterFn<T> = Box<dyn (FnMut(&mut T) -> &mut dyn ResourceLimiter) + Send + Sync>;
