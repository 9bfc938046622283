//! `CompactRegion`: slots for many small instances, without guards around their heaps.
//!
//! A slot takes the address space of its parts and two pages more, and at most four areas of the
//! host's map of the process, of which Linux allows 65 530: 10 000 slots in use take 40 000.
//! Heaps are bounded: code that checks its accesses runs on them. Their images are copied.

use std::sync::Arc;

use super::slots::{Slots, SlotsPlan, region_of_slots};
use super::{Limits, RegionError, SlotLayout};
use crate::memory::{SlotKind, SlotRoom};
use crate::pool::SpaceRequest;

/// A region whose heaps have no guards. See [`SlotLayout`] for what a slot is.
///
/// Its [`limits`](super::Region::limits) tell the heap's memory size as its address space.
#[derive(Debug)]
pub struct CompactRegion {
    slots: Arc<Slots>,
}

impl CompactRegion {
    /// A region of `instance_capacity` slots.
    ///
    /// # Errors
    ///
    /// If the limits are invalid, or there is not enough address space.
    pub fn create(instance_capacity: usize, limits: &Limits) -> Result<Arc<Self>, RegionError> {
        limits.validate()?;
        let capacity = super::checked_capacity(instance_capacity)?;
        let limits = limits
            .clone()
            .with_heap_address_space_size(limits.heap_memory_size);
        let layout = SlotLayout::compact(&limits)?;
        let request = SpaceRequest {
            what: "instances",
            slots: capacity,
            stride: Some(layout.size),
            // The first page of the slot after the last is the guard of the last value stack.
            extra: layout.stack.start,
            open: false,
            count_option: "instance_capacity",
            size_option: "heap_memory_size",
        };
        let mapping = request.reserve()?;
        let above_guard = match layout.sigstack.is_empty() {
            true => [layout.stack.start..layout.size, 0..0],
            false => [
                layout.stack.start..layout.globals.end,
                layout.sigstack.start..layout.size,
            ],
        };
        Ok(Arc::new(Self {
            slots: Slots::new(SlotsPlan {
                capacity,
                room: SlotRoom {
                    limit: limits.heap_memory_size,
                    reservation: 0,
                    guard: 0,
                },
                limits,
                open: above_guard,
                stride: layout.size,
                layout,
                mapping,
                start: 0,
                kind: SlotKind::Open,
            }),
        }))
    }
}

region_of_slots!(CompactRegion);
