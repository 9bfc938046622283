//! Native stacks for guests that can be suspended: the host functions that they call run there.
//!
//! ```text
//!   │ guard page │            ← grows down │
//!   bottom                                 top
//! ```

#![expect(unsafe_code, reason = "stacks in areas of others")]

use std::io;
use std::ops::Range;

use crate::region::StackArea;
use crate::stack::AreaLease;
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
    place: Place,
}

#[derive(Debug)]
enum Place {
    Own(Mapping),
    Lent {
        bottom: usize,
        top: usize,
        _area: AreaLease,
    },
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
            Ok(mapping) => Ok(Self {
                place: Place::Own(mapping),
            }),
            Err(source) => Err(NativeStackError { bytes, source }),
        }
    }

    /// A stack in an area that somebody else owns, which has a guard page below; `None` if it is too small.
    ///
    /// # Safety
    ///
    /// As long as something runs on the stack, the area is accessible and nobody else's. Provenance is exposed.
    pub(crate) unsafe fn in_area(area: StackArea, lease: AreaLease) -> Option<Self> {
        let (bottom, top) = (area.bottom.addr().get(), area.top.addr().get());
        if area.guard < page_size() || top - bottom < MIN_NATIVE_STACK {
            return None;
        }
        let place = Place::Lent {
            bottom: bottom - page_size(),
            top,
            _area: lease,
        };
        Some(Self { place })
    }

    /// Its end, where it begins to be used; a multiple of the host's page size.
    pub fn top(&self) -> usize {
        match &self.place {
            Place::Own(mapping) => self.bottom() + mapping.len(),
            Place::Lent { top, .. } => *top,
        }
    }

    /// Its lowest address, which is that of the guard page.
    pub fn bottom(&self) -> usize {
        match &self.place {
            Place::Own(mapping) => mapping.as_ptr().as_ptr().expose_provenance(),
            Place::Lent { bottom, .. } => *bottom,
        }
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
            Err(error) if HAS_GUARD_PAGES => panic!("{error}"),
            Err(_) => return,
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
