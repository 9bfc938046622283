//! `Limits`: how large the parts of a region's slots are.

use super::RegionError;
use crate::sys::{self, MIN_SIGNAL_STACK_BYTES, SIGNAL_STACK_BYTES};

/// The default size of a slot's signal stack: what the host recommends, and in debug builds, whose signal
/// handlers take more, at least 12 KiB.
pub const DEFAULT_SIGNAL_STACK_SIZE: usize = {
    let debug = 12 * 1024;
    if cfg!(debug_assertions) && SIGNAL_STACK_BYTES < debug {
        debug
    } else {
        SIGNAL_STACK_BYTES
    }
};

/// The sizes of the parts of a slot, in bytes and in whole pages of the host.
///
/// ```
/// use selvedge_vm::region::Limits;
///
/// const LIMITS: Limits = Limits::default().with_heap_memory_size(64 << 20).with_stack_size(1 << 20);
/// assert_eq!(LIMITS.heap_address_space_size, 8 << 30);
/// assert!(LIMITS.validate().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The most bytes of a heap (memory 0) that can be accessible. 1 MiB by default.
    pub heap_memory_size: usize,
    /// The address space of a heap, its guard included. 8 GiB by default.
    pub heap_address_space_size: usize,
    /// The native stack. 128 KiB by default.
    pub stack_size: usize,
    /// How much of the native stack must be left when a host function is called. 32 KiB by default.
    pub hostcall_reservation: usize,
    /// Numeric globals, of 8 bytes each. 4 KiB by default.
    pub globals_size: usize,
    /// The stack of signal handlers. [`DEFAULT_SIGNAL_STACK_SIZE`] by default; may be 0 if no signal stack is
    /// to be installed.
    pub signal_stack_size: usize,
    /// The value stack, without its reserve. 1 MiB by default.
    pub value_stack_size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self::default()
    }
}

impl Limits {
    /// The default sizes.
    pub const fn default() -> Self {
        Self {
            heap_memory_size: 16 * 64 * 1024,
            heap_address_space_size: if usize::BITS >= 64 {
                0x2_0000_0000_u64 as usize
            } else {
                32 << 20
            },
            stack_size: 128 * 1024,
            hostcall_reservation: 32 * 1024,
            globals_size: 4096,
            signal_stack_size: DEFAULT_SIGNAL_STACK_SIZE,
            value_stack_size: 1 << 20,
        }
    }

    /// With another [`Self::heap_memory_size`].
    pub const fn with_heap_memory_size(mut self, bytes: usize) -> Self {
        self.heap_memory_size = bytes;
        self
    }

    /// With another [`Self::heap_address_space_size`].
    pub const fn with_heap_address_space_size(mut self, bytes: usize) -> Self {
        self.heap_address_space_size = bytes;
        self
    }

    /// With another [`Self::stack_size`].
    pub const fn with_stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = bytes;
        self
    }

    /// With another [`Self::hostcall_reservation`].
    pub const fn with_hostcall_reservation(mut self, bytes: usize) -> Self {
        self.hostcall_reservation = bytes;
        self
    }

    /// With another [`Self::globals_size`].
    pub const fn with_globals_size(mut self, bytes: usize) -> Self {
        self.globals_size = bytes;
        self
    }

    /// With another [`Self::signal_stack_size`].
    pub const fn with_signal_stack_size(mut self, bytes: usize) -> Self {
        self.signal_stack_size = bytes;
        self
    }

    /// With another [`Self::value_stack_size`].
    pub const fn with_value_stack_size(mut self, bytes: usize) -> Self {
        self.value_stack_size = bytes;
        self
    }

    /// The address space of a slot from the instance's page to the signal stack, its guards included.
    ///
    /// # Panics
    ///
    /// If it does not fit in a word.
    pub fn total_memory_size(&self) -> usize {
        let page = sys::page_size();
        [
            page, // the instance
            self.heap_address_space_size,
            page, // the guard of the stack
            self.stack_size,
            self.globals_size,
            page, // the guard of the signal stack
            self.signal_stack_size,
        ]
        .into_iter()
        .try_fold(0_usize, usize::checked_add)
        .expect("the size of a slot fits in a word")
    }

    /// Checks that all sizes are in whole pages, and that they agree.
    ///
    /// # Errors
    ///
    /// [`RegionError::InvalidArgument`] for the first that is wrong: heap memory, heap address space, their relation,
    /// stack, globals, an empty stack, the hostcall reservation, signal stack, value stack.
    pub fn validate(&self) -> Result<(), RegionError> {
        let whole = |bytes: usize| bytes.is_multiple_of(sys::page_size());
        let rules = [
            (
                whole(self.heap_memory_size),
                "memory size must be a multiple of host page size",
            ),
            (
                whole(self.heap_address_space_size),
                "address space size must be a multiple of host page size",
            ),
            (
                self.heap_memory_size <= self.heap_address_space_size,
                "address space size must be at least as large as memory size",
            ),
            (
                whole(self.stack_size),
                "stack size must be a multiple of host page size",
            ),
            (
                whole(self.globals_size),
                "globals size must be a multiple of host page size",
            ),
            (self.stack_size > 0, "stack size must be greater than 0"),
            (
                self.hostcall_reservation <= self.stack_size,
                "hostcall reservation must not be larger than stack size",
            ),
            (
                whole(self.signal_stack_size),
                "signal stack size must be a multiple of host page size",
            ),
            (
                whole(self.value_stack_size),
                "value stack size must be a multiple of host page size",
            ),
            (
                self.value_stack_size > 0,
                "value stack size must be greater than 0",
            ),
        ];
        match rules.into_iter().find(|(holds, _)| !holds) {
            Some((_, rule)) => Err(RegionError::InvalidArgument(rule)),
            None => Ok(()),
        }
    }

    /// Checks that the signal stack is large enough to be installed.
    ///
    /// # Errors
    ///
    /// [`RegionError::InvalidArgument`] if it is not.
    pub(crate) fn validate_signal_stack_size(&self) -> Result<(), RegionError> {
        if self.signal_stack_size < MIN_SIGNAL_STACK_BYTES {
            return Err(RegionError::InvalidArgument(
                "signal stack size must be at least MINSIGSTKSZ (defined in <signal.h>)",
            ));
        }
        if cfg!(debug_assertions) && self.signal_stack_size < 12 * 1024 {
            return Err(RegionError::InvalidArgument(
                "signal stack size must be at least 12KiB for debug builds",
            ));
        }
        Ok(())
    }
}
