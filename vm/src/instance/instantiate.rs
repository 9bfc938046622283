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

use super::entity::{Imported, ImportedEntities};
use super::{
    AllocateError, EntityOrigin, Extern, Instance, InstanceAllocator, InstanceId, SegmentFlags,
    element_count, no_memory,
};
use crate::arena::ArenaFull;
use crate::bulk::{self, Stop};
use crate::code::ModuleCode;
use crate::index::*;
use crate::init::{MemoryInitialization, SegmentOffset, apply_pages};
use crate::memory::{
    GrowError, InitialContent, Memory, MemoryError, MemoryImage, MemoryPlan, VMMemoryDefinition,
};
use crate::module::{EntityRef, Module, SegmentMode, TableInit};
use crate::offsets::VMOffsets;
use crate::pool::{BlockLease, Pool, PoolError};
use crate::region::RegionError;
use crate::store::VMStore;
use crate::table::{Table, TableError};
use crate::trap::TrapCode;
use crate::types::{MemoryType, TableType};
use crate::vmcontext::{
    MAGIC_INSTANCE, VMCallee, VMContext, VMContextHeader, VMGlobalDefinition, VMTableDefinition,
};

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

/// The pool that `module` is instantiated from, if there is one.
///
/// # Safety
///
/// `store` is live and not borrowed, and keeps its pool for `'a`.
unsafe fn pool_of<'a>(store: *mut VMStore, module: &Module) -> Option<&'a Pool> {
    // SAFETY: by contract; the borrow of the store ends here, and the pool is elsewhere.
    unsafe { (*store).pool_of(module).map(|pool| &*Arc::as_ptr(pool)) }
}

/// # Safety
///
/// `store` is live and not borrowed.
unsafe fn make_memories(
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

/// # Safety
///
/// `store` is live and not borrowed.
unsafe fn make_tables(
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

/// Writes the definitions of the module's own memories and tables to their places.
///
/// # Safety
///
/// The block is one for their module.
unsafe fn write_definitions(
    allocator: &InstanceAllocator,
    memories: &PrimaryMap<DefinedMemoryIndex, UnsafeCell<Memory>>,
    tables: &PrimaryMap<DefinedTableIndex, UnsafeCell<Table>>,
) {
    let (vmctx, offsets) = (allocator.vmctx(), allocator.offsets());
    // SAFETY: by contract the offsets are those of definitions; nobody else has the memories and tables yet.
    unsafe {
        for (index, memory) in memories.iter() {
            VMContext::at::<VMMemoryDefinition>(vmctx, offsets.owned_memory(index))
                .write((*memory.get()).vmmemory());
        }
        for (index, table) in tables.iter() {
            VMContext::at::<VMTableDefinition>(vmctx, offsets.owned_table(index))
                .write((*table.get()).definition());
        }
    }
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

/// What a context is made of.
struct Parts<'a> {
    store: *mut VMStore,
    module: &'a Module,
    code: &'a Arc<dyn ModuleCode>,
    imported: &'a ImportedEntities,
}

/// Writes everything of the context but the definitions: those of globals are yet to come, and
/// function references are zero, or what they were in a block that was kept.
///
/// # Safety
///
/// The block is one for `parts.module`, and the imports are live.
unsafe fn write_context(allocator: &InstanceAllocator, parts: &Parts<'_>) {
    let (vmctx, offsets) = (allocator.vmctx(), allocator.offsets());
    let Parts {
        store,
        module,
        code,
        imported,
    } = *parts;
    // SAFETY: all offsets are those of this block for items of the types written.
    unsafe {
        for (i, &func_ref) in imported.func_refs.iter().enumerate() {
            let place = offsets.imported_function(FuncIndex::new(i));
            VMContext::at::<VMCallee>(vmctx, place).write((*func_ref).callee);
        }
        for index in module.memories.keys() {
            let definition: *mut VMMemoryDefinition = match module.defined_memory(index) {
                Some(defined) => VMContext::at(vmctx, offsets.owned_memory(defined)),
                None => imported.memories[index.index()].definition(),
            };
            VMContext::at::<*mut VMMemoryDefinition>(vmctx, offsets.memory(index))
                .write(definition);
        }
        for index in module.tables.keys() {
            let definition: *mut VMTableDefinition = match module.defined_table(index) {
                Some(defined) => VMContext::at(vmctx, offsets.owned_table(defined)),
                None => imported.tables[index.index()].definition(),
            };
            VMContext::at::<*mut VMTableDefinition>(vmctx, offsets.table(index)).write(definition);
        }
        for (i, import) in imported.globals.iter().enumerate() {
            let place = offsets.imported_global(GlobalIndex::new(i));
            let (owner, index) = import.resolve();
            VMContext::at::<*mut VMGlobalDefinition>(vmctx, place)
                .write(owner.owned_global_ptr(index));
        }
        let memory0 = match module.memories.is_empty() {
            true => no_memory::no_memory(),
            false => *VMContext::at(vmctx, offsets.memory(MemoryIndex::from_u32(0))),
        };
        vmctx.cast::<VMContextHeader>().write(VMContextHeader {
            magic: MAGIC_INSTANCE,
            reserved: 0,
            exec: Cell::new(Arc::as_ptr((*store).exec())),
            memory0: Cell::new(memory0),
            func_codes: code.func_codes().as_ptr(),
            store,
            instance: allocator.instance_ptr(),
            spare: [0; 2],
        });
    }
}

/// Gives globals, tables and memories of a new instance, or one that is reset, their initial values.
///
/// # Safety
///
/// `store` is live and not borrowed, and has the instance.
pub(super) unsafe fn initialise(store: *mut VMStore, id: InstanceId) -> Result<(), Stop> {
    // SAFETY: by contract; instances are not moved or removed by what follows.
    let instance = unsafe { &*(*store).instance_ptr(id).expect("it was just added") };
    let (module, vmctx) = (&*instance.module, instance.vmctx);
    for (index, expr) in module.global_inits.iter() {
        // SAFETY: by contract; a global of this instance, which only this thread knows.
        unsafe {
            let value = instance.eval(expr);
            let [low, high] = &(*instance.owned_global_ptr(index)).words;
            low.set(value.0[0]);
            high.set(value.0[1]);
        }
    }
    for (index, init) in module.table_inits.iter() {
        // SAFETY: the table is borrowed for this statement only.
        let is_initial = unsafe { (*instance.owned_table(index)).is_initial() };
        if let TableInit::Expr(expr) = init
            && !is_initial
        {
            let index = TableIndex::from_u32(module.num_imported_tables + index.as_u32());
            // SAFETY: by contract the store is not borrowed.
            unsafe {
                let handle = instance.eval(expr).low();
                let len = bulk::table_size(vmctx, index);
                bulk::table_fill(vmctx, index, 0, handle, len)?;
            }
        }
    }
    for (index, segment) in module.elements.iter() {
        if let SegmentMode::Active { target, offset } = &segment.mode
            && !instance.has_initial_table(*target)
        {
            let len = element_count(&segment.items);
            // SAFETY: as above.
            unsafe {
                let dst = instance.eval(offset).low();
                bulk::table_init(vmctx, index, *target, dst, 0, len)?;
            }
        }
        if !matches!(segment.mode, SegmentMode::Passive) {
            instance.drop_element(index);
        }
    }
    for index in instance.owned_tables() {
        // SAFETY: the table is borrowed for this statement only.
        unsafe { (*instance.owned_table(index)).set_initial(true) };
    }
    // SAFETY: by contract.
    unsafe {
        if instance.has_images.get() {
            return finish_images(instance);
        }
        initialise_memories(instance)
    }
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

impl Instance {
    /// Whether table `index` is the instance's own, and has what segments give to it.
    fn has_initial_table(&self, index: TableIndex) -> bool {
        let defined = self.module.defined_table(index);
        // SAFETY: the table is borrowed for this statement only.
        defined.is_some_and(|defined| unsafe { (*self.owned_table(defined)).is_initial() })
    }
}

/// What remains of the active data segments when memories have their contents already.
fn finish_images(instance: &Instance) -> Result<(), Stop> {
    let module = &*instance.module;
    for (index, segment) in module.data.iter() {
        if matches!(segment.mode, SegmentMode::Active { .. }) {
            instance.drop_data(index);
        }
    }
    match module.images.out_of_bounds(module) {
        true => Err(TrapCode::MemoryOutOfBounds.into()),
        false => Ok(()),
    }
}

/// Applies the active data segments.
///
/// # Safety
///
/// The store is not borrowed.
unsafe fn initialise_memories(instance: &Instance) -> Result<(), Stop> {
    let module = &*instance.module;
    match &module.memory_initialization {
        MemoryInitialization::Segmented(segments) => {
            for segment in segments {
                let (index, memory) = (segment.segment, segment.memory_index);
                let len = segment.data.len() as u64;
                // SAFETY: by contract; nothing of the live instance is borrowed.
                unsafe {
                    let dst = match segment.offset {
                        SegmentOffset::Constant(offset) => offset,
                        SegmentOffset::Dynamic => data_offset(instance, index),
                    };
                    bulk::memory_init(instance.vmctx, index, memory, dst, 0, len)?;
                }
                instance.drop_data(index);
            }
        }
        MemoryInitialization::Paged { map, out_of_bounds } => {
            for (index, pages) in map.iter() {
                // SAFETY: the memory is borrowed for this statement only.
                unsafe { apply_pages(&mut *instance.owned_memory(index), pages)? };
            }
            for (index, segment) in module.data.iter() {
                if matches!(segment.mode, SegmentMode::Active { .. }) {
                    instance.drop_data(index);
                }
            }
            if *out_of_bounds {
                return Err(TrapCode::MemoryOutOfBounds.into());
            }
        }
    }
    Ok(())
}

/// The value of an active segment's offset expression.
///
/// # Safety
///
/// The store is not borrowed.
unsafe fn data_offset(instance: &Instance, index: DataIndex) -> u64 {
    match &instance.module.data[index].mode {
        // SAFETY: by contract.
        SegmentMode::Active { offset, .. } => unsafe { instance.eval(offset).low() },
        _ => unreachable!("memory initialisers are of active segments"),
    }
}
