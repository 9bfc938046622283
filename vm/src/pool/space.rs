//! Address space for many slots in one reservation.

use std::io;
use std::sync::Arc;

use crate::sys::{self, Mapping};

/// The host has not enough address space for a pool or a region.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot reserve {bytes} bytes of address space for {slots} {what} of {slot_bytes} bytes each \
     ({source}); there is room for about {fits}: lower `{count_option}` or `{size_option}`"
)]
pub struct AddressSpaceError {
    /// What for, in the plural.
    pub what: &'static str,
    /// How many bytes were wanted.
    pub bytes: u64,
    /// How many slots.
    pub slots: usize,
    /// How much address space each takes, with its guards.
    pub slot_bytes: u64,
    /// How many slots could be had, roughly, when it was tried.
    pub fits: usize,
    /// The option that says how many.
    pub count_option: &'static str,
    /// The option that says how large.
    pub size_option: &'static str,
    /// What the system said.
    pub source: io::Error,
}

/// What to reserve, and how to speak of it.
#[derive(Copy, Clone, Debug)]
pub(crate) struct SpaceRequest {
    /// What the slots are, in the plural.
    pub what: &'static str,
    pub slots: usize,
    /// The address space of each slot with its guards; `None` if it does not fit in a word.
    pub stride: Option<usize>,
    /// What is needed besides, once.
    pub extra: usize,
    /// Whether all of it is to be accessible.
    pub open: bool,
    pub count_option: &'static str,
    pub size_option: &'static str,
}

impl SpaceRequest {
    /// Reserves it, or says how much of it could be had.
    pub fn reserve(&self) -> Result<Arc<Mapping>, AddressSpaceError> {
        self.try_reserve(self.slots).map_err(|source| {
            let stride = self.stride.map_or(u64::MAX, |stride| stride as u64);
            AddressSpaceError {
                what: self.what,
                bytes: stride
                    .saturating_mul(self.slots as u64)
                    .saturating_add(self.extra as u64),
                slots: self.slots,
                slot_bytes: stride,
                fits: self.probe(),
                count_option: self.count_option,
                size_option: self.size_option,
                source,
            }
        })
    }

    fn try_reserve(&self, slots: usize) -> io::Result<Arc<Mapping>> {
        let bytes = self
            .stride
            .and_then(|stride| stride.checked_mul(slots))
            .and_then(|bytes| bytes.checked_add(self.extra))
            .ok_or(io::ErrorKind::OutOfMemory)?;
        let mapping = Mapping::reserve(bytes.max(1))?;
        if self.open {
            mapping.make_accessible(0, mapping.len())?;
        }
        Ok(Arc::new(mapping))
    }

    /// How many slots can be had, to a few in a hundred.
    fn probe(&self) -> usize {
        let (mut fits, mut fails) = (0, self.slots);
        while fails - fits > (fits / 32).max(1) {
            let slots = fits + (fails - fits) / 2;
            match self.try_reserve(slots) {
                Ok(_) => fits = slots,
                Err(_) => fails = slots,
            }
        }
        fits
    }
}

/// The sum of parts in bytes, in whole host pages; `None` if it does not fit in a word.
pub(crate) fn sum_pages(parts: &[u64]) -> Option<usize> {
    let sum = parts
        .iter()
        .try_fold(0_u64, |sum, &part| sum.checked_add(part))?;
    sys::round_up_to_pages(usize::try_from(sum).ok()?).ok()
}
