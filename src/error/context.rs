//! Shorthands that make errors: context for results, macros for messages.

use std::fmt;

use super::{Error, Result};

/// Adds `context` and `with_context` to results.
///
/// ```
/// use selvedge::error::Context;
///
/// fn port(setting: Option<&str>) -> selvedge::Result<u16> {
///     let setting = setting.context("no port is set")?;
///     setting.parse().with_context(|| format!("`{setting}` is not a port"))
/// }
///
/// assert_eq!(port(Some("8080"))?, 8080);
/// assert_eq!(port(None).unwrap_err().to_string(), "no port is set");
/// assert_eq!(port(Some("x")).unwrap_err().to_string(), "`x` is not a port");
/// # Ok::<(), selvedge::Error>(())
/// ```
pub trait Context<T> {
    /// Wraps the error in a message about what was being done.
    ///
    /// # Errors
    ///
    /// The wrapped error.
    fn context(self, context: impl fmt::Display) -> Result<T>;

    /// The same as [`Context::context`], with a message made only if it is needed.
    ///
    /// # Errors
    ///
    /// The wrapped error.
    fn with_context<C: fmt::Display>(self, context: impl FnOnce() -> C) -> Result<T>;
}

impl<T, E: Into<Error>> Context<T> for std::result::Result<T, E> {
    fn context(self, context: impl fmt::Display) -> Result<T> {
        self.map_err(|error| error.into().context(context))
    }

    fn with_context<C: fmt::Display>(self, context: impl FnOnce() -> C) -> Result<T> {
        self.map_err(|error| error.into().context(context()))
    }
}

impl<T> Context<T> for Option<T> {
    fn context(self, context: impl fmt::Display) -> Result<T> {
        self.ok_or_else(|| Error::msg(context))
    }

    fn with_context<C: fmt::Display>(self, context: impl FnOnce() -> C) -> Result<T> {
        self.ok_or_else(|| Error::msg(context()))
    }
}

/// An [`Error`] from a format string.
///
/// ```
/// let error = selvedge::format_err!("{} is too large", 7);
/// assert_eq!(error.to_string(), "7 is too large");
/// ```
#[macro_export]
macro_rules! format_err {
    ($($arg:tt)*) => { $crate::Error::msg(::std::format_args!($($arg)*)) };
}

/// Returns an [`Error`] from a format string.
///
/// ```
/// fn half(n: u32) -> selvedge::Result<u32> {
///     if n % 2 != 0 {
///         selvedge::bail!("{n} is odd");
///     }
///     Ok(n / 2)
/// }
/// assert_eq!(half(3).unwrap_err().to_string(), "3 is odd");
/// ```
#[macro_export]
macro_rules! bail {
    ($($arg:tt)*) => { return ::std::result::Result::Err($crate::format_err!($($arg)*)) };
}

/// Returns an [`Error`] from a format string unless a condition holds.
///
/// ```
/// fn half(n: u32) -> selvedge::Result<u32> {
///     selvedge::ensure!(n % 2 == 0, "{n} is odd");
///     Ok(n / 2)
/// }
/// assert_eq!(half(3).unwrap_err().to_string(), "3 is odd");
/// ```
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $($arg:tt)*) => {
        if !$condition {
            $crate::bail!($($arg)*);
        }
    };
}
