//! Random sequences of calls, legal and illegal, against a model of the life of an instance.

use std::cell::Cell;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use selvedge::region::{
    Contexts, GlobalValue, InstanceHandle, InstanceRegion, KillError, KillSuccess, KillSwitch,
    LifeError, Region, RunResult, StartMode, TerminationDetails,
};
use selvedge::{Caller, InstancePre, Result, Trap, Val};

use crate::support::*;

const GUEST: &str = r#"(module
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
const ENTRIES: [&str; 8] = [
    "start", "count", "trap", "yields", "asks", "ends", "panics", "long",
];
/// A bound that no run of `long` stays within, and one that all do.
const TIGHT: u64 = 200;
const WIDE: u64 = 1_000_000;

#[derive(Clone, Debug)]
enum Op {
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

fn op() -> impl Strategy<Value = Op> {
    let entry = || 0..ENTRIES.len();
    prop_oneof![
        8 => entry().prop_map(Op::Run),
        1 => entry().prop_map(Op::RunWithArgument),
        1 => Just(Op::RunMissing),
        3 => (0..2_u32, 0..10_u32).prop_map(|(table, element)| Op::RunIndex(table, element)),
        3 => (entry(), any::<bool>()).prop_map(|(entry, wide)| Op::RunBounded(entry, wide)),
        2 => Just(Op::RunStart),
        5 => Just(Op::Resume),
        4 => (0..1000_i64).prop_map(Op::ResumeWith),
        1 => Just(Op::ResumeWithWrong),
        3 => any::<bool>().prop_map(Op::ResumeBounded),
        4 => Just(Op::Reset),
        1 => Just(Op::Recreate),
        2 => Just(Op::Kill),
        1 => Just(Op::KillOld),
        2 => (0..4_u32).prop_map(Op::Grow),
        1 => (0..1000_i64).prop_map(Op::SetGlobal),
        1 => (0..65_536_usize, any::<u8>()).prop_map(|(at, value)| Op::Write(at, value)),
    ]
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum State {
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
enum Outcome {
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

const NOT_RUNNABLE: &str = "instance must be ready, starting, or non-fatally faulted";
const NULL: &str = "entrypoint function cannot be null";
const COUNT: &str = "entrypoint function signature mismatch (number of arguments is incorrect)";
const NOT_YIELDED: &str = "can only resume a yielded instance";
const MISMATCH: &str = "type mismatch between yielded instance expected value and resumed value";
const NOT_EXPIRED: &str = "can only call resume_bounded() on an instance with an expired bound";

struct Model {
    start: StartMode,
    state: State,
    n: i64,
    pages: u32,
    written: Vec<(usize, u8)>,
    /// Whether a switch was used on the run that is next or waits.
    killed: bool,
}

impl Model {
    fn new(start: StartMode) -> Self {
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

    fn run(&mut self, entry: Option<usize>, has_argument: bool, bound: Option<bool>) -> Outcome {
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

    fn run_start(&mut self) -> Outcome {
        match self.state {
            State::NotStarted => self.run(Some(0), false, None),
            _ => Outcome::AlreadyStarted,
        }
    }

    fn resume(&mut self, value: Option<Option<i64>>) -> Outcome {
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

    fn resume_bounded(&mut self, wide: bool) -> Outcome {
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

    fn kill(&mut self) -> std::result::Result<KillSuccess, KillError> {
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

/// The instance beside its model.
struct Pair {
    region: Arc<dyn Region>,
    pre: InstancePre<Contexts>,
    instance: InstanceHandle,
    model: Model,
    /// A switch of a run that is over.
    old: Option<KillSwitch>,
}

impl Pair {
    fn make(
        region: &Arc<dyn Region>,
        pre: &InstancePre<Contexts>,
        start: StartMode,
    ) -> InstanceHandle {
        let builder = region.new_instance_builder(pre);
        builder.with_start(start).build().expect("an instance")
    }

    fn outcome(&self, result: std::result::Result<RunResult, LifeError>) -> Outcome {
        match result {
            Ok(RunResult::Returned(value)) => Outcome::Returned(value.as_i64()),
            Ok(RunResult::Yielded(_)) => Outcome::Yielded,
            Err(error) => match error {
                LifeError::InvalidArgument(why) => Outcome::Invalid(why),
                LifeError::SymbolNotFound(_) | LifeError::FuncNotFound(..) => Outcome::NotFound,
                LifeError::InstanceNeedsStart => Outcome::NeedsStart,
                LifeError::StartAlreadyRun => Outcome::AlreadyStarted,
                LifeError::StartYielded => Outcome::StartYielded,
                LifeError::RuntimeFault(details) => Outcome::Fault(details.trapcode.unwrap()),
                LifeError::RuntimeTerminated(details) => match details {
                    TerminationDetails::Remote => Outcome::Remote,
                    TerminationDetails::Provided { .. } => Outcome::Provided,
                    TerminationDetails::OtherPanic(_) => Outcome::Panicked,
                    details => panic!("{details:?}"),
                },
                error => panic!("{error:?}"),
            },
        }
    }

    fn bounded(&self, result: std::result::Result<Option<RunResult>, LifeError>) -> Outcome {
        match result {
            Ok(None) => Outcome::Expired,
            Ok(Some(result)) => self.outcome(Ok(result)),
            Err(error) => self.outcome(Err(error)),
        }
    }

    /// Does `op` to both, and compares what it comes to.
    fn step(&mut self, op: &Op) {
        let bound = |wide| if wide { WIDE } else { TIGHT };
        let switch = self.instance.kill_switch();
        let (instance, model) = (&mut self.instance, &mut self.model);
        let (result, expected) = match *op {
            Op::Run(entry) => (
                instance.run(ENTRIES[entry], &[]),
                model.run(Some(entry), false, None),
            ),
            Op::RunWithArgument(entry) => (
                instance.run(ENTRIES[entry], &[Val::I32(1)]),
                model.run(Some(entry), true, None),
            ),
            Op::RunMissing => (instance.run("missing", &[]), Outcome::NotFound),
            Op::RunIndex(table, element) => {
                let expected = match (table, element) {
                    (0, 0..8) => model.run(Some(element as usize), false, None),
                    (0, 8) => model.run(None, false, None),
                    _ => Outcome::NotFound,
                };
                (instance.run_func_idx(table, element, &[]), expected)
            }
            Op::RunBounded(entry, wide) => {
                let result = instance.run_bounded(ENTRIES[entry], &[], bound(wide));
                let expected = model.run(Some(entry), false, Some(wide));
                let outcome = self.bounded(result);
                assert_eq!(outcome, expected, "{op:?}");
                return self.check(switch);
            }
            Op::ResumeBounded(wide) => {
                let result = instance.resume_bounded(bound(wide));
                let expected = model.resume_bounded(wide);
                let outcome = self.bounded(result);
                assert_eq!(outcome, expected, "{op:?}");
                return self.check(switch);
            }
            Op::RunStart => {
                let result = instance.run_start();
                let result = result.map(|()| RunResult::Returned(0_u64.into()));
                (result, model.run_start())
            }
            Op::Resume => (instance.resume(), model.resume(None)),
            Op::ResumeWith(value) => (
                instance.resume_with_val(value),
                model.resume(Some(Some(value))),
            ),
            Op::ResumeWithWrong => (instance.resume_with_val("wrong"), model.resume(Some(None))),
            Op::Reset => {
                instance.reset().expect("a reset");
                *model = Model::new(model.start);
                return self.check(switch);
            }
            Op::Recreate => {
                // There is one slot, which has to be free again.
                assert_eq!(self.region.free_slots(), 1);
                let other = Self::make(&self.region, &self.pre, self.model.start);
                self.instance = other;
                assert_eq!(self.region.free_slots(), 1);
                self.model = Model::new(self.model.start);
                return self.check(switch);
            }
            Op::Kill => {
                assert_eq!(switch.terminate(), self.model.kill());
                return self.check(switch);
            }
            Op::KillOld => {
                if let Some(old) = &self.old {
                    assert_eq!(old.terminate(), Err(KillError::Invalid));
                }
                return self.check(switch);
            }
            Op::Grow(pages) => {
                let grown = instance.grow_memory(pages);
                if model.pages + pages <= 8 {
                    assert_eq!(grown.expect("within the maximum"), model.pages);
                    model.pages += pages;
                } else {
                    assert!(matches!(grown, Err(LifeError::LimitsExceeded(_))));
                }
                return self.check(switch);
            }
            Op::SetGlobal(value) => {
                instance.globals_mut().set(0, value).expect("it is mutable");
                model.n = value;
                return self.check(switch);
            }
            Op::Write(at, value) => {
                instance.heap_mut()[at] = value;
                model.written.retain(|&(other, _)| other != at);
                model.written.push((at, value));
                return self.check(switch);
            }
        };
        let outcome = self.outcome(result);
        assert_eq!(outcome, expected, "{op:?}");
        self.check(switch);
    }

    /// Compares all that can be seen. `switch` was taken before the last step.
    fn check(&mut self, switch: KillSwitch) {
        let (instance, model) = (&self.instance, &self.model);
        assert_eq!(instance.is_not_started(), model.state == State::NotStarted);
        assert_eq!(instance.is_ready(), model.state == State::Ready);
        assert_eq!(instance.is_faulted(), model.state == State::Faulted);
        assert_eq!(instance.is_terminated(), model.state == State::Terminated);
        let yielded = matches!(model.state, State::Yielded { .. });
        assert_eq!(instance.is_yielded(), yielded);
        assert_eq!(
            instance.is_bound_expired(),
            model.state == State::BoundExpired
        );
        assert_eq!(instance.globals().get(0), Some(GlobalValue::I64(model.n)));
        assert_eq!(instance.heap().len(), model.pages as usize * 65_536);
        for &(at, value) in &model.written {
            assert_eq!(instance.heap()[at], value);
        }
        // A switch of this run or the next one is not used here; one of a run that is over may be.
        if format!("{switch:?}").contains("false") {
            self.old = Some(switch);
        }
    }
}

#[test]
fn an_instance_lives_as_its_model_says() {
    let cases = if cfg!(debug_assertions) { 60 } else { 834 };
    on_every_kind(|kind| {
        let mut linker = kind.linker();
        linker
            .func_wrap("env", "yield", |mut caller: Caller<'_, Contexts>| {
                caller.yield_()
            })
            .unwrap();
        linker
            .func_wrap("env", "expect", |mut caller: Caller<'_, Contexts>| {
                caller.yield_expecting_val::<i64>()
            })
            .unwrap();
        linker
            .func_wrap("env", "end", |caller: Caller<'_, Contexts>| -> Result<()> {
                Err(caller.terminate(1_u8))
            })
            .unwrap();
        linker
            .func_wrap("env", "panic", || -> () {
                std::panic::resume_unwind(Box::new(()))
            })
            .unwrap();
        let pre = kind.pre_with(GUEST, &linker);
        let region = kind.region(2, &small());
        let config = Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        };
        let steps = Cell::new(0);
        let result = TestRunner::new(config).run(&prop::collection::vec(op(), 1..40), |ops| {
            let mut pair = Pair {
                instance: Pair::make(&region, &pre, kind.start),
                region: region.clone(),
                pre: pre.clone(),
                model: Model::new(kind.start),
                old: None,
            };
            for op in &ops {
                pair.step(op);
            }
            steps.set(steps.get() + ops.len());
            Ok(())
        });
        result.unwrap_or_else(|failure| panic!("{}: {failure}", kind.name));
        assert_eq!(region.used_slots(), 0);
        assert!(steps.get() > cases as usize * 10);
    });
}
