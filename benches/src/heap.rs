#![expect(
    unsafe_code,
    reason = "an allocator is an unsafe trait; sets up the system's"
)]
//! An allocator that can count. It does nothing but ask the system's until it is told to count,
//! which only processes for measuring memory do.
//!
//! The system's allocator is kept from learning: glibc's takes large blocks from the heap rather than
//! from new pages once one has been freed, and then must clear them. A runtime whose guest memories are
//! allocated would start eight times slower after another has freed a large block.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

static COUNTS: AtomicBool = AtomicBool::new(false);
static LIVE_BYTES: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, counting the bytes that are allocated.
#[derive(Debug)]
pub struct CountingAllocator;

/// Fixes from what size on blocks are of new pages (a mebibyte), and how much free memory is kept,
/// where the system's allocator would change both by what it has seen.
pub fn fix_thresholds() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: `mallopt` may be called at any time with any value.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 1 << 20);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 256 << 20);
    }
}

/// Counts from now on.
pub fn count() {
    COUNTS.store(true, Ordering::Relaxed);
}

/// The bytes allocated and not freed since counting began, if [`CountingAllocator`] is the
/// global allocator. Differences mean something; what was freed of earlier may
/// have wrapped the number itself.
pub fn live_bytes() -> usize {
    LIVE_BYTES.load(Ordering::Relaxed)
}

fn add(bytes: usize) {
    if COUNTS.load(Ordering::Relaxed) {
        LIVE_BYTES.fetch_add(bytes, Ordering::Relaxed);
    }
}

// SAFETY: every request is the system allocator's to fulfil, unchanged.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        add(layout.size().wrapping_neg());
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        add(new_size.wrapping_sub(layout.size()));
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}
