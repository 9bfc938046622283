//! Machine code of this process.

#![expect(unsafe_code, reason = "runs machine code")]

use selvedge_vm::exec::{MAX_STUBS, VMExec};
use selvedge_vm::native;
use selvedge_vm::return_stack::{ReturnStack, ReturnStackError};
use selvedge_vm::vmcontext::VMContext;
use selvedge_vm::walk::NativeLandmarks;

use crate::tier::driver::Machine;

/// The processor.
pub(crate) enum Native {}

impl Machine for Native {
    const IS_THERE: bool = true;

    #[inline(always)]
    fn prepare_thread() -> std::io::Result<()> {
        native::prepare_thread()
    }

    fn landmarks() -> NativeLandmarks {
        NativeLandmarks {
            cross_return: native::cross_return(),
            return_to_interp: native::return_to_interp(),
            activation_end: native::activation_end(),
        }
    }

    #[inline(always)]
    unsafe fn switch(
        exec: &VMExec,
        pc: usize,
        fp: *mut u64,
        vmctx: *mut VMContext,
        rax: u64,
    ) -> u32 {
        // SAFETY: passed on.
        unsafe { native::switch_to_native(exec, pc, fp, vmctx, rax) }
    }
}

/// The entry for machine code of functions that only the interpreter has code for.
pub(crate) fn interp_entry() -> *const u8 {
    std::ptr::with_exposed_provenance(native::enter_interp())
}

/// Whether the word of a function's code names machine code of its own.
#[inline(always)]
pub(crate) fn is_machine_code(native: *const u8) -> bool {
    !native.is_null() && native.addr() != native::enter_interp()
}

/// The addresses of the routines that machine code calls.
pub(crate) fn stubs() -> [usize; MAX_STUBS] {
    native::stubs()
}

/// Gives the execution, which has a value stack of `stack_bytes`, its return stack.
pub(crate) fn make_return_stack(exec: &VMExec, stack_bytes: usize) -> Result<(), ReturnStackError> {
    exec.set_return_stack(ReturnStack::new(stack_bytes)?, native::stubs());
    Ok(())
}

#[cfg(test)]
mod tests;
