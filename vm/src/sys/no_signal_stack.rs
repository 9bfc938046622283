//! The stand-in for `signal_stack` where no signal becomes a trap: nothing is lent.

#![expect(
    unsafe_code,
    reason = "has the interface of the file that it stands in for"
)]

use std::marker::PhantomData;
use std::ptr::NonNull;

use super::MIN_SIGNAL_STACK_BYTES;
use crate::signal::SignalStackError;

/// The least that is taken for a stack of signal handlers.
pub fn minimum_bytes() -> usize {
    MIN_SIGNAL_STACK_BYTES
}

/// Nothing: handlers run where they ran before.
#[derive(Debug)]
pub struct LentStack {
    _thread: PhantomData<*mut ()>,
}

impl LentStack {
    /// Checks the length, as it is checked elsewhere.
    ///
    /// # Safety
    ///
    /// None.
    pub unsafe fn new(_bottom: NonNull<u8>, len: usize) -> Result<Self, SignalStackError> {
        let minimum = minimum_bytes();
        if len < minimum {
            return Err(SignalStackError::TooSmall {
                bytes: len,
                minimum,
            });
        }
        Ok(Self {
            _thread: PhantomData,
        })
    }
}
