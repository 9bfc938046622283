//! See `selvedge_fuzz_input::targets::validate`.

#![no_main]

selvedge_fuzz_input::fuzz_target!(validate);
