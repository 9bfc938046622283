//! The tree of the model: nodes are numbers, and are never freed; one without names was removed.

use std::collections::BTreeMap;

use selvedge_wasi::types::Errno;

pub(super) type Ino = usize;

/// The root of the tree.
pub(super) const TOP: Ino = 0;

/// How many symbolic links a path may lead through, and the bytes of a name.
const MOST_LINKS: usize = 40;
const MOST_BYTES: usize = 255;

pub(super) enum Content {
    File(Vec<u8>),
    Dir {
        names: BTreeMap<String, Ino>,
        parent: Ino,
    },
    Link(String),
}

pub(super) struct Node {
    pub content: Content,
    /// How many names there are.
    pub links: u64,
}

/// Where a path leads: a directory and a name in it, or if there is none the directory itself.
pub(super) struct Place {
    pub dir: Ino,
    pub name: Option<String>,
    pub node: Option<Ino>,
}

pub(super) struct Tree {
    nodes: Vec<Node>,
}

impl Content {
    /// A directory without anything in it.
    pub(super) fn dir(parent: Ino) -> Self {
        Self::Dir {
            names: BTreeMap::new(),
            parent,
        }
    }
}

impl Tree {
    pub(super) fn new() -> Self {
        let root = Node {
            content: Content::dir(TOP),
            links: 1,
        };
        Self { nodes: vec![root] }
    }

    pub(super) fn node(&self, ino: Ino) -> &Node {
        &self.nodes[ino]
    }

    pub(super) fn node_mut(&mut self, ino: Ino) -> &mut Node {
        &mut self.nodes[ino]
    }

    pub(super) fn contents(&mut self, ino: Ino) -> &mut Vec<u8> {
        match &mut self.nodes[ino].content {
            Content::File(bytes) => bytes,
            _ => unreachable!("it was opened as a file"),
        }
    }

    pub(super) fn put(&mut self, ino: Ino, offset: u64, bytes: &[u8]) {
        let contents = self.contents(ino);
        let (start, end) = (offset as usize, offset as usize + bytes.len());
        if contents.len() < end {
            contents.resize(end, 0);
        }
        contents[start..end].copy_from_slice(bytes);
    }

    /// The files that have names, by path, and what is in them.
    pub(super) fn files(&self) -> Vec<(String, &Vec<u8>)> {
        let mut files = Vec::new();
        let mut left = vec![(String::new(), TOP)];
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

    pub(super) fn is_dir(&self, ino: Ino) -> bool {
        matches!(self.nodes[ino].content, Content::Dir { .. })
    }

    pub(super) fn names(&self, dir: Ino) -> &BTreeMap<String, Ino> {
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

    /// Follows a path that stays within `start`; symbolic links on the way are followed, and if `follow` one at its end.
    pub(super) fn resolve(&self, start: Ino, path: &str, follow: bool) -> Result<Place, Errno> {
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
                _ if part.len() > MOST_BYTES => return Err(Errno::Nametoolong),
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

    pub(super) fn create(&mut self, place: &Place, content: Content) -> Result<Ino, Errno> {
        if place.node.is_some() {
            return Err(Errno::Exist);
        }
        self.nodes.push(Node { content, links: 0 });
        let ino = self.nodes.len() - 1;
        self.insert(place, ino)?;
        Ok(ino)
    }

    pub(super) fn insert(&mut self, place: &Place, ino: Ino) -> Result<(), Errno> {
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

    pub(super) fn remove(&mut self, place: &Place) {
        let name = place.name.as_ref().expect("paths end in names");
        let ino = self.names_mut(place.dir).remove(name).expect("it is there");
        self.nodes[ino].links -= 1;
    }

    /// Whether the directory `ino` is `dir`, or below it.
    fn is_within(&self, mut ino: Ino, dir: Ino) -> bool {
        while ino != dir && ino != TOP {
            ino = self.parent(ino);
        }
        ino == dir
    }

    /// Moves what has one name to another, in place of what has that.
    pub(super) fn rename(&mut self, source: &Place, target: &Place) -> Result<(), Errno> {
        let ino = source.node.ok_or(Errno::Noent)?;
        let is_dir = self.is_dir(ino);
        if is_dir && self.is_within(target.dir, ino) {
            return Err(Errno::Inval);
        }
        if let Some(replaced) = target.node {
            if replaced == ino {
                return Ok(());
            }
            match (is_dir, self.is_dir(replaced)) {
                (true, false) => return Err(Errno::Notdir),
                (false, true) => return Err(Errno::Isdir),
                (true, true) if !self.names(replaced).is_empty() => return Err(Errno::Notempty),
                _ => self.remove(target),
            }
        }
        self.insert(target, ino)?;
        self.remove(source);
        Ok(())
    }
}
