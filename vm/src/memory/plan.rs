//! The engine-wide plan for linear memories: how much address space each one takes.

const GIB: u64 = 1 << 30;
const MIB: u64 = 1 << 20;

/// How much address space a linear memory reserves and what may be relied on.
///
/// ```text
///   header │ accessible │ reserved, inaccessible │ guard
///          base         base + length            base + reservation
/// ```
///
/// Machine code is compiled for the one plan of its engine; a memory that could
/// not be had as planned is bounded, and runs the checked variant of the code
/// (see [`Memory::has_guard`](super::Memory::has_guard)).
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct MemoryPlan {
    /// Bytes of address space kept for the content of each memory.
    pub reservation: u64,
    /// Bytes of inaccessible address space after the reservation.
    pub guard: u64,
    /// Bytes of address space kept for later growth when a memory outgrows its
    /// reservation.
    pub reservation_for_growth: u64,
    /// Whether a memory may move to another address when it outgrows its reservation;
    /// if not, such growth fails.
    pub may_move: bool,
}

impl MemoryPlan {
    /// No reservation and no guard: every access is checked, and growth may move the memory.
    pub const fn bounded() -> Self {
        Self {
            reservation: 0,
            guard: 0,
            reservation_for_growth: 0,
            may_move: true,
        }
    }

    /// Whether memories of this plan take address space beyond their content.
    pub const fn reserves(&self) -> bool {
        self.reservation > 0 || self.guard > 0
    }

    /// Whether an access through a 32-bit index whose constant offset plus size
    /// is `offset_end` needs no check: whatever the index is, it ends in the
    /// memory or faults.
    pub const fn elides_check(&self, offset_end: u64) -> bool {
        match self
            .reservation
            .saturating_add(self.guard)
            .checked_sub(offset_end)
        {
            Some(reach) => reach >= u32::MAX as u64,
            None => false,
        }
    }
}

impl Default for MemoryPlan {
    /// 4 GiB reserved, a guard of 32 MiB, 2 GiB more for growth; memories may move.
    fn default() -> Self {
        Self {
            reservation: 4 * GIB,
            guard: 32 * MIB,
            reservation_for_growth: 2 * GIB,
            may_move: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_elided_up_to_the_guard() {
        let plan = MemoryPlan::default();
        assert!(plan.elides_check(4));
        assert!(plan.elides_check(32 * MIB + 1));
        assert!(!plan.elides_check(32 * MIB + 2));
        assert!(!plan.elides_check(u64::MAX));
        assert!(!MemoryPlan::bounded().elides_check(1));
        assert!(!MemoryPlan::bounded().reserves());
    }
}
