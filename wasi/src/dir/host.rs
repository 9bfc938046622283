//! `HostDir`: a directory of the host, within the sandbox of `cap-std`.
//!
//! No path is walked here: every path goes to `cap-std`, which resolves it so that neither `..`
//! nor a symbolic link, even one that is exchanged meanwhile, leads out of the directory.

use std::any::Any;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use cap_fs_ext::{
    DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsMaybeDirExt, OpenOptionsSyncExt,
    SystemTimeSpec,
};
use cap_std::ambient_authority;
use cap_std::fs::{Dir as CapDir, MetadataExt, OpenOptions, OpenOptionsExt};

use super::host_file::{self, HostFile};
use super::places::Places;
use super::{Dir, DirEntry, FileStat, OpenHow, Opened, SetTime};
use crate::fail::{Fail, Result};
use crate::types::{Errno, FdFlags, FileType, OFlags};

/// A directory of the host.
pub(crate) struct HostDir {
    dir: CapDir,
    reader: Mutex<Option<Reader>>,
}

/// What reads the entries of a directory.
struct Reader {
    /// An open file of its own, whose position is the reader's.
    fd: OwnedFd,
    places: Places,
}

impl HostDir {
    /// The directory at a path of the host.
    pub(crate) fn open_ambient(path: &Path) -> io::Result<Self> {
        CapDir::open_ambient_dir(path, ambient_authority()).map(Self::new)
    }

    fn new(dir: CapDir) -> Self {
        Self {
            dir,
            reader: Mutex::new(None),
        }
    }

    /// Opens the directory itself: the handle that it has may be one that only names it.
    fn open_self(&self) -> io::Result<OwnedFd> {
        let mut options = OpenOptions::new();
        options.read(true).maybe_dir(true);
        Ok(self.dir.open_with(".", &options)?.into_std().into())
    }

    fn open_file(&self, path: &str, how: OpenHow, create: bool) -> io::Result<cap_std::fs::File> {
        let directory = how.oflags.contains(OFlags::DIRECTORY);
        let truncate = how.oflags.contains(OFlags::TRUNC);
        let exclusive = create && how.oflags.contains(OFlags::EXCL);
        // The host opens for writing what it creates or truncates; the guest's rights stay as they are.
        let write = (how.write || create || truncate) && !directory;
        let mut options = OpenOptions::new();
        options
            .read(how.read || !write)
            .write(write)
            .truncate(truncate)
            .create(create && !exclusive)
            .create_new(exclusive)
            .follow(follow(how.follow))
            .maybe_dir(true)
            // Or opening a pipe would wait for the other end.
            .nonblock(true);
        let flags = how.fdflags;
        let (dsync, rsync) = (FdFlags::DSYNC, FdFlags::RSYNC);
        let mut custom = rustix::fs::OFlags::NOCTTY;
        custom.set(rustix::fs::OFlags::APPEND, flags.contains(FdFlags::APPEND));
        options.custom_flags(custom.bits().cast_signed());
        if flags.contains(FdFlags::SYNC) || (flags.contains(rsync) && !flags.contains(dsync)) {
            options.sync(true);
        } else if flags.contains(dsync) {
            options.dsync(true);
        }
        self.dir.open_with(path, &options)
    }
}

impl Dir for HostDir {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn open(&self, path: &str, how: OpenHow) -> Result<Opened> {
        let create = how.oflags.contains(OFlags::CREAT);
        // A file that is there can be opened to read even if it cannot be written.
        let plain = create && !how.write && !how.oflags.intersects(OFlags::EXCL | OFlags::TRUNC);
        let file = match self.open_file(path, how, create && !plain) {
            Err(error) if plain && error.kind() == io::ErrorKind::NotFound => {
                self.open_file(path, how, true)?
            }
            result => result?,
        };
        let file = file.into_std();
        let stat = rustix::fs::fstat(&file)?;
        if host_file::filetype(&stat) == FileType::Directory {
            return Ok(Opened::Dir(std::sync::Arc::new(Self::new(
                CapDir::from_std_file(file),
            ))));
        }
        if how.oflags.contains(OFlags::DIRECTORY) {
            return Err(Errno::Notdir.into());
        }
        let file = HostFile::opened(file, &stat, how.fdflags);
        Ok(Opened::File(Box::new(file)))
    }

    fn create_dir(&self, path: &str) -> Result<()> {
        Ok(self.dir.create_dir(path)?)
    }

    fn remove_dir(&self, path: &str) -> Result<()> {
        Ok(self.dir.remove_dir(path)?)
    }

    fn unlink_file(&self, path: &str) -> Result<()> {
        Ok(self.dir.remove_file_or_symlink(path)?)
    }

    fn read_link(&self, path: &str) -> Result<Vec<u8>> {
        let target = self.dir.read_link(path)?;
        Ok(target.into_os_string().into_encoded_bytes())
    }

    fn symlink(&self, target: &str, path: &str) -> Result<()> {
        Ok(DirExt::symlink(&self.dir, target, path)?)
    }

    fn rename(&self, from: &str, dir: &dyn Dir, to: &str) -> Result<()> {
        let dir = same_kind(dir)?;
        // `cap-std` does not see that a file has no name with a slash.
        if (from.ends_with('/') || to.ends_with('/'))
            && self.stat_path(from, false)?.filetype != FileType::Directory
        {
            return Err(Errno::Notdir.into());
        }
        Ok(self.dir.rename(from, &dir.dir, to)?)
    }

    fn link(&self, from: &str, follow: bool, dir: &dyn Dir, to: &str) -> Result<()> {
        let dir = &same_kind(dir)?.dir;
        if follow {
            // The result has no links in it unless someone exchanges one, which is then itself linked.
            let from = self.dir.canonicalize(from)?;
            return Ok(self.dir.hard_link(from, dir, to)?);
        }
        Ok(self.dir.hard_link(from, dir, to)?)
    }

    fn stat_path(&self, path: &str, follow: bool) -> Result<FileStat> {
        let slash = path.ends_with('/');
        let metadata = match follow || slash {
            true => self.dir.metadata(path)?,
            false => self.dir.symlink_metadata(path)?,
        };
        if slash && !metadata.is_dir() {
            return Err(Errno::Notdir.into());
        }
        Ok(FileStat {
            dev: metadata.dev(),
            ino: metadata.ino(),
            filetype: host_file::from_host(rustix::fs::FileType::from_raw_mode(
                metadata.mode() as rustix::fs::RawMode
            )),
            nlink: metadata.nlink(),
            size: metadata.size(),
            atim: host_file::nanos(metadata.atime(), metadata.atime_nsec()),
            mtim: host_file::nanos(metadata.mtime(), metadata.mtime_nsec()),
            ctim: host_file::nanos(metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    fn set_path_times(&self, path: &str, follow: bool, atim: SetTime, mtim: SetTime) -> Result<()> {
        let (atim, mtim) = (time_spec(atim)?, time_spec(mtim)?);
        match follow {
            true => self.dir.set_times(path, atim, mtim)?,
            false => self.dir.set_symlink_times(path, atim, mtim)?,
        }
        Ok(())
    }

    fn stat(&self) -> Result<FileStat> {
        Ok(host_file::file_stat(&rustix::fs::fstat(&self.dir)?))
    }

    fn set_times(&self, atim: SetTime, mtim: SetTime) -> Result<()> {
        self.set_path_times(".", true, atim, mtim)
    }

    fn sync(&self, data_only: bool) -> Result<()> {
        host_file::sync(self.open_self()?.as_fd(), data_only)
    }

    fn read_dir(&self, cookie: u64, each: &mut dyn FnMut(DirEntry<'_>) -> bool) -> Result<()> {
        let own_ino = self.stat()?.ino;
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if reader.is_none() {
            *reader = Some(Reader {
                fd: self.open_self()?,
                places: Places::default(),
            });
        }
        let Reader { fd, places } = reader.as_mut().expect("was just opened");
        let start = places.cookie(cookie);
        read_entries(fd, start, own_ino, &mut |entry| {
            let next = places.number(entry.next);
            each(DirEntry { next, ..entry })
        })
    }
}

/// Reads entries by the host's own cookies, which stay right while the directory changes.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn read_entries(
    reader: &OwnedFd,
    cookie: u64,
    own_ino: u64,
    each: &mut dyn FnMut(DirEntry<'_>) -> bool,
) -> Result<()> {
    use rustix::fs::{RawDir, SeekFrom};
    if i64::try_from(cookie).is_err() {
        return Err(Errno::Inval.into());
    }
    rustix::fs::seek(reader, SeekFrom::Start(cookie))?;
    let mut buffer = [MaybeUninit::uninit(); 4096];
    let mut entries = RawDir::new(reader, &mut buffer);
    while let Some(entry) = entries.next() {
        let entry = match entry {
            // The directory is gone, which has nothing in it then.
            Err(rustix::io::Errno::NOENT) => return Ok(()),
            entry => entry?,
        };
        let name = entry.file_name().to_bytes();
        let more = each(DirEntry {
            next: entry.next_entry_cookie(),
            // Nothing is told of the directory above.
            ino: if name == b".." { own_ino } else { entry.ino() },
            filetype: entry_type(reader, entry.file_type(), entry.file_name()),
            name,
        });
        if !more {
            return Ok(());
        }
    }
    Ok(())
}

/// Reads entries by counting them.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn read_entries(
    reader: &OwnedFd,
    cookie: u64,
    own_ino: u64,
    each: &mut dyn FnMut(DirEntry<'_>) -> bool,
) -> Result<()> {
    let _: MaybeUninit<u8> = MaybeUninit::uninit();
    let skip = usize::try_from(cookie).map_err(|_| Errno::Inval)?;
    let entries = rustix::fs::Dir::read_from(reader)?;
    for (entry, next) in entries.skip(skip).zip(cookie + 1..) {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        let more = each(DirEntry {
            next,
            ino: if name == b".." { own_ino } else { entry.ino() },
            filetype: entry_type(reader, entry.file_type(), entry.file_name()),
            name,
        });
        if !more {
            return Ok(());
        }
    }
    Ok(())
}

/// The type of an entry, which some file systems do not tell with it.
fn entry_type(dir: &OwnedFd, told: rustix::fs::FileType, name: &std::ffi::CStr) -> FileType {
    if told != rustix::fs::FileType::Unknown {
        return host_file::from_host(told);
    }
    let stat = rustix::fs::statat(dir, name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW);
    stat.map_or(FileType::Unknown, |stat| host_file::filetype(&stat))
}

/// The other directory of an operation on two.
fn same_kind(dir: &dyn Dir) -> Result<&HostDir, Errno> {
    dir.as_any().downcast_ref().ok_or(Errno::Xdev)
}

fn follow(follow: bool) -> FollowSymlinks {
    match follow {
        true => FollowSymlinks::Yes,
        false => FollowSymlinks::No,
    }
}

fn time_spec(time: SetTime) -> Result<Option<SystemTimeSpec>, Fail> {
    Ok(match time {
        SetTime::Keep => None,
        SetTime::Now => Some(SystemTimeSpec::SymbolicNow),
        SetTime::At(nanos) => {
            let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(nanos));
            let time = time.ok_or(Errno::Overflow)?;
            Some(SystemTimeSpec::Absolute(
                cap_std::time::SystemTime::from_std(time),
            ))
        }
    })
}
