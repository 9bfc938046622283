//! Golden tests of compilation: `disas/*.wat`, each about one behaviour, followed by the machine
//! code of its functions as comments. `disas/README.md` is the checklist that the files come from.
//!
//! `BLESS=1 cargo test -p selvedge-jit --test disas` rewrites the listings. Read them before they
//! are committed: what they say is what the processor will do.
//!
//! Lines `;;! WORD...` at a file's start choose options:
//!
//! | word | meaning |
//! |---|---|
//! | `baseline-cpu` | the first x86-64; otherwise the processor has everything |
//! | `sse41` | a processor with SSE4.1 and no more |
//! | `native` | relaxed vector operators mean what the processor does in one instruction |
//! | `canonical` | NaNs that operations make are canonical |
//! | `checked` | accesses of memory 0 are checked |
//! | `no-signals` | nothing may fault; accesses are checked too |
//! | `pins=N` | so many pinned locals of each class at most |
//! | `lazy` | calls go through the function's code word |
//! | `osr` | loops have entries from the interpreter |
//! | `counts` | what is spent is counted |
//! | `resumes` | guests that are interrupted may go on |
#![cfg(all(
    target_arch = "x86_64",
    target_os = "linux",
    not(any(feature = "portable-sys", miri))
))]

#[path = "disas/listing.rs"]
mod listing;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use selvedge_jit::{Compiler, CpuFeatures, Options};
use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::module::{Features, Module, ParseOptions};
use selvedge_vm::offsets::{VMOffsets, VMShape};
use selvedge_vm::ops::simd::Relaxed;
use selvedge_vm::types::TypeRegistry;

#[test]
fn listings_are_as_expected() {
    let bless = env::var_os("BLESS").is_some();
    let mut wrong = String::new();
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        let (source, expected) = split(&text);
        let actual = comments(&list(&path, source));
        if expected == actual {
            continue;
        }
        if bless {
            fs::write(&path, format!("{source}{actual}")).unwrap();
        } else {
            let name = path.file_name().unwrap().display();
            writeln!(wrong, "{name}\n{}", difference(expected, &actual)).unwrap();
        }
    }
    assert!(
        wrong.is_empty(),
        "`BLESS=1` rewrites these listings:\n\n{wrong}"
    );
}

#[test]
fn the_checklist_names_every_file_once() {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let mut listed = BTreeSet::new();
    for name in readme.split('`').skip(1).step_by(2) {
        if name.ends_with(".wat") {
            assert!(listed.insert(name.to_owned()), "{name} is listed twice");
        }
    }
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let files: BTreeSet<_> = files().iter().map(name).collect();
    let missing: Vec<_> = listed.difference(&files).collect();
    assert!(missing.is_empty(), "files that do not exist: {missing:?}");
    let unlisted: Vec<_> = files.difference(&listed).collect();
    assert!(unlisted.is_empty(), "not in the checklist: {unlisted:?}");
}

#[test]
fn every_file_says_what_it_is_about() {
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        let about = text.lines().find(|line| !line.starts_with(";;!"));
        assert!(
            about.is_some_and(|line| line.starts_with(";; ")),
            "{} begins with a comment",
            path.display()
        );
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/disas")
}

fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "wat"));
    files.sort();
    assert!(!files.is_empty(), "there are no files to test");
    files
}

/// The module's text, and the comments that end the file.
fn split(text: &str) -> (&str, &str) {
    let mut at = text.len();
    for line in text.split_inclusive('\n').rev() {
        if !line.starts_with(";;") {
            break;
        }
        at -= line.len();
    }
    text.split_at(at)
}

fn comments(listing: &str) -> String {
    let mut text = String::new();
    for line in listing.lines() {
        writeln!(text, "{}", format!(";; {line}").trim_end()).unwrap();
    }
    text
}

/// The options that a file's first lines choose; by default those of a processor that has
/// everything, and of a memory with a guard.
fn options(source: &str) -> Options {
    let mut options = Options {
        cpu: CpuFeatures::all(),
        memory: Some(MemoryPlan::default()),
        direct_calls: true,
        ..Options::default()
    };
    let lines = source.lines().map_while(|line| line.strip_prefix(";;!"));
    for word in lines.flat_map(str::split_whitespace) {
        match word.split_once('=').unwrap_or((word, "")) {
            ("baseline-cpu", "") => options.cpu = CpuFeatures::empty(),
            ("sse41", "") => options.cpu = CpuFeatures::SSE41,
            ("native", "") => {
                options.relaxed = Relaxed {
                    native: true,
                    fused: true,
                };
            }
            ("canonical", "") => options.canonical_nans = true,
            ("checked", "") => options.memory = None,
            ("no-signals", "") => (options.memory, options.signals) = (None, false),
            ("pins", number) => options.max_pins = number.parse().unwrap(),
            ("lazy", "") => options.direct_calls = false,
            ("osr", "") => options.osr = true,
            ("counts", "") => options.counts = true,
            ("resumes", "") => options.resumes = true,
            _ => panic!("there is no option {word:?}"),
        }
    }
    options
}

/// The machine code of all functions of the module in `source`.
fn list(path: &Path, source: &str) -> String {
    let name = path.display();
    let options = options(source);
    let wasm = wat::parse_str(source).unwrap_or_else(|error| panic!("{name}: {error}"));
    let registry = TypeRegistry::new();
    let mut parse_options = ParseOptions::new(&registry);
    parse_options.features = Features::IMPLEMENTED;
    let module = Module::parse(wasm.into(), &parse_options);
    let module = Arc::new(module.unwrap_or_else(|error| panic!("{name}: {error}")));
    let offsets = VMOffsets::new(&VMShape::of(&module)).unwrap();
    let mut compiler = Compiler::new();
    let mut bytes = vec![0; 1 << 16];
    let mut text = String::new();
    for func in module.bodies.keys() {
        let compiled = compiler
            .compile(&module, &offsets, func, &options, &mut bytes, 0)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        writeln!(text, "func {}", module.func_index(func).as_u32()).unwrap();
        listing::list(&mut text, &module, &compiled, &bytes);
    }
    text
}

/// The lines from the first to the last that differ.
fn difference(expected: &str, actual: &str) -> String {
    let old: Vec<_> = expected.lines().collect();
    let new: Vec<_> = actual.lines().collect();
    let same = |(a, b): &(&&str, &&str)| a == b;
    let start = old.iter().zip(&new).take_while(same).count();
    let rest = old[start..].iter().rev().zip(new[start..].iter().rev());
    let end = rest.take_while(same).count();
    let mut text = String::new();
    for (sign, lines) in [('-', &old), ('+', &new)] {
        for line in &lines[start..lines.len() - end] {
            writeln!(text, "{sign} {line}").unwrap();
        }
    }
    text
}

#[test]
fn options_are_words_at_the_start() {
    let chosen = options(";;! no-signals pins=1\n;;! osr\n;; About.\n;;! checked\n(module)");
    assert!(chosen.osr && !chosen.signals && chosen.memory.is_none());
    assert_eq!(chosen.max_pins, 1);
    assert_eq!(options("(module)").cpu, CpuFeatures::all());
}

#[test]
fn differences_leave_out_what_is_the_same() {
    assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "- b\n+ x\n+ y\n");
}
