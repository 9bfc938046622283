//! `Sink`: where encoded bytes go.
//!
//! dynasm's macro writes each instruction through [`DynasmApi`] into an [`Instruction`], 16 bytes of a slice that
//! the caller lends: room is asked for once, not for each byte. When the slice is full the sink goes
//! on near its beginning and remembers that what it holds is of no use, so that nobody has to ask
//! before each instruction.
//!
//! Forward jumps are threaded: the 32-bit field of a jump whose target is not known yet holds the
//! position of the jump to the same target before it (see [`Chain`]), so that nothing is allocated
//! and binding a target walks the chain.

use dynasmrt::{AssemblyOffset, DynasmApi};

/// Machine code on its way into a slice.
pub(crate) struct Sink<'a> {
    bytes: &'a mut [u8],
    pos: usize,
    is_full: bool,
}

/// The room for an instruction, which has 15 bytes at most.
const ROOM: usize = 16;

/// An instruction that is being written.
pub(crate) struct Instruction<'a> {
    bytes: &'a mut [u8; ROOM],
    len: usize,
    /// Where a REX prefix without bits would stand, which is left out.
    prefix_at: usize,
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

    /// Begins an instruction. A REX prefix without bits after `before` other bytes is left out.
    #[inline(always)]
    pub(crate) fn begin(&mut self, before: usize) -> Instruction<'_> {
        if self.bytes.len() - self.pos < ROOM {
            self.overflow();
        }
        let bytes = self.bytes[self.pos..]
            .first_chunk_mut()
            .expect("there is room");
        Instruction {
            bytes,
            len: 0,
            prefix_at: before,
        }
    }

    /// Adds the instruction of `len` bytes that has been written here.
    #[inline(always)]
    pub(crate) fn end(&mut self, len: usize) {
        self.pos += len;
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

    /// The 32-bit field that ends at `end`.
    pub(crate) fn field(&self, end: u32) -> u32 {
        self.get((end as usize).wrapping_sub(4))
    }

    /// Sets the 32-bit field that ends at `end`.
    pub(crate) fn set_field(&mut self, end: u32, value: u32) {
        if !self.is_full {
            self.put((end as usize).wrapping_sub(4), value);
        }
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

    /// Adds a byte.
    #[inline(always)]
    pub(crate) fn push(&mut self, byte: u8) {
        self.write([byte]);
    }

    /// Adds a signed byte.
    #[inline(always)]
    pub(crate) fn push_i8(&mut self, value: i8) {
        self.write([value as u8]);
    }

    /// Adds four bytes.
    #[inline(always)]
    pub(crate) fn push_i32(&mut self, value: i32) {
        self.write(value.to_le_bytes());
    }

    /// Adds eight bytes.
    pub(crate) fn push_u64(&mut self, value: u64) {
        self.write(value.to_le_bytes());
    }

    /// Fills up to a multiple of `alignment`.
    pub(crate) fn align(&mut self, alignment: usize, with: u8) {
        while !self.pos.is_multiple_of(alignment) {
            self.write([with]);
        }
    }

    #[cold]
    fn overflow(&mut self) {
        self.is_full = true;
        // There is room for a field before it, and it is no end of a chain.
        self.pos = 16;
    }
}

impl Instruction<'_> {
    /// Where no prefix is, so that none is left out.
    pub(crate) const NO_PREFIX: usize = usize::MAX;

    /// How many bytes it has.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    fn write<const N: usize>(&mut self, bytes: [u8; N]) {
        self.bytes[self.len..self.len + N].copy_from_slice(&bytes);
        self.len += N;
    }
}

impl DynasmApi for Instruction<'_> {
    fn offset(&self) -> AssemblyOffset {
        AssemblyOffset(self.len)
    }

    #[inline(always)]
    fn push(&mut self, byte: u8) {
        if byte == 0x40 && self.len == self.prefix_at {
            return;
        }
        // Never more than there is room for; the mask says so without a branch.
        self.bytes[self.len % ROOM] = byte;
        self.len += 1;
    }

    fn align(&mut self, _: usize, _: u8) {
        unreachable!("an instruction has no alignment")
    }

    #[inline(always)]
    fn push_i8(&mut self, value: i8) {
        self.bytes[self.len % ROOM] = value as u8;
        self.len += 1;
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

impl Extend<u8> for Instruction<'_> {
    #[inline(always)]
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        for byte in bytes {
            self.push_i8(byte as i8);
        }
    }
}

impl<'b> Extend<&'b u8> for Instruction<'_> {
    #[inline(always)]
    fn extend<I: IntoIterator<Item = &'b u8>>(&mut self, bytes: I) {
        self.extend(bytes.into_iter().copied());
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
        let mut len_of = |before, bytes: &[u8]| {
            let mut instruction = sink.begin(before);
            bytes.iter().for_each(|&byte| instruction.push(byte));
            instruction.len()
        };
        assert_eq!(len_of(0, &[0x40, 0x8b]), 1);
        assert_eq!(len_of(0, &[0x41, 0x40]), 2);
        assert_eq!(len_of(1, &[0x40, 0x40]), 1);
        assert_eq!(len_of(Instruction::NO_PREFIX, &[0x40, 0x40]), 2);
    }

    #[test]
    fn an_instruction_needs_sixteen_bytes_of_room() {
        let mut bytes = [0; 64];
        let mut sink = Sink::new(&mut bytes);
        for _ in 0..4 {
            let mut instruction = sink.begin(Instruction::NO_PREFIX);
            (0..15).for_each(|_| instruction.push(0x90));
            let len = instruction.len();
            sink.end(len);
        }
        assert!(!sink.is_full());
        sink.begin(0);
        assert!(sink.is_full());
    }
}
