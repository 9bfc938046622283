//! The command line itself: what is an option, what belongs to the guest.

use std::fs;
use std::path::Path;

use crate::{FAILURE, Ran, SUCCESS, USAGE, example, file, run, selvedge};

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
fn a_command_that_is_misspelt_has_a_suggestion() {
    let message = "there is neither a file nor a command `validat` (did you mean `validate`?)";
    run(["validat", "x"]).fails(USAGE, &[message]);
    run(["inspekt"]).fails(USAGE, &["did you mean `inspect`?"]);
    run(["wombat"]).fails(FAILURE, &["cannot read wombat"]);
    run(["./validat"]).fails(FAILURE, &["cannot read ./validat"]);
    run(["run", "validat"]).fails(FAILURE, &["cannot read validat"]);
}
