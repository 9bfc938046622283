//! Address space for machine code, on Linux.
//!
//! ```text
//!   offset            0          backed               len
//!   executable alias  │ r-x      │ ---                │
//!   writable alias    │ rw-      │ ---                │      the same pages of one memory file
//! ```
//!
//! Where the host refuses such a file there is one mapping, each page of which is either
//! writable or executable. In no case is an address writable and executable at once.

#![expect(unsafe_code, reason = "calls the operating system")]

use std::io;
use std::ops::Range;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use super::{Mapping, faults};

/// Address space for machine code.
#[derive(Debug)]
pub struct CodeSpace {
    exec: Mapping,
    alias: Option<Alias>,
}

/// The second mapping, through which code is written.
#[derive(Debug)]
struct Alias {
    write: Mapping,
    file: OwnedFd,
}

impl CodeSpace {
    /// Space of `len` bytes with two aliases. Nothing is backed.
    pub fn aliased(len: usize) -> io::Result<Self> {
        Ok(Self {
            exec: Mapping::reserve(len)?,
            alias: Some(Alias {
                write: Mapping::reserve(len)?,
                file: memory_file()?,
            }),
        })
    }

    /// Space of `len` bytes whose pages change between writable and executable.
    pub fn single(len: usize) -> io::Result<Self> {
        Ok(Self {
            exec: Mapping::reserve(len)?,
            alias: None,
        })
    }

    /// Whether code can be written while other code of the same page runs.
    pub fn is_aliased(&self) -> bool {
        self.alias.is_some()
    }

    /// Where code is executed.
    pub fn exec_ptr(&self) -> *const u8 {
        self.exec.as_ptr().as_ptr()
    }

    /// Where code is written.
    pub fn write_ptr(&self) -> *mut u8 {
        let mapping = self.alias.as_ref().map_or(&self.exec, |alias| &alias.write);
        mapping.as_ptr().as_ptr()
    }

    /// Backs `range`, of whole pages, that follows what is backed. Of a space that is not
    /// aliased nothing is accessible before [`CodeSpace::open`].
    pub fn back(&self, range: Range<usize>) -> io::Result<()> {
        self.check(&range);
        let Some(Alias { write, file }) = &self.alias else {
            return Ok(());
        };
        let end = libc::off_t::try_from(range.end).map_err(io::Error::other)?;
        if end.cast_unsigned() > largest_file() {
            // The attempt would end the process.
            return Err(io::Error::from_raw_os_error(libc::EFBIG));
        }
        faults::check()?;
        // SAFETY: the file is ours.
        if unsafe { libc::ftruncate(file.as_raw_fd(), end) } != 0 {
            return Err(io::Error::last_os_error());
        }
        let (read, write_exec) = (libc::PROT_READ, [libc::PROT_WRITE, libc::PROT_EXEC]);
        for (mapping, access) in [write, &self.exec].into_iter().zip(write_exec) {
            faults::check()?;
            // SAFETY: the range lies within the mapping, and takes the place of inaccessible pages.
            let mapped = unsafe {
                libc::mmap(
                    mapping.as_ptr().as_ptr().add(range.start).cast(),
                    range.len(),
                    read | access,
                    libc::MAP_SHARED | libc::MAP_FIXED,
                    file.as_raw_fd(),
                    range.start as libc::off_t,
                )
            };
            if mapped == libc::MAP_FAILED {
                return Err(io::Error::last_os_error());
            }
        }
        // A forked process shares the pages: it must not write code over its parent's. Without
        // this mapping it cannot.
        faults::check()?;
        // SAFETY: the range was mapped just now; the advice changes nothing here.
        let advised = unsafe {
            let start = write.as_ptr().as_ptr().add(range.start);
            libc::madvise(start.cast(), range.len(), libc::MADV_DONTFORK)
        };
        if advised != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    /// Makes `range` writable: of whole pages, unless the space is aliased, which needs no change.
    ///
    /// # Safety
    ///
    /// No code in the range is running or will be.
    pub unsafe fn open(&self, range: Range<usize>) -> io::Result<()> {
        // SAFETY: by contract.
        unsafe { self.protect(range, libc::PROT_READ | libc::PROT_WRITE) }
    }

    /// Makes `range` executable, as [`CodeSpace::open`] makes it writable.
    ///
    /// # Safety
    ///
    /// Nobody writes there any more.
    pub unsafe fn close(&self, range: Range<usize>) -> io::Result<()> {
        // SAFETY: by contract.
        unsafe { self.protect(range, libc::PROT_READ | libc::PROT_EXEC) }
    }

    /// Gives the pages of `range`, which is of whole pages and backed, back to the host if it takes them. Then its
    /// bytes are zero; that it is backed, and its access, stay the same.
    ///
    /// # Safety
    ///
    /// Nobody uses the range meanwhile.
    pub unsafe fn release(&self, range: Range<usize>) {
        self.check(&range);
        // What is advised to a mapping is done to the file behind it. A forked process, which does
        // not have the mapping, cannot take its parent's code away.
        let advice = match self.is_aliased() {
            true => libc::MADV_REMOVE,
            false => libc::MADV_DONTNEED,
        };
        // SAFETY: the range lies within the mapping, and by contract its bytes are of no use. A host
        // that refuses has changed nothing.
        unsafe {
            let start = self.write_ptr().add(range.start);
            libc::madvise(start.cast(), range.len(), advice);
        }
    }

    /// Changes the access of a range of a space that is not aliased.
    ///
    /// # Safety
    ///
    /// Nobody relies on the access that is lost.
    unsafe fn protect(&self, range: Range<usize>, access: libc::c_int) -> io::Result<()> {
        self.check(&range);
        if self.is_aliased() {
            return Ok(());
        }
        faults::check()?;
        // SAFETY: the range lies within the mapping.
        let changed = unsafe {
            let start = self.exec.as_ptr().as_ptr().add(range.start);
            libc::mprotect(start.cast(), range.len(), access)
        };
        match changed {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    fn check(&self, range: &Range<usize>) {
        assert!(
            range.start <= range.end && range.end <= self.exec.len(),
            "the range lies within the space"
        );
    }
}

/// The resource limit for the size of files, which those in memory are subject to as well.
fn largest_file() -> u64 {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the host writes to a local.
    match unsafe { libc::getrlimit(libc::RLIMIT_FSIZE, &mut limit) } {
        0 => limit.rlim_cur,
        _ => u64::MAX,
    }
}

/// A file of no length that lives in memory and may be mapped executable.
fn memory_file() -> io::Result<OwnedFd> {
    let create = |flags| {
        faults::check()?;
        // SAFETY: the name is a C string.
        match unsafe { libc::memfd_create(c"selvedge-code".as_ptr(), flags) } {
            -1 => Err(io::Error::last_os_error()),
            // SAFETY: a new descriptor that nobody else owns.
            file => Ok(unsafe { OwnedFd::from_raw_fd(file) }),
        }
    };
    match create(libc::MFD_CLOEXEC | libc::MFD_EXEC) {
        // Linux before 6.3 does not know the flag, nor files without it that refuse.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => create(libc::MFD_CLOEXEC),
        file => file,
    }
}
