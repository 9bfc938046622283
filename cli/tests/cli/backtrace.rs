//! What is said about a trap.

use crate::{FAILURE, SUCCESS, TRAP, file, run};

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

/// A module with DWARF: `crash` calls a function into which another is inlined, which divides.
pub(crate) fn crash() -> String {
    format!("{}/tests/cli/guests/crash.wasm", env!("CARGO_MANIFEST_DIR"))
}

#[test]
#[cfg(feature = "dwarf")]
fn frames_have_files_and_lines() {
    let ran = run(["--invoke", "crash", &crash(), "0"]);
    ran.fails(TRAP, &["IntegerDivisionByZero"]);
    let frames = "\
    0:     0x57 - crash.wasm!shapes::Square::area_over(int) const
                    at /guests/crash.cpp:9:28
                - crash.wasm!shapes::ratio(shapes::Square const&, int)
                    at /guests/crash.cpp:14:23
    1:     0x7f - crash.wasm!crash
                    at /guests/crash.cpp:22:18
";
    assert!(ran.err.ends_with(frames), "{}", ran.err);
}

#[test]
fn lines_can_be_left_out() {
    let path = crash();
    run(["--invoke", "crash", &path, "3"]).is(SUCCESS, "26\n");
    let ran = run(["-D", "backtrace-details=n", "--invoke", "crash", &path, "0"]);
    ran.fails(TRAP, &["0x57 - crash.wasm!shapes::ratio"]);
    assert!(!ran.err.contains("crash.cpp"), "{}", ran.err);
    let ran = run(["-D", "max-backtrace=1", "--invoke", "crash", &path, "0"]);
    ran.fails(TRAP, &["ratio", "(more frames"]);
    assert!(!ran.err.contains("1:     0x"), "{}", ran.err);
    for none in ["backtrace=n", "max-backtrace=0"] {
        let ran = run(["-D", none, "--invoke", "crash", &path, "0"]);
        ran.fails(TRAP, &["IntegerDivisionByZero"]);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
}

#[test]
fn broken_dwarf_is_left_out() {
    let module = std::fs::read(crash()).expect("the guest is committed");
    let debug = module.windows(6).position(|bytes| bytes == b".debug");
    let debug = debug.expect("it has DWARF");
    for step in 0..150 {
        let mut module = module.clone();
        let at = debug + step * 7 % (module.len() - debug);
        module[at] ^= 0xff >> (step % 8);
        let path = file("broken-dwarf.wasm", &module);
        let ran = run(["--invoke", "crash", &path, "0"]);
        // The length of a section may be hit as well.
        if ran.status != FAILURE {
            ran.fails(TRAP, &["IntegerDivisionByZero", "0x57 - "]);
        }
    }
}

#[test]
fn mangled_names_are_shown_as_they_were_written() {
    let path = file(
        "mangled.wat",
        r#"(module $mangled
            (func $_ZN4core9panicking5panic17h0123456789abcdefE unreachable)
            (func $_ZN3foo3barEv (call $_ZN4core9panicking5panic17h0123456789abcdefE))
            (func $_RNvCs1234_7mycrate3foo (call $_ZN3foo3barEv))
            (func $evil (@name "a\1b[31mb") (call $_RNvCs1234_7mycrate3foo))
            (func (export "run") (call $evil)))"#,
    );
    let ran = run(["--invoke", "run", &path]);
    let names = [
        "mangled!core::panicking::panic\n",
        "mangled!foo::bar()\n",
        "mangled!mycrate::foo\n",
        "mangled!a\\u{1b}[31mb\n",
        "mangled!run\n",
    ];
    ran.fails(TRAP, &names);
}
