//! Random modules do the same on Selvedge, with every dispatch and compilation
//! mode, as on wasmi.
//!
//! `DIFFERENTIAL_MODULES=5000` makes a longer run, `DIFFERENTIAL_SEED=7` another one;
//! a mismatch is printed as a module that has been made as small as it gets, with
//! the seed that leads to it. Mismatches are not always mistakes of ours.

mod oracle;

use arbitrary::Unstructured;

use oracle::contest::{Contest, Outcome};
use oracle::reduce::reduce;
use oracle::{Random, number, programs, smith};

/// What came of a number of modules.
#[derive(Default, Debug)]
struct Tally {
    same: usize,
    instantiated: usize,
    calls: usize,
    returned: usize,
    host_calls: usize,
    overflowed: usize,
    not_translated: usize,
    different: usize,
}

/// Compares modules made by `generate` from random bytes.
fn compare(default: u64, generate: impl Fn(&mut Unstructured<'_>) -> Option<Vec<u8>>) -> Tally {
    let contest = Contest::new();
    let first = number("DIFFERENTIAL_SEED", 0);
    let mut tally = Tally::default();
    for seed in first..first + number("DIFFERENTIAL_MODULES", default) {
        let mut random = Random::new(seed);
        let len = 1 << (8 + random.below(8));
        let bytes = random.bytes(len);
        let Some(wasm) = generate(&mut Unstructured::new(&bytes)) else {
            continue;
        };
        match contest.run(&wasm) {
            Outcome::Same(observation) => {
                tally.same += 1;
                tally.instantiated += usize::from(!observation.exports.is_empty());
                tally.calls += observation.calls.len();
                tally.returned += observation.returned();
                tally.host_calls += observation.host_calls.len();
            }
            Outcome::Overflowed => tally.overflowed += 1,
            Outcome::NotTranslated => tally.not_translated += 1,
            Outcome::Different { engine, what } => {
                tally.different += 1;
                let text = wasmprinter::print_bytes(&wasm).unwrap();
                let text = reduce(&text, |text| contest.difference(engine, text).is_some());
                let reduced = contest.difference(engine, &text);
                println!("seed {seed}: {what}\nand after reduction: {reduced:?}\n{text}");
            }
        }
    }
    println!("{tally:?}");
    assert_eq!(tally.different, 0, "of {tally:?}");
    tally
}

#[test]
fn modules_of_wasm_smith() {
    let tally = compare(60, |bytes| smith::generate(bytes).ok());
    assert!(tally.instantiated * 2 > tally.same, "{tally:?}");
    assert!(tally.returned > tally.same, "{tally:?}");
}

#[test]
fn programs_that_meet_what_translation_does() {
    let tally = compare(60, |bytes| {
        let text = programs::generate(bytes);
        let wasm = wat::parse_str(&text);
        Some(wasm.unwrap_or_else(|error| panic!("{error}\n{text}")))
    });
    assert_eq!(tally.instantiated, tally.same, "{tally:?}");
    assert!(tally.returned * 3 > tally.calls, "{tally:?}");
}
