//! WASI preview 1 (and 0) for [Selvedge](selvedge): what programs compiled to WebAssembly expect of
//! a system.
//!
//! ```
//! use selvedge::{Engine, Linker, Module, Store};
//! use selvedge_wasi::{WasiCtx, WasiCtxBuilder, pipe::MemoryOutputPipe};
//!
//! let engine = Engine::default();
//! let module = Module::new(&engine, r#"
//!     (module
//!         (import "wasi_snapshot_preview1" "fd_write"
//!             (func $write (param i32 i32 i32 i32) (result i32)))
//!         (memory (export "memory") 1)
//!         (data (i32.const 0) "\10\00\00\00\06\00\00\00")
//!         (data (i32.const 16) "hello\n")
//!         (func (export "_start")
//!             (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
//! "#)?;
//! let stdout = MemoryOutputPipe::new(1024);
//! let wasi = WasiCtxBuilder::new().stdout(stdout.clone()).build();
//! let mut store = Store::new(&engine, wasi);
//! let mut linker = Linker::new(&engine);
//! selvedge_wasi::add_to_linker(&mut linker, |wasi: &mut WasiCtx| wasi)?;
//! let instance = linker.instantiate(&mut store, &module)?;
//! instance.get_typed_func::<(), ()>(&mut store, "_start")?.call(&mut store, ())?;
//! assert_eq!(stdout.contents(), b"hello\n");
//! # Ok::<(), selvedge::Error>(())
//! ```
//!
//! - A [`WasiCtxBuilder`] says what a guest gets; without it a guest has nothing.
//! - [`add_to_linker`] defines the functions.
//! - Streams are the host's, files, [pipes in memory](pipe), or [made up](StdinStream).
//! - Directories are the host's, kept by `cap-std` from leading out, or [in memory](MemoryDir).
//! - Clocks and random bytes can be [replaced](WasiCtxBuilder::deterministic).
//!
//! Guests are not trusted: every pointer and length is checked, whatever is wrong is a code
//! for the guest and never a panic, and nothing that a guest says makes the host allocate more than a little.
//! A guest that waits, for time, input or connections, is stopped by an
//! [`InterruptHandle`](selvedge::InterruptHandle) as one that computes.
//!
//! # Limits
//!
//! | what | how many | beyond |
//! |---|---|---|
//! | open file descriptors | [`DEFAULT_MAX_FDS`], or as the embedder says | `MFILE` |
//! | buffers of one read or write | 1024 | `INVAL` |
//! | subscriptions of one `poll_oneoff` | 4096 | `INVAL` |
//! | bytes of a path | 4096 | `NAMETOOLONG` |
//!
//! Only Unix systems are supported.

#[cfg(not(unix))]
compile_error!("selvedge-wasi supports Unix systems only");

mod call;
mod clock;
mod ctx;
mod dir;
mod fail;
mod fd;
mod linker;
mod memory;
pub mod pipe;
mod preview1;
mod random;
mod sock;
mod stdio;
mod stream;
pub mod types;
mod wait;

pub use clock::{
    DeterministicClock, HostMonotonicClock, HostWallClock, SystemMonotonicClock, SystemWallClock,
};
pub use ctx::{DEFAULT_MAX_FDS, DirPerms, FilePerms, WasiCtx, WasiCtxBuilder};
pub use dir::memory::MemoryDir;
pub use linker::add_to_linker;
pub use random::{DeterministicRandom, RandomSource, SystemRandom};
pub use sock::Socket;
pub use stream::{StdinStream, StdoutStream};

/// The book's page about WASI, whose examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/wasi.md")]
struct BookPage;
