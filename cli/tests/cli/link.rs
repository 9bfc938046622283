//! `--preload`, and imports that are not there.

use crate::{FAILURE, SUCCESS, TRAP, USAGE, file, run};

#[test]
fn missing_imports_are_listed_all_together() {
    let path = file(
        "imports.wat",
        r#"(module
            (import "elsewhere" "fd_write"
              (func (param i32 i32 i32 i32) (result i32)))
            (import "elsewhere" "proc_exit" (func (param i32)))
            (import "env" "memory" (memory 1)))"#,
    );
    run([&path]).fails(
        FAILURE,
        &[
            "fd_write",
            "proc_exit",
            "memory",
            "unknown import",
            "`--preload elsewhere=PATH` would provide `fd_write`, `proc_exit`,",
            "`--preload env=PATH` would provide `memory`,",
        ],
    );
}

fn library() -> String {
    file(
        "library.wat",
        r#"(module
            (global $initialized (mut i32) (i32.const 0))
            (func (export "_initialize") (global.set $initialized (i32.const 40)))
            (func (export "add") (param i32) (result i32)
              (i32.add (local.get 0) (global.get $initialized))))"#,
    )
}

fn application() -> String {
    file(
        "application.wat",
        r#"(module
            (import "lib" "add" (func $add (param i32) (result i32)))
            (func (export "run") (result i32) (call $add (i32.const 2))))"#,
    )
}

#[test]
fn preloaded_modules_provide_imports() {
    let (library, application) = (format!("lib={}", library()), application());
    let args = ["--preload", &library, "--invoke", "run", &application];
    run(args).is(SUCCESS, "42\n");
}

#[test]
fn preloaded_modules_may_import_from_earlier_ones() {
    let library = format!("lib={}", library());
    let middle = file(
        "middle.wat",
        r#"(module
            (import "lib" "add" (func $add (param i32) (result i32)))
            (func (export "twice") (param i32) (result i32)
              (call $add (call $add (local.get 0)))))"#,
    );
    let middle = format!("middle={middle}");
    let top = file(
        "top.wat",
        r#"(module
            (import "middle" "twice" (func $twice (param i32) (result i32)))
            (func (export "run") (result i32) (call $twice (i32.const 1))))"#,
    );
    let args = [
        "--preload",
        &library,
        "--preload",
        &middle,
        "--invoke",
        "run",
        &top,
    ];
    run(args).is(SUCCESS, "81\n");
    let args = [
        "--preload",
        &middle,
        "--preload",
        &library,
        "--invoke",
        "run",
        &top,
    ];
    run(args).fails(
        FAILURE,
        &["middle.wat: ", "`--preload lib=PATH` would provide `add`"],
    );
}

#[test]
fn missing_imports_name_what_would_provide_them() {
    let application = application();
    run([&application]).fails(
        FAILURE,
        &[
            "application.wat: the module imports what is not there:",
            "`--preload lib=PATH` would provide `add`",
        ],
    );
    let other = file("other-library.wat", r#"(module (func (export "adds")))"#);
    let preload = format!("lib={other}");
    run(["--preload", &preload, &application]).fails(
        FAILURE,
        &[
            "other-library.wat",
            "does not export `add`",
            "did you mean `adds`?",
        ],
    );
    let wrong = file(
        "wrong-library.wat",
        r#"(module (func (export "add") (param i64)))"#,
    );
    let preload = format!("lib={wrong}");
    let ran = run(["--preload", &preload, &application]);
    ran.fails(
        FAILURE,
        &["imports what has another type", "found func [i64]"],
    );
    assert!(!ran.err.contains("would provide"), "{}", ran.err);
    let component = file(
        "component-import.wat",
        r#"(module (import "wasi:cli/run" "f" (func)))"#,
    );
    run([component]).fails(FAILURE, &["`wasi:cli/run` is for components"]);
}

#[test]
fn preloads_that_make_no_sense_are_refused() {
    let application = application();
    run(["--preload", "lib", &application]).fails(USAGE, &["NAME=PATH is needed"]);
    run(["--preload", "lib=", &application]).fails(USAGE, &["NAME=PATH is needed"]);
    let args = ["--preload", "lib=/no/such/library", &application];
    run(args).fails(FAILURE, &["cannot read /no/such/library"]);
    let traps = file(
        "traps-at-start.wat",
        "(module (func $main unreachable) (start $main))",
    );
    let preload = format!("lib={traps}");
    run(["--preload", &preload, &application]).fails(TRAP, &["UnreachableCodeReached", "main"]);
    let preload = format!("lib={}", library());
    let args = ["--preload", &preload, "--preload", &preload, &application];
    run(args).fails(FAILURE, &["defined twice"]);
}

#[test]
fn unknown_imports_can_be_traps() {
    let path = file(
        "unknown.wat",
        r#"(module
            (import "nowhere" "f" (func $f (result i32)))
            (func (export "uses") (result i32) (call $f))
            (func (export "avoids") (result i32) (i32.const 7)))"#,
    );
    let trap = "unknown-imports-trap";
    run(["-W", trap, "--invoke", "avoids", &path]).is(SUCCESS, "7\n");
    let args = ["-W", trap, "--invoke", "uses", &path];
    run(args).fails(FAILURE, &["`nowhere::f` has not been defined", "uses"]);
    let default = "unknown-imports-default";
    run(["-W", default, "--invoke", "uses", &path]).is(SUCCESS, "0\n");
    run(["-W", "unknown-imports-trap,unknown-imports-trap=n", &path])
        .fails(FAILURE, &["--preload nowhere=PATH"]);
}

#[test]
fn unknown_imports_of_all_kinds_have_default_values() {
    let path = file(
        "unknown-kinds.wat",
        r#"(module
            (import "x" "memory" (memory 1))
            (import "x" "table" (table 1 funcref))
            (import "x" "global" (global $global i64))
            (func (export "run") (result i64 i32) (global.get $global) (i32.load (i32.const 0))))"#,
    );
    let args = ["-W", "unknown-imports-default", "--invoke", "run", &path];
    run(args).is(SUCCESS, "0\n0\n");
    run(["-W", "unknown-imports-trap", &path]).fails(FAILURE, &["memory", "table", "global"]);
}
