//! Bad input: it is refused with a message, and nothing crashes.

use std::fs;

use crate::{FAILURE, SUCCESS, example, file, run, run_with_input};

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
        for subcommand in ["run", "validate", "objdump", "inspect"] {
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
        assert_eq!(run(["inspect", &path]).status, status, "{len}");
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
        for subcommand in ["validate", "objdump", "inspect"] {
            let ran = run_with_input(&[subcommand, "-"], &binary);
            assert!([SUCCESS, FAILURE].contains(&ran.status), "{}", ran.err);
        }
    }
}

#[test]
fn messages_cannot_change_the_terminal() {
    let text = r#"(module (func (export "\1b[2J")) (func (export "\1b[2J")))"#;
    let path = file("duplicate-escape.wat", text);
    for subcommand in ["run", "validate"] {
        let ran = run([subcommand, &path]);
        ran.fails(FAILURE, &["duplicate export"]);
        let controls = ran.err.chars().filter(|c| c.is_control() && *c != '\n');
        assert_eq!(controls.count(), 0, "{:?}", ran.err);
    }
    let text = r#"(module (import "\1b[31m" "\07\7f" (func)))"#;
    let ran = run([file("import-escape.wat", text)]);
    ran.fails(FAILURE, &["\\u{1b}[31m", "\\u{7f}"]);
    assert!(!ran.err.contains(['\x1b', '\x07', '\x7f']), "{:?}", ran.err);
}
