//! The chart: for each case a bar for each runtime, as long as the logarithm of its ratio to the
//! first one. Bars to the right took longer than it, bars to the left less long.

use std::fmt::Write;

use crate::measure::{Measurement, Samples};
use crate::report::{Report, first_line, groups, mean_ratio, runtimes, short};
use crate::statistics::median;

/// Colours that are told apart by nearly everyone (Okabe and Ito).
const COLOURS: [&str; 7] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8c8c",
];

const WIDTH: f64 = 960.0;
const LEFT: f64 = 270.0;
const RIGHT: f64 = 90.0;
const BAR: f64 = 9.0;
const CASE_GAP: f64 = 7.0;
const TITLE: f64 = 46.0;
const LEGEND_LINE: f64 = 20.0;

/// The chart as SVG.
pub(super) fn chart(report: &Report) -> String {
    let names = runtimes(&report.cases);
    let peers: Vec<&str> = names.iter().copied().skip(1).collect();
    let first = names.first().copied().unwrap_or("nothing");
    let mut body = String::new();
    let mut y = TITLE;
    text(
        &mut body,
        16.0,
        24.0,
        "title",
        &format!("CPU time and memory: times those of {first}"),
    );
    text(
        &mut body,
        16.0,
        41.0,
        "note",
        &report.environment.versions_line(),
    );
    y = legend(&mut body, &peers, y + 16.0);
    for group in groups(&report.cases) {
        y = panel(&mut body, group, &peers, y + 14.0);
    }
    text(
        &mut body,
        16.0,
        y + 16.0,
        "note",
        &report.environment.line(),
    );
    let height = y + 28.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" \
         width=\"{WIDTH}\" height=\"{height:.0}\">\n{STYLE}\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{body}</svg>\n"
    )
}

const STYLE: &str = "<style>text { font: 12px system-ui, sans-serif; fill: #222 } \
    .title { font-size: 17px; font-weight: 600 } .group { font-size: 14px; font-weight: 600 } \
    .note { font-size: 11px; fill: #666 } .value { font-size: 9px; fill: #444 } \
    .name, .before { text-anchor: end } .tick { font-size: 10px; fill: #666; text-anchor: middle } \
    .mean { font-weight: 600; text-anchor: end } \
    line { stroke: #e3e3e3 } .one { stroke: #444; stroke-width: 1.5 }</style>\n";

/// A square and a name for each peer; returns where it ends.
fn legend(body: &mut String, peers: &[&str], top: f64) -> f64 {
    let (mut x, mut y) = (16.0, top);
    for (index, peer) in peers.iter().enumerate() {
        let width = 26.0 + 7.5 * peer.len() as f64;
        if x + width > WIDTH - 16.0 {
            (x, y) = (16.0, y + LEGEND_LINE);
        }
        rect(body, x, y - 9.0, 10.0, 10.0, colour(index));
        text(body, x + 15.0, y, "legend", peer);
        x += width + 12.0;
    }
    y + 6.0
}

/// The bars of a group; returns where it ends.
fn panel(body: &mut String, group: &[Measurement], peers: &[&str], top: f64) -> f64 {
    let scale = Scale::of(group);
    text(body, 16.0, top + 12.0, "group", &group[0].group);
    let first_row = top + 36.0;
    let mut rows = String::new();
    let mut y = first_row;
    for case in group {
        let bars: Vec<Bar<'_>> = peers
            .iter()
            .enumerate()
            .filter_map(|(index, peer)| Bar::of(case, index, peer))
            .collect();
        let label = match case.runtimes.first() {
            Some(first) if !first.values.is_empty() => {
                let value = case.unit.show(median(&first.values));
                format!("{} ({} {})", case.name, short(value), case.unit.symbol())
            }
            _ => case.name.clone(),
        };
        y = row(&mut rows, "name", &label, &bars, &scale, y);
    }
    let means: Vec<Bar<'_>> = peers
        .iter()
        .enumerate()
        .filter_map(|(index, peer)| {
            let (ratio, _) = mean_ratio(group, peer, false)?;
            Some(Bar::Ratio(index, ratio))
        })
        .collect();
    if !means.is_empty() && group.len() > 1 {
        y = row(&mut rows, "mean", "geometric mean", &means, &scale, y);
    }
    for tick in scale.ticks() {
        let x = scale.x(tick);
        let class = if tick == 1.0 { "one" } else { "grid" };
        let _ = writeln!(
            body,
            "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{y:.1}\"/>",
            first_row - 6.0
        );
        text(body, x, first_row - 9.0, "tick", &format!("{tick}×"));
    }
    body.push_str(&rows);
    y
}

enum Bar<'a> {
    /// The index of a peer and its ratio.
    Ratio(usize, f64),
    /// The index of a peer and why there is no ratio.
    Refused(usize, &'a str),
}

impl<'a> Bar<'a> {
    fn of(case: &'a Measurement, index: usize, peer: &str) -> Option<Self> {
        let samples: &Samples = case.runtimes.iter().find(|samples| samples.name == peer)?;
        match (samples.ratio, &samples.refused) {
            (Some(ratio), _) => Some(Self::Ratio(index, ratio)),
            (None, Some(reason)) => Some(Self::Refused(index, reason)),
            (None, None) => None,
        }
    }
}

/// The bars of a case under one another; returns where they end.
fn row(
    body: &mut String,
    class: &str,
    label: &str,
    bars: &[Bar<'_>],
    scale: &Scale,
    top: f64,
) -> f64 {
    let height = BAR * bars.len().max(1) as f64;
    text(body, LEFT - 8.0, top + height / 2.0 + 4.0, class, label);
    for (line, bar) in bars.iter().enumerate() {
        let y = top + BAR * line as f64;
        match bar {
            Bar::Ratio(index, ratio) => {
                let (from, to) = (scale.x(1.0), scale.x(*ratio));
                rect(
                    body,
                    from.min(to),
                    y,
                    (to - from).abs().max(0.5),
                    BAR - 1.0,
                    colour(*index),
                );
                let x = to.max(from) + 4.0;
                text(body, x, y + BAR - 1.5, "value", &short(*ratio));
            }
            Bar::Refused(index, reason) => {
                let x = scale.x(1.0);
                rect(body, x, y, 2.0, BAR - 1.0, colour(*index));
                // On the side with more room.
                let (x, class) = match x > LEFT.midpoint(WIDTH) {
                    true => (x - 4.0, "value before"),
                    false => (x + 6.0, "value"),
                };
                let reason = format!("refused: {}", first_line(reason, 70));
                text(body, x, y + BAR - 1.5, class, &reason);
            }
        }
    }
    top + height + CASE_GAP
}

/// A logarithmic scale that has 1 and everything that is to be shown.
#[derive(Debug)]
struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    fn of(group: &[Measurement]) -> Self {
        let ratios = group
            .iter()
            .flat_map(|case| &case.runtimes)
            .filter_map(|samples| samples.ratio);
        Self::containing(ratios)
    }

    /// From the next step of 1, 2, 5 below everything to the next one above.
    fn containing(ratios: impl Iterator<Item = f64>) -> Self {
        let (mut least, mut most) = (1.0, 2.0);
        for ratio in ratios.filter(|ratio| ratio.is_finite() && *ratio > 0.0) {
            least = ratio.min(least);
            most = ratio.max(most);
        }
        let least = steps().rev().find(|step| *step <= least);
        let most = steps().find(|step| *step >= most);
        Self {
            least: least.unwrap_or(1e-6),
            most: most.unwrap_or(1e6),
        }
    }

    /// Where a ratio is, from left to right.
    fn x(&self, ratio: f64) -> f64 {
        let part = (ratio / self.least).ln() / (self.most / self.least).ln();
        LEFT + part.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
    }

    /// The steps of 1, 2, 5 on the scale, or those of 1 and 10 if they would be too many.
    fn ticks(&self) -> Vec<f64> {
        let on_scale = |step: &f64| (self.least..=self.most).contains(step);
        let all: Vec<f64> = steps().filter(on_scale).collect();
        if all.len() <= 11 {
            return all;
        }
        let power = |step: &f64| (step.log10() - step.log10().round()).abs() < 1e-9;
        all.into_iter().filter(power).collect()
    }
}

/// 1, 2, 5, 10, … from a millionth to a million.
fn steps() -> impl DoubleEndedIterator<Item = f64> {
    const POWERS: [f64; 13] = [
        1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6,
    ];
    POWERS
        .into_iter()
        .flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * power))
}

fn colour(index: usize) -> &'static str {
    COLOURS[index % COLOURS.len()]
}

fn rect(body: &mut String, x: f64, y: f64, width: f64, height: f64, fill: &str) {
    let _ = writeln!(
        body,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{fill}\"/>"
    );
}

fn text(body: &mut String, x: f64, y: f64, class: &str, content: &str) {
    let content = content
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let _ = writeln!(
        body,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{content}</text>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;

    #[test]
    fn a_scale_is_logarithmic_and_holds_everything() {
        let scale = Scale::containing([0.3, 1.7, 30.0].into_iter());
        assert_eq!((scale.least, scale.most), (0.2, 50.0));
        assert_eq!(scale.x(0.2), LEFT);
        assert_eq!(scale.x(50.0), WIDTH - RIGHT);
        let (a, b, c) = (scale.x(1.0), scale.x(2.0), scale.x(4.0));
        assert!(
            (b - a - (c - b)).abs() < 1e-9,
            "doubling is a fixed distance"
        );
        assert_eq!(scale.x(1000.0), WIDTH - RIGHT, "nothing leaves the chart");
    }

    #[test]
    fn one_is_always_on_the_scale() {
        let scale = Scale::containing([3.0, f64::NAN].into_iter());
        assert_eq!((scale.least, scale.most), (1.0, 5.0));
        assert_eq!(scale.ticks(), [1.0, 2.0, 5.0]);
        let wide = Scale::containing([0.001, 5000.0].into_iter());
        assert_eq!(wide.ticks(), [0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0]);
    }

    #[test]
    fn a_ratio_is_a_bar_of_its_length() {
        let svg = report().to_chart();
        // The ratios 2 and 8 and their mean 4 on a scale from 1 to 10.
        let part = |ratio: f64| ratio.log10() * (WIDTH - LEFT - RIGHT);
        for ratio in [2.0, 8.0, 4.0] {
            let bar = format!(
                "width=\"{:.1}\" height=\"8.0\" fill=\"{}\"",
                part(ratio),
                COLOURS[0]
            );
            assert_eq!(svg.matches(&bar).count(), 1, "{bar} in {svg}");
        }
    }

    #[test]
    fn text_is_escaped_and_elements_are_closed() {
        let svg = report().to_chart();
        assert!(svg.contains("refused: a &lt;large&gt; body"));
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
        assert!(!svg.contains("NaN"));
    }
}
