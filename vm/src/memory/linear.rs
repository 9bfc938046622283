//! What a linear memory's backing must do, and how its creation and growth can fail.

#![expect(
    unsafe_code,
    reason = "running code trusts an implementation's pointers"
)]

use std::error::Error;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::{MemoryImage, VMMemoryDefinition};
use crate::sys;
use crate::types::MemoryType;

/// The largest linear memory of this implementation, in bytes: 16 TiB, or a
/// little less than half of a 32-bit address space. A larger declared
/// minimum is an error, and growth beyond it fails.
pub const MAX_MEMORY_BYTES: u64 = if usize::BITS >= 64 {
    1 << 44
} else {
    (1 << 31) - (1 << 17)
};

/// Why a linear memory cannot be made or cannot grow.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MemoryError {
    /// The initial size is beyond the type's maximum or [`MAX_MEMORY_BYTES`].
    #[error("memory minimum size of {pages} pages exceeds memory limits")]
    MinimumTooLarge {
        /// The declared minimum.
        pages: u64,
    },
    /// The initial size is larger than the slot the memory was to live in.
    #[error("memory minimum size of {bytes} bytes exceeds the slot of {capacity} bytes")]
    SlotTooSmall {
        /// The initial size.
        bytes: u64,
        /// The size of the slot.
        capacity: usize,
    },
    /// The new size is beyond the memory's maximum.
    #[error("memory size of {bytes} bytes exceeds its maximum of {maximum} bytes")]
    MaximumExceeded {
        /// The new size.
        bytes: u64,
        /// The most bytes that this memory can have.
        maximum: u64,
    },
    /// The new size is beyond [`MAX_MEMORY_BYTES`].
    #[error("memory size of {bytes} bytes exceeds the limit of {MAX_MEMORY_BYTES} bytes")]
    ImplementationLimit {
        /// The new size.
        bytes: u64,
    },
    /// The memory would have to move, and its plan says that it may not.
    #[error("memory with room for {capacity} bytes may not move to grow to {bytes} bytes")]
    Immovable {
        /// The new size.
        bytes: u64,
        /// The size up to which it can grow in place.
        capacity: usize,
    },
    /// The host has no address space or memory of this size.
    #[error("cannot reserve {bytes} bytes for a memory")]
    Reserve {
        /// Size of the reservation or allocation, with header and guard.
        bytes: u64,
        /// What the host said.
        source: io::Error,
    },
    /// The memory is in a slot of an embedder's, which can only be made accessible.
    #[error("a memory of {bytes} bytes in a slot without a way back may not shrink")]
    Unshrinkable {
        /// The present size.
        bytes: usize,
    },
    /// The host refused to make reserved bytes accessible.
    #[error("cannot make {bytes} bytes of a memory accessible")]
    Commit {
        /// How many bytes.
        bytes: u64,
        /// What the host said.
        source: io::Error,
    },
}

impl MemoryError {
    /// This error and its causes on one line.
    pub(super) fn to_reason(&self) -> String {
        let mut reason = self.to_string();
        let mut next = self.source();
        while let Some(cause) = next {
            reason.push_str(": ");
            reason.push_str(&cause.to_string());
            next = cause.source();
        }
        reason
    }
}

/// The backing of a linear memory.
///
/// # Safety
///
/// Running code uses [`vmmemory`](Self::vmmemory) without further checks, so:
/// - its base is aligned to 16 at least, and the 64 bytes before it are writable
///   and allocated with it; the word at `base - 8` is the length in bytes, equal to
///   [`byte_size`](Self::byte_size) and changed by [`grow_to`](Self::grow_to) and
///   [`reset`](Self::reset) alone;
/// - the bytes from the base to the length are readable and writable, zero when they
///   first become so, and used by nobody else;
/// - the base stays valid until the memory is dropped or moved by `reset` or `grow_to`, which
///   never moves it within [`byte_capacity`](Self::byte_capacity);
/// - the provenance of the base covers header and capacity, and is exposed;
/// - the bytes that [`reservation`](Self::reservation) and [`guard`](Self::guard)
///   tell belong to the memory, and a touch of any of them beyond the length faults.
pub unsafe trait RuntimeLinearMemory: Send + Sync {
    /// The binary logarithm of the wasm page size.
    fn page_size_log2(&self) -> u8;

    /// The present length in bytes.
    fn byte_size(&self) -> usize;

    /// The most bytes it can ever have, or `None` if its type does not say.
    fn maximum_byte_size(&self) -> Option<usize>;

    /// The length in bytes up to which it grows in place.
    fn byte_capacity(&self) -> usize;

    /// Grows to `new_bytes`; on an error nothing has changed. The maximum is the caller's
    /// concern.
    ///
    /// # Panics
    ///
    /// If the memory is larger already.
    fn grow_to(&mut self, new_bytes: usize) -> Result<(), MemoryError>;

    /// Makes it what it was when it was made, its length too, with `image` in place of
    /// its first one. No guest may run meanwhile.
    ///
    /// # Errors
    ///
    /// If a system call fails, or the memory cannot shrink; it is empty then, and cannot grow until another
    /// reset succeeds.
    ///
    /// # Panics
    ///
    /// If the image is not within the initial size.
    fn reset(&mut self, image: Option<&Arc<MemoryImage>>) -> Result<(), MemoryError>;

    /// Where running code finds it. Stale after a reset, or a growth that moved it.
    fn vmmemory(&self) -> VMMemoryDefinition;

    /// How many bytes of address space from the base on belong to this memory and fault beyond its
    /// length, to the byte; 0 if accesses must be checked.
    fn reservation(&self) -> u64 {
        0
    }

    /// How many bytes of inaccessible address space follow the reservation.
    fn guard(&self) -> u64 {
        0
    }

    /// Why it is bounded although its plan reserves address space, if so.
    fn fallback_reason(&self) -> Option<&str> {
        None
    }
}

/// The sizes of a memory by its type, in bytes and representable.
#[derive(Copy, Clone, Debug)]
pub(super) struct MemoryShape {
    pub minimum: usize,
    pub maximum: Option<usize>,
    pub page_size_log2: u8,
    /// Whether guard pages can replace checks: a 32-bit index, and a length in whole host pages.
    pub guardable: bool,
}

impl MemoryShape {
    /// The sizes that `ty` declares; an error if the minimum is beyond any limit.
    pub fn new(ty: &MemoryType) -> Result<Self, MemoryError> {
        let too_large = MemoryError::MinimumTooLarge { pages: ty.minimum };
        let limit = ty.maximum_bytes().min(MAX_MEMORY_BYTES);
        let Some(minimum) = ty.minimum_bytes().filter(|&bytes| bytes <= limit) else {
            return Err(too_large);
        };
        let minimum = usize::try_from(minimum).map_err(|_| too_large)?;
        let bounded = ty.maximum.is_some() || !ty.memory64;
        Ok(Self {
            minimum,
            maximum: bounded.then(|| usize::try_from(ty.maximum_bytes()).unwrap_or(usize::MAX)),
            page_size_log2: ty.page_size_log2,
            guardable: !ty.memory64 && ty.page_size().is_multiple_of(sys::page_size() as u64),
        })
    }

    /// `bytes`, but not beyond the maximum.
    pub fn clamp(&self, bytes: usize) -> usize {
        self.maximum.map_or(bytes, |maximum| bytes.min(maximum))
    }
}

/// The bytes, in whole host pages from the base, that become accessible when
/// a memory grows from `old` to `new` bytes.
pub(super) fn newly_accessible(old: usize, new: usize) -> io::Result<Range<usize>> {
    assert!(old <= new, "a memory never shrinks");
    Ok(sys::round_up_to_pages(old)?..sys::round_up_to_pages(new)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory_type(minimum: u64, maximum: Option<u64>, memory64: bool, log2: u8) -> MemoryType {
        MemoryType {
            minimum,
            maximum,
            memory64,
            shared: false,
            page_size_log2: log2,
        }
    }

    #[test]
    fn shapes_follow_the_type() {
        let shape = MemoryShape::new(&memory_type(1, None, false, 16)).expect("one page");
        assert_eq!((shape.minimum, shape.maximum), (1 << 16, Some(1 << 32)));
        assert!(shape.guardable);
        let shape = MemoryShape::new(&memory_type(3, Some(5), false, 0)).expect("three bytes");
        assert_eq!((shape.minimum, shape.maximum), (3, Some(5)));
        assert!(!shape.guardable);
        assert_eq!(shape.clamp(9), 5);
        let shape = MemoryShape::new(&memory_type(0, None, true, 16)).expect("no page");
        assert_eq!((shape.minimum, shape.maximum), (0, None));
        assert!(!shape.guardable);
        assert_eq!(shape.clamp(usize::MAX), usize::MAX);
    }

    #[test]
    fn impossible_minima_are_errors() {
        let cases = [
            memory_type(1 << 48, None, true, 16),
            memory_type(u64::MAX, None, true, 16),
            memory_type(u64::MAX, None, true, 0),
            memory_type((MAX_MEMORY_BYTES >> 16) + 1, None, true, 16),
            memory_type(2, Some(1), false, 16),
            memory_type(65537, None, false, 16),
        ];
        for ty in cases {
            let error = MemoryShape::new(&ty).expect_err("too large");
            assert!(matches!(error, MemoryError::MinimumTooLarge { pages } if pages == ty.minimum));
        }
    }

    #[test]
    fn a_reason_names_the_cause() {
        let error = MemoryError::Reserve {
            bytes: 12,
            source: io::ErrorKind::OutOfMemory.into(),
        };
        assert_eq!(
            error.to_reason(),
            "cannot reserve 12 bytes for a memory: out of memory"
        );
    }
}
