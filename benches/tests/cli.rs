//! The program as it is used: what it prints, and the files it writes.

use std::path::PathBuf;
use std::process::{Command, Output};

use selvedge_benches::report::Report;
use selvedge_benches::runtimes;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_selvedge-benches"))
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn stdout(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).expect("the output is text")
}

/// A file of this test's own.
fn temporary(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn a_report_is_made_again_from_its_json() {
    let (json, chart) = (temporary("startup.json"), temporary("startup.svg"));
    let (json, chart) = (json.to_str().unwrap(), chart.to_str().unwrap());
    let measured = run(&[
        "startup", "--only", "tiny", "--rounds", "2", "--json", json, "--chart", chart,
    ]);
    let lines = String::from_utf8_lossy(&measured.stderr).into_owned();
    assert_eq!(lines.lines().count(), 2, "a line for each case: {lines}");
    let table = stdout(&measured);
    assert!(table.contains("tiny, fresh engine"));

    let svg = std::fs::read_to_string(chart).expect("the chart is written");
    let again = temporary("again.svg");
    let from = run(&["--from", json, "--chart", again.to_str().unwrap()]);
    assert_eq!(stdout(&from), table);
    assert_eq!(std::fs::read_to_string(&again).unwrap(), svg);

    let report = Report::from_json(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(report.cases.len(), 2);
    assert_eq!(report.environment.rounds, 2);
    let markdown = stdout(&run(&["--from", json, "--markdown"]));
    assert_eq!(markdown, report.to_markdown());
}

#[test]
fn a_file_is_measured() {
    let path = temporary("half.wat");
    let text = r#"(module (func (export "half") (param f64) (result f64)
        (f64.div (local.get 0) (f64.const 2))))"#;
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let measured = run(&[
        "file", path, "--invoke", "half", "-7.5", "--rounds", "1", "--quiet",
    ]);
    assert!(stdout(&measured).contains("half.wat half"));
    assert!(measured.stderr.is_empty());
    let wrong = run(&["file", path, "--invoke", "half"]);
    assert!(!wrong.status.success());
    let message = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(
        message.contains("`half` takes 1 arguments, 0 are given"),
        "{message}"
    );
}

#[test]
fn ratios_are_to_the_first_runtime_named() {
    let json = temporary("named.json");
    let path = json.to_str().unwrap();
    let names = runtimes::all();
    let last = names.last().expect("Selvedge is there").name();
    let named = [
        "startup",
        "--only",
        "tiny, shared",
        "--rounds",
        "1",
        "--quiet",
    ];
    let measured = run(&[
        &named[..],
        &["--json", path, "--runtime", last, "--runtime", "selvedge"],
    ]
    .concat());
    stdout(&measured);
    let report = Report::from_json(&std::fs::read_to_string(json).unwrap()).unwrap();
    let measured: Vec<&str> = report.cases[0].runtimes.iter().map(|s| &*s.name).collect();
    match last {
        "selvedge" => assert_eq!(measured, ["selvedge"]),
        _ => assert_eq!(measured, [last, "selvedge"]),
    }
    assert_eq!(report.cases[0].runtimes[0].ratio, Some(1.0));
}

#[test]
fn a_module_with_imports_is_compiled() {
    let path = temporary("imports.wat");
    let text = r#"(module (import "a" "b" (func $b)) (func (export "f") (call $b)))"#;
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let options = ["--module", path, "--only", "imports.wat"];
    let list = stdout(&run(&[&["compile", "--list"][..], &options].concat()));
    assert_eq!(
        list,
        "compile/validated/imports.wat\ncompile/valid/imports.wat\n"
    );
    let measured = run(&[&["compile", "--rounds", "1", "--quiet"][..], &options].concat());
    let has_compiler = runtimes::all().iter().any(|runtime| runtime.compiles(true));
    assert_eq!(stdout(&measured).contains("compile/code"), has_compiler);
    assert!(!run(&["calls", "--module", path, "--list"]).status.success());
}

#[test]
fn every_case_is_listed_once() {
    let list = stdout(&run(&["--list"]));
    let mut cases: Vec<&str> = list.lines().collect();
    for wanted in [
        "execute/crc",
        "simd/blake3",
        "load/eager/functions 10 MB",
        "load/lazy-translation/functions 1 KB",
        "shapes/lazy/br_table of 100 000",
        "startup/tiny, shared engine",
        "calls/indirect",
        "memory/functions 1 MB",
        "compile/validated/functions 10 MB",
        "compile/valid/json",
        "total/programs/sieve, a millisecond",
        "total/first-result/functions 10 MB",
    ] {
        assert!(cases.contains(&wanted), "{wanted} is missing in {list}");
    }
    let count = cases.len();
    cases.sort_unstable();
    cases.dedup();
    assert_eq!(cases.len(), count);
}

#[test]
fn what_is_not_there_is_an_error() {
    for arguments in [
        &["--only", "no such case"][..],
        &["--runtime", "nobody"],
        &["--from", "/nonexistent"],
        &["nothing"],
    ] {
        assert!(!run(arguments).status.success(), "{arguments:?}");
    }
}
