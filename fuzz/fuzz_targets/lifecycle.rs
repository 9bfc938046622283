//! See `selvedge_fuzz_input::targets::lifecycle`.

#![no_main]

selvedge_fuzz_input::fuzz_target!(lifecycle);
