//! The life of an instance in a region: run, killed, reset, dropped.
//!
//! An [`InstanceHandle`] owns a store with one instance, whose memory, context and stacks are in a slot of a
//! region (`selvedge_vm::region`). [`kill`] decides who ends a run; host functions take part in it through
//! [`call_host`], which only stores of [`Contexts`] pay for.

mod builder;
mod caller;
mod contexts;
mod error;
mod handle;
mod kill;
mod result;
mod run;
mod sync_point;
mod termination;
mod views;

pub use builder::{InstanceBuilder, InstanceRegion, StartMode};
pub use contexts::Contexts;
pub use error::{FaultDetails, LifeError};
pub use handle::{InstanceHandle, SendInstance};
pub(crate) use kill::KillState;
pub use kill::{KillError, KillSuccess, KillSwitch};
pub use result::{RunResult, UntypedRetVal, YieldedVal};
pub use termination::{PanicPayload, TerminationDetails};
pub use views::{GlobalValue, Globals, GlobalsMut};

use std::any::TypeId;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crate::error::{Error, Result};
use crate::trap::Trap;

/// Whether stores with data `T` may be those of instances in regions.
#[inline(always)]
pub(crate) fn is_life<T: 'static>() -> bool {
    TypeId::of::<T>() == TypeId::of::<Contexts>()
}

/// Calls a host function in a run that may be killed. A panic with [`TerminationDetails`] becomes an error.
pub(crate) fn call_host(
    kill: Option<&KillState>,
    call: impl FnOnce() -> Result<()>,
) -> thread::Result<Result<()>> {
    let Some(kill) = kill else {
        return catch(call);
    };
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
