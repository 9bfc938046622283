//! Operations on tables.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::hint::cold_path;
use std::marker::PhantomData;

use selvedge_vm::bulk;
use selvedge_vm::index::{ElemIndex, TableIndex};

use super::bulk::{Size, three_operand_ops};
use super::name::named;
use super::place::{Dest, Source};
use super::row::ResultOp;
use super::{Label, Mode, Op, Regs, Show};
use crate::{stop_status, value_or_status};

/// `table.size` of the table at byte 12.
pub(crate) struct TableSize;
named!(TableSize);

impl ResultOp for TableSize {
    type Result = u64;
    const SHOW: &'static [Show] = &[Show::U32(Label::Table, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: the index is one of the module's tables.
        unsafe {
            let size: u64 = bulk::table_size(r.vmctx(), TableIndex::from_u32(r.field32(12)));
            D::write(&mut r, size);
            r.next::<M>(Self::LEN)
        }
    }
}

/// `table.get` of the table at byte 12, index in `X`.
pub(crate) struct TableGet<X>(PhantomData<X>);
named!(TableGet X);

impl<X: Source<u64>> ResultOp for TableGet<X> {
    type Result = u64;
    const SHOW: &'static [Show] = &[Show::U32(Label::Table, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: the index is one of the module's tables.
        unsafe {
            let (value, status) = crate::out_of_line(&r, |r| {
                let table = TableIndex::from_u32(r.field32(12));
                value_or_status(r.vmctx(), bulk::table_get(r.vmctx(), table, X::read(r)))
            });
            if status != 0 {
                cold_path();
                return M::stop(r, status);
            }
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// `table.set` of the table at byte 12: index in slot field 0, value in slot field 1.
pub(crate) struct TableSet;
named!(TableSet);

impl Op for TableSet {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::Slot(0), Show::Slot(1), Show::U32(Label::Table, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: the index is one of the module's tables.
        unsafe {
            let status = crate::out_of_line(&r, |r| {
                let table = TableIndex::from_u32(r.field32(12));
                let (index, value) = (r.slot(r.field(0)), r.slot(r.field(1)));
                stop_status(r.vmctx(), bulk::table_set(r.vmctx(), table, index, value))
            });
            if status != 0 {
                cold_path();
                return M::stop(r, status);
            }
            r.next::<M>(Self::LEN)
        }
    }
}

/// `table.grow` of the table at byte 12: value in slot field 1, count in slot field 2.
pub(crate) struct TableGrow<T>(PhantomData<T>);
named!(TableGrow T);

impl<T: Size> ResultOp for TableGrow<T> {
    type Result = T;
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[Show::Slot(1), Show::Slot(2), Show::U32(Label::Table, 16)];
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: the index is one of the module's tables.
        unsafe {
            let (size, status) = crate::out_of_line(&r, |r| {
                let table = TableIndex::from_u32(r.field32(16));
                let (value, count) = (r.slot(r.field(1)), r.slot(r.field(2)));
                let count = T::from_slot(count).widen();
                value_or_status(r.vmctx(), bulk::table_grow(r.vmctx(), table, value, count))
            });
            if status != 0 {
                cold_path();
                return M::stop(r, status);
            }
            D::write(&mut r, T::narrow(size));
            r.next::<M>(Self::LEN)
        }
    }
}

three_operand_ops! {
    /// `table.fill`: table at byte 16.
    TableFill |r, d, s, n| {
        bulk::table_fill(r.vmctx(), TableIndex::from_u32(r.field32(16)), d, s, n)
    };
    /// `table.copy`: destination table at byte 16, source table at byte 20.
    TableCopy |r, d, s, n| {
        let to = TableIndex::from_u32(r.field32(16));
        bulk::table_copy(r.vmctx(), to, TableIndex::from_u32(r.field32(20)), d, s, n)
    };
    /// `table.init`: element segment at byte 16, table at byte 20.
    TableInit |r, d, s, n| {
        let elem = ElemIndex::from_u32(r.field32(16));
        bulk::table_init(r.vmctx(), elem, TableIndex::from_u32(r.field32(20)), d, s, n)
    };
}

/// `elem.drop` of the segment at byte 12.
pub(crate) struct ElemDrop;
named!(ElemDrop);

impl Op for ElemDrop {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::U32(Label::Elem, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: the index is one of the module's segments.
        unsafe {
            bulk::elem_drop(r.vmctx(), ElemIndex::from_u32(r.field32(12)));
            r.next::<M>(Self::LEN)
        }
    }
}
