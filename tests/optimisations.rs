//! What the interpreter's translator optimises never changes results: programs do the same with
//! every optimisation, with none, with each alone, with each left out, and with some
//! at random, on every dispatch that the build has.
//!
//! In a debug build there are fewer modules. `DIFFERENTIAL_MODULES=10000` makes a longer run,
//! `DIFFERENTIAL_SEED=7` another one, with other random choices of optimisations.

mod oracle;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use oracle::campaign::{compare, seed};
use oracle::contest::{Contest, Outcome};
use oracle::selvedge::config;
use oracle::{Random, programs, smith};
use selvedge::{
    CompilationMode, Dispatch, Engine, Extern, Instance, Module, Optimisations, Store, Val,
};

/// How many random choices of optimisations there are.
const RANDOM_CHOICES: usize = 6;

/// Random modules of either kind.
const MODULES: u64 = if cfg!(debug_assertions) { 10 } else { 1000 };

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
    assert!(tally.returned > tally.same, "{tally:?}");
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
    let engines = engines();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let table = fs::read_to_string(folder.join("src/groups/execute.rs")).unwrap();
    let rows: BTreeMap<_, _> = table.lines().filter_map(row).collect();
    let mut found = 0;
    for entry in fs::read_dir(folder.join("programs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        found += 1;
        let name = path.file_stem().unwrap().to_str().unwrap();
        let &(n, expected) = rows
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not in the table"));
        let wasm = fs::read(&path).unwrap();
        let mut first: Option<Ending> = None;
        for (choice, engine) in &engines {
            let ending = run(engine, &wasm, n);
            assert_eq!(ending.checksum, expected, "{name} on {choice}");
            let first = first.get_or_insert_with(|| ending.clone());
            assert!(
                *first == ending,
                "{name} on {choice}: other exports than on {}",
                engines[0].0
            );
        }
    }
    assert_eq!(found, rows.len(), "programs and rows of the table");
}

/// The name, the little work and its checksum, of a row of the table of programs:
/// `name, small => checksum, full => checksum;`.
fn row(line: &str) -> Option<(&str, (i32, i64))> {
    let (name, rest) = line.trim().split_once(", ")?;
    let (small, full) = rest.strip_suffix(';')?.split_once(", ")?;
    let (n, checksum) = small.split_once(" => ")?;
    full.split_once(" => ")?;
    Some((name, (n.parse().ok()?, checksum.parse().ok()?)))
}

/// What a program left behind.
#[derive(Clone, PartialEq)]
struct Ending {
    checksum: i64,
    memories: Vec<Vec<u8>>,
    globals: Vec<String>,
}

/// Runs a benchmark program with the argument `n`.
fn run(engine: &Engine, wasm: &[u8], n: i32) -> Ending {
    let module = Module::from_binary(engine, wasm).unwrap();
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let run = instance.get_func(&mut store, "run").unwrap();
    let mut results = [Val::I32(0)];
    run.call(&mut store, &[Val::I32(n)], &mut results).unwrap();
    let mut ending = Ending {
        checksum: match results[0] {
            Val::I32(sum) => sum.into(),
            Val::I64(sum) => sum,
            ref other => panic!("{other:?} is no checksum"),
        },
        memories: Vec::new(),
        globals: Vec::new(),
    };
    for export in module.exports() {
        match instance.get_export(&mut store, export.name()).unwrap() {
            Extern::Memory(memory) => ending.memories.push(memory.data(&store).to_vec()),
            Extern::Global(global) => {
                let value = global.get(&mut store);
                ending.globals.push(format!("{value:?}"));
            }
            _ => {}
        }
    }
    ending
}
