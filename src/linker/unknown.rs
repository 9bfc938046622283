//! Definitions for imports that nobody has defined.

use super::Linker;
use crate::context::AsContextMut;
use crate::error::{Error, Result};
use crate::externals::Extern;
use crate::global::Global;
use crate::link_error::UnknownImportError;
use crate::memory::Memory;
use crate::module::Module;
use crate::table::Table;
use crate::types::ExternType;
use crate::values::{Ref, Val};

impl<T: 'static> Linker<T> {
    /// Defines every function that `module` imports and that is not defined as one that
    /// fails when it is called, with an [`UnknownImportError`].
    ///
    /// # Errors
    ///
    /// Never so far; imports that are no functions stay undefined.
    pub fn define_unknown_imports_as_traps(&mut self, module: &Module) -> Result<()> {
        for import in module.imports() {
            let ExternType::Func(ty) = import.ty() else {
                continue;
            };
            if self.lookup(import.module(), import.name()).is_some() {
                continue;
            }
            let error = UnknownImportError::new(import.module(), import.name(), import.ty());
            self.func_new(import.module(), import.name(), ty, move |_, _, _| {
                Err(error.clone().into())
            })?;
        }
        Ok(())
    }

    /// Defines everything that `module` imports and that is not defined: functions that return zeros
    /// and nulls, and tables, memories and globals of the least size, full of zeros or nulls.
    ///
    /// # Errors
    ///
    /// If a limit of the store is reached.
    pub fn define_unknown_imports_as_default_values(
        &mut self,
        mut store: impl AsContextMut<Data = T>,
        module: &Module,
    ) -> Result<()> {
        let mut store = store.as_context_mut();
        for import in module.imports() {
            let (module, name) = (import.module(), import.name());
            if self.lookup(module, name).is_some() {
                continue;
            }
            let item: Extern = match import.ty() {
                ExternType::Func(ty) => {
                    self.func_new(module, name, ty, |_, _, _| Ok(()))?;
                    continue;
                }
                ExternType::Global(ty) => {
                    let value = Val::default_for_ty(ty.content());
                    let value = value.ok_or_else(|| Error::message("no default value"))?;
                    Global::new(&mut store, ty, value)?.into()
                }
                ExternType::Table(ty) => {
                    let null = Ref::null(ty.element().heap_type());
                    Table::new(&mut store, ty, null)?.into()
                }
                ExternType::Memory(ty) => Memory::new(&mut store, ty)?.into(),
            };
            self.define(&store, module, name, item)?;
        }
        Ok(())
    }
}
