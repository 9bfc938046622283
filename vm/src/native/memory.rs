//! Code memory: the one place where bytes become executable.
//!
//! A [`CodeMemory`] is a reservation of address space, so small that a 32-bit distance reaches
//! from any place in it to any other. A compiler is lent a [`Block`], writes through one address,
//! and publishes it at another; never is an address writable and executable at once. Where the
//! host refuses two addresses for the same memory, blocks are of whole pages, which lose one
//! access before they get the other. Pages go back to the host when a whole chunk of them is free.
//!
//! ```text
//!   │ code │ free │ block lent │ code │ free …         backed by memory │ only reserved │
//!                                     top                        backed          budget
//! ```

#![expect(unsafe_code, reason = "lends memory that is to be executed")]

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::code::Compiled;
use super::published::PublishedCode;
use super::ranges::{CHUNK_BYTES, Ranges};
use super::registry::RegisteredSpace;
use crate::index::DefinedFuncIndex;
use crate::memory::MemoryPlan;
use crate::sys::code_space::CodeSpace;
use crate::sys::page_size;

/// Blocks of aliased memory are multiples of this, which is also their alignment.
const GRANULE: usize = 16;

/// The largest space in which every 32-bit distance reaches.
const MAX_BYTES: usize = 1 << 31;

/// What fills memory that had code: `int3`.
const FILLER: u8 = 0xcc;

/// Why there is no memory for code.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodeMemoryError {
    /// The budget does not admit another block.
    #[error("the budget of {budget} bytes of machine code has no room for {wanted} more")]
    Budget {
        /// The budget, in bytes.
        budget: usize,
        /// The size of the block, in bytes.
        wanted: usize,
    },
    /// The host gives no memory, or none that is executable.
    #[error("the host gives no memory for machine code: {0}")]
    Host(#[from] io::Error),
}

/// The memory for machine code of an engine; a handle, to be cloned. Nothing is reserved before
/// it is first used.
#[derive(Clone, Debug)]
pub struct CodeMemory {
    shared: Arc<Shared>,
}

/// What blocks and published code keep alive.
#[derive(Debug)]
pub(super) struct Shared {
    budget: usize,
    alias: bool,
    space: OnceLock<Space>,
    ranges: Mutex<Ranges>,
}

/// Address space, and its place in the registry.
#[derive(Debug)]
struct Space {
    // Taken out of the registry before it is unmapped.
    registered: RegisteredSpace,
    space: CodeSpace,
}

impl Default for CodeMemory {
    /// Memory for at most 1 GiB of code.
    fn default() -> Self {
        Self::new(1 << 30)
    }
}

impl CodeMemory {
    /// Memory for at most `budget` bytes of code, and never more than 2 GiB.
    pub fn new(budget: usize) -> Self {
        Self::with_aliases(budget, true)
    }

    /// As [`CodeMemory::new`], for hosts that are known to refuse two addresses for the same
    /// memory (which `new` finds out by itself): slower to publish, and in whole pages.
    pub fn without_aliases(budget: usize) -> Self {
        Self::with_aliases(budget, false)
    }

    fn with_aliases(budget: usize, alias: bool) -> Self {
        let page = page_size();
        Self {
            shared: Arc::new(Shared {
                budget: budget.min(MAX_BYTES) / page * page,
                alias,
                space: OnceLock::new(),
                ranges: Mutex::new(Ranges::default()),
            }),
        }
    }

    /// Lends `len` bytes to write code to.
    ///
    /// # Errors
    ///
    /// If the budget or the host does not admit it, or the process was forked after the memory was first used: its code
    /// still runs, but only the first process can write more.
    pub fn lend(&self, len: usize) -> Result<Block, CodeMemoryError> {
        let shared = &self.shared;
        let over_budget = || CodeMemoryError::Budget {
            budget: shared.budget,
            wanted: len,
        };
        let mut ranges = shared.ranges();
        if len > shared.budget {
            return Err(over_budget());
        }
        let space = &shared.space(&mut ranges)?.space;
        if !space.is_writable() {
            let message = "the memory is that of the process that this one was forked from";
            return Err(io::Error::other(message).into());
        }
        let granule = granule(space);
        let range = ranges
            .take(len.max(1).next_multiple_of(granule), shared.budget)
            .ok_or_else(over_budget)?;
        let mut block = Block {
            shared: Arc::clone(shared),
            start: range.start,
            len: 0,
            lent: range.clone(),
        };
        if range.end > ranges.backed {
            let end = range.end.next_multiple_of(CHUNK_BYTES).min(shared.budget);
            let backed = ranges.backed..end;
            if let Err(error) = space.back(backed) {
                drop(ranges);
                return Err(error.into());
            }
            ranges.backed = end;
        }
        drop(ranges);
        // SAFETY: the range is nobody else's.
        unsafe { space.open(range)? };
        block.len = len;
        Ok(block)
    }

    /// Bytes that are taken, by code and by blocks that are lent.
    pub fn used(&self) -> usize {
        let ranges = self.shared.ranges();
        ranges.top - ranges.free.iter().map(Range::len).sum::<usize>()
    }

    /// The most bytes that may be taken.
    pub fn budget(&self) -> usize {
        self.shared.budget
    }
}

/// What blocks are multiples of.
fn granule(space: &CodeSpace) -> usize {
    match space.is_aliased() {
        true => GRANULE,
        false => page_size(),
    }
}

impl Shared {
    fn ranges(&self) -> MutexGuard<'_, Ranges> {
        self.ranges.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The space, which is made now if there is none; `ranges` is locked by the caller.
    fn space(&self, ranges: &mut Ranges) -> io::Result<&Space> {
        if let Some(space) = self.space.get() {
            return Ok(space);
        }
        let first = 0..CHUNK_BYTES.min(self.budget);
        let aliased = || -> io::Result<CodeSpace> {
            let space = CodeSpace::aliased(self.budget)?;
            space.back(first.clone())?;
            Ok(space)
        };
        let single = || -> io::Result<CodeSpace> {
            let space = CodeSpace::single(self.budget)?;
            let page = 0..page_size().min(self.budget);
            // SAFETY: nobody knows the space yet.
            unsafe {
                space.open(page.clone())?;
                space.close(page)?;
            }
            Ok(space)
        };
        let space = match self.alias {
            true => aliased().or_else(|_| single())?,
            false => single()?,
        };
        ranges.backed = first.end;
        Ok(self.space.get_or_init(|| Space {
            registered: RegisteredSpace::new(space.exec_ptr().expose_provenance(), self.budget),
            space,
        }))
    }

    fn made(&self) -> &Space {
        self.space.get().expect("what was lent is in a space")
    }

    pub(super) fn registered(&self) -> &RegisteredSpace {
        &self.made().registered
    }

    /// The code of a range.
    ///
    /// # Safety
    ///
    /// It is published, and not freed for `'a`.
    pub(super) unsafe fn code<'a>(&self, range: Range<usize>) -> &'a [u8] {
        // SAFETY: the range lies within the space; by contract it is readable and does not change.
        unsafe {
            let start = self.made().space.exec_ptr().add(range.start);
            std::slice::from_raw_parts(start, range.len())
        }
    }

    /// Takes back a range, which had `len` bytes of code.
    ///
    /// # Safety
    ///
    /// The range was taken and its code will never run again.
    pub(super) unsafe fn free(&self, range: Range<usize>, len: usize) {
        let space = &self.made().space;
        if !space.is_writable() {
            return;
        }
        // SAFETY: by contract nobody uses the range. If it cannot be made writable it stays as it is,
        // and is never lent again.
        unsafe {
            if len > 0 {
                if space.open(range.clone()).is_err() {
                    return;
                }
                space.write_ptr().add(range.start).write_bytes(FILLER, len);
            }
        }
        self.give(range);
    }

    /// Gives a range back, which nobody uses any more, and to the host the chunks that are free now.
    fn give(&self, range: Range<usize>) {
        let mut ranges = self.ranges();
        let chunks = ranges.give(range);
        if !chunks.is_empty() {
            // SAFETY: they are lent to nobody as long as the lock is held.
            unsafe { self.made().space.release(chunks) };
        }
    }
}

/// Memory lent to one writer; given back when dropped unpublished.
#[derive(Debug)]
pub struct Block {
    shared: Arc<Shared>,
    start: usize,
    len: usize,
    lent: Range<usize>,
}

impl Block {
    /// The bytes to write. What they are at first is unspecified.
    pub fn bytes(&mut self) -> &mut [u8] {
        let space = &self.shared.made().space;
        // SAFETY: the range is lent to this block alone, is writable, and has been initialised by the host
        // or an earlier owner. It is not yet executed.
        unsafe {
            let start = space.write_ptr().add(self.start);
            std::slice::from_raw_parts_mut(start, self.len)
        }
    }

    /// Where the first byte will be executed.
    pub fn address(&self) -> usize {
        self.shared.made().space.exec_ptr().addr() + self.start
    }

    /// The number of bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Gives back all but the first `len` bytes.
    ///
    /// # Panics
    ///
    /// If there are fewer.
    pub fn shrink(&mut self, len: usize) {
        assert!(len <= self.len, "a block does not grow");
        self.len = len;
        let size = len
            .max(1)
            .next_multiple_of(granule(&self.shared.made().space));
        let end = self.lent.start + size;
        if end < self.lent.end {
            let rest = end..self.lent.end;
            self.lent.end = end;
            self.shared.give(rest);
        }
    }

    /// Makes the code executable. `compiled` is what is in the block, by ascending address; the
    /// code may be called by a distance to a function that is not in the block, if `resolve`
    /// knows its entry, in published code of the same memory. `plan` is that of the memories
    /// that [`SiteKind::Memory`](super::SiteKind::Memory) relies on.
    ///
    /// # Errors
    ///
    /// If the host does not give the access.
    ///
    /// # Panics
    ///
    /// If `compiled` is not in order or not within the block, or an address is too far away.
    ///
    /// # Safety
    ///
    /// The code is what it is said to be, and keeps to the rules of [`native`](super). What `resolve`
    /// returns outlives the result.
    pub unsafe fn publish(
        mut self,
        compiled: &[Compiled],
        plan: MemoryPlan,
        mut resolve: impl FnMut(DefinedFuncIndex) -> usize,
    ) -> Result<Arc<PublishedCode>, CodeMemoryError> {
        let (base, shared) = (self.address(), Arc::clone(&self.shared));
        let index = super::index::CodeIndex::new(base, self.len, plan, compiled);
        let bytes = self.bytes();
        for &(at, func) in compiled.iter().flat_map(|code| &code.relocs) {
            let entry = index.entry(func).unwrap_or_else(|| resolve(func));
            let from = base + at as usize + 4;
            let distance = i32::try_from(entry.wrapping_sub(from) as isize)
                .expect("a distance reaches everything in a code memory");
            bytes[at as usize..][..4].copy_from_slice(&distance.to_le_bytes());
        }
        // SAFETY: the block, which is borrowed by nobody, ends here.
        unsafe { shared.made().space.close(self.lent.clone())? };
        let (start, len, lent) = (self.start, self.len, std::mem::take(&mut self.lent));
        // SAFETY: the range is handed over.
        Ok(unsafe { PublishedCode::new(shared, start, len, lent, index) })
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if !self.lent.is_empty() {
            self.shared.give(self.lent.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_kept_and_given_back() {
        for memory in [
            CodeMemory::new(1 << 16),
            CodeMemory::without_aliases(1 << 16),
        ] {
            assert_eq!(memory.used(), 0);
            let mut first = memory.lend(1 << 16).expect("all of it");
            assert_eq!(first.bytes().len(), 1 << 16);
            let error = memory.lend(1).expect_err("nothing is left");
            assert!(matches!(
                error,
                CodeMemoryError::Budget {
                    budget: 65536,
                    wanted: 1
                }
            ));
            first.shrink(1);
            let second = memory.lend(4096).expect("the rest");
            assert_ne!(first.address(), second.address());
            drop((first, second));
            assert_eq!(memory.used(), 0);
            assert!(matches!(
                memory.lend(usize::MAX),
                Err(CodeMemoryError::Budget { .. })
            ));
        }
    }
}
