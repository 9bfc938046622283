//! A guest that hands every function of WASI on to the test, which calls it with
//! numbers and looks at the guest's memory.
#![allow(dead_code, reason = "every test file uses its own part of this")]

use std::fmt::Write;

use selvedge::{Engine, Instance, Linker, Memory, Module, Result, Store, Val, ValType};
use selvedge_wasi::types::{Errno, FdFlags, OFlags, Rights};
use selvedge_wasi::{DirPerms, FilePerms, MemoryDir, WasiCtx, WasiCtxBuilder};
use tempfile::TempDir;

/// The functions and their parameters: `i` has 32 bits and `l` 64. All return a code.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("args_get", "ii"),
    ("args_sizes_get", "ii"),
    ("environ_get", "ii"),
    ("environ_sizes_get", "ii"),
    ("clock_res_get", "ii"),
    ("clock_time_get", "ili"),
    ("fd_advise", "illi"),
    ("fd_allocate", "ill"),
    ("fd_close", "i"),
    ("fd_datasync", "i"),
    ("fd_fdstat_get", "ii"),
    ("fd_fdstat_set_flags", "ii"),
    ("fd_fdstat_set_rights", "ill"),
    ("fd_filestat_get", "ii"),
    ("fd_filestat_set_size", "il"),
    ("fd_filestat_set_times", "illi"),
    ("fd_pread", "iiili"),
    ("fd_prestat_get", "ii"),
    ("fd_prestat_dir_name", "iii"),
    ("fd_pwrite", "iiili"),
    ("fd_read", "iiii"),
    ("fd_readdir", "iiili"),
    ("fd_renumber", "ii"),
    ("fd_seek", "ilii"),
    ("fd_sync", "i"),
    ("fd_tell", "ii"),
    ("fd_write", "iiii"),
    ("path_create_directory", "iii"),
    ("path_filestat_get", "iiiii"),
    ("path_filestat_set_times", "iiiilli"),
    ("path_link", "iiiiiii"),
    ("path_open", "iiiiillii"),
    ("path_readlink", "iiiiii"),
    ("path_remove_directory", "iii"),
    ("path_rename", "iiiiii"),
    ("path_symlink", "iiiii"),
    ("path_unlink_file", "iii"),
    ("poll_oneoff", "iiii"),
    ("proc_raise", "i"),
    ("random_get", "ii"),
    ("sched_yield", ""),
    ("sock_recv", "iiiiii"),
    ("sock_send", "iiiii"),
    ("sock_shutdown", "ii"),
    ("sock_accept", "iii"),
];

/// Where the helpers below put what they pass.
const OUT: u32 = 0;
const IOVS: u32 = 64;
const PATH: u32 = 1024;
const PATH_2: u32 = 8192;
/// Where there is room for data.
pub const DATA: u32 = 0x1_0000;

/// The text of the guest.
fn wat(module: &str) -> String {
    let mut text = String::from("(module\n");
    let functions = FUNCTIONS
        .iter()
        .filter(|(name, _)| module != "wasi_unstable" || *name != "sock_accept");
    let params = |types: &str| {
        let types = types.chars();
        let types = types.map(|ty| if ty == 'l' { " i64" } else { " i32" });
        format!("(param{})", types.collect::<String>())
    };
    for (name, types) in functions.clone() {
        let params = params(types);
        writeln!(
            text,
            r#"(import "{module}" "{name}" (func ${name} {params} (result i32)))"#
        )
        .unwrap();
    }
    writeln!(
        text,
        r#"(import "{module}" "proc_exit" (func $proc_exit (param i32)))"#
    )
    .unwrap();
    writeln!(text, r#"(memory (export "memory") 4)"#).unwrap();
    for (name, types) in functions {
        let params = params(types);
        let gets: String = (0..types.len())
            .map(|i| format!(" (local.get {i})"))
            .collect();
        writeln!(
            text,
            r#"(func (export "{name}") {params} (result i32) (call ${name}{gets}))"#
        )
        .unwrap();
    }
    writeln!(
        text,
        r#"(func (export "proc_exit") (param i32) (call $proc_exit (local.get 0))))"#
    )
    .unwrap();
    text
}

/// A running guest.
pub struct Guest {
    pub store: Store<WasiCtx>,
    pub instance: Instance,
    pub memory: Memory,
}

impl Guest {
    pub fn new(wasi: WasiCtx) -> Self {
        Self::of_module("wasi_snapshot_preview1", wasi)
    }

    pub fn of_module(module: &str, wasi: WasiCtx) -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, wat(module)).expect("the guest is valid");
        let mut linker = Linker::new(&engine);
        selvedge_wasi::add_to_linker(&mut linker, |wasi: &mut WasiCtx| wasi).unwrap();
        let mut store = Store::new(&engine, wasi);
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        Self {
            store,
            instance,
            memory,
        }
    }

    /// Calls a function; the arguments are cut to the widths of its parameters.
    pub fn try_call(&mut self, name: &str, args: &[u64]) -> Result<Errno> {
        let func = self.instance.get_func(&mut self.store, name).expect(name);
        let ty = func.ty(&self.store);
        assert_eq!(ty.params().len(), args.len(), "{name}");
        let args = ty.params().zip(args).map(|(ty, &arg)| match ty {
            ValType::I64 => Val::I64(arg.cast_signed()),
            _ => Val::I32((arg as u32).cast_signed()),
        });
        let args: Vec<Val> = args.collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        func.call(&mut self.store, &args, &mut results)?;
        let code = results.first().map_or(0, |code| code.unwrap_i32());
        Ok(Errno::ALL[usize::try_from(code).unwrap()])
    }

    pub fn call(&mut self, name: &str, args: &[u64]) -> Errno {
        self.try_call(name, args).unwrap()
    }

    /// Calls a function that succeeds.
    #[track_caller]
    pub fn ok(&mut self, name: &str, args: &[u64]) {
        let errno = self.call(name, args);
        assert_eq!(errno, Errno::Success, "{name}{args:?}");
    }

    pub fn put(&mut self, ptr: u32, bytes: &[u8]) {
        self.memory
            .write(&mut self.store, ptr as usize, bytes)
            .unwrap();
    }

    pub fn bytes(&self, ptr: u32, len: u32) -> Vec<u8> {
        let mut bytes = vec![0; len as usize];
        self.memory
            .read(&self.store, ptr as usize, &mut bytes)
            .unwrap();
        bytes
    }

    pub fn u16(&self, ptr: u32) -> u16 {
        u16::from_le_bytes(self.bytes(ptr, 2).try_into().unwrap())
    }

    pub fn u32(&self, ptr: u32) -> u32 {
        u32::from_le_bytes(self.bytes(ptr, 4).try_into().unwrap())
    }

    pub fn u64(&self, ptr: u32) -> u64 {
        u64::from_le_bytes(self.bytes(ptr, 8).try_into().unwrap())
    }

    pub fn put_u32(&mut self, ptr: u32, value: u32) {
        self.put(ptr, &value.to_le_bytes());
    }

    pub fn put_u64(&mut self, ptr: u32, value: u64) {
        self.put(ptr, &value.to_le_bytes());
    }

    /// Puts a path where another call may find it.
    fn path(&mut self, ptr: u32, path: &str) -> [u64; 2] {
        self.put(ptr, path.as_bytes());
        [ptr.into(), path.len() as u64]
    }

    /// One buffer at `IOVS`.
    fn iov(&mut self, ptr: u32, len: u32) {
        self.put_u32(IOVS, ptr);
        self.put_u32(IOVS + 4, len);
    }

    /// `path_open` with all that can be said.
    pub fn open_with(
        &mut self,
        dir: u32,
        path: &str,
        follow: bool,
        oflags: OFlags,
        (base, inheriting): (Rights, Rights),
        flags: FdFlags,
    ) -> Result<u32, Errno> {
        let [ptr, len] = self.path(PATH, path);
        let errno = self.call(
            "path_open",
            &[
                dir.into(),
                follow.into(),
                ptr,
                len,
                oflags.bits().into(),
                base.bits(),
                inheriting.bits(),
                flags.bits().into(),
                OUT.into(),
            ],
        );
        self.result(errno)
    }

    /// Opens to read and write, following links.
    pub fn open(&mut self, path: &str, oflags: OFlags) -> Result<u32, Errno> {
        self.open_rights(path, oflags, Rights::all())
    }

    pub fn open_rights(&mut self, path: &str, oflags: OFlags, base: Rights) -> Result<u32, Errno> {
        self.open_with(
            3,
            path,
            true,
            oflags,
            (base, Rights::all()),
            FdFlags::empty(),
        )
    }

    /// Opens a directory.
    pub fn open_dir(&mut self, path: &str) -> Result<u32, Errno> {
        self.open(path, OFlags::DIRECTORY)
    }

    /// The 32-bit result at `OUT` of a call that returned `errno`.
    fn result(&self, errno: Errno) -> Result<u32, Errno> {
        match errno {
            Errno::Success => Ok(self.u32(OUT)),
            errno => Err(errno),
        }
    }

    pub fn write(&mut self, fd: u32, bytes: &[u8]) -> Result<u32, Errno> {
        self.put(DATA, bytes);
        self.iov(DATA, bytes.len() as u32);
        let errno = self.call("fd_write", &[fd.into(), IOVS.into(), 1, OUT.into()]);
        self.result(errno)
    }

    pub fn read(&mut self, fd: u32, len: u32) -> Result<Vec<u8>, Errno> {
        self.iov(DATA, len);
        let errno = self.call("fd_read", &[fd.into(), IOVS.into(), 1, OUT.into()]);
        Ok(self.bytes(DATA, self.result(errno)?))
    }

    pub fn pread(&mut self, fd: u32, len: u32, offset: u64) -> Result<Vec<u8>, Errno> {
        self.iov(DATA, len);
        let errno = self.call("fd_pread", &[fd.into(), IOVS.into(), 1, offset, OUT.into()]);
        Ok(self.bytes(DATA, self.result(errno)?))
    }

    pub fn pwrite(&mut self, fd: u32, bytes: &[u8], offset: u64) -> Result<u32, Errno> {
        self.put(DATA, bytes);
        self.iov(DATA, bytes.len() as u32);
        let errno = self.call(
            "fd_pwrite",
            &[fd.into(), IOVS.into(), 1, offset, OUT.into()],
        );
        self.result(errno)
    }

    pub fn seek(&mut self, fd: u32, delta: i64, whence: u32) -> Result<u64, Errno> {
        let args = [fd.into(), delta.cast_unsigned(), whence.into(), OUT.into()];
        match self.call("fd_seek", &args) {
            Errno::Success => Ok(self.u64(OUT)),
            errno => Err(errno),
        }
    }

    /// A function of a directory and a path.
    pub fn at(&mut self, name: &str, path: &str) -> Errno {
        let [ptr, len] = self.path(PATH, path);
        self.call(name, &[3, ptr, len])
    }

    pub fn rename(&mut self, from: &str, to: &str) -> Errno {
        let [from, from_len] = self.path(PATH, from);
        let [to, to_len] = self.path(PATH_2, to);
        self.call("path_rename", &[3, from, from_len, 3, to, to_len])
    }

    pub fn link(&mut self, from: &str, follow: bool, to: &str) -> Errno {
        let [from, from_len] = self.path(PATH, from);
        let [to, to_len] = self.path(PATH_2, to);
        self.call(
            "path_link",
            &[3, follow.into(), from, from_len, 3, to, to_len],
        )
    }

    pub fn symlink(&mut self, target: &str, path: &str) -> Errno {
        let [target, target_len] = self.path(PATH, target);
        let [path, path_len] = self.path(PATH_2, path);
        self.call("path_symlink", &[target, target_len, 3, path, path_len])
    }

    pub fn readlink(&mut self, path: &str, len: u32) -> Result<Vec<u8>, Errno> {
        let [ptr, path_len] = self.path(PATH, path);
        let args = [3, ptr, path_len, DATA.into(), len.into(), OUT.into()];
        let errno = self.call("path_readlink", &args);
        Ok(self.bytes(DATA, self.result(errno)?))
    }

    /// `path_filestat_get`, whose result is at `DATA`.
    pub fn stat(&mut self, path: &str, follow: bool) -> Errno {
        let [ptr, len] = self.path(PATH, path);
        self.call(
            "path_filestat_get",
            &[3, follow.into(), ptr, len, DATA.into()],
        )
    }

    /// Whether the path is there, not following links.
    pub fn exists(&mut self, path: &str) -> bool {
        self.stat(path, false) == Errno::Success
    }

    pub fn write_file(&mut self, path: &str, contents: &[u8]) {
        let fd = self.open(path, OFlags::CREAT | OFlags::TRUNC).unwrap();
        assert_eq!(self.write(fd, contents), Ok(contents.len() as u32));
        self.ok("fd_close", &[fd.into()]);
    }

    pub fn read_file(&mut self, path: &str) -> Result<Vec<u8>, Errno> {
        let fd = self.open_rights(path, OFlags::empty(), Rights::FD_READ)?;
        let contents = self.read(fd, 4096)?;
        self.ok("fd_close", &[fd.into()]);
        Ok(contents)
    }

    /// The entries of a directory from `cookie` on, read `len` bytes at a time: next cookie, type, name.
    pub fn entries(&mut self, fd: u32, mut cookie: u64, len: u32) -> Vec<(u64, u8, String)> {
        let mut entries = Vec::new();
        loop {
            let args = [fd.into(), DATA.into(), len.into(), cookie, OUT.into()];
            self.ok("fd_readdir", &args);
            let used = self.u32(OUT);
            let (mut here, before) = (DATA, entries.len());
            while here + 24 <= DATA + used {
                let name_len = self.u32(here + 16);
                if here + 24 + name_len > DATA + used {
                    break;
                }
                let name = String::from_utf8(self.bytes(here + 24, name_len)).unwrap();
                cookie = self.u64(here);
                entries.push((cookie, self.bytes(here + 20, 1)[0], name));
                here += 24 + name_len;
            }
            if used < len || entries.len() == before {
                return entries;
            }
        }
    }

    /// The names in a directory, sorted.
    pub fn names(&mut self, path: &str) -> Vec<String> {
        let fd = self.open_dir(path).unwrap();
        let names = self.entries(fd, 0, 4096).into_iter();
        let mut names: Vec<String> = names.map(|(_, _, name)| name).collect();
        self.ok("fd_close", &[fd.into()]);
        names.sort();
        names
    }
}

/// Runs a test with a directory of the host and with one in memory.
pub fn with_both(test: impl Fn(&mut Guest)) {
    let dir = TempDir::new().unwrap();
    let mut builder = WasiCtxBuilder::new();
    builder
        .preopened_dir(dir.path(), "/", DirPerms::all(), FilePerms::all())
        .unwrap();
    test(&mut Guest::new(builder.build()));

    let memory = MemoryDir::new(1 << 20, 1000);
    let mut builder = WasiCtxBuilder::new();
    builder.preopened_memory_dir(&memory, "/", DirPerms::all(), FilePerms::all());
    test(&mut Guest::new(builder.build()));
}

/// A guest with a directory of the host at file descriptor 3.
pub fn with_host_dir() -> (TempDir, Guest) {
    let dir = TempDir::new().unwrap();
    let mut builder = WasiCtxBuilder::new();
    builder
        .preopened_dir(dir.path(), "/", DirPerms::all(), FilePerms::all())
        .unwrap();
    let guest = Guest::new(builder.build());
    (dir, guest)
}

/// A guest with nothing.
pub fn plain() -> Guest {
    Guest::new(WasiCtxBuilder::new().build())
}
