//! `StdinStream` and `StdoutStream`: standard streams that an embedder makes up.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, BorrowedFd};

/// A source of bytes that can be a guest's standard input.
///
/// ```
/// use std::io::{self, IoSliceMut};
/// use selvedge_wasi::{StdinStream, WasiCtxBuilder};
///
/// /// Says `y` for ever.
/// struct Yes;
///
/// impl StdinStream for Yes {
///     fn read(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
///         let bytes = buffers.iter_mut().flat_map(|buffer| buffer.iter_mut());
///         Ok(bytes.zip(b"y\n".iter().cycle()).map(|(to, from)| *to = *from).count())
///     }
/// }
///
/// let wasi = WasiCtxBuilder::new().stdin(Yes).build();
/// ```
pub trait StdinStream: Send + 'static {
    /// Reads to the buffers, which are guest memory, and returns how many bytes; 0 at the end.
    ///
    /// It should not wait: a guest cannot be interrupted meanwhile.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::WouldBlock`] if there is nothing now; who wants to wait comes again.
    fn read(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize>;

    /// How many bytes can be read now, if known: 0 at the end, `None` if none yet.
    fn available(&mut self) -> Option<u64> {
        Some(1)
    }

    /// Whether the guest is to take it for a terminal.
    fn is_terminal(&self) -> bool {
        false
    }

    /// The host's file descriptor to use in place of this stream, if there is one. It is
    /// duplicated when the context is built; then [`StdinStream::read`] is not called.
    fn host_fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

/// A sink of bytes that can be a guest's standard output or standard error.
///
/// ```
/// use std::io::{self, IoSlice};
///
/// use selvedge_wasi::{StdoutStream, WasiCtxBuilder};
///
/// /// Passes on what a guest writes as lines of a log.
/// struct Log;
///
/// impl StdoutStream for Log {
///     fn write(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
///         for buffer in buffers {
///             eprint!("guest: {}", String::from_utf8_lossy(buffer));
///         }
///         Ok(buffers.iter().map(|buffer| buffer.len()).sum())
///     }
/// }
///
/// let wasi = WasiCtxBuilder::new().stderr(Log).build();
/// ```
pub trait StdoutStream: Send + 'static {
    /// Writes from the buffers, which are guest memory, and returns how many bytes.
    ///
    /// It should not wait: a guest cannot be interrupted meanwhile.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::WouldBlock`] if there is no room now; who wants to wait comes again.
    fn write(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize>;

    /// Whether something can be written now.
    fn has_room(&mut self) -> bool {
        true
    }

    /// Whether the guest is to take it for a terminal.
    fn is_terminal(&self) -> bool {
        false
    }

    /// As [`StdinStream::host_fd`].
    fn host_fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

impl StdinStream for File {
    fn read(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        io::Read::read_vectored(self, buffers)
    }

    fn host_fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.as_fd())
    }
}

impl StdoutStream for File {
    fn write(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        io::Write::write_vectored(self, buffers)
    }

    fn host_fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.as_fd())
    }
}

impl StdinStream for io::Stdin {
    fn read(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        io::Read::read_vectored(self, buffers)
    }

    fn host_fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.as_fd())
    }
}

/// Nothing: what a guest reads is at its end.
pub(crate) struct Closed;

impl StdinStream for Closed {
    fn read(&mut self, _: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        Ok(0)
    }

    fn available(&mut self) -> Option<u64> {
        Some(0)
    }
}

impl StdoutStream for Closed {
    fn write(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        Ok(buffers.iter().map(|buffer| buffer.len()).sum())
    }
}
