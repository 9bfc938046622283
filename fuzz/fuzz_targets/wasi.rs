//! See `selvedge_fuzz_input::targets::wasi`.

#![no_main]

selvedge_fuzz_input::fuzz_target!(wasi);
