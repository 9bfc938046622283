//! A small model of file descriptors and of a [tree] of files, as preview 1 has them.
//!
//! [tree]: super::tree

use selvedge_wasi::types::{Errno, FileType, OFlags, Whence};

use super::op::{Answer, At, Fd, Op, ROOT, Reply};
use super::tree::{Content, Ino, Place, TOP, Tree};

/// An open file or directory.
#[derive(Clone)]
struct Open {
    ino: Ino,
    position: u64,
    read: bool,
    write: bool,
    append: bool,
}

pub(super) struct Model {
    tree: Tree,
    /// From 0 on; standard streams are never used.
    open: Vec<Option<Open>>,
}

impl Model {
    pub(super) fn new() -> Self {
        let dir = Open {
            ino: TOP,
            position: 0,
            read: true,
            write: true,
            append: false,
        };
        Self {
            tree: Tree::new(),
            open: vec![Some(dir); ROOT as usize + 1],
        }
    }

    /// What the call comes to.
    pub(super) fn act(&mut self, op: &Op) -> Reply {
        match op {
            Op::Open {
                at,
                follow,
                oflags,
                read,
                write,
                append,
            } => self.open(at, *follow, *oflags, (*read, *write, *append)),
            &Op::Close(fd) => {
                self.get(fd)?;
                self.open[fd as usize] = None;
                Ok(Answer::Done)
            }
            &Op::Renumber(from, to) => {
                self.get(from)?;
                self.get(to)?;
                if from != to {
                    self.open[to as usize] = self.open[from as usize].take();
                }
                Ok(Answer::Done)
            }
            &Op::Read { fd, len } => {
                let position = self.file(fd, true, false)?.position;
                let bytes = self.bytes(fd, position, len);
                self.get(fd)?.position += bytes.len() as u64;
                Ok(Answer::Bytes(bytes))
            }
            &Op::ReadAt { fd, len, offset } => {
                self.file(fd, true, false)?;
                Ok(Answer::Bytes(self.bytes(fd, offset, len)))
            }
            Op::Write { fd, bytes } => {
                let open = self.file(*fd, false, true)?;
                let (ino, append, position) = (open.ino, open.append, open.position);
                let start = match append {
                    true => self.tree.contents(ino).len() as u64,
                    false => position,
                };
                self.tree.put(ino, start, bytes);
                self.get(*fd)?.position = start + bytes.len() as u64;
                Ok(Answer::Written(bytes.len() as u32))
            }
            Op::WriteAt { fd, bytes, offset } => {
                let ino = self.file(*fd, false, true)?.ino;
                self.tree.put(ino, *offset, bytes);
                Ok(Answer::Written(bytes.len() as u32))
            }
            &Op::Seek { fd, delta, whence } => {
                let open = self.file(fd, false, false)?;
                let (ino, position) = (open.ino, open.position);
                let base = match whence {
                    Whence::Set => 0,
                    Whence::Cur => position,
                    Whence::End => self.tree.contents(ino).len() as u64,
                };
                let position = base.checked_add_signed(delta).ok_or(Errno::Inval)?;
                self.get(fd)?.position = position;
                Ok(Answer::Position(position))
            }
            &Op::Tell(fd) => Ok(Answer::Position(self.file(fd, false, false)?.position)),
            &Op::SetSize { fd, size } => {
                let ino = self.to_resize(fd)?;
                self.tree.contents(ino).resize(size as usize, 0);
                Ok(Answer::Done)
            }
            &Op::Allocate { fd, offset, len } => {
                let ino = self.to_resize(fd)?;
                if len == 0 {
                    return Err(Errno::Inval);
                }
                let contents = self.tree.contents(ino);
                let size = contents.len().max((offset + len) as usize);
                contents.resize(size, 0);
                Ok(Answer::Done)
            }
            &Op::SetAppend { fd, append } => {
                self.get(fd)?.append = append;
                Ok(Answer::Done)
            }
            &Op::Stat(fd) => {
                let ino = self.get(fd)?.ino;
                Ok(self.stat(ino))
            }
            Op::StatAt { at, follow } => {
                let dir = self.dir(at.dir)?;
                let node = self.tree.resolve(dir, &at.path, *follow)?.node;
                Ok(self.stat(node.ok_or(Errno::Noent)?))
            }
            &Op::List(fd) => {
                let dir = self.dir(fd)?;
                let names = self.tree.names(dir).keys().cloned();
                Ok(Answer::Names(
                    [".".to_owned(), "..".to_owned()]
                        .into_iter()
                        .chain(names)
                        .collect(),
                ))
            }
            Op::CreateDir(at) => {
                let place = self.find(at, false)?;
                self.tree.create(&place, Content::dir(place.dir))?;
                Ok(Answer::Done)
            }
            Op::RemoveDir(at) => {
                let place = self.find(at, false)?;
                let ino = place.node.ok_or(Errno::Noent)?;
                match &self.tree.node(ino).content {
                    Content::Dir { names, .. } if names.is_empty() => {}
                    Content::Dir { .. } => return Err(Errno::Notempty),
                    _ => return Err(Errno::Notdir),
                }
                self.tree.remove(&place);
                Ok(Answer::Done)
            }
            Op::Unlink(at) => {
                let place = self.find(at, false)?;
                if self.tree.is_dir(place.node.ok_or(Errno::Noent)?) {
                    return Err(Errno::Isdir);
                }
                self.tree.remove(&place);
                Ok(Answer::Done)
            }
            Op::Rename(from, to) => {
                let (from_dir, to_dir) = (self.dir(from.dir)?, self.dir(to.dir)?);
                let source = self.tree.resolve(from_dir, &from.path, false)?;
                let target = self.tree.resolve(to_dir, &to.path, false)?;
                self.tree.rename(&source, &target)?;
                Ok(Answer::Done)
            }
            Op::Link { from, follow, to } => {
                let (from_dir, to_dir) = (self.dir(from.dir)?, self.dir(to.dir)?);
                let ino = self
                    .tree
                    .resolve(from_dir, &from.path, *follow)?
                    .node
                    .ok_or(Errno::Noent)?;
                if self.tree.is_dir(ino) {
                    return Err(Errno::Perm);
                }
                let place = self.tree.resolve(to_dir, &to.path, false)?;
                if place.node.is_some() {
                    return Err(Errno::Exist);
                }
                self.tree.insert(&place, ino)?;
                Ok(Answer::Done)
            }
            Op::Symlink { target, at } => {
                let dir = self.dir(at.dir)?;
                if target.starts_with('/') {
                    return Err(Errno::Perm);
                }
                let place = self.tree.resolve(dir, &at.path, false)?;
                self.tree.create(&place, Content::Link(target.clone()))?;
                Ok(Answer::Done)
            }
            Op::ReadLink(at) => {
                let node = self.find(at, false)?.node.ok_or(Errno::Noent)?;
                match &self.tree.node(node).content {
                    Content::Link(target) => Ok(Answer::Bytes(target.clone().into_bytes())),
                    _ => Err(Errno::Inval),
                }
            }
        }
    }

    /// The files that have names, by path, and what is in them.
    pub(super) fn files(&self) -> Vec<(String, &Vec<u8>)> {
        self.tree.files()
    }
}

/// Descriptors and contents.
impl Model {
    fn get(&mut self, fd: Fd) -> Result<&mut Open, Errno> {
        let slot = self.open.get_mut(fd as usize);
        slot.and_then(Option::as_mut).ok_or(Errno::Badf)
    }

    /// An open file, which can be read or written if need be.
    fn file(&mut self, fd: Fd, read: bool, write: bool) -> Result<&mut Open, Errno> {
        let ino = self.get(fd)?.ino;
        if self.tree.is_dir(ino) {
            return Err(Errno::Badf);
        }
        let open = self.get(fd)?;
        match read && !open.read || write && !open.write {
            true => Err(Errno::Badf),
            false => Ok(open),
        }
    }

    fn to_resize(&mut self, fd: Fd) -> Result<Ino, Errno> {
        let open = self.file(fd, false, false)?;
        match open.write {
            true => Ok(open.ino),
            false => Err(Errno::Notcapable),
        }
    }

    fn dir(&mut self, fd: Fd) -> Result<Ino, Errno> {
        let ino = self.get(fd)?.ino;
        match self.tree.is_dir(ino) {
            true => Ok(ino),
            false => Err(Errno::Notdir),
        }
    }

    fn find(&mut self, at: &At, follow: bool) -> Result<Place, Errno> {
        let dir = self.dir(at.dir)?;
        self.tree.resolve(dir, &at.path, follow)
    }

    fn stat(&self, ino: Ino) -> Answer {
        let node = self.tree.node(ino);
        let (ty, size) = match &node.content {
            Content::File(bytes) => (FileType::RegularFile, bytes.len()),
            Content::Link(target) => (FileType::SymbolicLink, target.len()),
            Content::Dir { .. } => return Answer::Stat(FileType::Directory as u8, None),
        };
        Answer::Stat(ty as u8, Some((node.links, size as u64)))
    }

    fn bytes(&mut self, fd: Fd, offset: u64, len: u32) -> Vec<u8> {
        let ino = self.open[fd as usize].as_ref().expect("it is open").ino;
        let contents = self.tree.contents(ino);
        let rest = contents.iter().skip(offset as usize);
        rest.take(len as usize).copied().collect()
    }

    fn open(
        &mut self,
        at: &At,
        follow: bool,
        oflags: OFlags,
        (read, write, append): (bool, bool, bool),
    ) -> Reply {
        let [create, only_new, truncate, directory] = [
            OFlags::CREAT,
            OFlags::EXCL,
            OFlags::TRUNC,
            OFlags::DIRECTORY,
        ]
        .map(|flag| oflags.contains(flag));
        if directory && (create || truncate) {
            return Err(Errno::Inval);
        }
        let only_new = create && only_new;
        let write = write && !directory;
        let place = self.find(at, follow && !only_new)?;
        let ino = match place.node {
            Some(_) if only_new => return Err(Errno::Exist),
            Some(ino) => ino,
            None if create => self.tree.create(&place, Content::File(Vec::new()))?,
            None => return Err(Errno::Noent),
        };
        match &mut self.tree.node_mut(ino).content {
            Content::Dir { .. } if write || create || truncate => return Err(Errno::Isdir),
            Content::Dir { .. } => {}
            Content::Link(_) => return Err(Errno::Loop),
            Content::File(_) if directory => return Err(Errno::Notdir),
            Content::File(bytes) if truncate => bytes.clear(),
            Content::File(_) => {}
        }
        let open = Open {
            ino,
            position: 0,
            read,
            write,
            append,
        };
        let fd = match self.open.iter().position(Option::is_none) {
            Some(fd) => fd,
            None => {
                self.open.push(None);
                self.open.len() - 1
            }
        };
        self.open[fd] = Some(open);
        Ok(Answer::Opened(fd as Fd))
    }
}
