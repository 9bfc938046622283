//! `Arena`: a slab whose ids outlive what they name, safely.
//!
//! An [`Id`] is an index and the generation of the slot at that index; removing a
//! value starts the slot's next generation, so an old id finds nothing. A
//! generation is never used twice: a slot that has used its last one is retired.
//! An id packs into one word, its *handle*, which is what guest slots hold:
//!
//! ```text
//! handle:  63 … generation … 32 │ 31 … index + 1 … 0        0 is null
//! ```

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use smallvec::SmallVec;

/// The first generation of a slot. Not zero, so that small integers in a
/// conservatively scanned stack are not taken for handles.
const FIRST_GENERATION: u32 = 1;
/// The end of a free list.
const NONE: u32 = u32::MAX;

/// A value's place in an [`Arena`] and its generation there.
pub struct Id<T> {
    index: u32,
    generation: u32,
    value: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    const fn new(index: u32, generation: u32) -> Self {
        Self {
            index,
            generation,
            value: PhantomData,
        }
    }

    /// The slot.
    pub const fn index(self) -> u32 {
        self.index
    }

    /// The generation of the slot.
    pub const fn generation(self) -> u32 {
        self.generation
    }

    /// The id in one word, never 0.
    pub(crate) const fn to_handle(self) -> u64 {
        ((self.generation as u64) << 32) | (self.index as u64 + 1)
    }

    /// The id with the handle `handle`; `None` for null and words that are no handle.
    pub const fn from_handle(handle: u64) -> Option<Self> {
        match (handle as u32).checked_sub(1) {
            Some(index) => Some(Self::new(index, (handle >> 32) as u32)),
            None => None,
        }
    }
}

impl<T> Copy for Id<T> {}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.to_handle() == other.to_handle()
    }
}

impl<T> Eq for Id<T> {}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_handle().hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.index, self.generation)
    }
}

/// The arena has no room: 2³² − 1 values, or the system has no memory for another.
#[derive(Copy, Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no room for another object in the store")]
pub struct ArenaFull;

enum Slot<T> {
    Used {
        generation: u32,
        value: T,
    },
    /// `generation` is that of the next value.
    Free {
        generation: u32,
        next: u32,
    },
    Retired,
}

/// A slab of values named by [`Id`]s. Every operation but iteration takes constant time.
///
/// ```
/// # use selvedge_vm::arena::Arena;
/// let mut arena = Arena::new();
/// let id = arena.insert("selvedge").unwrap();
/// assert_eq!(arena.get(id), Some(&"selvedge"));
/// assert_eq!(arena.remove(id), Some("selvedge"));
/// assert_eq!(arena.get(id), None);
/// ```
pub struct Arena<T> {
    slots: Vec<Slot<T>>,
    free: u32,
    len: usize,
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Arena<T> {
    /// An empty arena.
    pub const fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: NONE,
            len: 0,
        }
    }

    /// The number of values.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no values.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of slots, used or not: one more than the largest index there has been.
    pub const fn slots(&self) -> usize {
        self.slots.len()
    }

    /// Makes sure that the next [`Arena::insert`] succeeds.
    ///
    /// # Errors
    ///
    /// If the arena is full or the system has no memory.
    pub fn reserve(&mut self) -> Result<(), ArenaFull> {
        if self.free != NONE {
            return Ok(());
        }
        // The index `NONE` and the handle word 0 stay unused.
        if self.slots.len() >= NONE as usize {
            return Err(ArenaFull);
        }
        self.slots.try_reserve(1).map_err(|_| ArenaFull)
    }

    /// Adds a value.
    ///
    /// # Errors
    ///
    /// If the arena is full or the system has no memory; the value is dropped.
    pub fn insert(&mut self, value: T) -> Result<Id<T>, ArenaFull> {
        self.reserve()?;
        self.len += 1;
        let index = self.free;
        if index == NONE {
            let id = Id::new(self.slots.len() as u32, FIRST_GENERATION);
            self.slots.push(Slot::Used {
                generation: id.generation,
                value,
            });
            return Ok(id);
        }
        let slot = &mut self.slots[index as usize];
        let Slot::Free { generation, next } = *slot else {
            unreachable!("the free list holds free slots");
        };
        *slot = Slot::Used { generation, value };
        self.free = next;
        Ok(Id::new(index, generation))
    }

    /// The value `id` names, if it is still there.
    #[inline]
    pub fn get(&self, id: Id<T>) -> Option<&T> {
        match self.slots.get(id.index as usize) {
            Some(Slot::Used { generation, value }) if *generation == id.generation => Some(value),
            _ => None,
        }
    }

    /// The value `id` names, if it is still there.
    #[inline]
    pub fn get_mut(&mut self, id: Id<T>) -> Option<&mut T> {
        match self.slots.get_mut(id.index as usize) {
            Some(Slot::Used { generation, value }) if *generation == id.generation => Some(value),
            _ => None,
        }
    }

    /// Whether `id` names a value that is still there.
    pub fn contains(&self, id: Id<T>) -> bool {
        self.get(id).is_some()
    }

    /// Removes and returns the value `id` names, if it is still there.
    pub fn remove(&mut self, id: Id<T>) -> Option<T> {
        self.get(id)?;
        self.take(id.index)
    }

    /// Ids and values, in the order of the slots.
    pub fn iter(&self) -> impl Iterator<Item = (Id<T>, &T)> {
        self.slots
            .iter()
            .enumerate()
            .filter_map(|(index, slot)| match slot {
                Slot::Used { generation, value } => {
                    Some((Id::new(index as u32, *generation), value))
                }
                _ => None,
            })
    }

    /// Removes the values for which `keep` is false, and drops each at once: the
    /// arena is whole when a value's `drop` runs, even if that panics.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        for index in 0..self.slots.len() {
            if let Slot::Used { value, .. } = &self.slots[index]
                && !keep(value)
            {
                drop(self.take(index as u32));
            }
        }
    }

    /// Empties the slot at `index` and prepares it for its next generation.
    fn take(&mut self, index: u32) -> Option<T> {
        let slot = &mut self.slots[index as usize];
        let &mut Slot::Used { generation, .. } = slot else {
            return None;
        };
        let empty = match generation.checked_add(1) {
            Some(generation) => Slot::Free {
                generation,
                next: std::mem::replace(&mut self.free, index),
            },
            None => Slot::Retired,
        };
        self.len -= 1;
        match std::mem::replace(slot, empty) {
            Slot::Used { value, .. } => Some(value),
            _ => unreachable!("the slot was in use"),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Arena<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// What belongs to values of an arena, kept elsewhere: at most one entry for each slot. The first needs no allocation.
#[derive(Debug)]
pub struct IdMap<T, V> {
    entries: SmallVec<[IdEntry<T, V>; 1]>,
}

type IdEntry<T, V> = Option<(Id<T>, V)>;

impl<T, V> Default for IdMap<T, V> {
    fn default() -> Self {
        Self {
            entries: SmallVec::new(),
        }
    }
}

impl<T, V> IdMap<T, V> {
    /// The entry of `id`, if it has one.
    pub fn get(&self, id: Id<T>) -> Option<&V> {
        match self.entries.get(id.index as usize) {
            Some(Some((of, value))) if *of == id => Some(value),
            _ => None,
        }
    }

    /// Makes `value` the entry of `id`, in place of that of any id of its slot.
    pub fn insert(&mut self, id: Id<T>, value: V) {
        let index = id.index as usize;
        if index >= self.entries.len() {
            self.entries.resize_with(index + 1, || None);
        }
        self.entries[index] = Some((id, value));
    }

    /// Removes and returns the entry of `id`, if it has one.
    pub fn remove(&mut self, id: Id<T>) -> Option<V> {
        self.get(id)?;
        self.entries[id.index as usize]
            .take()
            .map(|(_, value)| value)
    }

    /// Removes the entries of ids for which `keep` is false.
    pub fn retain(&mut self, mut keep: impl FnMut(Id<T>) -> bool) {
        for entry in &mut self.entries {
            if entry.as_ref().is_some_and(|(id, _)| !keep(*id)) {
                *entry = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reused_slot_has_another_generation() {
        let mut arena = Arena::new();
        let a = arena.insert(1).unwrap();
        assert_eq!(arena.remove(a), Some(1));
        let b = arena.insert(2).unwrap();
        assert_eq!((a.index(), b.index()), (0, 0));
        assert_ne!(a, b);
        assert_eq!((arena.get(a), arena.get(b)), (None, Some(&2)));
        assert_eq!(arena.remove(a), None);
        assert_eq!((arena.len(), arena.slots()), (1, 1));
    }

    #[test]
    fn a_slot_is_retired_with_its_last_generation() {
        let mut arena = Arena {
            slots: vec![Slot::Free {
                generation: u32::MAX,
                next: NONE,
            }],
            free: 0,
            len: 0,
        };
        let last = arena.insert(1).unwrap();
        assert_eq!((last.index(), last.generation()), (0, u32::MAX));
        assert_eq!(arena.remove(last), Some(1));
        assert_eq!(arena.insert(2).unwrap().index(), 1);
        assert_eq!(arena.get(last), None);
    }

    #[test]
    fn handles_are_words_and_zero_is_null() {
        let id = Id::<()>::new(6, 3);
        assert_eq!(id.to_handle(), 0x3_0000_0007);
        assert_eq!(Id::from_handle(id.to_handle()), Some(id));
        assert_eq!(Id::<()>::from_handle(0), None);
        assert_eq!(Id::<()>::from_handle(5 << 32), None);
        let last = Id::<()>::new(u32::MAX - 1, u32::MAX);
        assert_eq!(Id::from_handle(last.to_handle()), Some(last));
    }

    proptest! {
        #[test]
        fn behaves_like_a_map(ops in prop::collection::vec((any::<bool>(), any::<prop::sample::Index>()), 0..200)) {
            let mut arena = Arena::new();
            let (mut live, mut dead) = (Vec::new(), Vec::new());
            for (n, (insert, index)) in ops.into_iter().enumerate() {
                if insert || live.is_empty() {
                    live.push((arena.insert(n).unwrap(), n));
                } else {
                    let (id, value) = live.swap_remove(index.index(live.len()));
                    prop_assert_eq!(arena.remove(id), Some(value));
                    dead.push(id);
                }
                prop_assert_eq!(arena.len(), live.len());
                prop_assert!(live.iter().all(|(id, value)| arena.get(*id) == Some(value)));
                prop_assert!(dead.iter().all(|id| !arena.contains(*id)));
            }
            arena.retain(|value| value % 2 == 0);
            prop_assert_eq!(arena.len(), live.iter().filter(|(_, v)| v % 2 == 0).count());
            prop_assert_eq!(arena.iter().count(), arena.len());
        }
    }

    #[test]
    fn entries_are_of_ids_and_not_of_slots() {
        let (mut arena, mut map) = (Arena::new(), IdMap::default());
        let ids = [1, 2, 3].map(|value| arena.insert(value).expect("room"));
        map.insert(ids[2], "third");
        map.insert(ids[0], "first");
        assert_eq!(map.get(ids[0]), Some(&"first"));
        assert_eq!((map.get(ids[1]), map.get(ids[2])), (None, Some(&"third")));
        arena.remove(ids[2]);
        let again = arena.insert(4).expect("room");
        assert_eq!((again.index(), map.get(again)), (ids[2].index(), None));
        assert_eq!(map.remove(again), None);
        map.insert(again, "fourth");
        assert_eq!(map.get(ids[2]), None);
        assert_eq!(map.remove(ids[2]), None);
        map.retain(|id| id == ids[0]);
        assert_eq!(map.get(again), None);
        assert_eq!(map.remove(ids[0]), Some("first"));
        assert_eq!(map.get(ids[0]), None);
    }
}
