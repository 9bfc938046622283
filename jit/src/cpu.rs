//! What the processor has beyond the first x86-64.

use bitflags::bitflags;

bitflags! {
    /// Instruction set extensions that code may use.
    #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, Default)]
    pub struct CpuFeatures: u8 {
        /// `roundss` and its relatives.
        const SSE41 = 1 << 0;
        /// `popcnt`.
        const POPCNT = 1 << 1;
        /// `lzcnt`.
        const LZCNT = 1 << 2;
        /// `tzcnt`.
        const BMI1 = 1 << 3;
        /// `shlx`, `rorx`, `mulx` and their relatives.
        const BMI2 = 1 << 4;
        /// Instructions of three operands on floats.
        const AVX = 1 << 5;
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
        }
        features
    }
}
