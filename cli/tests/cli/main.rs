//! The command line as a user meets it: exit statuses, messages, bad input.

mod backtrace;
mod compilations;
mod completion;
mod config;
mod garbage;
mod inspect;
mod invoke;
mod limits;
mod link;
mod objdump;
mod run;
mod settings;
mod streams;
mod usage;
mod validate;
#[cfg(feature = "wasi")]
mod wasi;
mod wast;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

const SUCCESS: i32 = 0;
const FAILURE: i32 = 1;
const USAGE: i32 = 2;
const TIMEOUT: i32 = 124;
const TRAP: i32 = 134;

/// The program, with nothing of the user's that would change what it does.
fn selvedge() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_selvedge"));
    command.env("XDG_CONFIG_HOME", file_path("no-configuration"));
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

/// The program as a terminal starts it: what runs in the background of a script ignores interrupts, and so
/// would its children.
#[cfg(target_os = "linux")]
fn selvedge_at_a_terminal() -> Command {
    selvedge_started_by("env", &["--default-signal=INT"])
}

/// The program, started by another one with some arguments before its own.
#[cfg(unix)]
fn selvedge_started_by(program: &str, args: &[&str]) -> Command {
    let selvedge = selvedge();
    let mut command = Command::new(program);
    command.args(args).arg(selvedge.get_program());
    for (name, value) in selvedge.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Whether this build has the baseline compiler.
const COMPILES: bool = cfg!(all(
    feature = "jit",
    target_arch = "x86_64",
    target_os = "linux"
));

/// What a run of `selvedge` came to.
struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
        let ran = Self {
            status: output.status.code().expect("the process exits"),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        ran
    }

    #[track_caller]
    fn is(&self, status: i32, out: &str) {
        assert_eq!(
            (self.status, self.out.as_str()),
            (status, out),
            "{}",
            self.err
        );
        assert_eq!(self.err.is_empty(), status == SUCCESS, "{}", self.err);
    }

    #[track_caller]
    fn fails(&self, status: i32, messages: &[&str]) {
        assert_eq!(self.status, status, "{}{}", self.out, self.err);
        for message in messages {
            assert!(self.err.contains(message), "{message:?} in {}", self.err);
        }
    }
}

#[track_caller]
fn run<A: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = A>) -> Ran {
    let output = selvedge().args(args).output().expect("selvedge starts");
    Ran::from(output)
}

fn run_with_input(args: &[&str], input: &[u8]) -> Ran {
    let mut child = selvedge()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("selvedge starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    // The process may end without reading everything.
    let _ = stdin.write_all(input);
    drop(stdin);
    Ran::from(child.wait_with_output().expect("selvedge ends"))
}

fn example(name: &str) -> String {
    format!("{}/../examples/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Where a test has a file or directory of its own.
fn file_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Writes a file for a test; several may write the same one at the same time.
fn file(name: &str, contents: impl AsRef<[u8]>) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let path = file_path(name);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let unique = file_path(&format!("{number}-{name}"));
    fs::write(&unique, contents).expect("the directory for temporary files is writable");
    fs::rename(&unique, &path).expect("it is of the same file system");
    path.to_str().expect("the path is UTF-8").to_owned()
}
