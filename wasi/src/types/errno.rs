//! `Errno`: the error codes.

use std::fmt;

macro_rules! errnos {
    ($($variant:ident $name:literal $message:literal;)*) => {
        /// An error code, as functions return it to the guest.
        ///
        /// ```
        /// use selvedge_wasi::types::Errno;
        ///
        /// // What a guest gets, as a number.
        /// assert_eq!(Errno::Noent as u16, 44);
        /// ```
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        #[repr(u16)]
        pub enum Errno { $(#[doc = $message] $variant),* }

        impl Errno {
            /// All codes in order, the first is 0.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name that the witx document has for it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            fn message(self) -> &'static str {
                match self { $(Self::$variant => $message),* }
            }
        }
    };
}

errnos! {
    Success "success" "no error occurred";
    TooBig "2big" "argument list too long";
    Acces "acces" "permission denied";
    Addrinuse "addrinuse" "address in use";
    Addrnotavail "addrnotavail" "address not available";
    Afnosupport "afnosupport" "address family not supported";
    Again "again" "resource unavailable, or operation would block";
    Already "already" "connection already in progress";
    Badf "badf" "bad file descriptor";
    Badmsg "badmsg" "bad message";
    Busy "busy" "device or resource busy";
    Canceled "canceled" "operation canceled";
    Child "child" "no child processes";
    Connaborted "connaborted" "connection aborted";
    Connrefused "connrefused" "connection refused";
    Connreset "connreset" "connection reset";
    Deadlk "deadlk" "resource deadlock would occur";
    Destaddrreq "destaddrreq" "destination address required";
    Dom "dom" "mathematics argument out of domain of function";
    Dquot "dquot" "reserved";
    Exist "exist" "file exists";
    Fault "fault" "bad address";
    Fbig "fbig" "file too large";
    Hostunreach "hostunreach" "host is unreachable";
    Idrm "idrm" "identifier removed";
    Ilseq "ilseq" "illegal byte sequence";
    Inprogress "inprogress" "operation in progress";
    Intr "intr" "interrupted function";
    Inval "inval" "invalid argument";
    Io "io" "I/O error";
    Isconn "isconn" "socket is connected";
    Isdir "isdir" "is a directory";
    Loop "loop" "too many levels of symbolic links";
    Mfile "mfile" "file descriptor value too large";
    Mlink "mlink" "too many links";
    Msgsize "msgsize" "message too large";
    Multihop "multihop" "reserved";
    Nametoolong "nametoolong" "filename too long";
    Netdown "netdown" "network is down";
    Netreset "netreset" "connection aborted by network";
    Netunreach "netunreach" "network unreachable";
    Nfile "nfile" "too many files open in system";
    Nobufs "nobufs" "no buffer space available";
    Nodev "nodev" "no such device";
    Noent "noent" "no such file or directory";
    Noexec "noexec" "executable file format error";
    Nolck "nolck" "no locks available";
    Nolink "nolink" "reserved";
    Nomem "nomem" "not enough space";
    Nomsg "nomsg" "no message of the desired type";
    Noprotoopt "noprotoopt" "protocol not available";
    Nospc "nospc" "no space left on device";
    Nosys "nosys" "function not supported";
    Notconn "notconn" "the socket is not connected";
    Notdir "notdir" "not a directory or a symbolic link to a directory";
    Notempty "notempty" "directory not empty";
    Notrecoverable "notrecoverable" "state not recoverable";
    Notsock "notsock" "not a socket";
    Notsup "notsup" "not supported, or operation not supported on socket";
    Notty "notty" "inappropriate I/O control operation";
    Nxio "nxio" "no such device or address";
    Overflow "overflow" "value too large to be stored in data type";
    Ownerdead "ownerdead" "previous owner died";
    Perm "perm" "operation not permitted";
    Pipe "pipe" "broken pipe";
    Proto "proto" "protocol error";
    Protonosupport "protonosupport" "protocol not supported";
    Prototype "prototype" "protocol wrong type for socket";
    Range "range" "result too large";
    Rofs "rofs" "read-only file system";
    Spipe "spipe" "invalid seek";
    Srch "srch" "no such process";
    Stale "stale" "reserved";
    Timedout "timedout" "connection timed out";
    Txtbsy "txtbsy" "text file busy";
    Xdev "xdev" "cross-device link";
    Notcapable "notcapable" "capabilities insufficient";
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Errno {}
