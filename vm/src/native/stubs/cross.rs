//! Stubs between instances and between tiers.

use std::arch::naked_asm;

use super::host::admit_host;
use super::*;

/// Addresses within [`cross_labels`].
#[repr(C)]
pub(super) struct CrossLabels {
    pub(super) cross: usize,
    pub(super) cross_return: usize,
}

/// CROSS, and where its callees return to. Called as a function, tells where these are.
#[unsafe(naked)]
pub(super) extern "sysv64" fn cross_labels() -> CrossLabels {
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
pub(super) extern "sysv64" fn tail_cross() {
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
pub(super) extern "sysv64" fn enter_interp_stub() {
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
pub(super) extern "sysv64" fn return_to_interp_stub() {
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
pub(super) extern "sysv64" fn activation_end_stub() {
    naked_asm!(
        "mov eax, {STATUS}",
        "jmp {leave}",
        STATUS = const STATUS_RETURNED,
        leave = sym leave,
    )
}

#[unsafe(naked)]
pub(super) extern "sysv64" fn host_function_stub() {
    naked_asm!("ud2")
}
