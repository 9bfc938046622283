//! `selvedge completion`: writes a shell's completion script.

use std::io::{self, Write as _};

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::Selvedge;
use crate::outcome::Outcome;

/// Writes a script that completes the command line in SHELL.
#[derive(Args)]
pub(crate) struct Completion {
    /// The shell.
    shell: Shell,
}

impl Completion {
    /// Writes the script to standard output.
    pub(crate) fn execute(self) -> Outcome {
        // The generator panics when it cannot write.
        let mut script = Vec::new();
        let mut command = Selvedge::command();
        clap_complete::generate(self.shell, &mut command, "selvedge", &mut script);
        Ok(io::stdout().write_all(&script)?)
    }
}
