//! See `selvedge_fuzz_input::targets::instantiate`.

#![no_main]

selvedge_fuzz_input::fuzz_target!(instantiate);
