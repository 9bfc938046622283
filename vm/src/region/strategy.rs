//! Which of the free slots an instance gets.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// A source of random numbers.
pub trait RandomSource: Send {
    /// The next number, all 64 bits of which are random.
    fn next_u64(&mut self) -> u64;
}

impl<F: FnMut() -> u64 + Send> RandomSource for F {
    fn next_u64(&mut self) -> u64 {
        self()
    }
}

/// Which of the free slots an instance gets.
#[derive(Clone, Default)]
pub enum AllocStrategy {
    /// The one that was given back last.
    #[default]
    Linear,
    /// Any, each as likely as the others.
    Random,
    /// Any, by the numbers of this source.
    CustomRandom(Arc<Mutex<dyn RandomSource>>),
}

impl AllocStrategy {
    /// A number below `free`, the number of free slots, which is not 0.
    pub(super) fn choose(&self, free: usize) -> usize {
        let number = match self {
            Self::Linear => return free - 1,
            Self::Random => random(),
            Self::CustomRandom(source) => source
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .next_u64(),
        };
        // The high word of the product spreads the numbers evenly.
        ((u128::from(number) * free as u128) >> 64) as usize
    }
}

impl fmt::Debug for AllocStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linear => "Linear",
            Self::Random => "Random",
            Self::CustomRandom(_) => "CustomRandom",
        })
    }
}

/// A number that strangers cannot foretell: a counter under a keyed hash with a key of this process.
fn random() -> u64 {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    KEY.hash_one(COUNTER.fetch_add(1, Ordering::Relaxed))
}
