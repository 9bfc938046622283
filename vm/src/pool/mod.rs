//! `Pool`: linear memories, tables, instances and stacks that are made once and used again and again.
//!
//! ```text
//!   memories   │ header │ content, then reserved │ guard │ header │ …   one reservation, mostly inaccessible
//!                       base                              ├─ stride ─▶
//!   tables     │ elements │ elements │ …                               one accessible mapping
//!   instances  │ block    │ block    │ …                               one accessible mapping
//!   stacks     made when they are first taken, each in a mapping of its own
//! ```
//!
//! A thing is taken with `take_*` and goes back when it is dropped, reset to what a new one is; it may
//! be dropped on any thread, and outlive the pool. Readers may rely on:
//! - nothing of an earlier user is left in what is taken, except on value stacks without
//!   [`PoolConfig::zero_stacks`], and that instances of a module find the function references and the
//!   unchanged tables of another one (a *kept* block and what was made for it), which are the same for both;
//! - the way in and out makes no system call and allocates nothing, once a module's memory has its slot and
//!   while at most 64 KiB of it and [`PoolConfig::table_keep_resident`] of its tables are used;
//! - a slot on which a system call has failed is replaced before it is used again.

#![expect(unsafe_code, reason = "divides mappings into slots")]

mod config;
mod error;
mod leases;
mod shards;
mod shelf;
mod space;
mod take;

pub use config::PoolConfig;
pub use error::PoolError;
pub use leases::{BlockLease, PooledStacks, StackLease, TableLease};
pub use space::AddressSpaceError;
pub(crate) use space::{SpaceRequest, sum_pages};

use std::sync::atomic::{AtomicU64, Ordering};

use crate::memory::{ImageSlot, MemoryPlan, ResetPolicy, SlotKind, SlotRoom};
use crate::sys::{self, HAS_GUARD_PAGES};
use shards::{Shards, ShelfPolicy};

/// What a module is known by to pools: memories that it has used are kept for it.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct ModuleKey(u64);

impl ModuleKey {
    /// A key that no other module of the process has.
    #[expect(clippy::new_without_default, reason = "no two keys are equal")]
    pub fn new() -> Self {
        static KEYS: AtomicU64 = AtomicU64::new(1);
        Self(KEYS.fetch_add(1, Ordering::Relaxed))
    }
}

/// How many slots of a kind there are, and how they are used, at some moment.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct SlotMetrics {
    /// How many there are.
    pub total: usize,
    /// How many can be taken at once.
    pub free: usize,
    /// How many are not free: taken, or waiting for their pages to be dropped.
    pub used: usize,
    /// How many of the free ones have a module's image in place.
    pub warm: usize,
}

/// The use of a pool at some moment; other threads may have changed it by the next.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct PoolMetrics {
    /// Linear memories.
    pub memories: SlotMetrics,
    /// Tables.
    pub tables: SlotMetrics,
    /// Instances.
    pub core_instances: SlotMetrics,
    /// Stacks.
    pub stacks: SlotMetrics,
}

/// Memories, tables, instances and stacks to use again and again.
///
/// ```
/// use selvedge_vm::memory::MemoryPlan;
/// use selvedge_vm::pool::{ModuleKey, Pool, PoolConfig};
/// use selvedge_vm::types::MemoryType;
///
/// let config = PoolConfig {
///     total_memories: 10,
///     max_memory_size: 1 << 20,
///     ..PoolConfig::default()
/// };
/// let pool = Pool::new(&config, &MemoryPlan::bounded())?;
/// let ty = MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: 16 };
/// let module = ModuleKey::new();
/// let mut memory = pool.take_memory(&ty, module, 0, None)?;
/// memory.write(7, b"secret").expect("within the first page");
/// drop(memory);
/// let memory = pool.take_memory(&ty, module, 0, None)?;
/// assert!(memory.data().iter().all(|&byte| byte == 0));
/// # Ok::<(), selvedge_vm::pool::PoolError>(())
/// ```
#[derive(Debug)]
pub struct Pool {
    config: PoolConfig,
    memories: Shards<Box<ImageSlot>>,
    room: SlotRoom,
    tables: Shards<Box<ImageSlot>>,
    blocks: Shards<Box<ImageSlot>>,
    stacks: Shards<Option<PooledStacks>>,
}

impl Pool {
    /// A pool whose memories have the reservation and guard of `plan`.
    ///
    /// # Errors
    ///
    /// If there is not enough address space; the error says how much was wanted and could be had.
    pub fn new(config: &PoolConfig, plan: &MemoryPlan) -> Result<Self, PoolError> {
        let (memories, room) = memories(config, plan)?;
        let elements = config.table_elements.checked_mul(size_of::<u64>());
        let tables = SpaceRequest {
            what: "tables",
            slots: config.total_tables,
            stride: elements.and_then(|bytes| sys::round_up_to_pages(bytes).ok()),
            extra: 0,
            open: true,
            count_option: "total_tables",
            size_option: "table_elements",
        };
        let blocks = SpaceRequest {
            what: "core instances",
            slots: config.total_core_instances,
            stride: sys::round_up_to_pages(config.max_core_instance_size).ok(),
            extra: 0,
            open: true,
            count_option: "total_core_instances",
            size_option: "max_core_instance_size",
        };
        let table_policy = config.policy(config.table_keep_resident);
        Ok(Self {
            memories,
            room,
            tables: open_slots(&tables, table_policy, config.max_unused_warm_slots)?,
            blocks: open_slots(
                &blocks,
                ResetPolicy::default(),
                config.max_unused_warm_slots,
            )?,
            stacks: Shards::new(
                "stacks",
                config.total_stacks,
                unkeyed(ResetPolicy::default()),
                |_| None,
            ),
            config: config.clone(),
        })
    }

    /// What the pool was made with.
    pub fn config(&self) -> &PoolConfig {
        &self.config
    }

    /// Forgets a module: memories that were kept for it lose its images, so that they can be dropped.
    pub fn purge_module(&self, module: ModuleKey) {
        self.flush();
        for shard in self.memories.shards() {
            shard.shelf().purge(module.0, |slot| slot.forget_image());
        }
        for shard in self.tables.shards().iter().chain(self.blocks.shards()) {
            let policy = shard.policy().reset;
            // SAFETY: what is on a shelf is nobody's.
            let reset = |slot: &mut Box<ImageSlot>| unsafe { slot.reset(&policy) };
            shard.shelf().purge(module.0, reset);
        }
    }

    /// Gives back the pages that wait for a full batch, and frees the slots. For a thread that has time; nothing
    /// depends on it.
    pub fn flush(&self) {
        for shard in self.memories.shards().iter().chain(self.tables.shards()) {
            shard.flush();
        }
    }

    /// How the pool is used now.
    pub fn metrics(&self) -> PoolMetrics {
        PoolMetrics {
            memories: self.memories.metrics(),
            tables: self.tables.metrics(),
            core_instances: self.blocks.metrics(),
            stacks: self.stacks.metrics(),
        }
    }
}

/// The policy of slots that nobody comes back to.
fn unkeyed(reset: ResetPolicy) -> ShelfPolicy {
    ShelfPolicy {
        reset,
        max_warm: 0,
        decommit_batch: 1,
    }
}

/// Accessible slots side by side.
fn open_slots(
    request: &SpaceRequest,
    reset: ResetPolicy,
    max_warm: usize,
) -> Result<Shards<Box<ImageSlot>>, PoolError> {
    let mapping = request.reserve()?;
    let stride = request.stride.expect("it was reserved");
    let make = |i| {
        // SAFETY: each slot has its own part of a new and accessible mapping.
        Box::new(unsafe { ImageSlot::new(&mapping, i * stride, stride, SlotKind::Open) })
    };
    Ok(Shards::new(
        request.what,
        request.slots,
        ShelfPolicy {
            max_warm,
            ..unkeyed(reset)
        },
        make,
    ))
}

/// The slots of memories, and the room that each has.
fn memories(
    config: &PoolConfig,
    plan: &MemoryPlan,
) -> Result<(Shards<Box<ImageSlot>>, SlotRoom), PoolError> {
    let page = sys::page_size();
    let limit = sys::round_up_to_pages(config.max_memory_size).unwrap_or(usize::MAX);
    let (reservation, guard) = match HAS_GUARD_PAGES {
        true => (plan.reservation.max(limit as u64), plan.guard),
        false => (limit as u64, 0),
    };
    let request = SpaceRequest {
        what: "memories",
        slots: config.total_memories,
        stride: sum_pages(&[page as u64, reservation, guard]),
        extra: 0,
        open: false,
        count_option: "total_memories",
        size_option: "max_memory_size",
    };
    let mapping = request.reserve()?;
    let stride = request.stride.expect("it was reserved");
    // Without guards all accesses are checked.
    let is_guarded = HAS_GUARD_PAGES && plan.reserves();
    let (kind, reservation, guard) = match is_guarded {
        true => (SlotKind::Guarded, reservation, guard),
        false => (SlotKind::Bounded, 0, 0),
    };
    let room = SlotRoom {
        limit,
        reservation,
        guard,
    };
    let policy = ShelfPolicy {
        reset: config.policy(config.linear_memory_keep_resident),
        max_warm: config.max_unused_warm_slots,
        decommit_batch: config.decommit_batch_size,
    };
    let make = |i| {
        // SAFETY: each slot has its own part of a new mapping, with a page before its base.
        Box::new(unsafe {
            ImageSlot::new(&mapping, i * stride + page, limit, kind).with_hidden_header()
        })
    };
    let shards = Shards::new("memories", config.total_memories, policy, make);
    Ok((shards, room))
}

#[cfg(test)]
mod tests;
