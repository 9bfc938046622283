//! Cases and their measurement: rounds in which every runtime has its turn, so that whatever
//! else the machine does meanwhile meets all of them alike.

use crate::Error;
use crate::clock::{self, Elapsed};
use crate::runtimes::{Guest, Runtime};

/// Work that every runtime can do.
#[derive(Clone, Debug)]
pub struct Case {
    /// The group that the case belongs to.
    pub group: &'static str,
    /// A name, unique in the group.
    pub name: &'static str,
    /// The module, in the binary or the text format.
    pub wasm: &'static [u8],
    /// What is called.
    pub work: Work,
    /// How much is done: the argument of the function, or how often the host calls it.
    pub n: i32,
    /// The result.
    pub expected: i64,
    /// What the times are shown per.
    pub unit: Unit,
}

/// What a case calls.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Work {
    /// The export of this name once, with the argument `n`.
    Run(&'static str),
    /// The export `nop` without parameters and results, `n` times.
    CallNop,
    /// The export `add` of two `i32`, `n` times: `sum = add(sum, i)` for `i` in `0..n`.
    CallAdd,
}

/// What times are shown per.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Milliseconds for the whole of a case.
    Milliseconds,
    /// Nanoseconds for one of the `n` calls of a case.
    NanosecondsPerCall,
}

/// The times that the runtimes took for a case; the first runtime is the one that
/// others are compared with.
#[derive(Clone, Debug)]
pub struct Measurement {
    /// What was measured.
    pub case: Case,
    /// The times of each runtime.
    pub samples: Vec<Samples>,
}

/// The times of one runtime, a pair for each round.
#[derive(Clone, Debug)]
pub struct Samples {
    /// The runtime's name.
    pub runtime: String,
    /// CPU time in nanoseconds.
    pub cpu_ns: Vec<f64>,
    /// Wall time in nanoseconds.
    pub wall_ns: Vec<f64>,
}

impl Case {
    /// Does the work once in `guest`.
    ///
    /// # Errors
    ///
    /// If the guest fails or the result is not the expected one.
    pub fn run(&self, guest: &mut dyn Guest) -> Result<(), Error> {
        let result = match self.work {
            Work::Run(export) => guest.run(export, self.n)?,
            Work::CallNop => guest.call_nop(self.n)?,
            Work::CallAdd => guest.call_add(self.n)?,
        };
        if result != self.expected {
            let expected = self.expected;
            return Err(format!("the result is {result}, {expected} was expected").into());
        }
        Ok(())
    }

    /// The time `ns` in the unit of the case.
    pub fn in_unit(&self, ns: f64) -> f64 {
        match self.unit {
            Unit::Milliseconds => ns / 1e6,
            Unit::NanosecondsPerCall => ns / f64::from(self.n),
        }
    }
}

impl Measurement {
    /// Measures `case` in `rounds` rounds, after one in which nothing is measured. Who begins
    /// changes from round to round.
    ///
    /// # Errors
    ///
    /// If a runtime fails or comes to another result than the expected one.
    pub fn take(
        case: &Case,
        runtimes: &[Box<dyn Runtime>],
        rounds: u32,
    ) -> Result<Measurement, Error> {
        let named = |runtime: &dyn Runtime, error: Error| -> Error {
            format!(
                "{}/{} on {}: {error}",
                case.group,
                case.name,
                runtime.name()
            )
            .into()
        };
        let mut guests = Vec::new();
        let mut samples = Vec::new();
        for runtime in runtimes {
            let mut guest = runtime
                .instantiate(case.wasm)
                .map_err(|error| named(&**runtime, error))?;
            case.run(&mut *guest)
                .map_err(|error| named(&**runtime, error))?;
            guests.push(guest);
            samples.push(Samples::new(runtime.name()));
        }
        for round in 0..rounds as usize {
            for turn in 0..runtimes.len() {
                let at = (round + turn) % runtimes.len();
                let (outcome, elapsed) = clock::time(|| case.run(&mut *guests[at]));
                outcome.map_err(|error| named(&*runtimes[at], error))?;
                samples[at].push(elapsed);
            }
        }
        Ok(Measurement {
            case: case.clone(),
            samples,
        })
    }

    /// How many times as much CPU time the runtime at `index` took as the first one: the
    /// median over the rounds of the ratio within a round.
    pub fn ratio(&self, index: usize) -> f64 {
        let (peer, first) = (&self.samples[index].cpu_ns, &self.samples[0].cpu_ns);
        let ratios: Vec<f64> = peer.iter().zip(first).map(|(a, b)| a / b).collect();
        median(&ratios)
    }

    /// The ratio of the least CPU times.
    pub fn min_ratio(&self, index: usize) -> f64 {
        min(&self.samples[index].cpu_ns) / min(&self.samples[0].cpu_ns)
    }
}

impl Samples {
    fn new(runtime: &str) -> Self {
        Self {
            runtime: runtime.to_owned(),
            cpu_ns: Vec::new(),
            wall_ns: Vec::new(),
        }
    }

    fn push(&mut self, elapsed: Elapsed) {
        self.cpu_ns.push(elapsed.cpu.as_secs_f64() * 1e9);
        self.wall_ns.push(elapsed.wall.as_secs_f64() * 1e9);
    }
}

/// The middle value; the mean of the two in the middle if there are two. NaN for nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

/// The least value; infinite for nothing.
pub fn min(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The geometric mean. NaN for nothing.
pub fn geometric_mean(values: &[f64]) -> f64 {
    let logarithms: f64 = values.iter().map(|value| value.ln()).sum();
    (logarithms / values.len() as f64).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(runtime: &str, cpu_ns: &[f64]) -> Samples {
        Samples {
            runtime: runtime.to_owned(),
            cpu_ns: cpu_ns.to_vec(),
            wall_ns: cpu_ns.to_vec(),
        }
    }

    #[test]
    fn median_is_the_middle() {
        assert_eq!(median(&[3.0]), 3.0);
        assert_eq!(median(&[9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[9.0, 1.0, 2.0, 4.0]), 3.0);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn geometric_mean_of_reciprocals_is_one() {
        assert!((geometric_mean(&[4.0, 0.25]) - 1.0).abs() < 1e-12);
        assert!((geometric_mean(&[2.0, 8.0]) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn ratios_are_taken_within_rounds() {
        let mut case = crate::groups::execute::cases().remove(0);
        case.n = 4;
        let measurement = Measurement {
            case,
            samples: vec![
                // The second round was disturbed, for both.
                samples("first", &[10.0, 100.0, 20.0]),
                samples("peer", &[20.0, 300.0, 40.0]),
            ],
        };
        assert_eq!(measurement.ratio(0), 1.0);
        assert_eq!(measurement.ratio(1), 2.0);
        assert_eq!(measurement.min_ratio(1), 2.0);
    }

    #[test]
    fn units() {
        let mut case = crate::groups::execute::cases().remove(0);
        case.n = 4;
        case.unit = Unit::Milliseconds;
        assert_eq!(case.in_unit(3e6), 3.0);
        case.unit = Unit::NanosecondsPerCall;
        assert_eq!(case.in_unit(10.0), 2.5);
    }
}
