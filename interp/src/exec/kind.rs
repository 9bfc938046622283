//! Kinds of operand places, and tables of handlers by the kinds of their operands.
//!
//! A table has an entry for the combinations that have handlers of their own. The
//! translator finds the nearest one that exists: a pinned local and most accumulator
//! values are in a slot as well, an immediate may stand in word 2, and anything can
//! be stored first. So which combinations get handlers is decided here alone,
//! by what measurements say, and a rare operator is content with a few.

use super::row::{Code, PINS, Row};

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

/// How rare the use of a handler is: about the binary logarithm of how many times as often the most common
/// handler of its family is used. Operators and the places of operands have ranks; those of a handler add up.
/// They were counted in programs (`docs/adr/0023-ranks.md`).
pub(crate) type Rank = u32;

/// The greatest rank of handlers with copies, if they are hot.
const COPIED: Rank = 4;
/// The greatest rank of handlers with results in pinned locals.
const PINNED: Rank = 8;
/// The greatest rank of handlers that exist. Every table has some for operands in slots.
const WORTH: Rank = 11;

/// The rank of handlers that do the work of two operators, beyond their own.
pub(crate) const FUSED: Rank = if cfg!(feature = "specialized") {
    0
} else {
    WORTH + 1
};

/// One of a row's forms with ever fewer handlers, by rank: with copies, without, and without results in
/// pinned locals.
pub(crate) const fn row_of_rank(rank: Rank, forms: [&'static Row; 3]) -> Option<&'static Row> {
    match rank {
        0..=COPIED => Some(forms[0]),
        0..=PINNED => Some(forms[1]),
        0..=WORTH => Some(forms[2]),
        _ => None,
    }
}

/// The handlers with copies, or without, by rank.
pub(crate) const fn code_of_rank(rank: Rank, forms: [&'static Code; 2]) -> Option<&'static Code> {
    match rank {
        0..=COPIED => Some(forms[0]),
        0..=WORTH => Some(forms[1]),
        _ => None,
    }
}

/// What has to do with pinned locals, if there are handlers for them.
pub(crate) const fn if_pins<T>(handlers: Option<&'static T>) -> Option<&'static T> {
    if PINS { handlers } else { None }
}

/// A row of some rank; operands in pinned locals make it one of `tail` dispatch alone.
macro_rules! row {
    ($rank:expr; $op:ty; $($rest:ident)*) => {
        $crate::exec::kind::pick!($($rest)*;
            $crate::exec::kind::row_of_rank($rank, [<$op>::ROW, <$op>::PLAIN_ROW, <$op>::RARE_ROW]);
            $crate::exec::kind::row_of_rank(
                $rank,
                [<$op>::PINNED_ROW, <$op>::PLAIN_PINNED_ROW, <$op>::RARE_PINNED_ROW],
            ))
    };
}

/// As [`row`], for an operation without a result.
macro_rules! code {
    ($rank:expr; $op:ty; $($rest:ident)*) => {
        $crate::exec::kind::pick!($($rest)*;
            $crate::exec::kind::code_of_rank($rank, [<$op>::CODE, <$op>::PLAIN]);
            $crate::exec::kind::code_of_rank($rank, [<$op>::PINNED, <$op>::PLAIN_PINNED]))
    };
}

/// The second of two expressions if one of the kinds is that of a pinned local, or the first.
macro_rules! pick {
    (P0 $($rest:ident)*; $plain:expr; $pinned:expr) => { $crate::exec::kind::if_pins($pinned) };
    (P1 $($rest:ident)*; $plain:expr; $pinned:expr) => { $crate::exec::kind::if_pins($pinned) };
    (P2 $($rest:ident)*; $plain:expr; $pinned:expr) => { $crate::exec::kind::if_pins($pinned) };
    ($first:ident $($rest:ident)*; $plain:expr; $pinned:expr) => {
        $crate::exec::kind::pick!($($rest)*; $plain; $pinned)
    };
    (; $plain:expr; $pinned:expr) => { $plain };
}

/// Fills entries of a table of rows: `set_rows!(table, Bin<O>, rank; 3: A S; 4: S S)` puts in
/// `Bin<O, A, S2>` with the rank `rank + 3` and `Bin<O, S1, S2>` with `rank + 4`.
macro_rules! set_rows {
    ($table:ident, $op:ident<$o:ty>, $rank:expr; $($more:literal: $($l:ident $r:ident),*);* $(;)?) => {
        $($($crate::exec::kind::set_rows!(@ $table, $op<$o>, $rank + $more; $l $r);)*)*
    };
    (@ $table:ident, $op:ident<$o:ty>, $rank:expr; $l:ident $r:ident) => {
        $table[$crate::exec::kind::Kind::$l as usize][$crate::exec::kind::Kind::$r as usize] =
            $crate::exec::kind::row!(
                $rank;
                $op<$o, $crate::exec::kind::left!($l), $crate::exec::kind::right!($l $r)>; $l $r
            );
    };
}

pub(crate) use {code, left, pick, right, row, set_rows};
