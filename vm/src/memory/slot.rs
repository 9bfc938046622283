//! `ImageSlot`: a part of a mapping that memories use one after the other, each as if it were new.
//!
//! ```text
//!   base                      len         accessible          capacity
//!   │ zeros │ image │ zeros   │ zeros     │ inaccessible      │          Fresh | Clean
//!   │ what the memory has     │ zeros     │ inaccessible      │          InUse | Dirty
//! ```
//!
//! Readers may rely on:
//! - only a slot that is [`Fresh`](SlotState::Fresh) or [`Clean`](SlotState::Clean) is given to a memory;
//! - bytes from `len` to `accessible` are always zero: `len` is how far a memory got, and memories never shrink;
//! - an image lies below `accessible`, and in a clean slot its bytes are in place;
//! - whatever system call fails, the slot becomes [`Unknown`](SlotState::Unknown), and is
//!   replaced by new pages before it is used again.
//!
//! Slots of three kinds: in a *guarded* one what is beyond `len` faults, and images are mapped; a *bounded* one
//! is the same but that it stays accessible as far as it ever was; an *open* one is accessible as a whole, makes no
//! system calls to grow, and its images are copied. On platforms without guard pages all are open in effect.

#![expect(unsafe_code, reason = "restores memories by address")]

mod reset;

pub use reset::ResetPolicy;

use std::io;
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::Arc;

use super::MemoryImage;
use crate::sys::{self, Mapping};
use reset::Residents;

/// A system call on a slot has failed; the slot is not used again as it is.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {bytes} bytes of a slot")]
pub struct SlotError {
    /// What was tried.
    pub action: &'static str,
    /// With how many bytes.
    pub bytes: usize,
    /// What the system said.
    pub source: io::Error,
}

/// What a slot holds.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum SlotState {
    /// Zeros and no image, not accessible if the slot is guarded: as it was made.
    Fresh,
    /// What a new memory with its image has.
    Clean,
    /// The memory that it was given to.
    InUse,
    /// What a memory left, part of which is yet to be dropped.
    Dirty,
    /// What its last user has left in it for a next one who knows its keepsake.
    Kept,
    /// Anything, perhaps not mapped at all: a system call has failed.
    Unknown,
}

/// What is left in a slot: the same numbers are the same content.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Keepsake(pub [u64; 3]);

/// How much of a slot is accessible.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum SlotKind {
    /// What the memory has: code may rely on faults.
    Guarded,
    /// What any memory had so far: code checks its accesses.
    Bounded,
    /// All of it from the start: code checks its accesses.
    Open,
}

/// A part of a mapping for one memory at a time.
#[derive(Debug)]
pub struct ImageSlot {
    mapping: Arc<Mapping>,
    /// Where in the mapping the base is.
    offset: usize,
    base: NonNull<u8>,
    kind: SlotKind,
    state: SlotState,
    /// In whole host pages, as is `accessible`.
    capacity: usize,
    accessible: usize,
    /// The length of the memory, to the byte; 0 when there is none.
    len: usize,
    image: Option<Arc<MemoryImage>>,
    /// Whether the image is mapped, so that pages given back have its content.
    mapped: bool,
    /// Whether a system call has failed while a memory used the slot.
    damaged: bool,
    /// Whether the page before the base has yet to be made accessible.
    hidden_header: bool,
    /// What is yet to be dropped of a dirty slot.
    rest: Range<usize>,
    /// What a kept slot has.
    keepsake: Option<Keepsake>,
    residents: Residents,
}

// SAFETY: the pointer is into the mapping, which may be sent; the slot's part of it
// is used by the slot and the one memory that it is given to.
unsafe impl Send for ImageSlot {}
// SAFETY: as above; `&ImageSlot` gives out nothing but addresses and sizes.
unsafe impl Sync for ImageSlot {}

impl ImageSlot {
    /// A fresh slot of `capacity` bytes from `offset` of `mapping` on, both in whole pages.
    ///
    /// # Panics
    ///
    /// If they are not within the mapping.
    ///
    /// # Safety
    ///
    /// The part is this slot's alone and zero; it is accessible as a whole if the slot is open.
    pub(crate) unsafe fn new(
        mapping: &Arc<Mapping>,
        offset: usize,
        capacity: usize,
        kind: SlotKind,
    ) -> Self {
        assert!(
            offset <= mapping.len() && capacity <= mapping.len() - offset,
            "a slot lies within its mapping"
        );
        let page = sys::page_size();
        assert!(
            offset.is_multiple_of(page) && capacity.is_multiple_of(page),
            "a slot is made of whole pages"
        );
        Self {
            mapping: mapping.clone(),
            offset,
            // SAFETY: the offset is within the mapping.
            base: unsafe { mapping.as_ptr().add(offset) },
            kind,
            state: SlotState::Fresh,
            capacity,
            accessible: fresh_accessible(kind, capacity),
            len: 0,
            image: None,
            mapped: false,
            damaged: false,
            hidden_header: false,
            rest: 0..0,
            keepsake: None,
            residents: Residents::default(),
        }
    }

    /// Lets the slot make the page before its base accessible when it is first used.
    ///
    /// # Safety
    ///
    /// There is such a page, and it is this slot's alone.
    pub(crate) unsafe fn with_hidden_header(mut self) -> Self {
        self.hidden_header = true;
        self
    }

    /// The first byte; provenance of the whole mapping, exposed.
    pub fn base(&self) -> NonNull<u8> {
        self.base
    }

    /// The most bytes that a memory in it can have, in whole host pages.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// How many bytes the memory has; 0 when there is none.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no memory in it, or an empty one.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many bytes are accessible, in whole host pages.
    pub fn accessible(&self) -> usize {
        self.accessible
    }

    /// What it holds.
    pub fn state(&self) -> SlotState {
        self.state
    }

    /// The image that it has in place, or had when it was given to its memory.
    pub fn image(&self) -> Option<&Arc<MemoryImage>> {
        self.image.as_ref()
    }

    /// Gives the slot to a new memory of `len` bytes: image and zeros. Makes no system
    /// call if the slot's last memory had the same image and initial length and did not grow, or if the
    /// slot is open and the image the same.
    ///
    /// # Errors
    ///
    /// If a system call fails.
    ///
    /// # Panics
    ///
    /// If `len` is beyond the capacity, the image does not fit in it, or the slot has not been reset.
    pub fn instantiate(
        &mut self,
        len: usize,
        image: Option<&Arc<MemoryImage>>,
    ) -> Result<(), SlotError> {
        assert!(len <= self.capacity, "a memory fits in its slot");
        let pages = len.next_multiple_of(sys::page_size());
        assert!(
            image.is_none_or(|image| image.end() <= pages),
            "an image fits in its memory"
        );
        if self.state == SlotState::Unknown {
            self.replace_all()?;
        }
        assert!(
            matches!(self.state, SlotState::Fresh | SlotState::Clean),
            "a slot is clean when it is used"
        );
        let same = match (&self.image, image) {
            (None, None) => true,
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            _ => false,
        };
        if !same {
            self.remove_image()?;
        }
        if self.accessible < pages || self.hidden_header {
            self.expose(pages)?;
        } else if self.accessible > pages && self.kind == SlotKind::Guarded {
            self.hide(pages)?;
        }
        if let Some(image) = image.filter(|_| !same) {
            self.add_image(image)?;
        }
        self.len = len;
        self.state = SlotState::InUse;
        Ok(())
    }

    /// Makes the memory in it `len` bytes long: the new ones are accessible and zero.
    ///
    /// # Errors
    ///
    /// If a system call fails; the memory is as before, but the slot
    /// will be replaced when it is gone.
    ///
    /// # Panics
    ///
    /// If there is no memory in it, or it would shrink or pass the capacity.
    pub fn grow(&mut self, len: usize) -> Result<(), SlotError> {
        assert!(self.state == SlotState::InUse, "a memory is in the slot");
        assert!(
            self.len <= len && len <= self.capacity,
            "a memory never shrinks, and fits in its slot"
        );
        let pages = len.next_multiple_of(sys::page_size());
        if pages > self.accessible {
            self.expose(pages)?;
        }
        self.len = len;
        Ok(())
    }

    /// Leaves what is in the slot for a next user, who takes it by the same keepsake. A slot of which a system call
    /// has failed is not kept.
    pub(crate) fn keep(&mut self, keepsake: Keepsake) {
        if self.state == SlotState::InUse && !self.damaged {
            self.state = SlotState::Kept;
            self.keepsake = Some(keepsake);
        }
    }

    /// What is left in the slot, if it is kept.
    pub(crate) fn keepsake(&self) -> Option<Keepsake> {
        self.keepsake
    }

    /// Gives a kept slot to its next user as it is.
    ///
    /// # Panics
    ///
    /// If it is not kept.
    pub(crate) fn take_kept(&mut self) {
        assert!(self.state == SlotState::Kept, "something has been left");
        self.state = SlotState::InUse;
        self.keepsake = None;
    }

    /// Makes a clean slot's image zero, so that the image can be dropped.
    pub(crate) fn forget_image(&mut self) {
        let clean = matches!(self.state, SlotState::Fresh | SlotState::Clean);
        if !clean || self.remove_image().is_err() {
            self.state = SlotState::Unknown;
            self.image = None;
        }
    }

    /// Makes the slot, whatever it is, fresh.
    fn replace_all(&mut self) -> Result<(), SlotError> {
        let open = self.kind == SlotKind::Open;
        self.image = None;
        self.mapped = false;
        // SAFETY: no memory uses the slot.
        unsafe { self.mapping.replace(self.offset, self.capacity, open) }
            .map_err(|source| self.fail("replace", self.capacity, source))?;
        self.accessible = fresh_accessible(self.kind, self.capacity);
        self.len = 0;
        self.damaged = false;
        self.state = SlotState::Fresh;
        Ok(())
    }

    /// Makes the bytes up to `pages` accessible, and the header if it is not.
    fn expose(&mut self, pages: usize) -> Result<(), SlotError> {
        let mut start = self.offset + self.accessible;
        let end = self.offset + pages.max(self.accessible);
        if self.hidden_header {
            start = self.offset - sys::page_size();
        }
        self.mapping
            .make_accessible(start, end - start)
            .map_err(|source| self.fail("make accessible", end - start, source))?;
        self.hidden_header = false;
        self.accessible = end - self.offset;
        Ok(())
    }

    /// Makes the clean bytes from `pages` on inaccessible.
    fn hide(&mut self, pages: usize) -> Result<(), SlotError> {
        let less = self.accessible - pages;
        // SAFETY: the bytes are within the slot, which no memory uses.
        unsafe { self.mapping.hide(self.offset + pages, less) }
            .map_err(|source| self.fail("hide", less, source))?;
        self.accessible = pages;
        Ok(())
    }

    /// Makes the image of a clean slot zero again.
    fn remove_image(&mut self) -> Result<(), SlotError> {
        let Some(image) = self.image.take() else {
            return Ok(());
        };
        // SAFETY: the image is within the accessible part of the slot, which no memory uses.
        unsafe {
            if std::mem::take(&mut self.mapped) {
                self.mapping
                    .replace(self.offset + image.offset(), image.len(), true)
                    .map_err(|source| self.fail("replace", image.len(), source))
            } else {
                let covered = image.offset()..image.end();
                MemoryImage::restore(None, self.base.as_ptr(), covered);
                Ok(())
            }
        }
    }

    /// Puts an image in place of zeros.
    fn add_image(&mut self, image: &Arc<MemoryImage>) -> Result<(), SlotError> {
        // SAFETY: the image is within the accessible part of the slot, which no memory uses.
        unsafe {
            self.mapped = self.kind != SlotKind::Open && image.can_be_mapped();
            if self.mapped {
                image
                    .map(&self.mapping, self.offset)
                    .map_err(|source| self.fail("map", image.len(), source))?;
            } else {
                let covered = image.offset()..image.end();
                MemoryImage::restore(Some(image), self.base.as_ptr(), covered);
            }
        }
        self.image = Some(image.clone());
        Ok(())
    }

    /// Notes that a system call has failed.
    fn fail(&mut self, action: &'static str, bytes: usize, source: io::Error) -> SlotError {
        match self.state {
            SlotState::InUse => self.damaged = true,
            _ => self.state = SlotState::Unknown,
        }
        SlotError {
            action,
            bytes,
            source,
        }
    }
}

/// How much of a fresh slot is accessible.
fn fresh_accessible(kind: SlotKind, capacity: usize) -> usize {
    match kind {
        SlotKind::Guarded | SlotKind::Bounded => 0,
        SlotKind::Open => capacity,
    }
}

#[cfg(test)]
mod tests;
