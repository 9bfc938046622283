//! Loads and stores of vectors and of their lanes, with the addresses of those of scalars.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::hint::cold_path;
use std::marker::PhantomData;

use selvedge_vm::access;
use selvedge_vm::ops::memory::MemInt;
use selvedge_vm::ops::simd::{
    self as ops, BinaryKind, LoadKind, LoadLaneKind, StoreLane, StoreLaneKind,
};
use selvedge_vm::trap::TrapCode;
use selvedge_vm::{for_each_simd_load, for_each_simd_load_lane, for_each_simd_store_lane};

use super::super::kind::{
    CodePairs, KINDS, Kind, Pairs, Singles, code, left, no_pairs, pick, right,
};
use super::super::memory::general;
use super::super::name::{Named, named};
use super::super::place::{A, J, P0, P1, S1, Source, Z};
use super::super::row::{Code, HasCode};
use super::super::{Label, Mode, Op, Regs, Show};
use super::fused::binary_at;
use super::lane::by_lane;
use super::native::{NativeBinary, NativeLoad, NativeLoadLane};
use super::{HasVectorCode, Level, V0, V4, V6, V8, V128, VectorCode, VectorOp, VectorSource};

/// Where an access goes.
pub(crate) trait Target: Named {
    /// Words after word 1 that hold the address.
    const EXTRA: usize = 0;
    /// The place of another operand, behind the address.
    type Operand: VectorSource;
    /// As `SHOW`, with the other operand.
    const SHOW_OPERAND: &'static [Show];
    /// Operands that the type's parameters do not show.
    const SHOW: &'static [Show];
    /// The base of the memory and the effective address, if `size` bytes are there.
    ///
    /// # Safety
    ///
    /// As [`Op`].
    unsafe fn locate(r: &Regs, size: u64) -> Option<(*mut u8, u64)>;
}

/// In memory 0: index in `X`, offset at byte 12.
pub(crate) struct At<X>(PhantomData<X>);
named!(At X);

impl<X: Source<u32>> Target for At<X> {
    type Operand = V4;
    const SHOW_OPERAND: &'static [Show] = &[Show::U32(Label::Offset, 12), Show::Vector(4)];
    const SHOW: &'static [Show] = &[Show::U32(Label::Offset, 12)];
    #[inline(always)]
    unsafe fn locate(r: &Regs, size: u64) -> Option<(*mut u8, u64)> {
        // SAFETY: passed on to the caller; `mem` is the base of a live memory.
        unsafe {
            let ea = u64::from(X::read(r)) + u64::from(r.field32(12));
            access::check(r.mem, ea, size).then_some((r.mem, ea))
        }
    }
}

/// In memory 0 at the 32-bit sum of `X` and `Y`: offset in field 3.
pub(crate) struct AtSum<X, Y>(PhantomData<(X, Y)>);
named!(AtSum X Y);

impl<X: Source<u32>, Y: Source<u32>> Target for AtSum<X, Y> {
    const EXTRA: usize = Y::EXTRA;
    type Operand = V6;
    const SHOW_OPERAND: &'static [Show] = &[Show::U16(Label::Offset, 3), Show::Vector(6)];
    const SHOW: &'static [Show] = &[Show::U16(Label::Offset, 3)];
    #[inline(always)]
    unsafe fn locate(r: &Regs, size: u64) -> Option<(*mut u8, u64)> {
        // SAFETY: passed on to the caller; `mem` is the base of a live memory.
        unsafe {
            let index = X::read(r).wrapping_add(Y::read(r));
            let ea = u64::from(index) + r.field(3) as u64;
            access::check(r.mem, ea, size).then_some((r.mem, ea))
        }
    }
}

/// In any memory, whose place is at byte 12: index in field 1, offset in word 2.
pub(crate) struct Anywhere;
named!(Anywhere);

impl Target for Anywhere {
    const EXTRA: usize = 1;
    type Operand = V8;
    const SHOW_OPERAND: &'static [Show] = &[
        Show::Slot(1),
        Show::U32(Label::Memory, 12),
        Show::Word(2),
        Show::Vector(8),
    ];
    const SHOW: &'static [Show] = &[Show::Slot(1), Show::U32(Label::Memory, 12), Show::Word(2)];
    #[inline(always)]
    unsafe fn locate(r: &Regs, size: u64) -> Option<(*mut u8, u64)> {
        // SAFETY: passed on to the caller.
        unsafe { general(r, <S1 as Source<u64>>::read(r), size) }
    }
}

/// A load.
pub(crate) struct VLoad<O, T>(PhantomData<(O, T)>);
named!(VLoad O T);

impl<O: NativeLoad, T: Target> VectorOp for VLoad<O, T> {
    const LEN: usize = 2 + T::EXTRA;
    const HOT: bool = matches!(
        O::KIND,
        LoadKind::V128Load | LoadKind::V128Load32Splat | LoadKind::V128Load64Splat
    );
    const SHOW: &'static [Show] = T::SHOW;
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller; the access is checked; the level is one that the
        // machine has.
        unsafe {
            let (base, ea) = T::locate(r, O::Mem::SIZE)?;
            Some(if matches!(O::KIND, LoadKind::V128Load) {
                // All bytes as they are, in one piece.
                *base.add(ea as usize).cast::<V128>()
            } else if L::NATIVE {
                O::native(access::load(base, ea))
            } else {
                O::eval(access::load(base, ea))
            })
        }
    }
}

/// A load of lane number `LANE` of the vector in `T::Operand`.
pub(crate) struct VLoadLane<O, const LANE: i32, T>(PhantomData<(O, T)>);
named!(VLoadLane O (LANE: i32) T);

impl<O: NativeLoadLane, const LANE: i32, T: Target> VectorOp for VLoadLane<O, LANE, T> {
    const LEN: usize = 2 + T::Operand::EXTRA;
    const SHOW: &'static [Show] = T::SHOW_OPERAND;
    #[inline(always)]
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
        // SAFETY: passed on to the caller; the access is checked; the level is one that the
        // machine has.
        unsafe {
            let (base, ea) = T::locate(r, O::Mem::SIZE)?;
            let (a, bytes) = (T::Operand::read(r), access::load(base, ea));
            Some(if L::NATIVE {
                O::native::<LANE>(a, bytes)
            } else {
                O::eval(a, bytes, LANE as u8)
            })
        }
    }
}

macro_rules! load_binary_ops {
    ($($(#[$doc:meta])* $name:ident |$z:ident, $loaded:ident| $a:ident $b:ident;)*) => { $(
        $(#[$doc])*
        pub(crate) struct $name<P, O, T>(PhantomData<(P, O, T)>);
        named!($name P O T);

        impl<P: NativeLoad, O: NativeBinary, T: Target> VectorOp for $name<P, O, T> {
            const LEN: usize = 2 + T::Operand::EXTRA;
            const SHOW: &'static [Show] = T::SHOW_OPERAND;
            #[inline(always)]
            unsafe fn eval<L: Level>(r: &Regs) -> Option<V128> {
                // SAFETY: passed on to the caller; the level is one that the machine has.
                unsafe {
                    let $loaded = VLoad::<P, T>::eval::<L>(r)?;
                    let $z = T::Operand::read(r);
                    Some(binary_at::<L, O>($a, $b))
                }
            }
        }
    )* };
}
load_binary_ops! {
    /// `O` of the vector in `T::Operand` and what `P` loads.
    VLoadBin |z, loaded| z loaded;
    /// `O` of what `P` loads and the vector in `T::Operand`.
    VLoadBinLeft |z, loaded| loaded z;
}

/// A store of the vector in `V`.
pub(crate) struct VStore<V, T>(PhantomData<(V, T)>);
named!(VStore V T);

impl<V: VectorSource, T: Target> Op for VStore<V, T> {
    const LEN: usize = 2 + T::EXTRA;
    const HOT: bool = true;
    const SHOW: &'static [Show] = T::SHOW;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller; the access is checked.
        unsafe {
            match T::locate(&r, 16) {
                Some((base, ea)) => {
                    *base.add(ea as usize).cast::<V128>() = V::read(&r);
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

/// A store of lane number `LANE` of the vector in `V`.
pub(crate) struct VStoreLane<O, const LANE: u8, V, T>(PhantomData<(O, V, T)>);
named!(VStoreLane O (LANE: u8) V T);

impl<O: StoreLane, const LANE: u8, V: VectorSource, T: Target> Op for VStoreLane<O, LANE, V, T> {
    const LEN: usize = 2 + T::EXTRA;
    const SHOW: &'static [Show] = T::SHOW;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller; the access is checked.
        unsafe {
            match T::locate(&r, O::Mem::SIZE) {
                Some((base, ea)) => {
                    access::store(base, ea, O::eval(V::read(&r), LANE));
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

/// The handlers of a load.
pub(crate) struct VLoadInfo {
    /// From memory 0 at an index; `K` stands for the index zero.
    pub at: Singles<VectorCode>,
    /// From memory 0 at the sum of two operands; `K` stands for a 32-bit constant.
    pub at_sum: Pairs<VectorCode>,
    /// From any memory.
    pub any: &'static VectorCode,
}

/// The handlers of a store.
pub(crate) struct VStoreInfo {
    /// To memory 0 at an index; `K` stands for the index zero.
    pub at: Singles<Code>,
    /// To memory 0 at the sum of two operands; `K` stands for a 32-bit constant.
    pub at_sum: CodePairs,
    /// To any memory.
    pub any: &'static Code,
}

/// A load and an operator of what it loads and another vector.
pub(crate) struct VLoadBinInfo {
    pub load: LoadKind,
    pub second: BinaryKind,
    /// Whether what is loaded is the left operand.
    pub on_left: bool,
    /// As in [`VLoadInfo`].
    pub at: Singles<VectorCode>,
    /// As in [`VLoadInfo`].
    pub at_sum: Pairs<VectorCode>,
}

/// Places of index operands: `K` in sums is a constant in word 2.
macro_rules! index {
    (K) => { J };
    ($kind:ident) => { right!(A $kind) };
}

/// As [`code`], for an operation whose result is a vector.
macro_rules! vector_code {
    ($op:ty; $($rest:ident)*) => {
        pick!($($rest)*; Some(<$op>::VECTOR); Some(<$op>::PINNED_VECTOR))
    };
}

/// As [`code`], of rank 0.
macro_rules! common_code {
    ($op:ty; $($rest:ident)*) => { code!(0; $op; $($rest)*) };
}

/// As [`vector_code`], for what the best level alone uses.
macro_rules! best_code {
    ($op:ty; $($rest:ident)*) => {
        pick!($($rest)*; Some(<$op>::BEST_VECTOR); Some(<$op>::BEST_PINNED_VECTOR))
    };
}

/// The handlers of an access, by the kind of its index.
macro_rules! at {
    ($code:ident $op:ident<$($o:ty),*>) => {{
        let mut codes = [None; KINDS];
        codes[Kind::A as usize] = $code!($op<$($o,)* At<A>>; A);
        codes[Kind::P0 as usize] = $code!($op<$($o,)* At<P0>>; P0);
        codes[Kind::P1 as usize] = $code!($op<$($o,)* At<P1>>; P1);
        codes[Kind::S as usize] = $code!($op<$($o,)* At<S1>>; S);
        codes[Kind::K as usize] = $code!($op<$($o,)* At<Z>>; K);
        codes
    }};
}

/// The handlers of an access, by the kinds of what its index is the sum of.
macro_rules! at_sum {
    (@ $code:ident $op:ident $args:tt: $($l:ident $r:ident),*) => {{
        let mut codes = no_pairs();
        $(
            codes[Kind::$l as usize][Kind::$r as usize] =
                at_sum!(@@ $code $op $args $l $r);
        )*
        codes
    }};
    (@@ $code:ident $op:ident ($($o:ty),*) $l:ident $r:ident) => {
        $code!($op<$($o,)* AtSum<left!($l), index!($r)>>; $l $r)
    };
    ($code:ident $op:ident<$($o:ty),*>) => {
        at_sum!(@ $code $op ($($o),*): A P0, A P1, A S, P1 S, S S, A K, P0 K, P1 K, S K)
    };
}

/// The handlers of a load.
pub(crate) fn load(kind: LoadKind) -> &'static VLoadInfo {
    const fn info<O: NativeLoad>() -> VLoadInfo {
        VLoadInfo {
            at: at!(vector_code VLoad<O>),
            at_sum: at_sum!(vector_code VLoad<O>),
            any: VLoad::<O, Anywhere>::VECTOR,
        }
    }
    macro_rules! all {
        ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
            match kind {
                $(LoadKind::$name => const { &info::<ops::memory::$name>() },)*
            }
        };
    }
    for_each_simd_load!(all)
}

macro_rules! load_binaries {
    ($($op:ident $on_left:literal $load:ident $second:ident;)*) => { &[$(
        VLoadBinInfo {
            load: LoadKind::$load,
            second: BinaryKind::$second,
            on_left: $on_left,
            at: at!(best_code $op<ops::memory::$load, ops::binary::$second>),
            at_sum: at_sum!(best_code $op<ops::memory::$load, ops::binary::$second>),
        }
    ),*] };
}

/// The loads that have handlers with what comes next. Where that commutes what is loaded is on the right.
pub(crate) static LOAD_BINARIES: &[VLoadBinInfo] = load_binaries! {
    VLoadBin false V128Load V128And;
    VLoadBin false V128Load V128Or;
    VLoadBin false V128Load V128Xor;
    VLoadBin false V128Load I16x8Add;
    VLoadBin false V128Load I32x4Add;
    VLoadBin false V128Load I32x4DotI16x8S;
    VLoadBin false V128Load F32x4Add;
    VLoadBinLeft true V128Load F32x4Add;
    VLoadBin false V128Load F32x4Mul;
    VLoadBinLeft true V128Load F32x4Mul;
    VLoadBin false V128Load F64x2Add;
    VLoadBinLeft true V128Load F64x2Add;
    VLoadBin false V128Load F64x2Mul;
    VLoadBinLeft true V128Load F64x2Mul;
    VLoadBin false V128Load32Splat F32x4Mul;
    VLoadBinLeft true V128Load32Splat F32x4Mul;
    VLoadBin false V128Load64Splat F64x2Mul;
    VLoadBinLeft true V128Load64Splat F64x2Mul;
};

/// The handlers of `v128.store`.
pub(crate) static STORE: VStoreInfo = VStoreInfo {
    at: at!(common_code VStore<V0>),
    at_sum: at_sum!(common_code VStore<V0>),
    any: VStore::<V0, Anywhere>::CODE,
};

/// The handlers of an access to a lane.
pub(crate) struct LaneInfo<T: 'static> {
    /// In memory 0 at an index; `K` stands for the index zero.
    pub at: Singles<T>,
    /// In any memory.
    pub any: &'static T,
}

/// A list with the entry of each lane, of which there are as many as the memory type says.
macro_rules! by_lane_of {
    (u8 $($entry:tt)*) => { by_lane!(16 $($entry)*) };
    (u16 $($entry:tt)*) => { by_lane!(8 $($entry)*) };
    (u32 $($entry:tt)*) => { by_lane!(4 $($entry)*) };
    (u64 $($entry:tt)*) => { by_lane!(2 $($entry)*) };
}

/// The handlers of a load of a lane, by lane.
pub(crate) fn load_lane(kind: LoadLaneKind) -> &'static [LaneInfo<VectorCode>] {
    const fn info<O: NativeLoadLane, const LANE: i32>() -> LaneInfo<VectorCode> {
        let mut at: Singles<VectorCode> = [None; KINDS];
        at[Kind::A as usize] = Some(VLoadLane::<O, LANE, At<A>>::VECTOR);
        at[Kind::S as usize] = Some(VLoadLane::<O, LANE, At<S1>>::VECTOR);
        at[Kind::K as usize] = Some(VLoadLane::<O, LANE, At<Z>>::VECTOR);
        let any = VLoadLane::<O, LANE, Anywhere>::VECTOR;
        LaneInfo { at, any }
    }
    macro_rules! entry {
        ([$name:ident] $lane:literal) => {
            info::<ops::memory::$name, $lane>()
        };
    }
    macro_rules! all {
        ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
            match kind {
                $(LoadLaneKind::$name => const { by_lane_of!($mem entry!($name)) },)*
            }
        };
    }
    for_each_simd_load_lane!(all)
}

/// The handlers of a store of a lane, by lane.
pub(crate) fn store_lane(kind: StoreLaneKind) -> &'static [LaneInfo<Code>] {
    const fn info<O: StoreLane, const LANE: u8>() -> LaneInfo<Code> {
        let mut at: Singles<Code> = [None; KINDS];
        at[Kind::A as usize] = Some(VStoreLane::<O, LANE, V0, At<A>>::CODE);
        at[Kind::S as usize] = Some(VStoreLane::<O, LANE, V0, At<S1>>::CODE);
        at[Kind::K as usize] = Some(VStoreLane::<O, LANE, V0, At<Z>>::CODE);
        let any = VStoreLane::<O, LANE, V0, Anywhere>::CODE;
        LaneInfo { at, any }
    }
    macro_rules! entry {
        ([$name:ident] $lane:literal) => {
            info::<ops::memory::$name, $lane>()
        };
    }
    macro_rules! all {
        ($($name:ident $visit:ident $mem:ident ($eval:expr);)*) => {
            match kind {
                $(StoreLaneKind::$name => const { by_lane_of!($mem entry!($name)) },)*
            }
        };
    }
    for_each_simd_store_lane!(all)
}
