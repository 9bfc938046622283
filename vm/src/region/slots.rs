//! `Slots`: the slots of a region, of either kind: which are free, and how they are made.

#![expect(unsafe_code, reason = "divides a mapping into slots")]

use std::fmt;
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::slot::{Parts, Slot};
use super::{Limits, RegionError, SlotLayout, SlotRequest};
use crate::memory::{ImageSlot, ResetPolicy, SlotError, SlotHome, SlotKind, SlotRoom};
use crate::sys::Mapping;

/// The slots of a region. They live as long as the region or any slot that was taken.
pub(super) struct Slots {
    pub limits: Limits,
    pub layout: SlotLayout,
    /// What a heap may rely on; `limit` is the region's.
    pub room: SlotRoom,
    pub policy: ResetPolicy,
    mapping: Arc<Mapping>,
    /// Where the first slot begins, and how far apart they are.
    start: usize,
    stride: usize,
    kind: SlotKind,
    /// What of a slot is accessible from its first use on.
    open: [Range<usize>; 2],
    table: Mutex<Table>,
}

struct Table {
    records: Box<[Record]>,
    free: Vec<u32>,
}

/// What is here of a slot. It is free when both parts are, or were never made.
#[derive(Default)]
struct Record {
    made: bool,
    parts: Option<Box<Parts>>,
    heap: Option<Box<ImageSlot>>,
}

/// How the slots of a kind of region are made.
pub(super) struct SlotsPlan {
    pub capacity: usize,
    pub limits: Limits,
    pub layout: SlotLayout,
    pub room: SlotRoom,
    pub mapping: Arc<Mapping>,
    pub start: usize,
    pub stride: usize,
    pub kind: SlotKind,
    pub open: [Range<usize>; 2],
}

impl Slots {
    /// The slots of a new mapping, which nothing else uses.
    pub fn new(plan: SlotsPlan) -> Arc<Self> {
        let capacity = u32::try_from(plan.capacity).expect("regions check their capacity");
        let records = (0..capacity).map(|_| Record::default()).collect();
        Arc::new(Self {
            limits: plan.limits,
            layout: plan.layout,
            room: plan.room,
            policy: ResetPolicy::default(),
            mapping: plan.mapping,
            start: plan.start,
            stride: plan.stride,
            kind: plan.kind,
            open: plan.open,
            table: Mutex::new(Table {
                records,
                // The last one is taken first.
                free: (0..capacity).rev().collect(),
            }),
        })
    }

    pub fn capacity(&self) -> usize {
        self.table().records.len()
    }

    pub fn free(&self) -> usize {
        self.table().free.len()
    }

    /// Takes a slot.
    pub fn take(self: &Arc<Self>, request: &SlotRequest) -> Result<Slot, RegionError> {
        let heap_limit = request
            .heap_size_limit
            .unwrap_or(self.limits.heap_memory_size);
        request.spec.validate(&self.limits, heap_limit)?;
        let (index, taken) = {
            let mut table = self.table();
            if table.free.is_empty() {
                return Err(RegionError::RegionFull(table.records.len()));
            }
            let choice = request.strategy.choose(table.free.len());
            let index = table.free.swap_remove(choice);
            let record = &mut table.records[index as usize];
            let taken = record.made.then(|| {
                let parts = record.parts.take().expect("a free slot is here");
                (parts, record.heap.take().expect("a free slot has its heap"))
            });
            (index, taken)
        };
        let (mut parts, heap) = match taken {
            Some(taken) => taken,
            None => self
                .make(index)
                .inspect_err(|_| self.table().free.push(index))?,
        };
        if !request.stale_stacks {
            // SAFETY: whoever had the slot, and left its stacks as they were, has given them up.
            unsafe { parts.reset_stacks(&self.policy) };
        }
        Ok(Slot::new(
            self.clone(),
            index,
            parts,
            heap,
            request,
            heap_limit,
        ))
    }

    /// Takes back what is there of a slot, reset.
    pub fn put(&self, index: u32, parts: Option<Box<Parts>>, heap: Option<Box<ImageSlot>>) {
        let mut table = self.table();
        let record = &mut table.records[index as usize];
        if parts.is_some() {
            record.parts = parts;
        }
        if heap.is_some() {
            record.heap = heap;
        }
        if record.parts.is_some() && record.heap.is_some() {
            table.free.push(index);
        }
    }

    /// The heap of a taken slot, if the memory that it was lent to has given it back.
    pub(crate) fn returned_heap(&self, index: u32) -> Option<Box<ImageSlot>> {
        self.table().records[index as usize].heap.take()
    }

    /// Where a slot begins.
    pub(crate) fn slot_start(&self, index: u32) -> NonNull<u8> {
        // SAFETY: all slots are within the mapping.
        unsafe { self.mapping.as_ptr().add(self.offset(index)) }
    }

    fn offset(&self, index: u32) -> usize {
        self.start + index as usize * self.stride
    }

    /// Makes the parts of a slot that is used for the first time.
    fn make(&self, index: u32) -> Result<(Box<Parts>, Box<ImageSlot>), RegionError> {
        let offset = self.offset(index);
        for range in &self.open {
            self.mapping
                .make_accessible(offset + range.start, range.len())
                .map_err(|source| SlotError {
                    action: "make accessible",
                    bytes: range.len(),
                    source,
                })?;
        }
        let slot = |range: &Range<usize>, kind| {
            // SAFETY: the parts of a slot are apart, within the mapping, zero and nobody else's; those of
            // an open slot have just been made accessible.
            unsafe { ImageSlot::new(&self.mapping, offset + range.start, range.len(), kind) }
        };
        // Only of a heap is less accessible than its last user had.
        let kind = match self.kind {
            SlotKind::Guarded => SlotKind::Bounded,
            kind => kind,
        };
        let part = |range| slot(range, kind);
        let layout = &self.layout;
        let heap_start = layout.heap.start;
        let heap = heap_start..heap_start + self.limits.heap_memory_size;
        let heap = slot(&heap, self.kind);
        let parts = Parts {
            stack: part(&layout.stack),
            globals: part(&layout.globals),
            sigstack: part(&layout.sigstack),
            context: part(&layout.context),
            value_stack: part(&layout.value_stack),
            instance_used: false,
            stack_is_lent: Arc::default(),
            value_stack_is_lent: Arc::default(),
        };
        self.table().records[index as usize].made = true;
        Ok((Box::new(parts), Box::new(heap)))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SlotHome for Slots {
    fn take_back(&self, place: u32, mut slot: Box<ImageSlot>) {
        // SAFETY: the memory that had the heap is gone.
        unsafe { slot.reset(&self.policy) };
        self.put(place, None, Some(slot));
    }
}

impl fmt::Debug for Slots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.table();
        f.debug_struct("Slots")
            .field("capacity", &table.records.len())
            .field("free", &table.free.len())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Implements the traits of regions for a type that is its `slots`.
macro_rules! region_of_slots {
    ($region:ident) => {
        impl super::Region for $region {
            fn take_slot(&self, request: &super::SlotRequest) -> Result<super::Slot, RegionError> {
                self.slots.take(request)
            }

            fn free_slots(&self) -> usize {
                self.slots.free()
            }

            fn capacity(&self) -> usize {
                self.slots.capacity()
            }

            fn limits(&self) -> &Limits {
                &self.slots.limits
            }

            fn layout(&self) -> &SlotLayout {
                &self.slots.layout
            }
        }

        impl super::RegionCreate for $region {
            const TYPE_NAME: &'static str = stringify!($region);

            fn create(capacity: usize, limits: &Limits) -> Result<Arc<Self>, RegionError> {
                Self::create(capacity, limits)
            }
        }
    };
}
pub(super) use region_of_slots;
