//! The process's handler of the signals by which machine code traps.
//!
//! An engine that makes machine code relies on it and installs it by itself. An embedder that minds *when* does so
//! first: before handlers of its own, which then get every signal first, or after them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use selvedge_vm::signal::{self, HandlerHold};

use crate::error::{Error, LimitError, Result};

pub use selvedge_vm::signal::SignalBehavior;

/// What [`install_signal_handler`] has installed.
static INSTALLED: Mutex<Option<HandlerHold>> = Mutex::new(None);

fn installed() -> MutexGuard<'static, Option<HandlerHold>> {
    INSTALLED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Installs the process's handler for SIGSEGV, SIGBUS, SIGFPE and SIGILL, unless an engine has done so. It stays
/// at least until [`remove_signal_handler`] is called. To call it again does nothing.
///
/// A signal that is not a trap of machine code goes to the handler that was there before, with its mask, flags and
/// arguments, as if this one were not there. A handler that is installed later gets every signal first, and must
/// pass on those that are not its own; to install this one again does not change that order.
///
/// There is no need to call this: engines that make machine code do, if
/// [`Config::signals_based_traps`](crate::Config::signals_based_traps) is on. Builds without machine code need no
/// handler, and install none.
///
/// # Errors
///
/// If the host refuses; then its handlers are as before.
///
/// # Examples
///
/// ```
/// selvedge::install_signal_handler()?;
/// // … handlers of the embedder, which get signals first …
/// # selvedge::remove_signal_handler();
/// # Ok::<(), selvedge::Error>(())
/// ```
#[doc(alias = "install_lucet_signal_handler")]
pub fn install_signal_handler() -> Result<()> {
    let mut installed = installed();
    if installed.is_none() {
        let hold = HandlerHold::new().map_err(|error| {
            let what = "cannot handle the signals of traps";
            Error::new(LimitError::with_source(what, Box::new(error)))
        })?;
        *installed = Some(hold);
    }
    Ok(())
}

/// Takes back [`install_signal_handler`]. To call it again, or without that, does nothing.
///
/// If no engine needs the handler either, those that were there before come back. Where another one was installed over
/// it, which may pass signals on to it, it stays.
#[doc(alias = "remove_lucet_signal_handler")]
pub fn remove_signal_handler() {
    installed().take();
}

/// Whether signals may come to the process's handler: because of [`install_signal_handler`], an engine, or
/// another handler that was installed over it.
///
/// ```
/// use selvedge::{Config, Engine, Strategy, is_signal_handler_installed};
///
/// let engine = Engine::new(Config::new().strategy(Strategy::Interpreter))?;
/// assert!(!is_signal_handler_installed(), "an interpreter needs none");
/// # Ok::<(), selvedge::Error>(())
/// ```
pub fn is_signal_handler_installed() -> bool {
    signal::is_handler_installed()
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
