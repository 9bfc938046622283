//! `SlotLayout`: where the parts of a slot are.
//!
//! In an `MmapRegion`, from the slot's start, ascending; the first seven parts are where the
//! documentation of the seed draws them:
//!
//! ```text
//!   start      ┌──────────────────────┐ ◀ instance: the host part of an instance; the
//!              │ instance      1 page │   last 64 bytes are the header of the heap,
//!              │             … length │   with its length in the last 8
//!   + 1 page   ├──────────────────────┤ ◀ heap, and `lucet_vmctx` in the seed
//!              │ heap                 │   `heap_memory_size` at most accessible
//!              ┊ heap guard           ┊   up to `heap_address_space_size`
//!              ├──────────────────────┤
//!              ┊ stack guard   1 page ┊
//!              ├──────────────────────┤ ◀ stack: `stack_size`, grows down
//!              │ stack                │
//!              ├──────────────────────┤ ◀ globals: `globals_size`; what the safe views of globals
//!              │ globals              │   show, never the context
//!              ├──────────────────────┤
//!              ┊ signal stack  1 page ┊
//!              ┊ guard                ┊
//!              ├──────────────────────┤ ◀ sigstack: `signal_stack_size`, grows down
//!              │ sigstack             │
//!              ╞══════════════════════╡   what the seed does not have:
//!              │ context              │ ◀ context: the `VMContext`, `MAX_CONTEXT_BYTES`, the
//!              │                      │   accessible part in front
//!              ├──────────────────────┤
//!              ┊ guard         1 page ┊
//!              ├──────────────────────┤ ◀ value stack: `value_stack_size` and the reserve, grows up
//!              │ value stack          │
//!              ├──────────────────────┤
//!              ┊ guard         1 page ┊
//!              └──────────────────────┘
//! ```
//!
//! In a `CompactRegion` all is accessible but for the pages below the stacks that grow down. The heap has no
//! guard, and its address space is its memory:
//!
//! ```text
//!   ┊ guard ┊ stack │ globals ┊ guard ┊ sigstack │ instance │ heap │ context │ value stack │ (the next slot's guard)
//! ```
//!
//! Without a signal stack its guard is left out there too.

use std::ops::Range;

use super::{Limits, RegionError};
use crate::stack::RESERVE_SLOTS;
use crate::sys;

/// The most bytes of a `VMContext` in a slot. Most are much smaller, and take no more than their pages.
pub const MAX_CONTEXT_BYTES: usize = 1 << 20;

/// Where the parts of a slot are, in bytes from its start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SlotLayout {
    /// The host part of the instance, and at its end the header of the heap.
    pub instance: Range<usize>,
    /// The heap with its guard.
    pub heap: Range<usize>,
    /// The native stack.
    pub stack: Range<usize>,
    /// The numeric globals.
    pub globals: Range<usize>,
    /// The stack of signal handlers.
    pub sigstack: Range<usize>,
    /// The `VMContext`.
    pub context: Range<usize>,
    /// The value stack with its reserve.
    pub value_stack: Range<usize>,
    /// The slot, guards included.
    pub size: usize,
}

impl SlotLayout {
    /// The layout of a slot of an `MmapRegion`.
    ///
    /// # Errors
    ///
    /// If it does not fit in a word.
    pub fn mmap(limits: &Limits) -> Result<Self, RegionError> {
        let mut parts = Parts::default();
        let page = sys::page_size();
        let layout = Self {
            instance: parts.add(page),
            heap: parts.add(limits.heap_address_space_size),
            stack: parts.add_after(page, limits.stack_size),
            globals: parts.add(limits.globals_size),
            sigstack: parts.add_after(page, limits.signal_stack_size),
            context: parts.add(MAX_CONTEXT_BYTES),
            value_stack: parts.add_after(page, value_stack_bytes(limits)),
            size: parts.add(page).end,
        };
        parts.finish(layout)
    }

    /// The layout of a slot of a `CompactRegion`.
    ///
    /// # Errors
    ///
    /// If it does not fit in a word.
    pub fn compact(limits: &Limits) -> Result<Self, RegionError> {
        let mut parts = Parts::default();
        let page = sys::page_size();
        let sigstack_guard = if limits.signal_stack_size > 0 {
            page
        } else {
            0
        };
        let stack = parts.add_after(page, limits.stack_size);
        let globals = parts.add(limits.globals_size);
        let sigstack = parts.add_after(sigstack_guard, limits.signal_stack_size);
        let layout = Self {
            instance: parts.add(page),
            heap: parts.add(limits.heap_memory_size),
            stack,
            globals,
            sigstack,
            context: parts.add(MAX_CONTEXT_BYTES),
            value_stack: parts.add(value_stack_bytes(limits)),
            size: parts.end,
        };
        parts.finish(layout)
    }
}

/// What part of a slot an address is in.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum AddrLocation {
    /// The page of the instance.
    Instance,
    /// The accessible heap.
    Heap,
    /// The rest of the heap's address space.
    InaccessibleHeap,
    /// The page below the native stack.
    StackGuard,
    /// The native stack.
    Stack,
    /// The numeric globals.
    Globals,
    /// The page below the signal stack.
    SigStackGuard,
    /// The signal stack.
    SigStack,
    /// The context.
    Context,
    /// The value stack.
    ValueStack,
    /// None of these.
    Unknown,
}

impl AddrLocation {
    /// Whether a fault there tells that something other than the guest has failed.
    pub fn is_fault_fatal(self) -> bool {
        !matches!(
            self,
            Self::Heap
                | Self::InaccessibleHeap
                | Self::StackGuard
                | Self::Stack
                | Self::Globals
                | Self::SigStack
        )
    }
}

impl SlotLayout {
    /// What is at `offset` of a slot whose heap has `heap_len` bytes.
    pub fn location(&self, offset: usize, heap_len: usize) -> AddrLocation {
        use AddrLocation::*;
        let below = |part: &Range<usize>| part.start.saturating_sub(sys::page_size())..part.start;
        let accessible = self.heap.start..self.heap.start + heap_len;
        let places = [
            (self.instance.clone(), Instance),
            (accessible, Heap),
            (self.heap.clone(), InaccessibleHeap),
            (self.stack.clone(), Stack),
            (self.globals.clone(), Globals),
            (self.sigstack.clone(), SigStack),
            (self.context.clone(), Context),
            (self.value_stack.clone(), ValueStack),
            (below(&self.stack), StackGuard),
            (below(&self.sigstack), SigStackGuard),
        ];
        let place = places
            .into_iter()
            .find(|(range, _)| range.contains(&offset));
        place.map_or(Unknown, |(_, location)| location)
    }
}

/// A value stack with its reserve, in whole pages.
fn value_stack_bytes(limits: &Limits) -> usize {
    let reserve = (RESERVE_SLOTS * size_of::<u64>()).next_multiple_of(sys::page_size());
    limits.value_stack_size.saturating_add(reserve)
}

/// Parts one after the other.
#[derive(Default)]
struct Parts {
    end: usize,
    overflow: bool,
}

impl Parts {
    fn add(&mut self, bytes: usize) -> Range<usize> {
        let start = self.end;
        match start.checked_add(bytes) {
            Some(end) => self.end = end,
            None => self.overflow = true,
        }
        start..self.end
    }

    fn add_after(&mut self, guard: usize, bytes: usize) -> Range<usize> {
        self.add(guard);
        self.add(bytes)
    }

    fn finish(self, layout: SlotLayout) -> Result<SlotLayout, RegionError> {
        if self.overflow || layout.size > isize::MAX as usize {
            return Err(RegionError::InvalidArgument(
                "the size of a slot must fit in the address space",
            ));
        }
        Ok(layout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_the_seed_are_where_it_draws_them() {
        let page = sys::page_size();
        let limits = Limits::default();
        let layout = SlotLayout::mmap(&limits).expect("the defaults fit");
        assert_eq!(layout.instance, 0..page);
        assert_eq!(layout.heap.start, page);
        assert_eq!(layout.heap.len(), limits.heap_address_space_size);
        assert_eq!(layout.stack.start, layout.heap.end + page);
        assert_eq!(layout.stack.len(), limits.stack_size);
        assert_eq!(layout.globals.start, layout.stack.end);
        assert_eq!(layout.globals.len(), limits.globals_size);
        assert_eq!(layout.sigstack.start, layout.globals.end + page);
        assert_eq!(layout.sigstack.len(), limits.signal_stack_size);
        assert_eq!(layout.sigstack.end, limits.total_memory_size());
        assert_eq!(layout.context.start, layout.sigstack.end);
        assert_eq!(layout.value_stack.start, layout.context.end + page);
        assert_eq!(layout.value_stack.len(), limits.value_stack_size + page);
        assert_eq!(layout.size, layout.value_stack.end + page);
    }

    #[test]
    fn a_compact_slot_has_guards_below_its_stacks_alone() {
        let page = sys::page_size();
        let limits = Limits::default();
        let layout = SlotLayout::compact(&limits).expect("the defaults fit");
        assert_eq!(layout.stack.start, page);
        assert_eq!(layout.globals.start, layout.stack.end);
        assert_eq!(layout.sigstack.start, layout.globals.end + page);
        assert_eq!(layout.instance.start, layout.sigstack.end);
        assert_eq!(layout.heap, layout.instance.end..layout.context.start);
        assert_eq!(layout.heap.len(), limits.heap_memory_size);
        assert_eq!(layout.value_stack.start, layout.context.end);
        assert_eq!(layout.size, layout.value_stack.end);
        let without = SlotLayout::compact(&limits.with_signal_stack_size(0)).expect("it fits");
        assert_eq!(without.instance.start, without.globals.end);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let half = 1 << (usize::BITS - 1);
        for limits in [
            Limits::default().with_heap_address_space_size(half),
            Limits::default()
                .with_heap_memory_size(half)
                .with_value_stack_size(half),
        ] {
            let layouts = [SlotLayout::mmap(&limits), SlotLayout::compact(&limits)];
            assert!(layouts.iter().any(Result::is_err), "{limits:?}");
        }
    }
}
