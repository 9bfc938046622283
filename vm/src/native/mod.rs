//! Machine code: what a compiler hands over, and how it runs.
//!
//! A compiler writes bytes and describes them with [`Compiled`]; this module
//! alone makes them executable.

mod code;
mod libcalls;

pub use code::{Compiled, Site, SiteKind};
pub use libcalls::Libcall;
