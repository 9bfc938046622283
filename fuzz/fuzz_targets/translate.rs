//! See `selvedge_fuzz_input::targets::translate`.

#![no_main]

selvedge_fuzz_input::fuzz_target!(translate);
