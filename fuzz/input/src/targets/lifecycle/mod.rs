//! Instances in regions, against the model of `tests/life/model`, and killed at random times by other threads.
//!
//! Input: [settings](crate::settings), a byte that says which region, who starts instances and what is done, then
//! what is done. What must hold is what [`walk`] and [`race`] say.

#[allow(dead_code, missing_docs, reason = "it is the tests' own module")]
#[path = "../../../../../tests/life/model/mod.rs"]
mod model;
mod race;
mod walk;

use std::sync::Arc;

use arbitrary::Unstructured;
use selvedge::Engine;
use selvedge::region::{CompactRegion, Limits, MmapRegion, Region, StartMode};

use crate::modules::header;
use crate::settings::{Meaning, SETTINGS_BYTES, Settings};

/// See the [module](self).
pub fn run(bytes: &[u8]) -> Option<()> {
    let (settings, bytes) = header::<SETTINGS_BYTES>(bytes)?;
    let ([how], bytes) = header::<1>(bytes)?;
    let mut settings = Settings::of_bytes(settings);
    // An instance has what it needs from its region.
    settings.pool = None;
    let scene = Scene {
        engine: settings.engine(Meaning {
            // Runs with bounds are counted.
            counting: true,
            ..Meaning::default()
        })?,
        compact: how & 1 != 0,
        start: match how & 2 {
            0 => StartMode::Auto,
            _ => StartMode::Manual,
        },
    };
    let mut input = Unstructured::new(bytes);
    match how & 4 {
        0 => walk::run(&scene, &mut input),
        _ => race::run(&scene, &mut input),
    }
}

/// What instances live in.
struct Scene {
    engine: Engine,
    compact: bool,
    start: StartMode,
}

impl Scene {
    /// A region; `None` if the host has no room for it.
    fn region(&self, capacity: usize) -> Option<Arc<dyn Region>> {
        let limits = Limits::default()
            .with_heap_memory_size(4 << 20)
            .with_value_stack_size(256 << 10)
            .with_stack_size(2 << 20);
        // Reserving takes memory there.
        let limits = match cfg!(feature = "portable-sys") {
            true => limits.with_heap_address_space_size(16 << 20),
            false => limits,
        };
        Some(match self.compact {
            true => CompactRegion::create(capacity, &limits).ok()?,
            false => MmapRegion::create(capacity, &limits).ok()?,
        })
    }
}
