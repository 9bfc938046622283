//! `selvedge inspect`: sums up a module: what it needs, offers and uses.
//!
//! As with `objdump`, the summary is made from the bytes alone: whatever can be
//! read is printed, then the error.

mod features;
mod json;
mod summary;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::demangle::{demangle, printable};
use crate::input;
use crate::outcome::{Failure, Outcome};
use crate::settings::display_bytes;
use summary::{Item, Summary};

/// Functions that are listed for their size.
const LARGEST_FUNCTIONS: usize = 5;

/// Sums up what a module needs, offers and uses.
#[derive(Args)]
pub(crate) struct Inspect {
    /// Print JSON, for other programs.
    #[arg(long)]
    json: bool,

    /// The module (`.wasm` or `.wat`, `-` reads standard input).
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Inspect {
    /// Prints the summary.
    pub(crate) fn execute(self) -> Outcome {
        let binary = input::read_module(&self.file)?;
        let mut summary = Summary::default();
        let outcome = summary.read(&binary);
        let mut out = std::io::stdout().lock();
        if self.json {
            let error = outcome.as_ref().err().map(String::as_str);
            writeln!(out, "{:#}", json::value(&self.file, &summary, error))?;
        } else {
            write!(out, "{}", text(&self.file, &summary))?;
        }
        outcome.map_err(|error| Failure::Message(format!("{}: {error}", self.file.display())))
    }
}

/// The summary, for people.
fn text(file: &Path, summary: &Summary) -> String {
    let len_bytes = summary.len_bytes as u64;
    let mut text = format!("{}: {len_bytes} bytes", file.display());
    if len_bytes >= 1024 {
        let _ = write!(text, " ({})", display_bytes(len_bytes));
    }
    text.push('\n');
    let mut line = |title: &str, content: &str| {
        if !content.is_empty() {
            let _ = writeln!(text, "{title:<13} {}", printable(content));
        }
    };
    line("name:", summary.name.as_deref().unwrap_or_default());
    for (field, values) in &summary.producers {
        line(&format!("{field}:"), &values.join(", "));
    }
    let features: Vec<_> = summary.features.iter().copied().collect();
    line("uses:", &features.join(", "));
    line("declares:", &summary.target_features.join(", "));
    line("has:", &counts(summary));
    if let Some(start) = summary.start {
        line("start:", &format!("function {start}"));
    }
    write_sections(&mut text, summary);
    write_numbered(&mut text, "memories", &summary.memories);
    write_numbered(&mut text, "tables", &summary.tables);
    write_imports(&mut text, &summary.imports);
    write_exports(&mut text, &summary.exports);
    write_largest(&mut text, summary);
    text
}

/// How many there are of everything.
fn counts(summary: &Summary) -> String {
    let functions = summary.function_types.len();
    let imported = summary.imported_functions;
    let counts = [
        (summary.types, "type", "types"),
        (functions, "function", "functions"),
        (summary.tables.len(), "table", "tables"),
        (summary.memories.len(), "memory", "memories"),
        (summary.globals.len(), "global", "globals"),
        (summary.tags, "tag", "tags"),
        (summary.elements, "element segment", "element segments"),
        (summary.data, "data segment", "data segments"),
    ];
    let counts = counts.iter().filter(|(count, ..)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, one, many)| {
            let noun = if *count == 1 { one } else { many };
            match imported {
                1.. if *one == "function" => format!("{count} {noun} ({imported} imported)"),
                _ => format!("{count} {noun}"),
            }
        })
        .collect();
    counts.join(", ")
}

fn write_sections(text: &mut String, summary: &Summary) {
    if summary.sections.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nsections:{:>30} {:>12}", "offset", "size");
    for section in &summary.sections {
        let name = printable(&section.name);
        let size = section.range.end.saturating_sub(section.range.start);
        let offset = section.range.start;
        let _ = writeln!(text, "  {name:<25} {offset:>#11x} {size:>12}");
    }
}

fn write_numbered(text: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}:");
    for (number, line) in lines.iter().enumerate() {
        let _ = writeln!(text, "  {number}: {line}");
    }
}

/// The imports, by the module that they are imported from.
fn write_imports(text: &mut String, imports: &[(String, Item)]) {
    if imports.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nimports ({}):", imports.len());
    let mut modules: Vec<&str> = Vec::new();
    for (module, _) in imports {
        if !modules.contains(&module.as_str()) {
            modules.push(module);
        }
    }
    for module in modules {
        let _ = writeln!(text, "  from {module:?}");
        for (_, item) in imports.iter().filter(|(from, _)| from == module) {
            let _ = writeln!(text, "    {:?}: {} {}", item.name, item.kind, item.ty);
        }
    }
}

fn write_exports(text: &mut String, exports: &[Item]) {
    if exports.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nexports ({}):", exports.len());
    for item in exports {
        let _ = writeln!(text, "  {:?}: {} {}", item.name, item.kind, item.ty);
    }
}

fn write_largest(text: &mut String, summary: &Summary) {
    let mut bodies: Vec<_> = summary.bodies.iter().collect();
    if bodies.is_empty() {
        return;
    }
    bodies.sort_by_key(|(index, size)| (std::cmp::Reverse(*size), *index));
    let _ = writeln!(text, "\nlargest functions:");
    for (index, size) in bodies.into_iter().take(LARGEST_FUNCTIONS) {
        let name = summary.names.get(index).map(|name| demangle(name));
        let name = name.unwrap_or_default();
        let line = format!("  {size:>8} bytes  {index:>6}: {name}");
        let _ = writeln!(text, "{}", line.trim_end().trim_end_matches(':'));
    }
}
