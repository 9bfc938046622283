//! Traps and exits: the ends of guest code that are not returns.

/// Why guest code trapped. Names are wasmtime's.
pub use selvedge_vm::trap::TrapCode as Trap;

/// The guest asked to exit with this status (WASI's `proc_exit`).
#[derive(Copy, Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("exited with i32 exit status {0}")]
pub struct I32Exit(pub i32);
