//! What a module took is given back: memory and mappings stay the same while
//! generated and damaged modules come and go. A process of its own, so that
//! nothing else counts.
//!
//! `LEAKS_MODULES=10000` makes a longer run.

#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::time::Duration;

use selvedge::CompilationMode;

use support::{Random, Watchdog, count, engine, exercise, generate};

/// Growth that is put down to the allocator, not to a leak.
const SLACK_BYTES: usize = 48 << 20;
/// More than any of the modules may have, and less than what runs away.
const PEAK_BYTES: usize = 1 << 30;

/// A value in KiB of `/proc/self/status`, in bytes.
fn status(field: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find(|line| line.starts_with(field));
    let value = line.and_then(|line| line.split_whitespace().nth(1));
    let kib: usize = value.and_then(|kib| kib.parse().ok()).expect("a number");
    kib << 10
}

fn mappings() -> usize {
    let maps = fs::read_to_string("/proc/self/maps").expect("Linux has it");
    maps.lines().count()
}

#[test]
fn nothing_is_kept() {
    let engine = engine(CompilationMode::LazyTranslation);
    let watchdog = Watchdog::new(Duration::from_millis(100));
    let mut random = Random::new(4);
    let mut go = |modules: usize| {
        for _ in 0..modules {
            let mut binary = generate(&mut random);
            exercise(&engine, &binary, Some(&watchdog));
            let at = random.below(binary.len());
            binary[at] ^= 1 << random.below(8);
            exercise(&engine, &binary, Some(&watchdog));
        }
    };
    let modules = count("LEAKS_MODULES", 400);
    go(modules / 4);
    let (bytes_before, mappings_before) = (status("VmRSS:"), mappings());
    go(modules);
    let (bytes, mappings) = (status("VmRSS:"), mappings());
    assert!(
        bytes < bytes_before + SLACK_BYTES,
        "{bytes_before} bytes before, {bytes} after"
    );
    assert!(
        mappings < mappings_before + 20,
        "{mappings_before} mappings before, {mappings} after"
    );
    let peak = status("VmHWM:");
    assert!(peak < PEAK_BYTES, "{peak} bytes at the peak");
}
