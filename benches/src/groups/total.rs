//! Whole runs, from the bytes of a module to the end: a new engine, loading, one call, and dropping
//! everything, on each of Selvedge's tiers as they are by default. Nothing is warm but the process.
//!
//! - `total/programs`: the programs, with much work, and some with so little that it is done in about a
//!   millisecond.
//! - `total/auto`: the same times again: those of the interpreter or the baseline compiler,
//!   whichever takes less for the case, and the ratio of the tiers together to them.
//! - `total/first-result`: modules of megabytes of which only a few functions run.

use crate::Error;
use crate::case::{Case, Work};
use crate::groups::{execute, load};
use crate::measure::{Measurement, Samples, Settings};
use crate::runtimes::Runtime;
use crate::statistics::median;

/// Programs that the interpreter runs in about a millisecond with the work of the small cases.
const SHORT: [&str; 3] = ["sieve", "vm", "regex"];

/// The line for whichever of two tiers takes less.
pub const BETTER: &str = "selvedge or baseline";

/// Every program, some short ones, and the large modules.
pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = execute::cases().into_iter().map(whole).collect();
    for short in SHORT {
        let small = execute::small_cases().into_iter();
        let program = small.filter(|case| case.name == short).map(whole);
        cases.extend(program.map(|case| Case {
            name: format!("{short}, a millisecond").into(),
            ..case
        }));
    }
    cases.extend(load::large_modules().into_iter().map(first_result));
    cases
}

/// Every program with little work, and a module of some size.
pub fn small_cases() -> Vec<Case> {
    let mut cases: Vec<Case> = execute::small_cases().into_iter().map(whole).collect();
    let modules = load::large_modules().into_iter();
    cases.extend(modules.take(1).map(first_result));
    cases
}

fn whole(program: Case) -> Case {
    Case {
        group: "total/programs",
        work: Work::Total("run".into()),
        ..program
    }
}

fn first_result(module: Case) -> Case {
    Case {
        group: "total/first-result",
        ..whole(module)
    }
}

/// Measures a case, and compares the tiers together with the better of the two.
///
/// # Errors
///
/// As [`Measurement::take`].
pub fn measure(
    case: &Case,
    runtimes: &[Box<dyn Runtime>],
    settings: &Settings<'_>,
    tick: &mut dyn FnMut(),
) -> Result<Vec<Measurement>, Error> {
    let measurement = Measurement::take(case, runtimes, settings, tick)?;
    let compared = match case.group {
        "total/programs" => auto_and_better(case, &measurement.runtimes),
        _ => None,
    };
    Ok([measurement].into_iter().chain(compared).collect())
}

/// The case as one of `total/auto`, if all three were measured.
fn auto_and_better(case: &Case, measured: &[Samples]) -> Option<Measurement> {
    let named = |name: &str| {
        let samples = measured.iter().find(|samples| samples.name == name)?;
        (!samples.values.is_empty()).then(|| samples.clone())
    };
    let (interpreter, baseline, auto) = (named("selvedge")?, named("baseline")?, named("auto")?);
    let mut better = match median(&baseline.values) < median(&interpreter.values) {
        true => baseline,
        false => interpreter,
    };
    better.name = BETTER.to_owned();
    let case = Case {
        group: "total/auto",
        ..case.clone()
    };
    Some(Measurement::new(&case, None, vec![better, auto]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::measurement;

    #[test]
    fn the_better_tier_is_the_one_with_the_lesser_median() {
        let case = small_cases().remove(0);
        let measured = |values: &[(&str, &[f64])]| measurement("total/programs", "x", values);
        let all = measured(&[
            ("selvedge", &[1.0, 9.0, 9.0]),
            ("baseline", &[4.0, 5.0, 8.0]),
            ("auto", &[5.0, 5.0, 10.0]),
        ]);
        let compared = auto_and_better(&case, &all.runtimes).expect("all were measured");
        assert_eq!(compared.group, "total/auto");
        assert_eq!(compared.runtimes[0].name, BETTER);
        assert_eq!(compared.runtimes[0].values, [4.0, 5.0, 8.0]);
        // 5/4, 5/5 and 10/8 in the rounds.
        assert_eq!(compared.runtimes[1].ratio, Some(1.25));

        let without = measured(&[("selvedge", &[1.0]), ("baseline", &[]), ("auto", &[1.0])]);
        assert!(auto_and_better(&case, &without.runtimes).is_none());
    }

    #[test]
    fn there_are_short_programs_and_large_modules() {
        let cases = cases();
        let named = |text: &str| cases.iter().filter(|c| c.name.contains(text)).count();
        assert_eq!(named("a millisecond"), SHORT.len());
        assert_eq!(named("functions 10 MB"), 1);
    }
}
