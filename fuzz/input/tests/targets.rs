//! Every target on its committed seeds, and on some random inputs, without a fuzzer.

use std::fs;
use std::path::Path;

use selvedge_fuzz_input::random;
use selvedge_fuzz_input::targets::ALL;

/// Random inputs of each target.
const INPUTS: u64 = if cfg!(debug_assertions) { 40 } else { 400 };

#[test]
fn committed_seeds_are_of_use() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds");
    for (name, target, _) in ALL {
        let (mut count, mut kept) = (0, 0);
        for entry in fs::read_dir(seeds.join(name)).expect("every target has seeds") {
            let path = entry.expect("the folder can be read").path();
            println!("{}", path.display());
            let bytes = fs::read(path).expect("a seed is a file");
            count += 1;
            kept += usize::from(target(&bytes).is_some());
        }
        assert!(kept > 0 && kept * 2 >= count, "{name}: {kept} of {count}");
    }
}

#[test]
fn random_inputs_are_no_findings() {
    for (name, target, most) in ALL {
        let mut kept = 0;
        for seed in 0..INPUTS {
            println!("{name}, seed {seed}");
            kept += u64::from(target(&random::input(seed, most)).is_some());
        }
        assert!(kept > 0, "{name}");
    }
}
