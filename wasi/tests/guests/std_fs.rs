//! A program in Rust that uses the files of `std::fs` and `std::io`, and panics where something is wrong.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, IoSlice, Read, Seek, SeekFrom, Write};
use std::time::{Duration, SystemTime};

fn kind<T: std::fmt::Debug>(result: io::Result<T>) -> ErrorKind {
    result.unwrap_err().kind()
}

fn main() {
    fs::write("text", "first\nsecond\nthird\n").unwrap();
    assert_eq!(fs::read_to_string("text").unwrap().lines().count(), 3);
    let lines: Vec<String> = BufReader::new(File::open("text").unwrap())
        .lines()
        .collect::<io::Result<_>>()
        .unwrap();
    assert_eq!(lines, ["first", "second", "third"]);

    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .open("text")
        .unwrap();
    file.write_all(b"fourth\n").unwrap();
    assert_eq!(file.seek(SeekFrom::Start(6)).unwrap(), 6);
    let mut bytes = [0; 6];
    file.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"second");
    assert_eq!(file.stream_position().unwrap(), 12);
    let slices = [IoSlice::new(b"fi"), IoSlice::new(b""), IoSlice::new(b"fth\n")];
    assert_eq!(file.write_vectored(&slices).unwrap(), 6);
    file.sync_all().unwrap();
    file.set_len(20).unwrap();
    let metadata = file.metadata().unwrap();
    assert_eq!(metadata.len(), 20);
    assert!(metadata.is_file() && !metadata.is_dir());
    let age = SystemTime::now().duration_since(metadata.modified().unwrap());
    assert!(age.unwrap_or_default() < Duration::from_secs(600));

    assert_eq!(kind(File::open("missing")), ErrorKind::NotFound);
    let new = OpenOptions::new().write(true).create_new(true).open("text");
    assert_eq!(kind(new), ErrorKind::AlreadyExists);
    assert!(File::open("text").unwrap().write(b"x").is_err());

    let mut out = BufWriter::new(File::create("numbers").unwrap());
    for i in 0..10_000 {
        writeln!(out, "{}", i).unwrap();
    }
    out.flush().unwrap();
    println!("std_fs: {}", fs::metadata("numbers").unwrap().len());
}
