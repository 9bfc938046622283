//! What the interpreter's translator optimises never changes results: programs do the same with
//! every optimisation, with none, with each alone, with each left out, and with some
//! at random, on every dispatch that the build has.
//!
//! In a debug build there are fewer modules. `DIFFERENTIAL_MODULES=10000` makes a longer run,
//! `DIFFERENTIAL_SEED=7` another one, with other random choices of optimisations.

mod oracle;

use std::fs;
use std::path::Path;

use oracle::campaign::{compare, seed};
use oracle::contest::{Contest, Outcome};
use oracle::selvedge::config;
use oracle::{Random, benchmarks, programs, smith};
use selvedge::{CompilationMode, Dispatch, Engine, Optimisations, Strategy};

/// How many random choices of optimisations there are.
const RANDOM_CHOICES: usize = 6;

/// Random modules of either kind.
const MODULES: u64 = if cfg!(debug_assertions) { 10 } else { 250 };

/// Choices of optimisations, by name. The first, which the others are compared with, is none.
fn choices() -> Vec<(String, Optimisations)> {
    let all = Optimisations::all();
    let mut choices = vec![
        ("none".to_owned(), Optimisations::empty()),
        ("all".to_owned(), all),
    ];
    for (name, flag) in all.iter_names() {
        choices.push((format!("only {name}"), flag));
        choices.push((format!("all but {name}"), all - flag));
    }
    let mut random = Random::new(seed());
    for _ in 0..RANDOM_CHOICES {
        let some = Optimisations::from_bits_truncate(random.next() as u32);
        choices.push((format!("{some:?}"), some));
    }
    choices
}

/// An engine for every dispatch of this build with every choice, by name.
fn engines() -> Vec<(String, Engine)> {
    let mut engines = Vec::new();
    for dispatch in [Dispatch::Step, Dispatch::Tail] {
        for (name, choice) in choices() {
            let mut config = config();
            config
                .strategy(Strategy::Interpreter)
                .dispatch(dispatch)
                .compilation_mode(CompilationMode::Eager)
                .interpreter_optimisations(choice);
            match Engine::new(&config) {
                Ok(engine) => engines.push((format!("{dispatch:?}, {name}"), engine)),
                Err(error) => assert_eq!(dispatch, Dispatch::Tail, "{error}"),
            }
        }
    }
    engines
}

#[test]
fn every_optimisation_is_switched() {
    let choices = choices();
    for (name, flag) in Optimisations::all().iter_names() {
        let with = choices.iter().filter(|(_, choice)| choice.contains(flag));
        let with = with.count();
        assert!(with >= 2 && choices.len() - with >= 2, "{name}");
    }
}

/// What was wrong once.
#[test]
fn findings() {
    let contest = Contest::among(engines());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/optimisations");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().display();
        let text = fs::read_to_string(&path).unwrap();
        let wasm = wat::parse_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        match contest.run(&wasm) {
            Outcome::Same(seen) => assert!(seen.returned() > 0, "{name} shows nothing"),
            Outcome::Different { what, .. } => wrong.push(format!("{name}: {what}")),
            Outcome::Overflowed | Outcome::NotTranslated => panic!("{name} shows nothing"),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn modules_of_wasm_smith() {
    let contest = Contest::among(engines());
    let tally = compare(&contest, MODULES, |bytes| smith::generate(bytes).ok());
    assert!(tally.instantiated * 2 > tally.same, "{tally:?}");
    assert!(tally.returned * 4 > tally.same, "{tally:?}");
}

#[test]
fn programs_that_meet_what_translation_does() {
    let contest = Contest::among(engines());
    let tally = compare(&contest, MODULES, |bytes| Some(programs::module(bytes)));
    assert_eq!(tally.instantiated, tally.same, "{tally:?}");
    assert!(tally.returned * 3 > tally.calls, "{tally:?}");
}

#[test]
fn benchmark_programs() {
    // Without optimisation they take long; with it there is every choice, in both ways of dispatch.
    let one_of = if cfg!(debug_assertions) { 8 } else { 1 };
    let engines: Vec<_> = engines().into_iter().step_by(one_of).collect();
    benchmarks::compare(&engines);
}
