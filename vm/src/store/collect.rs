//! Collection: which references are still held, and freeing the others.
//!
//! Marking is exact for tables and globals and conservative for the value stack: a word
//! there that looks like a handle is taken for one. Only host values and abandoned
//! instances are collected; a function's handle lives as long as its instance.

#![expect(
    unsafe_code,
    reason = "reads references out of stacks, tables and globals"
)]

use super::VMStore;
use crate::arena::Id;
use crate::instance::{Instance, func_ref_at};
use crate::table::Table;
use crate::types::RefType;
use crate::vmcontext::VMFuncRef;

/// The number of live `externref`s below which no collection is suggested.
const GC_MINIMUM: usize = 1024;

impl VMStore {
    /// Whether as many host values are new as survived the last collection: collecting
    /// then costs a constant amount of work per value.
    pub fn should_collect(&self) -> bool {
        self.allocated_since_gc >= self.live_after_gc.max(GC_MINIMUM)
    }

    /// Frees the host values that nothing holds any more, and abandoned instances that nothing
    /// can reach; returns how many host values were freed.
    ///
    /// Held is what `roots` names (handles that the host keeps), what tables and globals
    /// have, and whatever looks like a handle in the used part of the value stack.
    ///
    /// # Safety
    ///
    /// No reference into this store is held across the call, and `roots` uses the store
    /// no more than to read.
    pub unsafe fn gc(this: *mut Self, roots: impl IntoIterator<Item = u64>) -> usize {
        // SAFETY: by contract.
        unsafe {
            (*this).collection = (*this).collection.wrapping_add(1);
            let mut marking = Marking::new(&*this);
            marking.mark_instances();
            roots.into_iter().for_each(|handle| marking.mark(handle));
            marking.mark_stacks();
            marking.finish();
        }
        // SAFETY: by contract. The values dropped by the sweep are the embedder's; they have no
        // way to this store, which whoever called this has for himself.
        unsafe { (*this).sweep() }
    }

    /// Frees what the latest collection has not marked. The number of a collection comes again after
    /// 2^32 others; a mark that old could only keep something for one more.
    fn sweep(&mut self) -> usize {
        let (before, collection) = (self.extern_refs.len(), self.collection);
        let orphans = std::mem::take(&mut self.orphans);
        let (reached, unreached): (Vec<_>, Vec<_>) = orphans
            .into_iter()
            .partition(|&id| self.instance(id).is_some_and(|i| i.mark() == collection));
        self.orphans = reached;
        // One may import from another, which must be there until it has been told.
        for &id in &unreached {
            self.release_instance(id);
        }
        for id in unreached {
            self.free_instance(id);
        }
        self.extern_refs
            .retain(|entry| entry.mark.get() == collection);
        self.allocated_since_gc = 0;
        self.live_after_gc = self.extern_refs.len();
        before - self.live_after_gc
    }
}

/// A collection finding out what is held.
struct Marking<'a> {
    store: &'a VMStore,
    /// Instances that are reached, and whose contents are still to be marked.
    work: Vec<&'a Instance>,
}

impl<'a> Marking<'a> {
    fn new(store: &'a VMStore) -> Self {
        let work = Vec::new();
        Self { store, work }
    }

    /// Marks the instances that the embedder has names for. While guest code is active, abandoned
    /// ones are too: it may be theirs.
    fn mark_instances(&mut self) {
        let mut active = !self.store.exec.activation.get().is_null();
        self.store.exec.for_each_parked(|_| active = true);
        for (_, instance) in self.store.instances() {
            if active || !instance.is_orphan() {
                self.reach(instance);
            }
        }
    }

    /// Marks what the used slots of value stacks may hold, and the registers of guests that wait.
    fn mark_stacks(&mut self) {
        self.mark_slots(self.store.exec.used_slots());
        let exec = self.store.exec.clone();
        exec.for_each_parked(|parked| {
            self.mark_slots(parked.used_slots());
            parked.saved().iter().for_each(|&word| self.mark(word));
        });
    }

    /// Marks what `len` slots from `base` on may hold.
    fn mark_slots(&mut self, (base, len): (*mut u64, usize)) {
        for i in 0..len {
            // SAFETY: the slots below an execution's `sp` are initialised memory of its stack; they
            // are read as plain words.
            self.mark(unsafe { base.add(i).read() });
        }
    }

    /// Marks whatever `word` is the handle of. A word may look like handles of both kinds.
    fn mark(&mut self, word: u64) {
        if let Some(entry) = Id::from_handle(word).and_then(|id| self.store.extern_refs.get(id)) {
            entry.mark.set(self.store.collection);
        }
        if let Some(entry) = Id::from_handle(word).and_then(|id| self.store.func_refs.get(id)) {
            self.mark_function(entry.func_ref);
        }
    }

    /// Marks the instance of a function, unless it is the host's.
    fn mark_function(&mut self, func_ref: *const VMFuncRef) {
        // SAFETY: handles and tables are of live functions.
        if let Some(instance) = unsafe { Instance::of_func_ref(func_ref) } {
            self.reach(instance);
        }
    }

    fn reach(&mut self, instance: &'a Instance) {
        if instance.set_mark(self.store.collection) {
            self.work.push(instance);
        }
    }

    /// Marks what the reached instances hold, until there are no more.
    fn finish(&mut self) {
        while let Some(instance) = self.work.pop() {
            instance.imported_instances().for_each(|i| self.reach(i));
            for (index, content) in instance.owned_globals() {
                if content.is_ref() {
                    // SAFETY: a global of a live instance.
                    self.mark(unsafe { (*instance.owned_global_ptr(index)).words[0].get() });
                }
            }
            for index in instance.owned_tables() {
                // SAFETY: the table is borrowed until the end of the body, in which nothing
                // writes to it.
                self.mark_table(unsafe { &*instance.owned_table(index) });
            }
        }
    }

    fn mark_table(&mut self, table: &Table) {
        // SAFETY: nothing writes to tables during a collection.
        let words = unsafe { table.words() };
        match table.ty().element {
            RefType::ExternRef => words.iter().for_each(|&word| self.mark(word)),
            // Functions of the owner and the host need no mark, and only orphans gain by one.
            RefType::FuncRef if table.is_foreign() && !self.store.orphans.is_empty() => {
                for &word in words.iter().filter(|&&word| word != 0) {
                    self.mark_function(func_ref_at(word));
                }
            }
            RefType::FuncRef => {}
        }
    }
}
