//! The virtual machine layer of Selvedge: everything that the tiers share and
//! nothing that knows a tier.

pub mod index;
pub mod trap;
pub mod types;
