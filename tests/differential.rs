//! Random modules do the same on Selvedge, with every dispatch and compilation
//! mode, as on wasmi.
//!
//! `DIFFERENTIAL_MODULES=5000` makes a longer run, `DIFFERENTIAL_SEED=7` another one;
//! a mismatch is printed as a module that has been made as small as it gets, with
//! the seed that leads to it. Mismatches are not always mistakes of ours.

mod oracle;

use oracle::campaign::compare;
use oracle::contest::Contest;
use oracle::{programs, smith};

#[test]
fn modules_of_wasm_smith() {
    let tally = compare(&Contest::new(), 60, |bytes| smith::generate(bytes).ok());
    assert!(tally.instantiated * 2 > tally.same, "{tally:?}");
    assert!(tally.returned * 3 > tally.same, "{tally:?}");
}

#[test]
fn programs_that_meet_what_translation_does() {
    let tally = compare(&Contest::new(), 60, |bytes| Some(programs::module(bytes)));
    assert_eq!(tally.instantiated, tally.same, "{tally:?}");
    assert!(tally.returned * 3 > tally.calls, "{tally:?}");
}
