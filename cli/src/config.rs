//! The configuration file: settings that hold unless the command line says otherwise.
//!
//! ```toml
//! [wasm]
//! max-memory-size = "1GiB"
//! [codegen]
//! compilation-mode = "eager"
//! ```
//!
//! A table is a group of settings, a key the name of one. `selvedge config new`
//! writes a file with all of them in comments.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use toml::de::{DeTable, DeValue};

use crate::outcome::{Failure, Outcome};
use crate::settings::{self, Group, Kind, Scope, Setting, Settings};
use crate::suggest::did_you_mean;

/// Makes a configuration file.
#[derive(Args)]
pub(crate) struct ConfigCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Writes a configuration file with every setting in a comment.
    New {
        /// Where to; $XDG_CONFIG_HOME/selvedge/config.toml unless given.
        path: Option<PathBuf>,
    },
}

impl ConfigCommand {
    /// Writes the file and prints its path. A file that is there stays as it is.
    pub(crate) fn execute(self) -> Outcome {
        let Action::New { path } = self.action;
        let Some(path) = path.or_else(default_path) else {
            let message = "neither XDG_CONFIG_HOME nor HOME says where the file should be";
            return Err(Failure::Message(message.to_owned()));
        };
        let cannot = |error: io::Error| {
            Failure::Message(format!("cannot create {}: {error}", path.display()))
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(cannot)?;
        }
        let mut file = fs::File::create_new(&path).map_err(cannot)?;
        file.write_all(template().as_bytes()).map_err(cannot)?;
        Ok(writeln!(io::stdout(), "{}", path.display())?)
    }
}

/// Where the configuration file is unless `--config` says otherwise.
fn default_path() -> Option<PathBuf> {
    // As the specification has it, a relative path is as good as none.
    let from = |name| env::var_os(name).map(PathBuf::from);
    let home = || from("HOME").map(|home| home.join(".config"));
    let directory = from("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
    let directory = directory.or_else(home).filter(|path| path.is_absolute());
    Some(directory?.join("selvedge").join("config.toml"))
}

/// A configuration file that changes nothing.
fn template() -> String {
    let mut text = String::from(
        "# Settings of selvedge. Each is the same as that of the option beside its table; what the\n\
         # command line says wins.\n",
    );
    for group in Group::ALL {
        let (name, option, title) = (group.name(), group.option(), group.title());
        let _ = writeln!(text, "\n[{name}] # {option}: {title}");
        for setting in group.settings(Scope::Guest) {
            let _ = writeln!(text, "\n# {}", setting.help);
            if let Kind::Choice(choices) = setting.kind {
                for choice in choices {
                    let _ = writeln!(text, "# - {}: {}", choice.word, choice.help);
                }
            }
            let _ = writeln!(text, "#{} = {}", setting.name, example(setting));
        }
    }
    text
}

/// A value for a setting, as TOML.
fn example(setting: &Setting) -> String {
    match setting.kind {
        Kind::Switch(_) => "true".to_owned(),
        Kind::Bytes(_) => "\"64MiB\"".to_owned(),
        Kind::Number(_) => "20".to_owned(),
        Kind::Duration(_) => "\"10s\"".to_owned(),
        Kind::Choice(choices) => {
            let word = choices.first().map_or("", |choice| choice.word);
            format!("{word:?}")
        }
        Kind::Address(_) => "\"127.0.0.1:8080\"".to_owned(),
    }
}

/// Changes `settings` as the file at `path` says, or the one at the default path if there is
/// one. Settings that commands of `scope` do not have are checked, and left out.
pub(crate) fn apply(path: Option<&Path>, settings: &mut Settings, scope: Scope) -> Outcome {
    let default = match path {
        Some(_) => None,
        None => default_path(),
    };
    let Some(file) = path.or(default.as_deref()) else {
        return Ok(());
    };
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if path.is_none() && is_absent(&error) => return Ok(()),
        Err(error) => {
            let message = format!("cannot read {}: {error}", file.display());
            return Err(Failure::Usage(message));
        }
    };
    read(&text, settings, scope).map_err(|Problem { offset, message }| {
        let line = text.as_bytes().iter().take(offset);
        let line = 1 + line.filter(|&&byte| byte == b'\n').count();
        Failure::Usage(format!("{}:{line}: {message}", file.display()))
    })
}

/// Whether there is no such file.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// What is wrong with a configuration file.
#[derive(Debug)]
struct Problem {
    /// Where, in bytes from the start.
    offset: usize,
    message: String,
}

fn read(text: &str, settings: &mut Settings, scope: Scope) -> Result<(), Problem> {
    let problem = |offset, message| Err(Problem { offset, message });
    let document = DeTable::parse(text).map_err(|error| Problem {
        offset: error.span().unwrap_or_default().start,
        message: error.message().to_owned(),
    })?;
    for (key, value) in document.get_ref() {
        let (offset, name) = (key.span().start, key.get_ref());
        let Some(group) = Group::ALL.into_iter().find(|group| group.name() == *name) else {
            let hint = did_you_mean(name, Group::ALL.map(Group::name));
            return problem(offset, format!("there is no table `{name}`{hint}"));
        };
        let DeValue::Table(table) = value.get_ref() else {
            return problem(offset, format!("`{name}` is a table: [{name}]"));
        };
        for (key, value) in table {
            let set = |settings: &mut Settings| {
                let setting = settings::find(group, key.get_ref())?;
                let value = as_written(value.get_ref()).ok_or_else(|| {
                    format!("`{}` is neither true, false, number nor text", setting.name)
                })?;
                if setting.is_for(scope) {
                    return setting.apply(settings, Some(&value));
                }
                setting.apply(&mut Settings::default(), Some(&value))
            };
            if let Err(message) = set(settings) {
                return problem(key.span().start, message);
            }
        }
    }
    Ok(())
}

/// A value as it would be written on the command line.
fn as_written(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::Boolean(on) => on.to_string(),
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => {
            let number = u64::from_str_radix(number.as_str(), number.radix());
            number.ok()?.to_string()
        }
        DeValue::Float(number) => number.as_str().to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_template_is_accepted() {
        let template = template();
        let settings = || Settings::default();
        read(&template, &mut settings(), Scope::Guest).expect("it changes nothing");
        let mut lines = 0;
        for line in template.lines() {
            let Some(line) = line.strip_prefix('#').filter(|line| !line.starts_with(' ')) else {
                continue;
            };
            lines += 1;
            let whole = template.replace(&format!("#{line}"), line);
            read(&whole, &mut settings(), Scope::Guest)
                .unwrap_or_else(|problem| panic!("{line}: {problem:?}"));
        }
        assert_eq!(lines, settings::rows().count());
    }

    #[test]
    fn problems_are_where_they_are() {
        let cases = [
            ("[wasm]\ntimeouts = 1", "did you mean `timeout`?", 7),
            ("[wasme]", "did you mean `wasm`?", 1),
            ("wasm = 1", "is a table", 0),
            ("[wasm]\nsimd = []", "neither true", 7),
            ("[wasm]\nsimd = \"maybe\"", "\"maybe\" is not y or n", 7),
            ("[wasm]\nmax-memories = -1", "neither true", 7),
            ("[codegen]\ntimeout = 1", "a setting of -W ([wasm])", 10),
            ("[wasm]\nsimd = true\nsimd = true", "duplicate", 19),
            ("[wasm]\nsimd", "", 11),
        ];
        for (text, message, offset) in cases {
            let problem = read(text, &mut Settings::default(), Scope::Guest);
            let problem = problem.expect_err(text);
            assert!(problem.message.contains(message), "{problem:?}");
            assert_eq!(problem.offset, offset, "{text:?}: {problem:?}");
        }
    }

    #[test]
    fn settings_of_other_commands_are_checked_all_the_same() {
        let mut settings = Settings::default();
        read("[wasm]\ntimeout = \"1s\"", &mut settings, Scope::Module).expect("it is known");
        assert_eq!(settings.timeout, None);
        assert!(read("[wasm]\ntimeout = \"x\"", &mut settings, Scope::Module).is_err());
    }
}
