//! See `selvedge_fuzz_input::targets::tiers`.

#![no_main]

selvedge_fuzz_input::fuzz_target!(tiers);
