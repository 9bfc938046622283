//! The world of a program: stores, handles, and what is left of the program. It is this thread's, so that
//! host functions find it.

use std::cell::RefCell;

use selvedge::{
    AsContextMut, Engine, InstancePre, Module, ResumableCall, Store, StoreContextMut, StoreLimits,
    StoreLimitsBuilder,
};

use super::act;
use super::guests;
use super::handles::Handles;
use crate::panics;

/// How many stores there are at a time.
const STORES: usize = 2;

/// How many prepared instances are kept.
const MOST_PREPARED: usize = 8;

/// How many uses of the API may be under way, one within another's host function.
const DEPTH: usize = 5;

/// Instead of a use of a store: it goes, and what it has.
const GONE: u8 = 255;

/// What uses of the API say if a handle is of another store, or of what was removed.
const DOCUMENTED: [&str; 3] = ["wrong store", "another store", "removed from the store"];

/// The data of a store.
pub(super) struct Data {
    /// Its number: no two stores have the same.
    pub number: u64,
    /// Whether an instance of it was removed: then handles may be stale.
    pub removed: bool,
    limits: StoreLimits,
}

pub(super) struct World {
    program: Vec<u8>,
    at: usize,
    depth: usize,
    /// A store that is in use is not here.
    stores: [Option<Store<Data>>; STORES],
    next_number: u64,
    pub epochs: bool,
    pub engine: Engine,
    pub modules: Vec<Module>,
    pub handles: Handles,
    pub waiting: Vec<ResumableCall>,
    pub prepared: Vec<InstancePre<Data>>,
}

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// Runs a program.
pub(super) fn run(engine: &Engine, epochs: bool, program: &[u8]) -> Option<()> {
    let world = World {
        program: program.to_vec(),
        at: 0,
        depth: 0,
        stores: Default::default(),
        next_number: 1,
        epochs,
        engine: engine.clone(),
        modules: guests::modules(engine),
        handles: Handles::default(),
        waiting: Vec::new(),
        prepared: Vec::new(),
    };
    WORLD.set(Some(world));
    while next().is_some_and(|byte| step(usize::from(byte) % STORES).is_some()) {}
    // Stores go before what waits in them, or after.
    let world = WORLD.take()?;
    let World {
        stores, waiting, ..
    } = world;
    match program.len() % 2 {
        0 => drop((stores, waiting)),
        _ => drop((waiting, stores)),
    }
    if let Some(metrics) = engine.pooling_allocator_metrics() {
        assert_eq!((metrics.core_instances(), metrics.memories()), (0, 0));
    }
    Some(())
}

/// Uses the world, for which nothing else of the program may run meanwhile.
pub(super) fn with<R>(work: impl FnOnce(&mut World) -> R) -> R {
    WORLD.with_borrow_mut(|world| work(world.as_mut().expect("a program is running")))
}

/// The next byte of the program.
pub(super) fn next() -> Option<u8> {
    with(|world| {
        let byte = world.program.get(world.at).copied();
        world.at += 1;
        byte
    })
}

/// A number that is small, or near a power of two.
pub(super) fn next_number() -> Option<u64> {
    let byte = next()?;
    Some(match byte {
        0..128 => byte.into(),
        128..192 => (1 << (byte - 128)) - 1,
        _ => u64::MAX << (byte - 192),
    })
}

/// Uses store number `store`, if it is not in use. `None` at the program's end.
pub(super) fn step(store: usize) -> Option<()> {
    let Some(mut taken) = with(|world| world.take(store)) else {
        return Some(());
    };
    let choice = next();
    if choice == Some(GONE) {
        return Some(());
    }
    let done = choice.and_then(|choice| enter(&mut taken.as_context_mut(), choice));
    with(|world| world.stores[store] = Some(taken));
    done
}

/// Uses a store, also in the middle of a call of its guest.
pub(super) fn enter(store: &mut StoreContextMut<'_, Data>, choice: u8) -> Option<()> {
    let deep = with(|world| {
        world.depth += 1;
        world.depth > DEPTH
    });
    let done = match deep {
        true => Some(()),
        false => act::act(store, choice),
    };
    with(|world| world.depth -= 1);
    done
}

impl World {
    /// Keeps what can be instantiated again.
    pub(super) fn prepare(&mut self, prepared: InstancePre<Data>) {
        if self.prepared.len() < MOST_PREPARED {
            self.prepared.push(prepared);
        }
    }

    /// Takes a store, a new one if there was none.
    fn take(&mut self, store: usize) -> Option<Store<Data>> {
        // One that is in use is not made again.
        if self.stores[store].is_none() && self.depth > 0 {
            return None;
        }
        Some(self.stores[store].take().unwrap_or_else(|| self.make()))
    }

    fn make(&mut self) -> Store<Data> {
        let limits = StoreLimitsBuilder::new()
            .memory_size(1 << 20)
            .table_elements(1000)
            .instances(30);
        let data = Data {
            number: self.next_number,
            removed: false,
            limits: limits.build(),
        };
        self.next_number += 1;
        let mut store = Store::new(&self.engine, data);
        store.limiter(|data| &mut data.limits);
        let interval = store.fuel_async_yield_interval(Some(50));
        interval.expect("guests run on fuel");
        if self.epochs {
            store.set_epoch_deadline(3);
        }
        store
    }
}

/// Does something with handles. `doubtful` says that one may be of another store, or stale: then the documentation
/// allows a panic, and `None` is returned.
pub(super) fn attempt<R>(doubtful: bool, work: impl FnOnce() -> R) -> Option<R> {
    let result = match doubtful {
        true => panics::expect(work),
        false => panics::forbid(work),
    };
    result
        .inspect_err(|message| {
            // A host function that panics says nothing.
            let known = DOCUMENTED.iter().any(|part| message.contains(part));
            let excused = message.is_empty() || doubtful && known;
            assert!(excused, "a panic that is not documented: {message}");
        })
        .ok()
}
