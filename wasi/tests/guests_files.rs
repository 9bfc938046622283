//! Programs in C and Rust that use files and check what they get: in a directory of the host, whose
//! files are looked at afterwards, and in one in memory.

mod runner;

use std::fs;

use runner::{in_memory, on_host, tree};

#[test]
fn file_io() {
    let big: Vec<u8> = (0..1u32 << 17)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    on_host(
        "file_io",
        "file_io: done\n",
        |_| {},
        |dir| {
            assert_eq!(tree(dir), ["big", "io"]);
            assert_eq!(fs::read(dir.join("io")).unwrap(), b"onetwo");
            assert!(fs::read(dir.join("big")).unwrap() == big);
        },
    );
    let memory = in_memory("file_io", "file_io: done\n");
    assert!(memory.read_file("big").unwrap() == big);
}

#[test]
fn flags() {
    on_host(
        "flags",
        "flags: done\n",
        |_| {},
        |dir| {
            assert_eq!(tree(dir), ["log", "sync"]);
            assert_eq!(fs::read(dir.join("log")).unwrap(), b"ONE\ntwo\nendabc");
        },
    );
    in_memory("flags", "flags: done\n");
}

#[test]
fn sizes() {
    on_host(
        "sizes",
        "sizes: done\n",
        |_| {},
        |dir| {
            let metadata = dir.join("sizes").metadata().unwrap();
            assert_eq!(metadata.len(), 100);
            let modified = metadata.modified().unwrap();
            let modified = modified.duration_since(std::time::UNIX_EPOCH).unwrap();
            assert_eq!(modified.as_secs(), 6);
        },
    );
    in_memory("sizes", "sizes: done\n");
}

#[test]
fn descriptors() {
    let to_host = "descriptors: to the host\n";
    let to_file = b"descriptors: to a file\n";
    on_host(
        "descriptors",
        to_host,
        |_| {},
        |dir| assert_eq!(fs::read(dir.join("out")).unwrap(), to_file),
    );
    let memory = in_memory("descriptors", to_host);
    assert_eq!(memory.read_file("out").unwrap(), to_file);
}

#[test]
fn readdir() {
    on_host(
        "readdir",
        "readdir: done\n",
        |_| {},
        |dir| {
            // Two thirds of the files stay, and the other directory.
            assert_eq!(tree(&dir.join("many")).len(), 200);
            assert_eq!(tree(&dir.join("kinds")), ["dir/", "file", "link"]);
            assert!(!dir.join("gone").exists());
        },
    );
    in_memory("readdir", "readdir: done\n");
}

#[test]
fn open() {
    on_host(
        "open",
        "open: done\n",
        |_| {},
        |dir| {
            let left = [
                "dangling",
                "dir/",
                "dir/inner",
                "h\u{e9}llo \u{4e16}\u{754c}",
                "link",
                "new",
            ];
            assert_eq!(tree(dir), left);
        },
    );
    in_memory("open", "open: done\n");
}

#[test]
fn stat() {
    on_host(
        "stat",
        "stat: done\n",
        |_| {},
        |dir| assert_eq!(fs::read(dir.join("dir/file")).unwrap(), b"123456"),
    );
    in_memory("stat", "stat: done\n");
}

#[test]
fn links() {
    on_host(
        "links",
        "links: done\n",
        |_| {},
        |dir| {
            assert_eq!(
                fs::read_link(dir.join("dir/up")).unwrap().to_str(),
                Some("../file")
            );
            assert_eq!(fs::read(dir.join("hard-to-file")).unwrap(), b"through");
            assert!(dir.join("hard-to-link").is_symlink());
            assert!(!dir.join("absolute").is_symlink());
        },
    );
    in_memory("links", "links: done\n");
}

#[test]
fn dots() {
    on_host(
        "dots",
        "dots: done\n",
        |_| {},
        |dir| assert_eq!(tree(dir), ["dir/", "dirlink", "file", "filelink"]),
    );
    in_memory("dots", "dots: done\n");
}

#[test]
fn rename() {
    on_host(
        "rename",
        "rename: done\n",
        |_| {},
        |dir| {
            let left = ["e/", "empty/", "f/", "f/moved", "f/x", "link2", "open"];
            assert_eq!(tree(dir), left);
            assert_eq!(fs::read(dir.join("f/moved")).unwrap(), b"a");
            assert_eq!(fs::read(dir.join("open")).unwrap(), b"over");
        },
    );
    in_memory("rename", "rename: done\n");
}

#[test]
fn remove() {
    on_host(
        "remove",
        "remove: done\n",
        |_| {},
        |dir| assert_eq!(tree(dir), [""; 0]),
    );
    in_memory("remove", "remove: done\n");
}

#[test]
fn stdio() {
    on_host(
        "stdio",
        "stdio: 42 done  3.14\n",
        |_| {},
        |dir| {
            assert_eq!(tree(dir), ["dir/", "renamed.txt"]);
            let text = fs::read_to_string(dir.join("renamed.txt")).unwrap();
            assert!(text.starts_with("LINE 0 of many\nline 1 of many\n"));
            assert!(text.ends_with("line 999 of many\nappended\n"));
        },
    );
    in_memory("stdio", "stdio: 42 done  3.14\n");
}

#[test]
fn std_fs() {
    on_host(
        "std_fs",
        "std_fs: 48890\n",
        |_| {},
        |dir| {
            assert_eq!(tree(dir), ["numbers", "text"]);
            assert_eq!(
                fs::read(dir.join("text")).unwrap(),
                b"first\nsecond\nthird\nf"
            );
            let numbers = fs::read_to_string(dir.join("numbers")).unwrap();
            assert!(numbers.lines().eq((0..10_000).map(|i| i.to_string())));
        },
    );
    in_memory("std_fs", "std_fs: 48890\n");
}

#[test]
fn std_dirs() {
    on_host(
        "std_dirs",
        "std_dirs: done\n",
        |_| {},
        |dir| assert_eq!(tree(dir), ["a/", "a/text"]),
    );
    in_memory("std_dirs", "std_dirs: done\n");
}
