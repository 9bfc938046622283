//! Machine code: made, run, and told of.

mod baseline;
mod memory;
mod native;
mod profiler;
mod worker;

pub(crate) use baseline::Baseline;
pub(crate) use memory::MachineCodeMemory;
pub(super) use native::{Native, interp_entry, is_machine_code, make_return_stack, stubs};
pub(crate) use worker::{Refusal, Worker};

/// Whether this build can make machine code.
pub(super) const IS_THERE: bool = true;
