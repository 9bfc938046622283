//! Routines that machine code calls through the `LIBCALL` stub.
//!
//! They run on the host's stack and never unwind.

#![expect(unsafe_code, reason = "called by machine code with its context")]

use crate::bulk::{self, Stop};
use crate::exec::VMExec;
use crate::index::{DataIndex, ElemIndex, FuncIndex, MemoryIndex, TableIndex};
use crate::ops::Scalar;
use crate::ops::convert::{
    F32Ceil, F32Floor, F32Nearest, F32Trunc, F64Ceil, F64Floor, F64Nearest, F64Trunc, Unary,
};
use crate::trap::TrapCode;
use crate::vmcontext::VMContext;

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

/// What a libcall returns, in rax and rdx.
#[repr(C)]
struct LibcallResult {
    value: u64,
    /// 0, or the status to leave machine code with.
    status: u64,
}

/// The address of a libcall.
#[repr(transparent)]
pub(super) struct Entry(*const ());

// SAFETY: the address of a function.
unsafe impl Sync for Entry {}

/// The result of an operator that can stop; why it does is recorded in the execution.
///
/// # Safety
///
/// As [`bulk`] says.
unsafe fn finish(vmctx: *mut VMContext, result: Result<u64, Stop>) -> LibcallResult {
    match result {
        Ok(value) => LibcallResult { value, status: 0 },
        Err(stop) => {
            // SAFETY: by contract.
            let exec = unsafe { execution(vmctx) };
            let status = u64::from(stop.record(exec));
            LibcallResult { value: 0, status }
        }
    }
}

/// The current execution.
///
/// # Safety
///
/// As [`bulk`] says.
unsafe fn execution<'a>(vmctx: *mut VMContext) -> &'a VMExec {
    // SAFETY: by contract the header has it.
    unsafe { &*VMContext::header(vmctx).exec.get() }
}

/// Does an operator until it has been paid for.
///
/// # Safety
///
/// As [`bulk`] says; the last exit is recorded.
unsafe fn repeat(
    vmctx: *mut VMContext,
    mut operator: impl FnMut() -> Result<u64, Stop>,
) -> LibcallResult {
    loop {
        match operator() {
            // Nothing has been done yet.
            Err(Stop::Trap(TrapCode::OutOfFuel)) => {
                // SAFETY: by contract.
                if let Some(status) = unsafe { execution(vmctx) }.out_of_fuel() {
                    let status = u64::from(status);
                    return LibcallResult { value: 0, status };
                }
            }
            // SAFETY: passed on.
            result => return unsafe { finish(vmctx, result) },
        }
    }
}

/// A second index, in the upper half of a register.
fn upper(pair: u64) -> u32 {
    (pair >> 32) as u32
}

/// Defines the routines and their table. A body is a `Result<u64, Stop>`. Embedder code, which
/// may panic, is only called by [`bulk`], which catches that; anything else aborts.
macro_rules! libcalls {
    ($($name:ident($vmctx:ident $(, $arg:ident)*) $body:expr;)*) => {
        /// The routines, in the order of [`Libcall`].
        pub(super) static TABLE: [Entry; COUNT] = [$({
            unsafe extern "sysv64" fn call($vmctx: *mut VMContext $(, $arg: u64)*) -> LibcallResult {
                // SAFETY: machine code passes the context of the running instance, and indices of
                // its module; no reference into the store exists while the guest runs.
                unsafe { repeat($vmctx, || $body) }
            }
            Entry(call as *const ())
        }),*];
        const COUNT: usize = [$(Libcall::$name),*].len();
        const ORDER: [Libcall; COUNT] = [$(Libcall::$name),*];
    };
}

libcalls! {
    MemoryGrow(vmctx, memory, delta)
        bulk::memory_grow(vmctx, MemoryIndex::from_u32(memory as u32), delta);
    MemoryFill(vmctx, memory, dst, value, len)
        bulk::memory_fill(vmctx, MemoryIndex::from_u32(memory as u32), dst, value as u8, len)
            .map(|()| 0);
    MemoryCopy(vmctx, memories, dst, src, len) {
        let to = MemoryIndex::from_u32(memories as u32);
        let from = MemoryIndex::from_u32(upper(memories));
        bulk::memory_copy(vmctx, to, from, dst, src, len).map(|()| 0)
    };
    MemoryInit(vmctx, places, dst, src, len) {
        let data = DataIndex::from_u32(places as u32);
        let memory = MemoryIndex::from_u32(upper(places));
        bulk::memory_init(vmctx, data, memory, dst, src, len).map(|()| 0)
    };
    DataDrop(vmctx, data) {
        bulk::data_drop(vmctx, DataIndex::from_u32(data as u32));
        Ok(0)
    };
    TableGet(vmctx, table, index)
        bulk::table_get(vmctx, TableIndex::from_u32(table as u32), index);
    TableSet(vmctx, table, index, value)
        bulk::table_set(vmctx, TableIndex::from_u32(table as u32), index, value).map(|()| 0);
    TableSize(vmctx, table)
        Ok(bulk::table_size(vmctx, TableIndex::from_u32(table as u32)));
    TableGrow(vmctx, table, value, count)
        bulk::table_grow(vmctx, TableIndex::from_u32(table as u32), value, count);
    TableFill(vmctx, table, dst, value, len)
        bulk::table_fill(vmctx, TableIndex::from_u32(table as u32), dst, value, len).map(|()| 0);
    TableCopy(vmctx, tables, dst, src, len) {
        let to = TableIndex::from_u32(tables as u32);
        let from = TableIndex::from_u32(upper(tables));
        bulk::table_copy(vmctx, to, from, dst, src, len).map(|()| 0)
    };
    TableInit(vmctx, places, dst, src, len) {
        let elem = ElemIndex::from_u32(places as u32);
        let table = TableIndex::from_u32(upper(places));
        bulk::table_init(vmctx, elem, table, dst, src, len).map(|()| 0)
    };
    ElemDrop(vmctx, elem) {
        bulk::elem_drop(vmctx, ElemIndex::from_u32(elem as u32));
        Ok(0)
    };
    RefFunc(vmctx, func) Ok(bulk::ref_func(vmctx, FuncIndex::from_u32(func as u32)));
    F32Ceil(vmctx, bits) Ok(eval::<F32Ceil>(bits));
    F32Floor(vmctx, bits) Ok(eval::<F32Floor>(bits));
    F32Trunc(vmctx, bits) Ok(eval::<F32Trunc>(bits));
    F32Nearest(vmctx, bits) Ok(eval::<F32Nearest>(bits));
    F64Ceil(vmctx, bits) Ok(eval::<F64Ceil>(bits));
    F64Floor(vmctx, bits) Ok(eval::<F64Floor>(bits));
    F64Trunc(vmctx, bits) Ok(eval::<F64Trunc>(bits));
    F64Nearest(vmctx, bits) Ok(eval::<F64Nearest>(bits));
}

/// An operator of one operand.
fn eval<O: Unary>(bits: u64) -> u64 {
    O::eval(O::In::from_slot(bits)).to_slot()
}

const _: () = {
    let mut i = 0;
    while i < COUNT {
        assert!(ORDER[i] as usize == i, "the table is in the enum's order");
        i += 1;
    }
};
