//! A module does what it does on wasmi, and with the feature `wasmtime` on wasmtime.
//!
//! Input: [settings](crate::settings), a [module](crate::modules) that ends by itself. What must be the same:
//! results, the kinds of traps, calls of the host, memories, tables and globals.

use std::sync::LazyLock;

use crate::modules::{Source, header};
use crate::oracle::contest::{Contest, Outcome};
use crate::settings::{Meaning, Pool, SETTINGS_BYTES, Settings};

/// See the [module](self).
pub fn run(bytes: &[u8]) -> Option<()> {
    let (settings, bytes) = header::<SETTINGS_BYTES>(bytes)?;
    let source = Source::new(bytes).filter(|source| source.ends)?;
    let mut settings = Settings::of_bytes(settings);
    settings.memory_may_move = true;
    settings.pool = settings.pool.map(|_| Pool::Large);
    let meaning = Meaning {
        deterministic_simd: true,
        ..Meaning::default()
    };
    let engine = settings.engine(meaning)?;

    #[cfg(feature = "wasmtime")]
    compare_with_wasmtime(&engine, &settings, &source);
    static WASMI: LazyLock<wasmi::Engine> = LazyLock::new(|| crate::oracle::wasmi::engine(false));
    let name = format!("{settings:?}");
    let contest = Contest::with_wasmi(WASMI.clone(), vec![(name, engine)]);
    match contest.run(&source.wasm) {
        Outcome::Different { what, .. } => panic!("{what}\n{}", source.text()),
        Outcome::Same(_) | Outcome::Overflowed | Outcome::NotTranslated => Some(()),
    }
}

#[cfg(feature = "wasmtime")]
fn compare_with_wasmtime(engine: &selvedge::Engine, settings: &Settings, source: &Source) {
    let expected = crate::on_wasmtime::observe(&source.wasm);
    let actual = crate::oracle::selvedge::observe(engine, &source.wasm);
    if expected.overflowed() || actual.overflowed() {
        return;
    }
    if let Some(difference) = expected.difference(&actual) {
        panic!("wasmtime or {settings:?}: {difference}\n{}", source.text());
    }
}
