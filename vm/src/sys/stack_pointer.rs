//! Where the native stack is now, on every platform.

#![cfg_attr(
    all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri)),
    expect(unsafe_code, reason = "reads the stack pointer")
)]

/// The stack pointer. The address of a local would not do: under a sanitizer,
/// locals may be elsewhere.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(always)]
pub fn stack_pointer() -> usize {
    let here;
    // SAFETY: copies a register.
    unsafe {
        std::arch::asm!("mov {}, rsp", out(reg) here, options(nomem, nostack, preserves_flags));
    }
    here
}

/// The stack pointer. The address of a local would not do: under a sanitizer,
/// locals may be elsewhere.
#[cfg(all(target_arch = "aarch64", not(miri)))]
#[inline(always)]
pub fn stack_pointer() -> usize {
    let here;
    // SAFETY: copies a register.
    unsafe {
        std::arch::asm!("mov {}, sp", out(reg) here, options(nomem, nostack, preserves_flags));
    }
    here
}

/// The address of a local, which is near the stack pointer.
#[cfg(any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
#[inline(always)]
pub fn stack_pointer() -> usize {
    let marker = 0_u8;
    (&raw const marker).addr()
}
