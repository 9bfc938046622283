#![expect(
    unsafe_code,
    reason = "runs suspended guests, and writes results of host functions"
)]
//! Calls that can be resumed: [`Func::call_resumable`] and [`TypedFunc::call_resumable`].

use std::fmt;

use crate::context::{AsContextMut, StoreContextMut};
use crate::error::{Error, Result};
use crate::func::{Func, TypedFunc};
use crate::suspend::{Allows, Execution, Input, Reason, Step, UntypedCall};
use crate::typed::{WasmParams, WasmResults};
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

/// What came of [`Func::call_resumable`], or of resuming it.
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

/// What came of [`TypedFunc::call_resumable`], or of resuming it.
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

impl Func {
    /// Calls the function so that it can be resumed: where a host function fails or fuel is used up, the guest waits,
    /// for as long as the embedder wants. The store can be used meanwhile, also for other calls.
    ///
    /// Only the guest's own calls of host functions are resumable: what fails in a guest that a host function has
    /// called, fails there. A guest that is dropped while it waits is given up.
    ///
    /// # Errors
    ///
    /// As [`Func::call`]; also if there is no native stack for it (see
    /// [`Config::async_stack_size`](crate::Config::async_stack_size)), or the platform cannot switch stacks.
    ///
    /// # Panics
    ///
    /// As [`Func::call`].
    ///
    /// # Examples
    ///
    /// ```
    /// use selvedge::{Caller, Engine, Error, Linker, Module, ResumableCall, Store, Val};
    ///
    /// let engine = Engine::default();
    /// let module = Module::new(&engine, r#"(module
    ///     (import "host" "read" (func $read (result i32)))
    ///     (func (export "next") (result i32) (i32.add (call $read) (i32.const 1))))"#)?;
    /// let mut linker = Linker::new(&engine);
    /// linker.func_wrap("host", "read", || -> selvedge::Result<i32> { Err(Error::msg("nothing to read yet")) })?;
    /// let mut store = Store::new(&engine, ());
    /// let instance = linker.instantiate(&mut store, &module)?;
    /// let next = instance.get_func(&mut store, "next").unwrap();
    ///
    /// let mut results = [Val::I32(0)];
    /// let ResumableCall::HostTrap(call) = next.call_resumable(&mut store, &[], &mut results)? else {
    ///     panic!("there was something to read");
    /// };
    /// assert_eq!(call.host_error().to_string(), "nothing to read yet");
    /// let call = call.resume(&mut store, &[Val::I32(41)], &mut results)?;
    /// assert!(matches!(call, ResumableCall::Finished));
    /// assert_eq!(results[0].i32(), Some(42));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn call_resumable(
        &self,
        mut store: impl AsContextMut,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<ResumableCall> {
        let mut store = store.as_context_mut();
        let mut call = UntypedCall::new(&mut store, self, params, results)?;
        // SAFETY: whoever runs the guest has the store for himself and waits, and the call is kept with it.
        let outcome = unsafe {
            let work = call.work(&mut store);
            begin(store, work)?
        };
        ResumableCall::new(outcome, call, results)
    }
}

impl ResumableCall {
    fn new(outcome: Outcome<()>, call: Box<UntypedCall>, results: &mut [Val]) -> Result<Self> {
        Ok(match outcome {
            Outcome::Finished(()) => {
                call.copy_results(results)?;
                Self::Finished
            }
            Outcome::HostTrap(guest) => Self::HostTrap(ResumableCallHostTrap(guest, call)),
            Outcome::OutOfFuel(guest) => Self::OutOfFuel(ResumableCallOutOfFuel(guest, call)),
            Outcome::EpochDeadline(guest) => {
                Self::EpochDeadline(ResumableCallEpochDeadline(guest, call))
            }
        })
    }
}

impl<Results: 'static> TypedResumableCall<Results> {
    fn new(outcome: Outcome<Results>) -> Self {
        match outcome {
            Outcome::Finished(results) => Self::Finished(results),
            Outcome::HostTrap(call) => Self::HostTrap(TypedResumableCallHostTrap(call)),
            Outcome::OutOfFuel(call) => Self::OutOfFuel(TypedResumableCallOutOfFuel(call)),
            Outcome::EpochDeadline(call) => {
                Self::EpochDeadline(TypedResumableCallEpochDeadline(call))
            }
        }
    }
}

impl<Params, Results> TypedFunc<Params, Results>
where
    Params: WasmParams + 'static,
    Results: WasmResults + 'static,
{
    /// As [`Func::call_resumable`].
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    ///
    /// # Examples
    ///
    /// ```
    /// use selvedge::{Config, Engine, Instance, Module, Store, TypedResumableCall};
    ///
    /// let engine = Engine::new(Config::new().consume_fuel(true))?;
    /// let module = Module::new(&engine, r#"(module (func (export "f") (param i32) (result i32)
    ///     (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    ///     (i32.const 7)))"#)?;
    /// let mut store = Store::new(&engine, ());
    /// store.set_fuel(1_000)?;
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let f = instance.get_typed_func::<i32, i32>(&mut store, "f")?;
    /// let mut call = f.call_resumable(&mut store, 1_000)?;
    /// let mut rounds = 1;
    /// let result = loop {
    ///     call = match call {
    ///         TypedResumableCall::Finished(result) => break result,
    ///         TypedResumableCall::OutOfFuel(call) => {
    ///             store.set_fuel(1_000)?;
    ///             rounds += 1;
    ///             call.resume(&mut store)?
    ///         }
    ///         _ => unreachable!("it calls no host function"),
    ///     };
    /// };
    /// assert_eq!((result, rounds), (7, 6));
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn call_resumable(
        &self,
        mut store: impl AsContextMut,
        params: Params,
    ) -> Result<TypedResumableCall<Results>> {
        let store = store.as_context_mut();
        params.check(store.opaque())?;
        let (func, pointer) = (self.clone(), store.as_ptr());
        let work = move || {
            // SAFETY: whoever runs the guest has the store for himself and waits.
            func.call(unsafe { StoreContextMut::new(pointer) }, params)
        };
        // SAFETY: `work` owns what it uses.
        let outcome = unsafe { begin(store, work)? };
        Ok(TypedResumableCall::new(outcome))
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
    /// A guest that waits because a host function has failed.
    ResumableCallHostTrap TypedResumableCallHostTrap(HostTrap);
    /// A guest that waits for fuel.
    ResumableCallOutOfFuel TypedResumableCallOutOfFuel(OutOfFuel);
    /// A guest that waits because the epoch's deadline was reached.
    ResumableCallEpochDeadline TypedResumableCallEpochDeadline(Waiting);
}

impl ResumableCallHostTrap {
    /// The error of the host function.
    pub fn host_error(&self) -> &Error {
        &self.0.error
    }

    /// The error of the host function; the guest is given up.
    pub fn into_host_error(self) -> Error {
        self.0.error
    }

    /// The type of the host function, whose results it is resumed with.
    pub fn host_func_type(&self) -> &FuncType {
        &self.0.ty
    }

    /// Lets the guest go on as if the host function had returned `host_results`.
    ///
    /// # Errors
    ///
    /// If those are not of its types; then the guest is given up. Else as [`Func::call_resumable`].
    ///
    /// # Panics
    ///
    /// As [`Func::call_resumable`]; if the store is another one.
    pub fn resume(
        self,
        mut store: impl AsContextMut,
        host_results: &[Val],
        results: &mut [Val],
    ) -> Result<ResumableCall> {
        let outcome = self.0.go_on(&mut store.as_context_mut(), host_results)?;
        ResumableCall::new(outcome, self.1, results)
    }
}

impl<Results: 'static> TypedResumableCallHostTrap<Results> {
    /// As [`ResumableCallHostTrap::host_error`].
    pub fn host_error(&self) -> &Error {
        &self.0.error
    }

    /// As [`ResumableCallHostTrap::into_host_error`].
    pub fn into_host_error(self) -> Error {
        self.0.error
    }

    /// As [`ResumableCallHostTrap::host_func_type`].
    pub fn host_func_type(&self) -> &FuncType {
        &self.0.ty
    }

    /// As [`ResumableCallHostTrap::resume`].
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    pub fn resume(
        self,
        mut store: impl AsContextMut,
        host_results: &[Val],
    ) -> Result<TypedResumableCall<Results>> {
        let outcome = self.0.go_on(&mut store.as_context_mut(), host_results)?;
        Ok(TypedResumableCall::new(outcome))
    }
}

impl ResumableCallOutOfFuel {
    /// The fuel that what comes next costs. More than that is wanted as soon as it goes on.
    pub fn required_fuel(&self) -> u64 {
        self.0.required
    }

    /// Lets the guest go on, with what fuel the store has by now.
    ///
    /// # Errors
    ///
    /// As [`Func::call_resumable`].
    ///
    /// # Panics
    ///
    /// As [`Func::call_resumable`]; if the store is another one.
    pub fn resume(
        self,
        mut store: impl AsContextMut,
        results: &mut [Val],
    ) -> Result<ResumableCall> {
        let outcome = self.0.guest.go_on(&mut store.as_context_mut())?;
        ResumableCall::new(outcome, self.1, results)
    }
}

impl<Results: 'static> TypedResumableCallOutOfFuel<Results> {
    /// As [`ResumableCallOutOfFuel::required_fuel`].
    pub fn required_fuel(&self) -> u64 {
        self.0.required
    }

    /// As [`ResumableCallOutOfFuel::resume`].
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    pub fn resume(self, mut store: impl AsContextMut) -> Result<TypedResumableCall<Results>> {
        let outcome = self.0.guest.go_on(&mut store.as_context_mut())?;
        Ok(TypedResumableCall::new(outcome))
    }
}

impl ResumableCallEpochDeadline {
    /// Lets the guest go on.
    ///
    /// # Errors
    ///
    /// As [`Func::call_resumable`].
    ///
    /// # Panics
    ///
    /// As [`Func::call_resumable`]; if the store is another one.
    pub fn resume(
        self,
        mut store: impl AsContextMut,
        results: &mut [Val],
    ) -> Result<ResumableCall> {
        let outcome = self.0.go_on(&mut store.as_context_mut())?;
        ResumableCall::new(outcome, self.1, results)
    }
}

impl<Results: 'static> TypedResumableCallEpochDeadline<Results> {
    /// As [`ResumableCallEpochDeadline::resume`].
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    pub fn resume(self, mut store: impl AsContextMut) -> Result<TypedResumableCall<Results>> {
        let outcome = self.0.go_on(&mut store.as_context_mut())?;
        Ok(TypedResumableCall::new(outcome))
    }
}
