//! `-W`, `-O`, `-C`, `-D`: what they do, and wrong ones.

use crate::{COMPILES, FAILURE, SUCCESS, USAGE, example, file, run};

#[test]
fn switches_of_proposals_work() {
    let tail_calls = example("tail_calls.wat");
    run(["validate", "-W", "tail-call=n", &tail_calls]).fails(FAILURE, &["tail call", "0x"]);
    run(["validate", "-W", "tail-call=n,tail-call", &tail_calls]).is(SUCCESS, "");
    let wide = file(
        "wide.wat",
        "(module (func (param i64) (result i64 i64)
           local.get 0 i64.const 0 local.get 0 i64.const 0 i64.add128))",
    );
    run(["validate", &wide]).fails(FAILURE, &["wide arithmetic"]);
    run(["validate", "-W", "wide-arithmetic", &wide]).is(SUCCESS, "");
    run(["-W", "gc", &tail_calls]).fails(USAGE, &["gc"]);
    let vectors = file(
        "vectors.wat",
        "(module (func (param v128) (result v128)
           local.get 0 local.get 0 i8x16.relaxed_swizzle))",
    );
    run(["validate", &vectors]).is(SUCCESS, "");
    run(["validate", "-W", "relaxed-simd=n", &vectors]).fails(FAILURE, &["relaxed SIMD"]);
    run(["validate", "-W", "simd=n", &vectors]).fails(FAILURE, &["SIMD"]);
    run(["validate", "-W", "simd=n,relaxed-simd", &vectors])
        .fails(USAGE, &["`relaxed_simd`", "`simd`"]);
}

#[test]
fn compilation_modes_agree() {
    let fib = example("fib.wat");
    for mode in ["eager", "lazy-translation", "lazy"] {
        let args = [
            "--compilation-mode",
            mode,
            "--dispatch",
            "step",
            "--invoke",
            "fib",
            &fib,
            "10",
        ];
        run(args).is(SUCCESS, "55\n");
    }
}

#[test]
fn every_group_has_help() {
    let groups = [
        ("-W", "timeout=DURATION"),
        ("--wasm", "max-memory-size=BYTES"),
        ("-O", "loop-pins[=y|n]"),
        (
            "--optimize",
            "step                             a loop calls",
        ),
        ("-C", "compilation-mode=WORD"),
        ("--codegen", "baseline "),
        ("-D", "max-backtrace=N"),
        ("--debug", "backtrace-details[=y|n]"),
        ("-S", "Settings of -S"),
        ("--wasi", "Settings of -S"),
    ];
    for (option, line) in groups {
        let ran = run([option, "help"]);
        assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
        assert!(ran.out.contains(line), "{line:?} in {}", ran.out);
    }
    let ran = run(["run", "-C", "help", "-W", "help"]);
    assert!(ran.out.contains("Settings of -W") && ran.out.contains("Settings of -C"));
}

#[test]
fn a_command_has_the_settings_that_it_needs() {
    let fib = example("fib.wat");
    let help = run(["validate", "-W", "help"]);
    assert!(
        help.out.contains("tail-call") && !help.out.contains("timeout"),
        "{}",
        help.out
    );
    run(["validate", "-W", "timeout=1s", &fib]).fails(USAGE, &["means nothing to this command"]);
    let args = ["objdump", "--register-code", "-W", "timeout=1s", &fib];
    run(args).fails(USAGE, &["means nothing"]);
    run(["objdump", "-W", "memory64", &fib]).fails(USAGE, &["without --register-code"]);
    run(["validate", "-O", "pins", &fib]).fails(USAGE, &["unexpected argument '-O'"]);
}

#[test]
fn what_is_misspelt_has_a_suggestion() {
    let fib = example("fib.wat");
    let cases: [(&[&str], &str); 7] = [
        (
            &["-W", "tailcall"],
            "-W: there is no setting `tailcall` (did you mean `tail-call`?)",
        ),
        (
            &["-W", "time-out=1s"],
            "(did you mean `timeout`?); `-W help` lists them",
        ),
        (&["-O", "dispatch=tial"], "(did you mean `tail`?)"),
        (
            &["-C", "timeout=1s"],
            "`timeout` is a setting of -W ([wasm])",
        ),
        (&["--strategy", "interpeter"], "'interpreter'"),
        (&["--dispach", "auto"], "'--dispatch'"),
        (&["--verbos"], "'--verbose'"),
    ];
    for (args, message) in cases {
        run(args.iter().copied().chain([fib.as_str()])).fails(USAGE, &[message]);
    }
    let ran = run(["-W", "wombat", &fib]);
    ran.fails(USAGE, &["there is no setting `wombat`; "]);
}

#[test]
fn strategies_are_those_of_the_build() {
    let fib = example("fib.wat");
    for strategy in ["auto", "interpreter"] {
        run(["--strategy", strategy, "--invoke", "fib", &fib, "10"]).is(SUCCESS, "55\n");
        let setting = format!("strategy={strategy}");
        run(["-C", &setting, "--invoke", "fib", &fib, "10"]).is(SUCCESS, "55\n");
    }
    let baseline = run(["--strategy", "baseline", "--invoke", "fib", &fib, "10"]);
    if COMPILES {
        return baseline.is(SUCCESS, "55\n");
    }
    let message = "the baseline compiler is not available";
    baseline.fails(USAGE, &[message]);
    run(["wast", "-C", "strategy=baseline", &fib]).fails(USAGE, &[message]);
    let message = "there is no machine code to profile";
    run(["--profile", "perfmap", &fib]).fails(USAGE, &[message]);
}

#[test]
fn results_do_not_depend_on_how_code_is_compiled() {
    if !COMPILES {
        return;
    }
    let sieve = example("sieve.wat");
    for setting in [
        "signals-based-traps=n",
        "max-pins=0",
        "destination-hints=n",
        "fusion=n",
        "cpu-extensions=none",
        "cpu-extensions=sse4.1",
        "compilation-mode=lazy",
        "code-memory-budget=1MiB",
        "strategy=auto,tier-up-calls=0,tier-up-loops=0",
        "strategy=auto,tier-up-calls=2,tier-up-loops=7",
        "strategy=auto,tier-up-calls=0,code-memory-budget=0",
    ] {
        let args = [
            "--strategy",
            "baseline",
            "-C",
            setting,
            "--invoke",
            "primes",
        ];
        let args = args.iter().skip(if setting.starts_with("strategy") {
            2
        } else {
            0
        });
        run(args.copied().chain([sieve.as_str(), "1000"])).is(SUCCESS, "168\n");
    }
    let args = [
        "--strategy",
        "baseline",
        "-C",
        "code-memory-budget=0",
        &sieve,
    ];
    run(args).fails(FAILURE, &["no memory for the machine code"]);
}

#[test]
fn results_do_not_depend_on_optimisations() {
    let path = example("sieve.wat");
    for setting in [
        "all=n",
        "all",
        "all=n,pins",
        "pins=n,immediates=off",
        "dispatch=step",
    ] {
        let args = ["-O", setting, "--invoke", "primes", &path, "10000"];
        run(args).is(SUCCESS, "1229\n");
    }
}

#[test]
fn register_code_depends_on_optimisations() {
    let path = example("sieve.wat");
    let code = |setting| {
        let ran = run(["objdump", "--register-code", "-O", setting, &path]);
        assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
        ran.out
    };
    assert_ne!(code("all"), code("all=n"));
    assert_ne!(code("all"), code("immediates=n"));
}

#[test]
fn memories_behave_the_same_wherever_they_are() {
    let path = example("sieve.wat");
    let settings = [
        "memory-reservation=0",
        "memory-reservation=1MiB,memory-reservation-for-growth=64KiB",
        "memory-guard-size=0",
        "memory-may-move=n",
    ];
    for setting in settings {
        let args = ["-O", setting, "--invoke", "primes", &path, "10000"];
        run(args).is(SUCCESS, "1229\n");
    }
}
