//! A program in Rust that uses `std::env`, `std::time`, the standard streams and its exit status.

use std::collections::HashMap;
use std::io::{self, BufRead, Read, Write};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    println!("{:?}", args);
    let mut vars: Vec<(String, String)> = std::env::vars().collect();
    vars.sort();
    println!("{:?}", vars);
    assert_eq!(std::env::var("NOT_THERE"), Err(std::env::VarError::NotPresent));

    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(20));
    assert!(start.elapsed() >= Duration::from_millis(20));
    assert!(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() > 1_700_000_000);

    // The hasher takes random bytes.
    let map: HashMap<u32, u32> = (0..1000).map(|i| (i, i * i)).collect();
    assert_eq!(map[&31], 961);

    let mut line = String::new();
    let stdin = io::stdin();
    stdin.lock().read_line(&mut line).unwrap();
    assert_eq!(line, "a line\n");
    let mut rest = Vec::new();
    stdin.lock().read_to_end(&mut rest).unwrap();
    io::stdout().write_all(&rest).unwrap();
    eprintln!("on standard error");
    std::process::exit(args.len() as i32);
}
