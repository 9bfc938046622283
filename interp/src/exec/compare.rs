//! Comparisons: as values, and as conditions of branches. Those at the end of counting loops are in
//! [`loop_counter`](super::loop_counter).
//!
//! A conditional branch dispatches on each of its two paths: as one dispatch of a
//! selected address it would wait for its operands instead of being predicted
//! (measured: CoreMark 10 % slower).
//!
//! The translator asks for `Eq`, `Ne`, `Lt` and `Ge` only, and for `Lt` and `Le` of floats: it
//! exchanges operands, or adjusts a constant, to get there.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use selvedge_vm::ops::cmp::{CmpKind, Compare};
use selvedge_vm::ops::float::{FloatCmpKind, FloatCompare};
use selvedge_vm::ops::{Int, Scalar};
use selvedge_vm::types::ValType;
use selvedge_vm::{for_each_cmp, for_each_float_cmp, ops};

use super::branch::{Back, Direction, Forward, take};
use super::float::FCmp;
use super::kind::{CodePairs, FUSED, Kind, Rank, RowPairs, WORTH, code, no_pairs, set_rows};
use super::loop_counter::{StepSlot, counter_rank, counters};
use super::name::named;
use super::numeric::{Cmp, type_of};
use super::place::{A, H, I16, J, K, P0, P1, S0, S1, Source, Value};
use super::row::{HasCode, HasRow};
use super::{Mode, Op, Regs, Show};

/// A branch if an integer comparison holds.
pub(crate) struct BrCmp<C, L, R, P>(PhantomData<(C, L, R, P)>);
named!(BrCmp C L R P);

impl<C: Compare, L: Source<C::Int>, R: Source<C::Int>, P: Direction> Op for BrCmp<C, L, R, P> {
    const LEN: usize = 2 + L::EXTRA + R::EXTRA;
    const HOT: bool = C::Int::BITS == 32;
    const SHOW: &'static [Show] = &[Show::Target(12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            if C::eval(L::read(&r), R::read(&r)) {
                take::<M, P>(r)
            } else {
                r.next::<M>(Self::LEN)
            }
        }
    }
}

/// A branch if the bit-and of two integers is not zero (`C` = `Ne`) or zero (`Eq`).
pub(crate) struct BrTest<C, L, R, P>(PhantomData<(C, L, R, P)>);
named!(BrTest C L R P);

impl<C: Compare, L: Source<C::Int>, R: Source<C::Int>, P: Direction> Op for BrTest<C, L, R, P> {
    const LEN: usize = 2 + L::EXTRA + R::EXTRA;
    const SHOW: &'static [Show] = &[Show::Target(12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let bits = L::read(&r).to_slot() & R::read(&r).to_slot();
            if C::eval(C::Int::from_slot(bits), C::Int::from_imm(0)) {
                take::<M, P>(r)
            } else {
                r.next::<M>(Self::LEN)
            }
        }
    }
}

/// A branch if a float comparison holds (`WHEN`), or does not.
pub(crate) struct BrFCmp<C, L, R, P, const WHEN: bool>(PhantomData<(C, L, R, P)>);
named!(BrFCmp C L R P (WHEN: bool));

impl<C, L, R, P, const WHEN: bool> Op for BrFCmp<C, L, R, P, WHEN>
where
    C: FloatCompare,
    L: Source<C::Float>,
    R: Source<C::Float>,
    P: Direction,
{
    const LEN: usize = 2 + L::EXTRA + R::EXTRA;
    const SHOW: &'static [Show] = &[Show::Target(12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            if C::eval(L::read(&r), R::read(&r)) == WHEN {
                take::<M, P>(r)
            } else {
                r.next::<M>(Self::LEN)
            }
        }
    }
}

/// An integer comparison, for the translator.
pub(crate) struct CmpInfo {
    pub kind: CmpKind,
    /// The type of the operands.
    pub ty: ValType,
    pub negated: &'static CmpInfo,
    pub swapped: &'static CmpInfo,
    /// Whether it holds, of slots.
    pub eval: fn(u64, u64) -> bool,
    /// As a value.
    pub rows: RowPairs,
    /// As the condition of a branch, forward and back.
    pub branch: [CodePairs; 2],
    /// With zero: of a bit-and, as the condition of a branch, forward and back.
    pub test: [CodePairs; 2],
    /// Of a counter, on the left, after its increment by a constant or by the value of a slot, as
    /// the condition of a branch back.
    /// `None` if there are no handlers.
    pub counter: Option<&'static [CodePairs; 2]>,
}

/// Fills entries of a table of branches, as `set_rows`: left slots are in field 0, right ones in field 1.
macro_rules! set_branches {
    ($table:ident, $op:tt, $rank:expr; $($more:literal: $($l:ident $r:ident),*);* $(;)?) => {
        $($(
            $table[Kind::$l as usize][Kind::$r as usize] =
                set_branches!(@ $op, $rank + $more; $l $r);
        )*)*
    };
    (@ ($op:ident $($arg:ident)*), $rank:expr; $l:ident $r:ident) => {
        set_branches!(@@ $op ($($arg)*), $rank; $l $r)
    };
    (@@ BrFCmp ($o:ident $p:ident $when:ident), $rank:expr; $l:ident $r:ident) => {
        code!($rank; BrFCmp<$o, left!($l), right!($r), $p, $when>; $l $r)
    };
    (@@ $op:ident ($o:ident $p:ident), $rank:expr; $l:ident $r:ident) => {
        code!($rank; $op<$o, left!($l), right!($r), $p>; $l $r)
    };
}

/// Places of left operands: a slot is in field 0.
macro_rules! left {
    (S) => {
        S0
    };
    ($kind:ident) => {
        $kind
    };
}

/// Places of right operands: a slot or a short constant is in field 1, any other constant in word 2.
macro_rules! right {
    (S) => {
        S1
    };
    (I) => {
        I16
    };
    (K) => {
        J
    };
    ($kind:ident) => {
        $kind
    };
}

pub(super) use {left, right};

/// Whether the translator asks for a comparison.
pub(super) const fn is_normal(kind: CmpKind) -> bool {
    !matches!(
        kind,
        CmpKind::GtS | CmpKind::GtU | CmpKind::LeS | CmpKind::LeU
    )
}

const fn is_symmetric(kind: CmpKind) -> bool {
    matches!(kind, CmpKind::Eq | CmpKind::Ne)
}

/// The rank of an integer comparison.
const fn cmp_rank(kind: CmpKind, bits: u32) -> Rank {
    let rank = match kind {
        CmpKind::Eq | CmpKind::Ne => 0,
        CmpKind::LtU | CmpKind::GeU => 2,
        _ => 3,
    };
    if bits == 32 { rank } else { rank + 4 }
}

const fn value_rows<C: Compare>() -> RowPairs
where
    C::Int: Value,
{
    let mut rows = no_pairs();
    if !is_normal(C::KIND) {
        return rows;
    }
    let rank = cmp_rank(C::KIND, C::Int::BITS);
    set_rows!(rows, Cmp<C>, rank;
        0: A I; 1: P0 I, P1 I, S I; 2: A S; 3: P1 S; 4: S S, P0 S);
    if is_symmetric(C::KIND) {
        set_rows!(rows, Cmp<C>, rank; 5: A P0, A P1; 6: P0 P1);
    } else {
        set_rows!(rows, Cmp<C>, rank; 4: S A; 6: S P0, S P1);
    }
    if C::Int::BITS == 64 {
        set_rows!(rows, Cmp<C>, rank; 4: A K, S K);
    }
    rows
}

const fn branches<C: Compare, P: Direction>() -> CodePairs
where
    C::Int: Value,
{
    let mut codes = no_pairs();
    if !is_normal(C::KIND) {
        return codes;
    }
    let rank = cmp_rank(C::KIND, C::Int::BITS) + if P::POLL { 3 } else { 0 };
    set_branches!(codes, (BrCmp C P), rank; 0: A I; 1: P0 I, P1 I, S I; 2: A S; 4: P0 S, P1 S;
        5: A P1, P0 P1, A K; 6: A P0; 7: P0 K, P1 K, S K);
    set_branches!(codes, (BrCmp C P), 0; 4: S S);
    if !is_symmetric(C::KIND) {
        set_branches!(codes, (BrCmp C P), rank; 2: S A; 4: P1 A; 5: S P0, S P1; 6: P0 A, P1 P0);
    }
    codes
}

const fn tests<C: Compare, P: Direction>() -> CodePairs
where
    C::Int: Value,
{
    let mut codes = no_pairs();
    if is_symmetric(C::KIND) {
        let rank = match C::Int::BITS {
            32 => FUSED,
            _ => FUSED + 4,
        };
        let rank = rank + if P::POLL { 2 } else { 0 };
        set_branches!(codes, (BrTest C P), rank; 0: A I; 1: S I, A K; 2: A S; 3: P0 I, P1 I;
            6: S K, P0 K, P1 K, P0 S, P1 S);
        set_branches!(codes, (BrTest C P), 0; 5: S S);
    }
    codes
}

impl CmpInfo {
    const fn of<C: Compare>(negated: &'static CmpInfo, swapped: &'static CmpInfo) -> Self
    where
        C::Int: Value,
    {
        Self {
            kind: C::KIND,
            ty: type_of::<C::Int>(),
            negated,
            swapped,
            eval: |a, b| C::eval(C::Int::from_slot(a), C::Int::from_slot(b)),
            rows: value_rows::<C>(),
            branch: [branches::<C, Forward>(), branches::<C, Back>()],
            test: [tests::<C, Forward>(), tests::<C, Back>()],
            counter: if counter_rank::<C>() <= WORTH {
                Some(const { &[counters::<C, H>(), counters::<C, StepSlot>()] })
            } else {
                None
            },
        }
    }

    /// Whether the translator may ask for it.
    pub fn is_normal(&self) -> bool {
        is_normal(self.kind)
    }

    /// Whether the operands may be exchanged.
    pub fn is_symmetric(&self) -> bool {
        is_symmetric(self.kind)
    }

    /// For `>` and `<=`: the comparison with the constant one above `bits` that means the
    /// same, and that constant, if there is one.
    pub fn with_successor(&'static self, bits: u64) -> Option<(&'static CmpInfo, u64)> {
        let narrow = self.ty == ValType::I32;
        let max = match self.kind {
            CmpKind::GtS | CmpKind::LeS => [i64::MAX as u64, i32::MAX as u64][usize::from(narrow)],
            _ => [u64::MAX, u64::from(u32::MAX)][usize::from(narrow)],
        };
        let next = bits.wrapping_add(1);
        let next = if narrow { u64::from(next as u32) } else { next };
        let same = match self.kind {
            CmpKind::GtS | CmpKind::GtU => self.swapped.negated,
            _ => self.negated.swapped,
        };
        (bits != max).then_some((same, next))
    }
}

macro_rules! infos {
    ($($name:ident $visit:ident $int:ident $kind:ident $negated:ident $swapped:ident ($eval:expr);)*) => {
        /// The integer comparisons under the names of their types.
        #[allow(non_upper_case_globals, reason = "named as the comparisons' types")]
        pub(crate) mod info {
            use super::*;
            $(pub(crate) static $name: CmpInfo = CmpInfo::of::<ops::cmp::$name>(&$negated, &$swapped);)*
        }
    };
}
for_each_cmp!(infos);

/// A float comparison, for the translator.
pub(crate) struct FloatCmpInfo {
    pub kind: FloatCmpKind,
    pub swapped: &'static FloatCmpInfo,
    /// As a value.
    pub rows: RowPairs,
    /// As the condition of a branch: if it does not hold or does; forward and back.
    pub branch: [[CodePairs; 2]; 2],
}

const fn is_normal_float(kind: FloatCmpKind) -> bool {
    !matches!(kind, FloatCmpKind::Gt | FloatCmpKind::Ge)
}

const fn float_value_rows<C: FloatCompare>() -> RowPairs
where
    C::Float: Value,
{
    let mut rows = no_pairs();
    if is_normal_float(C::KIND) {
        set_rows!(rows, FCmp<C>, 5; 1: A K, S K, S S, S A, K S, K A, A S);
    }
    rows
}

const fn float_branches<C: FloatCompare, P: Direction, const WHEN: bool>() -> CodePairs
where
    C::Float: Value,
{
    let mut codes = no_pairs();
    let rank = if C::Float::BITS == 64 { 5 } else { 7 } + if P::POLL { 3 } else { 0 };
    if is_normal_float(C::KIND) {
        set_branches!(codes, (BrFCmp C P WHEN), rank; 0: A S, S A; 4: P0 S, P1 S; 5: S P0, S P1, A P0, P0 A);
        set_branches!(codes, (BrFCmp C P WHEN), 0; 5: S S);
        codes[Kind::A as usize][Kind::K as usize] = code!(rank; BrFCmp<C, A, K, P, WHEN>; A K);
        codes[Kind::S as usize][Kind::K as usize] = code!(rank + 1; BrFCmp<C, S0, K, P, WHEN>; S K);
        codes[Kind::P0 as usize][Kind::K as usize] =
            code!(rank + 3; BrFCmp<C, P0, K, P, WHEN>; P0 K);
    }
    if matches!(C::KIND, FloatCmpKind::Lt | FloatCmpKind::Le) {
        codes[Kind::K as usize][Kind::A as usize] = code!(rank; BrFCmp<C, K, A, P, WHEN>; K A);
        codes[Kind::K as usize][Kind::S as usize] = code!(rank + 1; BrFCmp<C, K, S1, P, WHEN>; K S);
    }
    codes
}

impl FloatCmpInfo {
    const fn of<C: FloatCompare>(swapped: &'static FloatCmpInfo) -> Self
    where
        C::Float: Value,
    {
        Self {
            kind: C::KIND,
            swapped,
            rows: float_value_rows::<C>(),
            branch: [
                [
                    float_branches::<C, Forward, false>(),
                    float_branches::<C, Back, false>(),
                ],
                [
                    float_branches::<C, Forward, true>(),
                    float_branches::<C, Back, true>(),
                ],
            ],
        }
    }

    /// Whether the translator may ask for it.
    pub fn is_normal(&self) -> bool {
        is_normal_float(self.kind)
    }
}

macro_rules! float_infos {
    ($($name:ident $visit:ident $float:ident $kind:ident $swapped:ident ($eval:expr);)*) => {
        /// The float comparisons under the names of their types.
        #[allow(non_upper_case_globals, reason = "named as the comparisons' types")]
        pub(crate) mod float_info {
            use super::*;
            $(pub(crate) static $name: FloatCmpInfo =
                FloatCmpInfo::of::<ops::float::$name>(&$swapped);)*
        }
    };
}
for_each_float_cmp!(float_infos);
