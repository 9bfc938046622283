//! Chooses the dispatch techniques that are compiled: sibling calls (`cfg(selvedge_tail)`) need an
//! optimising build and a target whose convention passes eleven arguments in registers; where there are
//! none, or the feature `step` asks for it, handlers for a loop (`cfg(selvedge_step)`).

use std::env;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(selvedge_tail, selvedge_step)");
    println!("cargo::rerun-if-changed=build.rs");
    let var = |name| env::var(name).unwrap_or_default();
    let optimised = matches!(var("OPT_LEVEL").as_str(), "2" | "3" | "s" | "z");
    let arch = matches!(var("CARGO_CFG_TARGET_ARCH").as_str(), "x86_64" | "aarch64");
    let sanitised = !var("CARGO_CFG_SANITIZE").is_empty()
        || var("CARGO_ENCODED_RUSTFLAGS").contains("sanitizer");
    let tail = optimised && arch && !sanitised;
    if tail {
        println!("cargo::rustc-cfg=selvedge_tail");
    }
    if !tail || env::var_os("CARGO_FEATURE_STEP").is_some() {
        println!("cargo::rustc-cfg=selvedge_step");
    }
}
