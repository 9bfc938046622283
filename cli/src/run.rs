//! `selvedge run`: runs a module.

mod guest;
mod invoke;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _};
use selvedge::ProfilingStrategy;

use crate::Selvedge;
use crate::compilations::Compilations;
use crate::options::{EngineOptions, Given};
use crate::outcome::{Failure, Outcome};
use crate::phases::Phases;
use crate::settings::{Group, Scope};
use crate::suggest::nearest;
use crate::wasi::WasiOptions;
use guest::Guest;

/// Runs a module.
#[derive(Args)]
pub(crate) struct Run {
    /// Call the exported function NAME; ARGS are its arguments, and its results
    /// are printed one per line.
    #[arg(long, value_name = "NAME")]
    invoke: Option<String>,

    /// Load the module at PATH first, and let others import its exports from the module NAME; may
    /// be given several times, and later ones may import from earlier ones.
    #[arg(long, value_name = "NAME=PATH", value_parser = preload)]
    preload: Vec<Preload>,

    #[command(flatten)]
    options: EngineOptions,

    /// Choose what is said about a guest that fails; `-D help` lists how.
    #[arg(
        short = 'D',
        long = "debug",
        value_name = "NAME[=VAL],...",
        value_delimiter = ','
    )]
    debug: Vec<String>,

    #[command(flatten)]
    system: WasiOptions,

    /// Choose what the guest sees of the system; `-S help` lists how.
    #[arg(
        short = 'S',
        long = "wasi",
        value_name = "NAME[=VAL],...",
        value_delimiter = ','
    )]
    wasi: Vec<String>,

    /// What the guest may spend, in instructions: short for `-W fuel=`.
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,

    /// Let a profiler of the system see compiled functions: by /tmp/perf-PID.map, or by
    /// jit-PID.dump in the current directory.
    #[arg(long, value_name = "FORMAT", value_parser = ["perfmap", "jitdump"])]
    profile: Option<String>,

    /// Say on standard error what was compiled, when and why, and how long each phase took.
    #[arg(short, long)]
    verbose: bool,

    /// The module (`.wasm` or `.wat`, `-` reads standard input) and its arguments.
    /// Everything after FILE belongs to the guest.
    #[arg(
        value_names = ["FILE", "ARGS"],
        trailing_var_arg = true,
        required_unless_present_any = ["wasm", "optimize", "codegen", "debug", "wasi"]
    )]
    file_and_args: Vec<OsString>,
}

/// A module that others import from.
#[derive(Clone)]
struct Preload {
    name: String,
    path: PathBuf,
}

fn preload(text: &str) -> Result<Preload, String> {
    match text.split_once('=') {
        Some((name, path)) if !path.is_empty() => Ok(Preload {
            name: name.to_owned(),
            path: path.into(),
        }),
        _ => Err("NAME=PATH is needed".to_owned()),
    }
}

impl Run {
    /// The settings on the command line.
    pub(crate) fn given(&self) -> Given<'_> {
        let mut given = self.options.given();
        given.push((Group::Debug, &self.debug));
        given.push((Group::Wasi, &self.wasi));
        given
    }

    /// A message if FILE is not there and looks like the name of a command.
    pub(crate) fn misspelt_command(&self) -> Option<Failure> {
        let name = self.file_and_args.first()?.to_str()?;
        if name.contains(['.', '/', '\\']) || Path::new(name).exists() {
            return None;
        }
        let selvedge = Selvedge::command();
        let commands = selvedge.get_subcommands();
        let command = nearest(name, commands.map(clap::Command::get_name))?;
        Some(Failure::Usage(format!(
            "there is neither a file nor a command `{name}` (did you mean `{command}`?)"
        )))
    }

    /// Runs the module and, with `--invoke`, prints the results.
    pub(crate) fn execute(self) -> Outcome {
        let mut phases = Phases::new(self.verbose);
        let compilations = self.verbose.then(Compilations::new);
        let outcome = self.run(&mut phases, compilations.as_ref());
        if let Some(compilations) = compilations {
            compilations.report();
        }
        phases.report();
        outcome
    }

    fn run(&self, phases: &mut Phases, compilations: Option<&Compilations>) -> Outcome {
        let Some((file, args)) = self.file_and_args.split_first() else {
            return Err(Failure::Usage("FILE is missing".to_owned()));
        };
        let more = [
            (Group::Debug, &self.debug[..]),
            (Group::Wasi, &self.wasi[..]),
        ];
        let mut settings = self.options.settings_with(&more, Scope::Guest)?;
        settings.fuel = self.fuel.or(settings.fuel);
        let engine = settings.engine_with(|config| {
            match self.profile.as_deref() {
                Some("perfmap") => config.profiler(ProfilingStrategy::PerfMap),
                Some("jitdump") => config.profiler(ProfilingStrategy::JitDump),
                _ => config,
            };
            if let Some(compilations) = compilations {
                compilations.listen(config);
            }
        })?;
        let file = Path::new(file);
        let wasi = || self.system.context(&settings, file, args);
        let mut guest = Guest::new(&engine, &settings, phases, &wasi);
        for Preload { name, path } in &self.preload {
            guest.preload(name, path)?;
        }
        guest.run(file, self.invoke.as_deref(), args)
    }
}
