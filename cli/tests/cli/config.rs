//! The configuration file.

use std::fs;

use crate::{FAILURE, Ran, SUCCESS, USAGE, example, file, file_path, run, selvedge};

const TAIL_CALL_OFF: &str = "[wasm]\ntail-call = false\n";

#[test]
fn settings_of_the_file_hold() {
    let config = file("tail-call-off.toml", TAIL_CALL_OFF);
    let tail_calls = example("tail_calls.wat");
    run(["validate", "--config", &config, &tail_calls]).fails(FAILURE, &["tail call"]);
    let args = ["--config", &config, "--invoke", "even", &tail_calls, "2"];
    run(args).fails(FAILURE, &["tail call"]);
}

#[test]
fn the_command_line_wins() {
    let config = file("overridden.toml", TAIL_CALL_OFF);
    let tail_calls = example("tail_calls.wat");
    let args = [
        "validate",
        "--config",
        &config,
        "-W",
        "tail-call",
        &tail_calls,
    ];
    run(args).is(SUCCESS, "");
    let config = file("misspelt.toml", "[codegen]\nstrategy = \"fastest\"\n");
    let fib = example("fib.wat");
    run(["--config", &config, &fib]).fails(USAGE, &["baseline"]);
    let config = file("strategy.toml", "[codegen]\nstrategy = \"baseline\"\n");
    run(["--config", &config, "--strategy", "auto", &fib]).is(SUCCESS, "");
    run(["--config", &config, "-C", "strategy=interpreter", &fib]).is(SUCCESS, "");
}

#[test]
fn settings_of_other_commands_do_no_harm() {
    let text = "[wasm]\ntimeout = 10\nmax-memory-size = \"1GiB\"\n[debug]\nmax-backtrace = 5\n";
    let config = file("run-only.toml", text);
    run(["validate", "--config", &config, &example("fib.wat")]).is(SUCCESS, "");
}

#[test]
fn mistakes_name_the_line() {
    let fib = example("fib.wat");
    let cases = [
        (
            "# fine\n[wasm]\ntail-cal = true\n",
            ":3: ",
            "did you mean `tail-call`?",
        ),
        (
            "[wasm]\n\n\ntimeout = \"soon\"",
            ":4: ",
            "\"soon\" is not a duration",
        ),
        ("\n[optimise]\n", ":2: ", "did you mean `optimize`?"),
        (
            "[wasm]\ndispatch = \"step\"",
            ":2: ",
            "a setting of -O ([optimize])",
        ),
        (
            "[optimize]\ndispatch = \"stop\"",
            ":2: ",
            "did you mean `step`?",
        ),
        ("[wasm]\nsimd = = 1", ":2: ", ""),
        ("wasm = 3", ":1: ", "`wasm` is a table"),
        ("[wasm]\nmemory64 = [true]", ":2: ", "`memory64`"),
    ];
    for (text, line, message) in cases {
        let config = file("mistake.toml", text);
        let place = format!("{config}{line}");
        run(["--config", &config, &fib]).fails(USAGE, &["error: ", &place, message]);
    }
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let fib = example("fib.wat");
    run(["--config", "/no/such/file", &fib]).fails(USAGE, &["cannot read /no/such/file"]);
    let binary = file("binary.toml", b"\xff\xfe\0");
    run(["--config", &binary, &fib]).fails(USAGE, &["cannot read"]);
}

#[test]
fn a_new_file_is_at_the_default_path_and_changes_nothing() {
    let home = file_path("config-home");
    let _ = fs::remove_dir_all(&home);
    let at_home = |args: &[&str]| {
        let output = selvedge().env("XDG_CONFIG_HOME", &home).args(args).output();
        Ran::from(output.expect("selvedge starts"))
    };
    let path = home.join("selvedge").join("config.toml");
    let line = format!("{}\n", path.display());
    at_home(&["config", "new"]).is(SUCCESS, &line);
    let fib = example("fib.wat");
    at_home(&["--invoke", "fib", &fib, "10"]).is(SUCCESS, "55\n");
    // What is there is not overwritten.
    at_home(&["config", "new"]).fails(FAILURE, &["cannot create", "config.toml"]);
    fs::write(&path, TAIL_CALL_OFF).expect("the file is ours");
    let tail_calls = example("tail_calls.wat");
    at_home(&["validate", &tail_calls]).fails(FAILURE, &["tail call"]);
    // Another file takes its place.
    at_home(&["validate", "--config", "/dev/null", &tail_calls]).is(SUCCESS, "");
}

#[test]
fn a_new_file_can_be_anywhere() {
    let path = file_path("new-configuration.toml");
    let _ = fs::remove_file(&path);
    let path = path.to_str().expect("the path is UTF-8");
    run(["config", "new", path]).is(SUCCESS, &format!("{path}\n"));
    let text = fs::read_to_string(path).expect("it was just written");
    for part in ["[wasm] # -W", "#timeout = \"10s\"", "[codegen] # -C"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn garbage_is_refused() {
    let fib = example("fib.wat");
    let alphabet = b"[]=\"'.#\n wasm-timeout1e\\{},";
    let mut state = 1_u32;
    for number in 0..60 {
        let bytes = (0..number).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            alphabet[(state >> 16) as usize % alphabet.len()]
        });
        let config = file("garbage.toml", bytes.collect::<Vec<u8>>());
        let ran = run(["validate", "--config", &config, &fib]);
        assert!([SUCCESS, USAGE].contains(&ran.status), "{}", ran.err);
        assert_eq!(ran.err.is_empty(), ran.status == SUCCESS, "{}", ran.err);
    }
}
