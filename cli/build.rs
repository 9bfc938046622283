//! Packs the addresses that the dynamic loader adjusts: there are tens of thousands in the tables of handlers, and
//! each takes 24 bytes if it is not packed.
//!
//! Programs linked so need glibc 2.36 to start, so that it is done only if that is what the build's own machine has,
//! and the program is for machines like it.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = env::var("TARGET").unwrap_or_default();
    let is_native = env::var("HOST").is_ok_and(|host| host == target);
    if is_native && target == "x86_64-unknown-linux-gnu" && has_packed_relocations() {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Whether the machine's C library is glibc 2.36 or newer.
fn has_packed_relocations() -> bool {
    let version = std::process::Command::new("getconf")
        .arg("GNU_LIBC_VERSION")
        .output();
    let Ok(output) = version else { return false };
    let text = String::from_utf8_lossy(&output.stdout);
    let minor = text
        .trim()
        .strip_prefix("glibc 2.")
        .and_then(|rest| rest.split('.').next())
        .and_then(|minor| minor.parse::<u32>().ok());
    minor.is_some_and(|minor| minor >= 36)
}
