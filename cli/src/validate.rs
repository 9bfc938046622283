//! `selvedge validate`: checks that modules are valid.

use std::path::{Path, PathBuf};

use clap::Args;
use selvedge::{Engine, Module};

use crate::input;
use crate::options::ModuleOptions;
use crate::outcome::{Failure, Outcome, complain};
use crate::progress::Progress;

/// Checks that modules are valid.
#[derive(Args)]
pub(crate) struct Validate {
    #[command(flatten)]
    pub(crate) options: ModuleOptions,

    /// The modules (`.wasm` or `.wat`, `-` reads standard input).
    #[arg(value_name = "FILE", required_unless_present = "wasm")]
    files: Vec<PathBuf>,
}

impl Validate {
    /// Complains of every file that is not a valid module.
    pub(crate) fn execute(self) -> Outcome {
        if self.files.is_empty() {
            return Err(Failure::Usage("FILE is missing".to_owned()));
        }
        let engine = self.options.settings()?.engine()?;
        let mut all_valid = true;
        let progress = Progress::of_files(self.files.len());
        for file in &self.files {
            progress.begin(|| file.display().to_string());
            match validate(&engine, file) {
                Ok(()) => {}
                Err(Failure::Message(message)) => {
                    progress.suspend(|| complain(&message));
                    all_valid = false;
                }
                Err(failure) => return Err(failure),
            }
            progress.advance();
        }
        drop(progress);
        if all_valid {
            Ok(())
        } else {
            Err(Failure::Reported)
        }
    }
}

fn validate(engine: &Engine, file: &Path) -> Outcome {
    let binary = input::read_module(file)?;
    Module::validate(engine, &binary)
        .map_err(|error| Failure::Message(format!("{}: {error}", file.display())))
}
