//! `Rights`: what may be done with a file descriptor.

use bitflags::bitflags;

bitflags! {
    /// What may be done with a file descriptor.
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct Rights: u64 {
        /// To call `fd_datasync`.
        const FD_DATASYNC = 1 << 0;
        /// To call `fd_read` and `sock_recv`; with `FD_SEEK`, `fd_pread`.
        const FD_READ = 1 << 1;
        /// To call `fd_seek`.
        const FD_SEEK = 1 << 2;
        /// To call `fd_fdstat_set_flags`.
        const FD_FDSTAT_SET_FLAGS = 1 << 3;
        /// To call `fd_sync`.
        const FD_SYNC = 1 << 4;
        /// To call `fd_tell`.
        const FD_TELL = 1 << 5;
        /// To call `fd_write` and `sock_send`; with `FD_SEEK`, `fd_pwrite`.
        const FD_WRITE = 1 << 6;
        /// To call `fd_advise`.
        const FD_ADVISE = 1 << 7;
        /// To call `fd_allocate`.
        const FD_ALLOCATE = 1 << 8;
        /// To call `path_create_directory`.
        const PATH_CREATE_DIRECTORY = 1 << 9;
        /// To create files by `path_open`.
        const PATH_CREATE_FILE = 1 << 10;
        /// To call `path_link` with the file descriptor as the source directory.
        const PATH_LINK_SOURCE = 1 << 11;
        /// To call `path_link` with the file descriptor as the target directory.
        const PATH_LINK_TARGET = 1 << 12;
        /// To call `path_open`.
        const PATH_OPEN = 1 << 13;
        /// To call `fd_readdir`.
        const FD_READDIR = 1 << 14;
        /// To call `path_readlink`.
        const PATH_READLINK = 1 << 15;
        /// To call `path_rename` with the file descriptor as the source directory.
        const PATH_RENAME_SOURCE = 1 << 16;
        /// To call `path_rename` with the file descriptor as the target directory.
        const PATH_RENAME_TARGET = 1 << 17;
        /// To call `path_filestat_get`.
        const PATH_FILESTAT_GET = 1 << 18;
        /// To truncate files by `path_open`.
        const PATH_FILESTAT_SET_SIZE = 1 << 19;
        /// To call `path_filestat_set_times`.
        const PATH_FILESTAT_SET_TIMES = 1 << 20;
        /// To call `fd_filestat_get`.
        const FD_FILESTAT_GET = 1 << 21;
        /// To call `fd_filestat_set_size`.
        const FD_FILESTAT_SET_SIZE = 1 << 22;
        /// To call `fd_filestat_set_times`.
        const FD_FILESTAT_SET_TIMES = 1 << 23;
        /// To call `path_symlink`.
        const PATH_SYMLINK = 1 << 24;
        /// To call `path_remove_directory`.
        const PATH_REMOVE_DIRECTORY = 1 << 25;
        /// To call `path_unlink_file`.
        const PATH_UNLINK_FILE = 1 << 26;
        /// To wait for the file descriptor in `poll_oneoff`.
        const POLL_FD_READWRITE = 1 << 27;
        /// To call `sock_shutdown`.
        const SOCK_SHUTDOWN = 1 << 28;
        /// To call `sock_accept`.
        const SOCK_ACCEPT = 1 << 29;
    }
}

impl Rights {
    /// What applies to regular files.
    pub const FILE: Self = Self::STREAM
        .union(Self::FD_DATASYNC)
        .union(Self::FD_SEEK)
        .union(Self::FD_SYNC)
        .union(Self::FD_TELL)
        .union(Self::FD_ADVISE)
        .union(Self::FD_ALLOCATE)
        .union(Self::FD_FILESTAT_SET_SIZE)
        .union(Self::FD_FILESTAT_SET_TIMES);

    /// What applies to pipes, terminals and other files without positions.
    pub const STREAM: Self = Self::FD_READ
        .union(Self::FD_FDSTAT_SET_FLAGS)
        .union(Self::FD_WRITE)
        .union(Self::FD_FILESTAT_GET)
        .union(Self::POLL_FD_READWRITE);

    /// What applies to connected sockets.
    pub const SOCKET: Self = Self::STREAM.union(Self::SOCK_SHUTDOWN);

    /// What applies to sockets that listen.
    pub const LISTENER: Self = Self::FD_FDSTAT_SET_FLAGS
        .union(Self::FD_FILESTAT_GET)
        .union(Self::POLL_FD_READWRITE)
        .union(Self::SOCK_ACCEPT)
        .union(Self::SOCK_SHUTDOWN);

    /// What applies to directories.
    pub const DIRECTORY: Self = Self::FD_FDSTAT_SET_FLAGS
        .union(Self::FD_SYNC)
        .union(Self::FD_DATASYNC)
        .union(Self::FD_ADVISE)
        .union(Self::PATH_CREATE_DIRECTORY)
        .union(Self::PATH_CREATE_FILE)
        .union(Self::PATH_LINK_SOURCE)
        .union(Self::PATH_LINK_TARGET)
        .union(Self::PATH_OPEN)
        .union(Self::FD_READDIR)
        .union(Self::PATH_READLINK)
        .union(Self::PATH_RENAME_SOURCE)
        .union(Self::PATH_RENAME_TARGET)
        .union(Self::PATH_FILESTAT_GET)
        .union(Self::PATH_FILESTAT_SET_SIZE)
        .union(Self::PATH_FILESTAT_SET_TIMES)
        .union(Self::FD_FILESTAT_GET)
        .union(Self::FD_FILESTAT_SET_TIMES)
        .union(Self::PATH_SYMLINK)
        .union(Self::PATH_REMOVE_DIRECTORY)
        .union(Self::PATH_UNLINK_FILE)
        .union(Self::POLL_FD_READWRITE);

    /// What file descriptors opened in a preopened directory may have.
    pub const INHERITING: Self = Self::FILE.union(Self::DIRECTORY);
}
