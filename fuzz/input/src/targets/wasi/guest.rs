//! The guest: a module that exports all functions of preview 1, and what it exchanges with them in its memory.
//!
//! ```text
//! 0      results          256    buffers          512   path         4608  other path, or contents of a link
//! 0x4000 what is read or written                  0x1fff8 the last 8 bytes of the memory
//! ```

use std::collections::BTreeMap;

use arbitrary::Unstructured;
use selvedge::{
    Engine, Extern, Func, FuncType, Instance, Linker, Memory, MemoryType, Module, Store, Val,
    ValType,
};
use selvedge_wasi::types::{Errno, FdFlags, FileType, Rights};
use selvedge_wasi::{DirPerms, FilePerms, MemoryDir, WasiCtx, WasiCtxBuilder, add_to_linker};

use super::op::{Answer, At, Op, Reply};
use super::wrappers::{INTERFACE, PAGES, text};
use crate::targets::is_zero;

const RESULT: u32 = 0;
const STAT: u32 = 64;
const BUFFERS: u32 = 256;
const PATH: u32 = 512;
const OTHER_PATH: u32 = 4608;
const DATA: u32 = 0x4000;
const DATA_BYTES: u32 = 0x8000;

/// What the in-memory tree may hold.
const TREE_BYTES: u64 = 64 << 20;
const TREE_ENTRIES: usize = 10_000;

pub(super) struct Guest {
    store: Store<WasiCtx>,
    functions: BTreeMap<String, (Func, FuncType)>,
    memory: Memory,
    /// Another instance's memory, which no call is told of.
    neighbour: Memory,
    dir: MemoryDir,
}

/// A pointer to a path, and its length.
type Text = (u32, u32);

impl Guest {
    pub(super) fn new(engine: &Engine) -> Self {
        let dir = MemoryDir::new(TREE_BYTES, TREE_ENTRIES);
        let mut wasi = WasiCtxBuilder::new();
        wasi.deterministic()
            .arg("guest")
            .env("KEY", "value")
            .preopened_memory_dir(&dir, "/", DirPerms::all(), FilePerms::all());
        let mut store = Store::new(engine, wasi.build());
        let mut linker = Linker::new(engine);
        add_to_linker(&mut linker, |wasi: &mut WasiCtx| wasi).expect("nothing is defined yet");

        let definitions = linker.iter(&mut store);
        let definitions = definitions.filter(|(module, _, _)| *module == INTERFACE);
        let definitions: Vec<_> = definitions
            .filter_map(|(_, name, item)| Some((name.to_owned(), item.into_func()?)))
            .collect();
        let types = definitions
            .into_iter()
            .map(|(name, func)| (name, func.ty(&store)));
        let types: BTreeMap<_, _> = types.collect();
        let wasm = wat::parse_str(text(&types)).expect("the guest is valid");
        let module = Module::from_binary(engine, &wasm).expect("the guest is valid");
        let instance = linker
            .instantiate(&mut store, &module)
            .expect("all imports are defined");
        let memory = instance
            .get_memory(&mut store, "memory")
            .expect("it is exported");
        let neighbour =
            Memory::new(&mut store, MemoryType::new(1, Some(1))).expect("there is room");
        let functions = types.into_iter().map(|(name, ty)| {
            let func = export(&mut store, instance, &name);
            (name, (func, ty))
        });
        let functions = functions.collect();
        Self {
            store,
            functions,
            memory,
            neighbour,
            dir,
        }
    }

    /// The tree, as the host sees it.
    pub(super) fn dir(&self) -> &MemoryDir {
        &self.dir
    }

    /// Makes the call.
    pub(super) fn act(&mut self, op: &Op) -> Reply {
        match op {
            Op::Open {
                at,
                follow,
                oflags,
                read,
                write,
                append,
            } => {
                let path = self.path(PATH, &at.path);
                let mut base = Rights::INHERITING - Rights::FD_READ - Rights::FD_WRITE;
                base.set(Rights::FD_READ, *read);
                base.set(Rights::FD_WRITE, *write);
                let mut flags = FdFlags::empty();
                flags.set(FdFlags::APPEND, *append);
                self.call(
                    "path_open",
                    &[
                        int(at.dir),
                        int(u32::from(*follow)),
                        int(path.0),
                        int(path.1),
                        int(oflags.bits().into()),
                        long(base.bits()),
                        long(Rights::INHERITING.bits()),
                        int(flags.bits().into()),
                        int(RESULT),
                    ],
                )?;
                Ok(Answer::Opened(self.u32(RESULT)))
            }
            &Op::Close(fd) => self.done("fd_close", &[int(fd)]),
            &Op::Renumber(from, to) => self.done("fd_renumber", &[int(from), int(to)]),
            &Op::Read { fd, len } => {
                self.buffers(len);
                self.call("fd_read", &[int(fd), int(BUFFERS), int(2), int(RESULT)])?;
                self.read_bytes(len)
            }
            &Op::ReadAt { fd, len, offset } => {
                self.buffers(len);
                let args = [int(fd), int(BUFFERS), int(2), long(offset), int(RESULT)];
                self.call("fd_pread", &args)?;
                self.read_bytes(len)
            }
            Op::Write { fd, bytes } => {
                self.put(DATA, bytes);
                self.buffers(bytes.len() as u32);
                self.call("fd_write", &[int(*fd), int(BUFFERS), int(2), int(RESULT)])?;
                Ok(Answer::Written(self.u32(RESULT)))
            }
            Op::WriteAt { fd, bytes, offset } => {
                self.put(DATA, bytes);
                self.buffers(bytes.len() as u32);
                let args = [int(*fd), int(BUFFERS), int(2), long(*offset), int(RESULT)];
                self.call("fd_pwrite", &args)?;
                Ok(Answer::Written(self.u32(RESULT)))
            }
            &Op::Seek { fd, delta, whence } => {
                let args = [int(fd), long(delta as u64), int(whence as u32), int(RESULT)];
                self.call("fd_seek", &args)?;
                Ok(Answer::Position(self.u64(RESULT)))
            }
            &Op::Tell(fd) => {
                self.call("fd_tell", &[int(fd), int(RESULT)])?;
                Ok(Answer::Position(self.u64(RESULT)))
            }
            &Op::SetSize { fd, size } => self.done("fd_filestat_set_size", &[int(fd), long(size)]),
            &Op::Allocate { fd, offset, len } => {
                self.done("fd_allocate", &[int(fd), long(offset), long(len)])
            }
            &Op::SetAppend { fd, append } => {
                let mut flags = FdFlags::empty();
                flags.set(FdFlags::APPEND, append);
                self.done("fd_fdstat_set_flags", &[int(fd), int(flags.bits().into())])
            }
            &Op::Stat(fd) => {
                self.call("fd_filestat_get", &[int(fd), int(STAT)])?;
                Ok(self.stat())
            }
            Op::StatAt { at, follow } => {
                let (path, len) = self.path(PATH, &at.path);
                let follow = int(u32::from(*follow));
                let args = [int(at.dir), follow, int(path), int(len), int(STAT)];
                self.call("path_filestat_get", &args)?;
                Ok(self.stat())
            }
            &Op::List(fd) => {
                let args = [int(fd), int(DATA), int(DATA_BYTES), long(0), int(RESULT)];
                self.call("fd_readdir", &args)?;
                Ok(Answer::Names(self.names()))
            }
            Op::CreateDir(at) => self.done_at("path_create_directory", at),
            Op::RemoveDir(at) => self.done_at("path_remove_directory", at),
            Op::Unlink(at) => self.done_at("path_unlink_file", at),
            Op::Rename(from, to) => {
                let (old, new) = (self.path(PATH, &from.path), self.path(OTHER_PATH, &to.path));
                let args = [from.dir, old.0, old.1, to.dir, new.0, new.1].map(int);
                self.done("path_rename", &args)
            }
            Op::Link { from, follow, to } => {
                let (old, new) = (self.path(PATH, &from.path), self.path(OTHER_PATH, &to.path));
                let follow = u32::from(*follow);
                let args = [from.dir, follow, old.0, old.1, to.dir, new.0, new.1].map(int);
                self.done("path_link", &args)
            }
            Op::Symlink { target, at } => {
                let (old, new) = (self.path(OTHER_PATH, target), self.path(PATH, &at.path));
                self.done(
                    "path_symlink",
                    &[old.0, old.1, at.dir, new.0, new.1].map(int),
                )
            }
            Op::ReadLink(at) => {
                let (path, len) = self.path(PATH, &at.path);
                let args = [at.dir, path, len, OTHER_PATH, 4096, RESULT].map(int);
                self.call("path_readlink", &args)?;
                let len = self.u32(RESULT) as usize;
                Ok(Answer::Bytes(self.slice(OTHER_PATH, len).to_vec()))
            }
        }
    }

    /// Calls some function with some arguments. An error ends the guest.
    pub(super) fn call_anything(&mut self, input: &mut Unstructured<'_>) -> Result<(), ()> {
        let number = input.choose_index(self.functions.len()).map_err(drop)?;
        let (func, ty) = self
            .functions
            .values()
            .nth(number)
            .expect("it is one of them");
        let (func, ty) = (*func, ty.clone());
        for _ in 0..input.int_in_range(0..=3).map_err(drop)? {
            let at = input.arbitrary::<u16>().map_err(drop)? / 8;
            let word: u32 = pointer(input).map_err(drop)?;
            self.put(u32::from(at), &word.to_le_bytes());
        }
        let mut args = Vec::new();
        for param in ty.params() {
            let value = pointer(input).map_err(drop)?;
            args.push(match param {
                ValType::I64 => long(u64::from(value).rotate_right(value & 15)),
                _ => int(value),
            });
        }
        let mut results = vec![Val::I32(0); ty.results().len()];
        let called = func.call(&mut self.store, &args, &mut results);
        let neighbour = self.neighbour.data(&self.store);
        assert!(is_zero(neighbour), "a call wrote to another memory");
        called.map_err(drop)?;
        if let [Val::I32(code)] = results[..] {
            assert!(
                Errno::ALL.len() > code as u32 as usize,
                "{code} is no error"
            );
        }
        Ok(())
    }

    fn call(&mut self, name: &str, args: &[Val]) -> Result<(), Errno> {
        let func = self.functions[name].0;
        let mut results = [Val::I32(0)];
        let called = func.call(&mut self.store, args, &mut results);
        called.expect("a call returns a code");
        match results[0].unwrap_i32() {
            0 => Ok(()),
            code => Err(Errno::ALL[code as usize]),
        }
    }

    fn done(&mut self, name: &str, args: &[Val]) -> Reply {
        self.call(name, args).map(|()| Answer::Done)
    }

    fn done_at(&mut self, name: &str, at: &At) -> Reply {
        let (path, len) = self.path(PATH, &at.path);
        self.done(name, &[at.dir, path, len].map(int))
    }

    /// Writes down two buffers of `len` bytes in all.
    fn buffers(&mut self, len: u32) {
        let first = len / 3;
        for (at, word) in [DATA, first, DATA + first, len - first]
            .into_iter()
            .enumerate()
        {
            self.put(BUFFERS + 4 * at as u32, &word.to_le_bytes());
        }
    }

    fn read_bytes(&self, most: u32) -> Reply {
        let len = self.u32(RESULT);
        assert!(
            len <= most,
            "{len} bytes were read where {most} were asked for"
        );
        Ok(Answer::Bytes(self.slice(DATA, len as usize).to_vec()))
    }

    fn stat(&self) -> Answer {
        let bytes = self.slice(STAT, 64);
        let long = |at: usize| u64::from_le_bytes(bytes[at..][..8].try_into().expect("8 bytes"));
        let ty = bytes[16];
        let is_dir = ty == FileType::Directory as u8;
        Answer::Stat(ty, (!is_dir).then(|| (long(24), long(32))))
    }

    /// The names that `fd_readdir` has written.
    fn names(&self) -> Vec<String> {
        let mut bytes = self.slice(DATA, self.u32(RESULT) as usize);
        let mut names = Vec::new();
        while let Some((entry, rest)) = bytes.split_first_chunk::<24>() {
            let len = u32::from_le_bytes(entry[16..20].try_into().expect("4 bytes")) as usize;
            names.push(String::from_utf8_lossy(&rest[..len]).into_owned());
            bytes = &rest[len..];
        }
        assert!(bytes.is_empty(), "an entry is cut off though there is room");
        names.sort();
        names
    }
}

/// The guest's memory.
impl Guest {
    fn put(&mut self, at: u32, bytes: &[u8]) {
        let written = self.memory.write(&mut self.store, at as usize, bytes);
        written.expect("it is within the memory");
    }

    fn path(&mut self, at: u32, path: &str) -> Text {
        self.put(at, path.as_bytes());
        (at, path.len() as u32)
    }

    fn slice(&self, at: u32, len: usize) -> &[u8] {
        &self.memory.data(&self.store)[at as usize..][..len]
    }

    fn u32(&self, at: u32) -> u32 {
        u32::from_le_bytes(self.slice(at, 4).try_into().expect("4 bytes"))
    }

    fn u64(&self, at: u32) -> u64 {
        u64::from_le_bytes(self.slice(at, 8).try_into().expect("8 bytes"))
    }
}

fn int(value: u32) -> Val {
    Val::I32(value as i32)
}

fn long(value: u64) -> Val {
    Val::I64(value as i64)
}

fn export(store: &mut Store<WasiCtx>, instance: Instance, name: &str) -> Func {
    let export = instance.get_export(store, name).and_then(Extern::into_func);
    export.expect("every function is exported")
}

/// A number that may be a descriptor, a length, or a pointer to the memory, or not.
fn pointer(input: &mut Unstructured<'_>) -> arbitrary::Result<u32> {
    let byte: u8 = input.arbitrary()?;
    Ok(match byte >> 5 {
        0..=2 => u32::from(byte) % 32,
        3 | 4 => u32::from(byte & 31) * 64,
        5 => (PAGES << 16).wrapping_sub(u32::from(byte & 31)),
        6 => input.arbitrary()?,
        _ => u32::MAX - u32::from(byte & 31),
    })
}
