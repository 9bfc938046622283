//! Failures of system calls on demand, for tests (feature `fault-injection`).
//!
//! Every call of this crate that gets, opens, replaces or gives back pages, or sets how signals are handled, asks
//! [`check`] first. A test arms a [`Fault`] for the n-th such call of its thread and sees what comes of it.

use std::cell::Cell;
use std::io;

thread_local! {
    /// How many calls still succeed; `None` when nothing is armed or the fault has fired.
    static COUNTDOWN: Cell<Option<usize>> = const { Cell::new(None) };
    /// How many calls there have been since the last fault was armed.
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

/// A failure that awaits the n-th system call of this thread. Disarmed on drop.
#[derive(Debug)]
#[must_use = "the fault is disarmed when this is dropped"]
pub struct Fault(());

impl Fault {
    /// Lets `calls` calls succeed, and the next one fail.
    pub fn after(calls: usize) -> Self {
        COUNTDOWN.set(Some(calls));
        CALLS.set(0);
        Self(())
    }

    /// Whether the call has failed.
    pub fn has_fired(&self) -> bool {
        COUNTDOWN.get().is_none()
    }

    /// How many calls this thread has made since the fault was armed.
    pub fn calls(&self) -> usize {
        CALLS.get()
    }
}

impl Drop for Fault {
    fn drop(&mut self) {
        COUNTDOWN.set(None);
    }
}

/// Fails if this is the call that is to fail.
pub(crate) fn check() -> io::Result<()> {
    CALLS.set(CALLS.get() + 1);
    match COUNTDOWN.get() {
        None => Ok(()),
        Some(0) => {
            COUNTDOWN.set(None);
            Err(io::Error::new(
                io::ErrorKind::OutOfMemory,
                "a failure that a test asked for",
            ))
        }
        Some(calls) => {
            COUNTDOWN.set(Some(calls - 1));
            Ok(())
        }
    }
}
