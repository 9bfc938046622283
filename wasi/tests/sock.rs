//! Sockets: accepting, receiving, sending, ending.

mod common;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use common::{DATA, Guest, plain};
use selvedge_wasi::types::{Errno, Rights};
use selvedge_wasi::{DirPerms, FilePerms, MemoryDir, WasiCtxBuilder};

/// A guest with a connected socket at 3, whose other end is returned.
fn connected() -> (UnixStream, Guest) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    ours.set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let mut guest = Guest::new(WasiCtxBuilder::new().preopened_socket(theirs).build());
    // Two buffers of 4 and 100 bytes.
    guest.put_u32(64, DATA);
    guest.put_u32(68, 4);
    guest.put_u32(72, DATA + 100);
    guest.put_u32(76, 100);
    (ours, guest)
}

#[test]
fn connections_are_accepted_and_talked_to() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut guest = Guest::new(WasiCtxBuilder::new().preopened_socket(listener).build());
    guest.ok("fd_fdstat_set_flags", &[3, 4]);
    assert_eq!(guest.call("sock_accept", &[3, 0, 0]), Errno::Again);
    guest.ok("fd_fdstat_set_flags", &[3, 0]);
    let mut client = TcpStream::connect(address).unwrap();
    guest.ok("sock_accept", &[3, 0, 0]);
    assert_eq!(guest.u32(0), 4);
    client.write_all(b"hello").unwrap();
    assert_eq!(guest.read(4, 100), Ok(b"hello".to_vec()));
    assert_eq!(guest.write(4, b"world"), Ok(5));
    let mut bytes = [0; 5];
    client.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"world");
    guest.ok("fd_fdstat_get", &[4, DATA.into()]);
    assert_eq!(guest.bytes(DATA, 1), [6]);
    assert_eq!(guest.u64(DATA + 8), Rights::SOCKET.bits());

    // A connection that does not wait.
    let _second = TcpStream::connect(address).unwrap();
    guest.ok("sock_accept", &[3, 4, 0]);
    let fd = guest.u32(0);
    assert_eq!(guest.read(fd, 1), Err(Errno::Again));
    for flags in [1, 2, 32] {
        assert_eq!(guest.call("sock_accept", &[3, flags, 0]), Errno::Inval);
    }
    assert_eq!(guest.call("sock_accept", &[4, 0, 0]), Errno::Notcapable);
    assert_eq!(guest.call("sock_accept", &[3, 0, u64::MAX]), Errno::Fault);
    assert_eq!(guest.read(3, 1), Err(Errno::Badf));
}

#[test]
fn messages_are_received_to_several_buffers_and_sent_from_them() {
    let (mut ours, mut guest) = connected();
    ours.write_all(b"abcdefgh").unwrap();
    // First a look, then for good.
    guest.ok("sock_recv", &[3, 64, 1, 1, 0, 8]);
    assert_eq!((guest.u32(0), guest.u16(8)), (4, 0));
    guest.ok("sock_recv", &[3, 64, 2, 0, 0, 8]);
    assert_eq!((guest.u32(0), guest.u16(8)), (8, 0));
    assert_eq!(guest.bytes(DATA, 4), b"abcd");
    assert_eq!(guest.bytes(DATA + 100, 4), b"efgh");
    guest.put_u32(76, 3);
    guest.ok("sock_send", &[3, 64, 2, 0, 0]);
    assert_eq!(guest.u32(0), 7);
    let mut bytes = [0; 7];
    ours.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"abcdefg");
}

#[test]
fn waiting_for_all_waits_for_all() {
    let (mut ours, mut guest) = connected();
    guest.put_u32(76, 6);
    let thread = std::thread::spawn(move || {
        for piece in [&b"ab"[..], b"cdefg", b"hij"] {
            ours.write_all(piece).unwrap();
            std::thread::sleep(Duration::from_millis(10));
        }
        ours
    });
    guest.ok("sock_recv", &[3, 64, 2, 2, 0, 8]);
    assert_eq!(guest.u32(0), 10);
    assert_eq!(guest.bytes(DATA + 100, 6), b"efghij");
    let mut ours = thread.join().unwrap();
    ours.write_all(b"xy").unwrap();
    drop(ours);
    guest.ok("sock_recv", &[3, 64, 2, 2, 0, 8]);
    assert_eq!(guest.u32(0), 2, "the other side has ended");
}

#[test]
fn directions_are_ended() {
    let (mut ours, mut guest) = connected();
    guest.ok("sock_shutdown", &[3, 2]);
    assert_eq!(ours.read(&mut [0]).unwrap(), 0);
    assert_eq!(guest.call("sock_send", &[3, 64, 1, 0, 0]), Errno::Pipe);
    ours.write_all(b"z").unwrap();
    guest.ok("sock_recv", &[3, 64, 1, 0, 0, 8]);
    guest.ok("sock_shutdown", &[3, 1]);
    guest.ok("sock_recv", &[3, 64, 1, 0, 0, 8]);
    assert_eq!(guest.u32(0), 0);
    for how in [0, 4, 256] {
        assert_eq!(guest.call("sock_shutdown", &[3, how]), Errno::Inval);
    }
}

#[test]
fn what_is_no_socket_is_told() {
    let dir = MemoryDir::new(1000, 10);
    let mut builder = WasiCtxBuilder::new();
    builder.preopened_memory_dir(&dir, "/", DirPerms::all(), FilePerms::all());
    let mut guest = Guest::new(builder.build());
    for fd in [0, 3] {
        assert_eq!(guest.call("sock_accept", &[fd, 0, 0]), Errno::Notsock);
        assert_eq!(
            guest.call("sock_recv", &[fd, 64, 0, 0, 0, 8]),
            Errno::Notsock
        );
        assert_eq!(guest.call("sock_send", &[fd, 64, 0, 0, 0]), Errno::Notsock);
        assert_eq!(guest.call("sock_shutdown", &[fd, 3]), Errno::Notsock);
    }
    let mut guest = plain();
    assert_eq!(guest.call("sock_accept", &[9, 0, 0]), Errno::Badf);
    assert_eq!(guest.call("sock_recv", &[9, 64, 0, 0, 0, 8]), Errno::Badf);
    assert_eq!(guest.call("sock_send", &[9, 64, 0, 0, 0]), Errno::Badf);
    assert_eq!(guest.call("sock_shutdown", &[9, 3]), Errno::Badf);
    let (_ours, mut guest) = connected();
    assert_eq!(guest.call("sock_recv", &[3, 64, 1, 4, 0, 8]), Errno::Inval);
    assert_eq!(guest.call("sock_send", &[3, 64, 1, 1, 0]), Errno::Inval);
    assert_eq!(
        guest.call("sock_recv", &[3, u64::MAX, 1, 0, 0, 8]),
        Errno::Fault
    );
    assert_eq!(
        guest.call("sock_recv", &[3, 64, 1, 0, 0, u64::MAX]),
        Errno::Fault
    );
    let less = Rights::FD_READ.bits();
    guest.ok("fd_fdstat_set_rights", &[3, less, 0]);
    assert_eq!(guest.call("sock_shutdown", &[3, 3]), Errno::Notcapable);
    assert_eq!(guest.call("sock_send", &[3, 64, 1, 0, 0]), Errno::Badf);
}
