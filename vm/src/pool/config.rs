//! What a pool holds: `PoolConfig`, with wasmtime's names.

use super::PoolError;
use crate::memory::ResetPolicy;

/// How many of each thing a pool has room for, how large they may be, and what stays in memory.
///
/// ```
/// use selvedge_vm::pool::PoolConfig;
///
/// let config = PoolConfig {
///     total_memories: 200,
///     max_memory_size: 64 << 20,
///     ..PoolConfig::default()
/// };
/// assert_eq!(config.total_tables, 1000);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PoolConfig {
    /// How many linear memories.
    pub total_memories: usize,
    /// How many tables.
    pub total_tables: usize,
    /// How many instances.
    pub total_core_instances: usize,
    /// How many stacks, that is, executions at a time.
    pub total_stacks: usize,
    /// The most bytes a linear memory may have.
    pub max_memory_size: usize,
    /// The most elements a table may have.
    pub table_elements: usize,
    /// The most bytes an instance may have, without its memories and tables.
    pub max_core_instance_size: usize,
    /// The most memories a module may define.
    pub max_memories_per_module: usize,
    /// The most tables a module may define.
    pub max_tables_per_module: usize,
    /// How many unused memories keep the image of their last module, before one of them is taken for
    /// another module rather than one that was never used.
    pub max_unused_warm_slots: usize,
    /// How many memories' pages are given back to the system by one call.
    pub decommit_batch_size: usize,
    /// How many bytes of an unused memory may stay in the host's memory.
    pub linear_memory_keep_resident: usize,
    /// How many bytes of an unused table may stay in the host's memory.
    pub table_keep_resident: usize,
    /// Whether to ask the system for the pages that were written to, if it can tell.
    pub pagemap_scan: bool,
    /// The size of value stacks in bytes.
    pub value_stack_size: usize,
    /// Whether a value stack is zeroed between two executions. Guests never read a slot that they have not
    /// written to, so this is a second line of defence, for about 2 µs.
    pub zero_stacks: bool,
    /// Whether each value stack comes with a return stack, which machine code needs.
    pub return_stacks: bool,
}

impl Default for PoolConfig {
    /// 1000 of each thing (100 on 32-bit hosts), memories of up to 4 GiB, one memory and one table per
    /// module, tables of 20 000 elements, instances and value stacks of 1 MiB, 4 MiB of an unused memory resident.
    fn default() -> Self {
        let (total, max_memory_size) = if usize::BITS >= 64 {
            (1000, (1_u64 << 32) as usize)
        } else {
            (100, 10 << 20)
        };
        Self {
            total_memories: total,
            total_tables: total,
            total_core_instances: total,
            total_stacks: total,
            max_memory_size,
            table_elements: 20_000,
            max_core_instance_size: 1 << 20,
            max_memories_per_module: 1,
            max_tables_per_module: 1,
            max_unused_warm_slots: 100,
            decommit_batch_size: 1,
            linear_memory_keep_resident: ResetPolicy::default().keep_resident,
            table_keep_resident: 256 << 10,
            pagemap_scan: true,
            value_stack_size: 1 << 20,
            zero_stacks: false,
            return_stacks: crate::HAS_NATIVE,
        }
    }
}

impl PoolConfig {
    /// Checks what a module defines against the limits: `core_instance_size` is the size of an instance
    /// of it without memories and tables, in bytes.
    ///
    /// # Errors
    ///
    /// If it needs more than this pool ever gives.
    pub fn check_module(
        &self,
        memories: usize,
        tables: usize,
        core_instance_size: usize,
    ) -> Result<(), PoolError> {
        let limits = [
            (
                "memories",
                memories,
                self.max_memories_per_module,
                "max_memories_per_module",
            ),
            (
                "tables",
                tables,
                self.max_tables_per_module,
                "max_tables_per_module",
            ),
            (
                "bytes per instance",
                core_instance_size,
                self.max_core_instance_size,
                "max_core_instance_size",
            ),
        ];
        for (what, wanted, limit, option) in limits {
            if wanted > limit {
                return Err(PoolError::ModuleTooLarge {
                    what,
                    wanted,
                    limit,
                    option,
                });
            }
        }
        Ok(())
    }

    pub(super) fn policy(&self, keep_resident: usize) -> ResetPolicy {
        ResetPolicy {
            keep_resident,
            pagemap_scan: self.pagemap_scan,
            ..ResetPolicy::default()
        }
    }
}
