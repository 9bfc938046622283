//! How a slot is made clean after its memory.

#![expect(unsafe_code, reason = "restores memories by address")]

use std::io;
use std::ops::Range;

use super::{ImageSlot, SlotState};
use crate::memory::MemoryImage;
use crate::sys::{self, PageRange};

/// How slots are made clean again.
///
/// By the length of the memory that was there: up to `blind_restore` bytes are written over without
/// a question; of longer ones the pages that were written to are asked for and restored, up to
/// `keep_resident` bytes of them; the pages after those are given back to the system. Where it cannot tell the
/// pages, the first `blind_restore` bytes are restored and the rest given back.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct ResetPolicy {
    /// How many bytes are restored without knowing whether they changed.
    pub blind_restore: usize,
    /// How many bytes may stay in memory while the slot waits for its next use.
    pub keep_resident: usize,
    /// Whether to ask the system for the pages that were written to, if it can tell.
    pub pagemap_scan: bool,
}

impl Default for ResetPolicy {
    /// 64 KiB blindly, 4 MiB resident, asking for pages.
    fn default() -> Self {
        Self {
            blind_restore: 64 << 10,
            keep_resident: 4 << 20,
            pagemap_scan: true,
        }
    }
}

/// What is known of the pages of a slot that stay in memory.
///
/// A page that was written to once is told as written ever after, until it is given back. So when there are
/// many more pages than there were after the last time all were given back, and that several times in
/// a row, all are given back once more. If they turn out to be needed, it is not tried again soon.
#[derive(Debug)]
pub(super) struct Residents {
    /// How many pages one memory wrote to, when none was in memory before.
    usual: usize,
    /// How many there were when they were given back.
    before: usize,
    /// How many times in a row there have been too many, and how many times that is borne.
    excess: u32,
    patience: u32,
    /// Whether none was in memory before.
    is_first: bool,
}

impl Residents {
    const MIN_PATIENCE: u32 = 4;
    const MAX_PATIENCE: u32 = 1024;

    /// Whether `pages` that were found written to are to be given back.
    fn are_too_many(&mut self, pages: usize) -> bool {
        if self.is_first {
            self.is_first = false;
            self.patience = match pages.saturating_mul(2) > self.before {
                true => (self.patience * 2).min(Self::MAX_PATIENCE),
                false => Self::MIN_PATIENCE,
            };
            (self.usual, self.excess) = (pages, 0);
            return false;
        }
        if pages <= 2 * self.usual + 16 {
            self.excess = 0;
            return false;
        }
        self.excess += 1;
        if self.excess < self.patience {
            return false;
        }
        (self.before, self.is_first) = (pages, true);
        true
    }
}

impl Default for Residents {
    fn default() -> Self {
        Self {
            usual: 0,
            before: usize::MAX,
            excess: 0,
            patience: Self::MIN_PATIENCE,
            is_first: true,
        }
    }
}

impl ImageSlot {
    /// Makes the slot clean after its memory. It becomes unknown if a system call fails.
    ///
    /// # Safety
    ///
    /// Nobody uses the memory any more.
    pub unsafe fn reset(&mut self, policy: &ResetPolicy) {
        // SAFETY: by contract; the pages left over are this slot's.
        unsafe {
            if self.begin_reset(policy) {
                self.finish_reset(sys::decommit_all(&[self.dirty_pages()]));
            }
        }
    }

    /// Makes the slot clean after its memory. Returns whether there are [`Self::dirty_pages`]: they are then
    /// to be dropped, perhaps with those of other slots, before [`Self::finish_reset`].
    ///
    /// # Safety
    ///
    /// Nobody uses the memory any more.
    pub(crate) unsafe fn begin_reset(&mut self, policy: &ResetPolicy) -> bool {
        if self.state == SlotState::Kept {
            self.take_kept();
        }
        if self.state != SlotState::InUse {
            return self.state == SlotState::Dirty;
        }
        if self.damaged {
            self.state = SlotState::Unknown;
            return false;
        }
        let len = std::mem::take(&mut self.len);
        // SAFETY: `len` bytes were accessible to the memory, and are the caller's.
        let kept = unsafe { self.restore_resident(len, policy) };
        let rest = kept..len.next_multiple_of(sys::page_size()).max(kept);
        if rest.is_empty() {
            self.state = SlotState::Clean;
            return false;
        }
        self.state = SlotState::Dirty;
        self.rest = rest.clone();
        if self.image.is_none() || self.mapped {
            return true;
        }
        // What is dropped becomes zero, so the image is copied again.
        // SAFETY: the range is accessible, and the caller's.
        unsafe {
            let result = self.mapping.reset(self.offset + rest.start, rest.len());
            let image = self.image.as_deref().filter(|_| result.is_ok());
            if let Some(image) = image {
                let start = image.offset().clamp(rest.start, rest.end);
                let end = image.end().clamp(start, rest.end);
                MemoryImage::restore(Some(image), self.base.as_ptr(), start..end);
            }
            self.finish_reset(result);
        }
        false
    }

    /// What is to be dropped of a dirty slot.
    pub(crate) fn dirty_pages(&self) -> PageRange {
        let start = self.base.as_ptr().wrapping_add(self.rest.start);
        (start, self.rest.len())
    }

    /// Ends a reset whose last pages were dropped with this result.
    pub(crate) fn finish_reset(&mut self, dropped: io::Result<()>) {
        assert!(self.state == SlotState::Dirty, "a reset has begun");
        self.state = match dropped {
            Ok(()) => SlotState::Clean,
            Err(_) => SlotState::Unknown,
        };
    }

    /// Restores what may stay in memory of the first `len` bytes, and returns up to where all is restored.
    ///
    /// # Safety
    ///
    /// They are accessible, and nobody else uses them.
    unsafe fn restore_resident(&mut self, len: usize, policy: &ResetPolicy) -> usize {
        let page = sys::page_size();
        let (image, base) = (self.image.as_deref(), self.base.as_ptr());
        let mut restored = 0;
        let blind = policy.blind_restore.min(policy.keep_resident);
        // SAFETY: by contract; pages that the system tells are within the pages of the `len` bytes.
        unsafe {
            if len <= blind {
                MemoryImage::restore(image, base, 0..len);
                return len.next_multiple_of(page);
            }
            let keep = policy.keep_resident / page;
            if policy.pagemap_scan && keep > 0 {
                let covered = image.map_or(0..0, |image| image.offset()..image.end());
                let restore = |run: Range<usize>, is_zero: bool| {
                    if !is_zero {
                        restored += run.len() / page;
                        return MemoryImage::restore(image, base, run);
                    }
                    // Zeros are only wrong where the image is.
                    let start = run.start.max(covered.start);
                    let end = run.end.min(covered.end);
                    if start < end {
                        MemoryImage::restore(image, base, start..end);
                    }
                };
                let pages = len.next_multiple_of(page);
                let scan = sys::scan_written(self.base, pages, keep, image.is_some(), restore);
                if let Some(end) = scan {
                    let end = if self.residents.are_too_many(restored) {
                        0
                    } else {
                        end
                    };
                    return end;
                }
            }
            let kept = blind / page * page;
            MemoryImage::restore(image, base, 0..kept);
            kept
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Residents;

    #[test]
    fn pages_of_one_large_memory_do_not_stay_for_ever() {
        let mut residents = Residents::default();
        assert!(!residents.are_too_many(10));
        for _ in 0..3 {
            assert!(!residents.are_too_many(1000));
        }
        assert!(!residents.are_too_many(30), "in between there were few");
        let rounds = (1..).find(|_| residents.are_too_many(1000));
        assert_eq!(rounds, Some(4));
        assert!(!residents.are_too_many(10), "they were not needed");
        assert!((0..100).all(|_| !residents.are_too_many(36)));
    }

    #[test]
    fn pages_that_are_needed_are_given_back_ever_less_often() {
        let mut residents = Residents::default();
        residents.are_too_many(10);
        let mut last = 0;
        for _ in 0..12 {
            let rounds = (1..)
                .find(|_| residents.are_too_many(1000))
                .expect("some time");
            assert!(
                rounds > last || rounds >= Residents::MAX_PATIENCE,
                "{rounds} after {last}"
            );
            last = rounds;
            assert!(
                !residents.are_too_many(900),
                "the first time tells what is needed"
            );
            residents.usual = 10; // the next memories are small again
        }
    }
}
