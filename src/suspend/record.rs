//! What a suspendable entry shares with the guest that it runs.

#![expect(unsafe_code, reason = "reached from the guest by pointer")]

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::ptr;
use std::task::{Context, Waker};

use selvedge_vm::bulk::Stop;
use selvedge_vm::exec::{Pending, Suspender, Suspension, VMExec};
use selvedge_vm::stack::stack_pointer;

use super::coroutine::Yielder;
use crate::error::{Error, Result};
use crate::store::StoreOpaque;
use crate::trap::Trap;
use crate::types::FuncType;

/// The payload of the panic that ends host functions whose guest has been given up.
struct Unwound;

/// Why a guest waits.
pub(crate) enum Reason {
    /// What comes next costs `required`, and there is less fuel.
    OutOfFuel { required: u64 },
    /// The epoch's deadline was reached.
    Epoch,
    /// A host function of type `ty` has failed. Whoever lets the guest go on writes its results to `slots`.
    HostTrap {
        error: Error,
        ty: FuncType,
        slots: *mut u64,
    },
    /// Others are to have their turn.
    Turn,
    /// A host function waits for something.
    Pending,
    /// A host function yields.
    Yield {
        value: Option<Box<dyn Any>>,
        /// What it wants to go on with; `None` for nothing.
        expects: Option<(TypeId, &'static str)>,
    },
}

/// What a guest goes on with.
pub(crate) enum Input {
    /// Nothing.
    GoOn,
    /// What a host function expects.
    Value(Box<dyn Any>),
    /// It is to end.
    End,
}

/// What may suspend a guest.
#[derive(Copy, Clone, Default, Debug)]
pub(crate) struct Allows {
    pub(crate) fuel: bool,
    pub(crate) epoch: bool,
    pub(crate) host_trap: bool,
    pub(crate) pending: bool,
    /// Also in the middle of a host function, below which there may be others.
    pub(crate) yields: bool,
}

/// See the [module](self).
pub(crate) struct Record {
    exec: *const VMExec,
    allows: Allows,
    /// Where the guest and its host functions run.
    stack: Range<usize>,
    /// Set while the coroutine is there.
    yielder: Cell<*const Yielder>,
    waker: RefCell<Option<Waker>>,
    unwinding: Cell<bool>,
}

impl Record {
    pub(super) fn new(exec: &VMExec, stack: Range<usize>, allows: Allows) -> Self {
        Self {
            exec,
            allows,
            stack,
            yielder: Cell::new(ptr::null()),
            waker: RefCell::new(None),
            unwinding: Cell::new(false),
        }
    }

    /// How the VM suspends the guest.
    pub(super) fn suspender(&self) -> Suspender {
        Suspender {
            call: suspend_guest,
            data: ptr::from_ref(self).cast_mut().cast(),
        }
    }

    #[cfg_attr(
        not(all(unix, not(any(miri, feature = "portable-sys")))),
        expect(dead_code, reason = "nothing runs there")
    )]
    pub(super) fn set_yielder(&self, yielder: *const Yielder) {
        self.yielder.set(yielder);
    }

    pub(super) fn begin_unwinding(&self) {
        self.unwinding.set(true);
    }

    /// Sets who is told when the guest that waits can go on.
    pub(crate) fn set_waker(&self, waker: &Waker) {
        let mut known = self.waker.borrow_mut();
        match &mut *known {
            Some(known) => known.clone_from(waker),
            None => *known = Some(waker.clone()),
        }
    }

    /// Whether the guest is that of the suspendable entry itself, not one that a host function has called.
    fn is_direct(&self) -> bool {
        // SAFETY: the record is used while its guest runs, in this execution.
        unsafe { (*self.exec).depth.get() == 1 }
    }

    /// Suspends the guest; returns what it goes on with.
    fn suspend(&self, reason: Reason) -> Input {
        // SAFETY: the guest runs on the coroutine that has set this, and is there until it ends.
        unsafe { (*self.yielder.get()).suspend(reason) }
    }

    /// Suspends a guest whose host function of type `ty` has failed: `Ok` to go on with the results that are in `slots` by then.
    pub(crate) fn host_trap(
        &self,
        error: Error,
        ty: &FuncType,
        slots: *mut u64,
    ) -> Result<(), Error> {
        if !self.allows.host_trap || !self.is_direct() {
            return Err(error);
        }
        let ty = ty.clone();
        match self.suspend(Reason::HostTrap { error, ty, slots }) {
            Input::End => Err(Trap::Interrupt.into()),
            _ => Ok(()),
        }
    }

    /// Yields from a host function; returns what it goes on with.
    ///
    /// # Errors
    ///
    /// If the entry cannot be suspended here, or is to end.
    pub(crate) fn yield_value(
        &self,
        value: Option<Box<dyn Any>>,
        expects: Option<(TypeId, &'static str)>,
    ) -> Result<Option<Box<dyn Any>>> {
        // A host function may have sent its `Caller` to another thread.
        if !self.allows.yields || !self.stack.contains(&stack_pointer()) {
            return Err(Error::message(
                "this guest was not entered in a way that lets host functions yield",
            ));
        }
        let input = match self.unwinding.get() {
            true => Input::End,
            false => self.suspend(Reason::Yield { value, expects }),
        };
        match input {
            Input::GoOn => Ok(None),
            Input::Value(value) => Ok(Some(value)),
            Input::End if std::thread::panicking() => {
                Err(Error::message("the guest is being ended"))
            }
            // Whatever the host function would do with an error, its frames end here.
            Input::End => std::panic::resume_unwind(Box::new(Unwound)),
        }
    }

    /// Whether host functions may wait here.
    pub(crate) fn may_wait(&self) -> bool {
        self.allows.pending && self.is_direct()
    }

    /// Polls by `poll` until it is ready, suspended meanwhile; `None` if the guest is to end.
    pub(crate) fn wait<T>(
        &self,
        mut poll: impl FnMut(&mut Context<'_>) -> std::task::Poll<T>,
    ) -> Option<T> {
        loop {
            let waker = self.waker.borrow().clone();
            let waker = waker.expect("the entry was polled");
            if let std::task::Poll::Ready(value) = poll(&mut Context::from_waker(&waker)) {
                return Some(value);
            }
            if let Input::End = self.suspend(Reason::Pending) {
                return None;
            }
        }
    }
}

/// The record of the suspendable entry that the guest of `store` runs in.
pub(crate) fn current(store: &StoreOpaque) -> Option<&Record> {
    let suspender = store.exec().suspender.get()?;
    // SAFETY: suspenders are made by `Record::suspender` alone, and set while the record lives.
    Some(unsafe { &*suspender.data.cast::<Record>() })
}

/// See [`Suspender`].
///
/// # Safety
///
/// `data` is a record whose guest runs now.
unsafe fn suspend_guest(data: *mut (), why: Suspension) -> Result<(), Stop> {
    // SAFETY: by contract.
    let record = unsafe { &*data.cast::<Record>() };
    let (trap, allowed, reason) = match why {
        Suspension::OutOfFuel { required } => (
            Trap::OutOfFuel,
            record.allows.fuel,
            Reason::OutOfFuel { required },
        ),
        Suspension::Epoch => (Trap::Interrupt, record.allows.epoch, Reason::Epoch),
        Suspension::Turn if !record.allows.pending || !record.is_direct() => return Ok(()),
        Suspension::Turn => (Trap::Interrupt, true, Reason::Turn),
    };
    if !allowed || !record.is_direct() {
        return Err(Stop::Trap(trap));
    }
    match record.suspend(reason) {
        Input::End => Err(Stop::Pending(Pending::Error(
            Error::message("the guest was ended while it waited").into_pending(),
        ))),
        _ => Ok(()),
    }
}
