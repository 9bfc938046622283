//! What the standard error stream shows while something is measured: a bar on a terminal,
//! a line for each case elsewhere, or nothing.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// Shows how far a measurement is.
#[derive(Debug)]
pub enum Progress {
    /// Shows nothing.
    Quiet,
    /// A line for each case.
    Lines,
    /// A bar.
    Bar(ProgressBar),
}

impl Progress {
    /// Progress of `ticks` equal steps. A bar has colours unless `NO_COLOR` is set.
    pub fn new(quiet: bool, ticks: u64) -> Self {
        if quiet {
            return Self::Quiet;
        }
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if dumb || !std::io::stderr().is_terminal() {
            return Self::Lines;
        }
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let bar = ProgressBar::new(ticks).with_style(style(no_color));
        bar.enable_steady_tick(std::time::Duration::from_millis(500));
        Self::Bar(bar)
    }

    /// A case begins.
    pub fn case(&self, group: &str, name: &str) {
        match self {
            Self::Quiet => {}
            Self::Lines => eprintln!("measuring {group}/{name}"),
            Self::Bar(bar) => bar.set_message(format!("{group}/{name}")),
        }
    }

    /// A step is done.
    pub fn tick(&self) {
        if let Self::Bar(bar) = self {
            bar.inc(1);
        }
    }

    /// Everything is measured.
    pub fn finish(self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn style(no_color: bool) -> ProgressStyle {
    let bar = if no_color {
        "{bar:32}"
    } else {
        "{bar:32.cyan/blue}"
    };
    let template = format!("{bar} {{percent:>3}} % {{elapsed}}, {{eta}} to go  {{msg}}");
    ProgressStyle::with_template(&template)
        .expect("the template is well formed")
        .progress_chars("━╸─")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_styles_are_well_formed() {
        for no_color in [false, true] {
            let bar = ProgressBar::hidden().with_style(style(no_color));
            bar.inc(1);
            assert_eq!(bar.position(), 1);
        }
    }

    #[test]
    fn quiet_stays_quiet() {
        assert!(matches!(Progress::new(true, 5), Progress::Quiet));
    }
}
