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
use std::mem::ManuallyDrop;
use std::ops::Range;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process;

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
    write: ManuallyDrop<Mapping>,
    file: OwnedFd,
    /// The process that has made it. One that was forked from that has something else at these addresses, or nothing.
    process: u32,
}

impl Alias {
    fn is_ours(&self) -> bool {
        self.process == process::id()
    }
}

impl Drop for Alias {
    fn drop(&mut self) {
        if self.is_ours() {
            // SAFETY: dropped once, here.
            unsafe { ManuallyDrop::drop(&mut self.write) }
        }
    }
}

impl CodeSpace {
    /// Space of `len` bytes with two aliases. Nothing is backed.
    pub fn aliased(len: usize) -> io::Result<Self> {
        Ok(Self {
            exec: Mapping::reserve(len)?,
            alias: Some(Alias {
                write: ManuallyDrop::new(Mapping::reserve(len)?),
                file: memory_file()?,
                process: process::id(),
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

    /// Whether this process may write code, and free what it has written: one that was forked may not, if the space is
    /// aliased.
    pub fn is_writable(&self) -> bool {
        self.alias.as_ref().is_none_or(Alias::is_ours)
    }

    /// Where code is executed.
    pub fn exec_ptr(&self) -> *const u8 {
        self.exec.as_ptr().as_ptr()
    }

    /// Where code is written.
    pub fn write_ptr(&self) -> *mut u8 {
        let mapping = self
            .alias
            .as_ref()
            .map_or(&self.exec, |alias| &*alias.write);
        mapping.as_ptr().as_ptr()
    }

    /// Backs `range`, of whole pages, that follows what is backed. Of a space that is not
    /// aliased nothing is accessible before [`CodeSpace::open`].
    pub fn back(&self, range: Range<usize>) -> io::Result<()> {
        self.check(&range);
        let Some(Alias { write, file, .. }) = &self.alias else {
            return Ok(());
        };
        let write: &Mapping = write;
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
        if !self.is_writable() {
            return;
        }
        // What is advised to a mapping is done to the file behind it.
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

#[cfg(test)]
mod tests {
    use super::super::page_size;
    use super::*;
    use std::ptr;

    /// In the child of a fork: what somebody has put where the alias was stays there.
    fn check_in_child(space: CodeSpace) -> bool {
        let start = space.write_ptr();
        // SAFETY: a new mapping where nothing is; only this function knows it, and `space`, which is to leave it alone.
        unsafe {
            let other = libc::mmap(
                start.cast(),
                page_size(),
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED_NOREPLACE,
                -1,
                0,
            );
            if other != start.cast() || space.is_writable() {
                return false;
            }
            ptr::write_volatile(start, 7);
            space.release(0..page_size());
            drop(space);
            ptr::read_volatile(start) == 7
        }
    }

    #[test]
    fn a_forked_process_leaves_alone_what_is_where_its_parent_writes() {
        let page = page_size();
        let Ok(space) = CodeSpace::aliased(4 * page) else {
            return; // The host refuses such files.
        };
        if space.back(0..2 * page).is_err() {
            return;
        }
        assert!(space.is_writable());
        // SAFETY: the child only maps, touches and unmaps pages, and ends without unwinding.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let status = i32::from(!check_in_child(space));
            // SAFETY: ends the child at once.
            unsafe { libc::_exit(status) }
        }
        let mut status = -1;
        // SAFETY: waits for the child that was just made.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0, "in the child");
    }
}
