//! Instances: made, with imports of the program's choice, reset, removed, and asked for exports.

use selvedge::{
    AsContextMut, Extern, ExternType, Global, Instance, Linker, Memory, Module, Ref, Result, Table,
    Val,
};

use super::act::{Store, pick, take};
use super::handles::Handles;
use super::host;
use super::world::{Data, attempt, next, with};

/// What came of making an instance: nothing at all, if that panicked as is documented.
type Made = Option<Result<Instance>>;

/// The module that host functions are imported from.
const HOST: &str = "host";

/// Makes an instance, with imports of the program's choice: of the right kind, perhaps of another type.
pub(super) fn instantiate(store: &mut Store<'_>, any: bool) -> Option<()> {
    let pick_module = usize::from(next()?);
    let module = with(|world| {
        let count = world.modules.len().max(1);
        world.modules.get(pick_module % count).cloned()
    });
    let Some(module) = module else {
        return Some(());
    };
    let _ = store.set_fuel(600);
    let made = match next()? % 2 {
        0 => by_linker(store, &module, any)?,
        _ => by_order(store, &module, any)?,
    };
    keep(store, made);
    Some(())
}

/// Makes an instance by a linker that knows most of what the module imports. `None` at the program's end.
fn by_linker(store: &mut Store<'_>, module: &Module, any: bool) -> Option<Made> {
    let Data {
        number, removed, ..
    } = *store.data();
    let mut doubtful = removed;
    let mut linker = Linker::new(store.engine());
    for import in module.imports() {
        let (of, name) = (import.module(), import.name());
        let byte = next()?;
        let picked = with(|world| pick_import(&world.handles, &import.ty(), number, any, byte));
        // Two imports may have one name, and items of other stores are refused.
        match (import.ty(), picked) {
            (ExternType::Func(ty), None) => drop(host::define(&mut linker, of, name, ty)),
            (ExternType::Func(ty), _) if of == HOST => {
                drop(host::define(&mut linker, of, name, ty));
            }
            (_, Some((item, foreign))) => {
                doubtful |= foreign;
                attempt(doubtful, || {
                    let _ = linker.define(&*store, of, name, item);
                });
            }
            (_, None) => {}
        }
    }
    Some(attempt(doubtful, || {
        let _ = linker.define_unknown_imports_as_default_values(&mut *store, module);
        let prepared = linker.instantiate_pre(module)?;
        let instance = prepared.instantiate(&mut *store);
        with(|world| world.prepare(prepared));
        instance
    }))
}

/// Makes an instance with its imports in order. `None` at the program's end.
fn by_order(store: &mut Store<'_>, module: &Module, any: bool) -> Option<Made> {
    let Data {
        number, removed, ..
    } = *store.data();
    let mut doubtful = removed;
    let mut imports = Vec::new();
    for import in module.imports() {
        let byte = next()?;
        let picked = with(|world| pick_import(&world.handles, &import.ty(), number, any, byte));
        let item = match (import.ty(), picked) {
            (ExternType::Func(ty), _) if import.module() == HOST => {
                Some(host::func(&mut *store, ty).into())
            }
            (_, Some((item, foreign))) => {
                doubtful |= foreign;
                Some(item)
            }
            (ty, None) => fresh(store, &ty),
        };
        // Without one of them the others are too few.
        imports.extend(item);
    }
    Some(attempt(doubtful, || {
        Instance::new(&mut *store, module, &imports)
    }))
}

/// Something of the kind of `ty`; and whether it is of another store.
fn pick_import(
    handles: &Handles,
    ty: &ExternType,
    number: u64,
    any: bool,
    byte: u8,
) -> Option<(Extern, bool)> {
    fn extern_of<T: Into<Extern>>((item, foreign): (T, bool)) -> (Extern, bool) {
        (item.into(), foreign)
    }
    match ty {
        ExternType::Func(_) => handles.funcs.pick(number, any, byte).map(extern_of),
        ExternType::Memory(_) => handles.memories.pick(number, any, byte).map(extern_of),
        ExternType::Table(_) => handles.tables.pick(number, any, byte).map(extern_of),
        ExternType::Global(_) => handles.globals.pick(number, any, byte).map(extern_of),
        _ => None,
    }
}

/// Keeps an instance that was made, and what it exports. What a start function has shown the host of one that was
/// not made is stale.
fn keep(store: &mut Store<'_>, made: Made) {
    let Some(Ok(instance)) = made else {
        store.data_mut().removed = true;
        return;
    };
    let number = store.data().number;
    let exports: Vec<_> = instance.exports(store.as_context_mut()).collect();
    let items: Vec<_> = exports
        .into_iter()
        .map(|export| export.into_extern())
        .collect();
    with(|world| {
        world.handles.instances.add(number, instance);
        for item in items {
            world.handles.add(number, item);
        }
    });
}

/// Something of this type, if the store has room for it.
fn fresh(store: &mut Store<'_>, ty: &ExternType) -> Option<Extern> {
    Some(match ty {
        ExternType::Func(ty) => host::func(&mut *store, ty.clone()).into(),
        ExternType::Memory(ty) => Memory::new(&mut *store, *ty).ok()?.into(),
        ExternType::Table(ty) => {
            let null = Ref::null(ty.element().heap_type());
            Table::new(&mut *store, *ty, null).ok()?.into()
        }
        ExternType::Global(ty) => {
            let zero = Val::default_for_ty(ty.content())?;
            Global::new(&mut *store, *ty, zero).ok()?.into()
        }
        _ => return None,
    })
}

pub(super) fn instance(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (instance, doubtful) = take!(store, any, instances);
    let (what, number) = (next()?, store.data().number);
    let _ = store.set_fuel(600);
    let found = attempt(doubtful, || {
        match what % 6 {
            0 => {
                if instance.remove(&mut *store).is_ok() {
                    assert!(!instance.is_alive(&*store));
                    store.data_mut().removed = true;
                }
            }
            1 => drop(instance.reset(&mut *store)),
            2 => return instance.get_export(&mut *store, "memory"),
            3 => {
                let typed = instance.get_typed_func::<i32, i32>(&mut *store, "call_host");
                if let Ok(typed) = typed {
                    let _ = typed.call(&mut *store, i32::from(what));
                }
            }
            4 => {
                let module: &Module = instance.module(&*store);
                let export = module.get_export_index("table");
                return export.and_then(|export| instance.get_module_export(&mut *store, &export));
            }
            _ => {
                return instance
                    .get_func(&mut *store, "call_element")
                    .map(Into::into);
            }
        }
        None
    });
    if let Some(Some(item)) = found {
        with(|world| world.handles.add(number, item));
    }
    Some(())
}

/// Makes an instance of what was prepared in some store.
pub(super) fn prepared(store: &mut Store<'_>) -> Option<()> {
    let pick = usize::from(next()?);
    let prepared = with(|world| {
        let count = world.prepared.len().max(1);
        world.prepared.get(pick % count).cloned()
    });
    if let Some(prepared) = prepared {
        let _ = store.set_fuel(600);
        let made = attempt(true, || prepared.instantiate(&mut *store));
        keep(store, made);
    }
    Some(())
}
