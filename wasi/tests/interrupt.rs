//! Interrupts end a guest wherever it waits.

mod common;

use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use common::{DATA, Guest, plain};
use selvedge::Trap;
use selvedge_wasi::{StdinStream, WasiCtxBuilder};

/// Calls a function that waits, interrupts it, and checks that it ends soon and how.
fn interrupted(mut guest: Guest, name: &str, args: &[u64]) -> Guest {
    let handle = guest.store.interrupt_handle();
    std::thread::scope(|scope| {
        let waker = scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            let asked = Instant::now();
            handle.interrupt();
            (asked, handle)
        });
        let error = guest.try_call(name, args).unwrap_err();
        let ended = Instant::now();
        let (asked, handle) = waker.join().unwrap();
        assert_eq!(error.as_trap_code(), Some(Trap::Interrupt));
        let took = ended.saturating_duration_since(asked);
        assert!(took < Duration::from_secs(2), "{name} took {took:?}");
        assert!(ended >= asked, "{name} waited");
        assert!(!handle.is_pending(), "the request is served");
    });
    // And the guest can go on.
    guest.ok("sched_yield", &[]);
    guest
}

/// One buffer of 100 bytes at 64.
fn with_buffer(mut guest: Guest) -> Guest {
    guest.put_u32(64, DATA);
    guest.put_u32(68, 100);
    guest
}

#[test]
fn a_sleep() {
    let mut guest = plain();
    // One clock, ten seconds.
    guest.put(DATA, &[0; 48]);
    guest.put_u32(DATA + 16, 1);
    guest.put_u64(DATA + 24, 10_000_000_000);
    let start = Instant::now();
    let poll = [DATA.into(), u64::from(DATA) + 100, 1, 0];
    // Also a second time, and in another store.
    let guest = interrupted(guest, "poll_oneoff", &poll);
    interrupted(guest, "poll_oneoff", &poll);
    assert!(start.elapsed() < Duration::from_secs(8));
}

#[test]
fn a_request_that_came_before() {
    let mut guest = plain();
    guest.put(DATA, &[0; 48]);
    guest.put_u32(DATA + 16, 1);
    guest.put_u64(DATA + 24, 10_000_000_000);
    guest.store.interrupt_handle().interrupt();
    let error = guest
        .try_call("poll_oneoff", &[DATA.into(), 1000, 1, 0])
        .unwrap_err();
    assert_eq!(error.as_trap_code(), Some(Trap::Interrupt));
}

#[test]
fn a_read_of_a_pipe() {
    let (reader, _writer) = std::io::pipe().unwrap();
    let stdin = std::fs::File::from(std::os::fd::OwnedFd::from(reader));
    let guest = with_buffer(Guest::new(WasiCtxBuilder::new().stdin(stdin).build()));
    interrupted(guest, "fd_read", &[0, 64, 1, 0]);
}

#[test]
fn a_write_to_a_full_pipe() {
    let (_reader, writer) = std::io::pipe().unwrap();
    let stdout = std::fs::File::from(std::os::fd::OwnedFd::from(writer));
    let mut guest = Guest::new(WasiCtxBuilder::new().stdout(stdout).build());
    // Eight times 180 KB: more than a pipe holds.
    for i in 0..8 {
        guest.put_u32(64 + i * 8, DATA);
        guest.put_u32(68 + i * 8, 180_000);
    }
    interrupted(guest, "fd_write", &[1, 64, 8, 0]);
}

#[test]
fn a_read_of_a_stream_that_has_nothing() {
    struct Silent;
    impl StdinStream for Silent {
        fn read(&mut self, _: &mut [std::io::IoSliceMut<'_>]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::WouldBlock.into())
        }

        fn available(&mut self) -> Option<u64> {
            None
        }
    }
    let guest = with_buffer(Guest::new(WasiCtxBuilder::new().stdin(Silent).build()));
    let mut guest = interrupted(guest, "fd_read", &[0, 64, 1, 0]);
    guest.put(DATA, &[0; 48]);
    guest.put(DATA + 8, &[1]);
    interrupted(
        guest,
        "poll_oneoff",
        &[DATA.into(), u64::from(DATA) + 100, 1, 0],
    );
}

#[test]
fn an_accept_and_a_receive() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut builder = WasiCtxBuilder::new();
    builder.preopened_socket(listener).preopened_socket(theirs);
    let guest = with_buffer(Guest::new(builder.build()));
    let guest = interrupted(guest, "sock_accept", &[3, 0, 0]);
    let guest = interrupted(guest, "sock_recv", &[4, 64, 1, 0, 0, 8]);
    let mut guest = interrupted(guest, "sock_recv", &[4, 64, 1, 2, 0, 8]);
    // Everything is as before.
    let _client = TcpStream::connect(address).unwrap();
    guest.ok("sock_accept", &[3, 0, 0]);
    std::io::Write::write_all(&mut &ours, b"hello").unwrap();
    guest.ok("sock_recv", &[4, 64, 1, 0, 0, 8]);
    assert_eq!(guest.u32(0), 5);
}

#[test]
fn an_open_of_a_fifo_does_not_wait_and_a_read_of_it_can_be_ended() {
    let (dir, mut guest) = common::with_host_dir();
    let status = std::process::Command::new("mkfifo")
        .arg(dir.path().join("fifo"))
        .status()
        .unwrap();
    assert!(status.success());
    use selvedge_wasi::types::{Errno, OFlags, Rights};
    let write_only = guest.open_rights("fifo", OFlags::empty(), Rights::FD_WRITE);
    assert_eq!(write_only, Err(Errno::Nxio), "nobody reads");
    let rights = Rights::FD_READ;
    let fd = guest.open_rights("fifo", OFlags::empty(), rights).unwrap();
    let writer = std::fs::OpenOptions::new()
        .write(true)
        .open(dir.path().join("fifo"))
        .unwrap();
    let guest = with_buffer(guest);
    interrupted(guest, "fd_read", &[fd.into(), 64, 1, 0]);
    drop(writer);
}
