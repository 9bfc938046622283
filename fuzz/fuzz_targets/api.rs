//! See `selvedge_fuzz_input::targets::api`.

#![no_main]

selvedge_fuzz_input::fuzz_target!(api);
