//! No machine code: the feature `jit` is off, or the platform has none.

#![expect(unsafe_code, reason = "has the interface of what runs machine code")]

use std::sync::Arc;

use selvedge_vm::code::{NativeLocation, PrepareError};
use selvedge_vm::exec::{MAX_STUBS, VMExec};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::module::Module;
use selvedge_vm::offsets::VMOffsets;
use selvedge_vm::return_stack::ReturnStackError;
use selvedge_vm::vmcontext::VMContext;
use selvedge_vm::walk::NativeLandmarks;

use super::driver::Machine;
use crate::compile_event::CompileReason;
use crate::config::Config;
use crate::error::Result;
use crate::machine_code::CompiledFunction;

/// Whether this build can make machine code.
pub(super) const IS_THERE: bool = false;

/// What an engine keeps for machine code: nothing.
pub(crate) struct MachineCodeMemory;

impl MachineCodeMemory {
    pub(crate) fn new(_: &Config) -> Result<Self> {
        Ok(Self)
    }
}

/// No thread to compile in.
#[derive(Default)]
pub(crate) struct Worker;

/// Why a job is not done.
#[allow(dead_code, reason = "there are no jobs")]
pub(crate) enum Refusal {
    Full,
    NoThread,
}

impl Worker {
    pub(crate) fn submit(&self, _: impl FnOnce() + Send + 'static) -> Result<(), Refusal> {
        Err(Refusal::NoThread)
    }
}

/// The machine code that there is not.
#[derive(Debug)]
pub(super) enum Baseline {}

impl Baseline {
    pub(super) fn new(
        _: &Config,
        _: &Arc<MachineCodeMemory>,
        _: &Arc<Module>,
        _: &VMOffsets,
        _: bool,
    ) -> Option<Self> {
        None
    }

    pub(super) fn relies_on_guard(&self) -> bool {
        match *self {}
    }

    pub(super) fn entry(&self, _: DefinedFuncIndex) -> Option<usize> {
        match *self {}
    }

    pub(super) fn compile(
        &self,
        _: DefinedFuncIndex,
        _: CompileReason,
        _: bool,
    ) -> Result<usize, PrepareError> {
        match *self {}
    }

    pub(super) fn compile_all(&self) -> Result<(), PrepareError> {
        match *self {}
    }

    pub(super) fn osr_entry(&self, _: DefinedFuncIndex, _: u32) -> Option<usize> {
        match *self {}
    }

    pub(super) fn locate(&self, _: usize, _: bool) -> Option<NativeLocation> {
        match *self {}
    }

    pub(super) fn functions(&self) -> Vec<CompiledFunction> {
        match *self {}
    }

    pub(super) fn size_bytes(&self) -> usize {
        match *self {}
    }
}

/// The machine that there is not.
pub(super) enum Native {}

impl Machine for Native {
    const IS_THERE: bool = false;

    fn prepare_thread() -> std::io::Result<()> {
        Ok(())
    }

    fn landmarks() -> NativeLandmarks {
        NativeLandmarks::default()
    }

    unsafe fn switch(_: &VMExec, _: usize, _: *mut u64, _: *mut VMContext, _: u64) -> u32 {
        unreachable!("there is no machine code")
    }
}

/// Nothing calls them.
pub(super) fn stubs() -> [usize; MAX_STUBS] {
    [0; MAX_STUBS]
}

/// Nothing reads it.
pub(super) fn interp_entry() -> *const u8 {
    std::ptr::null()
}

/// There is none.
pub(super) fn is_machine_code(_: *const u8) -> bool {
    false
}

/// Nothing is needed.
pub(super) fn make_return_stack(_: &VMExec, _: usize) -> Result<(), ReturnStackError> {
    Ok(())
}
