//! How a command ends: the exit status, and what is written to standard error.
//!
//! | status | meaning |
//! |---|---|
//! | the guest's own | the guest ended itself |
//! | 0 | success |
//! | 1 | a failure: a file that cannot be read, an invalid module, a missing import |
//! | 2 | the command line is wrong |
//! | 134 | a trap, as if the process had been aborted |

use std::io;
use std::process::ExitCode;

use selvedge::{Error, Trap};

/// The exit status after a trap: 128 + SIGABRT.
const TRAP_STATUS: u8 = 134;
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
    Guest(Error),
    /// Standard output cannot be written.
    Output(io::Error),
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
    let Err(failure) = outcome else {
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
        Failure::Guest(error) => report_guest(&error),
        // Whoever read our output has seen enough.
        Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Failure::Output(error) => {
            complain(&format!("cannot write to standard output: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Writes an error message. A closed standard error is nothing to fail for.
pub(crate) fn complain(message: &str) {
    use io::Write as _;
    let _ = writeln!(io::stderr(), "error: {message}");
}

fn report_guest(error: &Error) -> ExitCode {
    if let Some(status) = error.i32_exit_status() {
        // As the system does it: the lowest byte.
        return ExitCode::from(status.to_le_bytes()[0]);
    }
    let trap = error.downcast_ref::<Trap>();
    let mut message = match trap {
        Some(trap) => format!("trap {trap:?}: {error:#}"),
        None => format!("{error:#}"),
    };
    if let Some(backtrace) = error.backtrace().filter(|trace| !trace.frames().is_empty()) {
        message.push('\n');
        message.push_str(backtrace.to_string().trim_end());
    }
    complain(&message);
    match trap {
        Some(_) => ExitCode::from(TRAP_STATUS),
        None => ExitCode::FAILURE,
    }
}
