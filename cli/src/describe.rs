//! Types as text, in the words of the specification.

use std::fmt::Write as _;

use wasmparser::{ExternalKind, FuncType};

/// Parameters and results.
pub(crate) fn func_type(ty: &FuncType) -> String {
    let list = |types: &[wasmparser::ValType]| {
        let types: Vec<_> = types.iter().map(ToString::to_string).collect();
        types.join(", ")
    };
    format!("({}) -> ({})", list(ty.params()), list(ty.results()))
}

/// Limits and elements.
pub(crate) fn table_type(ty: &wasmparser::TableType) -> String {
    let limits = limits(ty.initial, ty.maximum, ty.table64);
    format!("{limits} of {}", ty.element_type)
}

/// Limits, pages and sharing.
pub(crate) fn memory_type(ty: &wasmparser::MemoryType) -> String {
    let mut text = format!("{} pages", limits(ty.initial, ty.maximum, ty.memory64));
    if let Some(log2) = ty.page_size_log2 {
        let _ = write!(text, " of 2^{log2} bytes");
    }
    if ty.shared {
        text.push_str(", shared");
    }
    text
}

fn limits(initial: u64, maximum: Option<u64>, is_64: bool) -> String {
    let index = if is_64 { "i64 " } else { "" };
    match maximum {
        Some(maximum) => format!("{index}{initial}..={maximum}"),
        None => format!("{index}{initial}.."),
    }
}

/// Mutability and value.
pub(crate) fn global_type(ty: &wasmparser::GlobalType) -> String {
    let mutable = if ty.mutable { "mut " } else { "" };
    format!("{mutable}{}", ty.content_type)
}

/// What an export is.
pub(crate) fn kind_name(kind: ExternalKind) -> &'static str {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => "function",
        ExternalKind::Table => "table",
        ExternalKind::Memory => "memory",
        ExternalKind::Global => "global",
        ExternalKind::Tag => "tag",
    }
}
