//! Kinds of operand places, and tables of handlers by the kinds of their operands.
//!
//! A table has an entry for the combinations that have handlers of their own. The
//! translator finds the nearest one that exists: a pinned local and most accumulator
//! values are in a slot as well, an immediate may stand in word 2, and anything can
//! be stored first. So which combinations get handlers is decided here alone,
//! by what measurements say, and a rare operator is content with a few.

use super::row::{Code, Row};

/// The kind of an operand's place.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Kind {
    /// The accumulator of its class.
    A,
    /// Pinned local 0.
    P0,
    /// Pinned local 1.
    P1,
    /// Pinned local 2.
    P2,
    /// A slot.
    S,
    /// A constant in a field of word 1.
    I,
    /// A constant in word 2.
    K,
}

/// The number of kinds.
pub(crate) const KINDS: usize = 7;

/// Something by the kind of one operand.
pub(crate) type Singles<T> = [Option<&'static T>; KINDS];
/// Something by the kinds of two operands, the left one first.
pub(crate) type Pairs<T> = [Singles<T>; KINDS];

/// No handlers at all.
pub(crate) const fn no_pairs<T>() -> Pairs<T> {
    [[None; KINDS]; KINDS]
}

/// Rows of operations with one result.
pub(crate) type RowPairs = Pairs<Row>;
/// Operations without a result.
pub(crate) type CodePairs = Pairs<Code>;

/// The place of a left operand of some kind; slots are in field 1.
macro_rules! left {
    (S) => {
        crate::exec::place::S1
    };
    ($kind:ident) => {
        crate::exec::place::$kind
    };
}

/// The place of the right operand beside a left one of some kind: a slot is in field
/// 2, or in field 1 beside a constant.
macro_rules! right {
    (I S) => {
        crate::exec::place::S1
    };
    (K S) => {
        crate::exec::place::S1
    };
    ($left:ident S) => {
        crate::exec::place::S2
    };
    ($left:ident $kind:ident) => {
        crate::exec::place::$kind
    };
}

/// A row; operands in pinned locals make it one of `tail` dispatch alone.
macro_rules! row {
    ($op:ty; $($rest:ident)*) => { $crate::exec::kind::pick!(ROW PINNED_ROW; $op; $($rest)*) };
}

/// As [`row`], for an operation without a result.
macro_rules! code {
    ($op:ty; $($rest:ident)*) => { $crate::exec::kind::pick!(CODE PINNED; $op; $($rest)*) };
}

macro_rules! pick {
    ($plain:ident $pinned:ident; $op:ty; P0 $($rest:ident)*) => { Some(<$op>::$pinned) };
    ($plain:ident $pinned:ident; $op:ty; P1 $($rest:ident)*) => { Some(<$op>::$pinned) };
    ($plain:ident $pinned:ident; $op:ty; P2 $($rest:ident)*) => { Some(<$op>::$pinned) };
    ($plain:ident $pinned:ident; $op:ty; $first:ident $($rest:ident)*) => {
        $crate::exec::kind::pick!($plain $pinned; $op; $($rest)*)
    };
    ($plain:ident $pinned:ident; $op:ty;) => { Some(<$op>::$plain) };
}

/// Fills entries of a table of rows: `set_rows!(table, Bin<O>: S S, A S)` puts in
/// `Bin<O, S1, S2>` and `Bin<O, A, S2>`.
macro_rules! set_rows {
    ($table:ident, $op:ident<$o:ty>: $($l:ident $r:ident),* $(,)?) => { $(
        $table[$crate::exec::kind::Kind::$l as usize][$crate::exec::kind::Kind::$r as usize] =
            $crate::exec::kind::row!(
                $op<$o, $crate::exec::kind::left!($l), $crate::exec::kind::right!($l $r)>; $l $r
            );
    )* };
}

pub(crate) use {code, left, pick, right, row, set_rows};

/// The combinations for an operator whose operands may be exchanged. The
/// translator puts them in the order of [`Kind`].
macro_rules! commutative_rows {
    ($table:ident, $op:ident<$o:ty>, $wide:expr) => {
        $crate::exec::kind::set_rows!($table, $op<$o>:
            A P0, A P1, A S, P0 P1, P0 S, P1 S, S S, A I, P0 I, P1 I, S I);
        if $wide {
            $crate::exec::kind::set_rows!($table, $op<$o>: A K, S K);
        }
    };
}
pub(crate) use commutative_rows;
