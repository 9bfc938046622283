//! The command line as a user meets it: exit statuses, messages, bad input.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SUCCESS: i32 = 0;
const FAILURE: i32 = 1;
const USAGE: i32 = 2;
const TRAP: i32 = 134;

fn selvedge() -> Command {
    Command::new(env!("CARGO_BIN_EXE_selvedge"))
}

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

/// Writes a file of its own for a test.
fn file(name: &str, contents: impl AsRef<[u8]>) -> String {
    let path: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, contents).expect("the directory for temporary files is writable");
    path.to_str().expect("the path is UTF-8").to_owned()
}

#[test]
fn examples_give_the_results_they_promise() {
    let examples: [(&str, &[&str], &str); 8] = [
        ("fib.wat", &["fib", "20"], "6765\n"),
        ("gcd.wat", &["gcd", "1071", "462"], "21\n"),
        ("sieve.wat", &["primes", "10000"], "1229\n"),
        ("matmul.wat", &["matmul", "4"], "80\n"),
        ("mandelbrot.wat", &["mandelbrot", "40"], "413\n"),
        ("bulk_memory.wat", &["sum"], "2282877\n"),
        ("tail_calls.wat", &["even", "100000"], "1\n"),
        ("tail_calls.wat", &["odd", "-0x0"], "0\n"),
    ];
    for (name, call, result) in examples {
        let path = example(name);
        let mut args = vec!["--invoke", call[0], &path];
        args.extend(&call[1..]);
        run(&args).is(SUCCESS, result);
        args.insert(0, "run");
        run(&args).is(SUCCESS, result);
    }
}

#[test]
fn every_result_has_a_line() {
    let path = file(
        "results.wat",
        r#"(module
            (func (export "all") (param i32 i64 f32 f64) (result i32 i64 f32 f64 funcref)
              local.get 0 local.get 1 local.get 2 local.get 3 ref.null func)
            (func (export "none")))"#,
    );
    let args = [
        "--invoke",
        "all",
        &path,
        "4294967295",
        "-0x10",
        "-inf",
        "nan:0x1",
    ];
    run(args).is(SUCCESS, "-1\n-16\n-inf\nnan:0x1\nnull\n");
    let args = ["--invoke", "all", &path, "-2147483648", "0", "1.5", "-nan"];
    run(args).is(SUCCESS, "-2147483648\n0\n1.5\n-nan\nnull\n");
    run(["--invoke", "none", &path]).is(SUCCESS, "");
}

#[test]
fn bad_arguments_are_usage_errors() {
    let gcd = example("gcd.wat");
    run(["--invoke", "gcd", &gcd, "1"]).fails(
        USAGE,
        &["`gcd` takes 2 arguments (i64, i64), but 1 is given"],
    );
    run(["--invoke", "gcd", &gcd, "1", "two"])
        .fails(USAGE, &["argument 2 of `gcd`: \"two\" is not an i64"]);
    let fib = example("fib.wat");
    run(["--invoke", "fib", &fib, "4294967296"]).fails(USAGE, &["is not an i32"]);
    run(["--invoke", "lucas", &fib]).fails(FAILURE, &["`lucas`", "there is `fib`"]);
}

#[test]
fn a_wrong_command_line_exits_with_2() {
    let fib = example("fib.wat");
    let fib = fib.as_str();
    let lines: [&[&str]; 14] = [
        &[],
        &["run"],
        &["wast"],
        &["validate"],
        &["objdump"],
        &["--bogus", fib],
        &["--invoke"],
        &["--dispatch", "bogus", fib],
        &["--compilation-mode", "bogus", fib],
        &["-W", "bogus", fib],
        &["-W", "multi-value=maybe", fib],
        &["-W", "max-wasm-stack", fib],
        &["-W", "max-wasm-stack=-1", fib],
        &["objdump", "--function", "0", fib],
    ];
    for line in lines {
        let ran = run(line);
        ran.fails(USAGE, &["error: "]);
        assert_eq!(ran.out, "", "{line:?}");
    }
}

#[test]
fn help_goes_to_standard_output() {
    for line in [&["--help"][..], &["run", "-h"], &["help", "wast"]] {
        let ran = run(line);
        assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
        assert!(ran.out.contains("Usage: selvedge"), "{}", ran.out);
    }
    for line in [&["-W", "help"][..], &["validate", "-W", "help"]] {
        let ran = run(line);
        assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
        assert!(ran.out.contains("tail-call[=y|n]"), "{}", ran.out);
    }
    run(["--version"]).is(
        SUCCESS,
        concat!("selvedge ", env!("CARGO_PKG_VERSION"), "\n"),
    );
}

#[test]
fn what_follows_the_file_belongs_to_the_guest() {
    let path = file("start.wat", r#"(module (func (export "_start")))"#);
    let path = path.as_str();
    let lines: [&[&str]; 5] = [
        &[path, "--help"],
        &[path, "--invoke", "nothing", "-W", "bogus", "--", "-x"],
        &["run", path, "run", "--version"],
        &["--", path, "wast"],
        &["-W", "multi-value", path, "-W"],
    ];
    for line in lines {
        run(line).is(SUCCESS, "");
    }
    // The separator is no exception: it is an argument here, one too many.
    let fib = example("fib.wat");
    run(["--invoke", "fib", &fib, "--", "1"]).fails(USAGE, &["but 2 are given"]);
}

#[test]
fn a_name_of_a_subcommand_is_the_subcommand() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("named_like_a_subcommand");
    fs::create_dir_all(&directory).expect("the directory for temporary files is writable");
    fs::write(directory.join("validate"), "(module)").expect("it is writable");
    let in_directory = |args: &[&str]| {
        let output = selvedge().args(args).current_dir(&directory).output();
        Ran::from(output.expect("selvedge starts"))
    };
    in_directory(&["validate"]).fails(USAGE, &["FILE"]);
    in_directory(&["./validate"]).is(SUCCESS, "");
    in_directory(&["run", "validate"]).is(SUCCESS, "");
    in_directory(&["validate", "validate"]).is(SUCCESS, "");
}

#[test]
fn entry_points_are_found() {
    let run_text = |name: &str, text: &str| run([file(name, text)]);
    run_text("nothing.wat", "(module)").is(SUCCESS, "");
    let command = r#"(module (func (export "_start") unreachable))"#;
    run_text("command.wat", command).fails(TRAP, &["UnreachableCodeReached"]);
    let unnamed = r#"(module (func (export "") unreachable))"#;
    run_text("unnamed.wat", unnamed).fails(TRAP, &["UnreachableCodeReached"]);
    let start = "(module (func $main unreachable) (start $main))";
    run_text("start_function.wat", start).fails(TRAP, &["UnreachableCodeReached"]);
    let parameters = r#"(module (func (export "_start") (param i32)))"#;
    run_text("parameters.wat", parameters).fails(FAILURE, &["the entry point \"_start\""]);
}

#[test]
fn a_trap_shows_where_it_happened() {
    let path = file(
        "trap.wat",
        r#"(module
            (memory 1)
            (func $inner (drop (i32.load (i32.const 65536))))
            (func (export "run") (call $inner)))"#,
    );
    let ran = run(["--invoke", "run", &path]);
    ran.fails(
        TRAP,
        &[
            "error: trap MemoryOutOfBounds: out of bounds memory access",
            "inner",
        ],
    );
    assert_eq!(ran.out, "");
    // The frames, innermost first.
    let frames: Vec<_> = ran.err.lines().filter(|line| line.contains("0x")).collect();
    assert_eq!(frames.len(), 2, "{}", ran.err);
}

#[test]
fn traps_are_told_apart() {
    let path = file(
        "traps.wat",
        r#"(module
            (table 1 funcref)
            (func (export "divide") (param i32) (result i32)
              (i32.div_s (i32.const -0x80000000) (local.get 0)))
            (func (export "call") (param i32) (call_indirect (local.get 0)))
            (func $deep (export "deep") (call $deep)))"#,
    );
    run(["--invoke", "divide", &path, "0"]).fails(TRAP, &["IntegerDivisionByZero"]);
    run(["--invoke", "divide", &path, "-1"]).fails(TRAP, &["IntegerOverflow"]);
    run(["--invoke", "call", &path, "0"]).fails(TRAP, &["IndirectCallToNull"]);
    run(["--invoke", "call", &path, "1"]).fails(TRAP, &["TableOutOfBounds"]);
    run(["--invoke", "deep", &path]).fails(TRAP, &["StackOverflow", "call stack exhausted"]);
    let args = ["-W", "max-wasm-stack=65536", "--invoke", "deep", &path];
    run(args).fails(TRAP, &["StackOverflow"]);
}

#[test]
fn missing_imports_are_listed_all_together() {
    let path = file(
        "imports.wat",
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write"
              (func (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
            (import "env" "memory" (memory 1)))"#,
    );
    run([&path]).fails(
        FAILURE,
        &["fd_write", "proc_exit", "memory", "unknown import"],
    );
}

#[test]
fn files_that_are_no_modules_are_refused() {
    let missing = format!("{}/no such file.wasm", env!("CARGO_TARGET_TMPDIR"));
    let garbage: Vec<u8> = (0..4096_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let cases = [
        (missing, "cannot read"),
        (env!("CARGO_TARGET_TMPDIR").to_owned(), "cannot read"),
        (file("empty.wasm", ""), "the file is empty"),
        (file("blank.wat", " \n\t\n"), "the file is empty"),
        (
            file("garbage.wasm", garbage),
            "neither a WebAssembly module nor a text",
        ),
        (file("text.wat", "(module (func nonsense))"), "text.wat:1"),
        (file("version.wasm", b"\0asm\x02\0\0\0"), "version"),
        (file("component.wasm", b"\0asm\x0d\0\x01\0"), "component"),
    ];
    for (path, message) in &cases {
        for subcommand in ["run", "validate", "objdump"] {
            run([subcommand, path]).fails(FAILURE, &[message]);
        }
    }
}

#[test]
fn truncated_modules_are_refused() {
    let text = fs::read(example("sieve.wat")).expect("the example is there");
    let binary = wat::parse_bytes(&text)
        .expect("the example is valid")
        .into_owned();
    // Without the name section, each prefix that is shorter is invalid.
    let code_end = 0xb5;
    assert!(binary.len() > code_end);
    for len in 1..code_end {
        let ran = run_with_input(&["validate", "-"], &binary[..len]);
        // At a section's end, what is there may be a module.
        if ran.status != SUCCESS {
            ran.fails(FAILURE, &["error: "]);
        }
        if len > 8 && ran.status != SUCCESS {
            assert!(ran.err.contains("0x"), "a byte offset in {}", ran.err);
        }
    }
    for len in [8, 0x30, 0x80, code_end - 1] {
        let path = file("truncated.wasm", &binary[..len]);
        let status = if len == 8 { SUCCESS } else { FAILURE };
        assert_eq!(run([&path]).status, status, "{len}");
        assert_eq!(run(["objdump", &path]).status, status, "{len}");
    }
}

#[test]
fn flipped_bits_never_crash() {
    let text = fs::read(example("sieve.wat")).expect("the example is there");
    let binary = wat::parse_bytes(&text)
        .expect("the example is valid")
        .into_owned();
    for at in (8..binary.len()).step_by(7) {
        let mut binary = binary.clone();
        binary[at] ^= 1 << (at % 8);
        for subcommand in ["validate", "objdump"] {
            let ran = run_with_input(&[subcommand, "-"], &binary);
            assert!([SUCCESS, FAILURE].contains(&ran.status), "{}", ran.err);
        }
    }
}

#[test]
fn standard_input_is_read() {
    let module = br#"(module (func (export "five") (result i32) i32.const 5))"#;
    run_with_input(&["--invoke", "five", "-"], module).is(SUCCESS, "5\n");
    run_with_input(&["validate", "-"], module).is(SUCCESS, "");
    let script = br#"(module (func (export "f"))) (assert_return (invoke "f"))"#;
    run_with_input(&["wast", "-"], script).is(SUCCESS, "2 passed, 0 failed\n");
}

#[test]
fn validate_names_the_problem_and_its_offset() {
    let invalid = file("invalid.wat", "(module (func (result i32) i64.const 0))");
    let valid = example("fib.wat");
    run(["validate", &valid, &valid]).is(SUCCESS, "");
    let ran = run(["validate", &invalid, &valid, "/no/such/file"]);
    ran.fails(
        FAILURE,
        &["invalid.wat", "type mismatch", "0x", "/no/such/file"],
    );
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
}

#[test]
fn switches_of_proposals_work() {
    let tail_calls = example("tail_calls.wat");
    run(["validate", "-W", "tail-call=n", &tail_calls]).fails(FAILURE, &["tail call", "0x"]);
    run(["validate", "-W", "tail-call=n,tail-call", &tail_calls]).is(SUCCESS, "");
    let wide = file(
        "wide.wat",
        "(module (func (param i64) (result i64 i64)
           local.get 0 i64.const 0 local.get 0 i64.const 0 i64.add128))",
    );
    run(["validate", &wide]).fails(FAILURE, &["wide arithmetic"]);
    run(["validate", "-W", "wide-arithmetic", &wide]).is(SUCCESS, "");
    run(["-W", "simd", &tail_calls]).fails(USAGE, &["simd"]);
}

#[test]
fn compilation_modes_agree() {
    let fib = example("fib.wat");
    for mode in ["eager", "lazy-translation", "lazy"] {
        let args = [
            "--compilation-mode",
            mode,
            "--dispatch",
            "step",
            "--invoke",
            "fib",
            &fib,
            "10",
        ];
        run(args).is(SUCCESS, "55\n");
    }
}

#[test]
fn wast_reports_each_failure() {
    let good = file(
        "good.wast",
        r#"(module (func (export "one") (result i32) i32.const 1))
           (assert_return (invoke "one") (i32.const 1))"#,
    );
    let bad = file(
        "bad.wast",
        r#"(module (func (export "one") (result i32) i32.const 1))
           (assert_return (invoke "one") (i32.const 2))
           (assert_trap (invoke "one") "unreachable")"#,
    );
    run(["wast", &good]).is(SUCCESS, "2 passed, 0 failed\n");
    let ran = run(["wast", &good, &bad]);
    assert_eq!((ran.status, ran.err.as_str()), (FAILURE, ""));
    let lines: Vec<_> = ran.out.lines().collect();
    assert_eq!(
        lines,
        [
            format!("{bad}:2: assert_return (invoke \"one\"): expected i32 2, got i32 1").as_str(),
            &format!(
                "{bad}:3: assert_trap (invoke \"one\"): expected the trap \"unreachable\", got a return"
            ),
            "3 passed, 2 failed",
        ]
    );
    let ran = run(["wast", "/no/such/script.wast", &good]);
    ran.fails(FAILURE, &["/no/such/script.wast"]);
    assert_eq!(ran.out, "2 passed, 0 failed\n");
    let not_text = file("not_text.wast", b"\xff\xfe");
    run(["wast", &not_text]).fails(FAILURE, &["not a text in UTF-8"]);
}

#[test]
fn scripts_may_print() {
    let script = br#"
        (module
          (import "spectest" "print_i32" (func $print (param i32)))
          (func (export "f") (call $print (i32.const 7))))
        (invoke "f")"#;
    run_with_input(&["wast", "-"], script).is(SUCCESS, "7: i32\n2 passed, 0 failed\n");
}

#[test]
fn objdump_shows_every_part() {
    let path = file(
        "parts.wat",
        r#"(module
            (import "host" "log" (func $log (param i32)))
            (memory (export "memory") 1 2)
            (table 3 funcref)
            (global (mut i64) (i64.const 0))
            (func $twice (export "twice") (param i32) (result i32)
              (i32.mul (local.get 0) (i32.const 2))))"#,
    );
    let ran = run(["objdump", &path]);
    assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
    for part in [
        "\"host\" \"log\": function (i32) -> ()",
        "1: (i32) -> (i32) \"twice\", 0x",
        "1..=2 pages",
        "3.. of funcref",
        "mut i64",
        "\"memory\" is memory 0",
        "\"twice\" is function 1",
        "custom \"name\"",
    ] {
        assert!(ran.out.contains(part), "{part:?} in {}", ran.out);
    }
}

#[test]
fn objdump_shows_register_code() {
    let sieve = example("sieve.wat");
    let all = run(["objdump", "--register-code", &sieve]);
    assert_eq!((all.status, all.err.as_str()), (SUCCESS, ""));
    assert!(all.out.contains("func 0 reserve:") && all.out.contains("func 1"));
    for wanted in ["0", "reserve"] {
        let ran = run(["objdump", "--register-code", "--function", wanted, &sieve]);
        assert_eq!(ran.status, SUCCESS);
        assert!(ran.out.starts_with("func 0 reserve:") && !ran.out.contains("func 1"));
    }
    let args = [
        "objdump",
        "--register-code",
        "--function",
        "missing",
        &sieve,
    ];
    run(args).fails(FAILURE, &["no function \"missing\""]);
}

#[test]
fn a_closed_pipe_is_silent() {
    let mut text = String::from("(module");
    for number in 0..20_000 {
        text.push_str(&format!(" (func (export \"function{number}\"))"));
    }
    text.push(')');
    let path = file("large.wat", text);
    let mut child = selvedge()
        .args(["objdump", &path])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("selvedge starts");
    drop(child.stdout.take());
    let ran = Ran::from(child.wait_with_output().expect("selvedge ends"));
    assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
}
