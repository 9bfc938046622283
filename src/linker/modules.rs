//! Whole instances and modules by name.

use super::Linker;
use crate::context::AsContextMut;
use crate::error::{Error, Result};
use crate::externals::Extern;
use crate::instance::Instance;
use crate::module::Module;
use crate::types::ExternType;

impl<T: 'static> Linker<T> {
    /// Defines all exports of `instance`, by the module name `module`.
    ///
    /// # Errors
    ///
    /// If a name is defined already and shadowing is not allowed.
    ///
    /// # Panics
    ///
    /// If the instance is one of another store.
    pub fn instance(
        &mut self,
        mut store: impl AsContextMut<Data = T>,
        module: &str,
        instance: Instance,
    ) -> Result<&mut Self> {
        let mut store = store.as_context_mut();
        let exports = instance.exports(store.as_context_mut());
        let exports: Vec<(String, Extern)> = exports
            .map(|export| (export.name().to_owned(), export.into_extern()))
            .collect();
        for (name, item) in exports {
            self.define(&store, module, &name, item)?;
        }
        Ok(self)
    }

    /// Instantiates `module` and defines its exports, by the module name `module_name`.
    ///
    /// A *command* (it exports `_start`) is instantiated anew for each call of one of its
    /// functions. Anything else is a *reactor*: it is instantiated now, and its `_initialize`
    /// is called if there is one.
    ///
    /// # Errors
    ///
    /// As [`Linker::instantiate`] and [`Linker::instance`]; if a command exports something
    /// that is no function, or `_start` or `_initialize` has parameters or results.
    pub fn module(
        &mut self,
        mut store: impl AsContextMut<Data = T>,
        module_name: &str,
        module: &Module,
    ) -> Result<&mut Self> {
        let mut store = store.as_context_mut();
        let function = |name| match module.get_export(name) {
            Some(ExternType::Func(ty)) if ty.params().len() + ty.results().len() == 0 => Ok(true),
            Some(ty) => Err(Error::message(format!(
                "export `{name}` must be a function without parameters and results, found {ty}"
            ))),
            None => Ok(false),
        };
        if function("_start")? {
            self.command(module_name, module)?;
            return Ok(self);
        }
        let has_initialize = function("_initialize")?;
        let instance = self.instantiate(&mut store, module)?;
        if has_initialize {
            let initialize = instance.get_typed_func::<(), ()>(&mut store, "_initialize")?;
            initialize.call(&mut store, ())?;
        }
        self.instance(store, module_name, instance)
    }

    fn command(&mut self, module_name: &str, module: &Module) -> Result<()> {
        let pre = self.instantiate_pre(module)?;
        for export in module.exports() {
            let ExternType::Func(ty) = export.ty() else {
                // WASI commands export their memory for the host.
                if self.allow_unknown_exports || export.name() == "memory" {
                    continue;
                }
                return Err(Error::message(format!(
                    "command exports `{}`, which is not a function",
                    export.name()
                )));
            };
            let (pre, name) = (pre.clone(), export.name().to_owned());
            self.func_new(
                module_name,
                export.name(),
                ty,
                move |mut caller, params, results| {
                    let instance = pre.instantiate(&mut caller)?;
                    let func = instance.get_func(&mut caller, &name);
                    let func = func.expect("the module exports this function");
                    func.call(&mut caller, params, results)
                },
            )?;
        }
        Ok(())
    }
}
