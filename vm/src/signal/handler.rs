//! Holding the process's handler of signals.

use std::io;

use crate::native::decide;
use crate::sys::signals;

/// Keeps the handler of the process installed until it is dropped.
///
/// When the last one is gone, what was installed before the handler comes back, but for signals for which
/// somebody has installed another one in its place meanwhile. That one may pass on to ours what is
/// not its business: ours stays where it is then, and goes on passing on what is not its own.
#[derive(Debug)]
#[must_use = "the handler is there until this is dropped"]
pub struct HandlerHold(());

impl HandlerHold {
    /// Installs the handler, if it is not there.
    ///
    /// It is not installed in place of one that was installed in its place, which would make them pass a signal
    /// on to each other for ever.
    ///
    /// # Errors
    ///
    /// If the host refuses; then everything is as before.
    pub fn new() -> io::Result<Self> {
        signals::hold(decide)?;
        Ok(Self(()))
    }
}

impl Drop for HandlerHold {
    fn drop(&mut self) {
        signals::release();
    }
}

/// Whether signals may come to the handler now.
pub fn is_handler_installed() -> bool {
    signals::is_installed()
}
