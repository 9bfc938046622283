//! Tables for documents: what the first runtime took, and the ratios of the others.

use std::fmt::Write;

use crate::Error;
use crate::measure::{Measurement, Samples};
use crate::report::{Report, first_line, groups, mean_ratio, range_of_ratios, runtimes, short};
use crate::statistics::median;

/// The start and the end of the line before a table in a document; the name of a group, or
/// the part of it before the slash, is between them.
const TABLE: (&str, &str) = ("<!-- table: ", " -->");
/// The line after a table.
const END: &str = "<!-- end of table -->";

/// A table for each group, after a line about the environment.
pub(super) fn markdown(report: &Report) -> String {
    tables(report, |_| true)
}

/// The document with the tables between its comments replaced by those of the report;
/// tables of groups that the report lacks stay as they are.
pub(super) fn update(report: &Report, document: &str) -> Result<String, Error> {
    let mut updated = String::new();
    let mut rest = document;
    let mut replaced = 0;
    while let Some((before, name, after)) = next_table(rest) {
        let end = after
            .find(END)
            .ok_or_else(|| format!("no end of the table `{name}`"))?;
        updated.push_str(before);
        let wanted = |group: &str| {
            let rest = group.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if report.cases.iter().any(|case| wanted(&case.group)) {
            updated.push_str(&format!("\n\n{}\n", tables(report, wanted)));
            replaced += 1;
        } else {
            updated.push_str(&after[..end]);
        }
        rest = &after[end..];
    }
    if replaced == 0 {
        return Err("the document has no table of a group that was measured".into());
    }
    updated.push_str(rest);
    Ok(updated)
}

/// Everything to the end of the next comment that begins a table, its name, and what follows.
fn next_table(document: &str) -> Option<(&str, &str, &str)> {
    let name_at = document.find(TABLE.0)? + TABLE.0.len();
    let (name, _) = document[name_at..].split_once(TABLE.1)?;
    let (before, after) = document.split_at(name_at + name.len() + TABLE.1.len());
    Some((before, name, after))
}

/// The tables of some groups, after a line about the environment.
fn tables(report: &Report, wanted: impl Fn(&str) -> bool) -> String {
    let mut text = format!(
        "{}. {}.\n",
        report.environment.versions_line(),
        report.environment.line()
    );
    for group in groups(&report.cases).filter(|group| wanted(&group[0].group)) {
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
    if !has_means {
        return;
    }
    let _ = writeln!(text, "{means}");
    let ranges: Vec<_> = (names.iter().skip(1))
        .map(|name| range_of_ratios(group, name))
        .collect();
    if ranges.iter().any(Option::is_some) {
        let blank = if loads { " | | |" } else { " |" };
        let _ = write!(text, "| least and most |{blank}");
        for range in ranges {
            let cell = range.map(|(least, most)| format!("{}–{}×", short(least), short(most)));
            let _ = write!(text, " {} |", cell.unwrap_or_default());
        }
        text.push('\n');
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
        let means = "| **geometric mean** | | **4.00×** |\n| least and most | | 2.00–8.00× |\n";
        assert!(text.contains(means), "{text}");
        assert!(
            text.contains("| large | 2.00 | 2.00 | 500 | *a &lt;large> body* |\n"),
            "{text}"
        );
        assert_eq!(text.matches("geometric mean").count(), 1);
    }

    #[test]
    fn a_document_gets_the_tables_that_were_measured() {
        let document = "# Title\n<!-- table: execute -->\nold\n<!-- end of table -->\ntext\n\
            <!-- table: load -->\nold\n<!-- end of table -->\n\
            <!-- table: calls -->\nkept\n<!-- end of table -->\nend\n";
        let report = report();
        let updated = report.update(document).unwrap();
        assert!(updated.starts_with("# Title\n<!-- table: execute -->\n"));
        assert!(updated.ends_with("<!-- table: calls -->\nkept\n<!-- end of table -->\nend\n"));
        assert!(!updated.contains("old"));
        assert_eq!(updated.matches("| sieve |").count(), 1);
        assert_eq!(updated.matches("| load/eager |").count(), 1);
        assert!(updated.find("| sieve |") < updated.find("\ntext\n"));
        assert_eq!(
            report.update(&updated).unwrap(),
            updated,
            "updating again changes nothing"
        );
        assert!(report.update("no tables").is_err());
        assert!(report.update("<!-- table: execute -->\n").is_err());
    }
}
