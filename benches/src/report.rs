//! Measurements as a table for people and as JSON for programs.
//!
//! ```text
//! {"cases": [{"group": "execute", "name": "sieve", "n": 100, "unit": "ms", "runtimes": [
//!   {"name": "selvedge", "ratio": 1, "cpu_ns": [one per round], "wall_ns": [one per round]}, …]}, …]}
//! ```

use std::fmt::Write;

use crate::measure::{Measurement, Unit, geometric_mean, median, min};

/// A table: a line for each runtime and case, and the geometric mean of the ratios of a group.
pub fn table(measurements: &[Measurement]) -> String {
    let mut table = String::new();
    let groups = measurements.chunk_by(|a, b| a.case.group == b.case.group);
    for group in groups {
        if !table.is_empty() {
            table.push('\n');
        }
        table.push_str(&group_table(group));
    }
    table
}

fn group_table(group: &[Measurement]) -> String {
    let mut table = format!(
        "{:<18} {:<10} {:>4} {:>10} {:>10} {:>10} {:>7} {:>9}\n",
        group[0].case.group,
        "runtime",
        "",
        "cpu median",
        "cpu min",
        "wall med.",
        "ratio",
        "min ratio"
    );
    for measurement in group {
        let case = &measurement.case;
        for (index, samples) in measurement.samples.iter().enumerate() {
            let _ = writeln!(
                table,
                "{:<18} {:<10} {:>4} {:>10.2} {:>10.2} {:>10.2} {:>7.2} {:>9.2}",
                case.name,
                samples.runtime,
                unit(case.unit),
                case.in_unit(median(&samples.cpu_ns)),
                case.in_unit(min(&samples.cpu_ns)),
                case.in_unit(median(&samples.wall_ns)),
                measurement.ratio(index),
                measurement.min_ratio(index),
            );
        }
    }
    for (index, samples) in group[0].samples.iter().enumerate().skip(1) {
        let mean_of = |ratio: fn(&Measurement, usize) -> f64| {
            let ratios: Vec<f64> = group.iter().map(|m| ratio(m, index)).collect();
            geometric_mean(&ratios)
        };
        let _ = writeln!(
            table,
            "{:<18} {:<10} {:>38} {:>7.2} {:>9.2}",
            "geometric mean",
            samples.runtime,
            "",
            mean_of(Measurement::ratio),
            mean_of(Measurement::min_ratio),
        );
    }
    table
}

/// Every sample.
pub fn json(measurements: &[Measurement]) -> String {
    let cases: Vec<String> = measurements.iter().map(case_json).collect();
    format!("{{\"cases\": [\n{}\n]}}\n", cases.join(",\n"))
}

fn case_json(measurement: &Measurement) -> String {
    let case = &measurement.case;
    let runtimes: Vec<String> = measurement
        .samples
        .iter()
        .enumerate()
        .map(|(index, samples)| {
            format!(
                "    {{\"name\": {}, \"ratio\": {:.4}, \"cpu_ns\": {}, \"wall_ns\": {}}}",
                string(&samples.runtime),
                measurement.ratio(index),
                numbers(&samples.cpu_ns),
                numbers(&samples.wall_ns),
            )
        })
        .collect();
    format!(
        "  {{\"group\": {}, \"name\": {}, \"n\": {}, \"unit\": {}, \"runtimes\": [\n{}\n  ]}}",
        string(case.group),
        string(case.name),
        case.n,
        string(unit(case.unit)),
        runtimes.join(",\n")
    )
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Milliseconds => "ms",
        Unit::NanosecondsPerCall => "ns",
    }
}

/// Nanoseconds without a fraction.
fn numbers(values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("{value:.0}")).collect();
    format!("[{}]", values.join(", "))
}

/// A JSON string.
fn string(text: &str) -> String {
    let mut string = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => string.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(string, "\\u{:04x}", u32::from(c));
            }
            c => string.push(c),
        }
    }
    string.push('"');
    string
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::execute;
    use crate::measure::Samples;

    fn measurement(first: &[f64], peer: &[f64]) -> Measurement {
        let samples = |runtime: &str, ns: &[f64]| Samples {
            runtime: runtime.to_owned(),
            cpu_ns: ns.to_vec(),
            wall_ns: ns.to_vec(),
        };
        Measurement {
            case: execute::cases().remove(0),
            samples: vec![samples("first", first), samples("peer", peer)],
        }
    }

    #[test]
    fn table_has_ratios_and_their_mean() {
        let table = table(&[
            measurement(&[2e6, 4e6, 3e6], &[4e6, 8e6, 6e6]),
            measurement(&[1e6], &[8e6]),
        ]);
        let lines: Vec<Vec<&str>> = table
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(
            lines[1],
            [
                "sieve", "first", "ms", "3.00", "2.00", "3.00", "1.00", "1.00"
            ]
        );
        assert_eq!(
            lines[2],
            [
                "sieve", "peer", "ms", "6.00", "4.00", "6.00", "2.00", "2.00"
            ]
        );
        assert_eq!(lines[5], ["geometric", "mean", "peer", "4.00", "4.00"]);
    }

    #[test]
    fn json_has_every_sample() {
        let json = json(&[measurement(&[20.0, 30.0], &[40.0, 60.4])]);
        assert!(json.contains(r#""group": "execute", "name": "sieve", "n": 100, "unit": "ms""#));
        assert!(json.contains(
            r#"{"name": "peer", "ratio": 2.0067, "cpu_ns": [40, 60], "wall_ns": [40, 60]}"#
        ));
        assert_eq!(json.matches('{').count(), json.matches('}').count());
        assert_eq!(json.matches('[').count(), json.matches(']').count());
    }

    #[test]
    fn strings_are_escaped() {
        assert_eq!(string("a\"b\\c\n"), r#""a\"b\\c\u000a""#);
    }
}
