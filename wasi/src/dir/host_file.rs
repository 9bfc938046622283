//! `HostFile`: a file descriptor of the host: regular files, pipes, terminals, devices.
//!
//! Regular files are read and written at once. Everything else is polled first, and written to in
//! pieces that do not wait once there is room (as POSIX has it for pipes), so that
//! an interrupt ends the wait.

use std::fs::File as StdFile;
use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{OFlags as HostFlags, SeekFrom, Stat, Timespec, Timestamps};
use rustix::io::Errno as HostErrno;

use super::{File, FileStat, Mode, Readiness, SetTime};
use crate::fail::Result;
use crate::types::{Advice, Errno, FdFlags, FileType, Rights, Whence};

/// How much can be written to a pipe that is ready without waiting (POSIX's least `PIPE_BUF` is
/// smaller, but no system has less than this).
#[cfg(any(target_os = "linux", target_os = "android"))]
const PIECE_BYTES: usize = 4096;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const PIECE_BYTES: usize = 512;

/// An open file of the host.
pub(crate) struct HostFile {
    fd: OwnedFd,
    filetype: FileType,
    rights: Rights,
    flags: FdFlags,
}

impl HostFile {
    /// A file that was opened for the guest.
    pub(crate) fn opened(file: StdFile, stat: &Stat, flags: FdFlags) -> Self {
        let filetype = filetype(stat);
        let rights = match filetype {
            FileType::RegularFile | FileType::BlockDevice => Rights::FILE,
            // Programs take character devices that cannot be sought in for terminals.
            FileType::CharacterDevice if !rustix::termios::isatty(&file) => Rights::FILE,
            _ => Rights::STREAM,
        };
        Self {
            fd: file.into(),
            filetype,
            rights,
            flags,
        }
    }

    /// A standard stream: a terminal is a character device, and no other file that can be taken for one.
    pub(crate) fn stream(fd: OwnedFd) -> std::io::Result<Self> {
        let filetype = match filetype(&rustix::fs::fstat(&fd)?) {
            _ if rustix::termios::isatty(&fd) => FileType::CharacterDevice,
            FileType::CharacterDevice => FileType::Unknown,
            filetype => filetype,
        };
        let host = rustix::fs::fcntl_getfl(&fd)?;
        let mut flags = FdFlags::empty();
        flags.set(FdFlags::APPEND, host.contains(HostFlags::APPEND));
        let rights = match filetype {
            FileType::RegularFile | FileType::BlockDevice => Rights::FILE,
            _ => Rights::STREAM,
        };
        Ok(Self {
            fd,
            filetype,
            rights,
            flags,
        })
    }

    fn is_regular(&self) -> bool {
        self.filetype == FileType::RegularFile
    }
}

impl File for HostFile {
    fn filetype(&self) -> FileType {
        self.filetype
    }

    fn rights(&self) -> Rights {
        self.rights
    }

    fn flags(&self) -> FdFlags {
        self.flags
    }

    fn set_flags(&mut self, flags: FdFlags) -> Result<()> {
        // `NONBLOCK` is ours alone: others may share the open file.
        if flags.contains(FdFlags::APPEND) != self.flags.contains(FdFlags::APPEND) {
            let mut host = rustix::fs::fcntl_getfl(&self.fd)?;
            host.set(HostFlags::APPEND, flags.contains(FdFlags::APPEND));
            rustix::fs::fcntl_setfl(&self.fd, host)?;
        }
        self.flags = flags;
        Ok(())
    }

    fn read(&mut self, mode: &mut Mode<'_, '_>, to: &mut [IoSliceMut<'_>]) -> Result<usize> {
        loop {
            if !self.is_regular() {
                mode.waiter.fd(self.fd.as_fd(), false, mode.nonblock)?;
            }
            match rustix::io::readv(&self.fd, to) {
                Ok(n) => return Ok(n),
                // Someone else was faster.
                Err(HostErrno::AGAIN) if !mode.nonblock => {}
                Err(HostErrno::INTR) => mode.waiter.check()?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn write(&mut self, mode: &mut Mode<'_, '_>, from: &[IoSlice<'_>]) -> Result<usize> {
        if self.is_regular() {
            return loop {
                match rustix::io::writev(&self.fd, from) {
                    Err(HostErrno::INTR) => mode.waiter.check()?,
                    result => break Ok(result?),
                }
            };
        }
        let mut written = 0;
        for piece in from.iter().flat_map(|slice| slice.chunks(PIECE_BYTES)) {
            let mut piece = piece;
            while !piece.is_empty() {
                let ready = mode.waiter.fd(self.fd.as_fd(), true, mode.nonblock);
                let result = match ready {
                    Ok(()) => rustix::io::write(&self.fd, piece),
                    // What was written stays written, but an interrupt goes first.
                    Err(crate::fail::Fail::Errno(_)) if written > 0 => return Ok(written),
                    Err(fail) => return Err(fail),
                };
                match result {
                    Ok(n) => {
                        written += n;
                        piece = &piece[n..];
                    }
                    Err(HostErrno::AGAIN) if !mode.nonblock => {}
                    Err(HostErrno::INTR) => {}
                    Err(_) if written > 0 => return Ok(written),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(written)
    }

    fn read_at(&mut self, to: &mut [IoSliceMut<'_>], offset: u64) -> Result<usize> {
        if i64::try_from(offset).is_err() {
            return Err(Errno::Inval.into());
        }
        Ok(rustix::io::retry_on_intr(|| {
            rustix::io::preadv(&self.fd, to, offset)
        })?)
    }

    fn write_at(&mut self, from: &[IoSlice<'_>], offset: u64) -> Result<usize> {
        if i64::try_from(offset).is_err() {
            return Err(Errno::Inval.into());
        }
        Ok(rustix::io::retry_on_intr(|| {
            rustix::io::pwritev(&self.fd, from, offset)
        })?)
    }

    fn seek(&mut self, delta: i64, whence: Whence) -> Result<u64> {
        if !self.rights.contains(Rights::FD_SEEK) {
            return Err(Errno::Spipe.into());
        }
        let position = match whence {
            Whence::Set => SeekFrom::Start(u64::try_from(delta).map_err(|_| Errno::Inval)?),
            Whence::Cur => SeekFrom::Current(delta),
            Whence::End => SeekFrom::End(delta),
        };
        Ok(rustix::fs::seek(&self.fd, position)?)
    }

    fn stat(&self) -> Result<FileStat> {
        let stat = rustix::fs::fstat(&self.fd)?;
        Ok(FileStat {
            filetype: self.filetype,
            ..file_stat(&stat)
        })
    }

    fn set_size(&mut self, size: u64) -> Result<()> {
        if i64::try_from(size).is_err() {
            return Err(Errno::Inval.into());
        }
        Ok(rustix::fs::ftruncate(&self.fd, size)?)
    }

    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    fn allocate(&mut self, offset: u64, len: u64) -> Result<()> {
        use rustix::fs::{FallocateFlags, fallocate};
        let end = offset.checked_add(len).ok_or(Errno::Fbig)?;
        if len == 0 || i64::try_from(end).is_err() {
            return Err(if len == 0 { Errno::Inval } else { Errno::Fbig }.into());
        }
        Ok(fallocate(&self.fd, FallocateFlags::empty(), offset, len)?)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
    fn allocate(&mut self, offset: u64, len: u64) -> Result<()> {
        if len == 0 {
            return Err(Errno::Inval.into());
        }
        let end = offset.checked_add(len).ok_or(Errno::Fbig)?;
        if end > self.stat()?.size {
            self.set_size(end)?;
        }
        Ok(())
    }

    fn advise(&mut self, offset: u64, len: u64, advice: Advice) -> Result<()> {
        if !self.rights.contains(Rights::FD_ADVISE) {
            return Err(Errno::Spipe.into());
        }
        if i64::try_from(offset).is_err() || i64::try_from(len).is_err() {
            return Err(Errno::Inval.into());
        }
        #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
        {
            use rustix::fs::Advice as Host;
            let advice = match advice {
                Advice::Normal => Host::Normal,
                Advice::Sequential => Host::Sequential,
                Advice::Random => Host::Random,
                Advice::Willneed => Host::WillNeed,
                Advice::Dontneed => Host::DontNeed,
                Advice::Noreuse => Host::NoReuse,
            };
            rustix::fs::fadvise(&self.fd, offset, std::num::NonZeroU64::new(len), advice)?;
        }
        // Elsewhere advice is not taken.
        let _ = advice;
        Ok(())
    }

    fn set_times(&mut self, atim: SetTime, mtim: SetTime) -> Result<()> {
        Ok(rustix::fs::futimens(&self.fd, &timestamps(atim, mtim))?)
    }

    fn sync(&mut self, data_only: bool) -> Result<()> {
        sync(self.fd.as_fd(), data_only)
    }

    fn readiness(&mut self, write: bool) -> Result<Readiness> {
        if !self.is_regular() {
            return Ok(Readiness::Poll);
        }
        let nbytes = if write {
            1
        } else {
            let size = self.stat()?.size;
            size.saturating_sub(rustix::fs::tell(&self.fd)?)
        };
        Ok(Readiness::Ready {
            nbytes,
            hangup: false,
        })
    }

    fn host_fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.fd.as_fd())
    }
}

pub(crate) fn sync(fd: BorrowedFd<'_>, data_only: bool) -> Result<()> {
    #[cfg(not(target_vendor = "apple"))]
    if data_only {
        return Ok(rustix::fs::fdatasync(fd)?);
    }
    let _ = data_only;
    Ok(rustix::fs::fsync(fd)?)
}

/// The times as `futimens` takes them.
pub(crate) fn timestamps(atim: SetTime, mtim: SetTime) -> Timestamps {
    let spec = |time| match time {
        SetTime::Keep => Timespec {
            tv_sec: 0,
            tv_nsec: rustix::fs::UTIME_OMIT as _,
        },
        SetTime::Now => Timespec {
            tv_sec: 0,
            tv_nsec: rustix::fs::UTIME_NOW as _,
        },
        SetTime::At(nanos) => Timespec {
            tv_sec: (nanos / 1_000_000_000) as _,
            tv_nsec: (nanos % 1_000_000_000) as _,
        },
    };
    Timestamps {
        last_access: spec(atim),
        last_modification: spec(mtim),
    }
}

/// The type of a file by its mode.
pub(crate) fn filetype(stat: &Stat) -> FileType {
    from_host(rustix::fs::FileType::from_raw_mode(stat.st_mode))
}

/// The type of a file as the host names it.
pub(crate) fn from_host(filetype: rustix::fs::FileType) -> FileType {
    use rustix::fs::FileType as Host;
    match filetype {
        Host::RegularFile => FileType::RegularFile,
        Host::Directory => FileType::Directory,
        Host::Symlink => FileType::SymbolicLink,
        Host::CharacterDevice => FileType::CharacterDevice,
        Host::BlockDevice => FileType::BlockDevice,
        Host::Socket => FileType::SocketStream,
        _ => FileType::Unknown,
    }
}

/// What the host knows of a file.
#[allow(
    clippy::unnecessary_cast,
    reason = "the widths of the fields are the system's"
)]
pub(crate) fn file_stat(stat: &Stat) -> FileStat {
    FileStat {
        dev: stat.st_dev as u64,
        ino: stat.st_ino as u64,
        filetype: filetype(stat),
        nlink: stat.st_nlink as u64,
        size: u64::try_from(stat.st_size).unwrap_or(0),
        atim: nanos(stat.st_atime as i64, stat.st_atime_nsec as i64),
        mtim: nanos(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
        ctim: nanos(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
    }
}

/// Nanoseconds since 1970; before is 1970.
pub(crate) fn nanos(seconds: i64, nanos: i64) -> u64 {
    let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
    u64::try_from(total.max(0)).unwrap_or(u64::MAX)
}
