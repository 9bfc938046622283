//! Measurement: rounds in which every runtime has its turn, so that whatever else the machine does
//! meanwhile meets all of them alike.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::case::{Case, Ready, Unit};
use crate::child::Child;
use crate::clock::{self, Elapsed};
use crate::runtimes::{self, Mode, Runtime};
use crate::statistics::{median, min};
use crate::value::Value;

/// How much is measured.
#[derive(Copy, Clone, Debug)]
pub struct Settings<'a> {
    /// The rounds that are measured, after one that is not.
    pub rounds: u32,
    /// A runtime that has taken this much CPU time for a case, and three rounds, leaves the
    /// further rounds to the others.
    pub budget: Duration,
    /// Where every runtime is tried first: one may refuse a module, or fail, by crashing.
    pub child: Option<&'a Child>,
}

/// What was measured of a case; the first runtime is the one that others are compared with.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Measurement {
    /// The group that the case belongs to.
    pub group: String,
    /// The name of the case.
    pub name: String,
    /// What was measured, and how it is shown.
    pub unit: Unit,
    /// The size of the module, or of its function bodies, if it is what the time depends on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module_bytes: Option<usize>,
    /// What was measured of each runtime.
    pub runtimes: Vec<Samples>,
}

/// What was measured of one runtime.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Samples {
    /// The runtime's name.
    pub name: String,
    /// Why there are no samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// How many times as much as the first runtime this one took: the median over the
    /// rounds of the ratio within a round.
    pub ratio: Option<f64>,
    /// The ratio of the least values.
    pub min_ratio: Option<f64>,
    /// A value for each round: CPU time in nanoseconds for one of what the unit says, or bytes.
    pub values: Vec<f64>,
    /// Wall time in nanoseconds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wall_ns: Vec<f64>,
}

/// A runtime that takes part in the measurement of a case.
struct Participant<'a> {
    runtime: &'a dyn Runtime,
    mode: Mode,
    ready: Ready,
    samples: Samples,
    spent_ns: f64,
    done: bool,
    /// What came of the last run.
    results: Vec<Value>,
}

impl Settings<'_> {
    fn budget_ns(&self) -> f64 {
        self.budget.as_secs_f64() * 1e9
    }
}

impl Measurement {
    /// Measures a case on the runtimes that have its mode. Who begins changes from round to
    /// round. `tick` is called at each turn of a runtime, or for one that has no turn any more.
    ///
    /// # Errors
    ///
    /// If a runtime fails or comes to another result than the expected one. Refusals are no errors:
    /// whatever a runtime does if the module may be refused, and what any but the first
    /// cannot do in a child.
    pub fn take(
        case: &Case,
        runtimes: &[Box<dyn Runtime>],
        settings: &Settings<'_>,
        tick: &mut dyn FnMut(),
    ) -> Result<Self, Error> {
        let wasm = runtimes::binary(&case.wasm)?;
        let mut participants: Vec<Participant<'_>> = Vec::new();
        for runtime in runtimes {
            tick();
            let Some(mode) = case.mode(&**runtime) else {
                continue;
            };
            let mut participant = Participant::new(&**runtime, mode);
            let is_first = participants.is_empty();
            let warmed_up = participant.warm_up(case, &wasm, settings, is_first);
            warmed_up.map_err(|error| participant.named(case, error))?;
            let first = participants.first().unwrap_or(&participant);
            match participant.check(case, &first.results) {
                // Seen with bodies of a megabyte: the others are to be measured all the same.
                Err(error) if case.may_be_refused() => participant.refuse(error.to_string()),
                checked => checked.map_err(|error| participant.named(case, error))?,
            }
            participants.push(participant);
        }
        for round in 0..settings.rounds as usize {
            for turn in 0..participants.len() {
                tick();
                let at = (round + turn) % participants.len();
                participants[at].take_turn(case, &wasm, settings)?;
            }
            for participant in &participants {
                let checked = participant.check(case, &participants[0].results);
                checked.map_err(|error| participant.named(case, error))?;
            }
        }
        let samples = participants.into_iter().map(|p| p.samples).collect();
        let module_bytes = case.bytes(&wasm);
        Ok(Self::new(case, module_bytes, samples))
    }

    /// A measurement of `runtimes`; their ratios to the first are computed.
    pub fn new(case: &Case, module_bytes: Option<usize>, runtimes: Vec<Samples>) -> Self {
        let mut measurement = Self {
            group: case.group.to_owned(),
            name: case.name.to_string(),
            unit: case.unit,
            module_bytes,
            runtimes,
        };
        if let Some(first) = measurement.runtimes.first().cloned() {
            for samples in &mut measurement.runtimes {
                samples.compare_with(&first);
            }
        }
        measurement
    }
}

impl<'a> Participant<'a> {
    fn new(runtime: &'a dyn Runtime, mode: Mode) -> Self {
        Self {
            runtime,
            mode,
            ready: Ready::Nothing,
            samples: Samples::new(runtime.name()),
            spent_ns: 0.0,
            done: false,
            results: Vec::new(),
        }
    }

    /// Does the work once without measuring it, unless that is all that the budget allows.
    fn warm_up(
        &mut self,
        case: &Case,
        wasm: &[u8],
        settings: &Settings<'_>,
        is_first: bool,
    ) -> Result<(), Error> {
        let may_be_refused = case.may_be_refused();
        if let Some(child) = settings.child {
            match child.attempt(case, self.runtime.name(), self.mode, wasm) {
                Err(reason) if is_first && !may_be_refused => return Err(reason.into()),
                Err(reason) => {
                    self.refuse(reason);
                    return Ok(());
                }
                Ok(elapsed) if may_be_refused && elapsed.cpu_ns > settings.budget_ns() => {
                    self.samples.push(elapsed);
                    self.done = true;
                    return Ok(());
                }
                Ok(_) => {}
            }
        }
        if may_be_refused {
            match case.try_out(self.runtime, self.mode, wasm) {
                Ok(results) => self.results = results,
                Err(error) => self.refuse(error.to_string()),
            }
        } else {
            self.ready = case.ready(self.runtime, self.mode, wasm)?;
            let (results, _) = case.perform(self.runtime, self.mode, wasm, &mut self.ready)?;
            self.results = results;
        }
        Ok(())
    }

    fn take_turn(
        &mut self,
        case: &Case,
        wasm: &[u8],
        settings: &Settings<'_>,
    ) -> Result<(), Error> {
        if self.done {
            return Ok(());
        }
        let (performed, total) =
            clock::time(|| case.perform(self.runtime, self.mode, wasm, &mut self.ready));
        let (results, elapsed) = performed.map_err(|error| self.named(case, error))?;
        self.results = results;
        self.samples.push(elapsed);
        self.spent_ns += total.cpu_ns;
        let over_budget = self.spent_ns > settings.budget_ns();
        self.done = over_budget && self.samples.values.len() >= 3;
        Ok(())
    }

    fn check(&self, case: &Case, first: &[Value]) -> Result<(), Error> {
        // Nobody knows the results of who was refused, or left early; a load has none.
        if self.done || self.results.is_empty() || first.is_empty() {
            return Ok(());
        }
        case.check(&self.results, first)
    }

    fn refuse(&mut self, reason: String) {
        self.samples.refused = Some(reason);
        self.done = true;
    }

    fn named(&self, case: &Case, error: Error) -> Error {
        let (group, name, runtime) = (case.group, &case.name, self.runtime.name());
        format!("{group}/{name} on {runtime}: {error}").into()
    }
}

impl Samples {
    /// A runtime without samples.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            refused: None,
            ratio: None,
            min_ratio: None,
            values: Vec::new(),
            wall_ns: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, elapsed: Elapsed) {
        // A hundredth of a nanosecond is finer than any clock.
        let rounded = |ns: f64| (ns * 100.0).round() / 100.0;
        self.values.push(rounded(elapsed.cpu_ns));
        self.wall_ns.push(rounded(elapsed.wall_ns));
    }

    /// Sets the ratios. A runtime that left early is compared in the rounds that it has.
    fn compare_with(&mut self, first: &Self) {
        if self.values.is_empty() || first.values.is_empty() {
            return;
        }
        let rounds = self.values.iter().zip(&first.values);
        let ratios: Vec<f64> = rounds.map(|(a, b)| a / b).collect();
        let rounded = |ratio: f64| (ratio * 1e4).round() / 1e4;
        self.ratio = Some(rounded(median(&ratios)));
        self.min_ratio = Some(rounded(min(&self.values) / min(&first.values)));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::case::{Expected, Work};

    /// A measurement that was never taken.
    pub(crate) fn measurement(
        group: &'static str,
        name: &str,
        values: &[(&str, &[f64])],
    ) -> Measurement {
        let case = Case {
            group,
            name: name.to_owned().into(),
            wasm: Vec::new().into(),
            work: Work::CallNop,
            n: 1,
            expected: Expected::Is(0),
            unit: Unit::Milliseconds,
        };
        let samples = |&(runtime, values): &(&str, &[f64])| Samples {
            values: values.to_vec(),
            wall_ns: values.to_vec(),
            ..Samples::new(runtime)
        };
        Measurement::new(&case, None, values.iter().map(samples).collect())
    }

    #[test]
    fn ratios_are_taken_within_rounds() {
        let measurement = measurement(
            "execute",
            "disturbed",
            &[
                // The second round was disturbed, for both.
                ("first", &[10.0, 100.0, 20.0]),
                ("peer", &[20.0, 300.0, 40.0]),
                ("left early", &[30.0]),
                ("refused", &[]),
            ],
        );
        let ratios: Vec<_> = measurement.runtimes.iter().map(|s| s.ratio).collect();
        assert_eq!(ratios, [Some(1.0), Some(2.0), Some(3.0), None]);
        assert_eq!(measurement.runtimes[1].min_ratio, Some(2.0));
    }
}
