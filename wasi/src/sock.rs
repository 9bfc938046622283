//! Sockets that an embedder preopens, and the connections that guests accept from them.

use std::io::{IoSlice, IoSliceMut};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};

use rustix::io::Errno as HostErrno;
use rustix::net::{RecvAncillaryBuffer, RecvFlags, ReturnFlags, SendAncillaryBuffer, SendFlags};

use crate::dir::{File, Mode, Readiness};
use crate::fail::Result;
use crate::types::{Errno, FileType, Rights};

/// A socket to [preopen](crate::WasiCtxBuilder::preopened_socket): made from a listener or
/// a connected stream of the standard library.
///
/// ```
/// use std::net::TcpListener;
/// use selvedge_wasi::WasiCtxBuilder;
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// // The guest finds it at file descriptor 3.
/// let wasi = WasiCtxBuilder::new().preopened_socket(listener).build();
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Socket {
    fd: OwnedFd,
    listens: bool,
}

macro_rules! sockets {
    ($($ty:ident $listens:literal)*) => { $(
        impl From<$ty> for Socket {
            fn from(socket: $ty) -> Self {
                Self { fd: socket.into(), listens: $listens }
            }
        }
    )* };
}

sockets! { TcpListener true UnixListener true TcpStream false UnixStream false }

impl Socket {
    pub(crate) fn into_file(self) -> SocketFile {
        SocketFile {
            fd: self.fd,
            listens: self.listens,
        }
    }
}

/// An open socket of a guest.
pub(crate) struct SocketFile {
    fd: OwnedFd,
    listens: bool,
}

/// What came of receiving.
pub(crate) struct Received {
    pub(crate) bytes: usize,
    pub(crate) truncated: bool,
}

impl SocketFile {
    /// Accepts a connection.
    pub(crate) fn accept(&mut self, mode: &mut Mode<'_, '_>) -> Result<Self> {
        if !self.listens {
            return Err(Errno::Inval.into());
        }
        // Or a connection that is taken back after the poll would make `accept` wait.
        rustix::io::ioctl_fionbio(&self.fd, true)?;
        loop {
            mode.waiter.fd(self.fd.as_fd(), false, mode.nonblock)?;
            match rustix::net::accept(&self.fd) {
                Ok(fd) => {
                    rustix::io::fcntl_setfd(&fd, rustix::io::FdFlags::CLOEXEC)?;
                    return Ok(Self { fd, listens: false });
                }
                Err(HostErrno::AGAIN | HostErrno::CONNABORTED) if !mode.nonblock => {}
                Err(HostErrno::INTR) => mode.waiter.check()?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Receives to the buffers, once.
    pub(crate) fn receive(
        &mut self,
        mode: &mut Mode<'_, '_>,
        to: &mut [IoSliceMut<'_>],
        peek: bool,
    ) -> Result<Received> {
        let mut flags = RecvFlags::DONTWAIT;
        flags.set(RecvFlags::PEEK, peek);
        loop {
            mode.waiter.fd(self.fd.as_fd(), false, mode.nonblock)?;
            let mut control = RecvAncillaryBuffer::default();
            match rustix::net::recvmsg(&self.fd, to, &mut control, flags) {
                Ok(received) => {
                    return Ok(Received {
                        bytes: received.bytes,
                        truncated: received.flags.contains(ReturnFlags::TRUNC),
                    });
                }
                Err(HostErrno::AGAIN) if !mode.nonblock => {}
                Err(HostErrno::INTR) => mode.waiter.check()?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Sends from the buffers, once.
    pub(crate) fn send(&mut self, mode: &mut Mode<'_, '_>, from: &[IoSlice<'_>]) -> Result<usize> {
        #[cfg(not(target_vendor = "apple"))]
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        #[cfg(target_vendor = "apple")]
        let flags = SendFlags::DONTWAIT;
        loop {
            mode.waiter.fd(self.fd.as_fd(), true, mode.nonblock)?;
            let mut control = SendAncillaryBuffer::default();
            match rustix::net::sendmsg(&self.fd, from, &mut control, flags) {
                Ok(n) => return Ok(n),
                Err(HostErrno::AGAIN) if !mode.nonblock => {}
                Err(HostErrno::INTR) => mode.waiter.check()?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Ends one direction or both.
    pub(crate) fn shutdown(&mut self, how: rustix::net::Shutdown) -> Result<()> {
        Ok(rustix::net::shutdown(&self.fd, how)?)
    }
}

impl File for SocketFile {
    fn filetype(&self) -> FileType {
        FileType::SocketStream
    }

    fn rights(&self) -> Rights {
        match self.listens {
            true => Rights::LISTENER,
            false => Rights::SOCKET,
        }
    }

    fn read(&mut self, mode: &mut Mode<'_, '_>, to: &mut [IoSliceMut<'_>]) -> Result<usize> {
        Ok(self.receive(mode, to, false)?.bytes)
    }

    fn write(&mut self, mode: &mut Mode<'_, '_>, from: &[IoSlice<'_>]) -> Result<usize> {
        self.send(mode, from)
    }

    fn readiness(&mut self, _write: bool) -> Result<Readiness> {
        Ok(Readiness::Poll)
    }

    fn host_fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.fd.as_fd())
    }

    fn socket(&mut self) -> Result<&mut SocketFile> {
        Ok(self)
    }
}
