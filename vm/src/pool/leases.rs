//! What a pool lends besides memories: tables' elements, instances' blocks and stacks. Each goes back when
//! it is dropped.

#![expect(unsafe_code, reason = "gives slots back once")]

use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;

use super::PoolError;
use super::shards::Shard;
use crate::memory::{ImageSlot, Keepsake, SlotError, SlotHome, SlotState};
use crate::return_stack::ReturnStack;
use crate::stack::ValueStack;

/// A lent slot.
pub(super) struct SlotLease {
    slot: ManuallyDrop<Box<ImageSlot>>,
    shard: Arc<Shard<Box<ImageSlot>>>,
    place: u32,
    /// What is left in the slot when it goes home; nothing if there is none.
    pub keepsake: Option<Keepsake>,
}

impl SlotLease {
    pub fn new(place: u32, slot: Box<ImageSlot>, shard: &Arc<Shard<Box<ImageSlot>>>) -> Self {
        Self {
            slot: ManuallyDrop::new(slot),
            shard: shard.clone(),
            place,
            keepsake: None,
        }
    }

    /// What was left in the slot by its last user, if that makes it ready for this one: `is_it` says whether.
    /// Otherwise the slot is clean afterwards.
    pub(crate) fn take_kept(&mut self, is_it: impl FnOnce(Keepsake) -> bool) -> Option<Keepsake> {
        let keepsake = self.slot.keepsake()?;
        if is_it(keepsake) {
            self.slot.take_kept();
            return Some(keepsake);
        }
        let policy = self.shard.policy().reset;
        // SAFETY: whoever had the slot has given it up.
        unsafe { self.slot.reset(&policy) };
        None
    }

    pub fn slot_mut(&mut self) -> &mut ImageSlot {
        &mut self.slot
    }
}

impl Drop for SlotLease {
    fn drop(&mut self) {
        // SAFETY: the slot is not used after this.
        let mut slot = unsafe { ManuallyDrop::take(&mut self.slot) };
        if let Some(keepsake) = self.keepsake {
            slot.keep(keepsake);
        }
        self.shard.take_back(self.place, slot);
    }
}

/// The elements of a table, all zero at first; zeroed and given back on drop.
pub struct TableLease {
    pub(super) lease: SlotLease,
    /// The most elements.
    pub(super) capacity: usize,
    /// How many bytes may be left in it.
    pub(super) keep_resident: usize,
    /// What its elements are by, if they may be left in it.
    pub(super) keepsake: Option<Keepsake>,
    /// Whether they were, and it has them now.
    pub(super) is_kept: bool,
}

impl TableLease {
    /// Whether the elements are those that were left in it under its keepsake.
    pub(crate) fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// Leaves the elements as they are, instead of zeros, when it is given back, if there is a keepsake and
    /// they are not too many.
    pub(crate) fn keep(&mut self) {
        if self.len() * size_of::<u64>() <= self.keep_resident {
            self.lease.keepsake = self.keepsake;
        }
    }

    /// The first element; provenance of all that there can be, exposed. It never moves.
    pub fn base(&self) -> NonNull<u64> {
        self.lease.slot.base().cast()
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.lease.slot.len() / size_of::<u64>()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The most elements there can be.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Makes it `len` elements long; the new ones are zero.
    ///
    /// # Errors
    ///
    /// If that is beyond the capacity.
    ///
    /// # Panics
    ///
    /// If it would shrink.
    pub fn grow(&mut self, len: usize) -> Result<(), PoolError> {
        if len > self.capacity {
            return Err(PoolError::TooLarge {
                what: "table, in elements,",
                size: len as u64,
                limit: self.capacity,
                option: "table_elements",
            });
        }
        let slot = self.lease.slot_mut();
        if slot.state() != SlotState::InUse {
            return Err(PoolError::Slot(SlotError {
                action: "use after a failure",
                bytes: len * size_of::<u64>(),
                source: std::io::ErrorKind::Other.into(),
            }));
        }
        Ok(slot.grow(len * size_of::<u64>())?)
    }

    /// Makes it `len` elements long, all zero.
    ///
    /// # Errors
    ///
    /// If that is beyond the capacity, or a system call fails: it is empty then, and cannot grow until
    /// another reset succeeds.
    pub(crate) fn reset(&mut self, len: usize) -> Result<(), PoolError> {
        let policy = self.lease.shard.policy().reset;
        let slot = self.lease.slot_mut();
        // SAFETY: `&mut self` means that nobody uses the elements.
        unsafe { slot.reset(&policy) };
        slot.instantiate(0, None)?;
        self.grow(len)
    }
}

impl fmt::Debug for TableLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableLease")
            .field("base", &self.base())
            .field("len", &self.len())
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

/// The block of an instance, zero at first; given back on drop, or with the region's slot that it is in.
pub struct BlockLease {
    place: BlockPlace,
    /// A number that no other content of any block has; the same if the content was kept.
    serial: Option<u64>,
}

enum BlockPlace {
    Pool(SlotLease),
    Region { base: NonNull<u8>, size: usize },
}

// SAFETY: the bytes are raw memory, used by whoever has the instance.
unsafe impl Send for BlockLease {}
// SAFETY: as above; `&BlockLease` gives out nothing but addresses.
unsafe impl Sync for BlockLease {}

impl BlockLease {
    /// A block of a pool; no other content of any block has this number.
    pub(super) fn of_pool(lease: SlotLease, serial: u64) -> Self {
        Self {
            place: BlockPlace::Pool(lease),
            serial: Some(serial),
        }
    }

    /// A block in a slot of a region.
    ///
    /// # Safety
    ///
    /// The bytes from `base` on are zero, aligned to the host's page, and nobody else's until this is dropped;
    /// provenance of the block is exposed.
    pub(crate) unsafe fn in_region(base: NonNull<u8>, size: usize) -> Self {
        Self {
            place: BlockPlace::Region { base, size },
            serial: None,
        }
    }

    /// What the content of a pool's block is known by: it is that of the block that had this number before, if one had.
    pub(crate) fn serial(&self) -> Option<u64> {
        self.serial
    }

    /// The first byte, aligned to the host's page; provenance of the block, exposed.
    pub fn as_ptr(&self) -> NonNull<u8> {
        match &self.place {
            BlockPlace::Pool(lease) => lease.slot.base(),
            BlockPlace::Region { base, .. } => *base,
        }
    }

    /// How many bytes it has: at least those of the layout that it was taken for.
    pub fn size(&self) -> usize {
        match &self.place {
            BlockPlace::Pool(lease) => lease.slot.len(),
            BlockPlace::Region { size, .. } => *size,
        }
    }
}

impl fmt::Debug for BlockLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockLease")
            .field("base", &self.as_ptr())
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}

/// The stacks of an execution.
#[derive(Debug)]
pub struct PooledStacks {
    /// The value stack.
    pub value_stack: ValueStack,
    /// The return stack, if the pool has them.
    pub return_stack: Option<ReturnStack>,
}

/// The stacks of an execution, given back on drop.
pub struct StackLease {
    stacks: ManuallyDrop<PooledStacks>,
    shard: Arc<Shard<Option<PooledStacks>>>,
    place: u32,
    zero: bool,
}

impl StackLease {
    pub(super) fn new(
        place: u32,
        stacks: PooledStacks,
        shard: &Arc<Shard<Option<PooledStacks>>>,
        zero: bool,
    ) -> Self {
        Self {
            stacks: ManuallyDrop::new(stacks),
            shard: shard.clone(),
            place,
            zero,
        }
    }
}

impl Deref for StackLease {
    type Target = PooledStacks;

    fn deref(&self) -> &PooledStacks {
        &self.stacks
    }
}

impl Drop for StackLease {
    fn drop(&mut self) {
        // SAFETY: the stacks are not used after this, nor by an execution any more.
        let stacks = unsafe {
            let mut stacks = ManuallyDrop::take(&mut self.stacks);
            let failed = self.zero && stacks.value_stack.reset().is_err();
            (!failed).then_some(stacks)
        };
        self.shard.shelf().put(self.place, stacks, false);
    }
}

impl fmt::Debug for StackLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stacks.fmt(f)
    }
}
