//! Why a region has no slot to give, or a slot not what is asked of it.

use crate::memory::{MemoryError, SlotError};
use crate::pool::AddressSpaceError;

/// Why a region has no slot to give, or a slot not what is asked of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegionError {
    /// An argument is wrong whatever the state of the region.
    #[error("invalid argument: {0}")]
    InvalidArgument(&'static str),
    /// All slots, of which there are this many, are in use.
    #[error("region capacity reached: {0} instances")]
    RegionFull(usize),
    /// The module contradicts itself.
    #[error("incorrect module definition: {0}")]
    IncorrectModule(String),
    /// The module, or a growth of the heap, needs more than the limits allow.
    #[error("instance memory limits exceeded: {0}")]
    LimitsExceeded(String),
    /// The module has no heap.
    #[error("no linear memory available: {0}")]
    NoLinearMemory(String),
    /// This region cannot do it.
    #[error("unsupported feature: {0}")]
    Unsupported(String),
    /// The host has not enough address space for the region.
    #[error(transparent)]
    Reserve(#[from] AddressSpaceError),
    /// A system call on a slot has failed.
    #[error(transparent)]
    Slot(#[from] SlotError),
    /// The heap cannot be the memory asked for.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}
