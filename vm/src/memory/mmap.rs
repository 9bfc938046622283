//! A linear memory in its own reservation of address space.
//!
//! ```text
//!   mapping          mapping + page                                     (host pages)
//!   │ header         │ accessible        │ inaccessible    │ guard      │
//!   │ … length word  │ base .. length    │ .. capacity     │            │
//! ```
//!
//! The part after the header is an [`ImageSlot`], so images are mapped into it and it is reset as
//! slots of pools are. The base moves only when the memory outgrows its capacity. The space of a small
//! memory is kept for another when the memory is dropped: see `spare`.

#![expect(unsafe_code, reason = "owns the mapping that running code addresses")]

use std::io;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;

use super::linear::MemoryShape;
use super::{
    ImageSlot, MemoryError, MemoryImage, MemoryPlan, ResetPolicy, RuntimeLinearMemory, SlotError,
    SlotKind, SlotState, VMMemoryDefinition, spare,
};
use crate::sys::{self, Mapping};
use crate::types::MemoryType;

/// A linear memory in reserved address space, followed by a guard region.
#[derive(Debug)]
pub struct MmapMemory {
    space: ManuallyDrop<Space>,
    shape: MemoryShape,
    plan: MemoryPlan,
}

impl MmapMemory {
    /// A zeroed memory of the type's initial size, with the reservation and guard of `plan`.
    ///
    /// A memory whose accesses are checked in any case (64-bit index, or a page size
    /// smaller than the host's) has no guard, and reserves no more than its maximum.
    pub fn new(ty: &MemoryType, plan: &MemoryPlan) -> Result<Self, MemoryError> {
        Self::with_image(ty, plan, None)
    }

    /// The same with `image` in it, and zeros around that.
    ///
    /// # Panics
    ///
    /// If the image is not within the initial size.
    pub(crate) fn with_image(
        ty: &MemoryType,
        plan: &MemoryPlan,
        image: Option<&Arc<MemoryImage>>,
    ) -> Result<Self, MemoryError> {
        let shape = MemoryShape::new(ty)?;
        let wanted = if shape.minimum as u64 <= plan.reservation {
            plan.reservation
        } else {
            (shape.minimum as u64).saturating_add(plan.reservation_for_growth)
        };
        let space = Space::with_len(&shape, plan, wanted, shape.minimum, image)?;
        Ok(Self {
            space: ManuallyDrop::new(space),
            shape,
            plan: *plan,
        })
    }

    /// Moves to a new reservation with room for `new_bytes` and, if possible, for more.
    fn move_and_grow_to(&mut self, new_bytes: usize) -> Result<(), MemoryError> {
        if !self.plan.may_move {
            return Err(MemoryError::Immovable {
                bytes: new_bytes as u64,
                capacity: self.space.capacity(),
            });
        }
        let exact = new_bytes as u64;
        let roomy = exact.saturating_add(self.plan.reservation_for_growth);
        let space = Space::with_len(&self.shape, &self.plan, roomy, new_bytes, None)
            .or_else(|_| Space::with_len(&self.shape, &self.plan, exact, new_bytes, None))?;
        let old_bytes = self.byte_size();
        // SAFETY: both bases are of live, distinct mappings with at least `old_bytes`
        // accessible; `&mut self` means that nobody else uses the old one.
        unsafe {
            ptr::copy_nonoverlapping(
                self.space.definition().base,
                space.definition().base,
                old_bytes,
            );
        }
        *self.space = space;
        Ok(())
    }
}

impl Drop for MmapMemory {
    fn drop(&mut self) {
        // SAFETY: the space is not used after this.
        spare::offer(unsafe { ManuallyDrop::take(&mut self.space) });
    }
}

// SAFETY: `Space` keeps the promises about base, header and accessible bytes;
// what becomes accessible in its slot is image or zero; and `reservation` and `guard`
// are told only where what is not accessible faults, for lengths of whole pages.
unsafe impl RuntimeLinearMemory for MmapMemory {
    fn page_size_log2(&self) -> u8 {
        self.shape.page_size_log2
    }

    fn byte_size(&self) -> usize {
        self.space.len()
    }

    fn maximum_byte_size(&self) -> Option<usize> {
        self.shape.maximum
    }

    fn byte_capacity(&self) -> usize {
        self.space.capacity()
    }

    fn grow_to(&mut self, new_bytes: usize) -> Result<(), MemoryError> {
        let old_bytes = self.byte_size();
        assert!(old_bytes <= new_bytes, "a memory never shrinks");
        if new_bytes <= self.space.capacity() {
            self.space.grow(new_bytes)
        } else {
            self.move_and_grow_to(new_bytes)
        }
    }

    fn reset(&mut self, image: Option<&Arc<MemoryImage>>) -> Result<(), MemoryError> {
        let minimum = self.shape.minimum;
        // SAFETY: `&mut self` excludes the host, and the method's contract a guest.
        unsafe { self.space.clear(&ResetPolicy::default()) };
        self.space.fill(minimum, image)
    }

    fn vmmemory(&self) -> VMMemoryDefinition {
        self.space.definition()
    }

    fn reservation(&self) -> u64 {
        if self.shape.guardable && sys::HAS_GUARD_PAGES {
            self.space.capacity() as u64
        } else {
            0
        }
    }

    fn guard(&self) -> u64 {
        if sys::HAS_GUARD_PAGES {
            self.space.guard as u64
        } else {
            0
        }
    }
}

/// A mapping laid out for a memory: header page, capacity, guard.
#[derive(Debug)]
pub(super) struct Space {
    slot: ImageSlot,
    /// In whole host pages.
    guard: usize,
}

impl Space {
    /// Room for `capacity` bytes and the guard of `plan`, with `len` bytes: image and zeros.
    fn with_len(
        shape: &MemoryShape,
        plan: &MemoryPlan,
        capacity: u64,
        len: usize,
        image: Option<&Arc<MemoryImage>>,
    ) -> Result<Self, MemoryError> {
        let guard = if shape.guardable { plan.guard } else { 0 };
        let reserve_error = |source| MemoryError::Reserve {
            bytes: capacity
                .saturating_add(guard)
                .saturating_add(sys::page_size() as u64),
            source,
        };
        let in_pages = |bytes: u64, limit: fn(&MemoryShape, usize) -> usize| {
            let bytes = usize::try_from(bytes).map_err(|_| io::ErrorKind::OutOfMemory)?;
            sys::round_up_to_pages(limit(shape, bytes))
        };
        let capacity = in_pages(capacity, |shape, bytes| {
            if shape.guardable {
                bytes
            } else {
                shape.clamp(bytes)
            }
        });
        let capacity = capacity.map_err(reserve_error)?;
        let guard = in_pages(guard, |_, bytes| bytes).map_err(reserve_error)?;
        let commit_error = |source| MemoryError::Commit {
            bytes: len as u64,
            source,
        };
        let accessible = sys::round_up_to_pages(len).map_err(commit_error)?;
        let mut space = match spare::take(capacity, guard, accessible) {
            Some(space) => space,
            None => Self::reserve(capacity, guard)
                .or_else(|error| match spare::release() {
                    true => Self::reserve(capacity, guard),
                    false => Err(error),
                })
                .map_err(reserve_error)?,
        };
        space.fill(len, image)?;
        Ok(space)
    }

    /// Reserves the bytes, in whole pages; none is accessible yet, nor the header.
    fn reserve(capacity: usize, guard: usize) -> io::Result<Self> {
        let header = sys::page_size();
        let total = header
            .checked_add(capacity)
            .and_then(|bytes| bytes.checked_add(guard))
            .ok_or(io::ErrorKind::OutOfMemory)?;
        let mapping = Arc::new(Mapping::reserve(total)?);
        // SAFETY: the mapping is new, and the slot has all of it between the header page, which is the slot's
        // too, and the guard.
        let slot = unsafe {
            ImageSlot::new(&mapping, header, capacity, SlotKind::Guarded).with_hidden_header()
        };
        Ok(Self { slot, guard })
    }

    /// Puts `len` bytes, image and zeros, into an empty space.
    fn fill(&mut self, len: usize, image: Option<&Arc<MemoryImage>>) -> Result<(), MemoryError> {
        let filled = self.slot.instantiate(len, image);
        filled.map_err(|error| commit_error(len, error))?;
        // SAFETY: the header page and `len` bytes of this live mapping are accessible.
        unsafe { self.definition().set_len(len) };
        Ok(())
    }

    /// Makes the space empty: what it had is gone, and the length 0.
    ///
    /// # Safety
    ///
    /// Nobody uses the bytes meanwhile.
    pub(super) unsafe fn clear(&mut self, policy: &ResetPolicy) {
        // SAFETY: there is a header, as the space has been filled before; the rest by contract.
        unsafe {
            self.definition().set_len(0);
            self.slot.reset(policy);
        }
    }

    /// Whether an empty space is zero and has no image.
    pub(super) fn is_zero(&self) -> bool {
        self.slot.state() == SlotState::Clean && self.slot.image().is_none()
    }

    /// How many bytes are accessible.
    pub(super) fn accessible(&self) -> usize {
        self.slot.accessible()
    }

    /// Whether an image has been put into it.
    pub(super) fn has_image(&self) -> bool {
        self.slot.image().is_some()
    }

    pub(super) fn capacity(&self) -> usize {
        self.slot.capacity()
    }

    pub(super) fn guard(&self) -> usize {
        self.guard
    }

    /// Makes `new` bytes accessible and sets the length.
    fn grow(&mut self, new: usize) -> Result<(), MemoryError> {
        let more = new - self.len();
        if self.slot.state() != SlotState::InUse {
            let source = io::ErrorKind::Other.into();
            return Err(MemoryError::Commit {
                bytes: more as u64,
                source,
            });
        }
        let grown = self.slot.grow(new);
        grown.map_err(|error| commit_error(more, error))?;
        // SAFETY: the header page and `new` bytes of this live mapping are accessible.
        unsafe { self.definition().set_len(new) };
        Ok(())
    }

    fn definition(&self) -> VMMemoryDefinition {
        VMMemoryDefinition {
            base: self.slot.base().as_ptr(),
        }
    }

    pub(super) fn len(&self) -> usize {
        // SAFETY: the mapping lives and has a header; lengths written to it came from `usize`.
        unsafe { self.definition().len() as usize }
    }
}

fn commit_error(bytes: usize, error: SlotError) -> MemoryError {
    MemoryError::Commit {
        bytes: bytes as u64,
        source: error.source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory_type(minimum: u64, maximum: Option<u64>) -> MemoryType {
        MemoryType {
            minimum,
            maximum,
            memory64: false,
            shared: false,
            page_size_log2: 16,
        }
    }

    /// A plan small enough to be backed by the portable platform too.
    const SMALL: MemoryPlan = MemoryPlan {
        reservation: 2 << 16,
        guard: 1 << 16,
        reservation_for_growth: 1 << 16,
        may_move: true,
    };

    #[test]
    fn growth_within_the_reservation_stays_in_place() {
        let mut memory = MmapMemory::new(&memory_type(1, None), &SMALL).expect("a memory");
        let base = memory.vmmemory().base;
        assert_eq!(base.addr() % sys::page_size(), 0);
        memory.grow_to(2 << 16).expect("in place");
        assert_eq!(memory.vmmemory().base, base);
        assert_eq!(
            (memory.byte_size(), memory.byte_capacity()),
            (2 << 16, 2 << 16)
        );
    }

    #[test]
    fn growth_beyond_the_reservation_moves() {
        let mut memory = MmapMemory::new(&memory_type(1, None), &SMALL).expect("a memory");
        // SAFETY: the first and last of the memory's 65536 bytes.
        unsafe {
            memory.vmmemory().base.write(7);
            memory.vmmemory().base.add(65535).write(8);
        }
        memory.grow_to(3 << 16).expect("moved");
        assert_eq!(
            (memory.byte_size(), memory.byte_capacity()),
            (3 << 16, 4 << 16)
        );
        // SAFETY: within the 196608 bytes of the memory.
        unsafe {
            assert_eq!(memory.vmmemory().base.read(), 7);
            assert_eq!(memory.vmmemory().base.add(65535).read(), 8);
            assert_eq!(memory.vmmemory().base.add(65536).read(), 0);
            assert_eq!(memory.vmmemory().base.add((3 << 16) - 1).read(), 0);
        }
    }

    #[test]
    fn a_memory_that_may_not_move_stays() {
        let plan = MemoryPlan {
            may_move: false,
            ..SMALL
        };
        let mut memory = MmapMemory::new(&memory_type(1, None), &plan).expect("a memory");
        let error = memory.grow_to(3 << 16).expect_err("beyond the reservation");
        assert!(matches!(
            error,
            MemoryError::Immovable {
                bytes: 196_608,
                capacity: 131_072
            }
        ));
        assert_eq!(memory.byte_size(), 1 << 16);
    }

    #[test]
    fn a_minimum_beyond_the_reservation_has_room_for_growth() {
        let memory = MmapMemory::new(&memory_type(4, None), &SMALL).expect("a memory");
        assert_eq!(memory.byte_capacity(), 5 << 16);
    }

    #[test]
    fn only_guardable_memories_have_a_guard() {
        let promised = |bytes| if sys::HAS_GUARD_PAGES { bytes } else { 0 };
        let ty = memory_type(1, Some(1));
        let memory = MmapMemory::new(&ty, &SMALL).expect("a memory");
        assert_eq!(memory.reservation(), promised(2 << 16));
        assert_eq!(memory.guard(), promised(1 << 16));
        let wide = MemoryType {
            memory64: true,
            ..ty
        };
        let memory = MmapMemory::new(&wide, &SMALL).expect("a memory");
        assert_eq!((memory.reservation(), memory.guard()), (0, 0));
        assert_eq!(memory.byte_capacity(), 1 << 16);
    }

    #[test]
    fn what_the_length_does_not_cover_is_inaccessible() {
        let mut memory = MmapMemory::new(&memory_type(1, None), &SMALL).expect("a memory");
        for pages in [1, 2, 3] {
            memory.grow_to(pages << 16).expect("a small memory");
            let base = memory.vmmemory().base;
            let all = memory.byte_capacity() + (1 << 16);
            let (inside, outside) = ((pages << 16) - 1, [pages << 16, all - 1]);
            assert!(sys::is_accessible(base.wrapping_add(inside)));
            for offset in outside {
                let accessible = sys::is_accessible(base.wrapping_add(offset));
                assert_eq!(accessible, !sys::HAS_GUARD_PAGES, "{pages} {offset}");
            }
        }
    }

    #[test]
    fn an_impossible_reservation_says_how_much() {
        let plan = MemoryPlan {
            reservation: 1 << 62,
            ..SMALL
        };
        let error = MmapMemory::new(&memory_type(1, None), &plan).expect_err("too much");
        assert!(
            error.to_string().starts_with("cannot reserve 46116860184"),
            "{error}"
        );
    }
}
