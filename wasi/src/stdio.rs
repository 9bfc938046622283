//! Standard streams as files: what an embedder made up, behind `File`.

use std::io::{self, IoSlice, IoSliceMut};

use crate::dir::{File, Mode, Readiness};
use crate::fail::Result;
use crate::stream::{StdinStream, StdoutStream};
use crate::types::{Errno, FileType, Rights};
use crate::wait::LOOK_INTERVAL;

/// A standard input.
pub(crate) struct InputFile(pub(crate) Box<dyn StdinStream>);

/// A standard output or error.
pub(crate) struct OutputFile(pub(crate) Box<dyn StdoutStream>);

/// Repeats `f` until it need not wait.
fn patiently(mode: &mut Mode<'_, '_>, mut f: impl FnMut() -> io::Result<usize>) -> Result<usize> {
    loop {
        match f() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if mode.nonblock {
                    return Err(Errno::Again.into());
                }
                mode.waiter.sleep(LOOK_INTERVAL)?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => mode.waiter.check()?,
            result => return Ok(result?),
        }
    }
}

fn filetype(is_terminal: bool) -> FileType {
    match is_terminal {
        true => FileType::CharacterDevice,
        false => FileType::Unknown,
    }
}

impl File for InputFile {
    fn filetype(&self) -> FileType {
        filetype(self.0.is_terminal())
    }

    fn rights(&self) -> Rights {
        Rights::STREAM.difference(Rights::FD_WRITE)
    }

    fn read(&mut self, mode: &mut Mode<'_, '_>, to: &mut [IoSliceMut<'_>]) -> Result<usize> {
        let room = to.iter().map(|buffer| buffer.len()).sum();
        let n = patiently(mode, || self.0.read(to))?;
        // What the embedder says is not trusted to be right.
        Ok(n.min(room))
    }

    fn readiness(&mut self, write: bool) -> Result<Readiness> {
        if write {
            return Err(Errno::Badf.into());
        }
        Ok(match self.0.available() {
            Some(nbytes) => Readiness::Ready {
                nbytes,
                hangup: nbytes == 0,
            },
            None => Readiness::Later,
        })
    }
}

impl File for OutputFile {
    fn filetype(&self) -> FileType {
        filetype(self.0.is_terminal())
    }

    fn rights(&self) -> Rights {
        Rights::STREAM.difference(Rights::FD_READ)
    }

    fn write(&mut self, mode: &mut Mode<'_, '_>, from: &[IoSlice<'_>]) -> Result<usize> {
        let len = from.iter().map(|buffer| buffer.len()).sum();
        let n = patiently(mode, || self.0.write(from))?;
        Ok(n.min(len))
    }

    fn readiness(&mut self, write: bool) -> Result<Readiness> {
        if !write {
            return Err(Errno::Badf.into());
        }
        Ok(match self.0.has_room() {
            true => Readiness::Ready {
                nbytes: 1,
                hangup: false,
            },
            false => Readiness::Later,
        })
    }
}
