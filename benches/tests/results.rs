//! Every case with little work on every runtime of this build: the results are the expected ones.

use std::time::Duration;

use selvedge_benches::case::{Case, Expected};
use selvedge_benches::child::Child;
use selvedge_benches::groups::{calls, compile, execute, file, load, memory, simd, startup, total};
use selvedge_benches::measure::{Measurement, Settings};
use selvedge_benches::runtimes::{self, Mode, Runtime};

fn child() -> Child {
    Child::new(
        env!("CARGO_BIN_EXE_selvedge-benches"),
        Duration::from_secs(60),
    )
}

fn settings(rounds: u32) -> Settings<'static> {
    Settings {
        rounds,
        budget: Duration::MAX,
        child: None,
    }
}

fn take(case: &Case) -> Measurement {
    let child = child();
    let settings = Settings {
        child: Some(&child),
        ..settings(2)
    };
    Measurement::take(case, &all_runtimes(), &settings, &mut || ())
        .unwrap_or_else(|error| panic!("results differ: {error}"))
}

/// The runtimes of this build, without the one that needs an optimised build.
fn all_runtimes() -> Vec<Box<dyn Runtime>> {
    let mut runtimes = runtimes::all();
    runtimes.retain(|runtime| runtime.name() != "stitch" || !cfg!(debug_assertions));
    runtimes
}

/// Stitch overflows the stack at many calls of the host, and its compiler fails at some
/// indirect calls.
fn may_fail(runtime: &str) -> bool {
    runtime == "stitch"
}

/// Silverfir-nano's interpreter, Stitch, Singlepass, and wasmi without its feature.
fn has_no_vectors(runtime: &str) -> bool {
    match runtime {
        "silverfir" | "stitch" | "wasmer-singlepass" => true,
        "wasmi" => !cfg!(feature = "wasmi-simd"),
        _ => false,
    }
}

/// Singlepass.
fn has_one_result_at_most(runtime: &str) -> bool {
    runtime == "wasmer-singlepass"
}

fn check(cases: &[Case]) {
    for case in cases {
        let measurement = take(case);
        let taking_part = all_runtimes()
            .iter()
            .filter(|runtime| case.mode(&***runtime).is_some())
            .count();
        assert_eq!(measurement.runtimes.len(), taking_part);
        for samples in &measurement.runtimes {
            if samples.refused.is_some()
                && (may_fail(&samples.name)
                    || case.group == "simd" && has_no_vectors(&samples.name)
                    || case.group == "file" && has_one_result_at_most(&samples.name))
            {
                continue;
            }
            assert_eq!(samples.refused, None, "{} of {}", samples.name, case.name);
            assert_eq!((samples.values.len(), samples.wall_ns.len()), (2, 2));
            assert!(samples.values.iter().all(|value| *value > 0.0));
        }
    }
}

#[test]
fn programs_compute_their_checksums() {
    check(&execute::small_cases());
}

#[test]
fn programs_with_vectors_compute_their_checksums() {
    check(&simd::small_cases());
}

#[test]
fn calls_arrive() {
    check(&calls::small_cases());
}

#[test]
fn loaded_modules_work() {
    check(&load::small_cases());
}

#[test]
fn modules_start() {
    check(&startup::small_cases());
}

#[test]
fn modules_compile() {
    check(&compile::small_cases());
}

#[test]
fn compiled_modules_have_code() {
    let child = child();
    let settings = Settings {
        child: Some(&child),
        ..settings(1)
    };
    for case in compile::small_cases() {
        let all = compile::measure(&case, &all_runtimes(), &settings, &mut || ())
            .expect("the module is well formed");
        assert_eq!(all[0].group, case.group);
        let Some(code) = all.get(1) else {
            assert_eq!(case.group, "compile/valid");
            continue;
        };
        assert_eq!(code.runtimes.len(), all[0].runtimes.len());
        for samples in &code.runtimes {
            let per_byte = samples.values[0];
            assert!((0.5..50.0).contains(&per_byte), "{samples:?}");
        }
    }
}

#[test]
fn whole_runs_compute_their_checksums() {
    check(&total::small_cases());
}

#[test]
fn tiers_together_are_compared_with_the_better() {
    let case = total::small_cases().remove(0);
    let all = total::measure(&case, &all_runtimes(), &settings(2), &mut || ())
        .expect("the program works");
    let has_compiler = all_runtimes()
        .iter()
        .any(|runtime| runtime.name() == "auto");
    assert_eq!(all.len(), 1 + usize::from(has_compiler));
    if let Some(compared) = all.get(1) {
        let names: Vec<&str> = compared.runtimes.iter().map(|s| &*s.name).collect();
        assert_eq!(names, [total::BETTER, "auto"]);
    }
}

#[test]
fn a_file_gives_the_same_everywhere() {
    let text = br#"(module
        (global $calls (mut i64) (i64.const 0))
        (func (export "mean") (param f64 f32) (result f64 i64)
            (global.set $calls (i64.add (global.get $calls) (i64.const 1)))
            (f64.div (f64.add (local.get 0) (f64.promote_f32 (local.get 1))) (f64.const 2))
            (global.get $calls)))"#;
    let arguments = ["1.5".to_owned(), "4".to_owned()];
    let case = file::case("mean", text, "mean", &arguments).expect("the module fits");
    check(&[case]);
}

#[test]
fn a_wrong_result_is_an_error() {
    let mut runtimes = all_runtimes();
    runtimes.retain(|runtime| !may_fail(runtime.name()));
    for mut case in execute::small_cases()
        .into_iter()
        .chain(startup::small_cases())
    {
        let Expected::Is(expected) = case.expected else {
            panic!("the result of {} is not known", case.name);
        };
        case.expected = Expected::Is(expected + 1);
        let error = Measurement::take(&case, &runtimes, &settings(1), &mut || ())
            .expect_err("the result is wrong");
        let message = error.to_string();
        let start = format!("{}/{} on selvedge: ", case.group, case.name);
        assert!(message.starts_with(&start), "{message}");
        assert!(message.contains("was expected"));
    }
}

#[test]
fn an_invalid_module_is_refused_and_no_error() {
    let mut case = load::small_cases().remove(0);
    let mut wasm = wat::parse_str("(module (func (export \"run\")))").expect("well formed");
    // The body does not end.
    *wasm.last_mut().expect("there are bytes") = 1;
    case.wasm = wasm.into();
    let child = child();
    for child in [None, Some(&child)] {
        let settings = Settings {
            child,
            ..settings(1)
        };
        let measurement = Measurement::take(&case, &all_runtimes(), &settings, &mut || ())
            .expect("refusals are no errors");
        for samples in &measurement.runtimes {
            assert!(samples.refused.is_some() && samples.values.is_empty());
            assert_eq!(samples.ratio, None);
        }
    }
}

#[test]
fn a_load_that_is_over_the_budget_is_measured_once() {
    let case = load::small_cases().remove(0);
    let child = child();
    let settings = Settings {
        rounds: 5,
        budget: Duration::ZERO,
        child: Some(&child),
    };
    let measurement =
        Measurement::take(&case, &all_runtimes(), &settings, &mut || ()).expect("the module works");
    for samples in &measurement.runtimes {
        if samples.refused.is_some() && may_fail(&samples.name) {
            continue;
        }
        assert_eq!(samples.values.len(), 1, "{}", samples.name);
        assert!(samples.ratio.is_some());
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "asks Linux for the peak of memory")]
fn memory_is_measured() {
    let runtimes = all_runtimes();
    for case in memory::small_cases() {
        let [code, heap, peak] = memory::measure(&case, &runtimes, &child(), &mut || ())
            .expect("the module is well formed");
        let of = |measurement: &Measurement, name: &str| {
            let samples = measurement.runtimes.iter().find(|s| s.name == name);
            samples.and_then(|samples| samples.values.first().copied())
        };
        let selvedge = of(&code, "selvedge").expect("Selvedge tells the size of its code");
        assert!((0.5..50.0).contains(&selvedge), "{selvedge} bytes per byte");
        let heap_of_selvedge = of(&heap, "selvedge").expect("Selvedge translates eagerly");
        assert!(heap_of_selvedge >= selvedge, "code is on the heap");
        let empty = of(&peak, memory::NO_RUNTIME).expect("a process has memory");
        for runtime in &runtimes {
            let Some(peak) = of(&peak, runtime.name()) else {
                assert!(may_fail(runtime.name()), "{} fails", runtime.name());
                continue;
            };
            assert!(peak > empty * 0.9, "{} takes {peak} bytes", runtime.name());
            let counted = runtime.modes().contains(&Mode::Eager) && runtime.code_is_on_the_heap();
            assert_eq!(of(&heap, runtime.name()).is_some(), counted);
        }
    }
}

#[test]
fn full_cases_match_small_ones() {
    let names = |cases: Vec<Case>| -> Vec<_> { cases.into_iter().map(|case| case.name).collect() };
    assert_eq!(names(execute::cases()), names(execute::small_cases()));
    assert_eq!(names(simd::cases()), names(simd::small_cases()));
    assert_eq!(names(calls::cases()), names(calls::small_cases()));
    assert_eq!(names(startup::cases()), names(startup::small_cases()));
}
