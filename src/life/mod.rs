//! The life of an instance in a region: run, killed, reset, dropped.
//!
//! An [`InstanceHandle`] owns a store with one instance, whose memory, context and stacks are in a slot of a
//! region (`selvedge_vm::region`). [`kill`] decides who ends a run; host functions take part in it through
//! [`call_host`], which only stores of [`Contexts`] pay for.

mod builder;
mod caller;
mod contents;
mod contexts;
mod error;
mod handle;
mod kill;
mod result;
mod run;
mod send;
mod signals;
mod sync_point;
mod termination;
mod views;

pub use builder::{InstanceBuilder, InstanceRegion, StartMode};
pub use contexts::Contexts;
pub use error::{FaultDetails, LifeError};
pub use handle::InstanceHandle;
pub(crate) use kill::KillState;
pub use kill::{KillError, KillSuccess, KillSwitch};
pub use result::{RunResult, UntypedRetVal, YieldedVal};
pub use send::SendInstance;
pub use termination::{PanicPayload, TerminationDetails};
pub use views::{GlobalValue, Globals, GlobalsMut};

use std::any::TypeId;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use selvedge_vm::stack::native_stack_remaining;

use crate::error::{Error, Result};
use crate::store::StoreOpaque;
use crate::trap::Trap;

/// Whether stores with data `T` may be those of instances in regions.
#[inline(always)]
pub(crate) fn is_life<T: 'static>() -> bool {
    TypeId::of::<T>() == TypeId::of::<Contexts>()
}

/// What a host function needs to know of the run that it is part of.
pub(crate) struct PresentRun {
    kill: Arc<KillState>,
    reservation: usize,
}

/// The run that the guest of `store` is in, if it is that of an instance in a region.
pub(crate) fn run_of(store: &StoreOpaque) -> Option<PresentRun> {
    let kill = store.kill.clone()?;
    let reservation = store.vm().slot()?.limits().hostcall_reservation;
    Some(PresentRun { kill, reservation })
}

/// Calls a host function in a run that may be killed. A panic with [`TerminationDetails`] becomes an error.
///
/// It needs [`Limits::hostcall_reservation`](selvedge_vm::region::Limits::hostcall_reservation) bytes of the native stack, or the guest's
/// stack overflows.
pub(crate) fn call_host(
    run: Option<PresentRun>,
    call: impl FnOnce() -> Result<()>,
) -> thread::Result<Result<()>> {
    let Some(PresentRun { kill, reservation }) = run else {
        return catch(call);
    };
    if native_stack_remaining().is_some_and(|remaining| remaining < reservation) {
        return Ok(Err(Trap::StackOverflow.into()));
    }
    if !kill.begin_host_call() {
        return Ok(Err(Trap::Interrupt.into()));
    }
    let outcome = catch(call);
    let killed = kill.end_host_call();
    match outcome {
        // What the host function ends its guest with outranks a switch, unless it is that it was woken by one.
        Ok(Err(error)) if !killed || error.as_trap_code() != Some(Trap::Interrupt) => {
            Ok(Err(error))
        }
        Ok(_) if killed => Ok(Err(Error::new(TerminationDetails::Remote))),
        outcome => outcome,
    }
}

fn catch(call: impl FnOnce() -> Result<()>) -> thread::Result<Result<()>> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(outcome) => Ok(outcome),
        Err(payload) => match payload.downcast::<TerminationDetails>() {
            Ok(details) => Ok(Err(Error::new(*details))),
            Err(payload) => Err(payload),
        },
    }
}

#[cfg(test)]
mod tests;
