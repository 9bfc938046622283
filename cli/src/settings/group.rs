//! The families of settings, and their help.

use std::fmt::Write as _;

use super::{Choice, Kind, Scope, Setting, rows};

/// The families of settings: an option letter, and a table of the configuration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Wasm,
    Optimize,
    Codegen,
    Debug,
    Wasi,
}

impl Group {
    pub(crate) const ALL: [Self; 5] = [
        Self::Wasm,
        Self::Optimize,
        Self::Codegen,
        Self::Debug,
        Self::Wasi,
    ];

    /// The option on the command line.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Wasm => "-W",
            Self::Optimize => "-O",
            Self::Codegen => "-C",
            Self::Debug => "-D",
            Self::Wasi => "-S",
        }
    }

    /// The table in a configuration file, and the long option without its dashes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Wasm => "wasm",
            Self::Optimize => "optimize",
            Self::Codegen => "codegen",
            Self::Debug => "debug",
            Self::Wasi => "wasi",
        }
    }

    /// What the settings are about.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Wasm => "what modules may use, and what guests may take",
            Self::Optimize => "how the interpreter runs; results never depend on it",
            Self::Codegen => "which tier runs functions, when and how they are compiled",
            Self::Debug => "what is said about a guest that fails",
            Self::Wasi => "what guests see of the system",
        }
    }

    /// The settings of the group that commands of `scope` have.
    pub(crate) fn settings(self, scope: Scope) -> impl Iterator<Item = &'static Setting> {
        rows().filter(move |setting| setting.group == self && setting.scope <= scope)
    }

    /// What `help` says.
    pub(crate) fn help(self, scope: Scope) -> String {
        let mut text = format!("Settings of {}: {}\n", self.option(), self.title());
        for setting in self.settings(scope) {
            let name = format!("{}{}", setting.name, setting.kind.placeholder());
            let _ = writeln!(text, "  {name:<36} {}", setting.help);
            if let Kind::Choice(choices) = setting.kind {
                for Choice { word, help, .. } in choices {
                    let _ = writeln!(text, "      {word:<32} {help}");
                }
            }
        }
        let has = |wanted: fn(&Kind) -> bool| self.settings(scope).any(|row| wanted(&row.kind));
        if has(|kind| matches!(kind, Kind::Bytes(_))) {
            text.push_str(
                "BYTES may have a unit: K or KiB is 1024 bytes, KB is 1000; also M, G and T.\n",
            );
        }
        if has(|kind| matches!(kind, Kind::Duration(_))) {
            text.push_str(
                "DURATION may have a unit: ms, s, m or h; without one it is in seconds.\n",
            );
        }
        text
    }
}
