//! Regions: slots with all the parts of an instance side by side, taken and given back whole.
//!
//! [`MmapRegion`] has the seed's layout, with guarded heaps; [`CompactRegion`] packs many small instances.
//! Readers may rely on:
//! - a module that does not fit the [`Limits`] takes no slot;
//! - a slot that is taken is zero wherever it is looked at, whoever had it before (but see
//!   [`SlotRequest::stale_stacks`]);
//! - a region and its slots may be dropped in any order: the address space goes with the last of them.

mod compact;
mod error;
mod layout;
mod limits;
mod mmap;
mod slot;
mod slots;
mod spec;
mod strategy;

pub use compact::CompactRegion;
pub use error::RegionError;
pub use layout::{AddrLocation, MAX_CONTEXT_BYTES, SlotLayout};
pub use limits::{DEFAULT_SIGNAL_STACK_SIZE, Limits};
pub use mmap::MmapRegion;
pub use slot::{Slot, StackArea, ValueStackArea};
pub use spec::{HeapSpec, RuntimeSpec};
pub use strategy::{AllocStrategy, RandomSource};

use std::fmt;
use std::sync::Arc;

/// What slot to take.
#[derive(Clone, Default, Debug)]
pub struct SlotRequest {
    /// What the module needs; it is checked against the limits before a slot is taken.
    pub spec: RuntimeSpec,
    /// The most bytes of the heap for this instance; the region's limit if not given.
    pub heap_size_limit: Option<usize>,
    /// Which of the free slots.
    pub strategy: AllocStrategy,
    /// Whether stacks may have what an earlier instance left there, and are left as they are. Guests never read what they have
    /// not written to; zeroing each stack that was used takes more than a microsecond.
    pub stale_stacks: bool,
}

/// Slots for instances.
///
/// The counts are those of some moment: other threads may have taken or given back slots since.
pub trait Region: Send + Sync + fmt::Debug {
    /// Takes a slot.
    ///
    /// # Errors
    ///
    /// In this order: if the module does not fit the limits, if all slots are in use, if a system call fails.
    fn take_slot(&self, request: &SlotRequest) -> Result<Slot, RegionError>;

    /// How many slots can be taken.
    fn free_slots(&self) -> usize;

    /// How many slots there are.
    fn capacity(&self) -> usize;

    /// How many slots are in use.
    fn used_slots(&self) -> usize {
        self.capacity() - self.free_slots()
    }

    /// The limits of each slot.
    fn limits(&self) -> &Limits;

    /// Where the parts of each slot are.
    fn layout(&self) -> &SlotLayout;
}

/// A kind of region.
pub trait RegionCreate: Region + Sized {
    /// The name of the kind.
    const TYPE_NAME: &'static str;

    /// A region of `instance_capacity` slots.
    ///
    /// # Errors
    ///
    /// If the limits are invalid, or there is not enough address space.
    fn create(instance_capacity: usize, limits: &Limits) -> Result<Arc<Self>, RegionError>;
}

/// `capacity`, if slots can be numbered.
fn checked_capacity(capacity: usize) -> Result<usize, RegionError> {
    match u32::try_from(capacity) {
        Ok(_) => Ok(capacity),
        Err(_) => Err(RegionError::InvalidArgument(
            "instance_capacity must be below 2^32",
        )),
    }
}

#[cfg(test)]
#[expect(unsafe_code, reason = "the tests write to parts of slots")]
mod tests;
