//! WASI: what a guest gets from the command line.

use std::fs;

#[cfg(target_os = "linux")]
use crate::selvedge_at_a_terminal;
use crate::{
    FAILURE, Ran, SUCCESS, TIMEOUT, TRAP, USAGE, file, file_path, run, run_with_input, selvedge,
};

/// A command that does what its first argument names.
fn tool() -> String {
    format!("{}/tests/cli/guests/tool.wasm", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_guest_says_hello() {
    run([tool()]).is(SUCCESS, "hello\n");
}

#[test]
fn a_guest_gets_its_arguments() {
    let tool = tool();
    run([&tool, "args", "a b", "", "--invoke"]).is(SUCCESS, "tool.wasm\nargs\na b\n\n--invoke\n");
    run(["--argv0", "me", &tool, "args", "--"]).is(SUCCESS, "me\nargs\n--\n");
    run(["run", &tool, "args", "-v", "-"]).is(SUCCESS, "tool.wasm\nargs\n-v\n-\n");
}

#[test]
#[cfg(unix)]
fn arguments_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    let argument = std::ffi::OsStr::from_bytes(b"\xff");
    let output = selvedge().arg(tool()).arg("args").arg(argument).output();
    Ran::from(output.expect("selvedge starts")).fails(USAGE, &["is not UTF-8"]);
}

#[test]
fn a_guest_gets_the_environment_that_it_is_given() {
    let tool = tool();
    let with = |args: &[&str]| {
        let mut command = selvedge();
        command.env_clear().env("HERE", "here").args(args);
        Ran::from(
            command
                .args([&tool, "env"])
                .output()
                .expect("selvedge starts"),
        )
    };
    with(&[]).is(SUCCESS, "");
    with(&["--env", "A=1", "--env", "B=x=y", "--env", "C="]).is(SUCCESS, "A=1\nB=x=y\nC=\n");
    with(&["--env", "HERE", "--env", "NOT_HERE"]).is(SUCCESS, "HERE=here\n");
    with(&["-S", "inherit-env"]).is(SUCCESS, "HERE=here\n");
    with(&["-S", "inherit-env,inherit-env=n"]).is(SUCCESS, "");
    run(["--env", "=x", &tool]).fails(USAGE, &["K=V or K is needed"]);
}

#[test]
fn a_guest_may_use_the_directories_that_it_is_given() {
    let directory = file_path("preopened");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("the directory for temporary files is writable");
    fs::write(directory.join("a.txt"), "from the host\n").expect("it is writable");
    let host = directory.to_str().expect("the path is UTF-8");
    let tool = tool();
    let inside = format!("{host}/a.txt");
    run([&tool, "show", &inside]).fails(FAILURE, &["a.txt: "]);
    run(["--dir", host, &tool, "show", &inside]).is(SUCCESS, "from the host\n");
    let mapped = format!("{host}::/data");
    run(["--dir", &mapped, &tool, "show", "/data/a.txt"]).is(SUCCESS, "from the host\n");
    run(["--dir", &mapped, &tool, "show", &inside]).fails(FAILURE, &["a.txt: "]);
    run(["--dir", &mapped, &tool, "show", "/data/../a.txt"]).fails(FAILURE, &["a.txt: "]);
    run(["--dir", &mapped, &tool, "create", "/data/b.txt"]).is(SUCCESS, "");
    let created = fs::read(directory.join("b.txt")).expect("the guest has created it");
    assert_eq!(created, b"created\n");
    run(["--dir", &mapped, &tool, "create", "/data/b.txt"]).fails(FAILURE, &["b.txt: File exists"]);
    run(["--dir", "/no/such/directory", &tool]).fails(
        FAILURE,
        &["--dir /no/such/directory: ", "failed to open directory"],
    );
    run(["--dir", "::/data", &tool]).fails(USAGE, &["HOST or HOST::GUEST is needed"]);
}

#[test]
fn a_guest_has_the_standard_streams() {
    let tool = tool();
    run_with_input(&[&tool, "copy"], b"a\nb").is(SUCCESS, "a\nb");
    run_with_input(&[&tool, "copy"], b"").is(SUCCESS, "");
    run([&tool, "show", "/nothing"]).fails(FAILURE, &["/nothing: "]);
}

#[test]
fn a_module_can_be_read_from_the_stream_that_is_not_the_guests() {
    let module = fs::read(tool()).expect("the guest is committed");
    run_with_input(&["-", "args"], &module).is(SUCCESS, "-\nargs\n");
    // The whole of it is the module; the guest is at the end.
    run_with_input(&["-", "copy"], &module).is(SUCCESS, "");
}

#[test]
fn the_exit_status_is_the_guests() {
    let tool = tool();
    for status in [0, 1, 2, 7, 125, 134, 255] {
        let ran = run([&tool, "exit", &status.to_string()]);
        assert_eq!(
            (ran.status, ran.out.as_str(), ran.err.as_str()),
            (status, "", "")
        );
    }
    run([&tool, "abort"]).fails(TRAP, &["UnreachableCodeReached", "wasm backtrace:"]);
}

#[test]
fn a_guest_that_sleeps_is_stopped_in_time() {
    run(["-W", "timeout=100ms", &tool(), "sleep"]).fails(TIMEOUT, &["-W timeout"]);
}

#[test]
fn a_guest_that_waits_for_input_is_stopped_in_time() {
    let mut child = selvedge()
        .args(["-W", "timeout=100ms", &tool(), "copy"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("selvedge starts");
    let stdin = child.stdin.take();
    let ran = Ran::from(child.wait_with_output().expect("selvedge ends"));
    ran.fails(TIMEOUT, &["-W timeout"]);
    drop(stdin);
}

#[test]
#[cfg(unix)]
fn a_guest_whose_output_nobody_reads_ends() {
    use std::os::unix::process::ExitStatusExt as _;
    const SIGPIPE: i32 = 13;
    let output = crate::streams::unread(&[&tool(), "yes"]);
    assert_eq!(output.status.signal(), Some(SIGPIPE), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn chance_can_be_left_out() {
    let tool = tool();
    let chance = |settings: &[&str]| {
        let args = settings.iter().copied().chain([tool.as_str(), "chance"]);
        let ran = run(args);
        assert_eq!((ran.status, ran.out.len()), (SUCCESS, 33), "{}", ran.err);
        ran.out
    };
    assert_ne!(chance(&[]), chance(&[]));
    let set = ["-S", "deterministic"];
    assert_eq!(chance(&set), chance(&set));
}

#[test]
fn wasi_can_be_switched_off() {
    let off = "WASI is switched off by `-S cli=n`";
    run(["-S", "cli=n", &tool()]).fails(FAILURE, &["fd_write", "proc_exit", off]);
    let config = file("no-wasi.toml", "[wasi]\ncli = false\n");
    run(["--config", &config, &tool()]).fails(FAILURE, &[off]);
    run(["--config", &config, "-S", "cli", &tool()]).is(SUCCESS, "hello\n");
    // Another module may take its place.
    let own = file(
        "own-wasi.wat",
        r#"(module (func (export "proc_exit") (param i32) unreachable))"#,
    );
    let guest = file(
        "exits.wat",
        r#"(module
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (func (export "_start") (call $exit (i32.const 3))))"#,
    );
    assert_eq!(run([&guest]).status, 3);
    let own = format!("wasi_snapshot_preview1={own}");
    run(["--preload", &own, &guest]).fails(TRAP, &["UnreachableCodeReached"]);
    run(["-S", "cli=n", "--preload", &own, &guest]).fails(TRAP, &["UnreachableCodeReached"]);
}

#[test]
fn functions_that_wasi_does_not_have_are_named() {
    let path = file(
        "not-wasi.wat",
        r#"(module (import "wasi_snapshot_preview1" "fd_wriet" (func (param i32))))"#,
    );
    run([&path]).fails(
        FAILURE,
        &[
            "`wasi_snapshot_preview1::fd_wriet` has not been defined",
            "which has no `fd_wriet`",
        ],
    );
}

#[test]
fn the_older_preview_is_there() {
    let path = file(
        "preview0.wat",
        r#"(module
            (import "wasi_unstable" "proc_exit" (func $exit (param i32)))
            (func (export "_start") (call $exit (i32.const 5))))"#,
    );
    assert_eq!(run([&path]).status, 5);
}

#[test]
fn preloaded_modules_have_wasi_too() {
    let library = file(
        "wasi-library.wat",
        r#"(module
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (func (export "leave") (call $exit (i32.const 9))))"#,
    );
    let path = file(
        "leaves.wat",
        r#"(module (import "lib" "leave" (func $leave)) (func (export "_start") (call $leave)))"#,
    );
    let library = format!("lib={library}");
    assert_eq!(run(["--preload", &library, &path]).status, 9);
}

#[test]
fn a_guest_may_wait_for_connections() {
    use std::io::Read as _;
    use std::net::{TcpListener, TcpStream};
    // A port that nobody has now, and most likely nobody else takes.
    let free = TcpListener::bind("127.0.0.1:0").expect("there is a network");
    let address = free.local_addr().expect("it has an address").to_string();
    drop(free);
    let listen = format!("tcplisten={address}");
    let child = selvedge().args(["-S", &listen, &tool(), "serve"]).spawn();
    let mut child = child.expect("selvedge starts");
    let connect = || TcpStream::connect(&address).ok();
    let mut stream = (0..500).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        connect()
    });
    let mut text = String::new();
    let stream = stream.as_mut().expect("the guest listens");
    stream.read_to_string(&mut text).expect("the guest answers");
    assert_eq!(text, "served\n");
    assert!(child.wait().expect("selvedge ends").success());
    run(["-S", "tcplisten=nowhere", &tool()]).fails(USAGE, &["\"nowhere\" is not an address"]);
    run(["-S", "tcplisten=256.0.0.1:1", &tool()]).fails(FAILURE, &["-S tcplisten: cannot listen"]);
}

#[test]
fn settings_have_help() {
    let ran = run(["-S", "help"]);
    assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
    for line in ["cli[=y|n]", "inherit-env[=y|n]", "tcplisten=HOST:PORT"] {
        assert!(ran.out.contains(line), "{line:?} in {}", ran.out);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_guest_that_waits_is_interrupted_from_the_terminal() {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Command, Stdio};
    const SIGINT: i32 = 2;
    for what in ["sleep", "copy"] {
        let mut guest = selvedge_at_a_terminal();
        guest.args([&tool(), what]).stdin(Stdio::piped());
        let mut child = guest.spawn().expect("selvedge starts");
        std::thread::sleep(std::time::Duration::from_millis(100));
        let id = child.id().to_string();
        let kill = Command::new("kill").args(["-INT", &id]).status();
        assert!(kill.expect("there is a kill").success());
        let stdin = child.stdin.take();
        let status = child.wait().expect("selvedge ends");
        assert_eq!(status.signal(), Some(SIGINT), "{what}: {status:?}");
        drop(stdin);
    }
}
