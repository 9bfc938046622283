//! Running many random modules, and telling what came of them.

use arbitrary::Unstructured;

use super::contest::{Contest, Outcome};
use super::reduce::reduce;
use super::{Random, number};

/// What came of a number of modules.
#[derive(Default, Debug)]
pub struct Tally {
    pub same: usize,
    pub instantiated: usize,
    pub calls: usize,
    pub returned: usize,
    pub host_calls: usize,
    pub overflowed: usize,
    pub not_translated: usize,
    pub different: usize,
}

/// Lets `contest` run modules made by `generate` from random bytes: `default` of them, or as
/// many as `DIFFERENTIAL_MODULES` says. A mismatch is printed as a small module.
///
/// # Panics
///
/// If modules do different things.
pub fn compare(
    contest: &Contest,
    default: u64,
    generate: impl Fn(&mut Unstructured<'_>) -> Option<Vec<u8>>,
) -> Tally {
    let first = seed();
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

/// Where random numbers begin: what `DIFFERENTIAL_SEED` says, or 0.
pub fn seed() -> u64 {
    number("DIFFERENTIAL_SEED", 0)
}
