//! Options that several subcommands have: the configuration file, and settings.

use std::path::PathBuf;

use clap::Args;

use crate::config;
use crate::outcome::{Failure, Outcome};
use crate::settings::{Group, Scope, Settings};

/// What modules may use.
#[derive(Args)]
pub(crate) struct ModuleOptions {
    /// Switch a proposal on or off, or set a limit; `-W help` lists them.
    #[arg(
        short = 'W',
        long = "wasm",
        value_name = "NAME[=VAL],...",
        value_delimiter = ','
    )]
    wasm: Vec<String>,

    /// Read settings from FILE instead of $XDG_CONFIG_HOME/selvedge/config.toml.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What modules may use, and how they are run.
#[derive(Args)]
pub(crate) struct EngineOptions {
    #[command(flatten)]
    module: ModuleOptions,

    /// Change how the interpreter works; `-O help` lists how.
    #[arg(
        short = 'O',
        long = "optimize",
        value_name = "NAME[=VAL],...",
        value_delimiter = ','
    )]
    optimize: Vec<String>,

    /// Choose the tier, and when and how functions are compiled; `-C help` lists how.
    #[arg(
        short = 'C',
        long = "codegen",
        value_name = "NAME[=VAL],...",
        value_delimiter = ','
    )]
    codegen: Vec<String>,

    /// Which tier runs functions: short for `-C strategy=`.
    #[arg(long, value_name = "TIER", value_parser = ["auto", "interpreter", "baseline"])]
    strategy: Option<String>,

    /// When functions are validated, and translated or compiled: short for `-C compilation-mode=`.
    #[arg(long, value_name = "MODE", value_parser = ["eager", "lazy-translation", "lazy"])]
    compilation_mode: Option<String>,

    /// How the interpreter goes from one instruction to the next: short for `-O dispatch=`.
    #[arg(long, value_name = "WAY", value_parser = ["auto", "tail", "step"])]
    dispatch: Option<String>,
}

/// Settings as the command line has them, by group.
pub(crate) type Given<'a> = Vec<(Group, &'a [String])>;

impl ModuleOptions {
    /// What is given for each group.
    pub(crate) fn given(&self) -> Given<'_> {
        vec![(Group::Wasm, &self.wasm)]
    }

    /// What the configuration file and the options come to.
    pub(crate) fn settings(&self) -> Outcome<Settings> {
        self.settings_of(self.given(), Scope::Module)
    }

    fn settings_of(&self, given: Given<'_>, scope: Scope) -> Outcome<Settings> {
        let mut settings = Settings::default();
        config::apply(self.config.as_deref(), &mut settings, scope)?;
        for (group, texts) in given {
            for text in texts {
                let (name, value) = match text.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (text.as_str(), None),
                };
                set(&mut settings, group, name, value, scope)?;
            }
        }
        Ok(settings)
    }
}

impl EngineOptions {
    /// What is given for each group.
    pub(crate) fn given(&self) -> Given<'_> {
        let mut given = self.module.given();
        given.push((Group::Optimize, &self.optimize));
        given.push((Group::Codegen, &self.codegen));
        given
    }

    /// What the configuration file and the options come to.
    pub(crate) fn settings(&self) -> Outcome<Settings> {
        self.settings_with(&[], Scope::Engine)
    }

    /// The same for a command that has more groups.
    pub(crate) fn settings_with(
        &self,
        more: &[(Group, &[String])],
        scope: Scope,
    ) -> Outcome<Settings> {
        let mut given = self.given();
        given.extend(more);
        let mut settings = self.module.settings_of(given, scope)?;
        let short = [
            (Group::Codegen, "strategy", &self.strategy),
            (Group::Codegen, "compilation-mode", &self.compilation_mode),
            (Group::Optimize, "dispatch", &self.dispatch),
        ];
        for (group, name, value) in short {
            if let Some(value) = value {
                set(&mut settings, group, name, Some(value), scope)?;
            }
        }
        Ok(settings)
    }
}

/// The lists of settings, if that is what a group is asked for.
pub(crate) fn help(given: &Given<'_>, scope: Scope) -> Option<String> {
    let is_asked = |texts: &[String]| texts.iter().any(|text| text == "help");
    let asked = given.iter().filter(|(_, texts)| is_asked(texts));
    let texts: Vec<_> = asked.map(|(group, _)| group.help(scope)).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

fn set(
    settings: &mut Settings,
    group: Group,
    name: &str,
    value: Option<&str>,
    scope: Scope,
) -> Outcome {
    let set = settings.set(group, name, value, scope);
    set.map_err(|problem| Failure::Usage(format!("{}: {problem}", group.option())))
}
