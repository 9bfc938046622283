//! `Sink`: where encoded bytes go.
//!
//! dynasm's macro writes through [`DynasmApi`] into a slice that the caller lends. When the slice
//! is full the sink goes on near its beginning and remembers that what it holds is of no use, so
//! that nobody has to ask before each instruction.
//!
//! Forward jumps are threaded: the 32-bit field of a jump whose target is not known yet holds the
//! position of the jump to the same target before it (see [`Chain`]), so that nothing is allocated
//! and binding a target walks the chain.

use dynasmrt::{AssemblyOffset, DynasmApi};

/// Machine code on its way into a slice.
pub(crate) struct Sink<'a> {
    bytes: &'a mut [u8],
    pos: usize,
    /// Where a REX prefix without bits would stand, which is left out.
    prefix_at: usize,
    is_full: bool,
}

/// The jumps and loads that await a target: the position after the last field, or none.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Chain(u32);

impl<'a> Sink<'a> {
    /// # Panics
    ///
    /// If `bytes` is too short for any instruction.
    pub(crate) fn new(bytes: &'a mut [u8]) -> Self {
        assert!(bytes.len() >= 64 && i32::try_from(bytes.len()).is_ok());
        Self {
            bytes,
            pos: 0,
            prefix_at: usize::MAX,
            is_full: false,
        }
    }

    /// How many bytes there are.
    #[inline(always)]
    pub(crate) fn pos(&self) -> u32 {
        self.pos as u32
    }

    /// Whether there was no room for all.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Announces an instruction with a REX prefix after `before` other bytes; one without bits is
    /// left out.
    #[inline(always)]
    pub(crate) fn drop_empty_rex(&mut self, before: usize) {
        self.prefix_at = self.pos + before;
    }

    /// Announces an instruction whose REX prefix counts even without bits.
    #[inline(always)]
    pub(crate) fn keep_rex(&mut self) {
        self.prefix_at = usize::MAX;
    }

    /// Adds the 32-bit field that ends here to `chain`.
    #[inline(always)]
    pub(crate) fn link(&mut self, chain: &mut Chain) {
        let at = self.pos;
        self.put(at.wrapping_sub(4), chain.0);
        *chain = Chain(at as u32);
    }

    /// Lets the field that ends at `end` lead to `target`.
    pub(crate) fn patch(&mut self, end: u32, target: u32) {
        self.put((end as usize).wrapping_sub(4), target.wrapping_sub(end));
    }

    /// Lets the 8-bit field that ends at `end` lead here.
    ///
    /// # Panics
    ///
    /// If that is too far.
    pub(crate) fn patch_short(&mut self, end: u32) {
        if self.is_full {
            return;
        }
        let distance = i8::try_from(self.pos() - end).expect("a short jump is short");
        self.bytes[end as usize - 1] = distance as u8;
    }

    /// Lets all of `chain` lead to `target`.
    pub(crate) fn bind(&mut self, chain: Chain, target: u32) {
        let mut end = chain.0;
        while end != 0 && !self.is_full {
            let previous = self.get(end as usize - 4);
            self.patch(end, target);
            end = previous;
        }
    }

    /// Makes the `len` fields from `start` on, which are bound, relative to `start`.
    pub(crate) fn make_table(&mut self, start: u32, len: u32) {
        if self.is_full {
            return;
        }
        for field in 0..len {
            let at = (start + 4 * field) as usize;
            self.put(at, self.get(at).wrapping_add(4 * field + 4));
        }
    }

    /// Turns the multiplication by an 8-bit constant at `start` into the operation of the same form whose
    /// number the register is that it goes to: edi or rdi for a comparison.
    pub(crate) fn multiplication_to_other(&mut self, start: u32) {
        let start = start as usize;
        let has_rex = self.bytes.get(start).is_some_and(|byte| byte >> 4 == 4);
        match self.bytes.get_mut(start + usize::from(has_rex)) {
            // `imul edi, rm, imm8` is 6b /r, `cmp rm, imm8` is 83 /7, and 7 is edi's number.
            Some(opcode @ 0x6b) => *opcode = 0x83,
            _ => debug_assert!(self.is_full, "an `imul` by an 8-bit constant is 0x6b"),
        }
    }

    fn get(&self, at: usize) -> u32 {
        match self.bytes.get(at..at + 4) {
            Some(bytes) => u32::from_le_bytes(bytes.try_into().expect("four bytes")),
            None => 0,
        }
    }

    fn put(&mut self, at: usize, value: u32) {
        if let Some(field) = at
            .checked_add(4)
            .and_then(|end| self.bytes.get_mut(at..end))
        {
            field.copy_from_slice(&value.to_le_bytes());
        }
    }

    #[inline(always)]
    fn write<const N: usize>(&mut self, bytes: [u8; N]) {
        match self.bytes.get_mut(self.pos..self.pos + N) {
            Some(place) => {
                place.copy_from_slice(&bytes);
                self.pos += N;
            }
            None => self.overflow(),
        }
    }

    #[cold]
    fn overflow(&mut self) {
        self.is_full = true;
        // There is room for a field before it, and it is no end of a chain.
        self.pos = 16;
    }
}

impl DynasmApi for Sink<'_> {
    fn offset(&self) -> AssemblyOffset {
        AssemblyOffset(self.pos)
    }

    #[inline(always)]
    fn push(&mut self, byte: u8) {
        if byte == 0x40 && self.pos == self.prefix_at {
            return;
        }
        self.write([byte]);
    }

    fn align(&mut self, alignment: usize, with: u8) {
        while !self.pos.is_multiple_of(alignment) {
            self.write([with]);
        }
    }

    #[inline(always)]
    fn push_i8(&mut self, value: i8) {
        self.write([value as u8]);
    }

    #[inline(always)]
    fn push_i16(&mut self, value: i16) {
        self.write(value.to_le_bytes());
    }

    #[inline(always)]
    fn push_i32(&mut self, value: i32) {
        self.write(value.to_le_bytes());
    }

    #[inline(always)]
    fn push_i64(&mut self, value: i64) {
        self.write(value.to_le_bytes());
    }

    #[inline(always)]
    fn push_u16(&mut self, value: u16) {
        self.write(value.to_le_bytes());
    }

    #[inline(always)]
    fn push_u32(&mut self, value: u32) {
        self.write(value.to_le_bytes());
    }

    #[inline(always)]
    fn push_u64(&mut self, value: u64) {
        self.write(value.to_le_bytes());
    }
}

impl Extend<u8> for Sink<'_> {
    #[inline(always)]
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        for byte in bytes {
            self.write([byte]);
        }
    }
}

impl<'b> Extend<&'b u8> for Sink<'_> {
    #[inline(always)]
    fn extend<I: IntoIterator<Item = &'b u8>>(&mut self, bytes: I) {
        for &byte in bytes {
            self.write([byte]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_threaded_through_their_fields() {
        let mut bytes = [0; 64];
        let mut sink = Sink::new(&mut bytes);
        let mut chain = Chain::default();
        for _ in 0..3 {
            sink.push(0xe9);
            sink.push_i32(0);
            sink.link(&mut chain);
        }
        sink.bind(chain, 20);
        assert_eq!(sink.pos(), 15);
        let fields: Vec<u8> = (0..3).map(|jump| bytes[5 * jump + 1]).collect();
        assert_eq!(fields, [15, 10, 5]);
    }

    #[test]
    fn a_full_sink_says_so_and_goes_on() {
        let mut bytes = [0; 64];
        let mut sink = Sink::new(&mut bytes);
        (0..100).for_each(|i| sink.push_i32(i));
        assert!(sink.is_full());
        assert!(sink.pos() <= 64);
    }

    #[test]
    fn empty_prefixes_are_left_out_where_announced() {
        let mut bytes = [0; 64];
        let mut sink = Sink::new(&mut bytes);
        sink.drop_empty_rex(0);
        sink.push(0x40);
        sink.push(0x41);
        sink.keep_rex();
        sink.push(0x40);
        sink.drop_empty_rex(1);
        (0..2).for_each(|_| sink.push(0x40));
        assert_eq!(sink.pos(), 3);
    }
}
