//! `Table`: the file descriptors of a guest.
//!
//! Descriptors are numbers from 0 on; a new one is the least that is free. There is a limit
//! to how many may be open: `MFILE`.

use std::sync::Arc;

use crate::ctx::{DirPerms, FilePerms};
use crate::dir::{Dir, File};
use crate::fail::Result;
use crate::types::{Errno, FdFlags, FileType, Rights};

/// What a file descriptor names.
pub(crate) enum Object {
    File(Box<dyn File>),
    Dir(OpenDir),
}

/// An open directory, and what may be done in it and below.
#[derive(Clone)]
pub(crate) struct OpenDir {
    pub(crate) dir: Arc<dyn Dir>,
    pub(crate) dir_perms: DirPerms,
    pub(crate) file_perms: FilePerms,
}

impl OpenDir {
    /// Checks that the embedder allows changes of the directory.
    pub(crate) fn check_mutable(&self) -> Result<(), Errno> {
        match self.dir_perms.contains(DirPerms::MUTATE) {
            true => Ok(()),
            false => Err(Errno::Perm),
        }
    }

    /// Checks that the embedder allows the directory to be looked at.
    pub(crate) fn check_readable(&self) -> Result<(), Errno> {
        match self.dir_perms.contains(DirPerms::READ) {
            true => Ok(()),
            false => Err(Errno::Perm),
        }
    }
}

/// An open file descriptor.
pub(crate) struct Descriptor {
    pub(crate) object: Object,
    pub(crate) rights: Rights,
    pub(crate) inheriting: Rights,
    pub(crate) flags: FdFlags,
    /// The guest's name for a directory that the embedder preopened.
    pub(crate) preopen: Option<String>,
}

impl Descriptor {
    /// A file with all rights that apply to it.
    pub(crate) fn file(file: Box<dyn File>) -> Self {
        Self {
            rights: file.rights(),
            inheriting: Rights::empty(),
            flags: file.flags(),
            object: Object::File(file),
            preopen: None,
        }
    }

    /// A directory that the embedder preopens.
    pub(crate) fn preopened(dir: OpenDir, name: String) -> Self {
        Self {
            object: Object::Dir(dir),
            rights: Rights::DIRECTORY,
            inheriting: Rights::INHERITING,
            flags: FdFlags::empty(),
            preopen: Some(name),
        }
    }

    pub(crate) fn filetype(&self) -> FileType {
        match &self.object {
            Object::File(file) => file.filetype(),
            Object::Dir(_) => FileType::Directory,
        }
    }

    /// Checks that the descriptor has these rights.
    ///
    /// # Errors
    ///
    /// `BADF` for reading and writing, as programs expect of a file that was not opened for it;
    /// `NOTCAPABLE` for anything else.
    pub(crate) fn check(&self, rights: Rights) -> Result<(), Errno> {
        let missing = rights.difference(self.rights);
        if missing.is_empty() {
            Ok(())
        } else if missing.intersects(Rights::FD_READ | Rights::FD_WRITE) {
            Err(Errno::Badf)
        } else {
            Err(Errno::Notcapable)
        }
    }
}

/// The open file descriptors.
pub(crate) struct Table {
    slots: Vec<Option<Descriptor>>,
    limit: usize,
}

impl Table {
    /// An empty table for at most `limit` descriptors.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            slots: Vec::new(),
            limit,
        }
    }

    /// Checks that there is room for another.
    pub(crate) fn check_room(&self) -> Result<(), Errno> {
        match self.slots.len() < self.limit || self.slots.iter().any(Option::is_none) {
            true => Ok(()),
            false => Err(Errno::Mfile),
        }
    }

    /// Adds a descriptor and returns its number.
    pub(crate) fn insert(&mut self, descriptor: Descriptor) -> Result<u32, Errno> {
        let free = self.slots.iter().position(Option::is_none);
        let index = match free {
            Some(index) => index,
            None if self.slots.len() < self.limit => {
                self.slots.push(None);
                self.slots.len() - 1
            }
            None => return Err(Errno::Mfile),
        };
        self.slots[index] = Some(descriptor);
        u32::try_from(index).map_err(|_| Errno::Mfile)
    }

    pub(crate) fn get(&self, fd: u32) -> Result<&Descriptor, Errno> {
        let slot = self.slots.get(fd as usize);
        slot.and_then(Option::as_ref).ok_or(Errno::Badf)
    }

    pub(crate) fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor, Errno> {
        let slot = self.slots.get_mut(fd as usize);
        slot.and_then(Option::as_mut).ok_or(Errno::Badf)
    }

    /// A file that the guest has these rights for, and its flags. Directories are `BADF`.
    pub(crate) fn file(
        &mut self,
        fd: u32,
        rights: Rights,
    ) -> Result<(&mut dyn File, FdFlags), Errno> {
        let descriptor = self.get_mut(fd)?;
        if matches!(descriptor.object, Object::Dir(_)) {
            return Err(Errno::Badf);
        }
        descriptor.check(rights)?;
        match &mut descriptor.object {
            Object::File(file) => Ok((&mut **file, descriptor.flags)),
            Object::Dir(_) => Err(Errno::Badf),
        }
    }

    /// A directory that the guest has these rights for. Files are `NOTDIR`.
    pub(crate) fn dir(&self, fd: u32, rights: Rights) -> Result<&OpenDir, Errno> {
        let descriptor = self.get(fd)?;
        let Object::Dir(dir) = &descriptor.object else {
            return Err(Errno::Notdir);
        };
        descriptor.check(rights)?;
        Ok(dir)
    }

    /// Closes a descriptor.
    pub(crate) fn close(&mut self, fd: u32) -> Result<(), Errno> {
        let slot = self.slots.get_mut(fd as usize);
        let closed = slot.and_then(Option::take).ok_or(Errno::Badf);
        while let Some(None) = self.slots.last() {
            self.slots.pop();
        }
        closed.map(drop)
    }

    /// Closes `to` and gives its number to `from`. Both must be open.
    pub(crate) fn renumber(&mut self, from: u32, to: u32) -> Result<(), Errno> {
        self.get(from)?;
        self.get(to)?;
        if from == to {
            return Ok(());
        }
        self.slots[to as usize] = self.slots[from as usize].take();
        self.close(from).unwrap_err();
        Ok(())
    }
}
