//! Slots of one kind in shards: each thread takes from the shard that is its home, and from the others
//! when that one is empty.
//!
//! A lease holds its shard alone, so threads of different homes share nothing on their way in and out.

#![expect(unsafe_code, reason = "resets slots that have come back")]

use std::cell::Cell;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use smallvec::SmallVec;

use super::shelf::{AffinityKey, Shelf};
use super::{PoolError, SlotMetrics};
use crate::memory::{ImageSlot, ResetPolicy, SlotHome, SlotState};
use crate::sys;

/// The most shards of a kind, and the fewest slots that are worth more than one.
const MAX_SHARDS: usize = 16;
const MIN_SLOTS: usize = 128;

/// The slots of one kind.
#[derive(Debug)]
pub(super) struct Shards<T> {
    shards: Box<[Arc<Shard<T>>]>,
    /// What they are, in the plural, and how many.
    what: &'static str,
    limit: usize,
}

/// How slots of a shard are lent and taken back.
#[derive(Copy, Clone, Debug)]
pub(super) struct ShelfPolicy {
    pub reset: ResetPolicy,
    /// How many warm slots may wait in all shards before others are evicted.
    pub max_warm: usize,
    /// How many slots' pages are dropped at once.
    pub decommit_batch: usize,
}

/// A part of the slots. A cache line of its own keeps threads at home apart.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Shard<T> {
    shelf: Mutex<Shelf<T>>,
    policy: ShelfPolicy,
    /// Slots that wait for their pages to be dropped, with their places.
    dirty: Mutex<Vec<(u32, T)>>,
}

impl<T> Shards<T> {
    /// `count` slots that `make` makes from their numbers.
    pub fn new(
        what: &'static str,
        count: usize,
        policy: ShelfPolicy,
        mut make: impl FnMut(usize) -> T,
    ) -> Self {
        let shards = if count < MIN_SLOTS {
            1
        } else {
            let threads = thread::available_parallelism().map_or(1, usize::from);
            threads.next_power_of_two().min(MAX_SHARDS)
        };
        let policy = ShelfPolicy {
            max_warm: policy.max_warm.div_ceil(shards),
            decommit_batch: policy.decommit_batch.clamp(1, count.max(1)),
            ..policy
        };
        let range =
            |shard: usize| -> Range<usize> { count * shard / shards..count * (shard + 1) / shards };
        let shards = (0..shards).map(|shard| {
            let shelf = Shelf::new(range(shard).map(&mut make));
            Arc::new(Shard {
                shelf: Mutex::new(shelf),
                policy,
                dirty: Mutex::new(Vec::with_capacity(policy.decommit_batch)),
            })
        });
        Self {
            shards: shards.collect(),
            what,
            limit: count,
        }
    }

    /// Takes a slot, with its place and shard. When there is none, `retry` may find one in a shard.
    pub fn take(
        &self,
        key: Option<AffinityKey>,
        retry: impl Fn(&Shard<T>) -> Option<(u32, T)>,
    ) -> Result<(u32, T, &Arc<Shard<T>>), PoolError> {
        let (before, from_home) = self.shards.split_at(home() % self.shards.len().max(1));
        let shards = || from_home.iter().chain(before);
        let mut found = shards().find_map(|shard| Some((shard.take(key)?, shard)));
        if found.is_none() {
            found = shards().find_map(|shard| Some((retry(shard)?, shard)));
        }
        match found {
            Some(((place, slot), shard)) => Ok((place, slot, shard)),
            None => Err(PoolError::Exhausted {
                what: self.what,
                limit: self.limit,
            }),
        }
    }

    pub fn shards(&self) -> &[Arc<Shard<T>>] {
        &self.shards
    }

    pub fn metrics(&self) -> SlotMetrics {
        let mut metrics = SlotMetrics::default();
        for shard in &self.shards {
            let shelf = shard.shelf();
            metrics.total += shelf.len();
            metrics.free += shelf.free();
            metrics.warm += shelf.warm();
        }
        metrics.used = metrics.total - metrics.free;
        metrics
    }
}

impl<T> Shard<T> {
    pub(crate) fn shelf(&self) -> MutexGuard<'_, Shelf<T>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, key: Option<AffinityKey>) -> Option<(u32, T)> {
        self.shelf().take(key, self.policy.max_warm)
    }

    pub(crate) fn policy(&self) -> &ShelfPolicy {
        &self.policy
    }

    fn dirty(&self) -> MutexGuard<'_, Vec<(u32, T)>> {
        self.dirty.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard<Box<ImageSlot>> {
    /// Drops the pages of the slots that wait for it, and puts them on the shelf.
    pub fn flush(&self) {
        self.flush_dirty(&mut self.dirty());
    }

    /// Does so, and takes one. Those who come for the same slot cannot come again meanwhile, for they had to
    /// leave a dirty one first.
    pub(crate) fn flush_and_take(&self, key: Option<AffinityKey>) -> Option<(u32, Box<ImageSlot>)> {
        let mut dirty = self.dirty();
        self.flush_dirty(&mut dirty);
        self.take(key)
    }

    fn flush_dirty(&self, dirty: &mut Vec<(u32, Box<ImageSlot>)>) {
        if dirty.is_empty() {
            return;
        }
        let pages: SmallVec<[_; 32]> = dirty.iter().map(|(_, slot)| slot.dirty_pages()).collect();
        // SAFETY: the slots have been reset but for these pages, and are nobody's.
        let failed = unsafe { sys::decommit_all(&pages) }.err();
        for (place, mut slot) in dirty.drain(..) {
            // Which of the calls has failed is not known: then all slots are.
            let result = failed
                .as_ref()
                .map_or(Ok(()), |error| Err(error.kind().into()));
            slot.finish_reset(result);
            self.put(place, slot);
        }
    }

    /// Puts a slot on the shelf, where it waits warm if it is clean or kept.
    fn put(&self, place: u32, slot: Box<ImageSlot>) {
        let keep_warm = matches!(slot.state(), SlotState::Clean | SlotState::Kept);
        self.shelf().put(place, slot, keep_warm);
    }
}

impl SlotHome for Shard<Box<ImageSlot>> {
    fn take_back(&self, place: u32, mut slot: Box<ImageSlot>) {
        if slot.state() == SlotState::Kept {
            return self.put(place, slot);
        }
        // SAFETY: whoever had the slot has given it up.
        if !unsafe { slot.begin_reset(&self.policy.reset) } {
            return self.put(place, slot);
        }
        if self.policy.decommit_batch == 1 {
            // SAFETY: the slot has been reset but for these pages, and is nobody's.
            slot.finish_reset(unsafe { sys::decommit_all(&[slot.dirty_pages()]) });
            return self.put(place, slot);
        }
        let mut dirty = self.dirty();
        dirty.push((place, slot));
        if dirty.len() >= self.policy.decommit_batch {
            self.flush_dirty(&mut dirty);
        }
    }
}

/// The number of this thread, which tells its home.
fn home() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static HOME: Cell<Option<usize>> = const { Cell::new(None) };
    }
    HOME.get().unwrap_or_else(|| {
        let home = THREADS.fetch_add(1, Ordering::Relaxed);
        HOME.set(Some(home));
        home
    })
}
