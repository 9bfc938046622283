//! Where and with what something was measured.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The lock file that this program was built with: it has the versions of all runtimes.
const LOCK: &str = include_str!("../../Cargo.lock");

/// Where and with what something was measured.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Environment {
    /// The model of the processor, as the system names it.
    pub cpu: String,
    /// The processors that this program may use.
    pub cpus: usize,
    /// The operating system and architecture that this program was built for.
    pub target: String,
    /// The compiler's version.
    pub rustc: String,
    /// How this program was built.
    pub build: String,
    /// The version of each runtime.
    pub versions: BTreeMap<String, String>,
    /// The rounds that were measured.
    pub rounds: u32,
}

impl Environment {
    /// This process's environment; `runtimes` are to be measured in `rounds` rounds.
    pub fn current(runtimes: &[&str], rounds: u32) -> Self {
        let versions = runtimes.iter().map(|runtime| {
            let version = version_in(LOCK, package_of(runtime));
            ((*runtime).to_owned(), version.unwrap_or("?").to_owned())
        });
        Self {
            cpu: cpu_model(),
            cpus: std::thread::available_parallelism().map_or(1, usize::from),
            target: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            rustc: env!("BENCHES_RUSTC").to_owned(),
            build: env!("BENCHES_BUILD").to_owned(),
            versions: versions.collect(),
            rounds,
        }
    }

    /// The environment in a line.
    pub fn line(&self) -> String {
        let Self {
            cpu, cpus, target, ..
        } = self;
        format!(
            "{cpu}, {cpus} processors, {target}; {}, {}; {} rounds",
            self.rustc, self.build, self.rounds
        )
    }

    /// The versions of the runtimes in a line, those of one package once.
    pub fn versions_line(&self) -> String {
        let mut packages: Vec<(&str, &str)> = Vec::new();
        for (runtime, version) in &self.versions {
            let name = match package_of(runtime) {
                name @ ("selvedge" | "wasmtime") => name,
                _ => runtime,
            };
            if !packages.contains(&(name, version)) {
                packages.push((name, version));
            }
        }
        let packages: Vec<String> = packages
            .iter()
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        packages.join(", ")
    }
}

/// The package that a runtime is in.
fn package_of(runtime: &str) -> &str {
    match runtime {
        "silverfir" => "sf-nano-core",
        "stitch" => "makepad-stitch",
        "baseline" | "auto" => "selvedge",
        other if other.starts_with("wasmtime-") => "wasmtime",
        "wasmer-singlepass" => "wasmer",
        other => other,
    }
}

/// The version of a package in a lock file.
fn version_in<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    version.strip_suffix('"')
}

fn cpu_model() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == "model name").then(|| value.trim().to_owned())
    });
    model.unwrap_or_else(|| "unknown processor".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_the_lock_file() {
        let lock = "[[package]]\nname = \"ab\"\nversion = \"1.2.3\"\n\n\
                    [[package]]\nname = \"a\"\nversion = \"4.5.6\"\n";
        assert_eq!(version_in(lock, "a"), Some("4.5.6"));
        assert_eq!(version_in(lock, "ab"), Some("1.2.3"));
        assert_eq!(version_in(lock, "b"), None);
    }

    #[test]
    fn every_runtime_has_a_version() {
        let names = [
            "selvedge",
            "baseline",
            "auto",
            "wasmi",
            "silverfir",
            "stitch",
            "wasmtime-cranelift",
            "wasmtime-winch",
            "wasmer-singlepass",
        ];
        let environment = Environment::current(&names, 3);
        assert!(environment.versions.values().all(|version| version != "?"));
        assert_eq!(environment.versions["selvedge"], env!("CARGO_PKG_VERSION"));
        let line = environment.versions_line();
        assert_eq!(line.matches("wasmtime").count(), 1, "{line}");
        let tiers = format!("selvedge {}", env!("CARGO_PKG_VERSION"));
        assert!(
            line.contains(&tiers) && !line.contains("baseline"),
            "{line}"
        );
        assert!(environment.line().ends_with("3 rounds"));
    }
}
