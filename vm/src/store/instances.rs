//! The instances of a store: how they join it, what they are found by, and when they go.

#![expect(unsafe_code, reason = "instances are reached by raw pointer")]

use std::ptr;

use super::VMStore;
use crate::arena::{ArenaFull, Id};
use crate::index::*;
use crate::instance::{Extern, Instance, InstanceId, VMInstance};
use crate::types::{ExternType, RefType, SharedTypeId, TableType};
use crate::vmcontext::VMContext;

/// Why an instance cannot be removed.
#[derive(Copy, Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoveInstanceError {
    /// It has been removed already.
    #[error("the instance does not exist any more")]
    NotFound,
    /// One of its functions is being executed.
    #[error("the instance has functions that are being executed")]
    BeingExecuted,
    /// Another instance imports from it.
    #[error("{importers} instances import from the instance")]
    Imported {
        /// How many.
        importers: usize,
    },
    /// A table of another instance holds one of its functions.
    #[error("a table of another instance holds a function of the instance")]
    Referenced,
}

/// How many instances, memories and tables a store has, for its limits.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct Population {
    /// Instances of modules (not those that stand for host-made objects).
    pub instances: usize,
    /// Memories.
    pub memories: usize,
    /// Tables.
    pub tables: usize,
}

impl VMStore {
    /// The instance named `id`, if it is still there.
    pub fn instance(&self, id: InstanceId) -> Option<&Instance> {
        self.instances.get(id).map(VMInstance::instance)
    }

    /// The instance named `id`, if it is still there, with the provenance of its block.
    pub(crate) fn instance_ptr(&self, id: InstanceId) -> Option<*const Instance> {
        self.instances
            .get(id)
            .map(|owner| owner.as_ptr().cast_const())
    }

    /// The context of the instance named `id`, if it is still there.
    pub fn vmctx(&self, id: InstanceId) -> Option<*mut VMContext> {
        self.instance(id).map(Instance::vmctx)
    }

    /// Ids and instances.
    pub fn instances(&self) -> impl Iterator<Item = (InstanceId, &Instance)> {
        self.instances
            .iter()
            .map(|(id, owner)| (id, owner.instance()))
    }

    /// The type of something an instance exports; a table or memory with its present
    /// size as minimum. `None` if its instance is gone.
    ///
    /// # Safety
    ///
    /// A function's reference is live, and of this store.
    pub unsafe fn extern_type(&self, item: &Extern) -> Option<ExternType> {
        Some(match *item {
            Extern::Func { func_ref } => {
                // SAFETY: by contract.
                let type_id = SharedTypeId::from_u32(unsafe { (*func_ref).type_id });
                ExternType::Func(self.registry.get(type_id))
            }
            Extern::Table(origin) => {
                let instance = self.instance(origin.instance)?;
                // SAFETY: the table is borrowed for this statement only.
                let table = unsafe { &*instance.owned_table(origin.index) };
                ExternType::Table(TableType {
                    minimum: table.len(),
                    ..*table.ty()
                })
            }
            Extern::Memory(origin) => {
                let instance = self.instance(origin.instance)?;
                let module = instance.module();
                let index =
                    MemoryIndex::from_u32(module.num_imported_memories + origin.index.as_u32());
                let mut ty = module.memories[index];
                // SAFETY: the memory is borrowed for this statement only.
                ty.minimum = unsafe { (*instance.owned_memory(origin.index)).size_pages() };
                ExternType::Memory(ty)
            }
            Extern::Global(origin) => {
                let module = self.instance(origin.instance)?.module();
                let index =
                    GlobalIndex::from_u32(module.num_imported_globals + origin.index.as_u32());
                ExternType::Global(module.globals[index])
            }
        })
    }

    /// Makes sure that the next [`VMStore::add_instance`] succeeds.
    pub(crate) fn reserve_instance(&mut self) -> Result<(), ArenaFull> {
        self.instances.reserve()
    }

    /// Takes an instance in and counts it. There must have been a
    /// [`VMStore::reserve_instance`].
    pub(crate) fn add_instance(&mut self, instance: VMInstance) -> InstanceId {
        let added = Population::of(instance.instance());
        let ptr = instance.as_ptr();
        let id = self.instances.insert(instance).expect("reserved before");
        // SAFETY: the instance has just been taken in.
        unsafe { (*ptr).join(id) };
        self.population.instances += added.instances;
        self.population.memories += added.memories;
        self.population.tables += added.tables;
        id
    }

    /// Removes the instance named `id` and frees what it owns. Handles of its functions
    /// that guests still have in globals or on their stacks act as null from now on.
    ///
    /// # Errors
    ///
    /// If code goes on in it (`is_being_executed` says so for its context), if another instance
    /// imports from it, or if a table of another instance holds one of its functions.
    ///
    /// # Safety
    ///
    /// No reference into this store is held across the call; `is_being_executed` tells the truth.
    pub unsafe fn remove_instance(
        this: *mut Self,
        id: InstanceId,
        is_being_executed: impl FnOnce(*mut VMContext) -> bool,
    ) -> Result<(), RemoveInstanceError> {
        // SAFETY: by contract `this` is live and not borrowed; `is_being_executed` is embedder code of
        // the runtime and is called before the store is borrowed again.
        let instance = unsafe {
            let owner = (*this).instances.get(id);
            owner.ok_or(RemoveInstanceError::NotFound)?.as_ptr()
        };
        // SAFETY: the instance lives until it is removed below.
        if is_being_executed(unsafe { (*instance).vmctx() }) {
            return Err(RemoveInstanceError::BeingExecuted);
        }
        // SAFETY: as above; the borrow of the store ends with the function.
        unsafe {
            let store = &mut *this;
            store.check_unused(&*instance)?;
            store.release_instance(id);
            store.free_instance(id);
        }
        Ok(())
    }

    /// Removes an instance whose initialisation failed, now or when nothing refers to it any more.
    pub(crate) fn discard_instance(&mut self, id: InstanceId) {
        let instance = self.instance(id).expect("the instance is there");
        match self.check_unused(instance) {
            Ok(()) => {
                self.release_instance(id);
                self.free_instance(id);
            }
            Err(_) => self.abandon_instance(id),
        }
    }

    /// Gives up the name of the instance: it stays while something can reach its
    /// functions, and is freed by the first [`VMStore::gc`] after that.
    ///
    /// For an instance whose instantiation failed after other instances may have
    /// got hold of its functions.
    pub fn abandon_instance(&mut self, id: InstanceId) {
        let Some(instance) = self.instance(id) else {
            return;
        };
        if !instance.set_orphan() {
            self.orphans.push(id);
        }
    }

    /// Whether no other instance imports from `instance` or has a function of it in a table.
    fn check_unused(&self, instance: &Instance) -> Result<(), RemoveInstanceError> {
        let importers = instance.importers();
        if importers > 0 {
            return Err(RemoveInstanceError::Imported { importers });
        }
        if instance.made_func_refs().next().is_none() {
            return Ok(()); // None of its functions has ever escaped.
        }
        let functions = instance.func_ref_addresses();
        let others = self.instances().map(|(_, other)| other);
        for other in others.filter(|other| !ptr::eq(*other, instance)) {
            for index in other.owned_tables() {
                // SAFETY: the table is borrowed until the end of the body, which calls nobody.
                let table = unsafe { &*other.owned_table(index) };
                // A table that only ever held functions of its owner or the host needs no look.
                if table.ty().element != RefType::FuncRef || !table.is_foreign() {
                    continue;
                }
                // SAFETY: as above.
                let words = unsafe { table.words() };
                if words.iter().any(|word| functions.contains(word)) {
                    return Err(RemoveInstanceError::Referenced);
                }
            }
        }
        Ok(())
    }

    /// Prepares an instance for [`VMStore::free_instance`]: its imports count it no more,
    /// and handles of its functions die.
    pub(super) fn release_instance(&mut self, id: InstanceId) {
        let instance = self.instances.get(id).expect("the instance is there");
        let instance = instance.instance();
        instance.release_imports();
        for func_ref in instance.made_func_refs() {
            // SAFETY: the reference is in the instance, which is there.
            let handle = unsafe { &(*func_ref).handle };
            if let Some(id) = Id::from_handle(handle.take()) {
                self.func_refs.remove(id);
            }
        }
    }

    /// Frees an instance that nothing refers to any more.
    pub(super) fn free_instance(&mut self, id: InstanceId) {
        let owner = self.instances.remove(id).expect("the instance is there");
        let gone = Population::of(owner.instance());
        self.population.instances -= gone.instances;
        self.population.memories -= gone.memories;
        self.population.tables -= gone.tables;
    }
}

impl Population {
    /// What `instance` adds.
    fn of(instance: &Instance) -> Self {
        Self {
            instances: usize::from(!instance.is_host_object()),
            memories: instance.owned_memories().len(),
            tables: instance.owned_tables().len(),
        }
    }
}
