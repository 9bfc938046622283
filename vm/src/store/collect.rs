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
use crate::instance::Instance;
use crate::types::RefType;

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
        // Entries whose mark is not of this collection are garbage. The counter wraps after 2^32
        // collections, when a stale mark could only keep an object for one more.
        // SAFETY: by contract; the store is not borrowed while `roots` runs.
        unsafe { (*this).collection = (*this).collection.wrapping_add(1) };
        for handle in roots {
            // SAFETY: as above.
            unsafe { (*this).mark(handle) };
        }
        // SAFETY: by contract. The values dropped by the sweep are the embedder's; they have no
        // way to this store, which whoever called this has for himself.
        let store = unsafe { &mut *this };
        store.mark_stack();
        store.mark_instances();
        let before = store.extern_refs.len();
        let collection = store.collection;
        store
            .extern_refs
            .retain(|entry| entry.mark.get() == collection);
        store.allocated_since_gc = 0;
        store.live_after_gc = store.extern_refs.len();
        store.free_orphans();
        before - store.live_after_gc
    }

    /// Marks whatever `word` is the handle of. A word may look like handles of both kinds.
    fn mark(&self, word: u64) {
        if let Some(entry) = Id::from_handle(word).and_then(|id| self.extern_refs.get(id)) {
            entry.mark.set(self.collection);
        }
        if let Some(entry) = Id::from_handle(word).and_then(|id| self.func_refs.get(id)) {
            entry.mark.set(self.collection);
        }
    }

    /// Marks what the used slots of the value stack may hold.
    fn mark_stack(&self) {
        let (base, len) = self.exec.used_slots();
        for i in 0..len {
            // SAFETY: the slots below the execution's `sp` are initialised memory of its stack; they
            // are read as plain words.
            self.mark(unsafe { base.add(i).read() });
        }
    }

    /// Marks what the globals and `externref` tables of all instances hold.
    fn mark_instances(&self) {
        for (_, instance) in self.instances() {
            for (index, content) in instance.owned_globals() {
                if content.is_ref() {
                    // SAFETY: a global of a live instance.
                    self.mark(unsafe { (*instance.owned_global_ptr(index)).words[0].get() });
                }
            }
            for index in instance.owned_tables() {
                // SAFETY: the table is borrowed until the end of the body, which calls nobody.
                let table = unsafe { &*instance.owned_table(index) };
                if table.ty().element == RefType::ExternRef {
                    // SAFETY: as above.
                    let words = unsafe { table.words() };
                    words.iter().for_each(|&word| self.mark(word));
                }
            }
        }
    }

    /// Frees the abandoned instances that nothing refers to. While guest code is active none is
    /// freed: it may be theirs.
    fn free_orphans(&mut self) {
        if !self.exec.activation.get().is_null() {
            return;
        }
        // One orphan may be all that imports another.
        loop {
            let before = self.orphans.len();
            let mut orphans = std::mem::take(&mut self.orphans);
            orphans.retain(|&id| {
                let unreachable = self.instance(id).is_some_and(|instance| {
                    self.check_unused(instance).is_ok() && !self.has_marked_funcs(instance)
                });
                if unreachable {
                    self.free_instance(id);
                }
                !unreachable
            });
            self.orphans = orphans;
            if self.orphans.len() == before {
                return;
            }
        }
    }

    /// Whether this collection has found a handle of a function of `instance`.
    fn has_marked_funcs(&self, instance: &Instance) -> bool {
        instance.made_func_refs().any(|func_ref| {
            // SAFETY: a reference of a live instance.
            let handle = unsafe { (*func_ref).handle.get() };
            let entry = Id::from_handle(handle).and_then(|id| self.func_refs.get(id));
            entry.is_some_and(|entry| entry.mark.get() == self.collection)
        })
    }
}
