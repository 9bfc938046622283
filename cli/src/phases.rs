//! `--verbose`: how long each phase of a run took.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// A clock for the phases of a run, which costs nothing unless it is wanted.
pub(crate) struct Phases {
    start: Option<Instant>,
    rows: Vec<(&'static str, Duration)>,
    /// What else is worth a line.
    counts: Vec<(&'static str, u64)>,
}

impl Phases {
    /// A clock that starts now, if times are wanted.
    pub(crate) fn new(wanted: bool) -> Self {
        Self {
            start: wanted.then(Instant::now),
            rows: Vec::new(),
            counts: Vec::new(),
        }
    }

    /// Does `work`, and notes how long it took; phases of the same name are added up.
    pub(crate) fn measure<R>(&mut self, name: &'static str, work: impl FnOnce() -> R) -> R {
        if self.start.is_none() {
            return work();
        }
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        match self.rows.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += took,
            None => self.rows.push((name, took)),
        }
        result
    }

    /// Notes a number that was counted.
    pub(crate) fn note(&mut self, name: &'static str, count: u64) {
        self.counts.push((name, count));
    }

    /// Writes the times to standard error.
    pub(crate) fn report(&self) {
        let Some(start) = self.start else {
            return;
        };
        let total = ("total", start.elapsed());
        let mut text = String::new();
        for (name, took) in self.rows.iter().chain([&total]) {
            let milliseconds = took.as_secs_f64() * 1e3;
            let _ = writeln!(text, "{name:<28} {milliseconds:>12.3} ms");
        }
        for (name, count) in &self.counts {
            let _ = writeln!(text, "{name:<28} {count:>12}");
        }
        // A closed standard error is nothing to fail for.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}
