//! Operations on whole memories and on data segments, and the form that those on tables share
//! with them.
//!
//! All but `memory.size` call the runtime. `memory.grow` alone moves a memory, and loads the base of
//! memory 0 again.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::hint::cold_path;
use std::marker::PhantomData;

use selvedge_vm::bulk;
use selvedge_vm::index::{DataIndex, MemoryIndex};
use selvedge_vm::memory::VMMemoryDefinition;
use selvedge_vm::vmcontext::VMContext;

use super::name::named;
use super::place::{Dest, Source, Value};
use super::row::ResultOp;
use super::{Label, Mode, Op, Regs, Show};
use crate::{stop_status, value_or_status};

/// `memory.size`: offset of the pointer to the definition at byte 12, binary logarithm of the
/// page size in field 1.
pub(crate) struct MemorySize;
named!(MemorySize);

impl ResultOp for MemorySize {
    type Result = u64;
    const SHOW: &'static [Show] = &[Show::U16(Label::Log2, 1), Show::U32(Label::At, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: the offset comes from the module's `VMOffsets`; the memory is alive.
        unsafe {
            let memory: *const *const VMMemoryDefinition = VMContext::at(r.vmctx(), r.field32(12));
            let pages = (**memory).len() >> (r.field(1) & 63);
            D::write(&mut r, pages);
            r.next::<M>(Self::LEN)
        }
    }
}

/// The type of a size that an operator gets and returns: `u32`, or `u64` for
/// 64-bit memories and tables. Minus one says that growing failed.
pub(crate) trait Size: Value {
    /// The size as 64 bits.
    fn widen(self) -> u64;
    /// The size, or −1 if it does not fit.
    fn narrow(size: u64) -> Self;
}

impl Size for u32 {
    fn widen(self) -> u64 {
        u64::from(self)
    }
    fn narrow(size: u64) -> Self {
        size as u32
    }
}

impl Size for u64 {
    fn widen(self) -> u64 {
        self
    }
    fn narrow(size: u64) -> Self {
        size
    }
}

/// `memory.grow` of the memory at byte 12, by the pages in `X`.
pub(crate) struct MemoryGrow<T, X>(PhantomData<(T, X)>);
named!(MemoryGrow T X);

impl<T: Size, X: Source<T>> ResultOp for MemoryGrow<T, X> {
    type Result = T;
    const SHOW: &'static [Show] = &[Show::U32(Label::Memory, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: the index is one of the module's memories.
        unsafe {
            let (pages, status) = crate::out_of_line(&r, |r| {
                let memory = MemoryIndex::from_u32(r.field32(12));
                value_or_status(
                    r.vmctx(),
                    bulk::memory_grow(r.vmctx(), memory, X::read(r).widen()),
                )
            });
            if status != 0 {
                cold_path();
                return M::stop(r, status);
            }
            r.reload_memory();
            D::write(&mut r, T::narrow(pages));
            r.next::<M>(Self::LEN)
        }
    }
}

macro_rules! three_operand_ops {
    ($($(#[$doc:meta])* $name:ident |$r:ident, $d:ident, $s:ident, $n:ident| $eval:expr;)*) => { $(
        $(#[$doc])*
        pub(crate) struct $name;
        named!($name);

        impl Op for $name {
            const LEN: usize = 3;
            const SHOW: &'static [Show] = &[
                Show::Slot(0),
                Show::Slot(1),
                Show::Slot(2),
                Show::U32(Label::A, 16),
                Show::U32(Label::B, 20),
            ];
            #[inline(always)]
            unsafe fn exec<M: Mode>($r: Regs) -> M::Exit {
                // SAFETY: translation put slots of the frame into fields 0 to 2 and
                // indices of the module at bytes 16 and 20.
                unsafe {
                    let status = crate::out_of_line(&$r, |$r| {
                        let ($d, $s, $n) =
                            ($r.slot($r.field(0)), $r.slot($r.field(1)), $r.slot($r.field(2)));
                        stop_status($r.vmctx(), $eval)
                    });
                    if status != 0 {
                        cold_path();
                        if status == selvedge_vm::exec::STATUS_OUT_OF_FUEL {
                            return M::out_of_fuel($r);
                        }
                        return M::stop($r, status);
                    }
                    $r.next::<M>(Self::LEN)
                }
            }
        }
    )* };
}
pub(super) use three_operand_ops;

three_operand_ops! {
    /// `memory.fill`: memory at byte 16.
    MemoryFill |r, d, s, n| {
        bulk::memory_fill(r.vmctx(), MemoryIndex::from_u32(r.field32(16)), d, s as u8, n)
    };
    /// `memory.copy`: destination memory at byte 16, source memory at byte 20.
    MemoryCopy |r, d, s, n| {
        let to = MemoryIndex::from_u32(r.field32(16));
        bulk::memory_copy(r.vmctx(), to, MemoryIndex::from_u32(r.field32(20)), d, s, n)
    };
    /// `memory.init`: data segment at byte 16, memory at byte 20.
    MemoryInit |r, d, s, n| {
        let data = DataIndex::from_u32(r.field32(16));
        bulk::memory_init(r.vmctx(), data, MemoryIndex::from_u32(r.field32(20)), d, s, n)
    };
}

/// `data.drop` of the segment at byte 12.
pub(crate) struct DataDrop;
named!(DataDrop);

impl Op for DataDrop {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::U32(Label::Data, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: the index is one of the module's segments.
        unsafe {
            bulk::data_drop(r.vmctx(), DataIndex::from_u32(r.field32(12)));
            r.next::<M>(Self::LEN)
        }
    }
}
