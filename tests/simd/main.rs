//! Vectors: every operator against its meaning, lane by lane, and `v128` values wherever values go.
//!
//! An operator runs on all engines of [`engines`] with operands and results in every place that code has for them
//! ([`forms`]), on thousands of random inputs full of edge cases ([`inputs`]), in a loop of the guest. What it
//! should give is what `selvedge_vm::ops::simd` says ([`operators`]).

mod control;
mod differential;
mod engines;
mod forms;
mod inputs;
mod operators;
mod random;
mod shuffles;
#[path = "../support/mod.rs"]
mod support;
mod together;
mod values;
