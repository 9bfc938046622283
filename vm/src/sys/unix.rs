//! The Unix platform: address space by `mmap`, native stack bounds by `pthread`.
//!
//! A reservation costs address space only (`PROT_NONE`, `MAP_NORESERVE`); pages
//! made accessible are committed by the host when they are first touched.

#![expect(unsafe_code, reason = "calls the operating system")]

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use std::cell::Cell;
use std::io;
use std::ops::Range;
use std::ptr::{self, NonNull};
use std::sync::OnceLock;

use super::{faults, round_up_to_pages, stack_pointer};

/// Whether a touch of memory that was not made accessible faults.
pub const HAS_GUARD_PAGES: bool = true;

/// What the host recommends for a stack of signal handlers, in bytes.
pub const SIGNAL_STACK_BYTES: usize = libc::SIGSTKSZ;

/// The least that a stack of signal handlers can have, in bytes.
pub const MIN_SIGNAL_STACK_BYTES: usize = libc::MINSIGSTKSZ;

/// The size of a page of the host, in bytes.
pub fn page_size() -> usize {
    static PAGE_SIZE: OnceLock<usize> = OnceLock::new();
    *PAGE_SIZE.get_or_init(|| {
        // SAFETY: `sysconf` has no preconditions.
        let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        usize::try_from(size).expect("the host has a page size")
    })
}

/// A page-aligned piece of address space, given back on drop.
#[derive(Debug)]
pub struct Mapping {
    base: NonNull<u8>,
    len: usize,
}

// SAFETY: a mapping belongs to the process, not to a thread; whoever uses its
// pointer answers for races.
unsafe impl Send for Mapping {}
// SAFETY: as above; the methods on `&Mapping` are system calls, which are thread-safe.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Reserves at least `len` bytes, none of which is accessible.
    pub fn reserve(len: usize) -> io::Result<Self> {
        let len = round_up_to_pages(len)?;
        faults::check()?;
        // SAFETY: a new private mapping at an address of the host's choice
        // touches nothing that exists.
        let base = unsafe {
            libc::mmap(
                ptr::null_mut(),
                len,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if base == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        base.expose_provenance();
        let base = NonNull::new(base.cast()).expect("page zero is never mapped");
        Ok(Self { base, len })
    }

    /// Makes `len` bytes at `offset` readable and writable; both in whole pages.
    ///
    /// # Panics
    ///
    /// If the range is not within the mapping, or not made of whole pages.
    pub fn make_accessible(&self, offset: usize, len: usize) -> io::Result<()> {
        self.check_range(offset, len);
        // SAFETY: the range lies within this mapping and starts at a page.
        unsafe { make_accessible(self.base.as_ptr().add(offset), len) }
    }

    /// Makes `len` accessible bytes at `offset` zero again and gives their
    /// pages back to the host.
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
        if len == 0 {
            return Ok(());
        }
        // SAFETY: the range lies within this mapping, starts at a page, and is
        // ours by the caller's word.
        unsafe { discard(self.base.as_ptr().add(offset), len) }
    }

    /// Makes `len` bytes at `offset` inaccessible; their content stays.
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
        if len == 0 {
            return Ok(());
        }
        faults::check()?;
        // SAFETY: the range lies within this mapping, and is unused by the caller's word.
        let result =
            unsafe { libc::mprotect(self.base.as_ptr().add(offset).cast(), len, libc::PROT_NONE) };
        if result == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }

    /// Puts new zero pages in place of the `len` bytes at `offset`, whatever they are now: accessible
    /// ones, or inaccessible ones.
    ///
    /// # Panics
    ///
    /// If the range is not within the mapping, or not made of whole pages.
    ///
    /// # Safety
    ///
    /// Nobody else uses the range, whose content is lost.
    pub unsafe fn replace(&self, offset: usize, len: usize, accessible: bool) -> io::Result<()> {
        self.check_range(offset, len);
        // SAFETY: the range lies within this mapping, and is ours by the caller's word.
        unsafe { replace(self.base.as_ptr().add(offset), len, accessible) }
    }

    /// The first byte.
    pub fn as_ptr(&self) -> NonNull<u8> {
        self.base
    }

    /// The length in bytes, a multiple of the page size.
    pub fn len(&self) -> usize {
        self.len
    }

    pub(super) fn check_range(&self, offset: usize, len: usize) {
        assert!(
            offset <= self.len && len <= self.len - offset,
            "the range lies within the mapping"
        );
        assert!(
            offset.is_multiple_of(page_size()) && len.is_multiple_of(page_size()),
            "the range is made of whole pages"
        );
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, whole, and nobody uses it after its owner.
        let result = unsafe { libc::munmap(self.base.as_ptr().cast(), self.len) };
        debug_assert_eq!(result, 0, "a whole mapping can be unmapped");
    }
}

/// Makes `len` bytes from `start` on readable and writable.
///
/// # Safety
///
/// The bytes lie within one live mapping of this crate and start at a page.
pub unsafe fn make_accessible(start: *mut u8, len: usize) -> io::Result<()> {
    if len == 0 {
        return Ok(());
    }
    faults::check()?;
    // SAFETY: more access to pages of a mapping invalidates nothing.
    let result = unsafe { libc::mprotect(start.cast(), len, libc::PROT_READ | libc::PROT_WRITE) };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Drops the pages of an accessible range, which then reads as zero, or as the file that is
/// mapped there.
///
/// # Safety
///
/// The range is of whole pages of a live [`Mapping`], and nobody uses it meanwhile.
#[cfg(target_os = "linux")]
pub(super) unsafe fn discard(start: *mut u8, len: usize) -> io::Result<()> {
    if len == 0 {
        return Ok(());
    }
    faults::check()?;
    // SAFETY: on Linux `MADV_DONTNEED` makes private anonymous pages zero; the
    // caller owns their content.
    let result = unsafe { libc::madvise(start.cast(), len, libc::MADV_DONTNEED) };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Drops the pages of an accessible range, which then reads as zero.
///
/// # Safety
///
/// The range is of whole pages of a live [`Mapping`], and nobody uses it meanwhile.
#[cfg(not(target_os = "linux"))]
pub(super) unsafe fn discard(start: *mut u8, len: usize) -> io::Result<()> {
    // SAFETY: as the caller promises.
    unsafe { replace(start, len, true) }
}

/// Puts new zero pages in place of a range.
///
/// # Safety
///
/// The range is of whole pages of a live [`Mapping`], and nobody uses it meanwhile.
unsafe fn replace(start: *mut u8, len: usize, accessible: bool) -> io::Result<()> {
    if len == 0 {
        return Ok(());
    }
    faults::check()?;
    let access = if accessible {
        libc::PROT_READ | libc::PROT_WRITE
    } else {
        libc::PROT_NONE
    };
    // SAFETY: the new pages take the place of pages that the caller owns.
    let result = unsafe {
        libc::mmap(
            start.cast(),
            len,
            access,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_FIXED,
            -1,
            0,
        )
    };
    if result == libc::MAP_FAILED {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

thread_local! {
    /// The addresses of this thread's native stack once asked for; an empty
    /// range when the platform does not tell.
    static NATIVE_STACK: Cell<Option<(usize, usize)>> = const { Cell::new(None) };
}

/// How many bytes of the current thread's native stack are left, if the
/// platform tells and the caller runs on that stack.
///
/// A read of a thread-local and a subtraction, except for the first call of a thread.
pub fn native_stack_remaining() -> Option<usize> {
    let here = stack_pointer();
    let (low, high) = NATIVE_STACK.get().unwrap_or_else(|| {
        let Range { start, end } = native_stack().unwrap_or_default();
        NATIVE_STACK.set(Some((start, end)));
        (start, end)
    });
    (low..high).contains(&here).then(|| here - low)
}

/// Does `work`, which may run on the stack with these addresses instead of the thread's own.
pub fn with_native_stack<R>(stack: Range<usize>, work: impl FnOnce() -> R) -> R {
    struct Restore(Option<(usize, usize)>);
    impl Drop for Restore {
        fn drop(&mut self) {
            NATIVE_STACK.set(self.0);
        }
    }
    let _restore = Restore(NATIVE_STACK.replace(Some((stack.start, stack.end))));
    work()
}

/// The usable addresses of the current thread's stack. For the main thread it is
/// what the stack may grow to under the present resource limit.
#[cfg(target_os = "linux")]
fn native_stack() -> Option<Range<usize>> {
    use std::mem::MaybeUninit;

    let mut attr = MaybeUninit::<libc::pthread_attr_t>::uninit();
    // SAFETY: `pthread_self` is a live thread, and the call initialises `attr` when it returns 0.
    if unsafe { libc::pthread_getattr_np(libc::pthread_self(), attr.as_mut_ptr()) } != 0 {
        return None;
    }
    let (mut low, mut size, mut guard) = (ptr::null_mut(), 0, 0);
    // SAFETY: `attr` is initialised as the call above succeeded; it is destroyed
    // here, once, and the out-pointers are of locals.
    let found = unsafe {
        let stack = libc::pthread_attr_getstack(attr.as_ptr(), &raw mut low, &raw mut size);
        let guarded = libc::pthread_attr_getguardsize(attr.as_ptr(), &raw mut guard);
        libc::pthread_attr_destroy(attr.as_mut_ptr());
        stack == 0 && guarded == 0
    };
    // Some C libraries count the guard as part of the stack: leave it out in any case.
    let start = low.addr().checked_add(guard)?;
    let end = low.addr().checked_add(size)?;
    found.then_some(start..end)
}

/// Nothing is known of native stacks here.
#[cfg(not(target_os = "linux"))]
fn native_stack() -> Option<Range<usize>> {
    None
}

/// Whether the byte at `address` can be read, found out without touching it.
#[cfg(test)]
pub fn is_accessible(address: *const u8) -> bool {
    let mut pipe = [0; 2];
    // SAFETY: the host fills the array, and checks the address of the byte itself; both ends
    // of the pipe are closed once.
    unsafe {
        assert_eq!(libc::pipe(pipe.as_mut_ptr()), 0, "a pipe");
        let written = libc::write(pipe[1], address.cast(), 1);
        libc::close(pipe[0]);
        libc::close(pipe[1]);
        written == 1
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_made_accessible_is_not() {
        let page = page_size();
        let mapping = Mapping::reserve(3 * page).expect("three pages");
        mapping
            .make_accessible(page, page)
            .expect("the second page");
        let bytes = [0, page - 1, page, 2 * page - 1, 2 * page, 3 * page - 1];
        let found = bytes.map(|byte| is_accessible(mapping.as_ptr().as_ptr().wrapping_add(byte)));
        assert_eq!(found, [false, false, true, true, false, false]);
    }

    #[inline(never)]
    fn deeper(levels: u32) -> usize {
        let filler = std::hint::black_box([1_u8; 4096]);
        let left = match levels {
            0 => native_stack_remaining().expect("Linux tells the stack"),
            _ => deeper(levels - 1),
        };
        left - usize::from(filler[0] == 2)
    }

    #[test]
    fn the_native_stack_shrinks_with_depth() {
        const STACK_BYTES: usize = 256 << 10;
        let check = || {
            let (shallow, deep) = (deeper(0), deeper(16));
            assert!(deep < shallow, "{shallow} {deep}");
            assert!(shallow <= STACK_BYTES + (64 << 10), "{shallow}");
            assert!(shallow >= STACK_BYTES / 2, "{shallow}");
        };
        std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn(check)
            .expect("a thread")
            .join()
            .expect("the check passes");
    }
}
