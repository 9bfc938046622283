//! Runs WebAssembly test scripts (`.wast`) on Selvedge.
//!
//! [`run_script`] runs one script and says for every directive whether it
//! holds. The official suite (`tests/suite.rs`) and `selvedge wast` are built on
//! it. Invariants:
//!
//! - A script is data: whatever it holds, the result is a [`Report`], never a
//!   panic. A panic of the engine becomes the failure of the directive that met it.
//! - A directive counts exactly once, as passed or as failed, so a report's
//!   numbers add up to the directives of the script.
//! - `assert_invalid` and `assert_malformed` ask that the module is rejected. The
//!   wording of the rejection is not compared: parser and validator are
//!   `wast` and `wasmparser`, and their words are not those of the suite.

mod execute;
mod host;
mod values;

pub mod expected;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use selvedge::{Config, Engine};
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};
use wast::{Wast, WastDirective, WastExecute};

use execute::Script;

/// How to run a script.
///
/// ```
/// use selvedge::{CompilationMode, Config};
/// use selvedge_spectest::{Options, run_script};
///
/// let mut options = Options { validate_first: true, ..Options::default() };
/// options.config.compilation_mode(CompilationMode::Lazy);
/// let script = r#"(assert_invalid (module (func (result i32))) "type mismatch")"#;
/// assert_eq!(run_script("invalid.wast", script, &options).passed, 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Configures the engine: proposals, dispatch, compilation mode.
    pub config: Config,
    /// Validate every module before it is compiled. Set this when `config` asks
    /// for a compilation mode that defers validation, because a script expects
    /// an invalid module to be rejected at once.
    pub validate_first: bool,
    /// Write what the script prints through `spectest` to standard output.
    pub print: bool,
}

/// What became of a script.
///
/// ```
/// use selvedge_spectest::{Options, run_script};
///
/// let script = r#"
///     (module (func (export "f") unreachable))
///     (assert_trap (invoke "f") "unreachable")
///     (assert_trap (invoke "f") "integer overflow")"#;
/// let report = run_script("trap.wast", script, &Options::default());
/// for failure in &report.failed {
///     println!("{failure}");
/// }
/// assert_eq!((report.passed, report.failed.len()), (2, 1));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The number of directives that hold.
    pub passed: usize,
    /// The directives that do not, in the order of the script.
    pub failed: Vec<Failure>,
}

/// A directive that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The script, as it was named to [`run_script`].
    pub file: String,
    /// The line of the directive, from 1.
    pub line: usize,
    /// The directive in short, such as `assert_return (invoke "add")`.
    pub directive: String,
    /// What the directive asks for.
    pub expected: String,
    /// What happened instead.
    pub got: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            directive,
            expected,
            got,
        } = self;
        write!(
            f,
            "{file}:{line}: {directive}: expected {expected}, got {got}"
        )
    }
}

/// Why a directive does not hold.
#[derive(Debug)]
struct Mismatch {
    expected: String,
    got: String,
}

impl Mismatch {
    fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            got: got.into(),
        }
    }
}

/// Runs the script `source` in a store of its own and reports every directive.
/// `name` is what failures call the file.
///
/// ```
/// use selvedge_spectest::{Options, run_script};
///
/// let script = r#"
///     (module (func (export "seven") (result i32) i32.const 7))
///     (assert_return (invoke "seven") (i32.const 7))
///     (assert_return (invoke "seven") (i32.const 8))
/// "#;
/// let report = run_script("seven.wast", script, &Options::default());
/// assert_eq!(report.passed, 2);
/// assert_eq!(report.failed[0].line, 4);
/// assert_eq!(report.failed[0].got, "i32 7");
/// ```
pub fn run_script(name: &str, source: &str, options: &Options) -> Report {
    let mut report = Report::default();
    let lines = Lines::new(source);
    let mut fail = |offset: usize, directive: String, mismatch: Mismatch| {
        report.failed.push(Failure {
            file: name.to_owned(),
            line: lines.line_at(offset),
            directive,
            expected: mismatch.expected,
            got: mismatch.got,
        });
    };

    let mut lexer = Lexer::new(source);
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer);
    let wast = buffer
        .as_ref()
        .map_err(|error| (error.span(), error.message()))
        .and_then(|buffer| {
            parser::parse::<Wast>(buffer).map_err(|error| (error.span(), error.message()))
        });
    let directives = match wast {
        Ok(wast) => wast.directives,
        Err((span, message)) => {
            let mismatch = Mismatch::new("a script", message);
            fail(span.offset(), "script".to_owned(), mismatch);
            return report;
        }
    };
    let script = Engine::new(&options.config).and_then(|engine| Script::new(engine, options));
    let mut script = match script {
        Ok(script) => script,
        Err(error) => {
            let mismatch = Mismatch::new("an engine", error.to_string());
            fail(0, "script".to_owned(), mismatch);
            return report;
        }
    };

    let mut passed = 0;
    for directive in directives {
        let offset = directive.span().offset();
        let label = label(&directive);
        let outcome = catch_unwind(AssertUnwindSafe(|| script.run(directive)));
        let outcome = outcome
            .unwrap_or_else(|payload| Err(Mismatch::new("no panic", panic_message(&*payload))));
        match outcome {
            Ok(()) => passed += 1,
            Err(mismatch) => fail(offset, label, mismatch),
        }
    }
    report.passed = passed;
    report
}

/// The text of a panic's payload.
fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied());
    format!("panic: {}", text.unwrap_or("no message"))
}

/// A directive in a few words.
fn label(directive: &WastDirective<'_>) -> String {
    let execute = |name: &str, execute: &WastExecute<'_>| match execute {
        WastExecute::Invoke(invoke) => format!("{name} (invoke {:?})", invoke.name),
        WastExecute::Wat(_) => format!("{name} (module)"),
        WastExecute::Get { global, .. } => format!("{name} (get {global:?})"),
    };
    match directive {
        WastDirective::Module(_) => "module".to_owned(),
        WastDirective::ModuleDefinition(_) => "module definition".to_owned(),
        WastDirective::ModuleInstance { .. } => "module instance".to_owned(),
        WastDirective::AssertMalformed { .. } => "assert_malformed".to_owned(),
        WastDirective::AssertMalformedCustom { .. } => "assert_malformed_custom".to_owned(),
        WastDirective::AssertInvalid { .. } => "assert_invalid".to_owned(),
        WastDirective::AssertInvalidCustom { .. } => "assert_invalid_custom".to_owned(),
        WastDirective::AssertUnlinkable { .. } => "assert_unlinkable".to_owned(),
        WastDirective::Register { name, .. } => format!("register {name:?}"),
        WastDirective::Invoke(invoke) => format!("invoke {:?}", invoke.name),
        WastDirective::AssertTrap { exec, .. } => execute("assert_trap", exec),
        WastDirective::AssertReturn { exec, .. } => execute("assert_return", exec),
        WastDirective::AssertExhaustion { call, .. } => {
            format!("assert_exhaustion (invoke {:?})", call.name)
        }
        WastDirective::AssertException { exec, .. } => execute("assert_exception", exec),
        WastDirective::AssertSuspension { exec, .. } => execute("assert_suspension", exec),
        WastDirective::Thread(_) => "thread".to_owned(),
        WastDirective::Wait { .. } => "wait".to_owned(),
    }
}

/// Byte offsets at which the lines of a script start.
struct Lines(Vec<usize>);

impl Lines {
    fn new(source: &str) -> Self {
        let newlines = source
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n');
        Self(newlines.map(|(offset, _)| offset + 1).collect())
    }

    /// The line, from 1, that holds the byte at `offset`.
    fn line_at(&self, offset: usize) -> usize {
        self.0.partition_point(|&start| start <= offset) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(source: &str) -> Report {
        run_script("test.wast", source, &Options::default())
    }

    #[test]
    fn lines_are_counted_from_one() {
        let lines = Lines::new("a\nb\n\nc");
        let found: Vec<_> = (0..6).map(|offset| lines.line_at(offset)).collect();
        assert_eq!(found, [1, 1, 2, 2, 3, 4]);
    }

    #[test]
    fn a_script_that_does_not_parse_is_one_failure() {
        let report = run("(module)\n(nonsense)");
        assert_eq!((report.passed, report.failed.len()), (0, 1));
        assert_eq!(report.failed[0].line, 2);
        assert_eq!(report.failed[0].directive, "script");
    }

    #[test]
    fn nan_classes_are_told_apart() {
        let report = run(r#"
            (module
              (func (export "canonical") (result f32) f32.const -nan)
              (func (export "quiet") (result f32) f32.const nan:0x400001)
              (func (export "signalling") (result f64) f64.const nan:0x1))
            (assert_return (invoke "canonical") (f32.const nan:canonical))
            (assert_return (invoke "quiet") (f32.const nan:arithmetic))
            (assert_return (invoke "quiet") (either (f32.const 1) (f32.const nan:0x400001)))
            (assert_return (invoke "quiet") (f32.const nan:canonical))
            (assert_return (invoke "signalling") (f64.const nan:arithmetic))"#);
        assert_eq!(report.passed, 4);
        let lines: Vec<_> = report.failed.iter().map(|failure| failure.line).collect();
        assert_eq!(lines, [9, 10]);
    }

    #[test]
    fn references_keep_their_identity() {
        let report = run(r#"
            (module
              (func $f)
              (elem declare func $f)
              (func (export "same") (param externref) (result externref) local.get 0)
              (func (export "func") (result funcref) ref.func $f)
              (func (export "null") (result funcref) ref.null func))
            (assert_return (invoke "same" (ref.extern 7)) (ref.extern 7))
            (assert_return (invoke "same" (ref.extern 7)) (ref.extern))
            (assert_return (invoke "same" (ref.null extern)) (ref.null extern))
            (assert_return (invoke "func") (ref.func))
            (assert_return (invoke "null") (ref.null func))
            (assert_return (invoke "null") (ref.null))
            (assert_return (invoke "same" (ref.extern 7)) (ref.extern 8))
            (assert_return (invoke "null") (ref.func))
            (assert_return (invoke "func") (ref.null))"#);
        assert_eq!(report.passed, 7);
        assert_eq!(report.failed.len(), 3);
    }

    #[test]
    fn what_is_missing_or_of_another_kind_fails() {
        let report = run(r#"
            (assert_return (invoke "f"))
            (module (global (export "g") i32 (i32.const 1)) (func (export "f")))
            (assert_return (invoke "g"))
            (assert_return (get "f") (i32.const 1))
            (assert_return (get $other "g") (i32.const 1))
            (assert_return (invoke "f" (i32.const 1)))
            (assert_return (invoke "f") (i32.const 1))
            (assert_trap (invoke "f") "unreachable")
            (assert_trap (invoke "missing") "unreachable")
            (assert_exhaustion (invoke "f") "call stack exhausted")
            (assert_invalid (module) "type mismatch")
            (assert_malformed (module quote "(module)") "unexpected token")
            (assert_unlinkable (module) "unknown import")
            (assert_unlinkable (module (func (result i32))) "unknown import")
            (register "r" $other)
            (module (import "spectest" "missing" (func)))
            (module instance $i $nothing)
            (invoke "f")"#);
        assert_eq!(report.passed, 1, "{:#?}", report.failed);
        assert_eq!(report.failed.len(), 17);
    }

    #[test]
    fn a_failed_module_does_not_leave_the_one_before_in_place() {
        let report = run(r#"
            (module $m (func (export "f")))
            (module $m (import "none" "such" (func)) (func (export "f")))
            (invoke "f")
            (invoke $m "f")"#);
        assert_eq!((report.passed, report.failed.len()), (1, 3));
    }

    #[test]
    fn definitions_are_instantiated_by_name() {
        let report = run(r#"
            (module definition $d
              (global $n (mut i32) (i32.const 0))
              (func (export "next") (result i32)
                (global.set $n (i32.add (global.get $n) (i32.const 1)))
                (global.get $n)))
            (module instance $a $d)
            (module instance $b $d)
            (assert_return (invoke $a "next") (i32.const 1))
            (assert_return (invoke $a "next") (i32.const 2))
            (assert_return (invoke "next") (i32.const 1))
            (register "a" $a)
            (module (import "a" "next" (func $next (result i32)))
              (func (export "again") (result i32) call $next))
            (assert_return (invoke "again") (i32.const 3))"#);
        assert_eq!((report.passed, report.failed), (9, Vec::new()));
    }

    #[test]
    fn traps_are_compared_by_message() {
        let report = run(r#"
            (module
              (table 1 funcref)
              (func (export "call") (param i32) (call_indirect (local.get 0)))
              (func $deep (export "deep") (call $deep)))
            (assert_trap (invoke "call" (i32.const 0)) "uninitialized element")
            (assert_trap (invoke "call" (i32.const 0)) "uninitialized element 0")
            (assert_trap (invoke "call" (i32.const 1)) "undefined element")
            (assert_trap (invoke "call" (i32.const 1)) "out of bounds table access")
            (assert_exhaustion (invoke "deep") "call stack exhausted")
            (assert_trap (invoke "call" (i32.const 0)) "undefined element")
            (assert_trap (module (func $start unreachable) (start $start)) "unreachable")"#);
        assert_eq!(report.passed, 7, "{:#?}", report.failed);
        assert_eq!(report.failed[0].line, 11);
    }
}
