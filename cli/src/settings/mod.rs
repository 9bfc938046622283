//! Settings: the named switches and numbers of `-W`, `-O`, `-C`, `-D` and `-S`, which
//! a configuration file sets by the same names.
//!
//! One row of [`table`] is one setting; the command line, the configuration
//! file, `help` and `selvedge config new` are all made from the rows.

mod group;
pub(crate) mod table;
mod units;

use std::time::Duration;

use selvedge::{
    BaselineOptions, CompilationMode, Config, Engine, Optimisations, StoreLimits,
    StoreLimitsBuilder, Strategy,
};

pub(crate) use group::Group;
pub(crate) use units::display_bytes;

use crate::outcome::{Failure, Outcome};
use crate::suggest::did_you_mean;
use crate::wasi::{self, WasiSettings};

/// What all settings together come to.
pub(crate) struct Settings {
    /// What the engine is made of, without the next fields.
    config: Config,
    optimisations: Optimisations,
    strategy: Strategy,
    compilation_mode: Option<CompilationMode>,
    baseline: BaselineOptions,
    /// How hot a function is compiled: calls, and passes of loops.
    tier_up: (u32, u32),
    limits: Limits,
    /// What guests may spend, and whether it is said what they did.
    pub(crate) fuel: Option<u64>,
    count_instructions: bool,
    /// How long a guest may run.
    pub(crate) timeout: Option<Duration>,
    /// What becomes of imports that nothing is there for.
    pub(crate) unknown_imports: UnknownImports,
    /// Whether backtraces name files and lines.
    pub(crate) backtrace_details: bool,
    /// What guests see of the system.
    pub(crate) wasi: WasiSettings,
}

/// What the guests of a store may take.
#[derive(Default)]
struct Limits {
    memory_bytes: Option<usize>,
    table_elements: Option<usize>,
    instances: Option<usize>,
    memories: Option<usize>,
    tables: Option<usize>,
    trap_on_grow_failure: bool,
}

/// What becomes of imports that nothing is there for.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum UnknownImports {
    /// The module is refused.
    #[default]
    Refused,
    /// Functions that trap.
    Traps,
    /// Functions that return zeros, and tables, memories and globals of zeros.
    Defaults,
}

/// What a setting is about, and so which commands have it: those of the same
/// scope or a larger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// Which modules are valid.
    Module,
    /// How functions are translated and run.
    Engine,
    /// What a running guest may do.
    Guest,
}

/// One setting.
pub(crate) struct Setting {
    pub(crate) group: Group,
    scope: Scope,
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) kind: Kind,
}

/// What values a setting has, and what they do.
pub(crate) enum Kind {
    /// On or off; on if no value is given.
    Switch(fn(&mut Settings, bool)),
    /// A number of bytes.
    Bytes(fn(&mut Settings, u64)),
    /// A number of things.
    Number(fn(&mut Settings, usize)),
    /// A span of time.
    Duration(fn(&mut Settings, Duration)),
    /// One of several words.
    Choice(&'static [Choice]),
    /// An address of the network.
    #[cfg_attr(not(feature = "wasi"), expect(dead_code, reason = "only WASI has one"))]
    Address(fn(&mut Settings, &str)),
}

/// A word that a setting may be, with its meaning.
pub(crate) struct Choice {
    pub(crate) word: &'static str,
    pub(crate) help: &'static str,
    set: fn(&mut Settings),
}

impl Kind {
    /// How the value is written in `help`.
    pub(crate) fn placeholder(&self) -> &'static str {
        match self {
            Self::Switch(_) => "[=y|n]",
            Self::Bytes(_) => "=BYTES",
            Self::Number(_) => "=N",
            Self::Duration(_) => "=DURATION",
            Self::Choice(_) => "=WORD",
            Self::Address(_) => "=HOST:PORT",
        }
    }
}

/// The library's own thresholds.
const TIER_UP: (u32, u32) = (1000, 5000);

impl Default for Settings {
    fn default() -> Self {
        Self {
            config: Config::new(),
            optimisations: Optimisations::default(),
            strategy: Strategy::default(),
            compilation_mode: None,
            baseline: BaselineOptions::default(),
            tier_up: TIER_UP,
            limits: Limits::default(),
            fuel: None,
            count_instructions: false,
            timeout: None,
            unknown_imports: UnknownImports::default(),
            backtrace_details: true,
            wasi: WasiSettings::default(),
        }
    }
}

impl Settings {
    /// Sets `name` of `group` to `value`, for a command of `scope`. The error says what is
    /// wrong, and not where.
    pub(crate) fn set(
        &mut self,
        group: Group,
        name: &str,
        value: Option<&str>,
        scope: Scope,
    ) -> Result<(), String> {
        let setting = find(group, name)?;
        if setting.scope > scope {
            return Err(format!("`{name}` means nothing to this command"));
        }
        setting.apply(self, value)
    }

    /// The configuration of the engine.
    pub(crate) fn config(&self) -> Config {
        let mut config = self.config.clone();
        config.interpreter_optimisations(self.optimisations);
        config.strategy(self.strategy);
        config.compilation_mode(self.compilation_mode());
        config.baseline_options(self.baseline);
        config.tier_up_thresholds(self.tier_up.0, self.tier_up.1);
        config.consume_fuel(self.fuel.is_some());
        config.count_instructions(self.count_instructions);
        config
    }

    /// When function bodies are validated and translated, or compiled.
    pub(crate) fn compilation_mode(&self) -> CompilationMode {
        self.compilation_mode.unwrap_or(match self.strategy {
            Strategy::Baseline => CompilationMode::Eager,
            _ => CompilationMode::LazyTranslation,
        })
    }

    /// Whether every function is compiled before it runs.
    pub(crate) fn always_compiles(&self) -> bool {
        self.strategy == Strategy::Baseline
    }

    /// The engine.
    ///
    /// What this build cannot do was asked for on the command line, so that is where
    /// the error is.
    pub(crate) fn engine(&self) -> Outcome<Engine> {
        self.engine_with(|_| ())
    }

    /// The same with more that is not a setting.
    pub(crate) fn engine_with(&self, change: impl FnOnce(&mut Config)) -> Outcome<Engine> {
        let mut config = self.config();
        change(&mut config);
        Engine::new(&config).map_err(|error| Failure::Usage(error.to_string()))
    }

    /// The limits of a store, if there are any.
    pub(crate) fn store_limits(&self) -> Option<StoreLimits> {
        let limits = &self.limits;
        let mut builder = StoreLimitsBuilder::new();
        let mut any = limits.trap_on_grow_failure;
        let mut limit = |bound: Option<usize>, set: fn(StoreLimitsBuilder, usize) -> _| {
            if let Some(bound) = bound {
                any = true;
                builder = set(std::mem::take(&mut builder), bound);
            }
        };
        limit(limits.memory_bytes, StoreLimitsBuilder::memory_size);
        limit(limits.table_elements, StoreLimitsBuilder::table_elements);
        limit(limits.instances, StoreLimitsBuilder::instances);
        limit(limits.memories, StoreLimitsBuilder::memories);
        limit(limits.tables, StoreLimitsBuilder::tables);
        let builder = builder.trap_on_grow_failure(limits.trap_on_grow_failure);
        any.then(|| builder.build())
    }
}

/// Every setting.
pub(crate) fn rows() -> impl Iterator<Item = &'static Setting> {
    table::SETTINGS.iter().chain(wasi::SETTINGS)
}

/// The setting `name` of `group`, or a message with what may have been meant.
pub(crate) fn find(group: Group, name: &str) -> Result<&'static Setting, String> {
    let mut settings = rows().filter(|setting| setting.group == group);
    if let Some(setting) = settings.find(|setting| setting.name == name) {
        return Ok(setting);
    }
    if let Some(other) = rows().find(|setting| setting.name == name) {
        let (option, table) = (other.group.option(), other.group.name());
        return Err(format!("`{name}` is a setting of {option} ([{table}])"));
    }
    let names = group.settings(Scope::Guest).map(|setting| setting.name);
    let hint = did_you_mean(name, names);
    Err(format!(
        "there is no setting `{name}`{hint}; `{} help` lists them",
        group.option()
    ))
}

impl Setting {
    /// Whether commands of `scope` have the setting.
    pub(crate) fn is_for(&self, scope: Scope) -> bool {
        self.scope <= scope
    }

    /// Sets it to `value`, which is text as the user wrote it.
    pub(crate) fn apply(&self, settings: &mut Settings, value: Option<&str>) -> Result<(), String> {
        let needed = |what: &str| {
            let placeholder = self.kind.placeholder();
            match value {
                Some(value) => format!("`{}`: {value:?} is not {what}", self.name),
                None => format!("`{}` needs {what}: {}{placeholder}", self.name, self.name),
            }
        };
        match self.kind {
            Kind::Switch(set) => match value {
                None | Some("y" | "yes" | "true" | "on") => set(settings, true),
                Some("n" | "no" | "false" | "off") => set(settings, false),
                Some(_) => return Err(needed("y or n")),
            },
            Kind::Bytes(set) => {
                let bytes = value.and_then(units::bytes);
                let bytes =
                    bytes.ok_or_else(|| needed("a number of bytes, such as 65536 or 64MiB"))?;
                set(settings, bytes);
            }
            Kind::Number(set) => {
                let number = value.and_then(|value| value.parse().ok());
                set(settings, number.ok_or_else(|| needed("a number"))?);
            }
            Kind::Duration(set) => {
                let duration = value.and_then(units::duration);
                let duration =
                    duration.ok_or_else(|| needed("a duration, such as 500ms, 10s or 2m"))?;
                set(settings, duration);
            }
            Kind::Choice(choices) => {
                let choice = choices.iter().find(|choice| value == Some(choice.word));
                let Some(choice) = choice else {
                    let words: Vec<_> = choices.iter().map(|choice| choice.word).collect();
                    let hint = did_you_mean(value.unwrap_or_default(), words.iter().copied());
                    let what = format!("one of {}", words.join(", "));
                    return Err(format!("{}{hint}", needed(&what)));
                };
                (choice.set)(settings);
            }
            Kind::Address(add) => {
                let address = value.filter(|value| value.contains(':'));
                let address =
                    address.ok_or_else(|| needed("an address, such as 127.0.0.1:8080"))?;
                add(settings, address);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = rows().map(|setting| setting.name).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
    }

    #[test]
    fn every_word_of_every_choice_is_accepted() {
        for setting in rows() {
            if let Kind::Choice(choices) = setting.kind {
                for choice in choices {
                    let mut settings = Settings::default();
                    assert_eq!(setting.apply(&mut settings, Some(choice.word)), Ok(()));
                }
                assert!(setting.apply(&mut Settings::default(), None).is_err());
            }
        }
    }

    #[test]
    fn limits_are_made_only_when_asked_for() {
        let mut settings = Settings::default();
        assert!(settings.store_limits().is_none());
        let (group, scope) = (Group::Wasm, Scope::Guest);
        settings
            .set(group, "max-memory-size", Some("1MiB"), scope)
            .expect("the setting is known");
        assert!(settings.store_limits().is_some());
    }

    #[test]
    fn settings_outside_the_scope_are_refused() {
        let mut settings = Settings::default();
        let refused = settings.set(Group::Wasm, "timeout", Some("1s"), Scope::Module);
        assert!(refused.is_err_and(|message| message.contains("means nothing")));
    }
}
