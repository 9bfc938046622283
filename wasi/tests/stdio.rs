//! Standard streams: files, pipes, terminals, and what they cannot be used for.

mod common;

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};

use common::{DATA, Guest};
use selvedge_wasi::types::{Errno, FileType, Rights};
use selvedge_wasi::{WasiCtx, WasiCtxBuilder};

fn filetype(guest: &mut Guest, fd: u32) -> u8 {
    guest.ok("fd_fdstat_get", &[fd.into(), DATA.into()]);
    guest.bytes(DATA, 1)[0]
}

#[test]
fn files_keep_their_positions() {
    let dir = tempfile::TempDir::new().unwrap();
    let path = dir.path().join("file");
    std::fs::write(&path, b"0123456789").unwrap();
    let mut stdin = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&path)
        .unwrap();
    stdin.seek(SeekFrom::Start(2)).unwrap();
    let out = dir.path().join("out");
    let stdout = OpenOptions::new()
        .append(true)
        .create(true)
        .open(&out)
        .unwrap();
    let mut builder = WasiCtxBuilder::new();
    builder.stdin(stdin.try_clone().unwrap()).stdout(stdout);
    let mut guest = Guest::new(builder.build());

    assert_eq!(guest.read(0, 3), Ok(b"234".to_vec()));
    assert_eq!(
        stdin.stream_position().unwrap(),
        5,
        "the open file is shared"
    );
    assert_eq!(guest.seek(0, 1, 0), Ok(1));
    assert_eq!(guest.pread(0, 2, 8), Ok(b"89".to_vec()));
    assert_eq!(filetype(&mut guest, 0), FileType::RegularFile as u8);
    // Although the file is open for writing.
    assert_eq!(guest.write(0, b"x"), Err(Errno::Badf));
    assert_eq!(
        guest.call("fd_filestat_set_size", &[0, 0]),
        Errno::Notcapable
    );
    assert_eq!(
        guest.call("fd_filestat_set_times", &[0, 1, 1, 5]),
        Errno::Notcapable
    );
    assert_eq!(std::fs::read(&path).unwrap(), b"0123456789");

    assert_eq!(guest.write(1, b"a"), Ok(1));
    std::fs::write(&out, b"longer").unwrap();
    assert_eq!(guest.write(1, b"b"), Ok(1));
    assert_eq!(std::fs::read(&out).unwrap(), b"longerb", "it appends");
    guest.ok("fd_fdstat_get", &[1, DATA.into()]);
    assert_eq!(guest.u16(DATA + 2), 1, "and says so");
    assert_eq!(guest.read(1, 1), Err(Errno::Badf));
}

#[test]
fn pipes_are_no_terminals_and_devices_neither() {
    let (reader, writer) = std::io::pipe().unwrap();
    let null = File::open("/dev/null").unwrap();
    let mut builder = WasiCtxBuilder::new();
    builder
        .stdin(null)
        .stdout(File::from(std::os::fd::OwnedFd::from(writer)));
    let mut guest = Guest::new(builder.build());
    for fd in [0, 1, 2] {
        assert_eq!(filetype(&mut guest, fd), FileType::Unknown as u8);
        let rights = Rights::from_bits(guest.u64(DATA + 8)).unwrap();
        assert!(!rights.intersects(Rights::FD_SEEK | Rights::FD_TELL));
    }
    assert_eq!(guest.read(0, 10), Ok(vec![]));
    assert_eq!(guest.seek(1, 0, 0), Err(Errno::Spipe));
    drop(reader);
}

#[test]
fn long_writes_to_a_pipe_are_whole() {
    let (reader, writer) = std::io::pipe().unwrap();
    let stdout = File::from(std::os::fd::OwnedFd::from(writer));
    let mut guest = Guest::new(WasiCtxBuilder::new().stdout(stdout).build());
    let expected: Vec<u8> = (0..190_000u32).map(|i| (i % 251) as u8).collect();
    let thread = std::thread::spawn(move || {
        let (mut reader, mut bytes) = (File::from(std::os::fd::OwnedFd::from(reader)), Vec::new());
        reader.read_to_end(&mut bytes).unwrap();
        bytes
    });
    assert_eq!(guest.write(1, &expected), Ok(190_000));
    guest.ok("fd_close", &[1]);
    assert!(thread.join().unwrap() == expected);
}

#[test]
fn terminals_are_character_devices_that_cannot_be_sought_in() {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let terminal = OpenOptions::new()
        .read(true)
        .write(true)
        .open(name)
        .unwrap();
    let mut builder = WasiCtxBuilder::new();
    builder
        .stdin(terminal.try_clone().unwrap())
        .stdout(terminal);
    let mut guest = Guest::new(builder.build());
    for fd in [0, 1] {
        assert_eq!(filetype(&mut guest, fd), FileType::CharacterDevice as u8);
        let rights = Rights::from_bits(guest.u64(DATA + 8)).unwrap();
        assert!(!rights.intersects(Rights::FD_SEEK | Rights::FD_TELL));
    }
    let mut master = File::from(master);
    master.write_all(b"typed\n").unwrap();
    assert_eq!(guest.read(0, 100), Ok(b"typed\n".to_vec()));
    assert_eq!(guest.write(0, b"x"), Err(Errno::Badf));
    assert_eq!(guest.read(1, 1), Err(Errno::Badf));
    assert_eq!(guest.write(1, b"shown"), Ok(5));
}

#[test]
fn contexts_can_be_sent() {
    fn check<T: Send>() {}
    check::<WasiCtx>();
    check::<WasiCtxBuilder>();
}

#[test]
#[should_panic(expected = "one context")]
fn a_builder_makes_one_context() {
    let mut builder = WasiCtxBuilder::new();
    builder.build();
    builder.build();
}
