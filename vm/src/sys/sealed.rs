//! Sealed anonymous files (Linux): bytes that any number of mappings share, copied when written to.

#![expect(unsafe_code, reason = "calls the operating system")]

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Mapping, faults};

/// How many descriptors of all that the process may have these files take, as a divisor: the rest is the
/// embedder's.
const DESCRIPTOR_SHARE: u64 = 4;

/// How many of these files there are.
static FILES: AtomicU64 = AtomicU64::new(0);

/// Bytes in a file of memory that nobody can change any more.
#[derive(Debug)]
pub struct SealedFile {
    file: File,
    _count: Count,
}

/// One of [`FILES`].
#[derive(Debug)]
struct Count(&'static AtomicU64);

impl Count {
    /// Counts one more, unless there are `limit` already.
    fn new(files: &'static AtomicU64, limit: u64) -> io::Result<Self> {
        let count = Self(files);
        match files.fetch_add(1, Ordering::Relaxed) < limit {
            true => Ok(count),
            false => Err(io::ErrorKind::QuotaExceeded.into()),
        }
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How many descriptors the process may have.
fn max_descriptors() -> io::Result<u64> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the limit is a local that the call writes to.
    match unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } {
        0 => Ok(limit.rlim_cur),
        _ => Err(io::Error::last_os_error()),
    }
}

impl SealedFile {
    /// A file with these bytes, sealed against writing, growing, shrinking and more seals. An error, too, if such files
    /// have their share of the descriptors that the process may have.
    pub fn new(bytes: &[u8]) -> io::Result<Self> {
        let count = Count::new(&FILES, max_descriptors()? / DESCRIPTOR_SHARE)?;
        faults::check()?;
        // SAFETY: the name is a C string; the call has no other preconditions.
        let fd = unsafe {
            libc::memfd_create(
                c"selvedge-image".as_ptr(),
                libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING,
            )
        };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the descriptor has just been made, and has no other owner.
        let mut file = unsafe { File::from_raw_fd(fd) };
        faults::check()?;
        file.write_all(bytes)?;
        let seals =
            libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_WRITE | libc::F_SEAL_SEAL;
        faults::check()?;
        // SAFETY: the descriptor is open; the call changes nothing in this process.
        if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, seals) } != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self {
            file,
            _count: count,
        })
    }

    /// Puts the first `len` bytes of the file in place of the pages at `offset` of `mapping`,
    /// readable and writable: pages are shared until written to, and private from then on.
    /// `offset` and `len` are in whole pages.
    ///
    /// # Panics
    ///
    /// If the range is not within the mapping, or not made of whole pages.
    ///
    /// # Safety
    ///
    /// Nobody else uses the range, whose content is lost.
    pub unsafe fn map(&self, mapping: &Mapping, offset: usize, len: usize) -> io::Result<()> {
        mapping.check_range(offset, len);
        if len == 0 {
            return Ok(());
        }
        faults::check()?;
        // SAFETY: the range lies within the mapping, and is unused by the caller's word.
        let result = unsafe {
            libc::mmap(
                mapping.as_ptr().as_ptr().add(offset).cast(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_FIXED | libc::MAP_NORESERVE,
                self.file.as_raw_fd(),
                0,
            )
        };
        if result == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::page_size;
    use super::*;
    use std::os::unix::fs::FileExt;

    #[test]
    fn a_mapped_file_is_private_and_comes_back() {
        let page = page_size();
        let bytes: Vec<u8> = (0..2 * page).map(|i| i as u8 | 1).collect();
        let file = SealedFile::new(&bytes).expect("a small file");
        let mapping = Mapping::reserve(4 * page).expect("four pages");
        // SAFETY: nobody else knows the mapping.
        unsafe {
            file.map(&mapping, page, 2 * page).expect("two pages");
            let start = mapping.as_ptr().as_ptr().add(page);
            assert_eq!(std::slice::from_raw_parts(start, 2 * page), bytes);
            start.write(0xee);
            assert_eq!(start.read(), 0xee);
            mapping.reset(page, 2 * page).expect("dropped");
            assert_eq!(std::slice::from_raw_parts(start, 2 * page), bytes);
        }
    }

    #[test]
    fn there_are_never_more_files_than_their_share() {
        static TEST_FILES: AtomicU64 = AtomicU64::new(0);
        let count = || Count::new(&TEST_FILES, 2);
        let two = (count().expect("the first"), count().expect("the second"));
        assert!(count().is_err() && count().is_err());
        drop(two.0);
        let third = count().expect("in place of the first");
        assert!(count().is_err());
        drop((two.1, third));
        assert_eq!(TEST_FILES.load(Ordering::Relaxed), 0);
        assert!(max_descriptors().expect("a limit") >= DESCRIPTOR_SHARE);
    }

    #[test]
    fn a_sealed_file_cannot_be_changed() {
        let file = SealedFile::new(b"selvedge").expect("a small file").file;
        assert!(file.write_at(b"x", 0).is_err());
        assert!(file.set_len(1).is_err());
        assert!(file.set_len(100).is_err());
        let mut read = [0; 8];
        file.read_exact_at(&mut read, 0).expect("the content");
        assert_eq!(&read, b"selvedge");
    }
}
