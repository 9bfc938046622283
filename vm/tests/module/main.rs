//! Modules as embedders meet them: declarations, limits, features, deferred
//! bodies, summaries, names, and bytes that are no module at all.

mod declarations;
mod deferred_bodies;
mod features;
mod hostile_bytes;
mod limits;
mod names;
mod summaries;

use std::sync::Arc;

use selvedge_vm::index::*;
use selvedge_vm::init::{MemoryInitialization, SegmentOffset};
use selvedge_vm::module::*;
use selvedge_vm::types::{
    ExternType, FuncType, GlobalType, MemoryType, RefType, TableType, TypeRegistry, ValType,
};

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's text is valid")
}

fn parse_with(
    bytes: &[u8],
    change: impl FnOnce(&mut ParseOptions<'_>),
) -> Result<Module, ModuleError> {
    let registry = TypeRegistry::new();
    let mut options = ParseOptions::new(&registry);
    change(&mut options);
    Module::parse(bytes.into(), &options)
}

fn parse(text: &str) -> Module {
    parse_with(&wasm(text), |_| ()).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// What parsing, and validating bodies that were deferred, says.
fn error_of(bytes: &[u8], features: Features, bodies: Bodies) -> Option<ModuleError> {
    let module = parse_with(bytes, |o| {
        o.features = features;
        o.bodies = bodies;
    });
    module.and_then(|m| m.validate_all()).err()
}

/// Finds `needle`, which occurs once.
fn offset_of(bytes: &[u8], needle: &[u8]) -> usize {
    let all: Vec<usize> = (0..bytes.len())
        .filter(|&i| bytes[i..].starts_with(needle))
        .collect();
    assert_eq!(all.len(), 1, "{needle:x?} occurs once");
    all[0]
}

fn summary(module: &Module, func: u32) -> FuncSummary {
    let body = module.body(DefinedFuncIndex::from_u32(func));
    body.expect("a valid body").summary.clone()
}
