//! `selvedge wast`: runs WebAssembly test scripts.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use selvedge::CompilationMode;
use selvedge_spectest::{Options, run_script};

use crate::input;
use crate::options::EngineOptions;
use crate::outcome::{Failure, Outcome, complain};
use crate::progress::Progress;

/// Runs WebAssembly test scripts and reports the directives that fail.
#[derive(Args)]
pub(crate) struct Wast {
    #[command(flatten)]
    pub(crate) options: EngineOptions,

    /// The scripts (`.wast`, `-` reads standard input).
    #[arg(value_name = "FILE", required_unless_present_any = ["wasm", "optimize", "codegen"])]
    files: Vec<PathBuf>,
}

impl Wast {
    /// Prints a line for each directive that fails, and the counts at the end.
    pub(crate) fn execute(self) -> Outcome {
        if self.files.is_empty() {
            return Err(Failure::Usage("FILE is missing".to_owned()));
        }
        // An engine that cannot be made is one error, not one per script.
        let settings = self.options.settings()?;
        settings.engine()?;
        let options = Options {
            config: settings.config(),
            validate_first: settings.compilation_mode() == CompilationMode::Lazy,
            print: true,
        };
        let progress = Progress::of_files(self.files.len());
        let (mut passed, mut failed, mut all_read) = (0, 0, true);
        for file in &self.files {
            progress.begin(|| file.display().to_string());
            let source = match input::read(file) {
                Ok(bytes) => bytes,
                Err(Failure::Message(message)) => {
                    progress.suspend(|| complain(&message));
                    progress.advance();
                    all_read = false;
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            let Ok(source) = String::from_utf8(source) else {
                let message = format!("{}: not a text in UTF-8", file.display());
                progress.suspend(|| complain(&message));
                progress.advance();
                all_read = false;
                continue;
            };
            let report = run_script(&file.display().to_string(), &source, &options);
            passed += report.passed;
            failed += report.failed.len();
            progress.suspend(|| {
                let mut out = std::io::stdout().lock();
                let mut failed = report.failed.iter();
                failed.try_for_each(|failure| writeln!(out, "{failure}"))
            })?;
            progress.advance();
        }
        drop(progress);
        writeln!(std::io::stdout(), "{passed} passed, {failed} failed")?;
        if failed == 0 && all_read {
            Ok(())
        } else {
            Err(Failure::Reported)
        }
    }
}
