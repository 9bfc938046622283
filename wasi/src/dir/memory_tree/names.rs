//! Names: what the directories of the tree hold, and where paths lead.
//!
//! A name takes room of its own, which is taken before anything changes; so a call that fails
//! has changed nothing. Paths never lead out of the directory that they begin in.

use std::collections::{BTreeMap, HashMap};

use super::{Content, Ino, Tree};
use crate::types::{Errno, FileType};

/// How many symbolic links a path may lead through.
const MAX_LINKS: u32 = 40;
/// How long a name may be in bytes.
const MAX_NAME_BYTES: usize = 255;
/// What a name takes of the bytes of the file system besides its own.
const ENTRY_BYTES: u64 = 128;

/// The names in a directory. The order they were made in is their order for readers, so
/// that a reader's place stays right.
pub(crate) struct Entries {
    /// The directory itself, if it is the root or has been removed.
    parent: Ino,
    by_name: HashMap<String, (u64, Ino)>,
    by_order: BTreeMap<u64, String>,
    next_order: u64,
}

/// Where a path leads: a directory, and a name in it, which may be of nothing.
pub(crate) struct Place {
    pub(crate) dir: Ino,
    /// `None` if the path is the directory itself: `.`, or ends in `..`.
    pub(crate) name: Option<String>,
    /// What has the name.
    pub(crate) node: Option<Ino>,
    /// Whether the path ends in a slash.
    pub(crate) slash: bool,
}

impl Entries {
    pub(super) fn new(parent: Ino) -> Self {
        Self {
            parent,
            by_name: HashMap::new(),
            by_order: BTreeMap::new(),
            // 1 and 2 are `.` and `..`.
            next_order: 3,
        }
    }
}

impl Tree {
    fn entries(&self, ino: Ino) -> Result<&Entries, Errno> {
        match &self.node(ino).content {
            Content::Dir(entries) => Ok(entries),
            _ => Err(Errno::Notdir),
        }
    }

    fn entries_mut(&mut self, ino: Ino) -> &mut Entries {
        match &mut self.node_mut(ino).content {
            Content::Dir(entries) => entries,
            _ => unreachable!("only directories are changed as such"),
        }
    }

    /// Finds where `path` leads from the directory `dir`.
    ///
    /// # Errors
    ///
    /// `PERM` if it leads out of `dir`; `NOENT`, `NOTDIR`, `LOOP`, `NAMETOOLONG`.
    pub(crate) fn resolve(&self, dir: Ino, path: &str, follow: bool) -> Result<Place, Errno> {
        if path.starts_with('/') {
            return Err(Errno::Perm);
        }
        let (mut here, mut links) = (dir, 0);
        // What is still to be walked, its last component first.
        let slash = path.ends_with('/') || path.ends_with("/.");
        let mut rest: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        loop {
            let Some(part) = rest.pop() else {
                return Ok(Place {
                    dir: here,
                    name: None,
                    node: Some(here),
                    slash,
                });
            };
            let entries = self.entries(here)?;
            match &*part {
                "" | "." => continue,
                ".." if here == dir => return Err(Errno::Perm),
                ".." => {
                    here = entries.parent;
                    continue;
                }
                _ if part.len() > MAX_NAME_BYTES => return Err(Errno::Nametoolong),
                _ => {}
            }
            let node = entries.by_name.get(&part).map(|&(_, ino)| ino);
            let last = rest.iter().all(|part| part.is_empty() || part == ".");
            if let Some(ino) = node
                && let Content::Link(target) = &self.node(ino).content
                && (!last || follow || slash)
            {
                links += 1;
                if links > MAX_LINKS {
                    return Err(Errno::Loop);
                }
                if target.starts_with('/') {
                    return Err(Errno::Perm);
                }
                rest.extend(target.split('/').rev().map(str::to_owned));
                continue;
            }
            if last {
                let is_dir = |ino| matches!(self.node(ino).content, Content::Dir(_));
                if slash && node.is_some_and(|ino| !is_dir(ino)) {
                    return Err(Errno::Notdir);
                }
                return Ok(Place {
                    dir: here,
                    name: Some(part),
                    node,
                    slash,
                });
            }
            here = node.ok_or(Errno::Noent)?;
        }
    }

    /// Makes a new node at a place where there is none.
    pub(crate) fn create(&mut self, place: &Place, content: Content) -> Result<Ino, Errno> {
        let (Some(name), None) = (&place.name, place.node) else {
            return Err(Errno::Exist);
        };
        if self.nodes.len() >= self.max_entries {
            return Err(Errno::Nospc);
        }
        let bytes = match &content {
            Content::File(bytes) => bytes.len(),
            Content::Link(target) => target.len(),
            Content::Dir(_) => 0,
        };
        self.charge(bytes as u64)?;
        if let Err(errno) = self.check_room(place.dir, name) {
            self.bytes -= bytes as u64;
            return Err(errno);
        }
        let ino = self.new_node(content);
        self.insert(place.dir, name, ino);
        Ok(ino)
    }

    /// Makes an empty directory at a place where there is none.
    pub(crate) fn create_dir(&mut self, place: &Place) -> Result<Ino, Errno> {
        let content = Content::Dir(Entries::new(place.dir));
        self.create(place, content)
    }

    /// Checks that there may be another name, and takes the bytes for it.
    fn check_room(&mut self, dir: Ino, name: &str) -> Result<(), Errno> {
        if self.node(dir).links == 0 {
            // The directory was removed while it was open.
            return Err(Errno::Noent);
        }
        self.charge(ENTRY_BYTES + name.len() as u64)
    }

    /// Makes another name of a node; the room for it is taken.
    fn insert(&mut self, dir: Ino, name: &str, ino: Ino) {
        let entries = self.entries_mut(dir);
        let order = entries.next_order;
        entries.next_order += 1;
        entries.by_name.insert(name.to_owned(), (order, ino));
        entries.by_order.insert(order, name.to_owned());
        if let Content::Dir(entries) = &mut self.node_mut(ino).content {
            entries.parent = dir;
        }
        self.node_mut(ino).links += 1;
        self.touch(dir);
    }

    /// Removes a name. The node goes with its last name and handle.
    pub(crate) fn remove(&mut self, dir: Ino, name: &str) {
        let entries = self.entries_mut(dir);
        let Some((order, ino)) = entries.by_name.remove(name) else {
            return;
        };
        entries.by_order.remove(&order);
        self.bytes -= ENTRY_BYTES + name.len() as u64;
        let node = self.node_mut(ino);
        node.links -= 1;
        if let (0, Content::Dir(entries)) = (node.links, &mut node.content) {
            // It may be open, and outlive its parent.
            entries.parent = ino;
        }
        self.touch(dir);
        self.free_if_unused(ino);
    }

    /// Makes `to` another name of the node `ino`.
    pub(crate) fn link(&mut self, ino: Ino, to: &Place) -> Result<(), Errno> {
        let (Some(name), None) = (&to.name, to.node) else {
            return Err(Errno::Exist);
        };
        self.check_room(to.dir, name)?;
        self.insert(to.dir, name, ino);
        Ok(())
    }

    /// Moves the name `from` to `to`, in place of what is there.
    ///
    /// # Errors
    ///
    /// As POSIX has them; then nothing has changed.
    pub(crate) fn rename(&mut self, from: &Place, to: &Place) -> Result<(), Errno> {
        let ino = from.node.ok_or(Errno::Noent)?;
        let (Some(from_name), Some(to_name)) = (&from.name, &to.name) else {
            return Err(Errno::Busy);
        };
        let is_dir = self.filetype(ino) == FileType::Directory;
        if is_dir && self.is_within(to.dir, ino) {
            return Err(Errno::Inval);
        }
        if !is_dir && to.slash {
            return Err(Errno::Notdir);
        }
        if let Some(replaced) = to.node {
            if replaced == ino {
                return Ok(());
            }
            match (is_dir, self.filetype(replaced) == FileType::Directory) {
                (true, false) => return Err(Errno::Notdir),
                (false, true) => return Err(Errno::Isdir),
                (true, true) if !self.is_empty(replaced) => return Err(Errno::Notempty),
                _ => {}
            }
        }
        self.check_room(to.dir, to_name)?;
        self.remove(to.dir, to_name);
        self.insert(to.dir, to_name, ino);
        self.remove(from.dir, from_name);
        Ok(())
    }

    /// Whether a directory is empty.
    pub(crate) fn is_empty(&self, ino: Ino) -> bool {
        self.entries(ino)
            .is_ok_and(|entries| entries.by_name.is_empty())
    }

    /// Whether `ino` is `dir` or below it.
    pub(crate) fn is_within(&self, ino: Ino, dir: Ino) -> bool {
        let mut here = ino;
        loop {
            if here == dir {
                return true;
            }
            match self.entries(here) {
                Ok(entries) if entries.parent != here => here = entries.parent,
                _ => return false,
            }
        }
    }

    /// The entries of a directory from `cookie` on: the next cookie, the node, the name.
    pub(crate) fn list(
        &self,
        dir: Ino,
        cookie: u64,
    ) -> Result<impl Iterator<Item = (u64, Ino, &str)>, Errno> {
        let entries = self.entries(dir)?;
        let dots = [(1, dir, "."), (2, entries.parent, "..")];
        let dots = dots.into_iter().filter(move |&(next, _, _)| next > cookie);
        let names = entries.by_order.range(cookie.max(2).saturating_add(1)..);
        Ok(dots.chain(names.map(|(&order, name)| {
            let (_, ino) = entries.by_name[name];
            (order, ino, name.as_str())
        })))
    }
}
