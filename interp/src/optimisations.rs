//! The optimisations of the translator, each of which can be left out.

use bitflags::bitflags;

bitflags! {
    /// What the translator does beyond the necessary. Results never depend on it: tests
    /// run programs with everything, nothing, and one thing at a time.
    #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
    pub struct Optimisations: u32 {
        /// Operands in the accumulators.
        const ACCUMULATORS = 1 << 0;
        /// Constants in instructions.
        const IMMEDIATES = 1 << 1;
        /// Hot locals in registers, the same throughout a function. `tail` dispatch only.
        const PINS = 1 << 2;
        /// Other locals in registers in each loop. Needs `PINS`.
        const LOOP_PINS = 1 << 3;
        /// Comparisons and tests of bits within branches.
        const CONDITIONS = 1 << 4;
        /// The step of a counting loop within the branch back. Needs `CONDITIONS`.
        const COUNTERS = 1 << 5;
        /// Additions within the addresses of loads and stores.
        const ADDRESSES = 1 << 6;
        /// Different copies of a hot handler for its uses. `tail` dispatch only.
        const COPIES = 1 << 7;
        /// Two integer operators in one instruction.
        const PAIRS = 1 << 8;
        /// Constants among the values of `select`.
        const SELECTS = 1 << 9;
        /// Loads within the arithmetic, branches and stores that consume them.
        const LOADS = 1 << 10;
        /// A load within the float operation that uses it.
        const FLOAT_LOADS = 1 << 11;
        /// Two float operations in one instruction.
        const FLOAT_PAIRS = 1 << 12;
        /// Constants that floats are compared with within branches. Needs `CONDITIONS`.
        const FLOAT_LIMITS = 1 << 13;
        /// Floats in the accumulator, and constant ones, among the values of a `select`.
        const FLOAT_SELECTS = 1 << 14;
        /// The test that a loop begins with, repeated in branches back. Needs `CONDITIONS`.
        const BOTTOM_TESTS = 1 << 15;
        /// Instructions for vectors that not every machine of the target has.
        const NATIVE_VECTORS = 1 << 16;
        /// Constant vectors in instructions.
        const VECTOR_CONSTANTS = 1 << 17;
        /// Two operations on vectors in one instruction. Needs `NATIVE_VECTORS` where there are any.
        const VECTOR_PAIRS = 1 << 18;
        /// A load within the operation on vectors that uses it. Needs what `VECTOR_PAIRS` needs.
        const VECTOR_LOADS = 1 << 19;
    }
}

impl Optimisations {
    /// What needs handlers for the work of two operators.
    pub(crate) const FUSIONS: Self = Self::COUNTERS
        .union(Self::ADDRESSES)
        .union(Self::PAIRS)
        .union(Self::LOADS)
        .union(Self::FLOAT_LOADS)
        .union(Self::FLOAT_PAIRS)
        .union(Self::VECTOR_PAIRS)
        .union(Self::VECTOR_LOADS);
}

impl Default for Optimisations {
    /// Everything.
    fn default() -> Self {
        Self::all()
    }
}
