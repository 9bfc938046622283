//! What a guest gets through WASI: arguments, environment, directories, and the
//! process's own standard streams.

use std::ffi::{OsStr, OsString};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use clap::Args;
use selvedge_wasi::{DEFAULT_MAX_FDS, DirPerms, FilePerms, WasiCtx, WasiCtxBuilder};

use crate::outcome::{Failure, Outcome};
use crate::settings::Settings;

/// What a guest gets through WASI.
#[derive(Args)]
pub(super) struct WasiOptions {
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

    /// Choose what the guest sees of the system; `-S help` lists how.
    #[arg(
        short = 'S',
        long = "wasi",
        value_name = "NAME[=VAL],...",
        value_delimiter = ','
    )]
    pub(super) wasi: Vec<String>,
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
    /// The context of a guest, the module at `file` with the arguments `args`.
    pub(super) fn context(
        &self,
        settings: &Settings,
        file: &Path,
        args: &[OsString],
    ) -> Outcome<WasiCtx> {
        let mut builder = WasiCtxBuilder::new();
        builder.inherit_stdio();
        let name = || file.file_name().unwrap_or(file.as_os_str());
        let name = self.argv0.as_deref().map_or_else(name, OsStr::new);
        builder.arg(text(name)?);
        for arg in args {
            builder.arg(text(arg)?);
        }
        if settings.wasi.inherit_env {
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
        for address in &settings.wasi.tcp_listen {
            let listener = TcpListener::bind(address);
            let listener = listener.map_err(|error| {
                Failure::Message(format!("-S tcplisten: cannot listen at {address}: {error}"))
            })?;
            builder.preopened_socket(listener);
        }
        // What is given is no part of what the guest may open.
        let given = self.dir.len() + settings.wasi.tcp_listen.len();
        builder.max_fds(DEFAULT_MAX_FDS + given);
        if settings.wasi.deterministic {
            builder.deterministic();
        }
        Ok(builder.build())
    }
}

/// WASI's texts are UTF-8.
fn text(text: &OsStr) -> Outcome<&str> {
    let problem = || Failure::Usage(format!("{text:?} is not UTF-8, which guests need"));
    text.to_str().ok_or_else(problem)
}
