//! The life of instances in regions: Lucet's behaviour, on every kind of region and tier.

mod alloc;
mod entry;
mod host;
mod kill;
#[cfg(all(unix, not(feature = "portable-sys")))]
mod model;
mod support;
#[cfg(all(unix, not(feature = "portable-sys")))]
mod yields;
