//! Preview 0 (`wasi_unstable`) where it differs: `whence`, `filestat`, subscriptions.

mod common;

use std::time::{Duration, Instant};

use common::{DATA, Guest};
use selvedge_wasi::types::layout::FILESTAT_0;
use selvedge_wasi::types::{Errno, OFlags};
use selvedge_wasi::{DirPerms, FilePerms, MemoryDir, WasiCtxBuilder};

fn guest() -> Guest {
    let dir = MemoryDir::new(10_000, 10);
    let mut builder = WasiCtxBuilder::new();
    builder.preopened_memory_dir(&dir, "/", DirPerms::all(), FilePerms::all());
    Guest::of_module("wasi_unstable", builder.build())
}

#[test]
fn whence_has_another_order() {
    let mut guest = guest();
    let fd = guest.open("file", OFlags::CREAT).unwrap();
    assert_eq!(guest.write(fd, b"0123456789"), Ok(10));
    let (cur, end, set) = (0, 1, 2);
    assert_eq!(guest.seek(fd, 3, set), Ok(3));
    assert_eq!(guest.seek(fd, 2, cur), Ok(5));
    assert_eq!(guest.seek(fd, 0, cur), Ok(5));
    assert_eq!(guest.seek(fd, -1, end), Ok(9));
    assert_eq!(guest.seek(fd, 0, 3), Err(Errno::Inval));
}

#[test]
fn filestat_is_shorter() {
    let mut guest = guest();
    guest.write_file("file", b"abc");
    guest.link("file", false, "other");
    guest.put(DATA, &[0xaa; 64]);
    assert_eq!(guest.stat("file", false), Errno::Success);
    assert_eq!(guest.u32(DATA + FILESTAT_0.nlink), 2);
    assert_eq!(guest.u64(DATA + FILESTAT_0.size), 3);
    assert_eq!(guest.bytes(DATA + FILESTAT_0.bytes, 8), [0xaa; 8]);
    let fd = guest.open("file", OFlags::empty()).unwrap();
    guest.put(DATA, &[0xaa; 64]);
    guest.ok("fd_filestat_get", &[fd.into(), DATA.into()]);
    assert_eq!(guest.u64(DATA + FILESTAT_0.size), 3);
    assert_eq!(guest.bytes(DATA + FILESTAT_0.bytes, 8), [0xaa; 8]);
}

#[test]
fn subscriptions_are_longer() {
    let mut guest = guest();
    guest.put(DATA, &[0; 200]);
    // userdata, tag, then identifier, clock, timeout, precision, flags.
    for (i, millis) in [(0, 20), (1, 60_000)] {
        let at = DATA + i * 56;
        guest.put_u64(at, 40 + u64::from(i));
        guest.put_u64(at + 16, 99);
        guest.put_u32(at + 24, 1);
        guest.put_u64(at + 32, millis * 1_000_000);
    }
    let start = Instant::now();
    guest.ok("poll_oneoff", &[DATA.into(), 1000, 2, 0]);
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(20) && took < Duration::from_secs(30));
    assert_eq!((guest.u32(0), guest.u64(1000)), (1, 40));
}

#[test]
fn both_versions_work_in_one_store() {
    use selvedge::{Engine, Linker, Module, Store};
    use selvedge_wasi::{WasiCtx, pipe::MemoryOutputPipe};
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    selvedge_wasi::add_to_linker(&mut linker, |data: &mut (u8, WasiCtx)| &mut data.1).unwrap();
    let stdout = MemoryOutputPipe::new(100);
    let wasi = WasiCtxBuilder::new().stdout(stdout.clone()).build();
    let mut store = Store::new(&engine, (0, wasi));
    for (module, text) in [
        ("wasi_unstable", "old "),
        ("wasi_snapshot_preview1", "new "),
    ] {
        let wat = format!(
            r#"(module
                (import "{module}" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
                (memory (export "memory") 1)
                (data (i32.const 0) "\10\00\00\00\04\00\00\00")
                (data (i32.const 16) "{text}")
                (func (export "run") (result i32)
                    (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))"#
        );
        let module = Module::new(&engine, wat).unwrap();
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let run = instance
            .get_typed_func::<(), i32>(&mut store, "run")
            .unwrap();
        assert_eq!(run.call(&mut store, ()).unwrap(), 0);
    }
    assert_eq!(stdout.contents(), b"old new ");

    // A module that exports no memory has none to point to.
    let wat = r#"(module
        (import "wasi_unstable" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory 1)
        (func (export "run") (result i32)
            (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))"#;
    let module = Module::new(&engine, wat).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let run = instance
        .get_typed_func::<(), i32>(&mut store, "run")
        .unwrap();
    assert_eq!(run.call(&mut store, ()).unwrap(), Errno::Fault as i32);
}
