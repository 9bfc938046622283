//! No machine code: the feature `jit` is off, or the platform has none.

#![expect(unsafe_code, reason = "has the interface of what runs machine code")]

use selvedge_vm::exec::VMExec;
use selvedge_vm::return_stack::ReturnStackError;
use selvedge_vm::vmcontext::VMContext;
use selvedge_vm::walk::NativeLandmarks;

use super::driver::Machine;

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
