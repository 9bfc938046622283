#![expect(unsafe_code, reason = "enters guest code and moves the value stack")]
//! Entering guest code, and leaving it.
//!
//! ```text
//! value stack:  │ … frames of the guest that called us │ args/results │ frames …
//!                                             exec.sp ─▶ fp
//! ```
//!
//! An entry writes its arguments to the first free slots, pushes an [`Activation`] that
//! lives in its own native frame, runs the function, and reads the results from the same slots.
//! Nothing is allocated. While the guest runs no reference to the store exists; when
//! it ends, however it ends, stack and activation are as before.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::ptr;

use selvedge_vm::exec::{
    Activation, Pending, STATUS_PENDING, STATUS_RETURNED, STATUS_TRAP, VMExec,
};
use selvedge_vm::stack::{native_stack_remaining, stack_pointer};
use selvedge_vm::vmcontext::{MAGIC_HOST, VMCallee, VMContext, VMFuncRef, VMHostContext};

use crate::backtrace::WasmBacktrace;
use crate::error::{Error, Result};
use crate::store::StoreOpaque;
use crate::tier;
use crate::trap::Trap;

/// How deep host and guest may call each other.
const MAX_NESTING: u32 = 1000;

/// What must be left of the native stack when guest or host code is entered.
pub(crate) const NATIVE_RESERVE: usize = if cfg!(debug_assertions) {
    96 << 10
} else {
    48 << 10
};

/// What nested entries may use of a native stack of unknown size.
const UNKNOWN_STACK_BUDGET: usize = 96 << 10;

thread_local! {
    /// Below this address of this thread's native stack, an entry looks closer.
    static NATIVE_LIMIT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Calls `func` with arguments that `write` puts into the first slots; `read` gets the
/// results there. `slots` is the larger number of slots of the two.
///
/// # Safety
///
/// `store` is alive and its exclusive borrow is the caller's; `func` is a live reference of it;
/// `write` writes valid arguments of its type, and at most `slots`.
#[inline(always)]
pub(crate) unsafe fn call<R>(
    store: *mut StoreOpaque,
    callee: VMCallee,
    slots: usize,
    write: impl FnOnce(*mut u64),
    read: impl FnOnce(&StoreOpaque, *const u64) -> R,
) -> Result<R> {
    // SAFETY: the execution lives as long as the store. It is used through cells.
    let exec = unsafe { &*ptr::from_ref((*store).exec()) };
    if !is_ready(exec, slots) {
        // SAFETY: nobody else uses the store now.
        unsafe { make_ready(&mut *store, slots)? };
    }
    let fp = exec.sp.get();
    write(fp);
    // SAFETY: by contract, and there is room for arguments and results.
    unsafe {
        run(store, exec, callee, fp, slots)?;
        Ok(read(&*store, fp))
    }
}

/// Whether an entry may go ahead without further questions.
#[inline(always)]
fn is_ready(exec: &VMExec, slots: usize) -> bool {
    has_slots(exec, slots)
        && exec.depth.get() < MAX_NESTING
        && stack_pointer() >= NATIVE_LIMIT.get()
}

/// Whether there are `slots` free slots and nobody asked to stop. Without a stack there is
/// none, which is why one is always asked for; host calls may have gone a little beyond the limit.
#[inline(always)]
fn has_slots(exec: &VMExec, slots: usize) -> bool {
    exec.admits(exec.sp.get().addr() + 8 * slots.max(1))
}

/// Sees to what [`is_ready`] found missing.
#[cold]
#[inline(never)]
fn make_ready(store: &mut StoreOpaque, slots: usize) -> Result<()> {
    if !store.exec().has_stack() {
        store.make_stack()?;
    }
    let end = store.exec().sp.get().addr() + 8 * slots.max(1);
    let trap = match store.exec().refusal_of_host(end) {
        Some(trap) => trap,
        None if store.exec().depth.get() < MAX_NESTING && has_native_stack(store) => return Ok(()),
        None => Trap::StackOverflow,
    };
    if trap == Trap::Interrupt {
        store.exec().set_trap(trap);
        store.exec().take_trap();
    }
    let mut error = Error::new(trap);
    error.set_backtrace(|| WasmBacktrace::of_store(store));
    Err(error)
}

/// Whether there is enough native stack for another entry; remembers the thread's limit.
fn has_native_stack(store: &mut StoreOpaque) -> bool {
    let here = stack_pointer();
    match native_stack_remaining() {
        Some(remaining) => {
            NATIVE_LIMIT.set(here - remaining + NATIVE_RESERVE);
            remaining >= NATIVE_RESERVE
        }
        None => {
            if store.exec().depth.get() == 0 {
                store.entry_address = here;
            }
            here.abs_diff(store.entry_address) <= UNKNOWN_STACK_BUDGET
        }
    }
}

/// Does `work`, which runs on another native stack.
pub(crate) fn on_other_stack<R>(work: impl FnOnce() -> R) -> R {
    struct Restore(usize);
    impl Drop for Restore {
        fn drop(&mut self) {
            NATIVE_LIMIT.set(self.0);
        }
    }
    let _restore = Restore(NATIVE_LIMIT.replace(usize::MAX));
    work()
}

/// Runs `callee` with its arguments at `fp`, the first free slot.
///
/// # Safety
///
/// As [`call`]; `slots` slots from `fp` on are free.
#[inline(always)]
unsafe fn run(
    store: *mut StoreOpaque,
    exec: &VMExec,
    callee: VMCallee,
    fp: *mut u64,
    slots: usize,
) -> Result<()> {
    let activation = Activation {
        previous: exec.activation.get(),
        previous_exit: exec.last_exit.get(),
        base: fp,
        native_sp: exec.native_sp.get(),
    };
    exec.depth.set(exec.depth.get() + 1);
    // SAFETY: both kinds of context begin with their magic number; by contract the callee is live.
    let status = unsafe {
        if *callee.vmctx.cast::<u32>() == MAGIC_HOST {
            let context: *const VMHostContext = callee.vmctx.cast();
            exec.sp.set(fp.add(slots));
            ((*context).call)(context, ptr::null_mut(), fp)
        } else {
            exec.activation.set(&raw const activation);
            VMContext::header(callee.vmctx).exec.set(exec);
            tier::run((*store).dispatch, exec, callee, fp)
        }
    };
    let failure = if status == STATUS_RETURNED {
        None
    } else {
        // SAFETY: the guest has ended, so nobody else uses the store now.
        let failure = failure(unsafe { &mut *store }, status);
        // Machine code that failed has left its return addresses.
        exec.native_sp.set(activation.native_sp);
        Some(failure)
    };
    exec.depth.set(exec.depth.get() - 1);
    exec.sp.set(fp);
    exec.activation.set(activation.previous);
    exec.last_exit.set(activation.previous_exit);
    match failure {
        None => Ok(()),
        Some(failure) => raise(failure),
    }
}

/// What has ended a guest.
type Failure = std::result::Result<Error, Box<dyn std::any::Any + Send>>;

/// Why the guest has ended with `status`, and where it was. Its frames are still there.
#[cold]
#[inline(never)]
fn failure(store: &mut StoreOpaque, status: u32) -> Failure {
    let exec = store.exec();
    let mut error = match status {
        STATUS_TRAP => {
            let trap = exec.take_trap().expect("a trap has a code");
            Error::new(trap)
        }
        STATUS_PENDING => match exec.take_pending().expect("the host has failed") {
            Pending::Error(error) => tier::error_from_guest(error),
            Pending::Panic(payload) => return Err(payload),
        },
        status => unreachable!("guest code ended with the unknown status {status}"),
    };
    if !exec.is_damaged() {
        error.set_backtrace(|| WasmBacktrace::of_store(store));
    }
    Ok(error)
}

/// Returns the error or raises the panic again.
#[cold]
#[inline(never)]
fn raise(failure: Failure) -> Result<()> {
    match failure {
        Ok(error) => Err(error),
        Err(payload) => resume_unwind(payload),
    }
}

/// The function behind `func_ref`.
///
/// # Safety
///
/// `func_ref` is live.
pub(crate) unsafe fn callee(func_ref: *const VMFuncRef) -> VMCallee {
    // SAFETY: by contract.
    unsafe { (*func_ref).callee }
}

/// Whether code goes on in the instance of `vmctx` in the execution of `store`, or in one that is parked:
/// it has a frame, what one of its functions has called in tail position returns through it, or a
/// call of one waits to be admitted.
pub(crate) fn is_being_executed(store: &StoreOpaque, vmctx: *mut VMContext) -> bool {
    let exec = store.exec();
    let mut found = is_active(store, vmctx);
    exec.for_each_parked(|parked| {
        found |= exec.with_parked(parked, || is_active(store, vmctx));
    });
    found
}

fn is_active(store: &StoreOpaque, vmctx: *mut VMContext) -> bool {
    let exec = store.exec();
    if exec.activation.get().is_null() {
        return false;
    }
    let mut found = exec.entering.get() == vmctx;
    let mut visit = |other: *mut VMContext| {
        found |= other == vmctx;
        match found {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    // SAFETY: the execution is that of this store, whose guest waits for the host function
    // that has the store now.
    unsafe { tier::walk_contexts(exec, &mut visit) };
    found
}
