//! `selvedge validate`.

use crate::{FAILURE, SUCCESS, example, file, run};

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
