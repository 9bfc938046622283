//! Numeric operations: integer arithmetic, comparison, conversion.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use selvedge_vm::ops::Scalar;
use selvedge_vm::ops::alu::{Alu, AluKind};
use selvedge_vm::ops::cmp::Compare;
use selvedge_vm::ops::convert::{TryUnary, Unary};
use selvedge_vm::ops::div::{self, Div};
use selvedge_vm::types::ValType;

use super::kind::{KINDS, Kind, Rank, RowPairs, Singles, no_pairs, row, set_rows};
use super::name::{Named, named};
use super::place::{A, Dest, P0, P1, S1, Source, Value};
use super::row::{HasRow, ResultOp, Row};
use super::{Label, Mode, Op, Regs, Show};

/// The value type of a scalar.
pub(crate) const fn type_of<T: Scalar>() -> ValType {
    match (T::FLOAT, T::BITS) {
        (false, 32) => ValType::I32,
        (false, _) => ValType::I64,
        (true, 32) => ValType::F32,
        (true, _) => ValType::F64,
    }
}

/// Whether handlers of an integer operator deserve copies; `short` says whether its right operand
/// is a constant in word 1.
const fn is_hot(kind: AluKind, bits: u32, short: bool) -> bool {
    match kind {
        AluKind::Add | AluKind::And | AluKind::Xor => true,
        AluKind::Or | AluKind::Sub | AluKind::Mul => bits == 32,
        AluKind::Shl | AluKind::ShrU | AluKind::Rotl => short,
        _ => false,
    }
}

macro_rules! binary_op {
    ($(#[$doc:meta])* $name:ident $family:ident $operand:ident $result:ty; $hot:expr) => {
        $(#[$doc])*
        pub(crate) struct $name<O, L, R>(PhantomData<(O, L, R)>);
        named!($name O L R);

        impl<O: $family, L: Source<O::$operand>, R: Source<O::$operand>> ResultOp for $name<O, L, R>
        where
            O::$operand: Value,
        {
            type Result = $result;
            const LEN: usize = 2 + L::EXTRA + R::EXTRA;
            const HOT: bool = $hot;
            #[inline(always)]
            unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
                // SAFETY: passed on to the caller.
                unsafe {
                    let (a, b) = (L::read(&r), R::read(&r));
                    D::write(&mut r, <$result>::from(O::eval(a, b)));
                    r.next::<M>(Self::LEN)
                }
            }
        }
    };
}

pub(super) use binary_op;

binary_op! {
    /// Integer arithmetic that cannot trap.
    Bin Alu Int O::Int; is_hot(O::KIND, O::Int::BITS, R::SHORT)
}
binary_op! {
    /// An integer comparison as a value.
    Cmp Compare Int u32; false
}
/// An integer operator of two operands that cannot trap, for the translator.
pub(crate) struct AluInfo {
    pub kind: AluKind,
    /// The type of operands and result.
    pub ty: ValType,
    /// What it computes, on slots.
    pub eval: fn(u64, u64) -> u64,
    pub rows: RowPairs,
}

/// An integer operator whose [`AluInfo`] is found by its type.
pub(crate) trait HasAluInfo {
    const INFO: &'static AluInfo;
}

impl<O: Alu> HasAluInfo for O
where
    O::Int: Value,
{
    const INFO: &'static AluInfo = &AluInfo {
        kind: O::KIND,
        ty: type_of::<O::Int>(),
        eval: |a, b| O::eval(O::Int::from_slot(a), O::Int::from_slot(b)).to_slot(),
        rows: alu_rows::<O>(),
    };
}

/// The rank of an integer operator.
const fn alu_rank(kind: AluKind, bits: u32) -> Rank {
    match (kind, bits) {
        (AluKind::Add, 32) => 0,
        (AluKind::Add, _) | (AluKind::And | AluKind::Sub, 32) => 3,
        (AluKind::Mul | AluKind::Shl | AluKind::Or | AluKind::Xor | AluKind::ShrU, 32) => 4,
        (AluKind::Xor, _) => 4,
        (AluKind::Rotr, _) => 7,
        _ => 6,
    }
}

const fn alu_rows<O: Alu>() -> RowPairs
where
    O::Int: Value,
{
    let rank = alu_rank(O::KIND, O::Int::BITS);
    let mut rows = no_pairs();
    // The translator puts operands that may be exchanged in the order of `Kind`.
    set_rows!(rows, Bin<O>, rank;
        0: P0 I; 1: A I, P1 I, S I; 3: A S; 4: S S, P0 S, P1 S, A P0, A P1; 7: P0 P1);
    if O::Int::BITS == 64 {
        set_rows!(rows, Bin<O>, rank; 5: A K, S K);
    }
    if !O::KIND.commutes() {
        set_rows!(rows, Bin<O>, rank;
            4: S A; 5: I A; 6: I S; 7: I P1, S P0, S P1, I P0, P0 A, P1 A; 8: P1 P0);
    }
    rows
}

/// Integer division and remainder.
pub(crate) struct DivRem<O, L, R>(PhantomData<(O, L, R)>);
named!(DivRem O L R);

impl<O: Div, L: Source<O::Int>, R: Source<O::Int>> ResultOp for DivRem<O, L, R>
where
    O::Int: Value,
{
    type Result = O::Int;
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            match O::eval(L::read(&r), R::read(&r)) {
                Ok(value) => {
                    D::write(&mut r, value);
                    r.next::<M>(Self::LEN)
                }
                Err(code) => M::trap(r, code),
            }
        }
    }
}

/// A division or remainder, for the translator.
pub(crate) struct DivInfo {
    /// The type of operands and result.
    pub ty: ValType,
    pub rows: RowPairs,
}

/// A division whose [`DivInfo`] is found by its type.
pub(crate) trait HasDivInfo {
    const INFO: &'static DivInfo;
}

impl<O: Div> HasDivInfo for O
where
    O::Int: Value,
{
    const INFO: &'static DivInfo = &DivInfo {
        ty: type_of::<O::Int>(),
        rows: {
            let mut rows = no_pairs();
            set_rows!(rows, DivRem<O>, 2; 2: A I, S I; 4: S S; 8: S A, A S);
            rows
        },
    };
}

/// One operand, one result.
pub(crate) struct Un<O, X>(PhantomData<(O, X)>);
named!(Un O X);

impl<O: Unary, X: Source<O::In>> ResultOp for Un<O, X>
where
    O::Out: Value,
{
    type Result = O::Out;
    const HOT: bool = !O::In::FLOAT && (!O::Out::FLOAT || O::Out::BITS == 64);
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let value = O::eval(X::read(&r));
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// One operand, one result, and a trap if the operand does not fit.
pub(crate) struct TryUn<O, X>(PhantomData<(O, X)>);
named!(TryUn O X);

impl<O: TryUnary, X: Source<O::In>> ResultOp for TryUn<O, X>
where
    O::Out: Value,
{
    type Result = O::Out;
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            match O::eval(X::read(&r)) {
                Ok(value) => {
                    D::write(&mut r, value);
                    r.next::<M>(Self::LEN)
                }
                Err(code) => M::trap(r, code),
            }
        }
    }
}

/// The rank of an operator of one operand: changes of an integer's width are by far the most frequent ones.
const fn unary_rank<O: Unary>() -> Rank {
    let of_integers = !O::In::FLOAT && !O::Out::FLOAT;
    if of_integers && O::In::BITS != O::Out::BITS {
        0
    } else {
        8
    }
}

/// An operator of one operand, for the translator.
pub(crate) struct UnaryInfo {
    /// The type of the result.
    pub result: ValType,
    /// What it computes, on slots; `None` if it may trap.
    pub eval: Option<fn(u64) -> u64>,
    pub rows: Singles<Row>,
}

/// An operator whose [`UnaryInfo`] is found by its type.
pub(crate) trait HasUnaryInfo {
    const INFO: &'static UnaryInfo;
}

impl<O: Unary> HasUnaryInfo for O
where
    O::In: Value,
    O::Out: Value,
{
    const INFO: &'static UnaryInfo = &UnaryInfo {
        result: type_of::<O::Out>(),
        eval: Some(|bits| O::eval(O::In::from_slot(bits)).to_slot()),
        rows: {
            let mut rows = [None; KINDS];
            let rank = unary_rank::<O>();
            rows[Kind::A as usize] = row!(rank; Un<O, A>; A);
            rows[Kind::P0 as usize] = row!(rank + 2; Un<O, P0>; P0);
            rows[Kind::P1 as usize] = row!(rank + 4; Un<O, P1>; P1);
            rows[Kind::S as usize] = row!(rank + 1; Un<O, S1>; S);
            rows
        },
    };
}

/// An operator that may trap whose [`UnaryInfo`] is found by its type.
pub(crate) trait HasTryUnaryInfo {
    const INFO: &'static UnaryInfo;
}

impl<O: TryUnary> HasTryUnaryInfo for O
where
    O::In: Value,
    O::Out: Value,
{
    const INFO: &'static UnaryInfo = &UnaryInfo {
        result: type_of::<O::Out>(),
        eval: None,
        rows: {
            let mut rows = [None; KINDS];
            rows[Kind::A as usize] = row!(6; TryUn<O, A>; A);
            rows[Kind::S as usize] = row!(6; TryUn<O, S1>; S);
            rows
        },
    };
}

/// A wide arithmetic operator: operands in the slots from the one named by the
/// 32-bit field at byte 8, and two results, low word first, in their place.
pub(crate) trait WideOp: Named {
    /// The results for the slots at `at`.
    ///
    /// # Safety
    ///
    /// The operands are there.
    unsafe fn eval(at: *const u64) -> (u64, u64);
}

macro_rules! wide_ops {
    ($($name:ident |$a:ident| $eval:expr;)*) => { $(
        pub(crate) struct $name;
        named!($name);

        impl WideOp for $name {
            #[inline(always)]
            unsafe fn eval($a: *const u64) -> (u64, u64) {
                // SAFETY: the operands are there by contract.
                unsafe { $eval }
            }
        }
    )* };
}
wide_ops! {
    Add128 |a| div::add128((*a, *a.add(1)), (*a.add(2), *a.add(3)));
    Sub128 |a| div::sub128((*a, *a.add(1)), (*a.add(2), *a.add(3)));
    MulWideS |a| div::mul_wide_s(*a, *a.add(1));
    MulWideU |a| div::mul_wide_u(*a, *a.add(1));
}

/// A wide arithmetic operator.
pub(crate) struct Wide<W>(PhantomData<W>);
named!(Wide W);

impl<W: WideOp> Op for Wide<W> {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::U32(Label::At, 8)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: translation put the operands into consecutive slots of the frame.
        unsafe {
            let at = r.fp.add(r.field32(8) as usize);
            let (low, high) = W::eval(at);
            *at = low;
            *at.add(1) = high;
            r.next::<M>(Self::LEN)
        }
    }
}
