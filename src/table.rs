#![expect(unsafe_code, reason = "changes tables that running code reads")]
//! `Table`: a table of a store.

use std::num::NonZeroU64;

use selvedge_vm::bulk::{self, Stop};
use selvedge_vm::index::{DefinedTableIndex, TableIndex};
use selvedge_vm::instance::EntityOrigin;
use selvedge_vm::module::{Features, Module as VMModule};
use selvedge_vm::types::RefType as VMRefType;
use selvedge_vm::vmcontext::VMContext;

use crate::context::{AsContext, AsContextMut};
use crate::error::{Error, LimitError, Result};
use crate::extern_ref::ExternRef;
use crate::func::Func;
use crate::instance;
use crate::memory::feature_off;
use crate::store::{StoreId, StoreOpaque};
use crate::trap::Trap;
use crate::types::TableType;
use crate::values::{Ref, Val};

/// A table of references.
///
/// It is a handle, cheap to copy, and used together with its store; two handles are
/// equal if they are of the same table. A table lives as long as the instance that
/// defines it; one that the host made, as long as the store.
///
/// Methods panic if the table is one of another store, or its instance has been
/// [removed](crate::Instance::remove).
///
/// ```
/// use selvedge::{Engine, Func, Instance, Module, Store};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module
///     (table (export "handlers") 2 8 funcref)
///     (func (export "call") (param i32) (result i32)
///         (call_indirect (result i32) (local.get 0))))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let handlers = instance.get_table(&mut store, "handlers").expect("it exports one");
/// let seven = Func::wrap(&mut store, || 7_i32);
/// handlers.set(&mut store, 1, seven.into())?;
/// let call = instance.get_typed_func::<u32, i32>(&mut store, "call")?;
/// assert_eq!(call.call(&mut store, 1)?, 7);
/// assert!(call.call(&mut store, 0).is_err(), "null");
/// assert_eq!(handlers.grow(&mut store, 2, seven.into())?, 2);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Table {
    store: StoreId,
    origin: EntityOrigin<DefinedTableIndex>,
}

/// A table as the VM's operations name it.
#[derive(Copy, Clone)]
struct Place {
    vmctx: *mut VMContext,
    index: TableIndex,
    ty: TableType,
}

impl Table {
    /// A table of type `ty` filled with `init`, made by the host.
    ///
    /// # Errors
    ///
    /// If the type needs a feature that is off, `init` has another type or is of another store, the
    /// store's limiter refuses, or there is not enough memory.
    pub fn new(mut store: impl AsContextMut, ty: TableType, init: Ref) -> Result<Self> {
        let mut store = store.as_context_mut();
        let features = store.engine().config().features;
        if ty.is_64() && !features.contains(Features::MEMORY64) {
            return Err(feature_off("memory64"));
        }
        if let Some(maximum) = ty.maximum()
            && maximum < ty.minimum()
        {
            return Err(Error::message(format!(
                "minimum table size of {} elements exceeds the maximum of {maximum}",
                ty.minimum()
            )));
        }
        let handle = handle_of(store.opaque(), &ty, init)?;
        let module = VMModule::synthetic_table(*ty.as_vm());
        let id = store.opaque().id();
        // SAFETY: the store is borrowed exclusively.
        let instance = unsafe { instance::instantiate_host(store.opaque_ptr(), module)? };
        let index = DefinedTableIndex::from_u32(0);
        let table = Self::from_origin(id, EntityOrigin { instance, index });
        if handle != 0 {
            let place = table.place_mut(store.opaque_mut());
            let exec = store.opaque().exec();
            // SAFETY: the table is alive, and the handle has been checked.
            let filled = exec.count.paused(|| unsafe {
                bulk::table_fill(place.vmctx, place.index, 0, handle, ty.minimum())
            });
            filled.map_err(instance::stopped)?;
        }
        Ok(table)
    }

    pub(crate) fn from_origin(store: StoreId, origin: EntityOrigin<DefinedTableIndex>) -> Self {
        Self { store, origin }
    }

    pub(crate) fn origin(&self, store: &StoreOpaque) -> Result<EntityOrigin<DefinedTableIndex>> {
        if self.store != store.id() {
            return Err(Error::message("table used with the wrong store"));
        }
        Ok(self.origin)
    }

    /// The table as the VM's operations name it.
    #[track_caller]
    fn place(&self, store: &StoreOpaque) -> Place {
        store.assert_owns(self.store);
        let instance = store.instance(self.origin.instance);
        let module = instance.module();
        let index = module.num_imported_tables + self.origin.index.as_u32();
        let index = TableIndex::from_u32(index);
        Place {
            vmctx: instance.vmctx(),
            index,
            ty: TableType::from_vm(module.tables[index]),
        }
    }

    /// The same as [`Table::place`], for long operations, which poll the execution for interrupts.
    #[track_caller]
    fn place_mut(&self, store: &mut StoreOpaque) -> Place {
        let place = self.place(store);
        // SAFETY: the instance is alive, and the store is borrowed exclusively.
        unsafe { VMContext::header(place.vmctx).exec.set(store.exec()) };
        place
    }

    /// The type, with which the table was made: the minimum is its size then.
    pub fn ty(&self, store: impl AsContext) -> TableType {
        self.place(store.as_context().opaque()).ty
    }

    /// The number of elements.
    pub fn size(&self, store: impl AsContext) -> u64 {
        let place = self.place(store.as_context().opaque());
        // SAFETY: the table is alive.
        unsafe { bulk::table_size(place.vmctx, place.index) }
    }

    /// The element at `index`, or `None` if that is out of bounds.
    pub fn get(&self, mut store: impl AsContextMut, index: u64) -> Option<Ref> {
        let store = store.as_context_mut();
        let store = store.opaque();
        let place = self.place(store);
        // SAFETY: the table is alive, and the store is borrowed exclusively.
        let handle = unsafe { bulk::table_get(place.vmctx, place.index, index) }.ok()?;
        let (id, handle) = (store.id(), NonZeroU64::new(handle));
        Some(match place.ty.as_vm().element {
            VMRefType::FuncRef => Ref::Func(handle.map(|handle| Func::from_handle(id, handle))),
            VMRefType::ExternRef => {
                Ref::Extern(handle.map(|handle| ExternRef::from_handle(id, handle)))
            }
        })
    }

    /// Sets the element at `index`.
    ///
    /// # Errors
    ///
    /// If the index is out of bounds, or the value has another type or is of another store.
    pub fn set(&self, mut store: impl AsContextMut, index: u64, value: Ref) -> Result<()> {
        let store = store.as_context_mut();
        let store = store.opaque();
        let place = self.place(store);
        let handle = handle_of(store, &place.ty, value)?;
        // SAFETY: the table is alive, the store is borrowed exclusively, and the handle has been checked.
        unsafe { bulk::table_set(place.vmctx, place.index, index, handle) }
            .map_err(instance::stopped)
    }

    /// Adds `delta` elements `init` and returns the size before.
    ///
    /// # Errors
    ///
    /// If the table's maximum or the store's limiter does not allow it, there is not enough
    /// memory, or `init` has another type or is of another store.
    pub fn grow(&self, mut store: impl AsContextMut, delta: u64, init: Ref) -> Result<u64> {
        let mut store = store.as_context_mut();
        let store = store.opaque_mut();
        let place = self.place_mut(store);
        let handle = handle_of(store, &place.ty, init)?;
        // SAFETY: as for `set`; the limiter does not use the store.
        let grown = unsafe { bulk::table_grow(place.vmctx, place.index, handle, delta) };
        match grown.map_err(instance::stopped)? {
            u64::MAX => {
                let message = format!("failed to grow table by {delta} elements");
                Err(LimitError::new(message).into())
            }
            before => Ok(before),
        }
    }

    /// Sets the `len` elements from `dst` on to `value`.
    ///
    /// # Errors
    ///
    /// If they are not all within the table, or the value has another type or is of another store.
    pub fn fill(&self, mut store: impl AsContextMut, dst: u64, value: Ref, len: u64) -> Result<()> {
        let mut store = store.as_context_mut();
        let store = store.opaque_mut();
        let place = self.place_mut(store);
        let handle = handle_of(store, &place.ty, value)?;
        let fill = || {
            // SAFETY: as for `set`.
            unsafe { bulk::table_fill(place.vmctx, place.index, dst, handle, len) }
        };
        store.exec().count.paused(fill).map_err(instance::stopped)
    }

    /// Copies `len` elements from `src_table` to `dst_table`, which may be the same.
    ///
    /// # Errors
    ///
    /// If they are not all within the tables, or these have other element types.
    pub fn copy(
        mut store: impl AsContextMut,
        dst_table: &Self,
        dst_index: u64,
        src_table: &Self,
        src_index: u64,
        len: u64,
    ) -> Result<()> {
        let mut store = store.as_context_mut();
        let store = store.opaque_mut();
        let (dst, src) = (dst_table.place_mut(store), src_table.place_mut(store));
        if dst.ty.element() != src.ty.element() {
            return Err(Error::message("tables do not have the same element type"));
        }
        // SAFETY: the tables are alive, and the store is borrowed exclusively.
        unsafe {
            if dst.vmctx == src.vmctx {
                let copied = store.exec().count.paused(|| {
                    bulk::table_copy(dst.vmctx, dst.index, src.index, dst_index, src_index, len)
                });
                return copied.map_err(instance::stopped);
            }
            let fits = |start: u64, place: Place| {
                let end = start.checked_add(len);
                end.is_some_and(|end| end <= bulk::table_size(place.vmctx, place.index))
            };
            if !(fits(dst_index, dst) && fits(src_index, src)) {
                return Err(instance::stopped(Stop::Trap(Trap::TableOutOfBounds)));
            }
            for i in 0..len {
                let handle = bulk::table_get(src.vmctx, src.index, src_index + i);
                let handle = handle.map_err(instance::stopped)?;
                bulk::table_set(dst.vmctx, dst.index, dst_index + i, handle)
                    .map_err(instance::stopped)?;
            }
        }
        Ok(())
    }
}

/// The handle of a value for a table of type `ty`.
fn handle_of(store: &StoreOpaque, ty: &TableType, value: Ref) -> Result<u64> {
    Val::from(value).check(store, ty.as_vm().element.into())?;
    Ok(match value {
        Ref::Func(func) => func.map_or(0, |func| func.handle().get()),
        Ref::Extern(value) => value.map_or(0, |value| value.handle().get()),
    })
}
