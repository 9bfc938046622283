//! Which tier runs a function never changes what it does, whatever the settings of the tier.
//!
//! Input: three times [settings](crate::settings), a byte of their common meaning, one that says how much fuel
//! guests have before they are suspended, a [module](crate::modules). The engine that the others are compared with
//! interprets, with no optimisation. What must be the same: results, traps and their places, calls of the host, memories,
//! tables, globals, and instruction counts.

use selvedge::CpuExtensions;

use crate::modules::{Source, header};
use crate::oracle::contest::{Contest, Outcome};
use crate::settings::{Meaning, Pool, SETTINGS_BYTES, Settings};

/// How many engines are compared with the plain one.
pub const RIVALS: usize = 3;

/// See the [module](self).
pub fn run(bytes: &[u8]) -> Option<()> {
    let mut engines = Vec::new();
    let mut choices = Vec::new();
    let mut bytes = bytes;
    for _ in 0..RIVALS {
        let (settings, rest) = header::<SETTINGS_BYTES>(bytes)?;
        choices.push(Settings::of_bytes(settings));
        bytes = rest;
    }
    let ([meaning, portion], bytes) = header::<2>(bytes)?;
    let source = Source::new(bytes)?;
    let mut meaning = Meaning::of_byte(meaning);
    // Nothing else ends it, or keeps the bits of NaNs from the memory.
    meaning.fuel |= !source.ends;
    meaning.canonical_nans |= !source.ends;
    // Whether multiplications and additions are fused depends on them.
    let all = |settings: &Settings| settings.baseline.cpu_extensions == CpuExtensions::All;
    meaning.deterministic_simd |= !choices.iter().all(all);

    let plain = Settings::plain().engine(meaning);
    // A build without `step` would find nothing, and say nothing.
    let plain = plain.expect("the features of this build are those that its manifest asks for");
    engines.push(("plain".to_owned(), plain));
    for mut settings in choices {
        // These are what a guest notices: it has less memory, or cannot have more.
        settings.memory_may_move = true;
        settings.pool = settings.pool.filter(|_| source.ends).map(|_| Pool::Large);
        if let Some(engine) = settings.engine(meaning) {
            engines.push((format!("{settings:?}"), engine));
        }
    }
    if engines.len() == 1 {
        return None;
    }
    let mut contest = Contest::among(engines);
    if meaning.fuel && portion > 0 {
        contest = contest.in_portions(portion.into());
    }
    match contest.run(&source.wasm) {
        Outcome::Different { what, .. } => panic!("{what}\n{meaning:?}\n{}", source.text()),
        Outcome::Same(_) | Outcome::Overflowed | Outcome::NotTranslated => Some(()),
    }
}
