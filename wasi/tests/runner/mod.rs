//! Runs the guests of `tests/guests`, which check themselves.
#![allow(dead_code, reason = "every test file uses its own part of this")]

use std::path::{Path, PathBuf};

use selvedge::{Engine, Linker, Module, Store};
use selvedge_wasi::pipe::MemoryOutputPipe;
use selvedge_wasi::{DirPerms, FilePerms, MemoryDir, WasiCtx, WasiCtxBuilder};
use tempfile::TempDir;

/// How much a guest may write to a standard stream.
const OUTPUT_BYTES: usize = 1 << 20;

/// How a guest ended, and what it wrote.
pub struct Ended {
    /// The exit status, or the error that ended it.
    pub status: Result<i32, selvedge::Error>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// Checks that the guest found everything as it should be, and wrote this.
    #[track_caller]
    pub fn expect(&self, stdout: &str) {
        assert_eq!(self.stderr, "", "{:?} {}", self.status, self.stdout);
        assert!(matches!(self.status, Ok(0)), "{:?}", self.status);
        assert_eq!(self.stdout, stdout);
    }

    /// Checks that the guest exited with this status.
    #[track_caller]
    pub fn expect_status(&self, status: i32, stdout: &str) {
        assert!(
            matches!(self.status, Ok(got) if got == status),
            "{:?} instead of {status}: {}",
            self.status,
            self.stderr
        );
        assert_eq!(self.stdout, stdout);
    }
}

/// Where the guests are.
pub fn guests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests")
}

pub fn load(engine: &Engine, name: &str) -> Module {
    let path = guests().join(name).with_extension("wasm");
    Module::from_file(engine, &path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Runs a guest with what `builder` gives it, and standard output and error of its own.
pub fn run(name: &str, builder: &mut WasiCtxBuilder) -> Ended {
    let stdout = MemoryOutputPipe::new(OUTPUT_BYTES);
    let stderr = MemoryOutputPipe::new(OUTPUT_BYTES);
    builder.stdout(stdout.clone()).stderr(stderr.clone());
    let status = start(name, builder.build());
    let text = |pipe: &MemoryOutputPipe| String::from_utf8(pipe.contents()).unwrap();
    Ended {
        status,
        stdout: text(&stdout),
        stderr: text(&stderr),
    }
}

/// Runs a guest and returns its exit status.
pub fn start(name: &str, wasi: WasiCtx) -> Result<i32, selvedge::Error> {
    let engine = Engine::default();
    let module = load(&engine, name);
    let mut linker = Linker::new(&engine);
    selvedge_wasi::add_to_linker(&mut linker, |wasi: &mut WasiCtx| wasi).unwrap();
    let mut store = Store::new(&engine, wasi);
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let start = instance
        .get_typed_func::<(), ()>(&mut store, "_start")
        .unwrap();
    match start.call(&mut store, ()) {
        Ok(()) => Ok(0),
        Err(error) => error.i32_exit_status().ok_or(error),
    }
}

/// Runs a guest in a directory of the host, which `setup` fills and `after` looks at.
#[track_caller]
pub fn on_host(name: &str, stdout: &str, setup: impl Fn(&Path), after: impl Fn(&Path)) {
    let dir = TempDir::new().unwrap();
    setup(dir.path());
    let mut builder = WasiCtxBuilder::new();
    builder
        .args(&[name])
        .preopened_dir(dir.path(), "/", DirPerms::all(), FilePerms::all())
        .unwrap();
    run(name, &mut builder).expect(stdout);
    after(dir.path());
}

/// Runs a guest in a directory in memory.
#[track_caller]
pub fn in_memory(name: &str, stdout: &str) -> MemoryDir {
    let dir = MemoryDir::new(16 << 20, 10_000);
    let mut builder = WasiCtxBuilder::new();
    builder
        .args(&[name])
        .preopened_memory_dir(&dir, "/", DirPerms::all(), FilePerms::all());
    run(name, &mut builder).expect(stdout);
    dir
}

/// The paths below a directory, sorted, directories with a slash at the end.
pub fn tree(root: &Path) -> Vec<String> {
    fn walk(root: &Path, dir: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            if path.symlink_metadata().unwrap().is_dir() {
                found.push(name + "/");
                walk(root, &path, found);
            } else {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    walk(root, root, &mut found);
    found.sort();
    found
}
