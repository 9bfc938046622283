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

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use options::WasmOptions;
use outcome::Outcome;

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

impl Command {
    fn wasm_options(&self) -> &WasmOptions {
        match self {
            Self::Run(run) => &run.options.wasm,
            Self::Wast(wast) => &wast.options.wasm,
            Self::Validate(validate) => &validate.options,
            Self::Objdump(objdump) => &objdump.options,
        }
    }

    fn execute(self) -> Outcome {
        if let Some(help) = self.wasm_options().help() {
            return Ok(write!(io::stdout(), "{help}")?);
        }
        match self {
            Self::Run(run) => run.execute(),
            Self::Wast(wast) => wast.execute(),
            Self::Validate(validate) => validate.execute(),
            Self::Objdump(objdump) => objdump.execute(),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Selvedge::parse();
    let command = arguments.command.unwrap_or(Command::Run(arguments.run));
    outcome::report(command.execute())
}
