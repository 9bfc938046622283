//! All machine code of the process, by address, as a signal handler may read it: without locks.
//!
//! ```text
//! spaces ─▶ [start, end) of a code memory, one list for each 64 KiB of it
//!                                            └▶ [start, end) of a block ─▶ its `CodeIndex`
//! ```
//!
//! Readers count themselves while they read. A writer unlinks an item, waits until nobody
//! reads, and frees it then.

#![expect(
    unsafe_code,
    reason = "lists that a signal handler reads without locks"
)]

use std::hint;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::index::CodeIndex;

/// How many bytes of a space share a list.
const BUCKET_BYTES: usize = 64 << 10;

static SPACES: List<Buckets> = List::new();
static READERS: AtomicUsize = AtomicUsize::new(0);
static WRITERS: Mutex<()> = Mutex::new(());

/// A list that is changed by one writer at a time and read at any time.
#[derive(Debug)]
struct List<T> {
    head: AtomicPtr<Node<T>>,
}

#[derive(Debug)]
struct Node<T> {
    value: T,
    next: AtomicPtr<Node<T>>,
}

impl<T> List<T> {
    const fn new() -> Self {
        Self {
            head: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Adds an item, to be removed by [`List::unlink`] before the list ends.
    fn push(&self, value: T, _writer: &MutexGuard<'_, ()>) -> NonNull<Node<T>> {
        let next = AtomicPtr::new(self.head.load(SeqCst));
        let node = Box::into_raw(Box::new(Node { value, next }));
        self.head.store(node, SeqCst);
        NonNull::new(node).expect("a box is not null")
    }

    /// Removes an item, which readers may still see until [`wait_for_readers`] returns.
    fn unlink(&self, node: NonNull<Node<T>>, _writer: &MutexGuard<'_, ()>) {
        let mut link = &self.head;
        loop {
            let next = link.load(SeqCst);
            // SAFETY: linked nodes are alive, and only the one writer unlinks them.
            let after = &unsafe { next.as_ref() }.expect("the item is linked").next;
            if next == node.as_ptr() {
                return link.store(after.load(SeqCst), SeqCst);
            }
            link = after;
        }
    }

    /// The first item that `matches`.
    ///
    /// # Safety
    ///
    /// Within [`find`], which keeps nodes alive, for as long as the result is used.
    unsafe fn find<'a>(&self, matches: impl Fn(&T) -> bool) -> Option<&'a T>
    where
        T: 'a,
    {
        let mut link = self.head.load(SeqCst);
        // SAFETY: by contract nodes that were linked are alive.
        while let Some(node) = unsafe { link.as_ref() } {
            if matches(&node.value) {
                return Some(&node.value);
            }
            link = node.next.load(SeqCst);
        }
        None
    }
}

/// A space and the code in it.
#[derive(Debug)]
struct Buckets {
    start: usize,
    end: usize,
    lists: Box<[List<Block>]>,
}

/// One block of published code.
#[derive(Copy, Clone, Debug)]
struct Block {
    start: usize,
    end: usize,
    index: *const CodeIndex,
}

/// A space that is known to the signal handler, until dropped.
#[derive(Debug)]
pub(super) struct RegisteredSpace(NonNull<Node<Buckets>>);

// SAFETY: the node belongs to this value alone; it is read by all threads, and changed under the writers' lock.
unsafe impl Send for RegisteredSpace {}
// SAFETY: as above.
unsafe impl Sync for RegisteredSpace {}

impl RegisteredSpace {
    /// Registers the addresses from `start` on.
    pub(super) fn new(start: usize, len: usize) -> Self {
        let lists = (0..len.div_ceil(BUCKET_BYTES)).map(|_| List::new());
        let buckets = Buckets {
            start,
            end: start + len,
            lists: lists.collect(),
        };
        Self(SPACES.push(buckets, &lock()))
    }

    fn buckets(&self) -> &Buckets {
        // SAFETY: the node lives until `self` is dropped.
        &unsafe { self.0.as_ref() }.value
    }

    /// Registers code at `start`. Every entry is unregistered before the space is dropped.
    ///
    /// # Safety
    ///
    /// `index` lives until the result has been unregistered.
    pub(super) unsafe fn register(
        &self,
        start: usize,
        len: usize,
        index: *const CodeIndex,
    ) -> Registration {
        let buckets = self.buckets();
        let end = start + len;
        let block = Block { start, end, index };
        let first = (start - buckets.start) / BUCKET_BYTES;
        let last = (end - 1 - buckets.start) / BUCKET_BYTES;
        let writer = lock();
        let lists = &buckets.lists[first..=last];
        let nodes = lists.iter().map(|list| list.push(block, &writer)).collect();
        Registration { first, nodes }
    }

    /// Takes an entry out of the registry; when this returns, nobody reads it.
    pub(super) fn unregister(&self, entry: &mut Registration) {
        let writer = lock();
        let lists = &self.buckets().lists[entry.first..];
        for (list, &node) in lists.iter().zip(&entry.nodes) {
            list.unlink(node, &writer);
        }
        drop(writer);
        wait_for_readers();
        for node in entry.nodes.drain(..) {
            // SAFETY: leaked by `push`, unlinked above, and no longer read.
            drop(unsafe { Box::from_raw(node.as_ptr()) });
        }
    }
}

impl Drop for RegisteredSpace {
    fn drop(&mut self) {
        SPACES.unlink(self.0, &lock());
        wait_for_readers();
        // SAFETY: leaked by `push`, unlinked above, and no longer read.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// What [`RegisteredSpace::register`] has added.
#[derive(Debug)]
pub(super) struct Registration {
    first: usize,
    nodes: Vec<NonNull<Node<Block>>>,
}

// SAFETY: names nodes, which only the registry touches.
unsafe impl Send for Registration {}
// SAFETY: as above.
unsafe impl Sync for Registration {}

/// Applies `look` to the code that `pc` is in. To be called by a signal handler: takes no locks.
pub(super) fn find<R>(pc: usize, look: impl FnOnce(&CodeIndex) -> R) -> Option<R> {
    /// Counts a reader.
    struct Reading;
    impl Drop for Reading {
        fn drop(&mut self) {
            READERS.fetch_sub(1, SeqCst);
        }
    }
    READERS.fetch_add(1, SeqCst);
    let _reading = Reading;
    // SAFETY: we count as a reader until the end of this function.
    unsafe {
        let buckets = SPACES.find(|space| (space.start..space.end).contains(&pc))?;
        let list = &buckets.lists[(pc - buckets.start) / BUCKET_BYTES];
        let block = list.find(|block| (block.start..block.end).contains(&pc))?;
        Some(look(&*block.index))
    }
}

fn lock() -> MutexGuard<'static, ()> {
    WRITERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a moment when nobody reads: who comes later does not see what was unlinked before.
fn wait_for_readers() {
    let mut spins = 0;
    while READERS.load(SeqCst) != 0 {
        if spins < 100 {
            spins += 1;
            hint::spin_loop();
        } else {
            thread::yield_now();
        }
    }
}
