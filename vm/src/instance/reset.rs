//! Reset: an instance becomes what instantiation of its module with its imports would make.
//!
//! Memories, tables, globals and dropped segments are the instance's own and are made new in place: whoever
//! holds a handle of one, or imports it, finds it as it was first. What the instance imports is left alone, but for its
//! active segments, which are applied again. The start function is the caller's to run.

#![expect(unsafe_code, reason = "reaches the instance through its store")]

use std::ptr;
use std::sync::Arc;

use super::initialise::initialise;
use super::objects::{image_of, takes_images};
use super::{Instance, InstanceId};
use crate::bulk::Stop;
use crate::index::{MemoryIndex, TableIndex};
use crate::memory::MemoryError;
use crate::module::Module;
use crate::store::VMStore;
use crate::table::TableError;
use crate::vmcontext::VMContext;

/// Why an instance is not reset.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResetError {
    /// It has been removed.
    #[error("the instance does not exist any more")]
    NotFound,
    /// One of its functions, or of an instance that imports from it, is being executed.
    #[error("the instance, or one that imports from it, has functions that are being executed")]
    BeingExecuted,
    /// Another instance imports a memory or table that must not become as small as it was.
    #[error("another instance imports its {what} with a minimum of {minimum}, more than its own")]
    Imported {
        /// Memory or table.
        what: &'static str,
        /// The importer's minimum.
        minimum: u64,
    },
    /// A memory cannot be restored: it is empty until another reset succeeds.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// A table cannot be restored.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A segment is out of bounds, or somebody asked to stop. What precedes it has been done.
    #[error("{0}")]
    Stopped(Stop),
}

impl From<Stop> for ResetError {
    fn from(stop: Stop) -> Self {
        Self::Stopped(stop)
    }
}

/// Makes the instance `id` what a new one is, but for the start function, which has not run.
///
/// # Errors
///
/// If it is in use (nothing has changed then), memory cannot be had, or a segment is out of bounds.
///
/// # Safety
///
/// `store` is live and not borrowed, no reference into the instance is held across the call, and `is_being_executed` tells
/// the truth about contexts.
pub unsafe fn reset(
    store: *mut VMStore,
    id: InstanceId,
    is_being_executed: impl Fn(*mut VMContext) -> bool,
) -> Result<(), ResetError> {
    // SAFETY: by contract; no instance is moved or removed by what follows, and references to cells end with
    // each statement.
    unsafe {
        let instance = (*store).instance_ptr(id).ok_or(ResetError::NotFound)?;
        let instance = &*instance;
        if is_being_executed(instance.vmctx) {
            return Err(ResetError::BeingExecuted);
        }
        if instance.importers() > 0 {
            check_importers(&*store, instance, is_being_executed)?;
        }
        let exec = (*store).exec().clone();
        VMContext::header(instance.vmctx)
            .exec
            .set(Arc::as_ptr(&exec));
        let module = &*instance.module;
        instance.has_images.set(takes_images(store, module));
        for index in instance.owned_memories() {
            let image = instance
                .has_images
                .get()
                .then(|| image_of(module, index))
                .flatten();
            let result = (*instance.owned_memory(index)).reset(image);
            instance.refresh_memory(index);
            result?;
        }
        for index in instance.owned_tables() {
            let result = (*instance.owned_table(index)).reset();
            instance.refresh_table(index);
            result?;
        }
        instance.dropped_elements.clear();
        instance.dropped_data.clear();
        exec.count.paused(|| initialise(store, id))?;
    }
    Ok(())
}

/// Whether those who import from `instance` bear that its memories and tables shrink.
#[cold]
fn check_importers(
    store: &VMStore,
    instance: &Instance,
    is_being_executed: impl Fn(*mut VMContext) -> bool,
) -> Result<(), ResetError> {
    let others = store.instances().map(|(_, other)| other);
    for other in others {
        if !other.imports_from(instance) {
            continue;
        }
        if is_being_executed(other.vmctx) {
            return Err(ResetError::BeingExecuted);
        }
        check_minima(instance, other)?;
    }
    Ok(())
}

/// Whether the minima that `other` asks for are not beyond those of `instance`.
fn check_minima(instance: &Instance, other: &Instance) -> Result<(), ResetError> {
    let id = instance.id();
    let (ours, theirs): (&Module, &Module) = (&instance.module, &other.module);
    let memories = other.imported.memories.iter().enumerate();
    for (i, import) in memories.filter(|(_, import)| import.origin.instance == id) {
        let own = MemoryIndex::from_u32(ours.num_imported_memories + import.origin.index.as_u32());
        let minimum = theirs.memories[MemoryIndex::from_u32(i as u32)].minimum;
        if minimum > ours.memories[own].minimum {
            let what = "memory";
            return Err(ResetError::Imported { what, minimum });
        }
    }
    let tables = other.imported.tables.iter().enumerate();
    for (i, import) in tables.filter(|(_, import)| import.origin.instance == id) {
        let own = TableIndex::from_u32(ours.num_imported_tables + import.origin.index.as_u32());
        let minimum = theirs.tables[TableIndex::from_u32(i as u32)].minimum;
        if minimum > ours.tables[own].minimum {
            let what = "table";
            return Err(ResetError::Imported { what, minimum });
        }
    }
    Ok(())
}

impl Instance {
    /// Whether this instance imports something from `other`.
    fn imports_from(&self, other: &Instance) -> bool {
        let instances = &self.imported.instances;
        instances.iter().any(|&owner| ptr::eq(owner, other))
    }
}
