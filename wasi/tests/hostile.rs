//! Guests that mean harm: nothing leads outside, nothing brings the host down.

mod common;

use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use common::{DATA, FUNCTIONS, Guest, plain, with_both};
use selvedge_wasi::types::{Errno, FdFlags, OFlags, Rights};
use selvedge_wasi::{DirPerms, FilePerms, WasiCtxBuilder};

/// A directory with a secret beside the one that the guest has.
struct Outside {
    root: tempfile::TempDir,
}

impl Outside {
    fn new() -> (Self, Guest) {
        let root = tempfile::TempDir::new().unwrap();
        let inside = root.path().join("inside");
        std::fs::create_dir_all(inside.join("dir")).unwrap();
        std::fs::create_dir(root.path().join("outside")).unwrap();
        std::fs::write(root.path().join("secret"), b"secret").unwrap();
        std::fs::write(root.path().join("outside/secret"), b"secret").unwrap();
        std::fs::write(root.path().join("outside/marker"), b"").unwrap();
        std::fs::write(inside.join("file"), b"inside").unwrap();
        let mut builder = WasiCtxBuilder::new();
        builder
            .preopened_dir(&inside, "/", DirPerms::all(), FilePerms::all())
            .unwrap();
        (Self { root }, Guest::new(builder.build()))
    }

    fn inside(&self, path: &str) -> std::path::PathBuf {
        self.root.path().join("inside").join(path)
    }

    /// Checks that nothing outside has changed.
    fn check(&self) {
        let names = |dir: &Path| {
            let entries = std::fs::read_dir(dir).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names(self.root.path()), ["inside", "outside", "secret"]);
        assert_eq!(
            names(&self.root.path().join("outside")),
            ["marker", "secret"]
        );
        for secret in ["secret", "outside/secret"] {
            assert_eq!(
                std::fs::read(self.root.path().join(secret)).unwrap(),
                b"secret"
            );
        }
    }
}

/// Tries every function that takes a path on one that leads outside, and checks that none gets there.
fn try_all(guest: &mut Guest, path: &str) {
    let none = OFlags::empty();
    let all = [
        none,
        OFlags::CREAT,
        OFlags::TRUNC,
        OFlags::DIRECTORY,
        OFlags::CREAT | OFlags::EXCL,
    ];
    for oflags in all {
        for rights in [Rights::FD_READ, Rights::all()] {
            for follow in [true, false] {
                let rights = (rights, Rights::all());
                let opened = guest.open_with(3, path, follow, oflags, rights, FdFlags::empty());
                assert!(opened.is_err(), "{path} {oflags:?} {follow}");
            }
        }
    }
    assert_ne!(guest.stat(path, true), Errno::Success, "{path}");
    assert_ne!(
        guest.at("path_create_directory", path),
        Errno::Success,
        "{path}"
    );
    assert_ne!(
        guest.at("path_remove_directory", path),
        Errno::Success,
        "{path}"
    );
    assert_ne!(guest.symlink("x", path), Errno::Success, "{path}");
    assert_ne!(guest.link("file", false, path), Errno::Success, "{path}");
    assert_ne!(guest.link(path, true, "stolen"), Errno::Success, "{path}");
    guest.put(1024, path.as_bytes());
    let args = [3, 1, 1024, path.len() as u64, 7, 7, 5];
    assert_ne!(
        guest.call("path_filestat_set_times", &args),
        Errno::Success,
        "{path}"
    );
}

#[test]
fn paths_do_not_lead_outside() {
    let (outside, mut guest) = Outside::new();
    let absolute = outside.root.path().join("secret");
    let absolute = absolute.to_str().unwrap();
    for path in [
        "..",
        "../",
        "../secret",
        "../new",
        "../outside",
        "../outside/secret",
        "dir/../../secret",
        "./.././secret",
        "dir/../dir/../../inside/../secret",
        "/",
        "/etc/passwd",
        "//etc/passwd",
        absolute,
    ] {
        try_all(&mut guest, path);
        assert_ne!(guest.rename("file", path), Errno::Success, "{path}");
        assert_ne!(guest.rename(path, "stolen"), Errno::Success, "{path}");
        assert_ne!(guest.link(path, false, "stolen"), Errno::Success, "{path}");
        assert_ne!(guest.at("path_unlink_file", path), Errno::Success, "{path}");
        assert_eq!(guest.stat(path, false), Errno::Perm, "{path}");
        assert_eq!(
            guest.open(path, OFlags::empty()),
            Err(Errno::Perm),
            "{path}"
        );
    }
    outside.check();
}

#[test]
fn links_do_not_lead_outside() {
    let (outside, mut guest) = Outside::new();
    // Links that the host has made; guests cannot make those with absolute targets.
    symlink("../secret", outside.inside("relative")).unwrap();
    symlink("../outside", outside.inside("dirlink")).unwrap();
    symlink(
        outside.root.path().join("secret"),
        outside.inside("absolute"),
    )
    .unwrap();
    symlink("..", outside.inside("up")).unwrap();
    symlink("../../secret", outside.inside("dir/deep")).unwrap();
    assert_eq!(guest.symlink("../secret", "made"), Errno::Success);
    assert_eq!(guest.symlink("up", "up2"), Errno::Success);
    assert_eq!(guest.symlink("/etc/passwd", "abs"), Errno::Perm);
    for path in ["relative", "absolute", "dir/deep", "made"] {
        try_all(&mut guest, path);
        assert_eq!(
            guest.open(path, OFlags::empty()),
            Err(Errno::Perm),
            "{path}"
        );
        assert_eq!(guest.stat(path, true), Errno::Perm, "{path}");
    }
    for path in [
        "up/secret",
        "up2/secret",
        "dirlink/secret",
        "up/../secret",
        "dirlink/../secret",
    ] {
        try_all(&mut guest, path);
        assert_ne!(guest.rename("file", path), Errno::Success, "{path}");
        assert_ne!(guest.rename(path, "stolen"), Errno::Success, "{path}");
        assert_ne!(guest.at("path_unlink_file", path), Errno::Success, "{path}");
        assert_ne!(guest.link(path, false, "stolen"), Errno::Success, "{path}");
    }
    assert!(guest.open_dir("up").is_err());
    assert!(guest.open_dir("dirlink/").is_err());
    outside.check();
    // What is a link may be removed and renamed as such.
    assert_eq!(guest.rename("relative", "renamed"), Errno::Success);
    assert_eq!(guest.at("path_unlink_file", "renamed"), Errno::Success);
    outside.check();
}

#[test]
fn memory_directories_do_not_lead_outside_either() {
    with_both(|guest| {
        guest.at("path_create_directory", "dir");
        guest.write_file("file", b"x");
        guest.symlink("..", "up");
        guest.symlink("../file", "dir/link");
        for path in ["..", "../x", "/x", "dir/../../x", "up/x"] {
            assert_eq!(guest.stat(path, false), Errno::Perm, "{path}");
            try_all(guest, path);
        }
        // A directory that is opened is a world of its own.
        let dir = guest.open_dir("dir").unwrap();
        for path in ["../file", "..", "link"] {
            let rights = (Rights::FD_READ, Rights::empty());
            let opened =
                guest.open_with(dir, path, true, OFlags::empty(), rights, FdFlags::empty());
            assert_eq!(opened, Err(Errno::Perm), "{path}");
        }
    });
}

#[test]
fn a_link_swapped_meanwhile_does_not_lead_outside() {
    let (outside, mut guest) = Outside::new();
    std::fs::create_dir(outside.inside("real")).unwrap();
    std::fs::write(outside.inside("real/secret"), b"inside").unwrap();
    symlink("real", outside.inside("swap")).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // `swap` is by turns a directory inside, and links to one inside and one outside.
            let link = |target: &str| {
                let _ = std::fs::remove_file(outside.inside("next"));
                symlink(target, outside.inside("next")).unwrap();
                std::fs::rename(outside.inside("next"), outside.inside("swap")).unwrap();
            };
            while !stop.load(Ordering::Relaxed) {
                link("../outside");
                link("real");
                std::fs::remove_file(outside.inside("swap")).unwrap();
                std::fs::rename(outside.inside("real"), outside.inside("swap")).unwrap();
                std::fs::rename(outside.inside("swap"), outside.inside("real")).unwrap();
                link("../outside");
            }
        });
        let end = Instant::now() + Duration::from_millis(1500);
        let (mut tries, mut inside) = (0, 0);
        while Instant::now() < end {
            tries += 1;
            if let Ok(fd) = guest.open_rights("swap/secret", OFlags::empty(), Rights::FD_READ) {
                assert_eq!(guest.read(fd, 100), Ok(b"inside".to_vec()));
                guest.ok("fd_close", &[fd.into()]);
                inside += 1;
            }
            let _ = guest.at("path_create_directory", "swap/new");
            let _ = guest.at("path_remove_directory", "swap/new");
            let _ = guest.symlink("x", "swap/new");
            let _ = guest.at("path_unlink_file", "swap/new");
            if let Ok(dir) = guest.open_dir("swap") {
                let names = guest.entries(dir, 0, 4096);
                assert!(names.iter().all(|(_, _, name)| name != "marker"));
                guest.ok("fd_close", &[dir.into()]);
            }
        }
        stop.store(true, Ordering::Relaxed);
        assert!(tries > inside && tries > 10, "{inside} of {tries}");
    });
    outside.check();
}

#[test]
fn pointers_of_any_kind_are_answered() {
    // Every function, with every argument any of these.
    let edges = [
        0,
        1,
        3,
        4,
        7,
        64,
        0xffff,
        0x3_ffff,
        0x4_0000,
        0x7fff_ffff,
        0xffff_fff0,
        u64::MAX,
    ];
    let mut state = 1u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut guest = None;
    for round in 0..300 {
        for (name, params) in FUNCTIONS {
            // Waits for ever if the guest asks for it, which is another test.
            if ["poll_oneoff", "proc_raise"].contains(name) {
                continue;
            }
            let guest = guest.get_or_insert_with(|| {
                let memory = selvedge_wasi::MemoryDir::new(100_000, 100);
                let mut builder = WasiCtxBuilder::new();
                builder.args(&["a"]).preopened_memory_dir(
                    &memory,
                    "/",
                    DirPerms::all(),
                    FilePerms::all(),
                );
                let mut guest = Guest::new(builder.build());
                guest.write_file("a", b"abc");
                guest.open("a", OFlags::empty()).unwrap();
                guest
            });
            let args = (0..params.len()).map(|_| edges[next() as usize % edges.len()]);
            let args: Vec<u64> = args.collect();
            let result = guest.try_call(name, &args);
            assert!(result.is_ok(), "{name}{args:?}: {result:?}");
        }
        if round % 50 == 49 {
            guest = None;
        }
    }
}

#[test]
fn buffers_without_number_or_end_are_refused() {
    let mut guest = plain();
    let [out, iovs] = [0, 64];
    // One buffer of 4 GiB, and counts up to that many.
    guest.put_u32(64, 0);
    guest.put_u32(68, u32::MAX);
    for name in ["fd_write", "fd_read"] {
        let fd = u64::from(name == "fd_write");
        assert_eq!(guest.call(name, &[fd, iovs, 1, out]), Errno::Fault);
        assert_eq!(
            guest.call(name, &[fd, iovs, 0xffff_ffff, out]),
            Errno::Fault
        );
        assert_eq!(
            guest.call(name, &[fd, iovs, 0x2000_0000, out]),
            Errno::Fault
        );
        assert_eq!(guest.call(name, &[fd, iovs, 1025, out]), Errno::Inval);
        assert_eq!(guest.call(name, &[fd, 0xffff_fff8, 1, out]), Errno::Fault);
        assert_eq!(guest.call(name, &[fd, 0xffff_fffc, 2, out]), Errno::Fault);
    }
    // All of the buffers are the whole memory: a long write, that is told as short as it was.
    let size = guest.memory.data_size(&guest.store) as u32;
    for i in 0..1024 {
        guest.put_u32(0x1000 + i * 8, 0);
        guest.put_u32(0x1004 + i * 8, size);
    }
    guest.ok("fd_write", &[1, 0x1000, 1024, 0]);
    assert_eq!(guest.u32(0), size * 1024);
}

#[test]
fn buffers_that_overlap_each_other_and_the_result_are_harmless() {
    with_both(|guest| {
        guest.write_file("file", b"0123456789");
        let fd = guest.open("file", OFlags::empty()).unwrap();
        // Two over each other; the first is filled, the second is for another call.
        guest.put(64, &[0; 16]);
        for (at, value) in [(64, DATA), (68, 6), (72, DATA + 3), (76, 6)] {
            guest.put_u32(at, value);
        }
        guest.ok("fd_read", &[fd.into(), 64, 2, 0]);
        assert_eq!(guest.u32(0), 6);
        assert_eq!(guest.bytes(DATA, 6), b"012345");
        guest.ok("fd_pread", &[fd.into(), 64, 2, 1, 0]);
        assert_eq!(guest.bytes(DATA, 6), b"123456");
        // The result over the buffer, and the buffer over the array of buffers.
        guest.put_u32(68, 4);
        guest.ok("fd_pread", &[fd.into(), 64, 1, 0, DATA.into()]);
        assert_eq!(guest.u32(DATA), 4);
        guest.put_u32(64, 64);
        guest.put_u32(68, 8);
        guest.ok("fd_pread", &[fd.into(), 64, 1, 0, 0]);
        assert_eq!(guest.bytes(64, 8), b"01234567");
        // A write may say the same bytes twice.
        guest.put(DATA, b"ab");
        for (at, value) in [(64, DATA), (68, 2), (72, DATA), (76, 2)] {
            guest.put_u32(at, value);
        }
        guest.ok("fd_pwrite", &[fd.into(), 64, 2, 0, 0]);
        assert_eq!(guest.pread(fd, 10, 0), Ok(b"abab456789".to_vec()));
    });
}

#[test]
fn a_million_subscriptions_are_refused_and_thousands_are_served() {
    let mut guest = plain();
    guest.memory.grow(&mut guest.store, 2000).unwrap();
    let start = Instant::now();
    for count in [1_000_000, 4097] {
        let args = [DATA.into(), DATA.into(), count, 0];
        assert_eq!(guest.call("poll_oneoff", &args), Errno::Inval);
    }
    let args = [DATA.into(), DATA.into(), u64::from(u32::MAX), 0];
    assert_eq!(guest.call("poll_oneoff", &args), Errno::Fault);
    // All wait for standard output, which is ready.
    for i in 0..4096 {
        guest.put(DATA + i * 48 + 8, &[2]);
        guest.put_u32(DATA + i * 48 + 16, 1);
    }
    guest.ok("poll_oneoff", &[DATA.into(), DATA.into(), 4096, 0]);
    assert_eq!(guest.u32(0), 4096);
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn deep_and_long_paths_are_answered() {
    with_both(|guest| {
        let deep = "a/".repeat(2000);
        assert_eq!(guest.open(&deep, OFlags::empty()), Err(Errno::Noent));
        let dots = "./".repeat(2047);
        assert_eq!(guest.stat(&dots, false), Errno::Success);
        let ups = "../".repeat(1300);
        assert_eq!(guest.stat(&ups, false), Errno::Perm);
        let slashes = format!("{}x", "/".repeat(4000));
        assert_eq!(guest.stat(&slashes, false), Errno::Perm);
        // Links that lead through each other again and again.
        for i in 0..60 {
            let target = format!("l{}/../l{}", i + 1, i + 1);
            guest.symlink(&target, &format!("l{i}"));
        }
        assert_ne!(guest.stat("l0", true), Errno::Success);
    });
}
