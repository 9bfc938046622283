//! Standard input and output: pipes, closed descriptors, signals, colours.

use std::process::{Command, Stdio};
use std::time::Duration;

#[cfg(target_os = "linux")]
use crate::selvedge_at_a_terminal;
use crate::{
    FAILURE, Ran, SUCCESS, TRAP, USAGE, example, file, run, run_with_input, selvedge,
    selvedge_started_by,
};

#[test]
fn standard_input_is_read() {
    let module = br#"(module (func (export "five") (result i32) i32.const 5))"#;
    run_with_input(&["--invoke", "five", "-"], module).is(SUCCESS, "5\n");
    run_with_input(&["validate", "-"], module).is(SUCCESS, "");
    let script = br#"(module (func (export "f"))) (assert_return (invoke "f"))"#;
    run_with_input(&["wast", "-"], script).is(SUCCESS, "2 passed, 0 failed\n");
}

/// Runs `selvedge` with a standard output that nobody reads.
#[cfg(unix)]
pub(crate) fn unread(args: &[&str]) -> std::process::Output {
    let mut child = selvedge()
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("selvedge starts");
    drop(child.stdout.take());
    child.wait_with_output().expect("selvedge ends")
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_is_silent() {
    use std::os::unix::process::ExitStatusExt as _;
    const SIGPIPE: i32 = 13;
    let mut text = String::from("(module");
    for number in 0..20_000 {
        text.push_str(&format!(" (func (export \"function{number}\"))"));
    }
    text.push(')');
    let path = file("large.wat", text);
    for subcommand in ["objdump", "inspect"] {
        let output = unread(&[subcommand, &path]);
        assert_eq!(output.status.signal(), Some(SIGPIPE), "{output:?}");
        assert!(output.stderr.is_empty(), "{output:?}");
    }
}

/// Runs `selvedge` with its descriptors as `redirection` has them.
fn redirected(redirection: &str, args: &[&str]) -> Ran {
    let script = format!("exec \"$0\" \"$@\" {redirection}");
    let mut command = selvedge_started_by("sh", &["-c", &script]);
    Ran::from(command.args(args).output().expect("there is a shell"))
}

#[test]
fn closed_descriptors_do_no_harm() {
    let fib = example("fib.wat");
    let invoke = ["--invoke", "fib", &fib, "10"];
    redirected("<&-", &invoke).is(SUCCESS, "55\n");
    redirected(">&-", &invoke).is(SUCCESS, "");
    redirected("2>&-", &invoke).is(SUCCESS, "55\n");
    redirected("<&-", &["-"]).fails(FAILURE, &["-: the file is empty"]);
    let trap = file(
        "closed.wat",
        r#"(module (func (export "_start") unreachable))"#,
    );
    assert_eq!(redirected("2>&-", &["-v", &trap]).status, TRAP);
    assert_eq!(redirected("2>&-", &["--bogus"]).status, USAGE);
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_an_error() {
    let fib = example("fib.wat");
    let lines: [&[&str]; 6] = [
        &["--invoke", "fib", &fib, "10"],
        &["objdump", &fib],
        &["inspect", &fib],
        &["inspect", "--json", &fib],
        &["completion", "bash"],
        &["-W", "help"],
    ];
    for line in lines {
        let ran = redirected(">/dev/full", line);
        ran.fails(FAILURE, &["error: cannot write to standard output: "]);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_interrupt_from_the_terminal_ends_the_process() {
    use std::os::unix::process::ExitStatusExt as _;
    let path = file(
        "interrupted.wat",
        r#"(module
            (func (export "_start") (loop $forever (br $forever))))"#,
    );
    for (number, name) in [(2, "-INT"), (15, "-TERM")] {
        let mut child = selvedge_at_a_terminal()
            .arg(&path)
            .spawn()
            .expect("selvedge starts");
        // Long enough to be in the guest, and it makes no difference if it is not.
        std::thread::sleep(Duration::from_millis(100));
        let id = child.id().to_string();
        let kill = Command::new("kill").args([name, &id]).status();
        assert!(kill.expect("there is a kill").success());
        let status = child.wait().expect("selvedge ends");
        assert_eq!(status.signal(), Some(number), "{status:?}");
    }
}

#[test]
fn colours_are_for_those_who_want_them() {
    let run_in = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = selvedge();
        command.envs(variables.iter().copied()).args(args);
        Ran::from(command.output().expect("selvedge starts"))
    };
    let lines: [(&[&str], i32); 3] = [
        (&["/no/such/file"], FAILURE),
        (&["-W", "bogus", "x"], USAGE),
        (&["--bogus"], USAGE),
    ];
    for (line, status) in lines {
        let plain = run_in(&[], line);
        plain.fails(status, &["error: "]);
        assert!(!plain.err.contains('\x1b'), "{:?}", plain.err);
        let colourful = run_in(&[("CLICOLOR_FORCE", "1")], line);
        colourful.fails(status, &["\x1b[1m"]);
        let none = run_in(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], line);
        assert_eq!(none.err, plain.err);
    }
}

#[test]
fn nothing_moves_where_nobody_watches() {
    let fib = example("fib.wat");
    let files = vec![fib.as_str(); 20];
    let args = ["validate"].into_iter().chain(files);
    run(args).is(SUCCESS, "");
}
