//! The memories and tables that a new instance defines: where each comes from (the slot of a
//! region, a pool, or the system), and whether it has its contents from an image.

#![expect(unsafe_code, reason = "asks the limiter through the store")]

use std::cell::UnsafeCell;
use std::sync::Arc;

use super::InstantiateError;
use crate::index::*;
use crate::memory::{GrowError, InitialContent, Memory, MemoryImage, MemoryPlan};
use crate::module::Module;
use crate::pool::Pool;
use crate::store::VMStore;
use crate::table::Table;
use crate::types::{MemoryType, TableType};

/// The pool that `module` is instantiated from, if there is one.
///
/// # Safety
///
/// `store` is live and not borrowed, and keeps its pool for `'a`.
unsafe fn pool_of<'a>(store: *mut VMStore, module: &Module) -> Option<&'a Pool> {
    // SAFETY: by contract; the borrow of the store ends here, and the pool is elsewhere.
    unsafe { (*store).pool_of(module).map(|pool| &*Arc::as_ptr(pool)) }
}

/// The memories that `module` defines.
///
/// # Safety
///
/// `store` is live and not borrowed.
pub(super) unsafe fn make_memories(
    store: *mut VMStore,
    module: &Module,
    plan: &MemoryPlan,
    has_images: bool,
) -> Result<PrimaryMap<DefinedMemoryIndex, UnsafeCell<Memory>>, InstantiateError> {
    if module.memories.len() == module.num_imported_memories as usize {
        return Ok(PrimaryMap::new());
    }
    // SAFETY: by contract; the store keeps its pool while something is instantiated.
    let pool = unsafe { pool_of(store, module) };
    let make = |index: DefinedMemoryIndex, ty: &MemoryType| {
        let image = if has_images {
            image_of(module, index)
        } else {
            None
        };
        if index.as_u32() == 0 && module.num_imported_memories == 0 {
            // SAFETY: by contract; the borrow ends here.
            if let Some(slot) = unsafe { (*store).unused_slot(module) } {
                return Ok(slot.memory(ty, image)?);
            }
        }
        match &pool {
            Some(pool) => {
                let memory = pool.take_memory(ty, module.pool_key, index.as_u32(), image);
                memory.map_err(InstantiateError::from)
            }
            None => Ok(Memory::new_dynamic_with(ty, plan, image)?),
        }
    };
    let types = module.memories.values();
    let defined = types.skip(module.num_imported_memories as usize);
    defined
        .enumerate()
        .map(|(i, ty)| {
            let pages = ty.minimum;
            let allowed = Memory::limit_new(ty, &mut |current, desired, maximum| {
                // SAFETY: by contract.
                unsafe { VMStore::ask_memory(store, current, desired, maximum) }
            });
            match allowed {
                Ok(()) => Ok(UnsafeCell::new(make(DefinedMemoryIndex::new(i), ty)?)),
                Err(GrowError::Denied) => Err(InstantiateError::MemoryDenied { pages }),
                Err(GrowError::Limiter(stop)) => Err(stop.into()),
                Err(GrowError::Failed(error)) => Err(error.into()),
            }
        })
        .collect()
}

/// The tables that `module` defines; `serial` is that of the block, if it was this module's before.
///
/// # Safety
///
/// `store` is live and not borrowed.
pub(super) unsafe fn make_tables(
    store: *mut VMStore,
    module: &Module,
    serial: Option<u64>,
) -> Result<PrimaryMap<DefinedTableIndex, UnsafeCell<Table>>, InstantiateError> {
    if module.tables.len() == module.num_imported_tables as usize {
        return Ok(PrimaryMap::new());
    }
    // SAFETY: by contract; the store keeps its pool while something is instantiated.
    let pool = unsafe { pool_of(store, module) };
    let make = |index: DefinedTableIndex, ty: TableType| {
        let Some(pool) = &pool else {
            return Ok::<_, InstantiateError>(Table::new(ty)?);
        };
        let lease = match serial.filter(|_| module.images.keeps_table(module, index)) {
            Some(serial) => {
                let len = usize::try_from(ty.minimum).unwrap_or(usize::MAX);
                pool.take_table_of(module.pool_key, index.as_u32(), serial, len)?
            }
            None => pool.take_table(0)?,
        };
        Ok(Table::new_leased(ty, lease)?)
    };
    let types = module.tables.values();
    let defined = types.skip(module.num_imported_tables as usize);
    defined
        .enumerate()
        .map(|(i, ty)| {
            let elements = ty.minimum;
            // SAFETY: by contract.
            match unsafe { VMStore::ask_table(store, 0, elements, ty.maximum)? } {
                true => Ok(UnsafeCell::new(make(DefinedTableIndex::new(i), *ty)?)),
                false => Err(InstantiateError::TableDenied { elements }),
            }
        })
        .collect()
}

/// Whether memories of a new instance of `module` get their contents from images: always in a pool or region,
/// and on demand if there is much data, from the second time on; a single instance is not worth an image.
///
/// # Safety
///
/// `store` is live and not borrowed.
pub(super) unsafe fn takes_images(store: *mut VMStore, module: &Module) -> bool {
    let first = DefinedMemoryIndex::from_u32(0);
    if module.memories.len() == module.num_imported_memories as usize {
        return false;
    }
    // SAFETY: by contract.
    let is_pooled = unsafe { (*store).pool_of(module).is_some() || (*store).slot().is_some() };
    (is_pooled || module.images.pay(module))
        && !matches!(
            module.images.content(module, first),
            InitialContent::Segments
        )
}

/// The image of memory `index` of a module whose memories have images, if it is not all zero.
pub(super) fn image_of(module: &Module, index: DefinedMemoryIndex) -> Option<&Arc<MemoryImage>> {
    module.images.image(module, index)
}
