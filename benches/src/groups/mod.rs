//! What is measured: a file for each group.

pub mod calls;
pub mod compile;
pub mod execute;
pub mod file;
pub mod instances;
pub mod load;
pub mod memory;
mod program;
pub mod simd;
pub mod startup;
pub mod total;
