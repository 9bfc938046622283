//! The first content of a `VMContext`: its header, and where the instance's memories, tables,
//! imported functions and imported globals are.

#![expect(unsafe_code, reason = "writes the context that running code reads")]

use std::cell::{Cell, UnsafeCell};
use std::sync::Arc;

use super::entity::ImportedEntities;
use super::{InstanceAllocator, no_memory};
use crate::code::ModuleCode;
use crate::index::*;
use crate::memory::{Memory, VMMemoryDefinition};
use crate::module::Module;
use crate::store::VMStore;
use crate::table::Table;
use crate::vmcontext::{
    MAGIC_INSTANCE, VMCallee, VMContext, VMContextHeader, VMGlobalDefinition, VMTableDefinition,
};

/// What a context is made of.
pub(super) struct Parts<'a> {
    pub store: *mut VMStore,
    pub module: &'a Module,
    pub code: &'a Arc<dyn ModuleCode>,
    pub imported: &'a ImportedEntities,
}

/// Writes everything of the context but the definitions: those of globals are yet to come, and
/// function references are zero, or what they were in a block that was kept.
///
/// # Safety
///
/// The block is one for `parts.module`, and the imports are live.
pub(super) unsafe fn write_context(allocator: &InstanceAllocator, parts: &Parts<'_>) {
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

/// Writes the definitions of the module's own memories and tables to their places.
///
/// # Safety
///
/// The block is one for their module.
pub(super) unsafe fn write_definitions(
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
