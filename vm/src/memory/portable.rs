//! A linear memory in a block of the global allocator: the portable backing, and
//! what a memory falls back to when no address space can be reserved for it.
//!
//! ```text
//!   │ header, 64 bytes       │ content            │ slack, zero   │
//!   │        … length word   │ base .. length     │ .. capacity   │
//! ```
//!
//! Every access is checked. Growth beyond the capacity moves to a block with
//! slack in proportion, so that many small steps copy each byte a few times only;
//! the slack is fresh zero pages of the host, which it commits when touched.

#![expect(unsafe_code, reason = "owns the block that running code addresses")]

use std::ptr;
use std::sync::Arc;

use super::linear::MemoryShape;
use super::{
    MEMORY_HEADER_BYTES, MemoryError, MemoryImage, MemoryPlan, RuntimeLinearMemory,
    VMMemoryDefinition,
};
use crate::sys::ZeroedBlock;
use crate::types::MemoryType;

/// The alignment of header and base.
const ALIGN: usize = 64;

/// The most bytes that a memory takes in advance when it grows.
const MAX_SLACK_BYTES: usize = 1 << 30;

/// Up to this length a memory is reset by zeroing what it has, beyond it with a new block.
const MAX_ZEROED_BYTES: usize = 1 << 20;

/// A linear memory in a block of the global allocator, with explicit checks.
#[derive(Debug)]
pub struct PortableMemory {
    block: ZeroedBlock,
    shape: MemoryShape,
    may_move: bool,
    fallback_reason: Option<String>,
}

impl PortableMemory {
    /// A zeroed memory of the type's initial size. Of `plan`, only `may_move` matters.
    pub fn new(ty: &MemoryType, plan: &MemoryPlan) -> Result<Self, MemoryError> {
        let shape = MemoryShape::new(ty)?;
        let memory = Self {
            block: allocate(shape.minimum)?,
            shape,
            may_move: plan.may_move,
            fallback_reason: None,
        };
        // SAFETY: the block has a header and `minimum` bytes of content.
        unsafe { definition(&memory.block).set_len(shape.minimum) };
        Ok(memory)
    }

    /// As [`Self::new`], for a memory that was planned otherwise: `reason` says why it is not so.
    pub(super) fn new_fallback(
        ty: &MemoryType,
        plan: &MemoryPlan,
        reason: String,
    ) -> Result<Self, MemoryError> {
        let mut memory = Self::new(ty, plan)?;
        memory.fallback_reason = Some(reason);
        Ok(memory)
    }

    /// Moves to a new block with room for `new_bytes` and, if possible, for more.
    fn move_and_grow_to(&mut self, new_bytes: usize) -> Result<(), MemoryError> {
        if !self.may_move {
            return Err(MemoryError::Immovable {
                bytes: new_bytes as u64,
                capacity: self.byte_capacity(),
            });
        }
        let slack = new_bytes.min(MAX_SLACK_BYTES);
        let roomy = self
            .shape
            .clamp(new_bytes.saturating_add(slack))
            .max(new_bytes);
        let block = allocate(roomy).or_else(|_| allocate(new_bytes))?;
        let old_bytes = self.byte_size();
        // SAFETY: both blocks are live and distinct, and each has at least `old_bytes` of content;
        // `&mut self` means that nobody else uses the old one.
        unsafe {
            ptr::copy_nonoverlapping(
                definition(&self.block).base,
                definition(&block).base,
                old_bytes,
            );
        }
        self.block = block;
        Ok(())
    }
}

// SAFETY: `allocate` makes blocks with an aligned, writable header before the base, zero and
// exposed; the length written is at most the capacity; no reservation is told.
unsafe impl RuntimeLinearMemory for PortableMemory {
    fn page_size_log2(&self) -> u8 {
        self.shape.page_size_log2
    }

    fn byte_size(&self) -> usize {
        // SAFETY: the block lives and has a header; lengths written to it came from `usize`.
        unsafe { self.vmmemory().len() as usize }
    }

    fn maximum_byte_size(&self) -> Option<usize> {
        self.shape.maximum
    }

    fn byte_capacity(&self) -> usize {
        self.block.len() - MEMORY_HEADER_BYTES
    }

    fn grow_to(&mut self, new_bytes: usize) -> Result<(), MemoryError> {
        assert!(self.byte_size() <= new_bytes, "a memory never shrinks");
        if new_bytes > self.byte_capacity() {
            self.move_and_grow_to(new_bytes)?;
        }
        // SAFETY: the block is live and has a capacity of at least `new_bytes`.
        unsafe { self.vmmemory().set_len(new_bytes) };
        Ok(())
    }

    fn reset(&mut self, image: Option<&Arc<MemoryImage>>) -> Result<(), MemoryError> {
        let (bytes, minimum) = (self.byte_size(), self.shape.minimum);
        // The host gives zero pages sooner than it writes over many.
        let fresh = (bytes > MAX_ZEROED_BYTES).then(|| allocate(minimum).ok());
        match fresh.flatten() {
            Some(block) => self.block = block,
            // SAFETY: the block has `bytes` of content; `&mut self` excludes the host, and the method's contract
            // a guest.
            None => unsafe { self.vmmemory().base.write_bytes(0, bytes) },
        }
        // SAFETY: as above, with `minimum` zero bytes.
        unsafe {
            self.vmmemory().set_len(minimum);
            image.inspect(|image| image.restore_all(self.vmmemory().base, minimum));
        }
        Ok(())
    }

    fn vmmemory(&self) -> VMMemoryDefinition {
        definition(&self.block)
    }

    fn fallback_reason(&self) -> Option<&str> {
        self.fallback_reason.as_deref()
    }
}

/// A block with a header and `capacity` bytes of content.
fn allocate(capacity: usize) -> Result<ZeroedBlock, MemoryError> {
    let total = capacity.saturating_add(MEMORY_HEADER_BYTES);
    ZeroedBlock::new(total, ALIGN).map_err(|source| MemoryError::Reserve {
        bytes: total as u64,
        source,
    })
}

/// The memory in a block made by [`allocate`].
fn definition(block: &ZeroedBlock) -> VMMemoryDefinition {
    VMMemoryDefinition {
        base: block.as_ptr().as_ptr().wrapping_add(MEMORY_HEADER_BYTES),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: MemoryType = MemoryType {
        minimum: 1,
        maximum: Some(5),
        memory64: false,
        shared: false,
        page_size_log2: 16,
    };

    #[test]
    fn growth_takes_slack_but_not_beyond_the_maximum() {
        let mut memory = PortableMemory::new(&TYPE, &MemoryPlan::bounded()).expect("a memory");
        assert_eq!(memory.byte_capacity(), 1 << 16);
        assert_eq!(memory.vmmemory().base.addr() % ALIGN, 0);
        memory.grow_to(2 << 16).expect("moved");
        assert_eq!(
            (memory.byte_size(), memory.byte_capacity()),
            (2 << 16, 4 << 16)
        );
        let base = memory.vmmemory().base;
        memory.grow_to(4 << 16).expect("in place");
        assert_eq!(memory.vmmemory().base, base);
        memory.grow_to(5 << 16).expect("moved");
        assert_eq!(memory.byte_capacity(), 5 << 16);
    }

    #[test]
    fn a_memory_that_may_not_move_stays() {
        let plan = MemoryPlan {
            may_move: false,
            ..MemoryPlan::bounded()
        };
        let mut memory = PortableMemory::new(&TYPE, &plan).expect("a memory");
        let error = memory.grow_to(2 << 16).expect_err("beyond the block");
        assert!(matches!(
            error,
            MemoryError::Immovable {
                capacity: 65536,
                ..
            }
        ));
        memory.grow_to(1 << 16).expect("no change");
    }

    #[test]
    fn an_empty_memory_has_a_header() {
        let ty = MemoryType { minimum: 0, ..TYPE };
        let mut memory = PortableMemory::new(&ty, &MemoryPlan::bounded()).expect("a memory");
        assert_eq!((memory.byte_size(), memory.byte_capacity()), (0, 0));
        memory.grow_to(1 << 16).expect("a page");
        assert_eq!(memory.byte_size(), 1 << 16);
    }
}
