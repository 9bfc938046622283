//! `Shelf`: the free slots of one shard, and which of them to take.
//!
//! A slot is *warm* if it was given back under a key (a memory of a module): it has that
//! memory's image in place. A taker with the same key gets the slot given back last under it; another
//! taker a cold slot as long as there are few warm ones, or else the warm one that has waited longest.
//! Slots without keys are a stack.
//!
//! Every operation takes constant time and allocates nothing.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// What a warm slot is warm for: a memory of a module.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct AffinityKey {
    pub module: u64,
    pub index: u32,
}

/// The end of a list.
const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Entry<T> {
    /// `None` while the slot is taken.
    item: Option<T>,
    /// Under what it was taken, or given back if it is here.
    key: Option<AffinityKey>,
    /// Towards slots given back earlier: all warm ones, or all cold ones.
    older: u32,
    /// Towards warm slots given back later.
    newer: u32,
    /// As `older` and `newer`, among those with the same key.
    older_alike: u32,
    newer_alike: u32,
}

/// The free slots of a shard.
#[derive(Debug)]
pub(super) struct Shelf<T> {
    entries: Box<[Entry<T>]>,
    /// The newest warm slot of each key that has one.
    keys: HashMap<AffinityKey, u32, BuildHasherDefault<KeyHasher>>,
    cold: u32,
    newest: u32,
    oldest: u32,
    free: usize,
    warm: usize,
}

impl<T> Shelf<T> {
    /// A shelf of these slots, all cold; the first one is taken first.
    pub fn new(items: impl ExactSizeIterator<Item = T>) -> Self {
        let len = items.len();
        assert!(len < NONE as usize, "slots are numbered by u32");
        let entry = |(i, item)| Entry {
            item: Some(item),
            key: None,
            older: if i + 1 < len { i as u32 + 1 } else { NONE },
            newer: NONE,
            older_alike: NONE,
            newer_alike: NONE,
        };
        let entries: Box<[_]> = items.enumerate().map(entry).collect();
        Self {
            cold: if entries.is_empty() { NONE } else { 0 },
            keys: HashMap::with_capacity_and_hasher(
                2 * entries.len(),
                BuildHasherDefault::default(),
            ),
            newest: NONE,
            oldest: NONE,
            free: entries.len(),
            warm: 0,
            entries,
        }
    }

    /// How many slots are here.
    pub fn free(&self) -> usize {
        self.free
    }

    /// How many of them are warm.
    pub fn warm(&self) -> usize {
        self.warm
    }

    /// How many slots belong here.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Takes a slot for `key`, with its place.
    pub fn take(&mut self, key: Option<AffinityKey>, max_warm: usize) -> Option<(u32, T)> {
        let alike = key.and_then(|key| self.keys.get(&key).copied());
        let place = match alike {
            Some(place) => {
                self.unlink_warm(place);
                place
            }
            None if self.cold != NONE && (self.warm < max_warm || self.warm == 0) => {
                let place = self.cold;
                self.cold = self.entry(place).older;
                place
            }
            None if self.oldest != NONE => {
                let place = self.oldest;
                self.unlink_warm(place);
                place
            }
            None => return None,
        };
        self.free -= 1;
        let entry = self.entry(place);
        entry.key = key;
        let item = entry.item.take().expect("what is in a list is here");
        Some((place, item))
    }

    /// Gives back the slot of `place`, warm if it was taken under a key and is still worth it.
    pub fn put(&mut self, place: u32, item: T, keep_warm: bool) {
        let (cold, newest) = (self.cold, self.newest);
        let entry = self.entry(place);
        assert!(entry.item.is_none(), "a slot is given back once");
        entry.item = Some(item);
        self.free += 1;
        let entry = self.entry(place);
        let Some(key) = entry.key.filter(|_| keep_warm) else {
            entry.key = None;
            entry.older = cold;
            self.cold = place;
            return;
        };
        (entry.older, entry.newer) = (newest, NONE);
        match newest {
            NONE => self.oldest = place,
            newest => self.entry(newest).newer = place,
        }
        self.newest = place;
        self.warm += 1;
        let alike = self.keys.insert(key, place).unwrap_or(NONE);
        let entry = self.entry(place);
        (entry.older_alike, entry.newer_alike) = (alike, NONE);
        if alike != NONE {
            self.entry(alike).newer_alike = place;
        }
    }

    /// Makes the warm slots of `module` cold, each changed by `cool`.
    pub(crate) fn purge(&mut self, module: u64, mut cool: impl FnMut(&mut T)) {
        let mut place = self.newest;
        while place != NONE {
            let older = self.entry(place).older;
            if self
                .entry(place)
                .key
                .is_some_and(|key| key.module == module)
            {
                self.unlink_warm(place);
                let cold = std::mem::replace(&mut self.cold, place);
                let entry = self.entry(place);
                (entry.key, entry.older) = (None, cold);
                cool(entry.item.as_mut().expect("what is in a list is here"));
            }
            place = older;
        }
    }

    /// Takes a warm slot out of its lists.
    fn unlink_warm(&mut self, place: u32) {
        let entry = self.entry(place);
        let key = entry.key.expect("a warm slot has a key");
        let (older, newer) = (entry.older, entry.newer);
        let (older_alike, newer_alike) = (entry.older_alike, entry.newer_alike);
        match newer {
            NONE => self.newest = older,
            newer => self.entry(newer).older = older,
        }
        match older {
            NONE => self.oldest = newer,
            older => self.entry(older).newer = newer,
        }
        if older_alike != NONE {
            self.entry(older_alike).newer_alike = newer_alike;
        }
        if newer_alike != NONE {
            self.entry(newer_alike).older_alike = older_alike;
        } else if older_alike != NONE {
            self.keys.insert(key, older_alike);
        } else {
            self.keys.remove(&key);
        }
        self.warm -= 1;
    }

    fn entry(&mut self, place: u32) -> &mut Entry<T> {
        &mut self.entries[place as usize]
    }
}

/// A hash of words that no stranger chooses.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(byte.into());
        }
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }

    fn write_u64(&mut self, word: u64) {
        // An odd constant without a pattern spreads the words to the high bits, and the rotation back.
        self.0 = (self.0 ^ word)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn key(module: u64) -> Option<AffinityKey> {
        Some(AffinityKey { module, index: 0 })
    }

    fn shelf(len: u32) -> Shelf<u32> {
        Shelf::new(0..len)
    }

    #[test]
    fn a_module_gets_its_slot_back() {
        let mut shelf = shelf(4);
        for module in [1, 2, 3] {
            let (place, item) = shelf.take(key(module), 9).expect("a cold slot");
            assert_eq!(u64::from(place) + 1, module);
            shelf.put(place, item, true);
        }
        // The first slot was warm when the second was taken, and so on: none was evicted.
        for module in [2, 1, 3, 1] {
            let (place, item) = shelf.take(key(module), 9).expect("a warm slot");
            assert_eq!(u64::from(place) + 1, module);
            shelf.put(place, item, true);
        }
        assert_eq!((shelf.free(), shelf.warm()), (4, 3));
    }

    #[test]
    fn few_warm_slots_wait() {
        let mut shelf = shelf(10);
        let taken: Vec<_> = (0..3)
            .map(|i| shelf.take(key(i), 2).expect("a slot"))
            .collect();
        for (place, item) in taken {
            shelf.put(place, item, true);
        }
        assert_eq!(shelf.warm(), 3);
        let (place, item) = shelf.take(key(9), 2).expect("a slot");
        assert_eq!(place, 0, "the one that has waited longest");
        shelf.put(place, item, false);
        assert_eq!((shelf.warm(), shelf.free()), (2, 10));
        assert_eq!(
            shelf.take(None, 3).expect("a slot").0,
            0,
            "cold slots are a stack"
        );
    }

    #[test]
    fn a_purged_module_has_no_slots() {
        let mut shelf = shelf(6);
        let taken: Vec<_> = [1, 2, 1, 2, 1]
            .map(|module| shelf.take(key(module), 9).expect("a slot"))
            .into();
        for (place, item) in taken {
            shelf.put(place, item, true);
        }
        let mut cooled = 0;
        shelf.purge(1, |_| cooled += 1);
        assert_eq!((cooled, shelf.warm(), shelf.free()), (3, 2, 6));
        shelf.purge(2, |_| cooled += 1);
        assert_eq!((cooled, shelf.warm(), shelf.free()), (5, 0, 6));
        assert!(shelf.keys.is_empty());
        let all: std::collections::HashSet<_> =
            std::iter::from_fn(|| shelf.take(key(1), 9)).collect();
        assert_eq!(all.len(), 6);
    }

    proptest! {
        #[test]
        fn a_slot_is_in_one_place(
            max_warm in 0_usize..5,
            steps in prop::collection::vec((0_u8..8, 0_u64..4, any::<prop::sample::Index>()), 0..200),
        ) {
            let mut shelf = shelf(7);
            // What is taken; what is warm, oldest first; both with keys.
            let (mut taken, mut warm) = (Vec::<(u32, u64)>::new(), Vec::<(u32, u64)>::new());
            for (step, module, index) in steps {
                match step {
                    0 => {
                        shelf.purge(module, |_| ());
                        warm.retain(|&(_, other)| other != module);
                    }
                    1..4 if !taken.is_empty() => {
                        let (place, module) = taken.swap_remove(index.index(taken.len()));
                        shelf.put(place, place, step > 1);
                        if step > 1 {
                            warm.push((place, module));
                        }
                    }
                    _ => {
                        let cold = 7 - taken.len() - warm.len();
                        let alike = warm.iter().rposition(|&(_, other)| other == module);
                        let expected = match alike {
                            Some(at) => Some(warm.remove(at).0),
                            None if cold > 0 && (warm.len() < max_warm || warm.is_empty()) => None,
                            None if !warm.is_empty() => Some(warm.remove(0).0),
                            None => None,
                        };
                        match shelf.take(key(module), max_warm) {
                            Some((place, item)) => {
                                prop_assert_eq!(place, item);
                                prop_assert!(expected.is_none_or(|expected| expected == place));
                                prop_assert!(taken.iter().chain(&warm).all(|&(other, _)| other != place));
                                taken.push((place, module));
                            }
                            None => prop_assert_eq!(taken.len(), 7),
                        }
                    }
                }
                prop_assert_eq!(shelf.free(), 7 - taken.len());
                prop_assert_eq!(shelf.warm(), warm.len());
            }
        }
    }
}
