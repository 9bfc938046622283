//! Machine code: what a compiler hands over, where it lives, and how it runs.
//!
//! A compiler asks [`CodeMemory`] for a [`Block`], writes bytes, describes them with
//! [`Compiled`], and publishes them; this module alone makes them executable. [`stubs()`] are the
//! routines by which machine code is entered and left, and that it calls: their source tells the
//! conventions. Hardware traps come back as an ordinary exit through the handler that
//! [`install_handler`] installs.
//!
//! # Safety
//!
//! Machine code keeps to these rules: its registers and frames are as the stubs say; a
//! function's entry compares the end of its frame with
//! [`VMExec::stack_limit`](crate::exec::VMExec::stack_limit), so that the return
//! stack, which is not checked, suffices; every instruction that may fault is a site of its
//! [`Compiled`], and so is every return address.

mod code;
mod index;
mod libcalls;
mod memory;
mod published;
mod ranges;
mod registry;
mod signals;
mod stubs;

pub use code::{Compiled, Site, SiteKind};
pub use index::Located;
pub use libcalls::Libcall;
pub use memory::{Block, CodeMemory, CodeMemoryError};
pub use published::{PublishedCode, PublishedFunc};
pub(crate) use signals::decide;
pub use signals::{install_handler, prepare_thread};
pub use stubs::{
    activation_end, cross_return, enter_interp, host_function, return_to_interp, stub, stubs,
    switch_to_native,
};

pub use crate::return_stack::ReturnStack;
pub use crate::sys::profile;
