//! `selvedge-benches`: measures Selvedge beside its peers and prints a table.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use selvedge_benches::case::Case;
use selvedge_benches::child::{self, Child};
use selvedge_benches::environment::Environment;
use selvedge_benches::measure::{Measurement, Settings};
use selvedge_benches::progress::Progress;
use selvedge_benches::report::Report;
use selvedge_benches::runtimes::{self, Runtime};
use selvedge_benches::{Error, groups, heap};

#[global_allocator]
static ALLOCATOR: heap::CountingAllocator = heap::CountingAllocator;

/// Measures Selvedge and the peers whose features are on.
///
/// Every runtime runs in this process, round by round in turn; results are checked.
#[derive(Parser)]
#[command(
    name = "selvedge-benches",
    version,
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// What to measure; everything if nothing is named.
    #[arg(value_enum)]
    groups: Vec<Group>,
    /// Measures only cases whose `group/name` contains the text. May be repeated.
    #[arg(long = "only", value_name = "TEXT")]
    only: Vec<String>,
    /// A module that `compile` measures as well, whatever it imports. May be repeated.
    #[arg(long = "module", value_name = "FILE")]
    modules: Vec<PathBuf>,
    /// Lists the cases and measures nothing.
    #[arg(long)]
    list: bool,
    /// Measures nothing, but reports what was written by --json earlier.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["groups", "only", "modules", "list", "rounds", "runtimes", "budget", "time_limit"])]
    from: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Command {
    /// Measures an export of any module without imports; results are compared across runtimes.
    File {
        /// The module, in the binary or the text format.
        path: PathBuf,
        /// The function to call.
        #[arg(long, value_name = "EXPORT")]
        invoke: String,
        /// Its arguments, numbers.
        #[arg(allow_negative_numbers = true)]
        arguments: Vec<String>,
        #[command(flatten)]
        options: Options,
    },
    /// Does one thing for another process of this program.
    #[command(hide = true)]
    Child {
        /// What, in JSON.
        request: String,
    },
}

#[derive(Args)]
struct Options {
    /// How often each case is measured, after one round that is not.
    #[arg(long, default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rounds: u32,
    /// Measures only these runtimes, compared with the first named. May be repeated.
    #[arg(long = "runtime", value_name = "NAME")]
    runtimes: Vec<String>,
    /// A runtime that has taken this much CPU time for a case, and three rounds, is done with it.
    #[arg(long, value_name = "SECONDS", default_value_t = 4)]
    budget: u64,
    /// What takes longer than this at the first try is not measured.
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    time_limit: u64,
    /// Writes every sample and the environment to a file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes a chart of the ratios to a file, as SVG.
    #[arg(long, value_name = "FILE")]
    chart: Option<PathBuf>,
    /// Replaces the tables of a document in Markdown by those of the groups that were measured.
    #[arg(long, value_name = "FILE")]
    update: Option<PathBuf>,
    /// Prints the tables as Markdown.
    #[arg(long)]
    markdown: bool,
    /// Shows no progress.
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Copy, Clone, PartialEq, Eq, ValueEnum)]
enum Group {
    /// Programs that compute.
    Execute,
    /// Programs that compute with vectors.
    Simd,
    /// From bytes to functions that can be called, on modules of many sizes and shapes.
    Load,
    /// From the bytes of a small module to its first result.
    Startup,
    /// Calls between host and guest, and within a guest.
    Calls,
    /// Bytes of code, of heap, and of resident memory.
    Memory,
    /// From bytes to machine code, and how much of it there is.
    Compile,
    /// Instances that come and go, and are reset.
    Instances,
    /// Whole runs, from bytes to the end, on each tier of Selvedge.
    Total,
}

impl Group {
    fn cases(self) -> Vec<Case> {
        match self {
            Self::Execute => groups::execute::cases(),
            Self::Simd => groups::simd::cases(),
            Self::Load => groups::load::cases(),
            Self::Startup => groups::startup::cases(),
            Self::Calls => groups::calls::cases(),
            Self::Memory => groups::memory::cases(),
            Self::Compile => groups::compile::cases(),
            Self::Instances => groups::instances::cases(),
            Self::Total => groups::total::cases(),
        }
    }
}

fn main() -> ExitCode {
    heap::fix_thresholds();
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Error> {
    match arguments.command {
        Some(Command::Child { request }) => {
            heap::count();
            child::answer(
                &request,
                &mut std::io::stdin().lock(),
                &mut std::io::stdout(),
            )
        }
        Some(Command::File {
            path,
            invoke,
            arguments,
            options,
        }) => {
            let name = path.file_name().unwrap_or(path.as_os_str());
            let name = format!("{} {invoke}", name.to_string_lossy());
            let case = groups::file::case(&name, &read(&path)?, &invoke, &arguments)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            options.print(&options.measure(&[(None, case)])?)
        }
        None => {
            if let Some(path) = &arguments.from {
                let json = String::from_utf8(read(path)?)?;
                let report = Report::from_json(&json)
                    .map_err(|error| format!("{}: {error}", path.display()))?;
                return arguments.options.print(&report);
            }
            let cases = select_cases(&arguments)?;
            if arguments.list {
                for (_, case) in &cases {
                    println!("{}/{}", case.group, case.name);
                }
                return Ok(());
            }
            let options = &arguments.options;
            options.print(&options.measure(&cases)?)
        }
    }
}

/// The wanted cases, with the groups of the command line.
fn select_cases(arguments: &Arguments) -> Result<Vec<(Option<Group>, Case)>, Error> {
    let wanted = |case: &Case| {
        let path = format!("{}/{}", case.group, case.name);
        arguments.only.is_empty() || arguments.only.iter().any(|text| path.contains(text))
    };
    let groups = match &arguments.groups[..] {
        [] => Group::value_variants(),
        groups => groups,
    };
    let mut cases: Vec<_> = groups
        .iter()
        .flat_map(|group| group.cases().into_iter().map(|case| (Some(*group), case)))
        .collect();
    if !arguments.modules.is_empty() && !groups.contains(&Group::Compile) {
        return Err("--module is for the group `compile`".into());
    }
    for path in &arguments.modules {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let of_file = groups::compile::file_cases(&name.to_string_lossy(), &read(path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        cases.extend(of_file.into_iter().map(|case| (Some(Group::Compile), case)));
    }
    cases.retain(|(_, case)| wanted(case));
    if cases.is_empty() {
        return Err("no case has such a name".into());
    }
    Ok(cases)
}

impl Options {
    fn measure(&self, cases: &[(Option<Group>, Case)]) -> Result<Report, Error> {
        let runtimes = select_runtimes(&self.runtimes)?;
        let child = Child::new(
            std::env::current_exe()?,
            Duration::from_secs(self.time_limit),
        );
        let settings = Settings {
            rounds: self.rounds,
            budget: Duration::from_secs(self.budget),
            child: Some(&child),
        };
        let turns = |(group, case): &(Option<Group>, Case)| {
            let taking_part = runtimes.iter().filter(|r| case.mode(&***r).is_some());
            let rounds = match group {
                Some(Group::Memory) => 0,
                // Its own makers, of which there are five at most.
                Some(Group::Instances) => 5 * (u64::from(self.rounds) + 1),
                _ => taking_part.count() as u64 * u64::from(self.rounds),
            };
            runtimes.len() as u64 + rounds
        };
        let progress = Progress::new(self.quiet, cases.iter().map(turns).sum());
        let mut measured = Vec::new();
        for (group, case) in cases {
            progress.case(case.group, &case.name);
            let mut tick = || progress.tick();
            let tick = &mut tick;
            measured.extend(match group {
                Some(Group::Memory) => {
                    groups::memory::measure(case, &runtimes, &child, tick)?.into()
                }
                Some(Group::Compile) => groups::compile::measure(case, &runtimes, &settings, tick)?,
                Some(Group::Instances) => {
                    vec![groups::instances::measure(case, &settings, tick)?]
                }
                Some(Group::Total) => groups::total::measure(case, &runtimes, &settings, tick)?,
                _ => vec![Measurement::take(case, &runtimes, &settings, tick)?],
            });
        }
        progress.finish();
        // Some cases are measured for more than one group: together again.
        let order: Vec<String> = measured.iter().map(|case| case.group.clone()).collect();
        measured.sort_by_key(|case| order.iter().position(|group| *group == case.group));
        let names: Vec<&str> = runtimes.iter().map(|runtime| runtime.name()).collect();
        Ok(Report {
            environment: Environment::current(&names, self.rounds),
            cases: measured,
        })
    }

    fn print(&self, report: &Report) -> Result<(), Error> {
        if self.markdown {
            print!("{}", report.to_markdown());
        } else {
            print!("{}", report.to_table());
        }
        if let Some(path) = &self.json {
            write(path, &report.to_json())?;
        }
        if let Some(path) = &self.chart {
            write(path, &report.to_chart())?;
        }
        if let Some(path) = &self.update {
            let document = String::from_utf8(read(path)?)?;
            let updated = report.update(&document);
            let updated = updated.map_err(|error| format!("{}: {error}", path.display()))?;
            write(path, &updated)?;
        }
        Ok(())
    }
}

fn select_runtimes(names: &[String]) -> Result<Vec<Box<dyn Runtime>>, Error> {
    if names.is_empty() {
        return Ok(runtimes::all());
    }
    let mut all = runtimes::by_name();
    let mut selected: Vec<Box<dyn Runtime>> = Vec::new();
    for name in names {
        if selected.iter().any(|runtime| runtime.name() == name) {
            continue;
        }
        let at = all.iter().position(|runtime| runtime.name() == name);
        let at =
            at.ok_or_else(|| format!("this build has no runtime `{name}`; is its feature on?"))?;
        selected.push(all.remove(at));
    }
    Ok(selected)
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()).into())
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text)
        .map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}
