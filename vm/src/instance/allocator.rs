//! `InstanceAllocator`: the block of an instance before there is an instance in it,
//! and `VMInstance`, which owns the block afterwards.
//!
//! An instance is dynamically sized by its module's [`VMOffsets`], and the definitions of
//! its memories and tables are written before the host part exists. So the block comes
//! first; if anything fails on the way, dropping the allocator frees it.

#![expect(
    unsafe_code,
    reason = "lays out and frees the block of an instance by hand"
)]

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::fmt;
use std::ptr::NonNull;

use super::Instance;
use crate::index::*;
use crate::memory::VMMemoryDefinition;
use crate::module::Module;
use crate::offsets::{VMOffsets, VMShape};
use crate::pool::BlockLease;
use crate::vmcontext::{VMContext, VMTableDefinition};

/// Why there is no block for an instance.
#[derive(Copy, Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AllocateError {
    /// The module has too many functions, tables, memories or globals for one context.
    #[error("module is too large: its context would pass the limit of 2^32 bytes")]
    TooLarge,
    /// The system has no memory for the block.
    #[error("out of memory for an instance of {bytes} bytes")]
    OutOfMemory {
        /// The size of the block.
        bytes: usize,
    },
}

/// The block of an instance that is being made. Frees it if dropped before
/// `into_vminstance`.
#[derive(Debug)]
pub struct InstanceAllocator {
    /// The whole block; all pointers into it are derived from this one.
    instance_ptr: NonNull<Instance>,
    instance_layout: Layout,
    offsets: VMOffsets,
    /// The block, if it is a pool's.
    lease: Option<BlockLease>,
    /// Whether the block has a new owner.
    consumed: bool,
}

impl InstanceAllocator {
    /// Allocates the zeroed block of an instance of `module`.
    ///
    /// Returned with it are the places of the definitions of the module's own memories
    /// and tables. They must be written before `into_vminstance`.
    ///
    /// # Errors
    ///
    /// If the module is too large for 32-bit offsets, or the system has no memory.
    #[expect(clippy::type_complexity, reason = "the shape of wasmer's allocator")]
    pub fn new(
        module: &Module,
    ) -> Result<
        (
            Self,
            Vec<NonNull<VMMemoryDefinition>>,
            Vec<NonNull<VMTableDefinition>>,
        ),
        AllocateError,
    > {
        Self::new_in(module, None)
    }

    /// The same in the zeroed block of a pool, if there is one.
    ///
    /// # Errors
    ///
    /// As for [`InstanceAllocator::new`].
    ///
    /// # Panics
    ///
    /// If the block is smaller than [`InstanceAllocator::layout_of`] says.
    #[expect(clippy::type_complexity, reason = "the shape of wasmer's allocator")]
    pub(crate) fn new_in(
        module: &Module,
        block: Option<BlockLease>,
    ) -> Result<
        (
            Self,
            Vec<NonNull<VMMemoryDefinition>>,
            Vec<NonNull<VMTableDefinition>>,
        ),
        AllocateError,
    > {
        let shape = VMShape::of(module);
        let offsets = VMOffsets::new(&shape).ok_or(AllocateError::TooLarge)?;
        let allocator = Self::with_offsets(&offsets, block)?;
        // SAFETY: the block has just been allocated for these offsets, which are of this shape.
        let (memories, tables) = unsafe {
            (
                allocator.memory_definition_locations(shape.owned_memories),
                allocator.table_definition_locations(shape.owned_tables),
            )
        };
        Ok((allocator, memories, tables))
    }

    /// A block for a context of these offsets: `block`, which may have what an instance of the same module has left,
    /// or a new one, which is zero.
    ///
    /// # Errors
    ///
    /// If it is too large, or the system has no memory.
    ///
    /// # Panics
    ///
    /// If `block` is too small.
    pub(super) fn with_offsets(
        offsets: &VMOffsets,
        block: Option<BlockLease>,
    ) -> Result<Self, AllocateError> {
        let instance_layout = Self::instance_layout(offsets)?;
        let bytes = match &block {
            Some(block) => {
                assert!(
                    block.size() >= instance_layout.size(),
                    "the block is for it"
                );
                block.as_ptr().as_ptr()
            }
            // SAFETY: the layout is not empty: it begins with an `Instance`.
            None => unsafe { alloc_zeroed(instance_layout) },
        };
        let Some(instance_ptr) = NonNull::new(bytes.cast::<Instance>()) else {
            return Err(AllocateError::OutOfMemory {
                bytes: instance_layout.size(),
            });
        };
        // Running code finds the block again from addresses in guest-visible words.
        bytes.expose_provenance();
        Ok(Self {
            instance_ptr,
            instance_layout,
            lease: block,
            offsets: *offsets,
            consumed: false,
        })
    }

    /// The layout of the block of an instance of `module`.
    ///
    /// # Errors
    ///
    /// If the module is too large for 32-bit offsets.
    pub fn layout_of(module: &Module) -> Result<Layout, AllocateError> {
        let offsets = VMOffsets::new(&VMShape::of(module)).ok_or(AllocateError::TooLarge)?;
        Self::instance_layout(&offsets)
    }

    /// The layout of a block for a context of these offsets.
    ///
    /// # Errors
    ///
    /// If it is too large.
    pub(super) fn layout(offsets: &VMOffsets) -> Result<Layout, AllocateError> {
        Self::instance_layout(offsets)
    }

    /// The layout of a block for these offsets: the host part, then the `VMContext`.
    fn instance_layout(offsets: &VMOffsets) -> Result<Layout, AllocateError> {
        let vmctx = Layout::array::<u8>(offsets.size() as usize);
        let block = vmctx.and_then(|vmctx| Layout::new::<Instance>().extend(vmctx));
        let (layout, vmctx_offset) = block.map_err(|_| AllocateError::TooLarge)?;
        debug_assert_eq!(vmctx_offset, size_of::<Instance>());
        Ok(layout.pad_to_align())
    }

    /// Where the definitions of the module's own memories go.
    ///
    /// # Safety
    ///
    /// The block is for a module with so many.
    unsafe fn memory_definition_locations(&self, count: u32) -> Vec<NonNull<VMMemoryDefinition>> {
        let place = |index| {
            self.offsets
                .owned_memory(DefinedMemoryIndex::from_u32(index))
        };
        // SAFETY: the block has room for all items of its offsets.
        let location =
            |index| unsafe { NonNull::new_unchecked(VMContext::at(self.vmctx(), place(index))) };
        (0..count).map(location).collect()
    }

    /// Where the definitions of the module's own tables go.
    ///
    /// # Safety
    ///
    /// The block is for a module with so many.
    unsafe fn table_definition_locations(&self, count: u32) -> Vec<NonNull<VMTableDefinition>> {
        let place = |index| self.offsets.owned_table(DefinedTableIndex::from_u32(index));
        // SAFETY: the block has room for all items of its offsets.
        let location =
            |index| unsafe { NonNull::new_unchecked(VMContext::at(self.vmctx(), place(index))) };
        (0..count).map(location).collect()
    }

    /// The offsets of the context in the block.
    pub(super) fn offsets(&self) -> &VMOffsets {
        &self.offsets
    }

    /// Where the host part will be.
    pub(super) fn instance_ptr(&self) -> *mut Instance {
        self.instance_ptr.as_ptr()
    }

    /// The context, zeroed but for what has been written to it.
    pub(super) fn vmctx(&self) -> *mut VMContext {
        // SAFETY: the context follows the host part in the block, as in `instance_layout`.
        unsafe { self.instance_ptr.as_ptr().add(1).cast() }
    }

    /// Writes the host part and passes the block on to its owner for life.
    pub(super) fn into_vminstance(mut self, instance: Instance) -> VMInstance {
        self.consumed = true;
        // SAFETY: the block begins with room for an `Instance`, so far none.
        unsafe { self.instance_ptr.write(instance) };
        VMInstance {
            block: Block {
                instance: self.instance_ptr,
                layout: self.instance_layout,
                lease: self.lease.take(),
            },
        }
    }
}

impl Drop for InstanceAllocator {
    fn drop(&mut self) {
        if !self.consumed && self.lease.is_none() {
            // SAFETY: `new` allocated the block with this layout, and it has no other owner.
            unsafe { dealloc(self.instance_ptr.as_ptr().cast(), self.instance_layout) };
        }
    }
}

/// The owner of an instance: drops it in place and frees its block.
pub struct VMInstance {
    block: Block,
}

/// A block with an owner, who has taken out what is in it when it is dropped.
struct Block {
    instance: NonNull<Instance>,
    layout: Layout,
    /// The block, if it is a pool's.
    lease: Option<BlockLease>,
}

impl Drop for Block {
    fn drop(&mut self) {
        if self.lease.is_none() {
            // SAFETY: the allocator passed on a block of this layout.
            unsafe { dealloc(self.instance.as_ptr().cast(), self.layout) };
        }
    }
}

impl VMInstance {
    /// The instance. It stays where it is until this owner is dropped.
    pub fn as_ptr(&self) -> *mut Instance {
        self.block.instance.as_ptr()
    }

    /// The instance.
    pub fn instance(&self) -> &Instance {
        // SAFETY: the instance is there as long as this owner, and nobody has an
        // exclusive reference to it.
        unsafe { self.block.instance.as_ref() }
    }
}

impl Drop for VMInstance {
    fn drop(&mut self) {
        // The block goes after this, even if dropping the instance panics.
        // SAFETY: `into_vminstance` wrote the instance; it is dropped once, here.
        unsafe { self.block.instance.drop_in_place() };
    }
}

impl fmt::Debug for VMInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.instance().fmt(f)
    }
}
