//! Guests that are suspended and go on, on every strategy.

// Guests are suspended where there are guard pages.
#![cfg(all(unix, not(feature = "portable-sys")))]

#[path = "../support/mod.rs"]
mod support;

mod futures;
mod meanwhile;
mod resumable;

use selvedge::{Config, Engine};
use support::strategies;

/// An engine of every strategy, with `set` applied to its settings.
fn engines(set: impl Fn(&mut Config)) -> Vec<(&'static str, Engine)> {
    let strategies = strategies().into_iter();
    strategies
        .map(|(name, mut config)| {
            set(&mut config);
            (name, Engine::new(&config).expect(name))
        })
        .collect()
}

fn assert_send<T: Send>(value: T) -> T {
    value
}
