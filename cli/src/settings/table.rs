//! Every setting but those of `wasi`, one row each.

use std::num::NonZeroUsize;

use selvedge::{CompilationMode, CpuExtensions, Dispatch, Optimisations, Strategy};

use super::Group::{Codegen, Debug, Optimize, Wasm};
use super::Scope::{Engine, Guest, Module};
use super::{Choice, Group, Kind, Scope, Setting, Settings, UnknownImports};

/// A setting.
pub(crate) const fn row(
    group: Group,
    scope: Scope,
    name: &'static str,
    kind: Kind,
    help: &'static str,
) -> Setting {
    Setting {
        group,
        scope,
        name,
        help,
        kind,
    }
}

/// A switch of the engine's configuration.
macro_rules! config {
    ($method:ident) => {
        Kind::Switch(|settings, on| {
            settings.config.$method(on);
        })
    };
}

/// A size in the engine's configuration.
macro_rules! config_bytes {
    ($method:ident) => {
        Kind::Bytes(|settings, bytes| {
            settings.config.$method(bytes);
        })
    };
}

/// A limit of the store.
macro_rules! limit {
    ($limit:ident) => {
        Kind::Number(|settings, number| settings.limits.$limit = Some(number))
    };
}

/// A switch of the translator.
macro_rules! optimisation {
    ($flag:ident) => {
        Kind::Switch(|settings, on| settings.optimisations.set(Optimisations::$flag, on))
    };
}

const fn choice(word: &'static str, set: fn(&mut Settings), help: &'static str) -> Choice {
    Choice { word, help, set }
}

fn unknown(settings: &mut Settings, on: bool, imports: UnknownImports) {
    if on {
        settings.unknown_imports = imports;
    } else if settings.unknown_imports == imports {
        settings.unknown_imports = UnknownImports::Refused;
    }
}

/// A number that is too large is as good as the largest.
fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A number of bytes that cannot be addressed is as good as the largest that can.
fn to_usize(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

#[rustfmt::skip] // One line per setting.
pub(crate) const SETTINGS: &[Setting] = &[
    row(Wasm, Module, "bulk-memory", config!(wasm_bulk_memory), "bulk memory and table instructions"),
    row(Wasm, Module, "custom-page-sizes", config!(wasm_custom_page_sizes), "memories with pages of one byte"),
    row(Wasm, Module, "extended-const", config!(wasm_extended_const), "arithmetic in constant expressions"),
    row(Wasm, Module, "memory64", config!(wasm_memory64), "64-bit memories and tables"),
    row(Wasm, Module, "multi-memory", config!(wasm_multi_memory), "more than one memory"),
    row(Wasm, Module, "multi-value", config!(wasm_multi_value), "blocks and functions with several results"),
    row(Wasm, Module, "mutable-global", config!(wasm_mutable_global), "imported and exported mutable globals"),
    row(Wasm, Module, "reference-types", config!(wasm_reference_types), "`funcref` and `externref` values"),
    row(Wasm, Module, "relaxed-simd", config!(wasm_relaxed_simd), "operators on vectors whose results the processor may choose"),
    row(Wasm, Module, "saturating-float-to-int", config!(wasm_saturating_float_to_int), "conversions that do not trap"),
    row(Wasm, Module, "sign-extension", config!(wasm_sign_extension), "sign extension of a part of an integer"),
    row(Wasm, Module, "simd", config!(wasm_simd), "128-bit vectors"),
    row(Wasm, Module, "tail-call", config!(wasm_tail_call), "calls that replace their caller"),
    row(Wasm, Module, "wide-arithmetic", config!(wasm_wide_arithmetic), "128-bit addition, subtraction and multiplication"),
    row(Wasm, Module, "component-model", config!(wasm_component_model), "components (not supported)"),
    row(Wasm, Module, "exceptions", config!(wasm_exceptions), "exceptions (not supported yet)"),
    row(Wasm, Module, "function-references", config!(wasm_function_references), "typed references (not supported yet)"),
    row(Wasm, Module, "gc", config!(wasm_gc), "structs and arrays (not supported yet)"),
    row(Wasm, Module, "threads", config!(wasm_threads), "shared memories and atomics (not supported yet)"),
    row(Wasm, Engine, "nan-canonicalization", config!(nan_canonicalization), "every NaN that is computed is the same one"),
    row(Wasm, Engine, "relaxed-simd-deterministic", config!(relaxed_simd_deterministic), "relaxed operators have the same results on every machine"),
    row(Wasm, Engine, "max-wasm-stack", Kind::Bytes(|settings, bytes| {
        settings.config.max_wasm_stack(to_usize(bytes));
    }), "what the frames of a guest may take"),
    row(Wasm, Guest, "max-memory-size", Kind::Bytes(|settings, bytes| {
        settings.limits.memory_bytes = Some(to_usize(bytes));
    }), "what each memory may grow to"),
    row(Wasm, Guest, "max-table-elements", limit!(table_elements), "what each table may grow to"),
    row(Wasm, Guest, "max-memories", limit!(memories), "memories of all instances"),
    row(Wasm, Guest, "max-tables", limit!(tables), "tables of all instances"),
    row(Wasm, Guest, "max-instances", limit!(instances), "instances, with those of --preload"),
    row(Wasm, Guest, "trap-on-grow-failure", Kind::Switch(|settings, on| {
        settings.limits.trap_on_grow_failure = on;
    }), "end the guest when a memory or table cannot grow"),
    row(Wasm, Guest, "fuel", Kind::Number(|settings, number| settings.fuel = Some(number as u64)), "what the guest may spend, in instructions"),
    row(Wasm, Guest, "count-instructions", Kind::Switch(|settings, on| {
        settings.count_instructions = on;
    }), "count what the guest executes; --verbose says how much that was"),
    row(Wasm, Guest, "timeout", Kind::Duration(|settings, duration| {
        settings.timeout = Some(duration);
    }), "stop the guest after this time, with status 124"),
    row(Wasm, Guest, "unknown-imports-trap", Kind::Switch(|settings, on| {
        unknown(settings, on, UnknownImports::Traps);
    }), "functions that are not there fail when called"),
    row(Wasm, Guest, "unknown-imports-default", Kind::Switch(|settings, on| {
        unknown(settings, on, UnknownImports::Defaults);
    }), "imports that are not there are zeros, or return zeros"),

    row(Optimize, Engine, "dispatch", Kind::Choice(&[
        choice("auto", |settings| { settings.config.dispatch(Dispatch::Auto); }, "the fastest that this build has"),
        choice("tail", |settings| { settings.config.dispatch(Dispatch::Tail); }, "each handler calls the next one as a tail call"),
        choice("step", |settings| { settings.config.dispatch(Dispatch::Step); }, "a loop calls one handler after the other"),
    ]), "how the interpreter goes from one instruction to the next"),
    row(Optimize, Engine, "all", Kind::Switch(|settings, on| {
        settings.optimisations = if on { Optimisations::all() } else { Optimisations::empty() };
    }), "all of the following"),
    row(Optimize, Engine, "accumulators", optimisation!(ACCUMULATORS), "operands in the accumulators"),
    row(Optimize, Engine, "addresses", optimisation!(ADDRESSES), "additions within the addresses of loads and stores"),
    row(Optimize, Engine, "bottom-tests", optimisation!(BOTTOM_TESTS), "the test at a loop's top repeated in branches back"),
    row(Optimize, Engine, "conditions", optimisation!(CONDITIONS), "comparisons within branches"),
    row(Optimize, Engine, "copies", optimisation!(COPIES), "several copies of a hot handler"),
    row(Optimize, Engine, "counters", optimisation!(COUNTERS), "the step of a counting loop within the branch back"),
    row(Optimize, Engine, "float-limits", optimisation!(FLOAT_LIMITS), "float constants within branches"),
    row(Optimize, Engine, "float-loads", optimisation!(FLOAT_LOADS), "loads within float operations"),
    row(Optimize, Engine, "float-pairs", optimisation!(FLOAT_PAIRS), "two float operations in one instruction"),
    row(Optimize, Engine, "float-selects", optimisation!(FLOAT_SELECTS), "float constants among the values of `select`"),
    row(Optimize, Engine, "immediates", optimisation!(IMMEDIATES), "constants in instructions"),
    row(Optimize, Engine, "loads", optimisation!(LOADS), "loads within what consumes them"),
    row(Optimize, Engine, "loop-pins", optimisation!(LOOP_PINS), "other locals in registers in each loop"),
    row(Optimize, Engine, "native-vectors", optimisation!(NATIVE_VECTORS), "instructions on vectors that only newer processors have"),
    row(Optimize, Engine, "pairs", optimisation!(PAIRS), "two integer operators in one instruction"),
    row(Optimize, Engine, "pins", optimisation!(PINS), "hot locals in registers"),
    row(Optimize, Engine, "selects", optimisation!(SELECTS), "constants among the values of `select`"),
    row(Optimize, Engine, "vector-constants", optimisation!(VECTOR_CONSTANTS), "constant vectors in instructions"),
    row(Optimize, Engine, "vector-loads", optimisation!(VECTOR_LOADS), "loads within operations on vectors"),
    row(Optimize, Engine, "vector-pairs", optimisation!(VECTOR_PAIRS), "two operations on vectors in one instruction"),
    row(Optimize, Guest, "memory-reservation", config_bytes!(memory_reservation), "address space for each memory"),
    row(Optimize, Guest, "memory-guard-size", config_bytes!(memory_guard_size), "inaccessible address space behind each memory"),
    row(Optimize, Guest, "memory-reservation-for-growth", config_bytes!(memory_reservation_for_growth), "address space for a memory that has moved"),
    row(Optimize, Guest, "memory-may-move", config!(memory_may_move), "memories that outgrow their reservation move"),

    row(Codegen, Engine, "strategy", Kind::Choice(&[
        choice("auto", |settings| settings.strategy = Strategy::Auto, "the interpreter at once, the compiler for what is hot, where there is one"),
        choice("interpreter", |settings| settings.strategy = Strategy::Interpreter, "the interpreter only"),
        choice("baseline", |settings| settings.strategy = Strategy::Baseline, "the baseline compiler only (x86-64 Linux)"),
    ]), "which tier runs functions"),
    row(Codegen, Engine, "compilation-mode", Kind::Choice(&[
        choice("eager", |settings| settings.compilation_mode = Some(CompilationMode::Eager), "validate and translate or compile everything at first; default with `baseline`"),
        choice("lazy-translation", |settings| settings.compilation_mode = Some(CompilationMode::LazyTranslation), "validate everything, translate or compile at first call; default otherwise"),
        choice("lazy", |settings| settings.compilation_mode = Some(CompilationMode::Lazy), "validate and translate or compile at first call"),
    ]), "when function bodies are validated, and translated or compiled"),
    row(Codegen, Engine, "tier-up-calls", Kind::Number(|settings, number| settings.tier_up.0 = to_u32(number)), "calls that make a function hot for `auto`, 1000 by default"),
    row(Codegen, Engine, "tier-up-loops", Kind::Number(|settings, number| settings.tier_up.1 = to_u32(number)), "passes through its loops that do, 5000 by default"),
    row(Codegen, Engine, "background-compilation", config!(background_compilation), "`auto` compiles in a thread of its own while the guest goes on"),
    row(Codegen, Engine, "code-memory-budget", Kind::Bytes(|settings, bytes| {
        settings.config.code_memory_budget(to_usize(bytes));
    }), "what machine code may take, 1 GiB by default"),
    row(Codegen, Engine, "signals-based-traps", config!(signals_based_traps), "faults of the processor are traps; otherwise code tests before"),
    row(Codegen, Engine, "max-pins", Kind::Number(|settings, number| settings.baseline.max_pins = to_u32(number)), "locals in registers of each class, 7 by default and at most"),
    row(Codegen, Engine, "destination-hints", Kind::Switch(|settings, on| settings.baseline.destination_hints = on), "results are computed where they are wanted next"),
    row(Codegen, Engine, "fusion", Kind::Switch(|settings, on| settings.baseline.fusion = on), "comparisons are compiled with what depends on them"),
    row(Codegen, Engine, "cpu-extensions", Kind::Choice(&[
        choice("all", |settings| settings.baseline.cpu_extensions = CpuExtensions::All, "all that the processor has"),
        choice("sse4.1", |settings| settings.baseline.cpu_extensions = CpuExtensions::Sse41, "those of SSE4.1 and before"),
        choice("none", |settings| settings.baseline.cpu_extensions = CpuExtensions::None, "none; functions with vectors are interpreted"),
    ]), "instructions that only newer processors have"),

    row(Debug, Guest, "backtrace", config!(wasm_backtrace), "show where a guest was when it failed"),
    row(Debug, Guest, "backtrace-details", Kind::Switch(|settings, on| settings.backtrace_details = on), "name files and lines if the module has DWARF"),
    row(Debug, Guest, "max-backtrace", Kind::Number(|settings, number| {
        settings.config.wasm_backtrace_max_frames(NonZeroUsize::new(number));
    }), "frames to show, 20 by default"),
];
