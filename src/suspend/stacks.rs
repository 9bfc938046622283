//! The native stacks of an engine that are kept for the next guest.

use std::sync::{Mutex, MutexGuard, PoisonError};

use selvedge_vm::native_stack::NativeStack;

use crate::entry::NATIVE_RESERVE;
use crate::error::{LimitError, Result};

/// How many are kept.
const KEPT: usize = 64;

/// The size of the smallest: a guest can be entered, with something to spare for its host functions.
const LEAST_BYTES: usize = NATIVE_RESERVE + (64 << 10);

/// See the [module](self).
pub(crate) struct NativeStacks {
    bytes: usize,
    free: Mutex<Vec<NativeStack>>,
}

impl NativeStacks {
    /// Stacks of `bytes` each, or of what is needed at least.
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            bytes: bytes.max(LEAST_BYTES),
            free: Mutex::default(),
        }
    }

    fn free(&self) -> MutexGuard<'_, Vec<NativeStack>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A stack.
    ///
    /// # Errors
    ///
    /// If there is no address space for it, or the platform has no guard pages.
    pub(crate) fn take(&self) -> Result<NativeStack> {
        let kept = self.free().pop();
        match kept {
            Some(stack) => Ok(stack),
            None => NativeStack::new(self.bytes).map_err(|error| {
                let what = "no native stack for a guest that can be suspended";
                LimitError::with_source(what, Box::new(error)).into()
            }),
        }
    }

    /// Keeps a stack that is not used any more.
    pub(crate) fn give_back(&self, stack: NativeStack) {
        let mut free = self.free();
        if free.len() < KEPT {
            free.push(stack);
        }
    }
}
