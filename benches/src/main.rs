//! `selvedge-benches`: measures Selvedge beside its peers and prints a table.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use selvedge_benches::measure::{self, Measurement};
use selvedge_benches::runtimes::{self, Runtime};
use selvedge_benches::{Error, groups, report};

/// Measures Selvedge and the peers whose features are on.
///
/// Every runtime runs in this process, round by round in turn; results are checked.
#[derive(Parser)]
#[command(name = "selvedge-benches", version)]
struct Arguments {
    /// What to measure; everything if nothing is named.
    #[arg(value_enum)]
    groups: Vec<Group>,
    /// How often each case is measured, after one round that is not.
    #[arg(long, default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rounds: u32,
    /// Measures only cases whose names contain the text. May be repeated.
    #[arg(long = "only", value_name = "TEXT")]
    only: Vec<String>,
    /// Measures only these runtimes beside the first. May be repeated.
    #[arg(long = "runtime", value_name = "NAME")]
    runtimes: Vec<String>,
    /// Writes every sample to a file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Copy, Clone, PartialEq, Eq, ValueEnum)]
enum Group {
    /// Programs that compute.
    Execute,
    /// Calls between host and guest, and within a guest.
    Calls,
}

impl Group {
    fn cases(self) -> Vec<measure::Case> {
        match self {
            Self::Execute => groups::execute::cases(),
            Self::Calls => groups::calls::cases(),
        }
    }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    let runtimes = select_runtimes(&arguments.runtimes)?;
    let mut measurements = Vec::new();
    for case in select_cases(arguments)? {
        eprintln!("measuring {}/{}", case.group, case.name);
        measurements.push(Measurement::take(&case, &runtimes, arguments.rounds)?);
    }
    print!("{}", report::table(&measurements));
    if let Some(file) = &arguments.json {
        std::fs::write(file, report::json(&measurements))
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(())
}

fn select_cases(arguments: &Arguments) -> Result<Vec<measure::Case>, Error> {
    let wanted = |case: &measure::Case| {
        arguments.only.is_empty() || arguments.only.iter().any(|text| case.name.contains(text))
    };
    let groups = match &arguments.groups[..] {
        [] => Group::value_variants(),
        groups => groups,
    };
    let cases: Vec<_> = groups
        .iter()
        .flat_map(|group| group.cases())
        .filter(wanted)
        .collect();
    if cases.is_empty() {
        return Err("no case has such a name".into());
    }
    Ok(cases)
}

fn select_runtimes(names: &[String]) -> Result<Vec<Box<dyn Runtime>>, Error> {
    let mut runtimes = runtimes::all()?;
    if let Some(name) = names
        .iter()
        .find(|name| runtimes.iter().all(|runtime| runtime.name() != **name))
    {
        return Err(format!("this build has no runtime `{name}`; is its feature on?").into());
    }
    if !names.is_empty() {
        let mut first = true;
        runtimes.retain(|runtime| {
            std::mem::take(&mut first) || names.iter().any(|name| name == runtime.name())
        });
    }
    Ok(runtimes)
}
