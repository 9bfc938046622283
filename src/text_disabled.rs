//! The text format, in builds without the feature `wat`: a clear error.

use crate::error::{Error, Result};

/// `None`, unless `bytes` look like the text format.
pub(crate) fn parse(bytes: &[u8]) -> Result<Option<Vec<u8>>> {
    match bytes.trim_ascii_start().first() {
        Some(b'(' | b';') => Err(Error::text(
            "this build does not read the text format (feature `wat`)".into(),
        )),
        _ => Ok(None),
    }
}
