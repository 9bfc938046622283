//! The targets: functions from bytes, which return `None` if the bytes stand for nothing.

pub mod api;
pub mod compile;
pub mod differential;
pub mod instantiate;
pub mod lifecycle;
pub mod tiers;
pub mod translate;
pub mod validate;
pub mod wasi;

/// A target.
pub type Target = fn(&[u8]) -> Option<()>;

/// All targets by name, and the most bytes that are of use to each.
pub const ALL: [(&str, Target, usize); 9] = [
    ("validate", validate::run, 64 << 10),
    ("translate", translate::run, 32 << 10),
    ("compile", compile::run, 32 << 10),
    ("instantiate", instantiate::run, 16 << 10),
    ("tiers", tiers::run, 16 << 10),
    ("differential", differential::run, 16 << 10),
    ("lifecycle", lifecycle::run, 512),
    ("wasi", wasi::run, 2 << 10),
    ("api", api::run, 1 << 10),
];

/// The target `name`.
pub fn by_name(name: &str) -> Option<Target> {
    let found = ALL.iter().find(|(other, _, _)| *other == name);
    found.map(|&(_, target, _)| target)
}

/// Whether all of `bytes` are 0: by blocks, as every comparison in this crate costs time when it is fuzzed.
fn is_zero(bytes: &[u8]) -> bool {
    const ZEROS: [u8; 4096] = [0; 4096];
    let mut blocks = bytes.chunks(ZEROS.len());
    blocks.all(|block| *block == ZEROS[..block.len()])
}
