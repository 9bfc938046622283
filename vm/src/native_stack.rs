//! Native stacks for guests that can be suspended: the host functions that they call run there.
//!
//! ```text
//!   │ guard page │            ← grows down │
//!   bottom                                 top
//! ```

use std::io;
use std::ops::Range;

use crate::sys::{HAS_GUARD_PAGES, Mapping, page_size};

/// The smallest stack: room for the frames between a guest and a host function, and for a simple one.
pub const MIN_NATIVE_STACK: usize = 64 << 10;

/// A native stack cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("cannot reserve a native stack of {bytes} bytes")]
pub struct NativeStackError {
    /// The size asked for.
    pub bytes: usize,
    source: io::Error,
}

/// A native stack with a guard page below. Its pages are committed when they are first touched.
#[derive(Debug)]
pub struct NativeStack {
    mapping: Mapping,
}

impl NativeStack {
    /// A stack of at least `bytes`, and of at least [`MIN_NATIVE_STACK`].
    ///
    /// # Errors
    ///
    /// If there is not enough address space, or the platform has no guard pages.
    pub fn new(bytes: usize) -> Result<Self, NativeStackError> {
        let map = || {
            if !HAS_GUARD_PAGES {
                return Err(io::Error::from(io::ErrorKind::Unsupported));
            }
            let guard = page_size();
            let len = bytes.max(MIN_NATIVE_STACK).checked_add(guard);
            let mapping = Mapping::reserve(len.ok_or(io::ErrorKind::OutOfMemory)?)?;
            mapping.make_accessible(guard, mapping.len() - guard)?;
            Ok(mapping)
        };
        match map() {
            Ok(mapping) => Ok(Self { mapping }),
            Err(source) => Err(NativeStackError { bytes, source }),
        }
    }

    /// Its end, where it begins to be used; a multiple of the host's page size.
    pub fn top(&self) -> usize {
        self.bottom() + self.mapping.len()
    }

    /// Its lowest address, which is that of the guard page.
    pub fn bottom(&self) -> usize {
        self.mapping.as_ptr().as_ptr().expose_provenance()
    }

    /// The addresses that can be used.
    pub fn usable(&self) -> Range<usize> {
        self.bottom() + page_size()..self.top()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::is_accessible;

    #[test]
    fn a_stack_has_a_guard_below() {
        let stack = match NativeStack::new(100_000) {
            Ok(stack) => stack,
            Err(error) => {
                assert!(!HAS_GUARD_PAGES, "{error}");
                return;
            }
        };
        let at = std::ptr::with_exposed_provenance::<u8>;
        let usable = stack.usable();
        assert!(usable.len() >= 100_000);
        assert!(is_accessible(at(usable.start)) && is_accessible(at(usable.end - 1)));
        assert!(!is_accessible(at(stack.bottom())));
    }

    #[test]
    fn an_impossible_size_is_an_error() {
        assert_eq!(
            NativeStack::new(usize::MAX).expect_err("too large").bytes,
            usize::MAX
        );
    }
}
