//! The routines by which machine code is entered and left, and that it calls.
//!
//! | register | in machine code | | register | in machine code |
//! |---|---|---|---|---|
//! | rsp | return stack | | r14 | base of memory 0 |
//! | rbp | frame (slot 0) | | r15 | the instance's `VMContext` |
//! | r13 | the `VMExec` | | rax, xmm0 | scalar result |
//! | r12 | in code that counts: [`Count::fuel`] | | | |
//!
//! Nothing is preserved by a call except rbp, r13 and r15 (and r14, if memory 0 has not moved, and r12 in its way:
//! code that does not count leaves something there that means nothing). While
//! machine code runs, the host's stack pointer is in [`VMExec::host_sp`]; below it are the six
//! registers that the host's calling convention preserves, and the pointer of the activation
//! before. While the host runs, the return stack's pointer is in [`VMExec::native_sp`]. Whatever
//! calls the host notes the place in [`VMExec::last_exit`].
//!
//! ```text
//! return stack, lower addresses first; the left word is a return address:
//!   │ CROSS_RETURN     │ context      │ return address …
//!   │ RETURN_TO_INTERP │ return ip    │ context │ …
//!   │ ACTIVATION_END   │ …
//! ```

#![expect(unsafe_code, reason = "crosses between machine code and the host")]

mod cross;
mod host;

use std::arch::naked_asm;
use std::mem::offset_of;

use crate::count::Count;
use crate::exec::{
    ExitKind, LastExit, MAX_STUBS, SAVED_WORDS, STATUS_CALL_INTERP, STATUS_RETURN_INTERP,
    STATUS_RETURNED, Transfer, VMExec,
};
use crate::vmcontext::{MAGIC_HOST, VMCallee, VMContext, VMContextHeader, VMHostContext};

const STACK_LIMIT: usize = offset_of!(VMExec, stack_limit);
const NATIVE_SP: usize = offset_of!(VMExec, native_sp);
const HOST_SP: usize = offset_of!(VMExec, host_sp);
const SP: usize = offset_of!(VMExec, sp);
const FUEL: usize = offset_of!(VMExec, count) + offset_of!(Count, fuel);
const SAVED: usize = offset_of!(VMExec, saved);
const TRANSFER: usize = offset_of!(VMExec, transfer);
const TRANSFER_CODE: usize = TRANSFER + offset_of!(Transfer, code);
const TRANSFER_FP: usize = TRANSFER + offset_of!(Transfer, fp);
const TRANSFER_VMCTX: usize = TRANSFER + offset_of!(Transfer, vmctx);
const TRANSFER_IP: usize = TRANSFER + offset_of!(Transfer, ip);
const TRANSFER_BACK: usize = TRANSFER + offset_of!(Transfer, back);
const EXIT: usize = offset_of!(VMExec, last_exit);
const EXIT_FP: usize = EXIT + offset_of!(LastExit, fp);
const EXIT_VMCTX: usize = EXIT + offset_of!(LastExit, vmctx);
const EXIT_PC: usize = EXIT + offset_of!(LastExit, ip);
const EXIT_KIND: usize = EXIT + offset_of!(LastExit, kind);
const BY_CALL: u8 = ExitKind::NativeReturn as u8;
const BY_SIGNAL: u8 = ExitKind::NativeInstruction as u8;
const EXEC: usize = offset_of!(VMContextHeader, exec);
const MEMORY0: usize = offset_of!(VMContextHeader, memory0);
const CODE: usize = offset_of!(VMCallee, code);
const VMCTX: usize = offset_of!(VMCallee, vmctx);
const SLOTS: usize = offset_of!(VMHostContext, slots);
const CALL: usize = offset_of!(VMHostContext, call);

/// Indices into [`VMExec::stubs`], in the order of [`stubs`].
pub mod stub {
    /// A block's cost, which r11 has, is more than may be spent: `call`; the block is to try again. Changes no
    /// register but r11.
    pub const FUEL: usize = 0;
    /// Traps: `call`, with the trap code in eax.
    pub const TRAP: usize = 1;
    /// The frame does not fit: `call` from the start of a function, which is to check again.
    pub const REFUSE: usize = 2;
    /// Calls the function whose `VMCallee` rcx points to, whatever it is; rbp is its frame.
    pub const CROSS: usize = 3;
    /// `jmp`: as [`CROSS`], to return to the caller's caller.
    pub const TAIL_CROSS: usize = 4;
    /// Calls the [`Libcall`](crate::native::Libcall) with the number in eax.
    pub const LIBCALL: usize = 5;
    /// Sees to the interrupt word: `call`, when it is not zero.
    pub const POLL: usize = 6;
}

/// The addresses for [`VMExec::set_return_stack`].
pub fn stubs() -> [usize; MAX_STUBS] {
    let mut stubs = [0; MAX_STUBS];
    let cross = cross::cross_labels();
    stubs[stub::FUEL] = host::fuel as *const () as usize;
    stubs[stub::TRAP] = host::trap as *const () as usize;
    stubs[stub::REFUSE] = host::refuse as *const () as usize;
    stubs[stub::CROSS] = cross.cross;
    stubs[stub::TAIL_CROSS] = cross::tail_cross as *const () as usize;
    stubs[stub::LIBCALL] = host::libcall as *const () as usize;
    stubs[stub::POLL] = host::poll as *const () as usize;
    stubs
}

/// The code of a function that only the interpreter can run, for
/// [`VMFuncCode`]: leaves with [`STATUS_CALL_INTERP`].
pub fn enter_interp() -> usize {
    cross::enter_interp_stub as *const () as usize
}

/// The return address of a function that the interpreter has called: leaves with
/// [`STATUS_RETURN_INTERP`].
pub fn return_to_interp() -> usize {
    cross::return_to_interp_stub as *const () as usize
}

/// The return address of a function that the host has called: leaves with [`STATUS_RETURNED`].
pub fn activation_end() -> usize {
    cross::activation_end_stub as *const () as usize
}

/// The return address of a function that a stub has called for another instance; the word above
/// it is the context to go on in.
pub fn cross_return() -> usize {
    cross::cross_labels().cross_return
}

/// The code of host functions, which is never reached: calls go through
/// [`stub::CROSS`].
pub fn host_function() -> usize {
    cross::host_function_stub as *const () as usize
}

/// Where a signal handler goes on after a trap of machine code; see `host::trap_by_signal`.
pub(super) fn signal_trap() -> usize {
    host::trap_by_signal as *const () as usize
}

/// Runs machine code at `pc`, until it leaves with the status that is returned. `rax` is
/// what it finds in that register: the address of the `VMFuncCode` for an entry, slot 0 for a return.
///
/// # Safety
///
/// `exec` has a value stack and a return stack, on which the return addresses of `pc` are, and is used
/// by this thread; `pc` is the entry of a function, an OSR entry, or a return address;
/// `fp` is the frame that it expects, `vmctx` the context. In signals mode, this thread is
/// [prepared](crate::native::prepare_thread). No reference to what the guest may change is held.
#[unsafe(naked)]
pub unsafe extern "sysv64" fn switch_to_native(
    exec: *const VMExec,
    pc: usize,
    fp: *mut u64,
    vmctx: *mut VMContext,
    rax: u64,
) -> u32 {
    naked_asm!(
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "push qword ptr [rdi + {HOST_SP}]",
        // Seven words and the return address: a multiple of 16.
        "mov [rdi + {HOST_SP}], rsp",
        "mov rsp, [rdi + {NATIVE_SP}]",
        "mov r13, rdi",
        "mov r12, [r13 + {FUEL}]",
        "mov rbp, rdx",
        "mov r15, rcx",
        "mov [r15 + {EXEC}], r13",
        "mov r14, [r15 + {MEMORY0}]",
        "mov r14, [r14]",
        "mov rax, r8",
        "movsd xmm0, qword ptr [rbp]",
        "jmp rsi",
        HOST_SP = const HOST_SP,
        NATIVE_SP = const NATIVE_SP,
        FUEL = const FUEL,
        EXEC = const EXEC,
        MEMORY0 = const MEMORY0,
    )
}

/// Returns eax from [`switch_to_native`].
#[unsafe(naked)]
extern "sysv64" fn leave() {
    naked_asm!(
        "mov [r13 + {FUEL}], r12",
        "mov [r13 + {NATIVE_SP}], rsp",
        "jmp {leave_host}",
        FUEL = const FUEL,
        NATIVE_SP = const NATIVE_SP,
        leave_host = sym leave_host,
    )
}

/// As [`leave`], when the return stack's pointer is saved already.
#[unsafe(naked)]
extern "sysv64" fn leave_host() {
    naked_asm!(
        "mov rsp, [r13 + {HOST_SP}]",
        "pop qword ptr [r13 + {HOST_SP}]",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        HOST_SP = const HOST_SP,
    )
}
