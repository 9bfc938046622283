//! A model of the life of an instance: what a call comes to, legal or not, and what is then to be seen.
//!
//! [`pair::Pair`] does the same things to an instance and to the model, and compares. The tests take random
//! sequences from `proptest`, the fuzz targets from the fuzzer.

pub mod pair;

use selvedge::Trap;
use selvedge::region::{KillError, KillSuccess, StartMode};

pub const GUEST: &str = r#"(module
    (import "env" "yield" (func $yield))
    (import "env" "expect" (func $expect (result i64)))
    (import "env" "end" (func $end))
    (import "env" "panic" (func $panic))
    (memory (export "memory") 1 8)
    (global $n (mut i64) (i64.const 1))
    (func $bump (param i64) (global.set $n (i64.add (global.get $n) (local.get 0))))
    (func $start (call $bump (i64.const 100)))
    (start $start)
    (export "start" (func $start))
    (func $count (export "count") (result i64) (call $bump (i64.const 1)) (global.get $n))
    (func $trap (export "trap") (call $bump (i64.const 2)) unreachable)
    (func $yields (export "yields") (result i64)
        (call $bump (i64.const 3)) (call $yield) (call $bump (i64.const 4)) (global.get $n))
    (func $asks (export "asks") (result i64)
        (call $bump (i64.const 5)) (call $bump (call $expect)) (global.get $n))
    (func $ends (export "ends") (call $bump (i64.const 6)) (call $end))
    (func $panics (export "panics") (call $bump (i64.const 7)) (call $panic))
    (func $long (export "long") (result i64) (local i32)
        (local.set 0 (i32.const 1000))
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (call $bump (i64.const 8)) (global.get $n))
    (table 9 funcref)
    (elem (i32.const 0) $start $count $trap $yields $asks $ends $panics $long))"#;

/// The functions of the table, in order.
pub const ENTRIES: [&str; 8] = [
    "start", "count", "trap", "yields", "asks", "ends", "panics", "long",
];
/// A bound that no run of `long` stays within, and one that all do.
pub const TIGHT: u64 = 200;
pub const WIDE: u64 = 1_000_000;

#[derive(Clone, Debug)]
pub enum Op {
    Run(usize),
    RunWithArgument(usize),
    RunMissing,
    RunIndex(u32, u32),
    RunBounded(usize, bool),
    RunStart,
    Resume,
    ResumeWith(i64),
    ResumeWithWrong,
    ResumeBounded(bool),
    Reset,
    Recreate,
    Kill,
    KillOld,
    Grow(u32),
    SetGlobal(i64),
    Write(usize, u8),
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum State {
    NotStarted,
    Ready,
    Faulted,
    Terminated,
    /// In `yields`, or if it expects a value in `asks`.
    Yielded {
        expects: bool,
    },
    BoundExpired,
}

/// What a call is to come to.
#[derive(PartialEq, Debug)]
pub enum Outcome {
    Returned(i64),
    Yielded,
    Expired,
    Fault(Trap),
    Remote,
    Provided,
    Panicked,
    Invalid(&'static str),
    NotFound,
    NeedsStart,
    StartYielded,
    AlreadyStarted,
}

pub const NOT_RUNNABLE: &str = "instance must be ready, starting, or non-fatally faulted";
pub const NULL: &str = "entrypoint function cannot be null";
pub const COUNT: &str = "entrypoint function signature mismatch (number of arguments is incorrect)";
pub const NOT_YIELDED: &str = "can only resume a yielded instance";
pub const MISMATCH: &str =
    "type mismatch between yielded instance expected value and resumed value";
pub const NOT_EXPIRED: &str = "can only call resume_bounded() on an instance with an expired bound";

pub struct Model {
    pub start: StartMode,
    pub state: State,
    pub n: i64,
    pub pages: u32,
    pub written: Vec<(usize, u8)>,
    /// Whether a switch was used on the run that is next or waits.
    pub killed: bool,
}

impl Model {
    pub fn new(start: StartMode) -> Self {
        let auto = start == StartMode::Auto;
        Self {
            start,
            state: if auto {
                State::Ready
            } else {
                State::NotStarted
            },
            n: if auto { 101 } else { 1 },
            pages: 1,
            written: Vec::new(),
            killed: false,
        }
    }

    /// The end of a run.
    fn end(&mut self, state: State, outcome: Outcome) -> Outcome {
        self.state = state;
        self.killed = false;
        outcome
    }

    pub fn run(
        &mut self,
        entry: Option<usize>,
        has_argument: bool,
        bound: Option<bool>,
    ) -> Outcome {
        let is_start = entry == Some(0);
        match self.state {
            State::NotStarted if !is_start => return Outcome::NeedsStart,
            State::NotStarted | State::Ready | State::Faulted => {}
            _ => return Outcome::Invalid(NOT_RUNNABLE),
        }
        let Some(entry) = entry else {
            return Outcome::Invalid(NULL);
        };
        if has_argument {
            return Outcome::Invalid(COUNT);
        }
        if self.killed {
            return self.end(State::Terminated, Outcome::Remote);
        }
        match ENTRIES[entry] {
            "start" => {
                self.n += 100;
                self.end(State::Ready, Outcome::Returned(0))
            }
            "count" => {
                self.n += 1;
                self.end(State::Ready, Outcome::Returned(self.n))
            }
            "trap" => {
                self.n += 2;
                let trap = Outcome::Fault(Trap::UnreachableCodeReached);
                self.end(State::Faulted, trap)
            }
            "yields" => {
                self.n += 3;
                self.state = State::Yielded { expects: false };
                Outcome::Yielded
            }
            "asks" => {
                self.n += 5;
                self.state = State::Yielded { expects: true };
                Outcome::Yielded
            }
            "ends" => {
                self.n += 6;
                self.end(State::Terminated, Outcome::Provided)
            }
            "panics" => {
                self.n += 7;
                self.end(State::Terminated, Outcome::Panicked)
            }
            _ if bound == Some(false) => {
                self.state = State::BoundExpired;
                Outcome::Expired
            }
            _ => {
                self.n += 8;
                self.end(State::Ready, Outcome::Returned(self.n))
            }
        }
    }

    pub fn run_start(&mut self) -> Outcome {
        match self.state {
            State::NotStarted => self.run(Some(0), false, None),
            _ => Outcome::AlreadyStarted,
        }
    }

    pub fn resume(&mut self, value: Option<Option<i64>>) -> Outcome {
        let State::Yielded { expects } = self.state else {
            return Outcome::Invalid(NOT_YIELDED);
        };
        let given = match (expects, value) {
            (false, None) => 4,
            (true, Some(Some(value))) => value,
            _ => return Outcome::Invalid(MISMATCH),
        };
        if self.killed {
            return self.end(State::Terminated, Outcome::Remote);
        }
        self.n += given;
        self.end(State::Ready, Outcome::Returned(self.n))
    }

    pub fn resume_bounded(&mut self, wide: bool) -> Outcome {
        if self.state != State::BoundExpired {
            return Outcome::Invalid(NOT_EXPIRED);
        }
        if self.killed {
            return self.end(State::Terminated, Outcome::Remote);
        }
        if !wide {
            return Outcome::Expired;
        }
        self.n += 8;
        self.end(State::Ready, Outcome::Returned(self.n))
    }

    pub fn kill(&mut self) -> std::result::Result<KillSuccess, KillError> {
        if self.killed {
            return Err(KillError::NotTerminable);
        }
        self.killed = true;
        Ok(match self.state {
            State::Yielded { .. } | State::BoundExpired => KillSuccess::Pending,
            _ => KillSuccess::Cancelled,
        })
    }
}
