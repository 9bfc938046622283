//! How guest code is left: the statuses that code returns, where it was, and why it ends.

use std::any::Any;
use std::cell::Cell;
use std::ptr;
use std::sync::atomic::Ordering;

use super::{INTERRUPT_KILL, VMExec};
use crate::code::VMFuncCode;
use crate::trap::TrapCode;
use crate::vmcontext::VMContext;

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

impl Transfer {
    pub(super) const fn new() -> Self {
        Self {
            code: Cell::new(ptr::null()),
            fp: Cell::new(ptr::null_mut()),
            vmctx: Cell::new(ptr::null_mut()),
            ip: Cell::new(ptr::null()),
            back: Cell::new(ptr::null_mut()),
            wasm_offset: Cell::new(0),
        }
    }
}

impl VMExec {
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
