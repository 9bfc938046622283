//! Where tiers meet: recursion, tail calls, backtraces, memories, faults, and machine code that comes and
//! goes. What a guest does never depends on which tier runs which function.

mod budget;
mod calls;
mod faults;
mod memories;
#[path = "../support/mod.rs"]
mod support;
