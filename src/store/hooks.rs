#![expect(
    unsafe_code,
    reason = "the limiter borrows the store's data by pointer"
)]
//! How the VM asks the embedder's limiter.

use std::cell::UnsafeCell;
use std::ptr::NonNull;

use selvedge_vm::store::{BoxedError, StoreHooks};

use super::StoreInner;
use crate::error::{Error, Result};
use crate::limits::{LimiterFn, ResourceLimiter};

/// How the VM asks the embedder's limiter.
pub(super) struct Hooks<T: 'static> {
    pub(super) store: NonNull<StoreInner<T>>,
    /// Set through `&mut Store`, used by the VM, which asks one question at a time.
    pub(super) limiter: UnsafeCell<Option<LimiterFn<T>>>,
}

impl<T> Hooks<T> {
    /// Asks the limiter.
    fn ask<R>(
        &self,
        default: R,
        question: impl FnOnce(&mut dyn ResourceLimiter) -> Result<R>,
    ) -> Result<R, BoxedError> {
        // SAFETY: the store is alive, and neither limiter nor data is borrowed: the VM asks only while a
        // guest runs, something is instantiated or grows, when the store is borrowed
        // exclusively by the function that does it, which borrows neither.
        let (limiter, data) =
            unsafe { (&mut *self.limiter.get(), &mut (*self.store.as_ptr()).data) };
        match limiter {
            Some(limiter) => Ok(question(limiter(data))?),
            None => Ok(default),
        }
    }

    /// Asks the limiter for a number.
    fn count(&self, question: impl FnOnce(&dyn ResourceLimiter) -> usize) -> usize {
        let answer = self.ask(usize::MAX, |limiter| Ok(question(limiter)));
        answer.unwrap_or(usize::MAX)
    }
}

impl<T> StoreHooks for Hooks<T> {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, BoxedError> {
        self.ask(true, |limiter| {
            limiter.memory_growing(current, desired, maximum)
        })
    }

    fn memory_grow_failed(&mut self, error: BoxedError) -> Result<(), BoxedError> {
        self.ask((), |limiter| {
            limiter.memory_grow_failed(Error::from_boxed(error))
        })
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, BoxedError> {
        self.ask(true, |limiter| {
            limiter.table_growing(current, desired, maximum)
        })
    }

    fn table_grow_failed(&mut self, error: BoxedError) -> Result<(), BoxedError> {
        self.ask((), |limiter| {
            limiter.table_grow_failed(Error::from_boxed(error))
        })
    }

    fn instances(&self) -> usize {
        self.count(|limiter| limiter.instances())
    }

    fn memories(&self) -> usize {
        self.count(|limiter| limiter.memories())
    }

    fn tables(&self) -> usize {
        self.count(|limiter| limiter.tables())
    }
}
