//! Switching native stacks.

#![expect(unsafe_code, reason = "switches native stacks")]

use std::mem::ManuallyDrop;
use std::num::NonZeroUsize;
use std::ops::Range;

use corosensei::stack::{Stack, StackPointer};
use corosensei::{Coroutine as Switch, CoroutineResult};
use selvedge_vm::native_stack::NativeStack;

use super::record::{Input, Reason, Record};

/// A native stack as `corosensei` takes it.
struct GuestStack(NativeStack);

// SAFETY: a `NativeStack` is at least 64 KiB long, aligned to pages, and has a guard page.
unsafe impl Stack for GuestStack {
    fn base(&self) -> StackPointer {
        NonZeroUsize::new(self.0.top()).expect("no mapping ends at 0")
    }

    fn limit(&self) -> StackPointer {
        NonZeroUsize::new(self.0.bottom()).expect("no mapping begins at 0")
    }
}

/// What came of [`Coroutine::resume`].
pub(super) enum Switched<R> {
    Done(R),
    Suspended(Reason),
}

/// Something that runs on a stack of its own, in pieces.
pub(super) struct Coroutine<R: 'static> {
    switch: ManuallyDrop<Switch<Input, Reason, R, GuestStack>>,
    usable: Range<usize>,
}

/// What runs on a coroutine suspends by this.
#[repr(transparent)]
pub(super) struct Yielder(corosensei::Yielder<Input, Reason>);

impl Yielder {
    /// Goes back to whoever resumed; returns what it is resumed with.
    pub(super) fn suspend(&self, reason: Reason) -> Input {
        self.0.suspend(reason)
    }
}

impl<R: 'static> Coroutine<R> {
    /// A coroutine that will do `work`, and show in `record` how it is suspended.
    ///
    /// # Safety
    ///
    /// `record` outlives it, and what `work` borrows lives until that has ended or this is dropped.
    pub(super) unsafe fn new(
        stack: NativeStack,
        record: *const Record,
        work: impl FnOnce() -> R,
    ) -> Self {
        let usable = stack.usable();
        // SAFETY: by contract `work` and the record live long enough.
        let switch = unsafe {
            Switch::with_stack_unchecked(GuestStack(stack), move |yielder, _input| {
                // SAFETY: by contract the record is there; our type is the other one's wrapper.
                let ours = std::ptr::from_ref(yielder).cast::<Yielder>();
                (*record).set_yielder(ours);
                work()
            })
        };
        Self {
            switch: ManuallyDrop::new(switch),
            usable,
        }
    }

    pub(super) fn usable_stack(&self) -> Range<usize> {
        self.usable.clone()
    }

    /// Runs it until it suspends or ends.
    ///
    /// # Panics
    ///
    /// If it has ended. A panic of it continues here.
    pub(super) fn resume(&mut self, input: Input) -> Switched<R> {
        match self.switch.resume(input) {
            CoroutineResult::Yield(reason) => Switched::Suspended(reason),
            CoroutineResult::Return(result) => Switched::Done(result),
        }
    }

    /// Its stack. What is on it is forgotten.
    pub(super) fn into_stack(self) -> NativeStack {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not used any more, nor dropped.
        unsafe {
            let mut switch = ManuallyDrop::take(&mut this.switch);
            forget_frames(&mut switch);
            switch.into_stack().0
        }
    }
}

impl<R: 'static> Drop for Coroutine<R> {
    fn drop(&mut self) {
        // SAFETY: dropped once, here.
        unsafe {
            forget_frames(&mut self.switch);
            ManuallyDrop::drop(&mut self.switch);
        }
    }
}

/// Makes a coroutine that is suspended one that has ended.
fn forget_frames<R>(switch: &mut Switch<Input, Reason, R, GuestStack>) {
    if switch.started() && !switch.done() {
        // SAFETY: the frames are this crate's, which need not be dropped: whoever lets host functions yield
        // or wait unwinds those before.
        unsafe { switch.force_reset() };
    }
}
