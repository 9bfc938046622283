//! A module that exports the functions that it imports, each wrapped in one of its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use selvedge::{FuncType, ValType};

/// The interface that functions are imported from.
pub(super) const INTERFACE: &str = "wasi_snapshot_preview1";

/// The pages of the module's memory.
pub(super) const PAGES: u32 = 2;

/// A module that imports functions of these types and exports what calls them.
pub(super) fn text(types: &BTreeMap<String, FuncType>) -> String {
    let mut text = String::from("(module\n");
    let list = |word: &str, types: Vec<ValType>| match types.is_empty() {
        true => String::new(),
        false => {
            let types: Vec<_> = types.iter().map(ValType::to_string).collect();
            format!(" ({word} {})", types.join(" "))
        }
    };
    let signature = |ty: &FuncType| {
        list("param", ty.params().collect()) + &list("result", ty.results().collect())
    };
    for (name, ty) in types {
        let signature = signature(ty);
        writeln!(
            text,
            "(import \"{INTERFACE}\" \"{name}\" (func ${name}{signature}))"
        )
        .expect("strings grow");
    }
    writeln!(text, "(memory (export \"memory\") {PAGES} {PAGES})").expect("strings grow");
    for (name, ty) in types {
        let args: String = (0..ty.params().len())
            .map(|n| format!(" (local.get {n})"))
            .collect();
        let signature = signature(ty);
        writeln!(
            text,
            "(func (export \"{name}\"){signature} (call ${name}{args}))"
        )
        .expect("strings grow");
    }
    text + ")"
}
