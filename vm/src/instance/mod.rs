//! `Instance`: a module with its memories, tables and globals.
//!
//! Host part and `VMContext` are one allocation, made by an [`InstanceAllocator`]
//! and owned by a [`VMInstance`]; it never moves:
//!
//! ```text
//! ┌ Instance (host part) ┐┌ VMContext, VMOffsets::size bytes            ┐
//! *mut Instance           *mut VMContext = the former + size_of Instance
//! ```
//!
//! While a guest may run, an instance is shared: by the interpreter, by importers,
//! by host functions. So after it is built nobody makes a `&mut Instance`; what
//! changes is in cells (memories and tables in `UnsafeCell`s, whose content is
//! borrowed for a few instructions, never across guest or embedder code). An
//! instance outlives all that points into it: an imported instance counts its importers
//! and cannot be removed while there are any.

#![expect(
    unsafe_code,
    reason = "running code and host share the instance through raw pointers"
)]

mod allocator;
mod context;
mod entity;
mod initialise;
mod instantiate;
mod link;
mod no_memory;
mod objects;
mod reference;
mod reset;

use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;

pub use allocator::{AllocateError, InstanceAllocator, VMInstance};
pub(crate) use entity::TablePlace;
pub use entity::{EntityOrigin, Extern};
pub(crate) use instantiate::is_host_object;
pub use instantiate::{InstantiateError, instantiate};
pub use link::{ImportProblem, LinkError, check_imports};
pub(crate) use reference::func_ref_at;
pub use reset::{ResetError, reset};

use self::entity::ImportedEntities;
use crate::arena::Id;
use crate::code::ModuleCode;
use crate::index::*;
use crate::memory::{Memory, VMMemoryDefinition};
use crate::module::{ElementItems, Module};
use crate::offsets::VMOffsets;
use crate::store::VMStore;
use crate::table::Table;
use crate::types::ValType;
use crate::vmcontext::{MAGIC_INSTANCE, VMContext, VMGlobalDefinition, VMTableDefinition};

/// Names an instance of a store.
pub type InstanceId = Id<VMInstance>;

/// One flag per segment, of which few are ever set.
struct SegmentFlags(SmallVec<[Cell<u64>; 1]>);

impl SegmentFlags {
    fn new(segments: usize) -> Self {
        let words = segments.div_ceil(64);
        Self((0..words).map(|_| Cell::new(0)).collect())
    }

    fn get(&self, index: usize) -> bool {
        self.0[index / 64].get() >> (index % 64) & 1 != 0
    }

    fn set(&self, index: usize) {
        let word = &self.0[index / 64];
        word.set(word.get() | 1 << (index % 64));
    }

    fn clear(&self) {
        self.0.iter().for_each(|word| word.set(0));
    }
}

/// The host part of an instance. Reached by pointer: see [`Instance::from_vmctx`].
#[repr(C, align(16))]
pub struct Instance {
    vmctx: *mut VMContext,
    store: *mut VMStore,
    id: Cell<Option<InstanceId>>,
    module: Arc<Module>,
    code: Arc<dyn ModuleCode>,
    offsets: VMOffsets,
    memories: PrimaryMap<DefinedMemoryIndex, UnsafeCell<Memory>>,
    tables: PrimaryMap<DefinedTableIndex, UnsafeCell<Table>>,
    imported: ImportedEntities,
    dropped_elements: SegmentFlags,
    dropped_data: SegmentFlags,
    /// Whether memories had their contents from images when they were made or last reset.
    has_images: Cell<bool>,
    /// How many instances import something from this one.
    importers: Cell<usize>,
    /// Whether only `gc` may free this instance: the embedder has no name for it.
    orphan: Cell<bool>,
    /// The collection that last reached this instance.
    mark: Cell<u32>,
}

impl Instance {
    /// The instance that owns `vmctx`.
    ///
    /// # Safety
    ///
    /// `vmctx` is the context of a live instance, which stays alive for `'a`.
    #[inline(always)]
    pub unsafe fn from_vmctx<'a>(vmctx: *mut VMContext) -> &'a Instance {
        // SAFETY: the header of a live instance points to its host part, of which
        // nobody has an exclusive reference.
        unsafe {
            let header = VMContext::header(vmctx);
            debug_assert_eq!(header.magic, MAGIC_INSTANCE);
            &*header.instance
        }
    }

    /// The name of this instance in its store.
    pub fn id(&self) -> InstanceId {
        self.id.get().expect("an instance in a store has an id")
    }

    /// The context that running code uses.
    pub fn vmctx(&self) -> *mut VMContext {
        self.vmctx
    }

    /// The store that owns this instance.
    pub fn store(&self) -> *mut VMStore {
        self.store
    }

    /// The module.
    pub fn module(&self) -> &Arc<Module> {
        &self.module
    }

    /// The code of the module's functions.
    pub fn code(&self) -> &Arc<dyn ModuleCode> {
        &self.code
    }

    /// The layout of [`Instance::vmctx`].
    pub fn offsets(&self) -> &VMOffsets {
        &self.offsets
    }

    /// Where the value of global `index` is.
    pub(crate) fn global_ptr(&self, index: GlobalIndex) -> *mut VMGlobalDefinition {
        // SAFETY: the offsets are those of the pointer to an imported global, written at
        // instantiation, and of an owned global.
        unsafe {
            match self.module.defined_global(index) {
                Some(defined) => VMContext::at(self.vmctx, self.offsets.owned_global(defined)),
                None => *VMContext::at(self.vmctx, self.offsets.imported_global(index)),
            }
        }
    }

    /// Where the value of a global that this instance defines is.
    pub fn owned_global_ptr(&self, index: DefinedGlobalIndex) -> *mut VMGlobalDefinition {
        // SAFETY: the offset is that of an owned global.
        unsafe { VMContext::at(self.vmctx, self.offsets.owned_global(index)) }
    }

    /// The definition of memory `index`, which its owner keeps up to date.
    #[inline]
    pub fn memory_definition(&self, index: MemoryIndex) -> *mut VMMemoryDefinition {
        // SAFETY: the offset is that of the pointer to a memory's definition, written at instantiation.
        unsafe { *VMContext::at(self.vmctx, self.offsets.memory(index)) }
    }

    /// The definition of table `index`, which its owner keeps up to date.
    #[inline]
    pub(crate) fn table_definition(&self, index: TableIndex) -> *mut VMTableDefinition {
        // SAFETY: the offset is that of the pointer to a table's definition, written at instantiation.
        unsafe { *VMContext::at(self.vmctx, self.offsets.table(index)) }
    }

    /// A memory that this instance defines. A borrow of it ends before guest
    /// or embedder code runs.
    pub fn owned_memory(&self, index: DefinedMemoryIndex) -> *mut Memory {
        self.memories[index].get()
    }

    /// A table that this instance defines. A borrow of it ends before guest or
    /// embedder code runs.
    pub fn owned_table(&self, index: DefinedTableIndex) -> *mut Table {
        self.tables[index].get()
    }

    /// Writes the definition of an owned memory again, after the memory may have moved.
    pub(crate) fn refresh_memory(&self, index: DefinedMemoryIndex) {
        // SAFETY: the memory is borrowed for this statement only; the offset is that of its definition.
        unsafe {
            let definition = (*self.owned_memory(index)).vmmemory();
            VMContext::at::<VMMemoryDefinition>(self.vmctx, self.offsets.owned_memory(index))
                .write(definition);
        }
    }

    /// Writes the definition of an owned table again, after it has grown.
    pub(crate) fn refresh_table(&self, index: DefinedTableIndex) {
        // SAFETY: the table is borrowed for this statement only; the offset is that of its definition.
        unsafe {
            let definition = (*self.owned_table(index)).definition();
            VMContext::at::<VMTableDefinition>(self.vmctx, self.offsets.owned_table(index))
                .write(definition);
        }
    }

    /// Takes back what this instance counts at those it imports from; called once,
    /// when it is removed while its store lives on.
    pub(crate) fn release_imports(&self) {
        for &instance in &self.imported.instances {
            // SAFETY: an instance is not removed while it has importers, of which this is one.
            let importers = unsafe { &(*instance).importers };
            importers.set(importers.get() - 1);
        }
    }

    /// Whether element segment `index` has been dropped.
    pub fn is_element_dropped(&self, index: ElemIndex) -> bool {
        self.dropped_elements.get(index.index())
    }

    /// Drops element segment `index`: from now on it is empty.
    pub(crate) fn drop_element(&self, index: ElemIndex) {
        self.dropped_elements.set(index.index());
    }

    /// Whether data segment `index` has been dropped.
    pub fn is_data_dropped(&self, index: DataIndex) -> bool {
        self.dropped_data.get(index.index())
    }

    /// Drops data segment `index`: from now on it is empty.
    pub(crate) fn drop_data(&self, index: DataIndex) {
        self.dropped_data.set(index.index());
    }

    /// The memories that this instance defines.
    pub fn owned_memories(&self) -> impl ExactSizeIterator<Item = DefinedMemoryIndex> + use<> {
        self.memories.keys()
    }

    /// The tables that this instance defines.
    pub fn owned_tables(&self) -> impl ExactSizeIterator<Item = DefinedTableIndex> + use<> {
        self.tables.keys()
    }

    /// The globals that this instance defines, and the types of their values.
    pub fn owned_globals(&self) -> impl Iterator<Item = (DefinedGlobalIndex, ValType)> {
        let imported = self.module.num_imported_globals as usize;
        let types = self.module.globals.values().skip(imported);
        types
            .enumerate()
            .map(|(i, ty)| (DefinedGlobalIndex::new(i), ty.content))
    }

    /// Whether this stands for one object that the host made.
    pub(crate) fn is_host_object(&self) -> bool {
        instantiate::is_host_object(&self.module)
    }

    /// Called once, when the instance joins its store.
    pub(crate) fn join(&self, id: InstanceId) {
        self.id.set(Some(id));
        for &instance in &self.imported.instances {
            // SAFETY: imports are of live instances.
            let importers = unsafe { &(*instance).importers };
            importers.set(importers.get() + 1);
        }
    }

    /// Notes that the embedder has no name for this instance; returns whether that was noted before.
    pub(crate) fn set_orphan(&self) -> bool {
        self.orphan.replace(true)
    }

    /// Whether the embedder has no name for this instance.
    pub(crate) fn is_orphan(&self) -> bool {
        self.orphan.get()
    }

    /// The collection that last reached this instance.
    pub(crate) fn mark(&self) -> u32 {
        self.mark.get()
    }

    /// Notes that `collection` has reached this instance; returns whether that is news.
    pub(crate) fn set_mark(&self, collection: u32) -> bool {
        self.mark.replace(collection) != collection
    }

    /// The instances that this one imports from.
    pub(crate) fn imported_instances(&self) -> impl Iterator<Item = &Instance> {
        let instances = self.imported.instances.iter();
        // SAFETY: an instance is not removed while it has importers.
        instances.map(|&instance| unsafe { &*instance })
    }

    /// How many instances import something from this one.
    pub fn importers(&self) -> usize {
        self.importers.get()
    }
}

/// The number of items of an element segment.
pub(crate) fn element_count(items: &ElementItems) -> u64 {
    match items {
        ElementItems::Functions(items) => items.len() as u64,
        ElementItems::Expressions(items) => items.len() as u64,
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance")
            .field("id", &self.id.get())
            .field("vmctx", &self.vmctx)
            .field("importers", &self.importers)
            .finish_non_exhaustive()
    }
}
