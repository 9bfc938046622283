//! Inputs to begin with: the modules of this repository, in the form that each target takes them, sequences
//! written by hand, and random bytes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::modules::AS_IT_IS;
use crate::random;
use crate::settings::SETTINGS_BYTES;
use crate::targets::{ALL, tiers};

/// An input.
#[derive(Debug)]
pub struct Seed {
    /// The name of the target that it is for.
    pub target: &'static str,
    /// A name of its own.
    pub name: String,
    /// The input.
    pub bytes: Vec<u8>,
}

/// Folders of modules in the text format, each of which shows something.
const TEXTS: [&str; 6] = [
    "examples",
    "tests/golden",
    "tests/optimisations",
    "tests/tiers_agree",
    "interp/tests/lower",
    "jit/tests/disas",
];

/// Folders of programs in the binary format.
const PROGRAMS: [&str; 2] = ["benches/programs", "benches/programs/simd"];

/// The largest modules that are seeds.
const MOST_BYTES: usize = 48 << 10;

/// The largest modules that are small seeds, and how many of a folder are.
const SMALL_BYTES: usize = 600;
const SMALL_COUNT: usize = 3;

/// Settings that differ from the defaults in what matters most: everything compiled, compiled soon, interpreted.
const SETTINGS: [[u8; SETTINGS_BYTES]; 3] = {
    let mut settings = [[0; SETTINGS_BYTES]; 3];
    settings[0][0] = 1;
    // After three calls, or two passes through a loop.
    settings[1][7] = 3;
    settings[1][8] = 2;
    settings[2][0] = 2;
    settings
};

/// All seeds, or small ones only.
///
/// # Errors
///
/// If the repository's files cannot be read.
pub fn all(small: bool) -> io::Result<Vec<Seed>> {
    let mut seeds = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for folder in TEXTS {
        let mut modules = modules(&root.join(folder), "wat")?;
        if small {
            modules.retain(|(_, wasm)| wasm.len() <= SMALL_BYTES);
            modules.truncate(SMALL_COUNT);
        }
        for (name, wasm) in modules {
            of_module(&mut seeds, &name, &wasm);
        }
    }
    if !small {
        for folder in PROGRAMS {
            for (name, wasm) in modules(&root.join(folder), "wasm")? {
                of_module(&mut seeds, &name, &wasm);
            }
        }
    }
    by_hand(&mut seeds);
    at_random(&mut seeds, if small { 4 } else { 200 });
    Ok(seeds)
}

/// The modules of a folder, by name, in the binary format.
fn modules(folder: &Path, extension: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|other| other == extension) {
            paths.push(path);
        }
    }
    paths.sort();
    let mut modules = Vec::new();
    for path in paths {
        // What is no module of its own is of no use here.
        if let Ok(wasm) = wat::parse_bytes(&fs::read(&path)?)
            && wasm.len() <= MOST_BYTES
        {
            let parts = [folder.file_name(), path.file_stem()];
            let parts = parts.map(|part| part.unwrap_or_default().to_string_lossy());
            modules.push((parts.join("_"), wasm.into_owned()));
        }
    }
    Ok(modules)
}

/// A module in the form that each target takes it.
fn of_module(seeds: &mut Vec<Seed>, name: &str, wasm: &[u8]) {
    seeds.push(Seed {
        target: "validate",
        name: name.to_owned(),
        bytes: wasm.to_vec(),
    });
    for target in ["translate", "compile", "instantiate", "tiers"] {
        seeds.push(Seed {
            target,
            name: name.to_owned(),
            bytes: [&header(target)[..], &[AS_IT_IS], wasm].concat(),
        });
    }
}

/// What stands before the module in an input of `target`.
fn header(target: &str) -> Vec<u8> {
    const { assert!(tiers::RIVALS == SETTINGS.len(), "one for each rival") };
    let [compiled, soon, interpreted] = &SETTINGS;
    let parts: &[&[u8]] = match target {
        "translate" => &[interpreted, &[0]],
        "compile" => &[compiled, &[0]],
        // Guests have fuel, and nothing is refused: two instances, calls, a reset, more calls.
        "instantiate" => &[soon, &[1], &[0; 8], &[3, 9, 3, 12, 15, 9, 12, 21]],
        // Fuel is counted, and no guest is suspended.
        "tiers" => &[compiled, soon, interpreted, &[3, 0]],
        "differential" => &[soon],
        _ => &[],
    };
    parts.concat()
}

/// Sequences for the targets that take no modules.
fn by_hand(seeds: &mut Vec<Seed>) {
    for (settings, tier) in SETTINGS.iter().zip(["baseline", "auto", "interpreter"]) {
        for region in 0..8_u8 {
            // Run and yield, resume, grow, a bound, a kill, a reset; or a few rounds of a race.
            let steps: &[u8] = match region & 4 {
                0 => &[
                    0, 3, 13, 0, 4, 16, 9, 0, 28, 2, 9, 7, 0, 19, 1, 25, 0, 1, 21, 0, 1, 31,
                ],
                _ => &[0, 1, 3, 0, 2, 0, 1, 64, 4, 1, 9, 0, 5, 0, 21, 1, 3, 2, 7, 0],
            };
            seeds.push(Seed {
                target: "lifecycle",
                name: format!("{tier}_{region}"),
                bytes: [&settings[..], &[region], steps].concat(),
            });
        }
        for flags in 0..2_u8 {
            // An instance of each module, and calls of their exports with host functions that use the store.
            let program: &[u8] = &[
                0, 0, 0, 0, 1, 1, 0, 4, 1, 0, 5, 2, 14, 1, 3, 9, 0, 0, 1, 1, 2, 3, 4, 5, 6, 0, 4,
                7, 0, 1, 0, 11, 0, 22, 0, 23, 0, 0, 14, 0, 1, 5, 7, 16, 0, 2, 1, 1, 0, 18, 1, 9,
            ];
            seeds.push(Seed {
                target: "api",
                name: format!("{tier}_{flags}"),
                bytes: [&settings[..], &[flags], program].concat(),
            });
        }
    }
    for how in 0..2_u8 {
        // Open and create, write, seek, read; make, link, rename and remove.
        let calls: &[u8] = &[
            0, 0x29, 6, 0, 9, 0, 200, 14, 0, 0, 0, 0, 7, 0, 9, 22, 6, 2, 29, 0, 6, 4, 26, 6, 0, 6,
            1, 20, 6, 1, 1, 21, 6, 24, 6, 2, 25, 6, 1, 5, 0,
        ];
        seeds.push(Seed {
            target: "wasi",
            name: format!("calls_{how}"),
            bytes: [&[how], calls].concat(),
        });
    }
}

/// Random bytes: decisions of what makes modules, or what is done.
fn at_random(seeds: &mut Vec<Seed>, count: u64) {
    for (target, _, _) in ALL {
        let header = header(target);
        for seed in 0..count {
            let bytes = random::input(seed + 1000, 1 << 10);
            let how = [seed as u8 % AS_IT_IS];
            let bytes = match target {
                "validate" => continue,
                _ if header.is_empty() => bytes,
                _ => [&header[..], &how, &bytes].concat(),
            };
            seeds.push(Seed {
                target,
                name: format!("random_{seed}"),
                bytes,
            });
        }
    }
}
