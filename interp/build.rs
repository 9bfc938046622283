//! Chooses the dispatch technique: sibling calls (`cfg(selvedge_tail)`) need an
//! optimising build and a target whose convention passes eleven arguments in registers.

use std::env;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(selvedge_tail)");
    println!("cargo::rerun-if-changed=build.rs");
    let var = |name| env::var(name).unwrap_or_default();
    let optimised = matches!(var("OPT_LEVEL").as_str(), "2" | "3" | "s" | "z");
    let arch = matches!(var("CARGO_CFG_TARGET_ARCH").as_str(), "x86_64" | "aarch64");
    let sanitised = !var("CARGO_CFG_SANITIZE").is_empty()
        || var("CARGO_ENCODED_RUSTFLAGS").contains("sanitizer");
    if optimised && arch && !sanitised {
        println!("cargo::rustc-cfg=selvedge_tail");
    }
}
