//! Which ranges of a code memory are taken.

use std::ops::Range;

/// Which ranges are taken.
#[derive(Default, Debug)]
pub(super) struct Ranges {
    /// Free ranges below `top`, which none of them reaches; by address, apart from each other.
    pub(super) free: Vec<Range<usize>>,
    /// Everything above is free.
    pub(super) top: usize,
    /// How much of the space is backed by memory.
    pub(super) backed: usize,
}

impl Ranges {
    /// Takes the first range of `size` that ends at or below `limit`.
    pub(super) fn take(&mut self, size: usize, limit: usize) -> Option<Range<usize>> {
        if let Some(i) = self.free.iter().position(|range| range.len() >= size) {
            let range = &mut self.free[i];
            let taken = range.start..range.start + size;
            range.start = taken.end;
            if range.start == range.end {
                self.free.remove(i);
            }
            return Some(taken);
        }
        let taken = self.top..self.top.checked_add(size).filter(|&end| end <= limit)?;
        self.top = taken.end;
        Some(taken)
    }

    /// Takes a range back.
    pub(super) fn give(&mut self, range: Range<usize>) {
        let i = self.free.partition_point(|free| free.start < range.start);
        self.free.insert(i, range);
        if self
            .free
            .get(i + 1)
            .is_some_and(|next| next.start == self.free[i].end)
        {
            self.free[i].end = self.free.remove(i + 1).end;
        }
        if i > 0 && self.free[i - 1].end == self.free[i].start {
            self.free[i - 1].end = self.free.remove(i).end;
        }
        if let Some(last) = self.free.pop_if(|last| last.end == self.top) {
            self.top = last.start;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_reused_and_joined() {
        let mut ranges = Ranges::default();
        let taken: Vec<_> = (0..4).map(|_| ranges.take(16, 64).expect("room")).collect();
        assert_eq!(ranges.take(16, 64), None);
        ranges.give(taken[0].clone());
        ranges.give(taken[2].clone());
        assert_eq!(ranges.free, [0..16, 32..48]);
        assert_eq!(ranges.take(32, 64), None);
        ranges.give(taken[1].clone());
        assert_eq!(ranges.take(48, 64), Some(0..48));
        ranges.give(0..48);
        ranges.give(taken[3].clone());
        assert_eq!((ranges.free.len(), ranges.top), (0, 0));
    }
}
