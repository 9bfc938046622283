//! `selvedge objdump`.

use crate::{FAILURE, SUCCESS, example, file, run};

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
