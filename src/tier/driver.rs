//! The driver: runs whichever tier is current, so that a crossing between tiers never nests
//! frames of the host's stack.
//!
//! A tier leaves with a status and says in the execution's `Transfer` where the other is to go
//! on. Both run on one value stack with the same frames. Machine code has its return addresses
//! on the return stack; what the driver pushes there leads back to the interpreter:
//!
//! ```text
//! │ RETURN_TO_INTERP │ return ip │ context │   a frame of the interpreter is below
//! │ ACTIVATION_END │                          the host is below
//! │ CROSS_RETURN │ context │ return address   machine code of another instance is below
//! ```

#![expect(unsafe_code, reason = "runs guests on raw frames")]

use selvedge_interp::{
    Dispatch, enter_from, enter_from_native, exit_address, resume, resume_loop, return_to_native,
};
use selvedge_vm::code::VMFuncCode;
use selvedge_vm::exec::{
    Pending, STATUS_CALL_INTERP, STATUS_CALL_NATIVE, STATUS_PENDING, STATUS_RETURN_INTERP,
    STATUS_RETURN_NATIVE, STATUS_RETURNED, STATUS_TIER_UP, STATUS_TRAP, VMExec,
};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::instance::Instance;
use selvedge_vm::vmcontext::{VMCallee, VMContext};
use selvedge_vm::walk::NativeLandmarks;

/// What runs machine code.
pub(super) trait Machine {
    /// Whether it exists.
    const IS_THERE: bool;

    /// Makes this thread ready to run machine code.
    ///
    /// # Errors
    ///
    /// If the host has no memory for that.
    fn prepare_thread() -> std::io::Result<()>;

    /// The return addresses that are in no module's code.
    fn landmarks() -> NativeLandmarks;

    /// Runs machine code at `pc` until it leaves; returns a status. `rax` is what it finds in the
    /// register for results.
    ///
    /// # Safety
    ///
    /// `pc` is an entry, with the address of the function's `VMFuncCode` in `rax`, or a
    /// return address, with the value of slot 0 there; the frame at `fp` and the instance of `vmctx` are
    /// what it expects, and its return address is on top of the return stack.
    unsafe fn switch(
        exec: &VMExec,
        pc: usize,
        fp: *mut u64,
        vmctx: *mut VMContext,
        rax: u64,
    ) -> u32;
}

const _: () = assert!(STATUS_RETURNED < STATUS_PENDING && STATUS_TRAP < STATUS_PENDING);

/// Whether `status` does not end an activation.
#[inline(always)]
pub(super) fn is_for_driver(status: u32) -> bool {
    status > STATUS_PENDING
}

/// Calls `callee`, which has machine code, from the host; returns how the activation ended.
///
/// # Safety
///
/// As for [`super::run`].
pub(super) unsafe fn enter_machine_code<M: Machine>(
    dispatch: Dispatch,
    exec: &VMExec,
    callee: VMCallee,
    fp: *mut u64,
) -> u32 {
    let transfer = &exec.transfer;
    transfer.code.set(callee.code);
    transfer.fp.set(fp);
    transfer.vmctx.set(callee.vmctx);
    transfer.ip.set(exit_address(dispatch));
    transfer.back.set(callee.vmctx);
    // SAFETY: as if the interpreter had met the call as its first operation.
    unsafe { drive::<M>(dispatch, exec, STATUS_CALL_NATIVE) }
}

/// Goes on after a tier has left with `status`, until an activation ends; returns how.
///
/// # Safety
///
/// A tier has just left with that status in `exec`; the rest as for [`super::run`].
#[inline(never)]
pub(super) unsafe fn drive<M: Machine>(dispatch: Dispatch, exec: &VMExec, mut status: u32) -> u32 {
    let transfer = &exec.transfer;
    if let Err(error) = M::prepare_thread() {
        return exec.set_pending(Pending::Error(error.into()));
    }
    while is_for_driver(status) {
        let (fp, vmctx) = (transfer.fp.get(), transfer.vmctx.get());
        let (ip, back) = (transfer.ip.get(), transfer.back.get());
        let callee = VMCallee {
            code: transfer.code.get(),
            vmctx,
        };
        // SAFETY: what the tier that left says in `transfer` is as the other one wants it.
        status = unsafe {
            match status {
                STATUS_CALL_NATIVE => {
                    let pc = (*callee.code).native().addr();
                    push_return::<M>(dispatch, exec, vmctx, ip, back);
                    M::switch(exec, pc, fp, vmctx, rax_of(callee.code))
                }
                STATUS_RETURN_NATIVE => M::switch(exec, pop(exec), fp, vmctx, *fp),
                STATUS_CALL_INTERP => enter_from_native(dispatch, exec, callee, fp),
                STATUS_RETURN_INTERP => resume(dispatch, exec, ip, back, fp),
                STATUS_TIER_UP => tier_up::<M>(dispatch, exec, callee),
                status => unreachable!("guest code left with the unknown status {status}"),
            }
        };
    }
    status
}

/// Goes on where the interpreter has spent the heat of `callee`: in machine code if there is some now.
unsafe fn tier_up<M: Machine>(dispatch: Dispatch, exec: &VMExec, callee: VMCallee) -> u32 {
    let transfer = &exec.transfer;
    let (fp, ip) = (transfer.fp.get(), transfer.ip.get());
    let wasm_offset = transfer.wasm_offset.get();
    // SAFETY: the function is of a live instance, and the frame is its own. At a loop that has its
    // header; the interpreter's code says where.
    unsafe {
        let pc = compile(callee, wasm_offset);
        if wasm_offset == 0 {
            let back = transfer.back.get();
            let Some(pc) = pc else {
                return enter_from(dispatch, exec, callee, fp, ip, back);
            };
            push_return::<M>(dispatch, exec, callee.vmctx, ip, back);
            return M::switch(exec, pc, fp, callee.vmctx, rax_of(callee.code));
        }
        let Some(pc) = pc else {
            return resume_loop(dispatch, exec, ip, fp, callee.vmctx);
        };
        let (ip, back) = return_of_frame(callee.vmctx, fp, ip);
        push_return::<M>(dispatch, exec, callee.vmctx, ip, back);
        M::switch(exec, pc, fp, callee.vmctx, *fp)
    }
}

/// Asks for machine code for `callee`.
unsafe fn compile(callee: VMCallee, wasm_offset: u32) -> Option<usize> {
    // SAFETY: the function is of a live instance.
    let (module_code, func_codes) = unsafe {
        let code = Instance::from_vmctx(callee.vmctx).code().clone();
        (code, VMContext::header(callee.vmctx).func_codes)
    };
    let index = (callee.code.addr() - func_codes.addr()) / size_of::<VMFuncCode>();
    module_code.compile(DefinedFuncIndex::from_u32(index as u32), wasm_offset)
}

/// The return address and context in the header of the frame at `fp`, whose code is at `ip`.
unsafe fn return_of_frame(
    vmctx: *mut VMContext,
    fp: *mut u64,
    ip: *const u64,
) -> (*const u64, *mut VMContext) {
    // SAFETY: the frame is that of a function of the live instance of `vmctx`.
    unsafe {
        let location = Instance::from_vmctx(vmctx).code().locate(ip, false);
        let slot = location.expect("heat is spent in code").header_slot;
        let header = fp.add(slot as usize);
        (
            std::ptr::with_exposed_provenance(*header as usize),
            std::ptr::with_exposed_provenance_mut(*header.add(1) as usize),
        )
    }
}

/// What machine code finds in its result register at an entry.
fn rax_of(code: *const VMFuncCode) -> u64 {
    code.expose_provenance() as u64
}

/// Pushes what makes machine code in the instance of `vmctx` return to `ip` in that of `back`,
/// which are the interpreter's words for its caller.
#[inline(always)]
unsafe fn push_return<M: Machine>(
    dispatch: Dispatch,
    exec: &VMExec,
    vmctx: *mut VMContext,
    ip: *const u64,
    back: *mut VMContext,
) {
    let landmarks = M::landmarks();
    // SAFETY: the return stack has room for the frame that is entered, whose words these are.
    unsafe {
        if ip == return_to_native(dispatch) {
            // A tail call or a running frame, called by machine code: its return address is there.
            // Nothing but machine code cares which instance it returns from.
            let top = *exec.native_sp.get();
            let is_module_code = top != landmarks.cross_return
                && top != landmarks.return_to_interp
                && top != landmarks.activation_end;
            if back != vmctx && is_module_code {
                push(exec, back.expose_provenance());
                push(exec, landmarks.cross_return);
            }
        } else if ip == exit_address(dispatch) {
            push(exec, landmarks.activation_end);
        } else {
            push(exec, back.expose_provenance());
            push(exec, ip.expose_provenance());
            push(exec, landmarks.return_to_interp);
        }
    }
}

#[inline(always)]
unsafe fn push(exec: &VMExec, word: usize) {
    let sp = exec.native_sp.get().wrapping_sub(1);
    // SAFETY: by contract there is room.
    unsafe { *sp = word };
    exec.native_sp.set(sp);
}

#[inline(always)]
unsafe fn pop(exec: &VMExec) -> usize {
    let sp = exec.native_sp.get();
    exec.native_sp.set(sp.wrapping_add(1));
    // SAFETY: by contract the return address is there.
    unsafe { *sp }
}
