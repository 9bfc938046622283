//! Relaxed operators: which of the results that the specification allows is the one here.
//!
//! The specification (core, section "Relaxed Operations") has a parameter for each relaxed operator, which is
//! the same for the whole execution of a program; the deterministic profile sets all to 0. Here they are set once
//! per engine, for all tiers: to what x86-64 does in one instruction, or to 0.

use super::lanes::{Lane, Vectors, get, put};
use super::{BinaryKind, TernaryKind, UnaryKind, V128};

/// What relaxed operators mean in an engine.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct Relaxed {
    /// Whether they mean what x86-64 does in one instruction.
    pub native: bool,
    /// Whether a product that is added to something is not rounded in between.
    pub fused: bool,
}

impl Relaxed {
    /// The deterministic profile.
    pub const DETERMINISTIC: Self = Self {
        native: false,
        fused: false,
    };

    /// What is fastest on this machine.
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            Self {
                native: true,
                fused: is_x86_feature_detected!("fma"),
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        Self::DETERMINISTIC
    }
}

impl UnaryKind {
    /// The row that the operator stands for. It is another one for relaxed operators only.
    pub const fn resolve(self, relaxed: Relaxed) -> Self {
        match self {
            Self::I32x4RelaxedTruncF32x4S if !relaxed.native => Self::I32x4TruncSatF32x4S,
            Self::I32x4RelaxedTruncF64x2SZero if !relaxed.native => Self::I32x4TruncSatF64x2SZero,
            // No instruction does less.
            Self::I32x4RelaxedTruncF32x4U => Self::I32x4TruncSatF32x4U,
            Self::I32x4RelaxedTruncF64x2UZero => Self::I32x4TruncSatF64x2UZero,
            other => other,
        }
    }
}

impl BinaryKind {
    /// The row that the operator stands for. It is another one for relaxed operators only.
    pub const fn resolve(self, relaxed: Relaxed) -> Self {
        if relaxed.native {
            return self;
        }
        match self {
            Self::I8x16RelaxedSwizzle => Self::I8x16Swizzle,
            Self::F32x4RelaxedMin => Self::F32x4Min,
            Self::F32x4RelaxedMax => Self::F32x4Max,
            Self::F64x2RelaxedMin => Self::F64x2Min,
            Self::F64x2RelaxedMax => Self::F64x2Max,
            Self::I16x8RelaxedQ15mulrS => Self::I16x8Q15MulrSatS,
            Self::I16x8RelaxedDotI8x16I7x16S => Self::I16x8DotI8x16S,
            other => other,
        }
    }
}

impl TernaryKind {
    /// The row that the operator stands for. It is another one for relaxed operators only.
    pub const fn resolve(self, relaxed: Relaxed) -> Self {
        match self {
            Self::F32x4RelaxedMadd if !relaxed.fused => Self::F32x4MulAdd,
            Self::F32x4RelaxedNmadd if !relaxed.fused => Self::F32x4NegMulAdd,
            Self::F64x2RelaxedMadd if !relaxed.fused => Self::F64x2MulAdd,
            Self::F64x2RelaxedNmadd if !relaxed.fused => Self::F64x2NegMulAdd,
            Self::I8x16RelaxedLaneselect
            | Self::I16x8RelaxedLaneselect
            | Self::I32x4RelaxedLaneselect
            | Self::I64x2RelaxedLaneselect
                if !relaxed.native =>
            {
                Self::V128Bitselect
            }
            Self::I32x4RelaxedDotI8x16I7x16AddS if !relaxed.native => Self::I32x4DotI8x16AddS,
            other => other,
        }
    }
}

/// `pshufb`: numbers from 16 to 127 count modulo 16.
#[inline(always)]
pub(super) fn swizzle(a: V128, b: V128) -> V128 {
    b.map(|lane| {
        if lane < 128 {
            a[usize::from(lane % 16)]
        } else {
            0
        }
    })
}

/// The integer of a truncated float, or the least one if it is none.
fn truncate(x: f64) -> i32 {
    if x > -2_147_483_649.0 && x < 2_147_483_648.0 {
        x as i32
    } else {
        i32::MIN
    }
}

/// `cvttps2dq`.
#[inline(always)]
pub(super) fn trunc_f32x4(a: V128) -> V128 {
    put(get::<f32, 4>(a).map(|x| truncate(x.into())))
}

/// `cvttpd2dq`.
#[inline(always)]
pub(super) fn trunc_f64x2(a: V128) -> V128 {
    let [x, y] = get::<f64, 2>(a);
    put([truncate(x), truncate(y), 0, 0])
}

/// `pmaddubsw`: sums of products of signed bytes of `a` and unsigned ones of `b`, saturated.
#[inline(always)]
pub(super) fn dot(a: V128, b: V128) -> V128 {
    let a = get::<i8, 16>(a);
    let product = |i: usize| i32::from(a[i]) * i32::from(b[i]);
    put::<i16, 8>(std::array::from_fn(|i| {
        (product(2 * i) + product(2 * i + 1)).clamp(i16::MIN.into(), i16::MAX.into()) as i16
    }))
}

/// The lanes of `a` where the highest bit of `mask`'s is set, those of `b` elsewhere.
#[inline(always)]
pub(super) fn lane_select<T: Lane + Vectors + PartialOrd + Default>(
    a: V128,
    b: V128,
    mask: V128,
) -> V128
where
    T::Mask: Lane,
{
    let all = T::compare(mask, mask, |x, _| x < T::default());
    let (a, b, all) = (get::<u64, 2>(a), get::<u64, 2>(b), get::<u64, 2>(all));
    put::<u64, 2>(std::array::from_fn(|i| a[i] & all[i] | b[i] & !all[i]))
}
