//! Reservations of dropped memories, kept for the next ones.
//!
//! Reserving, opening and unmapping address space takes several times as long as all else of a small
//! instance. So a few spaces of small memories stay, zeroed when their memory is dropped;
//! a new memory takes one if reservation, guard and length are what it needs.

#![expect(unsafe_code, reason = "zeroes memories that are gone")]

use std::sync::{Mutex, PoisonError};

use super::ResetPolicy;
use super::mmap::Space;
use crate::sys;

/// Spaces that are kept in the process, and the length of a memory up to which its is: zeroing takes
/// no longer than unmapping and faulting pages in again.
const MAX_SPACES: usize = 8;
const MAX_BYTES: usize = 256 << 10;

/// What is kept is zeroed without a question.
const POLICY: ResetPolicy = ResetPolicy {
    blind_restore: MAX_BYTES,
    keep_resident: MAX_BYTES,
    pagemap_scan: false,
};

/// The kept spaces, oldest first.
static SPARES: Mutex<Vec<Space>> = Mutex::new(Vec::new());

/// Takes a zeroed space with these sizes, all in whole pages.
pub(super) fn take(capacity: usize, guard: usize, len: usize) -> Option<Space> {
    if len > MAX_BYTES {
        return None;
    }
    let mut spares = SPARES.lock().unwrap_or_else(PoisonError::into_inner);
    let at = spares.iter().rposition(|space| {
        space.accessible() == len && space.capacity() == capacity && space.guard() == guard
    })?;
    Some(spares.remove(at))
}

/// Keeps `space` if it is worth it, in place of the oldest one if there are many.
pub(super) fn offer(mut space: Space) {
    if !sys::HAS_GUARD_PAGES || space.len() > MAX_BYTES || space.has_image() {
        return;
    }
    // SAFETY: the memory is gone.
    unsafe { space.clear(&POLICY) };
    if !space.is_zero() || space.accessible() > MAX_BYTES {
        return;
    }
    let mut spares = SPARES.lock().unwrap_or_else(PoisonError::into_inner);
    spares.push(space);
    let oldest = (spares.len() > MAX_SPACES).then(|| spares.remove(0));
    drop(spares);
    drop(oldest);
}

/// Gives all spaces back. Returns whether there were any.
pub(super) fn release() -> bool {
    let spares = std::mem::take(&mut *SPARES.lock().unwrap_or_else(PoisonError::into_inner));
    !spares.is_empty()
}

#[cfg(all(test, unix, not(feature = "portable-sys"), not(miri)))]
mod tests {
    use super::super::{MemoryPlan, MmapMemory, RuntimeLinearMemory};
    use crate::types::MemoryType;

    /// A memory of `pages` pages in a reservation that no other test has.
    fn memory(pages: u64, reservation_pages: u64) -> MmapMemory {
        let ty = MemoryType {
            minimum: pages,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: 16,
        };
        let plan = MemoryPlan {
            reservation: reservation_pages << 16,
            guard: 3 << 16,
            reservation_for_growth: 1 << 16,
            may_move: true,
        };
        MmapMemory::new(&ty, &plan).expect("a small memory")
    }

    fn bytes(memory: &mut MmapMemory) -> &mut [u8] {
        let len = memory.byte_size();
        // SAFETY: the memory is borrowed, and `len` bytes long.
        unsafe { std::slice::from_raw_parts_mut(memory.vmmemory().base, len) }
    }

    #[test]
    fn a_space_is_used_again_and_zero() {
        for grown in [0, 1, 2] {
            let mut first = memory(1, 1001);
            first.grow_to((1 + grown) << 16).expect("in place");
            bytes(&mut first).fill(0xaa);
            let base = first.vmmemory().base;
            drop(first);
            let mut second = memory(1 + grown as u64, 1001);
            assert_eq!(second.vmmemory().base, base, "grown by {grown}");
            assert!(bytes(&mut second).iter().all(|&byte| byte == 0));
            // What a longer memory had is not there for a shorter one.
            bytes(&mut second).fill(0xbb);
            drop(second);
            let mut other = memory(4, 1001);
            assert!(bytes(&mut other).iter().all(|&byte| byte == 0));
            assert!(!crate::sys::is_accessible(
                other.vmmemory().base.wrapping_add(4 << 16)
            ));
        }
    }

    #[test]
    fn a_space_of_another_size_is_not_taken() {
        let first = memory(1, 1003);
        let base = first.vmmemory().base;
        let live = memory(1, 1003);
        drop(first);
        for other in [memory(2, 1003), memory(1, 1004)] {
            assert!(other.reservation() >= 1003 << 16);
            assert_eq!(other.byte_size() % (1 << 16), 0);
        }
        assert_ne!(live.vmmemory().base, base);
    }

    #[test]
    fn few_and_small_spaces_are_kept() {
        let memories: Vec<_> = (0..3 * super::MAX_SPACES)
            .map(|_| memory(1, 1005))
            .collect();
        drop(memories);
        drop(memory(1 + (super::MAX_BYTES >> 16) as u64, 1005));
        let spares = super::SPARES.lock().expect("no test panics with the lock");
        assert!(spares.len() <= super::MAX_SPACES);
        assert!(
            spares
                .iter()
                .all(|space| space.accessible() <= super::MAX_BYTES)
        );
    }
}
