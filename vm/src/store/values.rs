//! Host values that guests hold as `externref`s.

use std::any::Any;
use std::cell::Cell;

use super::VMStore;
use crate::arena::{ArenaFull, Id};

/// A host value that guests hold references to.
pub(super) struct ExternRefEntry {
    pub(super) value: Box<dyn Any + Send + Sync>,
    /// The collection that last found the handle in use.
    pub(super) mark: Cell<u32>,
}

/// Host values.
impl VMStore {
    /// Takes in a host value and returns its handle, never 0.
    ///
    /// # Errors
    ///
    /// If the store has no room for another.
    pub fn alloc_externref(&mut self, value: Box<dyn Any + Send + Sync>) -> Result<u64, ArenaFull> {
        let id = self.extern_refs.insert(ExternRefEntry {
            value,
            mark: Cell::new(self.collection),
        })?;
        self.allocated_since_gc += 1;
        Ok(id.to_handle())
    }

    /// The host value with the handle `handle`; `None` for null, and if it has been collected.
    pub fn externref(&self, handle: u64) -> Option<&(dyn Any + Send + Sync)> {
        let entry = self.extern_refs.get(Id::from_handle(handle)?)?;
        Some(&*entry.value)
    }

    /// The host value with the handle `handle`; `None` for null, and if it has been collected.
    pub fn externref_mut(&mut self, handle: u64) -> Option<&mut (dyn Any + Send + Sync)> {
        let entry = self.extern_refs.get_mut(Id::from_handle(handle)?)?;
        Some(&mut *entry.value)
    }

    /// The number of host values.
    pub fn externref_count(&self) -> usize {
        self.extern_refs.len()
    }

    /// How many host values have been taken in since the last collection.
    pub fn externrefs_since_gc(&self) -> usize {
        self.allocated_since_gc
    }
}
