//! The x86-64 baseline compiler of Selvedge. Nothing is compiled yet: the crate
//! holds the place of the tier behind the root crate's `jit` feature.
