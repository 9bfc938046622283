//! Memories, tables, globals and references: made, read, written and grown.

use selvedge::{
    Extern, ExternRef, Global, GlobalType, Memory, MemoryType, Mutability, RefType, Table,
    TableType, Val, ValType,
};

use super::act::{Store, TYPES, pick, reference, take, value};
use super::world::{attempt, next, next_number, with};

/// Makes a memory, table or global.
pub(super) fn make(store: &mut Store<'_>, any: bool) -> Option<()> {
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

pub(super) fn memory(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (memory, doubtful) = take!(store, any, memories);
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

pub(super) fn table(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (table, doubtful) = take!(store, any, tables);
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
    let other = take!(store, any, tables);
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

pub(super) fn global(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (global, doubtful) = take!(store, any, globals);
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

pub(super) fn extern_ref(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (byte, number) = (next()?, store.data().number);
    if byte % 3 == 0 {
        if let Ok(reference) = ExternRef::new(&mut *store, u64::from(byte)) {
            with(|world| world.handles.references.add(number, reference));
        }
        return Some(());
    }
    let (reference, _) = take!(store, any, references);
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

pub(super) fn drop_root() -> Option<()> {
    let root = with(|world| world.handles.roots.forget());
    drop(root);
    Some(())
}
