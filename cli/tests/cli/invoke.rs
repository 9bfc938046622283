//! `--invoke`: arguments and results.

use crate::{FAILURE, SUCCESS, USAGE, example, file, run};

#[test]
fn examples_give_the_results_they_promise() {
    let examples: [(&str, &[&str], &str); 9] = [
        ("fib.wat", &["fib", "20"], "6765\n"),
        ("gcd.wat", &["gcd", "1071", "462"], "21\n"),
        ("sieve.wat", &["primes", "10000"], "1229\n"),
        ("matmul.wat", &["matmul", "4"], "80\n"),
        ("mandelbrot.wat", &["mandelbrot", "40"], "413\n"),
        ("bulk_memory.wat", &["sum"], "2282877\n"),
        ("tail_calls.wat", &["even", "100000"], "1\n"),
        ("tail_calls.wat", &["odd", "-0x0"], "0\n"),
        ("vectors.wat", &["count", "115"], "17\n"),
    ];
    for (name, call, result) in examples {
        let path = example(name);
        let mut args = vec!["--invoke", call[0], &path];
        args.extend(&call[1..]);
        run(&args).is(SUCCESS, result);
        args.insert(0, "run");
        run(&args).is(SUCCESS, result);
    }
}

#[test]
fn every_result_has_a_line() {
    let path = file(
        "results.wat",
        r#"(module
            (func (export "all") (param i32 i64 f32 f64) (result i32 i64 f32 f64 funcref)
              local.get 0 local.get 1 local.get 2 local.get 3 ref.null func)
            (func (export "none")))"#,
    );
    let args = [
        "--invoke",
        "all",
        &path,
        "4294967295",
        "-0x10",
        "-inf",
        "nan:0x1",
    ];
    run(args).is(SUCCESS, "-1\n-16\n-inf\nnan:0x1\nnull\n");
    let args = ["--invoke", "all", &path, "-2147483648", "0", "1.5", "-nan"];
    run(args).is(SUCCESS, "-2147483648\n0\n1.5\n-nan\nnull\n");
    run(["--invoke", "none", &path]).is(SUCCESS, "");
}

#[test]
fn vectors_are_numbers_of_128_bits() {
    let path = file(
        "vectors.wat",
        r#"(module
            (func (export "add") (param v128 i32) (result v128 i32)
              (i8x16.add (local.get 0) (i8x16.splat (local.get 1)))
              (i8x16.extract_lane_u 0 (local.get 0)))
            (func (export "swizzle") (param v128 v128) (result v128)
              (i8x16.relaxed_swizzle (local.get 0) (local.get 1)))
            (func (export "nan") (param f32) (result f32)
              (f32.sub (local.get 0) (local.get 0))))"#,
    );
    let vector = "0x0f0e0d0c0b0a09080706050403020109";
    let sum = "0x100f0e0d0c0b0a09080706050403020a\n9\n";
    for strategy in ["auto", "interpreter"] {
        let args = [
            "--strategy",
            strategy,
            "--invoke",
            "add",
            &path,
            vector,
            "1",
        ];
        run(args).is(SUCCESS, sum);
    }
    let args = ["--invoke", "add", &path, "255", "0"];
    run(args).is(SUCCESS, "0x000000000000000000000000000000ff\n255\n");
    let args = ["--invoke", "add", &path, "-1", "0"];
    run(args).fails(USAGE, &["argument 1 of `add`: \"-1\" is not a v128"]);
    // There is no byte 16.
    let lanes = "0x10101010101010101010101010101010";
    let deterministic = "relaxed-simd-deterministic";
    let args = [
        "-W",
        deterministic,
        "--invoke",
        "swizzle",
        &path,
        vector,
        lanes,
    ];
    run(args).is(SUCCESS, &format!("0x{}\n", "0".repeat(32)));
    let args = [
        "-W",
        "nan-canonicalization",
        "--invoke",
        "nan",
        &path,
        "inf",
    ];
    run(args).is(SUCCESS, "nan\n");
}

#[test]
fn bad_arguments_are_usage_errors() {
    let gcd = example("gcd.wat");
    run(["--invoke", "gcd", &gcd, "1"]).fails(
        USAGE,
        &["`gcd` takes 2 arguments (i64, i64), but 1 is given"],
    );
    run(["--invoke", "gcd", &gcd, "1", "two"])
        .fails(USAGE, &["argument 2 of `gcd`: \"two\" is not an i64"]);
    let fib = example("fib.wat");
    run(["--invoke", "fib", &fib, "4294967296"]).fails(USAGE, &["is not an i32"]);
    run(["--invoke", "lucas", &fib]).fails(FAILURE, &["`lucas`", "there is `fib`"]);
}

#[test]
fn a_function_that_is_misspelt_has_a_suggestion() {
    let sieve = example("sieve.wat");
    let ran = run(["--invoke", "prime", &sieve]);
    ran.fails(
        FAILURE,
        &["no function `prime` is exported (did you mean `primes`?), there is "],
    );
    let mut text = String::from("(module");
    for number in 0..50 {
        text.push_str(&format!(" (func (export \"f{number}\"))"));
    }
    text.push(')');
    let many = file("many-exports.wat", text);
    run(["--invoke", "zzz", &many]).fails(FAILURE, &["`f9` and 40 more\n"]);
    let none = file("no-exports.wat", "(module)");
    run(["--invoke", "f", &none]).fails(FAILURE, &["the module exports no functions"]);
}
