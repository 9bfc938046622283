#![expect(unsafe_code, reason = "begins guests that can be suspended")]
//! [`Func::call_resumable`], with values.

use super::{
    Outcome, ResumableCall, ResumableCallEpochDeadline, ResumableCallHostTrap,
    ResumableCallOutOfFuel, begin,
};
use crate::context::AsContextMut;
use crate::error::{Error, Result};
use crate::func::Func;
use crate::suspend::UntypedCall;
use crate::types::FuncType;
use crate::values::Val;

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
