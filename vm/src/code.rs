//! `VMFuncCode`: where a function's code is, for each tier, and what a module's
//! code can tell about itself.
//!
//! Callers reach a function only through its `VMFuncCode`, so a change of tier is
//! one atomic store that every instance of the module sees. Each word is always
//! valid: `ip` may name the operation that translates the function first, or the
//! one that calls native code; `native` may be the stub that enters the interpreter.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::index::DefinedFuncIndex;

/// The code of one function: an atomic word per tier.
#[repr(C)]
#[derive(Debug)]
pub struct VMFuncCode {
    /// Machine code, or null while no tier makes any.
    native: AtomicPtr<u8>,
    /// Register code: the entry operation for calls within the instance. The entry
    /// operation for all other calls ends where this begins.
    ip: AtomicPtr<u64>,
}

impl VMFuncCode {
    /// Code whose interpreter entry is `ip`, without a word for machine code.
    pub const fn new(ip: *const u64) -> Self {
        Self::with_native(std::ptr::null(), ip)
    }

    /// Code whose entry for machine code is `native`, and for the interpreter `ip`.
    pub(crate) const fn with_native(native: *const u8, ip: *const u64) -> Self {
        Self {
            native: AtomicPtr::new(native.cast_mut()),
            ip: AtomicPtr::new(ip.cast_mut()),
        }
    }

    /// The entry for machine code.
    #[inline(always)]
    pub fn native(&self) -> *const u8 {
        self.native.load(Ordering::Acquire)
    }

    /// Publishes another entry for machine code.
    pub fn set_native(&self, native: *const u8) {
        self.native.store(native.cast_mut(), Ordering::Release);
    }

    /// The interpreter entry.
    #[inline(always)]
    pub fn ip(&self) -> *const u64 {
        self.ip.load(Ordering::Acquire)
    }

    /// Publishes another interpreter entry.
    pub fn set_ip(&self, ip: *const u64) {
        self.ip.store(ip.cast_mut(), Ordering::Release);
    }
}

/// What is known about a place in a module's code.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct CodeLocation {
    /// The function.
    pub func: DefinedFuncIndex,
    /// Offset in the module's bytes of the operator executed there.
    pub wasm_offset: u32,
    /// The slot of the frame's header.
    pub header_slot: u32,
}

/// What is known about a place in a module's machine code.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct NativeLocation {
    /// The function and the operator.
    pub location: CodeLocation,
    /// At a return address: how far the frame of what was called is above the caller's, in bytes.
    pub frame_bytes: u32,
}

/// Why a function could not be made ready to run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// The body is invalid (`Lazy` compilation mode validates at the first call).
    #[error(transparent)]
    Invalid(#[from] crate::module::ModuleError),
    /// The function is larger than an implementation limit.
    #[error("function {func} at offset {offset:#x} exceeds an implementation limit: {what}")]
    Limit {
        /// The function, by `FuncIndex`.
        func: u32,
        /// Where its body begins in the module.
        offset: usize,
        /// Which limit.
        what: &'static str,
    },
    /// There is no more memory for its machine code.
    #[error("no memory for the machine code of function {func}")]
    CodeMemory {
        /// The function, by `FuncIndex`.
        func: u32,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The code of one module, as the VM layer needs it; implemented where tiers meet.
pub trait ModuleCode: Send + Sync + fmt::Debug {
    /// One entry per defined function; never moves.
    fn func_codes(&self) -> &[VMFuncCode];

    /// Makes `func` ready to run in the interpreter: afterwards its
    /// `VMFuncCode::ip` is the entry of its own register code.
    ///
    /// # Errors
    ///
    /// If the body is invalid or exceeds a limit.
    fn prepare(&self, func: DefinedFuncIndex) -> Result<(), PrepareError>;

    /// The place that `ip` belongs to: the operation at `ip`, or, if
    /// `is_return` is set, the call that returns to `ip`. `None` if it is not in this module.
    fn locate(&self, ip: *const u64, is_return: bool) -> Option<CodeLocation>;

    /// As [`locate`](Self::locate), for the machine instruction at `pc` or the call that returns
    /// to `pc`.
    fn locate_native(&self, pc: usize, is_return: bool) -> Option<NativeLocation> {
        let _ = (pc, is_return);
        None
    }

    /// The interpreter has spent the heat of `func`: at its entry if `wasm_offset` is 0, else
    /// at the loop whose operator is there. Returns the address of machine code that goes on
    /// from that place, or `None` if the interpreter is to go on.
    fn compile(&self, func: DefinedFuncIndex, wasm_offset: u32) -> Option<usize> {
        let _ = (func, wasm_offset);
        None
    }

    /// The code for instances whose memory 0 has a guard as planned (or that have no memory), or
    /// has none.
    fn for_memory(self: Arc<Self>, guarded: bool) -> Arc<dyn ModuleCode>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    #[test]
    fn a_tier_is_a_word() {
        assert_eq!(offset_of!(VMFuncCode, native), 0);
        assert_eq!(offset_of!(VMFuncCode, ip), size_of::<usize>());
        assert_eq!(size_of::<VMFuncCode>(), 2 * size_of::<usize>());
    }
}
