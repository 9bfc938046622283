//! What a store's guests may spend: epochs, fuel, and the instruction count.

use super::{Store, StoreOpaque};
use crate::context::{AsContextMut, StoreContextMut};
use crate::epoch::{EpochCallback, UpdateDeadline};
use crate::error::{Error, Result};

impl<T> Store<T> {
    /// Lets the store's guests run until the engine's epoch has been incremented `ticks` times from now. At a
    /// deadline that is reached they trap with [`Trap::Interrupt`](crate::Trap::Interrupt), unless a
    /// [callback](Store::epoch_deadline_callback) says otherwise; a new store's is reached.
    ///
    /// # Panics
    ///
    /// If [`Config::epoch_interruption`](crate::Config::epoch_interruption) is off.
    ///
    /// # Examples
    ///
    /// ```
    /// use selvedge::{Config, Engine, Instance, Module, Store, Trap};
    ///
    /// let engine = Engine::new(Config::new().epoch_interruption(true))?;
    /// let module = Module::new(&engine, r#"(module (func (export "f") (loop (br 0))))"#)?;
    /// let mut store = Store::new(&engine, ());
    /// store.set_epoch_deadline(2);
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let f = instance.get_typed_func::<(), ()>(&mut store, "f")?;
    /// let ticker = std::thread::spawn({
    ///     let engine = engine.clone();
    ///     move || (0..2).for_each(|_| engine.increment_epoch())
    /// });
    /// let error = f.call(&mut store, ()).unwrap_err();
    /// assert_eq!(error.downcast_ref(), Some(&Trap::Interrupt));
    /// # ticker.join().unwrap();
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn set_epoch_deadline(&mut self, ticks: u64) {
        self.as_context_mut().set_epoch_deadline(ticks);
    }

    /// Guests trap with [`Trap::Interrupt`](crate::Trap::Interrupt) when a deadline is reached, as they do in a new store.
    ///
    /// # Panics
    ///
    /// If [`Config::epoch_interruption`](crate::Config::epoch_interruption) is off.
    pub fn epoch_deadline_trap(&mut self) {
        self.set_epoch_callback(None);
    }

    /// Asks `callback` when a guest reaches its deadline. An error of it ends the guest with that error.
    ///
    /// The guest waits where it is, at a loop or at the call of a function. The callback may use the store, but guests that it
    /// calls find no stack: they trap with [`Trap::StackOverflow`](crate::Trap::StackOverflow).
    ///
    /// # Panics
    ///
    /// If [`Config::epoch_interruption`](crate::Config::epoch_interruption) is off.
    pub fn epoch_deadline_callback(
        &mut self,
        callback: impl FnMut(StoreContextMut<'_, T>) -> Result<UpdateDeadline> + Send + Sync + 'static,
    ) {
        self.set_epoch_callback(Some(Box::new(callback)));
    }

    fn set_epoch_callback(&mut self, callback: Option<EpochCallback<T>>) {
        let inner = self.inner.as_ptr();
        // SAFETY: the store is alive, borrowed exclusively, and stays where it is.
        unsafe {
            let epochs = (*inner).epochs.as_mut();
            epochs
                .expect("`Config::epoch_interruption` is on")
                .set_callback(inner, callback);
        }
    }

    /// Suspends guests that are entered by [`TypedFunc::call_async`](crate::TypedFunc::call_async) when the
    /// deadline is reached, and sets the next one `ticks` from then. Other guests trap.
    ///
    /// # Panics
    ///
    /// If [`Config::epoch_interruption`](crate::Config::epoch_interruption) is off.
    pub fn epoch_deadline_async_yield_and_update(&mut self, ticks: u64) {
        self.epoch_deadline_callback(move |_| Ok(UpdateDeadline::Yield(ticks)));
    }

    /// Suspends guests that are entered by [`TypedFunc::call_async`](crate::TypedFunc::call_async) whenever they have
    /// spent `interval` of their fuel, so that others have their turn; `None`, as in a new store: never. The fuel that is left stays as it is.
    ///
    /// # Errors
    ///
    /// If [`Config::consume_fuel`](crate::Config::consume_fuel) is off, or the interval is 0.
    pub fn fuel_async_yield_interval(&mut self, interval: Option<u64>) -> Result<()> {
        self.opaque_mut().set_fuel_interval(interval)
    }

    /// The fuel that is left; 0 in a new store.
    ///
    /// # Errors
    ///
    /// If [`Config::consume_fuel`](crate::Config::consume_fuel) is off.
    pub fn get_fuel(&self) -> Result<u64> {
        self.opaque().get_fuel()
    }

    /// Sets the fuel that is left. What has been counted stays as it is.
    ///
    /// # Errors
    ///
    /// If [`Config::consume_fuel`](crate::Config::consume_fuel) is off.
    ///
    /// # Examples
    ///
    /// ```
    /// use selvedge::{Config, Engine, Instance, Module, Store, Trap};
    ///
    /// let engine = Engine::new(Config::new().consume_fuel(true))?;
    /// let module = Module::new(&engine, r#"(module (func (export "f") (loop (br 0))))"#)?;
    /// let mut store = Store::new(&engine, ());
    /// store.set_fuel(1_000)?;
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let f = instance.get_typed_func::<(), ()>(&mut store, "f")?;
    /// let error = f.call(&mut store, ()).unwrap_err();
    /// assert_eq!(error.downcast_ref(), Some(&Trap::OutOfFuel));
    /// assert_eq!(store.get_fuel()?, 0);
    /// assert_eq!(store.instruction_count(), Some(1_000));
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.opaque_mut().set_fuel(fuel)
    }

    /// What the store's guests have executed, in the units of `docs/instruction-count.md`; `None` unless
    /// [`Config::count_instructions`](crate::Config::count_instructions) or
    /// [`Config::consume_fuel`](crate::Config::consume_fuel) is on.
    ///
    /// It is the same on every tier, build and platform, also after a trap: then the basic block that
    /// trapped is counted as a whole.
    pub fn instruction_count(&self) -> Option<u64> {
        let count = &self.opaque().exec.count;
        count.is_on().then(|| count.get())
    }

    /// Goes on counting from `count`, if anything is counted. Fuel stays as it is.
    pub fn set_instruction_count(&mut self, count: u64) {
        self.opaque().exec.count.set(count);
    }
}

impl StoreOpaque {
    pub(crate) fn get_fuel(&self) -> Result<u64> {
        self.check_fuel()?;
        Ok(self.exec.count.fuel())
    }

    pub(crate) fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.check_fuel()?;
        self.exec.count.set_fuel(fuel);
        Ok(())
    }

    fn set_fuel_interval(&mut self, interval: Option<u64>) -> Result<()> {
        self.check_fuel()?;
        if interval == Some(0) {
            return Err(Error::message("the interval between yields must not be 0"));
        }
        self.exec.count.set_interval(interval);
        Ok(())
    }

    fn check_fuel(&self) -> Result<()> {
        if self.engine.config().consume_fuel {
            return Ok(());
        }
        Err(Error::message(
            "fuel is not configured in this store: see `Config::consume_fuel`",
        ))
    }
}
