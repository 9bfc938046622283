//! Stacks of an execution: the value stack of guest slots, and what is left of
//! the native stack underneath the host's own frames.
//!
//! ```text
//!   │ guard page │ slots, growing up →        │ reserve, ≥ 64 slots │ guard page │
//!                base                         limit                 end
//! ```
//!
//! Readers may rely on: slots are 8 bytes and zero until written; the base is aligned to 16; a frame
//! is checked against `limit`, and up to [`RESERVE_SLOTS`] slots past it may be written;
//! beyond that (and before the base) a touch faults where the platform has guard pages.

#![expect(unsafe_code, reason = "addresses the slots through raw pointers")]

use std::io;
use std::mem::size_of;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::sys::{self, HAS_GUARD_PAGES, Mapping};

/// Bytes left on the current thread's native stack, if the platform tells and the
/// caller runs on it.
pub use crate::sys::{native_stack_remaining, stack_pointer, with_native_stack};

/// How many slots past its limit a value stack has, for code that writes
/// a few slots before or while it checks.
pub const RESERVE_SLOTS: usize = 64;

const SLOT_BYTES: usize = size_of::<u64>();

/// A value stack cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("cannot reserve a value stack of {bytes} bytes")]
pub struct ValueStackError {
    /// The size asked for.
    pub bytes: usize,
    source: io::Error,
}

/// The stack of guest slots of one execution.
///
/// Its pages are committed when they are first touched.
#[derive(Debug)]
pub struct ValueStack {
    place: Place,
    base: NonNull<u64>,
    len_slots: usize,
}

#[derive(Debug)]
enum Place {
    Own(Mapping),
    Lent { _area: AreaLease },
}

/// An area that is lent to one at a time, until this is dropped.
#[derive(Debug)]
pub(crate) struct AreaLease(Arc<AtomicBool>);

impl AreaLease {
    /// Lends the area whose state this is; `None` if somebody has it.
    pub fn take(is_lent: &Arc<AtomicBool>) -> Option<Self> {
        let was_lent = is_lent.swap(true, Ordering::Acquire);
        (!was_lent).then(|| Self(is_lent.clone()))
    }
}

impl Drop for AreaLease {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

// SAFETY: the pointer is into the mapping, which may be sent; the slots are raw
// memory, used by whoever runs the execution.
unsafe impl Send for ValueStack {}
// SAFETY: as above; `&ValueStack` gives out nothing but addresses.
unsafe impl Sync for ValueStack {}

impl ValueStack {
    /// A stack of `bytes`, rounded down to whole pairs of slots. The host's page size
    /// does not change its limit, so that it overflows at the same depth everywhere.
    pub fn new(bytes: usize) -> Result<Self, ValueStackError> {
        let len_slots = bytes / (2 * SLOT_BYTES) * 2;
        let guard = guard_bytes();
        let map = || -> io::Result<Mapping> {
            let total = (len_slots * SLOT_BYTES)
                .checked_add(RESERVE_SLOTS * SLOT_BYTES)
                .and_then(|bytes| bytes.checked_add(2 * guard))
                .ok_or_else(|| io::Error::from(io::ErrorKind::OutOfMemory))?;
            let mapping = Mapping::reserve(total)?;
            mapping.make_accessible(guard, mapping.len() - 2 * guard)?;
            Ok(mapping)
        };
        let mapping = map().map_err(|source| ValueStackError { bytes, source })?;
        // SAFETY: the mapping is longer than its guards.
        let base = unsafe { mapping.as_ptr().add(guard) }.cast();
        Ok(Self {
            place: Place::Own(mapping),
            base,
            len_slots,
        })
    }

    /// A stack in an area that somebody else owns.
    ///
    /// # Safety
    ///
    /// As long as an execution uses the stack, the area is accessible up to the reserve behind `limit`, and nobody else's. Both ends
    /// are aligned to 16; provenance is exposed.
    pub(crate) unsafe fn in_area(base: NonNull<u64>, limit: NonNull<u64>, area: AreaLease) -> Self {
        let bytes = limit.addr().get() - base.addr().get();
        Self {
            place: Place::Lent { _area: area },
            base,
            len_slots: bytes / SLOT_BYTES,
        }
    }

    /// The first slot, aligned to 16; provenance of the whole stack, exposed.
    pub fn base(&self) -> *mut u64 {
        self.base.as_ptr()
    }

    /// Where frames end: `len_slots` past the base, with [`RESERVE_SLOTS`] more behind it.
    pub fn limit(&self) -> *mut u64 {
        // SAFETY: the mapping holds that many slots, and the reserve.
        unsafe { self.base.add(self.len_slots) }.as_ptr()
    }

    /// How many slots frames may take.
    pub fn len_slots(&self) -> usize {
        self.len_slots
    }

    /// Makes every slot zero again, and gives the pages back to the host where it can take them.
    ///
    /// # Safety
    ///
    /// No execution uses the stack.
    pub unsafe fn reset(&mut self) -> Result<(), ValueStackError> {
        let Place::Own(mapping) = &self.place else {
            return Ok(()); // Whoever owns the area sees to it.
        };
        let guard = guard_bytes();
        // SAFETY: the range is what `new` made accessible, and unused by the caller's word.
        unsafe { mapping.reset(guard, mapping.len() - 2 * guard) }.map_err(|source| {
            ValueStackError {
                bytes: self.len_slots * SLOT_BYTES,
                source,
            }
        })
    }
}

/// How many inaccessible bytes are on either side of a stack.
fn guard_bytes() -> usize {
    if HAS_GUARD_PAGES { sys::page_size() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_and_reserve_can_be_written() {
        let mut stack = ValueStack::new(10_000).expect("a small stack");
        assert_eq!(stack.len_slots(), 1250);
        assert_eq!(stack.base().addr() % 16, 0);
        assert_eq!(stack.limit().addr() - stack.base().addr(), 10_000);
        let last = stack.len_slots() + RESERVE_SLOTS - 1;
        // SAFETY: slots of a stack that nobody else uses, up to the end of the reserve.
        unsafe {
            assert_eq!((stack.base().read(), stack.base().add(last).read()), (0, 0));
            stack.base().write(1);
            stack.base().add(last).write(2);
            stack.reset().expect("reset");
            assert_eq!((stack.base().read(), stack.base().add(last).read()), (0, 0));
        }
    }

    #[test]
    fn guards_are_on_both_sides() {
        let stack = ValueStack::new(1 << 16).expect("a stack");
        let first = stack.base().cast::<u8>();
        let end = stack.limit().wrapping_add(RESERVE_SLOTS).cast::<u8>();
        let page_end = end.wrapping_add(end.addr().wrapping_neg() % sys::page_size());
        assert!(sys::is_accessible(first) && sys::is_accessible(end.wrapping_sub(1)));
        assert_eq!(sys::is_accessible(first.wrapping_sub(1)), !HAS_GUARD_PAGES);
        assert_eq!(sys::is_accessible(page_end), !HAS_GUARD_PAGES);
    }

    #[test]
    fn slots_come_in_pairs() {
        for (bytes, slots) in [(0, 0), (15, 0), (16, 2), (24, 2), (1 << 20, 1 << 17)] {
            let stack = ValueStack::new(bytes).expect("a stack");
            assert_eq!(stack.len_slots(), slots, "{bytes}");
        }
    }

    #[test]
    fn an_impossible_size_is_an_error() {
        for bytes in [usize::MAX, usize::MAX / 2, usize::MAX - 8 * RESERVE_SLOTS] {
            let error = ValueStack::new(bytes).expect_err("too large");
            assert_eq!(error.bytes, bytes);
        }
    }
}
