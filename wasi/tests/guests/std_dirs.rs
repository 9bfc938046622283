//! A program in Rust that uses the directories and links of `std::fs`, and panics where something is wrong.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

fn main() {
    fs::create_dir_all("a/b/c").unwrap();
    assert!(Path::new("a/b/c").is_dir());
    let again = fs::create_dir("a").unwrap_err();
    assert_eq!(again.kind(), ErrorKind::AlreadyExists);
    fs::write("a/text", "first\nsecond\nth").unwrap();

    assert_eq!(fs::copy("a/text", "a/b/copy").unwrap(), 15);
    fs::hard_link("a/b/copy", "a/b/link").unwrap();
    fs::rename("a/b/copy", "a/b/c/moved").unwrap();
    assert_eq!(fs::read("a/b/link").unwrap(), fs::read("a/b/c/moved").unwrap());
    // Deprecated for other systems; what is made for this one is not stable.
    #[allow(deprecated)]
    fs::soft_link("b/link", "a/soft").unwrap();
    assert_eq!(fs::read_link("a/soft").unwrap(), Path::new("b/link"));
    assert!(fs::symlink_metadata("a/soft").unwrap().file_type().is_symlink());
    assert_eq!(fs::metadata("a/soft").unwrap().len(), 15);

    let entries = fs::read_dir("a").unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["b", "soft", "text"]);
    for i in 0..500 {
        File::create(format!("a/b/c/{}", i)).unwrap();
    }
    assert_eq!(fs::read_dir("a/b/c").unwrap().count(), 501);

    assert!(fs::remove_dir("a").is_err());
    fs::remove_file("a/soft").unwrap();
    fs::remove_dir_all("a/b").unwrap();
    assert!(!Path::new("a/b").exists());
    assert!(File::open("../escape").is_err());
    println!("std_dirs: done");
}
