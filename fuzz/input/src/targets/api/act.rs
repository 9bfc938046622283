//! One use of the API, of the program's choice.

use selvedge::{Extern, ExternType, FuncType, Ref, RefType, StoreContextMut, Val, ValType};

use super::call;
use super::handles::{Handles, List};
use super::host;
use super::world::{Data, attempt, next, next_number, with};
use super::{instances, items};

pub(super) type Store<'a> = StoreContextMut<'a, Data>;

pub(super) const TYPES: [ValType; 7] = [
    ValType::I32,
    ValType::I64,
    ValType::F32,
    ValType::F64,
    ValType::V128,
    ValType::FUNCREF,
    ValType::EXTERNREF,
];

/// A handle of a kind; and whether it may be of another store, or stale.
pub(super) fn pick<T: Clone>(
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
macro_rules! take {
    ($store:ident, $any:ident, $list:ident) => {
        match pick($store, $any, |handles| &handles.$list)? {
            Some(picked) => picked,
            None => return Some(()),
        }
    };
}
pub(super) use take;

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
        ValType::V128 => own(Val::V128((u128::from(bits) * 3).into())),
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
pub(super) fn reference(ty: &RefType, number: u64, any: bool) -> (Ref, bool) {
    let (value, foreign) = value(&ValType::Ref(*ty), number, any);
    (value.ref_().expect("it is a reference"), foreign)
}

/// Does what the bits of `choice` say. `None` at the program's end.
pub(super) fn act(store: &mut Store<'_>, choice: u8) -> Option<()> {
    // Handles of other stores are refused; so most are of this one.
    let any = choice >> 5 == 7;
    match choice % 32 {
        0..=3 => instances::instantiate(store, any),
        4..=10 => {
            let (func, doubtful) = take!(store, any, funcs);
            call::call(store, func, doubtful, any)
        }
        11 | 12 => call::resume(store, any),
        13 => call::give_up(),
        14 | 15 => items::memory(store, any),
        16 | 17 => items::table(store, any),
        18 | 19 => items::global(store, any),
        20 => items::make(store, any),
        21 => items::extern_ref(store, any),
        22 => {
            store.gc();
            Some(())
        }
        23..=25 => instances::instance(store, any),
        26 => {
            let params = next()?;
            let types = |bits: u8| {
                (0..bits & 3).map(move |n| TYPES[usize::from(bits >> 2 >> n) % TYPES.len()])
            };
            let ty = FuncType::new(store.engine(), types(params), types(next()?));
            let func = host::func(&mut *store, ty);
            let number = store.data().number;
            with(|world| world.handles.funcs.add(number, func));
            Some(())
        }
        27 => instances::prepared(store),
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
        30 => items::drop_root(),
        _ => extern_type(store, any),
    }
}

fn extern_type(store: &mut Store<'_>, any: bool) -> Option<()> {
    let (func, doubtful) = take!(store, any, funcs);
    attempt(doubtful, || {
        let ty = Extern::from(func).ty(&*store);
        assert!(matches!(ty, ExternType::Func(_)));
        let ty = func.ty(&*store);
        let is_int = ty.params().eq([ValType::I32]) && ty.results().eq([ValType::I32]);
        assert_eq!(func.typed::<i32, i32>(&*store).is_ok(), is_int);
    });
    Some(())
}
