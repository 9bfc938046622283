//! What to do about imports that are not there.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use selvedge::{ImportError, LinkError};

use crate::demangle::printable;
use crate::suggest::did_you_mean;
use crate::wasi::ABSENCE;

/// A module that `--preload` has defined.
pub(crate) struct Preloaded {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) exports: Vec<String>,
}

/// The names by which modules import WASI's functions.
pub(crate) const WASI_MODULES: [&str; 2] = ["wasi_snapshot_preview1", "wasi_unstable"];

/// All imports that cannot be satisfied, one per line, and for each module that they are
/// imported from what would help.
pub(crate) fn describe(
    file: &Path,
    error: &LinkError,
    preloaded: &[Preloaded],
    has_wasi: bool,
) -> String {
    let is_missing = |import: &ImportError| import.actual().is_none();
    let what = match error.imports().iter().any(is_missing) {
        true => "the module imports what is not there",
        false => "the module imports what has another type",
    };
    let mut text = format!("{}: {what}:", file.display());
    let mut missing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for import in error.imports() {
        let _ = write!(text, "\n    {}", printable(&import.to_string()));
        if is_missing(import) {
            missing
                .entry(import.module())
                .or_default()
                .push(import.name());
        }
    }
    for (module, names) in missing {
        for hint in hints(module, &names, preloaded, has_wasi) {
            let _ = write!(text, "\n  {}", printable(&hint));
        }
    }
    text
}

/// What would provide `names` of `module`.
fn hints(module: &str, names: &[&str], preloaded: &[Preloaded], has_wasi: bool) -> Vec<String> {
    if let Some(library) = preloaded.iter().find(|library| library.name == module) {
        let exports = || library.exports.iter().map(String::as_str);
        let hint = |name: &&str| {
            let meant = did_you_mean(name, exports());
            format!(
                "`{}` of `--preload {module}=` does not export `{name}`{meant}",
                library.path
            )
        };
        return names.iter().map(hint).collect();
    }
    let list = quoted(names);
    if WASI_MODULES.contains(&module) && !has_wasi {
        return vec![format!("{list}: {ABSENCE}")];
    }
    if WASI_MODULES.contains(&module) {
        return vec![format!(
            "`{module}` is WASI preview 1 or 0, which has no {list}"
        )];
    }
    if module.contains(':') {
        return vec![format!(
            "`{module}` is for components, which this version does not have"
        )];
    }
    vec![format!(
        "`--preload {module}=PATH` would provide {list}, if the module at PATH exports it"
    )]
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
