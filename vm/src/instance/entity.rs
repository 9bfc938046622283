//! What instances import and export, led back to its owner.

#![expect(unsafe_code, reason = "an import holds pointers to its owner")]

use super::{Instance, InstanceId};
use crate::index::*;
use crate::memory::VMMemoryDefinition;
use crate::module::EntityRef;
use crate::vmcontext::{VMContext, VMFuncRef, VMTableDefinition};

/// A table, memory or global by the instance that owns it, so that an import
/// that is exported again still leads to its owner.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct EntityOrigin<I> {
    /// The instance that defines it.
    pub instance: InstanceId,
    /// Its number among the definitions of that instance.
    pub index: I,
}

/// What an instance imports or exports. Valid while the owning instance (or, for
/// a host function, the store) lives.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Extern {
    /// A function of an instance or of the host.
    Func {
        /// Its one reference: callee, context and type.
        func_ref: *const VMFuncRef,
    },
    /// A table.
    Table(EntityOrigin<DefinedTableIndex>),
    /// A linear memory.
    Memory(EntityOrigin<DefinedMemoryIndex>),
    /// A global.
    Global(EntityOrigin<DefinedGlobalIndex>),
}

/// An imported table, memory or global: which it is and, for running code, its owner.
pub(super) struct Imported<I> {
    pub origin: EntityOrigin<I>,
    pub owner: *const Instance,
}

/// What an instance got for its imports, by index space.
#[derive(Default)]
pub(super) struct ImportedEntities {
    pub func_refs: Vec<*const VMFuncRef>,
    pub tables: Vec<Imported<DefinedTableIndex>>,
    pub memories: Vec<Imported<DefinedMemoryIndex>>,
    pub globals: Vec<Imported<DefinedGlobalIndex>>,
    /// Every other instance that something comes from, once. Each counts us in `importers`.
    pub instances: Vec<*const Instance>,
}

/// A table as an instance reaches it: where it is and who owns it.
pub(crate) struct TablePlace<'a> {
    pub definition: *mut VMTableDefinition,
    pub owner: &'a Instance,
    pub index: DefinedTableIndex,
}

impl<I: Copy> Imported<I> {
    /// The owner, and the number there.
    pub fn resolve(&self) -> (&Instance, I) {
        // SAFETY: an instance is not removed while another imports from it.
        (unsafe { &*self.owner }, self.origin.index)
    }
}

impl Imported<DefinedMemoryIndex> {
    /// Its definition, which its owner keeps up to date.
    pub fn definition(&self) -> *mut VMMemoryDefinition {
        let (owner, index) = self.resolve();
        // SAFETY: the offset is that of the definition of a memory of `owner`.
        unsafe { VMContext::at(owner.vmctx(), owner.offsets().owned_memory(index)) }
    }
}

impl Imported<DefinedTableIndex> {
    /// Its definition, which its owner keeps up to date.
    pub fn definition(&self) -> *mut VMTableDefinition {
        let (owner, index) = self.resolve();
        // SAFETY: the offset is that of the definition of a table of `owner`.
        unsafe { VMContext::at(owner.vmctx(), owner.offsets().owned_table(index)) }
    }
}

impl Instance {
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
}
