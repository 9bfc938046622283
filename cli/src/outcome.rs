//! How a command ends: the exit status, and what is written to standard error.
//!
//! | status | meaning |
//! |---|---|
//! | the guest's own | the guest ended itself |
//! | 0 | success |
//! | 1 | a failure: a file that cannot be read, an invalid module, a missing import |
//! | 2 | the command line or the configuration file is wrong |
//! | 124 | the guest was stopped by `-W timeout=` |
//! | 134 | a trap, as if the process had been aborted |

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use selvedge::{Error, Trap};

use crate::backtrace;
use crate::demangle::printable;

/// The exit status after a trap: 128 + SIGABRT.
const TRAP_STATUS: u8 = 134;
/// The exit status after a timeout, which is that of the command `timeout`.
const TIMEOUT_STATUS: u8 = 124;
const USAGE_STATUS: u8 = 2;

/// Why a command did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for something that makes no sense.
    Usage(String),
    /// Something else went wrong.
    Message(String),
    /// Everything has been said already.
    Reported,
    /// The guest, or instantiating it, ended with an error.
    Guest(GuestFailure),
    /// Standard output cannot be written.
    Output(io::Error),
}

/// How a guest ended.
#[derive(Debug)]
pub(crate) struct GuestFailure {
    pub(crate) error: Error,
    /// The time that it was given, if it was stopped for it.
    pub(crate) timeout: Option<Duration>,
    /// Whether the backtrace names files and lines.
    pub(crate) details: bool,
}

/// What a command comes to.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Says what went wrong, if anything, and gives the exit status.
pub(crate) fn report(outcome: Outcome) -> ExitCode {
    // What is left of the output is not lost without a word.
    let flushed = io::stdout().flush().map_err(Failure::Output);
    let Err(failure) = outcome.and(flushed) else {
        return ExitCode::SUCCESS;
    };
    match failure {
        Failure::Usage(message) => {
            complain(&message);
            ExitCode::from(USAGE_STATUS)
        }
        Failure::Message(message) => {
            complain(&message);
            ExitCode::FAILURE
        }
        Failure::Reported => ExitCode::FAILURE,
        Failure::Guest(failure) => report_guest(&failure),
        // Whoever read our output has seen enough. Where there are signals, one has come before.
        Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Failure::Output(error) => {
            complain(&format!("cannot write to standard output: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Writes an error message of one or more lines, in colour where that is wanted. Names that are
/// in it may come from a module: other control characters are escaped. A closed standard
/// error is nothing to fail for.
pub(crate) fn complain(message: &str) {
    let style = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut lines = message.lines().map(printable);
    let first = lines.next().unwrap_or_default();
    let mut text = format!("{style}error:{style:#} {first}\n");
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    let _ = anstream::stderr().write_all(text.as_bytes());
}

fn report_guest(failure: &GuestFailure) -> ExitCode {
    let error = &failure.error;
    if let Some(status) = error.i32_exit_status() {
        // As the system does it: the lowest byte.
        return ExitCode::from(status.to_le_bytes()[0]);
    }
    let trap = error.downcast_ref::<Trap>();
    let (mut message, status) = match (failure.timeout, trap) {
        (Some(timeout), _) => (
            format!("the guest was stopped: it ran longer than the {timeout:?} of `-W timeout`"),
            TIMEOUT_STATUS,
        ),
        (None, Some(trap)) => (format!("trap {trap:?}: {error:#}"), TRAP_STATUS),
        (None, None) => (format!("{error:#}"), 1),
    };
    if let Some(backtrace) = error.backtrace().filter(|trace| !trace.frames().is_empty()) {
        message.push('\n');
        message.push_str(&backtrace::text(backtrace, failure.details));
    }
    complain(&message);
    ExitCode::from(status)
}
