//! Running modules: entry points and times.

use crate::{FAILURE, SUCCESS, TRAP, file, run};

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
fn reactors_are_initialised_first() {
    let path = file(
        "reactor.wat",
        r#"(module
            (global $state (mut i32) (i32.const 0))
            (func (export "_initialize") (global.set $state (i32.const 9)))
            (func (export "state") (result i32) (global.get $state)))"#,
    );
    run(["--invoke", "state", &path]).is(SUCCESS, "9\n");
}

#[test]
fn verbose_tells_how_long_each_phase_took() {
    let fib = crate::example("fib.wat");
    let modes = [
        (
            "eager",
            [
                "read",
                "parse, validate, translate",
                "instantiate",
                "run",
                "total",
            ],
        ),
        (
            "lazy-translation",
            [
                "read",
                "parse, validate",
                "instantiate",
                "translate, run",
                "total",
            ],
        ),
        (
            "lazy",
            [
                "read",
                "parse",
                "instantiate",
                "validate, translate, run",
                "total",
            ],
        ),
    ];
    for (mode, phases) in modes {
        let ran = run([
            "-v",
            "--compilation-mode",
            mode,
            "--invoke",
            "fib",
            &fib,
            "10",
        ]);
        assert_eq!((ran.status, ran.out.as_str()), (SUCCESS, "55\n"));
        let lines: Vec<_> = ran.err.lines().collect();
        let names: Vec<_> = lines.iter().map(|line| line[..28].trim_end()).collect();
        assert_eq!(names, phases);
        for line in &lines {
            let number = line[28..].strip_suffix(" ms").expect(line).trim_start();
            assert!(
                number.parse::<f64>().is_ok_and(|number| number >= 0.0),
                "{line}"
            );
            assert_eq!(line.len(), lines[0].len(), "the columns are aligned");
        }
    }
    // Also when the guest fails: the times come before the error.
    let traps = file(
        "verbose-trap.wat",
        r#"(module (func (export "_start") unreachable))"#,
    );
    let ran = run(["--verbose", &traps]);
    ran.fails(TRAP, &["translate, run", "total"]);
    assert!(
        ran.err.find("total") < ran.err.find("error: trap"),
        "{}",
        ran.err
    );
}
