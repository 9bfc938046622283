//! Programs in C that mean harm, while the host's directories change under them. What is outside of their
//! directory stays as it was and is never read.

mod runner;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use runner::{Ended, run, tree};
use selvedge_wasi::{DirPerms, FilePerms, WasiCtxBuilder};
use tempfile::TempDir;

/// A directory `inside` for a guest, and what must not be reached beside it.
struct Sandbox {
    root: TempDir,
    /// All times outside at first.
    time: SystemTime,
}

/// What is outside: files with a secret, things to remove, and no more.
const OUTSIDE: [&str; 6] = [
    "outside/",
    "outside/empty/",
    "outside/link",
    "outside/marker",
    "outside/secret",
    "secret",
];

impl Sandbox {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        let path = |name: &str| root.path().join(name);
        fs::create_dir_all(path("inside/dir")).unwrap();
        fs::create_dir_all(path("outside/empty")).unwrap();
        fs::write(path("inside/file"), "file").unwrap();
        for name in ["secret", "outside/secret", "outside/marker"] {
            fs::write(path(name), "canary").unwrap();
        }
        symlink("nowhere", path("outside/link")).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_500_000_000);
        for name in [
            "secret",
            "outside/secret",
            "outside/marker",
            "outside/empty",
        ] {
            fs::File::open(path(name))
                .unwrap()
                .set_modified(time)
                .unwrap();
        }
        Self { root, time }
    }

    fn inside(&self) -> PathBuf {
        self.root.path().join("inside")
    }

    fn run(&self, name: &str, args: &[&str]) -> Ended {
        let mut builder = WasiCtxBuilder::new();
        builder
            .arg(name)
            .args(args)
            .preopened_dir(self.inside(), "/", DirPerms::all(), FilePerms::all())
            .unwrap();
        run(name, &mut builder)
    }

    /// Checks that all outside is as it was.
    fn check(&self) {
        let found = tree(self.root.path());
        let outside = found.iter().filter(|path| !path.starts_with("inside/"));
        assert!(outside.eq(OUTSIDE.iter()), "{found:?}");
        for name in ["secret", "outside/secret", "outside/marker"] {
            let path = self.root.path().join(name);
            assert_eq!(fs::read(&path).unwrap(), b"canary");
            let metadata = path.metadata().unwrap();
            assert_eq!(metadata.modified().unwrap(), self.time, "{name}");
            assert_eq!(
                std::os::unix::fs::MetadataExt::nlink(&metadata),
                1,
                "{name}"
            );
        }
        let inside = tree(&self.inside());
        assert!(
            !inside.iter().any(|path| path.contains("stolen")),
            "{inside:?}"
        );
    }
}

#[test]
fn escape() {
    let sandbox = Sandbox::new();
    let (root, inside) = (sandbox.root.path(), sandbox.inside());
    let link = |target: &Path, name: &str| symlink(target, inside.join(name)).unwrap();
    link(Path::new(".."), "up");
    link(Path::new("../outside"), "dirlink");
    link(Path::new("../secret"), "secretlink");
    link(&root.join("secret"), "absolute");
    link(&root.join("outside"), "absolute-dir");
    link(Path::new("dir/deep"), "chain");
    link(Path::new("../../outside"), "dir/deep");
    link(Path::new("secretlink"), "chain-to-file");
    link(Path::new("/"), "root");
    link(Path::new("/proc"), "proc");
    let absolute = ["secret", "new", "outside/marker", "inside/file"].map(|name| root.join(name));
    let absolute = absolute.each_ref().map(|path| path.to_str().unwrap());
    sandbox.run("escape", &absolute).expect("escape: refused\n");
    sandbox.check();
    assert_eq!(fs::read(inside.join("file")).unwrap(), b"file");
}

/// Swaps what `swap` swaps while a guest goes through `rounds`, and returns how often what it looked for
/// was there and was not.
fn race(rounds: &str, setup: impl Fn(&Path), swap: impl Fn(&Path) + Sync) {
    let sandbox = Sandbox::new();
    let inside = sandbox.inside();
    fs::create_dir(inside.join("good")).unwrap();
    fs::write(inside.join("good/secret"), "inside").unwrap();
    fs::write(inside.join("move"), "move").unwrap();
    setup(&inside);
    let done = AtomicBool::new(false);
    let ended = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                swap(&inside);
                thread::yield_now();
            }
        });
        let ended = sandbox.run("race", &[rounds]);
        done.store(true, Ordering::Relaxed);
        ended
    });
    sandbox.check();
    assert_eq!(ended.stderr, "");
    let counts: Vec<u32> = ended
        .stdout
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let [reached, missed] = counts[..] else {
        panic!("{:?} {}", ended.status, ended.stdout);
    };
    // The race was one.
    assert!(reached > 0 && missed > 0, "{reached} {missed}");
}

#[test]
fn race_of_links() {
    // A link that leads inside or outside, each put in the place of the other at once.
    race(
        "1000",
        |inside| symlink("good", inside.join("flip")).unwrap(),
        |inside| {
            for target in ["../outside", "good"] {
                symlink(target, inside.join("next")).unwrap();
                fs::rename(inside.join("next"), inside.join("flip")).unwrap();
            }
        },
    );
}

#[test]
fn race_of_a_directory_and_a_link() {
    // A directory that is moved away, with a link outside in its place for a while.
    race(
        "1000",
        |inside| {
            fs::rename(inside.join("good"), inside.join("flip")).unwrap();
            symlink("../outside", inside.join("link")).unwrap();
        },
        |inside| {
            fs::rename(inside.join("flip"), inside.join("good")).unwrap();
            fs::rename(inside.join("link"), inside.join("flip")).unwrap();
            fs::rename(inside.join("flip"), inside.join("link")).unwrap();
            fs::rename(inside.join("good"), inside.join("flip")).unwrap();
        },
    );
}

#[test]
fn race_of_readdir() {
    let dir = TempDir::new().unwrap();
    for i in 0..200 {
        fs::write(dir.path().join(format!("stay-{i}")), b"").unwrap();
    }
    let file = |i: usize| dir.path().join(format!("come-{i}"));
    for i in 0..50 {
        fs::write(file(i), b"").unwrap();
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            // Fifty come and go at any time.
            for i in 0.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                fs::write(file(i + 50), b"").unwrap();
                fs::remove_file(file(i)).unwrap();
            }
        });
        let mut builder = WasiCtxBuilder::new();
        builder
            .args(&["readdir_race", "30"])
            .preopened_dir(dir.path(), "/", DirPerms::all(), FilePerms::all())
            .unwrap();
        let ended = run("readdir_race", &mut builder);
        done.store(true, Ordering::Relaxed);
        ended.expect("readdir_race: done\n");
    });
}

#[test]
fn exhaust() {
    for in_memory in [false, true] {
        let dir = TempDir::new().unwrap();
        let memory = selvedge_wasi::MemoryDir::new(1 << 20, 100);
        let (dirs, files) = (DirPerms::all(), FilePerms::all());
        let mut builder = WasiCtxBuilder::new();
        builder.max_fds(150);
        match in_memory {
            true => builder.preopened_memory_dir(&memory, "/", dirs, files),
            false => builder.preopened_dir(dir.path(), "/", dirs, files).unwrap(),
        };
        run("exhaust", &mut builder).expect("exhaust: done\n");
        if !in_memory {
            assert_eq!(tree(dir.path()), ["file"]);
        }
    }
}

#[test]
fn buffers() {
    // Its standard error takes as much as there is.
    for in_memory in [false, true] {
        let dir = TempDir::new().unwrap();
        let memory = selvedge_wasi::MemoryDir::new(1 << 20, 100);
        let (dirs, files) = (DirPerms::all(), FilePerms::all());
        let stdout = selvedge_wasi::pipe::MemoryOutputPipe::new(4096);
        let mut builder = WasiCtxBuilder::new();
        builder.stdout(stdout.clone());
        match in_memory {
            true => builder.preopened_memory_dir(&memory, "/", dirs, files),
            false => builder.preopened_dir(dir.path(), "/", dirs, files).unwrap(),
        };
        let status = runner::start("buffers", builder.build());
        assert!(matches!(status, Ok(0)), "{status:?}");
        assert_eq!(stdout.contents(), b"buffers: done\n");
    }
}

#[test]
fn pointers() {
    let dir = TempDir::new().unwrap();
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut builder = WasiCtxBuilder::new();
    builder.arg("pointers").env("A", "1");
    builder
        .preopened_dir(dir.path(), "/", DirPerms::all(), FilePerms::all())
        .unwrap()
        .preopened_socket(TcpListener::bind("127.0.0.1:0").unwrap())
        .preopened_socket(theirs);
    run("pointers", &mut builder).expect("pointers: done\n");
    assert_eq!(tree(dir.path()), ["file", "link"]);
    // Nothing was sent.
    ours.set_nonblocking(true).unwrap();
    let received = std::io::Read::read(&mut &ours, &mut [0; 16]);
    assert!(matches!(received, Ok(0)), "{received:?}");
}

#[test]
fn poll_million() {
    run("poll_million", &mut WasiCtxBuilder::new()).expect("poll_million: done\n");
}
