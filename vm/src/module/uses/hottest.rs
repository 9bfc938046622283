//! The heaviest of a series of weighed locals.

use super::super::summary::{FuncSummary, LocalUses};

/// The `N` heaviest locals so far, heaviest first; of equal ones the lower ids.
///
/// A local is the number `weight << 16 | !id`, and no local 0, so that the greater number comes first.
pub(super) struct Hottest<const N: usize>([u64; N]);

impl<const N: usize> Default for Hottest<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> Hottest<N> {
    #[inline(always)]
    pub(super) fn add(&mut self, id: u16, weight: u32) {
        let new = u64::from(weight) << 16 | u64::from(!id);
        if new < self.0[N - 1] {
            return;
        }
        let mut at = N - 1;
        while at > 0 && self.0[at - 1] < new {
            self.0[at] = self.0[at - 1];
            at -= 1;
        }
        self.0[at] = new;
    }

    /// The locals that weigh at least `min_weight`.
    pub(super) fn ids(&self, min_weight: u32) -> [u16; N] {
        self.0.map(|place| match place >> 16 {
            weight if weight >= u64::from(min_weight) => !(place as u16),
            _ => FuncSummary::NO_LOCAL,
        })
    }

    /// The first `M` with their weights, which are numbers of uses.
    pub(super) fn uses<const M: usize>(&self) -> [LocalUses; M] {
        const { assert!(M <= N) };
        std::array::from_fn(|i| LocalUses {
            local: !(self.0[i] as u16),
            uses: (self.0[i] >> 16).min(u16::MAX.into()) as u16,
        })
    }
}
