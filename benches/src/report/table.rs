//! The table for a terminal.

use std::fmt::Write;

use crate::measure::{Measurement, Samples};
use crate::report::{groups, mean_ratio, range_of_ratios, runtimes};
use crate::statistics::{median, min};

/// A line for each runtime and case, and the geometric means of the ratios of a group.
pub(super) fn table(cases: &[Measurement]) -> String {
    let mut table = String::new();
    for group in groups(cases) {
        if !table.is_empty() {
            table.push('\n');
        }
        group_table(&mut table, group);
    }
    table
}

fn group_table(table: &mut String, group: &[Measurement]) {
    let names = group.iter().map(|case| case.name.chars().count());
    let width = names.chain([group[0].group.len(), 14]).max().unwrap_or(14);
    let loads = group.iter().any(|case| case.module_bytes.is_some());
    let times = group[0].unit.is_time();
    let _ = write!(
        table,
        "{:<width$} {:<18} {:>4}",
        group[0].group, "runtime", ""
    );
    let _ = match times {
        true => write!(
            table,
            " {:>10} {:>10} {:>10}",
            "cpu median", "cpu min", "wall med."
        ),
        false => write!(table, " {:>10}", "value"),
    };
    let _ = write!(table, " {:>7} {:>9}", "ratio", "min ratio");
    if loads {
        let _ = write!(table, " {:>8} {:>8}", "MB/s", "ns/byte");
    }
    table.push('\n');
    for case in group {
        for samples in &case.runtimes {
            line(table, case, samples, width, times);
        }
    }
    for runtime in runtimes(group).into_iter().skip(1) {
        let Some((ratio, count)) = mean_ratio(group, runtime, false) else {
            continue;
        };
        let min_ratio = mean_ratio(group, runtime, true).map_or(f64::NAN, |(mean, _)| mean);
        let blank = if times { 37 } else { 15 };
        let _ = write!(
            table,
            "{:<width$} {runtime:<18} {:>blank$} {ratio:>7.2} {min_ratio:>9.2}",
            "geometric mean", ""
        );
        if count < group.len() {
            let _ = write!(table, "  ({count} of {})", group.len());
        }
        table.push('\n');
        if let Some((least, most)) = range_of_ratios(group, runtime) {
            let _ = writeln!(
                table,
                "{:<width$} {runtime:<18} {:>blank$} {least:>7.2} {most:>9.2}",
                "least and most", ""
            );
        }
    }
}

fn line(table: &mut String, case: &Measurement, samples: &Samples, width: usize, times: bool) {
    let _ = write!(table, "{:<width$} {:<18}", case.name, samples.name);
    if samples.values.is_empty() {
        let reason = samples.refused.as_deref().unwrap_or("not measured");
        let _ = writeln!(table, "      refused: {reason}");
        return;
    }
    let unit = case.unit;
    let value = unit.show(median(&samples.values));
    let _ = write!(table, " {:>4} {value:>10.2}", unit.symbol());
    if times {
        let least = unit.show(min(&samples.values));
        let wall = unit.show(median(&samples.wall_ns));
        let _ = write!(table, " {least:>10.2} {wall:>10.2}");
    }
    let shown = |ratio: Option<f64>| ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
    let (ratio, min_ratio) = (shown(samples.ratio), shown(samples.min_ratio));
    let _ = write!(table, " {ratio:>7} {min_ratio:>9}");
    if let Some(bytes) = case.module_bytes {
        let ns_per_byte = median(&samples.values) / bytes as f64;
        let _ = write!(table, " {:>8.1} {ns_per_byte:>8.2}", 1e3 / ns_per_byte);
    }
    table.push('\n');
}

#[cfg(test)]
mod tests {
    use crate::report::tests::report;

    #[test]
    fn there_are_ratios_means_and_refusals() {
        let table = report().to_table();
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
        assert_eq!(lines[6], ["least", "and", "most", "peer", "2.00", "8.00"]);
        // 2 ms for 4000 bytes.
        let load = lines.iter().find(|line| line.first() == Some(&"large"));
        assert_eq!(load.unwrap()[8..], ["2.0", "500.00"]);
        assert!(table.contains("refused: a <large> body"));
    }

    #[test]
    fn columns_are_as_wide_as_their_heads() {
        let table = report().to_table();
        let execute: Vec<&str> = table.lines().take_while(|line| !line.is_empty()).collect();
        assert_eq!(execute.len(), 7);
        assert!(
            execute.iter().all(|line| line.len() == execute[0].len()),
            "{table}"
        );
    }
}
