//! `selvedge wast`.

use crate::{FAILURE, SUCCESS, file, run, run_with_input};

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
