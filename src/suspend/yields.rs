//! Yielding from the middle of a host function.

use std::any::{Any, TypeId, type_name};

use super::current;
use crate::caller::Caller;
use crate::error::{Error, Result};

/// A host function that is called by a guest of an instance in a region can yield: the guest's run returns to
/// whoever asked for it, and the host function goes on when the guest is resumed. Names and types are those of Lucet.
///
/// What is borrowed from the store ends before, which is checked when the host function is compiled:
///
/// ```compile_fail,E0499
/// # use selvedge::Caller;
/// fn host(mut caller: Caller<'_, String>) -> selvedge::Result<()> {
///     let name = caller.data_mut();
///     caller.yield_()?;
///     name.push('!');
///     Ok(())
/// }
/// ```
///
/// All of these return an error where the guest was not entered so that it may yield. A guest that is
/// given up while it yields never goes on: the frames of its host functions are unwound by a panic, and what they
/// own is dropped.
impl<T: 'static> Caller<'_, T> {
    /// Yields nothing, to go on with nothing.
    ///
    /// # Errors
    ///
    /// If the guest may not yield.
    pub fn yield_(&mut self) -> Result<()> {
        self.yield_any(None, None).map(drop)
    }

    /// Yields `value`, to go on with nothing.
    ///
    /// # Errors
    ///
    /// If the guest may not yield.
    pub fn yield_val<A: Any>(&mut self, value: A) -> Result<()> {
        self.yield_any(Some(Box::new(value)), None).map(drop)
    }

    /// Yields nothing, to go on with an `R`.
    ///
    /// # Errors
    ///
    /// If the guest may not yield.
    pub fn yield_expecting_val<R: Any>(&mut self) -> Result<R> {
        self.yield_for(None)
    }

    /// Yields `value`, to go on with an `R`.
    ///
    /// # Errors
    ///
    /// If the guest may not yield.
    pub fn yield_val_expecting_val<A: Any, R: Any>(&mut self, value: A) -> Result<R> {
        self.yield_for(Some(Box::new(value)))
    }

    fn yield_for<R: Any>(&mut self, value: Option<Box<dyn Any>>) -> Result<R> {
        let expects = (TypeId::of::<R>(), type_name::<R>());
        let answer = self.yield_any(value, Some(expects))?;
        match answer.map(|answer| answer.downcast()) {
            Some(Ok(answer)) => Ok(*answer),
            _ => Err(Error::message(
                "the guest was resumed without the value that it expects",
            )),
        }
    }

    fn yield_any(
        &mut self,
        value: Option<Box<dyn Any>>,
        expects: Option<(TypeId, &'static str)>,
    ) -> Result<Option<Box<dyn Any>>> {
        match current(self.store_mut().opaque()) {
            Some(record) => record.yield_value(value, expects),
            None => Err(Error::message(
                "this guest was not entered in a way that lets host functions yield",
            )),
        }
    }
}
