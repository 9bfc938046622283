#![expect(unsafe_code, reason = "reads and writes the words of globals")]
//! `Global`: a global variable of a store.

use selvedge_vm::index::{DefinedGlobalIndex, GlobalIndex};
use selvedge_vm::instance::EntityOrigin;
use selvedge_vm::module::Module as VMModule;

use crate::context::{AsContext, AsContextMut};
use crate::error::{Error, Result};
use crate::instance;
use crate::store::{StoreId, StoreOpaque};
use crate::types::{GlobalType, ValType};
use crate::values::Val;

/// A global variable.
///
/// It is a handle, cheap to copy, and used together with its store; two handles are
/// equal if they are of the same global. A global lives as long as the instance that
/// defines it; one that the host made, as long as the store.
///
/// Methods panic if the global is one of another store, or its instance has been
/// [removed](crate::Instance::remove).
///
/// ```
/// use selvedge::{Engine, Global, GlobalType, Linker, Module, Mutability, Store, Val, ValType};
///
/// let engine = Engine::default();
/// let mut store = Store::new(&engine, ());
/// let ty = GlobalType::new(ValType::I32, Mutability::Var);
/// let count = Global::new(&mut store, ty, Val::I32(40))?;
/// let mut linker = Linker::new(&engine);
/// linker.define(&store, "host", "count", count)?;
/// let module = Module::new(&engine, r#"(module
///     (global $count (import "host" "count") (mut i32))
///     (func (export "add") (global.set $count (i32.add (global.get $count) (i32.const 1)))))"#)?;
/// let instance = linker.instantiate(&mut store, &module)?;
/// instance.get_typed_func::<(), ()>(&mut store, "add")?.call(&mut store, ())?;
/// assert_eq!(count.get(&mut store).i32(), Some(41));
/// count.set(&mut store, Val::I32(0))?;
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Global {
    store: StoreId,
    origin: EntityOrigin<DefinedGlobalIndex>,
}

impl Global {
    /// A global of type `ty`, made by the host.
    ///
    /// # Errors
    ///
    /// If the value has another type, or is a reference of another store.
    pub fn new(mut store: impl AsContextMut, ty: GlobalType, value: Val) -> Result<Self> {
        let mut store = store.as_context_mut();
        value.check(store.opaque(), ty.content().to_vm())?;
        let module = VMModule::synthetic_global(ty.to_vm());
        let id = store.opaque().id();
        // SAFETY: the store is borrowed exclusively.
        let instance = unsafe { instance::instantiate_host(store.opaque_ptr(), module)? };
        let index = DefinedGlobalIndex::from_u32(0);
        let global = Self::from_origin(id, EntityOrigin { instance, index });
        // SAFETY: the store is borrowed exclusively, and the value has been checked.
        unsafe { value.write(global.words(store.opaque())) };
        Ok(global)
    }

    pub(crate) fn from_origin(store: StoreId, origin: EntityOrigin<DefinedGlobalIndex>) -> Self {
        Self { store, origin }
    }

    pub(crate) fn origin(&self, store: &StoreOpaque) -> Result<EntityOrigin<DefinedGlobalIndex>> {
        if self.store != store.id() {
            return Err(Error::message("global used with the wrong store"));
        }
        Ok(self.origin)
    }

    /// Where the value is.
    #[track_caller]
    fn words(&self, store: &StoreOpaque) -> *mut u64 {
        store.assert_owns(self.store);
        let instance = store.instance(self.origin.instance);
        instance.owned_global_ptr(self.origin.index).cast()
    }

    #[track_caller]
    fn type_in(&self, store: &StoreOpaque) -> GlobalType {
        store.assert_owns(self.store);
        let module = store.instance(self.origin.instance).module();
        let index = module.num_imported_globals + self.origin.index.as_u32();
        GlobalType::from_vm(module.globals[GlobalIndex::from_u32(index)])
    }

    /// The type.
    pub fn ty(&self, store: impl AsContext) -> GlobalType {
        self.type_in(store.as_context().opaque())
    }

    /// The value.
    pub fn get(&self, mut store: impl AsContextMut) -> Val {
        let store = store.as_context_mut();
        let store = store.opaque();
        let content: ValType = *self.type_in(store).content();
        // SAFETY: a global of the store has a value of its type.
        unsafe { Val::read(store, content.to_vm(), self.words(store)) }
    }

    /// Sets the value.
    ///
    /// # Errors
    ///
    /// If the global is constant, or the value has another type or is a reference of another store.
    pub fn set(&self, mut store: impl AsContextMut, value: Val) -> Result<()> {
        let store = store.as_context_mut();
        let store = store.opaque();
        let ty = self.type_in(store);
        if ty.mutability().is_const() {
            return Err(Error::message("immutable global cannot be set"));
        }
        value.check(store, ty.content().to_vm())?;
        // SAFETY: the store is borrowed exclusively, and the value has been checked.
        unsafe { value.write(self.words(store)) };
        Ok(())
    }
}
