//! What guests may take: memory, tables, time.

use std::time::{Duration, Instant};

use crate::{FAILURE, SUCCESS, TIMEOUT, TRAP, USAGE, file, run};

fn grows() -> String {
    file(
        "grows.wat",
        r#"(module
            (memory 1)
            (table 1 funcref)
            (func (export "memory") (param i32) (result i32)
              (memory.grow (local.get 0)))
            (func (export "table") (param i32) (result i32)
              (table.grow (ref.null func) (local.get 0))))"#,
    )
}

/// A module that runs for ever.
fn loops() -> String {
    file(
        "loops.wat",
        r#"(module (func $spin (export "_start") (loop $forever (br $forever))))"#,
    )
}

#[test]
fn memories_grow_as_far_as_they_may() {
    let path = grows();
    let run = |limit: &str, pages: &str| run(["-W", limit, "--invoke", "memory", &path, pages]);
    for limit in [
        "max-memory-size=131072",
        "max-memory-size=128K",
        "max-memory-size=128KiB",
    ] {
        run(limit, "1").is(SUCCESS, "1\n");
        run(limit, "2").is(SUCCESS, "-1\n");
    }
    run("max-memory-size=131071", "1").is(SUCCESS, "-1\n");
    run("max-memory-size=1GiB", "100").is(SUCCESS, "1\n");
    run("max-memory-size=64KB", "1").fails(FAILURE, &["memory"]);
    run("trap-on-grow-failure,max-memory-size=128KiB", "2").fails(
        TRAP,
        &[
            "GrowthOperationLimited",
            "growing memory from 65536 to 196608 bytes",
        ],
    );
}

#[test]
fn tables_grow_as_far_as_they_may() {
    let path = grows();
    let run = |limit: &str, count: &str| run(["-W", limit, "--invoke", "table", &path, count]);
    run("max-table-elements=10", "9").is(SUCCESS, "1\n");
    run("max-table-elements=10", "10").is(SUCCESS, "-1\n");
    run("max-table-elements=10,trap-on-grow-failure", "10").fails(TRAP, &["growing table"]);
    run("max-tables=0", "1").fails(FAILURE, &["table"]);
    run("max-memories=0", "1").fails(FAILURE, &["memor"]);
    run("max-instances=0", "1").fails(FAILURE, &["instance"]);
}

#[test]
fn a_guest_that_runs_too_long_is_stopped() {
    let start = Instant::now();
    run(["-W", "timeout=200ms", &loops()]).fails(
        TIMEOUT,
        &[
            "error: the guest was stopped: it ran longer than the 200ms of `-W timeout`",
            "wasm backtrace:",
            "spin",
        ],
    );
    assert!(start.elapsed() >= Duration::from_millis(200));
}

#[test]
fn start_functions_and_preloaded_modules_are_stopped_too() {
    let start = file(
        "start-loops.wat",
        "(module (func $main (loop $forever (br $forever))) (start $main))",
    );
    run(["-W", "timeout=50ms", &start]).fails(TIMEOUT, &["-W timeout"]);
    let preload = format!("lib={start}");
    let args = ["-W", "timeout=50ms", "--preload", &preload, &loops()];
    run(args).fails(TIMEOUT, &["-W timeout"]);
}

#[test]
fn a_timeout_that_is_not_reached_changes_nothing() {
    let path = grows();
    let args = ["-W", "timeout=1h", "--invoke", "memory", &path, "1"];
    run(args).is(SUCCESS, "1\n");
    let traps = file(
        "traps-in-time.wat",
        r#"(module (func (export "_start") unreachable))"#,
    );
    run(["-W", "timeout=1h", &traps]).fails(TRAP, &["UnreachableCodeReached"]);
}

#[test]
fn fuel_runs_out_and_is_counted() {
    let loops = file(
        "loops.wat",
        r#"(module (func (export "_start") (local $i i32)
            (loop (br_if 0 (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                (i32.const 10))))))"#,
    );
    for few in [["--fuel", "69"], ["-W", "fuel=69"]] {
        run([few[0], few[1], &loops]).fails(TRAP, &["OutOfFuel", "all fuel consumed"]);
    }
    run(["--fuel", "70", &loops]).is(SUCCESS, "");
    let counted = run(["--verbose", "-W", "count-instructions", &loops]);
    assert!(
        counted
            .err
            .lines()
            .any(|line| { line.split_whitespace().collect::<Vec<_>>() == ["instructions", "70"] }),
        "{}",
        counted.err
    );
    run(["--fuel", "many", &loops]).fails(USAGE, &["--fuel"]);
}

#[test]
fn limits_are_written_as_people_write_them() {
    let path = grows();
    let wrong = [
        (
            "max-memory-size",
            "`max-memory-size` needs a number of bytes",
        ),
        ("max-memory-size=1.5G", "\"1.5G\" is not a number of bytes"),
        ("max-memory-size=", "\"\" is not a number of bytes"),
        ("timeout", "`timeout` needs a duration"),
        ("timeout=-1s", "\"-1s\" is not a duration"),
        ("timeout=1 fortnight", "is not a duration"),
        ("max-tables=many", "\"many\" is not a number"),
    ];
    for (setting, message) in wrong {
        run(["-W", setting, &path]).fails(USAGE, &["error: -W: ", message]);
    }
}
