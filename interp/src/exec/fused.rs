//! Operations that do the work of two operators, for the pairs that programs execute often.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::arch::asm;
use std::hint::cold_path;
use std::marker::PhantomData;

use selvedge_vm::access;
use selvedge_vm::ops::alu::{self, Alu, AluKind};
use selvedge_vm::ops::cmp::{self, CmpKind, Compare};
use selvedge_vm::ops::memory::{self, Load, MemInt};
use selvedge_vm::trap::TrapCode;

use super::branch::{Back, Direction, Forward, take};
use super::kind::{CodePairs, FUSED, KINDS, Kind, Singles, code, left, no_pairs, right, row};
use super::memory::{LoadKind, read};
use super::name::named;
use super::place::{A, Dest, H, I0, J, P0, P1, S0, S1, S2, S3, Source, Value, Z};
use super::row::{Code, HasCode, HasRow, ResultOp, Row};
use super::{Label, Mode, Op, Regs, Show};

/// `G(F(X, Y), Z)`, or `G(Z, F(X, Y))` if `SWAPPED`.
pub(crate) struct Bin2<F, G, X, Y, Z, const SWAPPED: bool>(PhantomData<(F, G, X, Y, Z)>);
named!(Bin2 F G X Y Z (SWAPPED: bool));

impl<F, G, X, Y, Z, const SWAPPED: bool> ResultOp for Bin2<F, G, X, Y, Z, SWAPPED>
where
    F: Alu,
    G: Alu<Int = F::Int>,
    F::Int: Value,
    X: Source<F::Int>,
    Y: Source<F::Int>,
    Z: Source<F::Int>,
{
    type Result = F::Int;
    const LEN: usize = 2 + (Y::EXTRA | Z::EXTRA);
    const HOT: bool = true;
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let inner = F::eval(X::read(&r), Y::read(&r));
            let other = Z::read(&r);
            let value = if SWAPPED {
                G::eval(other, inner)
            } else {
                G::eval(inner, other)
            };
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// The form of a pair: whether `y` and `z` are constants, and whether the operands of the second
/// operator are swapped.
#[derive(Copy, Clone)]
pub(crate) struct Form {
    pub y_constant: bool,
    pub z_constant: bool,
    pub swapped: bool,
}

impl Form {
    const fn index(self) -> usize {
        self.y_constant as usize | (self.z_constant as usize) << 1 | (self.swapped as usize) << 2
    }
}

/// A pair of operators that has handlers in some form.
struct Pair {
    first: AluKind,
    second: AluKind,
    form: Form,
    /// By the kind of `x`.
    rows: Singles<Row>,
}

/// The number of integer operators of two operands and one width.
const OPERATORS: usize = 11;

/// The pairs of operators of one width.
pub(crate) struct Pairs {
    pairs: &'static [Pair],
    /// The place of a pair, counted from 1, by operators and form.
    index: [[[u8; 8]; OPERATORS]; OPERATORS],
}

impl Pairs {
    const fn new(pairs: &'static [Pair]) -> Self {
        let mut index = [[[0; 8]; OPERATORS]; OPERATORS];
        let mut at = 0;
        while at < pairs.len() {
            let pair = &pairs[at];
            at += 1;
            let place = &mut index[pair.first as usize][pair.second as usize][pair.form.index()];
            assert!(*place == 0, "every pair is listed once");
            *place = at as u8;
        }
        Self { pairs, index }
    }

    /// The handlers of a pair, by the kind of `x`, if there are any.
    pub fn find(&self, first: AluKind, second: AluKind, form: Form) -> Option<&Singles<Row>> {
        let place = self.index[first as usize][second as usize][form.index()];
        let at = usize::from(place).checked_sub(1)?;
        Some(&self.pairs[at].rows)
    }
}

macro_rules! y {
    (r) => {
        S3
    };
    (c) => {
        J
    };
}

macro_rules! z {
    (r) => {
        S2
    };
    (c) => {
        H
    };
}

macro_rules! is_constant {
    (r) => {
        false
    };
    (c) => {
        true
    };
}

/// Pairs from lines of the first operator, its second operand (`r`: a slot, `c`: a constant), the
/// second operator, its other operand, and whether that one comes first.
macro_rules! pairs {
    ($($rank:literal: $f:ident $y:tt $g:ident $z:tt $swapped:literal;)*) => {
        {
            const LIST: &[Pair] = &[$(Pair {
            first: <alu::$f as Alu>::KIND,
            second: <alu::$g as Alu>::KIND,
            form: Form {
                y_constant: is_constant!($y),
                z_constant: is_constant!($z),
                swapped: $swapped,
            },
            rows: {
                let mut rows = [None; KINDS];
                rows[Kind::A as usize] =
                    row!(FUSED + 3 + $rank; Bin2<alu::$f, alu::$g, A, y!($y), z!($z), $swapped>; A);
                rows[Kind::P0 as usize] =
                    row!(FUSED + 3 + $rank; Bin2<alu::$f, alu::$g, P0, y!($y), z!($z), $swapped>; P0);
                rows[Kind::P1 as usize] =
                    row!(FUSED + 3 + $rank; Bin2<alu::$f, alu::$g, P1, y!($y), z!($z), $swapped>; P1);
                rows[Kind::S as usize] =
                    row!(FUSED + 3 + $rank; Bin2<alu::$f, alu::$g, S1, y!($y), z!($z), $swapped>; S);
                rows
            },
        }),*];
            Pairs::new(LIST)
        }
    };
}

/// The pairs of 32-bit operators.
pub(crate) static PAIRS_32: Pairs = pairs! {
    2: I32Add c I32Add r false;
    2: I32Add c I32And c false;
    6: I32Add c I32Mul c false;
    6: I32Add c I32Mul r false;
    6: I32Add c I32Shl c false;
    6: I32Add c I32ShrU c false;
    2: I32Add r I32Add c false;
    2: I32Add r I32Add r false;
    2: I32Add r I32And c false;
    6: I32Add r I32Shl c false;
    4: I32And c I32Add c false;
    4: I32And c I32Add r false;
    4: I32And c I32Or r false;
    6: I32And c I32Shl c false;
    6: I32And c I32ShrU c false;
    4: I32And r I32Xor r false;
    1: I32Mul c I32Add c false;
    1: I32Mul c I32Add r false;
    6: I32Mul c I32Sub r true;
    1: I32Mul r I32Add r false;
    6: I32Mul r I32ShrU c false;
    4: I32Rotl c I32Add r false;
    4: I32Rotl c I32Xor r false;
    0: I32Shl c I32Add c false;
    0: I32Shl c I32Add r false;
    4: I32Shl c I32Or r false;
    4: I32Shl c I32ShrS c false;
    6: I32Shl c I32Xor r false;
    6: I32ShrU c I32Add r false;
    2: I32ShrU c I32And c false;
    6: I32ShrU c I32Or r false;
    4: I32ShrU c I32Xor r false;
    6: I32Sub r I32Add r false;
    6: I32Sub r I32And c false;
    4: I32Xor r I32Add r false;
    4: I32Xor r I32And c false;
    4: I32Xor r I32And r false;
    6: I32Xor r I32Mul c false;
    4: I32Xor r I32Xor r false;
};

/// The pairs of 64-bit operators.
pub(crate) static PAIRS_64: Pairs = pairs! {
    4: I64Add r I64Add r false;
    4: I64And r I64Xor r false;
    6: I64Mul r I64Add r false;
    4: I64Rotl c I64Xor r false;
    4: I64Shl c I64Or r false;
    6: I64Shl c I64Xor r false;
    3: I64ShrU c I64Add r false;
    6: I64ShrU c I64And c false;
    6: I64ShrU c I64Xor r false;
    4: I64Xor c I64And r false;
    6: I64Xor r I64Rotl c false;
    4: I64Xor r I64Xor r false;
};

/// Reads at the sum of `X` and `Y` plus the offset in field 3.
#[inline(always)]
unsafe fn load_at<L: Load, X: Source<u32>, Y: Source<u32>>(r: &Regs) -> Option<L::Out> {
    // SAFETY: passed on to the caller; the access is checked.
    unsafe {
        let index = X::read(r).wrapping_add(Y::read(r));
        read::<L::Mem>(r.mem, u64::from(index) + r.field(3) as u64).map(L::eval)
    }
}

/// `F(load, Z)`, or `F(Z, load)` if `SWAPPED`: from memory 0 at `X` + `Y`, offset in field 3.
pub(crate) struct LoadBin<F, L, X, Y, Z, const SWAPPED: bool>(PhantomData<(F, L, X, Y, Z)>);
named!(LoadBin F L X Y Z (SWAPPED: bool));

impl<F, L, X, Y, Z, const SWAPPED: bool> ResultOp for LoadBin<F, L, X, Y, Z, SWAPPED>
where
    F: Alu,
    L: Load<Out = F::Int>,
    F::Int: Value,
    X: Source<u32>,
    Y: Source<u32>,
    Z: Source<F::Int>,
{
    type Result = F::Int;
    const LEN: usize = 2 + (Y::EXTRA | Z::EXTRA);
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[Show::U16(Label::Offset, 3)];
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let other = Z::read(&r);
            let Some(loaded) = load_at::<L, X, Y>(&r) else {
                cold_path();
                return M::trap(r, TrapCode::MemoryOutOfBounds);
            };
            let value = if SWAPPED {
                F::eval(other, loaded)
            } else {
                F::eval(loaded, other)
            };
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// A load and an operator that have a handler together.
pub(crate) struct LoadPair {
    pub load: LoadKind,
    pub operator: AluKind,
    pub constant: bool,
    pub swapped: bool,
    /// By whether the address has a constant added, and the kind of the index.
    pub rows: [Singles<Row>; 2],
}

macro_rules! load_pairs {
    ($($rank:literal: $f:ident $l:ident $z:tt $swapped:literal;)*) => {
        &[$(LoadPair {
            load: LoadKind::of::<memory::$l>(),
            operator: <alu::$f as Alu>::KIND,
            constant: is_constant!($z),
            swapped: $swapped,
            rows: [
                load_pairs!(@kinds $rank $f $l Z z!($z), $swapped),
                load_pairs!(@kinds $rank $f $l J z!($z), $swapped),
            ],
        }),*]
    };
    (@kinds $rank:literal $f:ident $l:ident $y:ident $z:ty, $swapped:literal) => {{
        let mut rows = [None; KINDS];
        rows[Kind::A as usize] =
            row!(FUSED + 3 + $rank; LoadBin<alu::$f, memory::$l, A, $y, $z, $swapped>; A);
        rows[Kind::P0 as usize] =
            row!(FUSED + 3 + $rank; LoadBin<alu::$f, memory::$l, P0, $y, $z, $swapped>; P0);
        rows[Kind::P1 as usize] =
            row!(FUSED + 3 + $rank; LoadBin<alu::$f, memory::$l, P1, $y, $z, $swapped>; P1);
        rows[Kind::S as usize] =
            row!(FUSED + 3 + $rank; LoadBin<alu::$f, memory::$l, S1, $y, $z, $swapped>; S);
        rows
    }};
}

/// Loads with the operator that consumes them.
pub(crate) static LOAD_PAIRS: &[LoadPair] = load_pairs! {
    0: I32Add I32Load r false;
    0: I32Add I32Load c false;
    3: I32Add I32Load8U r false;
    3: I32Add I32Load8U c false;
    2: I32And I32Load c false;
    2: I32And I32Load8U c false;
    3: I32And I32Load16U c false;
    5: I32Mul I32Load r false;
    5: I32Or I32Load r false;
    3: I32Shl I32Load8U c false;
    5: I32Sub I32Load r false;
    5: I32Sub I32Load8U r false;
    4: I32Xor I32Load r false;
    2: I32Xor I32Load8U r false;
    5: I64Add I64Load r false;
    2: I64Mul I64Load32U r false;
    5: I64Xor I64Load r false;
};

/// A branch if a comparison of a load with `Z` holds: from memory 0 at `X` plus the constant in the
/// high half of word 2, offset in its low half.
pub(crate) struct LoadBr<C, L, X, Z, P>(PhantomData<(C, L, X, Z, P)>);
named!(LoadBr C L X Z P);

impl<C, L, X, Z, P> Op for LoadBr<C, L, X, Z, P>
where
    C: Compare,
    L: Load<Out = C::Int>,
    X: Source<u32>,
    Z: Source<C::Int>,
    P: Direction,
{
    const LEN: usize = 3;
    const HOT: bool = matches!(C::KIND, CmpKind::Eq | CmpKind::Ne);
    const SHOW: &'static [Show] = &[
        Show::U32(Label::Offset, 16),
        Show::I32(Label::Plus, 20),
        Show::Target(12),
    ];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let index = X::read(&r).wrapping_add(r.field32(20));
            let Some(bytes) = read::<L::Mem>(r.mem, u64::from(index) + u64::from(r.field32(16)))
            else {
                cold_path();
                return M::trap(r, TrapCode::MemoryOutOfBounds);
            };
            if C::eval(L::eval(bytes), Z::read(&r)) {
                take::<M, P>(r)
            } else {
                r.next::<M>(Self::LEN)
            }
        }
    }
}

/// A comparison of a load with another operand that has handlers as a branch.
pub(crate) struct LoadBranch {
    pub load: LoadKind,
    pub cmp: CmpKind,
    /// By whether it goes back, by whether the other operand is a constant of 16 bits, and by the
    /// kind of the index.
    pub codes: [[Singles<Code>; 2]; 2],
}

macro_rules! load_branches {
    ($($l:ident $($c:ident)*;)*) => {
        &[$($(LoadBranch {
            load: LoadKind::of::<memory::$l>(),
            cmp: <cmp::$c as Compare>::KIND,
            codes: [
                [
                    load_branches!(@kinds FUSED + 2; $c $l S0 Forward),
                    load_branches!(@kinds FUSED; $c $l I0 Forward),
                ],
                [
                    load_branches!(@kinds FUSED + 8; $c $l S0 Back),
                    load_branches!(@kinds FUSED + 5; $c $l I0 Back),
                ],
            ],
        },)*)*]
    };
    (@kinds $rank:expr; $c:ident $l:ident $z:ident $p:ident) => {{
        let mut codes = [None; KINDS];
        codes[Kind::A as usize] = code!($rank; LoadBr<cmp::$c, memory::$l, A, $z, $p>; A);
        codes[Kind::P0 as usize] = code!($rank; LoadBr<cmp::$c, memory::$l, P0, $z, $p>; P0);
        codes[Kind::P1 as usize] = code!($rank; LoadBr<cmp::$c, memory::$l, P1, $z, $p>; P1);
        codes[Kind::S as usize] = code!($rank; LoadBr<cmp::$c, memory::$l, S1, $z, $p>; S);
        codes
    }};
}

/// Loads with the comparison and branch that consume them.
pub(crate) static LOAD_BRANCHES: &[LoadBranch] = load_branches! {
    I32Load I32Eq I32Ne I32LtS I32LtU I32GeS I32GeU;
    I32Load8U I32Eq I32Ne I32LtU I32GeU;
};

/// Copies within memory 0: stores at `Y` what a load at `X` reads. The offsets are in word 2, that
/// of the load in the low half.
pub(crate) struct Copy<T, X, Y>(PhantomData<(T, X, Y)>);
named!(Copy T X Y);

impl<T: MemInt, X: Source<u32>, Y: Source<u32>> Op for Copy<T, X, Y> {
    const LEN: usize = 3;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[Show::U32(Label::From, 16), Show::U32(Label::To, 20)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller; both accesses are checked, the load first.
        unsafe {
            let from = u64::from(X::read(&r)) + u64::from(r.field32(16));
            let Some(bytes) = read::<T>(r.mem, from) else {
                cold_path();
                return M::trap(r, TrapCode::MemoryOutOfBounds);
            };
            // Keeps both addresses from being computed at once, and the second one in one register:
            // otherwise a fourth is used and saved.
            asm!("", options(nostack, preserves_flags));
            let mut to = u64::from(Y::read(&r)) + u64::from(r.field32(20));
            asm!("/* {0} */", inout(reg) to, options(nomem, nostack, preserves_flags));
            if !access::check(r.mem, to, T::SIZE) {
                cold_path();
                // The second word is the place of the store.
                r.ip = r.ip.add(1);
                return M::trap(r, TrapCode::MemoryOutOfBounds);
            }
            access::store(r.mem, to, bytes);
            r.next::<M>(Self::LEN)
        }
    }
}

const fn copies<T: MemInt>() -> CodePairs {
    let mut codes = no_pairs();
    macro_rules! set {
        ($($x:ident $y:ident),*) => { $(
            codes[Kind::$x as usize][Kind::$y as usize] =
                code!(FUSED + 3; Copy<T, left!($x), right!($x $y)>; $x $y);
        )* };
    }
    set!(A P0, A P1, A S, P0 P1, P0 S, P1 P0, P1 S, S P0, S P1, S S);
    codes
}

/// Copies of 1, 2, 4 and 8 bytes, by the kinds of the two indices.
pub(crate) static COPIES: [CodePairs; 4] = [
    copies::<u8>(),
    copies::<u16>(),
    copies::<u32>(),
    copies::<u64>(),
];
