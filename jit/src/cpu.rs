//! What the processor has beyond the first x86-64.

use bitflags::bitflags;

bitflags! {
    /// Instruction set extensions that code may use.
    #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, Default)]
    pub struct CpuFeatures: u16 {
        /// `roundss` and its relatives, and with them all of SSE3 and SSSE3.
        const SSE41 = 1 << 0;
        /// `popcnt`.
        const POPCNT = 1 << 1;
        /// `lzcnt`.
        const LZCNT = 1 << 2;
        /// `tzcnt`.
        const BMI1 = 1 << 3;
        /// `shlx`, `rorx`, `mulx` and their relatives.
        const BMI2 = 1 << 4;
        /// Instructions of three operands on floats and vectors.
        const AVX = 1 << 5;
        /// `pcmpgtq`.
        const SSE42 = 1 << 6;
        /// Instructions that fill a vector with copies of a byte or of two.
        const AVX2 = 1 << 7;
        /// Multiplications and additions with one rounding.
        const FMA = 1 << 8;
    }
}

impl CpuFeatures {
    /// What the processor has that runs this.
    pub fn detect() -> Self {
        let mut features = Self::empty();
        #[cfg(target_arch = "x86_64")]
        {
            features.set(Self::SSE41, is_x86_feature_detected!("sse4.1"));
            features.set(Self::POPCNT, is_x86_feature_detected!("popcnt"));
            features.set(Self::LZCNT, is_x86_feature_detected!("lzcnt"));
            features.set(Self::BMI1, is_x86_feature_detected!("bmi1"));
            features.set(Self::BMI2, is_x86_feature_detected!("bmi2"));
            features.set(Self::AVX, is_x86_feature_detected!("avx"));
            features.set(Self::SSE42, is_x86_feature_detected!("sse4.2"));
            features.set(Self::AVX2, is_x86_feature_detected!("avx2"));
            features.set(Self::FMA, is_x86_feature_detected!("fma"));
        }
        features
    }
}
