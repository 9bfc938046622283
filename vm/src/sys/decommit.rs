//! Pages of many places given back by one system call (Linux 6.13 and later), or else one by one.

#![expect(unsafe_code, reason = "calls the operating system")]

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{faults, unix};

/// The most ranges that one call takes.
const MAX_RANGES: usize = 1024;

/// The own process, in place of a descriptor of one (`PIDFD_SELF`).
const PIDFD_SELF: libc::c_int = -10000;

/// Ranges of pages, each by its start and length in bytes.
pub type PageRange = (*mut u8, usize);

/// Drops the pages of accessible ranges, which then read as zero, or as the file that is mapped there.
///
/// # Safety
///
/// The ranges are of whole pages of live mappings of this crate, and nobody uses them meanwhile.
pub unsafe fn decommit_all(ranges: &[PageRange]) -> io::Result<()> {
    static UNAVAILABLE: AtomicBool = AtomicBool::new(false);
    for ranges in ranges.chunks(MAX_RANGES) {
        let mut done = 0;
        if ranges.len() > 1 && !UNAVAILABLE.load(Ordering::Relaxed) {
            // SAFETY: as the caller promises.
            match unsafe { advise_all(ranges) } {
                Some(bytes) => done = bytes,
                None => UNAVAILABLE.store(true, Ordering::Relaxed),
            }
        }
        for &(start, len) in ranges {
            let skip = done.min(len);
            done -= skip;
            // SAFETY: as the caller promises; what is skipped is in whole pages.
            unsafe { unix::discard(start.add(skip), len - skip)? };
        }
    }
    Ok(())
}

/// Drops as many bytes of the ranges, in order, as one call does; `None` if the host does not know the call.
///
/// # Safety
///
/// As for [`decommit_all`].
unsafe fn advise_all(ranges: &[PageRange]) -> Option<usize> {
    if faults::check().is_err() {
        return Some(0);
    }
    let vectors: Vec<libc::iovec> = ranges
        .iter()
        .map(|&(start, len)| libc::iovec {
            iov_base: start.cast(),
            iov_len: len,
        })
        .collect();
    // SAFETY: the vectors live during the call; the pages they name are the caller's to drop.
    let bytes = unsafe {
        libc::syscall(
            libc::SYS_process_madvise,
            PIDFD_SELF,
            vectors.as_ptr(),
            vectors.len(),
            libc::MADV_DONTNEED,
            0,
        )
    };
    usize::try_from(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::super::{Mapping, page_size};
    use super::*;

    #[test]
    fn all_ranges_become_zero_and_nothing_else() {
        let page = page_size();
        for count in [1, 2, 5, MAX_RANGES + 3] {
            let mapping = Mapping::reserve(2 * count * page).expect("a small mapping");
            mapping
                .make_accessible(0, mapping.len())
                .expect("all of it");
            let start = mapping.as_ptr().as_ptr();
            // SAFETY: within the mapping, which nobody else knows.
            unsafe {
                for i in 0..2 * count {
                    start.add(i * page).write(7);
                }
                let ranges: Vec<_> = (0..count)
                    .map(|i| (start.add(2 * i * page), page))
                    .collect();
                decommit_all(&ranges).expect("accessible pages");
                for i in 0..2 * count {
                    assert_eq!(start.add(i * page).read(), [0, 7][i % 2], "{i} of {count}");
                }
            }
        }
    }
}
