//! Who handles the signals of hardware traps: ours, on x86-64 Linux, and what was there before.
//!
//! The handler is there as long as somebody [holds](hold) it. After that the actions that
//! were found come back, signal by signal, where nobody has put another in place of ours
//! meanwhile. Where somebody has, ours may be what that one passes signals on to: it stays, and goes on
//! passing on what is not its business.

#![expect(unsafe_code, reason = "calls the operating system")]

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{hint, thread};

use super::faults;
use super::signals::{self, Decide};

/// The signals of hardware traps.
pub(super) const SIGNALS: [libc::c_int; COUNT] =
    [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL];
const COUNT: usize = 4;

/// What the handler needs to know.
pub(super) struct Record {
    pub(super) decide: Decide,
    /// In the order of `SIGNALS`.
    pub(super) previous: [Previous; COUNT],
}

/// What was installed before us.
pub(super) struct Previous {
    action: libc::sigaction,
    /// Whether that has used up its one call (`SA_RESETHAND`).
    used_up: AtomicBool,
}

impl Previous {
    /// What is to be done with a signal, which uses it up.
    pub(super) fn follow(&self) -> libc::sigaction {
        let resets = self.action.sa_flags & libc::SA_RESETHAND != 0;
        match resets && self.used_up.swap(true, Relaxed) {
            true => DEFAULT_ACTION,
            false => self.action,
        }
    }

    /// What would be installed now, had we not been there.
    fn present(&self) -> libc::sigaction {
        match self.used_up.load(Relaxed) {
            true => DEFAULT_ACTION,
            false => self.action,
        }
    }

    fn copy(&self) -> Self {
        Self {
            action: self.action,
            used_up: AtomicBool::new(self.used_up.load(Relaxed)),
        }
    }
}

// SAFETY: all of it may be zero, which is the default action, no flags and no signals.
pub(super) const DEFAULT_ACTION: libc::sigaction =
    unsafe { MaybeUninit::<libc::sigaction>::zeroed().assume_init() };

/// Null until the handler was first installed. The record stays after that, for signals that are on their way
/// while the handler is taken out.
static RECORD: AtomicPtr<Record> = AtomicPtr::new(ptr::null_mut());
/// How many handlers look at the record.
static READERS: AtomicUsize = AtomicUsize::new(0);
static STATE: Mutex<State> = Mutex::new(State {
    holds: 0,
    is_in_chain: [false; COUNT],
});

struct State {
    holds: usize,
    /// Which signals our handler may get: it was installed, and we have not taken it out.
    is_in_chain: [bool; COUNT],
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sees to it that the handler is installed, until [`release`] has been called as often as this
/// has succeeded. `decide` is the same each time.
pub fn hold(decide: Decide) -> io::Result<()> {
    let mut state = state();
    if state.holds == 0 {
        install(&mut state, decide)?;
    }
    state.holds += 1;
    Ok(())
}

/// Ends a [`hold`]. After the last one the actions that were found before come back, where ours are
/// in place.
pub fn release() {
    let mut state = state();
    state.holds = state.holds.checked_sub(1).expect("the handler is held");
    if state.holds == 0 {
        take_out(&mut state);
    }
}

/// Whether the handler may get signals.
pub fn is_installed() -> bool {
    state().is_in_chain.contains(&true)
}

/// Installs the handler for each signal that does not have it, or nothing.
fn install(state: &mut State, decide: Decide) -> io::Result<()> {
    let mut present = [DEFAULT_ACTION; COUNT];
    for (signal, present) in SIGNALS.into_iter().zip(&mut present) {
        *present = action_of(signal)?;
    }
    for (is_in_chain, present) in state.is_in_chain.iter_mut().zip(&present) {
        // Another's handler in place of ours may pass signals on to ours, so it is not to be
        // passed any. What is no handler does not: ours has been thrown out.
        *is_in_chain &= is_handler(present);
    }
    // SAFETY: the record is freed by nobody but the holder of `state`.
    let old = unsafe { RECORD.load(SeqCst).as_ref() };
    let previous = std::array::from_fn(|i| match old {
        Some(old) if state.is_in_chain[i] => old.previous[i].copy(),
        _ => Previous {
            action: present[i],
            used_up: AtomicBool::new(false),
        },
    });
    publish(Record { decide, previous });
    let mut is_new = [false; COUNT];
    for (i, signal) in SIGNALS.into_iter().enumerate() {
        if state.is_in_chain[i] {
            continue;
        }
        if let Err(error) = set_action(signal, &our_action()) {
            take_out_of(state, |i| is_new[i]);
            return Err(error);
        }
        (state.is_in_chain[i], is_new[i]) = (true, true);
    }
    Ok(())
}

/// Takes the handler out of every signal where it is in place.
fn take_out(state: &mut State) {
    take_out_of(state, |_| true);
}

/// As [`take_out`], of the signals whose index `is_meant`.
fn take_out_of(state: &mut State, is_meant: impl Fn(usize) -> bool) {
    // SAFETY: the record is freed by nobody but the holder of `state`.
    let Some(record) = (unsafe { RECORD.load(SeqCst).as_ref() }) else {
        return;
    };
    for i in (0..COUNT).filter(|&i| is_meant(i)) {
        let Ok(present) = action_of(SIGNALS[i]) else {
            continue;
        };
        if !is_ours(&present) {
            state.is_in_chain[i] &= is_handler(&present);
            continue;
        }
        let Ok(replaced) = set_action(SIGNALS[i], &record.previous[i].present()) else {
            continue;
        };
        state.is_in_chain[i] = !is_ours(&replaced) && is_handler(&replaced);
        if !is_ours(&replaced) {
            // Somebody was faster. It cannot fail: this is what the host has just told.
            let _ = set_action(SIGNALS[i], &replaced);
        }
    }
}

/// Makes the handler see `record`, and frees the one before.
fn publish(record: Record) {
    let old = RECORD.swap(Box::into_raw(Box::new(record)), SeqCst);
    let mut spins = 0;
    while READERS.load(SeqCst) != 0 {
        spins += 1;
        match spins < 100 {
            true => hint::spin_loop(),
            false => thread::yield_now(),
        }
    }
    if !old.is_null() {
        // SAFETY: leaked by an earlier call. Handlers that come now see the new one, and there was a moment when
        // no handler looked.
        drop(unsafe { Box::from_raw(old) });
    }
}

fn our_action() -> libc::sigaction {
    let mut action = DEFAULT_ACTION;
    action.sa_sigaction = signals::handle as *const () as usize;
    // Deferring nothing, the handler leaves the mask as it is for the one before.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER | libc::SA_RESTART;
    action
}

fn is_ours(action: &libc::sigaction) -> bool {
    action.sa_sigaction == our_action().sa_sigaction
}

fn is_handler(action: &libc::sigaction) -> bool {
    action.sa_sigaction != libc::SIG_DFL && action.sa_sigaction != libc::SIG_IGN
}

fn action_of(signal: libc::c_int) -> io::Result<libc::sigaction> {
    let mut present = DEFAULT_ACTION;
    // SAFETY: asks, and changes nothing.
    check(unsafe { libc::sigaction(signal, ptr::null(), &mut present) })?;
    Ok(present)
}

/// Sets what is done with a signal: ours, or what was done before. Returns what was replaced.
fn set_action(signal: libc::c_int, action: &libc::sigaction) -> io::Result<libc::sigaction> {
    faults::check()?;
    let mut replaced = DEFAULT_ACTION;
    // SAFETY: our handler is made for these signals; any other was installed for this one before.
    check(unsafe { libc::sigaction(signal, action, &mut replaced) })?;
    Ok(replaced)
}

fn check(result: libc::c_int) -> io::Result<()> {
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Reads the record.
pub(super) fn read<R>(look: impl FnOnce(&Record) -> R) -> R {
    READERS.fetch_add(1, SeqCst);
    // SAFETY: there is a record before the handler is first installed, and it is not freed while there are readers.
    let result = look(unsafe { &*RECORD.load(SeqCst) });
    READERS.fetch_sub(1, SeqCst);
    result
}

#[cfg(test)]
mod tests {
    use super::super::faults::Fault;
    use super::super::signals::Decision;
    use super::*;

    #[test]
    fn a_handler_that_cannot_be_installed_is_not() {
        let handlers = || SIGNALS.map(|signal| action_of(signal).expect("an action").sa_sigaction);
        let before = handlers();
        let pass_on: Decide = |_| Decision::PassOn;
        for calls in 0..COUNT {
            let fault = Fault::after(calls);
            hold(pass_on).expect_err("a call has failed");
            assert!(fault.has_fired());
            assert!(!is_installed());
            assert_eq!(handlers(), before);
        }
        hold(pass_on).expect("nothing fails");
        assert!(is_installed());
        assert_eq!(handlers(), [our_action().sa_sigaction; COUNT]);
        release();
        assert!(!is_installed());
        assert_eq!(handlers(), before);
    }
}
