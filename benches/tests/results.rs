//! Every case with little work on every runtime of this build: the results are the expected ones.

use selvedge_benches::groups::{calls, execute};
use selvedge_benches::measure::{Case, Measurement};
use selvedge_benches::runtimes;

fn check(cases: &[Case]) {
    let runtimes = runtimes::all().expect("configurations are accepted");
    for case in cases {
        let measurement = Measurement::take(case, &runtimes, 2)
            .unwrap_or_else(|error| panic!("results differ: {error}"));
        assert_eq!(measurement.samples.len(), runtimes.len());
        assert!(measurement.samples.iter().all(|s| s.cpu_ns.len() == 2));
    }
}

#[test]
fn programs_compute_their_checksums() {
    check(&execute::small_cases());
}

#[test]
fn calls_arrive() {
    check(&calls::small_cases());
}

#[test]
fn a_wrong_result_is_an_error() {
    let runtimes = runtimes::all().expect("configurations are accepted");
    for mut case in execute::small_cases() {
        case.expected += 1;
        let error = Measurement::take(&case, &runtimes, 1).expect_err("the result is wrong");
        let message = error.to_string();
        assert!(message.starts_with(&format!("execute/{} on selvedge: ", case.name)));
        assert!(message.contains("was expected"));
    }
}

#[test]
fn full_cases_match_small_ones() {
    let names = |cases: Vec<Case>| cases.iter().map(|case| case.name).collect::<Vec<_>>();
    assert_eq!(names(execute::cases()), names(execute::small_cases()));
    assert_eq!(names(calls::cases()), names(calls::small_cases()));
}
