//! The flags that functions take and return.

use bitflags::bitflags;

bitflags! {
    /// Flags of a file descriptor.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct FdFlags: u16 {
        /// Every write goes to the end of the file.
        const APPEND = 1 << 0;
        /// A write returns when the data is on the disk.
        const DSYNC = 1 << 1;
        /// What would have to wait fails with `AGAIN`.
        const NONBLOCK = 1 << 2;
        /// Reads are synchronized as writes are.
        const RSYNC = 1 << 3;
        /// A write returns when data and metadata are on the disk.
        const SYNC = 1 << 4;
    }

    /// How `path_open` opens.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct OFlags: u16 {
        /// Create the file if it does not exist.
        const CREAT = 1 << 0;
        /// Fail if it is not a directory.
        const DIRECTORY = 1 << 1;
        /// Fail if it exists.
        const EXCL = 1 << 2;
        /// Truncate the file to nothing.
        const TRUNC = 1 << 3;
    }

    /// How paths are resolved.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct LookupFlags: u32 {
        /// If the path is a symbolic link, it is followed.
        const SYMLINK_FOLLOW = 1 << 0;
    }

    /// Which times of a file are set, and to what.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct FstFlags: u16 {
        /// The time of the last access, to the given one.
        const ATIM = 1 << 0;
        /// The time of the last access, to the present.
        const ATIM_NOW = 1 << 1;
        /// The time of the last modification, to the given one.
        const MTIM = 1 << 2;
        /// The time of the last modification, to the present.
        const MTIM_NOW = 1 << 3;
    }

    /// The state of the file descriptor of an event.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct EventRwFlags: u16 {
        /// The other side is closed.
        const FD_READWRITE_HANGUP = 1 << 0;
    }

    /// How a time to wait for is meant.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct SubclockFlags: u16 {
        /// It is the time of the clock, not a duration.
        const SUBSCRIPTION_CLOCK_ABSTIME = 1 << 0;
    }

    /// Flags given to `sock_recv`.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct RiFlags: u16 {
        /// The data stays in the socket.
        const RECV_PEEK = 1 << 0;
        /// Wait until the buffers are full.
        const RECV_WAITALL = 1 << 1;
    }

    /// Flags returned by `sock_recv`.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct RoFlags: u16 {
        /// The message was longer than the buffers.
        const RECV_DATA_TRUNCATED = 1 << 0;
    }

    /// Which directions `sock_shutdown` ends.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct SdFlags: u8 {
        /// Receiving.
        const RD = 1 << 0;
        /// Sending.
        const WR = 1 << 1;
    }
}
