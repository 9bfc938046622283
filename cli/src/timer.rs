//! `-W timeout`: stops a guest that runs too long.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use selvedge::InterruptHandle;

/// A timer that interrupts a guest, once.
pub(crate) struct Timer {
    timeout: Duration,
    has_fired: Arc<AtomicBool>,
}

impl Timer {
    /// Starts a timer in a thread of its own, which ends with the process.
    ///
    /// # Errors
    ///
    /// If there can be no thread.
    pub(crate) fn start(timeout: Duration, guest: InterruptHandle) -> io::Result<Self> {
        let has_fired = Arc::new(AtomicBool::new(false));
        let fired = has_fired.clone();
        let thread = thread::Builder::new().name("timeout".to_owned());
        thread.spawn(move || {
            thread::sleep(timeout);
            fired.store(true, Ordering::Release);
            guest.interrupt();
        })?;
        Ok(Self { timeout, has_fired })
    }

    /// The time that the guest was given, if that is over.
    pub(crate) fn expired(&self) -> Option<Duration> {
        let has_fired = self.has_fired.load(Ordering::Acquire);
        has_fired.then_some(self.timeout)
    }
}
