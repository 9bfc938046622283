//! The instrument: Selvedge and its peers on the same work in one process.
//!
//! - A [`Runtime`](runtimes::Runtime) makes engines, which load modules; the first is Selvedge.
//! - A [`Case`](case::Case) is work that every runtime can do, with the result that is expected.
//! - A [`Measurement`](measure::Measurement) is what each runtime took for a case.
//! - A [`Report`](report::Report) shows measurements as a table, a chart, Markdown and JSON.
//!
//! What could crash, or must begin with nothing in memory, is done by a [`Child`](child::Child).

pub mod case;
pub mod child;
pub mod clock;
pub mod environment;
pub mod generate;
pub mod groups;
pub mod heap;
pub mod measure;
pub mod modules;
pub mod progress;
pub mod report;
pub mod runtimes;
pub mod statistics;
pub mod value;

/// What can go wrong: a runtime fails, or a result is not as expected.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
