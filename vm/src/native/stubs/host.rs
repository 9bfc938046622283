//! Stubs that call the host, on its stack.

use std::arch::naked_asm;

use super::super::libcalls::TABLE;
use super::*;
use crate::trap::TrapCode;

/// Defines a stub: notes the exit, whose place is the return address on top of the return
/// stack, changes to the host's stack, and goes on with the lines given. Those may use
/// everything but the registers of machine code and `$keep`.
macro_rules! host_stub {
    ($(#[$doc:meta])* $name:ident: [$($before:literal),*] $($line:literal)* ; $($key:ident = $kind:ident $value:path),*) => {
        $(#[$doc])*
        #[unsafe(naked)]
        pub(super) extern "sysv64" fn $name() {
            naked_asm!(
                $($before,)*
                "mov [r13 + {FUEL}], r12",
                "mov [r13 + {EXIT_FP}], rbp",
                "mov [r13 + {EXIT_VMCTX}], r15",
                "mov byte ptr [r13 + {EXIT_KIND}], {BY_CALL}",
                "mov [r13 + {NATIVE_SP}], rsp",
                "mov rsp, [r13 + {HOST_SP}]",
                $($line,)*
                FUEL = const FUEL,
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
        "mov r12, [r13 + {FUEL}]"
        "mov r14, [r15 + {MEMORY0}]"
        "mov r14, [r14]"
        "jmp rbx";
    ask_refusal = sym ask_refusal, leave_host = sym leave_host, MEMORY0 = const MEMORY0
}

host_stub! {
    /// POLL: serves what was requested, which may be to leave.
    poll: []
        "mov rdi, r13"
        "call {ask_interrupt}"
        "test eax, eax"
        "jne {leave_host}"
        "mov rsp, [r13 + {NATIVE_SP}]"
        "mov r12, [r13 + {FUEL}]"
        "mov r14, [r15 + {MEMORY0}]"
        "mov r14, [r14]"
        "ret";
    ask_interrupt = sym ask_interrupt, leave_host = sym leave_host, MEMORY0 = const MEMORY0
}

/// Words of [`VMExec::saved`] for general registers; vector registers are behind them.
const SAVED_GENERAL: usize = 9;

/// FUEL: what r11 says cannot be spent, though it has been: takes it back, and asks. If the guest goes on,
/// all registers are as before, and the caller tries again.
#[unsafe(naked)]
pub(super) extern "sysv64" fn fuel() {
    naked_asm!(
        "sub r12, r11",
        "mov [r13 + {SAVED}], rax",
        "mov [r13 + {SAVED} + 8], rcx",
        "mov [r13 + {SAVED} + 16], rdx",
        "mov [r13 + {SAVED} + 24], rbx",
        "mov [r13 + {SAVED} + 32], rsi",
        "mov [r13 + {SAVED} + 40], rdi",
        "mov [r13 + {SAVED} + 48], r8",
        "mov [r13 + {SAVED} + 56], r9",
        "mov [r13 + {SAVED} + 64], r10",
        "movups [r13 + {VECTOR}], xmm0",
        "movups [r13 + {VECTOR} + 16], xmm1",
        "movups [r13 + {VECTOR} + 32], xmm2",
        "movups [r13 + {VECTOR} + 48], xmm3",
        "movups [r13 + {VECTOR} + 64], xmm4",
        "movups [r13 + {VECTOR} + 80], xmm5",
        "movups [r13 + {VECTOR} + 96], xmm6",
        "movups [r13 + {VECTOR} + 112], xmm7",
        "movups [r13 + {VECTOR} + 128], xmm8",
        "movups [r13 + {VECTOR} + 144], xmm9",
        "movups [r13 + {VECTOR} + 160], xmm10",
        "movups [r13 + {VECTOR} + 176], xmm11",
        "movups [r13 + {VECTOR} + 192], xmm12",
        "movups [r13 + {VECTOR} + 208], xmm13",
        "movups [r13 + {VECTOR} + 224], xmm14",
        "mov rsi, r11",
        "call {fuel_on_host}",
        "mov rax, [r13 + {SAVED}]",
        "mov rcx, [r13 + {SAVED} + 8]",
        "mov rdx, [r13 + {SAVED} + 16]",
        "mov rbx, [r13 + {SAVED} + 24]",
        "mov rsi, [r13 + {SAVED} + 32]",
        "mov rdi, [r13 + {SAVED} + 40]",
        "mov r8, [r13 + {SAVED} + 48]",
        "mov r9, [r13 + {SAVED} + 56]",
        "mov r10, [r13 + {SAVED} + 64]",
        "movups xmm0, [r13 + {VECTOR}]",
        "movups xmm1, [r13 + {VECTOR} + 16]",
        "movups xmm2, [r13 + {VECTOR} + 32]",
        "movups xmm3, [r13 + {VECTOR} + 48]",
        "movups xmm4, [r13 + {VECTOR} + 64]",
        "movups xmm5, [r13 + {VECTOR} + 80]",
        "movups xmm6, [r13 + {VECTOR} + 96]",
        "movups xmm7, [r13 + {VECTOR} + 112]",
        "movups xmm8, [r13 + {VECTOR} + 128]",
        "movups xmm9, [r13 + {VECTOR} + 144]",
        "movups xmm10, [r13 + {VECTOR} + 160]",
        "movups xmm11, [r13 + {VECTOR} + 176]",
        "movups xmm12, [r13 + {VECTOR} + 192]",
        "movups xmm13, [r13 + {VECTOR} + 208]",
        "movups xmm14, [r13 + {VECTOR} + 224]",
        "ret",
        SAVED = const SAVED,
        VECTOR = const SAVED + 8 * SAVED_GENERAL,
        fuel_on_host = sym fuel_on_host,
    )
}

const _: () = assert!(SAVED_GENERAL + 2 * 15 <= SAVED_WORDS);

host_stub! {
    /// What [`fuel`] does with the registers out of the way. The place is that stub's return address.
    fuel_on_host: ["pop rbx"]
        "mov rdi, r13"
        "call {ask_fuel}"
        "test eax, eax"
        "jne {leave_host}"
        "mov rsp, [r13 + {NATIVE_SP}]"
        "mov r12, [r13 + {FUEL}]"
        "mov r14, [r15 + {MEMORY0}]"
        "mov r14, [r14]"
        "jmp rbx";
    ask_fuel = sym ask_fuel, leave_host = sym leave_host, MEMORY0 = const MEMORY0
}

host_stub! {
    /// LIBCALL: calls entry eax of the table with the arguments as they are.
    libcall: []
        "lea r11, [rip + {TABLE}]"
        "call [r11 + 8 * rax]"
        "test edx, edx"
        "jne 2f"
        "mov rsp, [r13 + {NATIVE_SP}]"
        "mov r12, [r13 + {FUEL}]"
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
        "mov r12, [r13 + {FUEL}]"
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
        "mov r12, [r13 + {FUEL}]"
        "mov rcx, rbx"
        "jmp {admit_host}";
    ask_refusal = sym ask_refusal, leave_host = sym leave_host, admit_host = sym admit_host
}

/// Calls the host function whose `VMCallee` rcx points to if its frame fits, and returns.
#[unsafe(naked)]
pub(super) extern "sysv64" fn admit_host() {
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

/// Reached from a signal handler, with the registers of the instruction that trapped except rax,
/// which is the trap code, and rcx, which is the instruction's address.
#[unsafe(naked)]
pub(super) extern "sysv64" fn trap_by_signal() {
    naked_asm!(
        "mov [r13 + {FUEL}], r12",
        "mov [r13 + {EXIT_FP}], rbp",
        "mov [r13 + {EXIT_VMCTX}], r15",
        "mov [r13 + {EXIT_PC}], rcx",
        "mov byte ptr [r13 + {EXIT_KIND}], {BY_SIGNAL}",
        "mov [r13 + {NATIVE_SP}], rsp",
        "mov rsp, [r13 + {HOST_SP}]",
        "mov rdi, r13",
        "mov esi, eax",
        "call {record_signal_trap}",
        "jmp {leave_host}",
        FUEL = const FUEL,
        EXIT_FP = const EXIT_FP,
        EXIT_VMCTX = const EXIT_VMCTX,
        EXIT_PC = const EXIT_PC,
        EXIT_KIND = const EXIT_KIND,
        BY_SIGNAL = const BY_SIGNAL,
        NATIVE_SP = const NATIVE_SP,
        HOST_SP = const HOST_SP,
        record_signal_trap = sym record_signal_trap,
        leave_host = sym leave_host,
    )
}

/// Records the trap with the number `code`; returns the status to leave with.
pub(super) extern "sysv64" fn record_trap(exec: &VMExec, code: u32) -> u32 {
    let code = u8::try_from(code).ok().and_then(TrapCode::from_u8);
    exec.set_trap(code.expect("machine code traps with a trap code"))
}

/// Records the trap with the number `code`, which is a signal's; returns the status to leave with.
extern "sysv64" fn record_signal_trap(exec: &VMExec, code: u32) -> u32 {
    let code = u8::try_from(code).ok().and_then(TrapCode::from_u8);
    exec.set_signal_trap(code.expect("machine code traps with a trap code"))
}

/// Why a frame does not fit: 0 if it does by now.
pub(super) extern "sysv64" fn ask_refusal(exec: &VMExec) -> u32 {
    exec.refusal().unwrap_or(0)
}

/// Serves that `cost` cannot be spent: 0 to try again.
pub(super) extern "sysv64" fn ask_fuel(exec: &VMExec, cost: u64) -> u32 {
    exec.count.refuse(cost);
    exec.out_of_fuel().unwrap_or(0)
}

/// Serves what was requested: 0 to go on.
pub(super) extern "sysv64" fn ask_interrupt(exec: &VMExec) -> u32 {
    exec.serve().unwrap_or(0)
}
