//! File descriptors: reading, writing, seeking, flags, rights, attributes, renumbering.

mod common;

use common::{DATA, Guest, plain, with_both, with_host_dir};
use selvedge_wasi::types::layout::{FDSTAT, FILESTAT};
use selvedge_wasi::types::{Errno, FdFlags, FileType, OFlags, Rights};
use selvedge_wasi::{DirPerms, FilePerms, MemoryDir, WasiCtxBuilder};

fn rights_of(guest: &mut Guest, fd: u32) -> (Rights, Rights) {
    guest.ok("fd_fdstat_get", &[fd.into(), DATA.into()]);
    let rights = |at| Rights::from_bits(guest.u64(DATA + at)).unwrap();
    (
        rights(FDSTAT.fs_rights_base),
        rights(FDSTAT.fs_rights_inheriting),
    )
}

fn flags_of(guest: &mut Guest, fd: u32) -> FdFlags {
    guest.ok("fd_fdstat_get", &[fd.into(), DATA.into()]);
    FdFlags::from_bits(guest.u16(DATA + FDSTAT.fs_flags)).unwrap()
}

fn size_of_fd(guest: &mut Guest, fd: u32) -> u64 {
    guest.ok("fd_filestat_get", &[fd.into(), DATA.into()]);
    guest.u64(DATA + FILESTAT.size)
}

#[test]
fn files_are_written_sought_and_read() {
    with_both(|guest| {
        let fd = guest.open("file", OFlags::CREAT | OFlags::EXCL).unwrap();
        assert_eq!(fd, 4);
        assert_eq!(guest.write(fd, b"hello world"), Ok(11));
        assert_eq!(guest.seek(fd, 0, 1), Ok(11));
        assert_eq!(guest.seek(fd, -5, 2), Ok(6));
        assert_eq!(guest.read(fd, 100), Ok(b"world".to_vec()));
        assert_eq!(guest.read(fd, 100), Ok(vec![]));
        assert_eq!(guest.seek(fd, 4, 0), Ok(4));
        guest.ok("fd_tell", &[fd.into(), 0]);
        assert_eq!(guest.u64(0), 4);
        assert_eq!(guest.seek(fd, 100, 1), Ok(104));
        assert_eq!(guest.write(fd, b"x"), Ok(1));
        assert_eq!(size_of_fd(guest, fd), 105);
        assert_eq!(guest.pread(fd, 3, 10), Ok(b"d\0\0".to_vec()));

        assert_eq!(guest.seek(fd, -1, 0), Err(Errno::Inval));
        assert_eq!(guest.seek(fd, -200, 2), Err(Errno::Inval));
        assert_eq!(guest.seek(fd, i64::MAX, 2), Err(Errno::Inval));
        assert_eq!(guest.seek(fd, 0, 3), Err(Errno::Inval));
        assert_eq!(guest.seek(99, 0, 0), Err(Errno::Badf));
        assert_eq!(guest.seek(3, 0, 0), Err(Errno::Badf));
        assert_eq!(guest.seek(1, 0, 0), Err(Errno::Spipe));
        assert_eq!(guest.call("fd_tell", &[1, 0]), Errno::Spipe);
    });
}

#[test]
fn positioned_operations_leave_the_position() {
    with_both(|guest| {
        let fd = guest.open("file", OFlags::CREAT).unwrap();
        assert_eq!(guest.write(fd, b"0123456789"), Ok(10));
        assert_eq!(guest.pwrite(fd, b"ab", 4), Ok(2));
        assert_eq!(guest.pread(fd, 4, 3), Ok(b"3ab6".to_vec()));
        assert_eq!(guest.pread(fd, 4, 1 << 40), Ok(vec![]));
        assert_eq!(guest.seek(fd, 0, 1), Ok(10));
        assert_eq!(guest.pread(1, 1, 0), Err(Errno::Spipe));
        assert_eq!(guest.pwrite(1, b"x", 0), Err(Errno::Spipe));
        assert_eq!(guest.pread(3, 1, 0), Err(Errno::Badf));
        assert_ne!(guest.pwrite(fd, b"x", u64::MAX), Ok(1));
    });
}

#[test]
fn many_buffers_are_one_write_and_one_read() {
    with_both(|guest| {
        let fd = guest.open("file", OFlags::CREAT).unwrap();
        // Forty buffers of 0, 1 or 2 bytes, more than one operation of the host takes.
        let mut expected = Vec::new();
        for i in 0..40u32 {
            let (at, len) = (DATA + i * 8, i % 3);
            guest.put(at, &[i as u8; 2]);
            expected.extend(std::iter::repeat_n(i as u8, len as usize));
            guest.put_u32(256 + i * 8, at);
            guest.put_u32(260 + i * 8, len);
        }
        guest.ok("fd_write", &[fd.into(), 256, 40, 0]);
        assert_eq!(guest.u32(0), expected.len() as u32);
        assert_eq!(guest.pread(fd, 100, 0), Ok(expected.clone()));
        // Back to where they came from.
        for i in 0..40u32 {
            guest.put(DATA + i * 8, &[0xff; 2]);
        }
        guest.ok("fd_pread", &[fd.into(), 256, 40, 0, 0]);
        assert_eq!(guest.u32(0), expected.len() as u32);
        for i in 0..40u32 {
            let mut bytes = [0xff; 2];
            bytes[..(i % 3) as usize].fill(i as u8);
            assert_eq!(guest.bytes(DATA + i * 8, 2), bytes);
        }
    });
}

#[test]
fn what_was_not_opened_for_it_is_a_bad_descriptor() {
    with_both(|guest| {
        guest.write_file("file", b"abc");
        let reader = guest
            .open_rights("file", OFlags::empty(), Rights::FD_READ | Rights::FD_SEEK)
            .unwrap();
        let writer = guest
            .open_rights("file", OFlags::empty(), Rights::FD_WRITE)
            .unwrap();
        assert_eq!(guest.write(reader, b"x"), Err(Errno::Badf));
        assert_eq!(guest.read(writer, 1), Err(Errno::Badf));
        assert_eq!(guest.read(reader, 3), Ok(b"abc".to_vec()));
        assert_eq!(guest.write(writer, b"x"), Ok(1));
        assert_eq!(guest.seek(writer, 0, 0), Err(Errno::Notcapable));
        assert_eq!(guest.read(3, 1), Err(Errno::Badf));
        assert_eq!(guest.read(77, 1), Err(Errno::Badf));
        assert_eq!(guest.read(1, 1), Err(Errno::Badf));
        assert_eq!(guest.write(0, b"x"), Err(Errno::Badf));
        assert_eq!(
            guest.call("fd_filestat_set_size", &[reader.into(), 0]),
            Errno::Notcapable
        );
        assert_eq!(
            guest.call("fd_allocate", &[reader.into(), 0, 1]),
            Errno::Notcapable
        );
        assert_eq!(guest.call("fd_sync", &[reader.into()]), Errno::Notcapable);
        assert_eq!(
            guest.call("fd_datasync", &[reader.into()]),
            Errno::Notcapable
        );
    });
}

#[test]
fn rights_are_given_as_far_as_they_apply_and_only_taken_away() {
    with_both(|guest| {
        assert_eq!(rights_of(guest, 3), (Rights::DIRECTORY, Rights::INHERITING));
        let fd = guest.open("file", OFlags::CREAT).unwrap();
        assert_eq!(rights_of(guest, fd), (Rights::FILE, Rights::empty()));
        let less = Rights::FD_READ | Rights::FD_SEEK;
        guest.ok("fd_fdstat_set_rights", &[fd.into(), less.bits(), 0]);
        assert_eq!(rights_of(guest, fd), (less, Rights::empty()));
        let more = (less | Rights::FD_WRITE).bits();
        let call = |guest: &mut Guest, base, inheriting| {
            guest.call("fd_fdstat_set_rights", &[fd.into(), base, inheriting])
        };
        assert_eq!(call(guest, more, 0), Errno::Notcapable);
        assert_eq!(call(guest, 0, 1), Errno::Notcapable);
        assert_eq!(call(guest, 1 << 60, 0), Errno::Notcapable);
        assert_eq!(guest.write(fd, b"x"), Err(Errno::Badf));
        assert_eq!(guest.call("fd_fdstat_set_rights", &[9, 0, 0]), Errno::Badf);

        // A directory hands on what it may.
        let given = (Rights::DIRECTORY.bits(), Rights::FD_READ.bits());
        guest.ok("fd_fdstat_set_rights", &[3, given.0, given.1]);
        let read = guest.open_rights("file", OFlags::empty(), Rights::FD_READ | Rights::FD_SEEK);
        assert_eq!(rights_of(guest, read.unwrap()).0, Rights::FD_READ);
        assert_eq!(guest.open("file", OFlags::empty()), Err(Errno::Notcapable));
        let given = Rights::DIRECTORY - Rights::PATH_OPEN;
        guest.ok("fd_fdstat_set_rights", &[3, given.bits(), 0]);
        assert_eq!(guest.open_dir("."), Err(Errno::Notcapable));
        for (function, right) in [
            ("path_create_directory", Rights::PATH_CREATE_DIRECTORY),
            ("path_remove_directory", Rights::PATH_REMOVE_DIRECTORY),
            ("path_unlink_file", Rights::PATH_UNLINK_FILE),
        ] {
            let left = rights_of(guest, 3).0 - right;
            guest.ok("fd_fdstat_set_rights", &[3, left.bits(), 0]);
            assert_eq!(guest.at(function, "x"), Errno::Notcapable);
        }
        guest.ok("fd_fdstat_set_rights", &[3, 0, 0]);
        assert_eq!(guest.rename("file", "x"), Errno::Notcapable);
        assert_eq!(guest.link("file", false, "x"), Errno::Notcapable);
        assert_eq!(guest.symlink("file", "x"), Errno::Notcapable);
        assert_eq!(guest.readlink("file", 5), Err(Errno::Notcapable));
        assert_eq!(guest.stat("file", false), Errno::Notcapable);
        assert_eq!(
            guest.call("fd_readdir", &[3, DATA.into(), 100, 0, 0]),
            Errno::Notcapable
        );
        assert_eq!(
            guest.call("fd_filestat_get", &[3, DATA.into()]),
            Errno::Notcapable
        );
    });
}

#[test]
fn types_of_descriptors_are_told() {
    with_both(|guest| {
        let fd = guest.open("file", OFlags::CREAT).unwrap();
        for (fd, filetype) in [
            (0, FileType::Unknown),
            (3, FileType::Directory),
            (fd, FileType::RegularFile),
        ] {
            guest.ok("fd_fdstat_get", &[fd.into(), DATA.into()]);
            assert_eq!(guest.bytes(DATA, 1), [filetype as u8]);
            guest.ok("fd_filestat_get", &[fd.into(), DATA.into()]);
            assert_eq!(guest.bytes(DATA + FILESTAT.filetype, 1), [filetype as u8]);
        }
        assert_eq!(guest.call("fd_fdstat_get", &[44, DATA.into()]), Errno::Badf);
        assert_eq!(
            guest.call("fd_filestat_get", &[44, DATA.into()]),
            Errno::Badf
        );
        assert_eq!(guest.call("fd_filestat_get", &[3, u64::MAX]), Errno::Fault);
        assert_eq!(guest.call("fd_fdstat_get", &[3, u64::MAX]), Errno::Fault);
    });
}

#[test]
fn appending_is_a_flag_that_can_change() {
    with_both(|guest| {
        guest.write_file("file", b"abc");
        let rights = (Rights::all(), Rights::empty());
        let fd = guest
            .open_with(3, "file", true, OFlags::empty(), rights, FdFlags::APPEND)
            .unwrap();
        assert_eq!(flags_of(guest, fd), FdFlags::APPEND);
        assert_eq!(guest.write(fd, b"d"), Ok(1));
        assert_eq!(guest.seek(fd, 0, 0), Ok(0));
        assert_eq!(guest.write(fd, b"e"), Ok(1));
        assert_eq!(guest.pread(fd, 10, 0), Ok(b"abcde".to_vec()));
        guest.ok("fd_fdstat_set_flags", &[fd.into(), 0]);
        assert_eq!(flags_of(guest, fd), FdFlags::empty());
        assert_eq!(guest.seek(fd, 0, 0), Ok(0));
        assert_eq!(guest.write(fd, b"A"), Ok(1));
        assert_eq!(guest.pread(fd, 10, 0), Ok(b"Abcde".to_vec()));
        let both = FdFlags::APPEND | FdFlags::NONBLOCK;
        guest.ok("fd_fdstat_set_flags", &[fd.into(), both.bits().into()]);
        assert_eq!(flags_of(guest, fd), both);
        assert_eq!(guest.write(fd, b"f"), Ok(1));
        assert_eq!(guest.pread(fd, 10, 0), Ok(b"Abcdef".to_vec()));

        let call = |guest: &mut Guest, fd: u32, flags: u64| {
            guest.call("fd_fdstat_set_flags", &[fd.into(), flags])
        };
        assert_eq!(call(guest, fd, FdFlags::SYNC.bits().into()), Errno::Inval);
        assert_eq!(call(guest, fd, 1 << 5), Errno::Inval);
        assert_eq!(call(guest, fd, 1 << 16), Errno::Inval);
        assert_eq!(call(guest, 55, 0), Errno::Badf);
    });
}

#[test]
fn synchronized_files_can_be_opened_and_synchronized() {
    with_both(|guest| {
        for flag in [FdFlags::SYNC, FdFlags::DSYNC, FdFlags::RSYNC] {
            let rights = (Rights::all(), Rights::empty());
            let fd = guest
                .open_with(3, "file", true, OFlags::CREAT, rights, flag)
                .unwrap();
            assert_eq!(flags_of(guest, fd), flag);
            assert_eq!(guest.write(fd, b"x"), Ok(1));
            guest.ok("fd_sync", &[fd.into()]);
            guest.ok("fd_datasync", &[fd.into()]);
        }
        guest.ok("fd_sync", &[3]);
        guest.ok("fd_datasync", &[3]);
        assert_eq!(guest.call("fd_sync", &[1]), Errno::Notcapable);
        assert_eq!(guest.call("fd_sync", &[44]), Errno::Badf);
        assert_eq!(guest.call("fd_datasync", &[44]), Errno::Badf);
    });
}

#[test]
fn sizes_are_set_and_allocated() {
    with_both(|guest| {
        let fd = guest.open("file", OFlags::CREAT).unwrap();
        assert_eq!(guest.write(fd, b"abcdef"), Ok(6));
        guest.ok("fd_filestat_set_size", &[fd.into(), 3]);
        assert_eq!(guest.pread(fd, 10, 0), Ok(b"abc".to_vec()));
        guest.ok("fd_filestat_set_size", &[fd.into(), 5]);
        assert_eq!(guest.pread(fd, 10, 0), Ok(b"abc\0\0".to_vec()));
        guest.ok("fd_allocate", &[fd.into(), 2, 98]);
        assert_eq!(size_of_fd(guest, fd), 100);
        guest.ok("fd_allocate", &[fd.into(), 0, 10]);
        assert_eq!(size_of_fd(guest, fd), 100);
        let call = |guest: &mut Guest, fd: u32, offset, len| {
            guest.call("fd_allocate", &[fd.into(), offset, len])
        };
        assert_eq!(call(guest, fd, 0, 0), Errno::Inval);
        assert_eq!(call(guest, fd, u64::MAX, 2), Errno::Fbig);
        assert_eq!(call(guest, 3, 0, 1), Errno::Badf);
        assert_eq!(call(guest, 44, 0, 1), Errno::Badf);
        assert_eq!(guest.call("fd_filestat_set_size", &[3, 0]), Errno::Badf);
        assert_ne!(
            guest.call("fd_filestat_set_size", &[fd.into(), u64::MAX]),
            Errno::Success
        );
    });
}

#[test]
fn advice_is_taken_or_refused() {
    with_both(|guest| {
        let fd = guest.open("file", OFlags::CREAT).unwrap();
        for advice in 0..6 {
            guest.ok("fd_advise", &[fd.into(), 0, 100, advice]);
        }
        assert_eq!(guest.call("fd_advise", &[fd.into(), 0, 0, 6]), Errno::Inval);
        assert_eq!(guest.call("fd_advise", &[3, 0, 0, 0]), Errno::Badf);
        assert_eq!(guest.call("fd_advise", &[1, 0, 0, 0]), Errno::Spipe);
        assert_eq!(guest.call("fd_advise", &[44, 0, 0, 0]), Errno::Badf);
    });
}

#[test]
fn times_are_set() {
    with_both(|guest| {
        let fd = guest.open("file", OFlags::CREAT).unwrap();
        let set = |guest: &mut Guest, fd: u32, atim, mtim, flags| {
            guest.call("fd_filestat_set_times", &[fd.into(), atim, mtim, flags])
        };
        let times = |guest: &mut Guest, fd: u32| {
            guest.ok("fd_filestat_get", &[fd.into(), DATA.into()]);
            (
                guest.u64(DATA + FILESTAT.atim),
                guest.u64(DATA + FILESTAT.mtim),
            )
        };
        for fd in [fd, 3] {
            assert_eq!(
                set(guest, fd, 1_000_000_007, 2_000_000_009, 1 | 4),
                Errno::Success
            );
            assert_eq!(times(guest, fd), (1_000_000_007, 2_000_000_009));
            assert_eq!(set(guest, fd, 0, 5, 4), Errno::Success);
            assert_eq!(times(guest, fd), (1_000_000_007, 5));
            assert_eq!(set(guest, fd, 0, 0, 2 | 8), Errno::Success);
            let (atim, mtim) = times(guest, fd);
            assert!(atim > 1 << 60 && mtim > 1 << 60, "the present");
            assert_eq!(set(guest, fd, 0, 0, 1 | 2), Errno::Inval);
            assert_eq!(set(guest, fd, 0, 0, 4 | 8), Errno::Inval);
            assert_eq!(set(guest, fd, 0, 0, 16), Errno::Inval);
        }
        assert_eq!(set(guest, 44, 0, 0, 1), Errno::Badf);
        assert_eq!(set(guest, 1, 0, 0, 1), Errno::Notcapable);
    });
}

#[test]
fn descriptors_are_the_least_that_are_free_and_close_once() {
    with_both(|guest| {
        let open = |guest: &mut Guest| guest.open("file", OFlags::CREAT);
        assert_eq!(
            (open(guest), open(guest), open(guest)),
            (Ok(4), Ok(5), Ok(6))
        );
        guest.ok("fd_close", &[4]);
        assert_eq!(guest.call("fd_close", &[4]), Errno::Badf);
        assert_eq!(guest.read(4, 1), Err(Errno::Badf));
        assert_eq!(open(guest), Ok(4));
        guest.ok("fd_close", &[0]);
        assert_eq!(open(guest), Ok(0));
        assert_eq!(guest.call("fd_close", &[u64::from(u32::MAX)]), Errno::Badf);
        guest.ok("fd_close", &[3]);
        assert_eq!(open(guest), Err(Errno::Badf));
    });
}

#[test]
fn renumbering_replaces() {
    with_both(|guest| {
        guest.write_file("a", b"a");
        guest.write_file("b", b"b");
        let a = guest.open("a", OFlags::empty()).unwrap();
        let b = guest.open("b", OFlags::empty()).unwrap();
        guest.ok("fd_renumber", &[a.into(), b.into()]);
        assert_eq!(guest.read(b, 9), Ok(b"a".to_vec()));
        assert_eq!(guest.read(a, 9), Err(Errno::Badf));
        assert_eq!(
            guest.call("fd_renumber", &[a.into(), b.into()]),
            Errno::Badf
        );
        assert_eq!(guest.call("fd_renumber", &[b.into(), 50]), Errno::Badf);
        guest.ok("fd_renumber", &[b.into(), b.into()]);
        assert_eq!(guest.seek(b, 0, 0), Ok(0));
        // Over standard output.
        guest.ok("fd_renumber", &[b.into(), 1]);
        assert_eq!(guest.write(1, b"out"), Ok(3));
        assert_eq!(guest.read_file("a"), Ok(b"out".to_vec()));
    });
}

#[test]
fn descriptors_are_bounded() {
    let dir = MemoryDir::new(1 << 20, 10);
    let mut builder = WasiCtxBuilder::new();
    builder.preopened_memory_dir(&dir, "/", DirPerms::all(), FilePerms::all());
    let mut guest = Guest::new(builder.max_fds(10).build());
    for fd in 4..10 {
        assert_eq!(guest.open("file", OFlags::CREAT), Ok(fd));
    }
    assert_eq!(guest.open("other", OFlags::CREAT), Err(Errno::Mfile));
    assert!(!guest.exists("other"), "nothing is created in vain");
    guest.ok("fd_close", &[7]);
    assert_eq!(guest.open_dir("."), Ok(7));

    // By default too, while the host has enough.
    let (_dir, mut guest) = with_host_dir();
    let mut opened = 0;
    let errno = loop {
        match guest.open("file", OFlags::CREAT) {
            Ok(_) => opened += 1,
            Err(errno) => break errno,
        }
        assert!(opened < 2000);
    };
    assert_eq!(errno, Errno::Mfile);
}

#[test]
fn preopens_are_told() {
    let dir = MemoryDir::new(1 << 20, 10);
    let mut builder = WasiCtxBuilder::new();
    builder
        .preopened_memory_dir(&dir, "/", DirPerms::all(), FilePerms::all())
        .preopened_memory_dir(&dir, "näme", DirPerms::all(), FilePerms::all());
    let mut guest = Guest::new(builder.build());
    for (fd, name) in [(3, "/"), (4, "näme")] {
        guest.ok("fd_prestat_get", &[fd, 0]);
        assert_eq!((guest.u32(0), guest.u32(4)), (0, name.len() as u32));
        guest.ok("fd_prestat_dir_name", &[fd, 64, name.len() as u64]);
        assert_eq!(guest.bytes(64, name.len() as u32), name.as_bytes());
        let short = name.len() as u64 - 1;
        assert_eq!(
            guest.call("fd_prestat_dir_name", &[fd, 64, short]),
            Errno::Nametoolong
        );
        assert_eq!(
            guest.call("fd_prestat_dir_name", &[fd, u64::MAX, 100]),
            Errno::Fault
        );
        assert_eq!(guest.call("fd_prestat_get", &[fd, u64::MAX]), Errno::Fault);
    }
    assert_eq!(guest.call("fd_prestat_get", &[5, 0]), Errno::Badf);
    assert_eq!(guest.call("fd_prestat_get", &[0, 0]), Errno::Badf);
    assert_eq!(guest.call("fd_prestat_dir_name", &[5, 0, 9]), Errno::Badf);
    let opened = guest.open_dir(".").unwrap();
    assert_eq!(
        guest.call("fd_prestat_get", &[opened.into(), 0]),
        Errno::Badf
    );
}

#[test]
fn pointers_for_results_are_checked_before_anything_is_done() {
    let mut guest = plain();
    guest.put_u32(64, DATA);
    guest.put_u32(68, 3);
    assert_eq!(guest.call("fd_write", &[1, 64, 1, u64::MAX]), Errno::Fault);
    with_both(|guest| {
        let fd = guest.open("file", OFlags::CREAT).unwrap();
        guest.put_u32(64, DATA);
        guest.put_u32(68, 3);
        assert_eq!(
            guest.call("fd_write", &[fd.into(), 64, 1, u64::MAX]),
            Errno::Fault
        );
        assert_eq!(
            guest.call("fd_pwrite", &[fd.into(), 64, 1, 0, u64::MAX]),
            Errno::Fault
        );
        assert_eq!(size_of_fd(guest, fd), 0);
        assert_eq!(
            guest.call("fd_seek", &[fd.into(), 9, 0, u64::MAX]),
            Errno::Fault
        );
        assert_eq!(guest.seek(fd, 0, 1), Ok(0));
    });
}
