//! Which ranges of a code memory are taken.

use std::ops::Range;

/// The space is backed, and given back to the host, in multiples of this.
pub(super) const CHUNK_BYTES: usize = 1 << 20;

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

    /// Takes a range back. Returns the chunks that are free now and were not before, to where the
    /// backed memory ends.
    #[must_use]
    pub(super) fn give(&mut self, range: Range<usize>) -> Range<usize> {
        let i = self.free.partition_point(|free| free.start < range.start);
        self.free.insert(i, range.clone());
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
        let mut start = range.start / CHUNK_BYTES * CHUNK_BYTES;
        let mut end = range.end.next_multiple_of(CHUNK_BYTES);
        if range.start >= self.top {
            end = end.min(self.backed);
            if start < self.top {
                start += CHUNK_BYTES;
            }
        } else {
            let after = self.free.partition_point(|free| free.start <= range.start);
            let around = &self.free[after - 1];
            if start < around.start {
                start += CHUNK_BYTES;
            }
            if end > around.end {
                end -= CHUNK_BYTES;
            }
        }
        start..end.max(start)
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
        let _ = ranges.give(taken[0].clone());
        let _ = ranges.give(taken[2].clone());
        assert_eq!(ranges.free, [0..16, 32..48]);
        assert_eq!(ranges.take(32, 64), None);
        let _ = ranges.give(taken[1].clone());
        assert_eq!(ranges.take(48, 64), Some(0..48));
        let _ = ranges.give(0..48);
        let _ = ranges.give(taken[3].clone());
        assert_eq!((ranges.free.len(), ranges.top), (0, 0));
    }
    #[test]
    fn chunks_are_told_when_all_of_them_is_free() {
        const HALF: usize = CHUNK_BYTES / 2;
        // Two chunks and a half, of which each half is taken.
        let taken = || {
            let mut ranges = Ranges {
                backed: 5 * HALF,
                ..Ranges::default()
            };
            for _ in 0..5 {
                ranges.take(HALF, 5 * HALF).expect("room");
            }
            ranges
        };
        let halves = |halves: Range<usize>| halves.start * HALF..halves.end * HALF;
        let mut ranges = taken();
        assert!(ranges.give(halves(1..2)).is_empty());
        assert!(ranges.give(halves(2..3)).is_empty());
        assert_eq!(ranges.give(halves(3..4)), halves(2..4));
        assert_eq!(ranges.give(halves(0..1)), halves(0..2));
        // The top falls to 0.
        assert_eq!(ranges.give(halves(4..5)), halves(4..5));
        assert_eq!(ranges.top, 0);

        let mut ranges = taken();
        assert!(ranges.give(halves(3..4)).is_empty());
        assert_eq!(ranges.give(halves(4..5)), halves(4..5));
        assert_eq!(ranges.give(halves(1..3)), halves(2..4));
        assert_eq!(ranges.give(halves(0..1)), halves(0..2));

        let mut ranges = taken();
        assert_eq!(ranges.give(halves(0..5)), halves(0..5));
        let mut ranges = taken();
        assert_eq!(ranges.give(halves(0..4)), halves(0..4));
        let mut ranges = taken();
        assert_eq!(ranges.give(halves(1..5)), halves(2..5));
        // What is only reserved has nothing to give back.
        ranges.backed = HALF;
        ranges.top = 5 * HALF;
        ranges.free.clear();
        assert!(ranges.give(halves(2..5)).is_empty());
    }
}
