//! Paths: opening, creating, removing, renaming, linking; the same on the host and in memory.

mod common;

use common::{DATA, Guest, with_both, with_host_dir};
use selvedge_wasi::types::layout::FILESTAT;
use selvedge_wasi::types::{Errno, FdFlags, FileType, OFlags, Rights};
use selvedge_wasi::{DirPerms, FilePerms, MemoryDir, WasiCtxBuilder};

const NONE: OFlags = OFlags::empty();

#[test]
fn files_are_opened_as_the_flags_say() {
    with_both(|guest| {
        assert_eq!(guest.open("file", NONE), Err(Errno::Noent));
        guest.write_file("file", b"abc");
        assert_eq!(
            guest.open("file", OFlags::CREAT | OFlags::EXCL),
            Err(Errno::Exist)
        );
        assert_eq!(guest.open("file", OFlags::DIRECTORY), Err(Errno::Notdir));
        assert_eq!(guest.open("file/", NONE), Err(Errno::Notdir));
        assert_eq!(guest.open("file/below", NONE), Err(Errno::Notdir));
        assert_eq!(
            guest.open("missing/below", OFlags::CREAT),
            Err(Errno::Noent)
        );
        assert_eq!(guest.open("", NONE), Err(Errno::Noent));
        guest.open("file", OFlags::CREAT).unwrap();
        assert_eq!(guest.read_file("file"), Ok(b"abc".to_vec()));
        guest.open("file", OFlags::TRUNC).unwrap();
        assert_eq!(guest.read_file("file"), Ok(vec![]));

        guest.at("path_create_directory", "dir");
        assert_eq!(guest.open("dir", NONE), Err(Errno::Isdir));
        assert!(
            guest
                .open_rights("dir", NONE, Rights::FD_READ | Rights::FD_READDIR)
                .is_ok()
        );
        assert!(guest.open_dir("dir").is_ok());
        assert!(guest.open_dir("dir///").is_ok());
        assert!(guest.open_dir("./dir/.//../dir/.").is_ok());
        assert_eq!(guest.open("new/", OFlags::CREAT), Err(Errno::Isdir));
        assert!(!guest.exists("new"));
        let both = OFlags::DIRECTORY | OFlags::CREAT;
        assert_eq!(guest.open("other", both), Err(Errno::Inval));
        let rights = Rights::FD_READ;
        let created = guest.open_rights("created", OFlags::CREAT, rights).unwrap();
        assert_eq!(guest.write(created, b"x"), Err(Errno::Badf));
        assert_eq!(guest.read(created, 1), Ok(vec![]));
    });
}

#[test]
fn arguments_of_open_are_checked() {
    with_both(|guest| {
        guest.write_file("file", b"abc");
        let all = Rights::all().bits();
        guest.put(1024, b"file\0\xff");
        let mut open = |dir, dirflags, len, oflags, fdflags, out| {
            let args = [dir, dirflags, 1024, len, oflags, all, all, fdflags, out];
            guest.call("path_open", &args)
        };
        assert_eq!(open(3, 0, 4, 0, 0, 0), Errno::Success);
        assert_eq!(open(3, 2, 4, 0, 0, 0), Errno::Inval);
        assert_eq!(open(3, 0, 4, 16, 0, 0), Errno::Inval);
        assert_eq!(open(3, 0, 4, 1 << 16, 0, 0), Errno::Inval);
        assert_eq!(open(3, 0, 4, 0, 32, 0), Errno::Inval);
        assert_eq!(open(3, 0, 4, 0, 0, u64::MAX), Errno::Fault);
        assert_eq!(open(3, 0, 5, 0, 0, 0), Errno::Inval, "a NUL");
        assert_eq!(
            open(3, 0, 6, 0, 0, 0),
            Errno::Inval,
            "a NUL before anything else"
        );
        assert_eq!(open(3, 0, u64::from(u32::MAX), 0, 0, 0), Errno::Fault);
        assert_eq!(open(3, 0, 5000, 0, 0, 0), Errno::Nametoolong);
        assert_eq!(open(9, 0, 4, 0, 0, 0), Errno::Badf);
        assert_eq!(open(1, 0, 4, 0, 0, 0), Errno::Notdir);
        assert_eq!(open(4, 0, 4, 0, 0, 0), Errno::Notdir);
        guest.put(1024, b"\xff");
        let args = [3, 0, 1024, 1, 0, all, all, 0, 0];
        assert_eq!(guest.call("path_open", &args), Errno::Ilseq);
        let long = "x".repeat(256);
        assert_eq!(guest.open(&long, OFlags::CREAT), Err(Errno::Nametoolong));
    });
}

#[test]
fn directories_are_made_and_removed() {
    with_both(|guest| {
        assert_eq!(guest.at("path_create_directory", "dir"), Errno::Success);
        assert_eq!(guest.at("path_create_directory", "dir"), Errno::Exist);
        assert_eq!(guest.at("path_create_directory", "dir/"), Errno::Exist);
        assert_eq!(
            guest.at("path_create_directory", "dir/sub/"),
            Errno::Success
        );
        assert_eq!(guest.at("path_create_directory", "no/sub"), Errno::Noent);
        assert_eq!(guest.at("path_create_directory", "."), Errno::Exist);
        guest.write_file("dir/file", b"");
        assert_eq!(guest.at("path_create_directory", "dir/file"), Errno::Exist);
        assert_eq!(
            guest.at("path_create_directory", "dir/file/sub"),
            Errno::Notdir
        );

        assert_eq!(guest.at("path_remove_directory", "dir"), Errno::Notempty);
        assert_eq!(guest.at("path_remove_directory", "dir/file"), Errno::Notdir);
        assert_eq!(
            guest.at("path_remove_directory", "dir/sub/"),
            Errno::Success
        );
        assert_eq!(guest.at("path_remove_directory", "dir/sub"), Errno::Noent);
        assert_eq!(guest.at("path_unlink_file", "dir"), Errno::Isdir);
        assert_eq!(guest.at("path_unlink_file", "dir/"), Errno::Isdir);
        assert_eq!(guest.at("path_unlink_file", "dir/file/"), Errno::Notdir);
        assert_eq!(guest.at("path_unlink_file", "dir/file"), Errno::Success);
        assert_eq!(guest.at("path_unlink_file", "dir/file"), Errno::Noent);
        assert_eq!(guest.at("path_remove_directory", "dir"), Errno::Success);
        assert_eq!(guest.names("."), [".", ".."]);
    });
}

#[test]
fn what_is_open_outlives_its_name() {
    with_both(|guest| {
        guest.write_file("file", b"abc");
        let fd = guest.open("file", NONE).unwrap();
        assert_eq!(guest.at("path_unlink_file", "file"), Errno::Success);
        assert_eq!(guest.read(fd, 9), Ok(b"abc".to_vec()));
        assert_eq!(guest.write(fd, b"def"), Ok(3));
        assert_eq!(guest.pread(fd, 9, 0), Ok(b"abcdef".to_vec()));
        guest.ok("fd_filestat_get", &[fd.into(), DATA.into()]);
        assert_eq!(guest.u64(DATA + FILESTAT.nlink), 0);
        guest.ok("fd_close", &[fd.into()]);

        guest.at("path_create_directory", "dir");
        let dir = guest.open_dir("dir").unwrap();
        assert_eq!(guest.at("path_remove_directory", "dir"), Errno::Success);
        let rights = (Rights::all(), Rights::all());
        let created = guest.open_with(dir, "x", false, OFlags::CREAT, rights, FdFlags::empty());
        assert_eq!(created, Err(Errno::Noent));
    });
}

#[test]
fn renaming_moves_and_replaces() {
    with_both(|guest| {
        guest.write_file("a", b"a");
        guest.write_file("b", b"b");
        for dir in ["empty", "full", "other"] {
            assert_eq!(guest.at("path_create_directory", dir), Errno::Success);
        }
        guest.write_file("full/file", b"");
        assert_eq!(guest.rename("a", "b"), Errno::Success);
        assert_eq!(guest.read_file("b"), Ok(b"a".to_vec()));
        assert!(!guest.exists("a"));
        assert_eq!(guest.rename("a", "c"), Errno::Noent);
        assert_eq!(guest.rename("b", "b"), Errno::Success);
        assert_eq!(guest.rename("b", "full/file"), Errno::Success);
        assert_eq!(guest.read_file("full/file"), Ok(b"a".to_vec()));

        assert_eq!(guest.rename("full/file", "empty"), Errno::Isdir);
        assert_eq!(guest.rename("empty", "full/file"), Errno::Notdir);
        assert_eq!(guest.rename("empty", "full"), Errno::Notempty);
        assert_eq!(guest.rename("full", "full/below"), Errno::Inval);
        assert_eq!(guest.rename("full", "empty"), Errno::Success);
        assert_eq!(guest.names("empty"), [".", "..", "file"]);
        assert_eq!(guest.rename("empty/", "other/moved/"), Errno::Success);
        assert_eq!(guest.names("other/moved"), [".", "..", "file"]);
        assert_eq!(guest.rename("other/moved/file", "file/"), Errno::Notdir);
        assert_eq!(guest.rename("other/moved/file/", "file"), Errno::Notdir);
        assert_eq!(
            guest.rename("other/moved/../moved/./file", "file"),
            Errno::Success
        );
        assert_eq!(guest.names("."), [".", "..", "file", "other"]);
    });
}

#[test]
fn hard_links_are_other_names() {
    with_both(|guest| {
        guest.write_file("file", b"abc");
        assert_eq!(guest.link("file", false, "link"), Errno::Success);
        assert_eq!(guest.stat("link", false), Errno::Success);
        assert_eq!(guest.u64(DATA + FILESTAT.nlink), 2);
        let ino = guest.u64(DATA + FILESTAT.ino);
        guest.stat("file", false);
        assert_eq!(guest.u64(DATA + FILESTAT.ino), ino);
        assert_eq!(guest.at("path_unlink_file", "file"), Errno::Success);
        assert_eq!(guest.read_file("link"), Ok(b"abc".to_vec()));

        guest.at("path_create_directory", "dir");
        assert_eq!(guest.link("link", false, "dir"), Errno::Exist);
        assert_eq!(guest.link("link", false, "link"), Errno::Exist);
        assert_eq!(guest.link("dir", false, "x"), Errno::Perm);
        assert_eq!(guest.link("missing", false, "x"), Errno::Noent);
        assert_eq!(guest.link("link", false, "x/"), Errno::Noent);
        assert_eq!(guest.symlink("link", "soft"), Errno::Success);
        assert_eq!(guest.link("soft", false, "soft2"), Errno::Success);
        assert_eq!(guest.readlink("soft2", 99), Ok(b"link".to_vec()));
        assert_eq!(guest.link("soft", true, "hard"), Errno::Success);
        assert_eq!(guest.readlink("hard", 99), Err(Errno::Inval));
        assert_eq!(guest.read_file("hard"), Ok(b"abc".to_vec()));
    });
}

#[test]
fn symbolic_links_are_followed_if_asked_for() {
    with_both(|guest| {
        guest.at("path_create_directory", "dir");
        guest.write_file("dir/file", b"abc");
        assert_eq!(guest.symlink("dir/file", "link"), Errno::Success);
        assert_eq!(guest.symlink("dir/file", "link"), Errno::Exist);
        assert_eq!(guest.symlink("x", "dir"), Errno::Exist);
        assert_eq!(guest.symlink("x", "new/"), Errno::Noent);
        assert_eq!(guest.symlink("", "new"), Errno::Noent);
        assert_eq!(guest.readlink("link", 99), Ok(b"dir/file".to_vec()));
        assert_eq!(guest.readlink("link", 3), Ok(b"dir".to_vec()));
        assert_eq!(guest.readlink("link", 0), Ok(vec![]));
        assert_eq!(guest.readlink("dir/file", 9), Err(Errno::Inval));
        assert_eq!(guest.readlink("missing", 9), Err(Errno::Noent));
        assert_eq!(guest.read_file("link"), Ok(b"abc".to_vec()));

        let rights = (Rights::FD_READ, Rights::empty());
        let opened = guest.open_with(3, "link", false, NONE, rights, FdFlags::empty());
        assert_eq!(opened, Err(Errno::Loop));
        guest.stat("link", false);
        assert_eq!(
            guest.bytes(DATA + FILESTAT.filetype, 1),
            [FileType::SymbolicLink as u8]
        );
        assert_eq!(guest.u64(DATA + FILESTAT.size), 8);
        guest.stat("link", true);
        assert_eq!(
            guest.bytes(DATA + FILESTAT.filetype, 1),
            [FileType::RegularFile as u8]
        );

        assert_eq!(guest.symlink("missing", "dangling"), Errno::Success);
        assert_eq!(guest.stat("dangling", true), Errno::Noent);
        assert_eq!(guest.stat("dangling", false), Errno::Success);
        assert_eq!(
            guest.open("dangling", OFlags::CREAT | OFlags::EXCL),
            Err(Errno::Exist)
        );
        assert_eq!(guest.symlink("loop", "loop"), Errno::Success);
        assert_eq!(guest.open("loop", NONE), Err(Errno::Loop));
        assert_eq!(guest.stat("loop", true), Errno::Loop);
        assert_eq!(guest.symlink("dir", "dirlink"), Errno::Success);
        assert_eq!(guest.read_file("dirlink/file"), Ok(b"abc".to_vec()));
        assert_eq!(guest.at("path_remove_directory", "dirlink"), Errno::Notdir);
        assert_eq!(guest.at("path_unlink_file", "dirlink"), Errno::Success);
        assert!(guest.exists("dir/file"));
        assert_eq!(
            guest.symlink("../dir/../dir/file", "dir/up"),
            Errno::Success
        );
        assert_eq!(guest.read_file("dir/up"), Ok(b"abc".to_vec()));
    });
}

#[test]
fn attributes_are_told_and_times_set() {
    with_both(|guest| {
        guest.write_file("file", b"abc");
        assert_eq!(guest.symlink("file", "link"), Errno::Success);
        assert_eq!(guest.stat("file", false), Errno::Success);
        assert_eq!(guest.u64(DATA + FILESTAT.size), 3);
        assert_eq!(guest.u64(DATA + FILESTAT.nlink), 1);
        assert!(guest.u64(DATA + FILESTAT.mtim) > 1 << 60);
        assert_ne!(guest.u64(DATA + FILESTAT.ino), 0);
        assert_eq!(guest.stat("missing", false), Errno::Noent);
        assert_eq!(guest.stat("file/", false), Errno::Notdir);
        assert_eq!(guest.stat(".", false), Errno::Success);

        let set = |guest: &mut Guest, path: &str, follow, atim, mtim, flags| {
            guest.put(1024, path.as_bytes());
            let len = path.len() as u64;
            guest.call(
                "path_filestat_set_times",
                &[3, follow, 1024, len, atim, mtim, flags],
            )
        };
        let times = |guest: &mut Guest, path: &str| {
            assert_eq!(guest.stat(path, false), Errno::Success);
            (
                guest.u64(DATA + FILESTAT.atim),
                guest.u64(DATA + FILESTAT.mtim),
            )
        };
        assert_eq!(
            set(guest, "file", 0, 1_000_000_001, 7, 1 | 4),
            Errno::Success
        );
        assert_eq!(times(guest, "file"), (1_000_000_001, 7));
        assert_eq!(set(guest, "link", 0, 8, 9, 1 | 4), Errno::Success);
        assert_eq!(times(guest, "link"), (8, 9));
        assert_eq!(times(guest, "file"), (1_000_000_001, 7));
        assert_eq!(set(guest, "link", 1, 5, 6, 1 | 4), Errno::Success);
        assert_eq!(times(guest, "file"), (5, 6));
        assert_eq!(set(guest, "file", 0, 0, 0, 8), Errno::Success);
        let (atim, mtim) = times(guest, "file");
        assert!(atim == 5 && mtim > 1 << 60);
        assert_eq!(set(guest, "file", 0, 0, 0, 3), Errno::Inval);
        assert_eq!(set(guest, "file", 2, 0, 0, 1), Errno::Inval);
        assert_eq!(set(guest, "missing", 0, 0, 0, 1), Errno::Noent);
    });
}

/// A guest with permissions, in whose directory there is a file and a directory.
fn with_perms(dir_perms: DirPerms, file_perms: FilePerms, test: impl Fn(&mut Guest)) {
    let host = tempfile::TempDir::new().unwrap();
    std::fs::write(host.path().join("file"), b"abc").unwrap();
    std::fs::create_dir(host.path().join("dir")).unwrap();
    std::os::unix::fs::symlink("file", host.path().join("link")).unwrap();
    let mut builder = WasiCtxBuilder::new();
    builder
        .preopened_dir(host.path(), "/", dir_perms, file_perms)
        .unwrap();
    test(&mut Guest::new(builder.build()));

    let memory = MemoryDir::new(1 << 20, 10);
    memory.write_file("file", "abc").unwrap();
    memory.create_dir("dir").unwrap();
    let mut builder = WasiCtxBuilder::new();
    builder.preopened_memory_dir(&memory, "/", dir_perms, file_perms);
    test(&mut Guest::new(builder.build()));
}

#[test]
fn what_the_embedder_does_not_permit_is_not_permitted() {
    with_perms(DirPerms::READ, FilePerms::READ, |guest| {
        assert_eq!(guest.read_file("file"), Ok(b"abc".to_vec()));
        assert_eq!(guest.open("file", NONE), Err(Errno::Perm));
        let read = Rights::FD_READ;
        assert_eq!(
            guest.open_rights("file", OFlags::TRUNC, read),
            Err(Errno::Perm)
        );
        assert_eq!(
            guest.open_rights("new", OFlags::CREAT, read),
            Err(Errno::Perm)
        );
        for function in [
            "path_create_directory",
            "path_remove_directory",
            "path_unlink_file",
        ] {
            assert_eq!(guest.at(function, "dir"), Errno::Perm);
        }
        assert_eq!(guest.rename("file", "x"), Errno::Perm);
        assert_eq!(guest.link("file", false, "x"), Errno::Perm);
        assert_eq!(guest.symlink("file", "x"), Errno::Perm);
        assert_eq!(
            guest.call("fd_filestat_set_times", &[3, 0, 0, 1]),
            Errno::Perm
        );
        // Nor in directories below, nor by a descriptor that only reads.
        let dir = guest.open_dir("dir").unwrap();
        let rights = (Rights::all(), Rights::all());
        let created = guest.open_with(dir, "x", false, OFlags::CREAT, rights, FdFlags::empty());
        assert_eq!(created, Err(Errno::Perm));
        let fd = guest
            .open_rights("file", NONE, Rights::all() - Rights::FD_WRITE)
            .unwrap();
        assert_ne!(
            guest.call("fd_filestat_set_size", &[fd.into(), 0]),
            Errno::Success
        );
        assert_ne!(
            guest.call("fd_allocate", &[fd.into(), 0, 100]),
            Errno::Success
        );
        assert_ne!(
            guest.call("fd_filestat_set_times", &[fd.into(), 7, 7, 5]),
            Errno::Success
        );
        assert_eq!(guest.read_file("file"), Ok(b"abc".to_vec()));
    });
    with_perms(DirPerms::empty(), FilePerms::WRITE, |guest| {
        assert_eq!(guest.read_file("file"), Err(Errno::Perm));
        assert_eq!(guest.stat("file", false), Errno::Perm);
        assert_eq!(
            guest.call("fd_readdir", &[3, DATA.into(), 100, 0, 0]),
            Errno::Perm
        );
        assert_eq!(guest.readlink("link", 9), Err(Errno::Perm));
        let fd = guest.open_rights("file", NONE, Rights::FD_WRITE).unwrap();
        assert_eq!(guest.write(fd, b"x"), Ok(1));
        assert_eq!(
            guest.open_rights("file", NONE, Rights::empty()),
            Err(Errno::Perm)
        );
    });
}

#[test]
fn files_do_not_move_to_where_more_is_permitted() {
    let host = tempfile::TempDir::new().unwrap();
    for dir in ["ro", "rw"] {
        std::fs::create_dir(host.path().join(dir)).unwrap();
    }
    std::fs::write(host.path().join("ro/file"), b"abc").unwrap();
    let mut builder = WasiCtxBuilder::new();
    builder
        .preopened_dir(
            host.path().join("ro"),
            "ro",
            DirPerms::all(),
            FilePerms::READ,
        )
        .unwrap()
        .preopened_dir(
            host.path().join("rw"),
            "rw",
            DirPerms::all(),
            FilePerms::all(),
        )
        .unwrap();
    let mut guest = Guest::new(builder.build());
    guest.put(1024, b"file");
    let link = guest.call("path_link", &[3, 0, 1024, 4, 4, 1024, 4]);
    let rename = guest.call("path_rename", &[3, 1024, 4, 4, 1024, 4]);
    assert_eq!((link, rename), (Errno::Perm, Errno::Perm));
    assert!(!host.path().join("rw/file").exists());
}

#[test]
fn files_do_not_move_between_file_systems() {
    let memory = [MemoryDir::new(1000, 10), MemoryDir::new(1000, 10)];
    let host = tempfile::TempDir::new().unwrap();
    let mut builder = WasiCtxBuilder::new();
    for memory in &memory {
        memory.write_file("file", "x").unwrap();
        builder.preopened_memory_dir(memory, "m", DirPerms::all(), FilePerms::all());
    }
    builder
        .preopened_dir(host.path(), "h", DirPerms::all(), FilePerms::all())
        .unwrap();
    let mut guest = Guest::new(builder.build());
    guest.put(1024, b"file");
    guest.put(1028, b"to");
    for (from, to) in [(3, 4), (3, 5), (5, 3)] {
        let link = guest.call("path_link", &[from, 0, 1024, 4, to, 1028, 2]);
        let rename = guest.call("path_rename", &[from, 1024, 4, to, 1028, 2]);
        assert_eq!((link, rename), (Errno::Xdev, Errno::Xdev));
    }
}

#[test]
fn files_in_memory_are_bounded() {
    let memory = MemoryDir::new(2000, 4);
    let mut builder = WasiCtxBuilder::new();
    builder.preopened_memory_dir(&memory, "/", DirPerms::all(), FilePerms::all());
    let mut guest = Guest::new(builder.build());
    let fd = guest.open("file", OFlags::CREAT).unwrap();
    assert_eq!(guest.write(fd, &[1; 1000]), Ok(1000));
    assert_eq!(guest.write(fd, &[1; 1000]), Err(Errno::Nospc));
    assert_eq!(guest.pwrite(fd, b"x", 1 << 40), Err(Errno::Nospc));
    let set_size = |guest: &mut Guest, size| guest.call("fd_filestat_set_size", &[fd.into(), size]);
    assert_eq!(set_size(&mut guest, 1 << 50), Errno::Nospc);
    assert_eq!(
        guest.call("fd_allocate", &[fd.into(), 0, 1 << 30]),
        Errno::Nospc
    );
    assert_eq!(guest.link("file", false, &"n".repeat(250)), Errno::Success);
    assert_eq!(guest.link("file", false, &"m".repeat(250)), Errno::Success);
    assert_eq!(guest.link("file", false, &"k".repeat(250)), Errno::Nospc);
    assert_eq!(
        guest.at("path_unlink_file", &"n".repeat(250)),
        Errno::Success
    );
    assert_eq!(set_size(&mut guest, 0), Errno::Success);
    assert_eq!(guest.at("path_create_directory", "a"), Errno::Success);
    assert_eq!(guest.at("path_create_directory", "b"), Errno::Success);
    assert_eq!(
        guest.at("path_create_directory", "c"),
        Errno::Nospc,
        "four with the root"
    );
    // What was taken comes back, also when the last to have a file closes it.
    assert_eq!(guest.pwrite(fd, &[1; 900], 0), Ok(900));
    assert_eq!(guest.at("path_unlink_file", "file"), Errno::Success);
    assert_eq!(
        guest.at("path_unlink_file", &"m".repeat(250)),
        Errno::Success
    );
    assert_eq!(guest.open("other", OFlags::CREAT), Err(Errno::Nospc));
    guest.ok("fd_close", &[fd.into()]);
    let fd = guest.open("other", OFlags::CREAT).unwrap();
    assert_eq!(guest.write(fd, &[1; 1400]), Ok(1400));
}

#[test]
fn directories_of_the_host_are_the_hosts() {
    let (host, mut guest) = with_host_dir();
    guest.write_file("file", b"abc");
    assert_eq!(std::fs::read(host.path().join("file")).unwrap(), b"abc");
    std::fs::write(host.path().join("other"), b"def").unwrap();
    assert_eq!(guest.read_file("other"), Ok(b"def".to_vec()));
    let missing = WasiCtxBuilder::new()
        .preopened_dir(
            host.path().join("missing"),
            "/",
            DirPerms::all(),
            FilePerms::all(),
        )
        .expect_err("there is no such directory");
    assert!(missing.to_string().contains("missing"), "{missing}");
}

#[test]
fn a_directory_removed_with_its_parent_is_only_empty() {
    with_both(|guest| {
        guest.at("path_create_directory", "dir");
        guest.at("path_create_directory", "dir/sub");
        guest.at("path_create_directory", "other");
        let sub = guest.open_dir("dir/sub").unwrap();
        assert_eq!(guest.at("path_remove_directory", "dir/sub"), Errno::Success);
        assert_eq!(guest.at("path_remove_directory", "dir"), Errno::Success);
        // Nothing goes there, and what is listed leads nowhere else.
        guest.put(1024, b"otherx");
        let rename = guest.call("path_rename", &[3, 1024, 5, sub.into(), 1029, 1]);
        assert_ne!(rename, Errno::Success);
        let names = guest.call("fd_readdir", &[sub.into(), 4096, 4096, 0, 0]);
        assert!(matches!(names, Errno::Success | Errno::Noent), "{names:?}");
        assert!(guest.exists("other"));
    });
}
