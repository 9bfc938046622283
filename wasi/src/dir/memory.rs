//! `MemoryDir`: a directory of an in-memory file system.

use std::any::Any;
use std::io;
use std::sync::Arc;

use super::memory_file::MemoryFile;
use super::memory_tree::{Content, Handle};
use super::{Dir, DirEntry, FileStat, OpenHow, Opened, SetTime};
use crate::fail::{Fail, Result};
use crate::types::{Errno, FileType, OFlags};

/// A directory of a file system in memory, which guests can have like a directory of the host.
///
/// Clones are of the same directory. The file system is bounded: who writes more gets `NOSPC`.
///
/// ```
/// use selvedge_wasi::{DirPerms, FilePerms, MemoryDir, WasiCtxBuilder};
///
/// let dir = MemoryDir::new(1 << 20, 1000);
/// dir.create_dir("etc")?;
/// dir.write_file("etc/motd", "hello")?;
/// let wasi = WasiCtxBuilder::new()
///     .preopened_memory_dir(&dir, "/", DirPerms::all(), FilePerms::all())
///     .build();
/// // … run the guest …
/// assert_eq!(dir.read_file("etc/motd")?, b"hello");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct MemoryDir {
    handle: Handle,
}

impl std::fmt::Debug for MemoryDir {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryDir").finish_non_exhaustive()
    }
}

impl MemoryDir {
    /// The root of a new file system, which has nothing in it: of at most `max_bytes` for contents and
    /// names (of which each counts 128 bytes more) and at most `max_entries` files and directories.
    pub fn new(max_bytes: u64, max_entries: usize) -> Self {
        Self {
            handle: Handle::new_tree(max_bytes, max_entries),
        }
    }

    /// Makes a directory.
    ///
    /// # Errors
    ///
    /// As for a guest that does it: if there is something by that name, or no room.
    pub fn create_dir(&self, path: &str) -> io::Result<()> {
        Dir::create_dir(self, path).map_err(io_error)
    }

    /// Makes a file with these contents, or replaces what is there.
    ///
    /// # Errors
    ///
    /// As for a guest that does it: if the directory is not there, or no room.
    pub fn write_file(&self, path: &str, contents: impl Into<Vec<u8>>) -> io::Result<()> {
        self.put_file(path, contents.into()).map_err(io_error)
    }

    fn put_file(&self, path: &str, contents: Vec<u8>) -> Result<()> {
        let mut tree = self.handle.lock();
        let place = tree.resolve(self.handle.ino, path, true)?;
        match place.node {
            None => {
                tree.create(&place, Content::File(contents))?;
            }
            Some(ino) => {
                if tree.filetype(ino) != FileType::RegularFile {
                    return Err(Errno::Isdir.into());
                }
                tree.resize(ino, contents.len() as u64)?;
                tree.file(ino).copy_from_slice(&contents);
            }
        }
        Ok(())
    }

    /// The contents of a file.
    ///
    /// # Errors
    ///
    /// As for a guest that does it: if there is no such file.
    pub fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        self.get_file(path).map_err(io_error)
    }

    fn get_file(&self, path: &str) -> Result<Vec<u8>> {
        let tree = self.handle.lock();
        let ino = tree.resolve(self.handle.ino, path, true)?.node;
        match &tree.node(ino.ok_or(Errno::Noent)?).content {
            Content::File(bytes) => Ok(bytes.clone()),
            _ => Err(Errno::Isdir.into()),
        }
    }

    /// Removes a name, `as_dir` or as something else.
    fn remove(&self, path: &str, as_dir: bool) -> Result<()> {
        let mut tree = self.handle.lock();
        let place = tree.resolve(self.handle.ino, path, false)?;
        let ino = place.node.ok_or(Errno::Noent)?;
        let is_dir = tree.filetype(ino) == FileType::Directory;
        let name = match &place.name {
            Some(name) => name,
            None if as_dir => return Err(Errno::Inval.into()),
            None => return Err(Errno::Isdir.into()),
        };
        match (as_dir, is_dir) {
            (true, false) => return Err(Errno::Notdir.into()),
            (false, true) => return Err(Errno::Isdir.into()),
            (true, true) if !tree.is_empty(ino) => return Err(Errno::Notempty.into()),
            _ => {}
        }
        tree.remove(place.dir, name);
        Ok(())
    }
}

fn io_error(fail: Fail) -> io::Error {
    match fail {
        Fail::Errno(Errno::Noent) => io::ErrorKind::NotFound.into(),
        Fail::Errno(Errno::Exist) => io::ErrorKind::AlreadyExists.into(),
        Fail::Errno(Errno::Perm) => io::ErrorKind::PermissionDenied.into(),
        Fail::Errno(Errno::Nospc) => io::ErrorKind::StorageFull.into(),
        Fail::Errno(errno) => io::Error::other(errno),
        Fail::Stop(_) => unreachable!("nothing waits here"),
    }
}

/// The other directory of an operation on two.
fn same_tree<'a>(this: &MemoryDir, dir: &'a dyn Dir) -> Result<&'a MemoryDir, Errno> {
    let dir: Option<&MemoryDir> = dir.as_any().downcast_ref();
    dir.filter(|dir| this.handle.same_tree(&dir.handle))
        .ok_or(Errno::Xdev)
}

impl Dir for MemoryDir {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn open(&self, path: &str, how: OpenHow) -> Result<Opened> {
        let mut tree = self.handle.lock();
        let flags = how.oflags;
        let exclusive = flags.contains(OFlags::CREAT | OFlags::EXCL);
        let follow = how.follow && !exclusive;
        let place = tree.resolve(self.handle.ino, path, follow)?;
        let ino = match place.node {
            Some(_) if exclusive => return Err(Errno::Exist.into()),
            Some(ino) => ino,
            None if place.slash && flags.contains(OFlags::CREAT) => return Err(Errno::Isdir.into()),
            None if flags.contains(OFlags::CREAT) => {
                tree.create(&place, Content::File(Vec::new()))?
            }
            None => return Err(Errno::Noent.into()),
        };
        match tree.filetype(ino) {
            FileType::Directory => {
                if how.write || flags.intersects(OFlags::CREAT | OFlags::TRUNC) {
                    return Err(Errno::Isdir.into());
                }
                let handle = self.handle.other(&mut tree, ino);
                Ok(Opened::Dir(Arc::new(Self { handle })))
            }
            FileType::SymbolicLink => Err(Errno::Loop.into()),
            _ if flags.contains(OFlags::DIRECTORY) => Err(Errno::Notdir.into()),
            _ => {
                if flags.contains(OFlags::TRUNC) {
                    tree.resize(ino, 0)?;
                }
                let handle = self.handle.other(&mut tree, ino);
                Ok(Opened::File(Box::new(MemoryFile::new(handle, how.fdflags))))
            }
        }
    }

    fn create_dir(&self, path: &str) -> Result<()> {
        let mut tree = self.handle.lock();
        let place = tree.resolve(self.handle.ino, path, false)?;
        tree.create_dir(&place)?;
        Ok(())
    }

    fn remove_dir(&self, path: &str) -> Result<()> {
        self.remove(path, true)
    }

    fn unlink_file(&self, path: &str) -> Result<()> {
        self.remove(path, false)
    }

    fn read_link(&self, path: &str) -> Result<Vec<u8>> {
        let tree = self.handle.lock();
        let place = tree.resolve(self.handle.ino, path, false)?;
        match &tree.node(place.node.ok_or(Errno::Noent)?).content {
            Content::Link(target) => Ok(target.clone().into_bytes()),
            _ => Err(Errno::Inval.into()),
        }
    }

    fn symlink(&self, target: &str, path: &str) -> Result<()> {
        if target.starts_with('/') {
            return Err(Errno::Perm.into());
        }
        let mut tree = self.handle.lock();
        let place = tree.resolve(self.handle.ino, path, false)?;
        if place.slash && place.node.is_none() {
            return Err(Errno::Noent.into());
        }
        tree.create(&place, Content::Link(target.to_owned()))?;
        Ok(())
    }

    fn rename(&self, from: &str, dir: &dyn Dir, to: &str) -> Result<()> {
        let dir = same_tree(self, dir)?;
        let mut tree = self.handle.lock();
        let source = tree.resolve(self.handle.ino, from, false)?;
        let target = tree.resolve(dir.handle.ino, to, false)?;
        Ok(tree.rename(&source, &target)?)
    }

    fn link(&self, from: &str, follow: bool, dir: &dyn Dir, to: &str) -> Result<()> {
        let dir = same_tree(self, dir)?;
        let mut tree = self.handle.lock();
        let source = tree.resolve(self.handle.ino, from, follow)?;
        let ino = source.node.ok_or(Errno::Noent)?;
        if tree.filetype(ino) == FileType::Directory {
            return Err(Errno::Perm.into());
        }
        let target = tree.resolve(dir.handle.ino, to, false)?;
        if target.slash && target.node.is_none() {
            return Err(Errno::Noent.into());
        }
        Ok(tree.link(ino, &target)?)
    }

    fn stat_path(&self, path: &str, follow: bool) -> Result<FileStat> {
        let tree = self.handle.lock();
        let place = tree.resolve(self.handle.ino, path, follow)?;
        Ok(tree.stat(place.node.ok_or(Errno::Noent)?))
    }

    fn set_path_times(&self, path: &str, follow: bool, atim: SetTime, mtim: SetTime) -> Result<()> {
        let mut tree = self.handle.lock();
        let place = tree.resolve(self.handle.ino, path, follow)?;
        tree.set_times(place.node.ok_or(Errno::Noent)?, atim, mtim);
        Ok(())
    }

    fn stat(&self) -> Result<FileStat> {
        Ok(self.handle.lock().stat(self.handle.ino))
    }

    fn set_times(&self, atim: SetTime, mtim: SetTime) -> Result<()> {
        self.handle.lock().set_times(self.handle.ino, atim, mtim);
        Ok(())
    }

    fn sync(&self, _data_only: bool) -> Result<()> {
        Ok(())
    }

    fn read_dir(&self, cookie: u64, each: &mut dyn FnMut(DirEntry<'_>) -> bool) -> Result<()> {
        let tree = self.handle.lock();
        for (next, ino, name) in tree.list(self.handle.ino, cookie)? {
            let more = each(DirEntry {
                next,
                ino,
                filetype: tree.filetype(ino),
                name: name.as_bytes(),
            });
            if !more {
                break;
            }
        }
        Ok(())
    }
}
