//! Random modules do the same on Selvedge, with every dispatch and compilation
//! mode, as on wasmi.
//!
//! `DIFFERENTIAL_MODULES=5000` makes a longer run, `DIFFERENTIAL_SEED=7` another one;
//! a mismatch is printed as a module that has been made as small as it gets, with
//! the seed that leads to it. Mismatches are not always mistakes of ours.

mod oracle;

use oracle::campaign::compare;
use oracle::contest::{Contest, Outcome};
use oracle::{End, Value, programs, smith};

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

/// What wasmi 2.0.0 does wrong, and how it is asked instead. If wasmi is right one day, `oracle::apart` has no purpose any more.
#[test]
fn blocks_are_set_apart_for_wasmi() {
    let text = include_str!("tiers_agree/locals_below_parameters.wat");
    let wasm = wat::parse_str(text).unwrap();
    let Outcome::Same(right) = Contest::new().run(&wasm) else {
        panic!("wasmi or an engine is wrong");
    };
    assert_eq!(right.returned(), right.calls.len());
    let (_, _, end) = right.calls.iter().find(|call| call.0 == "loop").unwrap();
    assert_eq!(*end, End::Returned(vec![Value::I32(1), Value::I32(51)]));

    let as_it_is = oracle::wasmi::observe_as_it_is(&oracle::wasmi::engine(false), &wasm).unwrap();
    let (_, _, end) = as_it_is.calls.iter().find(|call| call.0 == "loop").unwrap();
    assert_eq!(*end, End::Returned(vec![Value::I32(41), Value::I32(51)]));
}
