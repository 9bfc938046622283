//! An instance beside its model.

use std::sync::Arc;

use selvedge::region::{
    Contexts, GlobalValue, InstanceHandle, InstanceRegion, KillError, KillSwitch, LifeError,
    Region, RunResult, StartMode, TerminationDetails,
};
use selvedge::{Caller, InstancePre, Linker, Result, Val};

use super::{ENTRIES, Model, Op, Outcome, State, TIGHT, WIDE};

/// Defines the functions that [`super::GUEST`] imports.
///
/// # Panics
///
/// If one of them is defined.
pub fn define_host(linker: &mut Linker<Contexts>) {
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
}

/// The instance beside its model.
pub struct Pair {
    region: Arc<dyn Region>,
    pre: InstancePre<Contexts>,
    instance: InstanceHandle,
    model: Model,
    /// A switch of a run that is over.
    old: Option<KillSwitch>,
}

impl Pair {
    /// A new instance of `pre`, which is one of [`super::GUEST`].
    ///
    /// # Panics
    ///
    /// If the region has no slot for it, and another one to make it anew.
    pub fn new(region: &Arc<dyn Region>, pre: &InstancePre<Contexts>, start: StartMode) -> Self {
        Self {
            instance: Self::make(region, pre, start),
            region: region.clone(),
            pre: pre.clone(),
            model: Model::new(start),
            old: None,
        }
    }

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
    ///
    /// # Panics
    ///
    /// If they differ.
    pub fn step(&mut self, op: &Op) {
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
                // The slot has to be free again.
                let free = self.region.free_slots();
                let other = Self::make(&self.region, &self.pre, self.model.start);
                self.instance = other;
                assert_eq!(self.region.free_slots(), free);
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
