//! The routines by which machine code is entered and left, and that it calls.
//!
//! | register | in machine code | | register | in machine code |
//! |---|---|---|---|---|
//! | rsp | return stack | | r14 | base of memory 0 |
//! | rbp | frame (slot 0) | | r15 | the instance's `VMContext` |
//! | r13 | the `VMExec` | | rax, xmm0 | scalar result |
//!
//! Nothing is preserved by a call except rbp, r13 and r15 (and r14, if memory 0 has not moved). While
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

use std::arch::naked_asm;
use std::mem::offset_of;

use super::libcalls::TABLE;
use crate::code::VMFuncCode;
use crate::exec::{
    ExitKind, LastExit, MAX_STUBS, STATUS_CALL_INTERP, STATUS_RETURN_INTERP, STATUS_RETURNED,
    Transfer, VMExec,
};
use crate::trap::TrapCode;
use crate::vmcontext::{MAGIC_HOST, VMCallee, VMContext, VMContextHeader, VMHostContext};

const STACK_LIMIT: usize = offset_of!(VMExec, stack_limit);
const NATIVE_SP: usize = offset_of!(VMExec, native_sp);
const HOST_SP: usize = offset_of!(VMExec, host_sp);
const SP: usize = offset_of!(VMExec, sp);
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
    /// Leaves machine code: `jmp`, with the status in eax.
    pub const LEAVE: usize = 0;
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
    let cross = cross_labels();
    stubs[stub::LEAVE] = leave as *const () as usize;
    stubs[stub::TRAP] = trap as *const () as usize;
    stubs[stub::REFUSE] = refuse as *const () as usize;
    stubs[stub::CROSS] = cross.cross;
    stubs[stub::TAIL_CROSS] = tail_cross as *const () as usize;
    stubs[stub::LIBCALL] = libcall as *const () as usize;
    stubs[stub::POLL] = poll as *const () as usize;
    stubs
}

/// The code of a function that only the interpreter can run, for
/// [`VMFuncCode`]: leaves with [`STATUS_CALL_INTERP`].
pub fn enter_interp() -> usize {
    enter_interp_stub as *const () as usize
}

/// The return address of a function that the interpreter has called: leaves with
/// [`STATUS_RETURN_INTERP`].
pub fn return_to_interp() -> usize {
    return_to_interp_stub as *const () as usize
}

/// The return address of a function that the host has called: leaves with [`STATUS_RETURNED`].
pub fn activation_end() -> usize {
    activation_end_stub as *const () as usize
}

/// The return address of a function that a stub has called for another instance; the word above
/// it is the context to go on in.
pub fn cross_return() -> usize {
    cross_labels().cross_return
}

/// The code of host functions, which is never reached: calls go through
/// [`stub::CROSS`].
pub fn host_function() -> usize {
    host_function_stub as *const () as usize
}

/// Where a signal handler goes on after a trap of machine code; see [`trap_by_signal`].
pub(super) fn signal_trap() -> usize {
    trap_by_signal as *const () as usize
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
        EXEC = const EXEC,
        MEMORY0 = const MEMORY0,
    )
}

/// LEAVE: returns eax from [`switch_to_native`].
#[unsafe(naked)]
extern "sysv64" fn leave() {
    naked_asm!(
        "mov [r13 + {NATIVE_SP}], rsp",
        "jmp {leave_host}",
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

/// Defines a stub: notes the exit, whose place is the return address on top of the return
/// stack, changes to the host's stack, and goes on with the lines given. Those may use
/// everything but the registers of machine code and `$keep`.
macro_rules! host_stub {
    ($(#[$doc:meta])* $name:ident: [$($before:literal),*] $($line:literal)* ; $($key:ident = $kind:ident $value:path),*) => {
        $(#[$doc])*
        #[unsafe(naked)]
        extern "sysv64" fn $name() {
            naked_asm!(
                $($before,)*
                "mov [r13 + {EXIT_FP}], rbp",
                "mov [r13 + {EXIT_VMCTX}], r15",
                "mov byte ptr [r13 + {EXIT_KIND}], {BY_CALL}",
                "mov [r13 + {NATIVE_SP}], rsp",
                "mov rsp, [r13 + {HOST_SP}]",
                $($line,)*
                EXIT_FP = const EXIT_FP,
                EXIT_VMCTX = const EXIT_VMCTX,
                EXIT_KIND = const EXIT_KIND,
                BY_CALL = const BY_CALL,
                NATIVE_SP = const NATIVE_SP,
                HOST_SP = const HOST_SP,
                $($key = $kind $value,)*
            )
        }
    };
}

host_stub! {
    /// TRAP: leaves with the trap whose code is in eax.
    trap: []
        "mov rdi, r13"
        "mov esi, eax"
        "call {record_trap}"
        "jmp {leave_host}";
    record_trap = sym record_trap, leave_host = sym leave_host
}

host_stub! {
    /// REFUSE: asks why the frame does not fit. If it does by now, the caller checks again;
    /// else it was never entered: the trap is the call's.
    refuse: ["pop rbx"]
        "mov rdi, r13"
        "call {ask_refusal}"
        "test eax, eax"
        "jne {leave_host}"
        "mov rsp, [r13 + {NATIVE_SP}]"
        "jmp rbx";
    ask_refusal = sym ask_refusal, leave_host = sym leave_host
}

host_stub! {
    /// POLL: leaves with a trap if somebody asked to stop.
    poll: []
        "mov rdi, r13"
        "call {ask_interrupt}"
        "test eax, eax"
        "jne {leave_host}"
        "mov rsp, [r13 + {NATIVE_SP}]"
        "mov r14, [r15 + {MEMORY0}]"
        "mov r14, [r14]"
        "ret";
    ask_interrupt = sym ask_interrupt, leave_host = sym leave_host, MEMORY0 = const MEMORY0
}

host_stub! {
    /// LIBCALL: calls entry eax of the table with the arguments as they are.
    libcall: []
        "lea r11, [rip + {TABLE}]"
        "call [r11 + 8 * rax]"
        "test edx, edx"
        "jne 2f"
        "mov rsp, [r13 + {NATIVE_SP}]"
        "mov r14, [r15 + {MEMORY0}]"
        "mov r14, [r14]"
        "ret"
        "2:"
        "mov eax, edx"
        "jmp {leave_host}";
    TABLE = sym TABLE, leave_host = sym leave_host, MEMORY0 = const MEMORY0
}

host_stub! {
    /// Calls the host function whose `VMCallee` rcx points to, and returns. `sp` is set.
    call_host: ["mov rdi, [rcx + {VMCTX}]"]
        "mov rsi, r15"
        "mov rdx, rbp"
        "call [rdi + {CALL}]"
        "test eax, eax"
        "jne {leave_host}"
        "mov rsp, [r13 + {NATIVE_SP}]"
        "mov r14, [r15 + {MEMORY0}]"
        "mov r14, [r14]"
        "mov rax, [rbp]"
        "movsd xmm0, qword ptr [rbp]"
        "ret";
    leave_host = sym leave_host, MEMORY0 = const MEMORY0, VMCTX = const VMCTX, CALL = const CALL
}

host_stub! {
    /// The frame of the host function whose `VMCallee` rcx points to did not fit: as [`refuse`],
    /// and then the call again.
    refuse_host: []
        "mov rdi, r13"
        "mov rbx, rcx"
        "call {ask_refusal}"
        "test eax, eax"
        "jne {leave_host}"
        "mov rsp, [r13 + {NATIVE_SP}]"
        "mov rcx, rbx"
        "jmp {admit_host}";
    ask_refusal = sym ask_refusal, leave_host = sym leave_host, admit_host = sym admit_host
}

/// Calls the host function whose `VMCallee` rcx points to if its frame fits, and returns.
#[unsafe(naked)]
extern "sysv64" fn admit_host() {
    naked_asm!(
        "mov rdx, [rcx + {VMCTX}]",
        "mov eax, [rdx + {SLOTS}]",
        "lea rax, [rbp + 8 * rax]",
        "cmp rax, [r13 + {STACK_LIMIT}]",
        "ja {refuse_host}",
        "mov [r13 + {SP}], rax",
        "jmp {call_host}",
        VMCTX = const VMCTX,
        SLOTS = const SLOTS,
        STACK_LIMIT = const STACK_LIMIT,
        SP = const SP,
        refuse_host = sym refuse_host,
        call_host = sym call_host,
    )
}

/// Addresses within [`cross_labels`].
#[repr(C)]
struct CrossLabels {
    cross: usize,
    cross_return: usize,
}

/// CROSS, and where its callees return to. Called as a function, tells where these are.
#[unsafe(naked)]
extern "sysv64" fn cross_labels() -> CrossLabels {
    naked_asm!(
        "lea rax, [rip + 2f]",
        "lea rdx, [rip + 3f]",
        "ret",
        ".p2align 4, 0xcc",
        "2:",
        "mov rdx, [rcx + {VMCTX}]",
        "cmp dword ptr [rdx], {MAGIC_HOST}",
        "je {admit_host}",
        "push r15",
        "mov r15, rdx",
        "mov [r15 + {EXEC}], r13",
        "mov r14, [r15 + {MEMORY0}]",
        "mov r14, [r14]",
        "mov rax, [rcx + {CODE}]",
        "call [rax]",
        "3:",
        "pop r15",
        "mov r14, [r15 + {MEMORY0}]",
        "mov r14, [r14]",
        "ret",
        VMCTX = const VMCTX,
        MAGIC_HOST = const MAGIC_HOST,
        EXEC = const EXEC,
        MEMORY0 = const MEMORY0,
        CODE = const CODE,
        admit_host = sym admit_host,
    )
}

/// TAIL_CROSS: pushes the context to return to, unless something below restores it anyway.
#[unsafe(naked)]
extern "sysv64" fn tail_cross() {
    naked_asm!(
        "mov r8, [rcx + {VMCTX}]",
        "cmp dword ptr [r8], {MAGIC_HOST}",
        "je {admit_host}",
        "mov r9, rcx",
        // Answers in rax and rdx, and uses nothing else.
        "call {cross_labels}",
        "cmp [rsp], rdx",
        "je 2f",
        "push r15",
        "push rdx",
        "2:",
        "mov r15, r8",
        "mov [r15 + {EXEC}], r13",
        "mov r14, [r15 + {MEMORY0}]",
        "mov r14, [r14]",
        "mov rax, [r9 + {CODE}]",
        "jmp [rax]",
        VMCTX = const VMCTX,
        MAGIC_HOST = const MAGIC_HOST,
        EXEC = const EXEC,
        MEMORY0 = const MEMORY0,
        CODE = const CODE,
        admit_host = sym admit_host,
        cross_labels = sym cross_labels,
    )
}

/// Reached as the code of a function: rax is its `VMFuncCode`.
#[unsafe(naked)]
extern "sysv64" fn enter_interp_stub() {
    naked_asm!(
        "mov [r13 + {TRANSFER_CODE}], rax",
        "mov [r13 + {TRANSFER_FP}], rbp",
        "mov [r13 + {TRANSFER_VMCTX}], r15",
        "mov eax, {STATUS}",
        "jmp {leave}",
        TRANSFER_CODE = const TRANSFER_CODE,
        TRANSFER_FP = const TRANSFER_FP,
        TRANSFER_VMCTX = const TRANSFER_VMCTX,
        STATUS = const STATUS_CALL_INTERP,
        leave = sym leave,
    )
}

/// Reached by a return: the interpreter's return address and context are on the stack.
#[unsafe(naked)]
extern "sysv64" fn return_to_interp_stub() {
    naked_asm!(
        "pop rcx",
        "mov [r13 + {TRANSFER_IP}], rcx",
        "pop rcx",
        "mov [r13 + {TRANSFER_BACK}], rcx",
        "mov [r13 + {TRANSFER_VMCTX}], rcx",
        "mov [r13 + {TRANSFER_FP}], rbp",
        "mov eax, {STATUS}",
        "jmp {leave}",
        TRANSFER_IP = const TRANSFER_IP,
        TRANSFER_BACK = const TRANSFER_BACK,
        TRANSFER_VMCTX = const TRANSFER_VMCTX,
        TRANSFER_FP = const TRANSFER_FP,
        STATUS = const STATUS_RETURN_INTERP,
        leave = sym leave,
    )
}

/// Reached by a return.
#[unsafe(naked)]
extern "sysv64" fn activation_end_stub() {
    naked_asm!(
        "mov eax, {STATUS}",
        "jmp {leave}",
        STATUS = const STATUS_RETURNED,
        leave = sym leave,
    )
}

#[unsafe(naked)]
extern "sysv64" fn host_function_stub() {
    naked_asm!("ud2")
}

/// Reached from a signal handler, with the registers of the instruction that trapped except rax,
/// which is the trap code, and rcx, which is the instruction's address.
#[unsafe(naked)]
extern "sysv64" fn trap_by_signal() {
    naked_asm!(
        "mov [r13 + {EXIT_FP}], rbp",
        "mov [r13 + {EXIT_VMCTX}], r15",
        "mov [r13 + {EXIT_PC}], rcx",
        "mov byte ptr [r13 + {EXIT_KIND}], {BY_SIGNAL}",
        "mov [r13 + {NATIVE_SP}], rsp",
        "mov rsp, [r13 + {HOST_SP}]",
        "mov rdi, r13",
        "mov esi, eax",
        "call {record_trap}",
        "jmp {leave_host}",
        EXIT_FP = const EXIT_FP,
        EXIT_VMCTX = const EXIT_VMCTX,
        EXIT_PC = const EXIT_PC,
        EXIT_KIND = const EXIT_KIND,
        BY_SIGNAL = const BY_SIGNAL,
        NATIVE_SP = const NATIVE_SP,
        HOST_SP = const HOST_SP,
        record_trap = sym record_trap,
        leave_host = sym leave_host,
    )
}

/// Records the trap with the number `code`; returns the status to leave with.
extern "sysv64" fn record_trap(exec: &VMExec, code: u32) -> u32 {
    let code = u8::try_from(code).ok().and_then(TrapCode::from_u8);
    exec.set_trap(code.expect("machine code traps with a trap code"))
}

/// Why a frame does not fit: 0 if it does by now.
extern "sysv64" fn ask_refusal(exec: &VMExec) -> u32 {
    exec.refusal().map_or(0, |code| exec.set_trap(code))
}

/// Whether somebody asked to stop: 0 if nobody does.
extern "sysv64" fn ask_interrupt(exec: &VMExec) -> u32 {
    match exec.is_interrupted() {
        true => exec.set_trap(TrapCode::Interrupt),
        false => 0,
    }
}

/// What [`switch_to_native`] takes in rax for the entry of a function.
pub fn entry_rax(code: *const VMFuncCode) -> u64 {
    code.expose_provenance() as u64
}
