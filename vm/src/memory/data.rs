//! The host's access to the content of a linear memory.
//!
//! Hosts copy in and out, or borrow the content while no guest runs.

#![expect(unsafe_code, reason = "reads and writes through the base pointer")]

use std::{ptr, slice};

use super::Memory;

/// A range that is not within a linear memory.
#[derive(Copy, Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("out of bounds memory access: {len} bytes at {offset} of a memory of {size} bytes")]
pub struct MemoryAccessError {
    /// The first byte of the range.
    pub offset: u64,
    /// How many bytes.
    pub len: usize,
    /// The length of the memory in bytes.
    pub size: usize,
}

impl Memory {
    /// Copies the bytes at `offset` to `buffer`; if they are not all within
    /// the memory, none is copied.
    pub fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<(), MemoryAccessError> {
        let from = self.locate(offset, buffer.len())?;
        // SAFETY: `locate` checked the range; a guest that could write to it runs only while
        // its memories are not accessed here (see `data`), and `buffer` is not a part of one.
        unsafe { ptr::copy_nonoverlapping(from, buffer.as_mut_ptr(), buffer.len()) };
        Ok(())
    }

    /// Copies `bytes` to the memory at `offset`; if they would not all be
    /// within it, none is copied.
    pub fn write(&mut self, offset: u64, bytes: &[u8]) -> Result<(), MemoryAccessError> {
        let to = self.locate(offset, bytes.len())?;
        // SAFETY: `locate` checked the range; `&mut self` excludes other access by the host,
        // and `bytes` is not a part of the memory, as it is borrowed elsewhere.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
        Ok(())
    }

    /// The content.
    ///
    /// No guest may run while the slice lives. Running code is entered by `unsafe` calls
    /// alone, and whoever makes one answers for that.
    pub fn data(&self) -> &[u8] {
        // SAFETY: the memory's bytes are readable up to its length, and not written to while
        // the slice lives, as `&self` excludes the host and the contract above a guest.
        unsafe { slice::from_raw_parts(self.vmmemory().base, self.byte_size()) }
    }

    /// The content, to be changed.
    ///
    /// No guest may run while the slice lives; see [`Memory::data`].
    pub fn data_mut(&mut self) -> &mut [u8] {
        // SAFETY: as for `data`; `&mut self` excludes every other access by the host.
        unsafe { slice::from_raw_parts_mut(self.vmmemory().base, self.byte_size()) }
    }

    /// The address of `len` bytes at `offset`, all within the memory.
    fn locate(&self, offset: u64, len: usize) -> Result<*mut u8, MemoryAccessError> {
        let size = self.byte_size();
        match offset.checked_add(len as u64) {
            Some(end) if end <= size as u64 => {
                Ok(self.vmmemory().base.wrapping_add(offset as usize))
            }
            _ => Err(MemoryAccessError { offset, len, size }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryPlan;
    use crate::types::MemoryType;

    #[test]
    fn access_is_bounded_to_the_byte() {
        let ty = MemoryType {
            minimum: 10,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: 0,
        };
        let mut memory = Memory::new_dynamic(&ty, &MemoryPlan::default()).expect("ten bytes");
        memory.write(7, b"abc").expect("the last three bytes");
        memory.write(10, b"").expect("nothing, at the end");
        let mut buffer = [0; 4];
        memory.read(6, &mut buffer).expect("the last four bytes");
        assert_eq!(&buffer, b"\0abc");
        for offset in [7, 10, 11, u64::MAX, u64::MAX - 3] {
            let expected = MemoryAccessError {
                offset,
                len: 4,
                size: 10,
            };
            assert_eq!(memory.read(offset, &mut buffer), Err(expected));
            assert_eq!(memory.write(offset, &buffer), Err(expected));
        }
        assert!(memory.write(11, b"").is_err());
        assert_eq!(memory.data(), b"\0\0\0\0\0\0\0abc");
        memory.data_mut()[0] = b'x';
        memory.read(0, &mut buffer).expect("the first bytes");
        assert_eq!(&buffer, b"x\0\0\0");
    }
}
