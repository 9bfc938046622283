//! Telling profilers of the system about machine code: perf's map, and its dump.
//!
//! Both are files of the process, found by its number, so all engines share them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use selvedge_vm::module::Module;
use selvedge_vm::native::PublishedCode;
use selvedge_vm::native::profile::{Marker, monotonic_nanoseconds, thread_id};

use crate::error::{Error, Result};
use crate::profiling::ProfilingStrategy;

/// Whom an engine tells of its code.
pub(super) enum Profiler {
    Map(Arc<Mutex<PerfMap>>),
    Dump(Arc<Mutex<JitDump>>),
}

impl Profiler {
    /// The profiler of `strategy`, whose file is made if this is the first engine that wants it.
    ///
    /// # Errors
    ///
    /// If the file cannot be made.
    pub(super) fn new(strategy: ProfilingStrategy) -> Result<Option<Self>> {
        static MAP: Shared<PerfMap> = Shared::new();
        static DUMP: Shared<JitDump> = Shared::new();
        let fail = |path: &Path, error: io::Error| {
            Error::message(format!("cannot write {}: {error}", path.display()))
        };
        Ok(match strategy {
            ProfilingStrategy::None => None,
            ProfilingStrategy::PerfMap => {
                let path = PathBuf::from(format!("/tmp/perf-{}.map", process::id()));
                let map = MAP.get(|| PerfMap::new(&path));
                Some(Self::Map(map.map_err(|error| fail(&path, error))?))
            }
            ProfilingStrategy::JitDump => {
                let path = PathBuf::from(format!("jit-{}.dump", process::id()));
                let dump = DUMP.get(|| JitDump::new(&path));
                Some(Self::Dump(dump.map_err(|error| fail(&path, error))?))
            }
        })
    }

    /// Tells of new code of `module`. A full disk does not stop a guest.
    pub(super) fn published(&self, module: &Module, code: &PublishedCode) {
        let mut record = Vec::new();
        match self {
            Self::Map(map) => {
                for function in code.functions() {
                    let name = name(module, function.func);
                    let line = format!("{:x} {:x} {name}\n", function.address, function.code.len());
                    record.extend_from_slice(line.as_bytes());
                }
                let mut map = map.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = map.0.write_all(&record);
            }
            Self::Dump(dump) => {
                let mut dump = dump.lock().unwrap_or_else(PoisonError::into_inner);
                for function in code.functions() {
                    let name = name(module, function.func);
                    dump.code_load(&mut record, &name, function.address, function.code);
                }
                let _ = dump.file.write_all(&record);
            }
        }
    }
}

/// What profilers show for a function.
fn name(module: &Module, func: selvedge_vm::index::DefinedFuncIndex) -> String {
    let index = module.func_index(func);
    let mut text = match &module.name {
        Some(module) => format!("wasm[{module}]::function[{}]", index.as_u32()),
        None => format!("wasm::function[{}]", index.as_u32()),
    };
    if let Some(name) = module.func_name(index) {
        text = format!("{text}::{name}");
    }
    // A name ends with its line, or with a zero.
    text.replace(char::is_control, "?")
}

/// What all engines of the process have together, from the first that wants it.
struct Shared<T>(Mutex<Option<Arc<Mutex<T>>>>);

impl<T> Shared<T> {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn get(&self, make: impl FnOnce() -> io::Result<T>) -> io::Result<Arc<Mutex<T>>> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*shared {
            return Ok(known.clone());
        }
        let made = Arc::new(Mutex::new(make()?));
        *shared = Some(made.clone());
        Ok(made)
    }
}

/// `perf-PID.map`: a line for each function: address and size in hexadecimal, name.
pub(super) struct PerfMap(File);

impl PerfMap {
    fn new(path: &Path) -> io::Result<Self> {
        new_file(path).map(Self)
    }
}

/// `jit-PID.dump`: a header and a record for each function, with its code; numbers as this machine
/// has them (`tools/perf/Documentation/jitdump-specification.txt` in Linux).
///
/// ```text
/// header  magic · version · size · machine · 0 · process · time · flags
/// load    0 · size · time · process · thread · address · address · code size · number · name · code
/// ```
pub(super) struct JitDump {
    file: File,
    /// The number of the next function.
    next: u64,
    /// By which perf finds the file.
    _marker: Marker,
}

impl JitDump {
    const MAGIC: u32 = 0x4a69_5444;
    const VERSION: u32 = 1;
    const HEADER_BYTES: u32 = 40;
    /// `EM_X86_64`.
    const MACHINE: u32 = 62;
    const CODE_LOAD: u32 = 0;
    /// Of a load record, without name and code.
    const LOAD_BYTES: usize = 56;

    fn new(path: &Path) -> io::Result<Self> {
        let mut file = new_file(path)?;
        let mut header = Vec::new();
        for field in [
            Self::MAGIC,
            Self::VERSION,
            Self::HEADER_BYTES,
            Self::MACHINE,
            0,
            process::id(),
        ] {
            header.extend_from_slice(&field.to_ne_bytes());
        }
        header.extend_from_slice(&monotonic_nanoseconds().to_ne_bytes());
        header.extend_from_slice(&0u64.to_ne_bytes());
        file.write_all(&header)?;
        let marker = Marker::new(&file)?;
        Ok(Self {
            file,
            next: 0,
            _marker: marker,
        })
    }

    /// Appends the record of a function to `record`.
    fn code_load(&mut self, record: &mut Vec<u8>, name: &str, address: usize, code: &[u8]) {
        let size = Self::LOAD_BYTES + name.len() + 1 + code.len();
        record.extend_from_slice(&Self::CODE_LOAD.to_ne_bytes());
        record.extend_from_slice(&(size as u32).to_ne_bytes());
        record.extend_from_slice(&monotonic_nanoseconds().to_ne_bytes());
        record.extend_from_slice(&process::id().to_ne_bytes());
        record.extend_from_slice(&thread_id().to_ne_bytes());
        let address = address as u64;
        for field in [address, address, code.len() as u64, self.next] {
            record.extend_from_slice(&field.to_ne_bytes());
        }
        record.extend_from_slice(name.as_bytes());
        record.push(0);
        record.extend_from_slice(code);
        self.next += 1;
    }
}

/// A new file, in place of one that a process of the same number has left. What somebody else has put there
/// is not written to.
fn new_file(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    // To be mapped, a file must be readable.
    options.read(true).write(true).create_new(true).open(path)
}
