//! What an error was made from: going in, errors that this crate knows keep their meaning; coming out, they
//! are found by type.

use std::any::Any;
use std::error::Error as StdError;

use selvedge_vm::module::ModuleError;

use super::carried::Carried;
use super::{Cause, Error, Inner, LimitError, Result};
use crate::link_error::{LinkError, UnknownImportError};
use crate::trap::{I32Exit, Trap};

impl Error {
    /// An error that wraps `error`.
    ///
    /// Errors that this crate knows keep their meaning: a [`Trap`] that a host
    /// function returns is a trap.
    #[cold]
    pub fn new<E>(error: E) -> Self
    where
        E: StdError + Send + Sync + 'static,
    {
        let mut error = Some(error);
        macro_rules! known {
            ($($cause:ident($ty:ty))*) => { $(
                if let Some(known) = (&mut error as &mut dyn Any).downcast_mut::<Option<$ty>>() {
                    let known = known.take().expect("the error was just put here");
                    return Self::from_cause(Cause::$cause(known));
                }
            )* };
        }
        known! { Trap(Trap) Exit(I32Exit) Invalid(ModuleError) Link(LinkError) Limit(LimitError) }
        if let Some(carried) = (&mut error as &mut dyn Any).downcast_mut::<Option<Carried>>() {
            return carried.take().expect("the error was just put here").0;
        }
        let error = error.expect("the error was just put here");
        Self::from_cause(Cause::Host(Box::new(error)))
    }

    /// An error from a boxed one, keeping what this crate knows.
    #[cold]
    pub fn from_boxed(error: Box<dyn StdError + Send + Sync + 'static>) -> Self {
        let mut error = error;
        macro_rules! known {
            ($($cause:ident($ty:ty))*) => { $(
                error = match error.downcast::<$ty>() {
                    Ok(known) => return Self::from_cause(Cause::$cause(*known)),
                    Err(other) => other,
                };
            )* };
        }
        known! { Trap(Trap) Exit(I32Exit) Invalid(ModuleError) Link(LinkError) Limit(LimitError) }
        match error.downcast::<Carried>() {
            Ok(carried) => carried.0,
            Err(other) => Self::from_cause(Cause::Host(other)),
        }
    }

    /// The error as a `E`, if it is one: a [`Trap`], [`I32Exit`], [`WasmBacktrace`](crate::WasmBacktrace),
    /// [`LinkError`], [`UnknownImportError`] (the first of them), [`ModuleError`], [`LimitError`],
    /// or the error of a host function.
    pub fn downcast_ref<E>(&self) -> Option<&E>
    where
        E: StdError + Send + Sync + 'static,
    {
        let inner = self.innermost();
        fn cast<A: Any, B: Any>(value: &A) -> Option<&B> {
            (value as &dyn Any).downcast_ref()
        }
        let found = match &inner.cause {
            Cause::Invalid(error) => cast(error),
            Cause::Link(error) => {
                cast(error).or_else(|| cast::<UnknownImportError, E>(error.unknown()?))
            }
            Cause::Limit(error) => cast(error),
            Cause::Trap(trap) => cast(trap),
            Cause::Exit(exit) => cast(exit),
            Cause::Host(error) | Cause::Text(error) => error.downcast_ref(),
            Cause::Usage(_) | Cause::Context(..) => None,
        };
        found.or_else(|| cast(inner.backtrace.as_ref()?))
    }

    /// The same as [`Error::downcast_ref`], for changing the error.
    pub fn downcast_mut<E>(&mut self) -> Option<&mut E>
    where
        E: StdError + Send + Sync + 'static,
    {
        match &mut self.inner.cause {
            Cause::Context(_, error) => error.downcast_mut(),
            Cause::Host(error) | Cause::Text(error) => error.downcast_mut(),
            _ => None,
        }
    }

    /// Takes the error apart.
    ///
    /// # Errors
    ///
    /// The error itself, if it is no `E`.
    pub fn downcast<E>(self) -> Result<E>
    where
        E: StdError + Send + Sync + 'static,
    {
        if self.downcast_ref::<E>().is_none() {
            return Err(self);
        }
        let mut inner = *self.inner;
        while let Cause::Context(_, error) = inner.cause {
            inner = *error.inner;
        }
        let Inner { cause, backtrace } = inner;
        let found: Box<dyn Any> = match cause {
            Cause::Host(error) | Cause::Text(error) => match error.downcast::<E>() {
                Ok(error) => return Ok(*error),
                Err(_) => Box::new(()),
            },
            Cause::Link(error) if !(&error as &dyn Any).is::<E>() => match error.into_unknown() {
                Some(error) => Box::new(error),
                None => Box::new(()),
            },
            Cause::Invalid(error) => Box::new(error),
            Cause::Link(error) => Box::new(error),
            Cause::Limit(error) => Box::new(error),
            Cause::Trap(trap) => Box::new(trap),
            Cause::Exit(exit) => Box::new(exit),
            Cause::Usage(_) | Cause::Context(..) => Box::new(()),
        };
        let found = match found.downcast::<E>() {
            Ok(found) => return Ok(*found),
            Err(_) => Box::new(backtrace) as Box<dyn Any>,
        };
        let backtrace = found.downcast::<Option<E>>().ok().and_then(|found| *found);
        Ok(backtrace.expect("`downcast_ref` found it"))
    }

    /// Whether [`Error::downcast_ref`] would find a `E`.
    pub fn is<E>(&self) -> bool
    where
        E: StdError + Send + Sync + 'static,
    {
        self.downcast_ref::<E>().is_some()
    }
}
