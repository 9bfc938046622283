//! `selvedge`: runs, checks and shows WebAssembly modules.
//!
//! Each subcommand is a file with one `execute`; what they share is `input`
//! (reading modules), `options` (the engine), `values` (typed arguments and
//! results) and `outcome` (exit status and messages).

mod input;
mod objdump;
mod options;
mod outcome;
mod run;
mod validate;
mod values;
mod wast;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A WebAssembly runtime.
///
/// `selvedge FILE [ARGS]...` is short for `selvedge run FILE [ARGS]...`.
#[derive(Parser)]
#[command(name = "selvedge", version, args_conflicts_with_subcommands = true)]
struct Selvedge {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::Run,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a module.
    Run(run::Run),
    /// Runs WebAssembly test scripts and reports the directives that fail.
    Wast(wast::Wast),
    /// Checks that modules are valid.
    Validate(validate::Validate),
    /// Shows what a module consists of.
    Objdump(objdump::Objdump),
}

fn main() -> ExitCode {
    let arguments = Selvedge::parse();
    let outcome = match arguments.command {
        None => arguments.run.execute(),
        Some(Command::Run(run)) => run.execute(),
        Some(Command::Wast(wast)) => wast.execute(),
        Some(Command::Validate(validate)) => validate.execute(),
        Some(Command::Objdump(objdump)) => objdump.execute(),
    };
    outcome::report(outcome)
}
