//! The stand-ins for `sealed`, `pagemap` and `decommit` where there is no Linux: no files of images,
//! nobody knows the written pages, and ranges are reset one by one.

#![expect(
    unsafe_code,
    reason = "has the interface of the files that it stands in for"
)]

use std::convert::Infallible;
use std::io;
use std::ops::Range;
use std::ptr::NonNull;

use super::{Mapping, discard};

/// Bytes in a file of memory: never to be had here.
#[derive(Debug)]
pub struct SealedFile(Infallible);

impl SealedFile {
    /// An error.
    pub fn new(_bytes: &[u8]) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Never called.
    ///
    /// # Safety
    ///
    /// None.
    pub unsafe fn map(&self, _mapping: &Mapping, _offset: usize, _len: usize) -> io::Result<()> {
        match self.0 {}
    }
}

/// Tells that the system cannot tell.
pub fn scan_written(
    _start: NonNull<u8>,
    _len: usize,
    _max_pages: usize,
    _zero_pages: bool,
    _written: impl FnMut(Range<usize>, bool),
) -> Option<usize> {
    None
}

/// Ranges of pages, each by its start and length in bytes.
pub type PageRange = (*mut u8, usize);

/// Makes accessible ranges zero.
///
/// # Safety
///
/// The ranges are of whole pages of live mappings of this crate, and nobody uses them meanwhile.
pub unsafe fn decommit_all(ranges: &[PageRange]) -> io::Result<()> {
    for &(start, len) in ranges {
        // SAFETY: as the caller promises.
        unsafe { discard(start, len)? };
    }
    Ok(())
}
