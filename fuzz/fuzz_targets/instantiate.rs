//! Valid modules are instantiated, with what they import made up, and their start functions
//! run to an end: a result, a trap or a limit, never a panic.

#![no_main]

use libfuzzer_sys::arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use selvedge::{CompilationMode, Config, Engine, Linker, Module, Store, StoreLimitsBuilder};
use wasm_smith::Config as SmithConfig;

fuzz_target!(|bytes: &[u8]| {
    let mut input = Unstructured::new(bytes);
    let _ = run(&mut input);
});

fn run(input: &mut Unstructured<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let smith = SmithConfig {
        exceptions_enabled: false,
        gc_enabled: false,
        simd_enabled: false,
        relaxed_simd_enabled: false,
        threads_enabled: false,
        shared_everything_threads_enabled: false,
        compact_imports_enabled: false,
        custom_descriptors_enabled: false,
        ..SmithConfig::arbitrary(input)?
    };
    let mut module = wasm_smith::Module::new(smith, input)?;
    // Loops and calls use up a budget, so every guest ends.
    module.ensure_termination(1000).map_err(|error| error.to_string())?;

    let mut config = Config::new();
    config.compilation_mode(*input.choose(&[
        CompilationMode::LazyTranslation,
        CompilationMode::Eager,
        CompilationMode::Lazy,
    ])?);
    config.wasm_wide_arithmetic(true).wasm_custom_page_sizes(true);
    let engine = Engine::new(&config)?;
    let module = Module::from_binary(&engine, &module.to_bytes())?;
    let limits = StoreLimitsBuilder::new().memory_size(16 << 20).table_elements(10_000).build();
    let mut store = Store::new(&engine, limits);
    store.limiter(|limits| limits);
    let mut linker = Linker::new(&engine);
    linker.define_unknown_imports_as_default_values(&mut store, &module)?;
    linker.instantiate(&mut store, &module)?;
    Ok(())
}
