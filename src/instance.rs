#![expect(unsafe_code, reason = "instantiates in a store reached by pointer")]
//! `Instance`: a module with its memories, tables and globals, in a store.

mod instantiate;

use std::fmt;

use selvedge_vm::instance as vm;
use selvedge_vm::instance::{InstanceId, check_imports};
use selvedge_vm::module::EntityRef;

use crate::context::{AsContext, AsContextMut, StoreContext, StoreContextMut, same_engine};
use crate::entry;
use crate::error::{Error, Result};
use crate::externals::{Export, Extern};
use crate::func::{Func, TypedFunc};
use crate::global::Global;
use crate::link_error::LinkError;
use crate::memory::Memory;
use crate::module::{Module, ModuleExport};
use crate::store::{StoreId, StoreOpaque};
use crate::table::Table;
use crate::typed::{WasmParams, WasmResults};
use instantiate::remove;
pub(crate) use instantiate::{instantiate_host, stopped};

/// An instance of a module in a store.
///
/// It is a handle, cheap to copy, and used together with its store. An instance lives as long
/// as the store, or until it is [removed](Instance::remove).
///
/// ```
/// use selvedge::{Engine, Instance, Module, Store};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module
///     (memory (export "memory") 1)
///     (data (i32.const 0) "hello")
///     (func (export "first") (result i32) (i32.load8_u (i32.const 0))))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
///
/// let memory = instance.get_memory(&mut store, "memory").expect("it exports one");
/// memory.write(&mut store, 0, b"j")?;
/// let first = instance.get_typed_func::<(), u32>(&mut store, "first")?;
/// assert_eq!(first.call(&mut store, ())?, u32::from(b'j'));
///
/// // As it was when it was made.
/// instance.reset(&mut store)?;
/// assert_eq!(first.call(&mut store, ())?, u32::from(b'h'));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub struct Instance {
    store: StoreId,
    id: InstanceId,
}

impl Instance {
    /// Makes an instance of `module` with one item per import, in the order of
    /// [`Module::imports`], and runs its start function.
    ///
    /// # Errors
    ///
    /// If the items are not those that the module asks for (the [`LinkError`] tells of all that are
    /// not), a limit is reached, a segment does not fit, or the start function traps.
    ///
    /// # Panics
    ///
    /// A panic of a host function that the start function calls continues here.
    pub fn new(mut store: impl AsContextMut, module: &Module, imports: &[Extern]) -> Result<Self> {
        let mut store = store.as_context_mut();
        let opaque = store.opaque_mut();
        same_engine(opaque.engine(), module.engine())?;
        let expected = module.vm().imports.len();
        if imports.len() != expected {
            return Err(Error::message(format!(
                "expected {expected} imports, found {}",
                imports.len()
            )));
        }
        let types = imports.iter().map(|item| item.vm_type(opaque));
        let types: Vec<_> = types.collect::<Result<_>>()?;
        check_imports(module.vm(), |i| types.get(i).cloned())
            .map_err(|error| Error::new(LinkError::from_vm(error)))?;
        let items = imports.iter().map(|item| item.to_vm(opaque));
        let items: Vec<_> = items.collect::<Result<_>>()?;
        // SAFETY: the store is borrowed exclusively, and the items are of it and have the right types.
        unsafe { Self::instantiate(store.opaque_ptr(), module, &items) }
    }

    pub(crate) fn from_vm(store: StoreId, id: InstanceId) -> Self {
        Self { store, id }
    }

    /// The VM's instance, if it has not been removed.
    #[track_caller]
    pub(crate) fn vm<'a>(&self, store: &'a StoreOpaque) -> Option<&'a vm::Instance> {
        store.assert_owns(self.store);
        store.vm().instance(self.id)
    }

    /// The module.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store, or has been removed.
    pub fn module<'a, T: 'static>(&self, store: impl Into<StoreContext<'a, T>>) -> &'a Module {
        let store = store.into().opaque();
        store.assert_owns(self.store);
        let module = store.module(self.id);
        module.unwrap_or_else(|| panic!("the instance has been removed from the store"))
    }

    /// What the instance exports, in the order of the module; nothing if it has been removed.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store.
    pub fn exports<'a, T: 'static>(
        &self,
        store: impl Into<StoreContextMut<'a, T>>,
    ) -> impl ExactSizeIterator<Item = Export<'a>> {
        let (store, _) = store.into().split();
        let entities: Vec<EntityRef> = match self.vm(store) {
            Some(instance) => instance.module().exports.iter().map(|e| e.entity).collect(),
            None => Vec::new(),
        };
        let items = entities
            .into_iter()
            .filter_map(|entity| self.entity(store, entity));
        let items: Vec<Extern> = items.collect();
        let module = store.module(self.id).map(Module::vm);
        let exports = module.map_or(&[][..], |module| &module.exports);
        let exports = exports.iter().zip(items);
        exports.map(|(export, item)| Export {
            name: &export.name,
            item,
        })
    }

    /// Something of the instance, if it has not been removed.
    pub(crate) fn entity(&self, store: &mut StoreOpaque, entity: EntityRef) -> Option<Extern> {
        let item = self.vm(store)?.entity(entity);
        // SAFETY: what an instance has is alive as long as it.
        Some(unsafe { Extern::from_vm(store, item) })
    }

    /// The export `name`. `None` if there is none, or the instance has been removed.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store.
    pub fn get_export(&self, mut store: impl AsContextMut, name: &str) -> Option<Extern> {
        let mut store = store.as_context_mut();
        let store = store.opaque_mut();
        let (_, export) = self.vm(store)?.module().export(name)?;
        let entity = export.entity;
        self.entity(store, entity)
    }

    /// The export that [`Module::get_export_index`] has found. `None` if it is of another
    /// module, or the instance has been removed.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store.
    pub fn get_module_export(
        &self,
        mut store: impl AsContextMut,
        export: &ModuleExport,
    ) -> Option<Extern> {
        let mut store = store.as_context_mut();
        let store = store.opaque_mut();
        let entity = export.entity(self.vm(store)?.module())?;
        self.entity(store, entity)
    }

    /// The function exported as `name`.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store.
    pub fn get_func(&self, store: impl AsContextMut, name: &str) -> Option<Func> {
        self.get_export(store, name)?.into_func()
    }

    /// The function exported as `name`, with its type known to Rust.
    ///
    /// # Errors
    ///
    /// If there is no such function, or it has another type.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store.
    pub fn get_typed_func<Params, Results>(
        &self,
        mut store: impl AsContextMut,
        name: &str,
    ) -> Result<TypedFunc<Params, Results>>
    where
        Params: WasmParams,
        Results: WasmResults,
    {
        let func = self
            .get_func(store.as_context_mut(), name)
            .ok_or_else(|| Error::message(format!("failed to find function export `{name}`")))?;
        func.typed(store)
            .map_err(|error| error.context(format!("failed to use `{name}` with this type")))
    }

    /// The table exported as `name`.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store.
    pub fn get_table(&self, store: impl AsContextMut, name: &str) -> Option<Table> {
        self.get_export(store, name)?.into_table()
    }

    /// The memory exported as `name`.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store.
    pub fn get_memory(&self, store: impl AsContextMut, name: &str) -> Option<Memory> {
        self.get_export(store, name)?.into_memory()
    }

    /// The global exported as `name`.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store.
    pub fn get_global(&self, store: impl AsContextMut, name: &str) -> Option<Global> {
        self.get_export(store, name)?.into_global()
    }

    /// Whether the instance has not been removed.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store.
    pub fn is_alive(&self, store: impl AsContext) -> bool {
        self.vm(store.as_context().opaque()).is_some()
    }

    /// Makes the instance what a new one would be, in place: its own memories and tables get their first sizes and contents,
    /// its globals their first values, dropped segments are there again, and the start function runs.
    ///
    /// This takes less time than to make another instance, and handles (functions, memories, tables, globals) stay
    /// valid. What the instance imports is left alone; but segments that it has for an imported memory or
    /// table are applied to it again, as instantiation would. Counts of instructions and fuel belong to the store and go on:
    /// who wants a new count sets it by [`Store::set_instruction_count`](crate::Store::set_instruction_count).
    ///
    /// An instance may be reset after its guest has trapped. No [`ResourceLimiter`](crate::ResourceLimiter) is asked.
    ///
    /// # Errors
    ///
    /// If one of its functions, or of an instance that imports something from it, is running; if another instance imports
    /// a memory or table of it with a larger minimum than its own; or if it has been removed. Then nothing
    /// has changed.
    ///
    /// As in instantiation, if a segment does not fit (in an imported memory or table), the start function traps, or
    /// the host has no memory. Then the instance is as far as it got; it may be reset again.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store. A panic of a host function that the start function calls continues
    /// here.
    ///
    /// # Examples
    ///
    /// ```
    /// use selvedge::{Engine, Instance, Module, Store};
    ///
    /// let engine = Engine::default();
    /// let text = r#"(module (global $n (mut i32) (i32.const 40))
    ///     (func (export "next") (result i32)
    ///         (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))"#;
    /// let module = Module::new(&engine, text)?;
    /// let mut store = Store::new(&engine, ());
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let next = instance.get_typed_func::<(), i32>(&mut store, "next")?;
    /// assert_eq!((next.call(&mut store, ())?, next.call(&mut store, ())?), (41, 42));
    /// instance.reset(&mut store)?;
    /// assert_eq!(next.call(&mut store, ())?, 41);
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn reset(&self, mut store: impl AsContextMut) -> Result<()> {
        let mut store = store.as_context_mut();
        let store = store.opaque_ptr();
        // SAFETY: the store is borrowed exclusively; references into it end with each statement.
        unsafe {
            self.reset_unstarted(store)?;
            if let Some(callee) = self.start(&*store) {
                entry::call(store, callee, 0, |_| (), |_, _| ())?;
            }
        }
        Ok(())
    }

    /// Removes the instance and frees everything it owns. What the host still holds of it is stale
    /// then, as the documentation of each type says; function references that guests
    /// hold in globals act as null.
    ///
    /// # Errors
    ///
    /// If one of its functions is running, another instance imports something from it,
    /// or a table of another instance holds one of its functions; or if it has been removed already.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store.
    pub fn remove(self, mut store: impl AsContextMut) -> Result<()> {
        let mut store = store.as_context_mut();
        store.opaque().assert_owns(self.store);
        // SAFETY: the store is borrowed exclusively.
        let removed = unsafe { remove(store.opaque_ptr(), self.id) };
        removed.map_err(|error| Error::message(format!("cannot remove the instance: {error}")))
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instance({:?} of store {:?})", self.id, self.store)
    }
}
