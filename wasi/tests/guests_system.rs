//! Programs in C and Rust that use what is not files, and check what they get: the process, clocks, random
//! bytes, waiting, sockets; and one that meets every error.

mod common;
mod runner;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::thread;
use std::time::Duration;

use common::FUNCTIONS;
use runner::{guests, load, run, start};
use selvedge::Engine;
use selvedge_wasi::pipe::{MemoryInputPipe, MemoryOutputPipe};
use selvedge_wasi::{DirPerms, FilePerms, MemoryDir, WasiCtxBuilder};

/// Runs a guest of the process, whose output is returned.
fn process(args: &[&str]) -> runner::Ended {
    let mut builder = WasiCtxBuilder::new();
    builder.arg("process").args(args);
    builder.env("KEY", "value with spaces").env("EMPTY", "");
    run("process", &mut builder)
}

#[test]
fn process_arguments_and_environment() {
    let stdout = "process\nargs\n\nthree words here\nh\u{e9}\nKEY=value with spaces\nEMPTY=\n";
    process(&["args", "", "three words here", "h\u{e9}"]).expect(stdout);
}

#[test]
fn process_ends() {
    process(&["return", "0"]).expect("");
    process(&["return", "7"]).expect_status(7, "");
    process(&["exit", "255"]).expect_status(255, "at exit\n");
    process(&["_Exit", "3"]).expect_status(3, "");
    let ended = process(&["abort"]);
    let error = ended.status.unwrap_err();
    assert_eq!(
        error.downcast_ref::<selvedge::Trap>(),
        Some(&selvedge::Trap::UnreachableCodeReached)
    );
}

#[test]
fn process_raises() {
    // HUP, ABRT, KILL and TERM end it; NONE, CHLD and URG do nothing; STOP cannot be; 31 is none.
    for (signal, status) in [("1", 129), ("6", 134), ("9", 137), ("15", 143)] {
        process(&["raise", signal]).expect_status(status, "");
    }
    for signal in ["0", "16", "22"] {
        process(&["raise", signal]).expect("raised: 0\n");
    }
    process(&["raise", "18"]).expect("raised: 58\n");
    process(&["raise", "31"]).expect("raised: 28\n");
}

#[test]
fn clocks() {
    run("clocks", &mut WasiCtxBuilder::new()).expect("clocks: done\n");
}

#[test]
fn random() {
    run("random", &mut WasiCtxBuilder::new()).expect("random: done\n");
}

/// Both ends of a pipe as files.
fn pipe() -> (File, File) {
    let (reader, writer) = std::io::pipe().unwrap();
    let file = |fd: OwnedFd| File::from(fd);
    (file(reader.into()), file(writer.into()))
}

#[test]
fn poll() {
    let (stdin, mut to_guest) = pipe();
    let (mut from_guest, stdout) = pipe();
    to_guest.write_all(b"hello").unwrap();
    let memory = MemoryDir::new(1 << 20, 100);
    let stderr = MemoryOutputPipe::new(4096);
    let mut builder = WasiCtxBuilder::new();
    builder.stdin(stdin).stdout(stdout).stderr(stderr.clone());
    builder.preopened_memory_dir(&memory, "/", DirPerms::all(), FilePerms::all());
    let wasi = builder.build();
    // What the builder had is closed, so that the guest sees the end.
    drop(builder);
    let guest = thread::spawn(|| start("poll", wasi));
    let mut line = [0; 12];
    let asked = from_guest.read_exact(&mut line);
    if asked.is_ok() {
        assert_eq!(&line, b"poll: waits\n");
        thread::sleep(Duration::from_millis(20));
        to_guest.write_all(b"answer").unwrap();
        drop(to_guest);
    }
    let status = guest.join().unwrap();
    assert_eq!(String::from_utf8(stderr.contents()).unwrap(), "");
    assert!(matches!(status, Ok(0)), "{status:?}");
    let mut rest = String::new();
    from_guest.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "poll: done\n");
}

#[test]
fn sockets() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (mut from_guest, stdout) = pipe();
    let stderr = MemoryOutputPipe::new(4096);
    let mut builder = WasiCtxBuilder::new();
    builder.stdout(stdout).stderr(stderr.clone());
    let wasi = builder.preopened_socket(listener).build();
    let guest = thread::spawn(|| start("sockets", wasi));
    let mut line = [0; 17];
    if from_guest.read_exact(&mut line).is_ok() {
        assert_eq!(&line, b"sockets: listens\n");
        let mut client = TcpStream::connect(address).unwrap();
        client.write_all(b"hello, ser").unwrap();
        thread::sleep(Duration::from_millis(20));
        client.write_all(b"ver").unwrap();
        let mut text = String::new();
        // Until the guest ends its direction.
        client.read_to_string(&mut text).unwrap();
        assert_eq!(text, "one two three");
        client.write_all(b"bye").unwrap();
        drop(client);
        let _second = TcpStream::connect(address).unwrap();
        let status = guest.join().unwrap();
        assert_eq!(String::from_utf8(stderr.contents()).unwrap(), "");
        assert!(matches!(status, Ok(0)), "{status:?}");
        let mut rest = String::new();
        from_guest.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "sockets: done\n");
    } else {
        panic!("{}", String::from_utf8(stderr.contents()).unwrap());
    }
}

/// A connection that the other side has reset: it had not read all.
#[cfg(target_os = "linux")]
fn reset_connection() -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (theirs, _) = listener.accept().unwrap();
    ours.write_all(b"unread").unwrap();
    // It has arrived when it can be looked at.
    theirs.peek(&mut [0; 6]).unwrap();
    drop(theirs);
    ours
}

#[cfg(target_os = "linux")]
#[test]
fn errnos() {
    let root = tempfile::TempDir::new().unwrap();
    for dir in ["root", "fixed"] {
        std::fs::create_dir(root.path().join(dir)).unwrap();
    }
    std::fs::write(root.path().join("fixed/file"), b"fixed").unwrap();
    let memory = MemoryDir::new(1 << 16, 100);
    let (stdin, _silent) = pipe();
    let (_, stderr) = pipe();
    let stdout = MemoryOutputPipe::new(1 << 16);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();

    let mut builder = WasiCtxBuilder::new();
    builder.arg("errnos").stdin(stdin).stdout(stdout.clone());
    builder.stderr(stderr).max_fds(100);
    let all = (DirPerms::all(), FilePerms::all());
    let read = (DirPerms::READ, FilePerms::READ);
    builder
        .preopened_dir(root.path().join("root"), "/", all.0, all.1)
        .unwrap()
        .preopened_memory_dir(&memory, "/mem", all.0, all.1)
        .preopened_dir(root.path().join("fixed"), "/fixed", read.0, read.1)
        .unwrap()
        .preopened_dir("/dev", "/dev", all.0, all.1)
        .unwrap()
        .preopened_dir("/proc/sys/fs", "/sys", all.0, all.1)
        .unwrap();
    builder.preopened_socket(listener);
    builder.preopened_socket(reset_connection());

    // What not even the superuser may write; some hosts have it on a file system that nobody may.
    let forbidden = File::options().write(true).open("/proc/sys/fs/inode-nr");
    let forbidden = match forbidden.unwrap_err().kind() {
        std::io::ErrorKind::ReadOnlyFilesystem => "EROFS",
        _ => "EACCES",
    };
    builder.arg(forbidden);

    let status = start("errnos", builder.build());
    let text = String::from_utf8(stdout.contents()).unwrap();
    assert!(matches!(status, Ok(0)), "{status:?}\n{text}");
    assert!(text.ends_with("EMFILE\nerrnos: done\n"));
    let met: BTreeSet<&str> = text.lines().filter(|line| line.starts_with('E')).collect();
    let mut expected = BTreeSet::from([
        "EAGAIN",
        "EBADF",
        "ECONNRESET",
        "EEXIST",
        "EFAULT",
        "EFBIG",
        "EILSEQ",
        "EINVAL",
        "EISDIR",
        "ELOOP",
        "EMFILE",
        "ENAMETOOLONG",
        "ENOENT",
        "ENOSPC",
        "ENOTCAPABLE",
        "ENOTDIR",
        "ENOTEMPTY",
        "ENOTSOCK",
        "ENOTSUP",
        "ENOTTY",
        "EPERM",
        "EPIPE",
        "ESPIPE",
        "EXDEV",
    ]);
    expected.insert(forbidden);
    assert_eq!(met, expected);
    assert_eq!(
        std::fs::read(root.path().join("fixed/file")).unwrap(),
        b"fixed"
    );
}

#[test]
fn std_process() {
    let mut builder = WasiCtxBuilder::new();
    builder.args(&["std_process", "--flag", "h\u{e9}"]);
    builder.env("B", "2").env("A", "1=1");
    builder.stdin(MemoryInputPipe::new(&b"a line\nand the\nrest"[..]));
    let ended = run("std_process", &mut builder);
    let stdout = "[\"std_process\", \"--flag\", \"h\u{e9}\"]\n[(\"A\", \"1=1\"), (\"B\", \"2\")]\nand the\nrest";
    ended.expect_status(3, stdout);
    assert_eq!(ended.stderr, "on standard error\n");
}

/// Every function is called by a guest, and every guest is small and has its source beside it.
#[test]
fn every_function_is_used() {
    let engine = Engine::default();
    let mut used = BTreeSet::new();
    for entry in std::fs::read_dir(guests()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(path.with_extension("c").exists() || path.with_extension("rs").exists());
        assert!(path.metadata().unwrap().len() <= 100 << 10, "{name}");
        let module = load(&engine, name);
        used.extend(module.imports().map(|import| import.name().to_owned()));
    }
    let unused = FUNCTIONS.iter().filter(|(name, _)| !used.contains(*name));
    assert_eq!(unused.count(), 0);
    assert_eq!(used.len(), FUNCTIONS.len() + 1, "and `proc_exit`");
}
