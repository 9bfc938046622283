//! Where tiers meet: recursion, tail calls, backtraces, memories, faults, and machine code that comes and
//! goes. What a guest does never depends on which tier runs which function.

mod background;
mod budget;
mod calls;
#[cfg(target_os = "linux")]
mod canaries;
mod faults;
#[cfg(target_os = "linux")]
mod in_use;
mod memories;
mod moving;
#[path = "../support/mod.rs"]
mod support;
mod tail_calls;
