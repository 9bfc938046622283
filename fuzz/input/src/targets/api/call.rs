//! Calls of functions: until they end, or so that they can be resumed, or as futures that may be given up.

use std::pin::pin;
use std::task::{Context, Waker};

use selvedge::{Func, FuncType, ResumableCall, StoreContextMut, Val, ValType};

use super::act::value;
use super::world::{Data, attempt, next, with};

/// What a call may spend, and what one that waits for fuel is given.
const FUEL: u64 = 600;

/// How many calls wait at most.
const MOST_WAITING: usize = 6;

/// Calls a function with arguments of the program's choice.
pub(super) fn call(
    store: &mut StoreContextMut<'_, Data>,
    func: Func,
    doubtful: bool,
    any: bool,
) -> Option<()> {
    let number = store.data().number;
    let Some(ty) = attempt(doubtful, || func.ty(&*store)) else {
        return Some(());
    };
    let mut doubtful = doubtful;
    let args = ty.params().map(|ty| {
        let (value, foreign) = value(&ty, number, any);
        doubtful |= foreign;
        value
    });
    let args: Vec<_> = args.collect();
    let mut results = zeros(&ty);
    let how = next()?;
    store.set_fuel(FUEL).expect("guests run on fuel");
    match how % 8 {
        0..=4 => {
            let called = attempt(doubtful, || func.call(&mut *store, &args, &mut results));
            if let Some(Ok(())) = called {
                keep(number, &results);
            }
        }
        5 | 6 => {
            let called = attempt(doubtful, || {
                func.call_resumable(&mut *store, &args, &mut results)
            });
            if let Some(Ok(call)) = called {
                wait(number, call, &results);
            }
        }
        _ => {
            attempt(doubtful, || {
                let mut future = pin!(func.call_async(&mut *store, &args, &mut results));
                let mut context = Context::from_waker(Waker::noop());
                for _ in 0..how >> 4 {
                    if future.as_mut().poll(&mut context).is_ready() {
                        break;
                    }
                }
            });
        }
    }
    Some(())
}

/// Lets a call that waits go on, perhaps in another store.
pub(super) fn resume(store: &mut StoreContextMut<'_, Data>, any: bool) -> Option<()> {
    let number = store.data().number;
    let pick = usize::from(next()?);
    let waiting = with(|world| {
        let count = world.waiting.len();
        (count > 0).then(|| world.waiting.swap_remove(pick % count))
    });
    let Some(waiting) = waiting else {
        return Some(());
    };
    store.set_fuel(FUEL).expect("guests run on fuel");
    let mut results = vec![Val::I32(0); 2];
    // Which store it waits in is not known here, and functions of what was removed are not run.
    let resumed = match waiting {
        ResumableCall::Finished => return Some(()),
        ResumableCall::HostTrap(call) => {
            let types: Vec<ValType> = call.host_func_type().results().collect();
            let values: Vec<_> = types.iter().map(|ty| value(ty, number, any).0).collect();
            attempt(true, || call.resume(&mut *store, &values, &mut results))
        }
        ResumableCall::OutOfFuel(call) => attempt(true, || call.resume(&mut *store, &mut results)),
        ResumableCall::EpochDeadline(call) => {
            attempt(true, || call.resume(&mut *store, &mut results))
        }
    };
    if let Some(Ok(call)) = resumed {
        wait(number, call, &results);
    }
    Some(())
}

/// Gives up a call that waits.
pub(super) fn give_up() -> Option<()> {
    let pick = usize::from(next()?);
    let given_up = with(|world| {
        let count = world.waiting.len();
        (count > 0).then(|| world.waiting.swap_remove(pick % count))
    });
    drop(given_up);
    Some(())
}

fn wait(number: u64, call: ResumableCall, results: &[Val]) {
    if matches!(call, ResumableCall::Finished) {
        return keep(number, results);
    }
    let oldest = with(|world| {
        world.waiting.push(call);
        (world.waiting.len() > MOST_WAITING).then(|| world.waiting.remove(0))
    });
    drop(oldest);
}

fn keep(number: u64, values: &[Val]) {
    for value in values {
        with(|world| world.handles.add_value(number, value));
    }
}

fn zeros(ty: &FuncType) -> Vec<Val> {
    let zero = |ty| Val::default_for_ty(&ty).expect("all types have a default");
    ty.results().map(zero).collect()
}
