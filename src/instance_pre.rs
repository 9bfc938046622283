#![expect(
    unsafe_code,
    reason = "puts host functions into stores of the right data"
)]
//! `InstancePre`: a module with its imports found.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use selvedge_vm::instance as vm;
use selvedge_vm::instance::ImportProblem;
use selvedge_vm::types::ExternType;
use smallvec::SmallVec;

use crate::context::{AsContextMut, StoreContextMut, same_engine};
use crate::error::{Error, Result};
use crate::externals::Extern;
use crate::func::Func;
use crate::host::HostFunc;
use crate::instance::Instance;
use crate::link_error::LinkError;
use crate::module::Module;
use crate::store::StoreOpaque;

/// What a linker has for an import.
#[derive(Clone)]
pub(crate) enum Item {
    /// Something of a store.
    Extern(Extern),
    /// A function of no store, made for data `T`.
    Host(Arc<HostFunc>),
}

impl Item {
    /// The item in a store with the data that a host function was made for.
    pub(crate) fn in_store<T: 'static>(
        &self,
        store: impl AsContextMut<Data = T>,
    ) -> Result<Extern> {
        match self {
            Self::Extern(item) => Ok(*item),
            // SAFETY: the items of a `Linker<T>` are only used with stores with data `T`.
            Self::Host(func) => Ok(unsafe { Func::add_host(store, func, true)? }.into()),
        }
    }
}

/// A module whose imports have been found and checked, to be instantiated any number of times.
///
/// ```
/// use selvedge::{Caller, Engine, Linker, Module, Store};
///
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// linker.func_wrap("host", "user", |caller: Caller<'_, u32>| *caller.data())?;
/// let module = Module::new(&engine, r#"(module
///     (import "host" "user" (func $user (result i32)))
///     (func (export "run") (result i32) (call $user)))"#)?;
/// let pre = linker.instantiate_pre(&module)?;
/// // Each request has a store of its own; imports are looked up no more.
/// for user in 0..3 {
///     let mut store = Store::new(&engine, user);
///     let instance = pre.instantiate(&mut store)?;
///     assert_eq!(instance.get_typed_func::<(), u32>(&mut store, "run")?.call(&mut store, ())?, user);
/// }
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct InstancePre<T: 'static> {
    module: Module,
    items: Arc<[Item]>,
    data: PhantomData<fn(T)>,
}

impl<T> Clone for InstancePre<T> {
    fn clone(&self) -> Self {
        Self {
            module: self.module.clone(),
            items: self.items.clone(),
            data: PhantomData,
        }
    }
}

impl<T: 'static> InstancePre<T> {
    /// `module` with one item per import, of the right types; functions of the host
    /// are for stores with data `T`.
    pub(crate) fn new(module: &Module, items: Vec<Item>) -> Self {
        Self {
            module: module.clone(),
            items: items.into(),
            data: PhantomData,
        }
    }

    /// The module.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// Makes an instance and runs its start function.
    ///
    /// # Errors
    ///
    /// If something that is imported is of another store or has been removed, a limit is reached, a
    /// segment does not fit, or the start function traps.
    ///
    /// # Panics
    ///
    /// A panic of a host function that the start function calls continues here.
    pub fn instantiate(&self, mut store: impl AsContextMut<Data = T>) -> Result<Instance> {
        let mut store = store.as_context_mut();
        let imports = self.imports(&mut store)?;
        // SAFETY: the store is borrowed exclusively. The items are of it, and had the right types when they
        // were found; of types only sizes change, which have been looked at.
        unsafe { Instance::instantiate(store.opaque_ptr(), &self.module, &imports) }
    }

    /// The same, but for the start function, which is the caller's to run.
    pub(crate) fn instantiate_unstarted(
        &self,
        mut store: StoreContextMut<'_, T>,
    ) -> Result<Instance> {
        let imports = self.imports(&mut store)?;
        // SAFETY: as in `instantiate`.
        unsafe { Instance::instantiate_unstarted(store.opaque_ptr(), &self.module, &imports) }
    }

    /// Whether all that is imported is the host's, and belongs to no store.
    pub(crate) fn is_of_no_store(&self) -> bool {
        let mut items = self.items.iter();
        items.all(|item| matches!(item, Item::Host(_)))
    }

    /// The items in a store.
    fn imports(&self, store: &mut StoreContextMut<'_, T>) -> Result<SmallVec<[vm::Extern; 8]>> {
        same_engine(store.engine(), self.module.engine())?;
        let mut imports = SmallVec::<[vm::Extern; 8]>::with_capacity(self.items.len());
        for (position, item) in self.items.iter().enumerate() {
            imports.push(match item {
                Item::Extern(item) => {
                    let import = item.to_vm(store.opaque())?;
                    if let vm::Extern::Memory(_) | vm::Extern::Table(_) = import {
                        self.check_size(position, item, store.opaque())?;
                    }
                    import
                }
                Item::Host(func) => vm::Extern::Func {
                    // SAFETY: the items of an `InstancePre<T>` are only used with stores with data `T`.
                    func_ref: unsafe { func.in_store(store.as_ptr(), true)? },
                },
            });
        }
        Ok(imports)
    }

    /// Whether a memory or table is still as large as the import at `position` asks for: a reset may have
    /// made it smaller since it was found.
    fn check_size(&self, position: usize, item: &Extern, store: &StoreOpaque) -> Result<()> {
        let module = self.module.vm();
        let (actual, expected) = (item.vm_type(store)?, module.imports[position].entity);
        let large_enough = match (&actual, module.entity_type(expected)) {
            (ExternType::Memory(actual), ExternType::Memory(expected)) => {
                actual.minimum >= expected.minimum
            }
            (ExternType::Table(actual), ExternType::Table(expected)) => {
                actual.minimum >= expected.minimum
            }
            _ => true,
        };
        if large_enough {
            return Ok(());
        }
        let import = &module.imports[position];
        let problem = ImportProblem {
            module: import.module.clone(),
            name: import.name.clone(),
            expected: module.entity_type(import.entity),
            actual: Some(actual),
        };
        let problems = vec![problem];
        Err(Error::new(LinkError::from_vm(vm::LinkError { problems })))
    }
}

impl<T> fmt::Debug for InstancePre<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstancePre")
            .field("module", &self.module)
            .finish_non_exhaustive()
    }
}
