//! Host functions: they do what the program says next.

use std::panic;

use selvedge::{AsContextMut, Caller, Error, Func, FuncType, Linker, Result, Trap, Val};

use super::act::value;
use super::world::{self, Data, attempt, next};

/// How many uses of the API a host function makes at most.
const MOST_USES: u8 = 4;

/// A host function of type `ty`.
pub(super) fn func(store: impl AsContextMut<Data = Data>, ty: FuncType) -> Func {
    Func::new(store, ty.clone(), move |caller, args, results| {
        act(caller, &ty, args, results)
    })
}

/// Defines host functions in a linker.
pub(super) fn define(
    linker: &mut Linker<Data>,
    module: &str,
    name: &str,
    ty: FuncType,
) -> Result<()> {
    let of_call = ty.clone();
    linker.func_new(module, name, ty, move |caller, args, results| {
        act(caller, &of_call, args, results)
    })?;
    Ok(())
}

fn act(
    mut caller: Caller<'_, Data>,
    ty: &FuncType,
    args: &[Val],
    results: &mut [Val],
) -> Result<()> {
    let number = caller.data().number;
    for arg in args {
        world::with(|world| world.handles.add_value(number, arg));
    }
    // At the end of the program nothing is done any more.
    let Some(byte) = next() else {
        return Ok(());
    };
    if byte & 8 != 0 {
        look(&mut caller, "memory");
    }
    for _ in 0..byte % MOST_USES {
        match next() {
            None => break,
            // The other store, if it is not in use as well.
            Some(choice) if choice & 7 == 7 => {
                let _ = world::step(usize::from(choice >> 3) % 2);
            }
            Some(choice) => {
                let mut store = caller.as_context_mut();
                let _ = world::enter(&mut store, choice);
            }
        }
    }
    match byte >> 4 {
        0..=11 => {
            for (result, ty) in results.iter_mut().zip(ty.results()) {
                // One of another store is refused, in place of what follows.
                *result = value(&ty, number, byte & 8 != 0).0;
            }
            Ok(())
        }
        12 => Err(Error::msg("a host function has failed")),
        13 => Err(Trap::NullReference.into()),
        14 => {
            caller.interrupt_handle().interrupt();
            Ok(())
        }
        _ => panic::resume_unwind(Box::new(())),
    }
}

/// Keeps the export of the caller that has this name, if there is one.
fn look(caller: &mut Caller<'_, Data>, name: &str) {
    let number = caller.data().number;
    if let Some(Some(item)) = attempt(false, || caller.get_export(name)) {
        world::with(|world| world.handles.add(number, item));
    }
}
