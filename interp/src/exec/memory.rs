//! Loads and stores.
//!
//! The fast forms access memory 0 with 32-bit addresses: an effective address is
//! the zero-extended index plus the offset, which cannot wrap around, and the check
//! is one compare with the length before the base. The general forms name any
//! memory by its place in the `VMContext` and take 64-bit addresses and offsets.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::hint::cold_path;
use std::marker::PhantomData;

use selvedge_vm::access;
use selvedge_vm::memory::VMMemoryDefinition;
use selvedge_vm::ops::Scalar;
use selvedge_vm::ops::memory::{Load as LoadOp, MemInt, Store as StoreOp};
use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::ValType;
use selvedge_vm::vmcontext::VMContext;

use super::kind::{
    CodePairs, FUSED, KINDS, Kind, Rank, RowPairs, Singles, code, left, no_pairs, right, row,
};
use super::name::named;
use super::numeric::type_of;
use super::place::{A, Dest, H, J, K, P0, P1, P2, S0, S1, Source, Value, Z};
use super::row::{Code, HasCode, HasRow, ResultOp, Row};
use super::{Label, Mode, Op, Regs, Show};

/// Reads at `ea` of memory 0.
#[inline(always)]
pub(super) unsafe fn read<T: MemInt>(mem: *const u8, ea: u64) -> Option<T> {
    // SAFETY: `mem` is the base of a live memory; the access is checked.
    unsafe { access::check(mem, ea, T::SIZE).then(|| access::load(mem, ea)) }
}

/// Whether handlers of a load deserve copies: whole words but `f32`, and unsigned bytes.
const fn is_hot_load<O: LoadOp>() -> bool {
    match (O::Out::FLOAT, O::Out::BITS, O::Mem::SIZE) {
        (false, 32, 4) | (_, 64, 8) => true,
        (false, 32, 1) => !O::SIGNED,
        _ => false,
    }
}

/// A load from memory 0: index in `X`, offset at byte 12.
pub(crate) struct Load<O, X>(PhantomData<(O, X)>);
named!(Load O X);

impl<O: LoadOp, X: Source<u32>> ResultOp for Load<O, X>
where
    O::Out: Value,
{
    type Result = O::Out;
    const HOT: bool = is_hot_load::<O>();
    const SHOW: &'static [Show] = &[Show::U32(Label::Offset, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let ea = u64::from(X::read(&r)) + u64::from(r.field32(12));
            match read(r.mem, ea) {
                Some(bytes) => {
                    D::write(&mut r, O::eval(bytes));
                    r.next::<M>(Self::LEN)
                }
                None => {
                    cold_path();
                    M::trap(r, TrapCode::MemoryOutOfBounds)
                }
            }
        }
    }
}

/// A load from memory 0 at the 32-bit sum of `X` and `Y`, offset in field 3.
pub(crate) struct LoadSum<O, X, Y>(PhantomData<(O, X, Y)>);
named!(LoadSum O X Y);

impl<O: LoadOp, X: Source<u32>, Y: Source<u32>> ResultOp for LoadSum<O, X, Y>
where
    O::Out: Value,
{
    type Result = O::Out;
    const LEN: usize = 2 + Y::EXTRA;
    const HOT: bool = is_hot_load::<O>();
    const SHOW: &'static [Show] = &[Show::U16(Label::Offset, 3)];
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let index = X::read(&r).wrapping_add(Y::read(&r));
            let ea = u64::from(index) + r.field(3) as u64;
            match read(r.mem, ea) {
                Some(bytes) => {
                    D::write(&mut r, O::eval(bytes));
                    r.next::<M>(Self::LEN)
                }
                None => {
                    cold_path();
                    M::trap(r, TrapCode::MemoryOutOfBounds)
                }
            }
        }
    }
}

/// A store to memory 0: value in `V`, index in `X`, offset at byte 12.
pub(crate) struct Store<O, V, X>(PhantomData<(O, V, X)>);
named!(Store O V X);

impl<O: StoreOp, V: Source<O::In>, X: Source<u32>> Op for Store<O, V, X> {
    const LEN: usize = 2 + V::EXTRA;
    const HOT: bool = O::In::BITS as u64 == O::Mem::SIZE * 8 || O::Mem::SIZE == 1;
    const SHOW: &'static [Show] = &[Show::U32(Label::Offset, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller; the access is checked.
        unsafe {
            let ea = u64::from(X::read(&r)) + u64::from(r.field32(12));
            if access::check(r.mem, ea, O::Mem::SIZE) {
                access::store(r.mem, ea, O::eval(V::read(&r)));
                r.next::<M>(Self::LEN)
            } else {
                cold_path();
                M::trap(r, TrapCode::MemoryOutOfBounds)
            }
        }
    }
}

/// A store to memory 0 at the 32-bit sum of `X` and `Y`, offset in field 3.
pub(crate) struct StoreSum<O, V, X, Y>(PhantomData<(O, V, X, Y)>);
named!(StoreSum O V X Y);

impl<O: StoreOp, V: Source<O::In>, X: Source<u32>, Y: Source<u32>> Op for StoreSum<O, V, X, Y> {
    const LEN: usize = 2 + if V::EXTRA > Y::EXTRA {
        V::EXTRA
    } else {
        Y::EXTRA
    };
    const HOT: bool = O::In::BITS as u64 == O::Mem::SIZE * 8 || O::Mem::SIZE == 1;
    const SHOW: &'static [Show] = &[Show::U16(Label::Offset, 3)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller; the access is checked.
        unsafe {
            let index = X::read(&r).wrapping_add(Y::read(&r));
            let ea = u64::from(index) + r.field(3) as u64;
            if access::check(r.mem, ea, O::Mem::SIZE) {
                access::store(r.mem, ea, O::eval(V::read(&r)));
                r.next::<M>(Self::LEN)
            } else {
                cold_path();
                M::trap(r, TrapCode::MemoryOutOfBounds)
            }
        }
    }
}

/// Which load it is.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) struct LoadKind {
    /// The type of the value.
    pub ty: ValType,
    /// The size in memory, in bytes.
    pub size: u64,
    signed: bool,
}

impl LoadKind {
    pub const fn of<O: LoadOp>() -> Self {
        Self {
            ty: type_of::<O::Out>(),
            size: O::Mem::SIZE,
            signed: O::SIGNED,
        }
    }
}

/// A load, for the translator.
pub(crate) struct LoadInfo {
    pub kind: LoadKind,
    /// The type of the value.
    pub ty: ValType,
    /// From memory 0 at an index; `K` stands for the index zero.
    pub at: Singles<Row>,
    /// From memory 0 at the sum of two operands; `K` stands for a 32-bit constant.
    pub at_sum: RowPairs,
    /// From any memory.
    pub any: &'static Row,
}

/// A load whose [`LoadInfo`] is found by its type.
pub(crate) trait HasLoadInfo {
    const INFO: &'static LoadInfo;
}

/// The rank of a load.
const fn load_rank<O: LoadOp>() -> Rank {
    match (O::Out::FLOAT, O::Out::BITS, O::Mem::SIZE) {
        (false, 32, 4) => 0,
        (false, 32, 1) if !O::SIGNED => 1,
        (false, 64, 8) => 2,
        (true, 64, _) => 3,
        (true, ..) | (_, 32, _) | (_, 64, 4) => 5,
        _ => 7,
    }
}

/// The rank of a store.
const fn store_rank<O: StoreOp>() -> Rank {
    match (O::In::FLOAT, O::In::BITS, O::Mem::SIZE) {
        (false, 32, 4) => 0,
        (false, _, 8) | (false, 32, 1) => 1,
        (_, 32, 2) => 3,
        (true, 64, _) | (_, _, 4) => 4,
        _ => 6,
    }
}

/// Places of index operands: `K` in sums is a constant in word 2.
macro_rules! index {
    (K) => { J };
    ($kind:ident) => { right!(A $kind) };
}

impl<O: LoadOp> HasLoadInfo for O
where
    O::Out: Value,
{
    const INFO: &'static LoadInfo = &LoadInfo {
        kind: LoadKind::of::<O>(),
        ty: type_of::<O::Out>(),
        at: {
            let mut rows = [None; KINDS];
            let rank = load_rank::<O>();
            rows[Kind::A as usize] = row!(rank; Load<O, A>; A);
            rows[Kind::P0 as usize] = row!(rank; Load<O, P0>; P0);
            rows[Kind::P1 as usize] = row!(rank; Load<O, P1>; P1);
            rows[Kind::S as usize] = row!(rank; Load<O, S1>; S);
            rows[Kind::K as usize] = row!(rank; Load<O, Z>; K);
            rows
        },
        at_sum: {
            let mut rows = no_pairs();
            let rank = FUSED + load_rank::<O>();
            macro_rules! set {
                ($more:literal: $($l:ident $r:ident),*) => { $(
                    rows[Kind::$l as usize][Kind::$r as usize] =
                        row!(rank + $more; LoadSum<O, left!($l), index!($r)>; $l $r);
                )* };
            }
            set!(0: P0 K, P1 K, S K);
            set!(3: A K, P1 S, P0 S, S S);
            set!(5: A P0, A P1, A S, P0 P1);
            rows
        },
        any: LoadAny::<O, S1>::RARE_ROW,
    };
}

/// A store, for the translator.
pub(crate) struct StoreInfo {
    /// The size in memory, in bytes.
    pub size: u64,
    /// To memory 0, by the kinds of the value and of the index; `K` stands for the index zero.
    pub at: CodePairs,
    /// To memory 0 at the sum of two operands, by the kind of the value; `K` stands for
    /// a half word, as the value and as an operand.
    /// `None` if there are no handlers.
    pub at_sum: Option<&'static [CodePairs; KINDS]>,
    /// To any memory.
    pub any: &'static Code,
}

/// A store whose [`StoreInfo`] is found by its type.
pub(crate) trait HasStoreInfo {
    const INFO: &'static StoreInfo;
}

/// Places of stored values: a slot is in field 0.
macro_rules! stored {
    (S) => {
        S0
    };
    ($kind:ident) => {
        $kind
    };
}

/// As [`stored`], where the low half of word 2 is for the address.
macro_rules! summed {
    (K) => {
        H
    };
    ($kind:ident) => {
        stored!($kind)
    };
}

impl<O: StoreOp> HasStoreInfo for O
where
    O::In: Value,
{
    const INFO: &'static StoreInfo = &StoreInfo {
        size: O::Mem::SIZE,
        at: store_codes::<O>(),
        at_sum: if cfg!(feature = "specialized") {
            Some(const { &store_sum_codes::<O>() })
        } else {
            None
        },
        any: StoreAny::<O, S0, S1>::CODE,
    };
}

const fn store_codes<O: StoreOp>() -> CodePairs
where
    O::In: Value,
{
    let rank = store_rank::<O>();
    let mut codes = no_pairs();
    macro_rules! set {
        ($more:literal: $($v:ident $x:ident $place:ident),*) => { $(
            codes[Kind::$v as usize][Kind::$x as usize] =
                code!(rank + $more; Store<O, stored!($v), $place>; $v $x);
        )* };
    }
    set!(0: K K Z, K P0 P0);
    set!(1: A P0 P0, S P0 P0, A S S1, K P1 P1);
    set!(2: A P1 P1, P1 P0 P0, A K Z, K A A);
    set!(3: S A A, S K Z, K S S1);
    set!(4: P0 S S1, P0 P1 P1, S P1 P1, P1 S S1, S S S1, P1 A A);
    set!(5: P0 A A);
    if O::In::FLOAT {
        set!(2: A A A);
        set!(7: P0 P0 P0, P1 P1 P1, P2 A A, P2 P0 P0, P2 P1 P1, P2 S S1);
    }
    codes
}

const fn store_sum_codes<O: StoreOp>() -> [CodePairs; KINDS]
where
    O::In: Value,
{
    let rank = FUSED + store_rank::<O>();
    let mut codes = [const { no_pairs() }; KINDS];
    macro_rules! set {
        ($more:literal, $v:ident: $($l:ident $r:ident),*) => { $(
            codes[Kind::$v as usize][Kind::$l as usize][Kind::$r as usize] =
                code!(rank + $more; StoreSum<O, summed!($v), left!($l), index!($r)>; $v $l $r);
        )* };
    }
    set!(0, K: P0 K, P1 K);
    set!(3, K: S K);
    set!(5, K: A K, A P1, A S, P1 S, S S, P0 S);
    set!(8, K: A P0, P0 P1);
    set!(3, S: P0 K, P1 K, S K);
    set!(5, S: A K, A S, P1 S, S S, P0 S);
    set!(8, S: A P0, A P1, P0 P1);
    set!(5, A: P0 K, P1 K, S K, P0 S, P1 S, S S, P0 P1);
    set!(5, P0: P1 K, S K, A K);
    set!(8, P0: A P1, A S, P1 S, S S);
    set!(5, P1: P0 K, S K, S S);
    set!(8, P1: A K, A P0, A S, P0 S);
    if O::In::FLOAT {
        set!(6, A: A P0, A P1, A S);
    }
    codes
}

/// The base of the memory whose definition is pointed to from the offset at byte
/// 12, and the effective address of `index` with the offset in word 2.
#[inline(always)]
pub(super) unsafe fn general(r: &Regs, index: u64, size: u64) -> Option<(*mut u8, u64)> {
    // SAFETY: the offset comes from the module's `VMOffsets`.
    unsafe {
        let definition: *mut *mut VMMemoryDefinition = VMContext::at(r.vmctx(), r.field32(12));
        let base = (**definition).base;
        let ea = index.checked_add(r.word(2))?;
        access::check(base, ea, size).then_some((base, ea))
    }
}

/// A load from any memory, index in slot field 1.
pub(crate) struct LoadAny<O, X>(PhantomData<(O, X)>);
named!(LoadAny O X);

impl<O: LoadOp, X: Source<u64>> ResultOp for LoadAny<O, X>
where
    O::Out: Value,
{
    type Result = O::Out;
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[Show::U32(Label::Memory, 12), Show::Word(2)];
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller; the access is checked.
        unsafe {
            match general(&r, X::read(&r), O::Mem::SIZE) {
                Some((base, ea)) => {
                    D::write(&mut r, O::eval(access::load(base, ea)));
                    r.next::<M>(Self::LEN)
                }
                None => {
                    cold_path();
                    M::trap(r, TrapCode::MemoryOutOfBounds)
                }
            }
        }
    }
}

/// A store to any memory: value in `V`, index in `X`.
pub(crate) struct StoreAny<O, V, X>(PhantomData<(O, V, X)>);
named!(StoreAny O V X);

impl<O: StoreOp, V: Source<O::In>, X: Source<u64>> Op for StoreAny<O, V, X> {
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[Show::U32(Label::Memory, 12), Show::Word(2)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller; the access is checked.
        unsafe {
            match general(&r, X::read(&r), O::Mem::SIZE) {
                Some((base, ea)) => {
                    access::store(base, ea, O::eval(V::read(&r)));
                    r.next::<M>(Self::LEN)
                }
                None => {
                    cold_path();
                    M::trap(r, TrapCode::MemoryOutOfBounds)
                }
            }
        }
    }
}
