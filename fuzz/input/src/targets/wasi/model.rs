//! A small model of a file system and of file descriptors, as preview 1 has them.
//!
//! Nodes are numbers, and are never freed; a node without names is one that was removed.

use std::collections::BTreeMap;

use selvedge_wasi::types::{Errno, FileType, OFlags, Whence};

use super::op::{Answer, At, Fd, Op, ROOT, Reply};

type Ino = usize;

/// How many symbolic links a path may lead through.
const MOST_LINKS: usize = 40;

enum Content {
    File(Vec<u8>),
    Dir {
        names: BTreeMap<String, Ino>,
        parent: Ino,
    },
    Link(String),
}

struct Node {
    content: Content,
    links: u64,
}

/// An open file or directory.
#[derive(Clone)]
struct Open {
    ino: Ino,
    position: u64,
    read: bool,
    write: bool,
    append: bool,
}

/// Where a path leads: a directory and a name in it, or if there is none the directory itself.
struct Place {
    dir: Ino,
    name: Option<String>,
    node: Option<Ino>,
}

pub(super) struct Model {
    nodes: Vec<Node>,
    /// From 0 on; standard streams are never used.
    open: Vec<Option<Open>>,
}

impl Model {
    pub(super) fn new() -> Self {
        let root = Node {
            content: Content::Dir {
                names: BTreeMap::new(),
                parent: 0,
            },
            links: 1,
        };
        let dir = Open {
            ino: 0,
            position: 0,
            read: true,
            write: true,
            append: false,
        };
        Self {
            nodes: vec![root],
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
                    true => self.contents(ino).len() as u64,
                    false => position,
                };
                self.put(ino, start, bytes);
                self.get(*fd)?.position = start + bytes.len() as u64;
                Ok(Answer::Written(bytes.len() as u32))
            }
            Op::WriteAt { fd, bytes, offset } => {
                let ino = self.file(*fd, false, true)?.ino;
                self.put(ino, *offset, bytes);
                Ok(Answer::Written(bytes.len() as u32))
            }
            &Op::Seek { fd, delta, whence } => {
                let open = self.file(fd, false, false)?;
                let (ino, position) = (open.ino, open.position);
                let base = match whence {
                    Whence::Set => 0,
                    Whence::Cur => position,
                    Whence::End => self.contents(ino).len() as u64,
                };
                let position = base.checked_add_signed(delta).ok_or(Errno::Inval)?;
                self.get(fd)?.position = position;
                Ok(Answer::Position(position))
            }
            &Op::Tell(fd) => Ok(Answer::Position(self.file(fd, false, false)?.position)),
            &Op::SetSize { fd, size } => {
                let ino = self.to_resize(fd)?;
                self.contents(ino).resize(size as usize, 0);
                Ok(Answer::Done)
            }
            &Op::Allocate { fd, offset, len } => {
                let ino = self.to_resize(fd)?;
                if len == 0 {
                    return Err(Errno::Inval);
                }
                let contents = self.contents(ino);
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
                let node = self.resolve(dir, &at.path, *follow)?.node;
                Ok(self.stat(node.ok_or(Errno::Noent)?))
            }
            &Op::List(fd) => {
                let dir = self.dir(fd)?;
                let names = self.names(dir).keys().cloned();
                Ok(Answer::Names(
                    [".".to_owned(), "..".to_owned()]
                        .into_iter()
                        .chain(names)
                        .collect(),
                ))
            }
            Op::CreateDir(at) => {
                let place = self.find(at, false)?;
                let parent = place.dir;
                self.create(
                    &place,
                    Content::Dir {
                        names: BTreeMap::new(),
                        parent,
                    },
                )?;
                Ok(Answer::Done)
            }
            Op::RemoveDir(at) => {
                let place = self.find(at, false)?;
                let ino = place.node.ok_or(Errno::Noent)?;
                match &self.nodes[ino].content {
                    Content::Dir { names, .. } if names.is_empty() => {}
                    Content::Dir { .. } => return Err(Errno::Notempty),
                    _ => return Err(Errno::Notdir),
                }
                self.remove(&place);
                Ok(Answer::Done)
            }
            Op::Unlink(at) => {
                let place = self.find(at, false)?;
                if self.is_dir(place.node.ok_or(Errno::Noent)?) {
                    return Err(Errno::Isdir);
                }
                self.remove(&place);
                Ok(Answer::Done)
            }
            Op::Rename(from, to) => self.rename(from, to),
            Op::Link { from, follow, to } => {
                let (from_dir, to_dir) = (self.dir(from.dir)?, self.dir(to.dir)?);
                let ino = self
                    .resolve(from_dir, &from.path, *follow)?
                    .node
                    .ok_or(Errno::Noent)?;
                if self.is_dir(ino) {
                    return Err(Errno::Perm);
                }
                let place = self.resolve(to_dir, &to.path, false)?;
                if place.node.is_some() {
                    return Err(Errno::Exist);
                }
                self.insert(&place, ino)?;
                Ok(Answer::Done)
            }
            Op::Symlink { target, at } => {
                let dir = self.dir(at.dir)?;
                if target.starts_with('/') {
                    return Err(Errno::Perm);
                }
                let place = self.resolve(dir, &at.path, false)?;
                self.create(&place, Content::Link(target.clone()))?;
                Ok(Answer::Done)
            }
            Op::ReadLink(at) => {
                let node = self.find(at, false)?.node.ok_or(Errno::Noent)?;
                match &self.nodes[node].content {
                    Content::Link(target) => Ok(Answer::Bytes(target.clone().into_bytes())),
                    _ => Err(Errno::Inval),
                }
            }
        }
    }

    /// The files that have names, by path, and what is in them.
    pub(super) fn files(&self) -> Vec<(String, &Vec<u8>)> {
        let mut files = Vec::new();
        let mut left = vec![(String::new(), 0)];
        while let Some((path, ino)) = left.pop() {
            for (name, &ino) in self.names(ino) {
                let path = format!("{path}{name}");
                match &self.nodes[ino].content {
                    Content::File(bytes) => files.push((path, bytes)),
                    Content::Dir { .. } => left.push((path + "/", ino)),
                    Content::Link(_) => {}
                }
            }
        }
        files
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
        if self.is_dir(ino) {
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
        match self.is_dir(ino) {
            true => Ok(ino),
            false => Err(Errno::Notdir),
        }
    }

    fn contents(&mut self, ino: Ino) -> &mut Vec<u8> {
        match &mut self.nodes[ino].content {
            Content::File(bytes) => bytes,
            _ => unreachable!("it was opened as a file"),
        }
    }

    fn bytes(&mut self, fd: Fd, offset: u64, len: u32) -> Vec<u8> {
        let ino = self.open[fd as usize].as_ref().expect("it is open").ino;
        let contents = self.contents(ino);
        let rest = contents.iter().skip(offset as usize);
        rest.take(len as usize).copied().collect()
    }

    fn put(&mut self, ino: Ino, offset: u64, bytes: &[u8]) {
        let contents = self.contents(ino);
        let (start, end) = (offset as usize, offset as usize + bytes.len());
        if contents.len() < end {
            contents.resize(end, 0);
        }
        contents[start..end].copy_from_slice(bytes);
    }

    fn stat(&self, ino: Ino) -> Answer {
        let node = &self.nodes[ino];
        let (ty, size) = match &node.content {
            Content::File(bytes) => (FileType::RegularFile, bytes.len()),
            Content::Link(target) => (FileType::SymbolicLink, target.len()),
            Content::Dir { .. } => return Answer::Stat(FileType::Directory as u8, None),
        };
        Answer::Stat(ty as u8, Some((node.links, size as u64)))
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
            None if create => self.create(&place, Content::File(Vec::new()))?,
            None => return Err(Errno::Noent),
        };
        match &mut self.nodes[ino].content {
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

/// Names.
impl Model {
    fn is_dir(&self, ino: Ino) -> bool {
        matches!(self.nodes[ino].content, Content::Dir { .. })
    }

    fn names(&self, dir: Ino) -> &BTreeMap<String, Ino> {
        match &self.nodes[dir].content {
            Content::Dir { names, .. } => names,
            _ => unreachable!("it is a directory"),
        }
    }

    fn names_mut(&mut self, dir: Ino) -> &mut BTreeMap<String, Ino> {
        match &mut self.nodes[dir].content {
            Content::Dir { names, .. } => names,
            _ => unreachable!("it is a directory"),
        }
    }

    fn parent(&self, dir: Ino) -> Ino {
        match &self.nodes[dir].content {
            Content::Dir { parent, .. } => *parent,
            _ => unreachable!("it is a directory"),
        }
    }

    fn find(&mut self, at: &At, follow: bool) -> Result<Place, Errno> {
        let dir = self.dir(at.dir)?;
        self.resolve(dir, &at.path, follow)
    }

    /// Follows a path that stays within `start`; symbolic links on the way are followed, and if `follow` one at its end.
    fn resolve(&self, start: Ino, path: &str, follow: bool) -> Result<Place, Errno> {
        if path.starts_with('/') {
            return Err(Errno::Perm);
        }
        let mut here = start;
        let mut links = 0;
        let mut parts: Vec<&str> = path.rsplit('/').collect();
        while let Some(part) = parts.pop() {
            if !self.is_dir(here) {
                return Err(Errno::Notdir);
            }
            match part {
                "" | "." => continue,
                ".." if here == start => return Err(Errno::Perm),
                ".." => {
                    here = self.parent(here);
                    continue;
                }
                _ if part.len() > 255 => return Err(Errno::Nametoolong),
                _ => {}
            }
            let node = self.names(here).get(part).copied();
            let last = parts.is_empty();
            if let Some(ino) = node
                && let Content::Link(target) = &self.nodes[ino].content
                && (follow || !last)
            {
                links += 1;
                if links > MOST_LINKS {
                    return Err(Errno::Loop);
                }
                parts.extend(target.rsplit('/'));
            } else if last {
                return Ok(Place {
                    dir: here,
                    name: Some(part.to_owned()),
                    node,
                });
            } else {
                here = node.ok_or(Errno::Noent)?;
            }
        }
        Ok(Place {
            dir: here,
            name: None,
            node: Some(here),
        })
    }

    fn create(&mut self, place: &Place, content: Content) -> Result<Ino, Errno> {
        if place.node.is_some() {
            return Err(Errno::Exist);
        }
        self.nodes.push(Node { content, links: 0 });
        let ino = self.nodes.len() - 1;
        self.insert(place, ino)?;
        Ok(ino)
    }

    fn insert(&mut self, place: &Place, ino: Ino) -> Result<(), Errno> {
        // Nothing is made in a directory that was removed.
        if self.nodes[place.dir].links == 0 {
            return Err(Errno::Noent);
        }
        let name = place.name.clone().expect("what is there is not made");
        self.names_mut(place.dir).insert(name, ino);
        if let Content::Dir { parent, .. } = &mut self.nodes[ino].content {
            *parent = place.dir;
        }
        self.nodes[ino].links += 1;
        Ok(())
    }

    fn remove(&mut self, place: &Place) {
        let name = place.name.as_ref().expect("paths end in names");
        let ino = self.names_mut(place.dir).remove(name).expect("it is there");
        self.nodes[ino].links -= 1;
    }

    fn rename(&mut self, from: &At, to: &At) -> Reply {
        let (from_dir, to_dir) = (self.dir(from.dir)?, self.dir(to.dir)?);
        let source = self.resolve(from_dir, &from.path, false)?;
        let target = self.resolve(to_dir, &to.path, false)?;
        let ino = source.node.ok_or(Errno::Noent)?;
        let is_dir = self.is_dir(ino);
        if is_dir && self.is_within(target.dir, ino) {
            return Err(Errno::Inval);
        }
        if let Some(replaced) = target.node {
            if replaced == ino {
                return Ok(Answer::Done);
            }
            match (is_dir, self.is_dir(replaced)) {
                (true, false) => return Err(Errno::Notdir),
                (false, true) => return Err(Errno::Isdir),
                (true, true) if !self.names(replaced).is_empty() => return Err(Errno::Notempty),
                _ => self.remove(&target),
            }
        }
        self.insert(&target, ino)?;
        self.remove(&source);
        Ok(Answer::Done)
    }

    /// Whether the directory `ino` is `dir`, or below it.
    fn is_within(&self, mut ino: Ino, dir: Ino) -> bool {
        while ino != dir && ino != 0 {
            ino = self.parent(ino);
        }
        ino == dir
    }
}
