//! The host platform: address space and native stacks, one interface, one file
//! per platform. `libc` is used here and nowhere else.
//!
//! `unix` reserves address space with `mmap`; `portable` (other hosts, Miri, the
//! feature `portable-sys`) takes zeroed blocks from the global allocator and
//! has no guard pages. `sealed`, `pagemap` and `decommit` are Linux's; `no_linux` stands in for them,
//! and `no_signal_stack` for `signal_stack`.
//!
//! Readers may rely on:
//! - a [`Mapping`] is aligned to [`page_size`], zero until written, does not
//!   move, and its pointer carries the provenance of all of it, exposed;
//! - where [`HAS_GUARD_PAGES`] is set, a touch of what was not made accessible faults.

#[cfg(all(
    feature = "native",
    target_arch = "x86_64",
    target_os = "linux",
    not(any(feature = "portable-sys", miri))
))]
pub mod code_space;
#[cfg(all(
    feature = "native",
    target_arch = "x86_64",
    target_os = "linux",
    not(any(feature = "portable-sys", miri))
))]
pub mod profile;
#[cfg(all(
    feature = "native",
    target_arch = "x86_64",
    target_os = "linux",
    not(any(feature = "portable-sys", miri))
))]
mod signal_actions;
#[cfg_attr(
    not(all(target_os = "linux", not(feature = "portable-sys"), not(miri))),
    path = "no_signal_stack.rs"
)]
pub mod signal_stack;
#[cfg(all(
    feature = "native",
    target_arch = "x86_64",
    target_os = "linux",
    not(any(feature = "portable-sys", miri))
))]
pub mod signals;
mod stack_pointer;
mod zeroed;

#[cfg(any(test, feature = "fault-injection"))]
pub mod faults;
#[cfg(not(any(test, feature = "fault-injection")))]
#[path = "no_faults.rs"]
mod faults;

#[cfg(all(target_os = "linux", not(feature = "portable-sys"), not(miri)))]
mod decommit;
#[cfg(not(all(target_os = "linux", not(feature = "portable-sys"), not(miri))))]
mod no_linux;
#[cfg(all(target_os = "linux", not(feature = "portable-sys"), not(miri)))]
mod pagemap;
#[cfg(all(target_os = "linux", not(feature = "portable-sys"), not(miri)))]
mod sealed;

#[cfg(not(all(unix, not(feature = "portable-sys"), not(miri))))]
mod portable;
#[cfg(all(unix, not(feature = "portable-sys"), not(miri)))]
mod unix;

#[cfg(not(all(unix, not(feature = "portable-sys"), not(miri))))]
use portable as platform;
#[cfg(all(unix, not(feature = "portable-sys"), not(miri)))]
use unix as platform;

#[cfg(all(target_os = "linux", not(feature = "portable-sys"), not(miri)))]
pub use self::{
    decommit::{PageRange, decommit_all},
    pagemap::scan_written,
    sealed::SealedFile,
};
#[cfg(not(all(target_os = "linux", not(feature = "portable-sys"), not(miri))))]
pub use no_linux::{PageRange, SealedFile, decommit_all, scan_written};
#[cfg(not(all(target_os = "linux", not(feature = "portable-sys"), not(miri))))]
use platform::discard;
#[cfg(test)]
pub use platform::is_accessible;
pub use platform::{
    HAS_GUARD_PAGES, MIN_SIGNAL_STACK_BYTES, Mapping, SIGNAL_STACK_BYTES, make_accessible,
    native_stack_remaining, page_size, with_native_stack,
};
pub use stack_pointer::stack_pointer;
pub use zeroed::ZeroedBlock;

use std::io;

/// `len` rounded up to whole host pages, or an out-of-memory error if that
/// does not fit.
pub fn round_up_to_pages(len: usize) -> io::Result<usize> {
    len.checked_next_multiple_of(page_size())
        .ok_or_else(|| io::ErrorKind::OutOfMemory.into())
}

#[cfg(test)]
#[expect(unsafe_code, reason = "the tests touch the mapped memory")]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_page_aligned_and_zero() {
        let page = page_size();
        let mapping = Mapping::reserve(4 * page).expect("four pages");
        assert_eq!(mapping.len(), 4 * page);
        assert_eq!(mapping.as_ptr().addr().get() % page, 0);
        mapping.make_accessible(page, 2 * page).expect("two pages");
        // SAFETY: the second and third pages were made accessible just now, and
        // nobody else knows the mapping.
        unsafe {
            let start = mapping.as_ptr().add(page);
            assert_eq!(start.read(), 0);
            assert_eq!(start.add(2 * page - 1).read(), 0);
            start.write(1);
            start.add(2 * page - 1).write(2);
            mapping.reset(page, 2 * page).expect("reset");
            assert_eq!(start.read(), 0);
            assert_eq!(start.add(2 * page - 1).read(), 0);
            start.write(3);
            assert_eq!(start.read(), 3);
        }
    }

    #[test]
    fn replaced_pages_are_zero_and_hidden_ones_keep_their_content() {
        let page = page_size();
        let mapping = Mapping::reserve(2 * page).expect("two pages");
        mapping.make_accessible(0, 2 * page).expect("both");
        let start = mapping.as_ptr().as_ptr();
        // SAFETY: within the mapping, which nobody else knows.
        unsafe {
            start.write(1);
            start.add(page).write(2);
            mapping.hide(page, page).expect("hidden");
            assert_eq!(is_accessible(start.add(page)), !HAS_GUARD_PAGES);
            mapping.make_accessible(page, page).expect("shown");
            assert_eq!((start.read(), start.add(page).read()), (1, 2));
            mapping.replace(0, page, true).expect("replaced");
            assert_eq!((start.read(), start.add(page).read()), (0, 2));
            mapping.replace(0, 2 * page, false).expect("replaced");
            assert_eq!(is_accessible(start), !HAS_GUARD_PAGES);
            mapping.make_accessible(0, 2 * page).expect("both");
            assert_eq!((start.read(), start.add(page).read()), (0, 0));
        }
    }

    #[test]
    fn an_impossible_length_is_an_error() {
        assert!(Mapping::reserve(usize::MAX).is_err());
        assert!(Mapping::reserve(usize::MAX / 4).is_err());
    }

    #[test]
    #[should_panic(expected = "within the mapping")]
    fn access_beyond_the_mapping_is_refused() {
        let mapping = Mapping::reserve(page_size()).expect("one page");
        let _ = mapping.make_accessible(page_size(), page_size());
    }

    #[test]
    fn a_mapping_can_be_dropped_on_another_thread() {
        let mapping = Mapping::reserve(1).expect("one page");
        assert_eq!(mapping.len(), page_size());
        std::thread::spawn(move || drop(mapping))
            .join()
            .expect("the thread ends");
    }
}
