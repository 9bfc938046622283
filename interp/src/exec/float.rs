//! Float operations: arithmetic, and comparisons as values.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use selvedge_vm::ops::float::{FloatBin, FloatCompare};
use selvedge_vm::types::ValType;

use super::kind::{RowPairs, no_pairs, set_rows};
use super::numeric::{binary_op, type_of};
use super::place::{Dest, Source, Value};
use super::row::{HasRow, ResultOp};
use super::{Mode, Regs};

binary_op! {
    /// Float arithmetic.
    FBin FloatBin Float O::Float; false
}
binary_op! {
    /// A float comparison as a value.
    FCmp FloatCompare Float u32; false
}

/// A float operator of two operands, for the translator.
pub(crate) struct FloatInfo {
    /// The type of operands and result.
    pub ty: ValType,
    pub rows: RowPairs,
}

/// A float operator whose [`FloatInfo`] is found by its type.
pub(crate) trait HasFloatInfo {
    const INFO: &'static FloatInfo;
}

impl<O: FloatBin> HasFloatInfo for O
where
    O::Float: Value,
{
    const INFO: &'static FloatInfo = &FloatInfo {
        ty: type_of::<O::Float>(),
        rows: float_rows::<O>(),
    };
}

const fn float_rows<O: FloatBin>() -> RowPairs
where
    O::Float: Value,
{
    let mut rows = no_pairs();
    set_rows!(rows, FBin<O>: A S, S A, S S, A K, K A, S K, K S);
    if O::KIND.is_basic() {
        set_rows!(rows, FBin<O>: A P0, A P1, A P2, P0 A, P1 A, P2 A,
            P0 P0, P0 P1, P0 P2, P1 P0, P1 P1, P1 P2, P2 P0, P2 P1, P2 P2,
            P0 S, P1 S, P2 S, S P0, S P1, S P2, P0 K, P1 K, P2 K);
    }
    rows
}
