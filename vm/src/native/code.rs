//! What a compiler says about the machine code it has written.
//!
//! Offsets are in bytes from the start of the block that the code was written to; offsets of
//! wasm are in bytes from the start of the module.

use crate::index::DefinedFuncIndex;
use crate::trap::TrapCode;

/// One function in a block of machine code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compiled {
    /// The function.
    pub func: DefinedFuncIndex,
    /// Where its code begins, which is its entry.
    pub start: u32,
    /// Where its code ends.
    pub end: u32,
    /// The slot of its frame's header.
    pub header_slot: u32,
    /// The places that can be asked for, by ascending offset. A return address may be the
    /// offset of an instruction that traps: these are two sites.
    pub sites: Vec<Site>,
    /// The entries from the interpreter: offset of the `loop` operator in the module, and offset
    /// of the code; by ascending offset in the module.
    pub osr: Vec<(u32, u32)>,
    /// The places of 32-bit distances (`rel32`, from their end) to entries of functions.
    pub relocs: Vec<(u32, DefinedFuncIndex)>,
}

/// A place in machine code that belongs to a wasm operator.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Where it is in the block.
    pub offset: u32,
    /// The operator's offset in the module.
    pub wasm_offset: u32,
    /// What is there.
    pub kind: SiteKind,
}

/// What is at a [`Site`].
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum SiteKind {
    /// A `ud2`, which is this trap.
    Trap(TrapCode),
    /// A load or store that traps by touching what is not accessible.
    Memory,
    /// A `div` or `idiv` by r11 (by r11d with the upper half zero): a division by zero traps as
    /// such, any other that faults as an integer overflow.
    Divide,
    /// A return address: of a call of a function, or of a stub (with a distance of 0).
    Call {
        /// How far the callee's frame is above the caller's, in bytes; a multiple of 8.
        frame_bytes: u32,
    },
}
