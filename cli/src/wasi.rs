//! What a guest gets through WASI: arguments, environment, directories, and the
//! process's own standard streams.
//!
//! `wasi_disabled` has the same interface, for builds without the feature `wasi`.

use std::ffi::{OsStr, OsString};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use clap::Args;
use selvedge::Linker;
use selvedge_wasi::{DEFAULT_MAX_FDS, DirPerms, FilePerms, WasiCtx, WasiCtxBuilder};

use crate::outcome::{Failure, Outcome};
use crate::settings::table::row;
use crate::settings::{Group, Kind, Scope, Setting, Settings};

/// Why a guest has no WASI.
pub(crate) const ABSENCE: &str = "WASI is switched off by `-S cli=n`";

/// The settings of `-S`.
#[rustfmt::skip] // One line per setting.
pub(crate) const SETTINGS: &[Setting] = &[
    row(Group::Wasi, Scope::Guest, "cli", Kind::Switch(|settings, on| settings.wasi.is_provided = on), "let modules import WASI, which is the default"),
    row(Group::Wasi, Scope::Guest, "inherit-env", Kind::Switch(|settings, on| settings.wasi.inherit_env = on), "let guests have the whole environment"),
    row(Group::Wasi, Scope::Guest, "deterministic", Kind::Switch(|settings, on| settings.wasi.deterministic = on), "clocks and random bytes that are the same in every run"),
    row(Group::Wasi, Scope::Guest, "tcplisten", Kind::Address(|settings, address| settings.wasi.tcp_listen.push(address.to_owned())), "a socket for connections, after the directories; may be given several times"),
];

/// What guests see of the system.
pub(crate) struct WasiSettings {
    /// Whether there is WASI at all.
    is_provided: bool,
    /// Whether our environment is theirs.
    inherit_env: bool,
    /// Whether clocks and random bytes are the same in every run.
    deterministic: bool,
    /// Where guests wait for connections.
    tcp_listen: Vec<String>,
}

impl Default for WasiSettings {
    fn default() -> Self {
        Self {
            is_provided: true,
            inherit_env: false,
            deterministic: false,
            tcp_listen: Vec::new(),
        }
    }
}

/// The state of WASI in a store.
pub(crate) struct Context(WasiCtx);

/// Defines the functions of WASI, whose state `context` finds in a store's data.
///
/// # Errors
///
/// If one of the names is defined already.
pub(crate) fn define<T>(
    linker: &mut Linker<T>,
    context: impl Fn(&mut T) -> &mut Context + Send + Sync + Copy + 'static,
) -> selvedge::Result<()> {
    selvedge_wasi::add_to_linker(linker, move |data: &mut T| &mut context(data).0)
}

/// What a guest gets through WASI.
#[derive(Args)]
pub(crate) struct WasiOptions {
    /// Let the guest use the directory HOST, under the name GUEST if that is given; may be given
    /// several times.
    #[arg(long, value_name = "HOST[::GUEST]", value_parser = directory)]
    dir: Vec<Directory>,

    /// Set the environment variable K of the guest to V, or to what it is here; may be given several
    /// times.
    #[arg(long, value_name = "K[=V]", value_parser = variable)]
    env: Vec<Variable>,

    /// What the guest is told that its name is; the name of FILE otherwise.
    #[arg(long, value_name = "NAME")]
    argv0: Option<String>,
}

/// A directory that a guest may use.
#[derive(Clone)]
struct Directory {
    host: PathBuf,
    guest: String,
}

/// A variable of a guest's environment.
#[derive(Clone)]
struct Variable {
    name: String,
    /// `None` for that of our own environment.
    value: Option<String>,
}

fn directory(text: &str) -> Result<Directory, String> {
    let (host, guest) = text.split_once("::").unwrap_or((text, text));
    if host.is_empty() || guest.is_empty() {
        return Err("HOST or HOST::GUEST is needed".to_owned());
    }
    Ok(Directory {
        host: host.into(),
        guest: guest.to_owned(),
    })
}

fn variable(text: &str) -> Result<Variable, String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    if name.is_empty() {
        return Err("K=V or K is needed".to_owned());
    }
    let name = name.to_owned();
    Ok(Variable { name, value })
}

impl WasiOptions {
    /// The context of a guest, the module at `file` with the arguments `args`; `None` if it is
    /// to have no WASI.
    pub(crate) fn context(
        &self,
        settings: &Settings,
        file: &Path,
        args: &[OsString],
    ) -> Outcome<Option<Context>> {
        let settings = &settings.wasi;
        if !settings.is_provided {
            return Ok(None);
        }
        let mut builder = WasiCtxBuilder::new();
        builder.inherit_stdio();
        let name = || file.file_name().unwrap_or(file.as_os_str());
        let name = self.argv0.as_deref().map_or_else(name, OsStr::new);
        builder.arg(text(name)?);
        for arg in args {
            builder.arg(text(arg)?);
        }
        if settings.inherit_env {
            builder.inherit_env();
        }
        for Variable { name, value } in &self.env {
            match value {
                Some(value) => {
                    builder.env(name, value);
                }
                // A variable that is not set here is not set there.
                None => {
                    if let Some(value) = std::env::var_os(name) {
                        builder.env(name, text(&value)?);
                    }
                }
            }
        }
        for Directory { host, guest } in &self.dir {
            let opened = builder.preopened_dir(host, guest, DirPerms::all(), FilePerms::all());
            opened.map_err(|error| {
                Failure::Message(format!("--dir {}: {error:#}", host.display()))
            })?;
        }
        for address in &settings.tcp_listen {
            let listener = TcpListener::bind(address);
            let listener = listener.map_err(|error| {
                Failure::Message(format!("-S tcplisten: cannot listen at {address}: {error}"))
            })?;
            builder.preopened_socket(listener);
        }
        // What is given is no part of what the guest may open.
        let given = self.dir.len() + settings.tcp_listen.len();
        builder.max_fds(DEFAULT_MAX_FDS + given);
        if settings.deterministic {
            builder.deterministic();
        }
        Ok(Some(Context(builder.build())))
    }
}

/// WASI's texts are UTF-8.
fn text(text: &OsStr) -> Outcome<&str> {
    let problem = || Failure::Usage(format!("{text:?} is not UTF-8, which guests need"));
    text.to_str().ok_or_else(problem)
}
