//! `Dir` and `File`: what a file descriptor can be, of the host or in memory.
//!
//! Paths are relative to a directory and are resolved by its implementation, which keeps them
//! from leading out of the preopened directory: `PERM`.

pub(crate) mod host;
pub(crate) mod host_file;
pub(crate) mod memory;
mod memory_file;
pub(crate) mod memory_tree;
mod places;

use std::any::Any;
use std::io::{IoSlice, IoSliceMut};
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use crate::fail::Result;
use crate::sock::SocketFile;
use crate::types::{Advice, Errno, FdFlags, FileType, OFlags, Rights, Whence};
use crate::wait::Waiter;

/// What is known of a file; times in nanoseconds since 1970.
#[derive(Copy, Clone, Debug)]
pub(crate) struct FileStat {
    pub(crate) dev: u64,
    pub(crate) ino: u64,
    pub(crate) filetype: FileType,
    pub(crate) nlink: u64,
    pub(crate) size: u64,
    pub(crate) atim: u64,
    pub(crate) mtim: u64,
    pub(crate) ctim: u64,
}

impl FileStat {
    /// A file about which nothing is known but its type.
    pub(crate) fn of_type(filetype: FileType) -> Self {
        Self {
            dev: 0,
            ino: 0,
            filetype,
            nlink: 0,
            size: 0,
            atim: 0,
            mtim: 0,
            ctim: 0,
        }
    }
}

/// What to set a time of a file to.
#[derive(Copy, Clone, Debug)]
pub(crate) enum SetTime {
    Keep,
    /// The present, by the clock of whoever has the file.
    Now,
    /// Nanoseconds since 1970.
    At(u64),
}

/// How an operation on a file may wait.
pub(crate) struct Mode<'a, 'w> {
    pub(crate) waiter: &'a mut Waiter<'w>,
    pub(crate) nonblock: bool,
    pub(crate) append: bool,
}

/// How to find out whether a file can be read or written without waiting.
pub(crate) enum Readiness {
    /// It can; this many bytes, if known.
    Ready { nbytes: u64, hangup: bool },
    /// By polling [`File::host_fd`].
    Poll,
    /// By asking again.
    Later,
}

/// An open file that is no directory. What a file cannot do keeps its default.
pub(crate) trait File: Send {
    fn filetype(&self) -> FileType;

    /// The rights that apply to such a file.
    fn rights(&self) -> Rights;

    /// The flags it was opened with.
    fn flags(&self) -> FdFlags {
        FdFlags::empty()
    }

    /// Changes the flags `APPEND` and `NONBLOCK` where the file itself must know.
    fn set_flags(&mut self, flags: FdFlags) -> Result<()> {
        let _ = flags;
        Ok(())
    }

    fn read(&mut self, mode: &mut Mode<'_, '_>, to: &mut [IoSliceMut<'_>]) -> Result<usize> {
        let _ = (mode, to);
        Err(Errno::Badf.into())
    }

    fn write(&mut self, mode: &mut Mode<'_, '_>, from: &[IoSlice<'_>]) -> Result<usize> {
        let _ = (mode, from);
        Err(Errno::Badf.into())
    }

    fn read_at(&mut self, to: &mut [IoSliceMut<'_>], offset: u64) -> Result<usize> {
        let _ = (to, offset);
        Err(Errno::Spipe.into())
    }

    fn write_at(&mut self, from: &[IoSlice<'_>], offset: u64) -> Result<usize> {
        let _ = (from, offset);
        Err(Errno::Spipe.into())
    }

    fn seek(&mut self, delta: i64, whence: Whence) -> Result<u64> {
        let _ = (delta, whence);
        Err(Errno::Spipe.into())
    }

    fn stat(&self) -> Result<FileStat> {
        Ok(FileStat::of_type(self.filetype()))
    }

    fn set_size(&mut self, size: u64) -> Result<()> {
        let _ = size;
        Err(Errno::Inval.into())
    }

    fn allocate(&mut self, offset: u64, len: u64) -> Result<()> {
        let _ = (offset, len);
        Err(Errno::Spipe.into())
    }

    fn advise(&mut self, offset: u64, len: u64, advice: Advice) -> Result<()> {
        let _ = (offset, len, advice);
        Err(Errno::Spipe.into())
    }

    fn set_times(&mut self, atim: SetTime, mtim: SetTime) -> Result<()> {
        let _ = (atim, mtim);
        Err(Errno::Badf.into())
    }

    fn sync(&mut self, data_only: bool) -> Result<()> {
        let _ = data_only;
        Err(Errno::Inval.into())
    }

    /// Whether it can be read, or written if `write`.
    fn readiness(&mut self, write: bool) -> Result<Readiness>;

    /// The descriptor of the host to poll.
    fn host_fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    /// The file as a socket.
    fn socket(&mut self) -> Result<&mut SocketFile> {
        Err(Errno::Notsock.into())
    }
}

/// How `path_open` opens.
#[derive(Copy, Clone, Debug)]
pub(crate) struct OpenHow {
    pub(crate) follow: bool,
    pub(crate) oflags: OFlags,
    pub(crate) fdflags: FdFlags,
    pub(crate) read: bool,
    pub(crate) write: bool,
}

/// What `path_open` opened.
pub(crate) enum Opened {
    File(Box<dyn File>),
    Dir(Arc<dyn Dir>),
}

/// An entry of a directory, as it is handed on.
pub(crate) struct DirEntry<'a> {
    /// Where the entries after this one begin.
    pub(crate) next: u64,
    pub(crate) ino: u64,
    pub(crate) filetype: FileType,
    pub(crate) name: &'a [u8],
}

/// An open directory.
pub(crate) trait Dir: Send + Sync {
    fn as_any(&self) -> &dyn Any;

    fn open(&self, path: &str, how: OpenHow) -> Result<Opened>;

    fn create_dir(&self, path: &str) -> Result<()>;

    fn remove_dir(&self, path: &str) -> Result<()>;

    fn unlink_file(&self, path: &str) -> Result<()>;

    /// The contents of a symbolic link.
    fn read_link(&self, path: &str) -> Result<Vec<u8>>;

    /// Makes the symbolic link `path` with the contents `target`.
    fn symlink(&self, target: &str, path: &str) -> Result<()>;

    /// Renames `from` to `to` in `dir`; `XDEV` if that is no directory of this file system.
    fn rename(&self, from: &str, dir: &dyn Dir, to: &str) -> Result<()>;

    /// Makes `to` in `dir` another name of `from`.
    fn link(&self, from: &str, follow: bool, dir: &dyn Dir, to: &str) -> Result<()>;

    fn stat_path(&self, path: &str, follow: bool) -> Result<FileStat>;

    fn set_path_times(&self, path: &str, follow: bool, atim: SetTime, mtim: SetTime) -> Result<()>;

    fn stat(&self) -> Result<FileStat>;

    fn set_times(&self, atim: SetTime, mtim: SetTime) -> Result<()>;

    fn sync(&self, data_only: bool) -> Result<()>;

    /// Calls `each` with the entries from `cookie` on, `.` and `..` among them, until it returns
    /// `false`. The cookie 0 is the start. Entries that stay are told of once, whatever
    /// becomes of others meanwhile.
    fn read_dir(&self, cookie: u64, each: &mut dyn FnMut(DirEntry<'_>) -> bool) -> Result<()>;
}
