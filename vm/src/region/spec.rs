//! What a module needs of a slot, and whether it gets it.

use super::{Limits, RegionError};
use crate::index::MemoryIndex;
use crate::memory::MemoryPlan;
use crate::module::Module;

/// The most that code may ask for as a reservation or as a guard.
const MAX_SPEC_BYTES: u64 = 1 << 32;

/// What the code of a module expects of its heap, in bytes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct HeapSpec {
    /// How much address space it takes for the heap without checks.
    pub reserved_size: u64,
    /// How much inaccessible address space must follow.
    pub guard_size: u64,
    /// How much is accessible at first.
    pub initial_size: u64,
    /// How much may ever be, if the module says.
    pub max_size: Option<u64>,
}

/// What a module needs of a slot.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct RuntimeSpec {
    /// Its heap, if it has one.
    pub heap: Option<HeapSpec>,
    /// How many numeric globals it has.
    pub globals: usize,
}

impl RuntimeSpec {
    /// What `module` needs for its memory 0, if it defines it. Code that relies on `plan` needs the plan's
    /// reservation and guard; without one, all accesses are checked.
    pub fn of_module(module: &Module, plan: Option<&MemoryPlan>) -> Self {
        let defines = !module.memories.is_empty() && module.num_imported_memories == 0;
        let heap = defines.then(|| {
            let ty = &module.memories[MemoryIndex::from_u32(0)];
            let initial_size = ty.minimum_bytes().unwrap_or(u64::MAX);
            HeapSpec {
                reserved_size: plan.map_or(initial_size, |plan| plan.reservation.max(initial_size)),
                guard_size: plan.map_or(0, |plan| plan.guard),
                initial_size,
                max_size: ty.maximum.map(|_| ty.maximum_bytes()),
            }
        });
        let globals = module.globals.len() - module.num_imported_globals as usize;
        Self { heap, globals }
    }

    /// Checks it against the limits of a region, and the limit of this instance's heap.
    ///
    /// # Errors
    ///
    /// In this order: an instance limit beyond the region's; a reservation or guard beyond 4 GiB; both
    /// beyond the address space; an initial heap beyond either limit, or beyond its reservation; too many globals.
    pub fn validate(&self, limits: &Limits, heap_limit: usize) -> Result<(), RegionError> {
        if heap_limit > limits.heap_memory_size {
            return Err(RegionError::InvalidArgument(
                "heap memory size requested for instance is larger than slot allows",
            ));
        }
        if let Some(heap) = &self.heap {
            heap.validate(limits, heap_limit)?;
        }
        let globals_bytes = self.globals.saturating_mul(size_of::<u64>());
        if globals_bytes > limits.globals_size {
            return Err(RegionError::LimitsExceeded(format!(
                "globals of {globals_bytes} bytes exceed the limit of {}",
                limits.globals_size
            )));
        }
        Ok(())
    }
}

impl HeapSpec {
    fn validate(&self, limits: &Limits, heap_limit: usize) -> Result<(), RegionError> {
        for (name, bytes) in [("reserved", self.reserved_size), ("guard", self.guard_size)] {
            if bytes > MAX_SPEC_BYTES {
                return Err(RegionError::IncorrectModule(format!(
                    "heap spec {name} size of {bytes} bytes is over 4 GiB"
                )));
            }
        }
        let address_space = limits.heap_address_space_size as u64;
        if self.reserved_size + self.guard_size > address_space {
            return Err(RegionError::LimitsExceeded(format!(
                "heap spec reserved and guard sizes of {} and {} bytes exceed the address space of {address_space}",
                self.reserved_size, self.guard_size
            )));
        }
        if self.initial_size > heap_limit as u64 {
            return Err(RegionError::LimitsExceeded(format!(
                "heap spec initial size of {} bytes exceeds the limit of {heap_limit}",
                self.initial_size
            )));
        }
        if self.initial_size > self.reserved_size {
            return Err(RegionError::IncorrectModule(format!(
                "heap spec initial size of {} bytes is greater than its reserved size of {}",
                self.initial_size, self.reserved_size
            )));
        }
        Ok(())
    }
}
