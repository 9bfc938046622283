//! Why a pool cannot be made, or has nothing to give.

use super::AddressSpaceError;
use crate::memory::{MemoryError, SlotError};
use crate::return_stack::ReturnStackError;
use crate::stack::ValueStackError;

/// Why a pool cannot be made, or has nothing to give.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// All of a thing are in use.
    #[error("maximum concurrent limit of {limit} for {what} reached")]
    Exhausted {
        /// What, in the plural.
        what: &'static str,
        /// How many there are.
        limit: usize,
    },
    /// The host has not enough address space.
    #[error(transparent)]
    Reserve(#[from] AddressSpaceError),
    /// A module defines more than any instance in the pool can have.
    #[error("module needs {wanted} {what}, more than the limit of {limit} (`{option}`)")]
    ModuleTooLarge {
        /// What.
        what: &'static str,
        /// How many.
        wanted: usize,
        /// How many there may be.
        limit: usize,
        /// The option that says so.
        option: &'static str,
    },
    /// A memory, table or instance is larger than a slot.
    #[error("{what} of {size} exceeds the pool's limit of {limit} (`{option}`)")]
    TooLarge {
        /// What, with the unit of its size.
        what: &'static str,
        /// How large.
        size: u64,
        /// How large it may be.
        limit: usize,
        /// The option that says so.
        option: &'static str,
    },
    /// A memory cannot be made in its slot.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// A system call on a slot has failed.
    #[error(transparent)]
    Slot(#[from] SlotError),
    /// A value stack cannot be had.
    #[error(transparent)]
    ValueStack(#[from] ValueStackError),
    /// A return stack cannot be had.
    #[error(transparent)]
    ReturnStack(#[from] ReturnStackError),
}

impl PoolError {
    /// Whether something was there that is in use now: waiting may help.
    pub fn is_exhausted(&self) -> bool {
        matches!(self, Self::Exhausted { .. })
    }
}
