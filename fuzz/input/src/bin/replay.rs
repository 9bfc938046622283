//! Runs a target on inputs, without libFuzzer: on files and all that is in folders, or on random bytes.
//!
//! ```text
//! replay TARGET PATH...
//! replay TARGET --random COUNT [FIRST_SEED]
//! ```
//!
//! `TARGET` may be `all`. What is found ends the process; its report says which input, or seed, that was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use selvedge_fuzz_input::targets::{self, Target};
use selvedge_fuzz_input::{panics, random};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        return usage();
    };
    let chosen: Vec<_> = targets::ALL
        .into_iter()
        .filter(|(other, _, _)| name == "all" || name == other)
        .collect();
    if chosen.is_empty() || rest.is_empty() {
        return usage();
    }
    panics::install();
    for (name, target, most) in chosen {
        match rest {
            [word, numbers @ ..] if word == "--random" => {
                let number = |at: usize| numbers.get(at).and_then(|text| text.parse().ok());
                at_random(
                    name,
                    target,
                    most,
                    number(1).unwrap_or(0),
                    number(0).unwrap_or(1000),
                );
            }
            paths => {
                let paths = paths.iter().flat_map(|path| inputs(Path::new(path)));
                on_files(name, target, paths.collect());
            }
        }
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    let names = targets::ALL.map(|(name, _, _)| name).join(", ");
    eprintln!(
        "replay TARGET PATH...\nreplay TARGET --random COUNT [FIRST_SEED]\n\ntargets: {names}, all"
    );
    ExitCode::FAILURE
}

fn at_random(name: &str, target: Target, most: usize, first: u64, count: u64) {
    let start = Instant::now();
    let mut kept = 0_u64;
    for seed in first..first + count {
        panics::about(format!("{name}, seed {seed}"));
        kept += u64::from(target(&random::input(seed, most)).is_some());
    }
    println!(
        "{name}: {count} inputs, {kept} of use, {:.1} s",
        start.elapsed().as_secs_f64()
    );
}

fn on_files(name: &str, target: Target, paths: Vec<PathBuf>) {
    let start = Instant::now();
    let mut kept = 0_u64;
    for path in &paths {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("{}: {error}", path.display());
                continue;
            }
        };
        panics::about(format!("{name}, {}", path.display()));
        kept += u64::from(target(&bytes).is_some());
    }
    let count = paths.len();
    println!(
        "{name}: {count} inputs, {kept} of use, {:.1} s",
        start.elapsed().as_secs_f64()
    );
}

/// The file at `path`, or those in the folder.
fn inputs(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else {
        return vec![path.to_owned()];
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<_> = paths.filter(|path| path.is_file()).collect();
    paths.sort();
    paths
}
