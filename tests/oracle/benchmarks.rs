//! The programs of the benchmarks, with little work.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use selvedge::{Engine, Extern, Instance, Module, Store, Val};

/// Checks that every program does the same on all of `engines`.
///
/// # Panics
///
/// If one does not, or not what the table of programs says.
pub fn compare(engines: &[(String, Engine)]) {
    for Program { name, wasm, row } in programs() {
        let (n, expected) = row;
        let mut first: Option<Ending> = None;
        for (choice, engine) in engines {
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
}

/// A program: its name, its module, and its row in the table: the argument for little work and
/// the checksum that it leads to.
pub struct Program {
    pub name: String,
    pub wasm: Vec<u8>,
    pub row: (i32, i64),
}

/// All of them, those with vectors included.
///
/// # Panics
///
/// If a table of programs and its folder differ.
pub fn programs() -> Vec<Program> {
    let mut programs = table("execute", "");
    programs.extend(table("simd", "simd"));
    programs
}

/// The programs of the table for `group`, in a folder of those of the benchmarks.
fn table(group: &str, folder: &str) -> Vec<Program> {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let table = fs::read_to_string(benches.join(format!("src/groups/{group}.rs"))).unwrap();
    let rows: BTreeMap<_, _> = table.lines().filter_map(row).collect();
    let mut programs = Vec::new();
    for entry in fs::read_dir(benches.join("programs").join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let &row = rows
            .get(name.as_str())
            .unwrap_or_else(|| panic!("{name} is not in the table"));
        let wasm = fs::read(&path).unwrap();
        programs.push(Program { name, wasm, row });
    }
    assert_eq!(programs.len(), rows.len(), "programs and rows of the table");
    programs.sort_by(|a, b| a.name.cmp(&b.name));
    programs
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
pub struct Ending {
    pub checksum: i64,
    memories: Vec<Vec<u8>>,
    globals: Vec<String>,
    /// The instruction count, if the engine counts.
    pub count: Option<u64>,
}

/// Runs a benchmark program with the argument `n`.
pub fn run(engine: &Engine, wasm: &[u8], n: i32) -> Ending {
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
        count: store.instruction_count(),
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
