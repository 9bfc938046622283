//! Reports: what was measured, where, and with what, as a table, a chart, Markdown, and JSON that
//! all of these can be made from again.
//!
//! ```text
//! {"environment": {"cpu": …, "versions": {"selvedge": "0.1.0", …}, "rounds": 11, …},
//!  "cases": [{"group": "execute", "name": "sieve", "unit": "ms", "runtimes": [
//!    {"name": "selvedge", "ratio": 1.0, "min_ratio": 1.0,
//!     "values": [one per round], "wall_ns": [one per round]}, …]}, …]}
//! ```
//!
//! `values` are nanoseconds of CPU time for one of what the unit says (for `ms`: for the whole), or
//! bytes. A runtime without samples has `"refused": "why"`. `module_bytes` is the size of a
//! module that was loaded.

mod chart;
mod markdown;
mod table;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::environment::Environment;
use crate::measure::Measurement;
use crate::statistics::geometric_mean;

/// What was measured, where, and with what.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Where and with what.
    pub environment: Environment,
    /// What was measured, the cases of a group one after another.
    pub cases: Vec<Measurement>,
}

impl Report {
    /// Reads a report.
    ///
    /// # Errors
    ///
    /// If the text is not the JSON of a report.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        Ok(serde_json::from_str(json)?)
    }

    /// Every sample and the environment.
    pub fn to_json(&self) -> String {
        let mut json =
            serde_json::to_string_pretty(self).expect("a report has no other keys than names");
        json.push('\n');
        json
    }

    /// A table for a terminal: a line for each runtime and case.
    pub fn to_table(&self) -> String {
        table::table(&self.cases)
    }

    /// Tables for documents: a line for each case, a column for each runtime.
    pub fn to_markdown(&self) -> String {
        markdown::markdown(self)
    }

    /// A document with its tables replaced: each is between the lines `<!-- table: GROUP -->` and
    /// `<!-- end of table -->`, where `execute` is a group and `load` stands for `load/eager` and others.
    ///
    /// # Errors
    ///
    /// If a table has no end, or the document has none of a group of this report.
    pub fn update(&self, document: &str) -> Result<String, Error> {
        markdown::update(self, document)
    }

    /// A chart of the ratios as SVG.
    pub fn to_chart(&self) -> String {
        chart::chart(self)
    }
}

/// The cases of each group.
fn groups(cases: &[Measurement]) -> impl Iterator<Item = &[Measurement]> {
    cases.chunk_by(|a, b| a.group == b.group)
}

/// The names of the runtimes of a group, each once.
fn runtimes(group: &[Measurement]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for samples in group.iter().flat_map(|case| &case.runtimes) {
        if !names.contains(&samples.name.as_str()) {
            names.push(&samples.name);
        }
    }
    names
}

/// The geometric mean of a runtime's ratios in a group, and in how many cases it has one. Nothing is a
/// multiple of nothing: ratios of zero have no place in such a mean.
fn mean_ratio(group: &[Measurement], runtime: &str, least: bool) -> Option<(f64, usize)> {
    let ratios: Vec<f64> = group
        .iter()
        .flat_map(|case| &case.runtimes)
        .filter(|samples| samples.name == runtime)
        .filter_map(|samples| {
            if least {
                samples.min_ratio
            } else {
                samples.ratio
            }
        })
        .filter(|ratio| *ratio > 0.0)
        .collect();
    (!ratios.is_empty()).then(|| (geometric_mean(&ratios), ratios.len()))
}

/// The least and the greatest of a runtime's ratios in a group, if there are several.
fn range_of_ratios(group: &[Measurement], runtime: &str) -> Option<(f64, f64)> {
    let of_runtime = group
        .iter()
        .flat_map(|case| &case.runtimes)
        .filter(|samples| samples.name == runtime);
    let mut ratios: Vec<f64> = of_runtime.filter_map(|samples| samples.ratio).collect();
    ratios.retain(|ratio| *ratio > 0.0);
    ratios.sort_by(f64::total_cmp);
    match ratios[..] {
        [least, .., most] => Some((least, most)),
        _ => None,
    }
}

/// A number with about three digits that tell something.
fn short(value: f64) -> String {
    match value.abs() {
        small if small < 10.0 => format!("{value:.2}"),
        middle if middle < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// The first line of a reason, or as much of it as is allowed.
fn first_line(reason: &str, chars: usize) -> String {
    let line = reason.lines().next().unwrap_or("");
    line.chars().take(chars).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::measure::Samples;
    use crate::measure::tests::measurement;

    /// Two programs on two runtimes, and a load that one refused.
    pub(crate) fn report() -> Report {
        let mut load = measurement("load/eager", "large", &[("first", &[2e6]), ("peer", &[])]);
        load.module_bytes = Some(4_000);
        load.runtimes[1] = Samples {
            refused: Some("a <large> body".to_owned()),
            ..Samples::new("peer")
        };
        Report {
            environment: Environment::current(&["selvedge"], 3),
            cases: vec![
                measurement(
                    "execute",
                    "sieve",
                    &[("first", &[2e6, 4e6, 3e6]), ("peer", &[4e6, 8e6, 6e6])],
                ),
                measurement("execute", "crc", &[("first", &[1e6]), ("peer", &[8e6])]),
                load,
            ],
        }
    }

    #[test]
    fn json_is_read_back_as_it_was() {
        let report = report();
        let json = report.to_json();
        assert_eq!(Report::from_json(&json).unwrap(), report);
        assert!(Report::from_json("{}").is_err());
    }

    #[test]
    fn json_has_the_documented_shape() {
        let json: serde_json::Value = serde_json::from_str(&report().to_json()).unwrap();
        assert_eq!(json["environment"]["rounds"], 3);
        assert!(json["environment"]["versions"]["selvedge"].is_string());
        let case = &json["cases"][0];
        assert_eq!(case["group"], "execute");
        assert_eq!(case["unit"], "ms");
        assert!(case.get("module_bytes").is_none());
        let peer = &case["runtimes"][1];
        assert_eq!(peer["name"], "peer");
        assert_eq!(peer["ratio"], 2.0);
        assert_eq!(peer["values"][2], 6e6);
        assert_eq!(peer["wall_ns"][1], 8e6);
        let refused = &json["cases"][2]["runtimes"][1];
        assert_eq!(refused["refused"], "a <large> body");
        assert_eq!(refused["ratio"], serde_json::Value::Null);
    }

    #[test]
    fn means_are_of_the_cases_with_a_ratio() {
        let report = report();
        let groups: Vec<_> = groups(&report.cases).collect();
        assert_eq!(groups.len(), 2);
        assert_eq!(runtimes(groups[0]), ["first", "peer"]);
        let (mean, count) = mean_ratio(groups[0], "peer", false).unwrap();
        assert!((mean - 4.0).abs() < 1e-9);
        assert_eq!(count, 2);
        assert_eq!(mean_ratio(groups[1], "peer", false), None);
        let runtimes: [(&str, &[f64]); 2] = [("first", &[2.0]), ("peer", &[0.0])];
        assert_eq!(range_of_ratios(groups[0], "peer"), Some((2.0, 8.0)));
        assert_eq!(range_of_ratios(groups[1], "peer"), None);
        let nothing = [measurement("memory/code", "empty", &runtimes)];
        assert_eq!(mean_ratio(&nothing, "peer", false), None);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(short(1.239), "1.24");
        assert_eq!(short(12.39), "12.4");
        assert_eq!(short(1239.6), "1240");
    }

    #[test]
    fn reasons_are_short() {
        assert_eq!(first_line("too many things\nat byte 5", 8), "too many");
        assert_eq!(first_line("no\nmore", 8), "no");
    }
}
