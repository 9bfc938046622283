//! Walking the frames of an execution, newest first.

#![expect(unsafe_code, reason = "reads frames by raw pointer")]

use std::ops::ControlFlow;
use std::ptr;

use selvedge_vm::code::CodeLocation;
use selvedge_vm::exec::{LastExit, VMExec};
use selvedge_vm::instance::Instance;
use selvedge_vm::vmcontext::VMContext;

use crate::run::is_exit;

/// A frame found by [`walk`].
#[derive(Copy, Clone, Debug)]
pub struct WalkedFrame {
    /// The instance whose function it is.
    pub vmctx: *mut VMContext,
    /// Slot 0.
    pub fp: *mut u64,
    /// The function, and the operator it is at.
    pub location: CodeLocation,
}

/// Calls `f` with each frame of the execution, newest first, from its last exit
/// through all activations. Call it while the host runs: in a host function, or after a trap
/// before the activation is popped. Stops when `f` breaks.
///
/// # Safety
///
/// `exec` is the execution of a live store, its frames and instances are intact,
/// and its last exit is up to date.
pub unsafe fn walk(exec: &VMExec, f: &mut dyn FnMut(WalkedFrame) -> ControlFlow<()>) {
    let mut exit = exec.last_exit.get();
    let mut activation = exec.activation.get();
    while !activation.is_null() {
        // SAFETY: activations are linked while they are on the host's stack.
        unsafe {
            if walk_activation(exit, f).is_break() {
                return;
            }
            exit = (*activation).previous_exit;
            activation = (*activation).previous;
        }
    }
}

/// The frames of one activation, which was left at `exit`.
unsafe fn walk_activation(
    exit: LastExit,
    f: &mut dyn FnMut(WalkedFrame) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let LastExit {
        mut ip,
        mut fp,
        mut vmctx,
        mut is_return,
    } = exit;
    while !ip.is_null() && !is_exit(ip) {
        // SAFETY: `ip` is in the code of the instance at `vmctx`; a return address is
        // preceded by the distance to the caller's frame, and a frame has its header.
        unsafe {
            if is_return {
                fp = fp.byte_sub(*ip.cast::<u32>().sub(1) as usize);
            }
            let code = Instance::code(Instance::from_vmctx(vmctx));
            let Some(location) = code.locate(ip, is_return) else {
                break;
            };
            f(WalkedFrame {
                vmctx,
                fp,
                location,
            })?;
            let header = fp.add(location.header_slot as usize);
            ip = ptr::with_exposed_provenance(*header as usize);
            vmctx = ptr::with_exposed_provenance_mut(*header.add(1) as usize);
            is_return = true;
        }
    }
    ControlFlow::Continue(())
}
