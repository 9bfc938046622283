//! Which panics are findings: all, but for those of the reference engines, and those that a target expects of a
//! use of the API that its documentation excludes.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, Location};
use std::process;
use std::sync::Mutex;

thread_local! {
    /// How many calls of [`expect`] this thread is in, since the last of [`forbid`].
    static EXPECTED: Cell<u32> = const { Cell::new(0) };
}

/// The sources of what may panic: the reference engines have findings of their own.
const NOT_OURS: [&str; 4] = ["/wasmi-", "/wasmi_", "/wasmtime-", "/cranelift-"];

/// What is said of the input when something is found.
static ABOUT: Mutex<String> = Mutex::new(String::new());

/// Says what the input is, for the report of a finding.
///
/// # Panics
///
/// If a report is being written.
pub fn about(input: impl Into<String>) {
    *ABOUT.lock().expect("no report is written") = input.into();
}

/// Makes findings of panics: they end the process, wherever they are caught.
pub fn install() {
    // In place of the hook of libfuzzer-sys, which ends the process at any panic.
    panic::set_hook(Box::new(|info| {
        if is_tolerated(info.location()) {
            return;
        }
        let backtrace = std::backtrace::Backtrace::force_capture();
        let about = ABOUT.lock().map(|about| about.clone()).unwrap_or_default();
        eprintln!("{about}\n{info}\n{backtrace}");
        process::abort();
    }));
}

fn is_tolerated(location: Option<&Location<'_>>) -> bool {
    let file = location.map_or("", Location::file);
    EXPECTED.get() > 0 || NOT_OURS.iter().any(|part| file.contains(part))
}

/// Runs `work`, whose panics are no findings: the message of one is returned.
///
/// # Errors
///
/// The message, if it panics.
pub fn expect<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    let _within = Within::new(EXPECTED.get() + 1);
    catch(work)
}

/// Runs `work`, whose panics are findings even within [`expect`].
///
/// # Errors
///
/// The message, if it unwinds as a panic does, without being one.
pub fn forbid<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    let _within = Within::new(0);
    catch(work)
}

fn catch<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|&text| text.to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default()
    })
}

/// Sets [`EXPECTED`], and puts back what it was.
struct Within {
    before: u32,
}

impl Within {
    fn new(expected: u32) -> Self {
        Self {
            before: EXPECTED.replace(expected),
        }
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        EXPECTED.set(self.before);
    }
}
