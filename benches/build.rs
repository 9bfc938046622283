//! Tells the benchmarks what compiled them and how, for the reports.

use std::process::Command;

fn main() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let version = version.unwrap_or_default();
    println!("cargo:rustc-env=BENCHES_RUSTC={version}");

    let opt_level = std::env::var("OPT_LEVEL").unwrap_or_default();
    let mut build = format!("opt-level {opt_level}");
    for (variable, name) in [
        ("CARGO_PROFILE_RELEASE_LTO", "lto"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "codegen-units"),
    ] {
        println!("cargo:rerun-if-env-changed={variable}");
        if let Ok(value) = std::env::var(variable) {
            build.push_str(&format!(", {name} {value}"));
        }
    }
    println!("cargo:rustc-env=BENCHES_BUILD={build}");
    println!("cargo:rerun-if-changed=build.rs");
}
