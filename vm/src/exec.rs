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

use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::ptr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::stack::ValueStack;
use crate::trap::TrapCode;
use crate::vmcontext::VMContext;

/// Guest code returned; results are in their slots.
pub const STATUS_RETURNED: u32 = 0;
/// Guest code trapped; [`VMExec::take_trap`] says why.
pub const STATUS_TRAP: u32 = 1;
/// A host function failed or panicked; the reason is in [`VMExec::take_pending`].
pub const STATUS_PENDING: u32 = 2;

/// Interrupt bit: stop with [`TrapCode::Interrupt`].
pub const INTERRUPT_KILL: u64 = 1;

/// Why an execution is ending, other than by a trap.
#[derive(Debug)]
pub enum Pending {
    /// A host function returned an error, or a function could not be prepared.
    Error(Box<dyn std::error::Error + Send + Sync>),
    /// A host function panicked; the payload is to be raised again.
    Panic(Box<dyn Any + Send>),
}

/// Where an activation of guest code was left: by a call to the host, or by a trap.
#[derive(Copy, Clone, Debug)]
pub struct LastExit {
    /// The return address of the call, or the operation that trapped.
    pub ip: *const u64,
    /// The frame: of the callee for a call, of the trapping function for a trap.
    pub fp: *mut u64,
    /// The instance context of the code at `ip`.
    pub vmctx: *mut VMContext,
    /// Whether `ip` is a return address.
    pub is_return: bool,
}

impl LastExit {
    /// No guest code is active.
    pub const NONE: Self = Self {
        ip: ptr::null(),
        fp: ptr::null_mut(),
        vmctx: ptr::null_mut(),
        is_return: false,
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
}

/// The words of one execution that running code polls and writes.
#[repr(C)]
#[derive(Debug)]
pub struct VMExec {
    /// Requests from other threads; zero if there are none. Set by [`VMExec::request`].
    pub interrupt: AtomicU64,
    /// Frames must end at or below this address, which is zero after a request.
    pub stack_limit: AtomicUsize,
    /// Room for the instruction count.
    pub fuel: Cell<i64>,
    /// Room for the native stack pointer at entry.
    pub entry_sp: Cell<usize>,
    /// The first free slot while the host runs.
    pub sp: Cell<*mut u64>,
    /// The last exit from guest code to the host.
    pub last_exit: Cell<LastExit>,
    /// The newest activation, or null.
    pub activation: Cell<*const Activation>,
    /// Number of activations.
    pub depth: Cell<u32>,
    trap: Cell<Option<TrapCode>>,
    pending: UnsafeCell<Option<Pending>>,
    stack: UnsafeCell<Option<ValueStack>>,
    /// The limit without requests.
    full_limit: Cell<usize>,
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
            fuel: Cell::new(0),
            entry_sp: Cell::new(0),
            sp: Cell::new(ptr::null_mut()),
            last_exit: Cell::new(LastExit::NONE),
            activation: Cell::new(ptr::null()),
            depth: Cell::new(0),
            trap: Cell::new(None),
            pending: UnsafeCell::new(None),
            stack: UnsafeCell::new(None),
            full_limit: Cell::new(0),
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
        assert!(!self.has_stack(), "an execution keeps its stack");
        self.sp.set(stack.base());
        self.full_limit.set(stack.limit().addr());
        self.restore_limit();
        // SAFETY: only the owning thread comes here, and no reference to the content is ever handed out.
        #[expect(unsafe_code, reason = "interior of an execution, one thread")]
        unsafe {
            *self.stack.get() = Some(stack);
        }
    }

    /// The slots in use: from the first to `sp`, or null and 0 without a stack.
    pub fn used_slots(&self) -> (*mut u64, usize) {
        // SAFETY: only the owning thread comes here; the reference ends in this function.
        #[expect(unsafe_code, reason = "interior of an execution, one thread")]
        let stack = unsafe { &*self.stack.get() };
        match stack {
            Some(stack) => {
                let base = stack.base();
                (base, (self.sp.get().addr() - base.addr()) / 8)
            }
            None => (ptr::null_mut(), 0),
        }
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

    /// Why [`VMExec::admits`] refused: `None` if because of a request that has been served
    /// since, so that it is to be asked again.
    #[cold]
    pub fn refusal(&self) -> Option<TrapCode> {
        if self.is_interrupted() {
            return Some(TrapCode::Interrupt);
        }
        if self.stack_limit.load(Ordering::Relaxed) == self.full_limit.get() {
            return Some(TrapCode::StackOverflow);
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
