//! The tree of an in-memory file system: nodes, and what they may take. [`names`] is what its
//! directories hold.
//!
//! A node lives as long as it has a name or is open. All of a file system is behind
//! one lock; handles are numbers into it.

mod names;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use self::names::Entries;
use crate::dir::{FileStat, SetTime};
use crate::types::{Errno, FileType};

/// The number of a node.
pub(crate) type Ino = u64;

/// What a node is.
pub(crate) enum Content {
    File(Vec<u8>),
    Dir(Entries),
    Link(String),
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
