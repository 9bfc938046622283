//! Which tier runs a function never changes what it does: programs do the same on the
//! interpreter, on the baseline compiler with each of its options, and on both together with
//! crossings early and late. What is compared: results, calls of the host, traps, memories,
//! globals and tables in the end, and the backtraces of traps and of calls of the host.
//!
//! In a debug build there are fewer modules. `DIFFERENTIAL_MODULES=10000` makes a longer run,
//! `DIFFERENTIAL_SEED=7` another one.

mod oracle;

use std::fs;
use std::path::Path;

use oracle::campaign::{Tally, compare};
use oracle::contest::{Contest, Outcome};
use oracle::selvedge::config;
use oracle::{benchmarks, programs, smith};
use selvedge::{BaselineOptions, CompilationMode, Config, CpuExtensions, Engine, Strategy};

/// Random modules of either kind.
const MODULES: u64 = if cfg!(debug_assertions) { 40 } else { 1000 };

/// Random modules of either kind for every number of passes through a loop.
const OSR_MODULES: u64 = if cfg!(debug_assertions) { 25 } else { 250 };

/// After how many passes through a loop a function goes on in machine code.
const PASSES: std::ops::RangeInclusive<u32> = 1..=50;

/// The engines by name; empty where there is no compiler. The first, with which the others are
/// compared, only interprets.
struct Engines(Vec<(String, Engine)>);

impl Engines {
    fn new() -> Self {
        let mut engines = Self(Vec::new());
        engines.add("interpreter", |config| {
            config.strategy(Strategy::Interpreter);
        });
        engines
    }

    fn add(&mut self, name: &str, set: impl FnOnce(&mut Config)) {
        let mut config = config();
        set(&mut config);
        if let Ok(engine) = Engine::new(&config) {
            self.0.push((name.to_owned(), engine));
        }
    }

    fn add_baseline(&mut self, name: &str, set: fn(&mut Config, &mut BaselineOptions)) {
        self.add(&format!("baseline, {name}"), |config| {
            let mut options = BaselineOptions::default();
            set(config, &mut options);
            config
                .strategy(Strategy::Baseline)
                .baseline_options(options);
        });
    }

    /// When functions ask for machine code is given, not when they have it.
    fn add_background(&mut self, calls: u32, loops: u32) {
        let name = format!("auto, {calls} calls, {loops} passes, in background");
        self.add(&name, |config| {
            config
                .strategy(Strategy::Auto)
                .background_compilation(true)
                .tier_up_thresholds(calls, loops);
        });
    }

    fn add_auto(&mut self, calls: u32, loops: u32, set: fn(&mut BaselineOptions)) {
        let mut options = BaselineOptions::default();
        set(&mut options);
        let name = format!(
            "auto, {calls} calls, {loops} passes, {} pins",
            options.max_pins
        );
        self.add(&name, |config| {
            config
                .strategy(Strategy::Auto)
                .baseline_options(options)
                .tier_up_thresholds(calls, loops);
        });
    }
}

/// The interpreter, the compiler with each option, and both together.
fn tiers() -> Vec<(String, Engine)> {
    let mut engines = Engines::new();
    engines.add_baseline("all", |_, _| ());
    engines.add_baseline("no pins", |_, options| options.max_pins = 0);
    engines.add_baseline("one pin", |_, options| options.max_pins = 1);
    engines.add_baseline("spills", |_, options| options.spill = true);
    engines.add_baseline("no hints", |_, options| options.destination_hints = false);
    engines.add_baseline("no fusion", |_, options| options.fusion = false);
    engines.add_baseline("old processor", |_, options| {
        options.cpu_extensions = CpuExtensions::None;
    });
    engines.add_baseline("SSE4.1", |_, options| {
        options.cpu_extensions = CpuExtensions::Sse41;
    });
    engines.add_baseline("no signals", |config, _| {
        config.signals_based_traps(false);
    });
    engines.add_baseline("checked memory", |config, _| {
        config.memory_reservation(0).memory_guard_size(0);
    });
    engines.add_baseline("lazy", |config, _| {
        config.compilation_mode(CompilationMode::Lazy);
    });
    for (calls, loops) in [(0, 0), (1, 1), (2, u32::MAX), (3, 7), (7, 2), (u32::MAX, 3)] {
        engines.add_auto(calls, loops, |_| ());
    }
    engines.add_auto(2, 2, |options| {
        (options.max_pins, options.spill) = (0, true);
    });
    engines.add_background(1, 2);
    engines.0
}

/// The interpreter, and for each number of passes an engine that compiles a function
/// after so many in its loops, and at no call.
fn osr() -> Vec<(String, Engine)> {
    let mut engines = Engines::new();
    for passes in PASSES {
        engines.add_auto(u32::MAX, passes, |_| ());
    }
    engines.0
}

#[test]
fn every_engine_is_there() {
    let jit = cfg!(all(
        feature = "jit",
        target_arch = "x86_64",
        target_os = "linux",
        not(feature = "portable-sys")
    ));
    assert_eq!(tiers().len(), if jit { 20 } else { 9 });
    assert_eq!(osr().len(), 51);
}

fn check_smith(tally: &Tally) {
    assert!(tally.instantiated * 2 > tally.same, "{tally:?}");
    assert!(tally.returned * 3 > tally.same, "{tally:?}");
}

fn check_programs(tally: &Tally) {
    assert_eq!(tally.instantiated, tally.same, "{tally:?}");
    assert!(tally.returned * 3 > tally.calls, "{tally:?}");
}

#[test]
fn modules_of_wasm_smith() {
    let contest = Contest::among(tiers());
    let tally = compare(&contest, MODULES, |bytes| smith::generate(bytes).ok());
    check_smith(&tally);
}

#[test]
fn programs_that_meet_what_translation_does() {
    let contest = Contest::among(tiers());
    let tally = compare(&contest, MODULES, |bytes| Some(programs::module(bytes)));
    check_programs(&tally);
}

#[test]
fn modules_of_wasm_smith_enter_machine_code_in_every_pass() {
    let contest = Contest::among(osr());
    let tally = compare(&contest, OSR_MODULES, |bytes| smith::generate(bytes).ok());
    check_smith(&tally);
}

#[test]
fn programs_enter_machine_code_in_every_pass() {
    let contest = Contest::among(osr());
    let tally = compare(&contest, OSR_MODULES, |bytes| Some(programs::module(bytes)));
    check_programs(&tally);
}

#[test]
fn benchmark_programs() {
    benchmarks::compare(&tiers());
}

#[test]
fn benchmark_programs_enter_machine_code_in_every_pass() {
    benchmarks::compare(&osr());
}

/// What was wrong once, and what waits on the stack below loops.
#[test]
fn hand_written_modules() {
    let contests = [Contest::among(tiers()), Contest::among(osr())];
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut wrong = Vec::new();
    for folder in ["optimisations", "tiers_agree"] {
        for entry in fs::read_dir(tests.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().display();
            let text = fs::read_to_string(&path).unwrap();
            let wasm = wat::parse_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            for contest in &contests {
                match contest.run(&wasm) {
                    Outcome::Same(seen) => {
                        assert!(
                            seen.returned() > 0,
                            "{name} shows nothing: {:?}",
                            seen.start
                        );
                    }
                    Outcome::Different { what, .. } => wrong.push(format!("{name}: {what}")),
                    Outcome::Overflowed | Outcome::NotTranslated => {
                        panic!("{name} shows nothing")
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
