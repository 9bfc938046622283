//! Progress on what takes long, for people who watch: nothing is shown, and nothing is
//! done, unless standard error is a terminal.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Fewer files are done before anybody could read a bar.
const MIN_FILES: usize = 8;
/// Smaller modules are loaded before anybody could see a spinner.
const MIN_MODULE_BYTES: usize = 4 << 20;
const TICK: Duration = Duration::from_millis(100);

/// A line on the terminal while something is going on; it is gone afterwards.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// A bar for work on `count` files.
    pub(crate) fn of_files(count: usize) -> Self {
        Self::new(count >= MIN_FILES, || {
            let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}");
            ProgressBar::new(count as u64).with_style(known(style))
        })
    }

    /// A spinner while the module at `path`, of `len_bytes` bytes, is loaded.
    pub(crate) fn of_loading(what: &str, path: &Path, len_bytes: usize) -> Self {
        Self::new(len_bytes >= MIN_MODULE_BYTES, || {
            let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
            let bar = ProgressBar::new_spinner().with_style(known(style));
            bar.set_message(format!("{what} {}", path.display()));
            bar.enable_steady_tick(TICK);
            bar
        })
    }

    fn new(is_long: bool, bar: impl FnOnce() -> ProgressBar) -> Self {
        let is_seen = is_long && io::stderr().is_terminal();
        Self {
            bar: is_seen.then(bar),
        }
    }

    /// The work goes on with `what`.
    pub(crate) fn begin(&self, what: impl FnOnce() -> String) {
        if let Some(bar) = &self.bar {
            bar.set_message(what());
        }
    }

    /// One more is done.
    pub(crate) fn advance(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// Does `f`, which writes to the terminal.
    pub(crate) fn suspend<R>(&self, f: impl FnOnce() -> R) -> R {
        match &self.bar {
            Some(bar) => bar.suspend(f),
            None => f(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn known(style: Result<ProgressStyle, indicatif::style::TemplateError>) -> ProgressStyle {
    style.expect("the template is well-formed")
}
