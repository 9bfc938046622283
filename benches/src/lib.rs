//! The instrument: Selvedge and its peers on the same work in one process.
//!
//! - A [`Runtime`](runtimes::Runtime) makes instances of modules; the first is Selvedge.
//! - A [`Case`](measure::Case) is work that every runtime can do, with the result that is expected.
//! - A [`Measurement`](measure::Measurement) is the time that each runtime took for a case.
//! - [`report`] shows measurements as a table and as JSON.

pub mod clock;
pub mod groups;
pub mod measure;
pub mod report;
pub mod runtimes;

/// What can go wrong: a runtime fails, or a result is not as expected.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
