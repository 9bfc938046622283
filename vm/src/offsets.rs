//! `VMOffsets`: byte offsets into the `VMContext` of one module's shape.
//!
//! The order is that of the picture in [`vmcontext`](crate::vmcontext). All
//! arithmetic is checked: a module too large for 32-bit offsets has no offsets.

use crate::index::*;
use crate::memory::VMMemoryDefinition;
use crate::module::Module;
use crate::vmcontext::{
    VMCallee, VMContextHeader, VMFuncRef, VMGlobalDefinition, VMTableDefinition,
};

/// Offsets of the dynamic parts of a `VMContext`.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct VMOffsets {
    imported_functions: u32,
    memories: u32,
    owned_memories: u32,
    tables: u32,
    owned_tables: u32,
    imported_globals: u32,
    owned_globals: u32,
    func_refs: u32,
    size: u32,
}

/// How many of each item a module has; what [`VMOffsets`] depends on.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "one count per array, named as in `VMOffsets`")]
pub struct VMShape {
    pub imported_functions: u32,
    pub memories: u32,
    pub owned_memories: u32,
    pub tables: u32,
    pub owned_tables: u32,
    pub imported_globals: u32,
    pub owned_globals: u32,
    pub func_refs: u32,
}

impl VMShape {
    /// The shape of `module`.
    pub fn of(module: &Module) -> Self {
        let (memories, tables) = (module.memories.len() as u32, module.tables.len() as u32);
        Self {
            imported_functions: module.num_imported_functions,
            memories,
            owned_memories: memories - module.num_imported_memories,
            tables,
            owned_tables: tables - module.num_imported_tables,
            imported_globals: module.num_imported_globals,
            owned_globals: module.globals.len() as u32 - module.num_imported_globals,
            func_refs: module.num_func_refs,
        }
    }
}

impl VMOffsets {
    /// The offsets for `shape`, or `None` if the block would pass `u32::MAX` bytes.
    pub fn new(shape: &VMShape) -> Option<Self> {
        let mut next = size_of::<VMContextHeader>() as u32;
        let mut array = |count: u32, size: usize, align: u32| {
            let start = next.checked_next_multiple_of(align)?;
            next = count
                .checked_mul(u32::try_from(size).ok()?)?
                .checked_add(start)?;
            Some(start)
        };
        let word = size_of::<usize>();
        let align = align_of::<usize>() as u32;
        let imported_functions = array(shape.imported_functions, size_of::<VMCallee>(), align)?;
        let memories = array(shape.memories, word, align)?;
        let owned_memories = array(shape.owned_memories, size_of::<VMMemoryDefinition>(), align)?;
        let tables = array(shape.tables, word, align)?;
        let owned_tables = array(shape.owned_tables, size_of::<VMTableDefinition>(), 8)?;
        let imported_globals = array(shape.imported_globals, word, align)?;
        let owned_globals = array(shape.owned_globals, size_of::<VMGlobalDefinition>(), 16)?;
        let func_refs = array(shape.func_refs, size_of::<VMFuncRef>(), 8)?;
        let size = array(0, 0, 16)?;
        Some(Self {
            imported_functions,
            memories,
            owned_memories,
            tables,
            owned_tables,
            imported_globals,
            owned_globals,
            func_refs,
            size,
        })
    }

    /// The size of the block in bytes, a multiple of 16.
    pub const fn size(&self) -> u32 {
        self.size
    }

    /// The `VMCallee` of imported function `index`.
    pub const fn imported_function(&self, index: FuncIndex) -> u32 {
        self.imported_functions + index.as_u32() * size_of::<VMCallee>() as u32
    }

    /// The `*mut VMMemoryDefinition` of memory `index`, imported or owned.
    pub const fn memory(&self, index: MemoryIndex) -> u32 {
        self.memories + index.as_u32() * size_of::<usize>() as u32
    }

    /// The `VMMemoryDefinition` of owned memory `index`.
    pub const fn owned_memory(&self, index: DefinedMemoryIndex) -> u32 {
        self.owned_memories + index.as_u32() * size_of::<VMMemoryDefinition>() as u32
    }

    /// The `*mut VMTableDefinition` of table `index`, imported or owned.
    pub const fn table(&self, index: TableIndex) -> u32 {
        self.tables + index.as_u32() * size_of::<usize>() as u32
    }

    /// The `VMTableDefinition` of owned table `index`.
    pub const fn owned_table(&self, index: DefinedTableIndex) -> u32 {
        self.owned_tables + index.as_u32() * size_of::<VMTableDefinition>() as u32
    }

    /// The `*mut VMGlobalDefinition` of imported global `index`.
    pub const fn imported_global(&self, index: GlobalIndex) -> u32 {
        self.imported_globals + index.as_u32() * size_of::<usize>() as u32
    }

    /// The `VMGlobalDefinition` of owned global `index`.
    pub const fn owned_global(&self, index: DefinedGlobalIndex) -> u32 {
        self.owned_globals + index.as_u32() * size_of::<VMGlobalDefinition>() as u32
    }

    /// The `VMFuncRef` number `index`.
    pub const fn func_ref(&self, index: FuncRefIndex) -> u32 {
        self.func_refs + index.as_u32() * size_of::<VMFuncRef>() as u32
    }
}
