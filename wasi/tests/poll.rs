//! `poll_oneoff`: times, files, pipes, streams, and all of them at once.

mod common;

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use common::{DATA, Guest, plain, with_both};
use selvedge_wasi::pipe::{MemoryInputPipe, MemoryOutputPipe};
use selvedge_wasi::types::layout::{EVENT, SUBSCRIPTION, SUBSCRIPTION_CLOCK};
use selvedge_wasi::types::{Errno, EventType, OFlags, Rights};
use selvedge_wasi::{StdinStream, StdoutStream, WasiCtxBuilder};

const EVENTS: u32 = DATA + 0x8000;

#[derive(Copy, Clone)]
enum Sub {
    Clock {
        id: u32,
        timeout: u64,
        absolute: bool,
    },
    Fd {
        ty: EventType,
        fd: u32,
    },
}

fn sleep(timeout: u64) -> Sub {
    Sub::Clock {
        id: 1,
        timeout,
        absolute: false,
    }
}

fn read(fd: u32) -> Sub {
    Sub::Fd {
        ty: EventType::FdRead,
        fd,
    }
}

fn write(fd: u32) -> Sub {
    Sub::Fd {
        ty: EventType::FdWrite,
        fd,
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Event {
    userdata: u64,
    error: Errno,
    ty: u8,
    nbytes: u64,
    hangup: bool,
}

fn put(guest: &mut Guest, at: u32, userdata: u64, sub: Sub) {
    guest.put(at, &[0; SUBSCRIPTION.bytes as usize]);
    guest.put_u64(at, userdata);
    let contents = at + SUBSCRIPTION.contents;
    match sub {
        Sub::Clock {
            id,
            timeout,
            absolute,
        } => {
            guest.put_u32(contents + SUBSCRIPTION_CLOCK.id, id);
            guest.put_u64(contents + SUBSCRIPTION_CLOCK.timeout, timeout);
            guest.put(contents + SUBSCRIPTION_CLOCK.flags, &[absolute.into(), 0]);
        }
        Sub::Fd { ty, fd } => {
            guest.put(at + SUBSCRIPTION.tag, &[ty as u8]);
            guest.put_u32(contents, fd);
        }
    }
}

/// Polls; the user data of each subscription is 100 and its place.
fn poll(guest: &mut Guest, subs: &[Sub]) -> Result<Vec<Event>, Errno> {
    for (i, &sub) in subs.iter().enumerate() {
        put(
            guest,
            DATA + i as u32 * SUBSCRIPTION.bytes,
            100 + i as u64,
            sub,
        );
    }
    let args = [DATA.into(), EVENTS.into(), subs.len() as u64, 0];
    match guest.call("poll_oneoff", &args) {
        Errno::Success => {}
        errno => return Err(errno),
    }
    let event = |at| Event {
        userdata: guest.u64(at),
        error: Errno::ALL[usize::from(guest.u16(at + EVENT.error))],
        ty: guest.bytes(at + EVENT.r#type, 1)[0],
        nbytes: guest.u64(at + EVENT.nbytes),
        hangup: guest.u16(at + EVENT.flags) != 0,
    };
    Ok((0..guest.u32(0))
        .map(|i| event(EVENTS + i * EVENT.bytes))
        .collect())
}

fn event(userdata: u64, ty: EventType, nbytes: u64) -> Event {
    Event {
        userdata,
        error: Errno::Success,
        ty: ty as u8,
        nbytes,
        hangup: false,
    }
}

#[test]
fn sleeping_takes_its_time() {
    let mut guest = plain();
    let start = Instant::now();
    let events = poll(&mut guest, &[sleep(30_000_000), sleep(60_000_000_000)]).unwrap();
    assert_eq!(events, [event(100, EventType::Clock, 0)]);
    let took = start.elapsed();
    assert!(
        took >= Duration::from_millis(30) && took < Duration::from_secs(30),
        "{took:?}"
    );

    let start = Instant::now();
    assert_eq!(poll(&mut guest, &[sleep(0)]).unwrap().len(), 1);
    for id in [0, 1] {
        guest.ok("clock_time_get", &[id, 0, 0]);
        let past = guest.u64(0) - 1;
        let sub = Sub::Clock {
            id: id as u32,
            timeout: past,
            absolute: true,
        };
        assert_eq!(poll(&mut guest, &[sub]).unwrap().len(), 1);
    }
    assert!(start.elapsed() < Duration::from_secs(10));
    for id in [0, 1] {
        guest.ok("clock_time_get", &[id, 0, 0]);
        let (start, soon) = (Instant::now(), guest.u64(0) + 20_000_000);
        let sub = Sub::Clock {
            id: id as u32,
            timeout: soon,
            absolute: true,
        };
        assert_eq!(poll(&mut guest, &[sub]).unwrap().len(), 1);
        assert!(start.elapsed() >= Duration::from_millis(19));
    }
}

#[test]
fn sleeping_by_a_deterministic_clock_takes_no_time() {
    let mut guest = Guest::new(WasiCtxBuilder::new().deterministic().build());
    guest.ok("clock_time_get", &[1, 0, 0]);
    let (before, start) = (guest.u64(0), Instant::now());
    let hour = 3_600_000_000_000;
    assert_eq!(poll(&mut guest, &[sleep(hour)]).unwrap().len(), 1);
    guest.ok("clock_time_get", &[1, 0, 0]);
    assert!(guest.u64(0) >= before + hour);
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn files_are_ready() {
    with_both(|guest| {
        guest.write_file("file", b"abcdef");
        let fd = guest.open("file", OFlags::empty()).unwrap();
        guest.seek(fd, 2, 0).unwrap();
        let events = poll(guest, &[read(fd), write(fd), sleep(60_000_000_000)]).unwrap();
        assert_eq!(
            events,
            [
                event(100, EventType::FdRead, 4),
                event(101, EventType::FdWrite, 1)
            ]
        );
    });
}

#[test]
fn what_is_wrong_with_one_is_its_event() {
    with_both(|guest| {
        guest.write_file("file", b"");
        let rights = Rights::FD_READ;
        let fd = guest.open_rights("file", OFlags::empty(), rights).unwrap();
        let rights = rights | Rights::POLL_FD_READWRITE;
        let reader = guest.open_rights("file", OFlags::empty(), rights).unwrap();
        let cpu = Sub::Clock {
            id: 2,
            timeout: 1,
            absolute: false,
        };
        let none = Sub::Clock {
            id: 9,
            timeout: 1,
            absolute: false,
        };
        let subs = [
            read(44),
            read(3),
            read(fd),
            write(reader),
            write(0),
            read(1),
            cpu,
            none,
        ];
        let errors: Vec<_> = poll(guest, &subs)
            .unwrap()
            .into_iter()
            .map(|event| event.error)
            .collect();
        let expected = [
            Errno::Badf,
            Errno::Badf,
            Errno::Notcapable,
            Errno::Badf,
            Errno::Badf,
            Errno::Badf,
            Errno::Notsup,
            Errno::Inval,
        ];
        assert_eq!(errors, expected);
    });
}

#[test]
fn arguments_are_checked() {
    let mut guest = plain();
    assert_eq!(
        guest.call("poll_oneoff", &[DATA.into(), EVENTS.into(), 0, 0]),
        Errno::Inval
    );
    put(&mut guest, DATA, 1, sleep(0));
    for [subs, events, out] in [
        [u64::MAX, EVENTS.into(), 0],
        [DATA.into(), u64::MAX, 0],
        [DATA.into(), EVENTS.into(), u64::MAX],
    ] {
        assert_eq!(
            guest.call("poll_oneoff", &[subs, events, 1, out]),
            Errno::Fault
        );
    }
    guest.put(DATA + SUBSCRIPTION.tag, &[3]);
    assert_eq!(
        guest.call("poll_oneoff", &[DATA.into(), EVENTS.into(), 1, 0]),
        Errno::Inval
    );
    put(&mut guest, DATA, 1, sleep(0));
    guest.put(
        DATA + SUBSCRIPTION.contents + SUBSCRIPTION_CLOCK.flags,
        &[2],
    );
    guest.ok("poll_oneoff", &[DATA.into(), EVENTS.into(), 1, 0]);
    assert_eq!(guest.u16(EVENTS + EVENT.error), Errno::Inval as u16);
    // Events may be written over the subscriptions, which were read before.
    put(&mut guest, DATA, 7, sleep(0));
    put(&mut guest, DATA + SUBSCRIPTION.bytes, 8, sleep(0));
    guest.ok("poll_oneoff", &[DATA.into(), DATA.into(), 2, 0]);
    assert_eq!(
        (guest.u32(0), guest.u64(DATA), guest.u64(DATA + EVENT.bytes)),
        (2, 7, 8)
    );
}

fn pipe() -> (OwnedFd, OwnedFd) {
    let (reader, writer) = io::pipe().unwrap();
    (reader.into(), writer.into())
}

#[test]
fn pipes_of_the_host_are_waited_for() {
    let (reader, writer) = pipe();
    let mut writer = std::fs::File::from(writer);
    let stdin = std::fs::File::from(reader);
    let mut guest = Guest::new(WasiCtxBuilder::new().stdin(stdin).build());
    let events = poll(&mut guest, &[read(0), sleep(10_000_000)]).unwrap();
    assert_eq!(
        events,
        [event(101, EventType::Clock, 0)],
        "nothing to read yet"
    );
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        writer.write_all(b"hello").unwrap();
        writer
    });
    let events = poll(&mut guest, &[sleep(60_000_000_000), read(0)]).unwrap();
    assert_eq!(events, [event(101, EventType::FdRead, 5)]);
    assert_eq!(guest.read(0, 100), Ok(b"hello".to_vec()));
    drop(thread.join().unwrap());
    let events = poll(&mut guest, &[read(0)]).unwrap();
    assert!(events[0].hangup);
    assert_eq!(guest.read(0, 100), Ok(vec![]));

    let (reader, writer) = pipe();
    let stdout = std::fs::File::from(writer);
    let mut guest = Guest::new(WasiCtxBuilder::new().stdout(stdout).build());
    assert_eq!(
        poll(&mut guest, &[write(1)]),
        Ok(vec![event(100, EventType::FdWrite, 1)])
    );
    assert_eq!(guest.write(1, b"hi"), Ok(2));
    let mut bytes = [0; 2];
    std::fs::File::from(reader).read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"hi");
    assert_eq!(guest.write(1, b"x"), Err(Errno::Pipe));
}

#[test]
fn nonblocking_pipes_say_again() {
    let (reader, writer) = pipe();
    let mut builder = WasiCtxBuilder::new();
    builder
        .stdin(std::fs::File::from(reader.try_clone().unwrap()))
        .stdout(std::fs::File::from(writer));
    let mut guest = Guest::new(builder.build());
    for fd in [0, 1] {
        guest.ok("fd_fdstat_set_flags", &[fd, 4]);
    }
    assert_eq!(guest.read(0, 1), Err(Errno::Again));
    let mut written = 0;
    let errno = loop {
        match guest.write(1, &[7; 60_000]) {
            Ok(n) => written += n,
            Err(errno) => break errno,
        }
    };
    assert_eq!(errno, Errno::Again);
    assert!(written >= 4096);
    let mut read = 0;
    while read < written {
        read += guest.read(0, 50_000).unwrap().len() as u32;
    }
    assert_eq!(guest.read(0, 1), Err(Errno::Again));
}

#[test]
fn streams_in_memory_are_ready() {
    let stdout = MemoryOutputPipe::new(10);
    let mut builder = WasiCtxBuilder::new();
    builder
        .stdin(MemoryInputPipe::new("abc"))
        .stdout(stdout.clone());
    let mut guest = Guest::new(builder.build());
    let events = poll(&mut guest, &[read(0), write(1), write(2)]).unwrap();
    assert_eq!(
        events,
        [
            event(100, EventType::FdRead, 3),
            event(101, EventType::FdWrite, 1),
            event(102, EventType::FdWrite, 1),
        ]
    );
    assert_eq!(guest.read(0, 10), Ok(b"abc".to_vec()));
    assert!(poll(&mut guest, &[read(0)]).unwrap()[0].hangup);
    assert_eq!(guest.write(1, b"0123456789abc"), Ok(10));
    assert_eq!(guest.write(1, b"x"), Err(Errno::Nospc));
    assert_eq!(stdout.contents(), b"0123456789");
}

/// Has something to say, and room for it, at every third look.
struct Hesitant {
    looks: u32,
}

impl Hesitant {
    fn look(&mut self) -> bool {
        self.looks += 1;
        self.looks.is_multiple_of(3)
    }
}

impl StdinStream for Hesitant {
    fn read(&mut self, to: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        if !self.look() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        to[0][0] = b'!';
        Ok(1)
    }

    fn available(&mut self) -> Option<u64> {
        self.look().then_some(1)
    }
}

impl StdoutStream for Hesitant {
    fn write(&mut self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        match self.look() {
            true => Ok(from[0].len().min(2)),
            false => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn has_room(&mut self) -> bool {
        self.look()
    }

    fn is_terminal(&self) -> bool {
        true
    }
}

#[test]
fn streams_of_the_embedder_are_asked_again() {
    let mut builder = WasiCtxBuilder::new();
    builder
        .stdin(Hesitant { looks: 0 })
        .stdout(Hesitant { looks: 0 });
    let mut guest = Guest::new(builder.build());
    assert_eq!(
        poll(&mut guest, &[read(0)]),
        Ok(vec![event(100, EventType::FdRead, 1)])
    );
    assert_eq!(guest.read(0, 10), Ok(b"!".to_vec()));
    assert_eq!(
        poll(&mut guest, &[write(1)]),
        Ok(vec![event(100, EventType::FdWrite, 1)])
    );
    assert_eq!(guest.write(1, b"abc"), Ok(2));
    guest.ok("fd_fdstat_get", &[1, DATA.into()]);
    assert_eq!(
        guest.bytes(DATA, 1),
        [2],
        "a terminal is a character device"
    );
    for fd in [0, 1] {
        guest.ok("fd_fdstat_set_flags", &[fd, 4]);
    }
    assert_eq!(guest.read(0, 10), Err(Errno::Again));
    assert_eq!(guest.write(1, b"abc"), Err(Errno::Again));
}
