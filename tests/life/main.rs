//! The life of instances in regions: Lucet's behaviour, on every kind of region and tier.

mod alloc;
mod entry;
mod host;
mod kill;
#[cfg(all(unix, not(feature = "portable-sys")))]
mod model;
#[cfg(all(
    feature = "jit",
    target_arch = "x86_64",
    target_os = "linux",
    not(feature = "portable-sys")
))]
mod signals;
mod support;
#[cfg(all(unix, not(feature = "portable-sys")))]
mod walk;
#[cfg(all(unix, not(feature = "portable-sys")))]
mod yields;
