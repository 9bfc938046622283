//! One use of the API, of the program's choice.

use selvedge::{
    AsContextMut, Extern, ExternRef, ExternType, FuncType, Global, GlobalType, Instance, Linker,
    Memory, MemoryType, Module, Mutability, Ref, RefType, StoreContextMut, Table, TableType, Val,
    ValType,
};

use super::call;
use super::handles::{Handles, List};
use super::host;
use super::world::{Data, attempt, next, next_number, with};

type Store<'a> = StoreContextMut<'a, Data>;

const TYPES: [ValType; 6] = [
    ValType::I32,
    ValType::I64,
    ValType::F32,
    ValType::F64,
    ValType::FUNCREF,
    ValType::EXTERNREF,
];

/// What host functions of the linker are called.
const HOST: &str = "host";

/// A handle of a kind; and whether it may be of another store, or stale.
fn pick<T: Clone>(
    store: &Store<'_>,
    any: bool,
    list: impl FnOnce(&Handles) -> &List<T>,
) -> Option<Option<(T, bool)>> {
    let byte = next()?;
    let Data {
        number, removed, ..
    } = *store.data();
    let picked = with(|world| list(&world.handles).pick(number, any, byte));
    Some(picked.map(|(handle, foreign)| (handle, foreign || removed)))
}

/// Takes the handle out of what [`pick`] returns, or ends a use for which there is none.
macro_rules! pick {
    ($store:ident, $any:ident, $list:ident) => {
        match pick($store, $any, |handles| &handles.$list)? {
            Some(picked) => picked,
            None => return Some(()),
        }
    };
}

/// A value of type `ty`, of the store `number` unless `any`; and whether it is of another store.
pub(super) fn value(ty: &ValType, number: u64, any: bool) -> (Val, bool) {
    let bits = next_number().unwrap_or(0);
    let byte = bits as u8;
    let own = |val| (val, false);
    match ty {
        ValType::I32 => own(Val::I32(bits as i32)),
        ValType::I64 => own(Val::I64(bits as i64)),
        ValType::F32 => own(Val::F32(bits as u32)),
        ValType::F64 => own(Val::F64(bits)),
        ty if ty.is_funcref() => {
            let picked = with(|world| world.handles.funcs.pick(number, any, byte));
            picked
                .filter(|_| byte != 0)
                .map_or(own(Val::FuncRef(None)), |(func, foreign)| {
                    (Val::FuncRef(Some(func)), foreign)
                })
        }
        ty if ty.is_externref() => {
            let picked = with(|world| world.handles.references.pick(number, any, byte));
            picked
                .filter(|_| byte != 0)
                .map_or(own(Val::ExternRef(None)), |(reference, foreign)| {
                    (Val::ExternRef(Some(reference)), foreign)
                })
        }
        ty => own(Val::default_for_ty(ty).expect("all types have a default")),
    }
}

/// A reference of type `ty`, as [`value`].
fn reference(ty: &RefType, number: u64, any: bool) -> (Ref, bool) {
    let (value, foreign) = value(&ValType::Ref(*ty), number, any);
    (value.ref_().expect("it is a reference"), foreign)
}

/// Does what the bits of `choice` say. `None` at the program's end.
pub(super) fn act(store: &mut Store<'_>, choice: u8) -> Option<()> {
    // Handles of other stores are refused; so most are of this one.
    let any = choice >> 5 == 7;
    match choice % 32 {
        0..=3 => instantiate(store, any),
        4..=10 => {
            let (func, doubtful) = pick!(store, any, funcs);
            call::call(store, func, doubtful, any)
        }
        11 | 12 => call::resume(store, any),
        13 => call::give_up(),
        14 | 15 => memory(store, any),
        16 | 17 => table(store, any),
        18 | 19 => global(store, any),
        20 => make(store, any),
        21 => extern_ref(store, any),
        22 => {
            store.gc();
            Some(())
        }
        23..=25 => instance(store, any),
        26 => {
            let params = next()?;
            let types =
                |bits: u8| (0..bits & 3).map(move |n| TYPES[usize::from(bits >> 2 >> n) % 6]);
            let ty = FuncType::new(store.engine(), types(params), types(next()?));
            let func = host::func(&mut *store, ty);
            let number = store.data().number;
            with(|world| world.handles.funcs.add(number, func));
            Some(())
        }
        27 => prepared(store),
        28 => {
            let engine = store.engine().clone();
            engine.increment_epoch();
            if with(|world| world.epochs) {
                store.set_epoch_deadline(2);
            }
            Some(())
        }
        29 => {
            let interrupt = store.interrupt_handle();
            if next()? % 2 == 0 || !interrupt.clear() {
                interrupt.interrupt();
            }
            Some(())
        }
        30 => drop_root(),
        _ => extern_type(store, any),
    }
}

/// Makes an instance, with imports of the program's choice: one of the right kind, perhaps of another type.
fn instantiate(store: &mut Store<'_>, any: bool) -> Option<()> {
    let pick_module = usize::from(next()?);
    let module = with(|world| {
        let count = world.modules.len().max(1);
        world.modules.get(pick_module % count).cloned()
    });
    let Some(module) = module else {
        return Some(());
    };
    let by_linker = next()? % 2 == 0;
    let mut doubtful = store.data().removed;
    let number = store.data().number;
    let mut linker = Linker::new(store.engine());
    let mut imports = Vec::new();
    for import in module.imports() {
        let byte = next()?;
        let picked = with(|world| pick_import(&world.handles, &import.ty(), number, any, byte));
        if by_linker {
            let defined = match (import.ty(), picked) {
                (ExternType::Func(ty), _) if import.module() == HOST || picked.is_none() => {
                    host::define(&mut linker, import.module(), import.name(), ty)
                }
                (_, Some((item, foreign))) => {
                    doubtful |= foreign;
                    let defined = attempt(doubtful, || {
                        linker
                            .define(&*store, import.module(), import.name(), item)
                            .map(drop)
                    });
                    defined.unwrap_or(Ok(()))
                }
                (_, None) => Ok(()),
            };
            // Two imports may have one name, and items of other stores are refused.
            let _ = defined;
        } else {
            let item = match (import.ty(), picked) {
                (ExternType::Func(ty), _) if import.module() == HOST => {
                    host::func(&mut *store, ty).into()
                }
                (_, Some((item, foreign))) => {
                    doubtful |= foreign;
                    item
                }
                (ty, None) => match fresh(store, &ty) {
                    Some(item) => item,
                    None => return Some(()),
                },
            };
            imports.push(item);
        }
    }
    let _ = store.set_fuel(600);
    let made = attempt(doubtful, || match by_linker {
        true => {
            let _ = linker.define_unknown_imports_as_default_values(&mut *store, &module);
            let prepared = linker.instantiate_pre(&module)?;
            let instance = prepared.instantiate(&mut *store);
            with(|world| world.prepare(prepared));
            instance
        }
        false => Instance::new(&mut *store, &module, &imports),
    });
    if let Some(Ok(instance)) = made {
        keep(store, instance);
    }
    Some(())
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
    }
}

/// Keeps an instance and what it exports.
fn keep(store: &mut Store<'_>, instance: Instance) {
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
    })
}

/// Makes a memory, table or global.
fn make(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (byte, number) = (next()?, store.data().number);
    let (least, most) = (u32::from(byte >> 2 & 3), u32::from(byte >> 4 & 7));
    let most = (byte & 128 != 0).then_some(least.max(most));
    let item: Option<Extern> = match byte % 3 {
        0 => Memory::new(&mut *store, MemoryType::new(least, most))
            .ok()
            .map(Into::into),
        1 => {
            let ty = *[RefType::FUNCREF, RefType::EXTERNREF].get(usize::from(next()? % 2))?;
            let (init, foreign) = reference(&ty, number, any);
            let ty = TableType::new(ty, least, most);
            let doubtful = foreign || store.data().removed;
            attempt(doubtful, || Table::new(&mut *store, ty, init).ok())?.map(Into::into)
        }
        _ => {
            let content = TYPES[usize::from(next()?) % TYPES.len()];
            let mutability = match byte & 64 {
                0 => Mutability::Var,
                _ => Mutability::Const,
            };
            let (init, foreign) = value(&content, number, any);
            let ty = GlobalType::new(content, mutability);
            let doubtful = foreign || store.data().removed;
            attempt(doubtful, || Global::new(&mut *store, ty, init).ok())?.map(Into::into)
        }
    };
    if let Some(item) = item {
        with(|world| world.handles.add(number, item));
    }
    Some(())
}

fn memory(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (memory, doubtful) = pick!(store, any, memories);
    let (what, at, delta) = (next()?, next_number()?, next()?);
    attempt(doubtful, || {
        let size = memory.data_size(&*store);
        assert_eq!(
            size as u64,
            memory.size(&*store) * memory.page_size(&*store)
        );
        assert_eq!(size, memory.data(&*store).len());
        match what % 4 {
            0 => {
                if let Ok(before) = memory.grow(&mut *store, u64::from(delta % 8)) {
                    assert_eq!(before * memory.page_size(&*store), size as u64);
                    assert_eq!(memory.size(&*store), before + u64::from(delta % 8));
                }
            }
            1 => {
                let written = memory.write(&mut *store, at as usize, &[what, delta]);
                let mut read = [0; 2];
                let again = memory.read(&*store, at as usize, &mut read);
                assert_eq!(written.is_ok(), again.is_ok());
                assert!(written.is_err() || read == [what, delta]);
            }
            2 => memory
                .data_mut(&mut *store)
                .iter_mut()
                .take(9)
                .for_each(|byte| *byte ^= what),
            _ => {
                let (bytes, data) = memory.data_and_store_mut(&mut *store);
                assert!(bytes.len() == size && data.number > 0);
                assert!(memory.ty(&*store).minimum() <= size as u64);
            }
        }
    });
    Some(())
}

fn table(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (table, doubtful) = pick!(store, any, tables);
    let (what, at, number) = (next()?, next_number()?, store.data().number);
    let Some(ty) = attempt(doubtful, || table.ty(&*store)) else {
        return Some(());
    };
    let element = match what >> 4 {
        // Of the wrong type, perhaps.
        15 => RefType::FUNCREF,
        _ => ty.element(),
    };
    let (value, foreign) = reference(&element, number, any);
    let other = pick!(store, any, tables);
    let doubtful = doubtful || foreign || other.1;
    let found = attempt(doubtful, || {
        let size = table.size(&*store);
        match what % 5 {
            0 => {
                let found = table.get(&mut *store, at);
                assert_eq!(found.is_some(), at < size);
                return found;
            }
            1 => {
                if table.set(&mut *store, at, value).is_ok() {
                    let found = table.get(&mut *store, at).expect("it was set");
                    assert_eq!(found.is_null(), value.is_null());
                }
            }
            2 => {
                if let Ok(before) = table.grow(&mut *store, at % 9, value) {
                    assert_eq!(before, size);
                    assert_eq!(table.size(&*store), size + at % 9);
                }
            }
            3 => drop(table.fill(&mut *store, at, value, u64::from(what))),
            _ => drop(Table::copy(
                &mut *store,
                &table,
                at,
                &other.0,
                0,
                u64::from(what >> 4),
            )),
        }
        None
    });
    if let Some(Some(found)) = found {
        with(|world| world.handles.add_value(number, &found.into()));
    }
    Some(())
}

fn global(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (global, doubtful) = pick!(store, any, globals);
    let number = store.data().number;
    let Some(ty) = attempt(doubtful, || global.ty(&*store)) else {
        return Some(());
    };
    let content = match next()? {
        // Of the wrong type, perhaps.
        255 => ValType::I64,
        _ => *ty.content(),
    };
    let (value, foreign) = value(&content, number, any);
    let got = attempt(doubtful || foreign, || {
        let set = global.set(&mut *store, value);
        assert!(set.is_err() || ty.mutability().is_var());
        let got = global.get(&mut *store);
        assert_eq!(got.ty(), *ty.content());
        if let (Ok(()), Val::I64(set), Val::I64(got)) = (set, value, got) {
            assert_eq!(set, got);
        }
        got
    });
    if let Some(got) = got {
        with(|world| world.handles.add_value(number, &got));
    }
    Some(())
}

fn extern_ref(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (byte, number) = (next()?, store.data().number);
    if byte % 3 == 0 {
        if let Ok(reference) = ExternRef::new(&mut *store, u64::from(byte)) {
            with(|world| world.handles.references.add(number, reference));
        }
        return Some(());
    }
    let (reference, _) = pick!(store, any, references);
    // It may be one of another store. One that was collected is an error.
    let doubtful = any;
    attempt(doubtful, || {
        if let Ok(data) = reference.data(&*store) {
            assert!(data.is::<u64>());
        }
        if byte % 3 == 1
            && let Ok(root) = reference.to_owned_rooted(&mut *store)
        {
            let again = root.to_rooted(&mut *store);
            assert!(
                ExternRef::ref_eq(&*store, &again, &reference).expect("they are of this store")
            );
            store.gc();
            assert!(reference.data(&*store).is_ok(), "a root keeps its value");
            with(|world| world.handles.roots.add(number, root));
        }
    });
    Some(())
}

fn drop_root() -> Option<()> {
    let root = with(|world| world.handles.roots.forget());
    drop(root);
    Some(())
}

fn instance(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (instance, doubtful) = pick!(store, any, instances);
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
fn prepared(store: &mut Store<'_>) -> Option<()> {
    let pick = usize::from(next()?);
    let prepared = with(|world| {
        let count = world.prepared.len().max(1);
        world.prepared.get(pick % count).cloned()
    });
    if let Some(prepared) = prepared {
        let _ = store.set_fuel(600);
        let made = attempt(true, || prepared.instantiate(&mut *store));
        if let Some(Ok(instance)) = made {
            keep(store, instance);
        }
    }
    Some(())
}

fn extern_type(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (func, doubtful) = pick!(store, any, funcs);
    attempt(doubtful, || {
        let ty = Extern::from(func).ty(&*store);
        assert!(matches!(ty, ExternType::Func(_)));
        let ty = func.ty(&*store);
        let is_int = ty.params().eq([ValType::I32]) && ty.results().eq([ValType::I32]);
        assert_eq!(func.typed::<i32, i32>(&*store).is_ok(), is_int);
    });
    Some(())
}
