//! `WasiCtx`: what one guest has of the world, and the builder for it.

use std::fmt;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bitflags::bitflags;

use crate::clock::{
    Clocks, DeterministicClock, HostMonotonicClock, HostWallClock, SystemMonotonicClock,
    SystemWallClock,
};
use crate::dir::host::HostDir;
use crate::dir::host_file::HostFile;
use crate::dir::memory::MemoryDir;
use crate::dir::{Dir, File};
use crate::fd::{Descriptor, OpenDir, Table};
use crate::random::{DeterministicRandom, RandomSource, SystemRandom};
use crate::sock::Socket;
use crate::stdio::{InputFile, OutputFile};
use crate::stream::{Closed, StdinStream, StdoutStream};
use crate::types::Rights;
use crate::wait::Wake;

/// How many file descriptors a guest can have open unless the embedder says otherwise.
pub const DEFAULT_MAX_FDS: usize = 1024;

/// What a standard output can not be used for, though it may be a terminal, or a file open for both.
const INPUT_ONLY: Rights = Rights::FD_READ;
/// What a standard input can not be used for.
const OUTPUT_ONLY: Rights = Rights::FD_WRITE
    .union(Rights::FD_ALLOCATE)
    .union(Rights::FD_FILESTAT_SET_SIZE)
    .union(Rights::FD_FILESTAT_SET_TIMES);

bitflags! {
    /// What a guest may do with a preopened directory and those below it.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct DirPerms: u8 {
        /// List directories and look at what is in them.
        const READ = 1 << 0;
        /// Create, remove and rename.
        const MUTATE = 1 << 1;
    }

    /// What a guest may do with the files in a preopened directory.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct FilePerms: u8 {
        /// Read them.
        const READ = 1 << 0;
        /// Write them.
        const WRITE = 1 << 1;
    }
}

/// What one guest has of the world: arguments, environment, file descriptors, clocks.
///
/// It is part of the data of a store, where [`add_to_linker`](crate::add_to_linker) is told
/// to find it; all instances of the store share it.
///
/// ```
/// use selvedge::{Engine, Linker, Store};
/// use selvedge_wasi::{WasiCtx, WasiCtxBuilder};
///
/// /// The data of a store: the context, and whatever else host functions need.
/// struct Host {
///     wasi: WasiCtx,
///     requests: u32,
/// }
///
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// selvedge_wasi::add_to_linker(&mut linker, |host: &mut Host| &mut host.wasi)?;
/// let wasi = WasiCtxBuilder::new().args(&["program"]).build();
/// let store = Store::new(&engine, Host { wasi, requests: 0 });
/// # assert_eq!(store.data().requests, 0);
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct WasiCtx {
    pub(crate) args: Vec<String>,
    /// `KEY=value`.
    pub(crate) env: Vec<String>,
    pub(crate) table: Table,
    pub(crate) clocks: Clocks,
    pub(crate) random: Box<dyn RandomSource>,
    pub(crate) wake: Option<Wake>,
}

impl WasiCtx {
    /// The same as [`WasiCtxBuilder::new`].
    pub fn builder() -> WasiCtxBuilder {
        WasiCtxBuilder::new()
    }
}

impl fmt::Debug for WasiCtx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WasiCtx")
            .field("args", &self.args)
            .field("env", &self.env)
            .finish_non_exhaustive()
    }
}

/// Makes a [`WasiCtx`]. A guest has nothing that it was not given here: no arguments, no
/// environment, no files; its standard input is at the end, and what it writes is lost.
///
/// ```
/// use selvedge_wasi::{DirPerms, FilePerms, WasiCtxBuilder};
///
/// let wasi = WasiCtxBuilder::new()
///     .args(&["program", "--verbose"])
///     .env("LANG", "C")
///     .inherit_stdio()
///     .preopened_dir(".", "/", DirPerms::READ, FilePerms::READ)?
///     .build();
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct WasiCtxBuilder {
    args: Vec<String>,
    env: Vec<String>,
    stdio: [Option<Box<dyn File>>; 3],
    preopens: Vec<Descriptor>,
    sockets: Vec<Socket>,
    wall_clock: Box<dyn HostWallClock>,
    monotonic_clock: Box<dyn HostMonotonicClock>,
    host_cpu_clocks: bool,
    random: Box<dyn RandomSource>,
    max_fds: usize,
    built: bool,
}

impl Default for WasiCtxBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for WasiCtxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WasiCtxBuilder")
            .field("args", &self.args)
            .field("env", &self.env)
            .finish_non_exhaustive()
    }
}

impl WasiCtxBuilder {
    /// A builder of a context with nothing in it.
    pub fn new() -> Self {
        Self {
            args: Vec::new(),
            env: Vec::new(),
            stdio: [None, None, None],
            preopens: Vec::new(),
            sockets: Vec::new(),
            wall_clock: Box::new(SystemWallClock),
            monotonic_clock: Box::new(SystemMonotonicClock::new()),
            host_cpu_clocks: true,
            random: Box::new(SystemRandom),
            max_fds: DEFAULT_MAX_FDS,
            built: false,
        }
    }

    /// Adds arguments; the first of all is the program's name.
    pub fn args(&mut self, args: &[impl AsRef<str>]) -> &mut Self {
        self.args
            .extend(args.iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Adds an argument.
    pub fn arg(&mut self, arg: impl AsRef<str>) -> &mut Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds the arguments of this process.
    ///
    /// # Panics
    ///
    /// If one is not UTF-8.
    pub fn inherit_args(&mut self) -> &mut Self {
        self.args.extend(std::env::args());
        self
    }

    /// Adds a variable to the environment; a later one of the same name replaces it.
    pub fn env(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> &mut Self {
        let prefix = format!("{}=", name.as_ref());
        self.env.retain(|variable| !variable.starts_with(&prefix));
        self.env.push(prefix + value.as_ref());
        self
    }

    /// Adds variables to the environment.
    pub fn envs(&mut self, env: &[(impl AsRef<str>, impl AsRef<str>)]) -> &mut Self {
        for (name, value) in env {
            self.env(name, value);
        }
        self
    }

    /// Adds the environment of this process, but for variables that are not UTF-8.
    pub fn inherit_env(&mut self) -> &mut Self {
        for (name, value) in std::env::vars_os() {
            if let (Some(name), Some(value)) = (name.to_str(), value.to_str()) {
                self.env(name, value);
            }
        }
        self
    }

    /// The standard input.
    pub fn stdin(&mut self, stdin: impl StdinStream) -> &mut Self {
        self.stdio[0] = Some(input(Box::new(stdin)));
        self
    }

    /// The standard output.
    pub fn stdout(&mut self, stdout: impl StdoutStream) -> &mut Self {
        self.stdio[1] = Some(output(Box::new(stdout)));
        self
    }

    /// The standard error.
    pub fn stderr(&mut self, stderr: impl StdoutStream) -> &mut Self {
        self.stdio[2] = Some(output(Box::new(stderr)));
        self
    }

    /// This process's standard input. (Closed, if the host has no descriptor left for it.)
    pub fn inherit_stdin(&mut self) -> &mut Self {
        self.stdio[0] = host_stream(io::stdin().as_fd()).ok();
        self
    }

    /// This process's standard output. What the process itself has buffered comes after.
    pub fn inherit_stdout(&mut self) -> &mut Self {
        self.stdio[1] = host_stream(io::stdout().as_fd()).ok();
        self
    }

    /// This process's standard error.
    pub fn inherit_stderr(&mut self) -> &mut Self {
        self.stdio[2] = host_stream(io::stderr().as_fd()).ok();
        self
    }

    /// This process's standard streams.
    pub fn inherit_stdio(&mut self) -> &mut Self {
        self.inherit_stdin().inherit_stdout().inherit_stderr()
    }

    /// Gives the guest a directory of the host, which it knows as `guest_path`. Directories get the
    /// file descriptors from 3 on, in the order of these calls.
    ///
    /// The guest reaches what is in the directory, and nothing else: not by `..`, and not by
    /// symbolic links that lead out.
    ///
    /// # Errors
    ///
    /// If the directory cannot be opened.
    pub fn preopened_dir(
        &mut self,
        host_path: impl AsRef<Path>,
        guest_path: impl AsRef<str>,
        dir_perms: DirPerms,
        file_perms: FilePerms,
    ) -> selvedge::Result<&mut Self> {
        let host_path = host_path.as_ref();
        let dir = HostDir::open_ambient(host_path).map_err(|error| {
            let what = format!("failed to open directory `{}`", host_path.display());
            selvedge::Error::new(error).context(what)
        })?;
        let dir = Arc::new(dir);
        Ok(self.preopen(dir, guest_path.as_ref(), dir_perms, file_perms))
    }

    /// Gives the guest a directory in memory, otherwise as [`WasiCtxBuilder::preopened_dir`].
    pub fn preopened_memory_dir(
        &mut self,
        dir: &MemoryDir,
        guest_path: impl AsRef<str>,
        dir_perms: DirPerms,
        file_perms: FilePerms,
    ) -> &mut Self {
        let dir = Arc::new(dir.clone());
        self.preopen(dir, guest_path.as_ref(), dir_perms, file_perms)
    }

    fn preopen(
        &mut self,
        dir: Arc<dyn Dir>,
        guest_path: &str,
        dir_perms: DirPerms,
        file_perms: FilePerms,
    ) -> &mut Self {
        let dir = OpenDir {
            dir,
            dir_perms,
            file_perms,
        };
        let descriptor = Descriptor::preopened(dir, guest_path.to_owned());
        self.preopens.push(descriptor);
        self
    }

    /// Gives the guest a socket. Sockets get the file descriptors after those of the directories.
    pub fn preopened_socket(&mut self, socket: impl Into<Socket>) -> &mut Self {
        self.sockets.push(socket.into());
        self
    }

    /// The source of random bytes in place of the host's.
    pub fn secure_random(&mut self, random: impl RandomSource) -> &mut Self {
        self.random = Box::new(random);
        self
    }

    /// The clock for the time of day in place of the host's.
    pub fn wall_clock(&mut self, clock: impl HostWallClock) -> &mut Self {
        self.wall_clock = Box::new(clock);
        self
    }

    /// The monotonic clock in place of the host's. It stands for the clocks of processor time, too.
    pub fn monotonic_clock(&mut self, clock: impl HostMonotonicClock) -> &mut Self {
        self.monotonic_clock = Box::new(clock);
        self.host_cpu_clocks = false;
        self
    }

    /// Clocks and random bytes that are the same in every run: a [`DeterministicClock`] for all
    /// clocks, beginning with the year 2000, and [`DeterministicRandom`] of the seed 0.
    pub fn deterministic(&mut self) -> &mut Self {
        let start = Duration::from_secs(946_684_800);
        self.wall_clock(DeterministicClock::new(start))
            .monotonic_clock(DeterministicClock::default())
            .secure_random(DeterministicRandom::new(0))
    }

    /// How many file descriptors the guest can have open, instead of [`DEFAULT_MAX_FDS`]. More than
    /// the host allows this process is of no use.
    pub fn max_fds(&mut self, limit: usize) -> &mut Self {
        self.max_fds = limit;
        self
    }

    /// The context.
    ///
    /// # Panics
    ///
    /// If it is called twice, or there are more standard streams, directories and sockets than the
    /// limit of file descriptors.
    pub fn build(&mut self) -> WasiCtx {
        assert!(!self.built, "a builder makes one context");
        let next = std::mem::take(self);
        self.built = true;
        let [stdin, stdout, stderr] = next.stdio;
        let stdio = [
            stdin.unwrap_or_else(|| input(Box::new(Closed))),
            stdout.unwrap_or_else(|| output(Box::new(Closed))),
            stderr.unwrap_or_else(|| output(Box::new(Closed))),
        ];
        let sockets = next.sockets.into_iter();
        let sockets = sockets.map(|socket| Descriptor::file(Box::new(socket.into_file())));
        let stdio = stdio.into_iter().zip([OUTPUT_ONLY, INPUT_ONLY, INPUT_ONLY]);
        let stdio = stdio.map(|(file, without)| {
            let mut descriptor = Descriptor::file(file);
            descriptor.rights -= without;
            descriptor
        });
        let mut table = Table::new(next.max_fds);
        for descriptor in stdio.chain(next.preopens).chain(sockets) {
            let inserted = table.insert(descriptor);
            inserted.expect("more is preopened than the limit of file descriptors");
        }
        WasiCtx {
            args: next.args,
            env: next.env,
            table,
            clocks: Clocks {
                wall: next.wall_clock,
                monotonic: next.monotonic_clock,
                host_cpu: next.host_cpu_clocks,
            },
            random: next.random,
            wake: None,
        }
    }
}

fn host_stream(fd: std::os::fd::BorrowedFd<'_>) -> io::Result<Box<dyn File>> {
    Ok(Box::new(HostFile::stream(fd.try_clone_to_owned()?)?))
}

/// A standard input: the host's file, if it has one that can be had.
fn input(stream: Box<dyn StdinStream>) -> Box<dyn File> {
    match stream.host_fd().map(host_stream) {
        Some(Ok(file)) => file,
        _ => Box::new(InputFile(stream)),
    }
}

fn output(stream: Box<dyn StdoutStream>) -> Box<dyn File> {
    match stream.host_fd().map(host_stream) {
        Some(Ok(file)) => file,
        _ => Box::new(OutputFile(stream)),
    }
}
