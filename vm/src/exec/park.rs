//! Parking: a guest that waits is taken out of its execution, stacks and all, so that other guests of the
//! store run meanwhile.
//!
//! What a guest knows of its execution is the address of the [`VMExec`], which stays the same. So
//! a store has one, and what belongs to the guest that runs is exchanged.

#![expect(unsafe_code, reason = "interior of an execution, one thread")]

use std::cell::{Cell, UnsafeCell};
use std::mem;
use std::ops::Deref;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::{Activation, LastExit, Pending, SAVED_WORDS, Suspender, VMExec};
use crate::code::VMFuncCode;
use crate::pool::StackLease;
use crate::return_stack::ReturnStack;
use crate::stack::ValueStack;
use crate::trap::TrapCode;
use crate::vmcontext::VMContext;

/// What belongs to one guest: where it is, and its stacks.
struct State {
    native_sp: *mut usize,
    host_sp: usize,
    sp: *mut u64,
    code: *const VMFuncCode,
    fp: *mut u64,
    vmctx: *mut VMContext,
    ip: *const u64,
    back: *mut VMContext,
    wasm_offset: u32,
    last_exit: LastExit,
    activation: *const Activation,
    entering: *mut VMContext,
    depth: u32,
    saved: [u64; SAVED_WORDS],
    suspender: Option<Suspender>,
    trap: Option<TrapCode>,
    pending: Option<Pending>,
    stack_base: *mut u64,
    stack: Option<ValueStack>,
    return_stack: Option<ReturnStack>,
    pooled_stacks: Option<StackLease>,
    full_limit: usize,
}

impl State {
    /// No guest, and no stacks.
    const NONE: Self = Self {
        native_sp: ptr::null_mut(),
        host_sp: 0,
        sp: ptr::null_mut(),
        code: ptr::null(),
        fp: ptr::null_mut(),
        vmctx: ptr::null_mut(),
        ip: ptr::null(),
        back: ptr::null_mut(),
        wasm_offset: 0,
        last_exit: LastExit::NONE,
        activation: ptr::null(),
        entering: ptr::null_mut(),
        depth: 0,
        saved: [0; SAVED_WORDS],
        suspender: None,
        trap: None,
        pending: None,
        stack_base: ptr::null_mut(),
        stack: None,
        return_stack: None,
        pooled_stacks: None,
        full_limit: 0,
    };
}

/// A guest that waits, with its stacks. They are freed when this is dropped.
pub struct ParkedExec {
    state: UnsafeCell<State>,
    /// Whether there is the [`ParkedGuest`], and so what the state points to; locked by who looks there.
    is_there: Mutex<bool>,
}

// SAFETY: the state is only used by whoever has the store, and by the drop of the last owner;
// what it points to is in stacks that it owns, or in those of whoever runs the guest, which are there as long as
// the `ParkedGuest`: that may be dropped by another thread, but not while somebody looks.
unsafe impl Send for ParkedExec {}
// SAFETY: as above.
unsafe impl Sync for ParkedExec {}

/// The owner of a guest that waits, who drops this before the native stack that the guest runs on: it may own the guest alone,
/// while another thread has the store and looks at all that wait.
#[derive(Debug)]
pub struct ParkedGuest(Arc<ParkedExec>);

impl Deref for ParkedGuest {
    type Target = ParkedExec;

    fn deref(&self) -> &ParkedExec {
        &self.0
    }
}

impl Drop for ParkedGuest {
    fn drop(&mut self) {
        *self.0.lock() = false;
    }
}

impl std::fmt::Debug for ParkedExec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParkedExec").finish_non_exhaustive()
    }
}

impl ParkedExec {
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_there.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The slots that a guest may have references in: the first and their number.
    pub(crate) fn used_slots(&self) -> (*mut u64, usize) {
        // SAFETY: only whoever has the store comes here, and the reference ends here.
        let state = unsafe { &*self.state.get() };
        let bytes = state.sp.addr() - state.stack_base.addr();
        (state.stack_base, bytes / size_of::<u64>())
    }

    /// The registers that it may have references in.
    pub(crate) fn saved(&self) -> [u64; SAVED_WORDS] {
        // SAFETY: as above.
        unsafe { (*self.state.get()).saved }
    }
}

impl VMExec {
    /// Takes out what belongs to the present guest. There is none afterwards, and no stack.
    pub fn park(&self) -> ParkedGuest {
        let parked = Arc::new(ParkedExec {
            state: UnsafeCell::new(State::NONE),
            is_there: Mutex::new(true),
        });
        self.exchange(&parked);
        // SAFETY: only whoever has the store comes here, and no reference to the list is ever handed out.
        let list = unsafe { &mut *self.parked.get() };
        if list.len() == list.capacity() {
            list.retain(|parked| parked.strong_count() > 0);
        }
        list.push(Arc::downgrade(&parked));
        ParkedGuest(parked)
    }

    /// Puts a guest back that has been taken out of this execution. The stacks that it has now, if any, are freed.
    ///
    /// # Panics
    ///
    /// If a guest is running.
    pub fn unpark(&self, parked: &ParkedExec) {
        assert!(self.activation.get().is_null(), "no guest is running");
        self.exchange(parked);
        // SAFETY: only whoever has the store comes here; what was there before is no guest's.
        unsafe { *parked.state.get() = State::NONE };
    }

    /// Refuses all entries into guest code from now on, until the stacks are released.
    pub fn refuse_entries(&self) {
        self.full_limit.set(0);
        self.restore_limit();
    }

    /// Calls `f` with each execution that is parked now. Whoever gives one up meanwhile waits for `f`.
    pub fn for_each_parked(&self, mut f: impl FnMut(&ParkedExec)) {
        // SAFETY: only whoever has the store comes here; the list is cloned, as `f` may change it.
        let list: Vec<Weak<ParkedExec>> = unsafe { (*self.parked.get()).clone() };
        for parked in list.iter().filter_map(Weak::upgrade) {
            let is_there = parked.lock();
            if *is_there {
                f(&parked);
            }
        }
    }

    /// Does `work` as if the guest in `parked` were the present one, to look at it.
    pub fn with_parked<R>(&self, parked: &ParkedExec, work: impl FnOnce() -> R) -> R {
        self.exchange(parked);
        let result = work();
        self.exchange(parked);
        result
    }

    fn exchange(&self, parked: &ParkedExec) {
        /// Exchanges the content of a cell.
        fn swap<V>(cell: &Cell<V>, value: &mut V) {
            // SAFETY: only the owning thread comes here, and no reference to the content is handed out.
            mem::swap(unsafe { &mut *cell.as_ptr() }, value);
        }
        /// As above.
        fn swap_in<V>(cell: &UnsafeCell<V>, value: &mut V) {
            // SAFETY: as above.
            mem::swap(unsafe { &mut *cell.get() }, value);
        }
        // SAFETY: only whoever has the store comes here, and the reference ends here.
        let state = unsafe { &mut *parked.state.get() };
        swap(&self.native_sp, &mut state.native_sp);
        swap(&self.host_sp, &mut state.host_sp);
        swap(&self.sp, &mut state.sp);
        swap(&self.transfer.code, &mut state.code);
        swap(&self.transfer.fp, &mut state.fp);
        swap(&self.transfer.vmctx, &mut state.vmctx);
        swap(&self.transfer.ip, &mut state.ip);
        swap(&self.transfer.back, &mut state.back);
        swap(&self.transfer.wasm_offset, &mut state.wasm_offset);
        swap(&self.last_exit, &mut state.last_exit);
        swap(&self.activation, &mut state.activation);
        swap(&self.entering, &mut state.entering);
        swap(&self.depth, &mut state.depth);
        swap(&self.saved, &mut state.saved);
        swap(&self.suspender, &mut state.suspender);
        swap(&self.trap, &mut state.trap);
        swap_in(&self.pending, &mut state.pending);
        swap(&self.stack_base, &mut state.stack_base);
        swap_in(&self.stack, &mut state.stack);
        swap_in(&self.return_stack, &mut state.return_stack);
        swap_in(&self.pooled_stacks, &mut state.pooled_stacks);
        swap(&self.full_limit, &mut state.full_limit);
        self.restore_limit();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_guest_is_not_given_up_while_somebody_looks_at_it() {
        // SAFETY: this thread alone uses it.
        let exec = unsafe { VMExec::new() };
        let mut guest = Some(exec.park());
        let is_gone = &AtomicBool::new(false);
        thread::scope(|scope| {
            exec.for_each_parked(|_| {
                let guest = guest.take().expect("there is one");
                scope.spawn(move || {
                    drop(guest);
                    is_gone.store(true, Ordering::SeqCst);
                });
                thread::sleep(Duration::from_millis(20));
                assert!(!is_gone.load(Ordering::SeqCst));
            });
        });
        assert!(is_gone.load(Ordering::SeqCst));
        exec.for_each_parked(|_| panic!("nobody waits"));
    }
}
