//! `VMExec`: one execution, the words that running code polls.
//!
//! An execution is one activity of guest code with its own value stack. It may
//! cross several instances of a store. Only [`VMExec::interrupt`] and
//! [`VMExec::stack_limit`] are touched by other threads; everything else belongs to the
//! thread that runs the guest.
//!
//! A request to stop sets a bit of the interrupt word, which back-edges poll, and then lowers
//! the stack's limit to nothing, so that a function's entry sees to both by one comparison.
//! The limit stays low until an entry asks why, which may be after the request was served.
//!
//! ```text
//! value stack:  │ activation 1: frames … │ host call │ activation 2: frames … │ free
//!                                                                    sp ────▶
//! ```

mod park;

use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::ptr;
use std::sync::Weak;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::bulk::Stop;
use crate::code::VMFuncCode;
use crate::count::Count;
use crate::pool::StackLease;
use crate::return_stack::ReturnStack;
use crate::signal::SignalWords;
use crate::stack::ValueStack;
use crate::trap::TrapCode;
use crate::vmcontext::VMContext;

pub use park::ParkedExec;

/// Guest code returned; results are in their slots.
pub const STATUS_RETURNED: u32 = 0;
/// Guest code trapped; [`VMExec::take_trap`] says why.
pub const STATUS_TRAP: u32 = 1;
/// A host function failed or panicked; the reason is in [`VMExec::take_pending`].
pub const STATUS_PENDING: u32 = 2;

/// The interpreter is to go on in machine code: [`VMExec::transfer`] says where.
pub const STATUS_CALL_NATIVE: u32 = 3;
/// The interpreter has returned to machine code.
pub const STATUS_RETURN_NATIVE: u32 = 4;
/// Machine code calls a function that only the interpreter has code for.
pub const STATUS_CALL_INTERP: u32 = 5;
/// Machine code has returned to the interpreter.
pub const STATUS_RETURN_INTERP: u32 = 6;
/// The heat of a function or loop is spent: it may be compiled now.
pub const STATUS_TIER_UP: u32 = 7;
/// An operator costs more than may be spent. Handlers of the interpreter pass this on among themselves.
pub const STATUS_OUT_OF_FUEL: u32 = 8;

/// Number of words in [`VMExec::stubs`].
pub const MAX_STUBS: usize = 8;

/// Interrupt bit: stop with [`TrapCode::Interrupt`].
pub const INTERRUPT_KILL: u64 = 1;

/// Interrupt bit: ask [`Hook`] whether to stop.
pub const INTERRUPT_EPOCH: u64 = 2;

/// Who is asked when the epoch's deadline is reached, and may say how to go on.
///
/// `call` gets `data`, and takes the bit back or returns an error. It must not unwind, nor run guest code.
#[derive(Copy, Clone, Debug)]
pub struct Hook {
    /// What is called.
    pub call: unsafe fn(data: *mut ()) -> Result<Answer, Stop>,
    /// What it is called with.
    pub data: *mut (),
}

/// What the [`Hook`] says of a guest whose deadline is reached.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It goes on.
    GoOn,
    /// It is suspended, and goes on later; where it cannot be, it traps.
    Suspend,
}

/// Why a guest is to be suspended.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Suspension {
    /// What comes next costs `required`, and there is less fuel.
    OutOfFuel {
        /// What it costs.
        required: u64,
    },
    /// The hook has said so.
    Epoch,
    /// It has spent what may be [at a time](Count::refill); it need not be.
    Turn,
}

/// Who suspends the guest of an execution, which then is [parked](VMExec::park) until it goes on.
///
/// `call` gets `data`, and returns when the guest goes on, or an error to end it. It must not unwind.
#[derive(Copy, Clone, Debug)]
pub struct Suspender {
    /// What is called.
    pub call: unsafe fn(data: *mut (), why: Suspension) -> Result<(), Stop>,
    /// What it is called with.
    pub data: *mut (),
}

/// Words that [`VMExec::saved`] has room for.
pub const SAVED_WORDS: usize = 40;

/// Why an execution is ending, other than by a trap.
#[derive(Debug)]
pub enum Pending {
    /// A host function returned an error, or a function could not be prepared.
    Error(Box<dyn std::error::Error + Send + Sync>),
    /// A host function panicked; the payload is to be raised again.
    Panic(Box<dyn Any + Send>),
}

/// Which tier left guest code, and what [`LastExit::ip`] is.
#[repr(u8)]
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ExitKind {
    /// The operation of the interpreter that stopped.
    Operation = 0,
    /// The return address of a call by the interpreter.
    Return = 1,
    /// Nothing: machine code called out, and its return address is on top of the return stack.
    NativeReturn = 2,
    /// The machine instruction that trapped.
    NativeInstruction = 3,
}

/// Where an activation of guest code was left: by a call to the host, or by a trap.
/// Machine code knows the places of its fields.
#[repr(C)]
#[derive(Copy, Clone, Debug)]
pub struct LastExit {
    /// What `kind` says.
    pub ip: *const u64,
    /// The frame: of the callee for a call, of the trapping function for a trap.
    pub fp: *mut u64,
    /// The instance context of the code that was left.
    pub vmctx: *mut VMContext,
    /// What `ip` is.
    pub kind: ExitKind,
}

impl LastExit {
    /// No guest code is active.
    pub const NONE: Self = Self {
        ip: ptr::null(),
        fp: ptr::null_mut(),
        vmctx: ptr::null_mut(),
        kind: ExitKind::Operation,
    };
}

/// One entry from the host into guest code; entries of an execution are linked.
#[derive(Debug)]
pub struct Activation {
    /// The activation below, or null.
    pub previous: *const Activation,
    /// The exit by which the activation below called the host.
    pub previous_exit: LastExit,
    /// The slots in use before this activation.
    pub base: *mut u64,
    /// The top of the return stack before this activation.
    pub native_sp: *mut usize,
}

/// Where guest code goes on, when it leaves one tier for the other.
#[repr(C)]
#[derive(Debug)]
pub struct Transfer {
    /// The function that is called, or whose heat is spent.
    pub code: Cell<*const VMFuncCode>,
    /// Its frame; after a return, that of the callee.
    pub fp: Cell<*mut u64>,
    /// The instance it runs in; after a return, the one to go on in.
    pub vmctx: Cell<*mut VMContext>,
    /// The interpreter's return address.
    pub ip: Cell<*const u64>,
    /// The context to return to.
    pub back: Cell<*mut VMContext>,
    /// The offset in the module of the loop whose heat is spent; 0 for a function.
    pub wasm_offset: Cell<u32>,
}

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

// SAFETY: other threads reach a `VMExec` only through `InterruptHandle`-like types, which touch
// nothing but the atomic `interrupt` and `stack_limit`. Everything else is used by the thread
// that holds the store.
#[expect(unsafe_code, reason = "shared by Arc with interrupt handles")]
unsafe impl Sync for VMExec {}
// SAFETY: as above; the raw pointers point into the stack that this value owns
// and into activations, of which there are none while a store moves between threads.
#[expect(unsafe_code, reason = "shared by Arc with interrupt handles")]
unsafe impl Send for VMExec {}

impl Default for VMExec {
    fn default() -> Self {
        Self::new()
    }
}

impl VMExec {
    /// An execution without a stack; see [`VMExec::set_stack`].
    pub const fn new() -> Self {
        Self {
            interrupt: AtomicU64::new(0),
            stack_limit: AtomicUsize::new(0),
            native_sp: Cell::new(ptr::null_mut()),
            host_sp: Cell::new(0),
            sp: Cell::new(ptr::null_mut()),
            stubs: Cell::new([0; MAX_STUBS]),
            count: Count::new(),
            transfer: Transfer {
                code: Cell::new(ptr::null()),
                fp: Cell::new(ptr::null_mut()),
                vmctx: Cell::new(ptr::null_mut()),
                ip: Cell::new(ptr::null()),
                back: Cell::new(ptr::null_mut()),
                wasm_offset: Cell::new(0),
            },
            last_exit: Cell::new(LastExit::NONE),
            activation: Cell::new(ptr::null()),
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
    pub fn has_return_stack(&self) -> bool {
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

    /// Whether someone asked this execution to stop.
    #[inline(always)]
    pub fn is_interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed) != 0
    }

    /// Whether a frame may end at address `end`, and nobody asked to stop. If not,
    /// [`VMExec::refusal`] says why.
    #[inline(always)]
    pub fn admits(&self, end: usize) -> bool {
        end <= self.stack_limit.load(Ordering::Relaxed)
    }

    /// Sets who is asked when [`INTERRUPT_EPOCH`] is requested; nobody: then it traps.
    ///
    /// # Safety
    ///
    /// `hook` may be called by any guest of this execution until another is set.
    #[expect(unsafe_code, reason = "the hook is trusted")]
    pub unsafe fn set_hook(&self, hook: Option<Hook>) {
        self.hook.set(hook);
    }

    /// Whether somebody asked to stop who will not be asked back.
    pub fn must_stop(&self) -> bool {
        let requests = self.interrupt.load(Ordering::Acquire);
        requests & INTERRUPT_KILL != 0
            || requests & INTERRUPT_EPOCH != 0 && self.hook.get().is_none()
    }

    /// Serves what was requested: the status to leave guest code with, or `None` to go on. The last
    /// exit is recorded.
    #[cold]
    pub fn serve(&self) -> Option<u32> {
        let requests = self.interrupt.load(Ordering::Acquire);
        if requests & INTERRUPT_KILL != 0 {
            return Some(self.set_trap(TrapCode::Interrupt));
        }
        if requests & INTERRUPT_EPOCH == 0 {
            return None;
        }
        // Nobody is asked while it answers.
        let Some(hook) = self.hook.take() else {
            return Some(self.set_trap(TrapCode::Interrupt));
        };
        // SAFETY: whoever set the hook lets it be called.
        #[expect(unsafe_code, reason = "calls the hook")]
        let answer = self.on_full_stack(|| unsafe { (hook.call)(hook.data) });
        if self.hook.get().is_none() {
            self.hook.set(Some(hook));
        }
        match answer {
            Ok(Answer::GoOn) => None,
            Ok(Answer::Suspend) => self.suspend(Suspension::Epoch),
            Err(stop) => Some(stop.record(self)),
        }
    }

    /// Serves that what [`Count::refused`] says cannot be spent: the status to leave guest code with, or
    /// `None` to try again. The last exit is recorded.
    #[cold]
    pub fn out_of_fuel(&self) -> Option<u32> {
        if self.count.refill() {
            return self
                .suspender
                .get()
                .and_then(|_| self.suspend(Suspension::Turn));
        }
        let required = self.count.refused();
        self.suspend(Suspension::OutOfFuel { required })
    }

    /// Suspends the guest: the status to leave it with, or `None` when it goes on. The last exit is recorded.
    fn suspend(&self, why: Suspension) -> Option<u32> {
        let trap = match why {
            Suspension::OutOfFuel { .. } => TrapCode::OutOfFuel,
            Suspension::Epoch | Suspension::Turn => TrapCode::Interrupt,
        };
        let Some(suspender) = self.suspender.get() else {
            return Some(self.set_trap(trap));
        };
        // SAFETY: whoever set the suspender lets it be called.
        #[expect(unsafe_code, reason = "calls the suspender")]
        let answer = self.on_full_stack(|| unsafe { (suspender.call)(suspender.data, why) });
        answer.err().map(|stop| stop.record(self))
    }

    /// Does `work` while a frame is left that may reach up to the limit: guests that would run now find no room.
    pub fn on_full_stack<R>(&self, work: impl FnOnce() -> R) -> R {
        let limit = std::ptr::with_exposed_provenance_mut(self.full_limit.get());
        let sp = self.sp.replace(limit);
        let result = work();
        self.sp.set(sp);
        result
    }

    /// Why the host may not begin a frame that ends at address `end`; `None` if it may. An epoch's
    /// deadline is for guests to see to.
    pub fn refusal_of_host(&self, end: usize) -> Option<TrapCode> {
        if self.interrupt.load(Ordering::Acquire) & INTERRUPT_KILL != 0 {
            return Some(TrapCode::Interrupt);
        }
        (end > self.full_limit.get()).then_some(TrapCode::StackOverflow)
    }

    /// Why [`VMExec::admits`] refused: the status to leave guest code with, or `None` if because of a request
    /// that has been served, so that it is to be asked again. The last exit is recorded.
    #[cold]
    pub fn refusal(&self) -> Option<u32> {
        if self.is_interrupted() {
            return self.serve();
        }
        if self.stack_limit.load(Ordering::Relaxed) == self.full_limit.get() {
            return Some(self.set_trap(TrapCode::StackOverflow));
        }
        self.restore_limit();
        None
    }

    /// Asks the execution to stop for the reasons `bits`, from any thread.
    pub fn request(&self, bits: u64) {
        // In this order: see `restore_limit`.
        self.interrupt.fetch_or(bits, Ordering::SeqCst);
        self.stack_limit.store(0, Ordering::SeqCst);
    }

    /// Raises the limit again, unless there is a request.
    fn restore_limit(&self) {
        self.stack_limit
            .store(self.full_limit.get(), Ordering::SeqCst);
        // A request comes after this load and lowers the limit after the store above, or
        // the load sees it.
        if self.interrupt.load(Ordering::SeqCst) != 0 {
            self.stack_limit.store(0, Ordering::SeqCst);
        }
    }

    /// Records a trap; returns the status to leave guest code with.
    #[cold]
    pub fn set_trap(&self, code: TrapCode) -> u32 {
        if code == TrapCode::Interrupt {
            self.interrupt.fetch_and(!INTERRUPT_KILL, Ordering::Relaxed);
        }
        self.signals.forget_end();
        self.trap.set(Some(code));
        STATUS_TRAP
    }

    /// As [`VMExec::set_trap`], by a signal. A request to stop is served only if that was the reason.
    #[cold]
    pub fn set_signal_trap(&self, code: TrapCode) -> u32 {
        if !self.signals.has_end() {
            return self.set_trap(code);
        }
        self.trap.set(Some(code));
        STATUS_TRAP
    }

    /// The trap that ended guest code, once.
    pub fn take_trap(&self) -> Option<TrapCode> {
        self.trap.take()
    }

    /// Records an error or panic of the host; returns the status to leave guest code with.
    #[cold]
    pub fn set_pending(&self, pending: Pending) -> u32 {
        // SAFETY: only the owning thread comes here; no reference to the content is handed out.
        #[expect(unsafe_code, reason = "interior of an execution, one thread")]
        unsafe {
            *self.pending.get() = Some(pending);
        }
        STATUS_PENDING
    }

    /// The host's error or panic that ended guest code, once.
    pub fn take_pending(&self) -> Option<Pending> {
        // SAFETY: as in `set_pending`.
        #[expect(unsafe_code, reason = "interior of an execution, one thread")]
        unsafe {
            (*self.pending.get()).take()
        }
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
