//! Heat: how often functions are called and loops go round before a tier that compiles
//! is asked for machine code.

use std::sync::atomic::{AtomicU32, Ordering};

/// What a function may spend before it leaves with `STATUS_TIER_UP`.
///
/// A call, and a loop that is begun or goes round, spends one each time. With nothing left to
/// spend, the next one leaves, and the function has practically endless heat from then on.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Heat {
    /// Calls of the function.
    pub calls: u32,
    /// Passes of the headers of its loops.
    pub loops: u32,
}

impl Heat {
    /// More than is spent in practice.
    pub const ENDLESS: Self = Self {
        calls: u32::MAX,
        loops: u32::MAX,
    };
}

/// What is left of a function's heat. Threads that run a function at once may spend the same
/// unit; code finds the words by their addresses.
#[derive(Debug)]
pub(crate) struct HeatCounters {
    calls: AtomicU32,
    loops: AtomicU32,
}

impl HeatCounters {
    pub fn new(heat: Heat) -> Self {
        Self {
            calls: AtomicU32::new(heat.calls),
            loops: AtomicU32::new(heat.loops),
        }
    }

    pub fn set(&self, heat: Heat) {
        self.calls.store(heat.calls, Ordering::Relaxed);
        self.loops.store(heat.loops, Ordering::Relaxed);
    }

    /// The word that calls count down in, as an operand.
    pub fn calls_address(&self) -> u64 {
        address(&self.calls)
    }

    /// The word that loops count down in, as an operand.
    pub fn loops_address(&self) -> u64 {
        address(&self.loops)
    }
}

fn address(counter: &AtomicU32) -> u64 {
    std::ptr::from_ref(counter).expose_provenance() as u64
}
