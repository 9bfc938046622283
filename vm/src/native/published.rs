//! `PublishedCode`: machine code that can run, and what is known about its places.

#![expect(unsafe_code, reason = "owns memory that is executed")]

use std::ops::Range;
use std::sync::Arc;

use super::code::Site;
use super::index::{CodeIndex, Located};
use super::memory::Shared;
use super::registry::Registration;
use crate::index::DefinedFuncIndex;

/// A block of machine code that can run. Its bytes never change.
///
/// Whoever may run the code keeps it: when the last reference goes, its memory is used again.
#[derive(Debug)]
pub struct PublishedCode {
    shared: Arc<Shared>,
    start: usize,
    len: usize,
    lent: Range<usize>,
    index: Arc<CodeIndex>,
    registration: Registration,
}

/// A function of a [`PublishedCode`].
#[derive(Copy, Clone, Debug)]
pub struct PublishedFunc<'a> {
    /// The function.
    pub func: DefinedFuncIndex,
    /// Where its code is; also its entry.
    pub address: usize,
    /// Its code.
    pub code: &'a [u8],
}

impl PublishedCode {
    /// Takes over the range `lent` of a memory, with `len` bytes of code from `start` on.
    ///
    /// # Safety
    ///
    /// The range is taken and nobody else's, and executable.
    pub(super) unsafe fn new(
        shared: Arc<Shared>,
        start: usize,
        len: usize,
        lent: Range<usize>,
        index: CodeIndex,
    ) -> Arc<Self> {
        let index = Arc::new(index);
        let base = index.base();
        // SAFETY: the index is kept until `drop` has unregistered it. An empty block has
        // a byte too, so that its range is not empty.
        let registration = unsafe {
            shared
                .registered()
                .register(base, len.max(1), Arc::as_ptr(&index))
        };
        Arc::new(Self {
            shared,
            start,
            len,
            lent,
            index,
            registration,
        })
    }

    /// The address of the first byte.
    pub fn address(&self) -> usize {
        self.index.base()
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: published, and freed when `self` is dropped.
        unsafe { self.shared.code(self.start..self.start + self.len) }
    }

    /// The entry of `func`, if it is here.
    pub fn entry(&self, func: DefinedFuncIndex) -> Option<usize> {
        self.index.entry(func)
    }

    /// Where to enter `func` at the `loop` operator at `wasm_offset` of the module.
    pub fn osr_entry(&self, func: DefinedFuncIndex, wasm_offset: u32) -> Option<usize> {
        self.index.osr_entry(func, wasm_offset)
    }

    /// The place at the address `pc`: of a return address, or of an instruction that traps.
    pub fn locate(&self, pc: usize, is_return: bool) -> Option<Located> {
        self.index.locate(pc, is_return)
    }

    /// The functions, by address.
    pub fn functions(&self) -> impl ExactSizeIterator<Item = PublishedFunc<'_>> {
        self.index.functions().map(|(func, range)| PublishedFunc {
            func,
            address: self.address() + range.start,
            code: &self.bytes()[range],
        })
    }

    /// The sites, by offset from [`PublishedCode::address`].
    pub fn sites(&self) -> impl Iterator<Item = Site> {
        self.index.sites()
    }
}

impl Drop for PublishedCode {
    fn drop(&mut self) {
        self.shared.registered().unregister(&mut self.registration);
        // SAFETY: the last owner is gone, and no signal handler looks at the code.
        unsafe { self.shared.free(self.lent.clone(), self.len) };
    }
}
