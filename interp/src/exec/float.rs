//! Float operations: arithmetic, alone, with an operand in memory, or two at once; and
//! comparisons as values.
//!
//! Operations that are fused round as they do alone, and take their operands in the
//! order of the operators.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::hint::cold_path;
use std::marker::PhantomData;

use selvedge_vm::access::{self, LittleEndian};
use selvedge_vm::ops;
use selvedge_vm::ops::Scalar;
use selvedge_vm::ops::float::{FloatBin, FloatCompare, FloatKind};
use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::ValType;

use super::kind::{FUSED, Kind, Rank, RowPairs, no_pairs, row, set_rows};
use super::name::{Named, named};
use super::numeric::{binary_op, type_of};
use super::place::{A, Dest, J, K, P0, P1, S1, S2, S3, Source, Value};
use super::row::{HasRow, ResultOp, Row};
use super::{Label, Mode, Regs, Show};

binary_op! {
    /// Float arithmetic.
    FBin FloatBin Float O::Float; O::KIND.is_basic() && O::Float::BITS == 64
}
binary_op! {
    /// A float comparison as a value.
    FCmp FloatCompare Float u32; false
}

/// Puts the canonical NaN in place of another one.
pub(crate) struct Canonical<T, X>(PhantomData<(T, X)>);
named!(Canonical T X);

impl<T: Float, X: Source<T>> ResultOp for Canonical<T, X> {
    type Result = T;
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let value = X::read(&r);
            D::write(&mut r, value.canonical());
            r.next::<M>(Self::LEN)
        }
    }
}

/// The handlers of [`Canonical`] for `f32` and `f64`, by whether the operand is in the accumulator.
pub(crate) static CANONICAL: [[&Row; 2]; 2] = [
    [Canonical::<f32, S1>::ROW, Canonical::<f32, A>::ROW],
    [Canonical::<f64, S1>::ROW, Canonical::<f64, A>::ROW],
];

/// A float as operands and memory hold it, with the operators that fusions are made of.
pub(crate) trait Float: Value + LittleEndian {
    /// The sum.
    type Add: FloatBin<Float = Self>;
    /// The difference.
    type Sub: FloatBin<Float = Self>;
    /// The product.
    type Mul: FloatBin<Float = Self>;
    /// The number, or the canonical NaN.
    fn canonical(self) -> Self;
}

impl Float for f32 {
    type Add = ops::float::F32Add;
    type Sub = ops::float::F32Sub;
    type Mul = ops::float::F32Mul;
    #[inline(always)]
    fn canonical(self) -> Self {
        if self.is_nan() { f32::NAN } else { self }
    }
}

impl Float for f64 {
    type Add = ops::float::F64Add;
    type Sub = ops::float::F64Sub;
    type Mul = ops::float::F64Mul;
    #[inline(always)]
    fn canonical(self) -> Self {
        if self.is_nan() { f64::NAN } else { self }
    }
}

/// A float operator of two operands, for the translator.
pub(crate) struct FloatInfo {
    pub kind: FloatKind,
    /// The type of operands and result.
    pub ty: ValType,
    pub rows: RowPairs,
    /// With an operand in memory: the right one, or the left one.
    pub loads: [FloatLoads; 2],
    /// With another operation that makes an operand: the right one, or the left one.
    pub pairs: [FloatPairs; 2],
}

/// A float operator whose [`FloatInfo`] is found by its type.
pub(crate) trait HasFloatInfo {
    const INFO: &'static FloatInfo;
}

impl<O: FloatBin> HasFloatInfo for O
where
    O::Float: Float,
{
    const INFO: &'static FloatInfo = &FloatInfo {
        kind: O::KIND,
        ty: type_of::<O::Float>(),
        rows: float_rows::<O>(),
        loads: float_loads::<O>(),
        pairs: float_pairs::<O>(),
    };
}

const fn float_rows<O: FloatBin>() -> RowPairs
where
    O::Float: Value,
{
    let mut rows = no_pairs();
    let rank = match (O::KIND.is_basic(), O::Float::BITS) {
        (true, 64) => 2,
        (true, _) => 7,
        _ => 8,
    };
    set_rows!(rows, FBin<O>, rank;
        0: S A, A K; 2: S K, A S, S S; 3: K S, K A, P0 P0, A P0, P0 K, P0 A;
        4: P1 P1, P2 P2, P1 K, A P1, A P2, P1 A; 5: S P0, S P1, S P2, P2 K, P0 P1, P2 A;
        6: P0 S, P1 S, P1 P2, P0 P2; 7: P1 P0, P2 P1, P2 S, P2 P0);
    rows
}

/// Where the operand in memory 0 is.
pub(crate) trait Address: Named {
    /// Length in words of an instruction with the address.
    const LEN: usize;
    /// The offset.
    const SHOW: &'static [Show];
    /// The effective address.
    ///
    /// # Safety
    ///
    /// As [`Op`](super::Op).
    unsafe fn effective(r: &Regs) -> u64;
}

/// At the index in `X`, whose slot is in field 2, with the offset in field 3.
pub(crate) struct At<X>(PhantomData<X>);
named!(At X);

impl<X: Source<u32>> Address for At<X> {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::U16(Label::Offset, 3)];
    #[inline(always)]
    unsafe fn effective(r: &Regs) -> u64 {
        // SAFETY: passed on to the caller.
        unsafe { u64::from(X::read(r)) + r.field(3) as u64 }
    }
}

/// At the 32-bit sum of `X` and `Y`, whose slots are in fields 2 and 3, with the offset at
/// byte 20.
pub(crate) struct Sum<X, Y>(PhantomData<(X, Y)>);
named!(Sum X Y);

impl<X: Source<u32>, Y: Source<u32>> Address for Sum<X, Y> {
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[Show::U32(Label::Offset, 20)];
    #[inline(always)]
    unsafe fn effective(r: &Regs) -> u64 {
        // SAFETY: passed on to the caller.
        unsafe {
            let index = X::read(r).wrapping_add(Y::read(r));
            u64::from(index) + u64::from(r.field32(20))
        }
    }
}

macro_rules! load_ops {
    ($($(#[$doc:meta])* $name:ident |$x:ident, $loaded:ident| $a:ident $b:ident;)*) => { $(
        $(#[$doc])*
        pub(crate) struct $name<O, X, Y>(PhantomData<(O, X, Y)>);
        named!($name O X Y);

        impl<O: FloatBin, X: Source<O::Float>, Y: Address> ResultOp for $name<O, X, Y>
        where
            O::Float: Float,
        {
            type Result = O::Float;
            const LEN: usize = Y::LEN;
            const HOT: bool = O::Float::BITS == 64;
            const SHOW: &'static [Show] = Y::SHOW;
            #[inline(always)]
            unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
                // SAFETY: passed on to the caller; `mem` is the base of a live memory, and
                // the access is checked.
                unsafe {
                    let ea = Y::effective(&r);
                    if access::check(r.mem, ea, size_of::<O::Float>() as u64) {
                        let $loaded: O::Float = access::load(r.mem, ea);
                        let $x = X::read(&r);
                        D::write(&mut r, O::eval($a, $b));
                        r.next::<M>(Self::LEN)
                    } else {
                        cold_path();
                        M::trap(r, TrapCode::MemoryOutOfBounds)
                    }
                }
            }
        }
    )* };
}
load_ops! {
    /// Float arithmetic on `X` and what is in memory 0 at `Y`.
    FBinLoad |x, loaded| x loaded;
    /// Float arithmetic on what is in memory 0 at `Y`, and `X`.
    FBinLoadLeft |x, loaded| loaded x;
}

/// The rank of a float operation with another one or a load; `more` is that of its operands.
const fn fused_rank<O: FloatBin>(more: Rank) -> Rank {
    let narrow = if O::Float::BITS == 64 { 0 } else { 4 };
    FUSED + 3 + more + narrow
}

/// The kinds of the operands of a fused operation, and its row, if it has one.
pub(crate) type Fused<const N: usize> = ([Kind; N], Option<&'static Row>);

/// The handlers of an operator with one operand in memory, best first. The kind of the other
/// operand comes first.
pub(crate) struct FloatLoads {
    /// At an index.
    pub at: &'static [Fused<2>],
    /// At the sum of two operands; `K` stands for a 32-bit constant.
    pub at_sum: &'static [Fused<3>],
}

/// The place of operand 1, 2 or 3 of some kind: a slot is in the field of that number.
macro_rules! place {
    (1 S) => {
        S1
    };
    (2 S) => {
        S2
    };
    (3 S) => {
        S3
    };
    ($n:tt $kind:ident) => {
        $kind
    };
}

/// As [`place`], for an operand of an address: a constant has 32 bits.
macro_rules! index {
    (3 K) => {
        J
    };
    ($n:tt $kind:ident) => {
        place!($n $kind)
    };
}

/// Handlers with an operand in memory at an index.
macro_rules! at {
    ($op:ident<$o:ty>: $($x:ident $i:ident),*) => { &[$((
        [Kind::$x, Kind::$i],
        row!(fused_rank::<$o>(0); $op<$o, place!(1 $x), At<index!(2 $i)>>; $x $i),
    )),*] };
}

/// Handlers with an operand in memory at a sum.
macro_rules! at_sum {
    ($op:ident<$o:ty>: $($x:ident $i:ident $j:ident),*) => { &[$((
        [Kind::$x, Kind::$i, Kind::$j],
        row!(fused_rank::<$o>(3); $op<$o, place!(1 $x), Sum<index!(2 $i), index!(3 $j)>>; $x $i $j),
    )),*] };
}

/// The handlers of an operator with one operand in memory: the right one, or the left one.
trait HasFloatLoads {
    /// For `f64`.
    const MANY_LOADS: [FloatLoads; 2];
    /// For `f32`.
    const FEW_LOADS: [FloatLoads; 2];
    /// None.
    const NO_LOADS: [FloatLoads; 2] = [const {
        FloatLoads {
            at: &[],
            at_sum: &[],
        }
    }; 2];
}

impl<O: FloatBin> HasFloatLoads for O
where
    O::Float: Float,
{
    const MANY_LOADS: [FloatLoads; 2] = [
        FloatLoads {
            at: at!(FBinLoad<O>: A A, A P0, A P1, A S, S A, S P0, S P1, S S),
            at_sum: at_sum!(FBinLoad<O>:
                A P0 K, A P1 K, A S K, A S S, S P0 K, S P1 K, S S K, S S S),
        },
        FloatLoads {
            at: at!(FBinLoadLeft<O>: S A, S P0, S S),
            at_sum: at_sum!(FBinLoadLeft<O>: S P0 K, S S K),
        },
    ];
    const FEW_LOADS: [FloatLoads; 2] = [
        FloatLoads {
            at: at!(FBinLoad<O>: A A, A S, S A, S S),
            at_sum: at_sum!(FBinLoad<O>: A S K, A S S, S S K, S S S),
        },
        FloatLoads {
            at: at!(FBinLoadLeft<O>: S S),
            at_sum: at_sum!(FBinLoadLeft<O>: S S K),
        },
    ];
}

const fn float_loads<O: FloatBin>() -> [FloatLoads; 2]
where
    O::Float: Float,
{
    match (O::KIND, O::Float::BITS) {
        (FloatKind::Add | FloatKind::Sub | FloatKind::Mul, 64) => O::MANY_LOADS,
        (FloatKind::Add | FloatKind::Sub | FloatKind::Mul, _) => O::FEW_LOADS,
        _ => O::NO_LOADS,
    }
}

macro_rules! pair_ops {
    ($($(#[$doc:meta])* $name:ident |$z:ident, $first:ident| $a:ident $b:ident;)*) => { $(
        $(#[$doc])*
        pub(crate) struct $name<F, O, X, Y, Z>(PhantomData<(F, O, X, Y, Z)>);
        named!($name F O X Y Z);

        impl<F, O, X, Y, Z> ResultOp for $name<F, O, X, Y, Z>
        where
            F: FloatBin,
            O: FloatBin<Float = F::Float>,
            F::Float: Value,
            X: Source<F::Float>,
            Y: Source<F::Float>,
            Z: Source<F::Float>,
        {
            type Result = F::Float;
            const LEN: usize = 2 + X::EXTRA + Y::EXTRA + Z::EXTRA;
            const HOT: bool = F::Float::BITS == 64;
            #[inline(always)]
            unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
                // SAFETY: passed on to the caller.
                unsafe {
                    let $first = F::eval(X::read(&r), Y::read(&r));
                    let $z = Z::read(&r);
                    D::write(&mut r, O::eval($a, $b));
                    r.next::<M>(Self::LEN)
                }
            }
        }
    )* };
}
pair_ops! {
    /// `O` of `Z` and the result of `F` of `X` and `Y`.
    FPair |z, first| z first;
    /// `O` of the result of `F` of `X` and `Y`, and `Z`.
    FPairLeft |z, first| first z;
}

/// The handlers of an operator of which another one makes an operand, best first, by that
/// other operator.
pub(crate) type FloatPairs = &'static [(FloatKind, &'static [Fused<3>])];

/// Handlers of two operations.
macro_rules! pairs {
    ($op:ident<$f:ty, $o:ty>: $($x:ident $y:ident $z:ident),*) => { &[$((
        [Kind::$x, Kind::$y, Kind::$z],
        row!(fused_rank::<$o>(2); $op<$f, $o, place!(1 $x), place!(2 $y), place!(3 $z)>; $x $y $z),
    )),*] };
}

/// The handlers of an operator of which `F` makes an operand.
trait HasFloatPair<F> {
    const RIGHT: (FloatKind, &'static [Fused<3>]);
    const LEFT: (FloatKind, &'static [Fused<3>]);
}

impl<F: FloatBin, O: FloatBin<Float = F::Float>> HasFloatPair<F> for O
where
    F::Float: Float,
{
    const RIGHT: (FloatKind, &'static [Fused<3>]) = (
        F::KIND,
        pairs!(FPair<F, O>: S S A, A S S, S A S, A K S, S S S),
    );
    const LEFT: (FloatKind, &'static [Fused<3>]) = (
        F::KIND,
        pairs!(FPairLeft<F, O>: A S S, S A S, A K S, S S K, S S S),
    );
}

/// The lists of [`FloatPairs`] for an operator.
trait HasFloatPairs {
    /// Where the other operator is a product.
    const PRODUCTS: [FloatPairs; 2];
    /// Where it is a sum, or a product.
    const SUMS: [FloatPairs; 2];
    /// Where it is a sum, a difference, or a product.
    const ALL: [FloatPairs; 2];
}

/// The operator that `$name` names for the floats of `$o`.
macro_rules! on_floats {
    ($o:ident $name:ident) => {
        <$o::Float as Float>::$name
    };
}

impl<O: FloatBin> HasFloatPairs for O
where
    O::Float: Float,
{
    const PRODUCTS: [FloatPairs; 2] = [
        &[<O as HasFloatPair<on_floats!(O Mul)>>::RIGHT],
        &[<O as HasFloatPair<on_floats!(O Mul)>>::LEFT],
    ];
    const SUMS: [FloatPairs; 2] = [
        &[
            <O as HasFloatPair<on_floats!(O Mul)>>::RIGHT,
            <O as HasFloatPair<on_floats!(O Add)>>::RIGHT,
        ],
        &[
            <O as HasFloatPair<on_floats!(O Mul)>>::LEFT,
            <O as HasFloatPair<on_floats!(O Add)>>::LEFT,
        ],
    ];
    const ALL: [FloatPairs; 2] = [
        &[
            <O as HasFloatPair<on_floats!(O Mul)>>::RIGHT,
            <O as HasFloatPair<on_floats!(O Add)>>::RIGHT,
            <O as HasFloatPair<on_floats!(O Sub)>>::RIGHT,
        ],
        &[
            <O as HasFloatPair<on_floats!(O Mul)>>::LEFT,
            <O as HasFloatPair<on_floats!(O Add)>>::LEFT,
            <O as HasFloatPair<on_floats!(O Sub)>>::LEFT,
        ],
    ];
}

/// The handlers with an operand that another operator makes.
const fn float_pairs<O: FloatBin>() -> [FloatPairs; 2]
where
    O::Float: Float,
{
    match (O::KIND, O::Float::BITS) {
        (FloatKind::Add, 64) => O::ALL,
        (FloatKind::Sub | FloatKind::Mul, 64) => O::PRODUCTS,
        (FloatKind::Add, _) => O::SUMS,
        _ => [&[], &[]],
    }
}

/// Chooses the float in `X` or `Y` by the condition in `C`. What a register holds beyond
/// an `f32` does not matter.
pub(crate) struct FSelect<X, Y, C>(PhantomData<(X, Y, C)>);
named!(FSelect X Y C);

impl<X: Source<f64>, Y: Source<f64>, C: Source<u32>> ResultOp for FSelect<X, Y, C> {
    type Result = f64;
    const LEN: usize = 2 + X::EXTRA + Y::EXTRA;
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let (a, b) = (X::read(&r), Y::read(&r));
            let value = if C::read(&r) != 0 { a } else { b };
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// The handlers of `select` for floats, by the kinds of the values and the condition.
pub(crate) static SELECTS: &[Fused<3>] = &{
    macro_rules! selects {
        ($($x:ident $y:ident $c:ident),*) => { [$((
            [Kind::$x, Kind::$y, Kind::$c],
            row!(5; FSelect<place!(1 $x), place!(2 $y), place!(3 $c)>; $x $y $c),
        )),*] };
    }
    selects!(A K A, K A A, A S A, S A A, S K A, K S A, S S A, A S S, S A S, S S S)
};
