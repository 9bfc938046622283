//! `GuestMemory`: the bytes of the calling guest, every access checked.
//!
//! Pointers and lengths are what the guest says. What is not wholly within its memory is
//! `FAULT`, whatever the sum of both; alignment is not asked for, as in other engines.
//! Nothing here allocates.

use std::io::{IoSlice, IoSliceMut};
use std::ops::Range;

use crate::fail::Result;
use crate::types::{Errno, layout};

/// How many buffers a call may name at most, as on Linux; more is `INVAL`.
pub(crate) const MAX_BUFFERS: u32 = 1024;
/// How many buffers one operation of the host takes at most; calls with more are several operations.
pub(crate) const BUFFERS_AT_ONCE: usize = 16;
/// How long a path may be in bytes.
const MAX_PATH_BYTES: u32 = 4096;

/// The memory of the calling guest: its export `memory`, or nothing.
pub(crate) struct GuestMemory<'a> {
    bytes: &'a mut [u8],
}

/// Buffers of a guest that were checked: as many as one operation takes.
pub(crate) struct Batch {
    ranges: [(u32, u32); BUFFERS_AT_ONCE],
    len: usize,
}

impl Batch {
    /// The sum of the lengths of the buffers.
    pub(crate) fn bytes(&self) -> u64 {
        self.ranges[..self.len]
            .iter()
            .map(|&(_, len)| u64::from(len))
            .sum()
    }
}

/// An array of `iovec` or `ciovec` in guest memory, which is read piece by piece.
#[derive(Copy, Clone)]
pub(crate) struct Buffers {
    next: u32,
    left: u32,
    /// The lengths that were named so far: results are 32 bits wide, and must not wrap.
    total: u32,
}

impl<'a> GuestMemory<'a> {
    pub(crate) fn new(bytes: &'a mut [u8]) -> Self {
        Self { bytes }
    }

    /// The range of `len` bytes at `ptr`.
    fn range(&self, ptr: u32, len: u32) -> Result<Range<usize>, Errno> {
        let (start, end) = (u64::from(ptr), u64::from(ptr) + u64::from(len));
        if end > self.bytes.len() as u64 {
            return Err(Errno::Fault);
        }
        // Both are at most the length of a slice.
        Ok(start as usize..end as usize)
    }

    /// Checks that `count` records of `size` bytes are within the memory at `ptr`.
    pub(crate) fn check(&self, ptr: u32, count: u32, size: u32) -> Result<(), Errno> {
        let len = u64::from(count) * u64::from(size);
        let len = u32::try_from(len).map_err(|_| Errno::Fault)?;
        self.range(ptr, len).map(drop)
    }

    pub(crate) fn slice(&self, ptr: u32, len: u32) -> Result<&[u8], Errno> {
        let range = self.range(ptr, len)?;
        Ok(&self.bytes[range])
    }

    pub(crate) fn slice_mut(&mut self, ptr: u32, len: u32) -> Result<&mut [u8], Errno> {
        let range = self.range(ptr, len)?;
        Ok(&mut self.bytes[range])
    }

    fn array<const N: usize>(&self, ptr: u32) -> Result<[u8; N], Errno> {
        let bytes = self.slice(ptr, N as u32)?;
        Ok(bytes.try_into().expect("a slice of that length"))
    }

    pub(crate) fn read_u8(&self, ptr: u32) -> Result<u8, Errno> {
        Ok(u8::from_le_bytes(self.array(ptr)?))
    }

    pub(crate) fn read_u16(&self, ptr: u32) -> Result<u16, Errno> {
        Ok(u16::from_le_bytes(self.array(ptr)?))
    }

    pub(crate) fn read_u32(&self, ptr: u32) -> Result<u32, Errno> {
        Ok(u32::from_le_bytes(self.array(ptr)?))
    }

    pub(crate) fn read_u64(&self, ptr: u32) -> Result<u64, Errno> {
        Ok(u64::from_le_bytes(self.array(ptr)?))
    }

    pub(crate) fn write(&mut self, ptr: u32, bytes: &[u8]) -> Result<(), Errno> {
        let len = u32::try_from(bytes.len()).map_err(|_| Errno::Fault)?;
        self.slice_mut(ptr, len)?.copy_from_slice(bytes);
        Ok(())
    }

    pub(crate) fn write_u16(&mut self, ptr: u32, value: u16) -> Result<(), Errno> {
        self.write(ptr, &value.to_le_bytes())
    }

    pub(crate) fn write_u32(&mut self, ptr: u32, value: u32) -> Result<(), Errno> {
        self.write(ptr, &value.to_le_bytes())
    }

    pub(crate) fn write_u64(&mut self, ptr: u32, value: u64) -> Result<(), Errno> {
        self.write(ptr, &value.to_le_bytes())
    }

    /// A path.
    ///
    /// # Errors
    ///
    /// `FAULT`; `NAMETOOLONG`; `ILSEQ` if it is not UTF-8; `INVAL` if there is a NUL in it; `NOENT` if it is empty.
    pub(crate) fn path(&self, ptr: u32, len: u32) -> Result<&str, Errno> {
        let bytes = self.slice(ptr, len)?;
        if len > MAX_PATH_BYTES {
            return Err(Errno::Nametoolong);
        }
        if bytes.contains(&0) {
            return Err(Errno::Inval);
        }
        match std::str::from_utf8(bytes) {
            Ok("") => Err(Errno::Noent),
            Ok(path) => Ok(path),
            Err(_) => Err(Errno::Ilseq),
        }
    }

    /// The array of `count` buffers at `ptr`.
    ///
    /// # Errors
    ///
    /// `FAULT` if the array is not within the memory (the buffers are checked as they are
    /// used); `INVAL` if there are more than [`MAX_BUFFERS`].
    pub(crate) fn buffers(&self, ptr: u32, count: u32) -> Result<Buffers, Errno> {
        self.check(ptr, count, layout::IOVEC.bytes)?;
        if count > MAX_BUFFERS {
            return Err(Errno::Inval);
        }
        Ok(Buffers {
            next: ptr,
            left: count,
            total: 0,
        })
    }

    /// The next buffers that are not empty; `None` if there are no more.
    pub(crate) fn next_batch(&self, buffers: &mut Buffers) -> Result<Option<Batch>, Errno> {
        let mut batch = Batch {
            ranges: [(0, 0); BUFFERS_AT_ONCE],
            len: 0,
        };
        while buffers.left > 0 && batch.len < BUFFERS_AT_ONCE {
            let ptr = self.read_u32(buffers.next + layout::IOVEC.buf)?;
            let len = self.read_u32(buffers.next + layout::IOVEC.buf_len)?;
            self.range(ptr, len)?;
            buffers.next = buffers.next.wrapping_add(layout::IOVEC.bytes);
            buffers.left -= 1;
            let room = u32::MAX - buffers.total;
            let len = len.min(room);
            if len > 0 {
                batch.ranges[batch.len] = (ptr, len);
                batch.len += 1;
                buffers.total += len;
            }
        }
        Ok((batch.len > 0).then_some(batch))
    }

    /// Calls `f` with the bytes to write from.
    pub(crate) fn with_slices<R>(&self, batch: &Batch, f: impl FnOnce(&[IoSlice<'_>]) -> R) -> R {
        let ranges = &batch.ranges[..batch.len];
        let mut slices = [IoSlice::new(&[]); BUFFERS_AT_ONCE];
        for (slice, &(ptr, len)) in slices.iter_mut().zip(ranges) {
            *slice = IoSlice::new(&self.bytes[ptr as usize..][..len as usize]);
        }
        f(&slices[..batch.len])
    }

    /// Calls `f` with the bytes to read to: as many of the buffers as come before one that
    /// overlaps one before it, so that the operation is a short one then.
    pub(crate) fn with_slices_mut<R>(
        &mut self,
        batch: &Batch,
        f: impl FnOnce(&mut [IoSliceMut<'_>]) -> R,
    ) -> R {
        let count = disjoint(&batch.ranges[..batch.len]);
        // In the order of their addresses they are cut off the memory, one after the other.
        let mut order: [usize; BUFFERS_AT_ONCE] = std::array::from_fn(|i| i);
        let order = &mut order[..count];
        order.sort_unstable_by_key(|&i| batch.ranges[i].0);
        let mut slices: [IoSliceMut<'_>; BUFFERS_AT_ONCE] =
            std::array::from_fn(|_| IoSliceMut::new(&mut []));
        let (mut rest, mut cut) = (&mut *self.bytes, 0);
        for &i in &*order {
            let (ptr, len) = batch.ranges[i];
            let (_, tail) = rest.split_at_mut(ptr as usize - cut);
            let (slice, tail) = tail.split_at_mut(len as usize);
            slices[i] = IoSliceMut::new(slice);
            cut = ptr as usize + len as usize;
            rest = tail;
        }
        f(&mut slices[..count])
    }
}

/// How many of the ranges come before the first that overlaps one before it.
fn disjoint(ranges: &[(u32, u32)]) -> usize {
    let end = |(ptr, len): (u32, u32)| u64::from(ptr) + u64::from(len);
    let overlap = |a: (u32, u32), b: (u32, u32)| u64::from(a.0) < end(b) && u64::from(b.0) < end(a);
    (1..ranges.len())
        .find(|&i| ranges[..i].iter().any(|&before| overlap(before, ranges[i])))
        .unwrap_or(ranges.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory_with(iovecs: &[(u32, u32)]) -> Vec<u8> {
        let mut bytes = vec![0; 65536];
        for (i, (ptr, len)) in iovecs.iter().enumerate() {
            bytes[i * 8..][..4].copy_from_slice(&ptr.to_le_bytes());
            bytes[i * 8 + 4..][..4].copy_from_slice(&len.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn ranges_are_checked_without_overflow() {
        let mut bytes = vec![0; 65536];
        let memory = GuestMemory::new(&mut bytes);
        assert!(memory.slice(65536, 0).is_ok());
        assert!(memory.slice(65535, 1).is_ok());
        for (ptr, len) in [(65537, 0), (65535, 2), (u32::MAX, u32::MAX), (0, u32::MAX)] {
            assert_eq!(memory.slice(ptr, len), Err(Errno::Fault));
        }
        assert_eq!(memory.check(0, u32::MAX, 48), Err(Errno::Fault));
        assert_eq!(memory.read_u64(65529), Err(Errno::Fault));
        assert_eq!(memory.read_u64(65527), Ok(0));
    }

    #[test]
    fn buffers_in_any_order_are_cut_in_that_order() {
        let mut bytes = memory_with(&[(500, 2), (0, 0), (100, 3), (300, 4)]);
        let mut memory = GuestMemory::new(&mut bytes);
        let mut buffers = memory.buffers(0, 4).unwrap();
        let batch = memory.next_batch(&mut buffers).unwrap().unwrap();
        assert_eq!(batch.bytes(), 9);
        memory.with_slices_mut(&batch, |slices| {
            assert_eq!(slices.len(), 3);
            for (i, slice) in slices.iter_mut().enumerate() {
                slice.fill(i as u8 + 1);
            }
        });
        assert!(memory.next_batch(&mut buffers).unwrap().is_none());
        assert_eq!(bytes[499..503], [0, 1, 1, 0]);
        assert_eq!(bytes[99..104], [0, 2, 2, 2, 0]);
        assert_eq!(bytes[299..305], [0, 3, 3, 3, 3, 0]);
    }

    #[test]
    fn overlapping_buffers_end_a_read_and_not_a_write() {
        let mut bytes = memory_with(&[(100, 10), (300, 10), (305, 10), (500, 1)]);
        let mut memory = GuestMemory::new(&mut bytes);
        let mut buffers = memory.buffers(0, 4).unwrap();
        let batch = memory.next_batch(&mut buffers).unwrap().unwrap();
        memory.with_slices_mut(&batch, |slices| assert_eq!(slices.len(), 2));
        memory.with_slices(&batch, |slices| assert_eq!(slices.len(), 4));
    }

    #[test]
    fn too_many_buffers_are_refused_before_they_are_read() {
        let mut bytes = vec![0; 65536];
        let memory = GuestMemory::new(&mut bytes);
        assert_eq!(memory.buffers(0, u32::MAX).err(), Some(Errno::Fault));
        assert_eq!(memory.buffers(0, 8192).err(), Some(Errno::Inval));
        assert!(memory.buffers(0, 1024).is_ok());
    }

    #[test]
    fn lengths_are_capped_to_what_a_result_can_say() {
        let mut bytes = memory_with(&[(0, 60000)]);
        let memory = GuestMemory::new(&mut bytes);
        let mut buffers = memory.buffers(0, 1).unwrap();
        buffers.total = u32::MAX - 5;
        let batch = memory.next_batch(&mut buffers).unwrap().unwrap();
        assert_eq!(batch.bytes(), 5);
    }

    #[test]
    fn paths_are_text() {
        let mut bytes = b"a/b\0\xff".to_vec();
        let memory = GuestMemory::new(&mut bytes);
        assert_eq!(memory.path(0, 3), Ok("a/b"));
        assert_eq!(memory.path(0, 4), Err(Errno::Inval));
        assert_eq!(memory.path(4, 1), Err(Errno::Ilseq));
        assert_eq!(memory.path(0, 0), Err(Errno::Noent));
        assert_eq!(memory.path(0, 6), Err(Errno::Fault));
    }
}
