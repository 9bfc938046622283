//! `StoreHooks`: what an embedder is asked before a store takes resources.

#![expect(
    unsafe_code,
    reason = "the embedder's hooks are reached by raw pointer"
)]

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::VMStore;
use crate::bulk::Stop;
use crate::exec::Pending;

/// An error of the embedder.
pub type BoxedError = Box<dyn Error + Send + Sync>;

/// What an embedder is asked before a store takes resources; the shape of
/// wasmtime's `ResourceLimiter`.
pub trait StoreHooks {
    /// A memory is to grow from `current` to `desired` bytes (a new one from 0); whether it may.
    ///
    /// # Errors
    ///
    /// An error ends the execution with it; a [`TrapCode`](crate::trap::TrapCode) as error traps.
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, BoxedError>;

    /// A memory that was allowed to grow could not.
    ///
    /// # Errors
    ///
    /// An error ends the execution with it instead of telling the guest of the failure.
    fn memory_grow_failed(&mut self, error: BoxedError) -> Result<(), BoxedError> {
        let _ = error;
        Ok(())
    }

    /// A table is to grow from `current` to `desired` elements (a new one from 0); whether it may.
    ///
    /// # Errors
    ///
    /// As for [`StoreHooks::memory_growing`].
    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, BoxedError>;

    /// A table that was allowed to grow could not.
    ///
    /// # Errors
    ///
    /// As for [`StoreHooks::memory_grow_failed`].
    fn table_grow_failed(&mut self, error: BoxedError) -> Result<(), BoxedError> {
        let _ = error;
        Ok(())
    }

    /// The most instances that the store may have.
    fn instances(&self) -> usize {
        usize::MAX
    }

    /// The most memories that the store may have.
    fn memories(&self) -> usize {
        usize::MAX
    }

    /// The most tables that the store may have.
    fn tables(&self) -> usize {
        usize::MAX
    }
}

/// Asking the embedder. A panic of the hooks becomes a [`Pending::Panic`].
impl VMStore {
    /// Asks with `question`, or answers `default` without hooks.
    ///
    /// # Safety
    ///
    /// `this` is live and not borrowed.
    pub(crate) unsafe fn ask<R>(
        this: *mut Self,
        default: R,
        question: impl FnOnce(&mut dyn StoreHooks) -> Result<R, BoxedError>,
    ) -> Result<R, Stop> {
        // SAFETY: by contract; the store is not borrowed while the hooks run.
        let Some(mut hooks) = (unsafe { (*this).hooks }) else {
            return Ok(default);
        };
        // SAFETY: hooks are alive and nobody else's at this time: `set_hooks`.
        let hooks = unsafe { hooks.as_mut() };
        match catch_unwind(AssertUnwindSafe(|| question(hooks))) {
            Ok(answer) => answer.map_err(Stop::from_error),
            Err(payload) => Err(Stop::Pending(Pending::Panic(payload))),
        }
    }

    /// Asks whether a memory may grow; sizes in bytes.
    ///
    /// # Safety
    ///
    /// As for [`VMStore::ask`].
    pub(crate) unsafe fn ask_memory(
        this: *mut Self,
        current: u64,
        desired: u64,
        maximum: Option<u64>,
    ) -> Result<bool, Stop> {
        let (current, desired, maximum) = sizes(current, desired, maximum);
        let question = |hooks: &mut dyn StoreHooks| hooks.memory_growing(current, desired, maximum);
        // SAFETY: by contract.
        unsafe { Self::ask(this, true, question) }
    }

    /// Asks whether a table may grow; sizes in elements.
    ///
    /// # Safety
    ///
    /// As for [`VMStore::ask`].
    pub(crate) unsafe fn ask_table(
        this: *mut Self,
        current: u64,
        desired: u64,
        maximum: Option<u64>,
    ) -> Result<bool, Stop> {
        let (current, desired, maximum) = sizes(current, desired, maximum);
        let question = |hooks: &mut dyn StoreHooks| hooks.table_growing(current, desired, maximum);
        // SAFETY: by contract.
        unsafe { Self::ask(this, true, question) }
    }
}

/// Sizes as the hooks take them, saturated.
fn sizes(current: u64, desired: u64, maximum: Option<u64>) -> (usize, usize, Option<usize>) {
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    (size(current), size(desired), maximum.map(size))
}
