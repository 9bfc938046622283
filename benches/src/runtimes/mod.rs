//! Runtimes, each in a file of its own behind one interface.
//!
//! Every module is ready to run before anything is measured, so runtimes that can are told to
//! validate and translate at once.

mod selvedge;
#[cfg(feature = "silverfir")]
mod silverfir;
#[cfg(feature = "wasmi")]
mod wasmi;

use std::borrow::Cow;

use crate::Error;

/// A WebAssembly runtime in some configuration.
pub trait Runtime {
    /// A name for tables and the command line.
    fn name(&self) -> &str;

    /// Makes an instance of a module, whose imports `host.nop` and `host.add` are host
    /// functions with static types, made by the runtime's own way to wrap closures.
    ///
    /// # Errors
    ///
    /// If the runtime refuses the module.
    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Guest>, Error>;
}

/// An instance of a module.
pub trait Guest {
    /// Calls the export, a function from `i32` to `i32` or `i64`.
    ///
    /// # Errors
    ///
    /// If there is no such function, or it fails.
    fn run(&mut self, export: &str, n: i32) -> Result<i64, Error>;

    /// Calls the export `nop` `n` times through the runtime's statically typed
    /// function; returns `n`.
    ///
    /// # Errors
    ///
    /// As [`run`](Guest::run).
    fn call_nop(&mut self, n: i32) -> Result<i64, Error>;

    /// Adds up `0..n` with the export `add` in the same way.
    ///
    /// # Errors
    ///
    /// As [`run`](Guest::run).
    fn call_add(&mut self, n: i32) -> Result<i64, Error>;
}

/// The runtimes of this build. The first is Selvedge, which the others are compared with.
///
/// # Errors
///
/// If a runtime refuses its configuration.
pub fn all() -> Result<Vec<Box<dyn Runtime>>, Error> {
    Ok(vec![
        Box::new(selvedge::Selvedge::new()?),
        #[cfg(feature = "wasmi")]
        Box::new(wasmi::Wasmi::new()),
        #[cfg(feature = "silverfir")]
        Box::new(silverfir::Silverfir::new()?),
    ])
}

/// The binary format of a module in either format, for runtimes that read no text.
///
/// # Errors
///
/// If the text is malformed.
pub fn binary(wasm: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    Ok(wat::parse_bytes(wasm)?)
}

/// Implements [`Guest`] for a type with the fields `store` and `instance`, for runtimes whose
/// interfaces are spelled alike.
macro_rules! impl_guest {
    ($ty:ty) => {
        impl crate::runtimes::Guest for $ty {
            fn run(&mut self, export: &str, n: i32) -> Result<i64, crate::Error> {
                let wide = self
                    .instance
                    .get_typed_func::<i32, i64>(&mut self.store, export);
                if let Ok(function) = wide {
                    return Ok(function.call(&mut self.store, n)?);
                }
                let function = self
                    .instance
                    .get_typed_func::<i32, i32>(&mut self.store, export)?;
                Ok(i64::from(function.call(&mut self.store, n)?))
            }

            fn call_nop(&mut self, n: i32) -> Result<i64, crate::Error> {
                let nop = self
                    .instance
                    .get_typed_func::<(), ()>(&mut self.store, "nop")?;
                let mut calls = 0;
                for _ in 0..n {
                    nop.call(&mut self.store, ())?;
                    calls += 1;
                }
                Ok(calls)
            }

            fn call_add(&mut self, n: i32) -> Result<i64, crate::Error> {
                let add = self
                    .instance
                    .get_typed_func::<(i32, i32), i32>(&mut self.store, "add")?;
                let mut sum = 0;
                for i in 0..n {
                    sum = add.call(&mut self.store, (sum, i))?;
                }
                Ok(i64::from(sum))
            }
        }
    };
}
use impl_guest;
