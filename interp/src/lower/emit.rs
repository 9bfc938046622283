//! The instruction buffer: words, places in the wasm module, and a listing on request.

use crate::Dispatch;
use crate::exec::row::Code;

/// Packs four 16-bit fields into word 1.
pub(super) fn fields(f0: u16, f1: u16, f2: u16, f3: u16) -> u64 {
    u64::from(f0) | u64::from(f1) << 16 | u64::from(f2) << 32 | u64::from(f3) << 48
}

/// Packs two 16-bit fields and a 32-bit one into word 1.
pub(super) fn fields32(f0: u16, f1: u16, high: u32) -> u64 {
    u64::from(f0) | u64::from(f1) << 16 | u64::from(high) << 32
}

/// Packs two 32-bit fields into a word.
pub(super) fn halves(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

/// A place in the code that belongs to a place in the module.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Mark {
    /// The word where the instruction begins.
    pub word: u32,
    /// The operator's offset in the module.
    pub wasm_offset: u32,
}

/// Where a listed instruction begins.
#[derive(Copy, Clone)]
pub(crate) struct Listed {
    /// Its first word.
    pub word: u32,
    /// Its operation.
    pub code: &'static Code,
}

/// The number of counters of uses of handlers.
const TURNS: usize = 512;

/// The code of one function while it is being written.
pub(crate) struct Buffer {
    dispatch: Dispatch,
    /// How often handlers with copies were used, by their addresses.
    turns: [u8; TURNS],
    /// Whether copies are handed out in turn here; the first one is to do for all uses otherwise.
    pub takes_turns: bool,
    pub words: Vec<u64>,
    pub marks: Vec<Mark>,
    /// One entry per instruction, if a listing is wanted.
    pub listing: Option<Vec<Listed>>,
}

impl Buffer {
    /// An empty buffer. Turns of copies begin with one that `seed` decides.
    pub fn new(dispatch: Dispatch, seed: u32, listing: bool) -> Self {
        Self {
            dispatch,
            turns: [seed as u8; TURNS],
            takes_turns: false,
            words: Vec::new(),
            marks: Vec::new(),
            listing: listing.then(Vec::new),
        }
    }

    /// The position of the next instruction.
    pub fn here(&self) -> u32 {
        self.words.len() as u32
    }

    /// Appends an instruction; `operands` are its words after the first.
    pub fn push(&mut self, code: &'static Code, operands: &[u64]) -> u32 {
        debug_assert_eq!(code.len(), operands.len() + 1, "length of {}", code.name);
        let word = self.here();
        let handler = self.handler(code);
        // Room first, so that nothing below needs to grow the vector; a copy of so few words is
        // dearer than a loop.
        self.words.reserve(1 + operands.len());
        self.words.push(handler);
        for &operand in operands {
            self.words.push(operand);
        }
        if let Some(listing) = &mut self.listing {
            listing.push(Listed { word, code });
        }
        word
    }

    /// Notes that the next instruction executes the operator at `wasm_offset`.
    pub fn mark(&mut self, wasm_offset: usize) {
        let mark = Mark {
            word: self.here(),
            wasm_offset: wasm_offset as u32,
        };
        self.marks.push(mark);
    }

    /// Notes that the next instruction also executes the operator at `wasm_offset`. Its traps are
    /// recorded at the instruction's second word.
    pub fn mark_second(&mut self, wasm_offset: usize) {
        let mark = Mark {
            word: self.here() + 1,
            wasm_offset: wasm_offset as u32,
        };
        self.marks.push(mark);
    }

    /// Removes everything from word `to` on.
    pub fn truncate(&mut self, to: u32) {
        self.words.truncate(to as usize);
        while self.marks.last().is_some_and(|m| m.word >= to) {
            self.marks.pop();
        }
        if let Some(listing) = &mut self.listing {
            while listing.last().is_some_and(|l| l.word >= to) {
                listing.pop();
            }
        }
    }

    /// Exchanges the last two instructions, which are at `first` and `second` and have no marks.
    pub fn exchange(&mut self, first: u32, second: u32) {
        debug_assert!(self.marks.last().is_none_or(|mark| mark.word < first));
        let words = &mut self.words[first as usize..];
        let len = (second - first) as usize;
        words.rotate_left(len);
        let moved = first + (words.len() - len) as u32;
        if let Some([.., a, b]) = self.listing.as_deref_mut() {
            std::mem::swap(a, b);
            (a.word, b.word) = (first, moved);
        }
    }

    /// Puts `slot` into field 0 of the instruction at `pos`.
    pub fn set_dest(&mut self, pos: u32, slot: u16) {
        let operands = &mut self.words[pos as usize + 1];
        *operands = *operands & !0xffff | u64::from(slot);
    }

    /// Makes the instruction at `pos` another of the same length, with `slot` in field 0.
    pub fn retarget(&mut self, pos: u32, code: &'static Code, slot: u16) {
        self.words[pos as usize] = self.handler(code);
        self.set_dest(pos, slot);
        if let Some(listing) = &mut self.listing {
            let at = listing.binary_search_by_key(&pos, |l| l.word);
            listing[at.expect("retargeted instructions are listed")].code = code;
        }
    }

    /// The handler word of `code`; hot handlers have copies, handed out in turn.
    fn handler(&mut self, code: &'static Code) -> u64 {
        let mut copy = 0;
        if self.takes_turns && code.has_copies() {
            // Operations that share a counter do so for good or bad luck.
            let turn = &mut self.turns[std::ptr::from_ref(code).addr() / 16 % TURNS];
            *turn = turn.wrapping_add(1);
            copy = usize::from(*turn);
        }
        let word = code.word(self.dispatch, copy);
        #[cfg(feature = "profile")]
        crate::profile::name(word, code);
        word
    }

    /// Sets the branch distance (high half of word 1) of the instruction at `pos`.
    pub fn set_target(&mut self, pos: u32, target: u32) {
        let word = &mut self.words[pos as usize + 1];
        *word = *word & 0xffff_ffff | distance(pos, target) << 32;
    }

    /// Sets entry `entry` of the branch table of the instruction at `pos`.
    pub fn set_table_target(&mut self, pos: u32, entry: u32, target: u32) {
        let word = &mut self.words[(pos + 2 + entry / 2) as usize];
        let shift = entry % 2 * 32;
        *word = *word & !(0xffff_ffff << shift) | distance(pos, target) << shift;
    }
}

/// The branch distance in bytes, as 32 bits. Code is limited to 2^28 words.
fn distance(from: u32, to: u32) -> u64 {
    u64::from(((i64::from(to) - i64::from(from)) * 8) as i32 as u32)
}
