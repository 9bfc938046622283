//! Pages near a memory that are the test's own: accessible, and with a pattern that must stay.

#![expect(unsafe_code, reason = "maps memory at addresses of its choice")]

use std::ffi::{c_int, c_void};
use std::ptr;

const PAGE: usize = 4096;
const PATTERN: u8 = 0xc5;

/// What is reserved above the memory that is made next, if the host goes downwards.
const PAD_BYTES: usize = 24 << 30;

const PROT_NONE: c_int = 0;
const PROT_READ_WRITE: c_int = 3;
const MAP_PRIVATE: c_int = 0x02;
const MAP_ANONYMOUS: c_int = 0x20;
const MAP_NORESERVE: c_int = 0x4000;
const MAP_FIXED_NOREPLACE: c_int = 0x10_0000;

unsafe extern "C" {
    fn mmap(
        at: *mut c_void,
        len: usize,
        prot: c_int,
        flags: c_int,
        fd: c_int,
        at: i64,
    ) -> *mut c_void;
    fn mprotect(at: *mut c_void, len: usize, prot: c_int) -> c_int;
    fn munmap(at: *mut c_void, len: usize) -> c_int;
}

/// Pages with the pattern, and address space for more.
pub struct Canaries {
    pad: *mut u8,
    pages: Vec<*mut u8>,
}

impl Canaries {
    /// Reserves address space. The memory that is to be surrounded is made after this.
    pub fn new() -> Self {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
        // SAFETY: a new mapping at an address of the host's choice.
        let pad = unsafe { mmap(ptr::null_mut(), PAD_BYTES, PROT_NONE, flags, -1, 0) };
        assert!(pad.addr() != usize::MAX, "there is address space");
        Self {
            pad: pad.cast(),
            pages: Vec::new(),
        }
    }

    /// Puts the pattern into the page of `address` and the next one. Returns whether both are the test's; they
    /// are not if there is something already.
    pub fn guard(&mut self, address: usize) -> bool {
        let page = address & !(PAGE - 1);
        let first = self.page(page);
        page.checked_add(PAGE).is_some_and(|next| self.page(next)) && first
    }

    fn page(&mut self, page: usize) -> bool {
        if self.pages.iter().any(|known| known.addr() == page) {
            return true;
        }
        let at = ptr::without_provenance_mut::<u8>(page);
        let own = if (self.pad.addr()..self.pad.addr() + PAD_BYTES).contains(&page) {
            let at = self.pad.with_addr(page);
            // SAFETY: the page is our own.
            assert_eq!(unsafe { mprotect(at.cast(), PAGE, PROT_READ_WRITE) }, 0);
            at
        } else {
            let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
            // SAFETY: nothing is replaced.
            let own = unsafe { mmap(at.cast(), PAGE, PROT_READ_WRITE, flags, -1, 0) };
            if own.addr() == usize::MAX {
                return false;
            }
            if own.addr() != page {
                // A host that does not know the flag.
                // SAFETY: it was mapped just now.
                unsafe { munmap(own, PAGE) };
                return false;
            }
            own.cast()
        };
        // SAFETY: the page is ours and writable.
        unsafe { own.write_bytes(PATTERN, PAGE) };
        self.pages.push(own);
        true
    }

    /// How many pages there are.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// The first address at which the pattern is no longer.
    pub fn changed(&self) -> Option<usize> {
        let changed = |&page: &*mut u8| {
            // SAFETY: the page is ours; guests that may have written to it have ended.
            let bytes = unsafe { std::slice::from_raw_parts(page, PAGE) };
            let at = bytes.iter().position(|&byte| byte != PATTERN)?;
            Some(page.addr() + at)
        };
        self.pages.iter().find_map(changed)
    }
}

impl Drop for Canaries {
    fn drop(&mut self) {
        let pad = self.pad.addr()..self.pad.addr() + PAD_BYTES;
        // SAFETY: all of it is ours.
        unsafe {
            for &page in &self.pages {
                if !pad.contains(&page.addr()) {
                    munmap(page.cast(), PAGE);
                }
            }
            munmap(self.pad.cast(), PAD_BYTES);
        }
    }
}

#[test]
fn a_change_of_a_canary_is_seen() {
    let mut canaries = Canaries::new();
    let address = canaries.pad.addr() + (1 << 30) + 5;
    assert!(canaries.guard(address));
    assert_eq!((canaries.changed(), canaries.len()), (None, 2));
    let own = canaries.pad.with_addr(address);
    // SAFETY: a byte of a page that was made accessible just now.
    unsafe { own.write(0) };
    assert_eq!(canaries.changed(), Some(address));
    let here = ptr::from_ref(&PATTERN).addr();
    assert!(!canaries.guard(here), "there is something already");
}
