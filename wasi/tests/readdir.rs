//! `fd_readdir`: entries, cookies, small buffers, changes meanwhile.

mod common;

use std::collections::BTreeSet;

use common::{DATA, Guest, plain, with_both};
use selvedge_wasi::types::layout::DIRENT;
use selvedge_wasi::types::{Errno, FileType, OFlags};

fn make_files(guest: &mut Guest, count: u32) -> BTreeSet<String> {
    let names = (0..count).map(|i| format!("file-{i:04}"));
    let names: BTreeSet<String> = names.collect();
    for name in &names {
        let fd = guest.open(name, OFlags::CREAT).unwrap();
        guest.ok("fd_close", &[fd.into()]);
    }
    names
}

fn with_dots(mut names: BTreeSet<String>) -> BTreeSet<String> {
    names.extend([".".to_owned(), "..".to_owned()]);
    names
}

#[test]
fn entries_are_listed_with_their_types() {
    with_both(|guest| {
        guest.write_file("file", b"");
        guest.at("path_create_directory", "dir");
        guest.symlink("file", "link");
        let mut entries = guest.entries(3, 0, 4096);
        entries.sort_by(|a, b| a.2.cmp(&b.2));
        let types: Vec<_> = entries.iter().map(|(_, ty, name)| (&**name, *ty)).collect();
        let expected = [
            (".", FileType::Directory),
            ("..", FileType::Directory),
            ("dir", FileType::Directory),
            ("file", FileType::RegularFile),
            ("link", FileType::SymbolicLink),
        ];
        assert_eq!(types, expected.map(|(name, ty)| (name, ty as u8)));
        assert!(entries.iter().all(|(cookie, _, _)| *cookie != 0));
        // Nothing is told of the directory above.
        let ino = |guest: &mut Guest, name: &str| {
            guest.ok("fd_readdir", &[3, DATA.into(), 4096, 0, 0]);
            let mut here = DATA;
            loop {
                let len = guest.u32(here + DIRENT.d_namlen);
                if guest.bytes(here + DIRENT.bytes, len) == name.as_bytes() {
                    return guest.u64(here + DIRENT.d_ino);
                }
                here += DIRENT.bytes + len;
            }
        };
        assert_eq!(ino(guest, "."), ino(guest, ".."));
        assert_ne!(ino(guest, "."), ino(guest, "file"));
    });
}

#[test]
fn any_size_of_buffer_sees_every_entry_once() {
    with_both(|guest| {
        let names = make_files(guest, 300);
        for len in [40, 64, 100, 1000, 4096, 65536] {
            let entries = guest.entries(3, 0, len);
            let seen: BTreeSet<String> = entries.iter().map(|entry| entry.2.clone()).collect();
            assert_eq!(entries.len(), 302, "buffers of {len}");
            assert_eq!(seen, with_dots(names.clone()));
        }
    });
}

#[test]
fn a_buffer_too_small_has_the_beginning_of_an_entry() {
    with_both(|guest| {
        guest.put(DATA, &[0xaa; 64]);
        for len in [0u32, 1, 8, 23, 24] {
            guest.ok("fd_readdir", &[3, DATA.into(), len.into(), 0, 0]);
            assert_eq!(guest.u32(0), len, "full, for there is more");
            assert_eq!(guest.bytes(DATA + len, 1), [0xaa]);
        }
    });
}

#[test]
fn cookies_lead_back_to_their_places() {
    with_both(|guest| {
        make_files(guest, 50);
        let entries = guest.entries(3, 0, 65536);
        for (i, (cookie, _, _)) in entries.iter().enumerate().rev() {
            assert_eq!(guest.entries(3, *cookie, 65536), entries[i + 1..]);
            // The type that `telldir` returns has no more bits in a guest.
            assert!(*cookie < 1 << 31);
        }
    });
}

#[test]
fn entries_that_stay_are_seen_once_while_others_go_and_come() {
    with_both(|guest| {
        let names = make_files(guest, 200);
        let mut seen = Vec::new();
        let mut cookie = 0;
        let mut round = 0;
        loop {
            // A few at a time; after each, one file goes and one comes.
            guest.ok("fd_readdir", &[3, DATA.into(), 200, cookie, 0]);
            let (used, mut here) = (guest.u32(0), DATA);
            while here + 24 <= DATA + used {
                let len = guest.u32(here + DIRENT.d_namlen);
                if here + 24 + len > DATA + used {
                    break;
                }
                cookie = guest.u64(here);
                seen.push(String::from_utf8(guest.bytes(here + 24, len)).unwrap());
                here += 24 + len;
            }
            if used < 200 {
                break;
            }
            if round < 50 {
                assert_eq!(
                    guest.at("path_unlink_file", &format!("file-{round:04}")),
                    Errno::Success
                );
                guest.write_file(&format!("new-{round:04}"), b"");
                round += 1;
            }
            assert!(seen.len() < 1000, "it ends");
        }
        let unique: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(unique.len(), seen.len(), "nothing is seen twice");
        let stayed = names.iter().skip(50);
        for name in stayed {
            assert!(unique.contains(name), "{name} was there all the time");
        }
    });
}

#[test]
fn removed_directories_and_made_up_cookies_are_harmless() {
    with_both(|guest| {
        make_files(guest, 10);
        for cookie in [u64::MAX, 1 << 63, (1 << 63) - 1, 12345, 1] {
            let errno = guest.call("fd_readdir", &[3, DATA.into(), 4096, cookie, 0]);
            assert!(
                matches!(errno, Errno::Success | Errno::Inval),
                "{cookie}: {errno}"
            );
        }
        guest.at("path_create_directory", "dir");
        let dir = guest.open_dir("dir").unwrap();
        guest.at("path_remove_directory", "dir");
        let entries = guest.entries(dir, 0, 4096);
        assert!(
            entries.iter().all(|entry| entry.2.starts_with('.')),
            "{entries:?}"
        );
    });
}

#[test]
fn only_directories_are_read_and_only_to_memory() {
    with_both(|guest| {
        let fd = guest.open("file", OFlags::CREAT).unwrap();
        let call = |guest: &mut Guest, fd: u32, buf: u64, len: u64, out: u64| {
            guest.call("fd_readdir", &[fd.into(), buf, len, 0, out])
        };
        assert_eq!(call(guest, fd, 100, 100, 0), Errno::Notdir);
        assert_eq!(call(guest, 1, 100, 100, 0), Errno::Notdir);
        assert_eq!(call(guest, 55, 100, 100, 0), Errno::Badf);
        assert_eq!(call(guest, 3, u64::MAX, 100, 0), Errno::Fault);
        assert_eq!(call(guest, 3, 100, u64::MAX, 0), Errno::Fault);
        assert_eq!(call(guest, 3, 100, 100, u64::MAX), Errno::Fault);
    });
    assert_eq!(
        plain().call("fd_readdir", &[3, 100, 100, 0, 0]),
        Errno::Badf
    );
}
