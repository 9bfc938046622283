//! `Linker`: names for things that modules import.

mod modules;
mod unknown;

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use selvedge_vm::instance::check_imports;
use selvedge_vm::module::EntityRef;
use selvedge_vm::types::ExternType as VMExternType;

use crate::caller::Caller;
use crate::context::{AsContext, AsContextMut, same_engine};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::externals::Extern;
use crate::func::Func;
use crate::host::{HostFunc, IntoFunc};
use crate::instance::Instance;
use crate::instance_pre::{InstancePre, Item};
use crate::link_error::LinkError;
use crate::module::Module;
use crate::store::StoreOpaque;
use crate::types::{FuncType, ImportType};
use crate::values::Val;

/// Names for things that modules import, by module and field name.
///
/// Host functions that are defined here belong to no store and can be used with
/// any number of them, of the same engine; everything else is of one store.
///
/// ```
/// use selvedge::{Engine, Linker, Module, Store};
///
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// linker.func_wrap("host", "double", |x: i32| x * 2)?;
/// let module = Module::new(&engine, r#"
///     (module
///         (import "host" "double" (func $double (param i32) (result i32)))
///         (func (export "quadruple") (param i32) (result i32)
///             (call $double (call $double (local.get 0)))))
/// "#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = linker.instantiate(&mut store, &module)?;
/// let quadruple = instance.get_typed_func::<i32, i32>(&mut store, "quadruple")?;
/// assert_eq!(quadruple.call(&mut store, 3)?, 12);
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct Linker<T: 'static> {
    engine: Engine,
    allow_shadowing: bool,
    allow_unknown_exports: bool,
    names: HashMap<Arc<str>, u32>,
    definitions: HashMap<(u32, u32), Definition>,
    data: PhantomData<fn(T)>,
}

/// A definition of a linker.
#[derive(Clone)]
struct Definition {
    module: Arc<str>,
    name: Arc<str>,
    item: Item,
    /// The type when it was defined; tables and memories may have grown since.
    ty: VMExternType,
}

impl<T> Clone for Linker<T> {
    fn clone(&self) -> Self {
        Self {
            engine: self.engine.clone(),
            allow_shadowing: self.allow_shadowing,
            allow_unknown_exports: self.allow_unknown_exports,
            names: self.names.clone(),
            definitions: self.definitions.clone(),
            data: PhantomData,
        }
    }
}

impl<T: 'static> Linker<T> {
    /// A linker without definitions, for modules and stores of `engine`.
    pub fn new(engine: &Engine) -> Self {
        Self {
            engine: engine.clone(),
            allow_shadowing: false,
            allow_unknown_exports: false,
            names: HashMap::new(),
            definitions: HashMap::new(),
            data: PhantomData,
        }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether a name may be defined again; the last definition counts. Default: no.
    pub fn allow_shadowing(&mut self, allow: bool) -> &mut Self {
        self.allow_shadowing = allow;
        self
    }

    /// Whether [`Linker::module`] accepts commands that export other things than functions; they
    /// are left out. Default: no.
    pub fn allow_unknown_exports(&mut self, allow: bool) -> &mut Self {
        self.allow_unknown_exports = allow;
        self
    }

    /// Defines `module` `name` as `item`.
    ///
    /// # Errors
    ///
    /// If the name is defined already and shadowing is not allowed, or the item is not
    /// (or no more) in the store.
    pub fn define(
        &mut self,
        store: impl AsContext<Data = T>,
        module: &str,
        name: &str,
        item: impl Into<Extern>,
    ) -> Result<&mut Self> {
        let store = store.as_context();
        let item = item.into();
        let ty = item.vm_type(store.opaque())?;
        self.insert(module, name, Item::Extern(item), ty)?;
        Ok(self)
    }

    /// Defines `module` `name` as a host function of type `ty`; see [`Func::new`].
    ///
    /// # Errors
    ///
    /// If the name is defined already and shadowing is not allowed.
    pub fn func_new(
        &mut self,
        module: &str,
        name: &str,
        ty: FuncType,
        func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
    ) -> Result<&mut Self> {
        let func = HostFunc::new(&self.engine, ty, func);
        self.insert_host(module, name, func)
    }

    /// Defines `module` `name` as a host function from a closure; see [`Func::wrap`].
    ///
    /// # Errors
    ///
    /// If the name is defined already and shadowing is not allowed.
    pub fn func_wrap<Params, Results>(
        &mut self,
        module: &str,
        name: &str,
        func: impl IntoFunc<T, Params, Results>,
    ) -> Result<&mut Self> {
        let func = func.into_func(&self.engine);
        self.insert_host(module, name, func)
    }

    pub(crate) fn insert_host(
        &mut self,
        module: &str,
        name: &str,
        func: HostFunc,
    ) -> Result<&mut Self> {
        let ty = VMExternType::Func(func.ty().as_vm().clone());
        self.insert(module, name, Item::Host(Arc::new(func)), ty)?;
        Ok(self)
    }

    fn insert(&mut self, module: &str, name: &str, item: Item, ty: VMExternType) -> Result<()> {
        let (module, module_id) = self.intern(module);
        let (name, name_id) = self.intern(name);
        let key = (module_id, name_id);
        if !self.allow_shadowing && self.definitions.contains_key(&key) {
            return Err(Error::message(format!(
                "import of `{module}::{name}` defined twice"
            )));
        }
        let definition = Definition {
            module,
            name,
            item,
            ty,
        };
        self.definitions.insert(key, definition);
        Ok(())
    }

    fn intern(&mut self, name: &str) -> (Arc<str>, u32) {
        if let Some((name, &id)) = self.names.get_key_value(name) {
            return (name.clone(), id);
        }
        let id = u32::try_from(self.names.len()).expect("fewer than 2^32 names");
        let name: Arc<str> = name.into();
        self.names.insert(name.clone(), id);
        (name, id)
    }

    fn lookup(&self, module: &str, name: &str) -> Option<&Definition> {
        let key = (*self.names.get(module)?, *self.names.get(name)?);
        self.definitions.get(&key)
    }

    /// Defines `as_module` `as_name` as what `module` `name` is.
    ///
    /// # Errors
    ///
    /// If there is no such definition, or the new name is defined already and shadowing
    /// is not allowed.
    pub fn alias(
        &mut self,
        module: &str,
        name: &str,
        as_module: &str,
        as_name: &str,
    ) -> Result<&mut Self> {
        let definition = self
            .lookup(module, name)
            .cloned()
            .ok_or_else(|| Error::message(format!("no item named `{module}::{name}` defined")))?;
        self.insert(as_module, as_name, definition.item, definition.ty)?;
        Ok(self)
    }

    /// Defines by the module name `as_module` everything that is defined by `module`.
    ///
    /// # Errors
    ///
    /// If a new name is defined already and shadowing is not allowed.
    pub fn alias_module(&mut self, module: &str, as_module: &str) -> Result<()> {
        let definitions = self.definitions.values();
        let of_module = definitions.filter(|definition| &*definition.module == module);
        let of_module: Vec<Definition> = of_module.cloned().collect();
        for definition in of_module {
            self.insert(as_module, &definition.name, definition.item, definition.ty)?;
        }
        Ok(())
    }

    /// What is defined as `module` `name`.
    pub fn get(
        &self,
        store: impl AsContextMut<Data = T>,
        module: &str,
        name: &str,
    ) -> Option<Extern> {
        self.lookup(module, name)?.item.in_store(store).ok()
    }

    /// What is defined for an import.
    pub fn get_by_import(
        &self,
        store: impl AsContextMut<Data = T>,
        import: &ImportType<'_>,
    ) -> Option<Extern> {
        self.get(store, import.module(), import.name())
    }

    /// The function to call to run the module `module`: its definition of the empty name, or `_start`.
    ///
    /// # Errors
    ///
    /// If neither is defined as a function.
    pub fn get_default(
        &self,
        mut store: impl AsContextMut<Data = T>,
        module: &str,
    ) -> Result<Func> {
        for name in ["", "_start"] {
            if let Some(Extern::Func(func)) = self.get(store.as_context_mut(), module, name) {
                return Ok(func);
            }
        }
        Err(Error::message(format!(
            "module `{module}` has no default function"
        )))
    }

    /// All definitions, in no particular order: module name, name, item.
    pub fn iter<'a>(
        &'a self,
        mut store: impl AsContextMut<Data = T> + 'a,
    ) -> impl Iterator<Item = (&'a str, &'a str, Extern)> + 'a {
        self.definitions.values().filter_map(move |definition| {
            let item = definition.item.in_store(store.as_context_mut()).ok()?;
            Some((&*definition.module, &*definition.name, item))
        })
    }

    /// Makes an instance of `module` with what is defined here, and runs its start function.
    ///
    /// # Errors
    ///
    /// If imports are not defined or have another type (the [`LinkError`] tells of all of them); and as
    /// [`Instance::new`].
    ///
    /// # Panics
    ///
    /// As [`Instance::new`].
    pub fn instantiate(
        &self,
        mut store: impl AsContextMut<Data = T>,
        module: &Module,
    ) -> Result<Instance> {
        let store = store.as_context_mut();
        let pre = self.find_imports(module, Some(store.opaque()))?;
        pre.instantiate(store)
    }

    /// The same as [`Linker::instantiate`], by wasmi's name.
    ///
    /// # Errors
    ///
    /// As [`Linker::instantiate`].
    ///
    /// # Panics
    ///
    /// As [`Linker::instantiate`].
    pub fn instantiate_and_start(
        &self,
        store: impl AsContextMut<Data = T>,
        module: &Module,
    ) -> Result<Instance> {
        self.instantiate(store, module)
    }

    /// Finds and checks the imports of `module` once, for many instances.
    ///
    /// Tables and memories are checked with the sizes they had when they were defined.
    ///
    /// # Errors
    ///
    /// If imports are not defined or have another type (the [`LinkError`] tells of all of them).
    pub fn instantiate_pre(&self, module: &Module) -> Result<InstancePre<T>> {
        self.find_imports(module, None)
    }

    /// Finds and checks the imports of `module`, with the present sizes of tables and
    /// memories if there is a store to ask.
    fn find_imports(&self, module: &Module, store: Option<&StoreOpaque>) -> Result<InstancePre<T>> {
        same_engine(&self.engine, module.engine())?;
        let mut items = Vec::with_capacity(module.vm().imports.len());
        let checked = check_imports(module.vm(), |i| {
            let import = &module.vm().imports[i];
            let definition = self.lookup(&import.module, &import.name)?;
            items.push(definition.item.clone());
            let resizable = matches!(import.entity, EntityRef::Table(_) | EntityRef::Memory(_));
            match (store, &definition.item) {
                (Some(store), Item::Extern(item)) if resizable => Some(
                    item.vm_type(store)
                        .unwrap_or_else(|_| definition.ty.clone()),
                ),
                _ => Some(definition.ty.clone()),
            }
        });
        checked.map_err(|error| Error::new(LinkError::from_vm(error)))?;
        Ok(InstancePre::new(module, items))
    }
}

impl<T> fmt::Debug for Linker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.definitions.values();
        let names = names.map(|d| format!("{}::{}", d.module, d.name));
        f.debug_set().entries(names).finish()
    }
}
