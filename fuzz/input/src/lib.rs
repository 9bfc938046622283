//! What the fuzz targets do with their inputs, and how inputs are made.
//!
//! A target is a function from bytes ([`targets`]); a program of `fuzz_targets/` hands it what libFuzzer comes up
//! with, and the program `replay` of this crate what is in files, or random bytes, on any toolchain.
//! What must not happen is a panic, or worse.
//!
//! - [`settings`]: the settings of an engine, from bytes.
//! - [`modules`]: a valid module, from bytes.
//! - [`oracle`]: what running a module shows, shared with the tests in `tests/`.
//! - [`panics`]: which panics are findings.
//! - [`seeds`]: inputs to begin with.

#[cfg(fuzzing)]
mod asan;
pub mod modules;
#[cfg(feature = "wasmtime")]
pub mod on_wasmtime;
#[allow(missing_docs, reason = "it is the tests' own module")]
#[path = "../../../tests/oracle/mod.rs"]
pub mod oracle;
pub mod panics;
pub mod random;
pub mod seeds;
pub mod settings;
pub mod targets;

/// The main program of the target `targets::$name`, for libFuzzer.
#[macro_export]
macro_rules! fuzz_target {
    ($name:ident) => {
        libfuzzer_sys::fuzz_target!(
            init: $crate::panics::install(),
            |bytes: &[u8]| -> libfuzzer_sys::Corpus {
                match $crate::targets::$name::run(bytes) {
                    Some(()) => libfuzzer_sys::Corpus::Keep,
                    None => libfuzzer_sys::Corpus::Reject,
                }
            }
        );
    };
}
