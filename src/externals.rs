#![expect(unsafe_code, reason = "follows references to functions of a store")]
//! `Extern`: anything that can be imported or exported.

use selvedge_vm::instance as vm;
use selvedge_vm::types::ExternType as VMExternType;

use crate::context::AsContext;
use crate::error::{Error, Result};
use crate::func::Func;
use crate::global::Global;
use crate::memory::Memory;
use crate::store::StoreOpaque;
use crate::table::Table;
use crate::types::ExternType;

/// Something that can be imported or exported.
///
/// ```
/// use selvedge::{Engine, Extern, Func, Instance, Module, Store};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module
///     (import "" "" (func $seven (result i32)))
///     (export "seven" (func $seven)))"#)?;
/// let mut store = Store::new(&engine, ());
/// // What a module imports, in its order.
/// let seven = Func::wrap(&mut store, || 7_i32);
/// let instance = Instance::new(&mut store, &module, &[Extern::Func(seven)])?;
/// // What it exports, of whatever type.
/// let export = instance.get_export(&mut store, "seven").and_then(Extern::into_func);
/// assert_eq!(export.expect("a function").typed::<(), i32>(&store)?.call(&mut store, ())?, 7);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Extern {
    /// A function.
    Func(Func),
    /// A global.
    Global(Global),
    /// A table.
    Table(Table),
    /// A linear memory.
    Memory(Memory),
}

macro_rules! variants {
    ($($variant:ident $into:ident $what:literal)*) => {
        impl Extern {
            $(
                #[doc = concat!("The item, if it is ", $what, ".")]
                pub fn $into(self) -> Option<$variant> {
                    match self {
                        Self::$variant(item) => Some(item),
                        _ => None,
                    }
                }
            )*
        }

        $(
            impl From<$variant> for Extern {
                fn from(item: $variant) -> Self {
                    Self::$variant(item)
                }
            }
        )*
    };
}

variants! {
    Func into_func "a function"
    Global into_global "a global"
    Table into_table "a table"
    Memory into_memory "a memory"
}

impl Extern {
    /// The type. Tables and memories have their present size as minimum.
    ///
    /// # Panics
    ///
    /// If the item is one of another store, or of an instance that has been removed.
    pub fn ty(&self, store: impl AsContext) -> ExternType {
        let store = store.as_context();
        let ty = self.vm_type(store.opaque());
        ExternType::from_vm(ty.unwrap_or_else(|error| panic!("{error}")))
    }

    /// The type, with the present size of a table or memory as minimum.
    pub(crate) fn vm_type(&self, store: &StoreOpaque) -> Result<VMExternType> {
        let item = self.to_vm(store)?;
        // SAFETY: the item has just been found in the store, which is borrowed.
        let ty = unsafe { store.vm().extern_type(&item) };
        ty.ok_or_else(removed)
    }

    /// The item as the VM names it.
    pub(crate) fn to_vm(self, store: &StoreOpaque) -> Result<vm::Extern> {
        Ok(match self {
            Self::Func(func) => {
                if !func.is_live(store)? {
                    return Err(removed());
                }
                vm::Extern::Func {
                    func_ref: func.func_ref(store)?,
                }
            }
            Self::Global(global) => vm::Extern::Global(global.origin(store)?),
            Self::Table(table) => vm::Extern::Table(table.origin(store)?),
            Self::Memory(memory) => vm::Extern::Memory(memory.origin(store)?),
        })
    }

    /// The item that the VM names.
    ///
    /// # Safety
    ///
    /// `item` is live and of `store`.
    pub(crate) unsafe fn from_vm(store: &mut StoreOpaque, item: vm::Extern) -> Self {
        let id = store.id();
        match item {
            // SAFETY: by contract.
            vm::Extern::Func { func_ref } => Self::Func(unsafe { Func::from_ref(store, func_ref) }),
            vm::Extern::Global(origin) => Self::Global(Global::from_origin(id, origin)),
            vm::Extern::Table(origin) => Self::Table(Table::from_origin(id, origin)),
            vm::Extern::Memory(origin) => Self::Memory(Memory::from_origin(id, origin)),
        }
    }
}

fn removed() -> Error {
    Error::message("the instance of an item has been removed from the store")
}

/// An export of an instance.
///
/// ```
/// use selvedge::{Engine, Instance, Module, Store};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (memory (export "heap") 1) (func (export "f")))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let names: Vec<_> = instance.exports(&mut store).map(|export| export.name().to_owned()).collect();
/// assert_eq!(names, ["heap", "f"]);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, Debug)]
pub struct Export<'instance> {
    pub(crate) name: &'instance str,
    pub(crate) item: Extern,
}

impl<'instance> Export<'instance> {
    /// The name.
    pub fn name(&self) -> &'instance str {
        self.name
    }

    /// The type.
    ///
    /// # Panics
    ///
    /// As [`Extern::ty`].
    pub fn ty(&self, store: impl AsContext) -> ExternType {
        self.item.ty(store)
    }

    /// What is exported.
    pub fn into_extern(self) -> Extern {
        self.item
    }

    /// What is exported, if it is a function.
    pub fn into_func(self) -> Option<Func> {
        self.item.into_func()
    }

    /// What is exported, if it is a global.
    pub fn into_global(self) -> Option<Global> {
        self.item.into_global()
    }

    /// What is exported, if it is a table.
    pub fn into_table(self) -> Option<Table> {
        self.item.into_table()
    }

    /// What is exported, if it is a memory.
    pub fn into_memory(self) -> Option<Memory> {
        self.item.into_memory()
    }
}
