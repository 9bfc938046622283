//! `Slot`: the parts of an instance, taken from a region.
//!
//! A part costs nothing until it is asked for, and what was asked for is zeroed when the slot is
//! dropped (stacks: see [`SlotRequest::stale_stacks`]). The heap can be lent to a [`Memory`], which may outlive the slot: the region
//! counts the slot as used until both are gone.

#![expect(unsafe_code, reason = "gives out parts of a slot by address")]

use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::layout::MAX_CONTEXT_BYTES;
use super::slots::Slots;
use super::{AddrLocation, Limits, RegionError, RuntimeSpec, SlotLayout, SlotRequest};
use crate::memory::{
    ImageSlot, MEMORY_HEADER_BYTES, Memory, MemoryImage, MemoryLease, ResetPolicy, SlotError,
    SlotRoom, SlotState,
};
use crate::native_stack::NativeStack;
use crate::pool::BlockLease;
use crate::stack::{AreaLease, RESERVE_SLOTS, ValueStack};
use crate::sys;
use crate::types::MemoryType;

/// The parts of a slot besides its heap.
pub(super) struct Parts {
    pub stack: ImageSlot,
    pub globals: ImageSlot,
    pub sigstack: ImageSlot,
    pub context: ImageSlot,
    pub value_stack: ImageSlot,
    pub instance_used: bool,
    /// Whether the native stack and the value stack are lent.
    pub stack_is_lent: Arc<AtomicBool>,
    pub value_stack_is_lent: Arc<AtomicBool>,
}

impl Parts {
    /// Makes what was used zero again, but for the stacks.
    ///
    /// # Safety
    ///
    /// Nobody uses the parts.
    unsafe fn reset(&mut self, policy: &ResetPolicy) {
        // SAFETY: by contract.
        unsafe {
            self.globals.reset(policy);
            self.context.reset(policy);
        }
    }

    /// Makes what was used of the stacks zero again.
    ///
    /// # Safety
    ///
    /// Nobody uses them.
    pub(crate) unsafe fn reset_stacks(&mut self, policy: &ResetPolicy) {
        // SAFETY: by contract.
        unsafe {
            self.stack.reset(policy);
            self.sigstack.reset(policy);
            self.value_stack.reset(policy);
        }
    }
}

/// A native stack, which grows down.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct StackArea {
    /// Its end, where it begins to be used; a multiple of the host's page size.
    pub top: NonNull<u8>,
    /// Its lowest byte.
    pub bottom: NonNull<u8>,
    /// How many bytes below it fault.
    pub guard: usize,
}

/// A value stack, which grows up.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct ValueStackArea {
    /// The first slot; a multiple of the host's page size.
    pub base: NonNull<u64>,
    /// Where frames end; [`RESERVE_SLOTS`] more slots are behind it.
    pub limit: NonNull<u64>,
}

/// The parts of an instance. They go back to their region when it is dropped.
pub struct Slot {
    home: Arc<Slots>,
    index: u32,
    parts: ManuallyDrop<Box<Parts>>,
    /// `None` while it is lent, and after that until it is asked for again.
    heap: Option<Box<ImageSlot>>,
    spec: RuntimeSpec,
    heap_limit: usize,
    stale_stacks: bool,
}

impl Slot {
    pub(super) fn new(
        home: Arc<Slots>,
        index: u32,
        parts: Box<Parts>,
        heap: Box<ImageSlot>,
        request: &SlotRequest,
        heap_limit: usize,
    ) -> Self {
        Self {
            home,
            index,
            parts: ManuallyDrop::new(parts),
            heap: Some(heap),
            spec: request.spec,
            heap_limit,
            stale_stacks: request.stale_stacks,
        }
    }

    /// The number of the slot in its region.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Where it begins: where its layout begins to count.
    pub fn start(&self) -> NonNull<u8> {
        self.home.slot_start(self.index)
    }

    /// Where its parts are.
    pub fn layout(&self) -> &SlotLayout {
        &self.home.layout
    }

    /// The limits of the region.
    pub fn limits(&self) -> &Limits {
        &self.home.limits
    }

    /// The most bytes of the heap that may be accessible.
    pub fn heap_size_limit(&self) -> usize {
        self.heap_limit
    }

    /// The page of the instance, zero at first. Its last 64 bytes are the heap's header.
    pub fn instance(&mut self) -> NonNull<u8> {
        self.parts.instance_used = true;
        // SAFETY: the page is within the slot.
        unsafe { self.start().add(self.home.layout.instance.start) }
    }

    /// The native stack, zero at first.
    ///
    /// # Errors
    ///
    /// If a system call fails.
    pub fn stack(&mut self) -> Result<StackArea, RegionError> {
        whole(&mut self.parts.stack)
    }

    /// The signal stack, zero at first.
    ///
    /// # Errors
    ///
    /// If there is none, or it is too small to be installed, or a system call fails.
    pub fn sigstack(&mut self) -> Result<StackArea, RegionError> {
        self.home.limits.validate_signal_stack_size()?;
        whole(&mut self.parts.sigstack)
    }

    /// The numeric globals, zero at first: all that there is room for.
    ///
    /// # Errors
    ///
    /// If a system call fails.
    pub fn globals(&mut self) -> Result<&mut [u64], RegionError> {
        let part = &mut self.parts.globals;
        let bytes = part.capacity();
        let base = accessible(part, bytes)?.cast::<u64>();
        // SAFETY: all bytes of the part are accessible, initialised, and this slot's, which is borrowed.
        Ok(unsafe { std::slice::from_raw_parts_mut(base.as_ptr(), bytes / size_of::<u64>()) })
    }

    /// Room for a context of `bytes`, zero at first; provenance of all of it, exposed. A multiple of the host's page size.
    ///
    /// # Errors
    ///
    /// If it is larger than [`MAX_CONTEXT_BYTES`], or a system call fails.
    pub fn context(&mut self, bytes: usize) -> Result<NonNull<u8>, RegionError> {
        if bytes > MAX_CONTEXT_BYTES {
            return Err(RegionError::LimitsExceeded(format!(
                "context of {bytes} bytes exceeds the limit of {MAX_CONTEXT_BYTES}"
            )));
        }
        Ok(accessible(&mut self.parts.context, bytes)?)
    }

    /// A block for the host part and the context of an instance, in the part for contexts.
    ///
    /// # Errors
    ///
    /// As for [`Slot::context`].
    ///
    /// # Safety
    ///
    /// The part has not been used since the slot was taken or reset, and is not used until the block is dropped, which is
    /// before the slot is.
    pub(crate) unsafe fn block(&mut self, bytes: usize) -> Result<BlockLease, RegionError> {
        let base = self.context(bytes)?;
        base.as_ptr().expose_provenance();
        // SAFETY: the part is zero, accessible, page-aligned, and this slot's; the rest is by contract.
        Ok(unsafe { BlockLease::in_region(base, bytes) })
    }

    /// The value stack, zero at first.
    ///
    /// # Errors
    ///
    /// If a system call fails.
    pub fn value_stack(&mut self) -> Result<ValueStackArea, RegionError> {
        let bytes = self.home.limits.value_stack_size;
        let part = &mut self.parts.value_stack;
        debug_assert!(bytes + RESERVE_SLOTS * size_of::<u64>() <= part.capacity());
        let base = accessible(part, part.capacity())?.cast::<u64>();
        // SAFETY: the part has this many bytes and the reserve.
        let limit = unsafe { base.byte_add(bytes) };
        Ok(ValueStackArea { base, limit })
    }

    /// The value stack for an execution; `None` if one has it.
    ///
    /// # Errors
    ///
    /// If a system call fails.
    ///
    /// # Safety
    ///
    /// The slot is not dropped as long as the execution runs, and nobody asks for [`Slot::value_stack`].
    pub unsafe fn lend_value_stack(&mut self) -> Result<Option<ValueStack>, RegionError> {
        let Some(lease) = AreaLease::take(&self.parts.value_stack_is_lent) else {
            return Ok(None);
        };
        let ValueStackArea { base, limit } = self.value_stack()?;
        base.as_ptr().expose_provenance();
        // SAFETY: the area is page-aligned, with a reserve behind it; the rest is by contract.
        Ok(Some(unsafe { ValueStack::in_area(base, limit, lease) }))
    }

    /// The native stack for a guest that may be suspended; `None` if one has it, it is too small, or there are no guard pages.
    ///
    /// # Errors
    ///
    /// If a system call fails.
    ///
    /// # Safety
    ///
    /// The slot is not dropped as long as something runs on the stack, and nobody asks for [`Slot::stack`].
    pub unsafe fn lend_native_stack(&mut self) -> Result<Option<NativeStack>, RegionError> {
        let Some(lease) = AreaLease::take(&self.parts.stack_is_lent) else {
            return Ok(None);
        };
        let area = self.stack()?;
        area.bottom.as_ptr().expose_provenance();
        // SAFETY: by contract.
        Ok(unsafe { NativeStack::in_area(area, lease) })
    }

    /// The heap as a memory of the type's initial size, with `image` and zeros around it. It can
    /// grow to the limits of region and slot.
    ///
    /// # Errors
    ///
    /// If the heap is lent already, the type's minimum is beyond the limits, or a system call fails.
    pub fn memory(
        &mut self,
        ty: &MemoryType,
        image: Option<&Arc<MemoryImage>>,
    ) -> Result<Memory, RegionError> {
        let minimum = ty.minimum_bytes().unwrap_or(u64::MAX);
        if minimum > self.heap_limit as u64 {
            return Err(RegionError::LimitsExceeded(format!(
                "memory of {minimum} bytes exceeds the limit of {}",
                self.heap_limit
            )));
        }
        self.own_heap()?;
        let mut heap = self.heap.take().expect("the heap is here");
        let policy = self.home.policy;
        let room = SlotRoom {
            limit: self.heap_limit,
            ..self.home.room
        };
        // SAFETY: the heap is borrowed with the slot; its header is the end of the instance's page, and the room is
        // as the region was laid out.
        let lease = unsafe {
            heap.reset(&policy);
            MemoryLease::new(heap, self.home.clone(), self.index, room, policy)
        };
        Ok(Memory::new_leased(ty, lease, image)?)
    }

    /// Makes the heap what it is in a new instance: its initial size, with `image` and zeros around it.
    ///
    /// # Errors
    ///
    /// If the module has no heap, it is lent to a memory, or a system call fails.
    ///
    /// # Panics
    ///
    /// If the image is not within the initial size.
    pub fn reset_heap(&mut self, image: Option<&Arc<MemoryImage>>) -> Result<(), RegionError> {
        let Some(spec) = self.spec.heap else {
            return Err(no_memory("cannot reset heap"));
        };
        let policy = self.home.policy;
        let heap = self.own_heap()?;
        // SAFETY: the heap is borrowed with the slot.
        unsafe { heap.reset(&policy) };
        let initial = usize::try_from(spec.initial_size).expect("it is within the limits");
        Ok(heap.instantiate(initial, image)?)
    }

    /// Makes `bytes` more of the heap accessible, rounded up to whole pages, and returns its old length.
    /// By 0 bytes it succeeds whatever the limits.
    ///
    /// # Errors
    ///
    /// If the module has no heap, a limit is passed, the heap is lent to a memory, or a system call fails;
    /// the heap is as before then.
    pub fn expand_heap(&mut self, bytes: u64) -> Result<u64, RegionError> {
        let address_space = self.home.limits.heap_address_space_size as u64;
        let (spec, heap_limit) = (self.spec.heap, self.heap_limit as u64);
        let heap = self.own_heap()?;
        let old = heap.len() as u64;
        if bytes == 0 {
            return Ok(old);
        }
        let exceeded = |message: String| Err(RegionError::LimitsExceeded(message));
        let Some(more) = bytes.checked_next_multiple_of(sys::page_size() as u64) else {
            return exceeded("expanded heap would overflow address space".into());
        };
        let Some(rest) = (address_space - old).checked_sub(more) else {
            return exceeded("expanded heap would overflow addressable memory".into());
        };
        let Some(spec) = spec else {
            return Err(no_memory("cannot expand heap"));
        };
        if rest < spec.guard_size {
            return exceeded("expansion would leave guard memory too small".into());
        }
        let new = old + more;
        if let Some(max) = spec.max_size.filter(|&max| new > max) {
            return exceeded(format!(
                "expansion would exceed module-specified heap limit: {max}"
            ));
        }
        if new > heap_limit {
            return exceeded(format!(
                "expansion would exceed runtime-specified heap limit: {heap_limit}"
            ));
        }
        if heap.state() != SlotState::InUse {
            heap.instantiate(0, None)?;
        }
        heap.grow(new as usize)?;
        Ok(old)
    }

    /// The accessible heap; empty while it is lent to a memory.
    pub fn heap(&mut self) -> &mut [u8] {
        let Ok(heap) = self.own_heap() else {
            return &mut [];
        };
        // SAFETY: `len` bytes are accessible, initialised, and this slot's, which is borrowed.
        unsafe { std::slice::from_raw_parts_mut(heap.base().as_ptr(), heap.len()) }
    }

    /// Makes all parts but a lent heap what they are in a slot that was just taken, for another run of the instance.
    ///
    /// # Safety
    ///
    /// Nobody uses what they gave out, the host part of the instance excepted: its page stays as it is.
    pub unsafe fn reset(&mut self) {
        let policy = self.home.policy;
        // SAFETY: by contract.
        unsafe {
            self.parts.reset(&policy);
            if !self.stale_stacks {
                self.parts.reset_stacks(&policy);
            }
            if let Ok(heap) = self.own_heap() {
                heap.reset(&policy);
            }
        }
    }

    /// What is at `address`; `heap_len` is the present length of the heap in bytes.
    pub fn location(&self, address: *const u8, heap_len: usize) -> AddrLocation {
        let offset = address.addr().wrapping_sub(self.start().addr().get());
        self.home.layout.location(offset, heap_len)
    }

    /// The heap, if it is not lent.
    fn own_heap(&mut self) -> Result<&mut ImageSlot, RegionError> {
        if self.heap.is_none() {
            self.heap = self.home.returned_heap(self.index);
        }
        match &mut self.heap {
            Some(heap) => Ok(heap),
            None => Err(RegionError::InvalidArgument("the heap is lent to a memory")),
        }
    }
}

/// All of a part, at least this many bytes of it accessible.
fn accessible(part: &mut ImageSlot, bytes: usize) -> Result<NonNull<u8>, SlotError> {
    if part.state() != SlotState::InUse {
        part.instantiate(bytes, None)?;
    } else if part.len() < bytes {
        part.grow(bytes)?;
    }
    Ok(part.base())
}

/// A stack that is all of a part.
fn whole(part: &mut ImageSlot) -> Result<StackArea, RegionError> {
    let bottom = accessible(part, part.capacity())?;
    Ok(StackArea {
        // SAFETY: one past the end of the part.
        top: unsafe { bottom.add(part.capacity()) },
        bottom,
        guard: if sys::HAS_GUARD_PAGES {
            sys::page_size()
        } else {
            0
        },
    })
}

fn no_memory(what: &str) -> RegionError {
    RegionError::NoLinearMemory(what.into())
}

impl Drop for Slot {
    fn drop(&mut self) {
        let instance = self.start();
        let is_lent = self.own_heap().is_err();
        // SAFETY: whoever had the slot has given up what it gave out; the parts are not used after this.
        let parts = unsafe {
            let mut parts = ManuallyDrop::take(&mut self.parts);
            parts.reset(&self.home.policy);
            if !self.stale_stacks {
                parts.reset_stacks(&self.home.policy);
            }
            if std::mem::take(&mut parts.instance_used) {
                // The end of the page belongs to the memory that the heap is lent to.
                let page = &self.home.layout.instance;
                let header = if is_lent { MEMORY_HEADER_BYTES } else { 0 };
                instance.add(page.start).write_bytes(0, page.len() - header);
            }
            if let Some(heap) = &mut self.heap {
                heap.reset(&self.home.policy);
            }
            parts
        };
        self.home.put(self.index, Some(parts), self.heap.take());
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("index", &self.index)
            .field("start", &self.start())
            .field("heap", &self.heap)
            .field("heap_limit", &self.heap_limit)
            .finish_non_exhaustive()
    }
}
