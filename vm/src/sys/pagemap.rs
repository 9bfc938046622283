//! Which pages were written (Linux 6.7 and later): the `PAGEMAP_SCAN` request of `/proc/self/pagemap`.
//!
//! A page counts as written when it has content of its own, in memory **or swapped out**; pages that
//! were only read (the zero page, unchanged pages of a file) do not. But the system may put the zero page in place of
//! one that is full of zeros (merging equal pages, splitting huge ones), so where the content is to be
//! something else, zero pages are told too. The file belongs to the address
//! space that opened it, so it is opened again after a fork: its descriptor is kept in a
//! page that the system wipes in the child.

#![expect(unsafe_code, reason = "calls the operating system")]

use std::fs::File;
use std::ops::Range;
use std::os::fd::{AsRawFd, IntoRawFd};
use std::ptr::{self, NonNull};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use super::{faults, page_size};

/// How many runs of pages one request tells.
const RUNS: usize = 64;

/// `_IOWR('f', 16, struct pm_scan_arg)`, here 96 bytes long.
const PAGEMAP_SCAN: libc::Ioctl = 0xc060_6610_u32 as libc::Ioctl;

const PAGE_IS_WRITTEN: u64 = 1 << 1;
const PAGE_IS_FILE: u64 = 1 << 2;
const PAGE_IS_PRESENT: u64 = 1 << 3;
const PAGE_IS_SWAPPED: u64 = 1 << 4;
const PAGE_IS_PFNZERO: u64 = 1 << 5;

/// `struct pm_scan_arg`.
#[repr(C)]
struct ScanArg {
    size: u64,
    flags: u64,
    start: u64,
    end: u64,
    walk_end: u64,
    vec: u64,
    vec_len: u64,
    max_pages: u64,
    category_inverted: u64,
    category_mask: u64,
    category_anyof_mask: u64,
    return_mask: u64,
}

/// `struct page_region`.
#[repr(C)]
#[derive(Copy, Clone)]
struct PageRegion {
    start: u64,
    end: u64,
    categories: u64,
}

/// Tells `written` each run of written pages of the `len` bytes from `start` on, in ascending order
/// and as offsets, until they are `max_pages` (at least 1). Returns the offset at which it stopped: `len`
/// if it has seen everything. `None` if the system cannot tell (all); runs may have been told by then.
///
/// With `zero_pages`, pages where the zero page is mapped are told too, by themselves: the flag says so.
///
/// `start` and `len` are in whole pages.
pub fn scan_written(
    start: NonNull<u8>,
    len: usize,
    max_pages: usize,
    zero_pages: bool,
    mut written: impl FnMut(Range<usize>, bool),
) -> Option<usize> {
    let excluded = match zero_pages {
        true => PAGE_IS_FILE,
        false => PAGE_IS_FILE | PAGE_IS_PFNZERO,
    };
    let base = start.addr().get() as u64;
    let end = base + len as u64;
    let (mut at, mut pages_left) = (base, max_pages);
    let mut runs = [const {
        PageRegion {
            start: 0,
            end: 0,
            categories: 0,
        }
    }; RUNS];
    while at < end && pages_left > 0 {
        let mut arg = ScanArg {
            size: size_of::<ScanArg>() as u64,
            flags: 0,
            start: at,
            end,
            walk_end: 0,
            vec: runs.as_mut_ptr().addr() as u64,
            vec_len: RUNS as u64,
            max_pages: pages_left as u64,
            category_inverted: excluded,
            category_mask: PAGE_IS_WRITTEN | excluded,
            category_anyof_mask: PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
            return_mask: PAGE_IS_WRITTEN | PAGE_IS_PFNZERO,
        };
        let found = request(&mut arg)?;
        for run in &runs[..found.min(RUNS)] {
            let is_zero = run.categories & PAGE_IS_PFNZERO != 0;
            let run = (run.start - base) as usize..(run.end - base) as usize;
            pages_left = pages_left.saturating_sub(run.len() / page_size());
            written(run, is_zero);
        }
        if arg.walk_end <= at || arg.walk_end > end {
            return None;
        }
        at = arg.walk_end;
    }
    Some((at - base) as usize)
}

/// One request; the number of runs found.
fn request(arg: &mut ScanArg) -> Option<usize> {
    static UNAVAILABLE: AtomicBool = AtomicBool::new(false);
    if UNAVAILABLE.load(Ordering::Relaxed) || faults::check().is_err() {
        return None;
    }
    let found = match descriptor() {
        // SAFETY: the argument is what the request takes, and points to as many runs as it says.
        Some(pagemap) => unsafe { libc::ioctl(pagemap, PAGEMAP_SCAN, ptr::from_mut(arg)) },
        None => -1,
    };
    if found < 0 {
        UNAVAILABLE.store(true, Ordering::Relaxed);
        return None;
    }
    usize::try_from(found).ok()
}

/// `/proc/self/pagemap` of this process, opened once.
fn descriptor() -> Option<libc::c_int> {
    let kept = wiped_on_fork()?;
    match kept.load(Ordering::Acquire) {
        0 => {}
        kept => return Some(kept - 1),
    }
    let new = File::open("/proc/self/pagemap").ok()?;
    let word = new.as_raw_fd() + 1;
    match kept.compare_exchange(0, word, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => Some(new.into_raw_fd()),
        Err(other) => Some(other - 1),
    }
}

/// A descriptor plus 1; 0 at first and in the child of a fork.
fn wiped_on_fork() -> Option<&'static AtomicI32> {
    static PLACE: OnceLock<Option<&'static AtomicI32>> = OnceLock::new();
    *PLACE.get_or_init(|| {
        // SAFETY: a new private mapping at an address of the host's choice touches nothing that
        // exists; it stays for ever, zero-filled, and is only accessed atomically.
        unsafe {
            let page = libc::mmap(
                ptr::null_mut(),
                page_size(),
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            );
            if page == libc::MAP_FAILED
                || libc::madvise(page, page_size(), libc::MADV_WIPEONFORK) != 0
            {
                return None;
            }
            Some(AtomicI32::from_ptr(page.cast()))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::Mapping;
    use super::*;

    /// Each second of the pages written, the others read; found in several requests.
    fn check_scan() -> Result<(), &'static str> {
        let page = page_size();
        let pages = 6 * RUNS;
        let mapping = Mapping::reserve(pages * page).expect("a small mapping");
        mapping.make_accessible(0, pages * page).expect("all of it");
        for i in 0..pages {
            // SAFETY: within the mapping, which nobody else knows.
            unsafe {
                let byte = mapping.as_ptr().as_ptr().add(i * page);
                if i % 2 == 0 {
                    byte.write(1)
                } else {
                    assert_eq!(byte.read_volatile(), 0)
                }
            }
        }
        let scan = |max_pages, zero_pages| {
            let (mut found, mut zero) = (Vec::new(), 0);
            let end = scan_written(
                mapping.as_ptr(),
                pages * page,
                max_pages,
                zero_pages,
                |run, is_zero| match is_zero {
                    true => zero += run.len() / page,
                    false => found.push(run),
                },
            );
            end.map(|end| (end, found, zero))
        };
        let expected: Vec<_> = (0..pages)
            .step_by(2)
            .map(|i| i * page..(i + 1) * page)
            .collect();
        match scan(usize::MAX, false) {
            None => return Err("no pagemap"),
            Some((end, ..)) if end != pages * page => return Err("the end was not reached"),
            Some((_, found, 0)) if found == expected => {}
            Some(_) => return Err("other pages were found"),
        }
        match scan(usize::MAX, true) {
            Some((_, found, zero)) if found == expected && zero == pages / 2 => {}
            _ => return Err("zero pages are not told"),
        }
        // Pages that the system has put elsewhere (if it has where to) still count.
        // SAFETY: a mapping of this test's; the content stays.
        unsafe {
            libc::madvise(
                mapping.as_ptr().as_ptr().cast(),
                pages * page,
                libc::MADV_PAGEOUT,
            );
        }
        match scan(usize::MAX, false) {
            Some((_, found, _)) if found == expected => {}
            _ => return Err("pages that were swapped out are not found"),
        }
        match scan(5, false) {
            Some((end, found, _))
                if found == expected[..5] && end > 8 * page && end <= 10 * page =>
            {
                Ok(())
            }
            _ => Err("the limit was not kept"),
        }
    }

    #[test]
    fn written_pages_are_found_also_after_a_fork() {
        match check_scan() {
            Err("no pagemap") => return, // an older kernel, or no /proc
            result => result.expect("the scan"),
        }
        // SAFETY: the child only maps, touches and scans pages, and ends without unwinding.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let status = i32::from(check_scan().is_err());
            // SAFETY: ends the child at once.
            unsafe { libc::_exit(status) }
        }
        let mut status = -1;
        // SAFETY: waits for the child that was just made.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0, "the scan in the child");
    }
}
