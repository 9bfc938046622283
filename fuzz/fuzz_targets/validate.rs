//! Arbitrary bytes are a module or an error; validating and loading agree on which.

#![no_main]

use libfuzzer_sys::fuzz_target;
use selvedge::{Engine, Module};

fuzz_target!(|bytes: &[u8]| {
    let engine = Engine::default();
    let valid = Module::validate(&engine, bytes).is_ok();
    assert_eq!(valid, Module::from_binary(&engine, bytes).is_ok());
});
