//! See `selvedge_fuzz_input::targets::compile`.

#![no_main]

selvedge_fuzz_input::fuzz_target!(compile);
