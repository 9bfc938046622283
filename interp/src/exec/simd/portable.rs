//! The native forms of operators where nothing better is known than their meanings.

#![expect(unsafe_code, reason = "forms are unsafe to use, on other machines")]

use selvedge_vm::ops::simd::{
    Binary, FloatLanes, Load, LoadLane, ReplaceLane, Shift, Splat, Ternary, Test, Unary, V128,
};

/// Whether there are any.
pub(super) const EXIST: bool = false;

/// Whether the machine has what native forms are made of.
pub(super) fn is_available() -> bool {
    false
}

/// Whether it can fuse a multiplication and an addition.
pub(super) fn has_fused() -> bool {
    false
}

macro_rules! native_families {
    ($($(#[$doc:meta])* $name:ident $family:ident fn($($param:ident: $ty:ty),*) -> $out:ty;)*) => { $(
        $(#[$doc])*
        pub(crate) trait $name: $family {
            /// What the operator computes.
            ///
            /// # Safety
            ///
            /// None.
            unsafe fn native($($param: $ty),*) -> $out;
        }

        impl<O: $family> $name for O {
            #[inline(always)]
            unsafe fn native($($param: $ty),*) -> $out {
                O::eval($($param),*)
            }
        }
    )* };
}
native_families! {
    /// An operator of one vector.
    NativeUnary Unary fn(a: V128) -> V128;
    /// An operator of two vectors.
    NativeBinary Binary fn(a: V128, b: V128) -> V128;
    /// A shift.
    NativeShift Shift fn(a: V128, count: u32) -> V128;
    /// A test.
    NativeTest Test fn(a: V128) -> u32;
    /// A splat.
    NativeSplat Splat fn(value: Self::In) -> V128;
    /// A load.
    NativeLoad Load fn(bytes: Self::Mem) -> V128;
}

macro_rules! native_lanes {
    ($($(#[$doc:meta])* $name:ident $family:ident $assoc:ident;)*) => { $(
        $(#[$doc])*
        pub(crate) trait $name: $family {
            /// What the operator computes.
            ///
            /// # Safety
            ///
            /// None.
            unsafe fn native<const LANE: i32>(a: V128, value: Self::$assoc) -> V128;
        }

        impl<O: $family> $name for O {
            #[inline(always)]
            unsafe fn native<const LANE: i32>(a: V128, value: Self::$assoc) -> V128 {
                O::eval(a, value, LANE as u8)
            }
        }
    )* };
}
native_lanes! {
    /// A replacement of a lane.
    NativeReplace ReplaceLane In;
    /// A load of a lane.
    NativeLoadLane LoadLane Mem;
}

/// An operator of three vectors.
pub(crate) trait NativeTernary: Ternary {
    /// Whether the form needs fused multiplication and addition.
    const FUSED: bool;
    /// What the operator computes.
    ///
    /// # Safety
    ///
    /// None.
    unsafe fn native(a: V128, b: V128, c: V128) -> V128;
}

impl<O: Ternary> NativeTernary for O {
    const FUSED: bool = false;
    #[inline(always)]
    unsafe fn native(a: V128, b: V128, c: V128) -> V128 {
        O::eval(a, b, c)
    }
}

/// `a` with the canonical NaN in place of every NaN.
#[inline(always)]
pub(super) fn canonicalise(lanes: FloatLanes, a: V128) -> V128 {
    lanes.canonicalise(a)
}

/// The bytes of `a` whose numbers are in `select`, or 0 where the number's highest bit is set.
///
/// # Safety
///
/// None.
#[inline(always)]
pub(super) unsafe fn pick(a: V128, select: V128) -> V128 {
    super::numeric::pick_bytes(a, select)
}
