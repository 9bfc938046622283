//! How errors are written, and what each came of.

use std::error::Error as StdError;
use std::fmt;

use super::{Cause, Error, Inner};

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Invalid(error) => error.fmt(f),
            Cause::Link(error) => error.fmt(f),
            Cause::Limit(error) => error.fmt(f),
            Cause::Trap(trap) => trap.fmt(f),
            Cause::Exit(exit) => exit.fmt(f),
            Cause::Host(error) | Cause::Text(error) => error.fmt(f),
            Cause::Usage(message) => message.fmt(f),
            Cause::Context(context, _) => f.write_str(context),
        }
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Inner {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.cause {
            Cause::Invalid(error) => error.source(),
            Cause::Link(error) => error.source(),
            Cause::Limit(error) => error.source(),
            Cause::Host(error) | Cause::Text(error) => error.source(),
            Cause::Context(_, error) => Some(&*error.inner),
            Cause::Trap(_) | Cause::Exit(_) | Cause::Usage(_) => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&*self.inner, f)?;
        if f.alternate() {
            for cause in self.chain().skip(1) {
                write!(f, ": {cause}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&*self.inner, f)?;
        let mut causes = self.chain().skip(1).peekable();
        if causes.peek().is_some() {
            f.write_str("\n\nCaused by:")?;
        }
        for cause in causes {
            write!(f, "\n    {cause}")?;
        }
        if let Some(backtrace) = self.backtrace()
            && !backtrace.frames().is_empty()
        {
            write!(f, "\n\n{backtrace}")?;
        }
        Ok(())
    }
}
