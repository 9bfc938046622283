//! The list of failures that are known and explained.
//!
//! One entry a line: the scripts it is about, the lines of the directives that
//! fail in them (without lines: any), and after `#` the reason, which must not
//! be missing. `*` in the path stands for any characters.
//!
//! ```text
//! proposals/gc/*                      # garbage collection
//! wasm-v3/elem.wast:87-93,315,448-504 # typed function references
//! ```
//!
//! An entry must be true: in every script it names, and in each of its line
//! ranges, something fails. What starts to pass is thus taken off the list.

use std::fmt;
use std::ops::RangeInclusive;

use crate::{Failure, Report};

/// The known failures of a set of scripts.
///
/// ```
/// use selvedge_spectest::expected::ExpectedFailures;
/// use selvedge_spectest::{Options, run_script};
///
/// let expected = ExpectedFailures::parse("sums.wast:3 # to show a failure").expect("one entry");
/// let script = r#"(module (func (export "two") (result i32) (i32.add (i32.const 1) (i32.const 1))))
///     (assert_return (invoke "two") (i32.const 2))
///     (assert_return (invoke "two") (i32.const 3))"#;
/// let report = run_script("sums.wast", script, &Options::default());
/// let verdict = expected.judge("sums.wast", &report);
/// assert!(verdict.unexpected.is_empty() && verdict.passing.is_empty());
/// assert_eq!(verdict.expected, 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ExpectedFailures {
    entries: Vec<Entry>,
}

/// One line of the list.
#[derive(Clone, Debug)]
struct Entry {
    /// The line of the list, from 1.
    number: usize,
    pattern: String,
    /// Empty: the whole script.
    lines: Vec<RangeInclusive<usize>>,
}

/// A line of the list that is not an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for ParseError {}

/// A report seen against the list.
#[derive(Clone, Debug, Default)]
pub struct Verdict<'a> {
    /// Failures that no entry covers.
    pub unexpected: Vec<&'a Failure>,
    /// The number of failures that an entry covers.
    pub expected: usize,
    /// Entries, or lines of an entry, where nothing fails any more.
    pub passing: Vec<String>,
}

impl ExpectedFailures {
    /// Reads the list. Empty lines, and lines that start with `#`, are skipped.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut entries = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let entry = Entry::parse(number, line).map_err(|problem| ParseError {
                line: number,
                problem,
            })?;
            entries.push(entry);
        }
        Ok(Self { entries })
    }

    /// Holds what became of the script `name` against the list.
    pub fn judge<'a>(&self, name: &str, report: &'a Report) -> Verdict<'a> {
        let entries: Vec<_> = self.entries.iter().filter(|e| e.names(name)).collect();
        let (expected, unexpected): (Vec<_>, Vec<_>) = report
            .failed
            .iter()
            .partition(|failure| entries.iter().any(|entry| entry.covers(failure.line)));
        let passing = entries
            .iter()
            .flat_map(|entry| entry.passing(name, report))
            .collect();
        Verdict {
            unexpected,
            expected: expected.len(),
            passing,
        }
    }

    /// The entries that name none of `scripts`, as texts.
    pub fn without_script<'a>(
        &self,
        scripts: impl Iterator<Item = &'a str> + Clone,
    ) -> Vec<String> {
        let unused = |entry: &&Entry| !scripts.clone().any(|name| entry.names(name));
        let unused = self.entries.iter().filter(unused);
        unused
            .map(|entry| {
                format!(
                    "line {}: no script is named {}",
                    entry.number, entry.pattern
                )
            })
            .collect()
    }
}

impl Entry {
    fn parse(number: usize, line: &str) -> Result<Self, String> {
        let (what, reason) = line.split_once('#').ok_or("no reason")?;
        if reason.trim().is_empty() {
            return Err("no reason".to_owned());
        }
        let what = what.trim();
        let (pattern, lines) = match what.split_once(':') {
            Some((pattern, lines)) => {
                let ranges = lines.split(',').map(parse_range);
                (pattern, ranges.collect::<Result<_, _>>()?)
            }
            None => (what, Vec::new()),
        };
        if pattern.is_empty() || pattern.contains(char::is_whitespace) {
            return Err(format!("{pattern:?} is not a path"));
        }
        Ok(Self {
            number,
            pattern: pattern.to_owned(),
            lines,
        })
    }

    fn names(&self, script: &str) -> bool {
        glob(&self.pattern, script)
    }

    fn covers(&self, line: usize) -> bool {
        self.lines.is_empty() || self.lines.iter().any(|range| range.contains(&line))
    }

    /// What this entry says about `script` that `report` shows to be untrue.
    fn passing(&self, script: &str, report: &Report) -> Vec<String> {
        if self.lines.is_empty() {
            let passing = report.failed.is_empty();
            return passing.then(|| script.to_owned()).into_iter().collect();
        }
        let fails = |range: &RangeInclusive<usize>| {
            let mut failed = report.failed.iter();
            failed.any(|failure| range.contains(&failure.line))
        };
        let passing = self.lines.iter().filter(|range| !fails(range));
        passing
            .map(|range| format!("{script}:{}-{}", range.start(), range.end()))
            .collect()
    }
}

/// `12` or `12-15`.
fn parse_range(text: &str) -> Result<RangeInclusive<usize>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if first <= last => Ok(first..=last),
        _ => Err(format!("{text:?} is not a line or a range of lines")),
    }
}

/// Whether `text` matches `pattern`, in which `*` stands for any characters.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let mut pieces: Vec<_> = rest.split('*').collect();
    let end = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = text.find(piece) else {
            return false;
        };
        text = &text[at + piece.len()..];
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(lines: &[usize]) -> Report {
        let failure = |&line: &usize| Failure {
            file: "a/b.wast".to_owned(),
            line,
            directive: "module".to_owned(),
            expected: String::new(),
            got: String::new(),
        };
        Report {
            passed: 1,
            failed: lines.iter().map(failure).collect(),
        }
    }

    #[test]
    fn glob_matches_whole_texts() {
        assert!(glob("a/b", "a/b"));
        assert!(!glob("a/b", "a/bc"));
        assert!(glob("a/*", "a/b/c"));
        assert!(glob("*/b.wast", "a/b.wast"));
        assert!(glob("a*c*e", "abcde"));
        assert!(!glob("a*c*e", "abde"));
        assert!(!glob("ab*ba", "aba"));
    }

    #[test]
    fn lines_limit_what_an_entry_covers() {
        let list = ExpectedFailures::parse("a/b.wast:2-4,9 # why\n").unwrap();
        let failures = report(&[3, 5, 9]);
        let verdict = list.judge("a/b.wast", &failures);
        assert_eq!(verdict.expected, 2);
        assert_eq!(verdict.unexpected, [&failures.failed[1]]);
        assert!(verdict.passing.is_empty());
        assert_eq!(list.judge("a/c.wast", &failures).unexpected.len(), 3);
    }

    #[test]
    fn an_entry_that_passes_is_found() {
        let list = ExpectedFailures::parse("# list\n\na/* # why\na/b.wast:2-4,9 # why").unwrap();
        let verdict = |lines| list.judge("a/b.wast", &report(lines)).passing;
        assert_eq!(verdict(&[]), ["a/b.wast", "a/b.wast:2-4", "a/b.wast:9-9"]);
        assert_eq!(verdict(&[9]), ["a/b.wast:2-4"]);
        assert!(verdict(&[2, 9]).is_empty());
    }

    #[test]
    fn an_entry_for_no_script_is_found() {
        let list = ExpectedFailures::parse("a/* # why\nb/*.wast # why").unwrap();
        let unused = list.without_script(["a/x.wast", "b/x"].into_iter());
        assert_eq!(unused, ["line 2: no script is named b/*.wast"]);
    }

    #[test]
    fn a_reason_is_required() {
        for text in [
            "a.wast",
            "a.wast #",
            "a.wast:x # why",
            "a.wast:4-2 # why",
            "a b # why",
        ] {
            assert!(ExpectedFailures::parse(text).is_err(), "{text}");
        }
    }
}
