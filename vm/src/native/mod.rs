//! Machine code: what a compiler hands over, and how it runs.
//!
//! A compiler writes bytes and describes them with [`Compiled`]; this module
//! alone makes them executable.

mod code;
mod libcalls;
mod stubs;

pub use code::{Compiled, Site, SiteKind};
pub use libcalls::Libcall;
pub use stubs::{
    activation_end, cross_return, enter_interp, entry_rax, host_function, return_to_interp, stub,
    stubs, switch_to_native,
};
