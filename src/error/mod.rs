//! `Error`: whatever can go wrong, one pointer wide.
//!
//! Every failure has a [kind](ErrorKind) and carries the original error, which
//! [`Error::downcast_ref`] finds: a [`Trap`], an [`I32Exit`], a [`LinkError`], the
//! error of a host function. Errors that come out of guest code also carry a
//! [`WasmBacktrace`].
//!
//! Like `anyhow::Error`, the type converts *from* every standard error, so `?` works in
//! host functions; therefore it does not implement `std::error::Error` itself, but
//! converts into `Box<dyn std::error::Error>`.

mod carried;
mod cast;
mod context;
mod display;

use std::error::Error as StdError;
use std::fmt;

use carried::Carried;
pub use context::Context;
use selvedge_vm::module::ModuleError;

use crate::backtrace::WasmBacktrace;
use crate::link_error::LinkError;
use crate::trap::{I32Exit, Trap};

/// A result whose error is an [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A boxed standard error.
pub(crate) type BoxedError = Box<dyn StdError + Send + Sync + 'static>;

/// What went wrong, in which way. See the [module documentation](crate::error).
///
/// `Display` writes the outermost message, `{:#}` the chain of causes in one
/// line, and `Debug` the causes and the guest's backtrace in several.
///
/// ```
/// use selvedge::error::Context;
/// use selvedge::{Engine, ErrorKind, Instance, Module, Store, Trap};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (func (export "f") unreachable))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let f = instance.get_typed_func::<(), ()>(&mut store, "f")?;
/// let error = f.call(&mut store, ()).context("calling `f`").unwrap_err();
///
/// assert_eq!(error.kind(), ErrorKind::Trap);
/// assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::UnreachableCodeReached));
/// assert_eq!(format!("{error}"), "calling `f`");
/// assert_eq!(format!("{error:#}"), "calling `f`: wasm `unreachable` instruction executed");
/// assert!(error.backtrace().is_some());
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct Error {
    inner: Box<Inner>,
}

/// Which part of the world an [`Error`] comes from.
///
/// ```
/// use selvedge::{Engine, ErrorKind, Linker, Module, Store};
///
/// /// Whether it is worth trying again with the same module.
/// fn may_be_better_next_time(error: &selvedge::Error) -> bool {
///     match error.kind() {
///         ErrorKind::Invalid | ErrorKind::Link => false,
///         ErrorKind::Limit | ErrorKind::Trap | ErrorKind::Host => true,
///         _ => false,
///     }
/// }
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (import "host" "f" (func)))"#)?;
/// let error = Linker::new(&engine).instantiate(&mut Store::new(&engine, ()), &module).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Link);
/// assert!(!may_be_better_next_time(&error));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The module is malformed, invalid, or uses a feature that is off.
    Invalid,
    /// Imports are missing or have another type.
    Link,
    /// A limit of the engine, the store or the system was reached.
    Limit,
    /// Guest code trapped.
    Trap,
    /// The guest asked to exit.
    Exit,
    /// A host function or other code of the embedder failed.
    Host,
    /// The API was used in a way that its documentation excludes.
    Usage,
}

struct Inner {
    cause: Cause,
    backtrace: Option<WasmBacktrace>,
}

enum Cause {
    Invalid(ModuleError),
    /// What the text format's parser says.
    Text(BoxedError),
    Link(LinkError),
    Limit(LimitError),
    Trap(Trap),
    Exit(I32Exit),
    Host(BoxedError),
    Usage(Message),
    Context(Box<str>, Error),
}

/// A limit was reached that is no trap: of the engine, the store or the system.
///
/// ```
/// use selvedge::error::LimitError;
/// use selvedge::{Engine, Instance, Module, Store, StoreLimitsBuilder};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, "(module (memory 100))")?;
/// let mut store = Store::new(&engine, StoreLimitsBuilder::new().memory_size(1 << 20).build());
/// store.limiter(|limits| limits);
/// let error = Instance::new(&mut store, &module, &[]).unwrap_err();
/// assert!(error.is::<LimitError>(), "{error:#}");
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct LimitError {
    message: Box<str>,
    #[source]
    source: Option<BoxedError>,
}

impl LimitError {
    pub(crate) fn new(message: impl Into<Box<str>>) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn with_source(message: impl Into<Box<str>>, source: BoxedError) -> Self {
        Self {
            message: message.into(),
            source: Some(source),
        }
    }
}

struct Message(Box<str>);

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Message {}

impl Error {
    #[cold]
    fn from_cause(cause: Cause) -> Self {
        Self {
            inner: Box::new(Inner {
                cause,
                backtrace: None,
            }),
        }
    }

    /// The same as [`Error::new`], by wasmi's name.
    pub fn host<E>(error: E) -> Self
    where
        E: StdError + Send + Sync + 'static,
    {
        Self::new(error)
    }

    /// An error with a message, of kind [`ErrorKind::Host`].
    #[cold]
    pub fn msg(message: impl fmt::Display) -> Self {
        Self::from_cause(Cause::Host(Box::new(Message(message.to_string().into()))))
    }

    /// An error that ends the guest with an exit status.
    pub fn i32_exit(status: i32) -> Self {
        Self::from_cause(Cause::Exit(I32Exit(status)))
    }

    /// An error in the text format.
    pub(crate) fn text(error: BoxedError) -> Self {
        Self::from_cause(Cause::Text(error))
    }

    /// An error about how the API was used.
    #[cold]
    pub(crate) fn message(message: impl Into<Box<str>>) -> Self {
        Self::from_cause(Cause::Usage(Message(message.into())))
    }

    /// Wraps the error in a message about what was being done.
    #[must_use]
    #[cold]
    pub fn context(self, context: impl fmt::Display) -> Self {
        Self::from_cause(Cause::Context(context.to_string().into(), self))
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        match &self.innermost().cause {
            Cause::Invalid(_) | Cause::Text(_) => ErrorKind::Invalid,
            Cause::Link(_) => ErrorKind::Link,
            Cause::Limit(_) => ErrorKind::Limit,
            Cause::Trap(_) => ErrorKind::Trap,
            Cause::Exit(_) => ErrorKind::Exit,
            Cause::Host(_) => ErrorKind::Host,
            Cause::Usage(_) => ErrorKind::Usage,
            Cause::Context(..) => unreachable!("the innermost error is no context"),
        }
    }

    /// The trap code, if guest code trapped.
    pub fn as_trap_code(&self) -> Option<Trap> {
        match self.innermost().cause {
            Cause::Trap(trap) => Some(trap),
            _ => None,
        }
    }

    /// The exit status, if the guest asked to exit.
    pub fn i32_exit_status(&self) -> Option<i32> {
        match self.innermost().cause {
            Cause::Exit(exit) => Some(exit.0),
            _ => None,
        }
    }

    /// Where the guest was, if the error comes out of guest code.
    pub fn backtrace(&self) -> Option<&WasmBacktrace> {
        match &self.inner.cause {
            Cause::Context(_, error) => error.backtrace(),
            _ => self.inner.backtrace.as_ref(),
        }
    }

    /// The error and its causes, outermost first.
    pub fn chain(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        let first: &(dyn StdError + 'static) = &*self.inner;
        std::iter::successors(Some(first), |&error| error.source())
    }

    /// The last of the [chain](Error::chain).
    pub fn root_cause(&self) -> &(dyn StdError + 'static) {
        self.chain().last().expect("the chain has the error itself")
    }

    /// Adds a backtrace if the error has none.
    pub(crate) fn set_backtrace(&mut self, backtrace: impl FnOnce() -> Option<WasmBacktrace>) {
        if self.backtrace().is_none() {
            match &mut self.inner.cause {
                Cause::Context(_, error) => error.set_backtrace(backtrace),
                _ => self.inner.backtrace = backtrace(),
            }
        }
    }

    /// The error as something that can travel through guest code.
    pub(crate) fn into_pending(self) -> BoxedError {
        Box::new(Carried(self))
    }

    fn innermost(&self) -> &Inner {
        let mut inner = &self.inner;
        while let Cause::Context(_, error) = &inner.cause {
            inner = &error.inner;
        }
        inner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn known_errors_keep_their_meaning() {
        let error = Error::from(Trap::IntegerOverflow);
        assert_eq!(error.kind(), ErrorKind::Trap);
        assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::IntegerOverflow));
        let boxed: Box<dyn StdError + Send + Sync> = Error::i32_exit(3).context("exiting").into();
        let error = Error::from_boxed(boxed);
        assert_eq!(error.i32_exit_status(), Some(3));
        assert_eq!(error.to_string(), "exiting");
        let error = Error::from_boxed(Box::new(I32Exit(4)));
        assert_eq!(error.downcast::<I32Exit>().unwrap(), I32Exit(4));
    }

    #[test]
    fn host_errors_come_back_as_they_were() {
        let cause = std::io::Error::new(std::io::ErrorKind::NotFound, "no such thing");
        let mut error = Error::new(cause).context("reading the thing");
        assert_eq!(error.kind(), ErrorKind::Host);
        assert_eq!(format!("{error:#}"), "reading the thing: no such thing");
        assert_eq!(
            format!("{error:?}"),
            "reading the thing\n\nCaused by:\n    no such thing"
        );
        assert!(error.downcast_mut::<std::io::Error>().is_some());
        let error = error.downcast::<I32Exit>().unwrap_err();
        let cause = error.downcast::<std::io::Error>().unwrap();
        assert_eq!(cause.kind(), std::io::ErrorKind::NotFound);
    }

    #[test]
    fn macros_and_context_build_messages() {
        fn fails(n: u32) -> Result<u32> {
            crate::ensure!(n < 10, "{n} is too large");
            "x".parse::<u32>().with_context(|| format!("for {n}"))
        }
        assert_eq!(fails(11).unwrap_err().to_string(), "11 is too large");
        assert_eq!(fails(1).unwrap_err().chain().count(), 2);
        assert_eq!(
            None::<()>.context("nothing").unwrap_err().to_string(),
            "nothing"
        );
    }
}
