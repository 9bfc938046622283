//! Runs of an instance in a region: how they begin, wait, go on and end.
//!
//! A run is an [`Execution`] on the slot's native stack, so that the guest can wait in the middle of a
//! host function. Where the platform has no such stacks, the guest runs on the caller's and cannot wait.

#![expect(unsafe_code, reason = "enters the guest of a store that it owns")]

use std::any::{Any, TypeId};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use selvedge_vm::signal::SignalEndKind;
use selvedge_vm::vmcontext::VMCallee;

use super::error::{FaultDetails, LifeError};
use super::handle::{InstanceHandle, State};
use super::result::{Nothing, RunResult, UntypedRetVal, YieldedVal};
use super::termination::{PanicPayload, TerminationDetails};
use crate::context::{AsContextMut, StoreContextMut};
use crate::entry;
use crate::error::Result as CrateResult;
use crate::life::Contexts;
use crate::store::{Store, StoreOpaque};
use crate::suspend::{Allows, Execution, Input, Reason, Step, UntypedCall};
use crate::values::Val;

/// Whether guests can wait on this platform.
const CAN_WAIT: bool = cfg!(all(unix, not(any(miri, feature = "portable-sys"))));

/// What a run enters.
pub(super) enum Guest {
    Start(VMCallee),
    Function(Box<UntypedCall>),
}

impl Guest {
    /// What enters it.
    ///
    /// # Safety
    ///
    /// When it runs, the store is borrowed exclusively by whoever runs it, and this is where it is now.
    unsafe fn work(
        &mut self,
        mut store: StoreContextMut<'_, Contexts>,
    ) -> Box<dyn FnOnce() -> CrateResult<()>> {
        match self {
            Self::Start(callee) => {
                let (store, callee) = (store.opaque_ptr(), *callee);
                // SAFETY: by contract; a start function takes and returns nothing.
                Box::new(move || unsafe { entry::call(store, callee, 0, |_| (), |_, _| ()) })
            }
            // SAFETY: by contract; the instance of the function is not removed.
            Self::Function(call) => Box::new(unsafe { call.work(&mut store) }),
        }
    }

    /// What it has returned.
    fn into_results(self) -> Vec<Val> {
        match self {
            Self::Start(_) => Vec::new(),
            Self::Function(mut call) => call.take_results(),
        }
    }
}

/// A run that has begun.
pub(super) struct Waiting {
    execution: Execution<()>,
    guest: Guest,
    /// Whether the instance was not started before.
    is_start: bool,
    /// Whether it waits because of its bound.
    is_bounded: bool,
    /// The type of what the host function that has yielded goes on with.
    expects: Option<TypeId>,
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

/// How a part of a run has ended.
type Outcome<R> = std::thread::Result<R>;

impl InstanceHandle {
    /// Begins a run of `guest`, after everything has been checked that can be, and notes what it comes to.
    pub(super) fn begin(
        &mut self,
        mut guest: Guest,
        bound: Option<u64>,
    ) -> Result<RunResult, LifeError> {
        let is_start = self.is_not_started();
        let mut context = self.store.as_context_mut();
        let opaque = context.opaque_mut();
        if !opaque.exec().has_stack() {
            opaque.make_stack().map_err(LifeError::InternalError)?;
        }
        // SAFETY: runs end before the store does.
        let stack = match unsafe { opaque.take_native_stack() } {
            Ok(stack) => Some(stack),
            Err(_) if !CAN_WAIT => None,
            Err(error) => return Err(LifeError::InternalError(error)),
        };
        let count = &opaque.exec().count;
        if count.is_on() {
            count.set_fuel(bound.unwrap_or(u64::MAX));
        }
        self.results.clear();
        let _signal_stack = self.prepare_signals()?;
        if !self.kill_state().begin_run() {
            return self.end(Err(remote()));
        }
        // SAFETY: the store is this handle's, and the call is in a box that stays where it is.
        let work = unsafe { guest.work(self.store.as_context_mut()) };
        let Some(stack) = stack else {
            let outcome = catch_unwind(AssertUnwindSafe(work));
            return self.end_run(outcome, guest);
        };
        let allows = Allows {
            fuel: bound.is_some(),
            yields: true,
            ..Allows::default()
        };
        // SAFETY: as above. The execution is given up before the store goes.
        let execution = unsafe { Execution::new(self.opaque(), stack, allows, work) };
        let waiting = Waiting {
            execution,
            guest,
            is_start,
            is_bounded: false,
            expects: None,
        };
        self.go_on(Box::new(waiting), Input::GoOn)
    }

    /// Lets a run go on until it waits or ends.
    fn go_on(&mut self, mut run: Box<Waiting>, input: Input) -> Result<RunResult, LifeError> {
        let store = self.store_ptr();
        // SAFETY: the store is this handle's, and nothing of it is borrowed.
        let step = AssertUnwindSafe(|| unsafe { run.execution.run(store, input) });
        match catch_unwind(step) {
            Ok(Step::Suspended(reason)) => self.wait(run, reason),
            Ok(Step::Done(result)) => self.end_run(Ok(result), run.guest),
            Err(payload) => self.end_run(Err(payload), run.guest),
        }
    }

    /// Notes that a run waits.
    fn wait(&mut self, mut run: Box<Waiting>, reason: Reason) -> Result<RunResult, LifeError> {
        let waits = self.kill_state().suspend();
        if !waits || run.is_start && matches!(reason, Reason::Yield { .. }) {
            self.unwind(&mut run);
            let error = if waits {
                LifeError::StartYielded
            } else {
                remote()
            };
            let _ = self.kill_state().end_run();
            return self.end(Err(error));
        }
        match reason {
            Reason::Yield { value, expects } => {
                run.expects = expects.map(|(ty, _)| ty);
                run.is_bounded = false;
                self.state = State::Yielded(run);
                let value = value.unwrap_or_else(|| Box::new(Nothing));
                Ok(RunResult::Yielded(YieldedVal::new(value)))
            }
            // Nothing else has been allowed.
            _ => {
                run.is_bounded = true;
                self.state = State::BoundExpired(run);
                Ok(RunResult::Yielded(YieldedVal::new(Box::new(Nothing))))
            }
        }
    }

    /// Notes how a run has ended.
    fn end_run(
        &mut self,
        outcome: Outcome<CrateResult<()>>,
        guest: Guest,
    ) -> Result<RunResult, LifeError> {
        let killed = self.kill_state().end_run();
        let signal = self.opaque().exec().take_signal_end();
        let ending = match signal.map(|signal| signal.kind) {
            Some(SignalEndKind::Fatal) => Err(LifeError::RuntimeFault(FaultDetails {
                fatal: true,
                trapcode: None,
                signal,
                backtrace: None,
            })),
            _ if killed => Err(remote()),
            Some(SignalEndKind::Terminated) => {
                Err(LifeError::RuntimeTerminated(TerminationDetails::Signal))
            }
            _ => ending(outcome).map_err(|error| match error {
                LifeError::RuntimeFault(details) => LifeError::RuntimeFault(FaultDetails {
                    signal: signal.filter(|signal| signal.trap == details.trapcode),
                    ..details
                }),
                error => error,
            }),
        };
        self.end(ending.map(|()| guest.into_results()))
    }

    fn end(&mut self, ending: Result<Vec<Val>, LifeError>) -> Result<RunResult, LifeError> {
        self.renew_kill();
        match ending {
            Ok(results) => {
                self.state = State::Ready;
                let value = UntypedRetVal::of_results(&results);
                self.results = results;
                Ok(RunResult::Returned(value))
            }
            Err(error) => {
                self.state = match &error {
                    LifeError::RuntimeFault(details) => State::Faulted(Box::new(details.clone())),
                    _ => State::Terminated,
                };
                if matches!(&error, LifeError::RuntimeFault(details) if details.fatal) {
                    self.die();
                }
                Err(error)
            }
        }
    }

    /// Lets a guest go on that has yielded and expects nothing.
    ///
    /// # Errors
    ///
    /// [`LifeError::InvalidArgument`] if it has not yielded, or expects a value; then nothing has changed. As for
    /// [`InstanceHandle::run`] otherwise.
    pub fn resume(&mut self) -> Result<RunResult, LifeError> {
        let run = self.take_yielded(None)?;
        self.resume_run(run, Input::GoOn)
    }

    /// Lets a guest go on that has yielded and expects an `A`.
    ///
    /// # Errors
    ///
    /// As for [`InstanceHandle::resume`].
    pub fn resume_with_val<A: Any>(&mut self, value: A) -> Result<RunResult, LifeError> {
        let run = self.take_yielded(Some(TypeId::of::<A>()))?;
        self.resume_run(run, Input::Value(Box::new(value)))
    }

    /// Lets a guest go on that has executed as much as it may, until it has executed `bound` more instructions; `None` if it
    /// waits again. A bound that is less than the guest executes at once, which may be a few
    /// hundred instructions, lets it not go on at all.
    ///
    /// # Errors
    ///
    /// [`LifeError::InvalidArgument`] if it waits for something else; then nothing has changed. As for
    /// [`InstanceHandle::run`] otherwise.
    pub fn resume_bounded(&mut self, bound: u64) -> Result<Option<RunResult>, LifeError> {
        let run = match std::mem::replace(&mut self.state, State::Ready) {
            State::BoundExpired(run) => run,
            state => {
                self.state = state;
                return Err(LifeError::InvalidArgument(
                    "can only call resume_bounded() on an instance with an expired bound",
                ));
            }
        };
        self.opaque().exec().count.set_fuel(bound);
        let result = self.resume_run(run, Input::GoOn);
        self.unless_expired(result)
    }

    fn take_yielded(&mut self, gives: Option<TypeId>) -> Result<Box<Waiting>, LifeError> {
        match std::mem::replace(&mut self.state, State::Ready) {
            State::Yielded(run) if run.expects == gives => Ok(run),
            state => {
                let is_yielded = matches!(state, State::Yielded(_));
                self.state = state;
                Err(LifeError::InvalidArgument(match is_yielded {
                    true => {
                        "type mismatch between yielded instance expected value and resumed value"
                    }
                    false => "can only resume a yielded instance",
                }))
            }
        }
    }

    fn resume_run(&mut self, mut run: Box<Waiting>, input: Input) -> Result<RunResult, LifeError> {
        let _signal_stack = match self.prepare_signals() {
            Ok(stack) => stack,
            Err(error) => {
                // What it waits for has not been given.
                self.state = match run.is_bounded {
                    true => State::BoundExpired(run),
                    false => State::Yielded(run),
                };
                return Err(error);
            }
        };
        if !self.kill_state().resume() {
            self.unwind(&mut run);
            let _ = self.kill_state().end_run();
            return self.end(Err(remote()));
        }
        self.go_on(run, input)
    }

    /// Whether runs can be bounded.
    pub(super) fn check_bounded(&self) -> Result<(), LifeError> {
        let unsupported = |why: &str| Err(LifeError::Unsupported(why.into()));
        if !CAN_WAIT {
            return unsupported("guests cannot wait on this platform");
        }
        match self.opaque().exec().count.is_on() {
            true => Ok(()),
            false => unsupported("the engine does not count instructions"),
        }
    }

    /// The result, unless it is only that the guest waits for more to execute.
    pub(super) fn unless_expired(
        &self,
        result: Result<RunResult, LifeError>,
    ) -> Result<Option<RunResult>, LifeError> {
        let result = result?;
        Ok((!self.is_bound_expired()).then_some(result))
    }

    /// Ends a run that waits: the frames of its host functions are unwound, and what they own is dropped.
    fn unwind(&mut self, run: &mut Waiting) {
        let store = self.store_ptr();
        // SAFETY: the store is this handle's, and nothing of it is borrowed.
        unsafe { run.execution.unwind(store) };
    }

    /// Ends a run that waits, if there is one. What the instance is then is the caller's to say.
    pub(super) fn give_up(&mut self) {
        let state = std::mem::replace(&mut self.state, State::Terminated);
        match state {
            State::Yielded(run) if cfg!(panic = "abort") => {
                // There is no unwinding: the frames, and the slot with them, stay for ever.
                let engine = self.store.engine().clone();
                let other = Store::new(&engine, Contexts::new());
                std::mem::forget((run, std::mem::replace(&mut self.store, other)));
            }
            State::Yielded(mut run) | State::BoundExpired(mut run) => self.unwind(&mut run),
            _ => {}
        }
    }

    fn store_ptr(&mut self) -> *mut StoreOpaque {
        self.store.as_context_mut().opaque_ptr()
    }
}

/// How a guest that was not killed in its own code has ended.
fn ending(outcome: Outcome<CrateResult<()>>) -> Result<(), LifeError> {
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) if error.as_trap_code().is_some() => {
            Err(LifeError::RuntimeFault(FaultDetails::of_trap(&error)))
        }
        Ok(Err(error)) => Err(LifeError::RuntimeTerminated(TerminationDetails::of_error(
            error,
        ))),
        Err(payload) => Err(LifeError::RuntimeTerminated(
            TerminationDetails::OtherPanic(PanicPayload::new(payload)),
        )),
    }
}

fn remote() -> LifeError {
    LifeError::RuntimeTerminated(TerminationDetails::Remote)
}
