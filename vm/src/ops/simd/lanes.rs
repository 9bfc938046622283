//! Vectors as arrays of lanes.

#![expect(
    unsafe_code,
    reason = "an array of lanes is 16 bytes, and these are an array of lanes"
)]

use super::V128;

/// What a lane holds.
///
/// # Safety
///
/// Every bit pattern of `size_of::<Self>()` bytes is a value, without padding.
pub(super) unsafe trait Lane: Copy {
    /// The integer that is all ones for true.
    type Mask: Lane;
    /// The value whose bytes are those of `self` in the other of the machine's order and little-endian order.
    fn to_le(self) -> Self;
    fn mask(holds: bool) -> Self::Mask;
}

macro_rules! lane {
    ($($ty:ident $mask:ident |$x:ident| $to_le:expr;)*) => { $(
        // SAFETY: a number without padding, for which every bit pattern is a value.
        unsafe impl Lane for $ty {
            type Mask = $mask;
            #[inline(always)]
            fn to_le(self) -> Self {
                let $x = self;
                $to_le
            }
            #[inline(always)]
            fn mask(holds: bool) -> $mask {
                if holds { !0 } else { 0 }
            }
        }
    )* };
}
lane! {
    u8 u8 |x| x;
    i8 u8 |x| x;
    u16 u16 |x| x.to_le();
    i16 u16 |x| x.to_le();
    u32 u32 |x| x.to_le();
    i32 u32 |x| x.to_le();
    u64 u64 |x| x.to_le();
    i64 u64 |x| x.to_le();
    f32 u32 |x| f32::from_bits(x.to_bits().to_le());
    f64 u64 |x| f64::from_bits(x.to_bits().to_le());
}

/// The lanes of a vector.
#[inline(always)]
pub(super) fn get<T: Lane, const N: usize>(vector: V128) -> [T; N] {
    const { assert!(size_of::<[T; N]>() == size_of::<V128>()) };
    // SAFETY: both are of the same size, and every bit pattern is a value of `T`.
    let lanes: [T; N] = unsafe { std::mem::transmute_copy(&vector) };
    lanes.map(T::to_le)
}

/// The vector with these lanes.
#[inline(always)]
pub(super) fn put<T: Lane, const N: usize>(lanes: [T; N]) -> V128 {
    const { assert!(size_of::<[T; N]>() == size_of::<V128>()) };
    let lanes = lanes.map(T::to_le);
    // SAFETY: both are of the same size, and a `T` has no padding.
    unsafe { std::mem::transmute_copy(&lanes) }
}

/// Applies `f` to each lane.
#[inline(always)]
pub(super) fn map<T: Lane + Vectors>(a: V128, f: impl Fn(T) -> T) -> V128 {
    T::map(a, f)
}

/// Applies `f` to each pair of lanes.
#[inline(always)]
pub(super) fn zip<T: Lane + Vectors>(a: V128, b: V128, f: impl Fn(T, T) -> T) -> V128 {
    T::zip(a, b, f)
}

/// All ones in each lane for whose pair `holds`, else zeros.
#[inline(always)]
pub(super) fn compare<T: Lane + Vectors>(a: V128, b: V128, holds: impl Fn(T, T) -> bool) -> V128 {
    T::compare(a, b, holds)
}

/// Numbers of which a vector has as many as fit.
pub(super) trait Vectors: Lane {
    fn map(a: V128, f: impl Fn(Self) -> Self) -> V128;
    fn zip(a: V128, b: V128, f: impl Fn(Self, Self) -> Self) -> V128;
    fn compare(a: V128, b: V128, holds: impl Fn(Self, Self) -> bool) -> V128;
}

macro_rules! vectors {
    ($($ty:ident)*) => { $(
        impl Vectors for $ty {
            #[inline(always)]
            fn map(a: V128, f: impl Fn(Self) -> Self) -> V128 {
                put(get::<Self, { 16 / size_of::<Self>() }>(a).map(f))
            }
            #[inline(always)]
            fn zip(a: V128, b: V128, f: impl Fn(Self, Self) -> Self) -> V128 {
                let (a, b) = (get::<Self, { 16 / size_of::<Self>() }>(a), get::<Self, { 16 / size_of::<Self>() }>(b));
                put::<Self, { 16 / size_of::<Self>() }>(std::array::from_fn(|i| f(a[i], b[i])))
            }
            #[inline(always)]
            fn compare(a: V128, b: V128, holds: impl Fn(Self, Self) -> bool) -> V128 {
                let (a, b) = (get::<Self, { 16 / size_of::<Self>() }>(a), get::<Self, { 16 / size_of::<Self>() }>(b));
                put::<_, { 16 / size_of::<Self>() }>(std::array::from_fn(|i| Self::mask(holds(a[i], b[i]))))
            }
        }
    )* };
}
vectors!(u8 i8 u16 i16 u32 i32 u64 i64 f32 f64);

/// Numbers that fit one of twice the width.
pub(super) trait Widen: Sized {
    type Wide: Lane;
    /// The lower half of the lanes, widened.
    fn low(a: V128) -> V128;
    /// The higher half of the lanes, widened.
    fn high(a: V128) -> V128;
    /// The sums of neighbours, widened.
    fn pairwise(a: V128) -> V128;
    /// The products of the lower halves of the lanes, widened.
    fn mul_low(a: V128, b: V128) -> V128;
    /// The products of the higher halves of the lanes, widened.
    fn mul_high(a: V128, b: V128) -> V128;
}

macro_rules! widen {
    ($($ty:ident $wide:ident $lanes:literal;)*) => { $(
        impl Widen for $ty {
            type Wide = $wide;
            #[inline(always)]
            fn low(a: V128) -> V128 {
                let a = get::<$ty, $lanes>(a);
                put::<$wide, { $lanes / 2 }>(std::array::from_fn(|i| a[i].into()))
            }
            #[inline(always)]
            fn high(a: V128) -> V128 {
                let a = get::<$ty, $lanes>(a);
                put::<$wide, { $lanes / 2 }>(std::array::from_fn(|i| a[$lanes / 2 + i].into()))
            }
            #[inline(always)]
            fn pairwise(a: V128) -> V128 {
                let a = get::<$ty, $lanes>(a);
                put::<$wide, { $lanes / 2 }>(std::array::from_fn(|i| {
                    $wide::from(a[2 * i]).wrapping_add(a[2 * i + 1].into())
                }))
            }
            #[inline(always)]
            fn mul_low(a: V128, b: V128) -> V128 {
                let (a, b) = (get::<$ty, $lanes>(a), get::<$ty, $lanes>(b));
                put::<$wide, { $lanes / 2 }>(std::array::from_fn(|i| {
                    $wide::from(a[i]).wrapping_mul(b[i].into())
                }))
            }
            #[inline(always)]
            fn mul_high(a: V128, b: V128) -> V128 {
                let (a, b) = (get::<$ty, $lanes>(a), get::<$ty, $lanes>(b));
                put::<$wide, { $lanes / 2 }>(std::array::from_fn(|i| {
                    $wide::from(a[$lanes / 2 + i]).wrapping_mul(b[$lanes / 2 + i].into())
                }))
            }
        }
    )* };
}
widen! {
    u8 u16 16;
    i8 i16 16;
    u16 u32 8;
    i16 i32 8;
    u32 u64 4;
    i32 i64 4;
}
