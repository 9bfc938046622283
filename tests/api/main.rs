//! The shapes of the interface: what modules tell of themselves, linkers, memories,
//! tables, globals, and errors of linking.

#[path = "../support/mod.rs"]
mod support;

mod externals;
mod linker;
mod modules;
