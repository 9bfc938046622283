//! `Scratch`: working memory that one translation leaves to the next of its thread.
//!
//! Most functions are small, and what allocating for each would cost is felt in a module of many.

use std::cell::Cell;

use super::control::Fixup;
use super::emit::Mark;
use super::pins::{Detour, PinSet};
use super::stack::Entry;

/// A branch to a label, with the pins that it has.
pub(super) type LabelFixup = (Fixup, PinSet);

/// Vectors that are empty between translations, but for `chains`.
#[derive(Default)]
pub(super) struct Scratch {
    /// All `NONE` between translations, and as long as ever needed.
    pub chains: Vec<u32>,
    pub words: Vec<u64>,
    pub marks: Vec<Mark>,
    pub stack: Vec<Entry>,
    pub detours: Vec<Detour>,
    /// One for each block that is not open.
    pub fixups: Vec<Vec<LabelFixup>>,
}

thread_local! {
    static SCRATCH: Cell<Scratch> = const { Cell::new(Scratch::EMPTY) };
}

impl Scratch {
    /// Bytes of one kind that are kept for the next function.
    const MAX_KEPT_BYTES: usize = 256 << 10;

    /// Lists of fixups that are kept, and how long each may be.
    const MAX_KEPT_FIXUPS: usize = 64;

    const EMPTY: Self = Self {
        chains: Vec::new(),
        words: Vec::new(),
        marks: Vec::new(),
        stack: Vec::new(),
        detours: Vec::new(),
        fixups: Vec::new(),
    };

    /// What the last translation of this thread has left.
    pub(super) fn take() -> Self {
        SCRATCH.replace(Self::EMPTY)
    }

    /// Leaves the memory to the next translation, unless it is much.
    pub(super) fn leave(mut self) {
        clear(&mut self.words);
        clear(&mut self.marks);
        clear(&mut self.stack);
        clear(&mut self.detours);
        self.fixups.truncate(Self::MAX_KEPT_FIXUPS);
        SCRATCH.set(self);
    }

    /// An empty list of fixups.
    pub(super) fn take_fixups(&mut self) -> Vec<LabelFixup> {
        self.fixups.pop().unwrap_or_default()
    }

    /// Takes back a list that is not needed any more.
    pub(super) fn leave_fixups(&mut self, mut fixups: Vec<LabelFixup>) {
        if (1..=Self::MAX_KEPT_FIXUPS).contains(&fixups.capacity()) {
            fixups.clear();
            self.fixups.push(fixups);
        }
    }
}

fn clear<T>(vector: &mut Vec<T>) {
    vector.clear();
    vector.shrink_to(Scratch::MAX_KEPT_BYTES / size_of::<T>());
}
