//! Entries into guest code that can be suspended.
//!
//! ```text
//! whoever asked ── Execution::run ──▶ coroutine: entry ─▶ tiers ─▶ [host function]
//!                                 ◀── Reason ───────── suspend ◀─┘
//! ```
//!
//! Such an entry runs on a native stack of its own. What suspends it (no fuel, an epoch's deadline, a
//! host function that failed or yields) switches back to whoever runs it, who then takes the guest out of
//! the store's execution ([`VMExec::park`]) with its value stack. So the store can be used meanwhile, by
//! other guests too, and the guest goes on as if nothing had been.

#![expect(unsafe_code, reason = "switches stacks under a store")]

#[cfg_attr(
    not(all(unix, not(any(miri, feature = "portable-sys")))),
    path = "coroutine_disabled.rs"
)]
mod coroutine;
mod record;
mod stacks;
mod untyped;
mod yields;

use std::panic::{AssertUnwindSafe, catch_unwind};

use selvedge_vm::exec::{ParkedGuest, VMExec};
use selvedge_vm::native_stack::NativeStack;
use selvedge_vm::stack::with_native_stack;

use crate::entry;
use crate::error::Result;
use crate::store::{StoreId, StoreOpaque};
use crate::tier;
use coroutine::{Coroutine, Switched};

pub(crate) use record::{Allows, Input, Reason, Record, current};
pub(crate) use stacks::NativeStacks;
pub(crate) use untyped::UntypedCall;

/// What came of running an execution.
pub(crate) enum Step<R> {
    /// It has ended.
    Done(Result<R>),
    /// It waits.
    Suspended(Reason),
}

/// An entry into guest code that can be suspended.
pub(crate) struct Execution<R: 'static> {
    store: StoreId,
    /// The guest, while it waits. Before `coroutine`, on whose stack it is.
    parked: Option<ParkedGuest>,
    /// Before `record`, which its frames point to.
    coroutine: Coroutine<Result<R>>,
    record: Box<Record>,
}

impl<R: 'static> Execution<R> {
    /// An execution of `work`, which enters guest code of `store`, on `stack`. It begins with the first
    /// [`Execution::run`].
    ///
    /// # Safety
    ///
    /// Whenever the execution runs, `store` is alive and the caller's for itself, and what `work` borrows is
    /// alive until it has ended or the execution is dropped.
    pub(crate) unsafe fn new(
        store: &StoreOpaque,
        stack: NativeStack,
        allows: Allows,
        work: impl FnOnce() -> Result<R>,
    ) -> Self {
        let record = Box::new(Record::new(store.exec(), stack.usable(), allows));
        // SAFETY: the record is dropped after the coroutine; the rest is passed on.
        let coroutine = unsafe { Coroutine::new(stack, &raw const *record, work) };
        Self {
            store: store.id(),
            coroutine,
            record,
            parked: None,
        }
    }

    /// The store that it is of.
    pub(crate) fn store(&self) -> StoreId {
        self.store
    }

    /// What it shares with the guest.
    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    /// Whether it has ended, or has not begun.
    pub(crate) fn is_suspended(&self) -> bool {
        self.parked.is_some()
    }

    /// Runs until it ends or is suspended. `input` is what the guest goes on with.
    ///
    /// # Panics
    ///
    /// If it has ended. A panic of a host function continues here.
    ///
    /// # Safety
    ///
    /// As [`Execution::new`] says.
    pub(crate) unsafe fn run(&mut self, store: *mut StoreOpaque, mut input: Input) -> Step<R> {
        /// Puts the guest back that was there before.
        struct Outer<'a>(&'a VMExec, Option<ParkedGuest>);
        impl Drop for Outer<'_> {
            fn drop(&mut self) {
                self.0.suspender.set(None);
                if let Some(parked) = self.1.take() {
                    self.0.unpark(&parked);
                }
            }
        }
        // SAFETY: by contract; the execution is used through cells.
        let exec = unsafe { &*std::ptr::from_ref((*store).exec()) };
        // Machine code may go on at once, perhaps on a thread that is new to it.
        if tier::prepare_thread().is_err() && self.is_suspended() {
            input = Input::End;
        }
        let is_nested = !exec.activation.get().is_null() || exec.depth.get() > 0;
        let _outer = Outer(exec, is_nested.then(|| exec.park()));
        if let Some(parked) = self.parked.take() {
            exec.unpark(&parked);
        } else {
            exec.suspender.set(Some(self.record.suspender()));
        }
        let stack = self.coroutine.usable_stack();
        let coroutine = &mut self.coroutine;
        let switched =
            with_native_stack(stack, || entry::on_other_stack(|| coroutine.resume(input)));
        match switched {
            Switched::Done(result) => Step::Done(result),
            Switched::Suspended(reason) => {
                self.parked = Some(exec.park());
                Step::Suspended(reason)
            }
        }
    }

    /// Ends a guest in the middle of whose host functions it was suspended: their frames are unwound. Entries into guest code
    /// fail meanwhile.
    ///
    /// # Safety
    ///
    /// As [`Execution::new`] says.
    pub(crate) unsafe fn unwind(&mut self, store: *mut StoreOpaque) {
        self.record.begin_unwinding();
        // SAFETY: by contract; the execution is used through cells.
        let exec = unsafe { &*std::ptr::from_ref((*store).exec()) };
        while let Some(parked) = &self.parked {
            exec.with_parked(parked, || exec.refuse_entries());
            let end = AssertUnwindSafe(|| {
                // SAFETY: passed on.
                let _ = unsafe { self.run(store, Input::End) };
            });
            // Nobody is there to be told of a panic: the guest has been given up.
            let _ = catch_unwind(end);
        }
        if exec.activation.get().is_null() && exec.depth.get() == 0 {
            exec.release_stacks();
        }
    }

    /// The native stack, if the execution has ended or not begun; one that waits is forgotten, its frames
    /// with it.
    pub(crate) fn into_stack(mut self) -> NativeStack {
        self.parked = None;
        self.coroutine.into_stack()
    }
}

// SAFETY: what is on its stacks are frames of this crate, which are bound to no thread, and of host functions, if those are
// allowed to yield; whoever allows that sees to it. The result is sent if it may be.
unsafe impl<R: Send> Send for Execution<R> {}
