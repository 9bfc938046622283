//! The interpreter of Selvedge: function bodies become register code, which
//! handlers run on the canonical frame.
//!
//! [`InterpCode`] holds a module's register code and translates functions on
//! demand; [`enter`] runs a function; [`walk`] lists the frames of an execution. The
//! translation is in `lower`, the handlers are in `exec`, by family under the same names.
//!
//! Invariants: code is published once per function and never changes; a frame
//! is that of `selvedge_vm::frame`; no handler recurses or unwinds.

mod code;
mod exec;
mod listing;
mod lower;
mod optimisations;
#[cfg(feature = "profile")]
pub mod profile;
mod run;
mod walk;

pub use code::InterpCode;
pub use optimisations::Optimisations;
pub use run::{enter, host_code};
pub(crate) use run::{out_of_line, prepare, stop_status, value_or_status};
pub use walk::{WalkedFrame, walk};

/// How handlers follow one another.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dispatch {
    /// A handler ends in a jump to the next: fast, in optimised builds for x86-64 and aarch64.
    Tail,
    /// A loop calls one handler after another: everywhere.
    Step,
}

impl Dispatch {
    /// Whether this build and machine can run code this way.
    pub fn is_available(self) -> bool {
        match self {
            #[cfg(selvedge_tail)]
            Self::Tail => exec::tail::self_test(),
            #[cfg(not(selvedge_tail))]
            Self::Tail => false,
            Self::Step => true,
        }
    }

    /// The fastest one available.
    pub fn best() -> Self {
        if Self::Tail.is_available() {
            Self::Tail
        } else {
            Self::Step
        }
    }
}
