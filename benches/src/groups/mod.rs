//! What is measured: a file for each group.

pub mod calls;
pub mod execute;
