//! A zeroed, aligned block of the global allocator.
//!
//! The alignment is made by hand inside a slightly larger block: the allocator is
//! then asked for no more than its natural alignment, for which it can
//! hand out fresh zero pages of the host without touching them. An aligned
//! `alloc_zeroed` would write the whole block.

#![expect(unsafe_code, reason = "calls the global allocator")]

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::fmt;
use std::io;
use std::ptr::NonNull;

/// What every host allocator aligns to without extra work.
const NATURAL_ALIGN: usize = 16;

/// A block of zeroed memory, freed on drop.
pub struct ZeroedBlock {
    raw: NonNull<u8>,
    layout: Layout,
    base: NonNull<u8>,
    len: usize,
}

// SAFETY: the block is owned memory; whoever uses its pointer answers for races.
unsafe impl Send for ZeroedBlock {}
// SAFETY: as above; `&ZeroedBlock` gives out nothing but the pointer.
unsafe impl Sync for ZeroedBlock {}

impl ZeroedBlock {
    /// `len` zero bytes whose address is a multiple of `align`, a power of two.
    /// The pointer's provenance, which is exposed, covers them.
    pub fn new(len: usize, align: usize) -> io::Result<Self> {
        assert!(align.is_power_of_two(), "an alignment is a power of two");
        let out_of_memory = || io::Error::from(io::ErrorKind::OutOfMemory);
        let slack = align.saturating_sub(NATURAL_ALIGN);
        let total = len
            .checked_add(slack)
            .ok_or_else(out_of_memory)?
            .max(NATURAL_ALIGN);
        let layout = Layout::from_size_align(total, NATURAL_ALIGN).map_err(|_| out_of_memory())?;
        // SAFETY: `total` is at least `NATURAL_ALIGN`, so it is not zero.
        let raw = NonNull::new(unsafe { alloc_zeroed(layout) }).ok_or_else(out_of_memory)?;
        raw.as_ptr().expose_provenance();
        let padding = raw.addr().get().wrapping_neg() & (align - 1);
        // SAFETY: `raw` is a multiple of `NATURAL_ALIGN`, so the padding is at most
        // `slack` and `base .. base + len` stays within the block.
        let base = unsafe { raw.add(padding) };
        Ok(Self {
            raw,
            layout,
            base,
            len,
        })
    }

    /// The first byte.
    pub fn as_ptr(&self) -> NonNull<u8> {
        self.base
    }

    /// The length in bytes.
    pub fn len(&self) -> usize {
        self.len
    }
}

impl Drop for ZeroedBlock {
    fn drop(&mut self) {
        // SAFETY: `raw` came from `alloc_zeroed` with this layout, and only `drop` frees it.
        unsafe { dealloc(self.raw.as_ptr(), self.layout) }
    }
}

impl fmt::Debug for ZeroedBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZeroedBlock")
            .field("base", &self.base)
            .field("len", &self.len)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_aligned_and_zero() {
        for (len, align) in [(0, 1), (1, 64), (100, 16), (5000, 4096), (1, 65536)] {
            let block = ZeroedBlock::new(len, align).expect("a small block");
            assert_eq!(block.as_ptr().addr().get() % align, 0, "{len} {align}");
            assert_eq!(block.len(), len);
            for i in 0..len {
                // SAFETY: `i` is within the block, which only this test knows.
                unsafe {
                    assert_eq!(block.as_ptr().add(i).read(), 0);
                    block.as_ptr().add(i).write(0xff);
                }
            }
        }
    }

    #[test]
    fn an_impossible_length_is_an_error() {
        assert!(ZeroedBlock::new(usize::MAX, 64).is_err());
        assert!(ZeroedBlock::new(isize::MAX as usize, 4096).is_err());
    }
}
