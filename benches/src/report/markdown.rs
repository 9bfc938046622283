//! Tables for documents: what the first runtime took, and the ratios of the others.

use std::fmt::Write;

use crate::measure::{Measurement, Samples};
use crate::report::{Report, first_line, groups, mean_ratio, runtimes, short};
use crate::statistics::median;

/// A table for each group, after a line about the environment.
pub(super) fn markdown(report: &Report) -> String {
    let mut text = format!(
        "{}. {}.\n",
        report.environment.versions_line(),
        report.environment.line()
    );
    for group in groups(&report.cases) {
        text.push('\n');
        group_table(&mut text, group);
    }
    text
}

fn group_table(text: &mut String, group: &[Measurement]) {
    let names = runtimes(group);
    let loads = group.iter().any(|case| case.module_bytes.is_some());
    let _ = write!(text, "| {} |", group[0].group);
    for (index, name) in names.iter().enumerate() {
        if index == 0 {
            let _ = write!(text, " {name}, {} |", group[0].unit.symbol());
            if loads {
                text.push_str(" MB/s | ns/byte |");
            }
        } else {
            let _ = write!(text, " {name} |");
        }
    }
    let columns = names.len() + if loads { 2 } else { 0 };
    let _ = writeln!(text, "\n|---|{}", "--:|".repeat(columns));
    for case in group {
        let _ = write!(text, "| {} |", case.name);
        for (index, name) in names.iter().enumerate() {
            let samples = case.runtimes.iter().find(|samples| samples.name == *name);
            let cell = match samples {
                None => String::new(),
                Some(samples) if index == 0 => first_cell(case, samples),
                Some(samples) => peer_cell(case, samples),
            };
            let _ = write!(text, " {cell} |");
            if let (0, Some(bytes), Some(samples)) = (index, case.module_bytes, samples) {
                let ns_per_byte = median(&samples.values) / bytes as f64;
                let _ = write!(
                    text,
                    " {} | {} |",
                    short(1e3 / ns_per_byte),
                    short(ns_per_byte)
                );
            }
        }
        text.push('\n');
    }
    let mut means = format!(
        "| **geometric mean** |{}",
        if loads { " | | |" } else { " |" }
    );
    let mut has_means = false;
    for name in names.iter().skip(1) {
        let mean = mean_ratio(group, name, false).map(|(mean, _)| format!("**{mean:.2}×**"));
        has_means |= mean.is_some();
        let _ = write!(means, " {} |", mean.unwrap_or_default());
    }
    if has_means {
        let _ = writeln!(text, "{means}");
    }
}

fn first_cell(case: &Measurement, samples: &Samples) -> String {
    match samples.values[..] {
        [] => refused(samples),
        _ => short(case.unit.show(median(&samples.values))),
    }
}

fn peer_cell(case: &Measurement, samples: &Samples) -> String {
    match (samples.ratio, &samples.values[..]) {
        (_, []) => refused(samples),
        (None, values) => short(case.unit.show(median(values))),
        (Some(ratio), _) => format!("{}×", short(ratio)),
    }
}

/// Why there are no samples, without what would end a cell.
fn refused(samples: &Samples) -> String {
    let reason = samples.refused.as_deref().unwrap_or("not measured");
    let reason = first_line(reason, 60);
    let reason = reason.replace('|', "/").replace('<', "&lt;");
    format!("*{reason}*")
}

#[cfg(test)]
mod tests {
    use crate::report::tests::report;

    #[test]
    fn a_case_is_a_line() {
        let text = report().to_markdown();
        assert!(
            text.contains("| execute | first, ms | peer |\n|---|--:|--:|\n"),
            "{text}"
        );
        assert!(text.contains("| sieve | 3.00 | 2.00× |\n"));
        assert!(text.contains("| **geometric mean** | | **4.00×** |\n"));
        assert!(
            text.contains("| large | 2.00 | 2.00 | 500 | *a &lt;large> body* |\n"),
            "{text}"
        );
        assert_eq!(text.matches("geometric mean").count(), 1);
    }
}
