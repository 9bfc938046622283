//! The tree of an in-memory file system: nodes, names, and what they may take.
//!
//! A node lives as long as it has a name or is open. All of a file system is behind
//! one lock; handles are numbers into it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::dir::{FileStat, SetTime};
use crate::types::{Errno, FileType};

/// How many symbolic links a path may lead through.
const MAX_LINKS: u32 = 40;
/// How long a name may be in bytes.
const MAX_NAME_BYTES: usize = 255;
/// What a name takes of the bytes of the file system besides its own.
const ENTRY_BYTES: u64 = 128;

/// The number of a node.
pub(crate) type Ino = u64;

/// What a node is.
pub(crate) enum Content {
    File(Vec<u8>),
    Dir(Entries),
    Link(String),
}

/// The names in a directory. The order they were made in is their order for readers, so
/// that a reader's place stays right.
pub(crate) struct Entries {
    /// The directory itself, if it is the root or has been removed.
    parent: Ino,
    by_name: HashMap<String, (u64, Ino)>,
    by_order: BTreeMap<u64, String>,
    next_order: u64,
}

pub(crate) struct Node {
    pub(crate) content: Content,
    /// How many names there are.
    links: u64,
    /// How many handles there are.
    handles: u64,
    atim: u64,
    mtim: u64,
    ctim: u64,
}

pub(crate) struct Tree {
    nodes: HashMap<Ino, Node>,
    next_ino: Ino,
    bytes: u64,
    max_bytes: u64,
    max_entries: usize,
}

/// A node that is kept because someone has it.
pub(crate) struct Handle {
    tree: Arc<Mutex<Tree>>,
    pub(crate) ino: Ino,
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
    fn new(parent: Ino) -> Self {
        Self {
            parent,
            by_name: HashMap::new(),
            by_order: BTreeMap::new(),
            // 1 and 2 are `.` and `..`.
            next_order: 3,
        }
    }
}

impl Handle {
    /// The root of a new file system.
    pub(crate) fn new_tree(max_bytes: u64, max_entries: usize) -> Self {
        let mut tree = Tree {
            nodes: HashMap::new(),
            next_ino: 1,
            bytes: 0,
            max_bytes,
            max_entries,
        };
        let ino = tree.new_node(Content::Dir(Entries::new(1)));
        // The root has no name, and is never removed.
        tree.node_mut(ino).links = 1;
        tree.node_mut(ino).handles = 1;
        Self {
            tree: Arc::new(Mutex::new(tree)),
            ino,
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Tree> {
        // Changes are checked before they begin, so a panic (for want of memory) leaves a whole tree.
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A handle of another node, whose tree is locked.
    pub(crate) fn other(&self, tree: &mut Tree, ino: Ino) -> Self {
        tree.node_mut(ino).handles += 1;
        Self {
            tree: self.tree.clone(),
            ino,
        }
    }

    pub(crate) fn same_tree(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tree, &other.tree)
    }
}

impl Clone for Handle {
    fn clone(&self) -> Self {
        self.other(&mut self.lock(), self.ino)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let mut tree = self.lock();
        tree.node_mut(self.ino).handles -= 1;
        tree.free_if_unused(self.ino);
    }
}

impl Tree {
    /// # Panics
    ///
    /// If there is no such node: who has a number has a handle or a name.
    pub(crate) fn node(&self, ino: Ino) -> &Node {
        self.nodes
            .get(&ino)
            .expect("nodes live while they are used")
    }

    pub(crate) fn node_mut(&mut self, ino: Ino) -> &mut Node {
        self.nodes
            .get_mut(&ino)
            .expect("nodes live while they are used")
    }

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

    fn new_node(&mut self, content: Content) -> Ino {
        let ino = self.next_ino;
        self.next_ino += 1;
        let now = now();
        let node = Node {
            content,
            links: 0,
            handles: 0,
            atim: now,
            mtim: now,
            ctim: now,
        };
        self.nodes.insert(ino, node);
        ino
    }

    fn free_if_unused(&mut self, ino: Ino) {
        let node = self.node(ino);
        if node.links > 0 || node.handles > 0 {
            return;
        }
        let freed = match &node.content {
            Content::File(bytes) => bytes.len(),
            Content::Link(target) => target.len(),
            Content::Dir(_) => 0,
        };
        self.bytes -= freed as u64;
        self.nodes.remove(&ino);
    }

    /// Takes `bytes` of what the file system may have.
    fn charge(&mut self, bytes: u64) -> Result<(), Errno> {
        let total = self.bytes.checked_add(bytes).ok_or(Errno::Nospc)?;
        if total > self.max_bytes {
            return Err(Errno::Nospc);
        }
        self.bytes = total;
        Ok(())
    }

    /// Makes a file `size` bytes long.
    pub(crate) fn resize(&mut self, ino: Ino, size: u64) -> Result<(), Errno> {
        let Content::File(bytes) = &self.node(ino).content else {
            return Err(Errno::Inval);
        };
        let before = bytes.len() as u64;
        self.charge(size.saturating_sub(before))?;
        let (len, now) = (usize::try_from(size).map_err(|_| Errno::Fbig)?, now());
        let node = self.node_mut(ino);
        let Content::File(bytes) = &mut node.content else {
            unreachable!("it was a file before");
        };
        let grown = len.saturating_sub(bytes.len());
        if bytes.try_reserve(grown).is_err() {
            self.bytes -= size.saturating_sub(before);
            return Err(Errno::Nomem);
        }
        bytes.resize(len, 0);
        (node.mtim, node.ctim) = (now, now);
        self.bytes -= before.saturating_sub(size);
        Ok(())
    }

    /// The bytes of a file.
    pub(crate) fn file(&mut self, ino: Ino) -> &mut Vec<u8> {
        match &mut self.node_mut(ino).content {
            Content::File(bytes) => bytes,
            _ => unreachable!("open files are files"),
        }
    }

    /// Notes that a file was written to.
    pub(crate) fn touch(&mut self, ino: Ino) {
        let now = now();
        let node = self.node_mut(ino);
        (node.mtim, node.ctim) = (now, now);
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

    pub(crate) fn filetype(&self, ino: Ino) -> FileType {
        match self.nodes.get(&ino).map(|node| &node.content) {
            Some(Content::File(_)) => FileType::RegularFile,
            Some(Content::Dir(_)) => FileType::Directory,
            Some(Content::Link(_)) => FileType::SymbolicLink,
            None => FileType::Unknown,
        }
    }

    pub(crate) fn stat(&self, ino: Ino) -> FileStat {
        let node = self.node(ino);
        FileStat {
            dev: 1,
            ino,
            filetype: self.filetype(ino),
            nlink: node.links,
            size: match &node.content {
                Content::File(bytes) => bytes.len() as u64,
                Content::Link(target) => target.len() as u64,
                Content::Dir(_) => 0,
            },
            atim: node.atim,
            mtim: node.mtim,
            ctim: node.ctim,
        }
    }

    pub(crate) fn set_times(&mut self, ino: Ino, atim: SetTime, mtim: SetTime) {
        let now = now();
        let node = self.node_mut(ino);
        for (time, set) in [(&mut node.atim, atim), (&mut node.mtim, mtim)] {
            match set {
                SetTime::Keep => continue,
                SetTime::Now => *time = now,
                SetTime::At(nanos) => *time = nanos,
            }
        }
        node.ctim = now;
    }
}

/// The host's time of day in nanoseconds.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    u64::try_from(now.unwrap_or_default().as_nanos()).unwrap_or(u64::MAX)
}
