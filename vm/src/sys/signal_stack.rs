//! The stacks that handlers of signals run on (Linux): one of each thread's own, and those that are lent for
//! a while.

#![expect(unsafe_code, reason = "calls the operating system")]

use std::cell::Cell;
use std::io;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};

use super::{MIN_SIGNAL_STACK_BYTES, Mapping, faults, page_size};
use crate::signal::SignalStackError;

/// The smallest alternate stack of a thread that is left as it is.
const STACK_BYTES: usize = 64 << 10;

/// An alternate stack for this thread, with a guard page below.
struct AlternateStack(Mapping);

impl AlternateStack {
    /// Gives this thread a stack, if it has none that is large enough.
    fn new() -> io::Result<Option<Self>> {
        let len = STACK_BYTES
            .max(4 * minimum_bytes())
            .next_multiple_of(page_size());
        // SAFETY: asks, and changes nothing.
        let present = unsafe { exchange(None)? };
        if present.ss_flags & libc::SS_DISABLE == 0 && present.ss_size >= len {
            return Ok(None);
        }
        let guard = page_size();
        let mapping = Mapping::reserve(guard + len)?;
        mapping.make_accessible(guard, len)?;
        // SAFETY: the stack is this thread's alone, until `drop`.
        unsafe {
            exchange(Some(&stack(mapping.as_ptr().add(guard), len)))?;
        }
        Ok(Some(Self(mapping)))
    }
}

impl Drop for AlternateStack {
    /// The thread ends. What it had before us may be gone by now, so it gets no other.
    fn drop(&mut self) {
        // SAFETY: the stack is unmapped only if no signal can come to it any more.
        unsafe {
            let mut present = MaybeUninit::<libc::stack_t>::zeroed().assume_init();
            libc::sigaltstack(ptr::null(), &mut present);
            let start = self.0.as_ptr().addr().get();
            if (start..start + self.0.len()).contains(&present.ss_sp.addr()) {
                present.ss_flags = libc::SS_DISABLE;
                libc::sigaltstack(&present, ptr::null_mut());
            }
        }
    }
}

/// Sees to it that this thread has an alternate stack; after the first time, one read of a
/// thread-local.
#[inline]
pub fn prepare_thread() -> io::Result<()> {
    thread_local! {
        static READY: Cell<bool> = const { Cell::new(false) };
    }
    match READY.get() {
        true => Ok(()),
        false => {
            keep_alternate_stack()?;
            READY.set(true);
            Ok(())
        }
    }
}

#[cold]
fn keep_alternate_stack() -> io::Result<()> {
    thread_local! {
        static STACK: Cell<Option<AlternateStack>> = const { Cell::new(None) };
    }
    let stack = AlternateStack::new()?;
    // A thread that is ending keeps its stack for ever.
    let mut stack = std::mem::ManuallyDrop::new(stack);
    let _ = STACK.try_with(|kept| kept.set(stack.take()));
    Ok(())
}

/// The least that the host takes for a stack of signal handlers.
pub fn minimum_bytes() -> usize {
    // SAFETY: `getauxval` answers 0 for what it does not know.
    let minimum = unsafe { libc::getauxval(libc::AT_MINSIGSTKSZ) } as usize;
    minimum.max(MIN_SIGNAL_STACK_BYTES)
}

/// Handlers of this thread run on an area that is lent, until this is dropped: then on what they ran on before.
#[derive(Debug)]
pub struct LentStack {
    previous: libc::stack_t,
    /// It is the thread's that made it.
    _thread: PhantomData<*mut ()>,
}

impl LentStack {
    /// Lends `len` bytes from `bottom` on.
    ///
    /// # Safety
    ///
    /// Nobody else uses the area until the result is dropped, and it is accessible until then. This thread drops its results in
    /// the reverse of the order in which it made them, or it would get back an area that is no longer lent.
    pub unsafe fn new(bottom: NonNull<u8>, len: usize) -> Result<Self, SignalStackError> {
        let minimum = minimum_bytes();
        if len < minimum {
            return Err(SignalStackError::TooSmall {
                bytes: len,
                minimum,
            });
        }
        // The thread's own stack is made first, so that it is what comes back.
        if crate::HAS_NATIVE {
            prepare_thread().map_err(SignalStackError::Host)?;
        }
        // SAFETY: by contract.
        let previous = unsafe { exchange(Some(&stack(bottom, len))) };
        Ok(Self {
            previous: previous.map_err(SignalStackError::Host)?,
            _thread: PhantomData,
        })
    }
}

impl Drop for LentStack {
    fn drop(&mut self) {
        // SAFETY: what this thread had before is its own for as long as the thread lives, or lent to it still, by the
        // contract of `new`.
        let result = unsafe { libc::sigaltstack(&self.previous, ptr::null_mut()) };
        debug_assert_eq!(result, 0, "no handler runs on the lent stack any more");
    }
}

fn stack(bottom: NonNull<u8>, len: usize) -> libc::stack_t {
    libc::stack_t {
        ss_sp: bottom.as_ptr().cast(),
        ss_flags: 0,
        ss_size: len,
    }
}

/// Gives this thread another alternate stack, or the same; returns the one before.
///
/// # Safety
///
/// The stack is accessible, and nobody else uses it as long as it is this thread's.
unsafe fn exchange(stack: Option<&libc::stack_t>) -> io::Result<libc::stack_t> {
    faults::check()?;
    let mut previous = MaybeUninit::<libc::stack_t>::zeroed();
    // SAFETY: the host reads one structure and writes another.
    unsafe {
        match libc::sigaltstack(
            stack.map_or(ptr::null(), ptr::from_ref),
            previous.as_mut_ptr(),
        ) {
            0 => Ok(previous.assume_init()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}
