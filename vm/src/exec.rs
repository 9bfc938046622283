//! `VMExec`: one execution, the words that running code polls.
//!
//! An execution is one activity of guest code with its own value stack. It may
//! cross several instances of a store. Only [`VMExec::interrupt`] and
//! [`VMExec::stack_limit`] are touched by other threads; everything else belongs to the
//! thread that runs the guest.
//!
//! ```text
//! value stack:  │ activation 1: frames … │ host call │ activation 2: frames … │ free
//!                                                                    sp ────▶
//! ```

mod exit;
mod park;
mod stop;

use std::cell::{Cell, UnsafeCell};
use std::ptr;
use std::sync::Weak;
use std::sync::atomic::{AtomicU64, AtomicUsize};

use crate::count::Count;
use crate::pool::StackLease;
use crate::return_stack::ReturnStack;
use crate::signal::SignalWords;
use crate::stack::ValueStack;
use crate::trap::TrapCode;
use crate::vmcontext::VMContext;

pub use exit::{
    Activation, ExitKind, LastExit, Pending, STATUS_CALL_INTERP, STATUS_CALL_NATIVE,
    STATUS_OUT_OF_FUEL, STATUS_PENDING, STATUS_RETURN_INTERP, STATUS_RETURN_NATIVE,
    STATUS_RETURNED, STATUS_TIER_UP, STATUS_TRAP, Transfer,
};
pub use park::{ParkedExec, ParkedGuest};
pub use stop::{Answer, Hook, INTERRUPT_EPOCH, INTERRUPT_KILL, Suspender, Suspension};

/// Number of words in [`VMExec::stubs`].
pub const MAX_STUBS: usize = 8;

/// Words that [`VMExec::saved`] has room for.
pub const SAVED_WORDS: usize = 40;

/// The words of one execution that running code polls and writes. Machine code knows the places
/// of those before [`VMExec::transfer`].
#[repr(C)]
#[derive(Debug)]
pub struct VMExec {
    /// Requests from other threads; zero if there are none. Set by [`VMExec::request`].
    pub interrupt: AtomicU64,
    /// Frames must end at or below this address, which is zero after a request.
    pub stack_limit: AtomicUsize,
    /// The top of the return stack while no machine code runs; null without one.
    pub native_sp: Cell<*mut usize>,
    /// The host's stack pointer, on which machine code calls out; a multiple of 16.
    pub host_sp: Cell<usize>,
    /// The first free slot while the host runs.
    pub sp: Cell<*mut u64>,
    /// Addresses of the routines that machine code calls; zero without machine code.
    pub stubs: Cell<[usize; MAX_STUBS]>,
    /// What has been spent, for code that counts.
    pub count: Count,
    /// Where guest code goes on.
    pub transfer: Transfer,
    /// The last exit from guest code to the host.
    pub last_exit: Cell<LastExit>,
    /// The newest activation, or null.
    pub activation: Cell<*const Activation>,
    /// The instance whose function is being entered by the interpreter and waits for an answer to
    /// [`VMExec::refusal`]: it has no frame yet. Else null.
    pub entering: Cell<*mut VMContext>,
    /// Number of activations.
    pub depth: Cell<u32>,
    /// Registers of a guest that waits for fuel, which may hold references.
    pub saved: Cell<[u64; SAVED_WORDS]>,
    /// Who suspends the guest; nobody: then it traps.
    pub suspender: Cell<Option<Suspender>>,
    /// The executions that are parked, or have been.
    parked: UnsafeCell<Vec<Weak<ParkedExec>>>,
    hook: Cell<Option<Hook>>,
    trap: Cell<Option<TrapCode>>,
    pending: UnsafeCell<Option<Pending>>,
    /// The first slot; null without a stack.
    stack_base: Cell<*mut u64>,
    stack: UnsafeCell<Option<ValueStack>>,
    return_stack: UnsafeCell<Option<ReturnStack>>,
    pooled_stacks: UnsafeCell<Option<StackLease>>,
    /// The limit without requests.
    full_limit: Cell<usize>,
    pub(crate) signals: SignalWords,
}

// SAFETY: by the contract of `VMExec::new`, other threads than the one that has the store (handles that
// interrupt, deadlines of epochs) touch nothing but the atomic `interrupt` and `stack_limit`.
#[expect(unsafe_code, reason = "shared by Arc with interrupt handles")]
unsafe impl Sync for VMExec {}
// SAFETY: as above; the raw pointers point into the stacks that this value owns, to instances of the store, which goes
// along, and to activations, of which there are none while a store moves between threads.
#[expect(unsafe_code, reason = "shared by Arc with interrupt handles")]
unsafe impl Send for VMExec {}

impl VMExec {
    /// An execution without a stack; see [`VMExec::set_stack`].
    ///
    /// # Safety
    ///
    /// Of what is shared with other threads than the one that has the store of the execution, these use
    /// [`VMExec::interrupt`], [`VMExec::stack_limit`] and [`VMExec::request`] alone.
    #[expect(unsafe_code, reason = "shared by Arc with interrupt handles")]
    pub const unsafe fn new() -> Self {
        Self {
            interrupt: AtomicU64::new(0),
            stack_limit: AtomicUsize::new(0),
            native_sp: Cell::new(ptr::null_mut()),
            host_sp: Cell::new(0),
            sp: Cell::new(ptr::null_mut()),
            stubs: Cell::new([0; MAX_STUBS]),
            count: Count::new(),
            transfer: Transfer::new(),
            last_exit: Cell::new(LastExit::NONE),
            activation: Cell::new(ptr::null()),
            entering: Cell::new(ptr::null_mut()),
            depth: Cell::new(0),
            saved: Cell::new([0; SAVED_WORDS]),
            suspender: Cell::new(None),
            parked: UnsafeCell::new(Vec::new()),
            hook: Cell::new(None),
            trap: Cell::new(None),
            pending: UnsafeCell::new(None),
            stack_base: Cell::new(ptr::null_mut()),
            stack: UnsafeCell::new(None),
            return_stack: UnsafeCell::new(None),
            pooled_stacks: UnsafeCell::new(None),
            full_limit: Cell::new(0),
            signals: SignalWords::new(),
        }
    }

    /// Whether the execution has a value stack.
    pub fn has_stack(&self) -> bool {
        !self.sp.get().is_null()
    }

    /// Gives the execution its value stack.
    ///
    /// # Panics
    ///
    /// If it has one already.
    pub fn set_stack(&self, stack: ValueStack) {
        self.use_stack(&stack);
        // SAFETY: only the owning thread comes here, and no reference to the content is ever handed out.
        #[expect(unsafe_code, reason = "interior of an execution, one thread")]
        unsafe {
            *self.stack.get() = Some(stack);
        }
    }

    fn use_stack(&self, stack: &ValueStack) {
        assert!(!self.has_stack(), "an execution keeps its stack");
        self.stack_base.set(stack.base());
        self.sp.set(stack.base());
        self.full_limit.set(stack.limit().addr());
        self.restore_limit();
    }

    /// Gives the execution both stacks from a pool, and the addresses of the routines that machine
    /// code calls.
    ///
    /// # Panics
    ///
    /// If it has stacks already.
    pub fn set_pooled_stacks(&self, stacks: StackLease, stubs: [usize; MAX_STUBS]) {
        self.use_stack(&stacks.value_stack);
        if let Some(stack) = &stacks.return_stack {
            self.native_sp.set(stack.top());
            self.stubs.set(stubs);
        }
        // SAFETY: only the owning thread comes here, and no reference to the content is ever handed out.
        #[expect(unsafe_code, reason = "interior of an execution, one thread")]
        unsafe {
            *self.pooled_stacks.get() = Some(stacks);
        }
    }

    /// Gives all stacks back. No guest runs here any more.
    ///
    /// # Panics
    ///
    /// If one does.
    pub fn release_stacks(&self) {
        assert!(self.activation.get().is_null(), "no guest is running");
        self.stack_base.set(ptr::null_mut());
        self.sp.set(ptr::null_mut());
        self.native_sp.set(ptr::null_mut());
        self.full_limit.set(0);
        // Or an entry would take the old limit for that of a stack.
        self.restore_limit();
        // SAFETY: only the owning thread comes here, and no frame is on the stacks.
        #[expect(unsafe_code, reason = "interior of an execution, one thread")]
        unsafe {
            *self.stack.get() = None;
            *self.return_stack.get() = None;
            *self.pooled_stacks.get() = None;
        }
    }

    /// Whether the execution has a return stack, so that machine code can run.
    pub(crate) fn has_return_stack(&self) -> bool {
        !self.native_sp.get().is_null()
    }

    /// Gives the execution its return stack, and the addresses of the routines that machine code
    /// calls.
    ///
    /// # Panics
    ///
    /// If it has one already.
    pub fn set_return_stack(&self, stack: ReturnStack, stubs: [usize; MAX_STUBS]) {
        assert!(!self.has_return_stack(), "an execution keeps its stack");
        self.native_sp.set(stack.top());
        self.stubs.set(stubs);
        // SAFETY: only the owning thread comes here, and no reference to the content is ever handed out.
        #[expect(unsafe_code, reason = "interior of an execution, one thread")]
        unsafe {
            *self.return_stack.get() = Some(stack);
        }
    }

    /// The slots in use: from the first to `sp`, or null and 0 without a stack.
    pub fn used_slots(&self) -> (*mut u64, usize) {
        let base = self.stack_base.get();
        (base, (self.sp.get().addr() - base.addr()) / 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    #[test]
    fn words_are_where_machine_code_expects_them() {
        assert_eq!(offset_of!(VMExec, interrupt), 0);
        assert_eq!(offset_of!(VMExec, stack_limit), 8);
        assert_eq!(offset_of!(VMExec, native_sp), 16);
        assert_eq!(offset_of!(VMExec, host_sp), 24);
        assert_eq!(offset_of!(VMExec, sp), 32);
        assert_eq!(offset_of!(VMExec, stubs), 40);
        assert_eq!(offset_of!(VMExec, count), 40 + 8 * MAX_STUBS);
        assert_eq!(offset_of!(Count, fuel), 0);
        assert_eq!(offset_of!(LastExit, ip), 0);
        assert_eq!(offset_of!(LastExit, fp), 8);
        assert_eq!(offset_of!(LastExit, vmctx), 16);
        assert_eq!(offset_of!(LastExit, kind), 24);
    }
}
