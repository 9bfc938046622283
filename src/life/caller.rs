//! What host functions of instances in regions can do.

use std::any::Any;
use std::cell::{Ref as Borrowed, RefMut};

use selvedge_vm::index::{MemoryIndex, TableIndex};
use selvedge_vm::module::EntityRef;

use super::contexts::Contexts;
use super::error::LifeError;
use super::kill::{KillState, KillSwitch};
use super::termination::TerminationDetails;
use crate::caller::Caller;
use crate::context::{AsContext, AsContextMut};
use crate::error::{Error, Result};
use crate::externals::Extern;
use crate::func::Func;
use crate::memory::Memory;
use crate::table::Table;
use crate::values::Ref;

/// For instances in [regions](crate::region).
impl Caller<'_, Contexts> {
    /// Whether there is an embedder context of type `T`.
    pub fn contains_embed_ctx<T: Any>(&self) -> bool {
        self.data().contains_embed_ctx::<T>()
    }

    /// The embedder context of type `T`.
    ///
    /// # Errors
    ///
    /// [`TerminationDetails::CtxNotFound`] if there is none, and [`TerminationDetails::BorrowError`] if it is borrowed to be
    /// changed: to be returned, so that the guest ends.
    pub fn get_embed_ctx<T: Any>(&self) -> Result<Borrowed<'_, T>> {
        match self.data().get_embed_ctx() {
            Some(Ok(value)) => Ok(value),
            Some(Err(_)) => Err(TerminationDetails::BorrowError("get_embed_ctx").into()),
            None => Err(TerminationDetails::CtxNotFound.into()),
        }
    }

    /// The embedder context of type `T`, to change.
    ///
    /// # Errors
    ///
    /// [`TerminationDetails::CtxNotFound`] if there is none, and [`TerminationDetails::BorrowError`] if it is borrowed.
    pub fn get_embed_ctx_mut<T: Any>(&self) -> Result<RefMut<'_, T>> {
        match self.data().get_embed_ctx_mut() {
            Some(Ok(value)) => Ok(value),
            Some(Err(_)) => Err(TerminationDetails::BorrowError("get_embed_ctx_mut").into()),
            None => Err(TerminationDetails::CtxNotFound.into()),
        }
    }

    /// An error that ends the guest with `value`, for the host function to return.
    pub fn terminate<T: Any + Send + Sync>(&self, value: T) -> Error {
        TerminationDetails::provide(value).into()
    }

    /// A switch that ends the present run; `None` if the store is not that of an instance in a region.
    pub fn kill_switch(&self) -> Option<KillSwitch> {
        let context = self.as_context();
        context.opaque().kill.as_ref().map(KillState::switch)
    }

    /// The function at `element` of table number `table` of the calling instance, exported or not.
    ///
    /// # Errors
    ///
    /// [`LifeError::FuncNotFound`] if there is none, or it is null.
    pub fn get_func_from_idx(&mut self, table: u32, element: u32) -> Result<Func> {
        let found = self.instance().and_then(|instance| {
            let mut context = self.as_context_mut();
            let table = instance.table(context.opaque_mut(), table)?;
            table.get(context, element.into())
        });
        match found {
            Some(Ref::Func(Some(func))) => Ok(func),
            _ => Err(LifeError::FuncNotFound(table, element).into()),
        }
    }

    /// Memory 0 of the calling instance, exported or not; `None` if it has none, or the host is the caller.
    pub fn heap(&mut self) -> Option<Memory> {
        let instance = self.instance()?;
        let mut context = self.as_context_mut();
        let store = context.opaque_mut();
        instance.heap(store)
    }
}

impl crate::instance::Instance {
    /// The table with this number.
    pub(super) fn table(&self, store: &mut crate::store::StoreOpaque, table: u32) -> Option<Table> {
        if table as usize >= self.vm(store)?.module().tables.len() {
            return None;
        }
        let table = EntityRef::Table(TableIndex::from_u32(table));
        self.entity(store, table).and_then(Extern::into_table)
    }

    /// Memory 0.
    pub(super) fn heap(&self, store: &mut crate::store::StoreOpaque) -> Option<Memory> {
        if self.vm(store)?.module().memories.is_empty() {
            return None;
        }
        let first = EntityRef::Memory(MemoryIndex::from_u32(0));
        self.entity(store, first).and_then(Extern::into_memory)
    }
}
