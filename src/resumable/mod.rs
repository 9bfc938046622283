#![expect(
    unsafe_code,
    reason = "runs suspended guests, and writes results of host functions"
)]
//! Calls that can be resumed: [`Func::call_resumable`](crate::Func::call_resumable) and
//! [`TypedFunc::call_resumable`](crate::TypedFunc::call_resumable).

mod typed;
mod untyped;

use std::fmt;

use crate::context::StoreContextMut;
use crate::error::{Error, Result};
use crate::suspend::{Allows, Execution, Input, Reason, Step, UntypedCall};
use crate::types::FuncType;
use crate::values::Val;

/// What suspends a call that can be resumed.
const ALLOWS: Allows = Allows {
    fuel: true,
    epoch: true,
    host_trap: true,
    pending: false,
    yields: false,
};

/// What came of [`Func::call_resumable`](crate::Func::call_resumable), or of resuming it.
///
/// See [`Func::call_resumable`](crate::Func::call_resumable) for a host function that fails.
///
/// ```
/// use selvedge::{Config, Engine, Instance, Module, ResumableCall, Store, Val};
///
/// # if cfg!(any(not(unix), feature = "portable-sys")) { return Ok(()) }
/// let engine = Engine::new(Config::new().consume_fuel(true))?;
/// let module = Module::new(&engine, r#"(module (func (export "f") (result i32)
///     (i32.add (i32.const 3) (i32.const 4))))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let f = instance.get_func(&mut store, "f").expect("it exports `f`");
/// let mut results = [Val::I32(0)];
/// // There is no fuel yet, so the guest waits at once.
/// let mut call = f.call_resumable(&mut store, &[], &mut results)?;
/// while let ResumableCall::OutOfFuel(guest) = call {
///     store.set_fuel(guest.required_fuel())?;
///     call = guest.resume(&mut store, &mut results)?;
/// }
/// assert_eq!(results[0].i32(), Some(7));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Debug)]
pub enum ResumableCall {
    /// The function has returned; its results are in the slice that was given.
    Finished,
    /// A host function that the guest called has failed. Its results can be given in its place.
    HostTrap(ResumableCallHostTrap),
    /// The store has less fuel than what comes next costs.
    OutOfFuel(ResumableCallOutOfFuel),
    /// The epoch's deadline was reached, and the callback said [`UpdateDeadline::Yield`](crate::UpdateDeadline::Yield).
    EpochDeadline(ResumableCallEpochDeadline),
}

/// What came of [`TypedFunc::call_resumable`](crate::TypedFunc::call_resumable), or of resuming it.
///
/// ```
/// use selvedge::{Config, Engine, Instance, Module, Store, TypedResumableCall, UpdateDeadline};
///
/// # if cfg!(any(not(unix), feature = "portable-sys")) { return Ok(()) }
/// let engine = Engine::new(Config::new().epoch_interruption(true))?;
/// let module = Module::new(&engine, r#"(module (func (export "f") (result i32) (i32.const 7)))"#)?;
/// let mut store = Store::new(&engine, ());
/// store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let f = instance.get_typed_func::<(), i32>(&mut store, "f")?;
/// // A new store's deadline is reached, so the guest waits until its turn comes.
/// let result = match f.call_resumable(&mut store, ())? {
///     TypedResumableCall::Finished(result) => result,
///     TypedResumableCall::EpochDeadline(guest) => match guest.resume(&mut store)? {
///         TypedResumableCall::Finished(result) => result,
///         other => panic!("{other:?}"),
///     },
///     other => panic!("{other:?}"),
/// };
/// assert_eq!(result, 7);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Debug)]
pub enum TypedResumableCall<Results: 'static> {
    /// The function has returned.
    Finished(Results),
    /// As [`ResumableCall::HostTrap`].
    HostTrap(TypedResumableCallHostTrap<Results>),
    /// As [`ResumableCall::OutOfFuel`].
    OutOfFuel(TypedResumableCallOutOfFuel<Results>),
    /// As [`ResumableCall::EpochDeadline`].
    EpochDeadline(TypedResumableCallEpochDeadline<Results>),
}

/// What came of running a guest whose results are an `R`.
enum Outcome<R: 'static> {
    Finished(R),
    HostTrap(HostTrap<R>),
    OutOfFuel(OutOfFuel<R>),
    EpochDeadline(Waiting<R>),
}

/// A guest that waits. Its frames are given up when this is dropped.
struct Waiting<R: 'static>(Execution<R>);

/// A guest that waits for the results of a host function.
struct HostTrap<R: 'static> {
    guest: Waiting<R>,
    error: Error,
    ty: FuncType,
    slots: *mut u64,
}

/// A guest that waits for fuel.
struct OutOfFuel<R: 'static> {
    guest: Waiting<R>,
    required: u64,
}

// SAFETY: the slots are those of the guest, on a stack that goes with it.
unsafe impl<R: Send> Send for HostTrap<R> {}

// SAFETY: nothing can be done with a shared reference but to look at the error and the type.
unsafe impl<R> Sync for HostTrap<R> {}
// SAFETY: nothing can be done with a shared reference but to look at the number.
unsafe impl<R> Sync for OutOfFuel<R> {}
// SAFETY: nothing can be done with a shared reference.
unsafe impl<R> Sync for Waiting<R> {}

/// Begins `work`, which enters a guest of `store`.
///
/// # Safety
///
/// `work` uses the store through a pointer of its own, and what it borrows lives as long as the outcome.
unsafe fn begin<T: 'static, R>(
    mut store: StoreContextMut<'_, T>,
    work: impl FnOnce() -> Result<R>,
) -> Result<Outcome<R>> {
    let stack = store.engine().native_stacks().take()?;
    // SAFETY: by contract; the store is borrowed exclusively whenever the execution runs.
    let execution = unsafe { Execution::new(store.opaque(), stack, ALLOWS, work) };
    Waiting(execution).go_on(&mut store)
}

impl<R: 'static> Waiting<R> {
    /// Runs the guest until it ends or waits again.
    fn go_on<T: 'static>(mut self, store: &mut StoreContextMut<'_, T>) -> Result<Outcome<R>> {
        store.opaque().assert_owns(self.0.store());
        let opaque = store.opaque_ptr();
        // SAFETY: the store is borrowed exclusively.
        let step = unsafe { self.0.run(opaque, Input::GoOn) };
        Ok(match step {
            Step::Done(result) => {
                let stacks = store.engine().native_stacks();
                stacks.give_back(self.0.into_stack());
                Outcome::Finished(result?)
            }
            Step::Suspended(Reason::HostTrap { error, ty, slots }) => Outcome::HostTrap(HostTrap {
                guest: self,
                error,
                ty,
                slots,
            }),
            Step::Suspended(Reason::OutOfFuel { required }) => Outcome::OutOfFuel(OutOfFuel {
                guest: self,
                required,
            }),
            Step::Suspended(Reason::Epoch) => Outcome::EpochDeadline(self),
            Step::Suspended(_) => {
                unreachable!("a resumable call is not suspended by anything else")
            }
        })
    }
}

impl<R: 'static> HostTrap<R> {
    /// Lets the guest go on with `results` of the host function.
    fn go_on<T: 'static>(
        self,
        store: &mut StoreContextMut<'_, T>,
        results: &[Val],
    ) -> Result<Outcome<R>> {
        store.opaque().assert_owns(self.guest.0.store());
        let types = self.ty.as_vm().results();
        if types.len() != results.len() {
            return Err(Error::message(format!(
                "expected {} results of the host function, got {}",
                types.len(),
                results.len()
            )));
        }
        for (i, (value, &ty)) in results.iter().zip(types).enumerate() {
            let checked = value.check(store.opaque_mut(), ty);
            checked.map_err(|error| error.context(format!("result {i} of the host function")))?;
        }
        let mut slot = self.slots;
        for value in results {
            // SAFETY: the slots are those that the host function's results go to, and the guest waits.
            unsafe {
                value.write(slot);
                slot = slot.add(value.ty().to_vm().slots() as usize);
            }
        }
        self.guest.go_on(store)
    }
}

/// Defines the two kinds of a waiting call, untyped and typed.
macro_rules! waiting_calls {
    ($($(#[$doc:meta])* $untyped:ident $typed:ident($inner:ident);)*) => { $(
        $(#[$doc])*
        pub struct $untyped($inner<()>, Box<UntypedCall>);

        $(#[$doc])*
        pub struct $typed<Results: 'static>($inner<Results>);

        impl fmt::Debug for $untyped {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($untyped)).finish_non_exhaustive()
            }
        }

        impl<Results> fmt::Debug for $typed<Results> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($typed)).finish_non_exhaustive()
            }
        }
    )* };
}

waiting_calls! {
    /// A guest that waits because a host function has failed: see [`Func::call_resumable`](crate::Func::call_resumable)
    /// for an example.
    ResumableCallHostTrap TypedResumableCallHostTrap(HostTrap);
    /// A guest that waits for fuel: see [`ResumableCall`] for an example.
    ResumableCallOutOfFuel TypedResumableCallOutOfFuel(OutOfFuel);
    /// A guest that waits because the epoch's deadline was reached: see [`TypedResumableCall`] for an example.
    ResumableCallEpochDeadline TypedResumableCallEpochDeadline(Waiting);
}
