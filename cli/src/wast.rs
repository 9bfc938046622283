//! `selvedge wast`: runs WebAssembly test scripts.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use selvedge_spectest::{Options, run_script};

use crate::input;
use crate::options::EngineOptions;
use crate::outcome::{Failure, Outcome, complain};

/// Runs WebAssembly test scripts and reports the directives that fail.
#[derive(Args)]
pub(crate) struct Wast {
    #[command(flatten)]
    pub(crate) options: EngineOptions,

    /// The scripts (`.wast`, `-` reads standard input).
    #[arg(value_name = "FILE", required_unless_present = "wasm")]
    files: Vec<PathBuf>,
}

impl Wast {
    /// Prints a line for each directive that fails, and the counts at the end.
    pub(crate) fn execute(self) -> Outcome {
        if self.files.is_empty() {
            return Err(Failure::Usage("FILE is missing".to_owned()));
        }
        // An engine that cannot be made is one error, not one per script.
        self.options.engine()?;
        let options = Options {
            config: self.options.config()?,
            validate_first: self.options.defers_validation(),
            print: true,
        };
        let (mut passed, mut failed, mut all_read) = (0, 0, true);
        for file in &self.files {
            let source = match input::read(file) {
                Ok(bytes) => bytes,
                Err(Failure::Message(message)) => {
                    complain(&message);
                    all_read = false;
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            let Ok(source) = String::from_utf8(source) else {
                complain(&format!("{}: not a text in UTF-8", file.display()));
                all_read = false;
                continue;
            };
            let report = run_script(&file.display().to_string(), &source, &options);
            passed += report.passed;
            failed += report.failed.len();
            let mut out = std::io::stdout().lock();
            for failure in &report.failed {
                writeln!(out, "{failure}")?;
            }
        }
        writeln!(std::io::stdout(), "{passed} passed, {failed} failed")?;
        if failed == 0 && all_read {
            Ok(())
        } else {
            Err(Failure::Reported)
        }
    }
}
