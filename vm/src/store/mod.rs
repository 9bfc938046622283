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
mod instances;
mod values;

use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

pub use functions::{HostFunc, HostFuncId};
pub use hooks::{BoxedError, StoreHooks};
pub use instances::{Population, RemoveInstanceError};

use crate::arena::Arena;
use crate::exec::VMExec;
use crate::instance::{InstanceId, VMInstance, is_host_object};
use crate::module::Module;
use crate::pool::Pool;
use crate::region::Slot;
use crate::types::TypeRegistry;
use functions::FuncRefEntry;
use values::ExternRefEntry;

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
    ///
    /// # Safety
    ///
    /// The slot stays in its place: an instance may live in it, and goes before it. Of it, only stacks are used.
    pub unsafe fn slot_mut(&mut self) -> Option<&mut Slot> {
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
