//! The text format, in builds with the feature `wat`.

use std::borrow::Cow;

use crate::error::{Error, Result};

/// The binary form of `bytes`, or `None` if they are in the binary format already.
pub(crate) fn parse(bytes: &[u8]) -> Result<Option<Vec<u8>>> {
    match wat::parse_bytes(bytes) {
        Ok(Cow::Owned(binary)) => Ok(Some(binary)),
        Ok(Cow::Borrowed(_)) => Ok(None),
        Err(error) => Err(Error::text(Box::new(error))),
    }
}
