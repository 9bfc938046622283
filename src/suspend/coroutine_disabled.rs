//! Switching native stacks, on platforms without guard pages: there are none to switch to.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::ops::Range;

use selvedge_vm::native_stack::NativeStack;

use super::record::{Input, Reason, Record};

/// What came of [`Coroutine::resume`].
#[expect(dead_code, reason = "nothing runs here")]
pub(super) enum Switched<R> {
    Done(R),
    Suspended(Reason),
}

/// Needs a [`NativeStack`], which cannot be had here.
pub(super) struct Coroutine<R> {
    never: Infallible,
    result: PhantomData<fn() -> R>,
}

/// Belongs to a coroutine.
pub(super) struct Yielder(Infallible);

impl Yielder {
    pub(super) fn suspend(&self, _: Reason) -> Input {
        match self.0 {}
    }
}

impl<R> Coroutine<R> {
    pub(super) unsafe fn new(stack: NativeStack, _: *const Record, _: impl FnOnce() -> R) -> Self {
        unreachable!("there is no native stack here: {stack:?}")
    }

    pub(super) fn usable_stack(&self) -> Range<usize> {
        match self.never {}
    }

    pub(super) fn resume(&mut self, _: Input) -> Switched<R> {
        match self.never {}
    }

    pub(super) fn into_stack(self) -> NativeStack {
        match self.never {}
    }
}
