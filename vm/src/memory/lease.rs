//! `MemoryLease`: the slot of a pooled memory, on its way from its home and back.

#![expect(unsafe_code, reason = "resets slots whose memory is gone")]

use std::fmt;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use super::linear::MemoryShape;
use super::static_memory::StaticMemory;
use super::{
    ImageSlot, Memory, MemoryError, MemoryImage, MemorySlot, ResetPolicy, RuntimeLinearMemory,
    SlotError, SlotState,
};
use crate::sys;
use crate::types::MemoryType;

/// Where slots are lent out.
pub(crate) trait SlotHome: Send + Sync {
    /// Takes back the slot of `place`, in use until now: to be reset before it is lent again.
    fn take_back(&self, place: u32, slot: Box<ImageSlot>);
}

/// What a slot's surroundings promise to a memory in it.
#[derive(Copy, Clone, Debug)]
pub(crate) struct SlotRoom {
    /// The most bytes that the memory may have, in whole host pages and at most the slot's capacity.
    pub limit: usize,
    /// See [`MemorySlot`].
    pub reservation: u64,
    /// See [`MemorySlot`].
    pub guard: u64,
}

/// A slot that is lent to a memory. It is reset and given back when this is dropped.
pub struct MemoryLease {
    slot: ManuallyDrop<Box<ImageSlot>>,
    home: Arc<dyn SlotHome>,
    place: u32,
    room: SlotRoom,
    policy: ResetPolicy,
}

impl MemoryLease {
    /// A lease of the slot of `place`.
    ///
    /// # Safety
    ///
    /// The slot has a header for a memory before its base, writable and its own, and `room` tells the truth.
    pub(crate) unsafe fn new(
        slot: Box<ImageSlot>,
        home: Arc<dyn SlotHome>,
        place: u32,
        room: SlotRoom,
        policy: ResetPolicy,
    ) -> Self {
        Self {
            slot: ManuallyDrop::new(slot),
            home,
            place,
            room,
            policy,
        }
    }

    /// The slot.
    pub fn slot(&self) -> &ImageSlot {
        &self.slot
    }

    /// The most bytes that a memory in it may have.
    pub fn limit(&self) -> usize {
        self.room.limit
    }

    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), SlotError> {
        if self.slot.state() != SlotState::InUse {
            return Err(SlotError {
                action: "use after a failure",
                bytes,
                source: std::io::ErrorKind::Other.into(),
            });
        }
        self.slot.grow(bytes)
    }
}

impl Drop for MemoryLease {
    fn drop(&mut self) {
        // SAFETY: the slot is not used after this.
        let slot = unsafe { ManuallyDrop::take(&mut self.slot) };
        self.home.take_back(self.place, slot);
    }
}

impl fmt::Debug for MemoryLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLease")
            .field("place", &self.place)
            .field("slot", &self.slot)
            .field("room", &self.room)
            .finish_non_exhaustive()
    }
}

impl Memory {
    /// A memory in a lent slot, of the type's initial size, with `image` and zeros around it. The slot
    /// goes home when the memory is dropped, or when this fails.
    ///
    /// # Errors
    ///
    /// If the slot is too small, or a system call fails.
    ///
    /// # Panics
    ///
    /// If the image is not within the initial size.
    pub(crate) fn new_leased(
        ty: &MemoryType,
        mut lease: MemoryLease,
        image: Option<&Arc<MemoryImage>>,
    ) -> Result<Self, MemoryError> {
        let slot = MemorySlot {
            base: lease.slot.base(),
            capacity: lease.room.limit,
            reservation: lease.room.reservation,
            guard: lease.room.guard,
            make_accessible: sys::make_accessible,
        };
        let shape = StaticMemory::shape_in(ty, &slot)?;
        instantiate(&mut lease, &shape, image)?;
        // SAFETY: the slot, which is leased to this memory alone, has a header and the initial size is accessible.
        Ok(Self::Static(unsafe {
            StaticMemory::with_lease(slot, shape, lease)
        }))
    }
}

impl StaticMemory {
    /// The part of [`RuntimeLinearMemory::reset`] for memories with a lease; `None` for others.
    pub(super) fn reset_leased(
        &mut self,
        image: Option<&Arc<MemoryImage>>,
    ) -> Option<Result<(), MemoryError>> {
        let (shape, definition) = (*self.shape(), self.vmmemory());
        let lease = self.lease_mut()?;
        // SAFETY: `&mut self` excludes the host, and the method's contract a guest. The slot has a header;
        // the length is 0 until the initial size is accessible.
        unsafe {
            definition.set_len(0);
            lease.slot.reset(&lease.policy);
            let restored = instantiate(lease, &shape, image);
            Some(restored.map(|()| definition.set_len(shape.minimum)))
        }
    }
}

fn instantiate(
    lease: &mut MemoryLease,
    shape: &MemoryShape,
    image: Option<&Arc<MemoryImage>>,
) -> Result<(), MemoryError> {
    lease
        .slot
        .instantiate(shape.minimum, image)
        .map_err(|error| MemoryError::Commit {
            bytes: error.bytes as u64,
            source: error.source,
        })
}
