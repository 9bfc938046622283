//! The interpreter of Selvedge: function bodies become register code, which
//! handlers run on the canonical frame.
//!
//! [`InterpCode`] holds a module's register code and translates functions on
//! demand; [`enter`] runs a function. The translation is in `lower`, the handlers are in
//! `exec`, by family under the same names.
//!
//! Beside machine code, [`native_entry`] is the entry of a function that has some, [`resume`]
//! goes on after it has returned, and [`Heat`] says when a function is worth having some.
//!
//! Invariants: code is published once per function and never changes; a frame
//! is that of `selvedge_vm::frame`; no handler recurses or unwinds.

mod blocks;
mod code;
mod exec;
mod heat;
mod listing;
mod lower;
mod optimisations;
#[cfg(feature = "profile")]
pub mod profile;
mod run;

pub use blocks::{classify_return, exit_address, host_code, native_entry, return_to_native};
pub use code::InterpCode;
#[doc(hidden)]
pub use exec::name::operation_name;
pub use heat::Heat;
pub use optimisations::Optimisations;
pub use run::{enter, enter_from, enter_from_native, resume, resume_loop};
pub(crate) use run::{out_of_line, prepare, stop_status, value_or_status};

/// How handlers follow one another.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dispatch {
    /// A handler ends in a jump to the next: fast, in optimised builds for x86-64 and aarch64.
    Tail,
    /// A loop calls one handler after another: everywhere, slower.
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
            Self::Step => cfg!(selvedge_step),
        }
    }

    /// The fastest one available, if any is: optimised builds have `Step` as well only
    /// with the feature `step`.
    pub fn best() -> Option<Self> {
        [Self::Tail, Self::Step]
            .into_iter()
            .find(|dispatch| dispatch.is_available())
    }
}
