//! Modules from `wasm-smith`.

use arbitrary::{Result, Unstructured};

/// A valid module with what Selvedge supports, which comes to an end by itself, and
/// whose NaNs are canonical.
pub fn generate(bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let vectors = bytes.arbitrary()?;
    let config = wasm_smith::Config {
        allow_invalid_funcs: false,
        canonicalize_nans: true,
        compact_imports_enabled: false,
        custom_page_sizes_enabled: bytes.ratio(1, 8)?,
        exceptions_enabled: false,
        export_everything: true,
        gc_enabled: false,
        max_imports: bytes.int_in_range(0..=10)?,
        max_instructions: 400,
        max_memories: bytes.int_in_range(1..=3)?,
        max_memory32_bytes: 1 << 18,
        max_memory64_bytes: 1 << 18,
        max_table_elements: 100,
        max_tables: 3,
        max_funcs: 20,
        memory_max_size_required: true,
        min_funcs: 1,
        relaxed_simd_enabled: vectors,
        shared_everything_threads_enabled: false,
        simd_enabled: vectors,
        table_max_size_required: true,
        tail_call_enabled: true,
        threads_enabled: false,
        wide_arithmetic_enabled: bytes.ratio(1, 4)?,
        ..wasm_smith::Config::default()
    };
    let mut module = wasm_smith::Module::new(config, bytes)?;
    module
        .ensure_termination(1000)
        .map_err(|_| arbitrary::Error::IncorrectFormat)?;
    Ok(module.to_bytes())
}
