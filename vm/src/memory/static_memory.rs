//! A linear memory in a slot that someone else owns, such as a region's, or that is leased from a pool.

#![expect(unsafe_code, reason = "addresses a slot through its base pointer")]

use std::fmt;
use std::io;
use std::ptr::NonNull;
use std::sync::Arc;

use super::linear::{MemoryShape, newly_accessible};
use super::{
    Memory, MemoryError, MemoryImage, MemoryLease, RuntimeLinearMemory, VMMemoryDefinition,
};
use crate::types::MemoryType;

/// Makes this many bytes from this address on readable and writable. Called with
/// parts of the slot that begin at a host page.
pub type MakeAccessible = unsafe fn(*mut u8, usize) -> io::Result<()>;

/// Where a [`StaticMemory`] lives.
#[derive(Copy, Clone)]
pub struct MemorySlot {
    /// The first byte of the content, with provenance of the whole slot and the header before it.
    pub base: NonNull<u8>,
    /// How many bytes from `base` on can be made accessible, in whole host pages.
    pub capacity: usize,
    /// How many bytes from `base` on fault where they are not accessible; at least
    /// `capacity`, or 0 if accesses must be checked.
    pub reservation: u64,
    /// How many bytes of inaccessible address space follow the reservation.
    pub guard: u64,
    /// Makes parts of the slot accessible.
    pub make_accessible: MakeAccessible,
}

impl fmt::Debug for MemorySlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySlot")
            .field("base", &self.base)
            .field("capacity", &self.capacity)
            .field("reservation", &self.reservation)
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

/// A linear memory whose backing is managed elsewhere. Its base never moves.
#[derive(Debug)]
pub struct StaticMemory {
    slot: MemorySlot,
    /// The type's sizes, the maximum cut to what the slot holds.
    shape: MemoryShape,
    /// The slot's way home, if it has one; then the lease makes it accessible.
    lease: Option<MemoryLease>,
}

// SAFETY: the slot is used by this memory alone, by the word of who made it.
unsafe impl Send for StaticMemory {}
// SAFETY: as above; `&StaticMemory` reads only the atomic length.
unsafe impl Sync for StaticMemory {}

impl Memory {
    /// A memory in `slot`, of the type's initial size, which is made accessible.
    ///
    /// # Safety
    ///
    /// Until the memory is dropped:
    /// - `slot.base` is a multiple of the host's page size, its provenance exposed, and
    ///   the 64 bytes before it are writable and allocated with it;
    /// - `slot.make_accessible` may be called for whole pages within `slot.capacity`, whose bytes
    ///   are zero (or a memory image meant to be seen) when they become accessible;
    /// - `slot.reservation` and `slot.guard` are true: touches there, of what is not
    ///   accessible, fault;
    /// - nobody else uses the slot.
    pub unsafe fn new_static(ty: &MemoryType, slot: MemorySlot) -> Result<Self, MemoryError> {
        let shape = StaticMemory::shape_in(ty, &slot)?;
        let mut memory = StaticMemory {
            slot,
            shape,
            lease: None,
        };
        memory.resize(0, shape.minimum)?;
        Ok(Self::Static(memory))
    }
}

impl StaticMemory {
    /// The sizes of a memory of type `ty` in `slot`.
    pub(super) fn shape_in(ty: &MemoryType, slot: &MemorySlot) -> Result<MemoryShape, MemoryError> {
        let mut shape = MemoryShape::new(ty)?;
        if shape.minimum > slot.capacity {
            return Err(MemoryError::SlotTooSmall {
                bytes: shape.minimum as u64,
                capacity: slot.capacity,
            });
        }
        let whole_pages = slot.capacity >> shape.page_size_log2 << shape.page_size_log2;
        shape.maximum = Some(shape.clamp(whole_pages));
        Ok(shape)
    }

    /// A memory of its initial size in a leased slot.
    ///
    /// # Safety
    ///
    /// As for [`Memory::new_static`]; the initial size is accessible already, as `lease` knows.
    pub(super) unsafe fn with_lease(
        slot: MemorySlot,
        shape: MemoryShape,
        lease: MemoryLease,
    ) -> Self {
        let memory = Self {
            slot,
            shape,
            lease: Some(lease),
        };
        // SAFETY: the slot has a header, and the initial size is accessible.
        unsafe { memory.vmmemory().set_len(shape.minimum) };
        memory
    }

    pub(super) fn shape(&self) -> &MemoryShape {
        &self.shape
    }

    pub(super) fn lease_mut(&mut self) -> Option<&mut MemoryLease> {
        self.lease.as_mut()
    }

    /// Makes `new` bytes accessible, of which `old` are already, and sets the length.
    fn resize(&mut self, old: usize, new: usize) -> Result<(), MemoryError> {
        let commit_error = |source| MemoryError::Commit {
            bytes: (new - old) as u64,
            source,
        };
        let range = newly_accessible(old, new).map_err(commit_error)?;
        if let Some(lease) = &mut self.lease {
            lease
                .grow(new)
                .map_err(|error| commit_error(error.source))?;
        } else if !range.is_empty() {
            // SAFETY: the slot's maker allows whole pages within its capacity, which is
            // made of whole pages and holds `new` bytes.
            unsafe {
                let start = self.slot.base.add(range.start);
                (self.slot.make_accessible)(start.as_ptr(), range.len()).map_err(commit_error)?;
            }
        }
        // SAFETY: the slot has a header, and `new` bytes of it are accessible.
        unsafe { self.vmmemory().set_len(new) };
        Ok(())
    }
}

// SAFETY: who made the slot promised the base, the header and what reservation and guard
// tell; `resize` makes accessible what the length covers.
unsafe impl RuntimeLinearMemory for StaticMemory {
    fn page_size_log2(&self) -> u8 {
        self.shape.page_size_log2
    }

    fn byte_size(&self) -> usize {
        // SAFETY: the slot lives and has a header; lengths written to it came from `usize`.
        unsafe { self.vmmemory().len() as usize }
    }

    fn maximum_byte_size(&self) -> Option<usize> {
        self.shape.maximum
    }

    fn byte_capacity(&self) -> usize {
        self.slot.capacity
    }

    fn grow_to(&mut self, new_bytes: usize) -> Result<(), MemoryError> {
        if new_bytes > self.slot.capacity {
            return Err(MemoryError::Immovable {
                bytes: new_bytes as u64,
                capacity: self.slot.capacity,
            });
        }
        self.resize(self.byte_size(), new_bytes)
    }

    fn reset(&mut self, image: Option<&Arc<MemoryImage>>) -> Result<(), MemoryError> {
        if let Some(result) = self.reset_leased(image) {
            return result;
        }
        let (bytes, minimum) = (self.byte_size(), self.shape.minimum);
        // What is accessible stays so, but code may rely on faults beyond the length.
        if self.slot.reservation > 0 && bytes > minimum {
            return Err(MemoryError::Unshrinkable { bytes });
        }
        let definition = self.vmmemory();
        // SAFETY: the bytes are accessible; `&mut self` excludes the host, and the method's contract a guest. Bytes
        // beyond the length are zero, as they are when they become accessible.
        unsafe {
            definition.base.write_bytes(0, bytes);
            definition.set_len(minimum);
            image.inspect(|image| image.restore_all(definition.base, minimum));
        }
        Ok(())
    }

    fn vmmemory(&self) -> VMMemoryDefinition {
        VMMemoryDefinition {
            base: self.slot.base.as_ptr(),
        }
    }

    fn reservation(&self) -> u64 {
        if self.shape.guardable {
            self.slot.reservation
        } else {
            0
        }
    }

    fn guard(&self) -> u64 {
        if self.shape.guardable {
            self.slot.guard
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::IMAGE_PAGE_BYTES;
    use crate::memory::{GrowError, InitialContent, MemoryPlan};
    use crate::sys::{self, Mapping};

    const TYPE: MemoryType = MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: 16,
    };

    /// A mapping with a header page and `capacity` bytes, and the slot in it.
    fn slot(capacity: usize) -> (Mapping, MemorySlot) {
        let header = sys::page_size();
        let mapping = Mapping::reserve(header + capacity).expect("a small mapping");
        mapping.make_accessible(0, header).expect("a header page");
        // SAFETY: the mapping is longer than its header.
        let base = unsafe { mapping.as_ptr().add(header) };
        let slot = MemorySlot {
            base,
            capacity,
            reservation: capacity as u64,
            guard: 0,
            make_accessible: sys::make_accessible,
        };
        (mapping, slot)
    }

    #[test]
    fn a_slot_bounds_growth() {
        let (_mapping, slot) = slot(3 << 16);
        // SAFETY: the slot is in a mapping that outlives the memory, made for it alone.
        let mut memory = unsafe { Memory::new_static(&TYPE, slot) }.expect("a memory");
        assert_eq!((memory.size_pages(), memory.maximum_pages()), (1, Some(3)));
        assert!(!memory.has_guard(&MemoryPlan::default()));
        let allow = &mut |_, _, _| Ok::<_, ()>(true);
        assert_eq!(memory.grow(2, allow).ok(), Some(1 << 16));
        assert_eq!(memory.vmmemory().base, slot.base.as_ptr());
        memory.write((3 << 16) - 1, &[1]).expect("the last byte");
        let error = memory.grow(1, allow).expect_err("beyond the slot");
        assert!(matches!(
            error,
            GrowError::Failed(MemoryError::MaximumExceeded {
                maximum: 196_608,
                ..
            })
        ));
    }

    #[test]
    fn a_declared_maximum_below_the_slot_holds() {
        let (_mapping, slot) = slot(3 << 16);
        let ty = MemoryType {
            maximum: Some(2),
            ..TYPE
        };
        // SAFETY: the slot is in a mapping that outlives the memory, made for it alone.
        let memory = unsafe { Memory::new_static(&ty, slot) }.expect("a memory");
        assert_eq!(memory.maximum_pages(), Some(2));
    }

    #[test]
    fn a_minimum_beyond_the_slot_is_an_error() {
        let (_mapping, slot) = slot(1 << 16);
        let ty = MemoryType { minimum: 2, ..TYPE };
        // SAFETY: the slot is in a mapping that outlives the memory, made for it alone.
        let error = unsafe { Memory::new_static(&ty, slot) }.expect_err("too small");
        assert!(matches!(
            error,
            MemoryError::SlotTooSmall {
                bytes: 131_072,
                capacity: 65536
            }
        ));
    }

    #[test]
    fn bytes_become_accessible_in_whole_host_pages() {
        let (_mapping, slot) = slot(1 << 16);
        let ty = MemoryType {
            minimum: 5,
            page_size_log2: 0,
            ..TYPE
        };
        // SAFETY: the slot is in a mapping that outlives the memory, made for it alone.
        let mut memory = unsafe { Memory::new_static(&ty, slot) }.expect("a memory");
        let allow = &mut |_, _, _| Ok::<_, ()>(true);
        assert_eq!(memory.grow(1, allow).ok(), Some(5));
        assert_eq!(memory.grow(60_000, allow).ok(), Some(6));
        memory.write(60_005, &[1]).expect("the last byte");
        assert!(memory.write(60_006, &[1]).is_err());
    }

    #[test]
    fn a_slot_shrinks_when_reset_unless_code_relies_on_faults_in_it() {
        for reservation in [0, 3 << 16] {
            let (_mapping, mut slot) = slot(3 << 16);
            slot.reservation = reservation;
            // SAFETY: the slot is in a mapping that outlives the memory, made for it alone.
            let mut memory = unsafe { Memory::new_static(&TYPE, slot) }.expect("a memory");
            let mut page = vec![0; IMAGE_PAGE_BYTES];
            page[..2].copy_from_slice(b"hi");
            let InitialContent::Image(image) = MemoryImage::from_pages(&[Some(page.into())]) else {
                panic!("a page with data is an image");
            };
            let text = |memory: &Memory| memory.data()[..3].to_vec();
            memory.write(0, b"bye").expect("accessible");
            memory.reset(Some(&image)).expect("it has not grown");
            assert_eq!(text(&memory), b"hi\0");

            let allow = &mut |_, _, _| Ok::<_, ()>(true);
            assert_eq!(memory.grow(1, allow).ok(), Some(1 << 16));
            memory.write(0xffff, b"xyz").expect("accessible");
            let result = memory.reset(Some(&image));
            if reservation > 0 {
                let error = result.expect_err("it would have to shrink");
                assert!(matches!(
                    error,
                    MemoryError::Unshrinkable { bytes: 0x2_0000 }
                ));
                continue;
            }
            result.expect("nobody relies on faults");
            assert_eq!((memory.size_pages(), text(&memory)), (1, b"hi\0".to_vec()));
            assert_eq!(memory.grow(1, allow).ok(), Some(1 << 16));
            assert_eq!(memory.data()[0xffff..0x1_0002], [0; 3]);
        }
    }
}
