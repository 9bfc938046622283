//! Golden tests of lowering: `lower/*.wat`, each about one behaviour, followed by
//! the register code of its functions as comments.
//!
//! The files in `lower/` leave out what `tail` dispatch alone does, so every dispatch agrees on
//! the listing. Those in `lower/pinned/` are about locals in registers: their listings are of
//! `tail` dispatch with every optimisation, and builds without it only parse them.
//!
//! The files in `lower/heat/` are about what counts calls and passes of loops, which the others
//! are without; those in `lower/deterministic/` are about results that leave nothing to the machine.
//!
//! `BLESS=1 cargo test -p selvedge-interp --test lower` rewrites the listings, those in
//! `lower/pinned/` if `--release` is given too.
//! Read them before they are committed: what they say is what the interpreter will do.
//!
//! `(@repeat N TEXT)` in a file stands for `N` times `TEXT`; being an annotation, it
//! is ignored by other tools.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use selvedge_interp::{Dispatch, Heat, InterpCode, Optimisations};
use selvedge_vm::module::{Features, Module, ParseOptions};
use selvedge_vm::offsets::{VMOffsets, VMShape};
use selvedge_vm::ops::simd::Relaxed;
use selvedge_vm::types::TypeRegistry;

#[test]
fn listings_are_as_expected() {
    let only_tail = Optimisations::PINS | Optimisations::COPIES;
    check("tests/lower", |module| {
        let dispatches = [Dispatch::Step, Dispatch::Tail].into_iter();
        let mut listings = dispatches
            .filter(|dispatch| dispatch.is_available())
            .map(|dispatch| {
                module.listing(dispatch, Optimisations::all() - only_tail, |code| code)
            });
        let first = listings.next().expect("`step` is always available");
        for other in listings {
            assert_eq!(first, other, "{}", module.name);
        }
        Some(first)
    });
}

#[test]
fn listings_with_heat_are_as_expected() {
    let only_tail = Optimisations::PINS | Optimisations::COPIES;
    let optimisations = Optimisations::all() - only_tail;
    check("tests/lower/heat", |module| {
        let with_heat = |code: InterpCode| code.with_heat(Heat::ENDLESS);
        Some(module.listing(Dispatch::Step, optimisations, with_heat))
    });
}

#[test]
fn listings_of_deterministic_code_are_as_expected() {
    let only_tail = Optimisations::PINS | Optimisations::COPIES;
    let optimisations = Optimisations::all() - only_tail;
    check("tests/lower/deterministic", |module| {
        let deterministic = |code: InterpCode| {
            code.with_relaxed(Relaxed::DETERMINISTIC)
                .with_canonical_nans(true)
        };
        Some(module.listing(Dispatch::Step, optimisations, deterministic))
    });
}

#[test]
fn listings_with_pinned_locals_are_as_expected() {
    check("tests/lower/pinned", |module| {
        let dispatch = Dispatch::Tail;
        let is_available = dispatch.is_available();
        is_available.then(|| module.listing(dispatch, Optimisations::all(), |code| code))
    });
}

/// Compares the listings in the files of `folder` with what `list` makes of their
/// modules, unless it makes nothing of them.
fn check(folder: &str, list: impl Fn(&Source) -> Option<String>) {
    let bless = env::var_os("BLESS").is_some();
    let mut wrong = String::new();
    let files = files(folder);
    assert!(!files.is_empty(), "there are no files to test");
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let (source, expected) = split(&text);
        let Some(listing) = list(&Source::parse(&path, source)) else {
            continue;
        };
        let actual = comments(&listing);
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

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "wat"));
    files.sort();
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
        writeln!(text, ";; {line}").unwrap();
    }
    text
}

/// A module of a file.
struct Source {
    name: String,
    module: Arc<Module>,
}

impl Source {
    fn parse(path: &Path, source: &str) -> Self {
        let name = path.display().to_string();
        let wasm = wat::parse_str(expand(source)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let registry = TypeRegistry::new();
        let mut options = ParseOptions::new(&registry);
        options.features = Features::IMPLEMENTED;
        let module = Module::parse(wasm.into(), &options);
        let module = module.unwrap_or_else(|error| panic!("{name}: {error}"));
        Self {
            name,
            module: Arc::new(module),
        }
    }

    /// The register code of all functions.
    fn listing(
        &self,
        dispatch: Dispatch,
        optimisations: Optimisations,
        set: impl Fn(InterpCode) -> InterpCode,
    ) -> String {
        let offsets = VMOffsets::new(&VMShape::of(&self.module)).unwrap();
        let code = InterpCode::new(self.module.clone(), offsets, dispatch)
            .with_optimisations(optimisations);
        let code = set(code);
        let mut text = String::new();
        for func in self.module.bodies.keys() {
            writeln!(text, "func {}", self.module.func_index(func).as_u32()).unwrap();
            text += &code.disassemble(func).unwrap();
        }
        text
    }
}

/// Replaces `(@repeat N TEXT)` by `N` times `TEXT`.
fn expand(source: &str) -> String {
    const OPEN: &str = "(@repeat ";
    let mut text = String::new();
    let mut rest = source;
    while let Some(at) = rest.find(OPEN) {
        let (before, after) = rest.split_at(at);
        let (count, after) = after[OPEN.len()..].split_once(' ').unwrap();
        let mut depth = 1;
        let end = after.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let (inside, after) = after.split_at(end.unwrap());
        text += before;
        text += &inside.repeat(count.parse().unwrap());
        rest = &after[1..];
    }
    text + rest
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
fn repetitions_are_expanded() {
    let text = "(func (@repeat 2 (local i32)) (@repeat 3 (nop)) (@repeat 0 (drop)))";
    let expanded = "(func (local i32)(local i32) (nop)(nop)(nop) )";
    assert_eq!(expand(text), expanded);
}

#[test]
fn differences_leave_out_what_is_the_same() {
    assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "- b\n+ x\n+ y\n");
    assert_eq!(difference("", "a\n"), "+ a\n");
}
