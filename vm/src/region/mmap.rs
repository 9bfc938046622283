//! `MmapRegion`: slots with guarded heaps, in one reservation of address space.

use std::sync::Arc;

use super::slots::{Slots, SlotsPlan, region_of_slots};
use super::{Limits, RegionError, SlotLayout};
use crate::memory::{SlotKind, SlotRoom};
use crate::pool::SpaceRequest;
use crate::sys::{self, HAS_GUARD_PAGES};

/// The most of a heap's address space that an index without its offset reaches; the rest is guard.
const MAX_RESERVATION: u64 = 1 << 32;

/// A region whose heaps have guards: code of all kinds runs on them. See
/// [`SlotLayout`] for what a slot is.
///
/// ```
/// # if cfg!(any(miri, not(target_os = "linux"))) { return Ok(()) }
/// use selvedge_vm::region::{Limits, MmapRegion, Region, SlotRequest};
///
/// let limits = Limits::default().with_heap_address_space_size(1 << 20);
/// let region = MmapRegion::create(2, &limits)?;
/// let slot = region.take_slot(&SlotRequest::default())?;
/// assert_eq!((region.used_slots(), region.free_slots()), (1, 1));
/// drop(slot);
/// assert_eq!(region.free_slots(), 2);
/// # Ok::<(), selvedge_vm::region::RegionError>(())
/// ```
#[derive(Debug)]
pub struct MmapRegion {
    slots: Arc<Slots>,
}

impl MmapRegion {
    /// A region of `instance_capacity` slots.
    ///
    /// # Errors
    ///
    /// If the limits are invalid, or there is not enough address space.
    pub fn create(instance_capacity: usize, limits: &Limits) -> Result<Arc<Self>, RegionError> {
        Self::create_aligned(instance_capacity, limits, sys::page_size())
    }

    /// A region of `instance_capacity` slots, whose heaps are aligned to `heap_alignment` bytes.
    ///
    /// # Errors
    ///
    /// If the alignment is no power of 2, the limits are invalid, or there is not enough address space.
    pub fn create_aligned(
        instance_capacity: usize,
        limits: &Limits,
        heap_alignment: usize,
    ) -> Result<Arc<Self>, RegionError> {
        if !heap_alignment.is_power_of_two() {
            return Err(RegionError::InvalidArgument(
                "heap_alignment must be a power of 2",
            ));
        }
        limits.validate()?;
        let capacity = super::checked_capacity(instance_capacity)?;
        let layout = SlotLayout::mmap(limits)?;
        let alignment = heap_alignment.max(sys::page_size());
        let request = SpaceRequest {
            what: "instances",
            slots: capacity,
            stride: layout.size.checked_next_multiple_of(alignment),
            extra: alignment - sys::page_size(),
            open: false,
            count_option: "instance_capacity",
            size_option: "heap_address_space_size",
        };
        let mapping = request.reserve()?;
        let heap = mapping.as_ptr().addr().get() + layout.heap.start;
        let address_space = limits.heap_address_space_size as u64;
        let reservation = address_space.min(MAX_RESERVATION);
        let guarded = |bytes| if HAS_GUARD_PAGES { bytes } else { 0 };
        Ok(Arc::new(Self {
            slots: Slots::new(SlotsPlan {
                capacity,
                room: SlotRoom {
                    limit: limits.heap_memory_size,
                    reservation: guarded(reservation),
                    guard: guarded(address_space - reservation),
                },
                limits: limits.clone(),
                open: [layout.instance.clone(), 0..0],
                layout,
                mapping,
                start: heap.next_multiple_of(alignment) - heap,
                stride: request.stride.expect("it was reserved"),
                kind: SlotKind::Guarded,
            }),
        }))
    }
}

region_of_slots!(MmapRegion);
