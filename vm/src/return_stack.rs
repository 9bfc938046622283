//! The return stack: where machine code keeps its return addresses, and nothing else.
//!
//! ```text
//!   │ guard page │ reserve │               ← grows down │
//!                                                       top
//! ```
//!
//! It is never checked. Its size follows from that of the value stack, which is: a frame there
//! takes at least its header of 16 bytes, and no more than [`BYTES_PER_FRAME`] here:
//!
//! | how a frame was entered | words |
//! |---|---|
//! | a call within the instance | return address |
//! | a call of another instance | return address, context, `CROSS_RETURN` |
//! | a call from the interpreter | `RETURN_TO_INTERP`, return address, context |
//! | any of these, then a tail call of another instance | two more, unless `CROSS_RETURN` is on top |
//!
//! The reserve is for what comes without a frame: entries from the host, of which there are
//! limited numbers, calls of stubs, and signal handlers of the host that do not ask for the
//! alternate stack.

#![expect(unsafe_code, reason = "addresses the stack through raw pointers")]

use std::io;
use std::ptr::NonNull;

use crate::frame::HEADER_SLOTS;
use crate::sys::{HAS_GUARD_PAGES, Mapping, page_size};

/// The most bytes of return stack for one frame of the value stack.
pub const BYTES_PER_FRAME: usize = 5 * size_of::<usize>();

/// Bytes for what comes without a frame.
pub const RESERVE_BYTES: usize = 128 << 10;

/// The smallest frame of the value stack, in bytes.
const SMALLEST_FRAME: usize = HEADER_SLOTS as usize * size_of::<u64>();

/// A return stack cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("cannot reserve a return stack for a value stack of {bytes} bytes")]
pub struct ReturnStackError {
    /// The size of the value stack.
    pub bytes: usize,
    source: io::Error,
}

/// The stack of return addresses of one execution. Its pages are committed when they are
/// first touched.
#[derive(Debug)]
pub struct ReturnStack {
    mapping: Mapping,
}

impl ReturnStack {
    /// A stack for an execution whose value stack has `value_stack_bytes`.
    ///
    /// # Errors
    ///
    /// If there is not enough address space.
    pub fn new(value_stack_bytes: usize) -> Result<Self, ReturnStackError> {
        Self::map(value_stack_bytes).map_err(|source| ReturnStackError {
            bytes: value_stack_bytes,
            source,
        })
    }

    fn map(value_stack_bytes: usize) -> io::Result<Self> {
        let guard = if HAS_GUARD_PAGES { page_size() } else { 0 };
        let len = (value_stack_bytes / SMALLEST_FRAME)
            .checked_mul(BYTES_PER_FRAME)
            .and_then(|bytes| bytes.checked_add(RESERVE_BYTES + guard))
            .ok_or(io::ErrorKind::OutOfMemory)?;
        let mapping = Mapping::reserve(len)?;
        mapping.make_accessible(guard, mapping.len() - guard)?;
        Ok(Self { mapping })
    }

    /// The end, from which the stack grows down; a multiple of 16.
    pub fn top(&self) -> *mut usize {
        let base: NonNull<u8> = self.mapping.as_ptr();
        // SAFETY: one past the end of the mapping.
        unsafe { base.as_ptr().add(self.mapping.len()) }.cast()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::is_accessible;

    #[test]
    fn it_grows_down_to_a_guard() {
        let stack = ReturnStack::new(1 << 20).expect("a stack");
        let top = stack.top().cast::<u8>();
        assert_eq!(top.addr() % 16, 0);
        assert!(is_accessible(top.wrapping_sub(1)));
        let used = ((1 << 20) / 16 * BYTES_PER_FRAME + RESERVE_BYTES).next_multiple_of(page_size());
        assert!(is_accessible(top.wrapping_sub(used)));
        assert_eq!(is_accessible(top.wrapping_sub(used + 1)), !HAS_GUARD_PAGES);
    }

    #[test]
    fn an_impossible_size_is_an_error() {
        for bytes in [usize::MAX, usize::MAX / 4] {
            assert_eq!(ReturnStack::new(bytes).expect_err("too large").bytes, bytes);
        }
    }
}
