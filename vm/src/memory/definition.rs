//! A linear memory as running code sees it: its base, with the length before it.
//!
//! ```text
//!   base - 64          writable, unused (the seed's instance words where adjacent)
//!   base -  8   u64    length in bytes, atomic: its only home
//!   base        u8[]   the content
//! ```

#![expect(unsafe_code, reason = "reads and writes the word before the base")]

use std::sync::atomic::{AtomicU64, Ordering};

/// How many writable bytes every memory has before its base, at least.
pub const MEMORY_HEADER_BYTES: usize = 64;

/// Where the length is, relative to the base.
pub const MEMORY_LENGTH_OFFSET: isize = -8;

/// Where a linear memory is.
///
/// Copies go stale when the memory grows or ends: its owner refreshes them.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct VMMemoryDefinition {
    /// The first byte of the content; provenance of the header and of the whole
    /// capacity, exposed.
    pub base: *mut u8,
}

#[expect(
    clippy::len_without_is_empty,
    reason = "nobody asks whether a memory is empty, and asking is unsafe"
)]
impl VMMemoryDefinition {
    /// The length in bytes.
    ///
    /// # Safety
    ///
    /// `base` is the base of a live linear memory.
    #[inline(always)]
    pub unsafe fn len(self) -> u64 {
        // SAFETY: a live memory, by the caller's word.
        unsafe { self.length_word() }.load(Ordering::Acquire)
    }

    /// Changes the length.
    ///
    /// # Safety
    ///
    /// `base` is the base of a live linear memory that the caller may resize,
    /// and `len` bytes of it are accessible.
    pub(super) unsafe fn set_len(self, len: usize) {
        // SAFETY: a live memory, by the caller's word.
        unsafe { self.length_word() }.store(len as u64, Ordering::Release);
    }

    /// # Safety
    ///
    /// As for [`Self::len`]; the reference ends before the memory does.
    #[inline(always)]
    unsafe fn length_word<'a>(self) -> &'a AtomicU64 {
        // SAFETY: every memory has a writable header of 64 bytes before its base, allocated
        // with it, and a base aligned to 16 at least; the word is only accessed atomically.
        unsafe { AtomicU64::from_ptr(self.base.byte_offset(MEMORY_LENGTH_OFFSET).cast()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::{offset_of, size_of};

    #[test]
    fn layout_is_what_machine_code_expects() {
        assert_eq!(offset_of!(VMMemoryDefinition, base), 0);
        assert_eq!(size_of::<VMMemoryDefinition>(), size_of::<usize>());
        assert_eq!(MEMORY_LENGTH_OFFSET, -(size_of::<AtomicU64>() as isize));
    }
}
