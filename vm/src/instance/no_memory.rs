//! The memory of an instance that has none: no bytes, behind a length word of zero.
//!
//! It lets running code check any access to memory 0 without first asking whether there is one.

#![expect(
    unsafe_code,
    reason = "a static that running code reaches by raw pointer"
)]

use std::cell::UnsafeCell;
use std::sync::atomic::AtomicU64;

use crate::memory::{MEMORY_HEADER_BYTES, VMMemoryDefinition};

const HEADER_WORDS: usize = MEMORY_HEADER_BYTES / size_of::<u64>();

/// The header; its last word is the length, which stays zero.
#[repr(C, align(64))]
struct Empty([AtomicU64; HEADER_WORDS]);

static EMPTY: Empty = Empty([const { AtomicU64::new(0) }; HEADER_WORDS]);

#[repr(transparent)]
struct Definition(UnsafeCell<VMMemoryDefinition>);

// SAFETY: the definition is never written, and what it points to is atomic.
unsafe impl Sync for Definition {}

static DEFINITION: Definition = Definition(UnsafeCell::new(VMMemoryDefinition {
    // SAFETY: one past the end of `EMPTY` is still part of it.
    base: unsafe {
        (&raw const EMPTY)
            .cast_mut()
            .cast::<u8>()
            .add(MEMORY_HEADER_BYTES)
    },
}));

/// The definition of a memory of no bytes, which cannot grow. Never written.
pub(super) fn no_memory() -> *mut VMMemoryDefinition {
    DEFINITION.0.get()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access;

    #[test]
    fn no_memory_has_no_bytes() {
        // SAFETY: the static definition, which is never written.
        unsafe {
            let definition = *no_memory();
            assert_eq!(definition.len(), 0);
            assert!(access::check(definition.base, 0, 0));
            assert!(!access::check(definition.base, 0, 1));
        }
    }
}
