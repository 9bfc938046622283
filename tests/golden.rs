//! Small modules with the instruction counts that `docs/instruction-count.md` gives them: `tests/golden/*.wat`, each of which
//! says how its number comes about. They have the shapes and the sums of Lucet's tests of counting, and some more.

mod support;

use std::fs;
use std::path::Path;

use selvedge::{Config, Dispatch, Engine, Linker, Module, Store, Strategy};

/// What the comments of a module say.
struct Golden {
    name: String,
    wat: String,
    count: u64,
    trap: Option<String>,
}

fn golden() -> Vec<Golden> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let wat = fs::read_to_string(&path).unwrap();
        let said = |what: &str| {
            let mut lines = wat.lines();
            lines.find_map(|line| Some(line.strip_prefix(what)?.trim().to_owned()))
        };
        let count = said(";; count:").unwrap_or_else(|| panic!("{path:?} has no count"));
        all.push(Golden {
            name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
            count: count.parse().unwrap(),
            trap: said(";; trap:"),
            wat,
        });
    }
    all
}

#[test]
fn modules_cost_what_they_say() {
    let mut configs = support::strategies();
    let mut step = Config::new();
    step.strategy(Strategy::Interpreter)
        .dispatch(Dispatch::Step);
    configs.push(("interpreter, step", step));
    let all = golden();
    assert!(all.len() >= 14);
    for (name, mut config) in configs {
        config.count_instructions(true);
        let engine = Engine::new(&config).unwrap();
        let mut linker = Linker::new(&engine);
        linker.func_wrap("host", "seven", || 7_i32).unwrap();
        for golden in &all {
            let what = format!("{} on {name}", golden.name);
            let module = Module::new(&engine, &golden.wat).unwrap();
            let mut store = Store::new(&engine, ());
            let instance = linker.instantiate(&mut store, &module).unwrap();
            // The second time is after a reset, where the start function is counted again.
            for _ in 0..2 {
                let f = instance.get_typed_func::<(), ()>(&mut store, "f").unwrap();
                let trap = f.call(&mut store, ()).err();
                let trap = trap.map(|error| format!("{:?}", error.as_trap_code().unwrap()));
                assert_eq!(trap, golden.trap, "{what}");
                assert_eq!(store.instruction_count(), Some(golden.count), "{what}");
                store.set_instruction_count(0);
                instance.reset(&mut store).unwrap();
            }
        }
    }
}
