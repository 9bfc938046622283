//! Instantiation: from a module and its imports to an instance in a store.
//!
//! Everything that can fail without effects comes first (limits, memories, tables, the block);
//! what it made is freed by its owner if a later step fails. Then the instance joins the store,
//! and globals, tables, element and data segments are initialised in the order of the specification.
//! A segment out of bounds traps, and what earlier ones wrote stays; if
//! another instance has a function of the failed one by then, the store keeps
//! it until that is no more so. The start function is the caller's to run.

#![expect(unsafe_code, reason = "writes the context that running code reads")]

use std::cell::{Cell, UnsafeCell};
use std::ptr;
use std::sync::Arc;

use super::context::{Parts, write_context, write_definitions};
use super::entity::{Imported, ImportedEntities};
use super::initialise::initialise;
use super::objects::{make_memories, make_tables, takes_images};
use super::{
    AllocateError, EntityOrigin, Extern, Instance, InstanceAllocator, InstanceId, SegmentFlags,
};
use crate::arena::ArenaFull;
use crate::bulk::Stop;
use crate::code::ModuleCode;
use crate::index::*;
use crate::memory::{Memory, MemoryError, MemoryPlan};
use crate::module::{EntityRef, Module};
use crate::offsets::VMOffsets;
use crate::pool::{BlockLease, PoolError};
use crate::region::RegionError;
use crate::store::VMStore;
use crate::table::TableError;

/// Why there is no instance.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstantiateError {
    /// The store has as many of something as its limiter allows.
    #[error("resource limit exceeded: {what} count too high at {limit}")]
    Limit {
        /// What of: instance, memory or table.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// The limiter refused a memory of the minimum size.
    #[error("memory minimum size of {pages} pages exceeds memory limits")]
    MemoryDenied {
        /// The minimum size.
        pages: u64,
    },
    /// The limiter refused a table of the minimum size.
    #[error("table minimum size of {elements} elements exceeds table limits")]
    TableDenied {
        /// The minimum size.
        elements: u64,
    },
    /// A memory cannot be made.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// A table cannot be made.
    #[error(transparent)]
    Table(#[from] TableError),
    /// There is no room for the instance itself.
    #[error(transparent)]
    Allocate(#[from] AllocateError),
    /// The pool has no room, or not enough.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// The region's slot has not enough room.
    #[error(transparent)]
    Region(#[from] RegionError),
    /// There is no room in the store.
    #[error(transparent)]
    StoreFull(#[from] ArenaFull),
    /// A segment is out of bounds, or the embedder, who was asked, failed.
    #[error("{0}")]
    Stopped(Stop),
}

impl From<Stop> for InstantiateError {
    fn from(stop: Stop) -> Self {
        Self::Stopped(stop)
    }
}

/// Makes an instance of `module` in the store, with everything initialised; the start
/// function has not run.
///
/// # Errors
///
/// If a limit is reached, memory cannot be had, or a segment is out of bounds; then the store is as
/// before, but for what segments have written to imported memories and tables.
///
/// # Panics
///
/// If `imports` are not one for each of the module's, of the same kind, or `offsets` is not the
/// module's layout.
///
/// # Safety
///
/// `store` is live and not borrowed, and its hooks may be used. `code` is that of `module`,
/// whose types are interned in the store's registry. The imports are live, of this
/// store, and have matching types (see [`check_imports`](super::check_imports)).
pub unsafe fn instantiate(
    store: *mut VMStore,
    module: &Arc<Module>,
    code: &Arc<dyn ModuleCode>,
    offsets: &VMOffsets,
    imports: &[Extern],
    plan: &MemoryPlan,
) -> Result<InstanceId, InstantiateError> {
    // SAFETY: by contract; no borrow of the store is held across the steps.
    unsafe {
        check_counts(store, module)?;
        let imported = resolve_imports(store, module, imports);
        let has_images = takes_images(store, module);
        let memories = make_memories(store, module, plan, has_images)?;
        let guarded = has_guarded_memory(module, &imported, &memories, plan);
        let code = code.clone().for_memory(guarded);
        let layout = InstanceAllocator::layout(offsets)?;
        let block = if let Some(slot) = (*store).unused_slot(module) {
            let block = slot.block(layout.size())?;
            (*store).use_slot();
            Some(block)
        } else if let Some(pool) = (*store).pool_of(module) {
            let (key, code) = (module.pool_key, code.func_codes().as_ptr().addr());
            Some(pool.take_block_of(layout, key, code)?)
        } else {
            None
        };
        let serial = block.as_ref().and_then(BlockLease::serial);
        let tables = make_tables(store, module, serial)?;
        let allocator = InstanceAllocator::with_offsets(offsets, block)?;
        write_definitions(&allocator, &memories, &tables);
        let parts = Parts {
            store,
            module,
            code: &code,
            imported: &imported,
        };
        write_context(&allocator, &parts);
        (*store).reserve_instance()?;
        let instance = Instance {
            vmctx: allocator.vmctx(),
            store,
            id: Cell::new(None),
            module: module.clone(),
            code,
            offsets: *offsets,
            memories,
            tables,
            imported,
            dropped_elements: SegmentFlags::new(module.elements.len()),
            dropped_data: SegmentFlags::new(module.data.len()),
            has_images: Cell::new(has_images),
            importers: Cell::new(0),
            orphan: Cell::new(false),
            mark: Cell::new(0),
        };
        let id = (*store).add_instance(allocator.into_vminstance(instance));
        // The store keeps its execution.
        let exec = Arc::as_ptr((*store).exec());
        if let Err(stop) = (*exec).count.paused(|| initialise(store, id)) {
            (*store).discard_instance(id);
            return Err(stop.into());
        }
        Ok(id)
    }
}

/// Checks the numbers of instances, memories and tables against the limiter's.
///
/// # Safety
///
/// `store` is live and not borrowed.
unsafe fn check_counts(store: *mut VMStore, module: &Module) -> Result<(), InstantiateError> {
    const UNLIMITED: [usize; 3] = [usize::MAX; 3];
    // SAFETY: by contract.
    let (now, limits) = unsafe {
        let limits = VMStore::ask(store, UNLIMITED, |hooks| {
            Ok([hooks.instances(), hooks.memories(), hooks.tables()])
        })?;
        ((*store).population(), limits)
    };
    let memories = module.memories.len() - module.num_imported_memories as usize;
    let tables = module.tables.len() - module.num_imported_tables as usize;
    let wanted = [
        (
            "instance",
            now.instances,
            usize::from(!is_host_object(module)),
        ),
        ("memory", now.memories, memories),
        ("table", now.tables, tables),
    ];
    for ((what, now, more), limit) in wanted.into_iter().zip(limits) {
        if more > 0 && now.saturating_add(more) > limit {
            return Err(InstantiateError::Limit { what, limit });
        }
    }
    Ok(())
}

/// Whether a module stands for one object that the host made: it was not parsed from bytes.
pub(crate) fn is_host_object(module: &Module) -> bool {
    module.bytes().is_empty()
}

/// The imports by index space, with their owners.
///
/// # Safety
///
/// `store` is live and not borrowed, and the imports are live and of this store.
unsafe fn resolve_imports(
    store: *mut VMStore,
    module: &Module,
    imports: &[Extern],
) -> ImportedEntities {
    assert_eq!(imports.len(), module.imports.len(), "one item per import");
    let mut imported = ImportedEntities {
        func_refs: Vec::with_capacity(module.num_imported_functions as usize),
        tables: Vec::with_capacity(module.num_imported_tables as usize),
        memories: Vec::with_capacity(module.num_imported_memories as usize),
        globals: Vec::with_capacity(module.num_imported_globals as usize),
        instances: Vec::new(),
    };
    // SAFETY: by contract; the borrow ends with the function.
    let store = unsafe { &*store };
    for (import, item) in module.imports.iter().zip(imports) {
        let owner = match (*item, import.entity) {
            (Extern::Func { func_ref }, EntityRef::Func(_)) => {
                imported.func_refs.push(func_ref);
                // SAFETY: by contract the reference is live.
                unsafe { Instance::of_func_ref(func_ref) }.map(ptr::from_ref)
            }
            (Extern::Table(origin), EntityRef::Table(_)) => {
                Some(import_from(store, origin, &mut imported.tables))
            }
            (Extern::Memory(origin), EntityRef::Memory(_)) => {
                Some(import_from(store, origin, &mut imported.memories))
            }
            (Extern::Global(origin), EntityRef::Global(_)) => {
                Some(import_from(store, origin, &mut imported.globals))
            }
            (item, entity) => panic!("import {entity:?} is given {item:?}"),
        };
        imported.instances.extend(owner);
    }
    imported.instances.sort_unstable();
    imported.instances.dedup();
    imported
}

fn import_from<I: Copy>(
    store: &VMStore,
    origin: EntityOrigin<I>,
    imported: &mut Vec<Imported<I>>,
) -> *const Instance {
    let owner: *const Instance = store
        .instance_ptr(origin.instance)
        .expect("imports are of live instances");
    imported.push(Imported { origin, owner });
    owner
}

/// Whether memory 0 has the guard of `plan`, or there is none.
///
/// # Safety
///
/// The imports are live.
unsafe fn has_guarded_memory(
    module: &Module,
    imported: &ImportedEntities,
    memories: &PrimaryMap<DefinedMemoryIndex, UnsafeCell<Memory>>,
    plan: &MemoryPlan,
) -> bool {
    let first = MemoryIndex::from_u32(0);
    if module.memories.is_empty() {
        return true;
    }
    // SAFETY: by contract; nobody borrows the memory meanwhile.
    unsafe {
        match module.defined_memory(first) {
            Some(defined) => (*memories[defined].get()).has_guard(plan),
            None => {
                let (owner, index) = imported.memories[0].resolve();
                (*owner.owned_memory(index)).has_guard(plan)
            }
        }
    }
}
