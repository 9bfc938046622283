//! What an embedder holds: handles of all kinds, and of which store each is.

use selvedge::{Extern, ExternRef, Func, Global, Instance, Memory, OwnedRooted, Table, Val};

/// How many handles of a kind are kept; then the oldest are forgotten.
const MOST: usize = 40;

/// Handles of a kind, with the number of the store of each.
pub(super) struct List<T>(Vec<(u64, T)>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Clone> List<T> {
    pub(super) fn add(&mut self, store: u64, handle: T) {
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push((store, handle));
    }

    /// One of the store's handles, or if `any` of all, new ones first; and whether it is of another store.
    pub(super) fn pick(&self, store: u64, any: bool, number: u8) -> Option<(T, bool)> {
        let fits = |(owner, _): &&(u64, T)| any || *owner == store;
        let count = self.0.iter().filter(fits).count();
        let at = usize::from(number).checked_rem(count)?;
        let (owner, handle) = self.0.iter().rev().filter(fits).nth(at)?;
        Some((handle.clone(), *owner != store))
    }

    /// Forgets the one that would be picked first.
    pub(super) fn forget(&mut self) -> Option<T> {
        self.0.pop().map(|(_, handle)| handle)
    }
}

/// Everything that a program holds.
#[derive(Default)]
pub(super) struct Handles {
    pub instances: List<Instance>,
    pub funcs: List<Func>,
    pub memories: List<Memory>,
    pub tables: List<Table>,
    pub globals: List<Global>,
    pub references: List<ExternRef>,
    pub roots: List<OwnedRooted<ExternRef>>,
}

impl Handles {
    pub(super) fn add(&mut self, store: u64, item: Extern) {
        match item {
            Extern::Func(func) => self.funcs.add(store, func),
            Extern::Memory(memory) => self.memories.add(store, memory),
            Extern::Table(table) => self.tables.add(store, table),
            Extern::Global(global) => self.globals.add(store, global),
            _ => {}
        }
    }

    /// Keeps a reference that a guest, a table or a global has given.
    pub(super) fn add_value(&mut self, store: u64, value: &Val) {
        match value {
            Val::FuncRef(Some(func)) => self.funcs.add(store, *func),
            Val::ExternRef(Some(reference)) => self.references.add(store, *reference),
            _ => {}
        }
    }
}
