//! The stand-in for `handler` where there is no machine code, which alone needs one.

use std::io;

/// Nothing: no signal is a trap here.
#[derive(Debug)]
#[must_use = "as where there is a handler"]
pub struct HandlerHold(());

impl HandlerHold {
    /// Succeeds.
    ///
    /// # Errors
    ///
    /// None.
    pub fn new() -> io::Result<Self> {
        Ok(Self(()))
    }
}

/// No.
pub fn is_handler_installed() -> bool {
    false
}
