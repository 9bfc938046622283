//! The portable platform: zeroed blocks of the global allocator, no guard pages,
//! nothing known about native stacks.
//!
//! A reservation is a real allocation here, so callers reserve only what they
//! will use: linear memories do not reserve at all (`memory::PortableMemory`).

#![expect(unsafe_code, reason = "clears allocated memory through raw pointers")]

use std::io;
use std::ptr::{self, NonNull};

use super::{ZeroedBlock, faults, round_up_to_pages};

/// Whether a touch of memory that was not made accessible faults.
pub const HAS_GUARD_PAGES: bool = false;

/// As most hosts recommend for a stack of signal handlers, in bytes.
pub const SIGNAL_STACK_BYTES: usize = 8192;

/// The least that a stack of signal handlers has on most hosts, in bytes.
pub const MIN_SIGNAL_STACK_BYTES: usize = 2048;

/// The unit in which mappings are laid out, in bytes.
pub fn page_size() -> usize {
    4096
}

/// A page-aligned piece of address space, given back on drop.
#[derive(Debug)]
pub struct Mapping {
    block: ZeroedBlock,
}

impl Mapping {
    /// Reserves at least `len` bytes, all of which are accessible already.
    pub fn reserve(len: usize) -> io::Result<Self> {
        let len = round_up_to_pages(len)?;
        faults::check()?;
        let block = ZeroedBlock::new(len, page_size())?;
        Ok(Self { block })
    }

    /// Makes `len` bytes at `offset` readable and writable; both in whole pages.
    ///
    /// # Panics
    ///
    /// If the range is not within the mapping, or not made of whole pages.
    pub fn make_accessible(&self, offset: usize, len: usize) -> io::Result<()> {
        self.check_range(offset, len);
        Ok(())
    }

    /// Makes `len` accessible bytes at `offset` zero again.
    ///
    /// # Panics
    ///
    /// If the range is not within the mapping, or not made of whole pages.
    ///
    /// # Safety
    ///
    /// Nobody else uses the range meanwhile.
    pub unsafe fn reset(&self, offset: usize, len: usize) -> io::Result<()> {
        self.check_range(offset, len);
        // SAFETY: the range is within the mapping, and ours by the caller's word.
        unsafe { discard(self.as_ptr().as_ptr().add(offset), len) }
    }

    /// Nothing, for all is accessible here; the content of the `len` bytes at `offset` stays.
    ///
    /// # Panics
    ///
    /// If the range is not within the mapping, or not made of whole pages.
    ///
    /// # Safety
    ///
    /// Nobody else uses the range from now on.
    pub unsafe fn hide(&self, offset: usize, len: usize) -> io::Result<()> {
        self.check_range(offset, len);
        Ok(())
    }

    /// Makes the `len` bytes at `offset` zero, accessible or not.
    ///
    /// # Panics
    ///
    /// If the range is not within the mapping, or not made of whole pages.
    ///
    /// # Safety
    ///
    /// Nobody else uses the range, whose content is lost.
    pub unsafe fn replace(&self, offset: usize, len: usize, _accessible: bool) -> io::Result<()> {
        // SAFETY: by contract.
        unsafe { self.reset(offset, len) }
    }

    /// The first byte.
    pub fn as_ptr(&self) -> NonNull<u8> {
        self.block.as_ptr()
    }

    /// The length in bytes, a multiple of the page size.
    pub fn len(&self) -> usize {
        self.block.len()
    }

    fn check_range(&self, offset: usize, len: usize) {
        assert!(
            offset <= self.len() && len <= self.len() - offset,
            "the range lies within the mapping"
        );
        assert!(
            offset.is_multiple_of(page_size()) && len.is_multiple_of(page_size()),
            "the range is made of whole pages"
        );
    }
}

/// Makes `len` bytes from `start` on readable and writable.
///
/// # Safety
///
/// The bytes lie within one live mapping of this crate and start at a page.
pub unsafe fn make_accessible(_start: *mut u8, _len: usize) -> io::Result<()> {
    Ok(())
}

/// Makes an accessible range zero.
///
/// # Safety
///
/// The range is of whole pages of a live [`Mapping`], and nobody uses it meanwhile.
pub(super) unsafe fn discard(start: *mut u8, len: usize) -> io::Result<()> {
    faults::check()?;
    // SAFETY: the range is mapped, and the caller's.
    unsafe { ptr::write_bytes(start, 0, len) };
    Ok(())
}

/// How many bytes of the current thread's native stack are left, if the
/// platform tells and the caller runs on that stack.
pub fn native_stack_remaining() -> Option<usize> {
    None
}

/// Does `work`; nothing is known of stacks here.
pub fn with_native_stack<R>(_stack: std::ops::Range<usize>, work: impl FnOnce() -> R) -> R {
    work()
}

/// Whether the byte at `address` can be read: nothing is known against it here.
#[cfg(test)]
pub fn is_accessible(_address: *const u8) -> bool {
    true
}
