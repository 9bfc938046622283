//! Routines that machine code calls through the `LIBCALL` stub.

/// A routine that machine code calls by number. Arguments are in rdi (the context of the running
/// instance), rsi, rdx, rcx and r8; the result is in rax. Indices are 32-bit; `a | b << 32` stands
/// for two of them in one register.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
#[repr(u32)]
pub enum Libcall {
    /// `(vmctx, memory, delta)`: the old size in pages or -1 (of 64 bits).
    MemoryGrow,
    /// `(vmctx, memory, dst, value, len)`
    MemoryFill,
    /// `(vmctx, dst memory | src memory << 32, dst, src, len)`
    MemoryCopy,
    /// `(vmctx, data | memory << 32, dst, src, len)`
    MemoryInit,
    /// `(vmctx, data)`
    DataDrop,
    /// `(vmctx, table, index)`: the element.
    TableGet,
    /// `(vmctx, table, index, value)`
    TableSet,
    /// `(vmctx, table)`: the number of elements.
    TableSize,
    /// `(vmctx, table, value, count)`: the old size or -1 (of 64 bits).
    TableGrow,
    /// `(vmctx, table, dst, value, len)`
    TableFill,
    /// `(vmctx, dst table | src table << 32, dst, src, len)`
    TableCopy,
    /// `(vmctx, elem | table << 32, dst, src, len)`
    TableInit,
    /// `(vmctx, elem)`
    ElemDrop,
    /// `(vmctx, func)`: the reference.
    RefFunc,
    /// `(vmctx, bits)`: bits, zero-extended.
    F32Ceil,
    /// As [`Libcall::F32Ceil`].
    F32Floor,
    /// As [`Libcall::F32Ceil`].
    F32Trunc,
    /// As [`Libcall::F32Ceil`].
    F32Nearest,
    /// `(vmctx, bits)`: bits.
    F64Ceil,
    /// As [`Libcall::F64Ceil`].
    F64Floor,
    /// As [`Libcall::F64Ceil`].
    F64Trunc,
    /// As [`Libcall::F64Ceil`].
    F64Nearest,
}
