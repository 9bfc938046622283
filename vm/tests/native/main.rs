//! Machine code, written by hand, through the real stubs.

#![cfg(all(
    feature = "native",
    target_arch = "x86_64",
    target_os = "linux",
    not(any(feature = "portable-sys", miri))
))]

mod calls;
mod handler;
mod hooks;
mod machine;
mod memory;
mod signal_stacks;
mod signals;
#[path = "../support/mod.rs"]
mod support;
mod traps;
