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
mod reset;

use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;

pub use allocator::{AllocateError, InstanceAllocator, VMInstance};
pub use entity::{EntityOrigin, Extern};
pub(crate) use instantiate::is_host_object;
pub use instantiate::{InstantiateError, instantiate};
pub use link::{ImportProblem, LinkError, check_imports};
pub use reset::{ResetError, reset};

use self::entity::ImportedEntities;
use crate::arena::Id;
use crate::code::ModuleCode;
use crate::index::*;
use crate::memory::{Memory, VMMemoryDefinition};
use crate::module::{ConstExpr, ConstValue, ElementItems, EntityRef, Module};
use crate::offsets::VMOffsets;
use crate::store::VMStore;
use crate::table::Table;
use crate::types::{RefType, ValType};
use crate::vmcontext::{
    MAGIC_INSTANCE, VMCallee, VMContext, VMFuncRef, VMGlobalDefinition, VMTableDefinition,
};

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

/// A table as an instance reaches it: where it is and who owns it.
pub(crate) struct TablePlace<'a> {
    pub definition: *mut VMTableDefinition,
    pub owner: &'a Instance,
    pub index: DefinedTableIndex,
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

    /// The instance whose function a reference is about; `None` for a host function.
    ///
    /// # Safety
    ///
    /// `func_ref` is live, and stays so for `'a`.
    pub unsafe fn of_func_ref<'a>(func_ref: *const VMFuncRef) -> Option<&'a Instance> {
        // SAFETY: by contract; both kinds of context begin with their magic number.
        unsafe {
            let vmctx = (*func_ref).callee.vmctx;
            (*vmctx.cast::<u32>() == MAGIC_INSTANCE).then(|| Self::from_vmctx(vmctx))
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

    /// What the export named `name` is.
    pub fn export(&self, name: &str) -> Option<Extern> {
        let (_, export) = self.module.export(name)?;
        Some(self.entity(export.entity))
    }

    /// Something of this instance, led back to its owner.
    ///
    /// # Panics
    ///
    /// If `entity` is not of this module, or a function whose reference cannot escape.
    pub fn entity(&self, entity: EntityRef) -> Extern {
        match entity {
            EntityRef::Func(index) => Extern::Func {
                func_ref: self.func_ref(index),
            },
            EntityRef::Table(index) => Extern::Table(self.table_origin(index)),
            EntityRef::Memory(index) => Extern::Memory(self.memory_origin(index)),
            EntityRef::Global(index) => Extern::Global(self.global_origin(index)),
        }
    }

    /// The function reference of function `index`, made now if it is the first time.
    /// An imported function's is that of its owner.
    ///
    /// # Panics
    ///
    /// If the module's function has none, because its reference cannot escape.
    pub fn func_ref(&self, index: FuncIndex) -> *const VMFuncRef {
        let function = self.module.functions[index];
        let Some(defined) = self.module.defined_func(index) else {
            return self.imported.func_refs[index.index()];
        };
        let place = function
            .func_ref
            .expect("only escaping functions have a VMFuncRef");
        // SAFETY: the offset is that of a function reference; it is zero until it is written here,
        // by the one thread that has the store.
        unsafe {
            let func_ref: *mut VMFuncRef = VMContext::at(self.vmctx, self.offsets.func_ref(place));
            if (*func_ref).callee.code.is_null() {
                func_ref.write(VMFuncRef {
                    callee: self.defined_callee(defined),
                    type_id: self.module.types[function.ty].shared.as_u32(),
                    reserved: 0,
                    handle: Cell::new(0),
                });
            }
            func_ref
        }
    }

    /// What a call of function `index` calls.
    pub fn callee(&self, index: FuncIndex) -> VMCallee {
        match self.module.defined_func(index) {
            Some(defined) => self.defined_callee(defined),
            // SAFETY: the offset is that of an imported function's callee, written at instantiation.
            None => unsafe { *VMContext::at(self.vmctx, self.offsets.imported_function(index)) },
        }
    }

    fn defined_callee(&self, index: DefinedFuncIndex) -> VMCallee {
        VMCallee {
            code: &raw const self.code.func_codes()[index.index()],
            vmctx: self.vmctx,
        }
    }

    /// The function of this instance that `func_ref` is the reference of, if it is one.
    pub fn func_of_ref(&self, func_ref: *const VMFuncRef) -> Option<FuncIndex> {
        let first = self
            .vmctx
            .addr()
            .wrapping_add(self.offsets.func_ref(FuncRefIndex::from_u32(0)) as usize);
        let place = func_ref.addr().wrapping_sub(first) / size_of::<VMFuncRef>();
        let place = u32::try_from(place).ok().map(FuncRefIndex::from_u32)?;
        self.module.func_refs.get(place).copied()
    }

    /// Where the value of global `index` is.
    pub fn global_ptr(&self, index: GlobalIndex) -> *mut VMGlobalDefinition {
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
    pub fn table_definition(&self, index: TableIndex) -> *mut VMTableDefinition {
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
    pub fn refresh_memory(&self, index: DefinedMemoryIndex) {
        // SAFETY: the memory is borrowed for this statement only; the offset is that of its definition.
        unsafe {
            let definition = (*self.owned_memory(index)).vmmemory();
            VMContext::at::<VMMemoryDefinition>(self.vmctx, self.offsets.owned_memory(index))
                .write(definition);
        }
    }

    /// Writes the definition of an owned table again, after it has grown.
    pub fn refresh_table(&self, index: DefinedTableIndex) {
        // SAFETY: the table is borrowed for this statement only; the offset is that of its definition.
        unsafe {
            let definition = (*self.owned_table(index)).definition();
            VMContext::at::<VMTableDefinition>(self.vmctx, self.offsets.owned_table(index))
                .write(definition);
        }
    }

    /// The owner of memory `index` and its number there.
    pub(crate) fn memory_owner(&self, index: MemoryIndex) -> (&Instance, DefinedMemoryIndex) {
        match self.module.defined_memory(index) {
            Some(defined) => (self, defined),
            None => self.imported.memories[index.index()].resolve(),
        }
    }

    /// Table `index`, its owner and its number there.
    pub(crate) fn table_place(&self, index: TableIndex) -> TablePlace<'_> {
        let (owner, defined) = match self.module.defined_table(index) {
            Some(defined) => (self, defined),
            None => self.imported.tables[index.index()].resolve(),
        };
        TablePlace {
            definition: self.table_definition(index),
            owner,
            index: defined,
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

    fn memory_origin(&self, index: MemoryIndex) -> EntityOrigin<DefinedMemoryIndex> {
        match self.module.defined_memory(index) {
            Some(index) => self.origin(index),
            None => self.imported.memories[index.index()].origin,
        }
    }

    fn table_origin(&self, index: TableIndex) -> EntityOrigin<DefinedTableIndex> {
        match self.module.defined_table(index) {
            Some(index) => self.origin(index),
            None => self.imported.tables[index.index()].origin,
        }
    }

    fn global_origin(&self, index: GlobalIndex) -> EntityOrigin<DefinedGlobalIndex> {
        match self.module.defined_global(index) {
            Some(index) => self.origin(index),
            None => self.imported.globals[index.index()].origin,
        }
    }

    fn origin<I>(&self, index: I) -> EntityOrigin<I> {
        EntityOrigin {
            instance: self.id(),
            index,
        }
    }

    /// Whether element segment `index` has been dropped.
    pub fn is_element_dropped(&self, index: ElemIndex) -> bool {
        self.dropped_elements.get(index.index())
    }

    /// Drops element segment `index`: from now on it is empty.
    pub fn drop_element(&self, index: ElemIndex) {
        self.dropped_elements.set(index.index());
    }

    /// Whether data segment `index` has been dropped.
    pub fn is_data_dropped(&self, index: DataIndex) -> bool {
        self.dropped_data.get(index.index())
    }

    /// Drops data segment `index`: from now on it is empty.
    pub fn drop_data(&self, index: DataIndex) {
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
    pub fn is_host_object(&self) -> bool {
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

    /// The value of a constant expression of this instance's module.
    ///
    /// It is the same whenever it is asked for: constant expressions read only
    /// immutable globals and those that are defined before.
    ///
    /// # Safety
    ///
    /// The store is not borrowed.
    pub(crate) unsafe fn eval(&self, expr: &ConstExpr) -> ConstValue {
        expr.eval(
            &mut |global| {
                // SAFETY: a global of this live instance; validation has checked the index.
                let words = unsafe { &(*self.global_ptr(global)).words };
                ConstValue([words[0].get(), words[1].get()])
            },
            // SAFETY: by contract; the reference is one of the instance's.
            &mut |func| unsafe { VMStore::funcref_handle(self.store, self.func_ref(func)) },
        )
    }

    /// The word for a table whose elements are `ty` that a handle becomes.
    ///
    /// # Safety
    ///
    /// The store is not borrowed.
    pub(crate) unsafe fn word_of_handle(&self, ty: RefType, handle: u64) -> u64 {
        match ty {
            RefType::ExternRef => handle,
            // SAFETY: by contract. A reference to a removed function acts as null.
            RefType::FuncRef => unsafe {
                VMStore::funcref_from_handle(self.store, handle)
                    .map_or(0, |func_ref| func_ref.expose_provenance() as u64)
            },
        }
    }

    /// The handle for an element of a table whose elements are `ty`.
    ///
    /// # Safety
    ///
    /// The store is not borrowed, and `word` is from a table of it.
    pub(crate) unsafe fn handle_of_word(&self, ty: RefType, word: u64) -> u64 {
        match ty {
            RefType::ExternRef => word,
            // SAFETY: by contract; a word of a funcref table is 0 or the address of a live reference.
            RefType::FuncRef => unsafe { VMStore::funcref_handle(self.store, func_ref_at(word)) },
        }
    }

    /// The addresses of this instance's function references.
    pub(crate) fn func_ref_addresses(&self) -> std::ops::Range<u64> {
        let start =
            self.vmctx.addr() as u64 + u64::from(self.offsets.func_ref(FuncRefIndex::from_u32(0)));
        start..start + size_of::<VMFuncRef>() as u64 * u64::from(self.module.num_func_refs)
    }

    /// The function references that have been made.
    pub(crate) fn made_func_refs(&self) -> impl Iterator<Item = *const VMFuncRef> {
        self.module.func_refs.keys().filter_map(|index| {
            // SAFETY: the offset is that of a function reference, zero or written.
            unsafe {
                let func_ref: *const VMFuncRef =
                    VMContext::at(self.vmctx, self.offsets.func_ref(index));
                (!(*func_ref).callee.code.is_null()).then_some(func_ref)
            }
        })
    }
}

/// The function reference at the address in a table's word, or null for 0.
#[inline]
pub(crate) fn func_ref_at(word: u64) -> *const VMFuncRef {
    std::ptr::with_exposed_provenance(word as usize)
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
