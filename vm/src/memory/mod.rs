//! Linear memories: the bytes that `load` and `store` address.
//!
//! [`Memory`] is what an instance owns; it is backed by a slot of a region
//! ([`StaticMemory`]), by its own reservation of address space ([`MmapMemory`]), or by the
//! global allocator ([`PortableMemory`]), all reached through [`RuntimeLinearMemory`].
//!
//! Readers may rely on:
//! - running code sees a memory as a [`VMMemoryDefinition`]: a base with its length in the word
//!   before it, which is the length's only home;
//! - bytes within the length are zero until written, whatever the growth;
//! - a memory never changes kind, and shrinks only in [`Memory::reset`]; its base moves only there and
//!   in [`Memory::grow`], after which the owner refreshes every copy of the definition;
//! - no reference to the content outlives a call into running code: hosts copy
//!   ([`Memory::read`], [`Memory::write`]) or borrow while no guest runs ([`Memory::data`]).

mod data;
mod definition;
mod grow;
mod image;
mod initial;
mod lease;
mod linear;
mod mmap;
mod plan;
mod portable;
mod slot;
mod spare;
mod static_memory;

pub use data::MemoryAccessError;
pub use definition::{MEMORY_HEADER_BYTES, MEMORY_LENGTH_OFFSET, VMMemoryDefinition};
pub use grow::{GrowError, GrowLimit};
pub use image::MemoryImage;
pub use initial::{InitialContent, ModuleImages};
pub use lease::MemoryLease;
pub(crate) use lease::{SlotHome, SlotRoom};
pub use linear::{MAX_MEMORY_BYTES, MemoryError, RuntimeLinearMemory};
pub use mmap::MmapMemory;
pub use plan::MemoryPlan;
pub use portable::PortableMemory;
pub use slot::{ImageSlot, ResetPolicy, SlotError, SlotState};
pub(crate) use slot::{Keepsake, SlotKind};
pub use static_memory::{MakeAccessible, MemorySlot, StaticMemory};

/// The [`MakeAccessible`] of slots in address space that this crate reserved.
pub use crate::sys::make_accessible;

use std::fmt;
use std::sync::Arc;

use crate::sys;
use crate::types::MemoryType;

/// A linear memory of an instance.
///
/// ```
/// use selvedge_vm::memory::{Memory, MemoryPlan};
/// use selvedge_vm::types::MemoryType;
///
/// let ty = MemoryType {
///     minimum: 1,
///     maximum: Some(2),
///     memory64: false,
///     shared: false,
///     page_size_log2: 16,
/// };
/// let mut memory = Memory::new_dynamic(&ty, &MemoryPlan::default())?;
/// memory.write(65532, b"last").expect("within the first page");
/// assert!(memory.write(65533, b"last").is_err());
/// let old_bytes = memory.grow(1, &mut |_, _, _| Ok::<_, ()>(true));
/// assert_eq!(old_bytes.ok(), Some(65536));
/// assert_eq!(memory.size_pages(), 2);
/// # Ok::<(), selvedge_vm::memory::MemoryError>(())
/// ```
pub enum Memory {
    /// In a slot whose lifetime is managed elsewhere; the base never moves.
    Static(StaticMemory),
    /// With backing of its own, whose lifetime is the instance's.
    Dynamic(Box<dyn RuntimeLinearMemory>),
}

impl Memory {
    /// A zeroed memory with backing of its own, of the type's initial size.
    ///
    /// When the address space that `plan` wants cannot be had, the memory is
    /// bounded instead: it has no guard, and [`Self::fallback_reason`] says why.
    pub fn new_dynamic(ty: &MemoryType, plan: &MemoryPlan) -> Result<Self, MemoryError> {
        Self::new_dynamic_with(ty, plan, None)
    }

    /// The same with `image` in it, and zeros around that.
    ///
    /// # Panics
    ///
    /// If the image is not within the initial size.
    pub(crate) fn new_dynamic_with(
        ty: &MemoryType,
        plan: &MemoryPlan,
        image: Option<&Arc<MemoryImage>>,
    ) -> Result<Self, MemoryError> {
        let mut memory = if !(sys::HAS_GUARD_PAGES && plan.reserves()) {
            PortableMemory::new(ty, plan)?
        } else {
            match MmapMemory::with_image(ty, plan, image) {
                Ok(memory) => return Ok(Self::Dynamic(Box::new(memory))),
                Err(error @ MemoryError::MinimumTooLarge { .. }) => return Err(error),
                Err(error) => PortableMemory::new_fallback(ty, plan, error.to_reason())?,
            }
        };
        if image.is_some() {
            memory.reset(image)?;
        }
        Ok(Self::Dynamic(Box::new(memory)))
    }

    /// Makes it what it was when it was made, its length too, with `image` in place of its
    /// first one: every copy of [`Memory::vmmemory`] is to be refreshed afterwards.
    ///
    /// As for [`Memory::data_mut`], no guest may run meanwhile.
    ///
    /// # Errors
    ///
    /// If a system call fails, or the memory is in a slot that cannot shrink: the memory is empty or as it was then,
    /// and an empty one cannot grow until another reset succeeds.
    ///
    /// # Panics
    ///
    /// If the image is not within the initial size.
    pub fn reset(&mut self, image: Option<&Arc<MemoryImage>>) -> Result<(), MemoryError> {
        self.linear_mut().reset(image)
    }

    /// The length in bytes.
    pub fn byte_size(&self) -> usize {
        self.linear().byte_size()
    }

    /// The length in pages of this memory's page size.
    pub fn size_pages(&self) -> u64 {
        self.byte_size() as u64 >> self.linear().page_size_log2()
    }

    /// The size of a page in bytes.
    pub fn page_size(&self) -> u64 {
        1 << self.linear().page_size_log2()
    }

    /// The most pages it can ever have, or `None` if its type does not say. This
    /// may be less than the type's maximum when a slot constrains it.
    pub fn maximum_pages(&self) -> Option<u64> {
        let linear = self.linear();
        let maximum = linear.maximum_byte_size()?;
        Some(maximum as u64 >> linear.page_size_log2())
    }

    /// The length in bytes up to which growth leaves the base where it is.
    pub fn byte_capacity(&self) -> usize {
        self.linear().byte_capacity()
    }

    /// Where running code finds this memory. Stale after a reset, or a growth that moved it.
    pub fn vmmemory(&self) -> VMMemoryDefinition {
        self.linear().vmmemory()
    }

    /// Whether code compiled for `plan` may run on this memory without the checks that
    /// [`MemoryPlan::elides_check`] elides. A memory answers the same all its life.
    pub fn has_guard(&self, plan: &MemoryPlan) -> bool {
        let linear = self.linear();
        plan.elides_check(1)
            && linear.reservation() >= plan.reservation
            && linear.guard() >= plan.guard
    }

    /// Why it is bounded although its plan reserves address space, if so.
    pub fn fallback_reason(&self) -> Option<&str> {
        self.linear().fallback_reason()
    }

    fn linear(&self) -> &dyn RuntimeLinearMemory {
        match self {
            Self::Static(memory) => memory,
            Self::Dynamic(memory) => &**memory,
        }
    }

    fn linear_mut(&mut self) -> &mut dyn RuntimeLinearMemory {
        match self {
            Self::Static(memory) => memory,
            Self::Dynamic(memory) => &mut **memory,
        }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Static(_) => "Memory::Static",
            Self::Dynamic(_) => "Memory::Dynamic",
        };
        f.debug_struct(name)
            .field("base", &self.vmmemory().base)
            .field("byte_size", &self.byte_size())
            .field("byte_capacity", &self.byte_capacity())
            .field("maximum_byte_size", &self.linear().maximum_byte_size())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: MemoryType = MemoryType {
        minimum: 1,
        maximum: Some(3),
        memory64: false,
        shared: false,
        page_size_log2: 16,
    };

    #[test]
    fn a_planned_memory_has_the_guard_and_a_bounded_one_has_not() {
        let plan = MemoryPlan::default();
        let memory = Memory::new_dynamic(&TYPE, &plan).expect("a memory");
        assert_eq!(memory.has_guard(&plan), sys::HAS_GUARD_PAGES);
        assert_eq!(memory.fallback_reason(), None);
        assert_eq!((memory.size_pages(), memory.maximum_pages()), (1, Some(3)));
        let bounded = MemoryPlan::bounded();
        let memory = Memory::new_dynamic(&TYPE, &bounded).expect("a memory");
        assert!(!memory.has_guard(&plan));
        assert!(!memory.has_guard(&bounded));
    }

    #[test]
    fn checked_kinds_never_have_a_guard() {
        let plan = MemoryPlan::default();
        let wide = MemoryType {
            memory64: true,
            ..TYPE
        };
        let bytes = MemoryType {
            page_size_log2: 0,
            ..TYPE
        };
        for ty in [wide, bytes] {
            let memory = Memory::new_dynamic(&ty, &plan).expect("a memory");
            assert!(!memory.has_guard(&plan), "{ty}");
            assert_eq!((memory.size_pages(), memory.maximum_pages()), (1, Some(3)));
        }
    }

    #[test]
    fn memories_can_be_sent_and_shared() {
        fn check<T: Send + Sync>() {}
        check::<Memory>();
    }
}
