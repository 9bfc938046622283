//! See `selvedge_fuzz_input::targets::differential`.

#![no_main]

selvedge_fuzz_input::fuzz_target!(differential);
