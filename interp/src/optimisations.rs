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
        /// The test that a loop begins with, repeated in branches back. Needs `CONDITIONS`.
        const BOTTOM_TESTS = 1 << 8;
    }
}

impl Default for Optimisations {
    /// Everything.
    fn default() -> Self {
        Self::all()
    }
}
