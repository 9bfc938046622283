//! `VMStore`: the owner of instances, host functions and references.
//!
//! References are *handles* (see [`arena`](crate::arena)): index and generation, one
//! word. A function reference gets its handle when it is first exposed to a guest
//! value or to the host; the handle dies with the function's instance. An `externref` dies in
//! [`VMStore::gc`] when nothing holds its handle any more. A handle whose object is
//! gone finds nothing, and acts as null where a guest still has one.
//!
//! A store is boxed: instances and running code hold its address. While a guest may
//! run, nobody holds a reference to the store; the functions that take `this:
//! *mut VMStore` borrow it for a few instructions, never across guest or embedder code.

#![expect(
    unsafe_code,
    reason = "running code reaches the store and its functions by raw pointer"
)]

mod collect;
mod functions;
mod hooks;
mod values;

use std::fmt;
use std::ptr::{self, NonNull};
use std::sync::Arc;

pub use functions::{HostFunc, HostFuncId};
pub use hooks::{BoxedError, StoreHooks};

use crate::arena::{Arena, ArenaFull, Id};
use crate::exec::VMExec;
use crate::index::*;
use crate::instance::{Extern, Instance, InstanceId, VMInstance, is_host_object};
use crate::module::Module;
use crate::pool::Pool;
use crate::region::Slot;
use crate::types::{ExternType, RefType, SharedTypeId, TableType, TypeRegistry};
use crate::vmcontext::VMContext;
use functions::FuncRefEntry;
use values::ExternRefEntry;

/// Why an instance cannot be removed.
#[derive(Copy, Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoveInstanceError {
    /// It has been removed already.
    #[error("the instance does not exist any more")]
    NotFound,
    /// One of its functions is being executed.
    #[error("the instance has functions that are being executed")]
    HasFrames,
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

/// The owner of instances, host functions and references. See the
/// [module documentation](self).
pub struct VMStore {
    exec: Arc<VMExec>,
    registry: Arc<TypeRegistry>,
    hooks: Option<NonNull<dyn StoreHooks>>,
    /// Where instances, memories and tables come from, if not from the host.
    pool: Option<Arc<Pool>>,
    instances: Arena<VMInstance>,
    /// A region's slot for the first instance, which is dropped before it.
    slot: Option<Box<Slot>>,
    /// Whether the instance for the slot has been made.
    is_slot_used: bool,
    population: Population,
    /// Instances that only [`VMStore::gc`] frees.
    orphans: Vec<InstanceId>,
    host_funcs: Arena<HostFunc>,
    func_refs: Arena<FuncRefEntry>,
    extern_refs: Arena<ExternRefEntry>,
    /// The number of the latest collection.
    collection: u32,
    allocated_since_gc: usize,
    live_after_gc: usize,
}

impl Drop for VMStore {
    fn drop(&mut self) {
        // Blocks of a pool keep the references of their functions, which get other handles in another store.
        for (_, entry) in self.func_refs.iter() {
            // SAFETY: a reference with a handle is that of a live instance or host function.
            unsafe { (*entry.func_ref).handle.set(0) };
        }
    }
}

// SAFETY: everything the raw pointers lead to is owned by the store (blocks of instances and
// host functions) and goes with it; what it owns is `Send`: host values and closures by
// their bounds, memories and code by their traits. The hooks are only used by
// whoever has the store, who has set them.
unsafe impl Send for VMStore {}
impl VMStore {
    /// A store without instances. Its address must not change once something has been
    /// instantiated in it.
    pub fn new(exec: Arc<VMExec>, registry: Arc<TypeRegistry>) -> Box<Self> {
        Box::new(Self {
            exec,
            registry,
            hooks: None,
            pool: None,
            instances: Arena::new(),
            slot: None,
            is_slot_used: false,
            population: Population::default(),
            orphans: Vec::new(),
            host_funcs: Arena::new(),
            func_refs: Arena::new(),
            extern_refs: Arena::new(),
            collection: 0,
            allocated_since_gc: 0,
            live_after_gc: 0,
        })
    }

    /// The execution that runs guests of this store.
    pub fn exec(&self) -> &Arc<VMExec> {
        &self.exec
    }

    /// Where instances of `module` come from, if not from the host.
    pub(crate) fn pool_of(&self, module: &Module) -> Option<&Arc<Pool>> {
        self.pool.as_ref().filter(|_| !is_host_object(module))
    }

    /// Lets instances, their memories and tables come from `pool` from now on, but not objects that the
    /// host makes.
    pub fn set_pool(&mut self, pool: Option<Arc<Pool>>) {
        self.pool = pool;
    }

    /// Lets the first instance of a module live in `slot`: its block, and memory 0 if the module defines it. The
    /// execution may use the slot's stacks. What else there is comes from the host or the pool.
    ///
    /// # Panics
    ///
    /// If the store has a slot.
    pub fn set_slot(&mut self, slot: Slot) {
        assert!(self.slot.is_none(), "a store has one slot");
        self.slot = Some(Box::new(slot));
    }

    /// The slot of the first instance.
    pub fn slot(&self) -> Option<&Slot> {
        self.slot.as_deref()
    }

    /// The slot of the first instance, to get at its stacks.
    pub fn slot_mut(&mut self) -> Option<&mut Slot> {
        self.slot.as_deref_mut()
    }

    /// The slot for an instance of `module`, if no instance has had it.
    pub(crate) fn unused_slot(&mut self, module: &Module) -> Option<&mut Slot> {
        match self.is_slot_used || is_host_object(module) {
            true => None,
            false => self.slot.as_deref_mut(),
        }
    }

    /// Notes that an instance has been made in the slot, if there is one.
    pub(crate) fn use_slot(&mut self) {
        self.is_slot_used = true;
    }

    /// Sets whom the store asks before it takes resources.
    ///
    /// # Safety
    ///
    /// Until they are replaced, the hooks are alive, and nobody else uses them while
    /// guest code runs, something is instantiated, or a memory or table grows.
    pub unsafe fn set_hooks(&mut self, hooks: Option<NonNull<dyn StoreHooks>>) {
        self.hooks = hooks;
    }

    /// How many instances, memories and tables there are.
    pub fn population(&self) -> Population {
        self.population
    }
}

/// Instances.
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
    /// If it has frames (`has_frames` says so for its context), if another instance
    /// imports from it, or if a table of another instance holds one of its functions.
    ///
    /// # Safety
    ///
    /// No reference into this store is held across the call; `has_frames` tells the truth.
    pub unsafe fn remove_instance(
        this: *mut Self,
        id: InstanceId,
        has_frames: impl FnOnce(*mut VMContext) -> bool,
    ) -> Result<(), RemoveInstanceError> {
        // SAFETY: by contract `this` is live and not borrowed; `has_frames` is embedder code of
        // the runtime and is called before the store is borrowed again.
        let instance = unsafe {
            let owner = (*this).instances.get(id);
            owner.ok_or(RemoveInstanceError::NotFound)?.as_ptr()
        };
        // SAFETY: the instance lives until it is removed below.
        if has_frames(unsafe { (*instance).vmctx() }) {
            return Err(RemoveInstanceError::HasFrames);
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
    fn release_instance(&mut self, id: InstanceId) {
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
    fn free_instance(&mut self, id: InstanceId) {
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

impl fmt::Debug for VMStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VMStore")
            .field("population", &self.population)
            .field("host_funcs", &self.host_funcs.len())
            .field("func_refs", &self.func_refs.len())
            .field("extern_refs", &self.extern_refs.len())
            .finish_non_exhaustive()
    }
}
