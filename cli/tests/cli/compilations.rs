//! What is compiled: said, shown, and told to profilers.

use std::fs;

use crate::{COMPILES, FAILURE, Ran, SUCCESS, USAGE, example, file, file_path, run, selvedge};

#[test]
fn machine_code_is_shown_beside_offsets() {
    let text = file(
        "machine-code.wat",
        r#"(module
            (memory 1)
            (func $twice (param i32) (result i32)
              (i32.load offset=4 (local.get 0)))
            (func $calls (param i32) (result i32)
              (call $twice (i32.div_s (local.get 0) (i32.const 0)))))"#,
    );
    let all = run(["objdump", "--machine-code", &text]);
    if !COMPILES {
        return all.fails(USAGE, &["the baseline compiler is not available"]);
    }
    assert_eq!((all.status, all.err.as_str()), (SUCCESS, ""));
    assert!(all.out.contains("func 0 twice: ") && all.out.contains("func 1 calls: "));
    if cfg!(feature = "disassembler") {
        for part in [
            ": may fault",
            ": may not divide",
            "; func 0 twice, wasm 0x",
            "cmp rax, [r13+8]",
        ] {
            assert!(all.out.contains(part), "{part:?} in {}", all.out);
        }
    }
    let again = run(["objdump", "--machine-code", &text]);
    assert_eq!(
        again.out, all.out,
        "the listing does not depend on addresses"
    );
    let one = run(["objdump", "--machine-code", "--function", "calls", &text]);
    assert!(one.out.starts_with("func 1 calls:") && !one.out.contains("func 0 twice: "));
    let args = ["objdump", "--machine-code", "--function", "none", &text];
    run(args).fails(FAILURE, &["no function \"none\""]);
    run(["objdump", "--machine-code", "--register-code", &text]).fails(USAGE, &["--register-code"]);
}

#[test]
fn verbose_tells_what_was_compiled_and_why() {
    if !COMPILES {
        return;
    }
    let (fib, sieve) = (example("fib.wat"), example("sieve.wat"));
    let in_background = "tier-up-calls=3,background-compilation";
    let reasons: [(&[&str], &str); 5] = [
        (
            &["-C", "tier-up-calls=3", "--invoke", "fib", &fib, "9"],
            "(fib) compiled: 29 bytes of wasm, ",
        ),
        (
            &["-C", "tier-up-calls=3", "--invoke", "fib", &fib, "9"],
            " us, hot calls\n",
        ),
        (
            // Long enough for the other thread.
            &["-C", in_background, "--invoke", "fib", &fib, "25"],
            " us, hot calls, in background\n",
        ),
        (
            &["-C", "tier-up-loops=3", "--invoke", "primes", &sieve, "99"],
            " us, hot loop at 0x",
        ),
        (
            &[
                "-C",
                "strategy=baseline,compilation-mode=lazy",
                "--invoke",
                "fib",
                &fib,
                "9",
            ],
            " us, first call",
        ),
    ];
    for (args, message) in reasons {
        let ran = run(["--verbose"].iter().chain(args));
        ran.fails(SUCCESS, &[message, "1 functions compiled later: "]);
    }
    let args = [
        "--verbose",
        "-C",
        "strategy=baseline",
        "--invoke",
        "fib",
        &fib,
        "9",
    ];
    run(args).fails(
        SUCCESS,
        &["1 functions compiled with their modules: 29 bytes of wasm, "],
    );
    let args = [
        "--verbose",
        "-C",
        "tier-up-calls=3,code-memory-budget=0",
        "--invoke",
        "fib",
        &fib,
        "9",
    ];
    run(args).fails(SUCCESS, &["(fib) not compiled: 29 bytes of wasm, "]);
}

/// Runs a guest with `--profile FORMAT` in a directory of its own, and gives the process's number too.
fn profile(format: &str, settings: &str) -> (std::path::PathBuf, u32) {
    let directory = file_path(&format!("profile-{format}-{settings}"));
    fs::create_dir_all(&directory).expect("the directory for temporary files is writable");
    let fib = fs::canonicalize(example("fib.wat")).expect("it is there");
    let child = selvedge()
        .current_dir(&directory)
        .args(["--profile", format, "-C", settings, "--invoke", "fib"])
        .arg(fib)
        .arg("10")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("selvedge starts");
    let id = child.id();
    Ran::from(child.wait_with_output().expect("selvedge ends")).is(SUCCESS, "55\n");
    (directory, id)
}

#[test]
fn perf_finds_a_map() {
    if !COMPILES {
        return;
    }
    for settings in ["strategy=baseline", "tier-up-calls=2"] {
        let (_, id) = profile("perfmap", settings);
        let path = format!("/tmp/perf-{id}.map");
        let map = fs::read_to_string(&path).expect("there is a map");
        fs::remove_file(&path).expect("it is ours");
        let fields: Vec<_> = map.trim_end().splitn(3, ' ').collect();
        assert_eq!(fields[2], "wasm::function[0]::fib");
        assert!(u64::from_str_radix(fields[0], 16).is_ok_and(|address| address > 0));
        assert!(u64::from_str_radix(fields[1], 16).is_ok_and(|size| size > 0));
    }
}

#[test]
fn perf_finds_a_dump() {
    if !COMPILES {
        return;
    }
    let (directory, id) = profile("jitdump", "strategy=baseline");
    let path = directory.join(format!("jit-{id}.dump"));
    let dump = fs::read(&path).expect("there is a dump");
    fs::remove_file(&path).expect("it is ours");
    let word = |at: usize| u32::from_ne_bytes(dump[at..at + 4].try_into().expect("four bytes"));
    let long = |at: usize| u64::from_ne_bytes(dump[at..at + 8].try_into().expect("eight bytes"));
    assert_eq!((word(0), word(4), word(8)), (0x4a69_5444, 1, 40));
    assert_eq!(word(20), id);
    let load = 40;
    assert_eq!(word(load), 0, "the record is of code that was loaded");
    assert_eq!(
        load + word(load + 4) as usize,
        dump.len(),
        "it is the only one"
    );
    assert!(long(load + 8) >= long(24), "time does not go backwards");
    assert_eq!(word(load + 16), id);
    let name = load + 56;
    let wanted = b"wasm::function[0]::fib\0";
    assert_eq!(&dump[name..name + wanted.len()], wanted);
    let code = name + wanted.len();
    assert_eq!((dump.len() - code) as u64, long(load + 40));
    assert_eq!(
        dump[code..code + 3],
        [0x48, 0x8d, 0x45],
        "`lea rax, [rbp + ...]`"
    );
}

#[test]
fn without_the_feature_there_is_no_compiler_in_the_tree() {
    let manifest = format!("{}/../Cargo.toml", env!("CARGO_MANIFEST_DIR"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let tree = |features: &[&str]| {
        let output = std::process::Command::new(&cargo)
            .args([
                "tree",
                "--offline",
                "--locked",
                "--edges",
                "normal",
                "--prefix",
                "none",
            ])
            .args(["--manifest-path", &manifest, "--no-default-features"])
            .args(features)
            .output()
            .expect("cargo starts");
        let text = String::from_utf8(output.stdout).expect("names are UTF-8");
        assert!(text.contains("selvedge-interp"), "{text}");
        text
    };
    for package in [
        "selvedge",
        "selvedge-cli",
        "selvedge-wasi",
        "selvedge-spectest",
    ] {
        let without = tree(&["--package", package]);
        for name in ["dynasm", "selvedge-jit", "iced-x86"] {
            assert!(!without.contains(name), "{name} in the tree of {package}");
        }
    }
    assert!(tree(&["--package", "selvedge", "--features", "jit"]).contains("dynasm"));
}
