//! Taking: the way out of a pool for each of the things it has.

#![expect(unsafe_code, reason = "makes slots of the pool memories")]

use std::alloc::Layout;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::leases::SlotLease;
use super::shelf::AffinityKey;
use super::{BlockLease, ModuleKey, Pool, PoolError, PooledStacks, StackLease, TableLease};
use crate::memory::{Keepsake, Memory, MemoryImage, MemoryLease};
use crate::return_stack::ReturnStack;
use crate::stack::ValueStack;
use crate::sys;
use crate::types::MemoryType;

impl Pool {
    /// Takes a linear memory for memory `index` of the module known by `module`: of the type's initial
    /// size, with `image` and zeros around it.
    ///
    /// # Errors
    ///
    /// If all are in use, the type's minimum is beyond [`PoolConfig::max_memory_size`](super::PoolConfig::max_memory_size), or a system call fails.
    ///
    /// # Panics
    ///
    /// If the image is not within the initial size.
    pub fn take_memory(
        &self,
        ty: &MemoryType,
        module: ModuleKey,
        index: u32,
        image: Option<&Arc<MemoryImage>>,
    ) -> Result<Memory, PoolError> {
        let minimum = ty.minimum_bytes().unwrap_or(u64::MAX);
        if minimum > self.room.limit as u64 {
            return Err(PoolError::TooLarge {
                what: "memory, in bytes,",
                size: minimum,
                limit: self.config.max_memory_size,
                option: "max_memory_size",
            });
        }
        let key = AffinityKey {
            module: module.0,
            index,
        };
        let (place, slot, shard) = self
            .memories
            .take(Some(key), |shard| shard.flush_and_take(Some(key)))?;
        let policy = shard.policy().reset;
        // SAFETY: the slot has a header page before its base, and the room that `memories` reserved.
        let lease = unsafe { MemoryLease::new(slot, shard.clone(), place, self.room, policy) };
        Ok(Memory::new_leased(ty, lease, image)?)
    }

    /// Takes the storage of a table of `len` elements, all zero.
    ///
    /// # Errors
    ///
    /// If all are in use, or `len` is beyond [`PoolConfig::table_elements`](super::PoolConfig::table_elements).
    pub fn take_table(&self, len: usize) -> Result<TableLease, PoolError> {
        let mut table = self.table_lease(None)?;
        table.lease.take_kept(|_| false);
        table.lease.slot_mut().instantiate(0, None)?;
        table.grow(len)?;
        Ok(table)
    }

    /// Takes the storage of table `index` of the instance whose block has this serial number, of `len`
    /// elements: all zero, or those that were left for the same table of the same content of the block.
    ///
    /// # Errors
    ///
    /// As for [`Self::take_table`].
    pub(crate) fn take_table_of(
        &self,
        module: ModuleKey,
        index: u32,
        serial: u64,
        len: usize,
    ) -> Result<TableLease, PoolError> {
        let key = AffinityKey {
            module: module.0,
            index,
        };
        let mut table = self.table_lease(Some(key))?;
        let keepsake = Keepsake([module.0, index.into(), serial]);
        table.keepsake = Some(keepsake);
        table.is_kept = table.lease.take_kept(|kept| kept == keepsake).is_some();
        if !table.is_kept {
            table.lease.slot_mut().instantiate(0, None)?;
            table.grow(len)?;
        }
        assert_eq!(table.len(), len, "a table has its length");
        Ok(table)
    }

    fn table_lease(&self, key: Option<AffinityKey>) -> Result<TableLease, PoolError> {
        let (place, slot, shard) = self.tables.take(key, |shard| shard.flush_and_take(key))?;
        Ok(TableLease {
            lease: SlotLease::new(place, slot, shard),
            capacity: self.config.table_elements,
            keep_resident: self.config.table_keep_resident,
            keepsake: None,
            is_kept: false,
        })
    }

    /// Takes a zeroed block for an instance of this layout.
    ///
    /// # Errors
    ///
    /// If all are in use, or the layout is larger than [`PoolConfig::max_core_instance_size`](super::PoolConfig::max_core_instance_size) or aligned to
    /// more than a host page.
    pub fn take_block(&self, layout: Layout) -> Result<BlockLease, PoolError> {
        self.block(layout, None)
    }

    /// Takes a block for an instance of `module`, whose code is known by `code`: zeroed, or as the last such instance
    /// has left it.
    ///
    /// # Errors
    ///
    /// As for [`Self::take_block`].
    pub(crate) fn take_block_of(
        &self,
        layout: Layout,
        module: ModuleKey,
        code: usize,
    ) -> Result<BlockLease, PoolError> {
        self.block(layout, Some((module, code)))
    }

    fn block(
        &self,
        layout: Layout,
        of: Option<(ModuleKey, usize)>,
    ) -> Result<BlockLease, PoolError> {
        static SERIALS: AtomicU64 = AtomicU64::new(1);
        let limit = self.config.max_core_instance_size;
        if layout.size() > limit || layout.align() > sys::page_size() {
            return Err(PoolError::TooLarge {
                what: "instance, in bytes,",
                size: layout.size() as u64,
                limit,
                option: "max_core_instance_size",
            });
        }
        let key = of.map(|(module, _)| AffinityKey {
            module: module.0,
            index: 0,
        });
        let (place, slot, shard) = self.blocks.take(key, |shard| shard.flush_and_take(key))?;
        let mut lease = SlotLease::new(place, slot, shard);
        let owner = of.map(|(module, code)| [module.0, code as u64]);
        let kept = lease.take_kept(|kept| owner.is_some_and(|owner| kept.0[..2] == owner));
        let serial = match kept {
            Some(kept) => kept.0[2],
            None => {
                lease.slot_mut().instantiate(layout.size(), None)?;
                SERIALS.fetch_add(1, Ordering::Relaxed)
            }
        };
        lease.keepsake = owner.map(|[module, code]| Keepsake([module, code, serial]));
        Ok(BlockLease::of_pool(lease, serial))
    }

    /// Takes the stacks of an execution.
    ///
    /// # Errors
    ///
    /// If all are in use, or a new one cannot be had.
    pub fn take_stacks(&self) -> Result<StackLease, PoolError> {
        let (place, stacks, shard) = self.stacks.take(None, |_| None)?;
        let made = match stacks {
            Some(stacks) => Ok(stacks),
            None => self.make_stacks(),
        };
        match made {
            Ok(stacks) => Ok(StackLease::new(
                place,
                stacks,
                shard,
                self.config.zero_stacks,
            )),
            Err(error) => {
                shard.shelf().put(place, None, false);
                Err(error)
            }
        }
    }

    fn make_stacks(&self) -> Result<PooledStacks, PoolError> {
        let bytes = self.config.value_stack_size;
        let return_stack = self.config.return_stacks.then(|| ReturnStack::new(bytes));
        Ok(PooledStacks {
            value_stack: ValueStack::new(bytes)?,
            return_stack: return_stack.transpose()?,
        })
    }
}
