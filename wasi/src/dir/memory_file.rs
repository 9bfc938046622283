//! `MemoryFile`: an open file of an in-memory file system.

use std::io::{self, IoSlice, IoSliceMut};

use super::memory_tree::Handle;
use super::{File, FileStat, Mode, Readiness, SetTime};
use crate::fail::Result;
use crate::types::{Advice, Errno, FdFlags, FileType, Rights, Whence};

/// An open file: a node and a position in it.
pub(crate) struct MemoryFile {
    handle: Handle,
    position: u64,
    flags: FdFlags,
}

impl MemoryFile {
    pub(crate) fn new(handle: Handle, flags: FdFlags) -> Self {
        Self {
            handle,
            position: 0,
            flags,
        }
    }

    /// Writes at `offset`, as much as the file system has room for.
    fn write_from(&self, from: &[IoSlice<'_>], offset: u64) -> Result<usize> {
        let len: usize = from.iter().map(|slice| slice.len()).sum();
        if len == 0 {
            return Ok(0);
        }
        let end = offset.checked_add(len as u64).ok_or(Errno::Fbig)?;
        let mut tree = self.handle.lock();
        if end > tree.file(self.handle.ino).len() as u64 {
            tree.resize(self.handle.ino, end)?;
        }
        // The file is at least as long as `end`, so both are indices into it.
        let bytes = &mut tree.file(self.handle.ino)[offset as usize..end as usize];
        let mut rest = bytes;
        for slice in from {
            let (now, later) = rest.split_at_mut(slice.len());
            now.copy_from_slice(slice);
            rest = later;
        }
        tree.touch(self.handle.ino);
        Ok(len)
    }
}

impl File for MemoryFile {
    fn filetype(&self) -> FileType {
        FileType::RegularFile
    }

    fn rights(&self) -> Rights {
        Rights::FILE
    }

    fn flags(&self) -> FdFlags {
        self.flags
    }

    fn read(&mut self, _mode: &mut Mode<'_, '_>, to: &mut [IoSliceMut<'_>]) -> Result<usize> {
        let n = self.read_at(to, self.position)?;
        self.position += n as u64;
        Ok(n)
    }

    fn write(&mut self, mode: &mut Mode<'_, '_>, from: &[IoSlice<'_>]) -> Result<usize> {
        if mode.append {
            self.position = self.handle.lock().file(self.handle.ino).len() as u64;
        }
        let n = self.write_from(from, self.position)?;
        self.position += n as u64;
        Ok(n)
    }

    fn read_at(&mut self, to: &mut [IoSliceMut<'_>], offset: u64) -> Result<usize> {
        let mut tree = self.handle.lock();
        let bytes = tree.file(self.handle.ino);
        let start = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        Ok(io::Read::read_vectored(&mut &bytes[start..], to)?)
    }

    fn write_at(&mut self, from: &[IoSlice<'_>], offset: u64) -> Result<usize> {
        self.write_from(from, offset)
    }

    fn seek(&mut self, delta: i64, whence: Whence) -> Result<u64> {
        let base = match whence {
            Whence::Set => 0,
            Whence::Cur => self.position,
            Whence::End => self.handle.lock().file(self.handle.ino).len() as u64,
        };
        let position = base.checked_add_signed(delta).ok_or(Errno::Inval)?;
        if i64::try_from(position).is_err() {
            return Err(Errno::Inval.into());
        }
        self.position = position;
        Ok(position)
    }

    fn stat(&self) -> Result<FileStat> {
        Ok(self.handle.lock().stat(self.handle.ino))
    }

    fn set_size(&mut self, size: u64) -> Result<()> {
        Ok(self.handle.lock().resize(self.handle.ino, size)?)
    }

    fn allocate(&mut self, offset: u64, len: u64) -> Result<()> {
        if len == 0 {
            return Err(Errno::Inval.into());
        }
        let end = offset.checked_add(len).ok_or(Errno::Fbig)?;
        let mut tree = self.handle.lock();
        if end > tree.file(self.handle.ino).len() as u64 {
            tree.resize(self.handle.ino, end)?;
        }
        Ok(())
    }

    fn advise(&mut self, _offset: u64, _len: u64, _advice: Advice) -> Result<()> {
        Ok(())
    }

    fn set_times(&mut self, atim: SetTime, mtim: SetTime) -> Result<()> {
        self.handle.lock().set_times(self.handle.ino, atim, mtim);
        Ok(())
    }

    fn sync(&mut self, _data_only: bool) -> Result<()> {
        Ok(())
    }

    fn readiness(&mut self, write: bool) -> Result<Readiness> {
        let len = self.handle.lock().file(self.handle.ino).len() as u64;
        Ok(Readiness::Ready {
            nbytes: if write {
                1
            } else {
                len.saturating_sub(self.position)
            },
            hangup: false,
        })
    }
}
