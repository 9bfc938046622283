//! `TerminationDetails`: why a guest was ended that did nothing wrong.

use std::any::{Any, type_name};
use std::fmt;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};

use crate::error::Error;
use crate::trap::I32Exit;

/// Why a guest was ended by its host.
///
/// A host function ends its guest by returning this as an error, or by a panic with it:
///
/// ```
/// use selvedge::Caller;
/// use selvedge::region::{Contexts, TerminationDetails};
///
/// fn check(_caller: Caller<'_, Contexts>, credit: u32) -> selvedge::Result<()> {
///     if credit == 0 {
///         return Err(TerminationDetails::provide("no credit").into());
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum TerminationDetails {
    /// A signal handler of the embedder has asked for it.
    Signal,
    /// A host function asked for an embedder context that is not there.
    CtxNotFound,
    /// A host function asked for an embedder context, or something else that is named, that is borrowed.
    BorrowError(&'static str),
    /// A host function has ended the guest, with a value.
    Provided {
        /// The type of the value.
        type_name: &'static str,
        /// The value.
        provided: Box<dyn Any + Send + Sync>,
    },
    /// A [`KillSwitch`](super::KillSwitch) was used.
    Remote,
    /// A host function panicked.
    OtherPanic(PanicPayload),
}

impl TerminationDetails {
    /// Details with a value of the host function that ends the guest.
    pub fn provide<T: Any + Send + Sync>(provided: T) -> Self {
        Self::Provided {
            type_name: type_name::<T>(),
            provided: Box::new(provided),
        }
    }

    /// The value that a host function has provided. If it has failed with an error of its own, that is an
    /// [`Error`].
    pub fn provided_details(&self) -> Option<&(dyn Any + Send + Sync)> {
        match self {
            Self::Provided { provided, .. } => Some(&**provided),
            _ => None,
        }
    }

    /// The exit status, if the value that was provided is one: an [`I32Exit`], also as an error, or an `i32` or `u32`.
    pub fn as_exitcode(&self) -> Option<i32> {
        let provided = self.provided_details()? as &dyn Any;
        if let Some(error) = provided.downcast_ref::<Error>() {
            return error.i32_exit_status();
        }
        if let Some(exit) = provided.downcast_ref::<I32Exit>() {
            return Some(exit.0);
        }
        let unsigned = || provided.downcast_ref().map(|code: &u32| code.cast_signed());
        provided.downcast_ref().copied().or_else(unsigned)
    }

    /// Ends the guest of the host function that calls this, by unwinding: the frames of the host function are dropped.
    /// No panic hook runs.
    pub fn raise(self) -> ! {
        resume_unwind(Box::new(self))
    }

    /// What a host function has failed with, as details.
    pub(super) fn of_error(error: Error) -> Self {
        match error.downcast::<Self>() {
            Ok(details) => details,
            Err(error) => Self::provide(error),
        }
    }
}

/// Values that were provided, and panics, are equal to nothing.
impl PartialEq for TerminationDetails {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Signal, Self::Signal)
            | (Self::CtxNotFound, Self::CtxNotFound)
            | (Self::Remote, Self::Remote) => true,
            (Self::BorrowError(a), Self::BorrowError(b)) => a == b,
            _ => false,
        }
    }
}

impl fmt::Display for TerminationDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal => f.write_str("a signal handler asked for it"),
            Self::CtxNotFound => f.write_str("an embedder context is missing"),
            Self::BorrowError(what) => write!(f, "already borrowed: {what}"),
            Self::Provided {
                type_name,
                provided,
            } => match provided.downcast_ref::<Error>() {
                Some(error) => error.fmt(f),
                None => write!(f, "a host function provided a value of type {type_name}"),
            },
            Self::Remote => f.write_str("a kill switch was used"),
            Self::OtherPanic(payload) => payload.fmt(f),
        }
    }
}

impl std::error::Error for TerminationDetails {}

/// What a host function has panicked with, to be raised again by the embedder.
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::region::{Contexts, InstanceRegion, LifeError, Limits, MmapRegion, TerminationDetails};
/// use selvedge::{Engine, Linker, Module};
///
/// let engine = Engine::default();
/// let mut linker = Linker::<Contexts>::new(&engine);
/// linker.func_wrap("host", "oops", || { if true { panic!("a mistake of the host") } })?;
/// let module = Module::new(&engine, r#"(module
///     (import "host" "oops" (func $oops))
///     (func (export "run") (call $oops)))"#)?;
/// let pre = linker.instantiate_pre(&module)?;
/// let region = MmapRegion::create(1, &Limits::default())?;
/// let error = region.new_instance(&pre)?.run("run", &[]).unwrap_err();
/// let LifeError::RuntimeTerminated(TerminationDetails::OtherPanic(payload)) = error else {
///     panic!("{error}");
/// };
/// assert_eq!(payload.message().as_deref(), Some("a mistake of the host"));
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct PanicPayload(Mutex<Box<dyn Any + Send>>);

impl PanicPayload {
    pub(super) fn new(payload: Box<dyn Any + Send>) -> Self {
        Self(Mutex::new(payload))
    }

    /// The payload.
    pub fn into_inner(self) -> Box<dyn Any + Send> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the panic go on.
    pub fn resume(self) -> ! {
        resume_unwind(self.into_inner())
    }

    /// The message, if the payload is one.
    pub fn message(&self) -> Option<String> {
        let payload = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = payload.downcast_ref().map(|text: &&str| text.to_string());
        text.or_else(|| payload.downcast_ref::<String>().cloned())
    }
}

impl fmt::Display for PanicPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message() {
            Some(message) => write!(f, "a host function panicked: {message}"),
            None => f.write_str("a host function panicked"),
        }
    }
}

impl fmt::Debug for PanicPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PanicPayload")
            .field(&self.message())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_told_apart_is_compared() {
        use TerminationDetails::*;
        assert_eq!(Remote, Remote);
        assert_eq!(BorrowError("heap"), BorrowError("heap"));
        assert_ne!(BorrowError("heap"), BorrowError("globals"));
        assert_ne!(Signal, CtxNotFound);
        let provided = || TerminationDetails::provide(1_u32);
        assert_ne!(provided(), provided());
    }

    #[test]
    fn exit_codes_come_in_several_types() {
        let code = |details: TerminationDetails| details.as_exitcode();
        assert_eq!(code(TerminationDetails::provide(3_i32)), Some(3));
        assert_eq!(code(TerminationDetails::provide(4_u32)), Some(4));
        assert_eq!(code(TerminationDetails::provide(I32Exit(5))), Some(5));
        let exit = TerminationDetails::of_error(Error::i32_exit(6));
        assert_eq!(exit.to_string(), "exited with i32 exit status 6");
        assert_eq!(code(exit), Some(6));
        assert_eq!(code(TerminationDetails::provide("no code")), None);
        assert_eq!(code(TerminationDetails::Remote), None);
    }

    #[test]
    fn details_survive_as_errors() {
        let error = Error::new(TerminationDetails::Remote).context("while doing something");
        assert_eq!(
            TerminationDetails::of_error(error),
            TerminationDetails::Remote
        );
        let details = TerminationDetails::of_error(Error::msg("failed"));
        assert_eq!(details.to_string(), "failed");
        let provided = details.provided_details().expect("an error");
        assert!((provided as &dyn Any).is::<Error>());
    }
}
