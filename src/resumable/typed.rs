#![expect(unsafe_code, reason = "begins guests that can be suspended")]
//! [`TypedFunc::call_resumable`], with types that Rust knows.

use super::{
    Outcome, TypedResumableCall, TypedResumableCallEpochDeadline, TypedResumableCallHostTrap,
    TypedResumableCallOutOfFuel, begin,
};
use crate::context::{AsContextMut, StoreContextMut};
use crate::error::{Error, Result};
use crate::func::TypedFunc;
use crate::typed::{WasmParams, WasmResults};
use crate::types::FuncType;
use crate::values::Val;

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
    /// As [`Func::call_resumable`](crate::Func::call_resumable).
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

impl<Results: 'static> TypedResumableCallHostTrap<Results> {
    /// As [`ResumableCallHostTrap::host_error`](crate::ResumableCallHostTrap::host_error).
    pub fn host_error(&self) -> &Error {
        &self.0.error
    }

    /// As [`ResumableCallHostTrap::into_host_error`](crate::ResumableCallHostTrap::into_host_error).
    pub fn into_host_error(self) -> Error {
        self.0.error
    }

    /// As [`ResumableCallHostTrap::host_func_type`](crate::ResumableCallHostTrap::host_func_type).
    pub fn host_func_type(&self) -> &FuncType {
        &self.0.ty
    }

    /// As [`ResumableCallHostTrap::resume`](crate::ResumableCallHostTrap::resume).
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

impl<Results: 'static> TypedResumableCallOutOfFuel<Results> {
    /// As [`ResumableCallOutOfFuel::required_fuel`](crate::ResumableCallOutOfFuel::required_fuel).
    pub fn required_fuel(&self) -> u64 {
        self.0.required
    }

    /// As [`ResumableCallOutOfFuel::resume`](crate::ResumableCallOutOfFuel::resume).
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

impl<Results: 'static> TypedResumableCallEpochDeadline<Results> {
    /// As [`ResumableCallEpochDeadline::resume`](crate::ResumableCallEpochDeadline::resume).
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
