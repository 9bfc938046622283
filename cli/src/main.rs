//! `selvedge`: runs, checks and shows WebAssembly modules.
//!
//! Each subcommand is a file with one `execute`. What they share is `input`
//! (reading modules), `options` and `settings` (the engine), `config` (the file of
//! settings), `compilations` and `phases` (what `--verbose` says), `values` (typed arguments and results), `backtrace` (failed guests),
//! `progress`, and `outcome` (exit status and messages).

mod backtrace;
mod compilations;
mod completion;
mod config;
mod demangle;
mod describe;
#[cfg_attr(not(feature = "dwarf"), path = "dwarf_disabled.rs")]
mod dwarf;
mod input;
mod inspect;
mod link;
mod objdump;
mod options;
mod outcome;
mod phases;
mod progress;
mod run;
mod settings;
mod suggest;
mod timer;
mod validate;
mod values;
#[cfg_attr(not(feature = "wasi"), path = "wasi_disabled.rs")]
mod wasi;
mod wast;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use options::Given;
use outcome::Outcome;
use settings::Scope;

/// A WebAssembly runtime.
///
/// `selvedge FILE [ARGS]...` is short for `selvedge run FILE [ARGS]...`.
#[derive(Parser)]
#[command(
    name = "selvedge",
    version,
    args_conflicts_with_subcommands = true,
    after_long_help = EXIT_STATUS
)]
struct Selvedge {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::Run,
}

const EXIT_STATUS: &str = "\
Exit status: the guest's own if it ends itself; 0 for success; 1 for a failure, such as an
invalid module or a missing import; 2 for a wrong command line or configuration file; 124 after
`-W timeout`; 134 after a trap.";

#[derive(Subcommand)]
enum Command {
    /// Runs a module.
    #[command(after_long_help = EXIT_STATUS)]
    Run(run::Run),
    /// Runs WebAssembly test scripts and reports the directives that fail.
    Wast(wast::Wast),
    /// Checks that modules are valid.
    Validate(validate::Validate),
    /// Sums up what a module needs, offers and uses.
    Inspect(inspect::Inspect),
    /// Lists everything that a module consists of, or its register code or machine code.
    Objdump(objdump::Objdump),
    /// Makes a configuration file.
    Config(config::ConfigCommand),
    /// Writes a script that completes the command line in a shell.
    Completion(completion::Completion),
}

impl Command {
    /// The settings on the command line, and which ones the command has.
    fn given(&self) -> (Given<'_>, Scope) {
        match self {
            Self::Run(run) => (run.given(), Scope::Guest),
            Self::Wast(wast) => (wast.options.given(), Scope::Engine),
            Self::Validate(validate) => (validate.options.given(), Scope::Module),
            Self::Objdump(objdump) => (objdump.options.given(), Scope::Engine),
            Self::Inspect(_) | Self::Config(_) | Self::Completion(_) => (Vec::new(), Scope::Module),
        }
    }

    fn execute(self) -> Outcome {
        let (given, scope) = self.given();
        if let Some(help) = options::help(&given, scope) {
            return Ok(write!(io::stdout(), "{help}")?);
        }
        match self {
            Self::Run(run) => run.execute(),
            Self::Wast(wast) => wast.execute(),
            Self::Validate(validate) => validate.execute(),
            Self::Inspect(inspect) => inspect.execute(),
            Self::Objdump(objdump) => objdump.execute(),
            Self::Config(config) => config.execute(),
            Self::Completion(completion) => completion.execute(),
        }
    }
}

fn main() -> ExitCode {
    // When nobody reads the output any more, the process ends as others do, without a word; a
    // guest that does not look at the results of its writes would go on for ever.
    sigpipe::reset();
    let arguments = Selvedge::parse();
    let outcome = match arguments.command {
        Some(command) => command.execute(),
        None => match arguments.run.misspelt_command() {
            Some(failure) => Err(failure),
            None => Command::Run(arguments.run).execute(),
        },
    };
    outcome::report(outcome)
}
