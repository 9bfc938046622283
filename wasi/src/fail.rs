//! `Fail`: why a function of this crate did not do what the guest asked.

use std::io;

use crate::types::Errno;

/// A result of what is done for a guest.
pub(crate) type Result<T, E = Fail> = std::result::Result<T, E>;

/// Why something failed: with a code for the guest, or with the end of the guest.
#[derive(Debug)]
pub(crate) enum Fail {
    /// The guest goes on and gets this code.
    Errno(Errno),
    /// The guest ends: it was interrupted, or asked to exit.
    Stop(selvedge::Error),
}

impl From<Errno> for Fail {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

impl From<io::Error> for Fail {
    fn from(error: io::Error) -> Self {
        Self::Errno(Errno::from(&error))
    }
}

impl From<rustix::io::Errno> for Fail {
    fn from(error: rustix::io::Errno) -> Self {
        Self::Errno(Errno::from(error))
    }
}

impl From<&io::Error> for Errno {
    fn from(error: &io::Error) -> Self {
        if let Some(code) = rustix::io::Errno::from_io_error(error) {
            return code.into();
        }
        match error.kind() {
            io::ErrorKind::NotFound => Self::Noent,
            // What cap-std says of paths that lead outside.
            io::ErrorKind::PermissionDenied => Self::Perm,
            io::ErrorKind::AlreadyExists => Self::Exist,
            io::ErrorKind::WouldBlock => Self::Again,
            io::ErrorKind::InvalidInput => Self::Inval,
            io::ErrorKind::InvalidData => Self::Ilseq,
            io::ErrorKind::TimedOut => Self::Timedout,
            io::ErrorKind::BrokenPipe => Self::Pipe,
            io::ErrorKind::Interrupted => Self::Intr,
            io::ErrorKind::Unsupported => Self::Notsup,
            io::ErrorKind::OutOfMemory => Self::Nomem,
            io::ErrorKind::StorageFull => Self::Nospc,
            io::ErrorKind::NotADirectory => Self::Notdir,
            io::ErrorKind::IsADirectory => Self::Isdir,
            io::ErrorKind::DirectoryNotEmpty => Self::Notempty,
            _ => Self::Io,
        }
    }
}

macro_rules! host_errnos {
    ($($host:ident $ours:ident)*) => {
        impl From<rustix::io::Errno> for Errno {
            fn from(error: rustix::io::Errno) -> Self {
                $(if error == rustix::io::Errno::$host {
                    return Self::$ours;
                })*
                Self::Io
            }
        }
    };
}

host_errnos! {
    NOENT Noent EXIST Exist ACCESS Acces PERM Perm NOTDIR Notdir ISDIR Isdir NOTEMPTY Notempty
    LOOP Loop INVAL Inval AGAIN Again BADF Badf PIPE Pipe SPIPE Spipe NOSPC Nospc ROFS Rofs
    XDEV Xdev MLINK Mlink MFILE Mfile NFILE Nfile NAMETOOLONG Nametoolong FBIG Fbig TXTBSY Txtbsy
    BUSY Busy INTR Intr NOMEM Nomem FAULT Fault OVERFLOW Overflow NOTSUP Notsup OPNOTSUPP Notsup
    NOSYS Nosys NXIO Nxio NODEV Nodev NOTTY Notty DQUOT Dquot RANGE Range DOM Dom ILSEQ Ilseq
    TOOBIG TooBig CHILD Child DEADLK Deadlk NOEXEC Noexec NOLCK Nolck SRCH Srch STALE Stale
    CONNABORTED Connaborted CONNREFUSED Connrefused CONNRESET Connreset NOTCONN Notconn
    ISCONN Isconn NOTSOCK Notsock DESTADDRREQ Destaddrreq MSGSIZE Msgsize TIMEDOUT Timedout
    ALREADY Already INPROGRESS Inprogress CANCELED Canceled ADDRINUSE Addrinuse
    ADDRNOTAVAIL Addrnotavail AFNOSUPPORT Afnosupport NETDOWN Netdown NETRESET Netreset
    NETUNREACH Netunreach HOSTUNREACH Hostunreach NOBUFS Nobufs NOPROTOOPT Noprotoopt
    PROTO Proto PROTONOSUPPORT Protonosupport PROTOTYPE Prototype BADMSG Badmsg IDRM Idrm
    MULTIHOP Multihop NOLINK Nolink NOMSG Nomsg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_errors_keep_their_meaning() {
        let cases = [
            (io::Error::from_raw_os_error(2), Errno::Noent),
            (io::Error::from_raw_os_error(13), Errno::Acces),
            (io::Error::from_raw_os_error(1), Errno::Perm),
            (io::ErrorKind::PermissionDenied.into(), Errno::Perm),
            (io::ErrorKind::WouldBlock.into(), Errno::Again),
            (io::Error::other("unknown"), Errno::Io),
        ];
        for (error, errno) in cases {
            assert_eq!(Errno::from(&error), errno, "{error}");
        }
    }
}
